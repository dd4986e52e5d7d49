// The manager's hands: verbs of DIR/control that act on the portal as its own screens would.
#include "practice/portal_control.h"

#include <inttypes.h>
#include <zapis/i18n.h>

const char *const zp__portal_control_help[] = {
    N_("deals                      every deal in the CRM"),
    N_("deal ID                    one deal, with its contacts and comments"),
    N_("leads, lead ID             the same for leads"),
    N_("contacts, contact ID       the same for contacts"),
    N_("comments                   what was written under deals, leads and contacts"),
    N_("   ID                      of a deal or lead also @BOOKING: the one of that booking"),
    N_("deal-move ID STAGE         the manager moves a deal (C1:LOSE, WON, …)"),
    N_("lead-move ID STATUS        the manager moves a lead (JUNK, IN_PROCESS, …)"),
    N_("deals-fail ID… | --all | --past"),
    N_("                           many deals at once to the first failure stage of their funnel;"),
    N_("                           --all: every open one; --past: those whose visit is over"),
    N_("leads-fail ID… | --all | --past  the same for leads"),
    N_("deal-win ID                to the success stage"),
    N_("deal-reopen ID, lead-reopen ID  back to the first stage"),
    N_("deal-edit ID FIELD VALUE   the manager edits a field of a deal; lead-edit: of a lead"),
    N_("deal-funnel ID N           the manager moves a deal to another funnel"),
    N_("deal-delete ID, lead-delete ID  the manager deletes a deal, a lead"),
    N_("contact-add NAME PHONE     the manager adds a contact"),
    N_("contact-merge INTO FROM    the manager merges two contacts"),
    N_("contact-delete ID          the manager deletes a contact"),
    N_("deal-product ID NAME PRICE the manager adds a product row to a deal"),
    N_("stage-rename STAGE NAME    the owner renames a stage or a source"),
    N_("field-add NAME TYPE [mandatory]  the owner adds a user field to deals and leads"),
    N_("source-delete ID           the owner removes a source from the directory"),
    N_("field-delete NAME          the owner removes a user field of deals and leads"),
    N_("persona admin|clerk|outsider  whose webhook it is; an outsider reads no deal and no lead"),
    N_("plan lapsed|paid           the portal's plan has no REST, or has it again"),
    N_("revoke [undo]              the webhook stops working, or works again"),
    N_("oauth install|expire|remove  a local application: its keys; its token ends; it goes"),
    N_("operating                  working time of every method, and what is blocked"),
    N_("operating over             as if ten minutes had gone"),
    N_("set operating SECONDS      the limit of working time (a real portal: 480)"),
    N_("set cost METHOD SECONDS    what one call of a method is said to take"),
    N_("set rate BURST PER_SECOND  the request limit (a real portal: 50 2)"),
    N_("set events on|off          the outgoing webhook: ONCRMDEALUPDATE and its like"),
    N_("set events-delay MS        how late events and robots go out"),
    N_("set robot on|off           a robot on every failure stage calls our side"),
    N_("set lang ru|en             language of error texts"),
    N_("set mode 1|2               CRM with leads, or without"),
    N_("set uf-length 50|20        longest name of a user field"),
    N_("set legacy-only on|off     an old portal without crm.item.*"),
    N_("set mandatory on|off       mandatory user fields are enforced"),
    N_("set close-date on|off      a final stage sets CLOSEDATE to today"),
    N_("set time full|short        all keys of `time`, or those of an old portal"),
    NULL,
};

bool zp__portal_hand_wrong(struct zp__portal_hand *hand, const char *text) {
    return zp_error_set(hand->err, ZP_E_USAGE, NULL, "%s", text);
}

bool zp__portal_hand_done(struct zp__portal_hand *hand) {
    zp_json_add_bool(hand->answer, "done", true);
    zp__portal_touched(hand->portal);
    return true;
}

// ---- looking

static void put_notes(struct zp__portal_hand *hand, struct zp_json *into,
                      const struct zp__portal_row *row) {
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

static void put_row(struct zp__portal_hand *hand, struct zp_json *into, const char *key,
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

static bool show_all(struct zp__portal_hand *hand, int type) {
    const struct zp__portal_rows *rows = &hand->portal->rows[type];
    struct zp_json *array = zp_json_add_array(hand->answer, hand->argv[0]);
    for (size_t i = 0; i < rows->count; i++)
        put_row(hand, array, NULL, rows->items[i], false);
    return true;
}

// The newest deal or lead that carries a booking number.
static struct zp__portal_row *row_of_booking(const struct zp__portal *portal, int type,
                                             const char *booking) {
    const struct zp__portal_rows *rows = &portal->rows[type];
    for (size_t i = rows->count; i > 0; i--) {
        struct zp__portal_row *row = rows->items[i - 1];
        const char *origin = zp__portal_get(row, "ORIGIN_ID");
        const struct zp__portal_uf *uf = zp__portal_uf_find(portal, type, "UF_CRM_DIKIDI_ID");
        const struct zp__portal_uf_value *value = uf == NULL ? NULL : zp__portal_uf_value(row, uf);
        bool in_field = value != NULL && value->count > 0 && strcmp(value->values[0], booking) == 0;
        if (in_field || (origin != NULL && strcmp(origin, booking) == 0))
            return row;
    }
    return NULL;
}

// "71", or "@852900123": the one of that booking.
static struct zp__portal_row *find_named(struct zp__portal_hand *hand, int type, const char *name) {
    struct zp__portal_row *row =
        name[0] == '@' ? row_of_booking(hand->portal, type, name + 1)
                       : zp__portal_row_find(hand->portal, type, strtoll(name, NULL, 10));
    if (row == NULL)
        zp_error_set(hand->err, ZP_E_NOT_FOUND, NULL, _("There is no %s %s in the practice CRM."),
                     zp__portal_entity(type)->word, name);
    return row;
}

static struct zp__portal_row *named_row(struct zp__portal_hand *hand, int type) {
    return find_named(hand, type, hand->argv[1]);
}

static bool show_one(struct zp__portal_hand *hand, int type) {
    struct zp__portal_row *row = named_row(hand, type);
    if (row != NULL)
        put_row(hand, hand->answer, hand->argv[0], row, true);
    return row != NULL;
}

static bool show_comments(struct zp__portal_hand *hand, int type) {
    (void)type;
    put_notes(hand, hand->answer, NULL);
    return true;
}

// ---- doing

static bool apply(struct zp__portal_hand *hand, struct zp__portal_row *row,
                  struct zp__portal_change *change) {
    zp__portal_update(hand->portal, row, change, true, ZP_PORTAL_COLLEAGUE);
    put_row(hand, hand->answer, row->entity->word, row, false);
    return true;
}

static bool move(struct zp__portal_hand *hand, int type) {
    struct zp__portal_row *row = named_row(hand, type);
    if (row == NULL)
        return false;
    const char *directory =
        zp__portal_stage_directory(hand->ctx, type, zp__portal_category_of(row));
    if (zp__portal_status_find(hand->portal, directory, hand->argv[2]) == NULL)
        return zp__portal_hand_wrong(
            hand, _("That stage is not one of the funnel the deal or lead is in."));
    struct zp__portal_change *change = zp__portal_change_new(hand->ctx, row->entity);
    zp__portal_change_set(change, row->entity->stage, hand->argv[2]);
    return apply(hand, row, change);
}

// The first stage of that meaning in the funnel a row is in.
static const char *stage_of(struct zp__portal_hand *hand, const struct zp__portal_row *row,
                            char semantic) {
    const char *directory =
        zp__portal_stage_directory(hand->ctx, (int)row->entity->type, zp__portal_category_of(row));
    const struct zp__portal_status *best = NULL;
    for (size_t i = 0; i < hand->portal->status_count; i++) {
        const struct zp__portal_status *status = hand->portal->statuses[i];
        if (strcmp(status->entity_id, directory) == 0 && status->semantics == semantic &&
            (best == NULL || status->sort < best->sort))
            best = status;
    }
    return best == NULL ? NULL : best->status_id;
}

static bool move_to(struct zp__portal_hand *hand, struct zp__portal_row *row, char semantic) {
    const char *stage = stage_of(hand, row, semantic);
    struct zp__portal_change *change = zp__portal_change_new(hand->ctx, row->entity);
    if (stage == NULL)
        return zp__portal_hand_wrong(hand, _("The funnel has no such stage."));
    zp__portal_change_set(change, row->entity->stage, stage);
    zp__portal_update(hand->portal, row, change, true, ZP_PORTAL_COLLEAGUE);
    return true;
}

static bool end_one(struct zp__portal_hand *hand, int type, char semantic) {
    struct zp__portal_row *row = named_row(hand, type);
    if (row == NULL || !move_to(hand, row, semantic))
        return false;
    put_row(hand, hand->answer, row->entity->word, row, false);
    return true;
}

static bool win(struct zp__portal_hand *hand, int type) {
    return end_one(hand, type, 'S');
}

static bool reopen(struct zp__portal_hand *hand, int type) {
    return end_one(hand, type, 'P');
}

// Whether a bulk deed takes this row: one still on its way, and with `past` its visit is over.
static bool in_bulk(struct zp__portal_hand *hand, const struct zp__portal_row *row, bool past) {
    const struct zp__portal_uf *uf =
        zp__portal_uf_find(hand->portal, (int)row->entity->type, "UF_CRM_VISIT_AT");
    const struct zp__portal_uf_value *value = uf == NULL ? NULL : zp__portal_uf_value(row, uf);
    if (zp__portal_get(row, row->entity->semantic)[0] != 'P')
        return false;
    return !past || (value != NULL && value->count > 0 &&
                     strtoll(value->values[0], NULL, 10) < zp__portal_now(hand->portal));
}

// Rows by name; or --all that are on their way; or --past, those whose visit is over.
static bool fail_many(struct zp__portal_hand *hand, int type) {
    const struct zp__portal_rows *rows = &hand->portal->rows[type];
    bool past = strcmp(hand->argv[1], "--past") == 0;
    int64_t moved = 0;
    if (past || strcmp(hand->argv[1], "--all") == 0) {
        for (size_t i = 0; i < rows->count; i++) {
            if (in_bulk(hand, rows->items[i], past))
                moved += move_to(hand, rows->items[i], 'F') ? 1 : 0;
        }
    } else {
        for (int i = 1; i < hand->argc; i++) {
            struct zp__portal_row *row = find_named(hand, type, hand->argv[i]);
            if (row == NULL || !move_to(hand, row, 'F'))
                return false;
            moved++;
        }
    }
    zp_json_add_int(hand->answer, "moved", moved);
    return true;
}

static bool edit(struct zp__portal_hand *hand, int type) {
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
        return zp__portal_hand_wrong(
            hand, _("A manager cannot edit that field. Give its name in capitals, as "
                    "deal ID shows it."));
    enum zp__portal_kind kind =
        uf != NULL ? zp__portal_uf_kind(uf->user_type) : row->entity->fields[at].kind;
    if (zp__portal_canon(hand->portal, hand->ctx, kind, given, false, &value) ==
        ZP_PORTAL_UNREADABLE)
        return zp__portal_hand_wrong(hand, _("That value does not fit the field."));
    if (uf == NULL) {
        zp__portal_change_set(change, hand->argv[2], value);
    } else {
        char **values = zp__portal_need(talloc_array(change, char *, 1));
        values[0] = value;
        zp__portal_change_uf(change, uf, values, value == NULL ? 0 : 1);
    }
    return apply(hand, row, change);
}

static bool funnel(struct zp__portal_hand *hand, int type) {
    struct zp__portal_row *row = named_row(hand, type);
    if (row == NULL)
        return false;
    int64_t category = strtoll(hand->argv[2], NULL, 10);
    if (zp__portal_category_find(hand->portal, category) == NULL)
        return zp__portal_hand_wrong(
            hand, _("There is no such funnel. The practice CRM has 0, 1 and 5."));
    const char *directory = zp__portal_stage_directory(hand->ctx, type, category);
    struct zp__portal_change *change = zp__portal_change_new(hand->ctx, row->entity);
    zp__portal_change_set(change, "CATEGORY_ID", hand->argv[2]);
    zp__portal_change_set(change, "STAGE_ID",
                          zp__portal_status_first(hand->portal, directory)->status_id);
    return apply(hand, row, change);
}

static bool remove_one(struct zp__portal_hand *hand, int type) {
    struct zp__portal_row *row = named_row(hand, type);
    if (row == NULL)
        return false;
    zp__portal_delete(hand->portal, row);
    return zp__portal_hand_done(hand);
}

static bool contact_add(struct zp__portal_hand *hand, int type) {
    struct zp__portal_change *change = zp__portal_change_new(hand->ctx, zp__portal_entity(type));
    zp__portal_change_set(change, "NAME", hand->argv[1]);
    zp__portal_change_multi(
        change, &(struct zp__portal_multi_change){0, "PHONE", "WORK", hand->argv[2], false});
    struct zp__portal_row *row = zp__portal_create(hand->portal, type, change);
    put_row(hand, hand->answer, "contact", row, false);
    return true;
}

static bool contact_merge(struct zp__portal_hand *hand, int type) {
    struct zp__portal_row *into = named_row(hand, type);
    struct zp__portal_row *from =
        zp__portal_row_find(hand->portal, type, strtoll(hand->argv[2], NULL, 10));
    if (into == NULL)
        return false;
    if (from == NULL || from == into)
        return zp__portal_hand_wrong(hand, _("Name two different contacts that exist."));
    zp__portal_merge(hand->portal, into, from);
    put_row(hand, hand->answer, "contact", into, false);
    return true;
}

static bool deal_product(struct zp__portal_hand *hand, int type) {
    struct zp__portal_row *row = named_row(hand, type);
    char *money = NULL;
    if (row == NULL)
        return false;
    if (zp__portal_canon(hand->portal, hand->ctx, ZP_PORTAL_MONEY,
                         zp__php_new_string(hand->ctx, hand->argv[3]), false,
                         &money) == ZP_PORTAL_UNREADABLE)
        return zp__portal_hand_wrong(hand, _("That value does not fit the field."));
    zp__portal_product_add(
        hand->portal, row,
        &(struct zp__portal_product){.name = zp__portal_dup(hand->ctx, hand->argv[2]),
                                     .price_minor = zp__portal_minor(money)});
    put_row(hand, hand->answer, "deal", row, false);
    return true;
}

static bool stage_rename(struct zp__portal_hand *hand, int type) {
    (void)type;
    size_t renamed = 0;
    for (size_t i = 0; i < hand->portal->status_count; i++) {
        struct zp__portal_status *status = hand->portal->statuses[i];
        if (strcmp(status->status_id, hand->argv[1]) != 0)
            continue;
        status->name = zp__portal_dup(status, hand->argv[2]);
        renamed++;
    }
    return renamed > 0 ? zp__portal_hand_done(hand)
                       : zp__portal_hand_wrong(hand, _("There is no such stage or source."));
}

static bool field_add(struct zp__portal_hand *hand, int type) {
    static const int types[] = {ZP_PORTAL_DEAL, ZP_PORTAL_LEAD};
    (void)type;
    bool mandatory = hand->argc == 4 && strcmp(hand->argv[3], "mandatory") == 0;
    if (hand->argc == 4 && !mandatory)
        return zp__portal_hand_wrong(
            hand, _("Say field-add NAME TYPE, or field-add NAME TYPE mandatory."));
    for (size_t i = 0; i < 2; i++) {
        if (strncmp(hand->argv[1], "UF_CRM_", 7) != 0 ||
            zp__portal_uf_find(hand->portal, types[i], hand->argv[1]) != NULL)
            return zp__portal_hand_wrong(
                hand, _("A new field needs a name of its own that begins with UF_CRM_."));
    }
    for (size_t i = 0; i < 2; i++) {
        struct zp__portal_uf *uf =
            zp__portal_uf_new(hand->portal, types[i], hand->argv[1], hand->argv[2], hand->argv[1]);
        uf->mandatory = mandatory;
        zp__php_put_string(uf->record, "MANDATORY", mandatory ? "Y" : "N");
    }
    return zp__portal_hand_done(hand);
}

static bool source_delete(struct zp__portal_hand *hand, int type) {
    (void)type;
    struct zp__portal *portal = hand->portal;
    struct zp__portal_status *status = zp__portal_status_find(portal, "SOURCE", hand->argv[1]);
    if (status == NULL)
        return zp__portal_hand_wrong(hand, _("There is no such source."));
    size_t at = 0;
    while (portal->statuses[at] != status)
        at++;
    portal->status_count--;
    for (; at < portal->status_count; at++)
        portal->statuses[at] = portal->statuses[at + 1];
    talloc_free(status);
    return zp__portal_hand_done(hand);
}

static bool field_delete(struct zp__portal_hand *hand, int type) {
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
    return kept < before ? zp__portal_hand_done(hand)
                         : zp__portal_hand_wrong(hand, _("There is no such user field."));
}

bool zp__portal_control(struct zp__portal *portal, TALLOC_CTX *ctx, int argc,
                        const char *const *argv, struct zp_json *answer, struct zp_error *err) {
    static const struct {
        const char *verb;
        int least, most; // words, the verb included
        zp__portal_hand_fn fn;
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
        {"deals-fail", 2, 32, fail_many, ZP_PORTAL_DEAL},
        {"leads-fail", 2, 32, fail_many, ZP_PORTAL_LEAD},
        {"deal-win", 2, 2, win, ZP_PORTAL_DEAL},
        {"deal-reopen", 2, 2, reopen, ZP_PORTAL_DEAL},
        {"lead-reopen", 2, 2, reopen, ZP_PORTAL_LEAD},
        {"lead-edit", 4, 4, edit, ZP_PORTAL_LEAD},
        {"lead-delete", 2, 2, remove_one, ZP_PORTAL_LEAD},
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
        {"persona", 2, 2, zp__portal_hand_persona, 0},
        {"plan", 2, 2, zp__portal_hand_plan, 0},
        {"revoke", 1, 2, zp__portal_hand_revoke, 0},
        {"oauth", 2, 2, zp__portal_hand_oauth, 0},
        {"operating", 1, 2, zp__portal_hand_operating, 0},
        {"set", 3, 4, zp__portal_hand_set, 0},
    };
    struct zp__portal_hand hand = {portal, ctx, argc, argv, answer, err};
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
