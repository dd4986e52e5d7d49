// check: Dikidi's key, plan and every endpoint that reads.
#include "desk_check.h"
#include <string.h>
#include <zapis/i18n.h>

// No booking of this salon has this number; asked for to see that "unknown" is answered as it must.
#define NO_BOOKING "1"

static struct zp__ask *take(const struct zp__dikidi_answer *answer, void *data) {
    struct zp__ask *ask = zp__ticket_heard_dikidi(data, answer, NULL);
    if (ask != NULL && answer->server_date != 0) {
        struct zp__check_state *state = ask->state;
        // The server's Date header is real time; a practice configuration lives at another time on
        // purpose.
        const int64_t ours = ask->desk->o.config->practice.on ? zp_clock_now(&(struct zp_clock){0})
                                                              : zp__desk_clock(ask->desk);
        state->dikidi_dated = true;
        state->dikidi_skew_s = ours - answer->server_date;
    }
    return ask;
}

// True when nothing is to be asked of Dikidi: the proof is skipped.
static bool skipped(struct zp__ask *ask, const char *name) {
    const struct zp__check_state *state = ask->state;
    if (state->dikidi_why != NULL) {
        zp__check_skip(ask, name, state->dikidi_why);
    }
    return state->dikidi_why != NULL;
}

// ---- services: whoever may read them has a key and a plan

static void on_denied(struct zp__ask *ask, const struct zp_error *error) {
    struct zp__check_state *state = ask->state;
    if (strcmp(error->name, "PLAN_REQUIRED") == 0) {
        zp__check_add(ask, "dikidi.key", ZP_CHECK_OK, "%s", _("the key is accepted"));
        zp__check_add(ask, "dikidi.plan", ZP_CHECK_FAIL,
                      _("%s. Until then clients can book by the widget, which works on every plan: "
                        "zapis widget"),
                      error->message);
        state->dikidi_why = _("not asked: the plan does not include it");
        return;
    }
    zp__check_add(ask, "dikidi.key", ZP_CHECK_FAIL, "%s", error->message);
    zp__check_add(ask, "dikidi.plan", ZP_CHECK_SKIPPED, "%s",
                  _("not known: Dikidi does not accept the key"));
    state->dikidi_why = _("not asked: Dikidi does not accept the key");
}

static void add_services(struct zp__ask *ask, const struct zp_catalogue *catalogue) {
    size_t untimed = 0;
    for (size_t i = 0; i < catalogue->service_count; i++) {
        untimed += catalogue->services[i].duration_min <= 0;
    }
    if (catalogue->service_count == 0) {
        zp__check_add(ask, "dikidi.services", ZP_CHECK_WARN, "%s",
                      _("no services: nothing can be booked before Dikidi has some"));
    } else if (untimed > 0) {
        zp__check_add(ask, "dikidi.services", ZP_CHECK_WARN,
                      _("%zu services, %zu of them without a duration: it is taken from the free "
                        "times"),
                      catalogue->service_count, untimed);
    } else {
        zp__check_add(ask, "dikidi.services", ZP_CHECK_OK, _("%zu services"),
                      catalogue->service_count);
    }
}

static void on_services(const struct zp__dikidi_answer *answer, void *data) {
    struct zp__ask *ask = take(answer, data);
    if (ask == NULL) {
        return;
    }
    struct zp__check_state *state = ask->state;
    if (answer->ok) {
        state->services = talloc_steal(state, answer->catalogue);
        zp__check_add(ask, "dikidi.key", ZP_CHECK_OK, "%s", _("the key is accepted"));
        zp__check_add(ask, "dikidi.plan", ZP_CHECK_OK, "%s", _("the plan includes the API"));
        add_services(ask, state->services);
    } else if (answer->error.code == ZP_E_DENIED) {
        on_denied(ask, &answer->error);
        zp__check_add(ask, "dikidi.services", ZP_CHECK_SKIPPED, "%s", state->dikidi_why);
    } else {
        static const char *const names[] = {"dikidi.key", "dikidi.plan"};
        for (size_t i = 0; i < 2; i++) {
            zp__check_add(ask, names[i], ZP_CHECK_SKIPPED, "%s",
                          _("not known: the services could not be read"));
        }
        zp__check_error(ask, "dikidi.services", &answer->error);
        if (zp__check_is_down(&answer->error)) {
            state->dikidi_why = _("not asked: the service could not be reached");
        }
    }
    zp__check_next(ask);
}

void zp__prove_services(struct zp__ask *ask) {
    zp__dikidi_services(ask->desk->dikidi, ZP_PACE_URGENT, on_services, zp__ask_ticket(ask, 0));
}

// ---- masters

static void on_masters(const struct zp__dikidi_answer *answer, void *data) {
    struct zp__ask *ask = take(answer, data);
    if (ask == NULL) {
        return;
    }
    if (!answer->ok) {
        zp__check_error(ask, "dikidi.masters", &answer->error);
    } else {
        const bool any = answer->catalogue->master_count > 0 && answer->shift_count > 0;
        zp__check_add(ask, "dikidi.masters", any ? ZP_CHECK_OK : ZP_CHECK_WARN,
                      _("%zu masters, %zu shifts in the next 7 days"),
                      answer->catalogue->master_count, answer->shift_count);
    }
    zp__check_next(ask);
}

static struct zp_date today(const struct zp_desk *desk) {
    return zp_zone_wall(desk->o.config->zone, zp__desk_clock(desk)).date;
}

void zp__prove_masters(struct zp__ask *ask) {
    if (skipped(ask, "dikidi.masters")) {
        return;
    }
    const struct zp_date date = today(ask->desk);
    zp__dikidi_masters(ask->desk->dikidi, ZP_PACE_URGENT, &date, 7, on_masters,
                       zp__ask_ticket(ask, 0));
}

// ---- schedule, and the zone Dikidi believes in

static void on_schedule(const struct zp__dikidi_answer *answer, void *data) {
    struct zp__ask *ask = take(answer, data);
    if (ask == NULL) {
        return;
    }
    if (!answer->ok) {
        zp__check_error(ask, "dikidi.schedule", &answer->error);
    } else if (answer->slots->foreign_timezone != NULL) {
        zp__check_add(
            ask, "dikidi.schedule", ZP_CHECK_WARN,
            _("Dikidi says the salon's zone is %s, the configuration says %s: ours is used"),
            answer->slots->foreign_timezone, ask->desk->o.config->salon.timezone);
    } else {
        const size_t count = answer->slots->day_count > 0 ? answer->slots->days[0].slot_count : 0;
        zp__check_add(ask, "dikidi.schedule", ZP_CHECK_OK,
                      P_("%zu free time tomorrow", "%zu free times tomorrow", count), count);
    }
    zp__check_next(ask);
}

void zp__prove_schedule(struct zp__ask *ask) {
    const struct zp__check_state *state = ask->state;
    if (skipped(ask, "dikidi.schedule")) {
        return;
    }
    if (state->services == NULL || state->services->service_count == 0) {
        zp__check_skip(ask, "dikidi.schedule", _("not asked: no service is known"));
        return;
    }
    const char *ids[] = {state->services->services[0].id};
    zp__dikidi_schedule(ask->desk->dikidi, ZP_PACE_URGENT, ids, 1, NULL,
                        zp_date_add_days(today(ask->desk), 1), on_schedule, zp__ask_ticket(ask, 0));
}

// ---- a booking: one that is not there, and the newest of ours

static void on_unknown(const struct zp__dikidi_answer *answer, void *data) {
    struct zp__ask *ask = take(answer, data);
    if (ask == NULL) {
        return;
    }
    if (answer->ok) {
        zp__check_add(ask, "dikidi.unknown-booking", ZP_CHECK_FAIL, "%s",
                      _("Dikidi answers a number that no booking has with a booking: its answers "
                        "cannot be told apart, so do not go live and ask Dikidi"));
    } else if (answer->error.code == ZP_E_NOT_FOUND &&
               strcmp(answer->error.name, "BOOKING_NOT_FOUND") == 0) {
        zp__check_add(ask, "dikidi.unknown-booking", ZP_CHECK_OK, "%s",
                      _("a number that no booking has is answered as unknown"));
    } else if (answer->error.code == ZP_E_NOT_FOUND || answer->error.code == ZP_E_REFUSED) {
        // {"error":1} is a no without a name: enough for a desk, and worth knowing.
        zp__check_add(ask, "dikidi.unknown-booking", ZP_CHECK_WARN,
                      _("a number that no booking has is answered with %s, not "
                        "BOOKING_NOT_FOUND: check dikidi.paths.booking"),
                      answer->error.name);
    } else {
        zp__check_error(ask, "dikidi.unknown-booking", &answer->error);
    }
    zp__check_next(ask);
}

void zp__prove_unknown_booking(struct zp__ask *ask) {
    if (!skipped(ask, "dikidi.unknown-booking")) {
        zp__dikidi_booking(ask->desk->dikidi, ZP_PACE_URGENT, NO_BOOKING, on_unknown,
                           zp__ask_ticket(ask, 0));
    }
}

static void on_booking(const struct zp__dikidi_answer *answer, void *data) {
    struct zp__ask *ask = take(answer, data);
    if (ask == NULL) {
        return;
    }
    if (answer->ok) {
        zp__check_add(ask, "dikidi.booking", ZP_CHECK_OK, _("booking %s can be read"),
                      answer->booking->ids[0]);
    } else if (answer->error.code == ZP_E_NOT_FOUND) {
        zp__check_add(ask, "dikidi.booking", ZP_CHECK_WARN, "%s", answer->error.message);
    } else {
        zp__check_error(ask, "dikidi.booking", &answer->error);
    }
    zp__check_next(ask);
}

void zp__prove_booking(struct zp__ask *ask) {
    const struct zp__check_state *state = ask->state;
    if (skipped(ask, "dikidi.booking")) {
        return;
    }
    if (state->newest == NULL) {
        zp__check_skip(ask, "dikidi.booking",
                       _("not asked: the journal has no booking of these days yet"));
        return;
    }
    zp__dikidi_booking(ask->desk->dikidi, ZP_PACE_URGENT, state->newest->booking_id, on_booking,
                       zp__ask_ticket(ask, 0));
}

// ---- what was odd about the form of all answers above: nothing is wrong with that, but a person
// should know what is read how

void zp__prove_form(struct zp__ask *ask) {
    const struct zp__check_state *state = ask->state;
    struct zp__dikidi_oddity odd[ZP_DIKIDI_ODDITIES];
    const size_t count = zp__dikidi_oddities(ask->desk->dikidi, odd);
    if (count == 0 && (state->dikidi_why != NULL || state->services == NULL)) {
        zp__check_skip(ask, "dikidi.form", _("not asked: no answer could be read"));
        return;
    }
    char *detail = talloc_strdup(ask, count > 0 ? "" : _("the answers have the expected form"));
    for (size_t i = 0; i < count; i++) {
        detail =
            talloc_asprintf_append(detail, "%s%s [%s: %llu]", i > 0 ? "; " : "", odd[i].sentence,
                                   odd[i].word, (unsigned long long)odd[i].count);
    }
    zp__check_add(ask, "dikidi.form", count > 0 ? ZP_CHECK_WARN : ZP_CHECK_OK, "%s", detail);
    zp__check_next(ask);
}
