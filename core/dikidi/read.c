// Dikidi's catalogue and free times -> our structs.
#include "base/memory.h"
#include "dikidi/call.h"
#include <zapis/limits.h>
#include <zapis/log.h>
#include <zapis/text.h>

// Rows of a list: an array, or an object whose members are the rows.
static bool is_list(const struct zp_json *data) {
    enum zp_json_type type = zp_json_type(data);
    return type == ZP_JSON_ARRAY || type == ZP_JSON_OBJECT;
}

static void read_category(struct zp__dikidi_reader *reader, TALLOC_CTX *ctx,
                          const struct zp_json *row, struct zp_service *service) {
    const struct zp_json *category = zp__dikidi_field(row, "category");
    char *id = zp__dikidi_id_of(reader->ctx, row, "category");
    if (zp_json_type(category) == ZP_JSON_OBJECT)
        category = zp__dikidi_field(category, "name");
    service->category_id = zp__memory_strdup(ctx, id != NULL ? id : "");
    service->category = zp_json_words(ctx, category, ZP_LIMIT_NAME_BYTES);
}

static int duration_of(struct zp__dikidi_reader *reader, const struct zp_json *row) {
    int minutes = zp__dikidi_minutes(reader, zp__dikidi_field(row, "duration"));
    return minutes > 0 ? minutes : zp__dikidi_minutes(reader, zp__dikidi_field(row, "time"));
}

// A price that is not told is "from 0": no screen may call it free.
static void read_price(struct zp__dikidi_reader *reader, const struct zp_json *row,
                       const char *currency, int64_t *minor, bool *from) {
    *from = zp__dikidi_flag(zp__dikidi_field(row, "price_from"), false);
    if (!zp__dikidi_money(reader, zp__dikidi_field(row, "price"), currency, minor)) {
        *minor = 0;
        *from = true;
    }
}

static void read_terms(struct zp__dikidi_reader *reader, const struct zp_json *row,
                       struct zp_service *service) {
    const struct zp_json *list = zp__dikidi_field(row, "masters");
    if (zp_json_type(list) != ZP_JSON_ARRAY)
        return;
    size_t count = zp_json_count(list);
    if (count > ZP_LIMIT_CATALOGUE_ITEMS)
        count = ZP_LIMIT_CATALOGUE_ITEMS;
    service->terms = zp__memory_array(service->id, struct zp_terms, (unsigned)count);
    for (size_t i = 0; i < count; i++) {
        const struct zp_json *one = zp_json_at(list, i);
        const struct zp_json *id =
            zp_json_type(one) == ZP_JSON_OBJECT ? zp__dikidi_field(one, "id") : one;
        struct zp_terms *terms = &service->terms[service->term_count];
        terms->master_id = zp__dikidi_id(service->terms, id);
        if (terms->master_id == NULL)
            continue;
        if (zp__dikidi_field(one, "price") != NULL)
            read_price(reader, one, service->currency, &terms->price_minor, &terms->price_from);
        else {
            terms->price_minor = service->price_minor;
            terms->price_from = service->price_from;
        }
        terms->duration_min = duration_of(reader, one);
        if (terms->duration_min == 0)
            terms->duration_min = service->duration_min;
        service->term_count++;
    }
}

// A salon whose catalogue comes from v1: the slot chosen tells how long, the configuration in what.
static void count_untold(struct zp__dikidi_reader *reader, const struct zp_service *service,
                         bool currency) {
    bool duration = service->duration_min > 0;
    for (size_t i = 0; i < service->term_count && !duration; i++)
        duration = service->terms[i].duration_min > 0;
    reader->odds->of[ZP_DIKIDI_ODD_NO_DURATION] += !duration;
    reader->odds->of[ZP_DIKIDI_ODD_NO_CURRENCY] += !currency;
}

static bool read_service(struct zp__dikidi_reader *reader, const struct zp_json *row,
                         struct zp_service *service) {
    *service = (struct zp_service){0};
    if (zp_json_type(row) != ZP_JSON_OBJECT)
        return false;
    // Everything of a row hangs on its id, so that a copied row keeps its strings.
    char *id = zp__dikidi_id(NULL, zp__dikidi_field(row, "id"));
    if (id == NULL)
        return false;
    service->id = id;
    service->name = zp_json_words(id, zp__dikidi_field(row, "name"), ZP_LIMIT_NAME_BYTES);
    if (service->name[0] == '\0')
        service->name = zp__memory_strdup(id, id);
    read_category(reader, id, row, service);
    service->currency = zp_json_words(id, zp__dikidi_field(row, "currency"), 8);
    bool currency = service->currency[0] != '\0';
    if (!currency)
        service->currency = zp__memory_strdup(id, reader->currency);
    read_price(reader, row, service->currency, &service->price_minor, &service->price_from);
    service->duration_min = duration_of(reader, row);
    service->break_after_min = zp__dikidi_minutes(reader, zp__dikidi_field(row, "break_after"));
    service->active = zp__dikidi_flag(zp__dikidi_field(row, "active"), true);
    service->online = zp__dikidi_flag(zp__dikidi_field(row, "online"), true);
    if (!zp_json_int(zp__dikidi_field(row, "sort"), &service->sort))
        service->sort = 0;
    read_terms(reader, row, service);
    if (service->active)
        count_untold(reader, service, currency);
    return true;
}

static void skipped(struct zp__dikidi_reader *reader, const char *what, size_t count) {
    reader->odds->of[ZP_DIKIDI_ODD_SKIPPED] += count;
    if (count > 0)
        zp_log(ZP_LOG_WARN, "dikidi rows without a number skipped", ZP_LOG_S("what", what),
               ZP_LOG_I("count", (int64_t)count));
}

bool zp__dikidi_read_services(struct zp__dikidi_reader *reader, const struct zp_json *data,
                              struct zp_catalogue *catalogue, size_t *rows) {
    size_t count = zp_json_count(data), read = 0;
    *rows = count;
    if (!is_list(data) || count + catalogue->service_count > ZP_LIMIT_CATALOGUE_ITEMS)
        return false;
    catalogue->services =
        zp__memory_must(talloc_realloc(catalogue, catalogue->services, struct zp_service,
                                       (unsigned)(catalogue->service_count + count + 1)));
    for (size_t i = 0; i < count; i++) {
        struct zp_service service;
        if (!read_service(reader, zp_json_at(data, i), &service))
            continue;
        read++;
        if (!service.active || zp_catalogue_service(catalogue, service.id) != NULL) {
            talloc_free(service.id);
            continue;
        }
        talloc_steal(catalogue, service.id);
        catalogue->services[catalogue->service_count++] = service;
    }
    skipped(reader, "services", count - read);
    return count == 0 || read > 0;
}

// ---- masters

static char *master_name(TALLOC_CTX *ctx, const struct zp_json *row) {
    char *shown = zp_json_words(ctx, zp__dikidi_field(row, "username"), ZP_LIMIT_NAME_BYTES);
    if (shown[0] != '\0')
        return shown;
    char *name = zp_json_words(ctx, zp__dikidi_field(row, "name"), ZP_LIMIT_NAME_BYTES);
    char *surname = zp_json_words(ctx, zp__dikidi_field(row, "surname"), ZP_LIMIT_NAME_BYTES);
    bool both = name[0] != '\0' && surname[0] != '\0';
    return zp__memory_printf(ctx, "%s%s%s", name, both ? " " : "", surname);
}

static void read_service_ids(TALLOC_CTX *ctx, const struct zp_json *row, struct zp_master *master) {
    const struct zp_json *list = zp__dikidi_field(row, "service_ids");
    if (list == NULL)
        list = zp__dikidi_field(row, "services");
    if (zp_json_type(list) != ZP_JSON_ARRAY)
        return;
    size_t count = zp_json_count(list);
    if (count > ZP_LIMIT_CATALOGUE_ITEMS)
        count = ZP_LIMIT_CATALOGUE_ITEMS;
    master->service_ids = zp__memory_array(ctx, char *, (unsigned)count);
    for (size_t i = 0; i < count; i++) {
        const struct zp_json *one = zp_json_at(list, i);
        if (zp_json_type(one) == ZP_JSON_OBJECT)
            one = zp__dikidi_field(one, "id");
        char *id = zp__dikidi_id(master->service_ids, one);
        if (id != NULL)
            master->service_ids[master->service_count++] = id;
    }
}

static void read_shift(const char *master_id, const struct zp_json *row,
                       struct zp__dikidi_shifts *shifts) {
    struct zp_shift shift = {.from_min = zp__dikidi_clock(zp__dikidi_field(row, "work_from")),
                             .to_min = zp__dikidi_clock(zp__dikidi_field(row, "work_to")),
                             .break_from_min =
                                 zp__dikidi_clock(zp__dikidi_field(row, "break_from")),
                             .break_to_min = zp__dikidi_clock(zp__dikidi_field(row, "break_to"))};
    if (!zp__dikidi_date(zp__dikidi_field(row, "date"), &shift.date) || shift.from_min < 0 ||
        shift.to_min < 0)
        return;
    int day = zp_date_days_between(shifts->from, shift.date);
    if (day < 0 || day >= shifts->days)
        return;
    if (shift.to_min <= shift.from_min) // to after midnight
        shift.to_min += 24 * 60;
    if (shift.break_from_min >= 0 && shift.break_from_min < shift.from_min)
        shift.break_from_min += 24 * 60;
    if (shift.break_to_min >= 0 && shift.break_to_min < shift.break_from_min)
        shift.break_to_min += 24 * 60;
    if (shift.break_from_min < 0 || shift.break_to_min <= shift.break_from_min)
        shift.break_from_min = shift.break_to_min = -1;
    shift.master_id = zp__memory_strdup(shifts->shifts, master_id);
    shifts->shifts = zp__memory_must(
        talloc_realloc(NULL, shifts->shifts, struct zp_shift, (unsigned)(shifts->count + 1)));
    shifts->shifts[shifts->count++] = shift;
}

static void read_shifts(const char *master_id, const struct zp_json *row,
                        struct zp__dikidi_shifts *shifts) {
    const struct zp_json *list = zp__dikidi_field(row, "schedule");
    if (shifts == NULL || zp_json_type(list) != ZP_JSON_ARRAY)
        return;
    // A master has a few shifts a day at most; a longer list is not read to its end.
    size_t count = zp_json_count(list), limit = (size_t)shifts->days * 8;
    for (size_t i = 0; i < count && i < limit; i++)
        read_shift(master_id, zp_json_at(list, i), shifts);
}

static bool read_master(const struct zp_json *row, struct zp_master *master) {
    *master = (struct zp_master){0};
    if (zp_json_type(row) != ZP_JSON_OBJECT)
        return false;
    char *id = zp__dikidi_id(NULL, zp__dikidi_field(row, "id"));
    if (id == NULL)
        return false;
    master->id = id;
    master->name = master_name(id, row);
    if (master->name[0] == '\0')
        master->name = zp__memory_strdup(id, id);
    master->post = zp_json_words(id, zp__dikidi_field(row, "post"), ZP_LIMIT_NAME_BYTES);
    master->active = zp__dikidi_flag(zp__dikidi_field(row, "active"), true);
    master->online = zp__dikidi_flag(zp__dikidi_field(row, "online"), true);
    read_service_ids(id, row, master);
    return true;
}

bool zp__dikidi_read_masters(struct zp__dikidi_reader *reader, const struct zp_json *data,
                             struct zp_catalogue *catalogue, struct zp__dikidi_shifts *shifts,
                             size_t *rows) {
    size_t count = zp_json_count(data), read = 0;
    bool any_schedule = false;
    *rows = count;
    if (!is_list(data) || count + catalogue->master_count > ZP_LIMIT_CATALOGUE_ITEMS)
        return false;
    catalogue->masters =
        zp__memory_must(talloc_realloc(catalogue, catalogue->masters, struct zp_master,
                                       (unsigned)(catalogue->master_count + count + 1)));
    for (size_t i = 0; i < count; i++) {
        struct zp_master master;
        const struct zp_json *row = zp_json_at(data, i);
        if (!read_master(row, &master))
            continue;
        read++;
        any_schedule = any_schedule || zp__dikidi_field(row, "schedule") != NULL;
        if (!master.active || zp_catalogue_master(catalogue, master.id) != NULL) {
            talloc_free(master.id);
            continue;
        }
        talloc_steal(catalogue, master.id);
        catalogue->masters[catalogue->master_count++] = master;
        read_shifts(master.id, row, shifts);
    }
    skipped(reader, "masters", count - read);
    reader->odds->of[ZP_DIKIDI_ODD_NO_SHIFTS] += shifts != NULL && read > 0 && !any_schedule;
    return count == 0 || read > 0;
}

// ---- free times

static int compare_ids(const char *a, const char *b) {
    size_t a_size = strlen(a), b_size = strlen(b);
    return a_size != b_size ? (a_size < b_size ? -1 : 1) : strcmp(a, b);
}

static int compare_slots(const void *left, const void *right) {
    const struct zp_slot *a = left, *b = right;
    if (a->starts_at != b->starts_at)
        return a->starts_at < b->starts_at ? -1 : 1;
    return compare_ids(a->master_id, b->master_id);
}

struct slot_list {
    struct zp_day_slots *day;
    TALLOC_CTX *ctx;
    int64_t from, to; // a night salon's day ends after midnight
    size_t bad;
};

#define NIGHT_S INT64_C(21600) // six hours

static void add_slot(struct zp__dikidi_reader *reader, struct slot_list *list,
                     const char *master_id, const struct zp_json *start,
                     const struct zp_json *end) {
    struct zp_slot slot = {0};
    if (!zp__dikidi_instant(reader, start, &list->day->date, &slot.starts_at) ||
        slot.starts_at < list->from || slot.starts_at >= list->to) {
        list->bad++;
        return;
    }
    if (!zp__dikidi_instant(reader, end, NULL, &slot.ends_at) || slot.ends_at <= slot.starts_at)
        slot.ends_at = 0;
    slot.master_id = zp__memory_strdup(list->ctx, master_id);
    list->day->slots[list->day->slot_count++] = slot;
}

static size_t count_slots(const struct zp_json *slots) {
    size_t total = 0;
    if (zp_json_type(slots) == ZP_JSON_ARRAY)
        return zp_json_count(slots);
    for (size_t i = 0; i < zp_json_count(slots); i++)
        total += zp_json_count(zp_json_at(slots, i));
    return total;
}

// [{"starts_at","ends_at","master_id"}, …], or plain start times when one master was asked.
static void read_slot_rows(struct zp__dikidi_reader *reader, const struct zp_json *rows,
                           const char *master_id, struct slot_list *list) {
    for (size_t i = 0; i < zp_json_count(rows); i++) {
        const struct zp_json *row = zp_json_at(rows, i);
        if (zp_json_type(row) != ZP_JSON_OBJECT) {
            add_slot(reader, list, master_id, row, NULL);
            continue;
        }
        char *own = zp__dikidi_id_of(reader->ctx, row, "master");
        add_slot(reader, list, own != NULL ? own : master_id, zp__dikidi_field(row, "starts_at"),
                 zp__dikidi_field(row, "ends_at"));
    }
}

// {"1357200":["2026-09-24T06:00:00Z", …], "0":[…]}: "0" is any master, and only counts alone.
static void read_slot_map(struct zp__dikidi_reader *reader, const struct zp_json *map,
                          const char *master_id, struct slot_list *list) {
    size_t count = zp_json_count(map);
    bool named = false;
    for (size_t i = 0; i < count; i++) {
        const struct zp_json *rows = zp_json_at(map, i);
        named = named || (strcmp(zp_json_key(rows), "0") != 0 && zp_json_count(rows) > 0);
    }
    for (size_t i = 0; i < count; i++) {
        const struct zp_json *rows = zp_json_at(map, i);
        const char *key = zp_json_key(rows);
        bool any = strcmp(key, "0") == 0;
        if ((any && named) || zp_json_type(rows) != ZP_JSON_ARRAY ||
            strlen(key) > ZP_LIMIT_ID_BYTES)
            continue;
        char *clean = zp_text_clean(reader->ctx, key, SIZE_MAX, ZP_LIMIT_ID_BYTES);
        read_slot_rows(reader, rows, any ? master_id : clean, list);
    }
}

static void drop_doubles(struct zp_day_slots *day) {
    if (day->slot_count == 0)
        return;
    qsort(day->slots, day->slot_count, sizeof *day->slots, compare_slots);
    size_t kept = 1;
    for (size_t i = 1; i < day->slot_count; i++)
        if (compare_slots(&day->slots[kept - 1], &day->slots[i]) != 0)
            day->slots[kept++] = day->slots[i];
    day->slot_count = kept;
}

static void read_other_days(const struct zp_json *data, struct zp_slots *slots) {
    const struct zp_json *list = zp__dikidi_field(data, "dates_available");
    size_t count = zp_json_type(list) == ZP_JSON_ARRAY ? zp_json_count(list) : 0;
    if (count > 366)
        count = 366;
    slots->available = zp__memory_array(slots, struct zp_date, (unsigned)count);
    for (size_t i = 0; i < count; i++)
        if (zp__dikidi_date(zp_json_at(list, i), &slots->available[slots->available_count]))
            slots->available_count++;
    slots->has_nearest = zp__dikidi_date(zp__dikidi_field(data, "nearest_date"), &slots->nearest);
}

struct zp_slots *zp__dikidi_read_slots(TALLOC_CTX *ctx, struct zp__dikidi_reader *reader,
                                       const struct zp_json *data, struct zp_date date,
                                       const char *master_id) {
    const struct zp_json *rows = zp__dikidi_field(data, "slots");
    struct zp_date told;
    bool other_day =
        zp__dikidi_date(zp__dikidi_field(data, "date"), &told) && zp_date_compare(told, date) != 0;
    size_t count = count_slots(rows);
    // "No slots" must be said: an answer without the list is no empty day.
    if (!is_list(rows) || other_day || count > ZP_LIMIT_SLOTS)
        return NULL;
    struct zp_slots *slots = zp__memory_new(ctx, struct zp_slots);
    slots->days = zp__memory_new(slots, struct zp_day_slots);
    slots->day_count = 1;
    slots->days[0].date = date;
    slots->days[0].slots = zp__memory_array(slots, struct zp_slot, (unsigned)count);
    struct slot_list list = {.day = &slots->days[0],
                             .ctx = slots,
                             .from = zp_zone_day_start(reader->zone, date),
                             .to = zp_zone_day_end(reader->zone, date) + NIGHT_S};
    const char *asked = master_id != NULL ? master_id : "";
    if (zp_json_type(rows) == ZP_JSON_ARRAY)
        read_slot_rows(reader, rows, asked, &list);
    else
        read_slot_map(reader, rows, asked, &list);
    reader->odds->of[ZP_DIKIDI_ODD_SLOT_MAP] += zp_json_type(rows) == ZP_JSON_OBJECT;
    if (count > 0 && list.bad == count) {
        talloc_free(slots);
        return NULL;
    }
    skipped(reader, "slots", list.bad);
    drop_doubles(&slots->days[0]);
    read_other_days(data, slots);
    slots->naive_count = reader->naive;
    char *zone = zp_json_words(slots, zp__dikidi_field(data, "timezone"), 64);
    if (zone[0] != '\0' && strcmp(zone, zp_zone_name(reader->zone)) != 0)
        slots->foreign_timezone = zone;
    reader->odds->of[ZP_DIKIDI_ODD_FOREIGN_ZONE] += slots->foreign_timezone != NULL;
    return slots;
}
