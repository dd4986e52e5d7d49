// Given names as people say them: the familiar forms, and the cases of the Russian language.
#include "line_private.h"
#include "memory.h"
#include <string.h>

// The name, then what it is called; folded (no ё).
static const char *const names[] = {
    " александр саша сашка шура саня ",
    " александра саша сашка шура саня ",
    " алексей леша лешка алеша ",
    " алена аленка леночка ",
    " алина аля алинка ",
    " алла аллочка ",
    " анастасия настя настенька ася ",
    " анатолий толя толик ",
    " ангелина геля лина ",
    " андрей андрюша андрюха ",
    " анна аня анечка анюта нюра нюша ",
    " антон антоша тоша ",
    " антонина тоня ",
    " арина ариша ",
    " артем тема артемка ",
    " артур артурчик ",
    " борис боря ",
    " вадим вадик ",
    " валентин валя ",
    " валентина валя ",
    " валерий валера ",
    " валерия лера валера ",
    " варвара варя ",
    " василий вася ",
    " василиса вася ",
    " вера верочка веруня ",
    " вероника ника вера ",
    " виктор витя ",
    " виктория вика ",
    " виталий виталик ",
    " владимир вова володя вовка ",
    " владислав влад владик слава ",
    " вячеслав слава ",
    " галина галя галочка ",
    " геннадий гена ",
    " георгий гоша жора ",
    " григорий гриша ",
    " дарья даша дашка ",
    " денис дениска ",
    " диана дина ",
    " дина диночка ",
    " дмитрий дима митя димка ",
    " ева евочка ",
    " евгений женя ",
    " евгения женя ",
    " егор егорка ",
    " екатерина катя катюша ",
    " елена лена леночка алена ",
    " елизавета лиза ",
    " жанна жанночка ",
    " зинаида зина ",
    " злата златочка ",
    " зоя зоенька ",
    " иван ваня ",
    " игорь игорек гоша ",
    " илья илюша ",
    " инна инночка ",
    " инесса инна ",
    " ирина ира иришка ириша ",
    " карина кара ",
    " кирилл кира ",
    " константин костя ",
    " кристина кристи ",
    " ксения ксюша ксюня ",
    " лариса лара ",
    " лев лева ",
    " леонид леня ",
    " лидия лида ",
    " лилия лиля ",
    " любовь люба ",
    " людмила люда люся мила ",
    " майя маечка ",
    " максим макс ",
    " маргарита рита марго ",
    " марина мариша ",
    " мария маша марья маруся ",
    " матвей мотя ",
    " михаил миша мишка ",
    " надежда надя ",
    " наталья наташа ната наталия ",
    " наталия наташа ната наталья ",
    " никита никитос ",
    " николай коля ",
    " нина ниночка ",
    " оксана ксюша ",
    " олег олежка ",
    " олеся леся ",
    " ольга оля оленька ",
    " павел паша ",
    " петр петя ",
    " полина поля полинка ",
    " раиса рая ",
    " регина реги ",
    " роман рома ",
    " руслан рус ",
    " светлана света ",
    " семен сема сеня ",
    " сергей сережа серега ",
    " софья соня софия ",
    " софия соня софья ",
    " станислав стас слава ",
    " степан степа ",
    " тамара тома ",
    " татьяна таня танюша ",
    " тимур тима ",
    " ульяна уля ",
    " федор федя ",
    " эдуард эдик ",
    " эльвира эля ",
    " эльмира эля ",
    " юлия юля юлечка ",
    " юрий юра ",
    " яна яночка ",
    " ярослав слава ярик ",
};

// What a case of a Russian name ends in: "аня", "ани", "ане", "борису", "сергею".
static bool is_ending(uint32_t code) {
    static const uint32_t endings[] = {0x430, 0x435, 0x438, 0x439, 0x43E,
                                       0x443, 0x44B, 0x44C, 0x44E, 0x44F};

    for (size_t i = 0; i < sizeof(endings) / sizeof(endings[0]); i++)
        if (endings[i] == code)
            return true;
    return false;
}

// Bytes of the name without the ending; a Cyrillic letter has two.
static size_t stem(const char *word, size_t size) {
    uint32_t code = 0;

    while (size > 4) {
        zp_text_decode(word + size - 2, &code);
        if (!is_ending(code))
            break;
        size -= 2;
    }
    return size;
}

// The same word, perhaps in another case; only of Cyrillic ones.
static bool same(const char *a, size_t size_a, const char *b, size_t size_b) {
    size_t stem_a = 0, stem_b = 0;

    if (size_a == size_b && strncmp(a, b, size_a) == 0)
        return true;
    if (size_a < 4 || size_b < 4 || (unsigned char)a[0] < 0xD0 || (unsigned char)b[0] < 0xD0)
        return false;
    stem_a = stem(a, size_a);
    stem_b = stem(b, size_b);
    return stem_a == stem_b && strncmp(a, b, stem_a) == 0;
}

static bool in_row(const char *row, const char *word, bool first_only) {
    const size_t size = strlen(word);

    while (*row == ' ' && row[1] != '\0') {
        const size_t length = strcspn(++row, " ");

        if (same(row, length, word, size))
            return true;
        if (first_only)
            return false;
        row += length;
    }
    return false;
}

struct line_given *line_given_new(TALLOC_CTX *ctx, const char *name, size_t size) {
    struct line_given *given = memory_new(ctx, struct line_given);

    given->name = memory_printf(given, "%.*s", (int)size, name);
    for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
        if (!in_row(names[i], given->name, true))
            continue;
        given->rows = memory_grow(given, given->rows, const char *, given->row_count + 1);
        given->rows[given->row_count++] = names[i];
    }
    return given;
}

bool line_familiar(const struct line_given *given, const char *word) {
    if (same(given->name, strlen(given->name), word, strlen(word)))
        return true;
    for (size_t i = 0; i < given->row_count; i++)
        if (in_row(given->rows[i], word, false))
            return true;
    return false;
}

bool line_is_given_name(const char *word) {
    for (size_t i = 0; word[0] != '\0' && i < sizeof(names) / sizeof(names[0]); i++)
        if (in_row(names[i], word, false))
            return true;
    return false;
}
