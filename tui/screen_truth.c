// The difference behind the truth bar: which bookings of a day the journal has and the CRM has not,
// and the other way round, with what is likely to have happened and one key that mends it.
#include "error_text.h"
#include "facts.h"
#include "memory.h"
#include "screen.h"
#include "words.h"
#include <stdio.h>
#include <string.h>
#include <zapis/i18n.h>

enum { TAG_TRUTH = 1, TAG_DAY, TAG_MEND };
enum { OPENED_CARD = 1 };

#define FOOT_ROWS 6 // the explanation of the current line

struct line {
    const char *number;               // Dikidi's
    bool in_crm;                      // only there; else only in the journal
    const struct zp_booking *booking; // its row in the journal; NULL none
    char *about; // that row, or else the entry there, in words; NULL: nothing is known
};

struct truth {
    const struct screen_env *env;
    struct zp_date date;
    struct zp_truth *truth; // NULL: not known yet
    struct zp_booking **bookings;
    size_t booking_count;
    bool bookings_known;
    struct line *lines;
    size_t count;
    char *cursor; // the number the cursor stands on; NULL: the first
    char *trouble;
    char *mending; // the number that is being mended; NULL: none
    char *told;    // what came of the last one, until the cursor moves; NULL: nothing
    bool told_ok;
};

static void *truth_new(TALLOC_CTX *ctx, const struct screen_env *env,
                       const struct screen_args *args) {
    struct truth *truth = memory_new(ctx, struct truth);
    truth->env = env;
    truth->date = args->date;
    return truth;
}

static void ask(const struct truth *truth, struct commands *commands) {
    const struct zp_request count = {.ask = ZP_ASK_TRUTH, .u.truth = {.date = truth->date}};
    const struct zp_request day = {.ask = ZP_ASK_DAY, .u.day = {.date = truth->date, .all = true}};
    command_ask(commands, TAG_DAY, &day);
    command_ask(commands, TAG_TRUTH, &count);
}

// ---- the lines

// Of several rows with one number (a refused one, say) that which holds it now.
static const struct zp_booking *row_of(const struct truth *truth, const char *number) {
    const struct zp_booking *found = NULL;
    for (size_t i = 0; i < truth->booking_count; i++) {
        const struct zp_booking *booking = truth->bookings[i];
        if (booking->booking_id != NULL && strcmp(booking->booking_id, number) == 0 &&
            (found == NULL || zp_booking_state_holds_time(booking->state))) {
            found = booking;
        }
    }
    return found;
}

static size_t cursor(const struct truth *truth) {
    for (size_t i = 0; truth->cursor != NULL && i < truth->count; i++) {
        if (strcmp(truth->lines[i].number, truth->cursor) == 0) {
            return i;
        }
    }
    return 0;
}

static void put_cursor(struct truth *truth, size_t at) {
    talloc_free(truth->cursor);
    truth->cursor = memory_strdup(truth, truth->lines[at].number);
}

// Whose visit it is and when: as the journal has it, else as the entry in the CRM is called.
static char *about(const struct truth *truth, const struct line *line, size_t entry) {
    if (line->booking != NULL) {
        return facts_visit(truth->lines, truth->env->config, line->booking);
    }
    return line->in_crm ? facts_crm_entry(truth->lines, truth->env->config, truth->truth, entry)
                        : NULL;
}

static void rebuild(struct truth *truth) {
    const size_t at = cursor(truth);
    TALLOC_FREE(truth->lines);
    truth->count = 0;
    if (truth->truth == NULL) {
        return;
    }
    const size_t journal = truth->truth->only_journal_count;
    const size_t crm = truth->truth->only_crm_count;
    truth->lines = memory_array(truth, struct line, journal + crm);
    for (size_t i = 0; i < journal + crm; i++) {
        struct line *line = &truth->lines[truth->count++];
        line->in_crm = i >= journal;
        line->number =
            memory_strdup(truth->lines, line->in_crm ? truth->truth->only_crm[i - journal]
                                                     : truth->truth->only_journal[i]);
        line->booking = row_of(truth, line->number);
        line->about = about(truth, line, line->in_crm ? i - journal : 0);
    }
    if (truth->cursor != NULL && truth->count > 0 &&
        strcmp(truth->lines[cursor(truth)].number, truth->cursor) != 0) { // its line has gone
        put_cursor(truth, at < truth->count ? at : truth->count - 1);
    }
}

static const struct line *current(const struct truth *truth) {
    return truth->count > 0 ? &truth->lines[cursor(truth)] : NULL;
}

static void go(struct truth *truth, int step) {
    TALLOC_FREE(truth->told);
    const size_t at = cursor(truth);
    const size_t to = step < 0 ? at - (at > 0) : at + (at + 1 < truth->count);
    if (truth->count > 0) {
        put_cursor(truth, to);
    }
}

// ---- answers and keys

static void mend(struct truth *truth, struct commands *commands) {
    const struct line *line = current(truth);
    if (line == NULL || truth->mending != NULL) {
        return;
    }
    TALLOC_FREE(truth->told);
    truth->mending = memory_strdup(truth, line->number);
    const struct zp_request request = {.ask = ZP_ASK_MEND, .u.mend = {.booking = truth->mending}};
    command_ask(commands, TAG_MEND, &request);
}

// "989: Dikidi does not know this booking number."
static void mended(struct truth *truth, const struct zp_event *event, struct commands *commands) {
    char *text = error_text(truth, event->ok ? event->told : event->error.message);
    talloc_free(truth->told);
    truth->told =
        memory_printf(truth, "%s: %s", truth->mending ? truth->mending : "", text ? text : "");
    truth->told_ok = event->ok;
    talloc_free(text);
    TALLOC_FREE(truth->mending);
    ask(truth, commands);
}

static void event(struct truth *truth, const struct message *message, struct commands *commands) {
    const struct zp_event *event = message->u.event.event;
    const bool ours = message->u.event.tag == TAG_TRUTH || message->u.event.tag == TAG_DAY;
    if (message->u.event.tag == TAG_MEND) {
        mended(truth, event, commands);
    } else if (ours && !event->ok) {
        talloc_free(truth->trouble);
        truth->trouble = memory_strdup(truth, event->error.message);
    } else if (message->u.event.tag == TAG_TRUTH) {
        talloc_free(truth->truth);
        truth->truth = talloc_steal(truth, event->truth);
        TALLOC_FREE(truth->trouble);
    } else if (message->u.event.tag == TAG_DAY) {
        talloc_free(truth->bookings);
        truth->bookings = talloc_steal(truth, event->bookings);
        truth->booking_count = event->booking_count;
        for (size_t i = 0; i < truth->booking_count; i++) {
            talloc_steal(truth->bookings, truth->bookings[i]);
        }
        truth->bookings_known = true;
    } else if (event->kind == ZP_EVENT_JOURNAL || event->kind == ZP_EVENT_BOOKING) {
        ask(truth, commands);
    }
    rebuild(truth);
}

static void key(struct truth *truth, const struct message *message, struct commands *commands) {
    const struct line *line = current(truth);
    switch (message->u.key.action) {
    case ACTION_BACK: command_close(commands, NULL); break;
    case ACTION_UP: go(truth, -1); break;
    case ACTION_DOWN: go(truth, 1); break;
    case ACTION_REFRESH: ask(truth, commands); break;
    case ACTION_MEND: mend(truth, commands); break;
    case ACTION_ENTER:
    case ACTION_SHOW:
        if (line != NULL && line->booking != NULL) {
            const struct screen_args args = {.booking = line->booking->request_id};
            command_open(commands, OPENED_CARD, SCREEN_CARD, &args);
        }
        break;
    default: break;
    }
}

static void update(void *model, const struct message *message, struct commands *commands) {
    struct truth *truth = model;
    switch (message->kind) {
    case MESSAGE_OPENED: ask(truth, commands); break;
    case MESSAGE_KEY: key(truth, message, commands); break;
    case MESSAGE_MOUSE:
        if ((size_t)message->u.mouse.hit <= truth->count) {
            TALLOC_FREE(truth->told);
            put_cursor(truth, (size_t)message->u.mouse.hit - 1);
        }
        break;
    case MESSAGE_EVENT: event(truth, message, commands); break;
    case MESSAGE_LANGUAGE:
        TALLOC_FREE(truth->told);
        if (truth->trouble != NULL) {
            TALLOC_FREE(truth->trouble);
            ask(truth, commands);
        }
        rebuild(truth);
        break;
    case MESSAGE_RESULT: ask(truth, commands); break; // on the card something may have been done
    default: break;
    }
}

// ---- words

static const char *why_journal(const struct zp_booking *booking) {
    if (booking == NULL) {
        return _("The journal has this booking and the CRM has not. F5 looks for its entry, and "
                 "makes one if there is none.");
    }
    switch (booking->crm_state) {
    case ZP_CRM_QUEUED:
        return _("Its entry in the CRM waits in the queue and goes by itself. F5: now.");
    case ZP_CRM_ATTENTION:
        return _("Its entry in the CRM needs you: Ctrl-T on the Day says why. Once that is put "
                 "right, F5 tries it again.");
    case ZP_CRM_LOGGED:
        return _("It was entered in the CRM and is not counted there any more: the entry was "
                 "deleted, moved to a failure stage, or its visit time or booking number was "
                 "changed. F5 looks: a deleted one is made anew, a changed one put right; what a "
                 "manager ended will be cancelled at Dikidi too.");
    case ZP_CRM_NONE: break;
    }
    return _("It was not entered in the CRM. F5 enters it.");
}

static const char *why_crm(const struct zp_booking *booking) {
    if (booking == NULL) {
        return _("The CRM has an entry with this number and the journal has no such booking on "
                 "this day: it was made elsewhere, or the number was changed in the CRM. F5 reads "
                 "it from Dikidi; if Dikidi does not know it, put the number right in the CRM.");
    }
    if (booking->state == ZP_BOOKING_BOOKED || booking->state == ZP_BOOKING_CANCELLING) {
        return _("The CRM has more than one entry for this booking, or its visit on another day. "
                 "F5 puts the day right; of several entries keep one there.");
    }
    return booking->crm_state == ZP_CRM_QUEUED
               ? _("It is cancelled, and the CRM is not told yet: that waits in the queue and goes "
                   "by itself. F5: now.")
               : _("It does not stand any more, and its entry in the CRM was taken up again. F5 "
                   "ends the entry; if the client comes after all, book anew.");
}

static void counted(const struct truth *truth, const struct grid *grid, int row) {
    char clock[WORDS_SIZE] = "";
    const struct zp_truth *counts = truth->truth;
    if (counts->crm_count < 0) {
        grid_printf(grid, row, 1, grid->cols - 2, STYLE_WARN,
                    _("%d in the journal; Bitrix24 could not be asked."), counts->journal_count);
        return;
    }
    words_clock(truth->env->config->zone, counts->crm_at, clock);
    const bool equal = counts->crm_count == counts->journal_count && truth->count == 0;
    grid_printf(grid, row, 1, grid->cols - 2, equal ? STYLE_OK : STYLE_ERROR,
                _("%d in the journal, %d counted in Bitrix24 at %s."), counts->journal_count,
                counts->crm_count, clock);
}

static void draw_line(const struct truth *truth, const struct grid *grid, int row, size_t i) {
    const struct line *line = &truth->lines[i];
    const bool on = i == cursor(truth);
    const enum style style = on ? STYLE_CURSOR : STYLE_DEFAULT;
    const char *about = line->about ? line->about
                        : line->in_crm && truth->bookings_known
                            ? _("no such booking in the journal")
                            : "";
    grid_fill(grid, row, 0, 1, grid->cols, " ", style);
    grid_hit(grid, row, 0, 1, grid->cols, (int)i + 1);
    const int taken =
        grid_printf(grid, row, 1, grid->cols - 2, style, "%s %s  ",
                    line->in_crm ? _("only in the CRM") : _("only in the journal"), line->number);
    grid_cell(grid, row, 1 + taken, grid->cols - taken - 2, about, style);
    if (on) {
        grid_cursor(grid, row, 1);
    }
}

// What came of the last mend, what is being done, or why the current line differs.
static void draw_foot(const struct truth *truth, const struct grid *grid, int row, int rows) {
    const struct line *line = current(truth);
    const char *text = _("Asking both …");
    enum style style = STYLE_DIM;
    if (truth->mending == NULL && truth->told != NULL) {
        text = truth->told;
        style = truth->told_ok ? STYLE_OK : STYLE_WARN;
    } else if (truth->mending == NULL && truth->trouble != NULL) {
        text = truth->trouble;
        style = STYLE_ERROR;
    } else if (truth->mending == NULL && line != NULL) {
        text = line->in_crm ? why_crm(line->booking) : why_journal(line->booking);
        style = STYLE_DEFAULT;
    } else if (truth->mending == NULL) {
        return;
    }
    facts_wrap(grid, row, 1, rows, grid->cols - 2, text, style);
}

static void view(const void *model, struct grid *grid) {
    const struct truth *truth = model;
    char date[WORDS_SIZE];
    char title[2 * WORDS_SIZE];
    words_date_short(truth->date, date);
    (void)snprintf(title, sizeof(title), _("Journal and CRM, %s"), date);
    facts_header(grid, truth->env->config, title);
    if (truth->truth == NULL) {
        grid_put(grid, 2, 1, grid->cols - 2, truth->trouble ? truth->trouble : _("reading …"),
                 truth->trouble ? STYLE_ERROR : STYLE_DIM);
        return;
    }
    counted(truth, grid, 2);
    if (truth->count == 0) {
        if (truth->truth->crm_count == truth->truth->journal_count) {
            facts_wrap(grid, 4, 1, grid->rows - 4, grid->cols - 2,
                       _("Both have the same bookings."), STYLE_OK);
        }
        draw_foot(truth, grid, 6, grid->rows - 6);
        return;
    }
    const int rows = grid->rows - 4 - FOOT_ROWS > 1 ? grid->rows - 4 - FOOT_ROWS : 1;
    const size_t at = cursor(truth);
    const size_t top = at >= (size_t)rows ? at - (size_t)rows + 1 : 0;
    for (int row = 0; row < rows && top + (size_t)row < truth->count; row++) {
        draw_line(truth, grid, 4 + row, top + (size_t)row);
    }
    const int below = grid->rows - FOOT_ROWS;
    if (below > 5) {
        grid_line(grid, below, 0, grid->cols, STYLE_LINE);
        draw_foot(truth, grid, below + 1, FOOT_ROWS - 1);
    } else if (truth->mending != NULL ||
               truth->told != NULL) { // no room: the answer is what counts
        grid_fill(grid, grid->rows - 1, 0, 1, grid->cols, " ", STYLE_DEFAULT);
        draw_foot(truth, grid, grid->rows - 1, 1);
    }
}

static size_t actions(const void *model, enum action *out) {
    const struct truth *truth = model;
    const struct line *line = current(truth);
    size_t count = 0;
    if (line != NULL && truth->mending == NULL) {
        out[count++] = ACTION_MEND;
    }
    if (line != NULL && line->booking != NULL && screen_find(SCREEN_CARD) != NULL) {
        out[count++] = ACTION_SHOW;
        out[count++] = ACTION_ENTER;
    }
    if (truth->count > 0) {
        out[count++] = ACTION_UP;
        out[count++] = ACTION_DOWN;
    }
    out[count++] = ACTION_REFRESH;
    out[count++] = ACTION_BACK;
    return count;
}

const struct screen_ops screen_truth = {
    .name = "truth", .new = truth_new, .update = update, .view = view, .actions = actions};
