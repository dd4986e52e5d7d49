// The waiting list: who waits, whom a time fits that turned free, and one key that books.
#include "facts.h"
#include "memory.h"
#include "screen.h"
#include "waiting_words.h"
#include "widgets/field.h"
#include "words.h"
#include <stdio.h>
#include <string.h>
#include <zapis/i18n.h>
#include <zapis/limits.h>
#include <zapis/phone.h>

enum { TAG_LIST = 1, TAG_DROP };
enum { OPENED_BOOKING = 1, OPENED_WISH };

#define DETAILS 7 // rows about the wish under the cursor
#define LINE    512

struct waiting {
    const struct screen_env *env;
    int64_t now;
    struct zp_waiting *list; // NULL: not known (yet)
    size_t count;
    struct zp_fits *fits; // NULL: cannot be told
    int64_t cursor_id;
    bool moved; // a person moved the cursor: it stays with that wish
    char *trouble;
    struct field *reason; // while one is taken off the list; NULL
    int64_t drop_id;
    bool dropping;
};

static void *waiting_new(TALLOC_CTX *ctx, const struct screen_env *env,
                         const struct screen_args *args) {
    struct waiting *waiting = memory_new(ctx, struct waiting);

    (void)args;
    waiting->env = env;
    return waiting;
}

static void ask(struct commands *commands) {
    const struct zp_request request = {.ask = ZP_ASK_WAITING};

    command_ask(commands, TAG_LIST, &request);
}

static size_t cursor(const struct waiting *waiting) {
    for (size_t i = 0; i < waiting->count; i++)
        if (waiting->list[i].id == waiting->cursor_id)
            return i;
    return 0;
}

static const struct zp_waiting *current(const struct waiting *waiting) {
    return waiting->count > 0 ? &waiting->list[cursor(waiting)] : NULL;
}

// The first time that fits a wish; NULL: none.
static const struct zp_fit *fit_of(const struct waiting *waiting, const struct zp_waiting *one) {
    for (size_t i = 0; one && waiting->fits && i < waiting->fits->count; i++)
        if (waiting->fits->fits[i].waiting_id == one->id)
            return &waiting->fits->fits[i];
    return NULL;
}

// ---- answers

// Until somebody moves it the cursor stands on whom a time fits.
static void place_cursor(struct waiting *waiting, size_t was) {
    if (!waiting->moved && waiting->fits && waiting->fits->count > 0)
        waiting->cursor_id = waiting->fits->fits[0].waiting_id;
    else if (waiting->count > 0 && waiting->list[cursor(waiting)].id != waiting->cursor_id)
        waiting->cursor_id = waiting->list[was < waiting->count ? was : waiting->count - 1].id;
}

static void drop_close(struct waiting *waiting) {
    TALLOC_FREE(waiting->reason);
    waiting->drop_id = 0;
    waiting->dropping = false;
}

// The question why is about a wish that is there.
static bool is_listed(const struct waiting *waiting, int64_t id) {
    for (size_t i = 0; i < waiting->count; i++)
        if (waiting->list[i].id == id)
            return true;
    return false;
}

static void take(struct waiting *waiting, const struct zp_event *event, struct commands *commands) {
    const size_t was = cursor(waiting);
    const int64_t before = waiting->cursor_id;

    TALLOC_FREE(waiting->trouble);
    if (!event->ok) {
        waiting->trouble = memory_strdup(waiting, event->error.message);
        return;
    }
    talloc_free(waiting->list);
    talloc_free(waiting->fits);
    waiting->list = talloc_steal(waiting, event->waitings);
    waiting->count = event->waiting_count;
    waiting->fits = event->fits ? talloc_steal(waiting, event->fits) : NULL;
    place_cursor(waiting, was);
    if (waiting->reason && !waiting->dropping && !is_listed(waiting, waiting->drop_id))
        drop_close(waiting);
    if (before != 0 && waiting->cursor_id != before)
        command_question_changed(commands); // a key on its way meant another client
}

static void dropped(struct waiting *waiting, const struct zp_event *event,
                    struct commands *commands) {
    waiting->dropping = false;
    if (event->ok) {
        drop_close(waiting);
        command_notice(commands, STYLE_OK, "%s", _("Taken off the waiting list."));
    } else {
        if (!is_listed(waiting, waiting->drop_id)) // somebody else was quicker
            drop_close(waiting);
        command_notice(commands, STYLE_ERROR, "%s", event->error.message);
    }
    ask(commands);
}

static void event(struct waiting *waiting, const struct message *message,
                  struct commands *commands) {
    const struct zp_event *event = message->u.event.event;

    if (message->u.event.tag == TAG_LIST)
        take(waiting, event, commands);
    else if (message->u.event.tag == TAG_DROP)
        dropped(waiting, event, commands);
    else if (event->kind == ZP_EVENT_WAITING || event->kind == ZP_EVENT_JOURNAL ||
             event->kind == ZP_EVENT_BOOKING)
        ask(commands);
}

// ---- keys

// At the time that fits, at the confirmation; else where a time is chosen.
static void book(const struct waiting *waiting, struct commands *commands) {
    const struct zp_waiting *one = current(waiting);
    const struct zp_fit *fit = fit_of(waiting, one);
    const struct screen_args args = {
        .date = one ? one->from : (struct zp_date){0},
        .master_id = fit   ? fit->master_id
                     : one ? one->master_id
                           : NULL,
        .starts_at = fit ? fit->starts_at : 0,
        .client = one ? one->client_phone : NULL,
        .client_name = one ? one->client_name : NULL,
        .service_ids = one ? (const char *const *)one->service_ids : NULL,
        .service_count = one ? one->service_count : 0,
        .text = one ? one->comment : NULL,
        .waiting_id = one ? one->id : 0,
    };

    if (one && one->state == ZP_WAITING_OPEN)
        command_open(commands, OPENED_BOOKING, SCREEN_BOOKING, &args);
}

static void change(const struct waiting *waiting, struct commands *commands) {
    const struct zp_waiting *one = current(waiting);
    const struct screen_args args = {.waiting_id = one ? one->id : 0};

    if (one && one->state == ZP_WAITING_OPEN)
        command_open(commands, OPENED_WISH, SCREEN_WISH, &args);
}

static void add(struct commands *commands) {
    const struct screen_args args = {.listing = true};

    command_open(commands, OPENED_WISH, SCREEN_BOOKING, &args);
}

static void drop_open(struct waiting *waiting) {
    const struct zp_waiting *one = current(waiting);

    if (!one || one->state != ZP_WAITING_OPEN)
        return;
    waiting->reason = field_new(waiting, ZP_LIMIT_COMMENT_BYTES);
    waiting->drop_id = one->id;
}

static void drop_key(struct waiting *waiting, const struct message *message,
                     struct commands *commands) {
    const struct key *key = &message->u.key.key;
    const struct zp_request request = {
        .ask = ZP_ASK_WAITING_DROP,
        .u.waiting_drop = {.id = waiting->drop_id, .reason = field_text(waiting->reason)}};

    if (message->u.key.action == ACTION_BACK) {
        drop_close(waiting);
    } else if (message->u.key.action == ACTION_ENTER && field_empty(waiting->reason)) {
        command_notice(commands, STYLE_WARN, "%s", _("Type the reason, or choose one."));
    } else if (message->u.key.action == ACTION_ENTER && !waiting->dropping) {
        waiting->dropping = true;
        command_ask(commands, TAG_DROP, &request);
    } else if (field_empty(waiting->reason) && key_is_text(key) && key->code >= '1' &&
               key->code < '1' + WAITING_REASONS) {
        field_set(waiting->reason, waiting_reason(key->code - '1'));
    } else {
        field_key(waiting->reason, key);
    }
}

static void go(struct waiting *waiting, int step) {
    const size_t at = cursor(waiting);

    waiting->moved = true;
    if (step < 0 ? at > 0 : at + 1 < waiting->count)
        waiting->cursor_id = waiting->list[step < 0 ? at - 1 : at + 1].id;
}

static void key(struct waiting *waiting, const struct message *message, struct commands *commands) {
    if (waiting->reason) {
        drop_key(waiting, message, commands);
        return;
    }
    switch (message->u.key.action) {
    case ACTION_BACK: command_close(commands, NULL); break;
    case ACTION_UP: go(waiting, -1); break;
    case ACTION_DOWN: go(waiting, 1); break;
    case ACTION_ENTER:
        if (fit_of(waiting, current(waiting)))
            book(waiting, commands);
        else
            change(waiting, commands);
        break;
    case ACTION_WAIT_BOOK: book(waiting, commands); break;
    case ACTION_WAIT_ADD: add(commands); break;
    case ACTION_WAIT_CHANGE: change(waiting, commands); break;
    case ACTION_WAIT_DROP: drop_open(waiting); break;
    case ACTION_REFRESH: ask(commands); break;
    default: break;
    }
}

// Negative: a reason, which Enter would act on; the list rests while one is asked for.
static void click(struct waiting *waiting, int hit) {
    if (waiting->reason && hit < 0 && -hit <= WAITING_REASONS && !waiting->dropping) {
        field_set(waiting->reason, waiting_reason((size_t)-hit - 1));
    } else if (!waiting->reason && hit > 0 && (size_t)hit <= waiting->count) {
        waiting->moved = true;
        waiting->cursor_id = waiting->list[hit - 1].id;
    }
}

// What was booked is shown on the Day, with its undo.
static void result(const struct message *message, struct commands *commands) {
    const struct screen_result *result = message->u.result.result;

    ask(commands);
    if (!result || !result->done)
        return;
    if (message->u.result.tag == OPENED_BOOKING && result->booking)
        command_close(commands, result);
    else if (result->text)
        command_told(commands, STYLE_NOTICE, result->text);
}

static void update(void *model, const struct message *message, struct commands *commands) {
    struct waiting *waiting = model;

    waiting->now = message->now;
    switch (message->kind) {
    case MESSAGE_OPENED:
    case MESSAGE_TICK: ask(commands); break;
    case MESSAGE_KEY: key(waiting, message, commands); break;
    case MESSAGE_MOUSE: click(waiting, message->u.mouse.hit); break;
    case MESSAGE_PASTE:
        if (waiting->reason)
            field_paste(waiting->reason, message->u.paste.text);
        break;
    case MESSAGE_EVENT: event(waiting, message, commands); break;
    case MESSAGE_LANGUAGE:
        if (waiting->trouble) // its reason in the new language
            ask(commands);
        break;
    case MESSAGE_RESULT: result(message, commands); break;
    default: break;
    }
}

// ---- drawing

struct cols {
    int name, wish, when;
};

static struct cols cols_of(const struct grid *grid) {
    const bool wide = grid->cols >= 76;

    return (struct cols){.name = 3, .wish = wide ? 24 : 18, .when = grid->cols - (wide ? 32 : 24)};
}

// A mark says whom a time fits, who is being booked, whose days are over.
static const char *mark(const struct waiting *waiting, const struct zp_waiting *one,
                        enum style *style) {
    *style = STYLE_DEFAULT;
    if (one->state == ZP_WAITING_BOOKING) {
        *style = STYLE_UNKNOWN;
        return "?";
    }
    if (fit_of(waiting, one)) {
        *style = STYLE_FREE;
        return "!";
    }
    if (zp_waiting_is_over(one, waiting->env->config->zone, waiting->now)) {
        *style = STYLE_DIM;
        return "-";
    }
    return " ";
}

static void draw_one(const struct waiting *waiting, const struct grid *grid, int row, size_t i) {
    TALLOC_CTX *ctx = memory_must(talloc_new(NULL));
    const struct zp_waiting *one = &waiting->list[i];
    const struct cols cols = cols_of(grid);
    const bool on = i == cursor(waiting);
    enum style style = STYLE_DEFAULT;
    const char *sign = mark(waiting, one, &style);

    if (on)
        style = STYLE_CURSOR;
    grid_fill(grid, row, 0, 1, grid->cols, " ", style);
    grid_put(grid, row, 1, 1, sign, style);
    grid_cell(grid, row, cols.name, cols.wish - cols.name - 1, one->client_name, style);
    grid_cell(grid, row, cols.wish, cols.when - cols.wish - 1, waiting_wish_text(ctx, one), style);
    grid_cell(grid, row, cols.when, grid->cols - cols.when - 1, waiting_when_text(ctx, one), style);
    if (!waiting->reason)
        grid_hit(grid, row, 0, 1, grid->cols, (int)i + 1);
    if (on)
        grid_cursor(grid, row, 1);
    talloc_free(ctx);
}

static char *fits_text(TALLOC_CTX *ctx, const struct waiting *waiting,
                       const struct zp_waiting *one) {
    char *text = memory_strdup(ctx, "");
    const struct zp_zone *zone = waiting->env->config->zone;

    for (size_t i = 0; waiting->fits && i < waiting->fits->count; i++) {
        const struct zp_fit *fit = &waiting->fits->fits[i];
        char date[WORDS_SIZE], clock[WORDS_SIZE];

        if (fit->waiting_id != one->id)
            continue;
        words_date_short(zp_zone_wall(zone, fit->starts_at).date, date);
        words_clock(zone, fit->starts_at, clock);
        text = memory_must(talloc_asprintf_append(text, "%s%s %s %s", text[0] ? "; " : "", date,
                                                  clock, fit->master));
    }
    return text;
}

static const char *state_words(const struct waiting *waiting, const struct zp_waiting *one,
                               const char *fits) {
    if (one->state == ZP_WAITING_BOOKING)
        return _("is being booked: the Day shows what becomes of it");
    if (fits[0] != '\0')
        return _("turned free here. Enter asks Dikidi and shows the booking.");
    if (zp_waiting_is_over(one, waiting->env->config->zone, waiting->now))
        return _("these days are over: call, change the wish (F4), or take it off (F8)");
    return waiting->fits ? _("nothing has turned free that fits")
                         : _("whether anything fits is not known: there is no price list");
}

static void draw_details(const struct waiting *waiting, const struct grid *grid, int row) {
    TALLOC_CTX *ctx = memory_must(talloc_new(NULL));
    const struct zp_waiting *one = current(waiting);
    const char *fits = fits_text(ctx, waiting, one);
    const struct zp_zone *zone = waiting->env->config->zone;
    char phone[ZP_PHONE_TEXT_SIZE], clock[WORDS_SIZE], date[WORDS_SIZE];
    const int cols = grid->cols - 2;

    zp_phone_format(one->client_phone, phone);
    words_date_short(zp_zone_wall(zone, one->made_at).date, date);
    words_clock(zone, one->made_at, clock);
    grid_printf(grid, row, 1, cols, STYLE_STRONG, "%s · %s", one->client_name, phone);
    grid_cell(grid, row + 1, 1, cols, waiting_wish_text(ctx, one), STYLE_DEFAULT);
    grid_printf(grid, row + 2, 1, cols, STYLE_DEFAULT, _("%s · waits since %s %s (%s)"),
                waiting_when_text(ctx, one), date, clock, one->made_by);
    row += 3;
    if (one->comment[0] != '\0')
        row += facts_wrap(grid, row, 1, 1, cols, one->comment, STYLE_NOTICE);
    if (fits[0] != '\0')
        row += facts_wrap(grid, row, 1, 2, cols, fits, STYLE_FREE);
    facts_wrap(grid, row, 1, 1, cols, state_words(waiting, one, fits),
               fits[0] != '\0' ? STYLE_DEFAULT : STYLE_DIM);
    talloc_free(ctx);
}

static void draw_drop(const struct waiting *waiting, const struct grid *grid, int row) {
    const struct zp_waiting *one = current(waiting);

    grid_fill(grid, row, 0, grid->rows - row, grid->cols, " ", STYLE_DEFAULT);
    grid_printf(grid, row, 1, grid->cols - 2, STYLE_TITLE, _("Why does %s not wait any more?"),
                one ? one->client_name : "?");
    for (size_t i = 0; i < WAITING_REASONS; i++) {
        grid_printf(grid, row + 1 + (int)i, 1, grid->cols - 2, STYLE_DEFAULT, "%zu  %s", i + 1,
                    waiting_reason(i));
        grid_hit(grid, row + 1 + (int)i, 0, 1, grid->cols, -(int)i - 1); // Enter would take him off
    }
    field_draw(waiting->reason, grid, row + 1 + WAITING_REASONS, 1, grid->cols - 2, true,
               _("a digit, or type it; Enter takes off the list, Esc leaves"));
}

static void draw_list(const struct waiting *waiting, const struct grid *grid) {
    const struct cols cols = cols_of(grid);
    const int rows = grid->rows - DETAILS - 3 > 1 ? grid->rows - DETAILS - 3 : 1;
    const size_t at = cursor(waiting), top = at >= (size_t)rows ? at - (size_t)rows + 1 : 0;
    const int details = grid->rows - DETAILS > rows + 2 ? grid->rows - DETAILS : rows + 2;

    grid_cell(grid, 1, cols.name, cols.wish - cols.name - 1, _("client"), STYLE_DIM);
    grid_cell(grid, 1, cols.wish, cols.when - cols.wish - 1, _("wish"), STYLE_DIM);
    grid_cell(grid, 1, cols.when, grid->cols - cols.when - 1, _("when"), STYLE_DIM);
    for (int i = 0; i < rows && top + (size_t)i < waiting->count; i++)
        draw_one(waiting, grid, 2 + i, top + (size_t)i);
    if (waiting->reason)
        draw_drop(waiting, grid, details);
    else
        draw_details(waiting, grid, details);
}

static void view(const void *model, struct grid *grid) {
    const struct waiting *waiting = model;
    const char *words = _("reading …");
    enum style style = STYLE_DIM;

    facts_header(grid, waiting->env->config, _("Waiting list"));
    if (waiting->count > 0) {
        draw_list(waiting, grid);
        if (waiting->trouble)
            grid_cell(grid, grid->rows - 1, 1, grid->cols - 2, waiting->trouble, STYLE_ERROR);
        return;
    }
    if (waiting->trouble) {
        words = waiting->trouble;
        style = STYLE_ERROR;
    } else if (waiting->list) {
        words = _("Nobody waits. Ins puts a client on the list; so does Ctrl-V where a time is "
                  "chosen and none suits.");
    }
    facts_wrap(grid, 2, 1, grid->rows - 2, grid->cols - 2, words, style);
}

static size_t actions(const void *model, enum action *out) {
    const struct waiting *waiting = model;
    const struct zp_waiting *one = current(waiting);
    size_t count = 0;

    if (waiting->reason) {
        out[count++] = ACTION_BACK;
        out[count++] = ACTION_ENTER;
        return count;
    }
    if (one && one->state == ZP_WAITING_OPEN) {
        out[count++] = ACTION_WAIT_BOOK;
        out[count++] = ACTION_WAIT_CHANGE;
        out[count++] = ACTION_WAIT_DROP;
    }
    out[count++] = ACTION_WAIT_ADD;
    out[count++] = ACTION_BACK;
    if (one) {
        out[count++] = ACTION_ENTER;
        out[count++] = ACTION_UP;
        out[count++] = ACTION_DOWN;
    }
    out[count++] = ACTION_REFRESH;
    return count;
}

static bool typing(const void *model) {
    return ((const struct waiting *)model)->reason != NULL;
}

static bool waits(const void *model) {
    const struct waiting *waiting = model;

    return waiting->dropping || (!waiting->list && !waiting->trouble);
}

const struct screen_ops screen_waiting = {.name = "waiting",
                                          .new = waiting_new,
                                          .update = update,
                                          .view = view,
                                          .actions = actions,
                                          .typing = typing,
                                          .waiting = waits};
