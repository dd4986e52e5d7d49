// The waiting list: clients who want a time that is not free, with their wishes, and which of them
// fit a time that turned free. Reception keeps such a list on paper otherwise, where nobody sees
// who was passed over; here every change is a line of a history that is only added to.
#ifndef ZAPIS_WAITING_H
#define ZAPIS_WAITING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <zapis/catalogue.h>
#include <zapis/memory.h>
#include <zapis/time.h>

enum zp_waiting_state {
    ZP_WAITING_OPEN,    // waits
    ZP_WAITING_BOOKING, // a booking for it is under way: see request_id
    ZP_WAITING_BOOKED,  // ended: it has its booking
    ZP_WAITING_DROPPED, // ended: a person gave it up
};
#define ZP_WAITING_STATES 4
// "waiting", "booking", "booked", "dropped": the word of --json and of the journal.
const char *zp_waiting_state_name(enum zp_waiting_state state);
bool zp_waiting_state_parse(const char *name, enum zp_waiting_state *out);
const char *zp_waiting_state_words(enum zp_waiting_state state); // for people, translated

#define ZP_WAITING_DAY_MIN 1440

// One client's wish. Owned by the context it came in.
struct zp_waiting {
    int64_t id; // of the company's list, from 1
    enum zp_waiting_state state;
    char *client_phone, *client_name; // E.164; "" of a person who was forgotten
    char **service_ids;               // in order
    size_t service_count;
    char *master_id;         // NULL: any
    struct zp_date from, to; // days, both included
    int from_min, to_min;    // the visit begins within these minutes of the day, both included
    char *comment;           // ""
    int64_t made_at;         // UTC seconds: who waits longest comes first
    char *made_by;           // operator
    char *request_id;        // BOOKING, BOOKED: the booking's; NULL
    int64_t ended_at;        // BOOKED, DROPPED; 0
    char *ended_by, *reason; // DROPPED: who and why; ""
    // In words of the present price list, as the desk tells them; NULL: it is not known, or any.
    char *services, *master;
};

// Time of a master that turned free here: a visit was cancelled, and no booking of the journal has
// it since. Whether it is free only Dikidi tells.
struct zp_gap {
    char *master_id;
    int64_t from, to; // UTC seconds
};

// A wish that fits a gap, where it would begin there.
struct zp_fit {
    size_t at;          // of the wish in its list
    int64_t waiting_id; //
    int64_t made_at;    // of the wish
    char *master_id, *master;
    int64_t starts_at, ends_at; // UTC seconds
    int spare_min;              // what it leaves of the gap
};

struct zp_fits {
    struct zp_fit *fits; // at most one for a wish and a gap; best first
    size_t count;
};

// Which open wishes fit which gaps. Whoever waits longest comes first, since that is what can be
// told to the others at the desk; of one client's several times the earliest, and of equal ones
// that which leaves least of its gap. A visit begins at the gap's beginning, or later where the
// wish says so; it must end within the gap. Pure.
struct zp_fits *zp_waiting_fits(TALLOC_CTX *ctx, const struct zp_zone *zone,
                                const struct zp_catalogue *catalogue, const struct zp_waiting *list,
                                size_t count, const struct zp_gap *gaps, size_t gap_count,
                                int64_t now);
// Minutes that its services take at a master; 0: he does not do them all, or it is not known.
int zp_waiting_minutes(const struct zp_waiting *waiting, const struct zp_catalogue *catalogue,
                       const char *master_id);
// Its last day is over: nothing can fit any more.
bool zp_waiting_is_over(const struct zp_waiting *waiting, const struct zp_zone *zone, int64_t now);
// Fills in the words of services and masters; what the price list lacks is shown by its number.
void zp_waiting_name(struct zp_waiting *list, size_t count, const struct zp_catalogue *catalogue);
// A deep copy of a list.
struct zp_waiting *zp_waiting_copy(TALLOC_CTX *ctx, const struct zp_waiting *list, size_t count);

#endif
