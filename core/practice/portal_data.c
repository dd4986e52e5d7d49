// What a portal is born with: directories with their real ids, three funnels, and people and deals
// that have nothing to do with our bookings.
#include "practice/portal_internal.h"

#include <inttypes.h>

struct born {
    const char *entity_id, *status_id, *name;
    int sort;
    char semantics;
    bool own; // made by the salon: SYSTEM N
};

static const struct born directories[] = {
    {"SOURCE", "CALL", "Звонок", 10, 0, false},
    {"SOURCE", "EMAIL", "Электронная почта", 20, 0, false},
    {"SOURCE", "WEB", "Веб-сайт", 30, 0, false},
    {"SOURCE", "ADVERTISING", "Реклама", 40, 0, false},
    {"SOURCE", "PARTNER", "Существующий клиент", 50, 0, false},
    {"SOURCE", "RECOMMENDATION", "По рекомендации", 60, 0, false},
    {"SOURCE", "TRADE_SHOW", "Выставка", 70, 0, false},
    {"SOURCE", "WEBFORM", "CRM-форма", 80, 0, false},
    {"SOURCE", "CALLBACK", "Обратный звонок", 90, 0, false},
    {"SOURCE", "RC_GENERATOR", "Генератор продаж", 100, 0, false},
    {"SOURCE", "STORE", "Интернет-магазин", 110, 0, false},
    {"SOURCE", "OTHER", "Другое", 120, 0, false},
    {"SOURCE", "1|VK", "ВКонтакте - Открытая линия", 130, 0, true},

    {"DEAL_STAGE", "NEW", "Новая", 10, 'P', false},
    {"DEAL_STAGE", "PREPARATION", "Подготовка документов", 20, 'P', false},
    {"DEAL_STAGE", "PREPAYMENT_INVOICE", "Счёт на предоплату", 30, 'P', false},
    {"DEAL_STAGE", "EXECUTING", "В работе", 40, 'P', false},
    {"DEAL_STAGE", "FINAL_INVOICE", "Финальный счёт", 50, 'P', false},
    {"DEAL_STAGE", "WON", "Сделка успешна", 60, 'S', false},
    {"DEAL_STAGE", "LOSE", "Сделка провалена", 70, 'F', false},
    {"DEAL_STAGE", "APOLOGY", "Анализ причины провала", 80, 'F', false},

    {"DEAL_STAGE_1", "C1:NEW", "Записан", 10, 'P', false},
    {"DEAL_STAGE_1", "C1:PREPARATION", "Подтверждён", 20, 'P', false},
    {"DEAL_STAGE_1", "C1:EXECUTING", "В кресле", 30, 'P', false},
    {"DEAL_STAGE_1", "C1:WON", "Обслужен", 40, 'S', false},
    {"DEAL_STAGE_1", "C1:LOSE", "Не пришёл", 50, 'F', false},
    {"DEAL_STAGE_1", "C1:UC_4KQ7ZD", "Отменено", 60, 'F', true},

    // A funnel in which the owner put the stages in an order of his own: the first stage is not
    // NEW, and the first failure stage is not LOSE.
    {"DEAL_STAGE_5", "C5:UC_Y0A3RT", "Заявка", 10, 'P', true},
    {"DEAL_STAGE_5", "C5:NEW", "Консультация", 20, 'P', false},
    {"DEAL_STAGE_5", "C5:WON", "Продано", 30, 'S', false},
    {"DEAL_STAGE_5", "C5:UC_9PLMWE", "Передумал", 40, 'F', true},
    {"DEAL_STAGE_5", "C5:LOSE", "Отказ", 50, 'F', false},

    {"STATUS", "NEW", "Не обработан", 10, 'P', false},
    {"STATUS", "IN_PROCESS", "В работе", 20, 'P', false},
    {"STATUS", "PROCESSED", "Обработан", 30, 'P', false},
    {"STATUS", "CONVERTED", "Качественный лид", 40, 'S', false},
    {"STATUS", "JUNK", "Некачественный лид", 50, 'F', false},

    {"DEAL_TYPE", "SALE", "Продажа", 10, 0, false},
    {"DEAL_TYPE", "COMPLEX", "Комплексная продажа", 20, 0, false},
    {"DEAL_TYPE", "GOODS", "Продажа товара", 30, 0, false},
    {"DEAL_TYPE", "SERVICES", "Продажа услуги", 40, 0, false},
    {"DEAL_TYPE", "SERVICE", "Сервисное обслуживание", 50, 0, false},
    {"CONTACT_TYPE", "CLIENT", "Клиенты", 10, 0, false},
    {"CONTACT_TYPE", "SUPPLIER", "Поставщики", 20, 0, false},
    {"CONTACT_TYPE", "PARTNER", "Партнёры", 30, 0, false},
    {"CONTACT_TYPE", "OTHER", "Другое", 40, 0, false},
    {"HONORIFIC", "HNR_RU_1", "г-н", 10, 0, false},
    {"HONORIFIC", "HNR_RU_2", "г-жа", 20, 0, false},
};

static void fill_directories(struct zp__portal *portal) {
    for (size_t i = 0; i < sizeof directories / sizeof directories[0]; i++) {
        const struct born *born = &directories[i];
        struct zp__portal_status *status = zp__portal_status_new(
            portal, born->entity_id, born->status_id, born->name, born->sort, born->semantics);
        status->system = !born->own;
        status->apology = strcmp(born->status_id, "APOLOGY") == 0;
        status->name_init = zp__portal_dup(status, born->own ? "" : born->name);
        const char *color = born->semantics == 'F'   ? "#FF5752"
                            : born->semantics == 'S' ? "#7BD500"
                            : born->semantics == 'P' ? "#39A8EF"
                                                     : "";
        status->color = zp__portal_dup(status, color);
    }
    static const struct {
        int64_t id, sort;
        const char *name;
    } funnels[] = {{0, 300, "Общая"}, {1, 100, "Салон"}, {5, 200, "Обучение"}};
    portal->category_count = sizeof funnels / sizeof funnels[0];
    portal->categories = zp__portal_need(
        talloc_zero_array(portal, struct zp__portal_category, portal->category_count));
    for (size_t i = 0; i < portal->category_count; i++)
        portal->categories[i] = (struct zp__portal_category){
            funnels[i].id, funnels[i].sort, zp__portal_dup(portal->categories, funnels[i].name)};
}

// A stranger of the salon's bookings. hidden: a colleague's own, not open to everyone.
static int64_t fill_contact(struct zp__portal *portal, const char *name, const char *last_name,
                            const char *phone, bool hidden) {
    struct zp__portal_change *change =
        zp__portal_change_new(NULL, zp__portal_entity(ZP_PORTAL_CONTACT));
    zp__portal_change_set(change, "NAME", name);
    zp__portal_change_set(change, "LAST_NAME", last_name);
    zp__portal_change_set(change, "SOURCE_ID", "CALL");
    zp__portal_change_set(change, "OPENED", hidden ? "N" : "Y");
    zp__portal_change_set(change, "ASSIGNED_BY_ID", hidden ? "7" : "1");
    if (phone != NULL)
        zp__portal_change_multi(
            change, &(struct zp__portal_multi_change){0, "PHONE", "WORK", phone, false});
    int64_t id = zp__portal_create(portal, ZP_PORTAL_CONTACT, change)->id;
    talloc_free(change);
    return id;
}

static void fill_deal(struct zp__portal *portal, const char *title, const char *category,
                      const char *stage, const char *opportunity, int64_t contact) {
    struct zp__portal_change *change =
        zp__portal_change_new(NULL, zp__portal_entity(ZP_PORTAL_DEAL));
    zp__portal_change_set(change, "TITLE", title);
    zp__portal_change_set(change, "CATEGORY_ID", category);
    zp__portal_change_set(change, "STAGE_ID", stage);
    zp__portal_change_set(change, "OPPORTUNITY", opportunity);
    zp__portal_change_set(change, "SOURCE_ID", "CALL");
    change->contacts_set = true;
    if (contact != 0)
        zp__portal_change_contact(change, contact);
    zp__portal_create(portal, ZP_PORTAL_DEAL, change);
    talloc_free(change);
}

void zp__portal_fill(struct zp__portal *portal) {
    // Ids of a portal that has lived for a while, so that none of ours can be taken for a count.
    portal->last_status_id = 100;
    portal->last_uf_id = 200;
    portal->last_multi_id = 300;
    portal->last_moment_id = 500;
    portal->last_note_id = 900;
    portal->rows[ZP_PORTAL_LEAD].last_id = 40;
    portal->rows[ZP_PORTAL_DEAL].last_id = 70;
    portal->rows[ZP_PORTAL_CONTACT].last_id = 20;
    fill_directories(portal);
    // Phones as staff typed them, over the years.
    int64_t supplier = fill_contact(portal, "Сергей", "Поставщиков", "8 (495) 123-45-67", false);
    int64_t student = fill_contact(portal, "Юлия", "Курсант", "+7 985 765-43-21", false);
    fill_contact(portal, "Без", "Телефона", NULL, false);
    fill_contact(portal, "Виктор", "Личный", "+7 999 000-11-22", true);
    fill_deal(portal, "Расходные материалы на квартал", "0", "PREPARATION", "48000.00", supplier);
    fill_deal(portal, "Аренда второго кабинета", "0", "LOSE", "0.00", 0);
    fill_deal(portal, "Курс колористики", "5", "C5:NEW", "25000.00", student);
}

// ---- what practice.c adds: the salon's own clients and their visits

static void seed_setup(struct zp__portal *portal, const char *source_id) {
    static const int types[] = {ZP_PORTAL_DEAL, ZP_PORTAL_LEAD};
    if (source_id != NULL && zp__portal_status_find(portal, "SOURCE", source_id) == NULL)
        zp__portal_status_new(portal, "SOURCE", source_id, "Site booking (Dikidi)", 500, 0);
    for (size_t i = 0; i < 2; i++) {
        if (zp__portal_uf_find(portal, types[i], "UF_CRM_DIKIDI_ID") == NULL)
            zp__portal_uf_new(portal, types[i], "UF_CRM_DIKIDI_ID", "string", "Dikidi");
        if (zp__portal_uf_find(portal, types[i], "UF_CRM_VISIT_AT") == NULL)
            zp__portal_uf_new(portal, types[i], "UF_CRM_VISIT_AT", "datetime", "Визит");
    }
}

static int64_t seed_contact(struct zp__portal *portal, const struct zp__portal_seed *seed) {
    TALLOC_CTX *scratch = zp__portal_need(talloc_new(NULL));
    char *wanted = zp__portal_match_code(scratch, "PHONE", seed->client_phone);
    const struct zp__portal_rows *rows = &portal->rows[ZP_PORTAL_CONTACT];
    int64_t found = 0;
    for (size_t i = 0; i < rows->count && found == 0; i++) {
        for (size_t j = 0; j < rows->items[i]->multi_count; j++) {
            const struct zp__portal_multi *multi = &rows->items[i]->multis[j];
            char *code = zp__portal_match_code(scratch, "PHONE", multi->value);
            if (strcmp(multi->type, "PHONE") == 0 && strcmp(code, wanted) == 0)
                found = rows->items[i]->id;
        }
    }
    talloc_free(scratch);
    return found != 0 ? found
                      : fill_contact(portal, seed->client_name, NULL, seed->client_phone, false);
}

static void set_uf(struct zp__portal *portal, struct zp__portal_change *change, const char *name,
                   const char *text) {
    const struct zp__portal_uf *uf = zp__portal_uf_find(portal, ZP_PORTAL_DEAL, name);
    char **values = zp__portal_need(talloc_array(change, char *, 1));
    values[0] = zp__portal_dup(change, text);
    zp__portal_change_uf(change, uf, values, 1);
}

void zp__portal_seed(struct zp__portal *portal, const struct zp__portal_seed *seed) {
    int64_t contact = seed_contact(portal, seed);
    if (seed->booking_id == NULL)
        return;
    seed_setup(portal, seed->source_id);
    struct zp__portal_change *change =
        zp__portal_change_new(NULL, zp__portal_entity(ZP_PORTAL_DEAL));
    char day[ZP_DATE_SIZE], instant[24], money[32];
    zp_date_format(zp_zone_wall(portal->zone, seed->starts_at).date, day);
    snprintf(instant, sizeof instant, "%" PRId64, seed->starts_at);
    snprintf(money, sizeof money, "%" PRId64 ".%02d", seed->price_minor / 100,
             (int)(seed->price_minor % 100));
    const char *const values[][2] = {
        {"TITLE", seed->title},
        {"CATEGORY_ID", "0"},
        {"STAGE_ID", "NEW"},
        {"SOURCE_ID", seed->source_id},
        {"SOURCE_DESCRIPTION", "app"},
        {"OPPORTUNITY", money},
        {"IS_MANUAL_OPPORTUNITY", "Y"},
        {"CURRENCY_ID", seed->currency},
        {"BEGINDATE", day},
        {"CLOSEDATE", day},
        {"ORIGINATOR_ID", "dikidi"},
        {"ORIGIN_ID", seed->booking_id},
    };
    for (size_t i = 0; i < sizeof values / sizeof values[0]; i++)
        zp__portal_change_set(change, values[i][0], values[i][1]);
    set_uf(portal, change, "UF_CRM_DIKIDI_ID", seed->booking_id);
    set_uf(portal, change, "UF_CRM_VISIT_AT", instant);
    change->contacts_set = true;
    zp__portal_change_contact(change, contact);
    zp__portal_create(portal, ZP_PORTAL_DEAL, change);
    talloc_free(change);
}
