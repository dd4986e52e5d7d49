// A booking as the journal knows it. Owned by the talloc context it came in.
#ifndef ZAPIS_BOOKING_H
#define ZAPIS_BOOKING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <zapis/memory.h>

// design/architecture.md "Step machines"
enum zp_booking_state {
    ZP_BOOKING_INTENT,     // written, not sent
    ZP_BOOKING_SENT,       // the POST may have left; no answer yet
    ZP_BOOKING_BOOKED,     // Dikidi has it
    ZP_BOOKING_REFUSED,    // Dikidi said no; nothing was made
    ZP_BOOKING_UNCERTAIN,  // sent, answer unknown: it may or may not exist
    ZP_BOOKING_CANCELLING, // a cancel is written, its answer is not known yet
    ZP_BOOKING_CANCELLED,
    ZP_BOOKING_DROPPED, // a person gave an unsent or uncertain one up
};
#define ZP_BOOKING_STATES 8
const char *zp_booking_state_name(enum zp_booking_state state); // "intent" …: the word of --json
bool zp_booking_state_parse(const char *name, enum zp_booking_state *out);
const char *zp_booking_state_words(enum zp_booking_state state); // for people, translated
// True for states whose time is, or may be, taken: intent, sent, booked, uncertain, cancelling.
bool zp_booking_state_holds_time(enum zp_booking_state state);

enum zp_crm_state { ZP_CRM_NONE, ZP_CRM_QUEUED, ZP_CRM_LOGGED, ZP_CRM_ATTENTION };
const char *zp_crm_state_name(enum zp_crm_state state); // "none", "queued", "logged", "attention"

enum zp_booking_origin { ZP_ORIGIN_DESK, ZP_ORIGIN_APP, ZP_ORIGIN_WALK_IN };
const char *zp_booking_origin_name(
    enum zp_booking_origin origin); // "desk", "app", "walk-in": SOURCE_DESCRIPTION

enum zp_attendance { ZP_ATTENDANCE_WAITING, ZP_ATTENDANCE_CAME, ZP_ATTENDANCE_NO_SHOW };
#define ZP_ATTENDANCES 3
const char *zp_attendance_name(enum zp_attendance attendance); // "waiting", "came", "no-show"
bool zp_attendance_parse(const char *name, enum zp_attendance *out);

struct zp_booked_service {
    char *id, *name;
    int duration_min;
    int64_t price_minor;
};

struct zp_booking {
    char *request_id; // UUID, ours: the Idempotency-Key and external_id; the journal's key with
                      // company
    char *company;
    int64_t revision; // rises with every write; the guard of zp__store_apply
    enum zp_booking_state state;

    char *booking_id;   // Dikidi's number, the first of several; NULL until known
    char **booking_ids; // all of them
    size_t booking_id_count;

    int64_t starts_at, ends_at; // UTC seconds
    char *master_id, *master;
    struct zp_booked_service *services;
    size_t service_count;
    int64_t price_minor;
    char *currency;

    char *client_name, *client_phone; // phone E.164, "" for a walk-in without one (then what was
                                      // sent is configured)
    char *comment;
    enum zp_booking_origin origin;
    enum zp_attendance attendance;
    char *cancel_reason;         // "" unless a cancel was asked or learned
    char *moved_from, *moved_to; // request ids, NULL
    // In the list of a client's card alone: it was a mistake and taken back, or (with moved_to) its
    // cancel was. Nobody lived that as a cancelled visit.
    bool undone;

    enum zp_crm_state crm_state;
    char *crm_entity; // "deal" or "lead", NULL until known
    char *crm_id;     // NULL until known
    char *crm_contact_id;
    char *crm_stage;

    char *error_code, *error_message; // why it is refused, uncertain …; NULL
    char
        *sent_body; // the exact bytes of the POST, for a repeat with the same key; NULL before sent
    int64_t remote_version;    // Dikidi's version, 0 unknown
    int64_t remote_updated_at; // Dikidi's updated_at, 0 unknown

    int64_t created_at, updated_at;
    char *created_by;     // operator
    int64_t forgotten_at; // its person was erased then: what tells of him is not taken in again; 0
};

struct zp_history {
    int64_t at;
    char *what;   // a word of a fixed list: "intent", "sent", "booked", "refused", "uncertain",
                  // "cancelling", "logged" …
    char *by;     // operator, "dikidi", "bitrix24"
    char *detail; // cleaned; may be ""
};

enum zp_task_state { ZP_TASK_WAITING, ZP_TASK_RUNNING, ZP_TASK_ATTENTION };
const char *zp_task_state_name(enum zp_task_state state);

// What waits in the queue: the outbox of the journal.
struct zp_task {
    int64_t id;
    char *
        kind; // "book", "cancel", "move", "crm-log", "crm-cancel", "crm-move", "crm-mark", "look" …
    char *request_id; // the booking it is about; where it is about something else "dikidi:NUMBER",
                      // "deal:ID", "lead:ID", or "dikidi", "bitrix24": a service as a whole
    char *booking_id; // Dikidi's number, of what else it is about too; NULL until known
    enum zp_task_state state;
    int attempts;
    int64_t next_at; // UTC seconds
    char *error;     // "" or a sentence
    // Of a list of visits that a person decides about (in `error`): which list it is, another
    // number when it changes; 0: none. Goes along with the decision (zp_request, queue).
    int64_t list;
};

// Deep copy into ctx.
struct zp_booking *zp_booking_copy(TALLOC_CTX *ctx, const struct zp_booking *booking);
// A new random request id (UUID v7 text), from the kernel's random source.
char *zp_booking_new_request_id(TALLOC_CTX *ctx, int64_t now_ms);

#endif
