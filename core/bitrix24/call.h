// A call on its way: one or several exchanges with Bitrix24 that end in one answer. What the files
// of this room share.
#ifndef ZP_BITRIX24_CALL_H
#define ZP_BITRIX24_CALL_H

#include "bitrix24/bitrix24.h"
#include "bitrix24/fields.h"
#include "net/http.h"
#include <zapis/json.h>

#define ZP_CRM_ORIGINATOR "dikidi" // ORIGINATOR_ID of what we make
#define ZP_CRM_PAGE       50       // fixed by Bitrix24
#define ZP_CRM_PAGES      10       // of a list that is not ours to bound
#define ZP_CRM_NAMES      500
#define ZP_CRM_RESTS      32 // methods whose working time is remembered

enum zp__crm_family { ZP_CRM_FAMILY_UNKNOWN, ZP_CRM_FAMILY_ITEM, ZP_CRM_FAMILY_LEGACY };

// Working time of one method (bitrix24.md 3). Times of the loop but reset_at, which is the
// portal's.
struct zp__crm_rest {
    char method[64];
    int64_t until_ms; // not asked before; 0: it works
    int64_t reset_at; // as the last answer said
    int64_t told_at_ms;
};

struct zp_bitrix24 {
    struct zp_loop *loop;
    const struct zp_config *config; // the caller's; outlives this
    struct zp_http *http;
    struct zp_pace *pace;
    enum zp__crm_family family;
    int limited_in_a_row; // for backing off
    int64_t held_until_ms;
    struct zp__crm_rest rests[ZP_CRM_RESTS];
    int64_t source_seen_ms; // when the source was last seen in its directory; 0: never
    uint64_t last_id;
    struct zp__crm_call *calls; // all that have not ended
    bool closing;
};

// What one exchange gave.
struct zp__crm_result {
    const struct zp_json *result; // of the body; valid in the handler only
    int64_t next;                 // start of the next page, 0: none
    int64_t total;
    int64_t server_time;
    int server_offset_s;
    enum zp__crm_outcome outcome; // for a write
    struct zp_error error;        // ZP_OK: it worked
    char code[64];                // Bitrix24's `error` as it was, may be ""
    bool missing;                 // "Not found"
    int64_t hold_ms;              // the portal asked for a pause of everything; 0: no
    bool rests;                   // this one method is blocked for a while
    int64_t reset_at;             // operating_reset_at, 0: not told
};

enum zp__crm_phase { ZP_CRM_WAITING, ZP_CRM_SENDING, ZP_CRM_IN_FLIGHT, ZP_CRM_ENDING };

struct zp__crm_call;
typedef void (*zp__crm_step_fn)(struct zp__crm_call *call);
typedef void (*zp__crm_then_fn)(struct zp__crm_call *call, const struct zp__crm_result *result);
// True: the failure is dealt with (another exchange was asked, or the call settled).
typedef bool (*zp__crm_failed_fn)(struct zp__crm_call *call, const struct zp__crm_result *result);

struct zp__crm_call {
    struct zp__crm_call *next, *previous;
    struct zp_bitrix24 *crm;
    uint64_t id;
    enum zp__crm_phase phase;
    enum zp__pace_class class_;
    uint64_t pace_id, http_id;
    struct zp_timer *end_timer;
    bool given_up, settled;

    bool is_write; // its answer has an outcome
    bool writing;  // the exchange on its way changes something
    bool wrote;    // the change was answered with success; what follows only looks
    char *method, *body;
    zp__crm_step_fn begin;    // the first exchange, again after a change of family
    zp__crm_then_fn then;     // of the exchange on its way
    zp__crm_failed_fn failed; // NULL: a failure ends the call
    zp__crm_sending_fn sending;
    zp__crm_fn fn;
    void *data;

    // what was asked
    enum zp_crm_entity entity;
    char *wanted_id, *booking_id, *phone, *stage_id;
    char *name;                    // of a person, a source; a comment; the stage before a move
    struct zp__crm_fields *fields; // a copy
    int category_id;
    int64_t from, to;

    // between exchanges
    int64_t start; // of the page
    size_t pages;  // read so far
    int round;     // of a call that asks the same in several ways
    char **ids;    // found, to be read
    size_t id_count;
    size_t found_count; // of them all

    struct zp__crm_answer answer;
};

// ---- client.c
struct zp__crm_call *zp__crm_call_new(struct zp_bitrix24 *crm, enum zp__pace_class class_,
                                      zp__crm_fn fn, void *data);
struct zp__crm_call *zp__crm_write_new(struct zp_bitrix24 *crm, enum zp__pace_class class_,
                                       zp__crm_sending_fn sending, zp__crm_fn fn, void *data);
// Starts it; `begin` asks the first exchange. With `family` the method family is found out before.
uint64_t zp__crm_start(struct zp__crm_call *call, bool family, zp__crm_step_fn begin);
// Ends it in the next turn with this error: nothing was sent.
uint64_t zp__crm_refuse(struct zp__crm_call *call, enum zp_error_code code, const char *sentence);
// The next exchange. `params` is printed here and freed by the caller. A write must hold `fields`.
void zp__crm_ask(struct zp__crm_call *call, const char *method, const struct zp_json *params,
                 zp__crm_then_fn then);
void zp__crm_ask_write(struct zp__crm_call *call, const char *method, const struct zp_json *params,
                       zp__crm_then_fn then);
// The answer stands.
void zp__crm_settle(struct zp__crm_call *call);
// The result is not what the method gives: BAD_ANSWER after a read, UNKNOWN after a write. `what`
// is a msgid, translated here.
void zp__crm_nonsense(struct zp__crm_call *call, const char *what);
bool zp__crm_legacy(const struct zp__crm_call *call);
// Rows of a list: result itself, or its member. NULL: neither; an empty array may stand for all.
const struct zp_json *zp__crm_rows(const struct zp__crm_result *result, const char *member);
// What findbycomm answered is not what it gives ([] or {"CONTACT":[…]}), and the call has ended so.
bool zp__crm_found_nonsense(struct zp__crm_call *call, const struct zp__crm_result *result,
                            const char *kind);
// True: more pages follow and call->start is set to the next one.
bool zp__crm_more(struct zp__crm_call *call, const struct zp__crm_result *result);

// ---- limits.c
// What an answer says of the limits, kept; the pause goes into the error.
void zp__crm_count_limits(struct zp_bitrix24 *crm, const char *method,
                          struct zp__crm_result *result, int64_t now);
// True, with the error: the method is not to be asked yet.
bool zp__crm_rests(struct zp_bitrix24 *crm, const char *method, struct zp_error *err);

// ---- judge.c
void zp__crm_judge(TALLOC_CTX *ctx, const struct zp__http_reply *reply, bool writing, int64_t now,
                   const char *webhook_url, struct zp__crm_result *result);
void zp__crm_unbelievable(bool writing, int status, const char *what, struct zp_error *err);

// ---- entry.c
int zp__crm_type_id(enum zp_crm_entity entity); // entityTypeId
// An object with what the item methods want to know of the entity; empty for the legacy ones.
struct zp_json *zp__crm_entry_params(struct zp__crm_call *call, enum zp_crm_entity entity);
// "crm.item.get", "crm.deal.get", "crm.lead.get"
const char *zp__crm_entry_method(TALLOC_CTX *ctx, const struct zp__crm_call *call,
                                 enum zp_crm_entity entity, const char *verb);
// "crm.deal.get", "crm.lead.get"
char *zp__crm_legacy_method(TALLOC_CTX *ctx, enum zp_crm_entity entity, const char *verb);
void zp__crm_select(const struct zp__crm_call *call, enum zp_crm_entity entity,
                    struct zp_json *params);
// Into entries of the answer. False: no entry in it.
bool zp__crm_read_entry(struct zp__crm_call *call, enum zp_crm_entity entity,
                        const struct zp_json *row);
void zp__crm_drop_entries(struct zp__crm_call *call);
bool zp__crm_has_booking(const struct zp__crm_entry *entry, const char *booking_id);
bool zp__crm_has_contact(const struct zp__crm_entry *entry, const char *id);
void zp__crm_sort_entries(struct zp__crm_call *call);
// The names of the fields that are not as they were written, joined by ", "; NULL: all are.
char *zp__crm_not_kept(struct zp__crm_call *call, const struct zp__crm_entry *entry, bool added);

// ---- texts.c
struct zp__crm_fields *zp__crm_copy_fields(TALLOC_CTX *ctx, const struct zp__crm_fields *fields);
char *zp__crm_title(TALLOC_CTX *ctx, const char *text);
char *zp__crm_comment_text(TALLOC_CTX *ctx, const char *text);
// The members of `fields` for an add or an update, in the call's family.
void zp__crm_write_fields(const struct zp__crm_call *call, struct zp_json *fields, bool adding);
void zp__crm_write_phone(const struct zp__crm_call *call, struct zp_json *fields,
                         const char *phone);
// {"id":…} of a get, {"entityTypeId":…,"id":…} in the item family.
void zp__crm_add_id(struct zp_json *params, const char *key, const char *id);

// ---- read.c: also used by writes that look again
void zp__crm_ask_entry(struct zp__crm_call *call, zp__crm_then_fn then);
// The single entry of a get, an add or an update of the item family; NULL: none.
const struct zp_json *zp__crm_item(const struct zp__crm_result *result);
// crm.item refuses a filter by a field that is not there: a `failed` of lists.
bool zp__crm_filter_failed(struct zp__crm_call *call, const struct zp__crm_result *result);
// The portal lacks our fields: settled with a sentence.
void zp__crm_no_fields(struct zp__crm_call *call);

// ---- convert.c
// Leads of the answer, or one that is not there any more, are replaced by the deal that came of
// them, where there is one; then the call settles. Asked of those that say they were converted; of
// all where the call looks for a booking's entry: its deal may be there before the lead says so.
// False: nothing to follow.
bool zp__crm_follow_leads(struct zp__crm_call *call, const char *gone_id);

#endif
