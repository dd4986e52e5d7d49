// The one-line booking: from the words to a draft, and what it lacks.
#include "line.h"
#include "line_private.h"
#include "memory.h"
#include <string.h>
#include <zapis/i18n.h>

static const char *const role_words[LINE_ROLES] = {
    [LINE_NOTHING] = "?",           [LINE_FILLER] = "",
    [LINE_SERVICE] = N_("Service"), [LINE_MASTER] = N_("Master"),
    [LINE_DATE] = N_("Date"),       [LINE_TIME] = N_("Time"),
    [LINE_PHONE] = N_("Phone"),     [LINE_WALK_IN] = N_("Walk-in"),
    [LINE_NAME] = N_("Name"),       [LINE_COMMENT] = N_("Comment"),
    [LINE_AMBIGUOUS] = "?",
};

const char *line_role_word(enum line_role role) {
    const char *word = (unsigned)role < LINE_ROLES ? role_words[role] : "?";

    return word[0] ? zp_i18n(word) : "";
}

struct line_trouble *line_trouble_add(struct line_work *work, enum line_trouble_kind kind,
                                      size_t token, char *sentence) {
    struct line_draft *draft = work->draft;
    struct line_trouble *trouble = NULL;

    draft->troubles =
        memory_grow(draft, draft->troubles, struct line_trouble, draft->trouble_count + 1);
    trouble = &draft->troubles[draft->trouble_count++];
    *trouble = (struct line_trouble){.kind = kind, .word = token};
    trouble->sentence = sentence;
    return trouble;
}

void line_choice_add(struct line_trouble *trouble, const char *text, const char *typed) {
    const TALLOC_CTX *ctx = trouble->sentence;

    trouble->choices =
        memory_grow(ctx, trouble->choices, struct line_choice, trouble->choice_count + 1);
    trouble->choices[trouble->choice_count++] =
        (struct line_choice){.text = memory_strdup(ctx, text), .typed = memory_strdup(ctx, typed)};
}

// ---- a client without a phone

static void take_walk_in(struct line_work *work, size_t from, size_t count) {
    for (size_t i = from; i < from + count; i++)
        line_take(work, i, LINE_WALK_IN);
    if (work->context->walk_in_allowed)
        work->draft->walk_in = true;
    else
        line_trouble_add(work, LINE_NO_WALK_IN, from,
                         memory_strdup(work->draft, _("This salon books nobody without a phone.")));
}

static bool pair_is(const struct line_work *work, size_t at, const char *first,
                    const char *second) {
    return at + 1 < work->count && !work->tokens[at + 1].taken &&
           line_is(&work->tokens[at], first) && line_is(&work->tokens[at + 1], second);
}

static void find_walk_in(struct line_work *work) {
    for (size_t i = 0; i < work->count; i++) {
        if (work->tokens[i].taken)
            continue;
        if (pair_is(work, i, " без ", " телефона тел номера ") ||
            pair_is(work, i, " no without ", " phone ") || pair_is(work, i, " walk ", " in "))
            take_walk_in(work, i, 2);
        else if (line_is(&work->tokens[i], " walk-in walkin гость гостья безтелефона "))
            take_walk_in(work, i, 1);
    }
}

// ---- the draft

static bool may_be_service(const struct line_draft *draft) {
    for (size_t i = 0; i < draft->word_count; i++)
        if (draft->words[i].role == LINE_SERVICE)
            return true;
    return false;
}

static bool troubled(const struct line_draft *draft, enum line_trouble_kind kind) {
    for (size_t i = 0; i < draft->trouble_count; i++)
        if (draft->troubles[i].kind == kind)
            return true;
    return false;
}

// Figures that say nothing are told: the rest must not be booked as if they were not there.
static void say_not_understood(struct line_work *work) {
    for (size_t i = 0; i < work->count; i++)
        if (work->tokens[i].role == LINE_NOTHING && work->tokens[i].figures)
            line_trouble_add(
                work, LINE_NOT_UNDERSTOOD, i,
                memory_printf(work->draft, _("“%s” is not understood."), work->tokens[i].text));
}

static void finish(struct line_work *work) {
    struct line_draft *draft = work->draft;
    size_t understood = 0;

    draft->words = memory_array(draft, struct line_word, work->count);
    draft->word_count = work->count;
    for (size_t i = 0; i < work->count; i++) {
        const enum line_role role = work->tokens[i].role;

        draft->words[i] = (struct line_word){work->tokens[i].at, work->tokens[i].size, role};
        understood += role >= LINE_SERVICE && role <= LINE_PHONE;
        understood += role == LINE_AMBIGUOUS;
    }
    if (draft->service_count == 0)
        draft->lacks |= LINE_LACKS_SERVICE;
    if (draft->starts_at == 0)
        draft->lacks |= LINE_LACKS_TIME;
    if (draft->phone[0] == '\0' && !draft->walk_in)
        draft->lacks |= LINE_LACKS_PHONE;
    if (draft->name[0] == '\0' && !draft->walk_in)
        draft->lacks |= LINE_LACKS_NAME;
    draft->booking = draft->minute >= 0 || draft->phone[0] || draft->walk_in ||
                     troubled(draft, LINE_NO_PHONE) || (may_be_service(draft) && understood > 1);
}

static void say_too_long(struct line_work *work) {
    line_trouble_add(work, LINE_TOO_MANY, 0,
                     memory_strdup(work->draft, _("The line is too long: its end is not read.")));
}

struct line_draft *line_parse(TALLOC_CTX *ctx, const char *text,
                              const struct line_context *context) {
    struct line_draft *draft = memory_new(ctx, struct line_draft);
    struct line_work work = {.context = context, .draft = draft};

    draft->minute = -1;
    draft->name = memory_strdup(draft, "");
    draft->comment = memory_strdup(draft, "");
    work.tokens = memory_array(draft, struct line_token, LINE_WORDS);
    work.source = memory_printf(work.tokens, "%.*s", LINE_BYTES, text);
    if (strlen(text) > LINE_BYTES)
        say_too_long(&work);
    work.today = zp_zone_wall(context->zone, context->now).date;
    if (!line_split(&work))
        say_too_long(&work);
    line_find_exact(&work);
    line_find_phone(&work);
    line_find_number(&work);
    find_walk_in(&work);
    line_rank(&work);
    line_find_master(&work);
    line_find_services(&work);
    line_find_client(&work);
    line_resolve_when(&work);
    if (work.draft->trouble_count == 0)
        say_not_understood(&work);
    finish(&work);
    talloc_free(work.tokens);
    return draft;
}

char *line_lack_words(TALLOC_CTX *ctx, unsigned lacks) {
    static const struct {
        enum line_lack lack;
        const char *word;
    } words[] = {{LINE_LACKS_SERVICE, N_("the service")},
                 {LINE_LACKS_TIME, N_("the time")},
                 {LINE_LACKS_PHONE, N_("the phone")},
                 {LINE_LACKS_NAME, N_("the name")}};
    char *text = memory_strdup(ctx, "");

    for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
        if (lacks & words[i].lack)
            text = memory_must(
                talloc_asprintf_append(text, "%s%s", text[0] ? ", " : "", zp_i18n(words[i].word)));
    return text;
}
