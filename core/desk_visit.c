// One visit may be several bookings at Dikidi: it is read whole, one number after the other.
#include "desk_private.h"
#include "sync/learn.h"

struct visit_state {
    char **ids;
    size_t count, next;
    struct zp__dikidi_booking *sum;
    zp__desk_read_fn then;
};

static void read_next(struct zp__ask *ask);

static void on_part(const struct zp__dikidi_answer *answer, void *data) {
    struct zp__ask *ask = zp__ticket_heard_dikidi(data, answer, NULL);
    if (ask == NULL) {
        return;
    }
    struct visit_state *visit = ask->state;
    if (!answer->ok || visit->count == 1) {
        visit->then(ask, answer);
        return;
    }
    zp__visit_add(visit->sum, answer->booking, visit->next == 1);
    if (visit->next < visit->count) {
        read_next(ask);
        return;
    }
    visit->sum->ids = visit->ids;
    visit->sum->id_count = visit->count;
    visit->then(ask, &(struct zp__dikidi_answer){.ok = true, .booking = visit->sum});
}

static void read_next(struct zp__ask *ask) {
    struct visit_state *visit = ask->state;
    const char *number = visit->ids[visit->next++];
    zp__ask_remember_call(ask, zp__dikidi_booking(ask->desk->dikidi, ZP_PACE_URGENT, number,
                                                  on_part, zp__ask_ticket(ask, 0)));
}

void zp__desk_read_visit(struct zp__ask *ask, const struct zp_booking *booking,
                         zp__desk_read_fn then) {
    struct visit_state *visit = talloc_zero(ask, struct visit_state);
    visit->count = booking->booking_id_count > 0 ? booking->booking_id_count : 1;
    visit->ids = talloc_zero_array(visit, char *, (unsigned)visit->count);
    for (size_t i = 0; i < visit->count; i++) {
        visit->ids[i] =
            talloc_strdup(visit->ids, booking->booking_id_count > 0 ? booking->booking_ids[i]
                                                                    : booking->booking_id);
    }
    visit->sum = talloc_zero(visit, struct zp__dikidi_booking);
    visit->then = then;
    ask->state = visit;
    read_next(ask);
}
