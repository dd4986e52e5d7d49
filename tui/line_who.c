// The one-line booking: who does it, and for whom.
#include "line_private.h"
#include "memory.h"
#include <string.h>
#include <zapis/i18n.h>

// ---- the master

static bool marked_as(const struct line_work *work, size_t at, enum line_marker marker) {
    return at > 0 && !work->tokens[at - 1].taken && work->tokens[at - 1].marker == marker;
}

// The words after "имя" are the name until something else is understood.
bool line_in_name(const struct line_work *work, size_t at) {
    while (at > 0 && !work->tokens[at - 1].taken) {
        at--;
        if (work->tokens[at].marker == LINE_MARK_NAME)
            return true;
        if (work->tokens[at].marker != LINE_MARK_NONE || !work->tokens[at].letters)
            return false;
    }
    return false;
}

static bool short_word(const struct line_token *token) {
    uint32_t code = 0;

    return token->text[zp_text_decode(token->text, &code)] == '\0';
}

// Narrows the group by one more word; false: the word means somebody else.
static bool join(const struct line_work *work, struct line_group *group, size_t at) {
    const size_t masters = line_masters(work);
    bool any = false;

    for (size_t i = 0; i < masters; i++)
        any = any || (group->in[i] && line_may_be_master(work, at, i));
    for (size_t i = 0; any && i < masters; i++)
        group->in[i] = group->in[i] && line_may_be_master(work, at, i);
    if (any)
        group->tokens[group->count++] = at;
    return any;
}

static struct line_group *group_of(struct line_work *work, size_t at, bool forced) {
    struct line_group *group = memory_new(work->tokens, struct line_group);

    group->in = memory_array(group, bool, line_masters(work));
    memset(group->in, true, line_masters(work) * sizeof(group->in[0]));
    group->forced = forced;
    (void)join(work, group, at);
    return group;
}

// A surname's first letter counts right after the name: "анна п"; one that is a word, too ("к",
// "с") only where it is needed to tell two apart.
static bool is_initial(const struct line_work *work, const struct line_group *group, size_t at) {
    return group && short_word(&work->tokens[at]) && group->tokens[group->count - 1] + 1 == at &&
           (work->tokens[at].marker == LINE_MARK_NONE ||
            line_count(group->in, line_masters(work)) > 1);
}

// "мар": a master's name as well as a service's is shortened so.
static void tell_both(struct line_work *work, size_t at) {
    struct line_trouble *trouble =
        line_trouble_add(work, LINE_TWO_MEANINGS, at,
                         memory_printf(work->draft, _("“%s” may be a master and a service: which?"),
                                       work->tokens[at].text));

    line_take(work, at, LINE_AMBIGUOUS);
    for (size_t i = 0; i < line_masters(work); i++)
        if (line_may_be_master(work, at, i))
            line_choose_master(trouble, work, i);
    for (size_t i = 0; i < line_services(work); i++)
        if (line_may_be_service(work, at, i))
            line_choose_service(trouble, work, i);
}

// A word that no figure, date or the like has taken yet.
static bool is_open(const struct line_work *work, size_t at) {
    return at < work->count && !work->tokens[at].taken && work->tokens[at].letters;
}

static bool is_given(const struct line_work *work, size_t at) {
    const char *spelling = NULL;

    for (size_t i = 0; is_open(work, at) && (spelling = line_spelling(&work->tokens[at], i)); i++)
        if (line_is_given_name(spelling))
            return true;
    return false;
}

static bool is_surname(const struct line_work *work, size_t at) {
    return is_open(work, at) && !short_word(&work->tokens[at]) &&
           work->tokens[at].marker == LINE_MARK_NONE && line_best_service(work, at) == 0 &&
           line_best_master(work, at) == 0 && !is_given(work, at);
}

// "Анна Котова", "Котова Анна"; of "Вера Котова Дина" nobody can tell whose surname it is.
static bool is_client(const struct line_work *work, size_t at) {
    return is_given(work, at) &&
           ((is_surname(work, at + 1) && !is_given(work, at + 2)) ||
            (at > 0 && is_surname(work, at - 1) && !(at > 1 && is_given(work, at - 2))));
}

// Groups the words that mean masters and no service better; returns how many groups.
static size_t groups_of(struct line_work *work, struct line_group *groups[LINE_WORDS]) {
    struct line_group *last = NULL;
    size_t count = 0;

    for (size_t i = 0; i < work->count; i++) {
        const struct line_token *token = &work->tokens[i];
        const uint8_t as_master = token->taken || !token->rank ? 0 : line_best_master(work, i);
        const uint8_t as_service = as_master == 0 ? 0 : line_best_service(work, i);
        const bool forced =
            marked_as(work, i, LINE_MARK_MASTER) || marked_as(work, i, LINE_MARK_TO);
        const bool client = as_master > 0 && !forced && is_client(work, i);

        if (as_master == 0 || line_in_name(work, i))
            continue;
        if (is_initial(work, last, i)) {
            (void)join(work, last, i);
            continue;
        }
        if (short_word(token) || token->marker != LINE_MARK_NONE ||
            (as_service > 0 && as_service < as_master && !forced) ||
            (last && !client && join(work, last, i)))
            continue;
        if (as_service == as_master && !forced) {
            tell_both(work, i);
            continue;
        }
        groups[count] = group_of(work, i, forced);
        groups[count]->client = client;
        last = client ? last : groups[count];
        count++;
    }
    return count;
}

static const char *first_text(const struct line_work *work, const struct line_group *group) {
    return work->tokens[group->tokens[0]].text;
}

static void take_all(struct line_work *work, const struct line_group *group, enum line_role role) {
    for (size_t i = 0; i < group->count; i++)
        line_take(work, group->tokens[i], role);
}

static bool after_phone(const struct line_work *work, const struct line_group *group) {
    return group->tokens[0] > 0 && work->tokens[group->tokens[0] - 1].role == LINE_PHONE;
}

// “text”: the client, or the master?
static void ask_which(struct line_work *work, const struct line_group *group, char *question) {
    const char *text = first_text(work, group);
    struct line_trouble *trouble = NULL;

    take_all(work, group, LINE_AMBIGUOUS);
    trouble = line_trouble_add(work, LINE_TWO_MEANINGS, group->tokens[0], question);
    line_choice_add(trouble, memory_printf(work->draft, _("%s is the client"), text),
                    memory_printf(work->draft, "%s %s", _("name"), text));
    line_choice_add(trouble, memory_printf(work->draft, _("%s is the master"), text),
                    memory_printf(work->draft, "%s %s", _("master"), text));
}

// Of several masters one may be the client: who has a surname of her own, who follows the phone, or
// whom nobody called master.
static struct line_group *choose_group(struct line_work *work, struct line_group **groups,
                                       size_t count) {
    struct line_group *master = NULL, *other = NULL;
    size_t forced = 0, plain = 0;

    for (size_t i = 0; i < count; i++) {
        forced += groups[i]->forced;
        plain += !groups[i]->client;
    }
    for (size_t i = 0; i < count; i++) {
        const size_t among = plain > 0 ? plain : count;

        if (forced > 0
                ? !groups[i]->forced
                : (plain > 0 && groups[i]->client) || (among > 1 && after_phone(work, groups[i])))
            continue;
        other = master ? groups[i] : NULL;
        master = master ? master : groups[i];
    }
    if (master && other)
        ask_which(work, other,
                  memory_printf(work->draft, _("“%s” and “%s”: which of them is the client?"),
                                first_text(work, master), first_text(work, other)));
    return master;
}

// A word that no other may be the name of the client instead of.
static bool name_elsewhere(const struct line_work *work) {
    for (size_t i = 0; i < work->count; i++)
        if (!work->tokens[i].taken && work->tokens[i].letters &&
            work->tokens[i].marker == LINE_MARK_NONE &&
            (line_in_name(work, i) || !work->tokens[i].rank || line_best_service(work, i) == 0))
            return true;
    return false;
}

static bool is_known(const struct line_work *work) {
    for (size_t i = 0; i < work->context->known_count; i++)
        if (strcmp(work->context->known[i].phone, work->draft->phone) == 0)
            return true;
    return false;
}

// "… 9161234567 Анна": the client's name stands there, and Анна works here.
static bool master_or_client(struct line_work *work, const struct line_group *group) {
    if (group->forced || !after_phone(work, group) || work->draft->walk_in || is_known(work) ||
        (!group->client && name_elsewhere(work)))
        return false;
    ask_which(
        work, group,
        memory_printf(work->draft, _("“%s”: the client, or the master?"), first_text(work, group)));
    return true;
}

void line_find_master(struct line_work *work) {
    struct line_group *groups[LINE_WORDS];
    const size_t count = groups_of(work, groups);
    struct line_group *group = choose_group(work, groups, count);

    for (size_t i = 0; group && i < group->count; i++)
        line_take_name(work, group->tokens[i], LINE_MASTER,
                       line_best_master(work, group->tokens[i]));
    // The others are names; a word that is a service, too, is not looked at again.
    for (size_t g = 0; g < count; g++)
        if (groups[g] != group && work->tokens[groups[g]->tokens[0]].role != LINE_AMBIGUOUS)
            take_all(work, groups[g], LINE_NAME);
    if (group && !master_or_client(work, group))
        work->masters = group;
}

// ---- the client

static bool lower_case(uint32_t code) {
    return (code >= 'a' && code <= 'z') || (code >= 0x430 && code <= 0x45F);
}

// "анна-мария" as "Анна-Мария"; what has a capital already stays as it is.
static char *capitalised(TALLOC_CTX *ctx, const char *word) {
    char *out = memory_strdup(ctx, ""), letter[5];
    uint32_t code = 0;
    bool first = true;

    for (const char *at = word; *at != '\0';) {
        at += zp_text_decode(at, &code);
        if (code != '-' && code != '\'' && !lower_case(code))
            return memory_strdup(ctx, word);
        if (first && lower_case(code))
            code -= code >= 0x450 ? 0x50 : 0x20;
        (void)zp_text_encode(code, letter);
        out = memory_must(talloc_strdup_append(out, letter));
        first = code == '-';
    }
    return out;
}

// A name typed under the wrong layout is repaired where the rest of the line was, or where only
// that way it is a name.
static char *spelled(const struct line_work *work, const struct line_token *token) {
    const struct zp_text_query *reading = token->readings[token->reading_count - 1];
    const bool whole_line = work->other_layout && !work->as_typed;
    const bool known =
        !line_is_given_name(reading->as_typed) && line_is_given_name(reading->other_layout);
    char *raw = zp_text_clean(work->tokens, work->source + token->at, token->size, LINE_BYTES);

    if (!whole_line && !known)
        return capitalised(work->draft, token->text);
    return capitalised(work->draft, zp_text_other_layout(work->tokens, raw));
}

static void add_name(struct line_work *work, size_t at) {
    struct line_draft *draft = work->draft;
    const char *word = spelled(work, &work->tokens[at]);

    line_take(work, at, LINE_NAME);
    draft->name = draft->name[0] ? memory_printf(draft, "%s %s", draft->name, word)
                                 : memory_strdup(draft, word);
}

void line_find_client(struct line_work *work) {
    struct line_draft *draft = work->draft;

    for (size_t i = 0; i < work->count; i++) {
        const struct line_token *token = &work->tokens[i];

        if (token->taken ? token->role == LINE_NAME
                         : token->letters && token->marker == LINE_MARK_NONE)
            add_name(work, i);
        else if (!token->taken && token->marker != LINE_MARK_NONE)
            line_take(work, i, LINE_FILLER);
    }
    for (size_t i = 0; i < work->context->known_count && draft->phone[0] && !draft->name[0]; i++) {
        const struct zp_client *client = &work->context->known[i];

        if (strcmp(client->phone, draft->phone) == 0 && client->name && client->name[0]) {
            draft->name = zp_text_clean(draft, client->name, SIZE_MAX, LINE_BYTES);
            draft->name_known = true;
        }
    }
}
