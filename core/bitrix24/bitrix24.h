// Bitrix24: its REST calls over an incoming webhook, its error rules, set-up, and the calls of the
// contact and deal log (bitrix24.md). Both method families (crm.item.* and legacy) behind one face;
// every name of Bitrix24's wire stands in this folder alone. Single calls only: the order, the
// journal and the repeats are core/sync's.
#ifndef ZP_BITRIX24_BITRIX24_H
#define ZP_BITRIX24_BITRIX24_H

#include "net/pace.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <zapis/config.h>
#include <zapis/error.h>
#include <zapis/loop.h>
#include <zapis/memory.h>
#include <zapis/time.h>

struct zp_bitrix24;
struct zp_bitrix24 *zp__bitrix24_new(TALLOC_CTX *ctx, struct zp_loop *loop,
                                     const struct zp_config *config);

// The outcome of a write (as in dikidi.h; repeated here because the two rooms do not know each
// other).
enum zp__crm_outcome { ZP_CRM_DONE, ZP_CRM_REFUSED, ZP_CRM_UNKNOWN, ZP_CRM_NOT_SENT };

// A deal or a lead, family-neutral.
struct zp__crm_entry {
    char *id;
    enum zp_crm_entity entity;
    char *title, *stage_id;
    char semantic;   // 'P' in progress, 'S' success, 'F' failure, 0 unknown
    int category_id; // funnel; leads 0
    char *lead_id;   // deals: the lead that it was made of; NULL none
    char **contact_ids;
    size_t contact_count;
    char *booking_field, *originator_id, *origin_id; // "" when empty
    char *source_id;
    int64_t visit_at; // of the visit field; 0 none
    int64_t opportunity_minor;
    char *phone;        // leads: first phone, ""
    int64_t updated_at; // of zp__crm_changed: UTC seconds, 0 not told
};

// What a deal or lead is to hold (design/interface.md "What the CRM shows"); the caller makes the
// texts.
struct zp__crm_fields {
    const char *title, *comments; // plain text: BB code and length are this room's business
    const char *source_id, *source_description;
    int64_t opportunity_minor;
    const char *currency;
    const char *booking_id; // -> ORIGIN_ID (ORIGINATOR_ID "dikidi") and the booking field
    int64_t visit_at; // -> visit field (server offset), BEGINDATE and CLOSEDATE (the day on the
                      // salon's clock)
    const char *contact_id; // NULL: none (walk-in)
    // leads only: its own name and phone when there is no contact step
    const char *client_name, *client_phone;
};

struct zp__crm_contact {
    char *id, *name;
    char **phones; // as stored
    size_t phone_count;
    bool ours; // ORIGINATOR_ID "dikidi"
};

struct zp__crm_stage {
    char *id, *name;
    char semantic; // 'P', 'S', 'F'
    int sort;
};

struct zp__crm_answer {
    bool ok;
    enum zp__crm_outcome outcome;  // writes
    struct zp_error error;         // name: Bitrix24's own error string where not empty
    int64_t server_time;           // time.date_finish, UTC seconds, 0
    int server_offset_s;           // the portal's offset, when server_time is known
    struct zp__crm_entry *entries; // find, get: rows that were compared in C and are ours
    size_t entry_count;
    struct zp__crm_contact *contacts;
    size_t contact_count;
    struct zp__crm_stage *stages;
    size_t stage_count;
    char *id;      // add: the new id
    bool missing;  // get: "Not found" - deleted or no right to read; NEVER cancelled
    int64_t total; // count
    char **names;  // scope, userfields ("UF_CRM_X:string:N"), sources ("DIKIDI=Name"), funnels
                   // ("1=Name"); count of visits: Dikidi numbers
    size_t name_count;
    char **titles;   // count of visits: what the entry of names[i] is called, "" for none
    int64_t *visits; // and when its visit begins, UTC seconds
    char *told;      // a sentence for the booking's history; NULL: nothing to tell
    int number;      // settings mode, profile: 1 admin 0 not
    bool flag;       // method.get: exists and is available
};
typedef void (*zp__crm_fn)(const struct zp__crm_answer *answer, void *data);

// Which family is used is found once (config.bitrix24.methods, `auto`: method.get of crm.item.add)
// and kept. All calls: return an id (never 0); fn exactly once, from the loop; class_ is the place
// in the budget.

// Deals or leads whose booking field or ORIGINATOR_ID/ORIGIN_ID is `booking_id`, compared byte for
// byte in C (traps T2), lowest id first. More than one is possible: the caller decides.
// A lead that was converted, whatever stage it was put into since, is replaced by the deal that
// came of it (`entity` says so), which may carry nothing of ours yet, or another booking's number.
uint64_t zp__crm_find_by_booking(struct zp_bitrix24 *crm, enum zp__pace_class class_,
                                 enum zp_crm_entity entity, const char *booking_id, zp__crm_fn fn,
                                 void *data);
// Lead mode: open leads (semantic P) of that phone without a booking number, lowest id first: made
// by a person, to be adopted.
uint64_t zp__crm_find_open_leads(struct zp_bitrix24 *crm, enum zp__pace_class class_,
                                 const char *phone, zp__crm_fn fn, void *data);
// Deals (leads) with a booking number that were changed at `since` (UTC seconds) or later, oldest
// change first, all pages up to about ZP_CRM_CHANGED_ROWS rows; `flag`: there are more. The legacy
// family leaves a filter that it does not know out of account: rows without a number, or older
// ones, are dropped here.
#define ZP_CRM_CHANGED_ROWS 1000
uint64_t zp__crm_changed(struct zp_bitrix24 *crm, enum zp__pace_class class_,
                         enum zp_crm_entity entity, int64_t since, zp__crm_fn fn, void *data);
uint64_t zp__crm_get(struct zp_bitrix24 *crm, enum zp__pace_class class_, enum zp_crm_entity entity,
                     const char *id, zp__crm_fn fn, void *data);
// The deal that a lead became, whatever stage the lead stands in: the one with `booking_id`, else
// the oldest; no entry if there is none.
uint64_t zp__crm_deal_of_lead(struct zp_bitrix24 *crm, enum zp__pace_class class_,
                              const char *lead_id, const char *booking_id, zp__crm_fn fn,
                              void *data);
// Contacts by all spellings of the phone (findbycomm, then read), best first: the one whose stored
// phone normalises to ours, then lowest id. More than one: `told` says so, and which is first.
uint64_t zp__crm_find_contacts(struct zp_bitrix24 *crm, enum zp__pace_class class_,
                               const char *phone, zp__crm_fn fn, void *data);

// `sending` is called just before the bytes go; false: nothing is sent (NOT_SENT, ZP_E_CANCELLED).
typedef bool (*zp__crm_sending_fn)(void *data);
uint64_t zp__crm_add_contact(struct zp_bitrix24 *crm, enum zp__pace_class class_, const char *name,
                             const char *phone, zp__crm_sending_fn sending, zp__crm_fn fn,
                             void *data);
// A lead that the portal turned into a deal at once: entries[0] is that deal (zp__crm_update gives
// it our fields), or the lead with semantic S where its deal is not to be had, or `missing`.
uint64_t zp__crm_add(struct zp_bitrix24 *crm, enum zp__pace_class class_, enum zp_crm_entity entity,
                     const struct zp__crm_fields *fields, zp__crm_sending_fn sending, zp__crm_fn fn,
                     void *data);
// Writes our fields to an existing deal or lead (adoption of a lead, a deal made by conversion).
// Contacts staff added stay (T6).
uint64_t zp__crm_update(struct zp_bitrix24 *crm, enum zp__pace_class class_,
                        enum zp_crm_entity entity, const char *id,
                        const struct zp__crm_fields *fields, zp__crm_sending_fn sending,
                        zp__crm_fn fn, void *data);
// Moves to a stage of ITS OWN funnel and re-reads: answer.entries[0] is what it is now (T4: `true`
// proves nothing). A converted lead stays what it is.
uint64_t zp__crm_move(struct zp_bitrix24 *crm, enum zp__pace_class class_,
                      enum zp_crm_entity entity, const char *id, const char *stage_id,
                      zp__crm_sending_fn sending, zp__crm_fn fn, void *data);
uint64_t zp__crm_comment(struct zp_bitrix24 *crm, enum zp__pace_class class_,
                         enum zp_crm_entity entity, const char *id, const char *text,
                         zp__crm_sending_fn sending, zp__crm_fn fn, void *data);
// Stages of a funnel (deals) or of leads (category ignored), in order of SORT.
uint64_t zp__crm_stages(struct zp_bitrix24 *crm, enum zp__pace_class class_,
                        enum zp_crm_entity entity, int category_id, zp__crm_fn fn, void *data);
// The failure stage to use: the configured one if it is a failure stage of this funnel, else the
// first of semantic F. NULL: none.
const struct zp__crm_stage *zp__crm_failure_stage(const struct zp__crm_answer *stages,
                                                  const char *configured);
// How many deals (leads) have a booking number, a visit in [from, to) and are not in a failure
// stage; counted in Bitrix24. `names` are their booking numbers (at most 500).
uint64_t zp__crm_count_visits(struct zp_bitrix24 *crm, enum zp__pace_class class_,
                              enum zp_crm_entity entity, int64_t from, int64_t to, zp__crm_fn fn,
                              void *data);

// Reads of the set-up and the check.
uint64_t zp__crm_profile(struct zp_bitrix24 *crm, enum zp__pace_class class_, zp__crm_fn fn,
                         void *data);
uint64_t zp__crm_scope(struct zp_bitrix24 *crm, enum zp__pace_class class_, zp__crm_fn fn,
                       void *data);
uint64_t zp__crm_mode(struct zp_bitrix24 *crm, enum zp__pace_class class_, zp__crm_fn fn,
                      void *data);
uint64_t zp__crm_method_exists(struct zp_bitrix24 *crm, enum zp__pace_class class_,
                               const char *method, zp__crm_fn fn, void *data);
uint64_t zp__crm_funnels(struct zp_bitrix24 *crm, enum zp__pace_class class_, zp__crm_fn fn,
                         void *data);
uint64_t zp__crm_sources(struct zp_bitrix24 *crm, enum zp__pace_class class_, zp__crm_fn fn,
                         void *data);
uint64_t zp__crm_userfields(struct zp_bitrix24 *crm, enum zp__pace_class class_,
                            enum zp_crm_entity entity, zp__crm_fn fn, void *data);
uint64_t zp__crm_add_source(struct zp_bitrix24 *crm, const char *id, const char *name,
                            zp__crm_fn fn, void *data);
// type: "string" or "datetime". label: shown in the card, both languages alike.
uint64_t zp__crm_add_userfield(struct zp_bitrix24 *crm, enum zp_crm_entity entity, const char *name,
                               const char *type, const char *label, zp__crm_fn fn, void *data);

// Questions to a live portal that only read (bitrix24.md 18), for `check`. The answer's `flag`:
// does the older list leave a filter by an unknown field out of account (rows came all the same);
// is "_" a wildcard where the filter has no prefix (the last digit of booking_id is replaced by
// it); does findbycomm know a contact by exactly this spelling.
uint64_t zp__crm_ask_unknown_key(struct zp_bitrix24 *crm, enum zp__pace_class class_,
                                 enum zp_crm_entity entity, zp__crm_fn fn, void *data);
uint64_t zp__crm_ask_wildcard(struct zp_bitrix24 *crm, enum zp__pace_class class_,
                              enum zp_crm_entity entity, const char *booking_id, zp__crm_fn fn,
                              void *data);
uint64_t zp__crm_ask_spelling(struct zp_bitrix24 *crm, enum zp__pace_class class_,
                              const char *phone, zp__crm_fn fn, void *data);

void zp__crm_cancel_call(struct zp_bitrix24 *crm, uint64_t id);

#endif
