// The local copy of the catalogue: two documents, since Dikidi tells services and masters apart.
#include "store/sqlite.h"

#include "base/memory.h"

#include <zapis/i18n.h>
#include <zapis/json.h>

// ---- services. Terms are short lists: there is one for every service of every master.

static char *services_print(TALLOC_CTX *ctx, const struct zp_catalogue *catalogue) {
    struct zp_json *list = zp_json_new_array(ctx);
    for (size_t i = 0; catalogue->services != NULL && i < catalogue->service_count; i++) {
        const struct zp_service *service = &catalogue->services[i];
        struct zp_json *one = zp_json_add_object(list, NULL);
        zp_json_add_string(one, "id", service->id);
        zp_json_add_string(one, "name", service->name);
        zp_json_add_string(one, "category_id", service->category_id);
        zp_json_add_string(one, "category", service->category);
        zp_json_add_int(one, "price_minor", service->price_minor);
        zp_json_add_bool(one, "price_from", service->price_from);
        zp_json_add_string(one, "currency", service->currency);
        zp_json_add_int(one, "duration_min", service->duration_min);
        zp_json_add_int(one, "break_after_min", service->break_after_min);
        zp_json_add_bool(one, "active", service->active);
        zp_json_add_bool(one, "online", service->online);
        zp_json_add_int(one, "sort", service->sort);
        struct zp_json *terms = zp_json_add_array(one, "terms");
        for (size_t j = 0; j < service->term_count; j++) {
            struct zp_json *term = zp_json_add_array(terms, NULL);
            zp_json_add_string(term, NULL, service->terms[j].master_id);
            zp_json_add_int(term, NULL, service->terms[j].price_minor);
            zp_json_add_bool(term, NULL, service->terms[j].price_from);
            zp_json_add_int(term, NULL, service->terms[j].duration_min);
        }
    }
    return zp_json_print(ctx, list);
}

static char *text_of(TALLOC_CTX *ctx, const struct zp_json *object, const char *key) {
    const char *text = zp_json_string(zp_json_get(object, key));
    return zp__memory_strdup_or_null(ctx, text);
}

static int64_t number_of(const struct zp_json *value) {
    int64_t number = 0;
    zp_json_int(value, &number);
    return number;
}

static bool truth_of(const struct zp_json *value) {
    bool truth = false;
    zp_json_bool(value, &truth);
    return truth;
}

static void terms_read(TALLOC_CTX *ctx, struct zp_service *service, const struct zp_json *terms) {
    service->term_count = zp_json_count(terms);
    service->terms = zp__memory_array(ctx, struct zp_terms, service->term_count);
    for (size_t i = 0; i < service->term_count; i++) {
        const struct zp_json *term = zp_json_at(terms, i);
        const char *master_id = zp_json_string(zp_json_at(term, 0));
        service->terms[i] = (struct zp_terms){
            .master_id = zp__memory_strdup_or_null(service->terms, master_id),
            .price_minor = number_of(zp_json_at(term, 1)),
            .price_from = truth_of(zp_json_at(term, 2)),
            .duration_min = (int)number_of(zp_json_at(term, 3)),
        };
    }
}

static void services_read(struct zp_catalogue *catalogue, const struct zp_json *list) {
    catalogue->service_count = zp_json_count(list);
    catalogue->services = zp__memory_array(catalogue, struct zp_service, catalogue->service_count);
    for (size_t i = 0; i < catalogue->service_count; i++) {
        const struct zp_json *one = zp_json_at(list, i);
        struct zp_service *service = &catalogue->services[i];
        *service = (struct zp_service){
            .id = text_of(catalogue->services, one, "id"),
            .name = text_of(catalogue->services, one, "name"),
            .category_id = text_of(catalogue->services, one, "category_id"),
            .category = text_of(catalogue->services, one, "category"),
            .price_minor = number_of(zp_json_get(one, "price_minor")),
            .price_from = truth_of(zp_json_get(one, "price_from")),
            .currency = text_of(catalogue->services, one, "currency"),
            .duration_min = (int)number_of(zp_json_get(one, "duration_min")),
            .break_after_min = (int)number_of(zp_json_get(one, "break_after_min")),
            .active = truth_of(zp_json_get(one, "active")),
            .online = truth_of(zp_json_get(one, "online")),
            .sort = number_of(zp_json_get(one, "sort")),
        };
        terms_read(catalogue->services, service, zp_json_get(one, "terms"));
    }
}

// ---- masters

static char *masters_print(TALLOC_CTX *ctx, const struct zp_catalogue *catalogue) {
    struct zp_json *list = zp_json_new_array(ctx);
    for (size_t i = 0; catalogue->masters != NULL && i < catalogue->master_count; i++) {
        const struct zp_master *master = &catalogue->masters[i];
        struct zp_json *one = zp_json_add_object(list, NULL);
        zp_json_add_string(one, "id", master->id);
        zp_json_add_string(one, "name", master->name);
        zp_json_add_string(one, "post", master->post);
        zp_json_add_bool(one, "active", master->active);
        zp_json_add_bool(one, "online", master->online);
        struct zp_json *ids = zp_json_add_array(one, "service_ids");
        for (size_t j = 0; j < master->service_count; j++) {
            zp_json_add_string(ids, NULL, master->service_ids[j]);
        }
    }
    return zp_json_print(ctx, list);
}

static void masters_read(struct zp_catalogue *catalogue, const struct zp_json *list) {
    catalogue->master_count = zp_json_count(list);
    catalogue->masters = zp__memory_array(catalogue, struct zp_master, catalogue->master_count);
    for (size_t i = 0; i < catalogue->master_count; i++) {
        const struct zp_json *one = zp_json_at(list, i);
        const struct zp_json *ids = zp_json_get(one, "service_ids");
        struct zp_master *master = &catalogue->masters[i];
        master->id = text_of(catalogue->masters, one, "id");
        master->name = text_of(catalogue->masters, one, "name");
        master->post = text_of(catalogue->masters, one, "post");
        master->active = truth_of(zp_json_get(one, "active"));
        master->online = truth_of(zp_json_get(one, "online"));
        master->service_count = zp_json_count(ids);
        master->service_ids = zp__memory_array(catalogue->masters, char *, master->service_count);
        for (size_t j = 0; j < master->service_count; j++) {
            const char *id = zp_json_string(zp_json_at(ids, j));
            master->service_ids[j] = zp__memory_strdup_or_null(master->service_ids, id);
        }
    }
}

// ---- calls

// One half; *fetched_at 0 if it was never stored.
static bool half_read(struct zp__sqlite *self, const char *half, struct zp_catalogue *catalogue,
                      void (*fill)(struct zp_catalogue *catalogue, const struct zp_json *list),
                      int64_t *fetched_at, struct zp_error *err) {
    sqlite3_stmt *statement = zp__sqlite_query(
        self, err, "SELECT document, fetched_at FROM catalogue WHERE company = ? AND half = ?",
        "tt", self->company, half);
    int found = zp__sqlite_step(self, statement, err);
    if (found <= 0) {
        return found == 0;
    }
    const char *text = (const char *)sqlite3_column_text(statement, 0);
    *fetched_at = sqlite3_column_int64(statement, 1);
    TALLOC_CTX *work = zp__memory_must(talloc_new(NULL));
    const struct zp_json *list =
        zp_json_parse(work, text, (size_t)sqlite3_column_bytes(statement, 0), NULL);
    zp__sqlite_reset(statement);
    if (zp_json_type(list) == ZP_JSON_ARRAY) {
        fill(catalogue, list);
    } else {
        // A copy of what Dikidi tells: it is fetched again.
        *fetched_at = 0;
    }
    talloc_free(work);
    return true;
}

void zp__sqlite_catalogue(struct zp__sqlite *self, struct zp__store_call *call) {
    struct zp__store_answer *answer = call->answer;
    int64_t services_at = 0, masters_at = 0;
    answer->catalogue = zp__memory_new(answer, struct zp_catalogue);
    answer->ok =
        half_read(self, "services", answer->catalogue, services_read, &services_at,
                  &answer->error) &&
        half_read(self, "masters", answer->catalogue, masters_read, &masters_at, &answer->error);
    // As old as its older half; one that lacks a half counts as never fetched.
    answer->catalogue->fetched_at = services_at < masters_at ? services_at : masters_at;
}

static bool half_write(struct zp__sqlite *self, const char *half, const char *document,
                       int64_t fetched_at, struct zp_error *err) {
    return zp__sqlite_run(self, err,
                          "INSERT INTO catalogue (company, half, document, fetched_at)"
                          " VALUES (?1, ?2, ?3, ?4) ON CONFLICT (company, half)"
                          " DO UPDATE SET document = ?3, fetched_at = ?4",
                          "ttti", self->company, half, document, fetched_at);
}

void zp__sqlite_put_catalogue(struct zp__sqlite *self, struct zp__store_call *call) {
    struct zp__store_answer *answer = call->answer;
    const struct zp_catalogue *catalogue = call->u.put_catalogue;
    // A half without a list stays as it is; when neither has one, both were told to be empty.
    bool services = catalogue->services != NULL || catalogue->masters == NULL;
    bool masters = catalogue->masters != NULL || catalogue->services == NULL;
    TALLOC_CTX *work = zp__memory_must(talloc_new(NULL));
    answer->ok = (!services || half_write(self, "services", services_print(work, catalogue),
                                          catalogue->fetched_at, &answer->error)) &&
                 (!masters || half_write(self, "masters", masters_print(work, catalogue),
                                         catalogue->fetched_at, &answer->error));
    talloc_free(work);
}
