// The one-line booking: the phone, which people part by blanks and dashes as they like.
#include "line_private.h"
#include "memory.h"
#include <string.h>
#include <zapis/i18n.h>

#define PHONE_PARTS 8 // "+7 (9 16) 123 - 45 - 67"
#define PHONE_LIKE  5 // so many digits are no time: a phone, or part of one

// A way to read tokens [first, first + count) as a phone.
struct reading {
    size_t first, count, digits, strange; // strange: what would be left over and is no time either
    char phone[ZP_PHONE_SIZE];
};

static bool phone_like(const struct line_token *token) {
    static const char signs[] = "+0123456789()-./";

    return !token->taken && token->text[0] != '\0' &&
           token->text[strspn(token->text, signs)] == '\0';
}

static size_t count_digits(const char *text) {
    size_t count = 0;

    for (; *text != '\0'; text++)
        count += *text >= '0' && *text <= '9';
    return count;
}

static bool read(const struct line_work *work, size_t first, size_t count, struct reading *out) {
    struct zp_error err = {0};
    char *text = memory_strdup(work->tokens, "");
    bool ok = false;

    for (size_t i = first; i < first + count; i++)
        text = memory_must(
            talloc_asprintf_append(text, "%s%s", i > first ? " " : "", work->tokens[i].text));
    *out = (struct reading){.first = first, .count = count, .digits = count_digits(text)};
    ok = zp_phone_normalise(text, work->context->country, out->phone, &err);
    talloc_free(text);
    return ok;
}

static size_t strange(const struct line_work *work, size_t from, size_t to) {
    size_t count = 0;

    for (size_t i = from; i < to; i++)
        count += !line_when_possible(work, &work->tokens[i]);
    return count;
}

// -1, 0, 1: `a` is the better reading, neither, `b` is.
static int better(const struct reading *a, const struct reading *b) {
    if (a->strange != b->strange)
        return a->strange < b->strange ? -1 : 1;
    if (a->digits != b->digits)
        return a->digits > b->digits ? -1 : 1;
    return a->count == b->count ? 0 : a->count < b->count ? -1 : 1;
}

static void set_phone(struct line_work *work, const struct reading *best, bool two) {
    struct line_draft *draft = work->draft;

    for (size_t i = best->first; i < best->first + best->count; i++)
        line_take(work, i, two ? LINE_AMBIGUOUS : LINE_PHONE);
    if (two) {
        line_trouble_add(work, LINE_TWO_MEANINGS, best->first,
                         memory_strdup(draft, _("Two ways to read the phone: write it without "
                                                "blanks.")));
        return;
    }
    if (draft->phone[0] != '\0' && strcmp(draft->phone, best->phone) != 0) {
        line_trouble_add(work, LINE_TWICE, best->first,
                         memory_strdup(draft, _("Two phones are said: which one?")));
        return;
    }
    memcpy(draft->phone, best->phone, sizeof(draft->phone));
}

// A country's prefix on its own before a number that is whole without it: "8 9161234567".
static void absorb_prefix(const struct line_work *work, struct reading *best) {
    struct reading longer;

    if (best->first == 0 || !phone_like(&work->tokens[best->first - 1]) ||
        strlen(work->tokens[best->first - 1].text) > 4 ||
        !read(work, best->first - 1, best->count + 1, &longer) ||
        strcmp(longer.phone, best->phone) != 0)
        return;
    *best = longer;
}

// The phone in a run of figures. One token that is a whole phone goes before any parting of others,
// so that "+3 9161234567" is a day and a phone, not a number in Italy.
static bool find_in(struct line_work *work, size_t from, size_t to) {
    struct reading best = {0}, reading;
    bool found = false, two = false;

    for (size_t i = from; i < to; i++) {
        if (read(work, i, 1, &reading) && reading.digits > 4) {
            absorb_prefix(work, &reading);
            set_phone(work, &reading, false);
            return true;
        }
    }
    for (size_t i = from; i < to; i++) {
        for (size_t n = 2; n <= PHONE_PARTS && i + n <= to; n++) {
            int order = 0;

            if (!read(work, i, n, &reading))
                continue;
            reading.strange = strange(work, from, i) + strange(work, i + n, to);
            order = found ? better(&reading, &best) : -1;
            two = order < 0 ? false : two || (order == 0 && strcmp(reading.phone, best.phone) != 0);
            best = order < 0 ? reading : best;
            found = true;
        }
    }
    if (found)
        set_phone(work, &best, two);
    return found;
}

static void say_no_phone(struct line_work *work, size_t at) {
    struct zp_error err = {0};
    char phone[ZP_PHONE_SIZE];

    if (!zp_phone_normalise(work->tokens[at].text, work->context->country, phone, &err))
        line_trouble_add(work, LINE_NO_PHONE, at, memory_strdup(work->draft, err.message));
}

void line_find_phone(struct line_work *work) {
    size_t from = 0, to = 0;

    // What was found is no part of a run any more: a second phone is found, and told.
    while (from < work->count) {
        for (to = from; to < work->count && phone_like(&work->tokens[to]); to++)
            ;
        if (to == from || !find_in(work, from, to))
            from = to + 1;
    }
    for (size_t i = 0; i < work->count; i++)
        if (phone_like(&work->tokens[i]) && count_digits(work->tokens[i].text) >= PHONE_LIKE &&
            !line_when_possible(work, &work->tokens[i]))
            say_no_phone(work, i);
}
