// The manager's hands: verbs of DIR/control that act on the portal as its own screens would.
#include "practice/portal_internal.h"

#include <inttypes.h>
#include <zapis/i18n.h>

#define MOST_BURST   1000000
#define MOST_SECONDS 86400

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
    N_("contact-merge INTO FROM    the manager merges two contacts"),
    N_("contact-delete ID          the manager deletes a contact"),
    N_("deal-product ID NAME PRICE the manager adds a product row to a deal"),
    N_("stage-rename STAGE NAME    the owner renames a stage or a source"),
    N_("field-add NAME TYPE [mandatory]  the owner adds a user field to deals and leads"),
    N_("source-delete ID           the owner removes a source from the directory"),
    N_("field-delete NAME          the owner removes a user field of deals and leads"),
    N_("persona admin|clerk        whose webhook it is"),
    N_("plan lapsed|paid           the portal's plan has no REST, or has it again"),
    N_("revoke [undo]              the webhook stops working, or works again"),
    N_("oauth install|expire|remove  a local application: its keys; its token ends; it goes"),
    N_("operating                  working time of every method, and what is blocked"),
    N_("operating over             as if ten minutes had gone"),
    N_("set operating SECONDS      the limit of working time (a real portal: 480)"),
    N_("set cost METHOD SECONDS    what one call of a method is said to take"),
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
    if (row->imported)
        zp_json_add_bool(object, "IMPORTED", true);
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

static bool contact_merge(struct hand *hand, int type) {
    struct zp__portal_row *into = named_row(hand, type);
    struct zp__portal_row *from =
        zp__portal_row_find(hand->portal, type, strtoll(hand->argv[2], NULL, 10));
    if (into == NULL)
        return false;
    if (from == NULL || from == into)
        return wrong(hand, _("Name two different contacts that exist."));
    zp__portal_merge(hand->portal, into, from);
    put_row(hand, hand->answer, "contact", into, false);
    return true;
}

static bool deal_product(struct hand *hand, int type) {
    struct zp__portal_row *row = named_row(hand, type);
    char *money = NULL;
    if (row == NULL)
        return false;
    if (zp__portal_canon(hand->portal, hand->ctx, ZP_PORTAL_MONEY,
                         zp__php_new_string(hand->ctx, hand->argv[3]), false,
                         &money) == ZP_PORTAL_UNREADABLE)
        return wrong(hand, _("That value does not fit the field."));
    zp__portal_product_add(
        hand->portal, row,
        &(struct zp__portal_product){.name = zp__portal_dup(hand->ctx, hand->argv[2]),
                                     .price_minor = zp__portal_minor(money)});
    put_row(hand, hand->answer, "deal", row, false);
    return true;
}

static bool stage_rename(struct hand *hand, int type) {
    (void)type;
    size_t renamed = 0;
    for (size_t i = 0; i < hand->portal->status_count; i++) {
        struct zp__portal_status *status = hand->portal->statuses[i];
        if (strcmp(status->status_id, hand->argv[1]) != 0)
            continue;
        status->name = zp__portal_dup(status, hand->argv[2]);
        renamed++;
    }
    return renamed > 0 ? done(hand) : wrong(hand, _("There is no such stage or source."));
}

static bool field_add(struct hand *hand, int type) {
    static const int types[] = {ZP_PORTAL_DEAL, ZP_PORTAL_LEAD};
    (void)type;
    bool mandatory = hand->argc == 4 && strcmp(hand->argv[3], "mandatory") == 0;
    if (hand->argc == 4 && !mandatory)
        return wrong(hand, _("Say field-add NAME TYPE, or field-add NAME TYPE mandatory."));
    for (size_t i = 0; i < 2; i++) {
        if (strncmp(hand->argv[1], "UF_CRM_", 7) != 0 ||
            zp__portal_uf_find(hand->portal, types[i], hand->argv[1]) != NULL)
            return wrong(hand, _("A new field needs a name of its own that begins with UF_CRM_."));
    }
    for (size_t i = 0; i < 2; i++) {
        struct zp__portal_uf *uf =
            zp__portal_uf_new(hand->portal, types[i], hand->argv[1], hand->argv[2], hand->argv[1]);
        uf->mandatory = mandatory;
        zp__php_put_string(uf->record, "MANDATORY", mandatory ? "Y" : "N");
    }
    return done(hand);
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

static bool oauth(struct hand *hand, int type) {
    (void)type;
    struct zp__portal_application *app = &hand->portal->application;
    if (strcmp(hand->argv[1], "install") == 0) {
        zp__portal_oauth_install(hand->portal);
        zp_json_add_string(hand->answer, "client_id", app->id);
        zp_json_add_string(hand->answer, "client_secret", app->secret);
        zp_json_add_string(hand->answer, "code", app->code);
    } else if (strcmp(hand->argv[1], "expire") == 0) {
        app->expires_at = 0;
    } else if (strcmp(hand->argv[1], "remove") == 0) {
        zp__portal_oauth_remove(hand->portal);
    } else {
        return wrong(hand, _("Say oauth install, oauth expire or oauth remove."));
    }
    return done(hand);
}

static bool operating(struct hand *hand, int type) {
    (void)type;
    if (hand->argc == 2) {
        if (strcmp(hand->argv[1], "over") != 0)
            return wrong(hand, _("Say operating, or operating over."));
        zp__portal_rest_over(hand->portal);
        return done(hand);
    }
    struct zp_json *methods = zp_json_add_array(hand->answer, "operating");
    for (size_t i = 0; i < hand->portal->work_count; i++) {
        const char *method = hand->portal->works[i].method;
        int64_t reset_at;
        double worked_s = zp__portal_worked_s(hand->portal, method, &reset_at);
        char shown[32];
        snprintf(shown, sizeof shown, "%.3f", worked_s);
        struct zp_json *one = zp_json_add_object(methods, NULL);
        zp_json_add_string(one, "method", method);
        zp_json_add_number_text(one, "seconds", shown);
        zp_json_add_int(one, "reset_at", reset_at);
        zp_json_add_bool(one, "blocked", !zp__portal_may_work(hand->portal, method));
    }
    return true;
}

static bool set_seconds(struct hand *hand, const char *text, double *out) {
    char *end;
    *out = strtod(text, &end);
    if (end == text || *end != '\0' || !(*out >= 0 && *out <= MOST_SECONDS))
        return wrong(hand, _("Give seconds from 0 to 86400."));
    return true;
}

static bool set_operating(struct hand *hand) {
    double seconds;
    if (hand->argc != 3)
        return wrong(hand, _("Say set operating SECONDS, as in set operating 480."));
    if (!set_seconds(hand, hand->argv[2], &seconds))
        return false;
    hand->portal->operating_limit_s = seconds;
    return done(hand);
}

static bool set_cost(struct hand *hand) {
    double seconds;
    if (hand->argc != 4)
        return wrong(hand, _("Say set cost METHOD SECONDS, as in set cost crm.item.list 100."));
    if (!set_seconds(hand, hand->argv[3], &seconds))
        return false;
    zp__portal_work_cost(hand->portal, hand->argv[2], seconds);
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
    if (strcmp(key, "operating") == 0)
        return set_operating(hand);
    if (strcmp(key, "cost") == 0)
        return set_cost(hand);
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
        {"contact-merge", 3, 3, contact_merge, ZP_PORTAL_CONTACT},
        {"contact-delete", 2, 2, remove_one, ZP_PORTAL_CONTACT},
        {"deal-product", 4, 4, deal_product, ZP_PORTAL_DEAL},
        {"stage-rename", 3, 3, stage_rename, 0},
        {"field-add", 3, 4, field_add, 0},
        {"source-delete", 2, 2, source_delete, 0},
        {"field-delete", 2, 2, field_delete, 0},
        {"persona", 2, 2, persona, 0},
        {"plan", 2, 2, plan, 0},
        {"revoke", 1, 2, revoke, 0},
        {"oauth", 2, 2, oauth, 0},
        {"operating", 1, 2, operating, 0},
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
