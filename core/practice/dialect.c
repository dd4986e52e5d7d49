// Which dialects there are, and what they do to a whole answer: envelope, errors, lists, pages.
#include "practice/dialect.h"

#include <zapis/i18n.h>
#include <zapis/practice.h>

static const struct {
    const char *name, *what;
    uint32_t bit;
} NAMES[] = {
    {"clean", N_("the contract's own form"), 0},
    {"ids-number", N_("ids are numbers"), ZP_DIALECT_IDS_NUMBER},
    {"ids-mixed", N_("numbers in some answers, text in others"), ZP_DIALECT_IDS_MIXED},
    {"money-text", N_("prices are \"1500\""), ZP_DIALECT_MONEY_TEXT},
    {"money-comma", N_("prices are \"1 500,00\""), ZP_DIALECT_MONEY_COMMA},
    {"money-nbsp", N_("the same with a no-break space"), ZP_DIALECT_MONEY_NBSP},
    {"empty-list", N_("[] where an object is empty"), ZP_DIALECT_EMPTY_LIST},
    {"error-number", N_("errors are 200 with {\"error\":1,\"message\"}"), ZP_DIALECT_ERROR_NUMBER},
    {"error-true", N_("errors are 200 with {\"error\":true}"), ZP_DIALECT_ERROR_TRUE},
    {"error-word", N_("errors are 200 with {\"error\":\"SLOT_TAKEN\"}"), ZP_DIALECT_ERROR_WORD},
    {"bare", N_("no envelope"), ZP_DIALECT_BARE},
    {"no-data", N_("no \"data\": the content stands beside \"error\""), ZP_DIALECT_NO_DATA},
    {"html-200", N_("a challenge page with 200 instead of every answer"), ZP_DIALECT_HTML_200},
    {"html-403", N_("the same with 403"), ZP_DIALECT_HTML_403},
    {"html-503", N_("the same with 503"), ZP_DIALECT_HTML_503},
    {"camel", N_("camelCase names"), ZP_DIALECT_CAMEL},
    {"slot-map", N_("free times by master, \"0\" for any"), ZP_DIALECT_SLOT_MAP},
    {"status-number", N_("status is 1 or 4"), ZP_DIALECT_STATUS_NUMBER},
    {"seconds", N_("durations are seconds"), ZP_DIALECT_SECONDS},
    {"naive", N_("the salon's clock without an offset"), ZP_DIALECT_NAIVE},
    {"split", N_("a visit of several services is a list of bookings"), ZP_DIALECT_SPLIT},
    {"nulls", N_("null where nothing must be told"), ZP_DIALECT_NULLS},
    {"missing", N_("the same fields left out"), ZP_DIALECT_MISSING},
    {"extra", N_("fields that nobody knows"), ZP_DIALECT_EXTRA},
    {"retry-date", N_("Retry-After is a date"), ZP_DIALECT_RETRY_DATE},
    {"v1", N_("services and masters of /api/v1/companies: no duration, no currency"),
     ZP_DIALECT_V1},
    {"half-text", N_("half an emoji in the texts of the catalogue"), ZP_DIALECT_HALF_TEXT},
    {"bare-key", N_("Authorization is the key alone"), ZP_DIALECT_BARE_KEY},
};
#define NAME_COUNT (sizeof NAMES / sizeof *NAMES)

const char *const *zp_practice_dialect_help(void) {
    static const char *lines[2 * NAME_COUNT + 1];
    for (size_t i = 0; i < NAME_COUNT; i++) {
        lines[2 * i] = NAMES[i].name;
        lines[2 * i + 1] = NAMES[i].what;
    }
    return lines;
}

static bool add_name(const char *name, size_t size, uint32_t *dialect) {
    for (size_t i = 0; i < NAME_COUNT; i++) {
        if (strlen(NAMES[i].name) == size && strncmp(NAMES[i].name, name, size) == 0) {
            *dialect |= NAMES[i].bit;
            return true;
        }
    }
    return false;
}

static bool unknown(const char *name, size_t size, struct zp_error *err) {
    char known[400] = "";
    for (size_t i = 0; i < NAME_COUNT; i++) {
        size_t used = strlen(known);
        snprintf(known + used, sizeof known - used, "%s%s", i > 0 ? " " : "", NAMES[i].name);
    }
    return zp_error_set(err, ZP_E_USAGE, NULL, _("There is no dialect “%.*s”; there are: %s"),
                        size > 40 ? 40 : (int)size, name, known);
}

bool zp__dialect_parse(const char *names, uint32_t *dialect, struct zp_error *err) {
    *dialect = 0;
    for (const char *at = names; at != NULL && *at != '\0';) {
        size_t size = strcspn(at, ",");
        if (!add_name(at, size, dialect))
            return unknown(at, size, err);
        at += size + (at[size] == ',');
    }
    return true;
}

static bool has(const struct zp__dialect_pen *pen, uint32_t bits) {
    return (pen->dialect & bits) != 0;
}

// ---- errors

static struct zp__answer *plain_error(const struct zp__dialect_pen *pen,
                                      const struct zp_json *error) {
    struct zp_json *root = zp_json_new_object(pen->ctx);
    const char *code = zp_json_string(zp_json_get(error, "code"));
    if (has(pen, ZP_DIALECT_ERROR_WORD)) {
        zp_json_add_string(root, "error", code);
    } else if (has(pen, ZP_DIALECT_ERROR_TRUE)) {
        zp_json_add_bool(root, "error", true);
        zp_json_add_string(root, "code", code);
    } else {
        zp_json_add_int(root, "error", 1);
    }
    zp_json_add_string(root, "message", zp_json_string(zp_json_get(error, "message")));
    return zp__answer_json(pen->ctx, 200, root);
}

static void add_no_error(const struct zp__dialect_pen *pen, struct zp_json *root,
                         const struct zp_json *error) {
    if (has(pen, ZP_DIALECT_ERROR_NUMBER))
        zp_json_add_int(root, "error", 0);
    else if (has(pen, ZP_DIALECT_ERROR_TRUE))
        zp_json_add_bool(root, "error", false);
    else if (has(pen, ZP_DIALECT_ERROR_WORD))
        zp_json_add_string(root, "error", "");
    else
        zp__dialect_write(pen, root, "error", error);
}

// What was built is read again as it would stand on the wire.
static const struct zp_json *read_back(const struct zp__dialect_pen *pen,
                                       const struct zp_json *built) {
    char *text = zp_json_print(pen->ctx, built);
    return zp_json_parse(pen->ctx, text, strlen(text), NULL);
}

// ---- one visit as several bookings

static void add_part(struct zp_json *list, const struct zp_json *booking,
                     const struct zp_json *service, size_t index, int64_t starts_at) {
    struct zp_json *part = zp_json_add_object(list, NULL);
    int64_t minutes = 0;
    (void)zp_json_int(zp_json_get(service, "duration"), &minutes);
    for (size_t i = 0; i < zp_json_count(booking); i++) {
        const struct zp_json *value = zp_json_at(booking, i);
        const char *key = zp_json_key(value);
        char text[64];
        if (strcmp(key, "id") == 0 && index > 0) {
            snprintf(text, sizeof text, "%s-%zu", zp_json_string(value), index + 1);
            zp_json_add_string(part, key, text);
        } else if (strcmp(key, "starts_at") == 0 || strcmp(key, "ends_at") == 0) {
            zp_instant_format_utc(key[0] == 's' ? starts_at : starts_at + minutes * 60, text);
            zp_json_add_string(part, key, text);
        } else if (strcmp(key, "duration") == 0) {
            zp_json_add_int(part, key, minutes);
        } else if (strcmp(key, "services") == 0) {
            zp_json_add_copy(zp_json_add_array(part, key), NULL, service);
        } else if (strcmp(key, "total") == 0) {
            zp_json_add_copy(part, key, zp_json_get(service, "cost"));
        } else {
            zp_json_add_copy(part, key, value);
        }
    }
}

// A booking of one service stays as it is.
static const struct zp_json *split(const struct zp__dialect_pen *pen,
                                   const struct zp_json *booking) {
    const struct zp_json *services = zp_json_get(booking, "services");
    const char *start = zp_json_string(zp_json_get(booking, "starts_at"));
    int64_t starts_at = 0;
    if (zp_json_count(services) < 2 || start == NULL ||
        zp_instant_parse(start, pen->zone, &starts_at) != ZP_INSTANT_UTC)
        return booking;
    struct zp_json *list = zp_json_new_array(pen->ctx);
    for (size_t i = 0; i < zp_json_count(services); i++) {
        const struct zp_json *service = zp_json_at(services, i);
        int64_t minutes = 0;
        add_part(list, booking, service, i, starts_at);
        (void)zp_json_int(zp_json_get(service, "duration"), &minutes);
        starts_at += minutes * 60;
    }
    return read_back(pen, list);
}

char *zp__dialect_whole(TALLOC_CTX *ctx, const char *booking_id) {
    char *id = talloc_strndup(ctx, booking_id, strcspn(booking_id, "-"));
    if (id == NULL)
        zp_panic("out of memory");
    return id;
}

// ---- free times by master

static const char *master_at(const struct zp_json *slots, size_t index) {
    return zp_json_string(zp_json_get(zp_json_at(slots, index), "master_id"));
}

static bool is_first_of_master(const struct zp_json *slots, size_t index) {
    for (size_t i = 0; i < index; i++) {
        if (strcmp(master_at(slots, i), master_at(slots, index)) == 0)
            return false;
    }
    return true;
}

static void add_times(struct zp_json *list, const struct zp_json *slots, const char *master_id) {
    const char *last = "";
    for (size_t i = 0; i < zp_json_count(slots); i++) {
        const char *start = zp_json_string(zp_json_get(zp_json_at(slots, i), "starts_at"));
        bool his = master_id == NULL || strcmp(master_at(slots, i), master_id) == 0;
        if (his && strcmp(start, last) != 0) {
            zp_json_add_string(list, NULL, start);
            last = start;
        }
    }
}

// {"1357200":["…"],"0":["…"]}; PHP writes an empty map as [].
static const struct zp_json *slot_map(const struct zp__dialect_pen *pen,
                                      const struct zp_json *data) {
    struct zp_json *changed = zp_json_new_object(pen->ctx);
    for (size_t i = 0; i < zp_json_count(data); i++) {
        const struct zp_json *value = zp_json_at(data, i);
        size_t count = zp_json_count(value);
        if (strcmp(zp_json_key(value), "slots") != 0 || count == 0) {
            zp_json_add_copy(changed, zp_json_key(value), value);
            continue;
        }
        struct zp_json *map = zp_json_add_object(changed, "slots");
        for (size_t k = 0; k < count; k++) {
            if (is_first_of_master(value, k))
                add_times(zp_json_add_array(map, master_at(value, k)), value, master_at(value, k));
        }
        add_times(zp_json_add_array(map, "0"), value, NULL);
    }
    return read_back(pen, changed);
}

// ---- the whole

static const struct zp_json *changed_data(const struct zp__dialect_pen *pen,
                                          const struct zp_json *data) {
    bool booking = zp_json_get(data, "starts_at") != NULL;
    if (has(pen, ZP_DIALECT_SPLIT) && booking)
        return split(pen, data);
    if (has(pen, ZP_DIALECT_SLOT_MAP) && strcmp(pen->call, "schedule") == 0)
        return slot_map(pen, data);
    return data;
}

static const char *content_name(const struct zp__dialect_pen *pen, const struct zp_json *data) {
    if (strcmp(pen->call, "services") == 0 || strcmp(pen->call, "masters") == 0)
        return pen->call;
    return zp_json_type(data) == ZP_JSON_ARRAY ? "bookings" : "booking";
}

static void add_content(const struct zp__dialect_pen *pen, struct zp_json *root,
                        const struct zp_json *data) {
    if (!has(pen, ZP_DIALECT_NO_DATA))
        zp__dialect_write(pen, root, "data", data);
    else if (strcmp(pen->call, "schedule") == 0)
        zp__dialect_write_members(pen, root, data);
    else
        zp__dialect_write(pen, root, content_name(pen, data), data);
}

static bool is_catalogue(const struct zp__dialect_pen *pen) {
    return strcmp(pen->call, "services") == 0 || strcmp(pen->call, "masters") == 0;
}

static struct zp_json *good_answer(const struct zp__dialect_pen *pen, const struct zp_json *clean) {
    const struct zp_json *data = changed_data(pen, zp_json_get(clean, "data"));
    bool list = zp_json_type(data) == ZP_JSON_ARRAY;
    struct zp_json *root = has(pen, ZP_DIALECT_BARE) && list ? zp_json_new_array(pen->ctx)
                                                             : zp_json_new_object(pen->ctx);
    if (has(pen, ZP_DIALECT_BARE)) {
        for (size_t i = 0; list && i < zp_json_count(data); i++)
            zp__dialect_write(pen, root, NULL, zp_json_at(data, i));
        if (!list)
            zp__dialect_write_members(pen, root, data);
        return root;
    }
    bool data_alone = has(pen, ZP_DIALECT_V1) && is_catalogue(pen);
    if (!data_alone)
        add_no_error(pen, root, zp_json_get(clean, "error"));
    add_content(pen, root, data);
    if (!data_alone)
        zp__dialect_write_member(pen, root, zp_json_get(clean, "meta"));
    return root;
}

// As a name that was cut off between the halves of an emoji: our own writer could not write it.
static struct zp__answer *with_half_text(TALLOC_CTX *ctx, struct zp__answer *answer) {
    static const char key[] = "\"image\":\"";
    char *body = talloc_strdup(ctx, "");
    for (const char *at = answer->body; body != NULL;) {
        const char *found = strstr(at, key);
        const char *end = found != NULL ? found + strlen(key) : at + strlen(at);
        body = talloc_asprintf_append_buffer(body, "%.*s%s", (int)(end - at), at,
                                             found != NULL ? "\\ud83d" : "");
        at = end;
        if (found == NULL) {
            break;
        }
    }
    if (body == NULL)
        zp_panic("out of memory");
    return zp__answer_new(ctx, answer->status, answer->content_type, body);
}

struct zp__answer *zp__dialect_speak(TALLOC_CTX *ctx, uint32_t dialect, const struct zp_zone *zone,
                                     const char *call, struct zp__answer *clean) {
    const uint32_t plain = ZP_DIALECT_ERROR_NUMBER | ZP_DIALECT_ERROR_TRUE | ZP_DIALECT_ERROR_WORD;
    struct zp__dialect_pen pen = {ctx, dialect, zone, call != NULL ? call : ""};
    if (dialect == 0)
        return clean;
    const struct zp_json *root = zp_json_parse(ctx, clean->body, clean->size, NULL);
    const struct zp_json *error = zp_json_get(root, "error");
    bool good = zp_json_string(zp_json_get(error, "code")) == NULL;
    if (good) {
        struct zp__answer *answer = zp__answer_json(ctx, clean->status, good_answer(&pen, root));
        return has(&pen, ZP_DIALECT_HALF_TEXT) ? with_half_text(ctx, answer) : answer;
    }
    if ((dialect & plain) != 0)
        return plain_error(&pen, error);
    struct zp_json *same = zp_json_new_object(ctx);
    pen.call = ""; // what v1 leaves out of a catalogue, it does not leave out of an error
    zp__dialect_write_members(&pen, same, root);
    return zp__answer_json(ctx, clean->status, same);
}

struct zp__answer *zp__dialect_page(TALLOC_CTX *ctx, uint32_t dialect) {
    if ((dialect & ZP_DIALECT_PAGES) == 0)
        return NULL;
    int status = (dialect & ZP_DIALECT_HTML_200) != 0   ? 200
                 : (dialect & ZP_DIALECT_HTML_403) != 0 ? 403
                                                        : 503;
    return zp__answer_new(
        ctx, status, "text/html; charset=utf-8",
        "<!DOCTYPE html><html lang=\"ru\"><head><title>Проверка браузера</title>"
        "</head><body><h1>Подождите, мы проверяем ваш браузер</h1></body></html>");
}
