#include "sync/look.h"
#include <stdlib.h>
#include <string.h>
#include <zapis/error.h>

struct span {
    int64_t from, to;
};

// A master's free stretches, cut down step by step. Small arrays: a day has dozens at most.
struct spans {
    struct span *items;
    size_t count;
};

static void push(TALLOC_CTX *ctx, struct spans *spans, int64_t from, int64_t to) {
    if (from >= to) {
        return;
    }
    spans->items = talloc_realloc(ctx, spans->items, struct span, (unsigned)spans->count + 1);
    if (spans->items == NULL) {
        zp_panic("out of memory");
    }
    spans->items[spans->count++] = (struct span){from, to};
}

static void cut(TALLOC_CTX *ctx, struct spans *spans, int64_t from, int64_t to) {
    struct spans rest = {0};
    for (size_t i = 0; i < spans->count; i++) {
        const struct span *span = &spans->items[i];
        push(ctx, &rest, span->from, span->to < from ? span->to : from);
        push(ctx, &rest, span->from > to ? span->from : to, span->to);
    }
    *spans = rest;
}

static void add_stretch(struct zp_look *look, const char *master_id, int64_t from, int64_t to,
                        enum zp_stretch_kind kind) {
    if (from >= to) {
        return;
    }
    look->stretches =
        talloc_realloc(look, look->stretches, struct zp_stretch, (unsigned)look->stretch_count + 1);
    if (look->stretches == NULL) {
        zp_panic("out of memory");
    }
    look->stretches[look->stretch_count++] = (struct zp_stretch){
        .master_id = talloc_strdup(look, master_id), .from = from, .to = to, .kind = kind};
    look->outside_count += kind == ZP_STRETCH_OUTSIDE;
}

static int by_master_and_time(const void *a, const void *b) {
    const struct zp_stretch *x = a;
    const struct zp_stretch *y = b;
    const int order = strcmp(x->master_id, y->master_id);
    return order != 0 ? order : (x->from > y->from) - (x->from < y->from);
}

static int by_time(const void *a, const void *b) {
    const struct zp_slot *x = a;
    const struct zp_slot *y = b;
    return x->starts_at != y->starts_at
               ? (x->starts_at > y->starts_at) - (x->starts_at < y->starts_at)
               : strcmp(x->master_id, y->master_id);
}

static const struct zp__look_answer *answer_of(const struct zp__look_input *input,
                                               const char *master_id) {
    for (size_t i = 0; i < input->answer_count; i++) {
        if (strcmp(input->answers[i].master_id, master_id) == 0) {
            return &input->answers[i];
        }
    }
    return NULL;
}

// Shift time without breaks and without what the journal knows as taken.
static struct spans unknown_time(TALLOC_CTX *ctx, const struct zp__look_input *input,
                                 const struct zp_shift *shift) {
    struct spans spans = {0};
    push(ctx, &spans, zp_zone_day_minute(input->zone, input->date, shift->from_min),
         zp_zone_day_minute(input->zone, input->date, shift->to_min));
    if (shift->break_from_min >= 0) {
        cut(ctx, &spans, zp_zone_day_minute(input->zone, input->date, shift->break_from_min),
            zp_zone_day_minute(input->zone, input->date, shift->break_to_min));
    }
    for (size_t i = 0; i < input->booking_count; i++) {
        const struct zp_booking *booking = input->bookings[i];
        if (zp_booking_state_holds_time(booking->state) && booking->master_id != NULL &&
            strcmp(booking->master_id, shift->master_id) == 0) {
            cut(ctx, &spans, booking->starts_at, booking->ends_at);
        }
    }
    return spans;
}

static void add_offers(struct zp_look *look, const struct zp__look_answer *answer) {
    for (size_t i = 0; i < answer->slot_count; i++) {
        const struct zp_slot *slot = &answer->slots[i];
        if (strcmp(slot->master_id, answer->master_id) != 0) {
            continue;
        }
        look->offers =
            talloc_realloc(look, look->offers, struct zp_slot, (unsigned)look->offer_count + 1);
        if (look->offers == NULL) {
            zp_panic("out of memory");
        }
        look->offers[look->offer_count++] = (struct zp_slot){
            .master_id = talloc_strdup(look, slot->master_id),
            .starts_at = slot->starts_at,
            .ends_at = slot->ends_at != 0 ? slot->ends_at
                                          : slot->starts_at + (int64_t)answer->duration_min * 60};
    }
}

// Start times are irregular, so between two offered starts, or beside one, minutes remain in which
// no service of this master fits. They are part of the free stretch: nothing can be booked there,
// by nobody. A sliver that touches nothing offered stays unknown.
static void drop_slivers(struct spans *rest, const struct spans *free_time, int64_t shortest_s) {
    size_t kept = 0;
    for (size_t i = 0; i < rest->count; i++) {
        const struct span *span = &rest->items[i];
        bool beside_offer = false;
        for (size_t k = 0; k < free_time->count; k++) {
            const struct span *whole = &free_time->items[k];
            beside_offer = beside_offer || (span->from >= whole->from && span->to <= whole->to &&
                                            (span->from > whole->from || span->to < whole->to));
        }
        if (span->to - span->from >= shortest_s || !beside_offer) {
            rest->items[kept++] = *span;
        }
    }
    rest->count = kept;
}

static void one_shift(struct zp_look *look, const struct zp__look_input *input,
                      const struct zp_shift *shift) {
    TALLOC_CTX *tmp = talloc_new(look);
    struct spans spans = unknown_time(tmp, input, shift);
    const struct zp__look_answer *answer = answer_of(input, shift->master_id);
    if (answer == NULL || !answer->asked) {
        for (size_t i = 0; i < spans.count; i++) {
            add_stretch(look, shift->master_id, spans.items[i].from, spans.items[i].to,
                        ZP_STRETCH_UNKNOWN);
            look->complete = look->complete && spans.items[i].to <= input->now;
        }
        talloc_free(tmp);
        return;
    }
    look->asked_at = look->asked_at == 0 || answer->asked_at < look->asked_at ? answer->asked_at
                                                                              : look->asked_at;
    add_offers(look, answer);
    struct spans rest = {0};
    for (size_t i = 0; i < spans.count; i++) {
        push(tmp, &rest, spans.items[i].from, spans.items[i].to);
    }
    for (size_t i = 0; i < answer->slot_count; i++) {
        if (strcmp(answer->slots[i].master_id, shift->master_id) == 0) {
            cut(tmp, &rest, answer->slots[i].starts_at,
                answer->slots[i].starts_at + (int64_t)answer->duration_min * 60);
        }
    }
    drop_slivers(&rest, &spans, (int64_t)answer->duration_min * 60);
    // What is offered is the free time without the rest.
    struct spans offered = spans;
    for (size_t i = 0; i < rest.count; i++) {
        cut(tmp, &offered, rest.items[i].from, rest.items[i].to);
    }
    for (size_t i = 0; i < offered.count; i++) {
        add_stretch(look, shift->master_id, offered.items[i].from, offered.items[i].to,
                    ZP_STRETCH_OFFERED);
    }
    // A gap shorter than the shortest service with its pause would not be offered even when free:
    // nothing can be said of it.
    const int64_t telling_s = ((int64_t)answer->duration_min + answer->spare_min) * 60;
    for (size_t i = 0; i < rest.count; i++) {
        const int64_t from = rest.items[i].from > input->now ? rest.items[i].from : input->now;
        const int64_t to = rest.items[i].to;
        add_stretch(look, shift->master_id, rest.items[i].from, to < input->now ? to : input->now,
                    ZP_STRETCH_UNKNOWN);
        add_stretch(look, shift->master_id, from, to,
                    to - from >= telling_s ? ZP_STRETCH_OUTSIDE : ZP_STRETCH_UNKNOWN);
    }
    talloc_free(tmp);
}

struct zp_look *zp__look_make(TALLOC_CTX *ctx, const struct zp__look_input *input) {
    struct zp_look *look = talloc_zero(ctx, struct zp_look);
    if (look == NULL) {
        zp_panic("out of memory");
    }
    look->date = input->date;
    look->complete = true;
    for (size_t i = 0; i < input->shift_count; i++) {
        one_shift(look, input, &input->shifts[i]);
    }
    if (look->stretch_count > 1) {
        qsort(look->stretches, look->stretch_count, sizeof(*look->stretches), by_master_and_time);
    }
    if (look->offer_count > 1) {
        qsort(look->offers, look->offer_count, sizeof(*look->offers), by_time);
    }
    return look;
}

bool zp__look_doubts(const struct zp_booking *booking, const struct zp__look_answer *answers,
                     size_t answer_count) {
    if (booking->state != ZP_BOOKING_BOOKED || booking->booking_id == NULL ||
        booking->master_id == NULL) {
        return false;
    }
    for (size_t i = 0; i < answer_count; i++) {
        for (size_t k = 0; answers[i].asked && k < answers[i].slot_count; k++) {
            const struct zp_slot *slot = &answers[i].slots[k];
            if (strcmp(slot->master_id, booking->master_id) == 0 &&
                slot->starts_at >= booking->starts_at && slot->starts_at < booking->ends_at) {
                return true;
            }
        }
    }
    return false;
}

const struct zp_service *zp__look_shortest(const struct zp_catalogue *catalogue,
                                           const char *master_id, int *duration_min) {
    const struct zp_service *shortest = NULL;
    for (size_t i = 0; i < catalogue->service_count; i++) {
        const struct zp_service *service = &catalogue->services[i];
        const int minutes = zp_catalogue_terms(service, master_id).duration_min;
        // Who does it is asked last: it costs the most, and this is done for each master at once.
        if (minutes > 0 && (shortest == NULL || minutes < *duration_min) &&
            zp_catalogue_offers(catalogue, master_id, service->id)) {
            shortest = service;
            *duration_min = minutes;
        }
    }
    return shortest;
}
