// The one-line booking: what each word is understood as, in either layout.
#include "line_salon.h"
#include <locale.h>
#include <string.h>
#include <zapis/i18n.h>

static char *parse(TALLOC_CTX *ctx, const char *text) {
    const struct line_context context = line_salon_here();

    return line_salon_told(ctx, line_parse(ctx, text, &context));
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
        // A surname that nobody here has: the client's, where another word names the master.
        {"укладка дина 15:30 Вера Котова 9161234567", "105 @75 15:30 +79161234567 n:Вера Котова"},
        {"Вера Котова 9161234567 укладка 15:30 дина", "105 @75 15:30 +79161234567 n:Вера Котова"},
        {"Вера Котова укладка 15:30 9161234567 дина", "105 @75 15:30 +79161234567 n:Вера Котова"},
        {"укладка дина 15:30 котова вера 9161234567", "105 @75 15:30 +79161234567 n:Котова Вера"},
        {"erkflrf lbyf 15:30 dthf rjnjdf 9161234567", "105 @75 15:30 +79161234567 n:Вера Котова"},
        {"укладка вера 15:30 Вера Котова 9161234567", "105 @73 15:30 +79161234567 n:Вера Котова"},
        {"Вера Котова 9161234567 укладка вера 15:30", "105 @73 15:30 +79161234567 n:Вера Котова"},
        {"укладка к вере 15:30 Вера Котова 9161234567", "105 @73 15:30 +79161234567 n:Вера Котова"},
        {"маникюр покрытием анна кузн 15:30 Анна Котова 9161234567",
         "107 @76 15:30 +79161234567 n:Анна Котова"},
        // Whose surname, and who is meant, is asked.
        {"укладка вера Котова дина 15:30 9161234567",
         "105 @73 15:30 +79161234567 n:Котова !?(name дина|master дина)"},
        {"укладка 15:30 9161234567 Вера Котова",
         "105 15:30 +79161234567 n:Котова !?(name Вера|master Вера)"},
        {"укладка вера 15:30 Мария Котова 9161234567", "105 @73 15:30 +79161234567 n:Мария Котова"},
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

int main(void) {
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(line__any_order_either_layout__same_draft),
        cmocka_unit_test(line__times),
        cmocka_unit_test(line__dates),
        cmocka_unit_test(line__phones),
        cmocka_unit_test(line__services),
        cmocka_unit_test(line__masters),
        cmocka_unit_test(line__comments_and_the_rest),
    };

    setlocale(LC_ALL, "C.UTF-8");
    zp_i18n_init("en");
    return cmocka_run_group_tests(tests, line_salon_open, line_salon_close);
}
