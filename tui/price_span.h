// What a service costs and takes at all who do it: from the least to the most. Every screen that
// names no master says the same of it.
#ifndef TUI_PRICE_SPAN_H
#define TUI_PRICE_SPAN_H

#include <stdbool.h>
#include <stdint.h>
#include <zapis/catalogue.h>
#include <zapis/memory.h>

struct price_span {
    int64_t price_min, price_max; // minor units
    bool price_from;              // the final price may be higher
    int minutes_min, minutes_max; // 0: Dikidi does not say
};

// One for each service of the price list, in its order, owned by ctx. Made once when a price list
// arrives: with 200 services and 40 masters it is too much for a key.
struct price_span *price_spans_new(TALLOC_CTX *ctx, const struct zp_catalogue *catalogue);
struct price_span price_span_at(const struct zp_service *service, const char *master_id);
// Of one or the other.
void price_span_widen(struct price_span *span, const struct price_span *other);
// Of one after the other.
void price_span_add(struct price_span *span, const struct price_span *other);

#endif
