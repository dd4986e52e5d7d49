// A booking in one line: read by the same parser as the palette's, what has two meanings is asked,
// what lacks is left to the steps.
#include "line.h"
#include "linear_book.h"
#include "memory.h"

#include <string.h>
#include <zapis/i18n.h>
#include <zapis/text.h>

static const struct line_draft *parse(struct linear *linear, const struct linear_draft *draft,
                                      const char *text) {
    const struct line_context context = {.names = line_names_new(linear->scratch, draft->catalogue),
                                         .zone = linear->config->zone,
                                         .country = linear->config->salon.country,
                                         .now = zp_desk_now(linear->cli->desk),
                                         .walk_in_allowed = linear_walk_in_allowed(linear)};
    return line_parse(linear->scratch, text, &context);
}

static char *word_text(TALLOC_CTX *ctx, const char *text, const struct line_word *word) {
    return memory_must(talloc_strndup(ctx, text + word->at, word->size));
}

// The line with one word said otherwise; NULL: nothing was chosen.
static char *settle(struct linear *linear, const struct line_draft *line,
                    const struct line_trouble *trouble, const char *text) {
    const struct line_word *word = &line->words[trouble->word];
    size_t chosen = 0;
    if (trouble->choice_count == 0) {
        linear_misuse(linear, trouble->sentence);
        return NULL;
    }
    linear_say(linear, "%s", trouble->sentence);
    const char **names = memory_array(linear->scratch, const char *, trouble->choice_count);
    for (size_t i = 0; i < trouble->choice_count; i++)
        names[i] = trouble->choices[i].text;
    if (linear_choose(linear, _("Which one is meant?"), names, trouble->choice_count, false,
                      &chosen) != LINEAR_REPLY)
        return NULL;
    return memory_printf(linear->scratch, "%.*s%s%s", (int)word->at, text,
                         trouble->choices[chosen].typed, text + word->at + word->size);
}

// A word that says nothing is told: it may have been meant for something.
static bool all_understood(struct linear *linear, const struct line_draft *line, const char *text) {
    bool all = true;
    for (size_t i = 0; i < line->word_count; i++) {
        if (line->words[i].role != LINE_NOTHING)
            continue;
        all = false;
        linear_misuse(linear, memory_printf(linear->scratch, _("Not understood: “%s”."),
                                            word_text(linear->scratch, text, &line->words[i])));
    }
    return all;
}

static void take_visit(const struct linear *linear, struct linear_draft *draft,
                       const struct line_draft *line) {
    draft->services = memory_array(draft, const char *, line->service_count);
    draft->count = line->service_count;
    for (size_t i = 0; i < line->service_count; i++)
        draft->services[i] = memory_strdup(draft, line->service_ids[i]);
    draft->master_id = line->master_id ? memory_strdup(draft, line->master_id) : NULL;
    draft->date = line->starts_at != 0 // a time without a day is today's
                      ? zp_zone_wall(linear->config->zone, line->starts_at).date
                      : line->date;
    draft->starts_at = line->starts_at;
    draft->known[LINEAR_SERVICE] = line->service_count > 0;
    draft->known[LINEAR_MASTER] = line->service_count > 0 || line->master_id;
    draft->known[LINEAR_TIME] = draft->unproven = line->starts_at != 0;
    draft->known[LINEAR_DAY] = line->starts_at != 0 || line->date.year != 0;
}

static void take_client(struct linear *linear, struct linear_draft *draft,
                        const struct line_draft *line) {
    const char *name = line->name;
    if (line->phone[0] != '\0')
        linear_take_phone(linear, draft, line->phone);
    draft->walk_in = line->walk_in;
    if (name[0] == '\0' && draft->walk_in)
        name = linear->config->salon.walk_in_name;
    else if (name[0] == '\0' && draft->known_name)
        name = draft->known_name;
    linear_set(draft, &draft->name, name ? name : "");
    linear_set(draft, &draft->comment, line->comment);
    draft->known[LINEAR_PHONE] = line->walk_in || line->phone[0] != '\0';
    draft->known[LINEAR_NAME] = draft->name[0] != '\0';
    draft->known[LINEAR_COMMENT] = true; // "#" brings one
}

bool linear_read_line(struct linear *linear, struct linear_draft *draft, const char *text) {
    if (strlen(text) > LINE_BYTES) {
        linear_misuse(linear, _("That line is too long: nothing of it was taken."));
        return false;
    }
    const struct line_draft *line = parse(linear, draft, text);
    for (size_t settled = 0; line->trouble_count > 0; settled++) {
        const char *other =
            settled < LINE_WORDS ? settle(linear, line, &line->troubles[0], text) : NULL;
        if (!other)
            return false;
        text = other;
        line = parse(linear, draft, text);
    }
    if (!all_understood(linear, line, text) && !linear_may_repeat(linear))
        return false;
    take_visit(linear, draft, line);
    take_client(linear, draft, line);
    return true;
}
