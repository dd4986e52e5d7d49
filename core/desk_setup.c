// setup: creates what the CRM lacks, only if missing, only with the right; loads the catalogue.
// Each thing is listed before it is made and, when making it fails, listed again: texts are
// localised and codes are vague (bitrix24.md T26).
#include "desk_private.h"
#include <string.h>
#include <zapis/i18n.h>

struct item {
    const char *name;
    bool source; // else a field
    enum zp_crm_entity entity;
    const char *id; // source id or field name
    const char *type;
    const char *label;
};

struct setup_state {
    struct item items[5];
    size_t item_count, index;
    bool admin;
    bool tried; // the add of this item failed once; it is listed again
    struct zp_error add_error;
    bool unreachable;
    struct zp_error error; // the first failure: setup's own answer
};

static void next_item(struct zp__ask *ask);
static void list_item(struct zp__ask *ask);

static void add_step(struct zp__ask *ask, const char *name, enum zp_setup_kind kind,
                     const char *detail) {
    ask->event.steps = talloc_realloc(ask, ask->event.steps, struct zp_setup_step,
                                      (unsigned)ask->event.step_count + 1);
    ask->event.steps[ask->event.step_count++] =
        (struct zp_setup_step){.name = talloc_strdup(ask->event.steps, name),
                               .kind = kind,
                               .detail = talloc_strdup(ask->event.steps, detail)};
}

static void keep_error(struct zp__ask *ask, const struct zp_error *error) {
    struct setup_state *state = ask->state;
    if (state->error.code == ZP_OK) {
        state->error = *error;
    }
}

// Nobody tries it again but the person: what is there by then is found, not made twice.
static void fail_item(struct zp__ask *ask, const struct zp_error *error) {
    struct setup_state *state = ask->state;
    struct zp_error told = *error;
    if (error->code == ZP_E_UNKNOWN || error->code == ZP_E_LIMITED) {
        zp_error_context(&told, "%s", _("run zapis setup again in a few minutes"));
    }
    add_step(ask, state->items[state->index].name, ZP_SETUP_FAILED, told.message);
    keep_error(ask, &told);
    next_item(ask);
}

static void by_hand(struct zp__ask *ask) {
    struct setup_state *state = ask->state;
    const struct item *item = &state->items[state->index];
    struct zp_error error = {0};
    char *text =
        item->source
            ? talloc_asprintf(ask,
                              _("an administrator must add the source %s with the code %s in the "
                                "CRM's settings"),
                              item->label, item->id)
            : talloc_asprintf(
                  ask, _("an administrator must add the field %s of type %s in the CRM's settings"),
                  item->id, item->type);
    add_step(ask, item->name, ZP_SETUP_BY_HAND, text);
    zp_error_set(&error, ZP_E_DENIED, NULL, "%s", text);
    keep_error(ask, &error);
    next_item(ask);
}

static void on_item_added(const struct zp__crm_answer *answer, void *data) {
    struct zp__ask *ask = zp__ticket_heard_crm(data, answer);
    if (ask == NULL) {
        return;
    }
    struct setup_state *state = ask->state;
    state->tried = true;
    state->add_error = answer->error;
    list_item(ask); // whatever was answered: what the list shows is what is so
}

static void add_item(struct zp__ask *ask) {
    struct setup_state *state = ask->state;
    const struct item *item = &state->items[state->index];
    if (item->source) {
        zp__crm_add_source(ask->desk->crm, item->id, item->label, on_item_added,
                           zp__ask_ticket(ask, 0));
    } else {
        zp__crm_add_userfield(ask->desk->crm, item->entity, item->id, item->type, item->label,
                              on_item_added, zp__ask_ticket(ask, 0));
    }
}

// "ID=Name" of a source, "NAME:type:N" of a field. *type receives what follows the id; NULL when
// the id is not there.
static const char *find_listed(const struct zp__crm_answer *answer, const struct item *item) {
    const size_t length = strlen(item->id);
    for (size_t i = 0; i < answer->name_count; i++) {
        if (strncmp(answer->names[i], item->id, length) == 0 &&
            answer->names[i][length] == (item->source ? '=' : ':')) {
            return answer->names[i] + length + 1;
        }
    }
    return NULL;
}

static void on_item_listed(const struct zp__crm_answer *answer, void *data) {
    struct zp__ask *ask = zp__ticket_heard_crm(data, answer);
    if (ask == NULL) {
        return;
    }
    struct setup_state *state = ask->state;
    const struct item *item = &state->items[state->index];
    if (!answer->ok) {
        fail_item(ask, &answer->error);
        return;
    }
    const char *listed = find_listed(answer, item);
    if (listed != NULL && !item->source) {
        char *wanted = talloc_asprintf(ask, "%s:N", item->type);
        if (strcmp(listed, wanted) != 0) {
            struct zp_error error = {0};
            zp_error_set(&error, ZP_E_CONFIG, NULL,
                         _("the field %s exists but is not a single %s: name another one in the "
                           "configuration"),
                         item->id, item->type);
            fail_item(ask, &error);
            return;
        }
    }
    if (listed != NULL) {
        add_step(ask, item->name, state->tried ? ZP_SETUP_CREATED : ZP_SETUP_PRESENT, item->id);
        next_item(ask);
    } else if (state->tried && state->add_error.code != ZP_OK &&
               state->add_error.code != ZP_E_DENIED) {
        fail_item(ask, &state->add_error);
    } else if (state->tried || (!ask->request.u.setup.dry_run && !state->admin)) {
        by_hand(ask);
    } else if (ask->request.u.setup.dry_run) {
        add_step(ask, item->name, state->admin ? ZP_SETUP_WOULD_CREATE : ZP_SETUP_BY_HAND,
                 item->id);
        next_item(ask);
    } else {
        add_item(ask);
    }
}

static void list_item(struct zp__ask *ask) {
    struct setup_state *state = ask->state;
    const struct item *item = &state->items[state->index];
    if (item->source) {
        zp__crm_sources(ask->desk->crm, ZP_PACE_URGENT, on_item_listed, zp__ask_ticket(ask, 0));
    } else {
        zp__crm_userfields(ask->desk->crm, ZP_PACE_URGENT, item->entity, on_item_listed,
                           zp__ask_ticket(ask, 0));
    }
}

static void with_catalogue(struct zp__ask *ask) {
    struct setup_state *state = ask->state;
    const struct zp_catalogue *catalogue = ask->desk->catalogue;
    if (ask->then_error.code != ZP_OK) {
        add_step(ask, "catalogue", ZP_SETUP_FAILED, ask->then_error.message);
        keep_error(ask, &ask->then_error);
    } else {
        add_step(ask, "catalogue", ZP_SETUP_PRESENT,
                 talloc_asprintf(ask, _("%zu services, %zu masters"), catalogue->service_count,
                                 catalogue->master_count));
    }
    const struct zp_error error = state->error;
    zp__ask_answer(ask, error.code != ZP_OK ? &error : NULL);
}

static void next_item(struct zp__ask *ask) {
    struct setup_state *state = ask->state;
    state->index++;
    state->tried = false;
    zp_error_clear(&state->add_error);
    if (state->index < state->item_count) {
        list_item(ask);
    } else {
        zp__desk_need_catalogue(ask, !ask->request.u.setup.dry_run, with_catalogue);
    }
}

static void on_profile(const struct zp__crm_answer *answer, void *data) {
    struct zp__ask *ask = zp__ticket_heard_crm(data, answer);
    if (ask == NULL) {
        return;
    }
    struct setup_state *state = ask->state;
    if (!answer->ok) {
        add_step(ask, "bitrix24", ZP_SETUP_FAILED, answer->error.message);
        keep_error(ask, &answer->error);
        state->index =
            state->item_count; // nothing can be said of the CRM; the catalogue can still be loaded
        next_item(ask);
        return;
    }
    state->admin = answer->number == 1;
    list_item(ask);
}

void zp__ask_setup(struct zp__ask *ask) {
    const struct zp_config *config = ask->desk->o.config;
    struct setup_state *state = talloc_zero(ask, struct setup_state);
    const char *booking = config->bitrix24.booking_field;
    const char *visit = config->bitrix24.visit_field;
    ask->state = state;
    const struct item items[] = {
        {"source", true, ZP_CRM_DEAL, config->bitrix24.source_id, NULL,
         config->bitrix24.source_name},
        {"field.deal.booking", false, ZP_CRM_DEAL, booking, "string", _("Dikidi number")},
        {"field.deal.visit", false, ZP_CRM_DEAL, visit, "datetime", _("Visit")},
        {"field.lead.booking", false, ZP_CRM_LEAD, booking, "string", _("Dikidi number")},
        {"field.lead.visit", false, ZP_CRM_LEAD, visit, "datetime", _("Visit")},
    };
    state->item_count = sizeof(items) / sizeof(items[0]);
    memcpy(state->items, items, sizeof(items));
    zp__crm_profile(ask->desk->crm, ZP_PACE_URGENT, on_profile, zp__ask_ticket(ask, 0));
}
