#include "undo.h"
#include "memory.h"
#include <string.h>
#include <zapis/i18n.h>

// ---- the deeds that can be taken back

static struct undo_step *last(struct undo *undo) {
    return &undo->steps[undo->count - 1];
}

static void pop(struct undo *undo) {
    talloc_free(undo->steps[--undo->count].own);
}

static const char *keep(TALLOC_CTX *own, const char *text) {
    return text ? memory_strdup(own, text) : NULL;
}

static bool books(enum undo_kind kind) {
    return kind == UNDO_BOOKING || kind == UNDO_WAITED;
}

static bool booked_before(const struct undo *undo, const char *booking) {
    for (size_t i = 0; booking && i < undo->count; i++)
        if (books(undo->steps[i].kind) && strcmp(undo->steps[i].booking, booking) == 0)
            return true;
    return false;
}

// The oldest goes where there are too many. A visit is cancelled once, however often it was booked
// again.
static void push(TALLOC_CTX *ctx, struct undo *undo, const struct undo_step *step) {
    TALLOC_CTX *own = NULL;
    struct undo_step kept = *step;

    if (books(step->kind) && booked_before(undo, step->booking))
        return;
    own = memory_must(talloc_new(ctx));
    if (undo->count == UNDO_STEPS) {
        talloc_free(undo->steps[0].own);
        memmove(&undo->steps[0], &undo->steps[1], (UNDO_STEPS - 1) * sizeof(undo->steps[0]));
        undo->count--;
    }
    kept.own = own;
    kept.booking = keep(own, step->booking);
    kept.from = keep(own, step->from);
    kept.master_id = keep(own, step->master_id);
    undo->steps[undo->count++] = kept;
}

// What was taken back stands under another number now: deeds done to the former one are its own,
// those of the first `count` steps, and those that the screen below keeps.
static void follow(TALLOC_CTX *ctx, struct undo *undo, size_t count, const char *former,
                   const char *now) {
    TALLOC_CTX *own = NULL;

    if (!former || !now || strcmp(former, now) == 0)
        return;
    for (size_t i = 0; i < count; i++) {
        struct undo_step *step = &undo->steps[i];

        if (step->booking && strcmp(step->booking, former) == 0)
            step->booking = memory_strdup(step->own, now);
        if (step->from && strcmp(step->from, former) == 0)
            step->from = memory_strdup(step->own, now);
    }
    if (undo->heir_count == UNDO_STEPS) {
        talloc_free(undo->heirs[0].own);
        memmove(&undo->heirs[0], &undo->heirs[1], (UNDO_STEPS - 1) * sizeof(undo->heirs[0]));
        undo->heir_count--;
    }
    own = memory_must(talloc_new(ctx));
    undo->heirs[undo->heir_count++] =
        (struct undo_heir){.former = keep(own, former), .now = keep(own, now), .own = own};
}

// The screen that was opened for the last deed did something: the deed is over, and those before it
// are the visit's that there is now.
static void done_elsewhere(TALLOC_CTX *ctx, struct undo *undo, const struct undo_step *made) {
    const struct undo_step *step = last(undo);

    if (step->kind == UNDO_MOVE && made->kind == UNDO_MOVE && made->from && step->booking &&
        strcmp(made->from, step->booking) == 0)
        follow(ctx, undo, undo->count - 1, step->from, made->booking);
    else if (step->kind == UNDO_CANCEL)
        follow(ctx, undo, undo->count - 1, step->booking, made->booking);
    pop(undo);
}

void undo_offer(TALLOC_CTX *ctx, struct undo *undo, const struct screen_result *result,
                struct commands *commands) {
    const bool opened = undo->opened;

    undo->opened = false;
    for (size_t i = 0; result && i < result->heir_count; i++)
        follow(ctx, undo, undo->count, result->heirs[i].former, result->heirs[i].now);
    if (!result || result->undo_count == 0)
        return;
    if (undo->asked) // goes on by itself
        pop(undo);
    else if (opened && undo->count > 0)
        done_elsewhere(ctx, undo, &result->undos[0]);
    undo->asked = false;
    for (size_t i = 0; i < result->undo_count; i++)
        push(ctx, undo, &result->undos[i]);
    command_cancel_ask(commands, UNDO_TAG);
    command_timer(commands, UNDO_TIMER, UNDO_MS);
}

bool undo_offered(const struct undo *undo) {
    return undo->count > 0 && !undo->asked;
}

void undo_timer(struct undo *undo) {
    while (undo->count > 0 && !undo->asked)
        pop(undo);
}

void undo_pass_on(const struct undo *undo, struct screen_result *result) {
    result->undo_count = undo->count - undo->asked;
    memcpy(result->undos, undo->steps, result->undo_count * sizeof(undo->steps[0]));
    result->heir_count = undo->heir_count;
    memcpy(result->heirs, undo->heirs, undo->heir_count * sizeof(undo->heirs[0]));
}

// ---- asking

struct zp_request undo_request(const struct undo_step *step) {
    switch (step->kind) {
    case UNDO_CANCEL:
        return (struct zp_request){.ask = ZP_ASK_MOVE,
                                   .u.move = {.booking = step->booking, .again = true}};
    case UNDO_MOVE:
        return (struct zp_request){.ask = ZP_ASK_MOVE,
                                   .u.move = {.booking = step->booking,
                                              .starts_at = step->starts_at,
                                              .master_id = step->master_id}};
    case UNDO_MARK:
        return (struct zp_request){.ask = ZP_ASK_MARK,
                                   .u.mark = {.booking = step->booking, .attendance = step->was}};
    case UNDO_BOOKING:
    case UNDO_WAITED:
    case UNDO_NOTHING: break;
    }
    return (struct zp_request){.ask = ZP_ASK_CANCEL,
                               .u.cancel = {.booking = step->booking,
                                            .reason = _("double entry or a mistake"),
                                            .undo = true}};
}

const char *undo_asking_words(enum undo_kind kind) {
    switch (kind) {
    case UNDO_BOOKING:
    case UNDO_WAITED: return _("Undo: cancelling the booking at Dikidi ...");
    case UNDO_CANCEL: return _("Undo: booking it at Dikidi again ...");
    case UNDO_MOVE: return _("Undo: moving it back at Dikidi ...");
    case UNDO_MARK:
    case UNDO_NOTHING: break;
    }
    return _("Undo: taking the mark back ...");
}

void undo_key(struct undo *undo, int tag, struct commands *commands) {
    struct zp_request request;

    if (!undo_offered(undo))
        return;
    if (last(undo)->elsewhere) {
        const struct screen_args args = {.booking = last(undo)->booking,
                                         .master_id = last(undo)->master_id,
                                         .starts_at = last(undo)->starts_at};

        command_open(commands, tag, SCREEN_MOVE, &args);
        undo->opened = true; // left by Esc, it is offered still
        return;
    }
    request = undo_request(last(undo));
    undo->asked = true;
    command_ask(commands, UNDO_TAG, &request);
    command_notice(commands, STYLE_NOTICE, "%s", undo_asking_words(last(undo)->kind));
}

// ---- the answer

// Moved or booked again meanwhile, at another desk or on another screen: what was cancelled is an
// empty number, and the visit stands.
static bool moved_away(enum undo_kind kind, const struct zp_booking *booking) {
    return books(kind) && booking && booking->moved_to;
}

char *undo_done_words(TALLOC_CTX *ctx, enum undo_kind kind, const struct zp_booking *booking) {
    const char *number = booking && booking->booking_id ? booking->booking_id : "?";

    if (moved_away(kind, booking))
        return memory_strdup(
            ctx, _("Not undone: the visit was moved or booked again since, and stands."));
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
    case UNDO_MOVE:
        return memory_printf(
            ctx, _("Undone: moved back, under number %s. Its CRM entry goes along."), number);
    case UNDO_MARK:
    case UNDO_NOTHING: break;
    }
    return memory_strdup(ctx, _("Undone: the mark is what it was before."));
}

// Deeds before a move were done to what was moved.
static void follow_back(struct undo *undo, const struct zp_booking *now) {
    const struct undo_step *step = last(undo);

    if (!now || (step->kind != UNDO_CANCEL && step->kind != UNDO_MOVE))
        return;
    if (step->kind == UNDO_MOVE)
        follow(talloc_parent(step->own), undo, undo->count - 1, step->from, now->request_id);
    follow(talloc_parent(step->own), undo, undo->count - 1, step->booking, now->request_id);
}

static void undone(struct undo *undo, const struct zp_event *event, struct commands *commands) {
    const struct undo_step *step = last(undo);
    char *words = undo_done_words(NULL, step->kind, event->booking);

    if (moved_away(step->kind, event->booking))
        command_notice(commands, STYLE_WARN, "%s", words);
    else
        command_told(commands, STYLE_OK, words);
    talloc_free(words);
    follow_back(undo, event->booking);
}

// Refused is certain: the client can be given another time. What is not known goes on alone.
static bool another_time(const struct undo_step *step, const struct zp_error *error) {
    if (error->code != ZP_E_REFUSED)
        return false;
    return step->kind == UNDO_CANCEL ||
           (step->kind == UNDO_MOVE &&
            (strcmp(error->name, "SLOT_TAKEN") == 0 || strcmp(error->name, "MOVE_OVERLAPS") == 0));
}

void undo_answer(struct undo *undo, const struct zp_event *event, struct commands *commands) {
    undo->asked = false;
    if (undo->count == 0)
        return;
    command_timer(commands, UNDO_TIMER, UNDO_MS);
    if (!event->ok && another_time(last(undo), &event->error)) {
        last(undo)->elsewhere = true;
        command_notice(commands, STYLE_WARN, _("Not undone, Ctrl-Z: another time. %s"),
                       event->error.message);
        return;
    }
    if (event->ok)
        undone(undo, event, commands);
    else
        command_notice(commands, STYLE_WARN, _("Not undone: %s"), event->error.message);
    pop(undo);
}
