// What a day's shift time is (design/architecture.md "What we do not know"): pure, from what is at
// hand.
#ifndef ZP_SYNC_LOOK_H
#define ZP_SYNC_LOOK_H

#include <zapis/booking.h>
#include <zapis/catalogue.h>
#include <zapis/desk.h>

// What a schedule answer said of one master for his shortest service.
struct zp__look_answer {
    const char *master_id;
    bool asked;       // a believable answer came
    int64_t asked_at; // UTC seconds
    int duration_min; // of the service asked for
    int spare_min;    // pause after a service that may keep a gap from being offered
    const struct zp_slot *slots;
    size_t slot_count;
};

struct zp__look_input {
    struct zp_date date;
    const struct zp_zone *zone;
    int64_t now;
    const struct zp_shift *shifts; // of that date
    size_t shift_count;
    struct zp_booking *const *bookings;
    size_t booking_count;
    const struct zp__look_answer *answers;
    size_t answer_count;
};
struct zp_look *zp__look_make(TALLOC_CTX *ctx, const struct zp__look_input *input);

// Is a start of its master offered inside the time of this booking, which Dikidi is said to have?
// Then it is gone or elsewhere, or two visits may overlap there: reading it tells.
bool zp__look_doubts(const struct zp_booking *booking, const struct zp__look_answer *answers,
                     size_t answer_count);

// The master's shortest service in minutes, NULL when he has none of known length.
const struct zp_service *zp__look_shortest(const struct zp_catalogue *catalogue,
                                           const char *master_id, int *duration_min);

#endif
