// catalogue, shifts: the local copy, fetched when it is empty, old, or a person asks.
#include "desk_private.h"
#include <string.h>

#define COPY_IS_OLD_S INT64_C(86400)

// ---- the catalogue, fetched once for all who wait
// ---------------------------------------------------------------
static void catalogue_ready(struct zp_desk *desk, const struct zp_error *error) {
    desk->fetching = false;
    for (;;) { // each `then` may end its ask, or another: begin again from the top
        struct zp__ask *ask = desk->asks;
        while (ask != NULL && ask->then == NULL) {
            ask = ask->next;
        }
        if (ask == NULL) {
            return;
        }
        zp__ask_fn then = ask->then;
        ask->then = NULL;
        zp_error_clear(&ask->then_error);
        if (error != NULL && error->code != ZP_OK && desk->catalogue == NULL) {
            ask->then_error = *error;
        }
        then(ask);
    }
}

static void fetch_failed(struct zp_desk *desk, const struct zp_error *error) {
    const struct zp_error kept = *error;
    for (struct zp__ask *ask = desk->asks; ask != NULL; ask = ask->next) {
        // Who asked for a refresh is told that it failed, even though an old copy is at hand.
        if (ask->then != NULL && ask->request.ask == ZP_ASK_CATALOGUE &&
            ask->request.u.catalogue.refresh) {
            ask->event.error = kept;
        }
    }
    catalogue_ready(desk, &kept);
}

static void on_stored(const struct zp__store_answer *answer, void *data) {
    struct zp_desk *desk = data;
    if (!answer->ok) {
        fetch_failed(desk, &answer->error);
        return;
    }
    catalogue_ready(desk, NULL);
}

static void on_masters(const struct zp__dikidi_answer *answer, void *data) {
    struct zp_desk *desk = data;
    zp__desk_heard_dikidi(desk, answer);
    if (!answer->ok) {
        TALLOC_FREE(desk->fetched);
        fetch_failed(desk, &answer->error);
        return;
    }
    struct zp_catalogue *half = talloc_steal(desk->fetched, answer->catalogue);
    desk->fetched->masters = half->masters;
    desk->fetched->master_count = half->master_count;
    desk->fetched->fetched_at = zp__desk_clock(desk);
    talloc_free(desk->catalogue);
    desk->catalogue = desk->fetched;
    desk->fetched = NULL;
    zp__store_put_catalogue(desk->store, desk->catalogue, on_stored, desk);
}

static void on_services(const struct zp__dikidi_answer *answer, void *data) {
    struct zp_desk *desk = data;
    zp__desk_heard_dikidi(desk, answer);
    if (!answer->ok) {
        fetch_failed(desk, &answer->error);
        return;
    }
    desk->fetched = talloc_steal(desk, answer->catalogue);
    zp__dikidi_masters(desk->dikidi, ZP_PACE_URGENT, NULL, 0, on_masters, desk);
}

static void on_copy(const struct zp__store_answer *answer, void *data) {
    struct zp_desk *desk = data;
    if (!answer->ok) {
        fetch_failed(desk, &answer->error);
        return;
    }
    const bool empty = answer->catalogue->fetched_at == 0;
    talloc_free(desk->catalogue);
    desk->catalogue = empty ? NULL : talloc_steal(desk, answer->catalogue);
    const bool old = !empty && zp__desk_clock(desk) - desk->catalogue->fetched_at > COPY_IS_OLD_S;
    bool refresh = false;
    for (const struct zp__ask *ask = desk->asks; ask != NULL; ask = ask->next) {
        refresh = refresh || (ask->then != NULL && ask->request.ask == ZP_ASK_CATALOGUE &&
                              ask->request.u.catalogue.refresh);
    }
    if (empty || old || refresh) {
        zp__dikidi_services(desk->dikidi, ZP_PACE_URGENT, on_services, desk);
        return;
    }
    catalogue_ready(desk, NULL);
}

void zp__desk_need_catalogue(struct zp__ask *ask, bool refresh, zp__ask_fn then) {
    struct zp_desk *desk = ask->desk;
    const bool fresh = desk->catalogue != NULL &&
                       zp__desk_clock(desk) - desk->catalogue->fetched_at <= COPY_IS_OLD_S &&
                       !desk->fetching;
    zp_error_clear(&ask->then_error);
    if (fresh && !refresh) {
        then(ask);
        return;
    }
    ask->then = then;
    if (!desk->fetching) {
        desk->fetching = true;
        zp__store_catalogue(desk->store, on_copy, desk);
    }
}

// ---- a copy for the front end
// -----------------------------------------------------------------------------------
static struct zp_catalogue *copy_catalogue(TALLOC_CTX *ctx, const struct zp_catalogue *from) {
    struct zp_catalogue *to = talloc_zero(ctx, struct zp_catalogue);
    *to = (struct zp_catalogue){.service_count = from->service_count,
                                .master_count = from->master_count,
                                .fetched_at = from->fetched_at};
    to->services = talloc_zero_array(to, struct zp_service, (unsigned)from->service_count);
    for (size_t i = 0; i < from->service_count; i++) {
        const struct zp_service *a = &from->services[i];
        struct zp_service *b = &to->services[i];
        *b = *a;
        b->id = talloc_strdup(to, a->id);
        b->name = talloc_strdup(to, a->name);
        b->category_id = talloc_strdup(to, a->category_id);
        b->category = talloc_strdup(to, a->category);
        b->currency = talloc_strdup(to, a->currency);
        b->terms = talloc_zero_array(to, struct zp_terms, (unsigned)a->term_count);
        for (size_t k = 0; k < a->term_count; k++) {
            b->terms[k] = a->terms[k];
            b->terms[k].master_id = talloc_strdup(to, a->terms[k].master_id);
        }
    }
    to->masters = talloc_zero_array(to, struct zp_master, (unsigned)from->master_count);
    for (size_t i = 0; i < from->master_count; i++) {
        const struct zp_master *a = &from->masters[i];
        struct zp_master *b = &to->masters[i];
        *b = *a;
        b->id = talloc_strdup(to, a->id);
        b->name = talloc_strdup(to, a->name);
        b->post = talloc_strdup(to, a->post);
        b->service_ids = talloc_zero_array(to, char *, (unsigned)a->service_count);
        for (size_t k = 0; k < a->service_count; k++) {
            b->service_ids[k] = talloc_strdup(to, a->service_ids[k]);
        }
    }
    return to;
}

static void give_catalogue(struct zp__ask *ask) {
    if (ask->then_error.code != ZP_OK) {
        zp__ask_answer(ask, &ask->then_error);
        return;
    }
    ask->event.catalogue = copy_catalogue(ask, ask->desk->catalogue);
    const struct zp_error refresh_error = ask->event.error;
    zp__ask_answer(ask, refresh_error.code != ZP_OK ? &refresh_error : NULL);
}

void zp__ask_catalogue(struct zp__ask *ask) {
    zp__desk_need_catalogue(ask, ask->request.u.catalogue.refresh, give_catalogue);
}

// ---- shifts
// -----------------------------------------------------------------------------------------------------
static void give_shifts(struct zp__ask *ask, struct zp_shifts *shifts) {
    ask->event.shifts = talloc_steal(ask, shifts);
    zp__ask_answer(ask, NULL);
}

static void on_shifts_again(const struct zp__store_answer *answer, void *data) {
    struct zp__ask *ask = zp__ticket_answered(data, answer);
    if (ask == NULL) {
        return;
    }
    give_shifts(ask, answer->shifts);
}

static void on_shifts_stored(const struct zp__store_answer *answer, void *data) {
    struct zp__ask *ask = zp__ticket_answered(data, answer);
    if (ask == NULL) {
        return;
    }
    zp__store_shifts(ask->desk->store, ask->request.u.shifts.date, ask->request.u.shifts.days,
                     on_shifts_again, zp__ask_ticket(ask, 0));
}

static void on_shifts_fetched(const struct zp__dikidi_answer *answer, void *data) {
    struct zp__ask *ask = zp__ticket_heard_dikidi(data, answer, NULL);
    if (ask == NULL) {
        return;
    }
    struct zp_desk *desk = ask->desk;
    if (!answer->ok) {
        // An old copy is better than none, as long as its age is told.
        if (ask->event.shifts != NULL && ask->event.shifts->fetched_at != 0 &&
            !ask->request.u.shifts.refresh) {
            zp__ask_answer(ask, NULL);
        } else {
            zp__ask_answer(ask, &answer->error);
        }
        return;
    }
    zp__store_put_shifts(desk->store, answer->shifts, answer->shift_count,
                         ask->request.u.shifts.date, ask->request.u.shifts.days,
                         zp__desk_clock(desk), on_shifts_stored, zp__ask_ticket(ask, 0));
}

static void on_shifts_copy(const struct zp__store_answer *answer, void *data) {
    struct zp__ask *ask = zp__ticket_answered(data, answer);
    if (ask == NULL) {
        return;
    }
    const bool old = zp__desk_clock(ask->desk) - answer->shifts->fetched_at > COPY_IS_OLD_S;
    if (!old && !ask->request.u.shifts.refresh) {
        give_shifts(ask, answer->shifts);
        return;
    }
    ask->event.shifts = talloc_steal(ask, answer->shifts);
    zp__ask_remember_call(ask, zp__dikidi_masters(ask->desk->dikidi, ZP_PACE_URGENT,
                                                  &ask->request.u.shifts.date,
                                                  ask->request.u.shifts.days, on_shifts_fetched,
                                                  zp__ask_ticket(ask, 0)));
}

void zp__ask_shifts(struct zp__ask *ask) {
    zp__store_shifts(ask->desk->store, ask->request.u.shifts.date, ask->request.u.shifts.days,
                     on_shifts_copy, zp__ask_ticket(ask, 0));
}
