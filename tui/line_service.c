// The one-line booking: the services, and what service and master tell of each other.
#include "line_private.h"
#include "memory.h"
#include <string.h>
#include <zapis/i18n.h>
#include <zapis/limits.h>

#define CHOICES 9 // told of one word

// ---- choices

// Words that are read back as they stand: letters, and no marker's sign.
static bool plain(const char *name) {
    uint32_t code = 0;

    for (size_t size; (size = zp_text_decode(name, &code)) > 0; name += size)
        if (code < 0x80 && code != ' ' && code != '-' && (code | 32u) - 'a' >= 26u)
            return false;
    return true;
}

static bool alone(const struct line_entry *entries, size_t count, size_t at) {
    for (size_t i = 0; i < count; i++)
        if (i != at && strcmp(entries[i].searched->folded, entries[at].searched->folded) == 0)
            return false;
    return true;
}

void line_choose_service(struct line_trouble *trouble, const struct line_work *work,
                         size_t service) {
    const struct line_entry *entries = work->context->names->services;
    const struct line_entry *entry = &entries[service];
    const bool by_name = plain(entry->name) && alone(entries, line_services(work), service);
    char *id = memory_printf(work->draft, "id:%s", entry->id);

    if (trouble->choice_count < CHOICES)
        line_choice_add(trouble, entry->name, by_name ? entry->name : id);
}

void line_choose_master(struct line_trouble *trouble, const struct line_work *work, size_t master) {
    const struct line_entry *entries = work->context->names->masters;
    const bool by_name = alone(entries, line_masters(work), master);
    char *typed = by_name ? memory_printf(work->draft, "%s %s", _("master"), entries[master].name)
                          : memory_printf(work->draft, "id:%s", entries[master].id);

    if (trouble->choice_count < CHOICES)
        line_choice_add(trouble, entries[master].name, typed);
}

// ---- groups of words, each one service

struct groups {
    struct line_group *list[LINE_WORDS];
    size_t count;
};

static bool fits(const struct line_work *work, const struct line_group *group, size_t at) {
    for (size_t i = 0; i < line_services(work); i++)
        if (group->in[i] && line_may_be_service(work, at, i))
            return true;
    return false;
}

static void add_token(const struct line_work *work, struct line_group *group, size_t at) {
    bool had = false;

    for (size_t i = 0; i < group->count; i++)
        had = had || strcmp(line_spelling(&work->tokens[group->tokens[i]], 0),
                            line_spelling(&work->tokens[at], 0)) == 0;
    group->tokens[group->count++] = at;
    group->distinct += !had;
}

static void narrow(const struct line_work *work, struct line_group *group, size_t at) {
    for (size_t i = 0; i < line_services(work); i++)
        group->in[i] = group->in[i] && line_may_be_service(work, at, i);
    add_token(work, group, at);
}

// Of what the word may mean, what the master does; all of it where he does none.
static struct line_group *group_of(struct line_work *work, size_t at) {
    struct line_group *group = memory_new(work->tokens, struct line_group);
    bool any = false;

    group->in = memory_array(group, bool, line_services(work));
    for (size_t i = 0; i < line_services(work); i++) {
        group->in[i] = line_may_be_service(work, at, i) && line_done(work, i);
        any = any || group->in[i];
    }
    for (size_t i = 0; !any && i < line_services(work); i++)
        group->in[i] = line_may_be_service(work, at, i);
    add_token(work, group, at);
    return group;
}

static void add_word(struct line_work *work, struct groups *groups, size_t at) {
    for (size_t i = groups->count; i > 0 && !groups->list[i - 1]->closed; i--) {
        if (fits(work, groups->list[i - 1], at)) {
            narrow(work, groups->list[i - 1], at);
            return;
        }
    }
    groups->list[groups->count++] = group_of(work, at);
}

static void collect(struct line_work *work, struct groups *groups) {
    groups->count = 0;
    for (size_t i = 0; i < work->count; i++) {
        const struct line_token *token = &work->tokens[i];

        if (token->taken || line_in_name(work, i))
            continue;
        if (token->marker == LINE_MARK_PLUS && groups->count > 0)
            groups->list[groups->count - 1]->closed = true;
        else if (token->rank && line_best_service(work, i) > 0)
            add_word(work, groups, i);
    }
}

// ---- what they tell of each other

static bool does_one(const struct line_work *work, size_t master, const struct line_group *group) {
    const struct line_names *names = work->context->names;

    for (size_t i = 0; i < line_services(work); i++)
        if (group->in[i] &&
            zp_catalogue_offers(names->catalogue, names->masters[master].id, names->services[i].id))
            return true;
    return false;
}

// Of two Annas the one who does what is asked for.
static void narrow_masters(struct line_work *work, const struct groups *groups) {
    const size_t masters = line_masters(work);
    bool *left = memory_array(work->tokens, bool, masters);

    if (!work->masters)
        return;
    for (size_t i = 0; i < masters; i++) {
        left[i] = work->masters->in[i];
        for (size_t g = 0; left[i] && g < groups->count; g++)
            left[i] = does_one(work, i, groups->list[g]);
    }
    if (line_count(left, masters) > 0)
        memcpy(work->masters->in, left, masters * sizeof(left[0]));
}

static void narrow_services(const struct line_work *work, struct line_group *group) {
    const size_t services = line_services(work);
    bool *left = memory_array(work->tokens, bool, services);

    for (size_t i = 0; i < services; i++)
        left[i] = group->in[i] && line_done(work, i);
    if (line_count(left, services) > 0)
        memcpy(group->in, left, services * sizeof(left[0]));
}

// Words of two letters and more: "с" and "и" are not asked for.
static size_t words_of(const char *folded) {
    uint32_t code = 0;
    size_t words = 0, letters = 0;

    for (size_t size; (size = zp_text_decode(folded, &code)) > 0; folded += size) {
        const bool sign = code < 0x80 && (code | 32u) - 'a' >= 26u && (code < '0' || code > '9');

        letters = sign ? 0 : letters + 1;
        words += letters == 2;
    }
    return words;
}

// "укладка" is the service of this name, though "укладка феном" begins so, too.
static bool whole_name(const struct line_work *work, const struct line_group *group,
                       size_t service) {
    for (size_t i = 0; i < group->count; i++)
        if (work->tokens[group->tokens[i]].rank[service] % 2 == 0)
            return false;
    return words_of(work->context->names->services[service].searched->folded) == group->distinct;
}

static void prefer_whole_name(const struct line_work *work, struct line_group *group) {
    const size_t services = line_services(work);
    bool *left = memory_array(work->tokens, bool, services);

    for (size_t i = 0; i < services; i++)
        left[i] = group->in[i] && whole_name(work, group, i);
    if (line_count(left, services) > 0)
        memcpy(group->in, left, services * sizeof(left[0]));
}

// ---- into the draft

static bool had(const struct line_draft *draft, const char *id) {
    for (size_t i = 0; i < draft->service_count; i++)
        if (strcmp(draft->service_ids[i], id) == 0)
            return true;
    return false;
}

static void add_service(struct line_work *work, size_t token, const char *id) {
    struct line_draft *draft = work->draft;

    if (had(draft, id))
        return;
    if (draft->service_count == ZP_LIMIT_SERVICES_PER_VISIT) {
        line_trouble_add(work, LINE_TOO_MANY, token,
                         memory_printf(draft, _("A visit has at most %d services."),
                                       ZP_LIMIT_SERVICES_PER_VISIT));
        return;
    }
    draft->service_ids =
        memory_grow(draft, draft->service_ids, const char *, draft->service_count + 1);
    draft->service_ids[draft->service_count++] = id;
}

static void take_group(struct line_work *work, struct line_group *group) {
    const size_t services = line_services(work);
    struct line_trouble *trouble = NULL;
    const bool one = line_count(group->in, services) == 1;

    for (size_t i = 0; i < group->count; i++)
        line_take_name(work, group->tokens[i], one ? LINE_SERVICE : LINE_AMBIGUOUS,
                       line_best_service(work, group->tokens[i]));
    if (!one)
        trouble = line_trouble_add(work, LINE_TWO_MEANINGS, group->tokens[0],
                                   memory_printf(work->draft, _("“%s”: which of these services?"),
                                                 work->tokens[group->tokens[0]].text));
    for (size_t i = 0; i < services; i++) {
        if (!group->in[i])
            continue;
        if (one)
            add_service(work, group->tokens[0], work->context->names->services[i].id);
        else
            line_choose_service(trouble, work, i);
    }
}

static void take_master(struct line_work *work) {
    const size_t masters = line_masters(work);
    const struct line_group *group = work->masters;
    struct line_trouble *trouble = NULL;
    const bool one = group && line_count(group->in, masters) == 1;

    if (!group)
        return;
    for (size_t i = 0; one && i < masters; i++)
        if (group->in[i])
            work->draft->master_id = work->context->names->masters[i].id;
    if (one)
        return;
    for (size_t i = 0; i < group->count; i++)
        line_take(work, group->tokens[i], LINE_AMBIGUOUS);
    trouble = line_trouble_add(work, LINE_TWO_MEANINGS, group->tokens[0],
                               memory_printf(work->draft, _("“%s”: which of these masters?"),
                                             work->tokens[group->tokens[0]].text));
    for (size_t i = 0; i < masters; i++)
        if (group->in[i])
            line_choose_master(trouble, work, i);
}

static void check_done(struct line_work *work) {
    const struct line_draft *draft = work->draft;
    const struct zp_catalogue *catalogue = work->context->names->catalogue;

    for (size_t i = 0; draft->master_id && i < draft->service_count; i++)
        if (!zp_catalogue_offers(catalogue, draft->master_id, draft->service_ids[i]))
            line_trouble_add(
                work, LINE_NOT_DONE, work->masters->tokens[0],
                memory_printf(work->draft, _("%s does not do “%s”."),
                              zp_catalogue_master(catalogue, draft->master_id)->name,
                              zp_catalogue_service(catalogue, draft->service_ids[i])->name));
}

void line_find_services(struct line_work *work) {
    struct groups groups;

    if (!work->context->names)
        return;
    collect(work, &groups);
    narrow_masters(work, &groups);
    for (size_t i = 0; i < groups.count; i++) {
        narrow_services(work, groups.list[i]);
        prefer_whole_name(work, groups.list[i]);
        take_group(work, groups.list[i]);
    }
    take_master(work);
    check_done(work);
}
