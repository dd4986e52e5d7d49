// move: the new booking's intent names the old one; its machine books the new time and then cancels
// the old, or the other way round where that was asked for.
#include "desk_private.h"
#include "sync/texts.h"
#include <string.h>
#include <zapis/i18n.h>

// Both times and what became of them; a slot that went to somebody else brings the next offers.
static void on_run_end(bool ok, const struct zp_error *error, const struct zp_booking *booking,
                       void *data) {
    struct zp__ask *ask = zp__ticket_ended(data, booking);
    if (ask == NULL) {
        return;
    }
    if (ok) {
        zp__ask_answer(ask, NULL);
        return;
    }
    struct zp_error told = *error;
    const bool booked = booking != NULL && booking->state == ZP_BOOKING_BOOKED;
    if (booked && (told.code == ZP_E_REFUSED || told.code == ZP_E_DENIED)) {
        told.code = ZP_E_UNKNOWN; // half of it is done, and the queue has the rest: no refusal
    } else if (booked) {
        zp_error_context(&told, "%s",
                         _("the new time is booked, but the old one is not cancelled yet (this "
                           "goes on by itself, see the queue)"));
    } else if (!ask->request.u.move.release_first) {
        zp__texts_friendly(&told);
    }
    if (!booked && zp__dikidi_is_slot_taken(error) && booking != NULL &&
        booking->state == ZP_BOOKING_REFUSED) {
        zp__desk_answer_with_offers(ask, &told);
        return;
    }
    zp__ask_answer(ask, &told);
}

static bool has_phone(const struct zp_booking *old, struct zp_error *err) {
    return old->client_phone[0] != '\0' ||
           zp_error_set(err, ZP_E_REFUSED, "NO_PHONE", "%s",
                        _("the phone of this booking is not known: move it in Dikidi itself"));
}

// Booked once more is what is cancelled, and not moved: that one has its follower.
static bool check_cancelled(const struct zp_booking *old, struct zp_error *err) {
    if (old->state == ZP_BOOKING_CANCELLING) {
        return zp_error_set(err, ZP_E_UNKNOWN, NULL, "%s",
                            _("it is not known yet whether this booking is cancelled: see zapis "
                              "queue, then book it again"));
    }
    if (old->state != ZP_BOOKING_CANCELLED || old->moved_to != NULL) {
        return zp_error_set(err, ZP_E_REFUSED, "NOT_CANCELLED", "%s",
                            _("only a cancelled booking that was not moved is booked again: see "
                              "zapis show"));
    }
    return has_phone(old, err);
}

static bool check_old(const struct zp_booking *old, int64_t now, struct zp_error *err) {
    switch (old->state) {
    case ZP_BOOKING_BOOKED: break;
    case ZP_BOOKING_CANCELLING:
    case ZP_BOOKING_CANCELLED:
        return zp_error_set(err, ZP_E_REFUSED, "NOT_BOOKED", "%s",
                            _("this booking is cancelled, or about to be: book a new one instead"));
    case ZP_BOOKING_REFUSED:
    case ZP_BOOKING_DROPPED:
        return zp_error_set(err, ZP_E_REFUSED, "NOT_BOOKED", "%s",
                            _("this booking was never made: there is nothing to move"));
    case ZP_BOOKING_INTENT:
    case ZP_BOOKING_SENT:
    case ZP_BOOKING_UNCERTAIN:
        return zp_error_set(err, ZP_E_UNKNOWN, NULL, "%s",
                            _("it is not known yet whether this booking was made: see zapis queue, "
                              "then move it"));
    }
    if (old->moved_to != NULL) {
        return zp_error_set(err, ZP_E_REFUSED, "NOT_BOOKED", "%s",
                            _("this booking was moved already, only its old time still stands: see "
                              "zapis queue"));
    }
    if (old->starts_at <= now) {
        return zp_error_set(err, ZP_E_REFUSED, "BOOKING_CLOSED", "%s",
                            _("the visit has begun or is over: it can no longer be moved"));
    }
    return has_phone(old, err);
}

static bool check_services(const struct zp__ask *ask, const struct zp_booking *old,
                           const char *master_id, struct zp_error *err) {
    const struct zp_catalogue *catalogue = ask->desk->catalogue;
    for (size_t i = 0; i < old->service_count; i++) {
        const char *service_id = old->services[i].id;
        if (zp_catalogue_service(catalogue, service_id) == NULL) {
            return zp_error_set(err, ZP_E_REFUSED, "NO_SERVICE",
                                _("the service “%s” is not in the price list any more: cancel this "
                                  "booking and book another service"),
                                old->services[i].name);
        }
        if (!zp_catalogue_check(catalogue, master_id, &service_id, 1, err)) {
            return false;
        }
    }
    return old->service_count > 0 ||
           zp_error_set(err, ZP_E_REFUSED, "NO_SERVICE", "%s",
                        _("the services of this booking are not known: move it in Dikidi itself"));
}

static bool check_times(const struct zp__ask *ask, const struct zp_booking *old,
                        const struct zp_booking *moved, struct zp_error *err) {
    if (moved->starts_at <= zp__desk_clock(ask->desk)) {
        return zp_error_set(err, ZP_E_USAGE, NULL, "%s",
                            _("this time is over: choose a later one"));
    }
    if (ask->request.u.move.again || strcmp(moved->master_id, old->master_id) != 0 ||
        moved->starts_at >= old->ends_at || moved->ends_at <= old->starts_at) {
        return true;
    }
    if (moved->starts_at == old->starts_at) {
        return zp_error_set(err, ZP_E_USAGE, NULL, "%s",
                            _("the booking stands at this time already: choose another"));
    }
    return ask->request.u.move.release_first ||
           zp_error_set(err, ZP_E_REFUSED, "MOVE_OVERLAPS", "%s",
                        _("the new time overlaps the old one: choose another, or move with "
                          "--release-first (the old time is given up first and may be lost)"));
}

static const char **service_ids(struct zp__ask *ask, const struct zp_booking *booking) {
    const char **ids = talloc_zero_array(ask, const char *, (unsigned)booking->service_count + 1);
    for (size_t i = 0; i < booking->service_count; i++) {
        ids[i] = talloc_strdup(ids, booking->services[i].id);
    }
    return ids;
}

// The old row with everything that is not the new one's own taken off.
static struct zp_booking *moved_row(struct zp__ask *ask, const struct zp_booking *old,
                                    const char *master_id) {
    const struct zp_desk *desk = ask->desk;
    struct zp_booking *row = zp_booking_copy(ask, old);
    row->request_id = zp_booking_new_request_id(row, zp_clock_now_ms(&desk->o.config->clock));
    row->revision = 0;
    row->booking_id = NULL;
    row->booking_ids = NULL;
    row->booking_id_count = 0;
    row->starts_at = ask->request.u.move.starts_at;
    row->master_id = talloc_strdup(row, master_id);
    row->attendance = ZP_ATTENDANCE_WAITING;
    row->cancel_reason = talloc_strdup(row, "");
    row->moved_from = talloc_strdup(row, old->request_id);
    row->moved_to = NULL;
    row->crm_state = ZP_CRM_NONE;
    row->crm_entity = row->crm_id = row->crm_contact_id = row->crm_stage = NULL;
    row->error_code = row->error_message = row->sent_body = NULL;
    row->remote_version = row->remote_updated_at = 0;
    zp__desk_fill_visit(desk, row, ask->wish.service_ids, ask->wish.service_count);
    return row;
}

// In which stage the entry of a cancelled booking stood before; "-": nobody knows.
static char *former_stage(TALLOC_CTX *ctx, const struct zp_booking *old,
                          const struct zp__store_answer *answer) {
    for (size_t i = answer->history_count; i > 0; i--) {
        const struct zp_history *line = &answer->history[i - 1];
        const char *end = strstr(line->detail, ZP_FORMER_STAGE);
        if (strcmp(line->what, "crm-cancelled") == 0 && end != NULL) {
            return talloc_strndup(ctx, line->detail, (size_t)(end - line->detail));
        }
    }
    const bool known = old->crm_state == ZP_CRM_QUEUED && old->crm_stage != NULL;
    return talloc_strdup(ctx, known ? old->crm_stage : "-");
}

static const char *memory_of(const struct zp__ask *ask) {
    if (ask->request.u.move.again) {
        return ZP_MEMORY_AGAIN;
    }
    return ask->request.u.move.release_first ? ZP_MEMORY_RELEASE_FIRST : NULL;
}

static void on_old(const struct zp__store_answer *answer, void *data) {
    struct zp__ask *ask = zp__ticket_take(data, NULL);
    if (ask == NULL) {
        return;
    }
    struct zp_error error = answer->error;
    if (!answer->ok) {
        zp__ask_answer(ask, &error);
        return;
    }
    const struct zp_booking *old = ask->event.booking = talloc_steal(ask, answer->booking);
    const bool again = ask->request.u.move.again;
    if (again && ask->request.u.move.starts_at == 0) {
        ask->request.u.move.starts_at = old->starts_at;
    }
    const bool same = ask->request.u.move.master_id == NULL;
    const char *master_id = same ? old->master_id : ask->request.u.move.master_id;
    if (!(again ? check_cancelled(old, &error)
                : check_old(old, zp__desk_clock(ask->desk), &error)) ||
        !check_services(ask, old, master_id, &error)) {
        zp__ask_answer(ask, &error);
        return;
    }
    ask->wish = (struct zp__wish){.service_ids = service_ids(ask, old),
                                  .service_count = old->service_count,
                                  .master_id = master_id,
                                  .starts_at = ask->request.u.move.starts_at};
    struct zp_booking *moved = moved_row(ask, old, master_id);
    if (again) {
        moved->crm_stage = former_stage(moved, old, answer);
    }
    if (!check_times(ask, old, moved, &error)) {
        zp__ask_answer(ask, &error);
        return;
    }
    ask->wish.master_id = talloc_strdup(ask, master_id); // the old row goes with the first answer
    zp__desk_write_intent(ask, moved, memory_of(ask), on_run_end);
}

static void with_catalogue(struct zp__ask *ask) {
    if (ask->then_error.code != ZP_OK) {
        const struct zp_error error = ask->then_error;
        zp__ask_answer(ask, &error);
        return;
    }
    zp__store_booking(ask->desk->store, ask->request.u.move.booking, ask->request.u.move.again,
                      on_old, zp__ask_ticket(ask, 0));
}

void zp__ask_move(struct zp__ask *ask) {
    zp__desk_need_catalogue(ask, false, with_catalogue);
}
