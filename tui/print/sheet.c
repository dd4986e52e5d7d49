// From a document to what is printed of it.
#include "print/sheet.h"

#include "memory.h"

#include <zapis/i18n.h>
#include <zapis/limits.h>
#include <zapis/money.h>
#include <zapis/phone.h>
#include <zapis/text.h>

#define CURRENCY_BYTES 8

// ---- reading

static char *text_of(TALLOC_CTX *ctx, const struct zp_json *object, const char *key,
                     size_t max_bytes) {
    const char *text = zp_json_string(zp_json_get(object, key));
    char *clean = zp_text_clean(ctx, text ? text : "", SIZE_MAX, max_bytes);
    const size_t blanks = strspn(clean, " ");
    memmove(clean, clean + blanks, strlen(clean) - blanks + 1);
    return clean;
}

static bool misread(struct zp_error *err, const char *key) {
    return zp_error_set(err, ZP_E_USAGE, NULL,
                        _("What came is not the JSON of “zapis day --json” or “zapis show --json”: "
                          "“%s” is missing or wrong."),
                        key);
}

// An instant carries the salon's offset, so the salon's clock stands in it as it is.
static bool read_instant(TALLOC_CTX *ctx, const struct zp_json *object, const char *key,
                         int64_t *instant, struct zp_date *date, char **clock) {
    const char *text = zp_json_string(zp_json_get(object, key));
    char day[ZP_DATE_SIZE];
    *clock = memory_strdup(ctx, "");
    if (!text || zp_instant_parse(text, NULL, instant) != ZP_INSTANT_UTC || strlen(text) < 16)
        return false;
    snprintf(day, sizeof day, "%.10s", text);
    if (!zp_date_parse(day, date))
        return false;
    *clock = memory_printf(ctx, "%.5s", text + 11);
    return true;
}

static void read_services(struct sheet_visit *visit, TALLOC_CTX *ctx, const struct zp_json *array) {
    size_t count = zp_json_count(array);
    count = count < ZP_LIMIT_SERVICES_PER_VISIT ? count : ZP_LIMIT_SERVICES_PER_VISIT;
    visit->services = memory_array(ctx, struct sheet_service, (unsigned)count);
    visit->service_count = count;
    for (size_t i = 0; i < count; i++) {
        struct sheet_service *service = &visit->services[i];
        const struct zp_json *item = zp_json_at(array, i);
        service->name = text_of(ctx, item, "name", ZP_LIMIT_NAME_BYTES);
        service->priced = zp_json_int(zp_json_get(item, "price_minor"), &service->price_minor);
    }
}

// Our own phones are E.164; anything else is shown as it came.
static char *read_phone(TALLOC_CTX *ctx, const struct zp_json *client) {
    char *phone = text_of(ctx, client, "phone", ZP_PHONE_TEXT_SIZE - 1);
    char shown[ZP_PHONE_TEXT_SIZE];
    if (phone[0] != '+' || strlen(phone) >= ZP_PHONE_SIZE ||
        strspn(phone + 1, "0123456789") != strlen(phone + 1))
        return phone;
    zp_phone_format(phone, shown);
    return memory_strdup(ctx, shown);
}

static bool read_visit(TALLOC_CTX *ctx, const struct zp_json *object, struct sheet_visit *visit,
                       struct zp_error *err) {
    const char *state = zp_json_string(zp_json_get(object, "state"));
    const struct zp_json *client = zp_json_get(object, "client");
    struct zp_date date_to;
    int64_t ends_at;
    if (!state || !zp_booking_state_parse(state, &visit->state))
        return misread(err, "state");
    if (!read_instant(ctx, object, "starts_at", &visit->starts_at, &visit->date, &visit->from))
        return misread(err, "starts_at");
    visit->hour = memory_printf(ctx, "%.2s:00", visit->from);
    if (!read_instant(ctx, object, "ends_at", &ends_at, &date_to, &visit->to) &&
        zp_json_type(zp_json_get(object, "ends_at")) != ZP_JSON_NULL)
        return misread(err, "ends_at");
    visit->master_id = text_of(ctx, object, "master_id", ZP_LIMIT_ID_BYTES);
    visit->master = text_of(ctx, object, "master", ZP_LIMIT_NAME_BYTES);
    visit->currency = text_of(ctx, object, "currency", CURRENCY_BYTES);
    visit->number = text_of(ctx, object, "booking_id", ZP_LIMIT_ID_BYTES);
    visit->comment = text_of(ctx, object, "comment", ZP_LIMIT_COMMENT_BYTES);
    visit->client = text_of(ctx, client, "name", ZP_LIMIT_NAME_BYTES);
    visit->phone = read_phone(ctx, client);
    zp_json_int(zp_json_get(object, "price_minor"), &visit->price_minor);
    read_services(visit, ctx, zp_json_get(object, "services"));
    return true;
}

static int by_time(const void *a, const void *b) {
    const struct sheet_visit *one = a, *two = b;
    if (one->starts_at != two->starts_at)
        return one->starts_at < two->starts_at ? -1 : 1;
    return strcmp(one->number, two->number);
}

static bool read_day(struct sheet *sheet, const struct zp_json *document, struct zp_error *err) {
    const struct zp_json *bookings = zp_json_get(document, "bookings");
    const char *date = zp_json_string(zp_json_get(document, "date"));
    if (!date || !zp_date_parse(date, &sheet->date))
        return misread(err, "date");
    sheet->visit_count = zp_json_count(bookings);
    if (sheet->visit_count > SHEET_VISITS_MAX)
        return zp_error_set(err, ZP_E_USAGE, NULL,
                            _("A sheet of more than %d visits is not printed: print one "
                              "master at a time (--master ID)."),
                            SHEET_VISITS_MAX);
    sheet->visits = memory_array(sheet, struct sheet_visit, (unsigned)sheet->visit_count);
    for (size_t i = 0; i < sheet->visit_count; i++)
        if (!read_visit(sheet, zp_json_at(bookings, i), &sheet->visits[i], err))
            return false;
    qsort(sheet->visits, sheet->visit_count, sizeof *sheet->visits, by_time);
    return true;
}

static bool read_one(struct sheet *sheet, const struct zp_json *document, struct zp_error *err) {
    sheet->one = true;
    sheet->visit_count = 1;
    sheet->visits = memory_new(sheet, struct sheet_visit);
    if (!read_visit(sheet, document, sheet->visits, err))
        return false;
    sheet->date = sheet->visits->date;
    return true;
}

struct sheet *sheet_read(TALLOC_CTX *ctx, const struct zp_json *document, struct zp_error *err) {
    struct sheet *sheet = memory_new(ctx, struct sheet);
    const bool day = zp_json_type(zp_json_get(document, "bookings")) == ZP_JSON_ARRAY;
    sheet->salon = text_of(sheet, document, "salon", ZP_LIMIT_NAME_BYTES);
    sheet->printed_at = text_of(sheet, document, "printed_at", ZP_INSTANT_SIZE);
    if (day ? read_day(sheet, document, err) : read_one(sheet, document, err))
        return sheet;
    talloc_free(sheet);
    return NULL;
}

// ---- masters side by side

struct master {
    const char *id, *name;
    char *folded; // for the order
};

static int by_name(const void *a, const void *b) {
    const struct master *one = a, *two = b;
    const int order = strcmp(one->folded, two->folded);
    return order != 0 ? order : strcmp(one->id, two->id);
}

static bool same_master(const struct master *master, const struct sheet_visit *visit) {
    return strcmp(master->id, visit->master_id) == 0 &&
           (*master->id || strcmp(master->name, visit->master) == 0);
}

static struct master *masters_of(TALLOC_CTX *ctx, const struct sheet *sheet, size_t *count) {
    struct master *masters = memory_array(ctx, struct master, (unsigned)sheet->visit_count);
    *count = 0;
    for (size_t i = 0; i < sheet->visit_count; i++) {
        const struct sheet_visit *visit = &sheet->visits[i];
        size_t at = 0;
        while (at < *count && !same_master(&masters[at], visit))
            at++;
        if (at < *count)
            continue;
        masters[at] =
            (struct master){visit->master_id, visit->master, zp_text_fold(masters, visit->master)};
        (*count)++;
    }
    qsort(masters, *count, sizeof *masters, by_name);
    return masters;
}

static const struct sheet_visit *row_first(const struct sheet_grid *grid, size_t row) {
    const struct sheet_visit *const *cells = grid->cells + row * grid->column_count;
    while (!*cells)
        cells++;
    return *cells;
}

static bool same_hour(const struct sheet_visit *one, const struct sheet_visit *two) {
    return zp_date_compare(one->date, two->date) == 0 && strcmp(one->hour, two->hour) == 0;
}

// The row for a visit of this column: the first free one of its hour, which is the last so far.
static size_t row_for(struct sheet_grid *grid, TALLOC_CTX *ctx, size_t column,
                      const struct sheet_visit *visit) {
    size_t row = grid->row_count;
    while (row > 0 && same_hour(row_first(grid, row - 1), visit))
        row--;
    while (row < grid->row_count && grid->cells[row * grid->column_count + column])
        row++;
    if (row == grid->row_count) {
        const size_t size = grid->row_count * grid->column_count;
        grid->cells = memory_grow(ctx, grid->cells, const struct sheet_visit *,
                                  (unsigned)(size + grid->column_count));
        for (size_t i = 0; i < grid->column_count; i++)
            grid->cells[size + i] = NULL;
        grid->row_count++;
    }
    return row;
}

static void fill_grid(TALLOC_CTX *ctx, struct sheet_grid *grid, const struct sheet *sheet,
                      const struct master *masters, size_t columns) {
    grid->column_count = columns;
    grid->masters = memory_array(ctx, const char *, (unsigned)columns);
    for (size_t i = 0; i < columns; i++)
        grid->masters[i] = *masters[i].name ? masters[i].name : _("no master named");
    for (size_t i = 0; i < sheet->visit_count; i++) {
        const struct sheet_visit *visit = &sheet->visits[i];
        for (size_t column = 0; column < columns; column++) {
            if (!same_master(&masters[column], visit))
                continue;
            const size_t row = row_for(grid, ctx, column, visit);
            grid->cells[row * columns + column] = visit;
            break;
        }
    }
}

struct sheet_grid *sheet_grids(TALLOC_CTX *ctx, const struct sheet *sheet, size_t columns_max,
                               size_t *count) {
    size_t total;
    TALLOC_CTX *work = talloc_new(NULL);
    const struct master *masters = masters_of(work, sheet, &total);
    *count = (total + columns_max - 1) / columns_max;
    struct sheet_grid *grids = memory_array(ctx, struct sheet_grid, (unsigned)*count);
    for (size_t i = 0, first = 0; i < *count; i++) {
        const size_t left = total - first, grids_left = *count - i;
        const size_t columns = (left + grids_left - 1) / grids_left;
        fill_grid(grids, &grids[i], sheet, masters + first, columns);
        first += columns;
    }
    talloc_free(work);
    return grids;
}

const char *sheet_row_hour(const struct sheet_grid *grid, size_t row, bool shown) {
    const struct sheet_visit *first = row_first(grid, row);
    return shown && row > 0 && same_hour(row_first(grid, row - 1), first) ? "" : first->hour;
}

// ---- words

char *sheet_services(TALLOC_CTX *ctx, const struct sheet_visit *visit) {
    char *text = memory_strdup(ctx, "");
    for (size_t i = 0; i < visit->service_count; i++)
        text = memory_must(
            talloc_asprintf_append_buffer(text, "%s%s", i ? " + " : "", visit->services[i].name));
    return text;
}

const char *sheet_money(TALLOC_CTX *ctx, int64_t price_minor, const char *currency) {
    char text[ZP_MONEY_SIZE];
    if (price_minor == 0)
        return "";
    zp_money_format(price_minor, currency, zp_i18n_russian(), text);
    return memory_strdup(ctx, text);
}

const char *sheet_remark(const struct sheet_visit *visit) {
    return visit->state == ZP_BOOKING_BOOKED ? "" : zp_booking_state_words(visit->state);
}

char *sheet_span(TALLOC_CTX *ctx, const struct sheet_visit *visit) {
    return memory_printf(ctx, *visit->to ? "%s-%s" : "%s", visit->from, visit->to);
}

char *sheet_count(TALLOC_CTX *ctx, const struct sheet *sheet) {
    const unsigned long count = sheet->visit_count;
    return memory_printf(ctx, P_("%lu visit", "%lu visits", count), count);
}
