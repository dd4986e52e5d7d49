#include "trial.h"

#include "wire.h"

struct zp__crm_fields trial_visit(struct trial *trial) {
    return (struct zp__crm_fields){.title = "Маникюр · Ксения",
                                   .comments = "Услуга: Маникюр",
                                   .source_id = "DIKIDI",
                                   .source_description = "desk",
                                   .opportunity_minor = 180050,
                                   .currency = "RUB",
                                   .booking_id = trial->booking_id,
                                   .visit_at = salon_instant("2026-09-24T22:30:00Z"),
                                   .client_name = "Ксения",
                                   .client_phone = trial->phone};
}

struct heard *trial_add_fields(struct trial *trial, enum zp_crm_entity entity,
                               const struct zp__crm_fields *fields) {
    struct heard *heard = heard_new(trial->ctx);
    zp__crm_add(trial->salon->crm, ZP_PACE_SYNC, entity, fields, heard_sending, heard_answer,
                heard);
    heard_wait(trial->salon->loop, heard);
    return heard;
}

struct heard *trial_add(struct trial *trial) {
    struct zp__crm_fields fields = trial_visit(trial);
    return trial_add_fields(trial, ZP_CRM_DEAL, &fields);
}

char *trial_added(struct trial *trial) {
    struct heard *heard = trial_add(trial);
    if (!heard->answer.ok)
        fail_msg("%s: %s", heard->answer.error.name, heard->answer.error.message);
    return heard->answer.id;
}

struct heard *trial_find(struct trial *trial) {
    struct heard *heard = heard_new(trial->ctx);
    zp__crm_find_by_booking(trial->salon->crm, ZP_PACE_SYNC, ZP_CRM_DEAL, trial->booking_id,
                            heard_answer, heard);
    heard_wait(trial->salon->loop, heard);
    return heard;
}

struct heard *trial_get(struct trial *trial, const char *id) {
    struct heard *heard = heard_new(trial->ctx);
    zp__crm_get(trial->salon->crm, ZP_PACE_SYNC, ZP_CRM_DEAL, id, heard_answer, heard);
    heard_wait(trial->salon->loop, heard);
    return heard;
}

struct heard *trial_contacts(struct trial *trial) {
    struct heard *heard = heard_new(trial->ctx);
    zp__crm_find_contacts(trial->salon->crm, ZP_PACE_SYNC, trial->phone, heard_answer, heard);
    heard_good(trial->salon->loop, heard);
    return heard;
}

char *trial_contact(struct trial *trial) {
    struct heard *heard = heard_new(trial->ctx);
    zp__crm_add_contact(trial->salon->crm, ZP_PACE_SYNC, "Ксения", trial->phone, heard_sending,
                        heard_answer, heard);
    heard_good(trial->salon->loop, heard);
    return heard->answer.id;
}

struct heard *trial_move(struct trial *trial, const char *id, const char *stage) {
    struct heard *heard = heard_new(trial->ctx);
    zp__crm_move(trial->salon->crm, ZP_PACE_SYNC, ZP_CRM_DEAL, id, stage, heard_sending,
                 heard_answer, heard);
    heard_wait(trial->salon->loop, heard);
    return heard;
}

const struct zp_json *trial_card(struct trial *trial, const char *word, const char *id) {
    return zp_json_get(DO(trial, word, id), word);
}

const char *trial_text(const struct zp_json *row, const char *key) {
    const char *text = zp_json_string(zp_json_get(row, key));
    return text != NULL ? text : "";
}

size_t trial_deal_count(struct trial *trial) {
    return zp_json_count(zp_json_get(DO(trial, "deals"), "deals"));
}

// The requests of the row so far, those of one method or all.
const struct zp_json *trial_sent(struct trial *trial, const char *method) {
    char *since = talloc_asprintf(trial->ctx, "%lld", (long long)trial->since);
    const struct zp_json *log = method == NULL
                                    ? DO(trial, "log", "--since", since)
                                    : DO(trial, "log", "--since", since, "--call", method);
    return zp_json_get(log, "requests");
}

const char *trial_adds(const struct trial *trial) {
    return trial->legacy ? "crm.deal.add" : "crm.item.add";
}

const char *trial_lists(const struct trial *trial) {
    return trial->legacy ? "crm.deal.list" : "crm.item.list";
}

void trial_outcome(const struct heard *heard, enum zp__crm_outcome wanted,
                   enum zp_error_code code) {
    if (heard->answer.outcome != wanted || heard->answer.error.code != code)
        fail_msg("outcome %d, code %d: %s %s", heard->answer.outcome, heard->answer.error.code,
                 heard->answer.error.name, heard->answer.error.message);
}

bool trial_listed(const struct heard *heard, const char *name) {
    for (size_t i = 0; i < heard->answer.name_count; i++)
        if (strncmp(heard->answer.names[i], name, strlen(name)) == 0)
            return true;
    return false;
}

// An add towards the bytes of a fixture.
struct heard *trial_add_against(struct trial *trial, const char *name) {
    enum zp_crm_methods methods = trial->legacy ? ZP_CRM_METHODS_LEGACY : ZP_CRM_METHODS_ITEM;
    struct wire *wire = wire_new(trial->ctx, methods);
    struct zp__crm_fields fields = wire_fields();
    struct heard *heard = heard_new(trial->ctx);
    wire_answer(wire, wire_file(trial->ctx, name));
    zp__crm_add(wire->crm, ZP_PACE_SYNC, ZP_CRM_DEAL, &fields, heard_sending, heard_answer, heard);
    heard_wait(wire->loop, heard);
    assert_int_equal(wire->request_count, 1);
    return heard;
}
