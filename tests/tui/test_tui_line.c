// The one-line booking: what each word is understood as, in either layout, and what is told.
#include <locale.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "line.h"
#include <zapis/i18n.h>
#include <zapis/text.h>

#define NOW INT64_C(1795433520) // Mon 2026-11-23 14:32 in Moscow

static struct {
    TALLOC_CTX *ctx;
    struct zp_zone *zone;
    struct zp_catalogue *catalogue;
    struct line_names *names;
} salon;

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

#define COUNT(array) (sizeof(array) / sizeof(array)[0])

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

static int open_salon(void **state) {
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

static int close_salon(void **state) {
    (void)state;
    talloc_free(salon.ctx);
    return 0;
}

static struct line_context here(void) {
    return (struct line_context){.names = salon.names,
                                 .zone = salon.zone,
                                 .country = "RU",
                                 .now = NOW,
                                 .walk_in_allowed = true};
}

// "107+109 @71 2026-11-25 15:30 +79161234567 n:Мария c:… ?2(71,76) -time": all of a draft.
static char *told(TALLOC_CTX *ctx, const struct line_draft *draft) {
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

static char *parse(TALLOC_CTX *ctx, const char *text) {
    const struct line_context context = here();

    return told(ctx, line_parse(ctx, text, &context));
}

struct line_case {
    const char *text, *wanted;
};

static void check(const struct line_case *cases, size_t count) {
    bool failed = false;

    for (size_t i = 0; i < count; i++) {
        TALLOC_CTX *ctx = talloc_new(NULL);
        const char *got = parse(ctx, cases[i].text);

        if (strcmp(got, cases[i].wanted) != 0) {
            print_error("“%s”\n  wanted %s\n  got    %s\n", cases[i].text, cases[i].wanted, got);
            failed = true;
        }
        talloc_free(ctx);
    }
    assert_false(failed);
}
#define CHECK(cases) check(cases, COUNT(cases))

#define WHOLE "107 @71 15:30 +79161234567 n:Мария"

static void line__any_order_either_layout__same_draft(void **state) {
    static const struct line_case cases[] = {
        {"маникюр с покрытием аня п 15:30 9161234567 Мария", WHOLE},
        {"Мария 9161234567 15:30 анна п. маникюр покрытием", WHOLE},
        {"9161234567 Мария анна п 15:30 покрытием маникюр с", WHOLE},
        {"15:30 маник покрытием мария Анна П. 9161234567", WHOLE},
        {"vfybr.h c gjrhsnbtv fyz g 15:30 9161234567 Vfhbz", WHOLE},
        {"vfybr.h gjrhsnbtv, fyyf g 15^30 9161234567 vfhbz", WHOLE},
        {"manikyur pokrytiem anna p 15:30 9161234567 Мария", WHOLE},
        {"маникюр с покрытием, к ане п, на 15:30, 9161234567, Мария.", WHOLE},
        {"запиши Мария на маникюр с покрытием к анне п. в 15:30 тел 8 916 123-45-67", WHOLE},
        {"МАНИКЮР ПОКРЫТИЕМ АННА П 15:30 9161234567 Мария", WHOLE},
        {"id:107 id:71 15:30 9161234567 Мария", WHOLE},
        {"beauty marina 15:30 9161234567 Olga", "115 @77 15:30 +79161234567 n:Olga"},
        {"иуфген ьфкштф 15Ж30 9161234567 Щдпф", "115 @77 15:30 +79161234567 n:Olga"},
        {"beauty 15:30 9161234567 Vfhbz", "115 15:30 +79161234567 n:Мария"}, // only so a name
        {"beauty 15:30 9161234567 O'Neil", "115 15:30 +79161234567 n:O'Neil"},
        {"beauty 15:30 9161234567 анна-мария де ла круз",
         "115 15:30 +79161234567 n:Анна-Мария Де Ла Круз"},
    };

    (void)state;
    CHECK(cases);
}

static void line__times(void **state) {
    static const struct line_case cases[] = {
        {"15:30", "15:30 -service -phone -name"},
        {"15.30", "15:30 -service -phone -name"},
        {"15,30", "15:30 -service -phone -name"},
        {"15-30", "15:30 -service -phone -name"},
        {"15ю30", "15:30 -service -phone -name"},
        {"15/30", "15:30 -service -phone -name"},
        {"1530", "15:30 -service -phone -name"},
        {"в 15", "15:00 -service -phone -name"},
        {"d 15", "15:00 -service -phone -name"},
        {"at 15", "15:00 -service -phone -name"},
        {"к 15", "15:00 -service -phone -name"},
        {"в 3", "15:00 -service -phone -name"},
        {"3pm", "15:00 -service -phone -name"},
        {"3 pm", "15:00 -service -phone -name"},
        {"3:45 pm", "15:45 -service -phone -name"},
        {"3 часа", "15:00 -service -phone -name"},
        {"в 3 часа дня", "15:00 -service -phone -name"},
        {"15ч", "15:00 -service -phone -name"},
        {"15 часов", "15:00 -service -phone -name"},
        {"завтра 9 утра", "2026-11-24 09:00 -service -phone -name"},
        {"завтра в 12 дня", "2026-11-24 12:00 -service -phone -name"},
        {"завтра 12am", "2026-11-24 00:00 -service -phone -name"},
        {"8 вечера", "20:00 -service -phone -name"},
        {"в 8", "20:00 -service -phone -name"}, // 08:00 has gone by
        {"завтра в 8", "2026-11-24 !?(08:00|20:00) -service -time -phone -name"},
        {"завтра в 08", "2026-11-24 08:00 -service -phone -name"},
        {"завтра 9:30", "2026-11-24 09:30 -service -phone -name"},
        {"завтра 930", "2026-11-24 09:30 -service -phone -name"},
        {"завтра 11", "2026-11-24 11:00 -service -phone -name"},
        {"15:30 15:30", "15:30 -service -phone -name"},
        {"15:30 16:00", "15:30 !twice() -service -phone -name"},
        {"15:70", "!what() -service -time -phone -name"},
        {"25:00", "!what() -service -time -phone -name"},
        {"2026-11-25T15:30:00+03:00", "2026-11-25 15:30 -service -phone -name"},
        {"15", "!?(15:00|2026-12-15) -service -time -phone -name"},
    };

    (void)state;
    CHECK(cases);
}

static void line__dates(void **state) {
    static const struct line_case cases[] = {
        {"сегодня 15:30", "2026-11-23 15:30 -service -phone -name"},
        {"today 15:30", "2026-11-23 15:30 -service -phone -name"},
        {"завтра 10:00", "2026-11-24 10:00 -service -phone -name"},
        {"tomorrow 10:00", "2026-11-24 10:00 -service -phone -name"},
        {"pfdnhf 10:00", "2026-11-24 10:00 -service -phone -name"},
        {"zavtra 10:00", "2026-11-24 10:00 -service -phone -name"},
        {"завт 10:00", "2026-11-24 10:00 -service -phone -name"},
        {"послез 10:00", "2026-11-25 10:00 -service -phone -name"},
        {"ср 10:00", "2026-11-25 10:00 -service -phone -name"},
        {"в среду в 10", "2026-11-25 10:00 -service -phone -name"},
        {"пятн 10:00", "2026-11-27 10:00 -service -phone -name"},
        {"fri 10:00", "2026-11-27 10:00 -service -phone -name"},
        {"25.11 10:00", "2026-11-25 10:00 -service -phone -name"},
        {"25.11 10.00", "2026-11-25 10:00 -service -phone -name"},
        {"25/11 10:00", "2026-11-25 10:00 -service -phone -name"},
        {"25ю11 10ю30", "2026-11-25 10:30 -service -phone -name"},
        {"25.11.2026 10:00", "2026-11-25 10:00 -service -phone -name"},
        {"2026-11-25 10:00", "2026-11-25 10:00 -service -phone -name"},
        {"25 ноября 10:00", "2026-11-25 10:00 -service -phone -name"},
        {"25 ноября 2026 10:00", "2026-11-25 10:00 -service -phone -name"},
        {"25 nov at 10", "2026-11-25 10:00 -service -phone -name"},
        {"25 10:00", "2026-11-25 10:00 -service -phone -name"},
        {"+3 10:00", "2026-11-26 10:00 -service -phone -name"},
        {"10.11", "2026-11-10 !past() -service -time -phone -name"},
        {"10.12 15.30", "2026-12-10 15:30 -service -phone -name"},
        {"10.12 15.10", "2026-12-10 15:10 -service -phone -name"},
        {"15.12", "2026-12-15 -service -time -phone -name"},
        {"10.12", "2026-12-10 -service -time -phone -name"},
        {"20.05", "!?(20:05|2027-05-20) -service -time -phone -name"},
        {"15.01", "2027-01-15 -service -time -phone -name"},
        {"15.10", "15:10 -service -phone -name"},
        {"10.10 15:30", "2026-10-10 15:30 !past() -service -phone -name"},
        {"завтра 10.10", "2026-11-24 10:10 -service -phone -name"},
        {"завтра среда 10:00", "2026-11-24 10:00 !twice() -service -phone -name"},
        {"31.02 16:00", "16:00 !what() -service -phone -name"},
        {"вчера", "2026-11-22 !past() -service -time -phone -name"},
        {"14:00", "14:00 !past(tomorrow 14:00) -service -phone -name"},
        {"сегодня 14:00", "2026-11-23 14:00 !past() -service -phone -name"},
    };

    (void)state;
    CHECK(cases);
}

static void line__phones(void **state) {
    static const struct line_case cases[] = {
        {"9161234567", "+79161234567 -service -time -name"},
        {"89161234567", "+79161234567 -service -time -name"},
        {"+7 916 123-45-67", "+79161234567 -service -time -name"},
        {"8 (916) 123 45 67", "+79161234567 -service -time -name"},
        {"8 9161234567", "+79161234567 -service -time -name"},
        {"916 123 45 67 15:30", "15:30 +79161234567 -service -name"},
        {"1530 916 123 45 67", "15:30 +79161234567 -service -name"},
        {"916 123 45 67 1530", "15:30 +79161234567 -service -name"},
        {"15.30 9161234567", "15:30 +79161234567 -service -name"},
        {"+3 9161234567 15:30", "2026-11-26 15:30 +79161234567 -service -name"},
        {"25.11 916 1234567 1530", "2026-11-25 15:30 +79161234567 -service -name"},
        {"+375 29 123-45-67", "+375291234567 -service -time -name"},
        {"91612", "!no-phone() -service -time -phone -name"},
        {"9161234567 9161234568", "+79161234567 !twice() -service -time -name"},
        {"9161234567 9161234567", "+79161234567 -service -time -name"},
        {"15:30 walk-in", "15:30 walk-in -service"},
        {"15:30 без телефона", "15:30 walk-in -service"},
        {"15:30 ,tp ntktajyf", "15:30 walk-in -service"},
        {"15:30 no phone Оля", "15:30 walk-in n:Оля -service"},
        {"15:30 гость", "15:30 walk-in -service"},
    };

    (void)state;
    CHECK(cases);
}

static void line__services(void **state) {
    static const struct line_case cases[] = {
        {"укладка 15:30", "105 15:30 -phone -name"}, // the whole name of one
        {"укладка феном 15:30", "106 15:30 -phone -name"},
        {"женская стрижка укладка 15:30", "101+105 15:30 -phone -name"},
        {"стрижка укладка женская 15:30", "101+105 15:30 -phone -name"},
        {"женская стрижка + укладка 15:30", "101+105 15:30 -phone -name"},
        {"женская+укладка 15:30", "101+105 15:30 -phone -name"},
        {"женская и укладка 15:30", "101+105 15:30 -phone -name"},
        {"укладка укладка 15:30", "105 15:30 -phone -name"},
        {"маникюр педикюр галина 15:30",
         "109 @74 15:30 !?(Маникюр с покрытием|Маникюр без покрытия)"
         " -phone -name"},
        {"стрижка вера 15:30", "@73 15:30 !?(Женская стрижка|Стрижка чёлки) -service -phone -name"},
        {"стрижка борис борода 15:30", "104 @72 15:30 -phone -name"},
        {"парафин 15:30", "15:30 !?(id:113|id:114) -service -phone -name"},
        {"парафин галя 15:30", "114 @74 15:30 -phone -name"},
        {"id:113 15:30", "113 15:30 -phone -name"},
        {"массаж лица 15:30", "112 15:30 -phone -name"},
        {"массаж 2d 15:30", "112 15:30 -phone -name"},
        {"массаж 15:30", "15:30 !?(Массаж спины|id:112) -service -phone -name"},
        {"укладка борис 15:30", "105 @72 15:30 !not-done() -phone -name"},
    };

    (void)state;
    CHECK(cases);
}

static void line__masters(void **state) {
    static const struct line_case cases[] = {
        // Two Annas: never guessed, but where only one of them does it.
        {"маникюр покрытием аня 15:30",
         "107 15:30 !?(master Анна П.|master Анна Кузнецова) -phone -name"},
        {"маникюр без аня 15:30", "108 @71 15:30 -phone -name"},
        {"маникюр покрытием анна к 15:30", "107 @76 15:30 -phone -name"},
        {"маникюр покрытием анна кузн 15:30", "107 @76 15:30 -phone -name"},
        {"маникюр покрытием кузнецова 15:30", "107 @76 15:30 -phone -name"},
        {"укладка к вере 15:30", "105 @73 15:30 -phone -name"},
        {"укладка у веры в 15:30", "105 @73 15:30 -phone -name"},
        {"машинка борису 15:30", "@72 15:30 n:Машинка -service -phone"},
        {"педикюр галя 15:30", "109 @74 15:30 -phone -name"},
        {"педикюр галочке 15:30", "109 @74 15:30 -phone -name"},
        {"педикюр galya 15:30", "109 @74 15:30 -phone -name"},
        {"педикюр ufkz 15:30", "109 @74 15:30 -phone -name"},
        // Who works here may be a client, too.
        {"педикюр галя 15:30 9161234567 Вера", "109 @74 15:30 +79161234567 n:Вера"},
        {"укладка 15:30 9161234567 Вера", "105 15:30 +79161234567 !?(name Вера|master Вера) -name"},
        {"укладка вера 15:30 9161234567", "105 @73 15:30 +79161234567 -name"},
        {"укладка вера дина 15:30 9161234567",
         "105 @73 15:30 +79161234567 !?(name дина|master дина) -name"},
        {"укладка мастер вера дина 15:30 9161234567", "105 @73 15:30 +79161234567 n:Дина"},
        {"укладка 15:30 9161234567 имя Вера", "105 15:30 +79161234567 n:Вера"},
        {"укладка 15:30 9161234567 name Вера Петрова дина",
         "105 15:30 +79161234567 n:Вера Петрова Дина"},
        {"мар 15:30", "116 15:30 -phone -name"},
        {"вер 15:30", "15:30 !?(master Вера С.|Вересковая ванна) -service -phone -name"},
    };

    (void)state;
    CHECK(cases);
}

static void line__comments_and_the_rest(void **state) {
    static const struct line_case cases[] = {
        {"", "-service -time -phone -name"},
        {"   ", "-service -time -phone -name"},
        {"укладка 15:30 # аллергия на хну, 16:00",
         "105 15:30 c:аллергия на хну, 16:00 -phone -name"},
        {"укладка 15:30 №опоздает", "105 15:30 c:опоздает -phone -name"},
        {"укладка \"с ребёнком\" 15:30", "105 15:30 c:с ребёнком -phone -name"},
        {"укладка «с ребёнком» 15:30 #2", "105 15:30 c:с ребёнком; 2 -phone -name"},
        {"укладка \"не закрыто 15:30", "105 c:не закрыто 15:30 -time -phone -name"},
        {"укладка 15:30 \"\"", "105 15:30 -phone -name"},
        {"укладка 15:30 ?? ---", "105 15:30 -phone -name"},
        {"\xff\xfe укладка", "105 -time -phone -name"},
    };

    (void)state;
    CHECK(cases);
}

// ---- what the table does not hold

static void line__clock_changes__both_readings(void **state) {
    struct line_context context = here();
    struct zp_error err = {0};
    const struct line_draft *draft = NULL;

    (void)state;
    context.zone = zp_zone_open(salon.ctx, "Europe/Berlin", &err);
    draft = line_parse(salon.ctx, "28.03 02:30", &context); // clocks go forward over it
    assert_int_equal(draft->troubles[0].kind, LINE_NO_SUCH_TIME);
    assert_non_null(strstr(draft->troubles[0].sentence, "2027-03-28T01:30:00+01:00"));
    assert_non_null(strstr(draft->troubles[0].sentence, "2027-03-28T03:30:00+02:00"));
    assert_true(draft->lacks & LINE_LACKS_TIME);
    draft = line_parse(salon.ctx, "31.10.2027 02:30", &context); // it comes twice
    assert_int_equal(draft->troubles[0].kind, LINE_NO_SUCH_TIME);
    assert_int_equal(draft->troubles[0].choice_count, 2);
    for (size_t i = 0; i < 2; i++) { // each is understood when it is put in the word's place
        char *text =
            talloc_asprintf(salon.ctx, "31.10.2027 %s", draft->troubles[0].choices[i].typed);
        const struct line_draft *chosen = line_parse(salon.ctx, text, &context);

        assert_int_equal(chosen->trouble_count, 0);
        assert_int_equal(chosen->starts_at, INT64_C(1824942600) + (int64_t)i * 3600);
    }
}

static void line__known_client__gives_his_name(void **state) {
    static char phone[] = "+79161234567", name[] = "Мария Иванова";
    static const struct zp_client known[] = {{.phone = phone, .name = name}};
    struct line_context context = here();
    const struct line_draft *draft = NULL;

    (void)state;
    context.known = known;
    context.known_count = 1;
    draft = line_parse(salon.ctx, "укладка 15:30 9161234567", &context);
    assert_string_equal(draft->name, "Мария Иванова");
    assert_true(draft->name_known);
    assert_int_equal(draft->lacks, 0);
    draft = line_parse(salon.ctx, "укладка 15:30 9161234567 Оля", &context);
    assert_string_equal(draft->name, "Оля");
    draft = line_parse(salon.ctx, "укладка 15:30 9161234567 вера", &context); // she is the master
    assert_string_equal(draft->master_id, "73");
    assert_string_equal(draft->name, "Мария Иванова");
}

static void line__other_countries_and_salons(void **state) {
    struct line_context context = here();
    const struct line_draft *draft = NULL;

    (void)state;
    context.country = "AM"; // eight digits: a date is no phone, and a time none of its parts
    draft = line_parse(salon.ctx, "25.11.2026 15:30 91 234567", &context);
    assert_string_equal(told(salon.ctx, draft), "2026-11-25 15:30 +37491234567 -service -name");
    draft = line_parse(salon.ctx, "1530 9123 4567", &context);
    assert_string_equal(draft->phone, "+37491234567");
    context.walk_in_allowed = false;
    draft = line_parse(salon.ctx, "15:30 walk-in", &context);
    assert_int_equal(draft->troubles[0].kind, LINE_NO_WALK_IN);
    assert_true(draft->lacks & LINE_LACKS_PHONE);
    context.names = NULL; // the price list is not there yet
    draft = line_parse(salon.ctx, "укладка вера 15:30", &context);
    assert_int_equal(draft->minute, 930);
    assert_true(draft->lacks & LINE_LACKS_SERVICE);
}

static void line__words__marked_and_a_booking_told_apart(void **state) {
    const struct line_context context = here();
    const enum line_role roles[] = {LINE_SERVICE, LINE_FILLER, LINE_MASTER, LINE_FILLER, LINE_TIME,
                                    LINE_PHONE,   LINE_PHONE,  LINE_NAME,   LINE_COMMENT};
    const char *text = "укладка к вере в 15:30 916 1234567 Мария #x";
    const struct line_draft *draft = line_parse(salon.ctx, text, &context);
    size_t end = 0;

    (void)state;
    assert_int_equal(draft->word_count, COUNT(roles));
    for (size_t i = 0; i < draft->word_count; i++) {
        assert_int_equal(draft->words[i].role, roles[i]);
        assert_true(draft->words[i].at >= end);
        end = draft->words[i].at + draft->words[i].size;
    }
    assert_int_equal(end, strlen(text));
    assert_true(draft->booking);
    assert_int_equal(draft->starts_at, NOW + 58 * 60);
    assert_false(line_parse(salon.ctx, "очередь", &context)->booking);
    assert_false(line_parse(salon.ctx, "укладка", &context)->booking);
    assert_true(line_parse(salon.ctx, "укладка вера", &context)->booking);
}

// Each choice, put in the word's place, ends that trouble.
static void line__choices__are_understood(void **state) {
    static const char *const lines[] = {"маникюр покрытием аня",
                                        "парафин",
                                        "массаж",
                                        "стрижка",
                                        "завтра в 8",
                                        "15",
                                        "15.12 14.10 15",
                                        "14:00",
                                        "вер",
                                        "укладка 9161234567 Вера",
                                        "укладка вера дина"};
    const struct line_context context = here();

    (void)state;
    for (size_t l = 0; l < COUNT(lines); l++) {
        const struct line_draft *draft = line_parse(salon.ctx, lines[l], &context);
        const struct line_trouble *trouble = draft->troubles;

        for (size_t i = 0; draft->trouble_count > 0 && i < trouble->choice_count; i++) {
            const struct line_word *word = &draft->words[trouble->word];
            char *chosen =
                talloc_asprintf(salon.ctx, "%.*s%s%s", (int)word->at, lines[l],
                                trouble->choices[i].typed, lines[l] + word->at + word->size);
            const struct line_draft *after = line_parse(salon.ctx, chosen, &context);

            if (after->trouble_count >= draft->trouble_count)
                fail_msg("“%s” as “%s”: %s", lines[l], chosen, told(salon.ctx, after));
        }
    }
}

static uint64_t random_state = 20261122;

static unsigned below(unsigned limit) {
    random_state = random_state * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (unsigned)(random_state >> 33) % limit;
}

// Whatever is typed: no crash, words in order and inside the text, the same twice.
static void line__random_pieces__hold(void **state) {
    static const char *const pieces[] = {"стрижка",
                                         "аня",
                                         "15:30",
                                         "9161234567",
                                         "Мария",
                                         " ",
                                         " ",
                                         " ",
                                         "+",
                                         "#",
                                         "\"",
                                         "«",
                                         "»",
                                         "в",
                                         "к",
                                         "id:",
                                         "71",
                                         ".",
                                         ",",
                                         "-",
                                         "8",
                                         "916",
                                         "+7",
                                         "(",
                                         ")",
                                         "завтра",
                                         "25",
                                         "ноября",
                                         "15.10",
                                         "\xd0",
                                         "\xff",
                                         "№",
                                         "ё",
                                         "e",
                                         "имя",
                                         "мастер",
                                         "без",
                                         "телефона",
                                         "pm",
                                         "00:00",
                                         "99999999999999999999",
                                         "2026-11-25T15:30:00+03:00",
                                         "\t",
                                         "👩‍🦰",
                                         "укладка"};
    const struct line_context context = here();

    (void)state;
    for (int run = 0; run < 3000; run++) {
        TALLOC_CTX *ctx = talloc_new(NULL);
        char *text = talloc_strdup(ctx, "");
        const struct line_draft *draft = NULL;
        size_t end = 0;

        for (unsigned n = below(14); n > 0; n--)
            text = talloc_strdup_append(text, pieces[below(COUNT(pieces))]);
        draft = line_parse(ctx, text, &context);
        for (size_t i = 0; i < draft->word_count; i++) {
            assert_true(draft->words[i].at >= end && draft->words[i].size > 0);
            end = draft->words[i].at + draft->words[i].size;
        }
        assert_true(end <= strlen(text));
        assert_true(zp_text_valid_utf8(draft->name, strlen(draft->name)));
        assert_true(draft->starts_at == 0 || draft->minute >= 0);
        assert_string_equal(told(ctx, draft), told(ctx, line_parse(ctx, text, &context)));
        talloc_free(ctx);
    }
}

static void line__too_long__said(void **state) {
    const struct line_context context = here();
    char *words = talloc_strdup(salon.ctx, "15:30"),
         *letters = talloc_array(salon.ctx, char, 100000);

    (void)state;
    for (int i = 0; i < 100; i++)
        words = talloc_strdup_append(words, " а");
    memset(letters, 'a', 99999);
    letters[99999] = '\0';
    assert_int_equal(line_parse(salon.ctx, words, &context)->troubles[0].kind, LINE_TOO_MANY);
    assert_int_equal(line_parse(salon.ctx, letters, &context)->troubles[0].kind, LINE_TOO_MANY);
}

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(line__any_order_either_layout__same_draft),
        cmocka_unit_test(line__times),
        cmocka_unit_test(line__dates),
        cmocka_unit_test(line__phones),
        cmocka_unit_test(line__services),
        cmocka_unit_test(line__masters),
        cmocka_unit_test(line__comments_and_the_rest),
        cmocka_unit_test(line__clock_changes__both_readings),
        cmocka_unit_test(line__known_client__gives_his_name),
        cmocka_unit_test(line__other_countries_and_salons),
        cmocka_unit_test(line__words__marked_and_a_booking_told_apart),
        cmocka_unit_test(line__choices__are_understood),
        cmocka_unit_test(line__random_pieces__hold),
        cmocka_unit_test(line__too_long__said),
    };

    setlocale(LC_ALL, "C.UTF-8");
    zp_i18n_init("en");
    return cmocka_run_group_tests(tests, open_salon, close_salon);
}
