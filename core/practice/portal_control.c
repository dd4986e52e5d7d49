// The manager's hands: verbs of DIR/control that act on the portal as its own screens would.
#include "practice/portal_internal.h"

#include <inttypes.h>
#include <zapis/i18n.h>

#define MOST_BURST 1000000

const char *const zp__portal_control_help[] = {
    N_("deals                      every deal in the CRM"),
    N_("deal ID                    one deal, with its contacts and comments"),
    N_("leads, lead ID             the same for leads"),
    N_("contacts, contact ID       the same for contacts"),
    N_("comments                   what was written under deals, leads and contacts"),
    N_("deal-move ID STAGE         the manager moves a deal (C1:LOSE, WON, …)"),
    N_("lead-move ID STATUS        the manager moves a lead (JUNK, IN_PROCESS, …)"),
    N_("deal-edit ID FIELD VALUE   the manager edits a field of a deal"),
    N_("deal-funnel ID N           the manager moves a deal to another funnel"),
    N_("deal-delete ID             the manager deletes a deal"),
    N_("contact-add NAME PHONE     the manager adds a contact"),
    N_("source-delete ID           the owner removes a source from the directory"),
    N_("field-delete NAME          the owner removes a user field of deals and leads"),
    N_("persona admin|clerk        whose webhook it is"),
    N_("plan lapsed|paid           the portal's plan has no REST, or has it again"),
    N_("revoke [undo]              the webhook stops working, or works again"),
    N_("set rate BURST PER_SECOND  the request limit (a real portal: 50 2)"),
    N_("set lang ru|en             language of error texts"),
    N_("set mode 1|2               CRM with leads, or without"),
    N_("set uf-length 50|20        longest name of a user field"),
    N_("set legacy-only on|off     an old portal without crm.item.*"),
    N_("set mandatory on|off       mandatory user fields are enforced"),
    N_("set close-date on|off      a final stage sets CLOSEDATE to today"),
    N_("set time full|short        all keys of `time`, or those of an old portal"),
    NULL,
};

struct hand { // one verb being carried out
    struct zp__portal *portal;
    TALLOC_CTX *ctx;
    int argc;
    const char *const *argv;
    struct zp_json *answer;
    struct zp_error *err;
};
typedef bool (*hand_fn)(struct hand *hand, int type);

static bool wrong(struct hand *hand, const char *text) {
    return zp_error_set(hand->err, ZP_E_USAGE, NULL, "%s", text);
}

static bool done(struct hand *hand) {
    zp_json_add_bool(hand->answer, "done", true);
    zp__portal_touched(hand->portal);
    return true;
}

// ---- looking

static void put_notes(struct hand *hand, struct zp_json *into, const struct zp__portal_row *row) {
    struct zp_json *notes = zp_json_add_array(into, "comments");
    for (size_t i = 0; i < hand->portal->note_count; i++) {
        const struct zp__portal_note *note = hand->portal->notes[i];
        if (row != NULL && (note->owner != row->id || note->type != row->entity->type))
            continue;
        char created[ZP_INSTANT_SIZE];
        zp_instant_format(hand->portal->zone, note->created_at, created);
        struct zp_json *shown = zp_json_add_object(notes, NULL);
        zp_json_add_int(shown, "id", note->id);
        zp_json_add_string(shown, "kind", note->todo ? "todo" : "comment");
        zp_json_add_string(shown, "entity", zp__portal_entity((int)note->type)->word);
        zp_json_add_int(shown, "entity_id", note->owner);
        zp_json_add_string(shown, "created_at", created);
        zp_json_add_string(shown, "text", note->text);
    }
}

static void put_row(struct hand *hand, struct zp_json *into, const char *key,
                    const struct zp__portal_row *row, bool whole) {
    struct zp__php *shown = zp__portal_legacy_row(hand->portal, hand->ctx, row);
    struct zp_json *object = zp_json_add_object(into, key);
    for (size_t i = 0; i < shown->count; i++)
        zp__php_to_json(object, shown->items[i]->key, shown->items[i]);
    if (row->entity->contacts) {
        struct zp_json *contacts = zp_json_add_array(object, "CONTACT_IDS");
        for (size_t i = 0; i < row->contact_count; i++)
            zp_json_add_int(contacts, NULL, row->contacts[i]);
    }
    if (whole)
        put_notes(hand, object, row);
}

static bool show_all(struct hand *hand, int type) {
    const struct zp__portal_rows *rows = &hand->portal->rows[type];
    struct zp_json *array = zp_json_add_array(hand->answer, hand->argv[0]);
    for (size_t i = 0; i < rows->count; i++)
        put_row(hand, array, NULL, rows->items[i], false);
    return true;
}

static struct zp__portal_row *named_row(struct hand *hand, int type) {
    int64_t id = strtoll(hand->argv[1], NULL, 10);
    struct zp__portal_row *row = zp__portal_row_find(hand->portal, type, id);
    if (row == NULL)
        zp_error_set(hand->err, ZP_E_NOT_FOUND, NULL, _("There is no %s %s in the practice CRM."),
                     zp__portal_entity(type)->word, hand->argv[1]);
    return row;
}

static bool show_one(struct hand *hand, int type) {
    struct zp__portal_row *row = named_row(hand, type);
    if (row != NULL)
        put_row(hand, hand->answer, hand->argv[0], row, true);
    return row != NULL;
}

static bool show_comments(struct hand *hand, int type) {
    (void)type;
    put_notes(hand, hand->answer, NULL);
    return true;
}

// ---- doing

static bool apply(struct hand *hand, struct zp__portal_row *row, struct zp__portal_change *change) {
    zp__portal_update(hand->portal, row, change, true, ZP_PORTAL_COLLEAGUE);
    put_row(hand, hand->answer, row->entity->word, row, false);
    return true;
}

static bool move(struct hand *hand, int type) {
    struct zp__portal_row *row = named_row(hand, type);
    if (row == NULL)
        return false;
    const char *directory =
        zp__portal_stage_directory(hand->ctx, type, zp__portal_category_of(row));
    if (zp__portal_status_find(hand->portal, directory, hand->argv[2]) == NULL)
        return wrong(hand, _("That stage is not one of the funnel the deal or lead is in."));
    struct zp__portal_change *change = zp__portal_change_new(hand->ctx, row->entity);
    zp__portal_change_set(change, row->entity->stage, hand->argv[2]);
    return apply(hand, row, change);
}

static bool edit(struct hand *hand, int type) {
    struct zp__portal_row *row = named_row(hand, type);
    if (row == NULL)
        return false;
    struct zp__portal_change *change = zp__portal_change_new(hand->ctx, row->entity);
    struct zp__php *given = zp__php_new_string(hand->ctx, hand->argv[3]);
    int at = zp__portal_field_find(row->entity, hand->argv[2], false);
    const struct zp__portal_uf *uf = zp__portal_uf_find(hand->portal, type, hand->argv[2]);
    char *value = NULL;
    bool system = at >= 0 && row->entity->fields[at].flags == 0 &&
                  strcmp(hand->argv[2], row->entity->stage) != 0;
    bool blank_off = at >= 0 && row->entity->fields[at].flags == ZP_PORTAL_BLANK_OFF;
    if (!system && !blank_off && uf == NULL)
        return wrong(hand, _("A manager cannot edit that field. Give its name in capitals, as "
                             "deal ID shows it."));
    enum zp__portal_kind kind =
        uf != NULL ? zp__portal_uf_kind(uf->user_type) : row->entity->fields[at].kind;
    if (zp__portal_canon(hand->portal, hand->ctx, kind, given, false, &value) ==
        ZP_PORTAL_UNREADABLE)
        return wrong(hand, _("That value does not fit the field."));
    if (uf == NULL) {
        zp__portal_change_set(change, hand->argv[2], value);
    } else {
        char **values = zp__portal_need(talloc_array(change, char *, 1));
        values[0] = value;
        zp__portal_change_uf(change, uf, values, value == NULL ? 0 : 1);
    }
    return apply(hand, row, change);
}

static bool funnel(struct hand *hand, int type) {
    struct zp__portal_row *row = named_row(hand, type);
    if (row == NULL)
        return false;
    int64_t category = strtoll(hand->argv[2], NULL, 10);
    if (zp__portal_category_find(hand->portal, category) == NULL)
        return wrong(hand, _("There is no such funnel. The practice CRM has 0, 1 and 5."));
    const char *directory = zp__portal_stage_directory(hand->ctx, type, category);
    struct zp__portal_change *change = zp__portal_change_new(hand->ctx, row->entity);
    zp__portal_change_set(change, "CATEGORY_ID", hand->argv[2]);
    zp__portal_change_set(change, "STAGE_ID",
                          zp__portal_status_first(hand->portal, directory)->status_id);
    return apply(hand, row, change);
}

static bool remove_one(struct hand *hand, int type) {
    struct zp__portal_row *row = named_row(hand, type);
    if (row == NULL)
        return false;
    zp__portal_delete(hand->portal, row);
    return done(hand);
}

static bool contact_add(struct hand *hand, int type) {
    struct zp__portal_change *change = zp__portal_change_new(hand->ctx, zp__portal_entity(type));
    zp__portal_change_set(change, "NAME", hand->argv[1]);
    zp__portal_change_multi(
        change, &(struct zp__portal_multi_change){0, "PHONE", "WORK", hand->argv[2], false});
    struct zp__portal_row *row = zp__portal_create(hand->portal, type, change);
    put_row(hand, hand->answer, "contact", row, false);
    return true;
}

static bool source_delete(struct hand *hand, int type) {
    (void)type;
    struct zp__portal *portal = hand->portal;
    struct zp__portal_status *status = zp__portal_status_find(portal, "SOURCE", hand->argv[1]);
    if (status == NULL)
        return wrong(hand, _("There is no such source."));
    size_t at = 0;
    while (portal->statuses[at] != status)
        at++;
    portal->status_count--;
    for (; at < portal->status_count; at++)
        portal->statuses[at] = portal->statuses[at + 1];
    talloc_free(status);
    return done(hand);
}

static bool field_delete(struct hand *hand, int type) {
    (void)type;
    struct zp__portal *portal = hand->portal;
    size_t kept = 0, before = portal->uf_count;
    for (size_t i = 0; i < before; i++) {
        if (strcmp(portal->ufs[i]->name, hand->argv[1]) == 0)
            talloc_free(portal->ufs[i]);
        else
            portal->ufs[kept++] = portal->ufs[i];
    }
    portal->uf_count = kept;
    return kept < before ? done(hand) : wrong(hand, _("There is no such user field."));
}

static bool choose(struct hand *hand, const char *given, const char *no, const char *yes,
                   bool *out) {
    if (strcmp(given, no) != 0 && strcmp(given, yes) != 0)
        return zp_error_set(hand->err, ZP_E_USAGE, NULL, _("Say %s or %s."), no, yes);
    *out = strcmp(given, yes) == 0;
    return done(hand);
}

static bool persona(struct hand *hand, int type) {
    (void)type;
    return choose(hand, hand->argv[1], "admin", "clerk", &hand->portal->clerk);
}

static bool plan(struct hand *hand, int type) {
    (void)type;
    return choose(hand, hand->argv[1], "paid", "lapsed", &hand->portal->lapsed);
}

static bool revoke(struct hand *hand, int type) {
    (void)type;
    if (hand->argc == 1) {
        hand->portal->revoked = true;
        return done(hand);
    }
    if (strcmp(hand->argv[1], "undo") != 0)
        return wrong(hand, _("Say revoke, or revoke undo."));
    hand->portal->revoked = false;
    return done(hand);
}

static bool set_rate(struct hand *hand) {
    if (hand->argc != 4)
        return wrong(hand, _("Say set rate BURST PER_SECOND, as in set rate 50 2."));
    int64_t burst = strtoll(hand->argv[2], NULL, 10);
    double per_second = strtod(hand->argv[3], NULL);
    if (burst < 1 || burst > MOST_BURST || per_second < 0 || per_second > MOST_BURST)
        return wrong(hand, _("The request limit needs a burst of 1 or more."));
    hand->portal->rate_burst = (double)burst;
    hand->portal->rate_per_second = per_second;
    hand->portal->bucket_count = 0;
    return done(hand);
}

static bool set_number(struct hand *hand, int low, int high, int *out) {
    int64_t number = strtoll(hand->argv[2], NULL, 10);
    if (number < low || number > high)
        return zp_error_set(hand->err, ZP_E_USAGE, NULL, _("Give a number from %d to %d."), low,
                            high);
    *out = (int)number;
    return done(hand);
}

static bool set(struct hand *hand, int type) {
    (void)type;
    struct zp__portal *portal = hand->portal;
    const struct {
        const char *key, *no, *yes;
        bool *out;
    } switches[] = {
        {"lang", "en", "ru", &portal->russian},
        {"legacy-only", "off", "on", &portal->legacy_only},
        {"mandatory", "off", "on", &portal->mandatory},
        {"close-date", "off", "on", &portal->close_today},
        {"time", "full", "short", &portal->short_time},
    };
    const char *key = hand->argv[1];
    if (strcmp(key, "rate") == 0)
        return set_rate(hand);
    if (strcmp(key, "mode") == 0)
        return set_number(hand, 1, 2, &portal->mode);
    if (strcmp(key, "uf-length") == 0)
        return set_number(hand, 8, 50, &portal->uf_length);
    for (size_t i = 0; i < sizeof switches / sizeof switches[0]; i++) {
        if (strcmp(key, switches[i].key) == 0)
            return choose(hand, hand->argv[2], switches[i].no, switches[i].yes, switches[i].out);
    }
    zp_error_clear(hand->err); // a setting of somebody else's
    return false;
}

bool zp__portal_control(struct zp__portal *portal, TALLOC_CTX *ctx, int argc,
                        const char *const *argv, struct zp_json *answer, struct zp_error *err) {
    static const struct {
        const char *verb;
        int least, most; // words, the verb included
        hand_fn fn;
        int type;
    } verbs[] = {
        {"deals", 1, 1, show_all, ZP_PORTAL_DEAL},
        {"deal", 2, 2, show_one, ZP_PORTAL_DEAL},
        {"leads", 1, 1, show_all, ZP_PORTAL_LEAD},
        {"lead", 2, 2, show_one, ZP_PORTAL_LEAD},
        {"contacts", 1, 1, show_all, ZP_PORTAL_CONTACT},
        {"contact", 2, 2, show_one, ZP_PORTAL_CONTACT},
        {"comments", 1, 1, show_comments, 0},
        {"deal-move", 3, 3, move, ZP_PORTAL_DEAL},
        {"lead-move", 3, 3, move, ZP_PORTAL_LEAD},
        {"deal-edit", 4, 4, edit, ZP_PORTAL_DEAL},
        {"deal-funnel", 3, 3, funnel, ZP_PORTAL_DEAL},
        {"deal-delete", 2, 2, remove_one, ZP_PORTAL_DEAL},
        {"contact-add", 3, 3, contact_add, ZP_PORTAL_CONTACT},
        {"source-delete", 2, 2, source_delete, 0},
        {"field-delete", 2, 2, field_delete, 0},
        {"persona", 2, 2, persona, 0},
        {"plan", 2, 2, plan, 0},
        {"revoke", 1, 2, revoke, 0},
        {"set", 3, 4, set, 0},
    };
    struct hand hand = {portal, ctx, argc, argv, answer, err};
    zp_error_clear(err);
    for (size_t i = 0; argc > 0 && i < sizeof verbs / sizeof verbs[0]; i++) {
        if (strcmp(argv[0], verbs[i].verb) != 0)
            continue;
        if (argc < verbs[i].least || argc > verbs[i].most)
            return zp_error_set(err, ZP_E_USAGE, NULL,
                                _("%s has the wrong number of words after it; see zapis "
                                  "practice --help."),
                                argv[0]);
        return verbs[i].fn(&hand, verbs[i].type);
    }
    return false;
}
