// What the journal learns from Dikidi: a booking read there against the row that is here. Pure, for
// the machines and the desk alike.
#ifndef ZP_SYNC_LEARN_H
#define ZP_SYNC_LEARN_H

#include "dikidi/dikidi.h"
#include "store/store.h"
#include <zapis/booking.h>
#include <zapis/config.h>

// ---- a booking that the journal does not know by its number
// A new row: booked, or cancelled before we knew of it (then the CRM is not told of what it never
// had); origin app, or walk-in where the phone is the configured one. Its task is
// zp__booking_follow_up() when crm_state is queued.
struct zp_booking *zp__booking_learned(TALLOC_CTX *ctx, const struct zp_config *config,
                                       const char *request_id, int64_t now,
                                       const struct zp__dikidi_booking *remote);
// Nobody knew whether this open row was made: it was. It becomes booked; zp__booking_follow_up() is
// its next task, and `book` has nothing more to do.
void zp__booking_resolve(struct zp_booking *booking, const struct zp__dikidi_booking *remote);
// One more number of a visit that the journal has.
void zp__booking_join(struct zp_booking *booking, const char *number);
// What the row that has the booking's external_id as its request id (NULL: there is none) is to it.
enum zp__kinship {
    ZP_KIN_NONE, // not the same booking: rows at its time are looked at next
    ZP_KIN_OPEN, // it is this open row: zp__booking_resolve()
    ZP_KIN_PART, // one more number of this visit: zp__booking_join()
    ZP_KIN_GONE, // this open row was made, and it is cancelled there already: zp__booking_learn()
};
enum zp__kinship zp__booking_kinship(const struct zp_booking *row,
                                     const struct zp__dikidi_booking *remote);
// The open row of ours among `rows` that this booking is; NULL: none.
const struct zp_booking *zp__booking_twin(struct zp_booking *const *rows, size_t count,
                                          const struct zp__dikidi_booking *remote);
// Of another company than ours?
bool zp__dikidi_is_foreign(const struct zp_config *config, const struct zp__dikidi_booking *remote);

// ---- a booking that the journal knows
// Adds a part of a visit of several numbers to their sum (zeroed before the first): cancelled only
// when every part is; the times are those of the parts that stand. Services, sum and versions are
// not told: a part has its own alone. The caller sets `ids` at the end.
void zp__visit_add(struct zp__dikidi_booking *sum, const struct zp__dikidi_booking *part,
                   bool first);

// What follows from a reading. The row is changed in place where `write` says so; the arrays are
// owned by the context given.
struct zp__lesson {
    bool write;
    struct zp_history *history; // with ctx of the lesson
    size_t history_count;
    struct zp__store_new_task *tasks;
    size_t task_count;
    const char *const *drop_kinds; // NULL: none
    bool revived;                  // cancelled here, and stands there: for a person, in words
};
// `booking` is the row as it is, `remote` what Dikidi told of it (of all its numbers). What is
// older than the row's own version changes nothing, and neither does the same version again unless
// it is cancelled there.
struct zp__lesson *zp__booking_learn(TALLOC_CTX *ctx, const struct zp_config *config, int64_t now,
                                     struct zp_booking *booking,
                                     const struct zp__dikidi_booking *remote);

// Is that what the row has already, at the same version?
bool zp__booking_is_same(const struct zp_booking *booking, const struct zp__dikidi_booking *remote);

// Errors of a row that say what a person was told once about reading it; a good reading takes them
// off again.
#define ZP_NAME_NOT_FOUND "BOOKING_NOT_FOUND"
#define ZP_NAME_FOREIGN   "COMPANY_ERROR"
// The sentence about a known number that is another company's.
void zp__booking_foreign(const char *number, struct zp_error *error);
bool zp__booking_was_told(const struct zp_booking *booking, const char *name);

#endif
