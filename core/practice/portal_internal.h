// What the files of the practice portal share. One data set; two families of methods over it:
// portal_legacy*.c speaks crm.deal.*, crm.lead.*, crm.contact.*; portal_item*.c speaks crm.item.*.
// Values of a row are kept in one canonical text each (see enum zp__portal_kind), and each family
// spells them its own way.
#ifndef ZP_PRACTICE_PORTAL_INTERNAL_H
#define ZP_PRACTICE_PORTAL_INTERNAL_H

#include "practice/portal.h"
#include "practice/portal_php.h"

#define ZP_PORTAL_PAGE      50
#define ZP_PORTAL_USER      1 // the employee who made the webhook
#define ZP_PORTAL_COLLEAGUE 7 // a manager: owns what the clerk must not see
#define ZP_PORTAL_MEMBER    "a223c6b3710f85df22e9377d6c4f7553"
#define ZP_PORTAL_BUCKETS   64
#define ZP_PORTAL_MINUTES   10 // over which working time is summed

enum zp__portal_type { ZP_PORTAL_LEAD = 1, ZP_PORTAL_DEAL = 2, ZP_PORTAL_CONTACT = 3 };

// What a value is, and its canonical text.
enum zp__portal_kind {
    ZP_PORTAL_INT,      // "99"
    ZP_PORTAL_LINK,     // id of another row: "84"; unset rather than "0"
    ZP_PORTAL_PERSON,   // id of an employee
    ZP_PORTAL_STRING,   // as given, at most 255 characters
    ZP_PORTAL_TEXT,     // as given
    ZP_PORTAL_STATUS,   // STATUS_ID of a directory
    ZP_PORTAL_CURRENCY, // ISO code
    ZP_PORTAL_MONEY,    // "1500.50", always two decimals
    ZP_PORTAL_DOUBLE,   // "1.5"
    ZP_PORTAL_FLAG,     // "Y" or "N"
    ZP_PORTAL_BOOL,     // user field of type boolean: "1" or "0"
    ZP_PORTAL_DATE,     // "2026-11-23"
    ZP_PORTAL_DATETIME, // UTC seconds
};

// Field flags.
#define ZP_PORTAL_READONLY  1u  // told so by *.fields; a value given is dropped
#define ZP_PORTAL_COMPUTED  2u  // a value given is dropped, and *.fields does not say so
#define ZP_PORTAL_IMMUTABLE 4u  // taken by crm.*.add only
#define ZP_PORTAL_BLANK_OFF 8u  // a blank is ignored by crm.*.update
#define ZP_PORTAL_BLANK     16u // unset reads as "" in crm.*.get, not null

struct zp__portal_field {
    const char *name; // in the legacy family
    const char *item; // in crm.item.*
    enum zp__portal_kind kind;
    unsigned flags;
    const char *directory; // of a STATUS; NULL for stages, whose directory depends on the funnel
    const char *title;
};

struct zp__portal_entity {
    enum zp__portal_type type;
    const char *word;      // "deal"
    const char *uf_entity; // "CRM_DEAL"
    const char *stage;     // field that holds the stage; NULL: none
    const char *semantic;
    bool contacts;                             // may be bound to contacts
    bool multi;                                // has phones
    const char *auto_title_en, *auto_title_ru; // "Deal #", "Сделка #"
    const char *auto_field;
    const struct zp__portal_field *fields;
    size_t field_count;
};
const struct zp__portal_entity *zp__portal_entity(int type); // NULL: no such
// Position of a legacy (or, `item`, a crm.item) name; -1: no such.
int zp__portal_field_find(const struct zp__portal_entity *entity, const char *name, bool item);
// The kind of a user field's values.
enum zp__portal_kind zp__portal_uf_kind(const char *user_type);
const char *zp__portal_kind_type(const struct zp__portal_field *field); // "crm_status", "date" …

struct zp__portal_status {
    int64_t id;
    char *entity_id, *status_id, *name, *name_init, *color;
    int64_t sort;
    bool system;
    char semantics; // 'P', 'S' or 'F'; 0 outside stage directories
    bool apology;
};
struct zp__portal_category {
    int64_t id, sort;
    char *name;
};
struct zp__portal_uf {
    int64_t id;
    enum zp__portal_type type;
    char *name, *user_type;
    bool multiple, mandatory;
    struct zp__php *record; // as crm.*.userfield.get gives it
};
struct zp__portal_uf_value {
    int64_t uf_id;
    char **values;
    size_t count;
};
struct zp__portal_multi {
    int64_t id;
    char *type, *value_type, *value; // "PHONE", "WORK", "+7…"
};
struct zp__portal_product { // a product row
    int64_t id, product_id, price_minor, discount_sum_minor, measure_code, sort;
    char *name, *quantity, *discount_rate, *tax_rate, *measure_name; // tax_rate NULL: none
    int discount_type;                                               // 1 a sum, 2 a percentage
    bool tax_included;
};
struct zp__portal_row {
    const struct zp__portal_entity *entity;
    int64_t id;
    char **values; // one a field of the entity; NULL: unset
    int64_t *contacts;
    size_t contact_count;
    int64_t primary; // contact; 0: none
    struct zp__portal_uf_value *ufs;
    size_t uf_count;
    struct zp__portal_multi *multis;
    size_t multi_count;
    struct zp__portal_product *products;
    size_t product_count;
    bool imported; // added with IMPORT, whatever was said there
};
struct zp__portal_moment { // a row of the stage history
    int64_t id, owner, created_at, category;
    enum zp__portal_type type;
    int kind; // 1 made, 2 on the way, 3 final, 5 another funnel
    char semantic;
    char *stage;
};
struct zp__portal_note { // a comment of the timeline, or a to-do
    int64_t id, owner, created_at, deadline;
    enum zp__portal_type type;
    char *title, *text;
    bool todo;
};
struct zp__portal_rows {
    struct zp__portal_row **items;
    size_t count;
    int64_t last_id;
};
struct zp__portal_bucket {
    char peer[64];
    double level;
    int64_t at_ms;
};
struct zp__portal_minute { // of a method's work
    int64_t minute;        // since 1970, on the portal's clock
    double seconds;
};
struct zp__portal_work {
    char *method;
    double cost_s; // what a call is said to take at least; 0: what it takes
    struct zp__portal_minute minutes[ZP_PORTAL_MINUTES];
};
struct zp__portal_application { // NULL: none installed, no token given yet
    char *id, *secret, *code, *access, *refresh;
    int64_t expires_at; // of the access token
};

struct zp__portal {
    char *secret;
    struct zp_clock clock;
    const struct zp_zone *zone;

    bool events, robot; // the outgoing webhook is there; the robot stands on the failure stages
    int events_delay_ms;
    struct zp__portal_outgoing outgoing;
    struct zp__post *event_post, *robot_post; // NULL: nobody to tell yet

    bool outsider; // an employee who may read neither deals nor leads
    bool clerk, russian, legacy_only, lapsed, revoked, short_time, close_today, mandatory;
    int mode, uf_length;
    double rate_burst, rate_per_second;
    struct zp__portal_bucket buckets[ZP_PORTAL_BUCKETS];
    size_t bucket_count;
    double operating_limit_s;
    struct zp__portal_work *works;
    size_t work_count;
    struct zp__portal_application application;

    struct zp__portal_status **statuses;
    size_t status_count;
    struct zp__portal_category *categories;
    size_t category_count;
    struct zp__portal_uf **ufs;
    size_t uf_count;
    struct zp__portal_rows rows[4]; // by type
    struct zp__portal_moment **moments;
    size_t moment_count;
    struct zp__portal_note **notes;
    size_t note_count;
    int64_t last_status_id, last_uf_id, last_multi_id, last_moment_id, last_note_id;
    int64_t last_product_id;

    void (*changed)(void *data);
    void *changed_data;
};

// ---- one call
struct zp__portal_call {
    struct zp__portal *portal;
    TALLOC_CTX *ctx;
    const char *method;                     // lower-case
    const struct zp__portal_entity *entity; // of the method (legacy) or of entityTypeId
    bool item;                              // the crm.item.* family
    struct zp__php *params;
    int64_t start;           // -1: no counting
    struct zp__php *result;  // NULL: null
    int64_t total, next;     // -1: not in the answer
    int status;              // 0: it went well
    const char *code, *text; // of an error
};
typedef void (*zp__portal_fn)(struct zp__portal_call *call);
struct zp__portal_method {
    const char *name;
    zp__portal_fn fn;
    int type; // enum zp__portal_type, 0: none
};
// The tables of methods; each ends at name NULL.
extern const struct zp__portal_method zp__portal_common_methods[];
extern const struct zp__portal_method zp__portal_directory_methods[];
extern const struct zp__portal_method zp__portal_userfield_methods[];
extern const struct zp__portal_method zp__portal_legacy_methods[];
extern const struct zp__portal_method zp__portal_item_methods[];
extern const struct zp__portal_method zp__portal_duplicate_methods[];
extern const struct zp__portal_method zp__portal_timeline_methods[];
extern const struct zp__portal_method zp__portal_product_methods[];
extern const struct zp__portal_method zp__portal_batch_methods[];
// NULL: the portal has no such method (crm.item.* under `legacy-only`).
const struct zp__portal_method *zp__portal_method_find(const struct zp__portal *portal,
                                                       const char *name);
// Runs call->method with call->params; fills result or the error.
void zp__portal_run(struct zp__portal_call *call);
// Ends the call with an error, unless it has one. HTTP 400 unless said.
void zp__portal_fail(struct zp__portal_call *call, const char *code, const char *text);
void zp__portal_fail_status(struct zp__portal_call *call, int status, const char *code,
                            const char *text);
// English or Russian, as the portal's language is.
const char *zp__portal_say(const struct zp__portal *portal, const char *english,
                           const char *russian);
// The `time` of an answer. started_ns: of the monotonic clock.
struct zp__php *zp__portal_time(struct zp__portal *portal, TALLOC_CTX *ctx, const char *method,
                                int64_t started_at_ms, int64_t started_ns);
int64_t zp__portal_monotonic_ns(void);

// ---- limits
// Counts a request of this address; false: it is refused.
bool zp__portal_within_rate(struct zp__portal *portal, const char *peer);
// What the last ten minutes of a method sum up to; *reset_at: when a part of it is given back.
double zp__portal_worked_s(const struct zp__portal *portal, const char *method, int64_t *reset_at);
// False: the method is blocked. The call that crosses the limit is still carried out.
bool zp__portal_may_work(const struct zp__portal *portal, const char *method);
void zp__portal_account(struct zp__portal *portal, const char *method, double took_s);
void zp__portal_work_cost(struct zp__portal *portal, const char *method, double cost_s);
void zp__portal_rest_over(struct zp__portal *portal); // as if ten minutes had gone

// ---- applications
void zp__portal_oauth_install(struct zp__portal *portal); // a new one; its code waits
void zp__portal_oauth_remove(struct zp__portal *portal);
// Whether params hold a token that is good; else the error (HTTP 401).
bool zp__portal_oauth_may(struct zp__portal *portal, TALLOC_CTX *ctx, const struct zp__php *params,
                          const char **code, const char **text);
// What /oauth/token/ answers.
struct zp__php *zp__portal_oauth_token(struct zp__portal *portal, TALLOC_CTX *ctx,
                                       const struct zp__php *params, const char *host, int *status);

// The answer as XML.
char *zp__portal_xml(TALLOC_CTX *ctx, const struct zp__php *envelope);
// Query, form and JSON body of a request as PHP's parameters.
struct zp__php *zp__portal_params(TALLOC_CTX *ctx, struct zp_httpd_request *request);
// "a=1&b[c]=2" decoded once into `array`.
void zp__portal_params_form(struct zp__php *array, const char *text, size_t size);

// A container under any of its spellings ("fields", "FIELDS", "Fields", "arFields"). Missing: an
// empty array. Not an array: false, and the call has failed.
bool zp__portal_container(struct zp__portal_call *call, const char *name, struct zp__php **out);
// The id under "id" or "ID"; false and a failed call when it is none.
bool zp__portal_id(struct zp__portal_call *call, int64_t *id);

// ---- data
void *zp__portal_need(void *pointer);                    // aborts on NULL
char *zp__portal_dup(TALLOC_CTX *ctx, const char *text); // NULL stays NULL
int64_t zp__portal_now(const struct zp__portal *portal);
void zp__portal_touched(struct zp__portal *portal); // something changed: save
void zp__portal_fill(struct zp__portal *portal);    // directories, funnels, strangers' rows

struct zp__portal_row *zp__portal_row_find(const struct zp__portal *portal, int type, int64_t id);
// Whether the webhook's employee may read the row.
bool zp__portal_readable(const struct zp__portal *portal, const struct zp__portal_row *row);
const char *zp__portal_get(const struct zp__portal_row *row, const char *name); // NULL: unset
void zp__portal_put(struct zp__portal_row *row, const char *name, const char *text);

struct zp__portal_status *zp__portal_status_find(const struct zp__portal *portal,
                                                 const char *entity_id, const char *status_id);
struct zp__portal_status *zp__portal_status_first(const struct zp__portal *portal,
                                                  const char *entity_id);
struct zp__portal_status *zp__portal_status_new(struct zp__portal *portal, const char *entity_id,
                                                const char *status_id, const char *name,
                                                int64_t sort, char semantics);
bool zp__portal_is_stage_directory(const struct zp__portal *portal, const char *entity_id);
struct zp__portal_category *zp__portal_category_find(const struct zp__portal *portal, int64_t id);
// "STATUS", "DEAL_STAGE", "DEAL_STAGE_1"; NULL for what has no stages.
const char *zp__portal_stage_directory(TALLOC_CTX *ctx, int type, int64_t category);
int64_t zp__portal_category_of(const struct zp__portal_row *row);

struct zp__portal_uf *zp__portal_uf_find(const struct zp__portal *portal, int type,
                                         const char *name);
struct zp__portal_uf *zp__portal_uf_new(struct zp__portal *portal, int type, const char *name,
                                        const char *user_type, const char *label);
const struct zp__portal_uf_value *zp__portal_uf_value(const struct zp__portal_row *row,
                                                      const struct zp__portal_uf *uf);
// UF_CRM_DIKIDI_ID as crm.item.* names it (bitrix24.md 7.4).
char *zp__portal_uf_camel(TALLOC_CTX *ctx, const char *name);

// ---- values
enum zp__portal_read { ZP_PORTAL_READ, ZP_PORTAL_UNREADABLE };
// A given value in its canonical text (*out NULL: unset).
enum zp__portal_read zp__portal_canon(const struct zp__portal *portal, TALLOC_CTX *ctx,
                                      enum zp__portal_kind kind, const struct zp__php *given,
                                      bool item, char **out);
int64_t zp__portal_minor(const char *money); // of a canonical MONEY
// A canonical text as the family shows it. `unset_blank`: "" for null.
struct zp__php *zp__portal_show(const struct zp__portal *portal, TALLOC_CTX *ctx,
                                enum zp__portal_kind kind, const char *text, bool item);
struct zp__php *zp__portal_show_uf(const struct zp__portal *portal, TALLOC_CTX *ctx,
                                   const struct zp__portal_uf *uf, const struct zp__portal_row *row,
                                   bool item, bool list);

// ---- changing a row
struct zp__portal_multi_change {
    int64_t id; // 0: a new one
    const char *type, *value_type, *value;
    bool remove;
};
// What a call asks of a row. Everything in it is canonical and allowed.
struct zp__portal_change {
    const struct zp__portal_entity *entity;
    bool *set; // one a field
    char **values;
    struct zp__portal_uf_value *ufs;
    size_t uf_count;
    bool contacts_set;
    int64_t *contacts;
    size_t contact_count;
    struct zp__portal_multi_change *multis;
    size_t multi_count;
};
struct zp__portal_change *zp__portal_change_new(TALLOC_CTX *ctx,
                                                const struct zp__portal_entity *entity);
void zp__portal_change_set(struct zp__portal_change *change, const char *name, const char *text);
void zp__portal_change_uf(struct zp__portal_change *change, const struct zp__portal_uf *uf,
                          char **values, size_t count);
void zp__portal_change_multi(struct zp__portal_change *change,
                             const struct zp__portal_multi_change *multi);
void zp__portal_change_contact(struct zp__portal_change *change, int64_t id);
// With the portal's switch on mandatory user fields must be there (adding) and must not be blanked:
// the next one from *at on that breaks this, NULL when none is left. *at begins at 0.
const struct zp__portal_uf *zp__portal_uf_missing(const struct zp__portal_call *call,
                                                  const struct zp__portal_change *change,
                                                  bool adding, size_t *at);
// A new row with the defaults of bitrix24.md 17.20 and what `change` says. Stages must be of the
// funnel already.
struct zp__portal_row *zp__portal_create(struct zp__portal *portal, int type,
                                         const struct zp__portal_change *change);
// Carries a change out, with its side effects (17.18). Returns whether anything differed; `always`:
// DATE_MODIFY is written in any case.
bool zp__portal_update(struct zp__portal *portal, struct zp__portal_row *row,
                       const struct zp__portal_change *change, bool always, int64_t by);
void zp__portal_delete(struct zp__portal *portal, struct zp__portal_row *row);
// `from` goes into `into`: phones, deals and leads; then it is deleted.
void zp__portal_merge(struct zp__portal *portal, struct zp__portal_row *into,
                      struct zp__portal_row *from);
// One more product row (price and name of `product`), as a person adds it in the card.
void zp__portal_product_add(struct zp__portal *portal, struct zp__portal_row *row,
                            const struct zp__portal_product *product);
// In mode 2 a new lead becomes a deal at once (17.31).
void zp__portal_convert(struct zp__portal *portal, struct zp__portal_row *lead);

// ---- telling
// ONCRMDEALUPDATE and its like, of a deal or a lead. what: "ADD", "UPDATE", "DELETE".
void zp__portal_event(struct zp__portal *portal, int type, int64_t id, const char *what);
// The row has just entered its stage: the robot goes off on a failure stage.
void zp__portal_robot(struct zp__portal *portal, const struct zp__portal_row *row);

// ---- lists
enum zp__portal_op {
    ZP_PORTAL_OP_EQ, // of any of several values
    ZP_PORTAL_OP_GT,
    ZP_PORTAL_OP_GE,
    ZP_PORTAL_OP_LT,
    ZP_PORTAL_OP_LE,
    ZP_PORTAL_OP_HOLDS, // substring
    ZP_PORTAL_OP_LIKE,  // with % and _
};
// Reads the prefix of a filter key; returns the name after it. `item`: the prefixes that only
// crm.item.* knows count too.
const char *zp__portal_prefix(const char *key, bool item, enum zp__portal_op *op, bool *negated,
                              bool *prefixed);
// Without regard to case; `anywhere`: a substring, else a pattern.
bool zp__portal_like(const char *text, const char *pattern, bool anywhere);
struct zp__portal_node; // a compiled filter
// NULL and a failed call when the family refuses it. original_ufs: crm.item.* with
// useOriginalUfNames.
struct zp__portal_node *zp__portal_filter(struct zp__portal_call *call,
                                          const struct zp__php *filter, bool original_ufs);
// The rows that match, in order; false and a failed call when the order is refused.
bool zp__portal_select(struct zp__portal_call *call, const struct zp__portal_node *node,
                       const struct zp__php *order, bool original_ufs,
                       struct zp__portal_row ***rows, size_t *count);
// The window of the page asked for; sets total and next of the call.
void zp__portal_page(struct zp__portal_call *call, size_t total, size_t *from, size_t *to);
// Filter, order and page over ready-made records (directories, history): text against text, numbers
// as numbers. `known`: the keys that filter; others are ignored.
void zp__portal_records(struct zp__portal_call *call, struct zp__php *records,
                        const struct zp__php *filter, const struct zp__php *order,
                        const char *const *known, struct zp__php *into);

// ---- showing a row
struct zp__php *zp__portal_legacy_row(struct zp__portal *portal, TALLOC_CTX *ctx,
                                      const struct zp__portal_row *row);
struct zp__php *zp__portal_item_row(struct zp__portal *portal, TALLOC_CTX *ctx,
                                    const struct zp__portal_row *row, bool original_ufs,
                                    const struct zp__php *select);
// Two texts as the database compares them: letters' case does not count.
bool zp__portal_alike(const char *a, const char *b);
// Digits of a phone as duplicates are matched (8.2); an e-mail trimmed and lower-cased.
char *zp__portal_match_code(TALLOC_CTX *ctx, const char *type, const char *text);

#endif
