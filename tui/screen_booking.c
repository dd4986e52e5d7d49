// New booking: four steps over one draft, and the ways between them. booking_*.c hold the steps.
#include "booking.h"
#include "memory.h"
#include <string.h>
#include <zapis/i18n.h>

static void *booking_of(TALLOC_CTX *ctx, const struct screen_env *env,
                        const struct screen_args *args, enum booking_purpose purpose) {
    struct booking *booking = memory_new(ctx, struct booking);

    booking->env = env;
    booking->purpose = purpose;
    if (purpose != BOOKING_NEW)
        booking->old.request_id = memory_strdup(booking, args->booking ? args->booking : "");
    booking->step = BOOKING_CHOICE;
    booking->time.first = args->date;
    booking->time.wished_at = args->starts_at;
    booking->time.wish_minute = -1;
    booking->time.typed = field_new(booking, 8);
    booking_choice_init(booking);
    booking_client_init(booking, args);
    // The column that the cursor happens to stand in forces nobody; a gap brings its master.
    if (args->master_id && args->starts_at != 0)
        booking->choice.master_id = memory_strdup(booking, args->master_id);
    if (args->service_id)
        booking->choice.wished_id = memory_strdup(booking, args->service_id);
    booking_waiting_init(booking, args);
    return booking;
}

static void *booking_new(TALLOC_CTX *ctx, const struct screen_env *env,
                         const struct screen_args *args) {
    return booking_of(ctx, env, args, BOOKING_NEW);
}

static void *again_new(TALLOC_CTX *ctx, const struct screen_env *env,
                       const struct screen_args *args) {
    return booking_of(ctx, env, &(struct screen_args){.booking = args->booking}, BOOKING_AGAIN);
}

static void *move_new(TALLOC_CTX *ctx, const struct screen_env *env,
                      const struct screen_args *args) {
    const struct screen_args visit = {
        .booking = args->booking, .master_id = args->master_id, .starts_at = args->starts_at};
    struct booking *booking = booking_of(ctx, env, &visit, BOOKING_MOVE);

    if (args->master_id && args->starts_at != 0)
        booking->old.back_to = memory_strdup(booking, args->master_id);
    booking->time.stated_at = args->starts_at; // that one, or none by itself
    booking->time.wished_at = 0;
    return booking;
}

static void opened(struct booking *booking, struct commands *commands) {
    struct booking_time *time = &booking->time;
    const struct zp_zone *zone = booking->env->config->zone;
    struct zp_date today = zp_zone_wall(zone, booking->now).date;

    if (time->wished_at != 0) {
        struct zp_wall wall = zp_zone_wall(zone, time->wished_at);

        time->first = wall.date;
        time->wish_minute = wall.hour * 60 + wall.minute;
    }
    if (time->first.year == 0 || zp_date_compare(time->first, today) < 0)
        time->first = today;
    time->date = time->first;
    booking_choice_ask(booking, false, commands);
    booking_client_look(booking, commands);
    booking_old_ask(booking, commands);
}

// ---- from step to step

static void say_unmet(const struct booking *booking, struct commands *commands) {
    TALLOC_CTX *ctx = memory_must(talloc_new(NULL));

    command_notice(commands, STYLE_WARN, "%s", booking_missed_text(ctx, booking));
    talloc_free(ctx);
}

// True if there is a time, or one is on its way; else the step that says why not.
static bool has_time(struct booking *booking, struct commands *commands) {
    struct booking_time *time = &booking->time;

    if (!booking_typed_take(booking, commands))
        return false;
    if (booking->step != BOOKING_TIME || !time->trouble) // there Ctrl-R asks again, nothing else
        booking_time_need(booking, commands);
    if (time->chosen_at != 0 || booking_time_pending(booking))
        return true;
    booking->step = BOOKING_TIME;
    if (time->trouble)
        command_notice(commands, STYLE_WARN, "%s",
                       _("The free time is not known: Ctrl-R asks again."));
    else if (booking_time_unmet(booking))
        say_unmet(booking, commands);
    else
        command_notice(commands, STYLE_WARN, "%s",
                       _("This day has no free time: choose another day."));
    return false;
}

static void confirm_move(struct booking *booking, struct commands *commands) {
    if (!has_time(booking, commands))
        return;
    booking->step = BOOKING_CONFIRM;
    if (booking_overlap_chosen(booking) && booking->send.phase == BOOKING_ASK) {
        booking->send.phase = BOOKING_OVERLAPS;
        booking->send.cursor = 0;
        command_question_changed(commands); // that it may be left without a time is read first
    }
}

static void go_confirm(struct booking *booking, struct commands *commands) {
    if (booking->purpose == BOOKING_MOVE) {
        confirm_move(booking, commands);
        return;
    }
    if (booking->step == BOOKING_TIME && booking_time_unmet(booking) &&
        !has_time(booking, commands))
        return;
    booking->step = BOOKING_CLIENT;
    if (booking_client_check(booking) && has_time(booking, commands))
        booking->step = BOOKING_CONFIRM;
    else
        booking_time_need(booking, commands);
}

void booking_go(struct booking *booking, enum booking_step step, struct commands *commands) {
    if (booking->step == BOOKING_CHOICE && step > BOOKING_CHOICE &&
        !booking_choice_commit(booking, commands))
        return;
    if (booking->listing && step > BOOKING_CHOICE) {
        booking_waiting_list(booking, commands);
        return;
    }
    if (booking->send.phase == BOOKING_TAKEN || booking->send.phase == BOOKING_OVERLAPS)
        booking_send_again(booking);
    switch (step) {
    case BOOKING_CHOICE:
        booking->step = step;
        booking_typed_clear(booking);
        break;
    case BOOKING_TIME:
        booking->step = step;
        booking_time_enter(booking, commands);
        break;
    case BOOKING_CLIENT:
        if (booking->step == BOOKING_CONFIRM)
            booking_client_back(booking);
        if (has_time(booking, commands))
            booking->step = step;
        break;
    case BOOKING_CONFIRM: go_confirm(booking, commands); break;
    }
}

void booking_go_on(struct booking *booking, struct commands *commands) {
    booking_go(booking, booking->purpose == BOOKING_NEW ? BOOKING_CLIENT : BOOKING_CONFIRM,
               commands);
}

// ---- keys

static bool sent(const struct booking *booking) {
    return booking->step == BOOKING_CONFIRM &&
           (booking->send.phase == BOOKING_SENDING || booking->send.phase == BOOKING_UNSENT ||
            booking->send.phase == BOOKING_UNKNOWN || booking->send.phase == BOOKING_HALF);
}

static bool step_key(struct booking *booking, enum action action, struct commands *commands) {
    switch (action) {
    case ACTION_STEP_MASTER:
    case ACTION_STEP_1: booking_go(booking, BOOKING_CHOICE, commands); return true;
    case ACTION_STEP_2: booking_go(booking, BOOKING_TIME, commands); return true;
    case ACTION_STEP_3: booking_go(booking, BOOKING_CLIENT, commands); return true;
    case ACTION_STEP_4: booking_go(booking, BOOKING_CONFIRM, commands); return true;
    case ACTION_WAIT: booking_waiting_list(booking, commands); return true;
    case ACTION_WALK_IN:
        booking_client_walk_in(booking, commands);
        booking_go(booking, BOOKING_CONFIRM, commands);
        return true;
    default: return false;
    }
}

static void key(struct booking *booking, const struct message *message, struct commands *commands) {
    if (booking->leaving) {
        booking->leaving = false;
        if (message->u.key.action == ACTION_YES)
            command_close(commands, NULL);
        if (message->u.key.action == ACTION_YES || message->u.key.action == ACTION_STAY)
            return; // any other key goes on where one was
    }
    if (booking->old.request_id && !booking->old.filled) {
        if (message->u.key.action == ACTION_BACK)
            command_close(commands, NULL);
        return;
    }
    if (booking_typed_holds(booking, message->u.key.action))
        return;
    if (!sent(booking) && step_key(booking, message->u.key.action, commands))
        return;
    switch (booking->step) {
    case BOOKING_CHOICE: booking_choice_key(booking, message, commands); break;
    case BOOKING_TIME: booking_time_key(booking, message, commands); break;
    case BOOKING_CLIENT: booking_client_key(booking, message, commands); break;
    case BOOKING_CONFIRM: booking_send_key(booking, message, commands); break;
    }
}

// The way on that was held until the time typed is known to be offered, or not to be.
static void release(struct booking *booking, struct commands *commands) {
    const enum action held = booking->time.held;

    if (held == ACTION_NONE || booking->time.loading)
        return;
    booking->time.held = ACTION_NONE;
    if (booking->time.chosen_at == 0) // what was typed ahead was for the next step
        command_question_changed(commands);
    if (held == ACTION_ENTER)
        booking_go_on(booking, commands);
    else
        step_key(booking, held, commands);
}

static void event(struct booking *booking, const struct message *message,
                  struct commands *commands) {
    const struct zp_event *event = message->u.event.event;

    switch (message->u.event.tag) {
    case BOOKING_TAG_CATALOGUE:
        booking_choice_answer(booking, event);
        booking_old_fill(booking, commands);
        booking_waiting_fill(booking, commands);
        break;
    case BOOKING_TAG_LOOK: booking_overlap_answer(booking, event); break;
    case BOOKING_TAG_OLD: booking_old_answer(booking, event, commands); break;
    case BOOKING_TAG_SLOTS:
    case BOOKING_TAG_SOON:
        booking_time_answer(booking, message, commands);
        release(booking, commands);
        break;
    case BOOKING_TAG_CLIENTS: booking_client_answer(booking, event, commands); break;
    case BOOKING_TAG_BOOK: booking_send_answer(booking, event, commands); break;
    case BOOKING_TAG_TWICE: booking_twice_answer(booking, event); break;
    default:
        booking->twice.stale = booking->twice.stale || event->kind == ZP_EVENT_BOOKING ||
                               event->kind == ZP_EVENT_JOURNAL;
        if (event->kind == ZP_EVENT_BOOKING) {
            booking_old_event(booking, event->booking);
            booking_send_event(booking, event->booking, commands);
        }
        break;
    }
}

static void click(struct booking *booking, int hit, struct commands *commands) {
    if (booking->leaving || (booking->old.request_id && !booking->old.filled))
        return;
    switch (booking->step) {
    case BOOKING_CHOICE: booking_choice_click(booking, hit, commands); break;
    case BOOKING_TIME: booking_time_click(booking, hit, commands); break;
    case BOOKING_CLIENT: booking_client_click(booking, hit, commands); break;
    case BOOKING_CONFIRM: booking_send_click(booking, hit); break;
    }
}

// What could not be read is asked for again: why is told in the present language then.
static void language(struct booking *booking, struct commands *commands) {
    booking_choice_rebuild(booking);
    booking_client_language(booking, commands);
    booking_time_language(booking, commands);
    if (booking->choice.trouble) {
        TALLOC_FREE(booking->choice.trouble);
        booking_choice_ask(booking, false, commands);
    }
    if (booking->old.trouble) {
        TALLOC_FREE(booking->old.trouble);
        booking_old_ask(booking, commands);
    }
}

static void update(void *model, const struct message *message, struct commands *commands) {
    struct booking *booking = model;

    booking->now = message->now;
    switch (message->kind) {
    case MESSAGE_OPENED: opened(booking, commands); break;
    case MESSAGE_KEY: key(booking, message, commands); break;
    case MESSAGE_MOUSE: click(booking, message->u.mouse.hit, commands); break;
    case MESSAGE_PASTE:
        booking->leaving = false;
        if (booking->step == BOOKING_CLIENT)
            booking_client_paste(booking, message->u.paste.text, commands);
        break;
    case MESSAGE_TICK: booking_time_tick(booking); break;
    case MESSAGE_EVENT: event(booking, message, commands); break;
    case MESSAGE_LANGUAGE: language(booking, commands); break;
    case MESSAGE_RESIZE:
    case MESSAGE_TIMER: break;
    case MESSAGE_RESULT: booking_waiting_result(booking, message->u.result.result, commands); break;
    }
    booking_twice_look(booking, commands);
}

static void view(const void *model, struct grid *grid) {
    booking_view(model, grid);
}

// ---- keys that make sense now

static size_t put(enum action *out, size_t count, const enum action *more, size_t size) {
    memcpy(out + count, more, size);
    return count + size / sizeof(more[0]);
}

// Of a move only the master and the time can be changed.
static size_t ways_of_move(const struct booking *booking, enum action *out) {
    size_t count = 0;

    if (booking->step != BOOKING_CHOICE)
        out[count++] = ACTION_STEP_MASTER;
    if (booking->step != BOOKING_TIME)
        out[count++] = ACTION_STEP_2;
    if (booking->step != BOOKING_CONFIRM)
        out[count++] = ACTION_STEP_4;
    return count;
}

static size_t ways(const struct booking *booking, enum action *out) {
    static const enum action steps[] = {ACTION_STEP_1, ACTION_STEP_2, ACTION_STEP_3, ACTION_STEP_4};
    size_t count = 0;

    if (booking->purpose == BOOKING_MOVE)
        return ways_of_move(booking, out);
    for (int i = 0; i < BOOKING_STEPS; i++)
        if ((int)booking->step != i + 1)
            out[count++] = steps[i];
    if (booking_walk_in_allowed(booking) &&
        (booking->step != BOOKING_CONFIRM || !booking->client.walk_in))
        out[count++] = ACTION_WALK_IN;
    return count;
}

static size_t actions(const void *model, enum action *out) {
    static const enum action question[] = {ACTION_ENTER, ACTION_BACK};
    static const enum action leaving[] = {ACTION_YES, ACTION_STAY};
    static const enum action choice[] = {ACTION_TAKE,      ACTION_NEXT,   ACTION_PREVIOUS,
                                         ACTION_UP,        ACTION_DOWN,   ACTION_PAGE_UP,
                                         ACTION_PAGE_DOWN, ACTION_REFRESH};
    static const enum action time[] = {ACTION_DAY_BEFORE, ACTION_DAY_AFTER, ACTION_UP,
                                       ACTION_DOWN,       ACTION_PAGE_UP,   ACTION_PAGE_DOWN,
                                       ACTION_NEXT,       ACTION_PREVIOUS,  ACTION_REFRESH};
    static const enum action client[] = {ACTION_UP, ACTION_DOWN, ACTION_NEXT, ACTION_PREVIOUS};
    static const enum action offers[] = {ACTION_UP, ACTION_DOWN};
    const struct booking *booking = model;
    size_t count = 0;

    if (booking->old.request_id && !booking->old.filled) {
        out[0] = ACTION_BACK;
        return 1;
    }
    if (sent(booking))
        return put(out, 0, question, sizeof(question));
    if (booking->leaving) // first of those with these keys
        count = put(out, 0, leaving, sizeof(leaving));
    count += ways(booking, out + count);
    if (!booking->leaving) {
        out[count++] = ACTION_BACK;
        out[count++] = ACTION_ENTER;
    }
    if (booking->step == BOOKING_TIME && booking->purpose != BOOKING_MOVE)
        out[count++] = ACTION_WAIT;
    switch (booking->step) {
    case BOOKING_CHOICE: return put(out, count, choice, sizeof(choice));
    case BOOKING_TIME: return put(out, count, time, sizeof(time));
    case BOOKING_CLIENT: return put(out, count, client, sizeof(client));
    case BOOKING_CONFIRM: break;
    }
    return booking->send.phase == BOOKING_TAKEN || booking->send.phase == BOOKING_OVERLAPS
               ? put(out, count, offers, sizeof(offers))
               : count;
}

static bool typing(const void *model) {
    const struct booking *booking = model;

    return booking->step == BOOKING_CHOICE || booking->step == BOOKING_CLIENT ||
           (booking->step == BOOKING_TIME && booking_typed(booking));
}

// An answer is on its way that will show what has not been seen yet. The Esc that goes through all
// the same leads back.
static bool waiting(const void *model) {
    const struct booking *booking = model;

    if (booking->leaving)
        return false;
    if (booking_old_pending(booking))
        return true;
    if (booking->step == BOOKING_CHOICE)
        return booking->choice.asked && !booking->choice.catalogue;
    if (booking->step == BOOKING_TIME)
        return booking->time.skip || booking->time.held != ACTION_NONE ||
               booking_undo_asks(booking);
    if (booking->step == BOOKING_CLIENT)
        return booking->client.take;
    return booking->step == BOOKING_CONFIRM &&
           (booking->send.phase == BOOKING_SENDING || booking_time_pending(booking));
}

// What was sent goes on by itself: only a draft can be lost.
static bool unsaved(const void *model) {
    const struct booking *booking = model;

    if (booking->purpose == BOOKING_MOVE)
        return booking->step == BOOKING_CONFIRM && !sent(booking);
    return !sent(booking) && (booking->choice.count > 0 || booking_client_dirty(booking));
}

#define SCREEN(screen, its_name, its_new)                                                          \
    const struct screen_ops screen = {                                                             \
        .name = (its_name),                                                                        \
        .new = (its_new),                                                                          \
        .update = update,                                                                          \
        .view = view,                                                                              \
        .actions = actions,                                                                        \
        .typing = typing,                                                                          \
        .waiting = waiting,                                                                        \
        .unsaved = unsaved,                                                                        \
    }
SCREEN(screen_booking, "booking", booking_new);
SCREEN(screen_again, "again", again_new);
SCREEN(screen_move, "move", move_new);
