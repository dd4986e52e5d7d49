#include "line_salon.h"
#include <string.h>

struct line_salon salon;

struct service {
    const char *id, *name, *masters;
};

static const struct service services[] = {
    {"101", "Женская стрижка", "73 75"},
    {"102", "Стрижка чёлки", "73 75"},
    {"103", "Мужская стрижка", "72 75"},
    {"104", "Стрижка и борода", "72"},
    {"105", "Укладка", "73 75"},
    {"106", "Укладка феном", "73"},
    {"107", "Маникюр с покрытием", "71 74 76"},
    {"108", "Маникюр без покрытия", "71 74"},
    {"109", "Педикюр", "71 74"},
    {"110", "Окрашивание бровей", "74"},
    {"111", "Массаж спины", "77"},
    {"112", "Массаж лица (2D)", "77"},
    {"113", "Парафинотерапия", "71"},
    {"114", "Парафинотерапия", "74"},
    {"115", "Beauty day", "77"},
    {"116", "Марокканская баня", "77"},
    {"117", "Вересковая ванна", "77"},
};
static const struct {
    const char *id, *name;
} masters[] = {{"71", "Анна П."}, {"72", "Борис М."},       {"73", "Вера С."},  {"74", "Галина Т."},
               {"75", "Дина Р."}, {"76", "Анна Кузнецова"}, {"77", "Marina K."}};

static void add_service_ids(struct zp_master *master) {
    for (size_t i = 0; i < COUNT(services); i++) {
        if (!strstr(services[i].masters, master->id))
            continue;
        master->service_ids = talloc_realloc(salon.catalogue, master->service_ids, char *,
                                             (unsigned)master->service_count + 1);
        master->service_ids[master->service_count++] =
            talloc_strdup(salon.catalogue, services[i].id);
    }
}

int line_salon_open(void **state) {
    struct zp_error err = {0};

    (void)state;
    salon.ctx = talloc_new(NULL);
    salon.zone = zp_zone_open(salon.ctx, "Europe/Moscow", &err);
    salon.catalogue = talloc_zero(salon.ctx, struct zp_catalogue);
    salon.catalogue->services =
        talloc_zero_array(salon.catalogue, struct zp_service, COUNT(services));
    salon.catalogue->service_count = COUNT(services);
    for (size_t i = 0; i < COUNT(services); i++) {
        salon.catalogue->services[i].id = talloc_strdup(salon.catalogue, services[i].id);
        salon.catalogue->services[i].name = talloc_strdup(salon.catalogue, services[i].name);
    }
    salon.catalogue->masters = talloc_zero_array(salon.catalogue, struct zp_master, COUNT(masters));
    salon.catalogue->master_count = COUNT(masters);
    for (size_t i = 0; i < COUNT(masters); i++) {
        salon.catalogue->masters[i].id = talloc_strdup(salon.catalogue, masters[i].id);
        salon.catalogue->masters[i].name = talloc_strdup(salon.catalogue, masters[i].name);
        add_service_ids(&salon.catalogue->masters[i]);
    }
    salon.names = line_names_new(salon.ctx, salon.catalogue);
    return 0;
}

int line_salon_close(void **state) {
    (void)state;
    talloc_free(salon.ctx);
    return 0;
}

struct line_context line_salon_here(void) {
    return (struct line_context){.names = salon.names,
                                 .zone = salon.zone,
                                 .country = "RU",
                                 .now = NOW,
                                 .walk_in_allowed = true};
}

char *line_salon_told(TALLOC_CTX *ctx, const struct line_draft *draft) {
    char *out = talloc_strdup(ctx, "");

    for (size_t i = 0; i < draft->service_count; i++)
        out = talloc_asprintf_append(out, "%s%s", i ? "+" : "", draft->service_ids[i]);
    if (draft->master_id)
        out = talloc_asprintf_append(out, " @%s", draft->master_id);
    if (draft->date.year)
        out = talloc_asprintf_append(out, " %d-%02d-%02d", draft->date.year, draft->date.month,
                                     draft->date.day);
    if (draft->minute >= 0)
        out = talloc_asprintf_append(out, " %02d:%02d", draft->minute / 60, draft->minute % 60);
    if (draft->phone[0])
        out = talloc_asprintf_append(out, " %s", draft->phone);
    if (draft->walk_in)
        out = talloc_strdup_append(out, " walk-in");
    if (draft->name[0])
        out = talloc_asprintf_append(out, " n:%s", draft->name);
    if (draft->comment[0])
        out = talloc_asprintf_append(out, " c:%s", draft->comment);
    for (size_t i = 0; i < draft->trouble_count; i++) {
        static const char *const kinds[] = {"?",        "twice",      "past", "clock", "not-done",
                                            "no-phone", "no-walk-in", "many", "what"};
        const struct line_trouble *trouble = &draft->troubles[i];

        assert_true(trouble->word < draft->word_count || draft->word_count == 0);
        out = talloc_asprintf_append(out, " !%s(", kinds[trouble->kind]);
        for (size_t k = 0; k < trouble->choice_count; k++)
            out = talloc_asprintf_append(out, "%s%s", k ? "|" : "", trouble->choices[k].typed);
        out = talloc_strdup_append(out, ")");
    }
    for (unsigned lack = 1; lack <= LINE_LACKS_NAME; lack <<= 1)
        if (draft->lacks & lack)
            out = talloc_asprintf_append(out, " -%s",
                                         lack == LINE_LACKS_SERVICE ? "service"
                                         : lack == LINE_LACKS_TIME  ? "time"
                                         : lack == LINE_LACKS_PHONE ? "phone"
                                                                    : "name");
    return out[0] == ' ' ? out + 1 : out;
}
