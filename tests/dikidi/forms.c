// Every exchange of tests/fixtures/dikidi-dialects: what the client makes of the other form is what
// it makes of the clean one, and it says what was odd. NAME.TWIN.response is TWIN of
// tests/fixtures/dikidi in the dialect NAME; the request is TWIN's, or NAME.TWIN.request.
#include "exchange.h"

#include <glob.h>
#include <unistd.h>

#define CLEAN ZAPIS_SOURCE_DIR "/tests/fixtures/dikidi/"
#define FORMS ZAPIS_SOURCE_DIR "/tests/fixtures/dikidi-dialects/"

static const struct {
    const char *dialect, *word; // NULL: nothing odd
} words[] = {
    {"bare", "no-envelope"},
    {"bare-key", NULL},
    {"camel", "camel-case"},
    {"empty-list", "empty-list"},
    {"error-number", "plain-error"},
    {"error-true", "plain-error"},
    {"error-word", "plain-error"},
    {"extra", NULL},
    {"half-text", "broken-text"},
    {"html-200", "web-page"},
    {"html-403", "web-page"},
    {"html-503", "web-page"},
    {"ids-mixed", "number-ids"},
    {"ids-number", "number-ids"},
    {"missing", NULL},
    {"money-comma", "money-text"},
    {"money-nbsp", "money-text"},
    {"money-text", "money-text"},
    {"naive", "naive-times"},
    {"no-data", "no-data"},
    {"nulls", NULL},
    {"retry-date", "retry-date"},
    {"seconds", "seconds"},
    {"slot-map", "slot-map"},
    {"split", "split-visit"},
    {"status-number", "number-status"},
    {"v1", "no-duration"},
};

struct form {
    const char *name; // of the file, for messages
    char *dialect, *twin;
};

static bool speaks(const struct form *form, const char *dialect) {
    return strcmp(form->dialect, dialect) == 0;
}

// ---- two answers compared

static void same_number(const struct form *form, const char *what, int64_t got, int64_t clean) {
    if (got != clean)
        fail_msg("%s: %s is %lld, not %lld", form->name, what, (long long)got, (long long)clean);
}

static void same_text(const struct form *form, const char *what, const char *got,
                      const char *clean) {
    if (strcmp(got, clean) != 0)
        fail_msg("%s: %s is \"%s\", not \"%s\"", form->name, what, got, clean);
}

static void same_terms(const struct form *form, const struct zp_service *got,
                       const struct zp_service *clean) {
    same_number(form, "terms", (int64_t)got->term_count, (int64_t)clean->term_count);
    for (size_t i = 0; i < clean->term_count; i++) {
        same_text(form, "term's master", got->terms[i].master_id, clean->terms[i].master_id);
        same_number(form, "his price", got->terms[i].price_minor, clean->terms[i].price_minor);
        same_number(form, "his from", got->terms[i].price_from, clean->terms[i].price_from);
        same_number(form, "his time", got->terms[i].duration_min, clean->terms[i].duration_min);
    }
}

static void same_services(const struct form *form, const struct zp_catalogue *got,
                          const struct zp_catalogue *clean) {
    same_number(form, "services", (int64_t)got->service_count, (int64_t)clean->service_count);
    for (size_t i = 0; i < clean->service_count; i++) {
        const struct zp_service *a = &got->services[i], *b = &clean->services[i];
        same_text(form, "service", a->id, b->id);
        same_text(form, "name", a->name, b->name);
        same_text(form, "category", a->category, b->category);
        same_text(form, "category's id", a->category_id, b->category_id);
        same_text(form, "currency", a->currency, b->currency);
        same_number(form, "price", a->price_minor, b->price_minor);
        same_number(form, "from", a->price_from, b->price_from);
        if (speaks(form, "v1")) { // not told
            assert_int_equal(a->duration_min, 0);
            assert_int_equal(a->term_count, 0);
            continue;
        }
        same_number(form, "duration", a->duration_min, b->duration_min);
        same_number(form, "pause", a->break_after_min, b->break_after_min);
        same_number(form, "sort", a->sort, b->sort);
        same_terms(form, a, b);
    }
}

static void same_masters(const struct form *form, const struct zp_catalogue *got,
                         const struct zp_catalogue *clean) {
    same_number(form, "masters", (int64_t)got->master_count, (int64_t)clean->master_count);
    for (size_t i = 0; i < clean->master_count; i++) {
        const struct zp_master *a = &got->masters[i], *b = &clean->masters[i];
        same_text(form, "master", a->id, b->id);
        same_text(form, "name", a->name, b->name);
        same_text(form, "post", a->post, b->post);
        same_number(form, "his services", (int64_t)a->service_count,
                    speaks(form, "v1") ? 0 : (int64_t)b->service_count);
        for (size_t k = 0; k < a->service_count; k++)
            same_text(form, "his service", a->service_ids[k], b->service_ids[k]);
    }
}

static void same_shifts(const struct form *form, const struct zp__dikidi_answer *got,
                        const struct zp__dikidi_answer *clean) {
    same_number(form, "shifts", (int64_t)got->shift_count,
                speaks(form, "v1") ? 0 : (int64_t)clean->shift_count);
    for (size_t i = 0; i < got->shift_count; i++) {
        const struct zp_shift *a = &got->shifts[i], *b = &clean->shifts[i];
        same_text(form, "shift's master", a->master_id, b->master_id);
        same_number(form, "day", zp_date_compare(a->date, b->date), 0);
        same_number(form, "from", a->from_min, b->from_min);
        same_number(form, "to", a->to_min, b->to_min);
        same_number(form, "break", a->break_from_min, b->break_from_min);
        same_number(form, "break's end", a->break_to_min, b->break_to_min);
    }
}

static void same_slots(const struct form *form, const struct zp_slots *got,
                       const struct zp_slots *clean) {
    const struct zp_day_slots *a = &got->days[0], *b = &clean->days[0];
    same_number(form, "slots", (int64_t)a->slot_count, (int64_t)b->slot_count);
    for (size_t i = 0; i < b->slot_count; i++) {
        same_text(form, "slot's master", a->slots[i].master_id, b->slots[i].master_id);
        same_number(form, "start", a->slots[i].starts_at, b->slots[i].starts_at);
        same_number(form, "end", a->slots[i].ends_at,
                    speaks(form, "slot-map") ? 0 : b->slots[i].ends_at);
    }
    same_number(form, "other days", (int64_t)got->available_count, (int64_t)clean->available_count);
    same_number(form, "naive", got->naive_count > 0, speaks(form, "naive"));
    assert_null(got->foreign_timezone);
}

static void same_booking(const struct form *form, const struct zp__dikidi_booking *got,
                         const struct zp__dikidi_booking *clean) {
    size_t parts = speaks(form, "split") ? clean->service_count : 1;
    same_number(form, "numbers", (int64_t)got->id_count, (int64_t)parts);
    same_text(form, "number", got->ids[0], clean->ids[0]);
    same_number(form, "status", got->status, clean->status);
    same_number(form, "start", got->starts_at, clean->starts_at);
    same_number(form, "end", got->ends_at, clean->ends_at);
    same_text(form, "master", got->master_id, clean->master_id);
    same_text(form, "master's name", got->master, clean->master);
    same_text(form, "client", got->client_name, clean->client_name);
    same_text(form, "phone", got->client_phone, clean->client_phone);
    same_text(form, "currency", got->currency, clean->currency);
    same_number(form, "sum", got->total_minor, clean->total_minor);
    same_number(form, "services", (int64_t)got->service_count, (int64_t)clean->service_count);
    for (size_t i = 0; i < clean->service_count; i++) {
        same_text(form, "service", got->services[i].id, clean->services[i].id);
        same_text(form, "its name", got->services[i].name, clean->services[i].name);
        same_number(form, "its time", got->services[i].duration_min,
                    clean->services[i].duration_min);
        same_number(form, "its price", got->services[i].price_minor,
                    clean->services[i].price_minor);
    }
    same_number(form, "naive", got->naive_times, speaks(form, "naive"));
    assert_false(got->status_unknown);
    if (speaks(form, "nulls") || speaks(form, "missing"))
        return;
    same_text(form, "key", got->external_id, clean->external_id);
    same_text(form, "reason", got->cancel_reason, clean->cancel_reason);
    same_number(form, "version", got->version, clean->version);
    same_number(form, "changed", got->updated_at, clean->updated_at);
    same_number(form, "cancelled", got->cancelled_at, clean->cancelled_at);
}

// A page says nothing: reads fail with one sentence, writes are unknown.
static void no_data(const struct form *form, const struct zp__dikidi_answer *got, bool write) {
    char status[16];
    snprintf(status, sizeof status, "(HTTP %s)", form->dialect + strlen("html-"));
    assert_false(got->ok);
    assert_non_null(strstr(got->error.message, "web page instead of data"));
    assert_non_null(strstr(got->error.message, status));
    assert_int_equal(got->outcome, ZP_OUTCOME_UNKNOWN);
    assert_int_equal(got->error.code, write                      ? ZP_E_UNKNOWN
                                      : speaks(form, "html-503") ? ZP_E_UNREACHABLE
                                                                 : ZP_E_BAD_ANSWER);
}

static void same_error(const struct form *form, const struct zp_error *got,
                       const struct zp_error *clean) {
    same_number(form, "error", got->code, clean->code);
    same_text(form, "code", got->name, speaks(form, "error-number") ? "1" : clean->name);
    same_number(form, "pause", got->retry_after_ms, clean->retry_after_ms);
    assert_true(got->message[0] != '\0');
}

static void same_answer(const struct form *form, const struct zp__dikidi_answer *got,
                        const struct zp__dikidi_answer *clean, bool write) {
    if (strncmp(form->dialect, "html-", 5) == 0) {
        no_data(form, got, write);
        return;
    }
    if (got->ok != clean->ok)
        fail_msg("%s: %s", form->name, got->error.message);
    same_number(form, "outcome", got->outcome, clean->outcome);
    if (!clean->ok) {
        same_error(form, &got->error, &clean->error);
        return;
    }
    if (clean->catalogue != NULL) {
        same_services(form, got->catalogue, clean->catalogue);
        same_masters(form, got->catalogue, clean->catalogue);
    }
    same_shifts(form, got, clean);
    if (clean->slots != NULL)
        same_slots(form, got->slots, clean->slots);
    if (clean->booking != NULL)
        same_booking(form, got->booking, clean->booking);
}

// ---- the exchanges

static char *second_page(TALLOC_CTX *ctx) {
    return raw_file(ctx, CLEAN "services-page-2.response");
}

static struct heard *exchange(TALLOC_CTX *ctx, struct bench *bench, const char *request,
                              const char *response) {
    struct heard *heard = heard_new(ctx);
    bench_answer(bench, response);
    if (strstr(response, "\"more\":true") != NULL)
        bench_answer(bench, second_page(ctx));
    exchange_call(bench, ctx, request, heard);
    bench_wait(bench, heard);
    exchange_same_request(ctx, request, bench->requests[0]);
    return heard;
}

static void names_what_is_odd(const struct form *form, const struct bench *bench, bool odd) {
    struct zp__dikidi_oddity told[ZP_DIKIDI_ODDITIES];
    size_t count = zp__dikidi_oddities(bench->dikidi, told), i = 0;
    const char *word = NULL;
    while (i < sizeof words / sizeof *words && strcmp(words[i].dialect, form->dialect) != 0)
        i++;
    if (i == sizeof words / sizeof *words)
        fail_msg("%s: no such dialect is known here", form->name);
    word = odd ? words[i].word : NULL;
    if (odd && speaks(form, "v1") && strncmp(form->twin, "masters", 7) == 0)
        word = "no-shifts";
    bool found = word == NULL && count == 0;
    for (size_t k = 0; k < count; k++) {
        found = found || (word != NULL && strcmp(told[k].word, word) == 0);
        assert_true(told[k].count > 0);
        assert_true(strlen(told[k].sentence) > 5);
    }
    if (!found)
        fail_msg("%s: %zu oddities, first %s, not %s", form->name, count,
                 count > 0 ? told[0].word : "none", word != NULL ? word : "none");
}

// The forms that an empty or whole answer has in common with the clean one.
static bool looks_clean(const struct form *form) {
    return (speaks(form, "slot-map") && strcmp(form->twin, "schedule-empty-day") == 0) ||
           (speaks(form, "split") && strcmp(form->twin, "booking") == 0) ||
           (speaks(form, "empty-list") && strncmp(form->twin, "create-", 7) == 0);
}

static void one_form(const char *path) {
    TALLOC_CTX *ctx = talloc_new(NULL);
    struct form form = {.name = strrchr(path, '/') + 1};
    form.dialect = talloc_strndup(ctx, form.name, strcspn(form.name, "."));
    form.twin = talloc_strdup(ctx, form.name + strlen(form.dialect) + 1);
    form.twin[strcspn(form.twin, ".")] = '\0';
    char *clean_request = raw_file(ctx, talloc_asprintf(ctx, CLEAN "%s.request", form.twin));
    char *own = talloc_asprintf(ctx, FORMS "%s.%s.request", form.dialect, form.twin);
    char *request = access(own, R_OK) == 0 ? raw_file(ctx, own) : clean_request;
    char *clean_response = raw_file(ctx, talloc_asprintf(ctx, CLEAN "%s.response", form.twin));
    struct bench *clean = bench_new(ctx), *other = bench_new(ctx);
    struct heard *wanted = exchange(ctx, clean, clean_request, clean_response);
    struct heard *got = exchange(ctx, other, request, raw_file(ctx, path));
    same_answer(&form, &got->answer, &wanted->answer, strncmp(request, "GET ", 4) != 0);
    names_what_is_odd(&form, clean, false);
    names_what_is_odd(&form, other, !looks_clean(&form));
    talloc_free(ctx);
}

static void every_form(void **state) {
    (void)state;
    glob_t found;
    assert_int_equal(glob(FORMS "*.response", 0, NULL, &found), 0);
    assert_true(found.gl_pathc >= 70);
    for (size_t i = 0; i < found.gl_pathc; i++)
        one_form(found.gl_pathv[i]);
    print_message("%zu exchanges in other forms\n", found.gl_pathc);
    globfree(&found);
}

int main(void) {
    const struct CMUnitTest tests[] = {cmocka_unit_test(every_form)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
