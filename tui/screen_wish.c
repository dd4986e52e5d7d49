// A wish of the waiting list: put on it, or changed. Services and master come with it.
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

enum { TAG_READ = 1, TAG_PUT, TAG_CATALOGUE };
enum wish_field { WISH_PHONE, WISH_NAME, WISH_FROM, WISH_TO, WISH_TIME, WISH_COMMENT };
#define WISH_FIELDS 6
#define LABEL_COLS  18

struct wish {
    const struct screen_env *env;
    int64_t now;
    struct zp_waiting *row; // what it is made from; id 0: a new one. NULL: being read
    int64_t id;
    struct field *fields[WISH_FIELDS];
    bool proposed[WISH_FIELDS]; // not typed by anybody: what is typed first takes its place
    int focus;
    bool touched, saving, leaving;
    bool refused; // the trouble is the desk's
    char *trouble;
};

static struct zp_date today(const struct wish *wish) {
    return zp_zone_wall(wish->env->config->zone, wish->now).date;
}

// As people type it: "24.11", with the year only where it would be taken for another one.
static void show_date(struct wish *wish, enum wish_field field, struct zp_date date) {
    char out[WORDS_SIZE];
    struct zp_date read = {0};

    (void)snprintf(out, sizeof(out), "%d.%02d", date.day, date.month);
    if (!zp_date_parse_human(out, today(wish), &read, NULL) || zp_date_compare(read, date) != 0)
        (void)snprintf(out, sizeof(out), "%d.%02d.%d", date.day, date.month, date.year);
    field_set(wish->fields[field], out);
}

static void fill(struct wish *wish) {
    const struct zp_waiting *row = wish->row;
    char phone[ZP_PHONE_TEXT_SIZE], time[WAITING_TIME_SIZE];

    if (row->client_phone[0] == '+')
        zp_phone_format(row->client_phone, phone);
    field_set(wish->fields[WISH_PHONE], row->client_phone[0] == '+' ? phone : row->client_phone);
    field_set(wish->fields[WISH_NAME], row->client_name);
    if (row->from.year != 0) {
        show_date(wish, WISH_FROM, row->from);
        show_date(wish, WISH_TO, row->to);
    }
    waiting_time_format(row, time);
    field_set(wish->fields[WISH_TIME], time);
    for (int i = WISH_FROM; i <= WISH_TIME; i++)
        wish->proposed[i] = true;
    field_set(wish->fields[WISH_COMMENT], row->comment);
    for (int i = 0; i < WISH_FROM; i++)
        if (field_empty(wish->fields[i])) {
            wish->focus = i;
            return;
        }
    wish->focus = WISH_TO; // who it is, is known: how long?
}

static void *wish_new(TALLOC_CTX *ctx, const struct screen_env *env,
                      const struct screen_args *args) {
    struct wish *wish = memory_new(ctx, struct wish);
    struct zp_waiting row = {.from = args->date, .to = args->date, .to_min = ZP_WAITING_DAY_MIN};

    wish->env = env;
    wish->id = args->waiting_id;
    for (int i = 0; i < WISH_FIELDS; i++)
        wish->fields[i] =
            field_new(wish, i == WISH_COMMENT ? ZP_LIMIT_COMMENT_BYTES : ZP_LIMIT_NAME_BYTES);
    if (wish->id != 0)
        return wish;
    row.client_phone = memory_strdup(wish, args->client ? args->client : "");
    row.client_name = memory_strdup(wish, args->client_name ? args->client_name : "");
    row.comment = memory_strdup(wish, args->text ? args->text : "");
    row.master_id = args->master_id ? memory_strdup(wish, args->master_id) : NULL;
    row.service_count = args->service_count;
    row.service_ids = memory_array(wish, char *, args->service_count);
    for (size_t i = 0; i < args->service_count; i++)
        row.service_ids[i] = memory_strdup(wish, args->service_ids[i]);
    wish->row = zp_waiting_copy(wish, &row, 1);
    return wish;
}

// ---- kept

static void say(struct wish *wish, const char *sentence) {
    char *own = sentence ? memory_strdup(wish, sentence) : NULL;

    talloc_free(wish->trouble);
    wish->trouble = own;
}

static bool date_of(struct wish *wish, enum wish_field field, struct zp_date other,
                    struct zp_date *out) {
    const char *text = field_text(wish->fields[field]);
    struct zp_error err = {0};

    if (text[strspn(text, " ")] == '\0') {
        *out = other;
        return true;
    }
    if (zp_date_parse_human(text, today(wish), out, &err))
        return true;
    wish->focus = field;
    say(wish, err.message);
    return false;
}

// What was typed, as far as it needs reading; false: the sentence says what is wrong.
static bool read_typed(struct wish *wish, struct zp_waiting *row) {
    struct zp_error err = {0};

    if (!date_of(wish, WISH_FROM, today(wish), &row->from) ||
        !date_of(wish, WISH_TO, row->from, &row->to))
        return false;
    if (waiting_time_parse(field_text(wish->fields[WISH_TIME]), &row->from_min, &row->to_min, &err))
        return true;
    wish->focus = WISH_TIME;
    say(wish, err.message);
    return false;
}

static void save(struct wish *wish, struct commands *commands) {
    struct zp_waiting row = wish->row ? *wish->row : (struct zp_waiting){0};
    const struct zp_request request = {.ask = ZP_ASK_WAITING_PUT, .u.waiting_put = {.wish = &row}};
    char *texts[WISH_FIELDS];

    if (!wish->row || wish->saving)
        return;
    wish->refused = false;
    if (!read_typed(wish, &row))
        return;
    for (int i = 0; i < WISH_FIELDS; i++)
        texts[i] = memory_strdup(wish, field_text(wish->fields[i]));
    row.client_phone = texts[WISH_PHONE];
    row.client_name = texts[WISH_NAME];
    row.comment = texts[WISH_COMMENT];
    say(wish, NULL);
    wish->saving = true;
    command_ask(commands, TAG_PUT, &request);
    for (int i = 0; i < WISH_FIELDS; i++)
        talloc_free(texts[i]);
}

static void saved(struct wish *wish, const struct zp_event *event, struct commands *commands) {
    struct screen_result result = {.done = true};

    wish->saving = false;
    if (!event->ok) {
        wish->refused = true;
        say(wish, event->error.message); // what was typed stays
        command_question_changed(commands);
        return;
    }
    result.text = wish->id != 0 ? _("The wish is changed.")
                                : _("On the waiting list: Ctrl-V on the Day shows it.");
    command_close(commands, &result);
}

static void read_done(struct wish *wish, const struct zp_event *event) {
    if (event->ok && event->waiting_count == 1) {
        talloc_free(wish->row);
        wish->row = zp_waiting_copy(wish, event->waitings, 1);
        if (!wish->touched)
            fill(wish);
    } else if (!event->ok) {
        say(wish, event->error.message);
    }
}

// ---- keys

// A day or a time is typed anew more often than mended: the first character takes the place of what
// stood there. Any other key of a field mends it.
static void take_place(struct wish *wish) {
    if (!wish->proposed[wish->focus] || field_empty(wish->fields[wish->focus]))
        return;
    field_set(wish->fields[wish->focus], "");
    wish->touched = true;
}

static void changed(struct wish *wish, enum field_result result) {
    if (result != FIELD_IGNORED)
        wish->proposed[wish->focus] = false;
    if (result != FIELD_CHANGED)
        return;
    wish->touched = true;
    say(wish, NULL);
}

static void key(struct wish *wish, const struct message *message, struct commands *commands) {
    if (wish->leaving) {
        wish->leaving = false;
        if (message->u.key.action == ACTION_YES)
            command_close(commands, NULL);
        if (message->u.key.action == ACTION_YES || message->u.key.action == ACTION_STAY)
            return;
    }
    switch (message->u.key.action) {
    case ACTION_BACK:
        if (wish->touched && !wish->saving)
            wish->leaving = true;
        else
            command_close(commands, NULL);
        return;
    case ACTION_ENTER: save(wish, commands); return;
    case ACTION_UP:
    case ACTION_PREVIOUS: wish->focus = (wish->focus + WISH_FIELDS - 1) % WISH_FIELDS; return;
    case ACTION_DOWN:
    case ACTION_NEXT: wish->focus = (wish->focus + 1) % WISH_FIELDS; return;
    default: break;
    }
    if (key_is_text(&message->u.key.key))
        take_place(wish);
    changed(wish, field_key(wish->fields[wish->focus], &message->u.key.key));
}

static void ask(const struct wish *wish, struct commands *commands) {
    const struct zp_request request = {.ask = ZP_ASK_WAITING, .u.waiting = {.id = wish->id}};
    const struct zp_request names = {.ask = ZP_ASK_CATALOGUE};

    // A wish that is read comes with its words.
    command_ask(commands, wish->id != 0 ? TAG_READ : TAG_CATALOGUE,
                wish->id != 0 ? &request : &names);
}

// A sentence of our own is made again; why the wish could not be read is asked for again.
static void language(struct wish *wish, struct commands *commands) {
    struct zp_waiting row;

    if (!wish->trouble || wish->refused)
        return;
    say(wish, NULL);
    if (wish->row) {
        row = *wish->row;
        (void)read_typed(wish, &row);
    } else {
        ask(wish, commands);
    }
}

static void update(void *model, const struct message *message, struct commands *commands) {
    struct wish *wish = model;

    wish->now = message->now;
    switch (message->kind) {
    case MESSAGE_OPENED:
        if (wish->row)
            fill(wish);
        ask(wish, commands);
        break;
    case MESSAGE_LANGUAGE: language(wish, commands); break;
    case MESSAGE_KEY: key(wish, message, commands); break;
    case MESSAGE_PASTE:
        wish->leaving = false;
        take_place(wish);
        changed(wish, field_paste(wish->fields[wish->focus], message->u.paste.text));
        break;
    case MESSAGE_EVENT:
        if (message->u.event.tag == TAG_CATALOGUE && message->u.event.event->catalogue && wish->row)
            zp_waiting_name(wish->row, 1, message->u.event.event->catalogue);
        else if (message->u.event.tag == TAG_READ)
            read_done(wish, message->u.event.event);
        else if (message->u.event.tag == TAG_PUT)
            saved(wish, message->u.event.event, commands);
        break;
    default: break;
    }
}

// ---- drawing

static void draw_fields(const struct wish *wish, const struct grid *grid, int row) {
    static const char *const labels[WISH_FIELDS] = {N_("Phone"),  N_("Name"),   N_("From day"),
                                                    N_("To day"), N_("Begins"), N_("Comment")};
    static const char *const hints[WISH_FIELDS] = {N_("digits, as they are dictated"),
                                                   NULL,
                                                   N_("23.11, +3, tomorrow"),
                                                   N_("the same day"),
                                                   N_("any time, 10:00-14:00, after 18"),
                                                   N_("what else matters")};

    for (int i = 0; i < WISH_FIELDS && row + i < grid->rows; i++) {
        grid_put(grid, row + i, 1, LABEL_COLS - 2, zp_i18n(labels[i]), STYLE_DIM);
        field_draw(wish->fields[i], grid, row + i, LABEL_COLS, grid->cols - LABEL_COLS - 1,
                   wish->focus == i, hints[i] ? zp_i18n(hints[i]) : NULL);
    }
}

static const char *last_words(const struct wish *wish, enum style *style) {
    *style = STYLE_WARN;
    if (wish->leaving)
        return _("Give up what was typed? Enter: yes, Esc: stay");
    if (wish->trouble) {
        *style = STYLE_ERROR;
        return wish->trouble;
    }
    *style = STYLE_DIM;
    return wish->saving ? _("writing …") : _("Enter puts it on the list, Tab goes on, Esc leaves.");
}

static void view(const void *model, struct grid *grid) {
    const struct wish *wish = model;
    enum style style = STYLE_DIM;
    int row = 1;

    facts_header(grid, wish->env->config,
                 wish->id != 0 ? _("Change the wish") : _("To the waiting list"));
    if (!wish->row) {
        facts_wrap(grid, 2, 1, grid->rows - 2, grid->cols - 2,
                   wish->trouble ? wish->trouble : _("reading …"),
                   wish->trouble ? STYLE_ERROR : STYLE_DIM);
        return;
    }
    char *services = waiting_wish_text(NULL, wish->row);
    grid_cell(grid, row, 1, grid->cols - 2, services, STYLE_STRONG);
    talloc_free(services);
    row += 2;
    draw_fields(wish, grid, row);
    row += WISH_FIELDS + 1;
    if (row < grid->rows)
        facts_wrap(grid, row, 1, grid->rows - row, grid->cols - 2, last_words(wish, &style), style);
}

static size_t actions(const void *model, enum action *out) {
    const struct wish *wish = model;
    size_t count = 0;

    if (wish->leaving) {
        out[count++] = ACTION_YES;
        out[count++] = ACTION_STAY;
    }
    out[count++] = ACTION_BACK;
    out[count++] = ACTION_ENTER;
    out[count++] = ACTION_NEXT;
    out[count++] = ACTION_PREVIOUS;
    out[count++] = ACTION_UP;
    out[count++] = ACTION_DOWN;
    return count;
}

static bool typing(const void *model) {
    return ((const struct wish *)model)->row != NULL; // else there is no field
}

static bool waiting(const void *model) {
    const struct wish *wish = model;

    return wish->saving || (!wish->row && !wish->trouble);
}

static bool unsaved(const void *model) {
    return ((const struct wish *)model)->touched;
}

const struct screen_ops screen_wish = {.name = "wish",
                                       .new = wish_new,
                                       .update = update,
                                       .view = view,
                                       .actions = actions,
                                       .typing = typing,
                                       .waiting = waiting,
                                       .unsaved = unsaved};
