// Traps in the handling of errors (bitrix24.md 16.2) and the smaller ones (16.4).
#include "trial.h"

#include "wire.h"

static void t20_empty_code(struct trial *trial) {
    struct heard *heard = trial_get(trial, "999999"); // "error":"" in the older family
    assert_false(heard->answer.ok);
    assert_true(heard->answer.missing);
    assert_int_equal(heard->answer.error.code, ZP_E_NOT_FOUND);
    struct wire *wire = wire_new(trial->ctx, ZP_CRM_METHODS_LEGACY);
    wire_answer(wire, raw_message(trial->ctx, "400 Bad Request", "",
                                  "{\"error\":422,\"error_description\":\"Invalid period\"}"));
    struct zp__crm_fields fields = wire_fields();
    heard = heard_new(trial->ctx);
    zp__crm_add(wire->crm, ZP_PACE_SYNC, ZP_CRM_DEAL, &fields, heard_sending, heard_answer, heard);
    heard_wait(wire->loop, heard);
    trial_outcome(heard, ZP_CRM_REFUSED, ZP_E_REFUSED);
    assert_string_equal(heard->answer.error.name, "422");
}

static void t21_empty_array(struct trial *trial) {
    struct heard *heard = trial_contacts(trial); // "result":[] where {"CONTACT":[…]} would be
    assert_true(heard->answer.ok);
    assert_int_equal(heard->answer.contact_count, 0);
    assert_int_equal(trial_find(trial)->answer.entry_count, 0);
}

static void t22_other_bodies(struct trial *trial) {
    static const char *const kinds[] = {"html",  "html-after", "502",
                                        "empty", "504-after",  "truncated"};
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        DO(trial, "fault", trial_adds(trial), kinds[i], "--count", "1");
        trial_outcome(trial_add(trial), ZP_CRM_UNKNOWN, ZP_E_UNKNOWN);
        DO(trial, "fault", trial_lists(trial), kinds[i], "--count", "1");
        struct heard *heard = trial_find(trial);
        assert_false(heard->answer.ok); // an error, not "there is none"
        assert_true(heard->answer.error.code == ZP_E_BAD_ANSWER ||
                    heard->answer.error.code == ZP_E_UNREACHABLE);
    }
    trial_outcome(trial_add_against(trial, "trap-22-gateway.response"), ZP_CRM_UNKNOWN,
                  ZP_E_UNKNOWN);
    trial_outcome(trial_add_against(trial, "trap-22-guard.response"), ZP_CRM_UNKNOWN, ZP_E_UNKNOWN);
    struct wire *wire = wire_new(trial->ctx, ZP_CRM_METHODS_ITEM);
    wire_answer(wire, raw_message(trial->ctx, "200 OK", "", "{\"result\":[]}"));
    struct heard *heard = heard_new(trial->ctx);
    zp__crm_scope(wire->crm, ZP_PACE_SYNC, heard_answer, heard);
    heard_wait(wire->loop, heard);
    assert_null(strcasestr(wire->requests[0], "\r\nAccept-Encoding:"));
}

static void t23_three_kinds_of_503(struct trial *trial) {
    DO(trial, "fault", trial_adds(trial), "503", "--count", "1");
    struct heard *heard = trial_add(trial);
    trial_outcome(heard, ZP_CRM_NOT_SENT, ZP_E_LIMITED);
    assert_true(heard->answer.error.retry_after_ms >= 1000);
    salon_client(trial->salon); // without the pause
    DO(trial, "fault", trial_adds(trial), "overload", "--count", "1");
    heard = trial_add(trial);
    trial_outcome(heard, ZP_CRM_REFUSED, ZP_E_DENIED); // never retried: by hand at the vendor's
    assert_int_equal(heard->answer.error.retry_after_ms, 0);
    DO(trial, "fault", trial_adds(trial), "502", "--count", "1");
    trial_outcome(trial_add(trial), ZP_CRM_UNKNOWN, ZP_E_UNKNOWN);
    assert_int_equal(zp_json_count(trial_sent(trial, trial_adds(trial))),
                     3); // none was repeated by itself
    heard = trial_add_against(trial, "trap-23-overload.response");
    trial_outcome(heard, ZP_CRM_REFUSED, ZP_E_DENIED);
    heard = trial_add_against(trial, "error-rate.response");
    trial_outcome(heard, ZP_CRM_NOT_SENT, ZP_E_LIMITED);
    heard = trial_add_against(trial, "trap-24-operating.response");
    trial_outcome(heard, ZP_CRM_NOT_SENT, ZP_E_LIMITED);
}

// One method is blocked, its time remembered although the refusal has none; the others go on.
static void t24_one_method(struct trial *trial) {
    static const char *const times[] = {"full", "short"};
    for (int i = 0; i < 2; i++) {
        salon_client(trial->salon);
        DO(trial, "set", "cost", trial_lists(trial), "500");
        DO(trial, "set", "time", "full");
        (void)trial_find(trial); // crosses the limit, and is answered (twice in the older family)
        DO(trial, "set", "time", times[i]);
        struct heard *heard = trial_find(trial);
        trial_outcome(heard, ZP_CRM_NOT_SENT, ZP_E_LIMITED);
        assert_string_equal(heard->answer.error.name, "OPERATION_TIME_LIMIT");
        assert_true(heard->answer.error.retry_after_ms > 400000); // not the 30 s of a guess
        assert_true(heard->answer.error.retry_after_ms <= 660000);
        size_t asked = zp_json_count(trial_sent(trial, trial_lists(trial)));
        assert_int_equal(trial_find(trial)->answer.error.code, ZP_E_LIMITED);
        assert_int_equal(zp_json_count(trial_sent(trial, trial_lists(trial))),
                         asked); // not asked again
        (void)trial_added(trial);
        DO(trial, "set", "cost", trial_lists(trial), "0");
        DO(trial, "set", "time", "full");
        DO(trial, "operating", "over");
    }
    salon_client(trial->salon);
    assert_int_equal(trial_find(trial)->answer.entry_count, 2);
}

static void t25_not_found(struct trial *trial) {
    char *id = trial_added(trial);
    DO(trial, "deal-edit", id, "OPENED", "N");
    DO(trial, "deal-edit", id, "ASSIGNED_BY_ID", "7");
    DO(trial, "persona", "clerk");
    struct heard *heard = trial_get(trial, id);
    assert_false(heard->answer.ok);
    assert_int_equal(heard->answer.entry_count, 0);
    assert_int_equal(heard->answer.error.code, trial->legacy ? ZP_E_NOT_FOUND : ZP_E_DENIED);
    DO(trial, "persona", "admin");
    assert_int_equal(trial_get(trial, id)->answer.entries[0].semantic,
                     'P'); // it was there all along
    DO(trial, "deal-delete", id);
    heard = trial_get(trial, id);
    assert_true(heard->answer.missing);
    assert_int_equal(heard->answer.entry_count, 0); // and no semantic to be taken for cancelled
}

// What exists already is refused in the portal's language; the list says what is so.
static void t26_localised(struct trial *trial) {
    static const char *const languages[] = {"en", "ru"};
    for (int i = 0; i < 2; i++) {
        struct heard *made = heard_new(trial->ctx), *field = heard_new(trial->ctx);
        struct heard *sources = heard_new(trial->ctx), *fields = heard_new(trial->ctx);
        DO(trial, "set", "lang", languages[i]);
        zp__crm_add_source(trial->salon->crm, "DIKIDI", "x", heard_answer, made);
        heard_wait(trial->salon->loop, made);
        trial_outcome(made, ZP_CRM_REFUSED, ZP_E_REFUSED);
        assert_null(strchr(made->answer.error.message, '<'));
        zp__crm_sources(trial->salon->crm, ZP_PACE_URGENT, heard_answer, sources);
        heard_good(trial->salon->loop, sources);
        assert_true(trial_listed(sources, "DIKIDI="));
        zp__crm_add_userfield(trial->salon->crm, ZP_CRM_DEAL, "UF_CRM_DIKIDI_ID", "string", "x",
                              heard_answer, field);
        heard_wait(trial->salon->loop, field);
        trial_outcome(field, ZP_CRM_REFUSED, ZP_E_REFUSED);
        zp__crm_userfields(trial->salon->crm, ZP_PACE_URGENT, ZP_CRM_DEAL, heard_answer, fields);
        heard_good(trial->salon->loop, fields);
        assert_true(trial_listed(fields, "UF_CRM_DIKIDI_ID:string:N"));
    }
}

static void t27_mandatory(struct trial *trial) {
    char *before = trial_added(trial);
    DO(trial, "field-add", "UF_CRM_HAIR", "string", "mandatory");
    DO(trial, "set", "mandatory", "on");
    struct heard *heard = trial_add(trial);
    trial_outcome(heard, ZP_CRM_REFUSED, ZP_E_REFUSED);
    assert_non_null(strstr(heard->answer.error.message, "UF_CRM_HAIR")); // the clerk can act on it
    assert_null(strstr(heard->answer.error.message, "<br>"));
    assert_int_equal(trial_move(trial, before, "LOSE")->answer.outcome, ZP_CRM_DONE);
    DO(trial, "set", "mandatory", "off");
    DO(trial, "field-delete", "UF_CRM_HAIR");
    assert_true(trial_add(trial)->answer.ok);
}

static void t28_webhook_stops(struct trial *trial) {
    static const char *const ends[][3] = {{"revoke", NULL}, {"plan", "lapsed", NULL}};
    static const char *const ups[][3] = {{"revoke", "undo", NULL}, {"plan", "paid", NULL}};
    for (int i = 0; i < 2; i++) {
        salon_hand(trial->salon, trial->ctx, ends[i]);
        struct heard *heard = trial_add(trial);
        trial_outcome(heard, ZP_CRM_REFUSED, ZP_E_DENIED);
        assert_null(strstr(heard->answer.error.message, "/rest/"));
        assert_int_equal(trial_find(trial)->answer.error.code, ZP_E_DENIED);
        salon_hand(trial->salon, trial->ctx, ups[i]);
        assert_true(trial_find(trial)->answer.ok);
    }
}

static void t38_two_failure_stages(struct trial *trial) {
    struct heard *stages = heard_new(trial->ctx);
    zp__crm_stages(trial->salon->crm, ZP_PACE_SYNC, ZP_CRM_DEAL, 0, heard_answer, stages);
    heard_good(trial->salon->loop, stages);
    assert_string_equal(zp__crm_failure_stage(&stages->answer, "APOLOGY")->id, "APOLOGY");
    assert_string_equal(zp__crm_failure_stage(&stages->answer, "C1:LOSE")->id, "LOSE");
    assert_string_equal(zp__crm_failure_stage(&stages->answer, "WON")->id, "LOSE");
    char *id = trial_added(trial);
    DO(trial, "deal-move", id, "APOLOGY");
    assert_int_equal(trial_get(trial, id)->answer.entries[0].semantic, 'F');
}

// ---- smaller ones

// A title longer than its column, brackets that would be markup, no entry in the feed.
static void small_texts(struct trial *trial) {
    struct zp__crm_fields fields = trial_visit(trial);
    char *title = talloc_strdup(trial->ctx, "");
    for (int i = 0; i < 300; i++)
        title = talloc_strdup_append(title, "ё");
    fields.title = title;
    fields.comments = "[url=http://x]сюда[/url]";
    struct heard *heard = trial_add_fields(trial, ZP_CRM_DEAL, &fields);
    assert_true(heard->answer.ok);
    const struct zp_json *deal = trial_card(trial, "deal", heard->answer.id);
    assert_int_equal(strlen(trial_text(deal, "TITLE")), 255 * strlen("ё"));
    assert_string_equal(trial_text(deal, "COMMENTS"), "(url=http://x)сюда(/url)");
    const struct zp_json *request = zp_json_at(trial_sent(trial, trial_adds(trial)), 0);
    const struct zp_json *params = zp_json_get(zp_json_get(request, "in"), "params");
    assert_string_equal(trial_text(params, "REGISTER_SONET_EVENT"), trial->legacy ? "N" : "");
}

// At the portal's own speed nothing is ever refused, whatever waits at once: its counter may reach
// 50 on a real one and 15 here, and drains as fast as we ask.
static void small_rate(struct trial *trial) {
    struct heard *heard[60];
    trial->salon->config->bitrix24.requests_per_second = 20;
    salon_client(trial->salon);
    DO(trial, "set", "rate", "15", "20");
    for (int i = 0; i < 60; i++) {
        heard[i] = heard_new(trial->ctx);
        zp__crm_profile(trial->salon->crm, i % 2 == 0 ? ZP_PACE_URGENT : ZP_PACE_SYNC, heard_answer,
                        heard[i]);
    }
    for (int i = 0; i < 60; i++) {
        assert_true(zp_loop_run_until(trial->salon->loop, &heard[i]->done, LONG_MS));
        assert_true(heard[i]->answer.ok);
    }
    const struct zp_json *requests = trial_sent(trial, "profile");
    assert_int_equal(zp_json_count(requests), 60);
    DO(trial, "set", "rate", "1000", "1000");
    trial->salon->config->bitrix24.requests_per_second = 1000;
    salon_client(trial->salon);
}

// Asked too fast all the same: those on their way together are one refusal, and the pause is short.
static void small_burst_refused(struct trial *trial) {
    struct heard *heard[8];
    DO(trial, "fault", "profile", "503", "--count", "8");
    for (int i = 0; i < 8; i++) {
        heard[i] = heard_new(trial->ctx);
        zp__crm_profile(trial->salon->crm, ZP_PACE_URGENT, heard_answer, heard[i]);
    }
    for (int i = 0; i < 8; i++) {
        assert_true(zp_loop_run_until(trial->salon->loop, &heard[i]->done, LONG_MS));
        assert_int_equal(heard[i]->answer.error.code, ZP_E_LIMITED);
        assert_true(heard[i]->answer.error.retry_after_ms > 0 &&
                    heard[i]->answer.error.retry_after_ms <= 1000);
    }
    struct heard *after = heard_new(trial->ctx);
    zp__crm_profile(trial->salon->crm, ZP_PACE_URGENT, heard_answer, after);
    heard_good(trial->salon->loop, after);
}

static void small_any_source(struct trial *trial) {
    struct heard *sources = heard_new(trial->ctx);
    zp__crm_sources(trial->salon->crm, ZP_PACE_URGENT, heard_answer, sources);
    heard_good(trial->salon->loop, sources);
    assert_true(trial_listed(sources, "1|VK="));
}

const struct trap traps_of_errors[] = {
    {"T20 empty and numeric codes", t20_empty_code},
    {"T21 [] for an object", t21_empty_array},
    {"T22 bodies that are no JSON", t22_other_bodies},
    {"T23 three kinds of 503", t23_three_kinds_of_503},
    {"T24 a limit of one method", t24_one_method},
    {"T25 not found", t25_not_found},
    {"T26 localised texts", t26_localised},
    {"T27 mandatory fields", t27_mandatory},
    {"T28 the webhook stops", t28_webhook_stops},
    {"T38 two failure stages", t38_two_failure_stages},
    {"16.4 texts", small_texts},
    {"16.4 rate", small_rate},
    {"16.4 a burst refused", small_burst_refused},
    {"16.4 any characters in a source", small_any_source},
    {NULL, NULL},
};
