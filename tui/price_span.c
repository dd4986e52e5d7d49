#include "price_span.h"
#include "memory.h"
#include <string.h>

struct price_span price_span_at(const struct zp_service *service, const char *master_id) {
    const struct zp_terms terms = zp_catalogue_terms(service, master_id);

    return (struct price_span){terms.price_minor, terms.price_minor, terms.price_from,
                               terms.duration_min, terms.duration_min};
}

void price_span_widen(struct price_span *span, const struct price_span *other) {
    if (other->price_min < span->price_min)
        span->price_min = other->price_min;
    if (other->price_max > span->price_max)
        span->price_max = other->price_max;
    if (other->minutes_min < span->minutes_min)
        span->minutes_min = other->minutes_min;
    if (other->minutes_max > span->minutes_max)
        span->minutes_max = other->minutes_max;
    span->price_from = span->price_from || other->price_from;
}

void price_span_add(struct price_span *span, const struct price_span *other) {
    span->price_min += other->price_min;
    span->price_max += other->price_max;
    span->minutes_min += other->minutes_min;
    span->minutes_max += other->minutes_max;
    span->price_from = span->price_from || other->price_from;
}

// ---- who does what

// Ids come in the order of the lists they are of: the next one is looked for where the last one
// was found. `count`: not there.
static size_t place_of(const char *id, const char *const *ids, size_t count, size_t from) {
    for (size_t i = 0; i < count; i++) {
        const size_t at = (from + i) % count;

        if (strcmp(ids[at], id) == 0)
            return at;
    }
    return count;
}

static bool has_own_terms(const struct zp_service *service, const char *master_id) {
    for (size_t i = 0; i < service->term_count; i++)
        if (strcmp(service->terms[i].master_id, master_id) == 0)
            return true;
    return false;
}

// Which services somebody does at the salon's own price.
static bool *common_terms(TALLOC_CTX *ctx, const struct zp_catalogue *catalogue) {
    const size_t count = catalogue->service_count;
    const char **ids = memory_array(ctx, const char *, count);
    bool *common = memory_array(ctx, bool, count);

    for (size_t i = 0; i < count; i++) {
        ids[i] = catalogue->services[i].id;
        common[i] = false;
    }
    for (size_t m = 0; m < catalogue->master_count; m++) {
        const struct zp_master *master = &catalogue->masters[m];
        size_t at = 0;

        for (size_t i = 0; i < master->service_count; i++) {
            const size_t found = place_of(master->service_ids[i], ids, count, at);

            if (found == count)
                continue;
            at = found;
            common[at] = common[at] || !has_own_terms(&catalogue->services[at], master->id);
        }
    }
    return common;
}

// Terms of masters who are gone count for nothing. Where nobody is told to do it, the salon's own.
static struct price_span span_of(const struct zp_service *service, const char *const *master_ids,
                                 size_t master_count, bool common) {
    struct price_span span = price_span_at(service, NULL);
    bool any = common;
    size_t at = 0;

    for (size_t i = 0; i < service->term_count; i++) {
        const char *id = service->terms[i].master_id;
        const size_t found = place_of(id, master_ids, master_count, at);
        struct price_span own;

        if (found == master_count)
            continue;
        at = found;
        own = price_span_at(service, id);
        if (any)
            price_span_widen(&span, &own);
        else
            span = own;
        any = true;
    }
    return span;
}

struct price_span *price_spans_new(TALLOC_CTX *ctx, const struct zp_catalogue *catalogue) {
    struct price_span *spans = memory_array(ctx, struct price_span, catalogue->service_count);
    const char **ids = memory_array(spans, const char *, catalogue->master_count);
    const bool *common = common_terms(spans, catalogue);

    for (size_t i = 0; i < catalogue->master_count; i++)
        ids[i] = catalogue->masters[i].id;
    for (size_t i = 0; i < catalogue->service_count; i++)
        spans[i] = span_of(&catalogue->services[i], ids, catalogue->master_count, common[i]);
    return spans;
}
