// A run without a driver: inputs in, the one effect out. Nothing here knows a network, a store or a
// clock.
#ifndef TESTS_SYNC_MACHINE_H
#define TESTS_SYNC_MACHINE_H

#include "sync/run.h"

#define NOW      INT64_C(1795433520) // 2026-11-23 14:32 in Moscow
#define STARTS   (NOW + 3600)
#define RECHECK  60
#define REQUEST  "01a2076b-f94a-7ca7-8aa3-c83330e147d6"
#define NUMBER   "852900001"
#define FRESH    "01a2076b-f94a-7ca7-8aa3-c83330efffff" // of a row that is learned
#define OPERATOR "olga"

struct machine {
    struct zp_config config;
    struct zp__run *run;
    struct zp__effect effect;
    bool more; // an effect is asked for
};

// Of one test: *state is a talloc context.
int machine_set_up(void **state);
int machine_tear_down(void **state);
// A claimed task of that kind about a booking in that state (booked and later ones have a number).
struct machine *machine_new(TALLOC_CTX *ctx, const char *kind, enum zp_booking_state state,
                            const char *memory);
// The same about a subject (store.h); state -1: the journal has no booking for it.
struct machine *machine_about(TALLOC_CTX *ctx, const char *kind, const char *subject, int state,
                              const char *memory);
void machine_start(struct machine *machine);
void machine_applied(struct machine *machine);
// The change was a conflict: the row is now in `state`; -1: there is still none.
void machine_reloaded(struct machine *machine, int state);
// The journal's answer to LOAD: a booking of another request in `state`, moved to the request
// `moved_to` (NULL: not); state -1: there is none.
#define OTHER "01a2076b-f94a-7ca7-8aa3-c83330e10000"
void machine_loaded(struct machine *machine, int state, const char *moved_to);
// The run's booking is the new time of a move of OTHER.
void machine_moving(struct machine *machine);
void machine_dikidi(struct machine *machine, enum zp__outcome outcome, enum zp_error_code code,
                    const char *name);
void machine_dikidi_booking(struct machine *machine, enum zp__dikidi_status status);
// Dikidi's answer to READ; copied.
void machine_told(struct machine *machine, const struct zp__dikidi_booking *told);
// The journal's answer to TWINS, REVERSE or STALE.
void machine_journal(struct machine *machine, const struct zp__store_answer *answer);
void machine_slots(struct machine *machine, bool offered);
void machine_crm(struct machine *machine, const struct zp__crm_answer *answer);
void machine_crm_error(struct machine *machine, enum zp__crm_outcome outcome,
                       enum zp_error_code code);

// Assertions with the place of the caller.
#define expect_effect(m, k)                                                                        \
    do {                                                                                           \
        assert_true((m)->more);                                                                    \
        assert_int_equal((m)->effect.kind, k);                                                     \
    } while (0)
#define expect_change(m, booking_state, end)                                                       \
    do {                                                                                           \
        expect_effect(m, ZP_EFFECT_APPLY);                                                         \
        assert_non_null((m)->effect.change.booking);                                               \
        assert_int_equal((m)->effect.change.booking->state, booking_state);                        \
        assert_int_equal((m)->effect.change.task_end, end);                                        \
    } while (0)
#define expect_task(m, end)                                                                        \
    do {                                                                                           \
        expect_effect(m, ZP_EFFECT_APPLY);                                                         \
        assert_null((m)->effect.change.booking);                                                   \
        assert_int_equal((m)->effect.change.task_end, end);                                        \
    } while (0)
#define expect_over(m, fine)                                                                       \
    do {                                                                                           \
        assert_false((m)->more);                                                                   \
        assert_true((m)->run->over);                                                               \
        assert_int_equal((m)->run->ok, fine);                                                      \
    } while (0)

#endif
