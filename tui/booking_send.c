// New booking, step 4: what is asked of the desk, and what came of it.
#include "booking.h"
#include "error_text.h"
#include "memory.h"
#include "words.h"
#include <stdio.h>
#include <string.h>
#include <zapis/i18n.h>
#include <zapis/phone.h>

static const char *master_of(const struct booking *booking) {
    return booking->choice.master_id ? booking->choice.master_id : booking->time.master_id;
}

static void e164(const struct booking *booking, char out[ZP_PHONE_SIZE]) {
    struct zp_error err = {0};

    if (!zp_phone_normalise(booking_client_text(booking, BOOKING_PHONE),
                            booking->env->config->salon.country, out, &err))
        out[0] = '\0';
}

static void submit_move(struct booking *booking, bool release, struct commands *commands) {
    const bool again = booking_is_again(booking), release_first = release && !again;
    const struct zp_request request = {.ask = ZP_ASK_MOVE,
                                       .u.move = {.booking = booking->old.request_id,
                                                  .starts_at = booking->time.chosen_at,
                                                  .master_id = master_of(booking),
                                                  .release_first = release_first,
                                                  .again = again}};

    TALLOC_FREE(booking->send.trouble);
    booking->send.release_first = release_first;
    booking->send.again = again;
    booking->send.phase = BOOKING_SENDING;
    command_ask(commands, BOOKING_TAG_BOOK, &request);
}

static void submit(struct booking *booking, struct commands *commands) {
    const struct booking_choice *choice = &booking->choice;
    const bool walk_in = booking->client.walk_in;
    char phone[ZP_PHONE_SIZE];
    struct zp_request request = {
        .ask = ZP_ASK_BOOK,
        .u.book = {.service_ids = (const char *const *)choice->ids,
                   .service_count = choice->count,
                   .master_id = master_of(booking),
                   .starts_at = booking->time.chosen_at,
                   .walk_in = walk_in,
                   .comment = booking_client_text(booking, BOOKING_COMMENT),
                   .waiting_id = booking_waiting_id(booking)}};

    e164(booking, phone);
    if (!walk_in)
        request.u.book.client_phone = phone;
    if (!walk_in || booking_client_text(booking, BOOKING_NAME)[0] != '\0')
        request.u.book.client_name = booking_client_text(booking, BOOKING_NAME);
    TALLOC_FREE(booking->send.trouble);
    booking->send.phase = BOOKING_SENDING;
    command_ask(commands, BOOKING_TAG_BOOK, &request);
}

// ---- the one-line command

static bool plain(const char *text) {
    static const char safe[] =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789+-_.:@/";

    return text[0] != '\0' && text[strspn(text, safe)] == '\0';
}

// As a shell reads it back.
static char *quoted(TALLOC_CTX *ctx, const char *text) {
    char *out = NULL;

    if (plain(text))
        return memory_strdup(ctx, text);
    out = memory_strdup(ctx, "'");
    while (*text != '\0') {
        size_t size = strcspn(text, "'");

        out = memory_must(talloc_asprintf_append(out, "%.*s%s", (int)size, text,
                                                 text[size] == '\'' ? "'\\''" : ""));
        text += size + (text[size] == '\'');
    }
    return memory_must(talloc_strdup_append(out, "'"));
}

static char *option(TALLOC_CTX *ctx, char *line, const char *name, const char *value) {
    return memory_must(talloc_asprintf_append(line, " --%s %s", name, quoted(ctx, value)));
}

// The salon's wall clock, or with its offset where that reading has two meanings.
static char *at_text(TALLOC_CTX *ctx, const struct booking *booking) {
    const struct zp_zone *zone = booking->env->config->zone;
    int64_t instant = booking->time.chosen_at, both[2];
    struct zp_wall wall = zp_zone_wall(zone, instant);
    char exact[ZP_INSTANT_SIZE], date[ZP_DATE_SIZE];

    if (wall.second == 0 &&
        zp_zone_instants(zone, wall.date, wall.hour, wall.minute, 0, both) == 1) {
        zp_date_format(wall.date, date);
        return memory_printf(ctx, "%s %02d:%02d", date, wall.hour, wall.minute);
    }
    zp_instant_format(zone, instant, exact);
    return memory_strdup(ctx, exact);
}

static char *move_line(TALLOC_CTX *ctx, const struct booking *booking) {
    const struct zp_booking *row = booking->old.row;
    char *line =
        memory_printf(ctx, "zapis move %s", row->booking_id ? row->booking_id : row->request_id);

    line = option(ctx, line, "at", at_text(ctx, booking));
    if (!row->master_id || strcmp(master_of(booking), row->master_id) != 0)
        line = option(ctx, line, "master", master_of(booking));
    return booking_is_again(booking) ? memory_must(talloc_strdup_append(line, " --again")) : line;
}

char *booking_send_line(TALLOC_CTX *ctx, const struct booking *booking) {
    const struct booking_choice *choice = &booking->choice;
    char *line = memory_strdup(ctx, "zapis book");
    char phone[ZP_PHONE_SIZE];

    if (booking->purpose == BOOKING_MOVE)
        return move_line(ctx, booking);
    for (size_t i = 0; i < choice->count; i++)
        line = option(ctx, line, "service", choice->ids[i]);
    if (master_of(booking))
        line = option(ctx, line, "master", master_of(booking));
    line = option(ctx, line, "at", at_text(ctx, booking));
    if (booking->client.walk_in) {
        line = memory_must(talloc_strdup_append(line, " --walk-in"));
    } else {
        e164(booking, phone);
        line = option(ctx, line, "phone", phone);
    }
    if (!booking->client.walk_in || booking_client_text(booking, BOOKING_NAME)[0] != '\0')
        line = option(ctx, line, "name", booking_client_text(booking, BOOKING_NAME));
    if (booking_client_text(booking, BOOKING_COMMENT)[0] != '\0')
        line = option(ctx, line, "comment", booking_client_text(booking, BOOKING_COMMENT));
    if (booking_waiting_id(booking) != 0)
        line = option(ctx, line, "waiting",
                      memory_printf(ctx, "%lld", (long long)booking_waiting_id(booking)));
    return line;
}

// ---- answers

// A move is moved back, a booking made (once more) is cancelled. Where the old time overlaps the
// new one the way back costs the new one first: that is asked on the screen.
static struct undo_step undo_of(const struct booking *booking, const struct zp_booking *made) {
    const struct zp_booking *old = booking->old.row;

    if (booking->purpose == BOOKING_MOVE && !booking_is_again(booking))
        return (struct undo_step){.kind = UNDO_MOVE,
                                  .booking = made->request_id,
                                  .from = old->request_id,
                                  .master_id = old->master_id,
                                  .starts_at = old->starts_at,
                                  .elsewhere = booking->send.release_first};
    return (struct undo_step){.kind = booking_waiting_id(booking) != 0 ? UNDO_WAITED : UNDO_BOOKING,
                              .booking = made->request_id};
}

static void close_booked(struct booking *booking, const struct zp_booking *made,
                         struct commands *commands) {
    const bool moved = booking->purpose == BOOKING_MOVE && !booking_is_again(booking);
    char date[WORDS_SIZE], clock[WORDS_SIZE];
    struct screen_result result = {.done = true,
                                   .booking = made->request_id,
                                   .starts_at = made->starts_at,
                                   .undos = {undo_of(booking, made)},
                                   .undo_count = 1};

    words_date_short(zp_zone_wall(booking->env->config->zone, made->starts_at).date, date);
    words_clock(booking->env->config->zone, made->starts_at, clock);
    result.text =
        moved
            ? memory_printf(booking, _("Moved: number %s. %s, %s %s. The CRM follows by itself."),
                            made->booking_id ? made->booking_id : "?", made->client_name, date,
                            clock)
            : memory_printf(booking, _("Booked: number %s. %s, %s %s. The CRM follows by itself."),
                            made->booking_id ? made->booking_id : "?", made->client_name, date,
                            clock);
    command_close(commands, &result);
}

// The booking goes on without this screen: Day shows it and what becomes of it.
void booking_send_leave(struct booking *booking, struct commands *commands) {
    const struct screen_result result = {
        .done = true,
        .booking = booking->send.request_id,
        .starts_at = booking->time.chosen_at,
        .text = _("The booking goes on by itself; the Day shows what becomes of it."),
    };

    command_close(commands, &result);
}

void booking_send_again(struct booking *booking) {
    struct booking_send *send = &booking->send;

    send->phase = BOOKING_ASK;
    TALLOC_FREE(send->trouble);
    TALLOC_FREE(send->offers);
    send->count = send->cursor = 0;
}

static void taken(struct booking *booking, const struct zp_event *event,
                  struct commands *commands) {
    struct booking_send *send = &booking->send;
    int64_t wished = booking->time.chosen_at;

    send->phase = BOOKING_TAKEN;
    if (event->offers) {
        send->offers = talloc_steal(booking, event->offers);
        send->count = event->offer_count;
    }
    booking_time_forget(booking, commands); // the answers at hand are out of date
    booking->time.wished_at = wished;
    booking->time.stated_at = 0; // it was offered: what is said of it is that it is taken
    booking->time.date = zp_zone_wall(booking->env->config->zone, wished).date;
}

// What a move did not do. The old booking is read again: it may be lost by now.
static void not_moved(struct booking *booking, const struct zp_event *event,
                      struct commands *commands) {
    struct booking_send *send = &booking->send;

    booking_old_ask(booking, commands);
    if (strcmp(event->error.name, "MOVE_OVERLAPS") == 0) {
        TALLOC_FREE(send->trouble); // the question says it better
        send->phase = BOOKING_OVERLAPS;
    }
}

static void kept(struct booking *booking, enum booking_phase phase, const struct zp_booking *made) {
    booking->send.phase = phase;
    booking->send.request_id = memory_strdup(booking, made->request_id);
}

// The answer is about a row that was made: of a refused move it is the old one.
static bool is_new(const struct booking *booking, const struct zp_booking *made) {
    return made &&
           (!booking->old.request_id || strcmp(made->request_id, booking->old.request_id) != 0);
}

void booking_send_answer(struct booking *booking, const struct zp_event *event,
                         struct commands *commands) {
    const struct zp_booking *made = is_new(booking, event->booking) ? event->booking : NULL;
    struct booking_send *send = &booking->send;

    if (event->ok && made) {
        close_booked(booking, made, commands);
        return;
    }
    booking_send_again(booking);
    send->trouble = memory_strdup(booking, event->error.message);
    if (event->error.code == ZP_E_REFUSED && strcmp(event->error.name, "SLOT_TAKEN") == 0)
        taken(booking, event, commands);
    else if (made && made->state == ZP_BOOKING_INTENT)
        kept(booking, BOOKING_UNSENT, made);
    else if (made && (made->state == ZP_BOOKING_SENT || made->state == ZP_BOOKING_UNCERTAIN))
        kept(booking, BOOKING_UNKNOWN, made);
    else if (made && made->state == ZP_BOOKING_BOOKED)
        kept(booking, BOOKING_HALF, made);
    else if (!made && event->error.code == ZP_E_UNKNOWN && booking->purpose != BOOKING_MOVE)
        send->phase = BOOKING_UNKNOWN;
    if (booking->purpose == BOOKING_MOVE)
        not_moved(booking, event, commands);
    command_question_changed(commands);
}

void booking_send_event(struct booking *booking, const struct zp_booking *changed,
                        struct commands *commands) {
    struct booking_send *send = &booking->send;

    if (!changed || !send->request_id || strcmp(changed->request_id, send->request_id) != 0)
        return;
    switch (changed->state) {
    case ZP_BOOKING_BOOKED:
        if (send->phase != BOOKING_HALF) // there only the old time is left
            close_booked(booking, changed, commands);
        return;
    case ZP_BOOKING_SENT:
    case ZP_BOOKING_UNCERTAIN: send->phase = BOOKING_UNKNOWN; return;
    case ZP_BOOKING_INTENT: send->phase = BOOKING_UNSENT; return;
    case ZP_BOOKING_REFUSED:
    case ZP_BOOKING_CANCELLED:
    case ZP_BOOKING_DROPPED:
        booking_send_again(booking);
        TALLOC_FREE(send->request_id);
        send->trouble = changed->error_message
                            ? error_text(booking, changed->error_message)
                            : memory_strdup(booking, zp_booking_state_words(changed->state));
        command_question_changed(commands);
        return;
    case ZP_BOOKING_CANCELLING: return;
    }
}

// ---- keys

static void take_offer(struct booking *booking, size_t number) {
    if (number >= booking->send.count)
        return;
    booking_time_take_offer(booking, &booking->send.offers[number]);
    booking_send_again(booking);
}

static void key_taken(struct booking *booking, const struct message *message,
                      struct commands *commands) {
    struct booking_send *send = &booking->send;
    const struct key *key = &message->u.key.key;

    switch (message->u.key.action) {
    case ACTION_BACK:
        booking_send_again(booking);
        booking_go(booking, BOOKING_TIME, commands);
        return;
    case ACTION_UP: send->cursor -= send->cursor > 0; return;
    case ACTION_DOWN: send->cursor += send->cursor + 1 < send->count; return;
    case ACTION_ENTER:
        if (send->count > 0)
            take_offer(booking, send->cursor);
        else
            command_notice(commands, STYLE_WARN, "%s", _("Choose another time: F4."));
        return;
    default: break;
    }
    if (key_is_text(key) && key->code >= '1' && key->code <= '9')
        take_offer(booking, key->code - '1');
}

// Another time is the safe answer, and the one under the cursor.
static void key_overlaps(struct booking *booking, const struct message *message,
                         struct commands *commands) {
    struct booking_send *send = &booking->send;
    const struct key *key = &message->u.key.key;

    if (key_is_text(key) && (key->code == '1' || key->code == '2'))
        send->cursor = key->code - '1';
    switch (message->u.key.action) {
    case ACTION_UP: send->cursor = 0; return;
    case ACTION_DOWN: send->cursor = 1; return;
    case ACTION_BACK: booking_go(booking, BOOKING_TIME, commands); return;
    case ACTION_ENTER:
        if (send->cursor == 1)
            submit_move(booking, true, commands);
        else
            booking_go(booking, BOOKING_TIME, commands);
        return;
    default: return;
    }
}

static void key_ask(struct booking *booking, enum action action, struct commands *commands) {
    if (action == ACTION_BACK) {
        booking_go(booking, booking->purpose == BOOKING_NEW ? BOOKING_CLIENT : BOOKING_TIME,
                   commands);
    } else if (action == ACTION_ENTER && booking->purpose != BOOKING_MOVE &&
               booking->choice.count == 0) { // a newer price list has it no more
        booking_go(booking, BOOKING_CHOICE, commands);
        command_notice(commands, STYLE_WARN, "%s", _("Choose a service first."));
    } else if (action == ACTION_ENTER && booking->time.chosen_at != 0) {
        if (booking->purpose == BOOKING_MOVE)
            submit_move(booking, false, commands);
        else
            submit(booking, commands);
    }
}

void booking_send_key(struct booking *booking, const struct message *message,
                      struct commands *commands) {
    switch (booking->send.phase) {
    case BOOKING_TAKEN: key_taken(booking, message, commands); return;
    case BOOKING_OVERLAPS: key_overlaps(booking, message, commands); return;
    case BOOKING_HALF:
    case BOOKING_UNSENT:
    case BOOKING_UNKNOWN:
        if (message->u.key.action == ACTION_ENTER || message->u.key.action == ACTION_BACK)
            booking_send_leave(booking, commands);
        return;
    case BOOKING_SENDING: // only Esc comes through
        if (message->u.key.action == ACTION_BACK)
            booking_send_leave(booking, commands);
        return;
    case BOOKING_ASK: key_ask(booking, message->u.key.action, commands); return;
    }
}

void booking_send_click(struct booking *booking, int hit) {
    struct booking_send *send = &booking->send;
    const size_t at = (size_t)-hit - 1;

    if (at < (send->phase == BOOKING_TAKEN ? send->count : send->phase == BOOKING_OVERLAPS ? 2 : 0))
        send->cursor = at;
}
