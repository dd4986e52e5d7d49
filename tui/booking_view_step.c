// New booking, steps 1, 3 and 4, drawn.
#include "booking.h"
#include "facts.h"
#include "memory.h"
#include "words.h"
#include <stdio.h>
#include <string.h>
#include <zapis/i18n.h>
#include <zapis/phone.h>
#include <zapis/text.h>

#define LABEL_COLS    13
#define LABELLED_COLS 36 // narrower: no labels

// ---- step 1

static void list_title(const struct grid *grid, const char *title, const struct list *list,
                       bool focused) {
    int col = 0;

    grid_fill(grid, 0, 0, 1, grid->cols, " ", STYLE_TITLE);
    col = grid_put(grid, 0, 0, grid->cols, title, STYLE_TITLE) + 2;
    if (list_filter(list)[0] != '\0')
        grid_printf(grid, 0, col, grid->cols - col, STYLE_MATCH, "%s_", list_filter(list));
    else if (focused)
        grid_put(grid, 0, col, grid->cols - col, _("type to find"), STYLE_DIM);
    col += zp_text_width(list_filter(list));
    if (focused) // where no row takes it
        grid_cursor(grid, 0, col < grid->cols ? col : grid->cols - 1);
}

static void list_with_title(const struct grid *grid, const char *title, const struct list *list,
                            bool focused, const char *empty) {
    struct grid rest = grid_part(grid, 1, 0, grid->rows - 1, grid->cols);

    list_title(grid, title, list, focused);
    list_draw(list, &rest, focused, empty);
}

static const char *empty_words(TALLOC_CTX *ctx, const struct booking *booking) {
    if (booking_choice_others_do(booking))
        return memory_printf(ctx, _("%s does not do this; Tab: any master"),
                             booking_master_name(booking, booking->choice.master_id));
    if (booking->choice.catalogue)
        return booking->choice.catalogue->service_count > 0 ? _("no service of this name")
                                                            : _("Dikidi's price list is empty.");
    return booking->choice.trouble ? NULL : _("reading the price list ...");
}

static void trouble(const struct grid *grid, int rows, const char *why) {
    const int taken = facts_wrap(grid, 1, 0, rows, grid->cols, why, STYLE_ERROR);

    facts_wrap(grid, 1 + taken, 0, rows - taken, grid->cols, _("Ctrl-R asks again."),
               STYLE_DEFAULT);
}

void booking_view_choice(const struct booking *booking, const struct grid *grid, bool narrow) {
    const struct booking_choice *choice = &booking->choice;
    int rows = grid->rows - (grid->rows > 6 ? 1 : 0);
    int width = narrow ? 0 : grid->cols / 3 < 40 ? grid->cols / 3 : 40;
    struct grid left = grid_part(grid, 0, 1, rows, width - 2);
    struct grid right = grid_part(grid, 0, width + 1, rows, grid->cols - width - 2);
    TALLOC_CTX *ctx = memory_must(talloc_new(NULL));

    if (!narrow) {
        list_with_title(&left, _("Masters"), choice->masters, choice->on_masters, NULL);
        grid_rule(grid, 0, width - 1, rows, STYLE_LINE);
    }
    if (narrow && choice->on_masters)
        list_with_title(&right, _("Masters"), choice->masters, true, NULL);
    else
        list_with_title(&right, _("Services"), choice->services, !choice->on_masters,
                        empty_words(ctx, booking));
    if (choice->trouble)
        trouble(&right, rows - 1, choice->trouble);
    if (rows < grid->rows && choice->count > 0) {
        struct price_span sum = booking_sum(booking);

        grid_cell(grid, rows, 1, grid->cols - 2,
                  memory_printf(ctx, _("Total: %s, %s (%s)"), booking_minutes_text(ctx, &sum),
                                booking_price_text(ctx, booking, &sum),
                                booking_services_text(ctx, booking)),
                  STYLE_STRONG);
    }
    talloc_free(ctx);
}

// ---- step 3

// Where each column of the known clients begins. They are as wide as their heads in any language.
struct client_cols {
    int phone, visits, missed, date, master, service;
};

static int head_cols(const char *head, int least) {
    int width = zp_text_width(head);

    return (width > least ? width : least) + 1;
}

static struct client_cols client_cols(const struct grid *grid) {
    struct client_cols cols;
    int name = grid->cols >= 100 ? 34 : grid->cols >= 70 ? 20 : 14;

    cols.phone = head_cols(_("Known clients"), name);
    cols.visits = cols.phone + 18;
    cols.missed = cols.visits + head_cols(_("visits"), 4);
    cols.date = cols.missed + head_cols(_("missed"), 3);
    cols.master = cols.date + head_cols(_("last visit"), 11);
    cols.service = cols.master + head_cols(_("usual master"), 22);
    return cols;
}

static void client_heads(const struct grid *grid, const struct client_cols *cols) {
    grid_cell(grid, 0, 0, cols->phone - 1, _("Known clients"), STYLE_TITLE);
    grid_cell(grid, 0, cols->visits, cols->missed - cols->visits - 1, _("visits"), STYLE_DIM);
    grid_cell(grid, 0, cols->missed, cols->date - cols->missed - 1, _("missed"), STYLE_DIM);
    grid_cell(grid, 0, cols->date, cols->master - cols->date - 1, _("last visit"), STYLE_DIM);
    grid_cell(grid, 0, cols->master, grid->cols - cols->master, _("usual master"), STYLE_DIM);
}

static void client_row(const struct booking *booking, const struct grid *grid, int row,
                       const struct zp_client *client, enum style style) {
    struct client_cols cols = client_cols(grid);
    char phone[ZP_PHONE_TEXT_SIZE], text[WORDS_SIZE];

    zp_phone_format(client->phone, phone);
    grid_fill(grid, row, 0, 1, grid->cols, " ", style);
    grid_cell(grid, row, 0, cols.phone - 1, client->name, style);
    grid_cell(grid, row, cols.phone, 17, phone, style);
    (void)snprintf(text, sizeof(text), "%d", client->visits);
    grid_right(grid, row, cols.visits, cols.missed - cols.visits - 1, text, style);
    if (client->no_shows > 0) {
        (void)snprintf(text, sizeof(text), "%d", client->no_shows);
        grid_right(grid, row, cols.missed, cols.date - cols.missed - 1, text,
                   style == STYLE_CURSOR ? style : STYLE_WARN);
    }
    // A booking to come is no visit yet.
    if (client->last_visit_at != 0 && client->last_visit_at <= booking->now) {
        struct zp_date day = zp_zone_wall(booking->env->config->zone, client->last_visit_at).date;

        (void)snprintf(text, sizeof(text), "%d %s %d", day.day, words_month_short(day.month),
                       day.year);
        grid_cell(grid, row, cols.date, cols.master - cols.date - 1, text, style);
    }
    grid_cell(grid, row, cols.master, grid->cols - cols.master,
              client->usual_master ? client->usual_master : "", style);
    if (grid->cols >= 120 && client->last_service)
        grid_cell(grid, row, cols.service, grid->cols - cols.service, client->last_service, style);
}

static void known_clients(const struct booking *booking, const struct grid *grid) {
    const struct booking_client *client = &booking->client;
    struct client_cols cols = client_cols(grid);
    int rows = grid->rows - 1;
    size_t top = 0;

    if (client->count == 0) {
        if (client->asked)
            grid_put(grid, 0, 0, grid->cols, _("looking for known clients ..."), STYLE_DIM);
        return;
    }
    client_heads(grid, &cols);
    const char *note = client->cursor < client->count ? client->list[client->cursor].note : NULL;
    if (note && rows > 1) { // the last row: what the salon keeps in mind about him
        const int col = grid_put(grid, rows--, 0, grid->cols, _("Note: "), STYLE_DIM);

        grid_put(grid, rows + 1, col, grid->cols - col, note, STYLE_NOTICE);
    }
    if (rows > 0 && client->cursor >= (size_t)rows)
        top = client->cursor - (size_t)rows + 1;
    for (int i = 0; i < rows && top + (size_t)i < client->count; i++) {
        bool on = top + (size_t)i == client->cursor;
        enum style style = !on ? STYLE_DEFAULT : client->picked ? STYLE_CURSOR : STYLE_SELECTED;

        client_row(booking, grid, 1 + i, &client->list[top + (size_t)i], style);
        grid_hit(grid, 1 + i, 0, 1, grid->cols, BOOKING_HITS_CLIENTS + (int)top + i + 1);
    }
}

// What stands under the phone: what is wrong with it, or how it will be written.
// Returns the rows taken.
static int phone_line(const struct booking *booking, const struct grid *grid, int row) {
    char phone[ZP_PHONE_SIZE], text[ZP_PHONE_TEXT_SIZE];
    struct zp_error err = {0};
    int col = LABEL_COLS, columns = grid->cols - LABEL_COLS - 1;

    if (booking->client.trouble) {
        const int most = grid->rows > 12 ? 3 : 1;
        const int taken =
            facts_wrap(grid, row, col, most, columns, booking->client.trouble, STYLE_ERROR);

        return taken > 0 ? taken : 1;
    } else if (booking->client.walk_in) {
        grid_put(grid, row, col, columns, _("walk-in: no phone is asked, no contact is made"),
                 STYLE_NOTICE);
    } else if (zp_phone_normalise(booking_client_text(booking, BOOKING_PHONE),
                                  booking->env->config->salon.country, phone, &err)) {
        zp_phone_format(phone, text);
        grid_put(grid, row, col, columns, text, STYLE_OK);
    } else if (booking_walk_in_allowed(booking)) {
        grid_put(grid, row, col, columns, _("F9: a client without a phone"), STYLE_DIM);
    }
    return 1;
}

void booking_view_client(const struct booking *booking, const struct grid *grid) {
    const struct booking_client *client = &booking->client;
    const char *labels[BOOKING_FIELDS] = {_("Phone"), _("Name"), _("Comment")};
    int row = 0, width = grid->cols - LABEL_COLS - 1;
    struct grid list;

    if (width > 60)
        width = 60;
    for (int i = 0; i < BOOKING_FIELDS; i++) {
        grid_put(grid, row, 1, LABEL_COLS - 2, labels[i], STYLE_DIM);
        grid_hit(grid, row, 0, 1, grid->cols, BOOKING_HITS_FIELDS + i + 1);
        field_draw(client->fields[i], grid, row, LABEL_COLS,
                   i == BOOKING_PHONE && width > 30 ? 30 : width,
                   i == client->focus && !booking->leaving,
                   i == BOOKING_PHONE ? _("digits, or letters of the name") : NULL);
        row++;
        if (i == BOOKING_PHONE)
            row += phone_line(booking, grid, row);
    }
    row += grid->rows > 12 ? 1 : 0;
    list = grid_part(grid, row, 1, grid->rows - row, grid->cols - 2);
    known_clients(booking, &list);
}

// ---- step 4

static int fact(const struct grid *grid, int row, const char *label, const char *text,
                enum style style) {
    int col = grid->cols >= LABELLED_COLS ? LABEL_COLS : 1, taken = 0;

    if (text[0] == '\0')
        return row;
    if (col > 1)
        grid_put(grid, row, 1, LABEL_COLS - 2, label, STYLE_DIM);
    taken = facts_wrap(grid, row, col, grid->rows - row, grid->cols - col - 1, text, style);
    return row + (taken > 0 ? taken : 1);
}

static int service_facts(TALLOC_CTX *ctx, const struct booking *booking, const struct grid *grid,
                         int row) {
    struct price_span sum = booking_sum(booking);
    const char *minutes = booking_minutes_text(ctx, &sum);

    if (booking->choice.count == 0)
        return fact(grid, row, _("Service"), _("no service yet"), STYLE_DIM);
    return fact(grid, row, _("Service"),
                memory_printf(ctx, "%s%s%s", booking_services_text(ctx, booking),
                              minutes[0] ? ", " : "", minutes),
                STYLE_STRONG);
}

static int client_fact(TALLOC_CTX *ctx, const struct booking *booking, const struct grid *grid,
                       int row) {
    const char *name = booking_client_text(booking, BOOKING_NAME);
    char phone[ZP_PHONE_SIZE], text[ZP_PHONE_TEXT_SIZE] = "";
    const char *other = NULL;
    struct zp_error err = {0};

    if (booking->client.walk_in)
        return fact(grid, row, _("Client"),
                    memory_printf(ctx, "%s%s%s", name, name[0] ? ", " : "", _("walk-in")),
                    STYLE_STRONG);
    if (!booking_client_dirty(booking))
        return fact(grid, row, _("Client"), _("no client yet"), STYLE_DIM);
    if (zp_phone_normalise(booking_client_text(booking, BOOKING_PHONE),
                           booking->env->config->salon.country, phone, &err))
        zp_phone_format(phone, text);
    row = fact(grid, row, _("Client"),
               memory_printf(ctx, "%s%s%s", name, name[0] && text[0] ? ", " : "",
                             text[0] ? text : booking_client_text(booking, BOOKING_PHONE)),
               STYLE_STRONG);
    other = booking_client_other(ctx, booking);
    if (other)
        row = fact(grid, row, "",
                   memory_printf(ctx, _("In the journal this phone is %s's."), other), STYLE_WARN);
    other = booking_twice_text(ctx, booking);
    return other ? fact(grid, row, "", other, STYLE_WARN) : row;
}

static int time_fact(TALLOC_CTX *ctx, const struct booking *booking, const struct grid *grid,
                     int row) {
    const struct booking_time *time = &booking->time;
    const char *missed = NULL;
    char wished[WORDS_SIZE];

    if (time->chosen_at == 0 && booking->send.phase == BOOKING_TAKEN) {
        words_clock(booking->env->config->zone, time->wished_at, wished);
        return fact(grid, row, _("Time"),
                    memory_printf(ctx, _("%s is taken: to be chosen anew"), wished), STYLE_WARN);
    }
    if (time->chosen_at == 0 && booking_time_pending(booking))
        return fact(grid, row, _("Time"), _("asking for free time ..."), STYLE_NOTICE);
    if (time->chosen_at == 0)
        return fact(grid, row, _("Time"), _("no time yet"), STYLE_DIM);
    row = fact(grid, row, _("Time"), booking_when_text(ctx, booking, true), STYLE_STRONG);
    missed = booking_missed_text(ctx, booking);
    return missed ? fact(grid, row, "", missed, STYLE_WARN) : row;
}

int booking_view_facts(TALLOC_CTX *ctx, const struct booking *booking, const struct grid *grid,
                       int row) {
    struct price_span sum = booking_sum(booking);
    bool low = grid->rows - row < 6; // what differs most from visit to visit comes first then

    if (low)
        row = client_fact(ctx, booking, grid, time_fact(ctx, booking, grid, row));
    row = service_facts(ctx, booking, grid, row);
    if (booking->purpose == BOOKING_MOVE)
        row = fact(grid, row, booking_is_again(booking) ? _("Cancelled") : _("At present"),
                   booking_old_text(ctx, booking), STYLE_DEFAULT);
    row = fact(grid, row, _("Master"), booking_who_text(ctx, booking), STYLE_STRONG);
    if (!low)
        row = client_fact(ctx, booking, grid, time_fact(ctx, booking, grid, row));
    row =
        fact(grid, row, _("Comment"), booking_client_text(booking, BOOKING_COMMENT), STYLE_DEFAULT);
    if (booking->choice.count == 0)
        return row;
    return fact(grid, row, _("Sum"), booking_price_text(ctx, booking, &sum), STYLE_STRONG);
}

static const char *enter_words(const struct booking *booking) {
    if (booking->purpose != BOOKING_MOVE)
        return _("Enter books it.");
    return booking_is_again(booking) ? _("Enter books it again.") : _("Enter moves it.");
}

static const char *written_words(const struct booking *booking) {
    if (booking_is_again(booking))
        return _("Written to Dikidi now, under a new number; its entry in Bitrix24 goes along.");
    if (booking->purpose == BOOKING_MOVE)
        return _("Dikidi gets the new time first, then the old one is given back; the entry in "
                 "Bitrix24 goes along.");
    return booking->client.walk_in
               ? _("Written to Dikidi now; the deal in Bitrix24 follows by itself, without a "
                   "contact.")
               : _("Written to Dikidi now; the contact and the deal in Bitrix24 follow by "
                   "themselves.");
}

static void ask_part(TALLOC_CTX *ctx, const struct booking *booking, const struct grid *grid,
                     int row) {
    if (booking->time.chosen_at == 0)
        return;
    grid_cursor(grid, row, 1);
    row += facts_wrap(grid, row, 1, grid->rows - row, grid->cols - 2, enter_words(booking),
                      STYLE_NOTICE);
    row += facts_wrap(grid, row, 1, grid->rows - row, grid->cols - 2, written_words(booking),
                      STYLE_DEFAULT);
    row += grid->rows - row > 3 ? 1 : 0;
    row += facts_wrap(grid, row, 1, grid->rows - row, grid->cols - 2, _("The same in one line:"),
                      STYLE_DIM);
    facts_wrap(grid, row, 1, grid->rows - row, grid->cols - 2, booking_send_line(ctx, booking),
               STYLE_DIM);
}

// A move to a time that overlaps the old one: nothing dangerous lies under the cursor.
static void overlaps(const struct booking *booking, const struct grid *grid, int row) {
    const char *answers[] = {
        _("Another time; the visit stays where it is"),
        _("Give the old time back and take the new one at once. If it is taken just then, the "
          "visit has no time until you choose a free one"),
    };

    row +=
        facts_wrap(grid, row, 1, grid->rows - row, grid->cols - 2,
                   _("The new time overlaps the same visit, which is being moved: Dikidi gives it "
                     "once the old time is free. Nothing is changed yet."),
                   STYLE_NOTICE);
    for (size_t i = 0; i < 2 && row < grid->rows; i++) {
        const bool on = booking->send.cursor == i;
        const enum style style = on ? STYLE_CURSOR : STYLE_DEFAULT;
        const int taken =
            facts_wrap(grid, row, 4, grid->rows - row, grid->cols - 5, answers[i], style);

        grid_printf(grid, row, 1, 2, style, "%zu", i + 1);
        grid_hit(grid, row, 0, taken > 0 ? taken : 1, grid->cols, -(int)i - 1);
        if (on)
            grid_cursor(grid, row, 1);
        row += taken > 0 ? taken : 1;
    }
}

static void offers(TALLOC_CTX *ctx, const struct booking *booking, const struct grid *grid,
                   int row) {
    const struct booking_send *send = &booking->send;
    const struct zp_zone *zone = booking->env->config->zone;

    if (send->count == 0) {
        facts_wrap(grid, row, 1, grid->rows - row, grid->cols - 2,
                   _("No other time could be offered: F4 shows the free time."), STYLE_DEFAULT);
        return;
    }
    grid_put(grid, row++, 1, grid->cols - 2, _("The next free times; all that was typed is kept:"),
             STYLE_TITLE);
    for (size_t i = 0; i < send->count; i++) {
        const struct zp_slot *offer = &send->offers[i];
        enum style style = i == send->cursor ? STYLE_CURSOR : STYLE_FREE;
        char date[WORDS_SIZE], clock[WORDS_SIZE];

        words_date_short(zp_zone_wall(zone, offer->starts_at).date, date);
        words_clock(zone, offer->starts_at, clock);
        grid_cell(
            grid, row, 1, grid->cols - 2,
            memory_printf(ctx, "%zu  %s %s  %s", i + 1, date, clock,
                          offer->master_id ? booking_master_name(booking, offer->master_id) : ""),
            style);
        grid_hit(grid, row, 0, 1, grid->cols, -(int)i - 1);
        if (i == send->cursor)
            grid_cursor(grid, row, 1);
        row++;
    }
}

// Of a move: what is certain about the old time, and what goes on.
static const char *move_words(TALLOC_CTX *ctx, const struct booking *booking) {
    const bool released = booking->send.release_first;

    switch (booking->send.phase) {
    case BOOKING_SENDING:
        return released ? _("giving the old time up, then booking the new one at Dikidi ...")
                        : _("booking the new time at Dikidi ...");
    case BOOKING_UNKNOWN:
        return released
                   ? _("It is not known whether Dikidi took the new time. It is being found out; "
                       "do not move or book it again. The Day shows it as ? until then.")
                   : _("It is not known whether Dikidi took the new time. The old one stands until "
                       "this is found out; do not move it again. The Day shows the new one as ?.");
    case BOOKING_UNSENT:
        return memory_printf(ctx,
                             _("The new time was not asked for yet: this goes by itself for %d "
                               "minutes; the Day and the queue show it."),
                             booking->env->config->salon.intent_minutes);
    case BOOKING_HALF: return _("The client has both times for now; do not move it again.");
    case BOOKING_TAKEN:
    case BOOKING_ASK:
    case BOOKING_OVERLAPS: break;
    }
    if (!booking_is_again(booking))
        return booking->send.phase == BOOKING_TAKEN ? _("The old time stands.") : "";
    return released ? _("The old time was given up: the client has no booking now.") : "";
}

static const char *phase_words(TALLOC_CTX *ctx, const struct booking *booking) {
    if (booking->purpose == BOOKING_MOVE)
        return move_words(ctx, booking);
    switch (booking->send.phase) {
    case BOOKING_SENDING: return _("booking at Dikidi ...");
    case BOOKING_UNKNOWN:
        return _(
            "It is not known whether Dikidi made this booking. It is written down in the "
            "journal and is being found out; do not book it again. The Day shows it as ? until "
            "then.");
    case BOOKING_UNSENT:
        return memory_printf(ctx,
                             _("Nothing was booked yet. The booking is kept and goes by itself for "
                               "%d minutes; the Day and the queue show it."),
                             booking->env->config->salon.intent_minutes);
    case BOOKING_ASK:
    case BOOKING_OVERLAPS:
    case BOOKING_HALF:
    case BOOKING_TAKEN: break;
    }
    return "";
}

static int phase_part(TALLOC_CTX *ctx, const struct booking *booking, const struct grid *grid,
                      int row) {
    const struct booking_send *send = &booking->send;

    if (send->trouble)
        row +=
            facts_wrap(grid, row, 1, grid->rows - row, grid->cols - 2, send->trouble, STYLE_ERROR);
    return row + facts_wrap(grid, row, 1, grid->rows - row, grid->cols - 2,
                            phase_words(ctx, booking), STYLE_NOTICE);
}

void booking_view_confirm(const struct booking *booking, const struct grid *grid) {
    TALLOC_CTX *ctx = memory_must(talloc_new(NULL));
    // On a low window the answer matters more than the facts, which the person has seen.
    bool facts = grid->rows >= 12 || booking->send.phase == BOOKING_ASK;
    int row = facts ? booking_view_facts(ctx, booking, grid, 0) : 0;

    row += grid->rows > row + 5 && facts ? 1 : 0;
    row = phase_part(ctx, booking, grid, row);
    switch (booking->send.phase) {
    case BOOKING_ASK: ask_part(ctx, booking, grid, row); break;
    case BOOKING_TAKEN: offers(ctx, booking, grid, row); break;
    case BOOKING_OVERLAPS: overlaps(booking, grid, row); break;
    case BOOKING_SENDING:
    case BOOKING_UNSENT:
    case BOOKING_HALF:
    case BOOKING_UNKNOWN: break;
    }
    talloc_free(ctx);
}
