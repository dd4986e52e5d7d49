// Day: the home screen. Model and update; day_*.c draw it and lay it out.
#include "day.h"
#include "memory.h"
#include <string.h>
#include <zapis/i18n.h>

#define LOOK_OLD_S     300  // a look this old is asked for anew with the minute hand
#define TRUTH_DELAY_MS 1000 // changes of the journal are counted together
#define SETTLE_MS      700  // as long as a person takes to see that the booking is done
#define LEAF_MS        150  // who leafs on does not stay on a day

enum { TAG_CATALOGUE = 1, TAG_SHIFTS, TAG_DAY, TAG_LOOK, TAG_TRUTH, TAG_QUEUE, TAG_WAITING };
enum { TIMER_TRUTH = 1, TIMER_SETTLED, TIMER_LEAFED };

// ---- asking

static void ask_day(struct day *day, struct commands *commands) {
    const struct zp_request request = {.ask = ZP_ASK_DAY, .u.day = {.date = day->date}};

    day->day_asked = true;
    day->day_stale = false;
    command_ask(commands, TAG_DAY, &request);
}

// Changes that come in quick succession cost two reads, not one each.
static void ask_day_again(struct day *day, struct commands *commands) {
    if (day->day_asked)
        day->day_stale = true;
    else
        ask_day(day, commands);
}

static void ask_shifts(const struct day *day, struct commands *commands, bool refresh) {
    const struct zp_request request = {
        .ask = ZP_ASK_SHIFTS, .u.shifts = {.date = day->date, .days = 1, .refresh = refresh}};

    command_ask(commands, TAG_SHIFTS, &request);
}

static void ask_look(struct day *day, struct commands *commands, bool refresh) {
    const struct zp_request request = {.ask = ZP_ASK_LOOK,
                                       .u.look = {.date = day->date, .refresh = refresh}};

    day->look_asked = true;
    command_ask(commands, TAG_LOOK, &request);
}

static void ask_truth(struct day *day, struct commands *commands) {
    const struct zp_request request = {.ask = ZP_ASK_TRUTH, .u.truth = {.date = day->date}};

    day->truth_asked = true;
    command_ask(commands, TAG_TRUTH, &request);
}

static void ask_catalogue(struct commands *commands, bool refresh) {
    const struct zp_request request = {.ask = ZP_ASK_CATALOGUE, .u.catalogue = {refresh}};

    command_ask(commands, TAG_CATALOGUE, &request);
}

static void ask_queue(struct commands *commands) {
    const struct zp_request request = {.ask = ZP_ASK_QUEUE};

    command_ask(commands, TAG_QUEUE, &request);
}

static void ask_date(struct day *day, struct commands *commands) {
    ask_day(day, commands);
    ask_shifts(day, commands, false);
    ask_look(day, commands, false);
    ask_truth(day, commands);
}

// ---- the model

static void rebuild(struct day *day) {
    const struct day_facts facts = {.zone = day->env->config->zone,
                                    .date = day->date,
                                    .now = day->now,
                                    .catalogue = day->catalogue,
                                    .shifts = day->shifts,
                                    .bookings = day->bookings,
                                    .booking_count = day->booking_count,
                                    .bookings_known = day->bookings_known,
                                    .look = day->look};
    struct day_board *board = day_board_new(day, &facts);

    // Rows count from the board's first hour, and that changes as shifts become known.
    if (day->board && day->board->from != board->from)
        day->top += (day->board->from - board->from) / day->zoom;
    talloc_free(day->board);
    day->board = board;
    day_place_cursor(day);
}

static int now_minute(const struct day *day) {
    return day_minute(day->env->config->zone, day->date, day->now);
}

static void forget_date(struct day *day) {
    TALLOC_FREE(day->shifts);
    TALLOC_FREE(day->booking_owner);
    day->bookings = NULL;
    day->booking_count = 0;
    day->bookings_known = false;
    TALLOC_FREE(day->look);
    day->look_failed = false;
    TALLOC_FREE(day->truth.truth);
    TALLOC_FREE(day->trouble);
}

// The journal is asked at once. Dikidi and the CRM are asked a moment later, for the day on which
// the person stays: their requests would stand before the new day's drawing, and leafing through a
// month would spend the budget on days nobody looks at.
static void go_date(struct day *day, struct zp_date date, struct commands *commands) {
    if (zp_date_compare(date, day->date) != 0) {
        day->date = date;
        forget_date(day);
        day_cursor_to(day, NULL, day->minute);
        ask_shifts(day, commands, false);
        ask_day(day, commands);
        command_hold(commands, TAG_DAY); // the shifts come before it: one frame has both
        command_cancel_ask(commands, TAG_LOOK);
        command_cancel_ask(commands, TAG_TRUTH);
        day->look_asked = day->truth_asked = true; // as good as
        command_timer(commands, TIMER_LEAFED, LEAF_MS);
    }
    rebuild(day);
}

// As it opens: the first masters, too. Whoever scrolled sideways wants to be back.
static void go_today(struct day *day, struct commands *commands) {
    go_date(day, day->today, commands);
    TALLOC_FREE(day->master_id);
    day_cursor_to(day, NULL, now_minute(day));
    day->left = 0;
    day->follows = true;
    day_place_cursor(day);
}

static void *day_new(TALLOC_CTX *ctx, const struct screen_env *env,
                     const struct screen_args *args) {
    struct day *day = memory_new(ctx, struct day);

    day->env = env;
    day->date = args->date;
    day->zoom = 30;
    day->column_key = "Tab";
    day->rows = 23;
    day->cols = 80;
    day->column = day->item = -1;
    if (args->master_id)
        day->master_id = memory_strdup(day, args->master_id);
    return day;
}

// ---- the date asked for

static void close_date(struct day *day) {
    TALLOC_FREE(day->date_field);
    TALLOC_FREE(day->date_error);
}

// False: it is no date, and why is said in the present language.
static bool parse_date(struct day *day, struct zp_date *date) {
    struct zp_error err = {0};

    TALLOC_FREE(day->date_error);
    if (zp_date_parse_human(field_text(day->date_field), day->today, date, &err))
        return true;
    day->date_error = memory_strdup(day, err.message);
    return false;
}

static void take_date(struct day *day, struct commands *commands) {
    struct zp_date date;

    if (field_empty(day->date_field)) {
        close_date(day);
    } else if (parse_date(day, &date)) {
        close_date(day);
        go_date(day, date, commands);
    }
}

static void date_key(struct day *day, const struct message *message, struct commands *commands) {
    switch (message->u.key.action) {
    case ACTION_BACK: close_date(day); return;
    case ACTION_ENTER: take_date(day, commands); return;
    default: break;
    }
    if (field_key(day->date_field, &message->u.key.key) == FIELD_CHANGED)
        TALLOC_FREE(day->date_error);
}

// ---- keys

static void refresh(struct day *day, struct commands *commands) {
    ask_day(day, commands);
    ask_catalogue(commands, true);
    ask_shifts(day, commands, true);
    ask_look(day, commands, true);
    ask_truth(day, commands);
    ask_queue(commands);
    command_notice(commands, STYLE_NOTICE, "%s", _("Asking Dikidi and the CRM again."));
}

static void other_key(struct day *day, enum action action, struct commands *commands) {
    switch (action) {
    case ACTION_DATE: day->date_field = field_new(day, 32); break;
    case ACTION_REFRESH: refresh(day, commands); break;
    case ACTION_UNDO: undo_key(&day->undo, DAY_OPENED, commands); break;
    case ACTION_WAIT_LATER: day_waiting_later(day, commands); break;
    default: day_open_key(day, action, commands); break;
    }
}

static bool moves(enum action action) {
    switch (action) {
    case ACTION_MASTER_BEFORE:
    case ACTION_MASTER_AFTER:
    case ACTION_ITEM_BEFORE:
    case ACTION_ITEM_AFTER:
    case ACTION_ITEM_FIRST:
    case ACTION_ITEM_LAST: return true;
    default: return false;
    }
}

static void key(struct day *day, const struct message *message, struct commands *commands) {
    if (day->date_field) {
        date_key(day, message, commands);
        return;
    }
    if (day->settling && message->u.key.action == ACTION_ENTER) {
        command_timer(commands, TIMER_SETTLED, SETTLE_MS); // one more of a row
        return;
    }
    if (moves(message->u.key.action))
        day->follows = false;
    switch (message->u.key.action) {
    case ACTION_DAY_BEFORE: go_date(day, zp_date_add_days(day->date, -1), commands); break;
    case ACTION_DAY_AFTER: go_date(day, zp_date_add_days(day->date, 1), commands); break;
    case ACTION_TODAY: go_today(day, commands); break;
    case ACTION_MASTER_BEFORE: day_move_master(day, -1); break;
    case ACTION_MASTER_AFTER: day_move_master(day, 1); break;
    case ACTION_ITEM_BEFORE: day_move_item(day, -1); break;
    case ACTION_ITEM_AFTER: day_move_item(day, 1); break;
    case ACTION_ITEM_FIRST: day_move_end(day, 1); break;
    case ACTION_ITEM_LAST: day_move_end(day, -1); break;
    case ACTION_ZOOM_IN: day_zoom(day, -1); break;
    case ACTION_ZOOM_OUT: day_zoom(day, 1); break;
    case ACTION_NONE: day_open_typed(&message->u.key.key, commands); break;
    default: other_key(day, message->u.key.action, commands); break;
    }
}

// ---- answers and events

void day_take_bookings(struct day *day, const struct zp_event *event) {
    TALLOC_CTX *owner = NULL;

    if (!event->ok) {
        talloc_free(day->trouble);
        day->trouble = memory_strdup(day, event->error.message);
        return;
    }
    TALLOC_FREE(day->trouble);
    owner = memory_must(talloc_new(day));
    for (size_t i = 0; i < event->booking_count; i++)
        talloc_steal(owner, event->bookings[i]);
    if (event->bookings)
        talloc_steal(owner, event->bookings);
    talloc_free(day->booking_owner);
    day->booking_owner = owner;
    day->bookings = event->bookings;
    day->booking_count = event->booking_count;
    day->bookings_known = true;
}

static void take_queue(struct day *day, const struct zp_event *event) {
    if (!event->ok)
        return;
    day->truth.sync_known = true;
    day->truth.waiting = day->truth.attention = 0;
    for (size_t i = 0; i < event->task_count; i++) {
        if (event->tasks[i].state == ZP_TASK_ATTENTION)
            day->truth.attention++;
        else
            day->truth.waiting++;
    }
}

static void take_look(struct day *day, const struct zp_event *event) {
    day->look_asked = false;
    day->look_failed = !event->look;
    if (!event->look)
        return; // what was known before stays, with its age
    talloc_free(day->look);
    day->look = talloc_steal(day, event->look);
}

static void take_truth(struct day *day, const struct zp_event *event) {
    day->truth_asked = false;
    TALLOC_FREE(day->truth.truth);
    if (event->truth)
        day->truth.truth = talloc_steal(day, event->truth);
}

static void answer(struct day *day, const struct message *message, struct commands *commands) {
    const struct zp_event *event = message->u.event.event;

    switch (message->u.event.tag) {
    case TAG_CATALOGUE:
        if (event->catalogue) {
            talloc_free(day->catalogue);
            day->catalogue = talloc_steal(day, event->catalogue);
        } else if (!event->ok) {
            command_notice(commands, STYLE_ERROR, "%s", event->error.message);
        }
        break;
    case TAG_SHIFTS:
        if (event->shifts) {
            talloc_free(day->shifts);
            day->shifts = talloc_steal(day, event->shifts);
            // A look before the shifts of a day were known could tell nothing.
            if (!day->look && !day->look_asked)
                ask_look(day, commands, false);
        }
        break;
    case TAG_DAY:
        day->day_asked = false;
        day_take_bookings(day, event);
        if (day->day_stale)
            ask_day(day, commands);
        break;
    case TAG_LOOK: take_look(day, event); break;
    case TAG_TRUTH: take_truth(day, event); break;
    case TAG_QUEUE: take_queue(day, event); break;
    case TAG_WAITING: day_waiting_take(day, event, TAG_WAITING, commands); return;
    case UNDO_TAG: undo_answer(&day->undo, event, commands); return; // the row's event follows
    default: return;
    }
    rebuild(day);
}

// True if the booking stands in what is shown, or should.
static bool concerns(const struct day *day, const struct zp_booking *booking) {
    const struct zp_zone *zone = day->env->config->zone;

    if (!booking)
        return true;
    if (booking->starts_at < zp_zone_day_end(zone, day->date) &&
        booking->ends_at > zp_zone_day_start(zone, day->date))
        return true;
    for (size_t i = 0; i < day->booking_count; i++)
        if (strcmp(day->bookings[i]->request_id, booking->request_id) == 0)
            return true;
    return false;
}

static void event(struct day *day, const struct message *message, struct commands *commands) {
    const struct zp_event *event = message->u.event.event;

    switch (event->kind) {
    case ZP_EVENT_ANSWER: answer(day, message, commands); break;
    case ZP_EVENT_BOOKING:
    case ZP_EVENT_JOURNAL:
        day_waiting_ask(day, TAG_WAITING, commands);
        if (event->kind == ZP_EVENT_BOOKING && !concerns(day, event->booking))
            break;
        ask_day_again(day, commands);
        command_timer(commands, TIMER_TRUTH, TRUTH_DELAY_MS);
        break;
    case ZP_EVENT_WAITING: day_waiting_ask(day, TAG_WAITING, commands); break;
    case ZP_EVENT_SYNC:
        day->truth.sync_known = true;
        day->truth.waiting = event->waiting;
        day->truth.attention = event->attention;
        break;
    case ZP_EVENT_CONNECTION:
        day->truth.dikidi = event->dikidi;
        day->truth.bitrix24 = event->bitrix24;
        break;
    case ZP_EVENT_CHECK: break;
    }
}

static void tick(struct day *day, const struct message *message, struct commands *commands) {
    struct zp_date today = zp_zone_wall(day->env->config->zone, message->now).date;
    bool midnight = zp_date_compare(today, day->today) != 0;
    bool follows = midnight && zp_date_compare(day->date, day->today) == 0;

    day->today = today;
    if (follows)
        go_date(day, today, commands);
    else
        rebuild(day);                            // time to come has become time gone by
    day_waiting_ask(day, TAG_WAITING, commands); // times go by
    if (!day->truth_asked)
        ask_truth(day, commands);
    if (!day->look_asked && (!day->look || day->now - day->look->asked_at >= LOOK_OLD_S))
        ask_look(day, commands, false);
}

static void opened(struct day *day, const struct message *message, struct commands *commands) {
    day->today = zp_zone_wall(day->env->config->zone, message->now).date;
    if (day->date.year == 0)
        day->date = day->today;
    day->rows = message->u.size.rows;
    day->cols = message->u.size.cols;
    day->minute = now_minute(day);
    day->follows = true;
    ask_date(day, commands);
    ask_catalogue(commands, false);
    ask_queue(commands);
    day_waiting_ask(day, TAG_WAITING, commands);
    rebuild(day);
}

static void result(struct day *day, const struct message *message, struct commands *commands) {
    const struct screen_result *result = message->u.result.result;

    undo_offer(day, &day->undo, result, commands);
    if (!result || !result->done)
        return;
    // Its last key was Enter, and people press that once more: here it would open the card of what
    // was just booked, or a booking that nobody wanted.
    day->settling = true;
    command_timer(commands, TIMER_SETTLED, SETTLE_MS);
    if (result->text)
        command_told(commands, STYLE_NOTICE, result->text);
    if (result->booking) {
        day_cursor_to(day, result->booking, day->minute);
        day->follows = false;
    }
    if (result->starts_at != 0) {
        struct zp_date date = zp_zone_wall(day->env->config->zone, result->starts_at).date;

        if (zp_date_compare(date, day->date) != 0) {
            go_date(day, date, commands);
            day_cursor_to(day, result->booking, day->minute);
        }
    }
    ask_day_again(day, commands);
    command_timer(commands, TIMER_TRUTH, TRUTH_DELAY_MS);
}

// Words are made in view, but for sentences about what went wrong.
static void language(struct day *day, struct commands *commands) {
    struct zp_date date;

    if (day->date_error)
        (void)parse_date(day, &date);
    if (day->trouble) {
        TALLOC_FREE(day->trouble);
        ask_day_again(day, commands);
    }
}

static void update(void *model, const struct message *message, struct commands *commands) {
    struct day *day = model;

    day->now = message->now;
    switch (message->kind) {
    case MESSAGE_OPENED: opened(day, message, commands); break;
    case MESSAGE_KEY: key(day, message, commands); break;
    case MESSAGE_MOUSE:
        if (!day->date_field) {
            day->follows = false;
            day_click(day, message->u.mouse.hit);
        }
        break;
    case MESSAGE_PASTE:
        if (day->date_field)
            field_paste(day->date_field, message->u.paste.text);
        break;
    case MESSAGE_RESIZE:
        day->rows = message->u.size.rows;
        day->cols = message->u.size.cols;
        day->left = 0; // a window that grew shows the first masters again, if the cursor allows
        day_scroll(day);
        break;
    case MESSAGE_TICK: tick(day, message, commands); break;
    case MESSAGE_TIMER:
        if (message->u.timer.id == TIMER_LEAFED) {
            ask_look(day, commands, false);
            ask_truth(day, commands);
        } else if (message->u.timer.id == TIMER_SETTLED) {
            day->settling = false;
        } else if (message->u.timer.id == UNDO_TIMER) {
            undo_timer(&day->undo);
        } else if (message->u.timer.id == TIMER_TRUTH) {
            ask_truth(day, commands);
            if (!day->look_asked)
                ask_look(day, commands, false);
        }
        break;
    case MESSAGE_EVENT: event(day, message, commands); break;
    case MESSAGE_RESULT: result(day, message, commands); break;
    case MESSAGE_LANGUAGE: language(day, commands); break;
    }
}

static void view(const void *model, struct grid *grid) {
    const struct day *day = model;
    struct day_layout layout =
        day_layout(grid->rows, grid->cols, day->board ? day->board->count : 0, day->narrowest);

    if (layout.list)
        day_view_list(day, grid, &layout);
    else
        day_view_board(day, grid, &layout);
    if (layout.head > 0)
        day_view_header(day, grid);
    day_view_detail(day, grid, layout.detail);
    day_view_truth(day, grid, layout.bar);
    day_view_date(day, grid);
}

// ---- keys that make sense now

static size_t date_actions(enum action *out) {
    out[0] = ACTION_ENTER;
    out[1] = ACTION_BACK;
    return 2;
}

static size_t actions(const void *model, enum action *out) {
    static const enum action always[] = {
        ACTION_TODAY,        ACTION_DATE,          ACTION_CLIENTS,     ACTION_WAITING,
        ACTION_REFRESH,      ACTION_ENTER,         ACTION_DAY_BEFORE,  ACTION_DAY_AFTER,
        ACTION_MASTER_AFTER, ACTION_MASTER_BEFORE, ACTION_ITEM_BEFORE, ACTION_ITEM_AFTER,
        ACTION_ITEM_FIRST,   ACTION_ITEM_LAST,     ACTION_ZOOM_IN,     ACTION_ZOOM_OUT,
        ACTION_NUMBERS,      ACTION_WEEK,          ACTION_PRICES,      ACTION_WIDGET,
        ACTION_CHECK,
    };
    const struct day *day = model;
    size_t count = 0;

    if (day->date_field)
        return date_actions(out);
    if (undo_offered(&day->undo)) // the bar has no room for both beside what is done with a visit
        out[count++] = ACTION_UNDO;
    out[count++] = ACTION_PALETTE;
    if (day_waiting_fit(day))
        out[count++] = ACTION_WAIT_LATER;
    count += day_open_actions(day, out + count);
    memcpy(out + count, always, sizeof(always));
    return count + sizeof(always) / sizeof(always[0]);
}

static bool typing(const void *model) {
    return ((const struct day *)model)->date_field != NULL;
}

const struct screen_ops screen_day = {
    .name = "day",
    .new = day_new,
    .update = update,
    .view = view,
    .actions = actions,
    .typing = typing,
    .esc_digits = true,
};
