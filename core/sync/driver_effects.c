// The driver's calls of the two services, and of the journal for what is not a row by its name.
#include "sync/driver_private.h"
#include <zapis/log.h>
#include <zapis/time.h>

#define AHEAD_S (48 * 3600) // the visits that matter most

// A refusal is an answer too: the service lives.
static void tell_service(struct zp__driver *driver, enum zp__service service, bool ok,
                         const struct zp_error *error) {
    const bool silent = !ok && (error->code == ZP_E_UNREACHABLE || error->code == ZP_E_UNKNOWN ||
                                error->code == ZP_E_BAD_ANSWER || error->code == ZP_E_DENIED);
    if (error->code != ZP_E_CANCELLED) {
        driver->o.on_service(service, silent ? error : NULL, driver->o.data);
    }
}

static void on_dikidi(const struct zp__dikidi_answer *answer, void *data) {
    struct zp__driver *driver = ((struct ticket *)data)->driver;
    struct flight *flight = zp__driver_take(data);
    tell_service(driver, ZP_SERVICE_DIKIDI, answer->ok, &answer->error);
    if (flight != NULL) {
        zp__driver_advance(driver, flight,
                           &(struct zp__input){.kind = ZP_INPUT_DIKIDI, .dikidi = answer});
    }
}

static void on_journal(const struct zp__store_answer *answer, void *data) {
    struct zp__driver *driver = ((struct ticket *)data)->driver;
    struct flight *flight = zp__driver_take(data);
    if (flight == NULL) {
        return;
    }
    if (!answer->ok) { // the journal itself fails: nothing more is done, the lease ends by itself
        flight->run->ok = false;
        flight->run->end_error = answer->error;
        zp__driver_land(driver, flight);
        return;
    }
    zp__driver_advance(driver, flight,
                       &(struct zp__input){.kind = ZP_INPUT_JOURNAL, .journal = answer});
}

static void on_crm(const struct zp__crm_answer *answer, void *data) {
    struct zp__driver *driver = ((struct ticket *)data)->driver;
    struct flight *flight = zp__driver_take(data);
    tell_service(driver, ZP_SERVICE_BITRIX24, answer->ok || answer->missing, &answer->error);
    if (flight != NULL) {
        zp__driver_advance(driver, flight,
                           &(struct zp__input){.kind = ZP_INPUT_CRM, .crm = answer});
    }
}

// ---- effects go out
// --------------------------------------------------------------------------------------------
static void do_dikidi(struct zp__driver *driver, struct flight *flight,
                      const struct zp__effect *effect) {
    const struct zp_booking *booking = flight->run->booking;
    const bool background = flight->run->memory.background && driver->drained == NULL;
    const enum zp__pace_class class_ = flight->run->foreground ? ZP_PACE_URGENT
                                       : background            ? ZP_PACE_BACKGROUND
                                                               : ZP_PACE_SYNC;
    struct ticket *ticket = zp__driver_ticket(driver, flight);
    switch (effect->kind) {
    case ZP_EFFECT_CREATE:
        zp__dikidi_create_booking(driver->o.dikidi, class_, booking->request_id, booking->sent_body,
                                  zp__driver_still_ours, on_dikidi, ticket);
        return;
    case ZP_EFFECT_DELETE:
        zp__dikidi_cancel_booking(driver->o.dikidi, class_, effect->id, effect->text,
                                  zp__driver_still_ours, on_dikidi, ticket);
        return;
    case ZP_EFFECT_READ:
        zp__dikidi_booking(driver->o.dikidi, class_, effect->id, on_dikidi, ticket);
        return;
    default: break;
    }
    const char **ids = talloc_zero_array(ticket, const char *, (unsigned)booking->service_count);
    for (size_t i = 0; i < booking->service_count; i++) {
        ids[i] = booking->services[i].id;
    }
    const struct zp_date date = zp_zone_wall(driver->o.config->zone, booking->starts_at).date;
    zp__dikidi_schedule(driver->o.dikidi, class_, ids, booking->service_count, booking->master_id,
                        date, on_dikidi, ticket);
}

static void do_crm(struct zp__driver *driver, struct flight *flight, const struct zp__effect *e) {
    const struct zp_booking *booking = flight->run->booking;
    struct zp_bitrix24 *crm = driver->o.crm;
    struct ticket *t = zp__driver_ticket(driver, flight);
    const enum zp__pace_class class_ = ZP_PACE_SYNC;
    switch (e->kind) {
    case ZP_EFFECT_CRM_FIND:
        zp__crm_find_by_booking(crm, class_, e->entity, booking->booking_id, on_crm, t);
        return;
    case ZP_EFFECT_CRM_FIND_LEADS:
        zp__crm_find_open_leads(crm, class_, booking->client_phone, on_crm, t);
        return;
    case ZP_EFFECT_CRM_FIND_CONTACTS:
        zp__crm_find_contacts(crm, class_, booking->client_phone, on_crm, t);
        return;
    case ZP_EFFECT_CRM_ADD_CONTACT:
        zp__crm_add_contact(crm, class_, booking->client_name, booking->client_phone,
                            zp__driver_mark_holds, on_crm, t);
        return;
    case ZP_EFFECT_CRM_ADD:
        zp__crm_add(crm, class_, e->entity, &e->fields, zp__driver_mark_holds, on_crm, t);
        return;
    case ZP_EFFECT_CRM_UPDATE:
        zp__crm_update(crm, class_, e->entity, e->id, &e->fields, zp__driver_still_ours, on_crm, t);
        return;
    case ZP_EFFECT_CRM_GET: zp__crm_get(crm, class_, e->entity, e->id, on_crm, t); return;
    case ZP_EFFECT_CRM_LEAD_DEAL:
        zp__crm_deal_of_lead(crm, class_, e->id, booking->booking_id, on_crm, t);
        return;
    case ZP_EFFECT_CRM_STAGES:
        zp__crm_stages(crm, class_, e->entity, e->category_id, on_crm, t);
        return;
    case ZP_EFFECT_CRM_MOVE:
        zp__crm_move(crm, class_, e->entity, e->id, e->text, zp__driver_still_ours, on_crm, t);
        return;
    case ZP_EFFECT_CRM_VISITS:
        zp__crm_count_visits(crm, ZP_PACE_BACKGROUND, e->entity, flight->run->now,
                             flight->run->now + AHEAD_S, on_crm, t);
        return;
    case ZP_EFFECT_CRM_CHANGED:
        zp__crm_changed(crm, class_, e->entity, e->since, on_crm, t);
        return;
    default:
        zp__crm_comment(crm, class_, e->entity, e->id, e->text, zp__driver_still_ours, on_crm, t);
        return;
    }
}

// What is asked of the journal besides rows by their name. The policy of re-reading: the next two
// days every quarter of an hour, what is later every day (architecture.md).
static void do_journal(struct zp__driver *driver, struct flight *flight,
                       const struct zp__effect *effect) {
    struct zp_store *store = driver->o.store;
    struct zp__run *run = flight->run;
    struct ticket *ticket = zp__driver_ticket(driver, flight);
    if (effect->kind == ZP_EFFECT_TWINS) {
        zp__store_day(store, run->remote->starts_at, run->remote->starts_at + 1,
                      run->remote->master_id, false, on_journal, ticket);
    } else if (effect->kind == ZP_EFFECT_REVERSE) {
        zp__store_reverse(store, effect->task_id, effect->since, on_journal, ticket);
    } else if (effect->kind == ZP_EFFECT_AHEAD) {
        zp__store_day(store, run->now, run->now + AHEAD_S, NULL, false, on_journal, ticket);
    } else {
        const struct zp__stale stale = {.now = run->now,
                                        .near_s = AHEAD_S,
                                        .near_age_s = 15 * 60,
                                        .far_age_s = 24 * 3600,
                                        .limit = effect->limit};
        zp__store_stale(store, &stale, on_journal, ticket);
    }
}

void zp__driver_ask(struct zp__driver *driver, struct flight *flight,
                    const struct zp__effect *effect) {
    if (effect->kind <= ZP_EFFECT_STALE) {
        do_journal(driver, flight, effect);
    } else if (effect->kind <= ZP_EFFECT_SCHEDULE) {
        do_dikidi(driver, flight, effect);
    } else {
        do_crm(driver, flight, effect);
    }
}
