// The body of a Dikidi webhook: a hint that a booking is to be read again (dikidi-api.md
// "Webhooks"). Only what is needed for that is taken; the rest is read from Dikidi itself.
#ifndef ZP_DIKIDI_HOOK_H
#define ZP_DIKIDI_HOOK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <zapis/memory.h>
#include <zapis/time.h>

struct zp__dikidi_hook {
    char *id;         // the event's, out of the body: headers are not signed; NULL: it has none
    char *event;      // "booking.updated"; "" when it is not told
    bool known;       // one of the events that are expected
    char *company_id; // NULL: not told
    char *booking_id; // NULL: it is about no booking
    int64_t version;  // 0 not told
    int64_t updated_at;
};

// event_header: X-Dikidi-Event, NULL when absent; it is not signed, and serves only where the body
// has no name. False: the body is no event at all (no strict JSON, no object, an id that cannot be
// one, an expected event without a booking).
bool zp__dikidi_hook_read(TALLOC_CTX *ctx, const struct zp_zone *zone, const char *body,
                          size_t size, const char *event_header, struct zp__dikidi_hook *out);

#endif
