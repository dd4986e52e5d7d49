// After SLOT_TAKEN: the next free times, then the refusal as the answer.
#include "desk_private.h"

#define OFFERS 3

static void add_offer(struct zp__ask *ask, const struct zp_slot *slot) {
    for (size_t i = 0; i < ask->event.offer_count; i++) {
        if (ask->event.offers[i].starts_at == slot->starts_at) {
            return; // any master: three times are more use than three masters at one time
        }
    }
    ask->event.offers[ask->event.offer_count++] =
        (struct zp_slot){.master_id = talloc_strdup(ask->event.offers, slot->master_id),
                         .starts_at = slot->starts_at,
                         .ends_at = slot->ends_at};
}

// The next times from the wished one on; when the day has too few, the latest before it.
static void pick_offers(struct zp__ask *ask, const struct zp_slots *slots) {
    for (size_t d = 0; d < slots->day_count; d++) {
        const struct zp_day_slots *day = &slots->days[d];
        for (size_t i = 0; i < day->slot_count && ask->event.offer_count < OFFERS; i++) {
            if (day->slots[i].starts_at >= ask->wish.starts_at) {
                add_offer(ask, &day->slots[i]);
            }
        }
    }
}

static void pick_earlier(struct zp__ask *ask, const struct zp_slots *slots) {
    const struct zp_day_slots *day = &slots->days[0];
    for (size_t i = day->slot_count; i > 0 && ask->event.offer_count < OFFERS; i--) {
        if (day->slots[i - 1].starts_at < ask->wish.starts_at) {
            add_offer(ask, &day->slots[i - 1]);
        }
    }
}

static void answer_taken(struct zp__ask *ask) {
    const struct zp_slots *day = ask->wish.day;
    if (day != NULL && day->day_count > 0) {
        pick_earlier(ask, day);
    }
    const struct zp_error refusal = ask->wish.refusal;
    zp__ask_answer(ask, &refusal);
}

static void ask_offers(struct zp__ask *ask, struct zp_date date, int round);

static void on_offers(const struct zp__dikidi_answer *answer, void *data) {
    size_t round = 0;
    struct zp__ask *ask = zp__ticket_take(data, &round);
    if (ask == NULL) {
        return;
    }
    if (!answer->ok || answer->slots == NULL) {
        answer_taken(ask); // the refusal stands; that no offers could be had changes nothing
        return;
    }
    struct zp_slots *slots = talloc_steal(ask, answer->slots);
    pick_offers(ask, slots);
    if (round == 0) {
        ask->wish.day = slots;
    }
    const struct zp_date date = slots->day_count > 0 ? slots->days[0].date : (struct zp_date){0};
    for (size_t i = 0; i < slots->available_count && round == 0 && ask->event.offer_count < OFFERS;
         i++) {
        if (zp_date_compare(slots->available[i], date) > 0) {
            ask_offers(ask, slots->available[i], 1);
            return;
        }
    }
    answer_taken(ask);
}

static void ask_offers(struct zp__ask *ask, struct zp_date date, int round) {
    const struct zp__wish *wish = &ask->wish;
    zp__dikidi_schedule(ask->desk->dikidi, ZP_PACE_URGENT, wish->service_ids, wish->service_count,
                        wish->master_id, date, on_offers, zp__ask_ticket(ask, (size_t)round));
}

void zp__desk_answer_with_offers(struct zp__ask *ask, const struct zp_error *refusal) {
    ask->wish.refusal = *refusal;
    ask->event.offers = talloc_zero_array(ask, struct zp_slot, OFFERS);
    ask_offers(ask, zp_zone_wall(ask->desk->o.config->zone, ask->wish.starts_at).date, 0);
}
