// Week: seven days of one master. Model and update; week_*.c build and draw it.
#include "memory.h"
#include "week.h"
#include <string.h>
#include <zapis/i18n.h>

enum { TAG_CATALOGUE = 1, TAG_SHIFTS, TAG_DAY, TAG_LOOK /* and the six days after it */ };
enum { OPENED = 1 };

#define NARROWEST 10 // of a column: seven stand in 80 columns

static void *week_new(TALLOC_CTX *ctx, const struct screen_env *env,
                      const struct screen_args *args) {
    struct week *week = memory_new(ctx, struct week);
    struct day *face = memory_new(week, struct day);

    week->env = face->env = env;
    week->face = face;
    week->master_id = memory_strdup(week, args->master_id ? args->master_id : "");
    face->date = args->date;
    face->zoom = 30;
    face->narrowest = NARROWEST;
    face->column_key = "PgDn";
    face->column_asked = week->asked;
    face->column = face->item = -1;
    return week;
}

// ---- asking

static void ask_days(struct week *week, struct commands *commands) {
    const struct zp_request request = {
        .ask = ZP_ASK_DAY,
        .u.day = {.date = week->monday, .days = WEEK_DAYS, .master_id = week->master_id}};

    week->face->day_asked = true;
    week->face->day_stale = false;
    command_ask(commands, TAG_DAY, &request);
}

// Changes that come in quick succession cost two reads, not one each.
static void ask_days_again(struct week *week, struct commands *commands) {
    if (week->face->day_asked)
        week->face->day_stale = true;
    else
        ask_days(week, commands);
}

static void ask_shifts(const struct week *week, struct commands *commands) {
    const struct zp_request request = {.ask = ZP_ASK_SHIFTS,
                                       .u.shifts = {.date = week->monday, .days = WEEK_DAYS}};

    command_ask(commands, TAG_SHIFTS, &request);
}

static void ask_catalogue(struct commands *commands) {
    const struct zp_request request = {.ask = ZP_ASK_CATALOGUE};

    command_ask(commands, TAG_CATALOGUE, &request);
}

static bool any_asked(const struct week *week) {
    for (int day = 0; day < WEEK_DAYS; day++)
        if (week->asked[day])
            return true;
    return false;
}

static void ask_look(struct week *week, int day, bool refresh, struct commands *commands) {
    const struct zp_request request = {.ask = ZP_ASK_LOOK,
                                       .u.look = {.date = zp_date_add_days(week->monday, day),
                                                  .refresh = refresh,
                                                  .master_id = week->master_id}};

    week->asked[day] = week->face->look_asked = true;
    command_ask(commands, TAG_LOOK + day, &request);
}

// Only when a person asks: a week costs up to seven requests of the budget. Days gone by have no
// free time.
static void ask_free(struct week *week, struct commands *commands) {
    const int gone = zp_date_days_between(week->monday, week->face->today);

    if (gone >= WEEK_DAYS)
        command_notice(commands, STYLE_NOTICE, "%s", _("This week is over: it has no free time."));
    week->by_hand = true;
    for (int day = gone > 0 ? gone : 0; day < WEEK_DAYS; day++)
        ask_look(week, day, true, commands);
}

// The day that the Day showed is known as it was there: its look is at hand, or costs one request.
static void ask_cursor(struct week *week, struct commands *commands) {
    const int day =
        week->face->column < 0 ? zp_date_weekday(week->face->date) - 1 : week->face->column;

    if (zp_date_compare(zp_date_add_days(week->monday, day), week->face->today) >= 0)
        ask_look(week, day, false, commands);
}

// ---- the model

static void forget_free(struct week *week, struct commands *commands) {
    for (int day = 0; day < WEEK_DAYS; day++) {
        if (week->asked[day])
            command_cancel_ask(commands, TAG_LOOK + day);
        week->asked[day] = false;
        TALLOC_FREE(week->looks[day]);
    }
    week->face->look_asked = week->face->look_failed = week->by_hand = false;
    TALLOC_FREE(week->look_trouble);
}

static void forget_bookings(struct day *face) {
    TALLOC_FREE(face->booking_owner);
    face->bookings = NULL;
    face->booking_count = 0;
    face->bookings_known = false;
    TALLOC_FREE(face->trouble);
}

static struct zp_date monday_of(struct zp_date date) {
    return zp_date_add_days(date, 1 - zp_date_weekday(date));
}

static void cursor_to_day(struct week *week, int day) {
    char key[ZP_DATE_SIZE];

    week_key(week, day, key);
    talloc_free(week->face->master_id);
    week->face->master_id = memory_strdup(week->face, key);
    day_cursor_to(week->face, NULL, week->face->minute);
}

static int now_minute(const struct week *week) {
    return day_minute(week->env->config->zone, week->face->today, week->face->now);
}

// The day of the week stays under the cursor.
static void go_week(struct week *week, struct zp_date monday, struct commands *commands) {
    struct day *face = week->face;

    if (zp_date_compare(monday, week->monday) == 0)
        return;
    week->monday = monday;
    TALLOC_FREE(face->shifts);
    forget_bookings(face);
    forget_free(week, commands);
    ask_days(week, commands);
    ask_shifts(week, commands);
    cursor_to_day(week, face->column < 0 ? 0 : face->column);
    week_rebuild(week);
}

static void go_now(struct week *week, struct commands *commands) {
    struct day *face = week->face;

    go_week(week, monday_of(face->today), commands);
    face->minute = now_minute(week);
    cursor_to_day(week, zp_date_weekday(face->today) - 1);
    face->follows = true;
    day_place_cursor(face);
}

static void go_master(struct week *week, int step, struct commands *commands) {
    const struct zp_catalogue *catalogue = week->face->catalogue;
    size_t at = 0;

    if (!catalogue || catalogue->master_count == 0)
        return;
    while (at < catalogue->master_count && strcmp(catalogue->masters[at].id, week->master_id) != 0)
        at++;
    if (at == catalogue->master_count) // not of the price list any more
        at = step > 0 ? catalogue->master_count - 1 : 0;
    at = (at + catalogue->master_count + (size_t)(step > 0 ? 1 : catalogue->master_count - 1)) %
         catalogue->master_count;
    talloc_free(week->master_id);
    week->master_id = memory_strdup(week, catalogue->masters[at].id);
    forget_bookings(week->face);
    forget_free(week, commands);
    ask_days(week, commands);
    ask_cursor(week, commands);
    day_cursor_to(week->face, NULL, week->face->minute);
    week_rebuild(week);
}

// ---- the cursor

static bool go_day(struct week *week, int step) {
    struct day *face = week->face;
    const int to = face->column + step;

    if (to < 0 || to >= WEEK_DAYS)
        return false;
    cursor_to_day(week, to);
    day_place_cursor(face);
    return true;
}

// Beyond the last of a day comes the first of the next day that has anything.
static void go_item(struct week *week, int step) {
    struct day *face = week->face;
    const int column = face->column, item = face->item;

    day_move_item(face, step);
    if (face->item != item)
        return;
    while (go_day(week, step)) {
        face->item = -1;
        day_move_end(face, step);
        if (face->item >= 0)
            return;
    }
    if (face->column != column) { // nothing there: where it was
        cursor_to_day(week, column);
        day_place_cursor(face);
    }
}

// ---- opening

static void open_card(const struct week *week, struct commands *commands) {
    const struct day_item *item = day_cursor_item(week->face);
    const struct screen_args args = {.booking =
                                         item && item->booking ? item->booking->request_id : NULL};

    if (args.booking)
        command_open(commands, OPENED, SCREEN_CARD, &args);
}

// At this master on that day; at the gap's beginning, rounded where that is only "now".
static void open_booking(const struct week *week, struct commands *commands) {
    const struct day *face = week->face;
    const struct day_column *column = day_cursor_column(face);
    const struct day_item *item = day_cursor_item(face);
    struct screen_args args = {.master_id = week->master_id};

    if (column && zp_date_compare(column->date, face->today) >= 0)
        args.date = column->date;
    if (column && item && !item->booking && item->starts_at >= face->now)
        args.starts_at = item->starts_at;
    else if (column && item && !item->booking && (item->from + 14) / 15 * 15 < item->to)
        args.starts_at =
            zp_zone_day_minute(week->env->config->zone, column->date, (item->from + 14) / 15 * 15);
    if (args.starts_at < face->now)
        args.starts_at = 0;
    command_open(commands, OPENED, SCREEN_BOOKING, &args);
}

static void leave(const struct week *week, struct commands *commands) {
    struct screen_result result = {0};

    undo_pass_on(&week->face->undo, &result);
    command_close(commands, &result);
}

static void enter(const struct week *week, struct commands *commands) {
    const struct day_item *item = day_cursor_item(week->face);

    if (item && item->booking)
        open_card(week, commands);
    else
        open_booking(week, commands);
}

static void key(struct week *week, enum action action, struct commands *commands) {
    struct day *face = week->face;

    face->follows = false;
    switch (action) {
    case ACTION_BACK: leave(week, commands); break;
    case ACTION_ENTER: enter(week, commands); break;
    case ACTION_SHOW: open_card(week, commands); break;
    case ACTION_BOOK: open_booking(week, commands); break;
    case ACTION_UNDO: undo_key(&face->undo, OPENED, commands); break;
    case ACTION_THIS_WEEK: go_now(week, commands); break;
    case ACTION_WEEK_BEFORE: go_week(week, zp_date_add_days(week->monday, -7), commands); break;
    case ACTION_WEEK_AFTER: go_week(week, zp_date_add_days(week->monday, 7), commands); break;
    case ACTION_WEEK_DAY_BEFORE: go_day(week, -1); break;
    case ACTION_WEEK_DAY_AFTER: go_day(week, 1); break;
    case ACTION_MASTER_BEFORE: go_master(week, -1, commands); break;
    case ACTION_MASTER_AFTER: go_master(week, 1, commands); break;
    case ACTION_ITEM_BEFORE: go_item(week, -1); break;
    case ACTION_ITEM_AFTER: go_item(week, 1); break;
    case ACTION_ZOOM_IN: day_zoom(face, -1); break;
    case ACTION_ZOOM_OUT: day_zoom(face, 1); break;
    case ACTION_FREE_TIME: ask_free(week, commands); break;
    default: break;
    }
}

// ---- answers and events

static void take_look(struct week *week, int day, const struct zp_event *event) {
    week->asked[day] = false;
    week->face->look_asked = any_asked(week);
    week->face->look_failed = !event->ok;
    TALLOC_FREE(week->look_trouble);
    if (!event->ok && week->by_hand)
        week->look_trouble = memory_strdup(week, event->error.message);
    if (!event->look || !event->ok)
        return; // what was known before stays, with its age
    talloc_free(week->looks[day]);
    week->looks[day] = talloc_steal(week, event->look);
}

static void answer(struct week *week, const struct message *message, struct commands *commands) {
    const struct zp_event *event = message->u.event.event;
    struct day *face = week->face;

    switch (message->u.event.tag) {
    case TAG_CATALOGUE:
        if (event->catalogue) {
            talloc_free(face->catalogue);
            face->catalogue = talloc_steal(face, event->catalogue);
        }
        break;
    case TAG_SHIFTS:
        if (event->shifts) {
            talloc_free(face->shifts);
            face->shifts = talloc_steal(face, event->shifts);
        }
        break;
    case TAG_DAY:
        face->day_asked = false;
        day_take_bookings(face, event);
        if (face->day_stale)
            ask_days(week, commands);
        break;
    case UNDO_TAG: undo_answer(&face->undo, event, commands); return;
    default:
        if (message->u.event.tag < TAG_LOOK || message->u.event.tag >= TAG_LOOK + WEEK_DAYS)
            return;
        take_look(week, message->u.event.tag - TAG_LOOK, event);
        break;
    }
    week_rebuild(week);
}

static void opened(struct week *week, const struct message *message, struct commands *commands) {
    struct day *face = week->face;

    if (face->date.year == 0)
        face->date = face->today;
    face->rows = message->u.size.rows;
    face->cols = message->u.size.cols;
    face->minute = now_minute(week);
    face->follows = true;
    week->monday = monday_of(face->date);
    cursor_to_day(week, zp_date_weekday(face->date) - 1);
    ask_days(week, commands);
    ask_shifts(week, commands);
    ask_catalogue(commands);
    ask_cursor(week, commands);
    week_rebuild(week);
}

static void result(struct week *week, const struct message *message, struct commands *commands) {
    const struct screen_result *result = message->u.result.result;

    undo_offer(week->face, &week->face->undo, result, commands);
    if (result && result->done && result->text)
        command_told(commands, STYLE_NOTICE, result->text);
    ask_days_again(week, commands);
}

// Names of days are made anew, and so are reasons: one day of the free time is enough for that.
static void language(struct week *week, struct commands *commands) {
    week_rebuild(week);
    if (week->look_trouble) {
        TALLOC_FREE(week->look_trouble);
        ask_cursor(week, commands);
    }
    if (week->face->trouble) {
        TALLOC_FREE(week->face->trouble);
        ask_days_again(week, commands);
    }
}

static void update(void *model, const struct message *message, struct commands *commands) {
    struct week *week = model;
    struct day *face = week->face;

    face->now = message->now;
    face->today = zp_zone_wall(week->env->config->zone, message->now).date;
    switch (message->kind) {
    case MESSAGE_OPENED: opened(week, message, commands); break;
    case MESSAGE_KEY: key(week, message->u.key.action, commands); break;
    case MESSAGE_MOUSE:
        face->follows = false;
        day_click(face, message->u.mouse.hit);
        break;
    case MESSAGE_RESIZE:
        face->rows = message->u.size.rows;
        face->cols = message->u.size.cols;
        face->left = 0;
        day_scroll(face);
        break;
    case MESSAGE_TICK: week_rebuild(week); break; // time goes by
    case MESSAGE_LANGUAGE: language(week, commands); break;
    case MESSAGE_TIMER: undo_timer(&face->undo); break;
    case MESSAGE_EVENT:
        if (message->u.event.event->kind == ZP_EVENT_ANSWER)
            answer(week, message, commands);
        else if (message->u.event.event->kind == ZP_EVENT_BOOKING ||
                 message->u.event.event->kind == ZP_EVENT_JOURNAL)
            ask_days_again(week, commands);
        break;
    case MESSAGE_RESULT: result(week, message, commands); break;
    default: break;
    }
}

static size_t actions(const void *model, enum action *out) {
    static const enum action always[] = {
        ACTION_BOOK,           ACTION_BACK,        ACTION_THIS_WEEK,  ACTION_FREE_TIME,
        ACTION_ENTER,          ACTION_WEEK_BEFORE, ACTION_WEEK_AFTER, ACTION_MASTER_AFTER,
        ACTION_MASTER_BEFORE,  ACTION_ITEM_BEFORE, ACTION_ITEM_AFTER, ACTION_WEEK_DAY_BEFORE,
        ACTION_WEEK_DAY_AFTER, ACTION_ZOOM_IN,     ACTION_ZOOM_OUT,
    };
    const struct week *week = model;
    const struct day_item *item = day_cursor_item(week->face);
    size_t count = 0;

    if (undo_offered(&week->face->undo))
        out[count++] = ACTION_UNDO;
    if (item && item->booking)
        out[count++] = ACTION_SHOW;
    memcpy(out + count, always, sizeof(always));
    return count + sizeof(always) / sizeof(always[0]);
}

const struct screen_ops screen_week = {
    .name = "week", .new = week_new, .update = update, .view = week_view, .actions = actions};
