// What the dialogue changes of a booking: cancelled, marked, and what was just done taken back.
#include "cli_outcome.h"
#include "client_words.h"
#include "linear.h"
#include "marks.h"
#include "memory.h"
#include "words_history.h"

#include <string.h>
#include <zapis/i18n.h>

static void offer_undo(struct linear *linear, enum undo_kind kind, const char *request_id,
                       enum zp_attendance was) {
    char *own = memory_strdup(linear, request_id);

    talloc_free(linear->undo.own);
    linear->undo = (struct undo_step){.kind = kind, .booking = own, .was = was, .own = own};
    linear->undo_until = zp_desk_now(linear->cli->desk) + UNDO_MS / 1000;
}

void linear_did(struct linear *linear, enum undo_kind kind, const struct zp_booking *booking,
                enum zp_attendance was) {
    linear_news_own(linear, booking);
    linear_remember(linear, booking);
    offer_undo(linear, kind, booking->request_id, was);
}

void linear_not_done(struct linear *linear, const struct zp_event *answer) {
    struct zp_error error = answer->error;
    if (answer->booking) {
        linear_news_own(linear, answer->booking);
        linear_remember(linear, answer->booking);
    }
    if (error.code == ZP_E_CANCELLED)
        zp_error_set(&error, ZP_E_UNKNOWN, NULL,
                     _("The answer is not waited for any more. What was asked goes on by itself; "
                       "“queue” and “day” show it."));
    else
        cli_outcome_follows(&error, answer->booking, linear->config->salon.intent_minutes);
    linear_fail(linear, &error);
    linear_drop_typed(linear);
}

// The booking as it stands in the journal; NULL: it was said why not.
struct zp_booking *linear_read_booking(struct linear *linear, const char *reference) {
    const struct zp_request request = {.ask = ZP_ASK_SHOW, .u.show = {.booking = reference}};
    const struct zp_event *answer = linear_ask(linear, linear->scratch, &request);
    if (!answer->booking)
        linear_fail(linear, &answer->error);
    return answer->booking;
}

// ---- cancel

// A number of the list, or the person's own words; NULL: neither.
static const char *reason_of(const char *line, linear_reason_fn words, size_t count) {
    char *end = NULL;
    const unsigned long number = strtoul(line, &end, 10);
    if (line[0] < '0' || line[0] > '9' || *end != '\0')
        return line[0] ? line : NULL;
    return number >= 1 && number <= count ? words(number - 1) : NULL;
}

const char *linear_reason(struct linear *linear, const char *given, linear_reason_fn words,
                          size_t count) {
    char *line = NULL;
    if (given[0] != '\0')
        return reason_of(given, words, count);
    for (size_t i = 0; i < count; i++)
        linear_say(linear, "%zu. %s", i + 1, words(i));
    const char *question = _("Why? A number or your own words; “back” leaves it.");
    return linear_question(linear, question, &line) == LINEAR_REPLY ? reason_of(line, words, count)
                                                                    : NULL;
}

static void send_cancel(struct linear *linear, const struct zp_booking *booking,
                        const char *reason) {
    const bool booked = booking->state == ZP_BOOKING_BOOKED;
    const struct zp_request request = {
        .ask = ZP_ASK_CANCEL, .u.cancel = {.booking = booking->request_id, .reason = reason}};
    const struct zp_event *answer = linear_ask(linear, linear->scratch, &request);
    if (!answer->ok) {
        linear_not_done(linear, answer);
        return;
    }
    linear_say(linear, "%s", _("Cancelled. The CRM follows by itself."));
    // What was never sent is given up: there is nothing to book again.
    linear_did(linear, booked ? UNDO_CANCEL : UNDO_NOTHING,
               answer->booking ? answer->booking : booking, booking->attendance);
}

void linear_cancel(struct linear *linear, const char *args) {
    const char *reference = linear_reference(linear, linear_word(linear, &args));
    const struct zp_booking *booking = reference ? linear_read_booking(linear, reference) : NULL;
    if (!booking)
        return;
    if (!zp_booking_state_holds_time(booking->state)) {
        linear_say(linear, "%s", linear_booking_line(linear, linear->scratch, booking));
        linear_misuse(linear, memory_printf(linear->scratch, _("There is nothing to cancel: %s."),
                                            client_words_state(booking)));
        return;
    }
    linear_say(linear, _("To be cancelled: %s"),
               linear_booking_line(linear, linear->scratch, booking));
    const char *reason = linear_reason(linear, args, words_reason, WORDS_REASONS);
    if (reason)
        send_cancel(linear, booking, reason);
    else
        linear_say(linear, "%s", _("Nothing was cancelled."));
}

// ---- attendance

static bool read_attendance(struct linear *linear, const char *word, enum zp_attendance *out) {
    static const struct {
        enum zp_attendance attendance;
        const char *words;
    } known[] = {
        {ZP_ATTENDANCE_CAME, "1 came пришёл пришел пришла"},
        {ZP_ATTENDANCE_NO_SHOW, "2 no-show не нет неявка"},
        {ZP_ATTENDANCE_WAITING, "3 expected waiting ждём ждем"},
    };
    const size_t first = strcspn(word, " ");
    char *begins = memory_must(talloc_strndup(linear->scratch, word, first));
    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++) {
        if (linear_is_word(begins, known[i].words)) {
            *out = known[i].attendance;
            return true;
        }
    }
    return false;
}

void linear_mark(struct linear *linear, const char *args) {
    struct zp_request request = {.ask = ZP_ASK_MARK};
    const char *reference = linear_reference(linear, linear_word(linear, &args));
    const struct zp_booking *booking = reference ? linear_read_booking(linear, reference) : NULL;
    char *line = NULL;
    if (!booking)
        return;
    linear_say(linear, "%s", linear_booking_line(linear, linear->scratch, booking));
    if (args[0] == '\0') {
        const char *question = _("1 came, 2 did not come, 3 expected?");
        if (linear_question(linear, question, &line) != LINEAR_REPLY)
            return;
        args = line;
    }
    if (!read_attendance(linear, args, &request.u.mark.attendance)) {
        linear_misuse(linear, _("Say “came”, “no-show” or “expected” after the booking."));
        return;
    }
    request.u.mark.booking = booking->request_id;
    const struct zp_event *answer = linear_ask(linear, linear->scratch, &request);
    if (!answer->ok || !answer->booking) {
        linear_not_done(linear, answer);
        return;
    }
    linear_say(linear, _("Marked: %s. The CRM gets a comment; in Dikidi it is marked by hand."),
               mark_words(mark_of(answer->booking)));
    linear_did(linear, UNDO_MARK, answer->booking, booking->attendance);
}

// ---- undo

void linear_undo(struct linear *linear, const char *args) {
    struct undo_step undo = linear->undo;
    (void)args;
    if (undo.kind == UNDO_NOTHING || zp_desk_now(linear->cli->desk) > linear->undo_until) {
        linear_misuse(linear, _("There is nothing to undo: it is offered for two minutes after a "
                                "booking, a cancel or a mark."));
        return;
    }
    const struct zp_request request = undo_request(&undo);
    linear_say(linear, "%s", undo_asking_words(undo.kind));
    const struct zp_event *answer = linear_ask(linear, linear->scratch, &request);
    linear->undo.kind = UNDO_NOTHING;
    if (!answer->ok) {
        linear_say(linear, "%s", _("Not undone."));
        linear_not_done(linear, answer);
        return;
    }
    linear_say(linear, "%s", undo_done_words(linear->scratch, undo.kind, answer->booking));
    if (answer->booking) {
        linear_news_own(linear, answer->booking);
        linear_remember(linear, answer->booking);
    }
}
