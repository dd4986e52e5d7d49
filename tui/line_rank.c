// The one-line booking: which services and masters a word may mean, the best spelling first.
#include "line_private.h"
#include "memory.h"
#include <string.h>

#define SHORTENED 3 // letters of a service's word that stand for the whole
#define FAMILIAR  7 // the rank of a familiar form; those of line_names' words are 1 to 6

// The words of a master's name: which of them is the given one is not said.
static void add_given(TALLOC_CTX *ctx, struct line_entry *master) {
    const char *at = master->searched->folded;

    while (*at != '\0') {
        const size_t size = strcspn(at, " .,-()");

        if (size > 0) {
            master->given =
                memory_grow(ctx, master->given, struct line_given *, master->given_count + 1);
            master->given[master->given_count++] = line_given_new(master->given, at, size);
        }
        at += size + (at[size] != '\0');
    }
}

struct line_names *line_names_new(TALLOC_CTX *ctx, const struct zp_catalogue *catalogue) {
    struct line_names *names = memory_new(ctx, struct line_names);

    names->catalogue = catalogue;
    names->services = memory_array(names, struct line_entry, catalogue->service_count);
    names->masters = memory_array(names, struct line_entry, catalogue->master_count);
    for (size_t i = 0; i < catalogue->service_count; i++)
        names->services[i] = (struct line_entry){
            .id = catalogue->services[i].id,
            .name = catalogue->services[i].name,
            .searched = zp_text_searched_new(names, catalogue->services[i].name)};
    for (size_t i = 0; i < catalogue->master_count; i++) {
        names->masters[i] = (struct line_entry){
            .id = catalogue->masters[i].id,
            .name = catalogue->masters[i].name,
            .searched = zp_text_searched_new(names, catalogue->masters[i].name)};
        add_given(names, &names->masters[i]);
    }
    return names;
}

size_t line_services(const struct line_work *work) {
    return work->context->names ? work->context->names->catalogue->service_count : 0;
}

size_t line_masters(const struct line_work *work) {
    return work->context->names ? work->context->names->catalogue->master_count : 0;
}

static size_t letters_of(const char *text) {
    uint32_t code = 0;
    size_t letters = 0;

    for (; *text != '\0'; letters++)
        text += zp_text_decode(text, &code);
    return letters;
}

// As typed before the other layout before transliterated; the whole word before its beginning.
static uint8_t rank_of(const struct line_token *token, const struct line_entry *entry,
                       size_t least) {
    uint8_t best = 0;

    for (size_t i = 0; i < token->reading_count; i++) {
        const struct zp_text_match match = zp_text_search(entry->searched, token->readings[i]);
        const uint8_t rank = (uint8_t)(((int)match.spelling - 1) * 2 + (match.whole ? 1 : 2));

        if (match.spelling == ZP_TEXT_NO_MATCH || (!match.whole && letters_of(token->text) < least))
            continue;
        best = best == 0 || rank < best ? rank : best;
    }
    return best;
}

static bool familiar(const struct line_token *token, const struct line_entry *entry) {
    const char *spelling = NULL;

    for (size_t i = 0; (spelling = line_spelling(token, i)); i++)
        for (size_t k = 0; k < entry->given_count; k++)
            if (line_familiar(entry->given[k], spelling))
                return true;
    return false;
}

// "id:71", in either layout.
static bool is_id(const struct line_token *token, const char *id) {
    const char *text = token->text;

    if (strncmp(text, "id:", 3) != 0)
        return false;
    return strcmp(text + 3, id) == 0;
}

static void rank(struct line_work *work, size_t at) {
    struct line_token *token = &work->tokens[at];
    const struct line_names *names = work->context->names;
    const size_t services = line_services(work), masters = line_masters(work);
    const bool by_id = strncmp(token->text, "id:", 3) == 0;

    token->rank = memory_array(work->tokens, uint8_t, services + masters);
    for (size_t i = 0; i < services; i++) {
        if (by_id)
            token->rank[i] = is_id(token, names->services[i].id);
        else if (token->marker == LINE_MARK_NONE)
            token->rank[i] = rank_of(token, &names->services[i], SHORTENED);
    }
    for (size_t i = 0; i < masters; i++) {
        if (by_id) {
            token->rank[services + i] = is_id(token, names->masters[i].id);
            continue;
        }
        token->rank[services + i] = rank_of(token, &names->masters[i], 1);
        if (token->rank[services + i] == 0 && token->letters && familiar(token, &names->masters[i]))
            token->rank[services + i] = FAMILIAR;
    }
}

void line_rank(struct line_work *work) {
    for (size_t i = 0; i < work->count && work->context->names; i++) {
        const struct line_token *token = &work->tokens[i];

        if (!token->taken &&
            (token->letters || (token->figures && letters_of(token->text) > 1 &&
                                strspn(token->text, "+0123456789.,:-()/") < strlen(token->text))))
            rank(work, i);
    }
}

static uint8_t best(const uint8_t *ranks, size_t from, size_t count) {
    uint8_t least = 0;

    for (size_t i = from; ranks && i < from + count; i++)
        if (ranks[i] > 0 && (least == 0 || ranks[i] < least))
            least = ranks[i];
    return least;
}

uint8_t line_best_service(const struct line_work *work, size_t token) {
    return best(work->tokens[token].rank, 0, line_services(work));
}

uint8_t line_best_master(const struct line_work *work, size_t token) {
    return best(work->tokens[token].rank, line_services(work), line_masters(work));
}

bool line_may_be_service(const struct line_work *work, size_t token, size_t service) {
    const uint8_t rank = work->tokens[token].rank[service];

    return rank > 0 && rank == line_best_service(work, token);
}

bool line_may_be_master(const struct line_work *work, size_t token, size_t master) {
    const uint8_t rank = work->tokens[token].rank[line_services(work) + master];

    return rank > 0 && rank == line_best_master(work, token);
}

size_t line_count(const bool *in, size_t count) {
    size_t found = 0;

    for (size_t i = 0; i < count; i++)
        found += in[i];
    return found;
}

void line_take_name(struct line_work *work, size_t token, enum line_role role, uint8_t rank) {
    line_take(work, token, role);
    work->as_typed = work->as_typed || rank <= 2;
    work->other_layout = work->other_layout || rank == 3 || rank == 4;
}

bool line_done(const struct line_work *work, size_t service) {
    const struct line_names *names = work->context->names;

    for (size_t i = 0; work->masters && i < line_masters(work); i++)
        if (work->masters->in[i] && zp_catalogue_offers(names->catalogue, names->masters[i].id,
                                                        names->services[service].id))
            return true;
    return !work->masters;
}
