// Looking: one entry, the entries of a booking, open leads of a phone, the visits of a time.
#include "base/memory.h"
#include "bitrix24/call.h"

#include <zapis/i18n.h>
#include <zapis/limits.h>
#include <zapis/phone.h>

// ---- one entry

const struct zp_json *zp__crm_item(const struct zp__crm_result *result) {
    const struct zp_json *item = ZP_CRM_FIELD(result->result, "item");
    return item != NULL ? item : result->result;
}

void zp__crm_ask_entry(struct zp__crm_call *call, zp__crm_then_fn then) {
    struct zp_json *params = zp__crm_entry_params(call, call->entity);
    zp__crm_add_id(params, "id", call->wanted_id);
    zp__crm_ask(call, zp__crm_entry_method(params, call, call->entity, "get"), params, then);
    talloc_free(params);
}

static void not_there(struct zp__crm_call *call) {
    call->answer.missing = true;
    zp_error_set(&call->answer.error, ZP_E_NOT_FOUND, NULL, "%s",
                 _("Bitrix24 does not have this entry any more, or the webhook may not read it: "
                   "look in the CRM"));
    zp__crm_settle(call);
}

// Deleted, or no right to read it: never "cancelled" (T25).
static bool entry_failed(struct zp__crm_call *call, const struct zp__crm_result *result) {
    if (!result->missing)
        return false;
    call->answer.error = result->error;
    call->answer.missing = true;
    zp__crm_settle(call);
    return true;
}

static void on_entry(struct zp__crm_call *call, const struct zp__crm_result *result) {
    const struct zp_json *item = zp__crm_item(result);
    enum zp_json_type type = zp_json_type(item);
    bool empty = type != ZP_JSON_OBJECT;
    if (!empty && !zp__crm_read_entry(call, call->entity, item))
        zp__crm_nonsense(call, N_("an entry without a number"));
    else if (!empty && strcmp(call->answer.entries[0].id, call->wanted_id) != 0)
        zp__crm_nonsense(call, N_("another entry than was asked for"));
    else if (empty && type != ZP_JSON_ARRAY && type != ZP_JSON_NULL)
        zp__crm_nonsense(call, N_("no entry in it"));
    else if (empty)
        not_there(call);
    else
        zp__crm_settle(call);
}

static void begin_get(struct zp__crm_call *call) {
    call->failed = entry_failed;
    zp__crm_ask_entry(call, on_entry);
}

uint64_t zp__crm_get(struct zp_bitrix24 *crm, enum zp__pace_class class_, enum zp_crm_entity entity,
                     const char *id, zp__crm_fn fn, void *data) {
    struct zp__crm_call *call = zp__crm_call_new(crm, class_, fn, data);
    call->entity = entity;
    call->wanted_id = zp__memory_strdup(call, id);
    return zp__crm_start(call, true, begin_get);
}

// ---- lists of entries

static void ask_list(struct zp__crm_call *call,
                     void (*filter)(struct zp__crm_call *call, struct zp_json *filter),
                     zp__crm_then_fn then) {
    struct zp_json *params = zp__crm_entry_params(call, call->entity);
    const bool legacy = zp__crm_legacy(call);
    const char *method = zp__crm_entry_method(params, call, call->entity, "list");
    zp__crm_select(call, call->entity, params);
    filter(call, zp_json_add_object(params, "filter"));
    zp_json_add_string(zp_json_add_object(params, "order"), legacy ? "ID" : "id", "ASC");
    if (call->start > 0)
        zp_json_add_int(params, "start", call->start);
    zp__crm_ask(call, method, params, then);
    talloc_free(params);
}

// Rows into entries; those that `keep` does not want are taken out again. Returns how many rows
// there were, or -1 when it is no list.
static int take_rows(struct zp__crm_call *call, const struct zp__crm_result *result,
                     bool (*keep)(struct zp__crm_call *call, const struct zp__crm_entry *entry)) {
    const struct zp_json *rows = zp__crm_rows(result, "items");
    if (rows == NULL)
        return -1;
    size_t count = zp_json_count(rows);
    for (size_t i = 0; i < count && i < ZP_CRM_NAMES; i++) {
        if (!zp__crm_read_entry(call, call->entity, zp_json_at(rows, i)))
            continue;
        if (!keep(call, &call->answer.entries[call->answer.entry_count - 1]))
            call->answer.entry_count--;
    }
    return (int)(count < ZP_CRM_NAMES ? count : ZP_CRM_NAMES);
}

// ---- by booking

static void booking_filter(struct zp__crm_call *call, struct zp_json *filter) {
    char *field = zp__memory_printf(call, "=%s", call->crm->config->bitrix24.booking_field);
    bool legacy = zp__crm_legacy(call);
    struct zp_json *by_origin = filter, *by_field = filter;
    if (!legacy) {
        struct zp_json *any = zp_json_add_object(filter, "0");
        zp_json_add_string(any, "logic", "OR");
        by_field = zp_json_add_object(any, "0");
        by_origin = zp_json_add_object(any, "1");
    }
    // Legacy lists know no OR: the first round asks for the origin, the second for the field.
    if (!legacy || call->round == 1)
        zp_json_add_string(by_field, field, call->booking_id);
    if (!legacy || call->round == 0) {
        zp_json_add_string(by_origin, legacy ? "=ORIGINATOR_ID" : "=originatorId",
                           ZP_CRM_ORIGINATOR);
        zp_json_add_string(by_origin, legacy ? "=ORIGIN_ID" : "=originId", call->booking_id);
    }
    talloc_free(field);
}

static bool keep_booking(struct zp__crm_call *call, const struct zp__crm_entry *entry) {
    return zp__crm_has_booking(entry, call->booking_id);
}

static void on_found(struct zp__crm_call *call, const struct zp__crm_result *result);

static void ask_booking(struct zp__crm_call *call) {
    ask_list(call, booking_filter, on_found);
}

// A page in which nothing is ours was not filtered at all (T2): the rest is strangers' too.
static void on_found(struct zp__crm_call *call, const struct zp__crm_result *result) {
    size_t before = call->answer.entry_count;
    int rows = take_rows(call, result, keep_booking);
    if (rows < 0) {
        zp__crm_nonsense(call, N_("no list of entries"));
        return;
    }
    if (call->answer.entry_count > before && zp__crm_more(call, result)) {
        ask_booking(call);
    } else if (zp__crm_legacy(call) && call->round == 0) {
        call->round = 1;
        call->start = 0;
        call->pages = 0;
        ask_booking(call);
    } else {
        zp__crm_sort_entries(call);
        if (!zp__crm_follow_leads(call, NULL))
            zp__crm_settle(call);
    }
}

void zp__crm_no_fields(struct zp__crm_call *call) {
    zp_error_set(&call->answer.error, ZP_E_CONFIG, NULL,
                 _("The CRM lacks the fields %s and %s: run zapis setup"),
                 call->crm->config->bitrix24.booking_field,
                 call->crm->config->bitrix24.visit_field);
    zp__crm_settle(call);
}

bool zp__crm_filter_failed(struct zp__crm_call *call, const struct zp__crm_result *result) {
    if (strcasecmp(result->code, "INVALID_ARG_VALUE") != 0)
        return false;
    zp__crm_no_fields(call);
    snprintf(call->answer.error.name, sizeof call->answer.error.name, "INVALID_ARG_VALUE");
    call->answer.error.http_status = result->error.http_status;
    return true;
}

static void begin_find(struct zp__crm_call *call) {
    call->failed = zp__crm_filter_failed;
    zp__crm_drop_entries(call);
    call->round = 0;
    ask_booking(call);
}

uint64_t zp__crm_find_by_booking(struct zp_bitrix24 *crm, enum zp__pace_class class_,
                                 enum zp_crm_entity entity, const char *booking_id, zp__crm_fn fn,
                                 void *data) {
    struct zp__crm_call *call = zp__crm_call_new(crm, class_, fn, data);
    call->entity = entity;
    call->booking_id = zp__memory_strdup(call, booking_id);
    // Equality with nothing would find every deal that is not ours.
    if (booking_id[0] == '\0')
        return zp__crm_refuse(call, ZP_E_INTERNAL, _("A booking without a number was looked for"));
    return zp__crm_start(call, true, begin_find);
}

// ---- the visits of a time

static void visit_filter(struct zp__crm_call *call, struct zp_json *filter) {
    const struct zp_config *config = call->crm->config;
    bool lead = call->entity == ZP_CRM_LEAD, legacy = zp__crm_legacy(call);
    char instant[ZP_INSTANT_SIZE];
    char *from = zp__memory_printf(call, ">=%s", config->bitrix24.visit_field);
    char *to = zp__memory_printf(call, "<%s", config->bitrix24.visit_field);
    char *booked = zp__memory_printf(call, "!=%s", config->bitrix24.booking_field);
    zp_instant_format(config->zone, call->from, instant);
    zp_json_add_string(filter, from, instant);
    zp_instant_format(config->zone, call->to, instant);
    zp_json_add_string(filter, to, instant);
    zp_json_add_string(filter, booked, "");
    // What became of converted leads: given up deals count too.
    if (call->round == 0)
        zp_json_add_string(filter,
                           !legacy ? "!=stageSemanticId"
                           : lead  ? "!=STATUS_SEMANTIC_ID"
                                   : "!=STAGE_SEMANTIC_ID",
                           "F");
    talloc_free(from);
    talloc_free(to);
    talloc_free(booked);
}

static bool keep_visit(struct zp__crm_call *call, const struct zp__crm_entry *entry) {
    return entry->booking_field[0] != '\0' && (call->round == 1 || entry->semantic != 'F') &&
           entry->visit_at >= call->from && entry->visit_at < call->to;
}

// A converted lead stays CONVERTED, with the number that it had, whatever becomes of its deal and
// of the visit, unless somebody moves it: where there is a deal, that counts.
static bool is_replaced(const struct zp__crm_answer *answer, const struct zp__crm_entry *lead) {
    for (size_t i = 0; i < answer->entry_count; i++) {
        const struct zp__crm_entry *deal = &answer->entries[i];
        if (deal->entity == ZP_CRM_DEAL &&
            (strcmp(deal->booking_field, lead->booking_field) == 0 ||
             (deal->lead_id != NULL && strcmp(deal->lead_id, lead->id) == 0)))
            return true;
    }
    return false;
}

static bool is_live(const struct zp__crm_answer *answer, const struct zp__crm_entry *entry) {
    return entry->semantic != 'F' && !(entry->entity == ZP_CRM_LEAD && is_replaced(answer, entry));
}

static void on_visits(struct zp__crm_call *call, const struct zp__crm_result *result);

static void ask_visits(struct zp__crm_call *call) {
    ask_list(call, visit_filter, on_visits);
}

static void finish_visits(struct zp__crm_call *call) {
    struct zp__crm_answer *answer = &call->answer;
    answer->names = zp__memory_array(call, char *, answer->entry_count + 1);
    answer->titles = zp__memory_array(answer->names, char *, answer->entry_count + 1);
    answer->visits = zp__memory_array(answer->names, int64_t, answer->entry_count + 1);
    for (size_t i = 0; i < answer->entry_count; i++) {
        const struct zp__crm_entry *entry = &answer->entries[i];
        if (!is_live(answer, entry))
            continue;
        answer->total++;
        if (answer->name_count == ZP_CRM_NAMES)
            continue;
        answer->titles[answer->name_count] = zp__memory_strdup(answer->names, entry->title);
        answer->visits[answer->name_count] = entry->visit_at;
        answer->names[answer->name_count++] =
            zp__memory_strdup(answer->names, entry->booking_field);
    }
    zp__crm_drop_entries(call);
    zp__crm_settle(call);
}

static void on_visits(struct zp__crm_call *call, const struct zp__crm_result *result) {
    const struct zp_json *rows = zp__crm_rows(result, "items");
    const struct zp_json *first = zp_json_at(rows, 0);
    const struct zp_config *config = call->crm->config;
    // A legacy list drops a filter by a field that is not there, and counts strangers (T2).
    if (zp_json_count(rows) > 0 && (ZP_CRM_FIELD(first, config->bitrix24.visit_field) == NULL ||
                                    ZP_CRM_FIELD(first, config->bitrix24.booking_field) == NULL)) {
        zp__crm_no_fields(call);
        return;
    }
    int count = take_rows(call, result, keep_visit);
    if (count < 0) {
        zp__crm_nonsense(call, N_("no list of entries"));
        return;
    }
    const int64_t read = call->start + count;
    if (zp__crm_more(call, result)) {
        ask_visits(call);
        return;
    }
    if (result->next > 0 && result->total > read)
        call->answer.total += result->total - read; // what was not read to the end
    if (call->entity == ZP_CRM_LEAD) {
        call->entity = ZP_CRM_DEAL;
        call->round = 1;
        call->start = 0;
        call->pages = 0;
        ask_visits(call);
        return;
    }
    finish_visits(call);
}

static void begin_visits(struct zp__crm_call *call) {
    call->failed = zp__crm_filter_failed;
    zp__crm_drop_entries(call);
    call->answer.total = 0;
    if (call->round == 1) // begun anew in the other family
        call->entity = ZP_CRM_LEAD;
    call->round = 0;
    ask_visits(call);
}

uint64_t zp__crm_count_visits(struct zp_bitrix24 *crm, enum zp__pace_class class_,
                              enum zp_crm_entity entity, int64_t from, int64_t to, zp__crm_fn fn,
                              void *data) {
    struct zp__crm_call *call = zp__crm_call_new(crm, class_, fn, data);
    call->entity = entity;
    call->from = from;
    call->to = to;
    return zp__crm_start(call, true, begin_visits);
}

// ---- by phone: findbycomm, then what was found is read

// The portal takes 20 values at most (8.1).
_Static_assert(ZP_PHONE_VARIANTS <= 20, "too many spellings for one look");

static void ask_by_phone(struct zp__crm_call *call, const char *kind, zp__crm_then_fn then) {
    char variants[ZP_PHONE_VARIANTS][ZP_PHONE_SIZE];
    size_t count = zp_phone_variants(call->phone, call->crm->config->salon.country, variants);
    struct zp_json *params = zp_json_new_object(call);
    zp_json_add_string(params, "type", "PHONE");
    struct zp_json *values = zp_json_add_array(params, "values");
    for (size_t i = 0; i < count; i++)
        zp_json_add_string(values, NULL, variants[i]);
    zp_json_add_string(params, "entity_type", kind);
    zp__crm_ask(call, "crm.duplicate.findbycomm", params, then);
    talloc_free(params);
}

static int compare_numbers(const void *left, const void *right) {
    const int64_t *a = left, *b = right;
    return *a < *b ? -1 : *a > *b;
}

// [] is "none"; nothing but that and a list of numbers is: what is not understood must not be read
// as "nobody", or a second contact would be made.
bool zp__crm_found_nonsense(struct zp__crm_call *call, const struct zp__crm_result *result,
                            const char *kind) {
    const struct zp_json *list = ZP_CRM_FIELD(result->result, kind);
    enum zp_json_type type = zp_json_type(result->result);
    if ((type == ZP_JSON_ARRAY && zp_json_count(result->result) == 0) ||
        (type == ZP_JSON_OBJECT && (list == NULL || zp_json_type(list) == ZP_JSON_ARRAY)))
        return false;
    zp__crm_nonsense(call, N_("no list of what was found"));
    return true;
}

// The ids found, lowest first, a page of them at most. False: none.
static bool take_ids(struct zp__crm_call *call, const struct zp__crm_result *result,
                     const char *kind) {
    const struct zp_json *list = ZP_CRM_FIELD(result->result, kind);
    size_t count = 0, listed = zp_json_count(list);
    int64_t *numbers = zp__memory_array(call, int64_t, listed + 1);
    for (size_t i = 0; i < listed; i++) {
        numbers[count] = zp__crm_number(zp_json_at(list, i));
        if (numbers[count] > 0)
            count++;
    }
    qsort(numbers, count, sizeof *numbers, compare_numbers);
    call->found_count = count;
    if (count > ZP_CRM_PAGE)
        count = ZP_CRM_PAGE;
    call->ids = zp__memory_array(call, char *, count + 1);
    for (size_t i = 0; i < count; i++)
        call->ids[i] = zp__memory_printf(call->ids, "%lld", (long long)numbers[i]);
    talloc_free(numbers);
    call->id_count = count;
    return count > 0;
}

static bool was_found(const struct zp__crm_call *call, const char *id) {
    for (size_t i = 0; i < call->id_count; i++)
        if (strcmp(call->ids[i], id) == 0)
            return true;
    return false;
}

static void add_found(const struct zp__crm_call *call, struct zp_json *filter, const char *key) {
    struct zp_json *list = zp_json_add_array(filter, key);
    for (size_t i = 0; i < call->id_count; i++)
        zp__crm_add_id(list, NULL, call->ids[i]);
}

// ---- open leads

static void lead_filter(struct zp__crm_call *call, struct zp_json *filter) {
    bool legacy = zp__crm_legacy(call);
    add_found(call, filter, legacy ? "@ID" : "@id");
    zp_json_add_string(filter, legacy ? "=STATUS_SEMANTIC_ID" : "=stageSemanticId", "P");
}

static bool keep_open_lead(struct zp__crm_call *call, const struct zp__crm_entry *entry) {
    return was_found(call, entry->id) && entry->semantic == 'P' &&
           entry->booking_field[0] == '\0' && entry->origin_id[0] == '\0';
}

static void on_open_leads(struct zp__crm_call *call, const struct zp__crm_result *result) {
    if (take_rows(call, result, keep_open_lead) < 0) {
        zp__crm_nonsense(call, N_("no list of leads"));
        return;
    }
    zp__crm_sort_entries(call);
    zp__crm_settle(call);
}

static void on_leads_found(struct zp__crm_call *call, const struct zp__crm_result *result) {
    if (zp__crm_found_nonsense(call, result, "LEAD"))
        return;
    if (take_ids(call, result, "LEAD"))
        ask_list(call, lead_filter, on_open_leads);
    else
        zp__crm_settle(call);
}

static void begin_leads(struct zp__crm_call *call) {
    zp__crm_drop_entries(call);
    ask_by_phone(call, "LEAD", on_leads_found);
}

uint64_t zp__crm_find_open_leads(struct zp_bitrix24 *crm, enum zp__pace_class class_,
                                 const char *phone, zp__crm_fn fn, void *data) {
    struct zp__crm_call *call = zp__crm_call_new(crm, class_, fn, data);
    call->entity = ZP_CRM_LEAD;
    call->phone = zp__memory_strdup(call, phone);
    return zp__crm_start(call, true, begin_leads);
}

// ---- contacts

static void read_phones(TALLOC_CTX *ctx, const struct zp_json *row,
                        struct zp__crm_contact *contact) {
    const struct zp_json *list = ZP_CRM_FIELD(row, "PHONE", "fm");
    size_t count = zp_json_count(list);
    if (count > ZP_CRM_PAGE)
        count = ZP_CRM_PAGE;
    contact->phones = zp__memory_array(ctx, char *, count + 1);
    for (size_t i = 0; i < count; i++) {
        const struct zp_json *one = zp_json_at(list, i);
        const char *type = zp_json_string(ZP_CRM_FIELD(one, "typeId", "TYPE_ID"));
        if (type != NULL && strcmp(type, "PHONE") != 0)
            continue;
        char *phone = zp_json_words(contact->phones, ZP_CRM_FIELD(one, "value", "VALUE"), 64);
        if (phone[0] != '\0')
            contact->phones[contact->phone_count++] = phone;
    }
}

static void read_contact(struct zp__crm_call *call, const struct zp_json *row) {
    struct zp__crm_answer *answer = &call->answer;
    char *id = zp__crm_id(call, ZP_CRM_FIELD(row, "id", "ID"));
    if (id == NULL || !was_found(call, id))
        return;
    TALLOC_CTX *ctx = answer->contacts;
    struct zp__crm_contact *contact = &answer->contacts[answer->contact_count++];
    contact->id = talloc_steal(ctx, id);
    char *name = zp_json_words(ctx, ZP_CRM_FIELD(row, "name", "NAME"), ZP_LIMIT_NAME_BYTES);
    char *last =
        zp_json_words(ctx, ZP_CRM_FIELD(row, "lastName", "LAST_NAME"), ZP_LIMIT_NAME_BYTES);
    bool both = name[0] != '\0' && last[0] != '\0';
    contact->name = zp__memory_printf(ctx, "%s%s%s", name, both ? " " : "", last);
    char *originator = zp__crm_raw(call, ZP_CRM_FIELD(row, "originatorId", "ORIGINATOR_ID"));
    contact->ours = strcmp(originator, ZP_CRM_ORIGINATOR) == 0;
    read_phones(ctx, row, contact);
}

static bool has_phone(const struct zp__crm_call *call, const struct zp__crm_contact *contact) {
    const char *country = call->crm->config->salon.country;
    char clean[ZP_PHONE_SIZE];
    for (size_t i = 0; i < contact->phone_count; i++)
        if (zp_phone_normalise(contact->phones[i], country, clean, NULL) &&
            strcmp(clean, call->phone) == 0)
            return true;
    return false;
}

// Those whose stored phone is ours once normalised first; then the lowest id (T7). The list comes
// in order of id, so a stable move of the good ones to the front is enough.
static void best_first(struct zp__crm_call *call) {
    struct zp__crm_contact *contacts = call->answer.contacts;
    size_t good = 0;
    for (size_t i = 0; i < call->answer.contact_count; i++) {
        if (!has_phone(call, &contacts[i]))
            continue;
        struct zp__crm_contact contact = contacts[i];
        memmove(&contacts[good + 1], &contacts[good], (i - good) * sizeof contact);
        contacts[good++] = contact;
    }
}

// People find duplicates later in the card and ask why this one (T7).
static void tell_choice(struct zp__crm_call *call) {
    struct zp__crm_answer *answer = &call->answer;
    if (answer->contact_count > 0 && call->found_count > 1)
        answer->told = zp__memory_printf(
            call, _("Bitrix24 has several contacts with this phone (%zu); %s was taken"),
            call->found_count, answer->contacts[0].id);
}

static int compare_contacts(const void *left, const void *right) {
    const struct zp__crm_contact *a = left, *b = right;
    long long a_id = strtoll(a->id, NULL, 10), b_id = strtoll(b->id, NULL, 10);
    return a_id < b_id ? -1 : a_id > b_id;
}

static void on_contacts(struct zp__crm_call *call, const struct zp__crm_result *result) {
    const struct zp_json *rows = zp__crm_rows(result, "items");
    if (rows == NULL) {
        zp__crm_nonsense(call, N_("no list of contacts"));
        return;
    }
    size_t count = zp_json_count(rows);
    if (count > ZP_CRM_PAGE)
        count = ZP_CRM_PAGE;
    call->answer.contacts = zp__memory_array(call, struct zp__crm_contact, count + 1);
    for (size_t i = 0; i < count; i++)
        read_contact(call, zp_json_at(rows, i));
    if (call->answer.contact_count > 0)
        qsort(call->answer.contacts, call->answer.contact_count, sizeof *call->answer.contacts,
              compare_contacts);
    best_first(call);
    tell_choice(call);
    zp__crm_settle(call);
}

static void on_contacts_found(struct zp__crm_call *call, const struct zp__crm_result *result) {
    static const char *const names[] = {"ID", "NAME", "LAST_NAME", "PHONE", "ORIGINATOR_ID"};
    if (zp__crm_found_nonsense(call, result, "CONTACT"))
        return;
    if (!take_ids(call, result, "CONTACT")) {
        zp__crm_settle(call);
        return;
    }
    bool legacy = zp__crm_legacy(call);
    struct zp_json *params = zp_json_new_object(call);
    if (!legacy)
        zp_json_add_int(params, "entityTypeId", 3);
    struct zp_json *select = zp_json_add_array(params, "select");
    // crm.item gives the phones (fm) with the whole entry only.
    for (size_t i = 0; legacy && i < sizeof names / sizeof *names; i++)
        zp_json_add_string(select, NULL, names[i]);
    if (!legacy)
        zp_json_add_string(select, NULL, "*");
    add_found(call, zp_json_add_object(params, "filter"), legacy ? "@ID" : "@id");
    zp_json_add_string(zp_json_add_object(params, "order"), legacy ? "ID" : "id", "ASC");
    zp__crm_ask(call, legacy ? "crm.contact.list" : "crm.item.list", params, on_contacts);
    talloc_free(params);
}

static void begin_contacts(struct zp__crm_call *call) {
    ask_by_phone(call, "CONTACT", on_contacts_found);
}

uint64_t zp__crm_find_contacts(struct zp_bitrix24 *crm, enum zp__pace_class class_,
                               const char *phone, zp__crm_fn fn, void *data) {
    struct zp__crm_call *call = zp__crm_call_new(crm, class_, fn, data);
    call->phone = zp__memory_strdup(call, phone);
    return zp__crm_start(call, true, begin_contacts);
}
