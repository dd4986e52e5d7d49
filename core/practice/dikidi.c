// The six calls: who may, which one, and the answers of those that read or cancel.
#include "practice/dikidi.h"

#include "practice/dialect.h"

#include <zapis/limits.h>

#define MAX_PARTS    8
#define MAX_OFFSET   1000000000
#define MAX_PAGE     100
#define RATE_WINDOW  60000 // ms
#define RATE_CEILING 100000

struct zp__practice_dikidi {
    struct zp__salon *salon;
    char *key;
    int rate_per_minute;
    int64_t *sent_at; // of the requests in the window, ms, oldest first
    size_t sent_count;
    enum zp__practice_plan plan;
    enum zp__practice_access access;
    uint32_t dialect;
    uint64_t requests;
};

struct zp__practice_dikidi *
zp__practice_dikidi_new(TALLOC_CTX *ctx, struct zp__salon *salon,
                        const struct zp__practice_dikidi_options *options) {
    struct zp__practice_dikidi *dikidi = talloc_zero(ctx, struct zp__practice_dikidi);
    if (dikidi == NULL)
        zp_panic("out of memory");
    dikidi->salon = salon;
    dikidi->key = zp__salon_text(dikidi, options->key);
    dikidi->dialect = options->dialect;
    zp__practice_dikidi_set_rate(dikidi, options->rate_per_minute);
    return dikidi;
}

void zp__practice_dikidi_set_rate(struct zp__practice_dikidi *dikidi, int rate_per_minute) {
    if (rate_per_minute < 0 || rate_per_minute > RATE_CEILING)
        rate_per_minute = RATE_CEILING;
    dikidi->rate_per_minute = rate_per_minute;
    dikidi->sent_count = 0;
    talloc_free(dikidi->sent_at);
    dikidi->sent_at = talloc_zero_array(dikidi, int64_t, (size_t)rate_per_minute + 1);
    if (dikidi->sent_at == NULL)
        zp_panic("out of memory");
}

int zp__practice_dikidi_rate(const struct zp__practice_dikidi *dikidi) {
    return dikidi->rate_per_minute;
}

void zp__practice_dikidi_set_plan(struct zp__practice_dikidi *dikidi, enum zp__practice_plan plan) {
    dikidi->plan = plan;
}

void zp__practice_dikidi_set_access(struct zp__practice_dikidi *dikidi,
                                    enum zp__practice_access access) {
    dikidi->access = access;
}

void zp__practice_dikidi_set_dialect(struct zp__practice_dikidi *dikidi, uint32_t dialect) {
    dikidi->dialect = dialect;
}

// ---- which call

// A path cut at its slashes: "/api/v2/x" has the parts "api", "v2", "x".
struct parts {
    char text[512];
    const char *part[MAX_PARTS];
    size_t count; // MAX_PARTS + 1 when there are more
};

static void cut(struct parts *parts, const char *path) {
    *parts = (struct parts){0};
    snprintf(parts->text, sizeof parts->text, "%s", path[0] == '/' ? path + 1 : path);
    char *at = parts->text;
    while (parts->count < MAX_PARTS) {
        parts->part[parts->count++] = at;
        at = strchr(at, '/');
        if (at == NULL)
            return;
        *at++ = '\0';
    }
    parts->count = MAX_PARTS + 1;
}

static bool is(const struct parts *parts, size_t index, const char *word) {
    return index < parts->count && strcmp(parts->part[index], word) == 0;
}

// /api/v1/companies/{id}/services: the catalogue of the older form, of the dialect v1 alone.
static bool is_v1(const struct parts *parts) {
    return parts->count == 5 && is(parts, 0, "api") && is(parts, 1, "v1") &&
           is(parts, 2, "companies");
}

static const char *call_of(const char *method, const struct parts *parts) {
    bool get = strcmp(method, "GET") == 0;
    if (is_v1(parts) && get)
        return is(parts, 4, "services") ? "services" : is(parts, 4, "masters") ? "masters" : NULL;
    bool del = strcmp(method, "DELETE") == 0;
    if (parts->count == 2 && is(parts, 0, "booking") && del)
        return "cancel";
    if (parts->count < 5 || !is(parts, 0, "api") || !is(parts, 1, "v2") || !is(parts, 2, "company"))
        return NULL;
    if (parts->count == 6 && is(parts, 4, "booking"))
        return get ? "booking" : del ? "cancel" : NULL;
    if (parts->count != 5)
        return NULL;
    if (is(parts, 4, "booking"))
        return strcmp(method, "POST") == 0 ? "create" : NULL;
    static const char *const lists[] = {"services", "masters", "schedule"};
    for (size_t i = 0; get && i < sizeof lists / sizeof *lists; i++) {
        if (is(parts, 4, lists[i]))
            return lists[i];
    }
    return NULL;
}

const char *zp__practice_dikidi_call(const char *method, const char *path) {
    struct parts parts;
    cut(&parts, path);
    return call_of(method, &parts);
}

// ---- lists

struct page {
    int64_t limit, offset;
};

static bool read_number(struct zp_httpd_request *request, const char *name, int64_t otherwise,
                        int64_t *out) {
    const char *text = zp__httpd_parameter(request, name, 0);
    *out = otherwise;
    if (text == NULL)
        return true;
    char *end;
    *out = strtoll(text, &end, 10);
    return end != text && *end == '\0' && *out >= 0 && *out <= MAX_OFFSET;
}

static bool read_page(struct zp_httpd_request *request, struct page *page) {
    if (!read_number(request, "limit", MAX_PAGE, &page->limit) ||
        !read_number(request, "offset", 0, &page->offset) || page->limit == 0)
        return false;
    if (page->limit > MAX_PAGE)
        page->limit = MAX_PAGE;
    return true;
}

static struct zp__answer *invalid(TALLOC_CTX *ctx, const char *field, const char *message) {
    const char *const fields[] = {field, message, NULL};
    return zp__practice_dikidi_error(ctx, 400, "VALIDATION_ERROR", "Проверьте данные запроса.",
                                     fields);
}

static bool on_page(const struct page *page, int64_t index) {
    return index >= page->offset && index < page->offset + page->limit;
}

static struct zp__answer *page_answer(TALLOC_CTX *ctx, struct zp_json *root,
                                      const struct page *page, int64_t total) {
    struct zp_json *meta = zp_json_add_object(root, "meta");
    zp_json_add_int(meta, "total", total);
    zp_json_add_int(meta, "limit", page->limit);
    zp_json_add_int(meta, "offset", page->offset);
    zp_json_add_bool(meta, "more", page->offset + page->limit < total);
    return zp__answer_json(ctx, 200, root);
}

static struct zp__answer *list_services(struct zp_httpd_request *request,
                                        const struct zp__salon *salon) {
    TALLOC_CTX *ctx = zp__httpd_context(request);
    struct page page;
    if (!read_page(request, &page))
        return invalid(ctx, "limit", "Нужно целое число.");
    struct zp_json *root = zp__practice_dikidi_envelope(ctx);
    struct zp_json *data = zp_json_add_array(root, "data");
    for (size_t i = 0; i < salon->service_count; i++) {
        if (on_page(&page, (int64_t)i))
            zp__practice_dikidi_service(salon, &salon->services[i], zp_json_add_object(data, NULL));
    }
    return page_answer(ctx, root, &page, (int64_t)salon->service_count);
}

static struct zp__answer *list_masters(struct zp_httpd_request *request,
                                       const struct zp__salon *salon) {
    TALLOC_CTX *ctx = zp__httpd_context(request);
    struct page page;
    if (!read_page(request, &page))
        return invalid(ctx, "limit", "Нужно целое число.");
    const char *service_id = zp__httpd_parameter(request, "service_id", 0);
    const struct zp__salon_service *service = zp__salon_service(salon, service_id);
    if (service_id != NULL && service == NULL)
        return zp__practice_dikidi_refuse(ctx, ZP_SALON_SERVICE_NOT_FOUND);
    const char *from_text = zp__httpd_parameter(request, "date_from", 0);
    const char *to_text = zp__httpd_parameter(request, "date_to", 0);
    struct zp_date from = {0}, to = {0};
    if (from_text != NULL && !zp_date_parse(from_text, &from))
        return invalid(ctx, "date_from", "Нужна дата вида ГГГГ-ММ-ДД.");
    to = from;
    if (to_text != NULL && (from_text == NULL || !zp_date_parse(to_text, &to)))
        return invalid(ctx, "date_to", "Нужна дата вида ГГГГ-ММ-ДД, и date_from.");
    if (from_text != NULL && zp_date_days_between(from, to) > ZP_LIMIT_DAYS)
        return invalid(ctx, "date_to", "Слишком длинный срок.");
    struct zp_json *root = zp__practice_dikidi_envelope(ctx);
    struct zp_json *data = zp_json_add_array(root, "data");
    int64_t total = 0;
    for (size_t i = 0; i < salon->master_count; i++) {
        const struct zp__salon_master *master = &salon->masters[i];
        if (service != NULL && zp__salon_terms(service, master->id) == NULL)
            continue;
        if (on_page(&page, total++))
            zp__practice_dikidi_master(salon, master, from_text != NULL ? &from : NULL, &to,
                                       zp_json_add_object(data, NULL));
    }
    return page_answer(ctx, root, &page, total);
}

// ---- free times

static struct zp__answer *read_ask(struct zp_httpd_request *request, const struct zp__salon *salon,
                                   struct zp__salon_ask *ask,
                                   const struct zp__salon_service **services) {
    TALLOC_CTX *ctx = zp__httpd_context(request);
    const char *master_id = zp__httpd_parameter(request, "master_id", 0);
    if (master_id != NULL && master_id[0] != '\0') {
        ask->master = zp__salon_master(salon, master_id);
        if (ask->master == NULL)
            return zp__practice_dikidi_refuse(ctx, ZP_SALON_MASTER_NOT_FOUND);
    }
    const char *id;
    while ((id = zp__httpd_parameter(request, "service_id", ask->service_count)) != NULL) {
        if (ask->service_count == ZP_LIMIT_SERVICES_PER_VISIT)
            return invalid(ctx, "service_id", "Слишком много услуг.");
        services[ask->service_count] = zp__salon_service(salon, id);
        if (services[ask->service_count++] == NULL)
            return zp__practice_dikidi_refuse(ctx, ZP_SALON_SERVICE_NOT_FOUND);
    }
    if (ask->service_count == 0)
        return invalid(ctx, "service_id", "Выберите хотя бы одну услугу.");
    ask->services = services;
    return NULL;
}

static void add_available(const struct zp__salon *salon, const struct zp__salon_ask *ask,
                          struct zp_date date, struct zp_json *data) {
    struct zp_json *available = zp_json_add_array(data, "dates_available");
    char text[ZP_DATE_SIZE];
    char nearest[ZP_DATE_SIZE] = "";
    struct zp_date day = zp__salon_today(salon);
    for (int i = 0; i <= ZP_SALON_DAYS_AHEAD; i++, day = zp_date_add_days(day, 1)) {
        if (!zp__salon_has_slot(salon, ask, day))
            continue;
        zp_date_format(day, text);
        zp_json_add_string(available, NULL, text);
        if (nearest[0] == '\0' && zp_date_compare(day, date) >= 0)
            zp_date_format(day, nearest);
    }
    zp_json_add_string(data, "nearest_date", nearest[0] != '\0' ? nearest : NULL);
}

static struct zp__answer *free_times(struct zp_httpd_request *request,
                                     const struct zp__salon *salon) {
    TALLOC_CTX *ctx = zp__httpd_context(request);
    const char *date_text = zp__httpd_parameter(request, "date", 0);
    struct zp_date date;
    if (date_text == NULL || !zp_date_parse(date_text, &date))
        return invalid(ctx, "date", "Нужна дата вида ГГГГ-ММ-ДД.");
    struct zp__salon_ask ask = {0};
    const struct zp__salon_service *services[ZP_LIMIT_SERVICES_PER_VISIT];
    struct zp__answer *refused = read_ask(request, salon, &ask, services);
    if (refused != NULL)
        return refused;
    struct zp__salon_slot *slots;
    size_t count = zp__salon_slots(salon, ctx, &ask, date, &slots);
    struct zp_json *root = zp__practice_dikidi_envelope(ctx);
    struct zp_json *data = zp_json_add_object(root, "data");
    zp_json_add_string(data, "date", date_text);
    zp_json_add_string(data, "timezone", salon->timezone);
    struct zp_json *list = zp_json_add_array(data, "slots");
    for (size_t i = 0; i < count; i++) {
        struct zp_json *slot = zp_json_add_object(list, NULL);
        char text[ZP_INSTANT_SIZE];
        zp_instant_format_utc(slots[i].starts_at, text);
        zp_json_add_string(slot, "starts_at", text);
        zp_instant_format_utc(slots[i].ends_at, text);
        zp_json_add_string(slot, "ends_at", text);
        zp_json_add_string(slot, "master_id", slots[i].master->id);
    }
    add_available(salon, &ask, date, data);
    zp_json_add_object(root, "meta");
    return zp__answer_json(ctx, 200, root);
}

// ---- one booking

static struct zp__answer *show_booking(struct zp_httpd_request *request, struct zp__salon *salon,
                                       const char *id, bool cancel) {
    TALLOC_CTX *ctx = zp__httpd_context(request);
    struct zp__salon_booking *booking = zp__salon_booking(salon, id);
    if (booking == NULL)
        return zp__practice_dikidi_refuse(ctx, ZP_SALON_BOOKING_NOT_FOUND);
    if (cancel) {
        enum zp__salon_refusal refusal =
            zp__salon_cancel(salon, booking, zp__httpd_parameter(request, "reason", 0), false);
        if (refusal != ZP_SALON_OK)
            return zp__practice_dikidi_refuse(ctx, refusal);
    }
    return zp__practice_dikidi_one(ctx, 200, salon, booking);
}

// ---- who may

static bool key_fits(const struct zp__practice_dikidi *dikidi, struct zp_httpd_request *request) {
    const char *given = zp__httpd_header(request, "Authorization");
    if (given == NULL)
        return false;
    if (strncasecmp(given, "Bearer ", 7) == 0 && (dikidi->dialect & ZP_DIALECT_BARE_KEY) == 0)
        given += 7;
    return strcmp(given, dikidi->key) == 0;
}

// The call of a request; NULL also for the catalogue of the form that this dialect lacks.
static const char *known_call(const struct zp__practice_dikidi *dikidi, const char *method,
                              const struct parts *parts) {
    const char *call = call_of(method, parts);
    bool catalogue =
        call != NULL && (strcmp(call, "services") == 0 || strcmp(call, "masters") == 0);
    return !catalogue || is_v1(parts) == ((dikidi->dialect & ZP_DIALECT_V1) != 0) ? call : NULL;
}

static struct zp__answer *dispatch(struct zp__practice_dikidi *dikidi,
                                   struct zp_httpd_request *request, const struct parts *parts,
                                   const char *call) {
    TALLOC_CTX *ctx = zp__httpd_context(request);
    if (!key_fits(dikidi, request))
        return zp__practice_dikidi_error(ctx, 401, "USER_AUTHORISATION_ERROR",
                                         "Ключ доступа не подходит.", NULL);
    if (dikidi->plan == ZP_PRACTICE_PLAN_BASIC)
        return zp__practice_dikidi_error(ctx, 403, "PLAN_REQUIRED",
                                         "API доступен на тарифе «Бизнес» и выше.", NULL);
    bool reads = strcmp(zp__httpd_method(request), "GET") == 0;
    if (dikidi->access == ZP_PRACTICE_ACCESS_NO ||
        (dikidi->access == ZP_PRACTICE_ACCESS_READ && !reads))
        return zp__practice_dikidi_error(ctx, 403, "ACCESS_DENIED", "Этому ключу доступ закрыт.",
                                         NULL);
    if (call == NULL)
        return zp__practice_dikidi_error(ctx, 404, "NOT_FOUND", "Такого адреса нет.", NULL);
    if (parts->count > 2 && strcmp(parts->part[3], dikidi->salon->company) != 0)
        return zp__practice_dikidi_error(ctx, 404, "COMPANY_ERROR", "Компания не найдена.", NULL);
    if (strcmp(call, "services") == 0)
        return list_services(request, dikidi->salon);
    if (strcmp(call, "masters") == 0)
        return list_masters(request, dikidi->salon);
    if (strcmp(call, "schedule") == 0)
        return free_times(request, dikidi->salon);
    if (strcmp(call, "create") == 0)
        return zp__practice_dikidi_create(request, dikidi->salon);
    const char *id = parts->part[parts->count - 1];
    if ((dikidi->dialect & ZP_DIALECT_SPLIT) != 0)
        id = zp__dialect_whole(ctx, id);
    return show_booking(request, dikidi->salon, id, strcmp(call, "cancel") == 0);
}

// ---- the budget: at most rate_per_minute requests in any 60 seconds

// Counts this request in; false when it is one too many. *remaining, and *reset_s until the oldest
// one leaves the window.
static bool within_rate(struct zp__practice_dikidi *dikidi, int *remaining, int *reset_s) {
    int64_t now = zp_clock_boot_ms();
    size_t gone = 0;
    while (gone < dikidi->sent_count && dikidi->sent_at[gone] <= now - RATE_WINDOW)
        gone++;
    memmove(dikidi->sent_at, dikidi->sent_at + gone,
            (dikidi->sent_count - gone) * sizeof *dikidi->sent_at);
    dikidi->sent_count -= gone;
    bool fits =
        dikidi->rate_per_minute == 0 || dikidi->sent_count < (size_t)dikidi->rate_per_minute;
    if (fits && dikidi->rate_per_minute > 0)
        dikidi->sent_at[dikidi->sent_count++] = now;
    *remaining = dikidi->rate_per_minute - (int)dikidi->sent_count;
    int64_t wait_ms = dikidi->sent_count > 0 ? dikidi->sent_at[0] + RATE_WINDOW - now : RATE_WINDOW;
    *reset_s = (int)((wait_ms + 999) / 1000);
    return fits;
}

static void add_number_header(struct zp__answer *answer, const char *name, int64_t value) {
    char text[24];
    snprintf(text, sizeof text, "%lld", (long long)value);
    zp__answer_header(answer, name, text);
}

// Seconds, or the date of RFC 9110: true time, as the Date header beside it.
static void add_retry_after(const struct zp__practice_dikidi *dikidi, struct zp__answer *answer,
                            int seconds) {
    static const char days[][4] = {"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"};
    static const char months[][4] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                     "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    if ((dikidi->dialect & ZP_DIALECT_RETRY_DATE) == 0) {
        add_number_header(answer, "Retry-After", seconds);
        return;
    }
    const struct zp_clock real = {0};
    time_t at = (time_t)(zp_clock_now(&real) + seconds);
    struct tm utc;
    char text[64];
    gmtime_r(&at, &utc);
    snprintf(text, sizeof text, "%s, %02d %s %04d %02d:%02d:%02d GMT", days[(utc.tm_wday + 6) % 7],
             utc.tm_mday, months[utc.tm_mon], utc.tm_year + 1900, utc.tm_hour, utc.tm_min,
             utc.tm_sec);
    zp__answer_header(answer, "Retry-After", text);
}

struct zp__answer *zp__practice_dikidi_answer(struct zp_httpd_request *request, void *data) {
    struct zp__practice_dikidi *dikidi = data;
    TALLOC_CTX *ctx = zp__httpd_context(request);
    int remaining, reset_s;
    struct parts parts;
    cut(&parts, zp__httpd_path(request));
    const char *call = known_call(dikidi, zp__httpd_method(request), &parts);
    bool fits = within_rate(dikidi, &remaining, &reset_s);
    struct zp__answer *answer = zp__dialect_page(ctx, dikidi->dialect);
    if (answer == NULL) {
        answer = fits ? dispatch(dikidi, request, &parts, call)
                      : zp__practice_dikidi_error(ctx, 429, "RATE_LIMITED",
                                                  "Слишком много запросов.", NULL);
        answer = zp__dialect_speak(ctx, dikidi->dialect, dikidi->salon->zone, call, answer);
        if (!fits)
            add_retry_after(dikidi, answer, reset_s);
    }
    char id[40];
    snprintf(id, sizeof id, "practice-%010llu", (unsigned long long)++dikidi->requests);
    zp__answer_header(answer, "X-Request-Id", id);
    if (dikidi->rate_per_minute > 0) {
        add_number_header(answer, "X-RateLimit-Limit", dikidi->rate_per_minute);
        add_number_header(answer, "X-RateLimit-Remaining", remaining);
        add_number_header(answer, "X-RateLimit-Reset", reset_s);
    }
    return answer;
}
