#include "salon.h"

#include "base/memory.h"
#include "practice/frame.h"

#include <ftw.h>
#include <unistd.h>

static int remove_one(const char *path, const struct stat *info, int type, struct FTW *walk) {
    (void)info, (void)type, (void)walk;
    return remove(path);
}

static int salon_gone(struct salon *salon) {
    TALLOC_FREE(salon->crm);
    TALLOC_FREE(salon->practice);
    nftw(salon->dir, remove_one, 16, FTW_DEPTH | FTW_PHYS);
    return 0;
}

struct salon *salon_new(TALLOC_CTX *ctx, enum zp_crm_methods methods, enum zp_crm_entity entity) {
    struct salon *salon = zp__memory_new(ctx, struct salon);
    struct zp_error err = {0};
    snprintf(salon->dir, sizeof salon->dir, "/tmp/zapis-crm-XXXXXX");
    assert_non_null(mkdtemp(salon->dir));
    talloc_set_destructor(salon, salon_gone);
    salon->loop = zp_loop_new(salon);
    struct zp_practice_options options = {.state_dir = salon->dir,
                                          .seed = 7,
                                          .has_now = true,
                                          .now = salon_instant("2026-09-23T09:00:00Z"),
                                          .zone = "Europe/Moscow",
                                          .program = "/bin/true",
                                          .entity = entity == ZP_CRM_LEAD ? "lead" : "deal"};
    salon->practice = zp_practice_start(salon, salon->loop, &options, &err);
    if (salon->practice == NULL)
        fail_msg("%s", err.message);
    salon->config =
        zp_config_load(salon, zp_practice_config_path(salon->practice), ZP_CONFIG_NEED_ALL, &err);
    if (salon->config == NULL)
        fail_msg("%s", err.message);
    salon->config->bitrix24.methods = methods;
    salon->config->bitrix24.entity = entity;
    salon->config->bitrix24.requests_per_second = 1000;
    salon->config->store.url = NULL; // each client has a budget of its own
    salon_client(salon);
    return salon;
}

void salon_client(struct salon *salon) {
    talloc_free(salon->crm);
    salon->crm = zp__bitrix24_new(salon, salon->loop, salon->config);
}

const struct zp_json *salon_hand(struct salon *salon, TALLOC_CTX *ctx, const char *const *argv) {
    struct zp_error err = {0};
    struct zp_json *answer = zp_json_new_object(ctx);
    int argc = 0;
    while (argv[argc] != NULL)
        argc++;
    if (!zp__practice_control_run(salon->practice, ctx, argc, argv, answer, &err))
        fail_msg("%s: %s", argv[0], err.message);
    char *printed = zp_json_print(ctx, answer);
    return zp_json_parse(ctx, printed, strlen(printed), NULL);
}

struct mode salon_item = {ZP_CRM_METHODS_ITEM, ZP_CRM_DEAL};
struct mode salon_legacy = {ZP_CRM_METHODS_LEGACY, ZP_CRM_DEAL};
struct mode salon_item_lead = {ZP_CRM_METHODS_ITEM, ZP_CRM_LEAD};
struct mode salon_legacy_lead = {ZP_CRM_METHODS_LEGACY, ZP_CRM_LEAD};

struct salon *salon_open(TALLOC_CTX *ctx, void **state) {
    struct mode *mode = *state;
    return salon_new(ctx, mode->methods, mode->entity);
}

struct zp__crm_fields salon_fields(void) {
    return (struct zp__crm_fields){.title = "Маникюр · Ксения · Анна П. · 24.09.2026 14:00",
                                   .comments = "Услуга: Маникюр\nКомментарий: [b]жирно[/b]",
                                   .source_id = "DIKIDI",
                                   .source_description = "desk",
                                   .opportunity_minor = 180050,
                                   .currency = "RUB",
                                   .booking_id = "852999001",
                                   .visit_at = salon_instant("2026-09-24T11:00:00Z"),
                                   .client_name = "Ксения",
                                   .client_phone = SALON_PHONE};
}

struct heard *salon_add(struct salon *salon, TALLOC_CTX *ctx, const struct zp__crm_fields *fields) {
    struct heard *heard = heard_new(ctx);
    zp__crm_add(salon->crm, ZP_PACE_SYNC, salon->config->bitrix24.entity, fields, heard_sending,
                heard_answer, heard);
    heard_good(salon->loop, heard);
    assert_int_equal(heard->answer.outcome, ZP_CRM_DONE);
    assert_true(heard->asked_sending > 0);
    return heard;
}

struct heard *salon_get(struct salon *salon, TALLOC_CTX *ctx, const char *id) {
    struct heard *heard = heard_new(ctx);
    zp__crm_get(salon->crm, ZP_PACE_SYNC, salon->config->bitrix24.entity, id, heard_answer, heard);
    heard_wait(salon->loop, heard);
    return heard;
}

struct heard *salon_find(struct salon *salon, TALLOC_CTX *ctx, const char *booking_id) {
    struct heard *heard = heard_new(ctx);
    zp__crm_find_by_booking(salon->crm, ZP_PACE_SYNC, salon->config->bitrix24.entity, booking_id,
                            heard_answer, heard);
    heard_good(salon->loop, heard);
    return heard;
}
