#include "undo.h"
#include "memory.h"
#include <zapis/i18n.h>

void undo_offer(TALLOC_CTX *ctx, struct undo *undo, const struct screen_result *result,
                struct commands *commands) {
    char *own = NULL;

    if (!result || result->undo == UNDO_NOTHING || (!result->booking && result->undo != UNDO_OVER))
        return;
    own = memory_strdup(ctx, result->booking ? result->booking : "");
    talloc_free(undo->booking);
    *undo = (struct undo){.kind = result->undo, .booking = own, .was = result->was};
    command_cancel_ask(commands, UNDO_TAG);
    command_timer(commands, UNDO_TIMER, UNDO_MS);
}

bool undo_offered(const struct undo *undo) {
    return undo->kind != UNDO_NOTHING && undo->kind != UNDO_OVER && !undo->asked;
}

static void forget(struct undo *undo) {
    TALLOC_FREE(undo->booking);
    *undo = (struct undo){0};
}

void undo_timer(struct undo *undo) {
    if (!undo->asked)
        forget(undo);
}

struct zp_request undo_request(const struct undo *undo) {
    switch (undo->kind) {
    case UNDO_CANCEL:
        return (struct zp_request){.ask = ZP_ASK_MOVE,
                                   .u.move = {.booking = undo->booking, .again = true}};
    case UNDO_MARK:
        return (struct zp_request){.ask = ZP_ASK_MARK,
                                   .u.mark = {.booking = undo->booking, .attendance = undo->was}};
    case UNDO_BOOKING:
    case UNDO_WAITED:
    case UNDO_OVER:
    case UNDO_NOTHING: break;
    }
    return (struct zp_request){.ask = ZP_ASK_CANCEL,
                               .u.cancel = {.booking = undo->booking,
                                            .reason = _("double entry or a mistake"),
                                            .undo = true}};
}

const char *undo_asking_words(enum undo_kind kind) {
    switch (kind) {
    case UNDO_BOOKING:
    case UNDO_WAITED: return _("Undo: cancelling the booking at Dikidi ...");
    case UNDO_CANCEL: return _("Undo: booking it at Dikidi again ...");
    case UNDO_MARK:
    case UNDO_OVER:
    case UNDO_NOTHING: break;
    }
    return _("Undo: taking the mark back ...");
}

void undo_key(struct undo *undo, int tag, struct commands *commands) {
    struct zp_request request;

    if (!undo_offered(undo))
        return;
    if (undo->elsewhere) {
        const struct screen_args args = {.booking = undo->booking};

        command_open(commands, tag, SCREEN_MOVE, &args);
        forget(undo);
        return;
    }
    request = undo_request(undo);
    undo->asked = true;
    command_ask(commands, UNDO_TAG, &request);
    command_notice(commands, STYLE_NOTICE, "%s", undo_asking_words(undo->kind));
}

// Moved meanwhile, at another desk: what was cancelled is an empty number, and the visit stands.
static bool moved_away(enum undo_kind kind, const struct zp_booking *booking) {
    return (kind == UNDO_BOOKING || kind == UNDO_WAITED) && booking && booking->moved_to;
}

char *undo_done_words(TALLOC_CTX *ctx, enum undo_kind kind, const struct zp_booking *booking) {
    const char *number = booking && booking->booking_id ? booking->booking_id : "?";

    if (moved_away(kind, booking))
        return memory_strdup(
            ctx, _("Not undone: the booking was moved meanwhile and stands at its new time."));
    switch (kind) {
    case UNDO_BOOKING:
        return memory_strdup(ctx,
                             _("Undone: the booking is cancelled. The CRM follows by itself."));
    case UNDO_WAITED:
        return memory_strdup(ctx, _("Undone: the booking is cancelled, and the client is on the "
                                    "waiting list again. The CRM follows by itself."));
    case UNDO_CANCEL:
        return memory_printf(
            ctx, _("Undone: booked again under number %s. Its CRM entry goes along."), number);
    case UNDO_MARK:
    case UNDO_OVER:
    case UNDO_NOTHING: break;
    }
    return memory_strdup(ctx, _("Undone: the mark is what it was before."));
}

static void undone(const struct undo *undo, const struct zp_event *event,
                   struct commands *commands) {
    char *words = undo_done_words(NULL, undo->kind, event->booking);

    if (moved_away(undo->kind, event->booking))
        command_notice(commands, STYLE_WARN, "%s", words);
    else
        command_told(commands, STYLE_OK, words);
    talloc_free(words);
}

void undo_answer(struct undo *undo, const struct zp_event *event, struct commands *commands) {
    undo->asked = false;
    if (event->ok) {
        undone(undo, event, commands);
        forget(undo);
        return;
    }
    // Refused is certain: the client can be given another time. What is not known goes on alone.
    if (undo->kind == UNDO_CANCEL && event->error.code == ZP_E_REFUSED) {
        undo->elsewhere = true;
        command_timer(commands, UNDO_TIMER, UNDO_MS);
        command_notice(commands, STYLE_WARN, _("Not undone, Ctrl-Z: another time. %s"),
                       event->error.message);
        return;
    }
    command_notice(commands, STYLE_WARN, _("Not undone: %s"), event->error.message);
    forget(undo);
}

void undo_pass_on(const struct undo *undo, struct screen_result *result) {
    if (undo->kind == UNDO_OVER)
        result->undo = UNDO_OVER;
    if (!undo_offered(undo))
        return;
    result->undo = undo->kind;
    result->booking = undo->booking;
    result->was = undo->was;
}
