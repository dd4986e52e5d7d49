// A booking, a repeat and a move in the dialogue: the steps in order, back and forth, and what came
// of it. After a refusal everything is kept: a number takes one of the times offered.
#include "linear_book.h"
#include "memory.h"
#include "words.h"

#include <string.h>
#include <zapis/i18n.h>

typedef enum linear_went (*step_fn)(struct linear *linear, struct linear_draft *draft);

static const step_fn steps[LINEAR_STEPS] = {
    linear_step_service, linear_step_master, linear_step_day,     linear_step_time,
    linear_step_phone,   linear_step_name,   linear_step_comment, linear_step_confirm,
};

// Where a wish of the waiting list is made.
static const step_fn wish_steps[LINEAR_STEPS] = {
    [LINEAR_DAY] = linear_wish_days,
    [LINEAR_TIME] = linear_wish_hours,
    [LINEAR_CONFIRM] = linear_wish_confirm,
};

static step_fn step_of(const struct linear_draft *draft, int step) {
    return draft->listing && wish_steps[step] ? wish_steps[step] : steps[step];
}

bool linear_turns_to_wish(struct linear_draft *draft, const char *line) {
    if (draft->old || draft->waiting_id != 0 || !linear_is_word(line, "wait ждёт ждет"))
        return false;
    draft->listing = true;
    draft->walk_in = false; // who waits is called
    draft->known[LINEAR_DAY] = draft->known[LINEAR_TIME] = false;
    draft->known[LINEAR_PHONE] = draft->known[LINEAR_PHONE] && draft->phone[0] != '\0';
    return true;
}

// The step before one that may be changed; -1: there is none. What hangs on it is asked again.
static int before(struct linear_draft *draft, int step) {
    do
        step--;
    while (step >= 0 && draft->fixed[step]);
    for (int i = step; i >= 0 && i <= LINEAR_TIME; i++)
        draft->known[i] = draft->fixed[i];
    return step;
}

static int after(const struct linear_draft *draft, int step) {
    while (step < LINEAR_CONFIRM && (draft->known[step] || draft->fixed[step]))
        step++;
    return step;
}

// A time said in a line is proved before anything behind it is asked: nobody spells a name for a
// visit that cannot be. A script's answer is that of the booking itself.
static int proved(struct linear *linear, struct linear_draft *draft, int step) {
    if (step <= LINEAR_TIME || !draft->unproven)
        return step;
    draft->unproven = false;
    if (!linear->terminal || draft->listing || linear_prove_time(linear, draft))
        return step;
    return after(draft, 0);
}

// True: the person has said yes.
static bool walk(struct linear *linear, struct linear_draft *draft) {
    int step = after(draft, 0);
    while (step >= 0 && step < LINEAR_STEPS) {
        step = proved(linear, draft, step);
        switch (step_of(draft, step)(linear, draft)) {
        case LINEAR_NEXT:
            draft->known[step] = step != LINEAR_CONFIRM;
            if (step == LINEAR_CONFIRM)
                return true;
            step = after(draft, step + 1);
            break;
        case LINEAR_PREVIOUS: step = before(draft, step); break;
        case LINEAR_LEAVE: return false;
        }
    }
    return false;
}

static void forget_draft(struct linear *linear) {
    TALLOC_FREE(linear->draft);
    if (linear->list == LINEAR_LIST_OFFERS)
        linear->list = LINEAR_LIST_NONE;
}

void linear_draft_go(struct linear *linear, struct linear_draft *draft) {
    if (!walk(linear, draft)) {
        linear_say(linear, "%s",
                   draft->listing ? _("Nobody was put on the list.")
                   : draft->old   ? _("Nothing was moved.")
                                  : _("Nothing was booked."));
        forget_draft(linear);
    } else if (draft->listing) {
        linear_wish_submit(linear, draft);
        forget_draft(linear);
    } else if (linear_submit(linear, draft)) {
        forget_draft(linear);
    }
}

struct linear_draft *linear_draft_new(struct linear *linear) {
    struct zp_catalogue *catalogue = linear_catalogue(linear);
    if (!catalogue)
        return NULL;
    forget_draft(linear);
    struct linear_draft *draft = memory_new(linear, struct linear_draft);
    draft->catalogue = talloc_steal(draft, catalogue);
    draft->phone = memory_strdup(draft, "");
    draft->name = memory_strdup(draft, "");
    draft->comment = memory_strdup(draft, "");
    linear->draft = draft;
    return draft;
}

// ---- what is asked, and what came of it

// It is for the one who waits: another phone typed meanwhile makes it somebody else's.
static bool is_waited(const struct linear_draft *draft) {
    return draft->waiting_id != 0 && strcmp(draft->phone, draft->waiting_phone) == 0;
}

static struct zp_request request_of(const struct linear_draft *draft, bool release_first) {
    if (draft->old)
        return (struct zp_request){.ask = ZP_ASK_MOVE,
                                   .u.move = {.booking = draft->old->request_id,
                                              .starts_at = draft->starts_at,
                                              .master_id = draft->master_id,
                                              .release_first = release_first,
                                              .again = draft->again}};
    return (struct zp_request){.ask = ZP_ASK_BOOK,
                               .u.book = {.service_ids = draft->services,
                                          .service_count = draft->count,
                                          .master_id = draft->master_id,
                                          .starts_at = draft->starts_at,
                                          .client_phone = draft->walk_in ? NULL : draft->phone,
                                          .client_name = draft->name[0] ? draft->name : NULL,
                                          .walk_in = draft->walk_in,
                                          .comment = draft->comment,
                                          .waiting_id = is_waited(draft) ? draft->waiting_id : 0}};
}

static void say_done(struct linear *linear, const struct linear_draft *draft,
                     const struct zp_booking *made) {
    const char *number = made->booking_id ? made->booking_id : "?";
    const bool moved = draft->old && !draft->again;
    linear_say(linear, moved ? _("Moved. Number %s.") : _("Booked. Number %s."), number);
    linear_say(linear, "%s", linear_booking_line(linear, linear->scratch, made));
    linear_say(linear, "%s", _("The CRM follows by itself."));
    linear_did(linear,
               moved              ? UNDO_NOTHING
               : is_waited(draft) ? UNDO_WAITED
                                  : UNDO_BOOKING,
               made, made->attendance);
}

// Everything is kept; a number takes one of the offers, "again" asks for another time.
static void say_taken(struct linear *linear, struct linear_draft *draft,
                      const struct zp_event *answer) {
    linear_not_done(linear, answer);
    draft->offers = answer->offers ? talloc_steal(draft, answer->offers) : NULL;
    draft->offer_count = draft->offers ? answer->offer_count : 0;
    for (int i = LINEAR_DAY; i <= LINEAR_TIME; i++)
        draft->known[i] = false;
    if (draft->offer_count > 0)
        linear_say(linear, "%s", _("Free instead:"));
    for (size_t i = 0; i < draft->offer_count; i++) {
        const struct zp_slot *slot = &draft->offers[i];
        const struct zp_date date = zp_zone_wall(linear->config->zone, slot->starts_at).date;
        char clock[WORDS_SIZE];
        words_clock(linear->config->zone, slot->starts_at, clock);
        linear_say(linear, "%zu. %s %s, %s", i + 1, clock,
                   linear_day_words(linear, linear->scratch, date),
                   linear_master_name(draft, slot->master_id));
    }
    linear->list = LINEAR_LIST_OFFERS;
    linear_say(linear, "%s",
               _("Everything you said is kept. A number takes that time; “again” "
                 "asks for another."));
}

// A question of its own: the visit may be left without a time by it.
static bool releases_first(struct linear *linear) {
    linear_say(linear, "%s",
               _("The new time overlaps the visit itself: Dikidi gives it once the old time is "
                 "given back. If somebody takes it just then, the visit has no time until you "
                 "choose a free one. “no”: it stays where it is."));
    linear_drop_typed(linear);
    return linear_yes(linear, _("Give the old time back and take the new one? yes or no"));
}

// Where only the cancel went through, the visit is booked once more: the same client and CRM entry.
static struct zp_event release_and_book(struct linear *linear, struct linear_draft *draft) {
    const struct zp_request request = request_of(draft, true);
    const struct zp_event answer = *linear_ask(linear, linear->scratch, &request);
    if (!answer.ok) {
        const struct zp_booking *old = linear_read_booking(linear, draft->old->request_id);
        draft->again = old && old->state == ZP_BOOKING_CANCELLED;
    }
    return answer;
}

bool linear_submit(struct linear *linear, struct linear_draft *draft) {
    const struct zp_request request = request_of(draft, false);
    struct zp_event answer = *linear_ask(linear, linear->scratch, &request);
    if (!answer.ok && strcmp(answer.error.name, "MOVE_OVERLAPS") == 0) {
        if (!releases_first(linear)) {
            linear_say(linear, "%s", _("Nothing was moved."));
            return true;
        }
        answer = release_and_book(linear, draft);
    }
    if (answer.ok && answer.booking) {
        say_done(linear, draft, answer.booking);
        return true;
    }
    if (answer.error.code == ZP_E_REFUSED && strcmp(answer.error.name, "SLOT_TAKEN") == 0) {
        say_taken(linear, draft, &answer);
        return false;
    }
    const bool kept = answer.error.code == ZP_E_REFUSED || answer.error.code == ZP_E_USAGE;
    linear_not_done(linear, &answer);
    if (kept)
        linear_say(linear, "%s", _("Everything you said is kept: “again” goes on with it."));
    for (int i = LINEAR_DAY; kept && i < LINEAR_STEPS; i++)
        draft->known[i] = false;
    return !kept;
}

// ---- commands

void linear_take_offer(struct linear *linear, size_t number) {
    struct linear_draft *draft = linear->draft;
    if (!draft || number >= draft->offer_count) {
        linear_misuse(linear, _("There is no offer with that number."));
        return;
    }
    draft->starts_at = draft->offers[number].starts_at;
    draft->master_id = memory_strdup(draft, draft->offers[number].master_id);
    for (int i = 0; i < LINEAR_CONFIRM; i++)
        draft->known[i] = true;
    linear_draft_go(linear, draft);
}

void linear_book(struct linear *linear, const char *args) {
    struct linear_draft *draft = linear_draft_new(linear);
    if (!draft)
        return;
    if (args[0] == '\0' || linear_read_line(linear, draft, args)) {
        linear_draft_go(linear, draft);
    } else {
        linear_say(linear, "%s", _("Nothing was booked."));
        forget_draft(linear);
    }
}

static void take_services(struct linear_draft *draft, const struct zp_booking *booking) {
    draft->services = memory_array(draft, const char *, booking->service_count);
    draft->count = booking->service_count;
    for (size_t i = 0; i < booking->service_count; i++)
        draft->services[i] = memory_strdup(draft, booking->services[i].id);
    if (booking->master_id && zp_catalogue_master(draft->catalogue, booking->master_id))
        draft->master_id = memory_strdup(draft, booking->master_id);
    draft->walk_in = booking->origin == ZP_ORIGIN_WALK_IN;
    linear_set(draft, &draft->phone, booking->client_phone ? booking->client_phone : "");
    linear_set(draft, &draft->name, booking->client_name ? booking->client_name : "");
    draft->known[LINEAR_SERVICE] = draft->known[LINEAR_MASTER] = true;
    draft->known[LINEAR_PHONE] = draft->known[LINEAR_NAME] = true;
}

// The comment is not repeated: it was about the other visit.
void linear_again(struct linear *linear, const char *args) {
    if (args[0] == '\0' && linear->draft) {
        linear_draft_go(linear, linear->draft);
        return;
    }
    const char *reference = linear_reference(linear, args);
    const struct zp_booking *booking = reference ? linear_read_booking(linear, reference) : NULL;
    struct linear_draft *draft = booking ? linear_draft_new(linear) : NULL;
    if (!draft)
        return;
    take_services(draft, booking);
    linear_say(linear, _("The same once more: %s"),
               linear_booking_line(linear, linear->scratch, booking));
    linear_draft_go(linear, draft);
}

void linear_move(struct linear *linear, const char *args) {
    const char *reference = linear_reference(linear, linear_word(linear, &args));
    struct zp_booking *booking = NULL;
    struct linear_draft *draft = NULL;
    if (reference)
        booking = linear_read_booking(linear, reference);
    draft = booking ? linear_draft_new(linear) : NULL;
    if (!draft)
        return;
    take_services(draft, booking);
    draft->old = talloc_steal(draft, booking);
    draft->again = booking->state == ZP_BOOKING_CANCELLED;
    draft->date = zp_zone_wall(linear->config->zone, booking->starts_at).date;
    draft->fixed[LINEAR_SERVICE] = draft->fixed[LINEAR_PHONE] = true;
    draft->fixed[LINEAR_NAME] = draft->fixed[LINEAR_COMMENT] = true;
    linear_say(linear, _("To be moved: %s"), linear_booking_line(linear, linear->scratch, booking));
    linear_say(linear, "%s", _("“back” instead of a day: another master."));
    if (args[0] != '\0') {
        if (!linear_date(linear, args, draft->date, &draft->date)) {
            forget_draft(linear);
            return;
        }
        draft->known[LINEAR_DAY] = true;
    }
    linear_draft_go(linear, draft);
}
