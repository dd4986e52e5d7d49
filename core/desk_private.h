// Inside the desk: one `ask` for each submitted request until its one answer. Asynchronous calls
// carry a ticket (desk and ask id, never the ask), so an answer that comes after its ask has ended
// is dropped.
#ifndef ZP_DESK_PRIVATE_H
#define ZP_DESK_PRIVATE_H

#include "bitrix24/bitrix24.h"
#include "dikidi/dikidi.h"
#include "store/store.h"
#include "sync/driver.h"
#include "sync/look.h"
#include <zapis/desk.h>
#include <zapis/limits.h>
#include <zapis/phone.h>

struct zp__ask;
typedef void (*zp__ask_fn)(struct zp__ask *ask);

// What is wished, for the offers after SLOT_TAKEN; pointers are the ask's.
struct zp__wish {
    const char *const *service_ids;
    size_t service_count;
    const char *master_id; // NULL: any
    int64_t starts_at;
    struct zp_error refusal;
    struct zp_slots *day; // what its own day offers
};

struct zp__ask {
    struct zp__ask *next;
    uint64_t id;
    struct zp_desk *desk;
    struct zp_request request; // deep copy, owned by the ask
    struct zp_event event;     // the answer being made; its parts are owned by the ask
    zp__ask_fn then;           // what follows when the catalogue, or another shared thing, is there
    struct zp_error then_error; // ZP_OK, or why it is not there
    int pending;                // calls outstanding of a bundle
    int step;                   // of a sequence
    int tries;                  // conflicts so far
    uint64_t *calls;            // Dikidi calls to give up when the ask is cancelled
    size_t call_count;
    struct zp__wish wish;
    zp__driver_fn run_end; // of the intent that is being written
    void *state;           // what the kind of ask needs besides (talloc child of the ask)
};

struct zp__look_cache {
    struct zp_look *look;
    int64_t made_boot_ms;
};

struct zp_desk {
    struct zp_desk_options o;
    struct zp_loop *loop;
    char *operator_name;
    struct zp_store *store;
    struct zp_dikidi *dikidi;
    struct zp_bitrix24 *crm;
    struct zp__driver *driver;
    struct zp__ask *asks;
    uint64_t last_id;
    struct zp_catalogue *catalogue; // the local copy as last read, NULL: not yet
    struct zp_catalogue *fetched;   // services of a fetch under way, until the masters come
    bool fetching;                  // a fetch of the catalogue is under way; asks with `then` wait
    struct zp__look_cache look;
    struct zp__doubt *doubts; // bookings that a look at a day had read again, desk_slots.c
    size_t doubt_count;
    struct zp_connection dikidi_state, crm_state;
    int waiting, attention;
    bool counting, count_again; // the queue was counted just now; it moved since
    struct zp_timer *count_rest;
};

// ---- asks
// ------------------------------------------------------------------------------------------------------
struct zp__ask *zp__ask_find(struct zp_desk *desk, uint64_t id);
void zp__ask_answer(struct zp__ask *ask, const struct zp_error *error); // NULL: ok. Ends the ask
void zp__ask_refuse(struct zp__ask *ask, enum zp_error_code code, const char *name,
                    const char *message);

struct zp__ticket {
    struct zp_desk *desk;
    uint64_t ask_id;
    size_t index;
};
struct zp__ticket *zp__ask_ticket(struct zp__ask *ask, size_t index);
// Frees the ticket; NULL when its ask has ended.
struct zp__ask *zp__ticket_take(void *ticket, size_t *index);
// The same for an answer of the journal. NULL also when the journal failed: the ask was told so.
struct zp__ask *zp__ticket_answered(void *ticket, const struct zp__store_answer *answer);
// The same for an answer of a service, whose connection's state it tells besides.
struct zp__ask *zp__ticket_heard_dikidi(void *ticket, const struct zp__dikidi_answer *answer,
                                        size_t *index);
struct zp__ask *zp__ticket_heard_crm(void *ticket, const struct zp__crm_answer *answer);
// The same for the end of a run, whose booking (NULL: none) becomes the answer's.
struct zp__ask *zp__ticket_ended(void *ticket, const struct zp_booking *booking);
// The phone of a request in E.164. False: the ask was told what is wrong with it.
bool zp__ask_phone(struct zp__ask *ask, const char *typed, char phone[ZP_PHONE_SIZE]);
void zp__ask_remember_call(struct zp__ask *ask, uint64_t dikidi_call);

int64_t zp__desk_clock(const struct zp_desk *desk);

// A history line of now; owned by the ask. detail may be NULL.
struct zp_history *zp__ask_line(struct zp__ask *ask, const char *what, const char *by,
                                const char *detail);

// ---- what asks share
// ------------------------------------------------------------------------------------------- Calls
// then(ask) when desk->catalogue is there (then_error ZP_OK) or cannot be had. refresh: asked of
// Dikidi whatever its age.
void zp__desk_need_catalogue(struct zp__ask *ask, bool refresh, zp__ask_fn then);
// Connection states and the event for a change of them.
void zp__desk_told(struct zp_desk *desk, enum zp__service service, const struct zp_error *error);
void zp__desk_heard_dikidi(struct zp_desk *desk, const struct zp__dikidi_answer *answer);
void zp__desk_heard_crm(struct zp_desk *desk, const struct zp__crm_answer *answer);
void zp__desk_booking_changed(struct zp_desk *desk, const struct zp_booking *booking);
void zp__desk_queue_changed(struct zp_desk *desk);

// Services, end, sum and the master's name of a visit at booking->master_id from starts_at on. All
// ids must be in the catalogue.
void zp__desk_fill_visit(const struct zp_desk *desk, struct zp_booking *booking,
                         const char *const *service_ids, size_t service_count);
// show, and show --refresh, by the reference of a SHOW, an ADOPT or a MEND.
void zp__desk_show(struct zp__ask *ask);
void zp__desk_refresh(struct zp__ask *ask);
// Writes a new row with its `book` task and works on it; run_end is called with a ticket of the
// ask. memory: the task's first, NULL none.
void zp__desk_write_intent(struct zp__ask *ask, struct zp_booking *booking, const char *memory,
                           zp__driver_fn run_end);
// Answers with the refusal and the next free times for ask->wish.
void zp__desk_answer_with_offers(struct zp__ask *ask, const struct zp_error *refusal);
// A booking of several numbers is read whole: *then* is called with the sum of its parts, or with
// the first answer that was none. One call at a time for an ask.
typedef void (*zp__desk_read_fn)(struct zp__ask *ask, const struct zp__dikidi_answer *answer);
void zp__desk_read_visit(struct zp__ask *ask, const struct zp_booking *booking,
                         zp__desk_read_fn then);

// ---- the kinds of ask
// ------------------------------------------------------------------------------------------
void zp__ask_catalogue(struct zp__ask *ask);
void zp__ask_shifts(struct zp__ask *ask);
void zp__ask_slots(struct zp__ask *ask);
void zp__ask_look(struct zp__ask *ask);
void zp__ask_book(struct zp__ask *ask);
void zp__ask_cancel_booking(struct zp__ask *ask);
void zp__ask_move(struct zp__ask *ask);
void zp__ask_mark(struct zp__ask *ask);
void zp__ask_adopt(struct zp__ask *ask);
void zp__ask_mend(struct zp__ask *ask);
void zp__ask_show(struct zp__ask *ask);
void zp__ask_day(struct zp__ask *ask);
void zp__ask_truth(struct zp__ask *ask);
void zp__ask_clients(struct zp__ask *ask);
void zp__ask_client(struct zp__ask *ask);
void zp__ask_client_note(struct zp__ask *ask);
void zp__ask_forget(struct zp__ask *ask);
void zp__ask_numbers(struct zp__ask *ask);
// What is counted from a client's bookings, newest first. Pure.
struct zp_client_card *zp__client_card(TALLOC_CTX *ctx, const struct zp_zone *zone,
                                       const struct zp_client *client,
                                       struct zp_booking *const *bookings, size_t count,
                                       int64_t now);
void zp__ask_waiting(struct zp__ask *ask);
void zp__ask_waiting_put(struct zp__ask *ask);
void zp__ask_waiting_drop(struct zp__ask *ask);
void zp__ask_queue(struct zp__ask *ask);
void zp__ask_queue_retry(struct zp__ask *ask);
void zp__ask_queue_drop(struct zp__ask *ask);
void zp__ask_sync_once(struct zp__ask *ask);
void zp__ask_check(struct zp__ask *ask);
void zp__ask_setup(struct zp__ask *ask);

#endif
