// look: something may have happened to a booking at Dikidi (a hook, a re-read, an offer inside a
// booked time). What was told is a hint only: the booking is read there, with all its numbers, and
// the journal is made to agree. Nothing is ever taken as cancelled that Dikidi does not call so.
//
// A conflict begins again with reading, since what was read before somebody else's change may be
// older than that change; unless the row now has just what was read.
#include "sync/learn.h"
#include "sync/run.h"
#include <string.h>
#include <zapis/i18n.h>

enum { LOOK_READING, LOOK_REQUEST, LOOK_TWINS, LOOK_LEARNING, LOOK_WRITING };

#define NOT_YET_TRIES     6   // about four minutes
#define BACKGROUND_WAIT_S 900 // nobody waits for it, and a failure is told by what people do

static const char *subject_number(const struct zp__run *run) {
    const size_t prefix = strlen(ZP_SUBJECT_NUMBER);
    return strncmp(run->subject, ZP_SUBJECT_NUMBER, prefix) == 0 ? run->subject + prefix
                                                                 : run->booking->booking_id;
}

static size_t number_count(const struct zp__run *run) {
    return run->booking->booking_id_count > 0 ? run->booking->booking_id_count : 1;
}

static bool read_next(struct zp__run *run, struct zp__effect *effect) {
    run->phase = LOOK_READING;
    run->asked_at = run->now;
    effect->kind = ZP_EFFECT_READ;
    effect->id = run->booking->booking_id_count > 0 ? run->booking->booking_ids[run->number]
                                                    : subject_number(run);
    return true;
}

static bool start(struct zp__run *run, struct zp__effect *effect) {
    TALLOC_FREE(run->remote);
    run->number = 0;
    if (subject_number(run) == NULL) { // a row without a number: there is nothing to read
        return zp__run_finish(run, zp__run_task_change(run, effect));
    }
    return read_next(run, effect);
}

static void seen(struct zp__run *run, struct zp__change *change) {
    change->seen_number = subject_number(run);
    change->seen_at = run->asked_at; // a process may sleep for long before it hears the answer
}

static bool finish(struct zp__run *run, struct zp__effect *effect) {
    struct zp__change *change = zp__run_task_change(run, effect);
    seen(run, change);
    return zp__run_finish(run, change);
}

// ---- it could not be read
static bool again(struct zp__run *run, struct zp__effect *effect) {
    struct zp__change *change = zp__run_task_change(run, effect);
    const int64_t told = (run->error.retry_after_ms + 999) / 1000;
    if (run->memory.background) {
        return zp__run_later(run, change, told > BACKGROUND_WAIT_S ? told : BACKGROUND_WAIT_S);
    }
    const int64_t own = zp__run_backoff(run);
    return zp__run_again(run, change, told > own ? told : own, &run->error);
}

// What a person has in hand is no re-read any more: when it is asked for again it says so again.
static bool to_person(struct zp__run *run, struct zp__change *change,
                      const struct zp_error *error) {
    run->memory.background = false;
    return zp__run_to_person(run, change, error);
}

// Dikidi refuses the reading itself. A re-read waits, and so does what was never ours: a key that
// is dead is told once, by the connection. Only a booking that a hook speaks of, and that somebody
// expects, is for a person, once for each.
static bool denied(struct zp__run *run, struct zp__effect *effect) {
    if (run->booking->state != ZP_BOOKING_BOOKED || run->memory.background) {
        return again(run, effect);
    }
    return to_person(run, zp__run_task_change(run, effect), &run->error);
}

// The row says what a person was told; told once, a re-read is quiet about it.
static bool tell(struct zp__run *run, struct zp__effect *effect, const struct zp_error *error,
                 bool person) {
    if (zp__booking_was_told(run->booking, error->name) && (run->memory.background || !person)) {
        return finish(run, effect);
    }
    run->phase = LOOK_WRITING;
    zp__run_set_error(run->booking, error);
    struct zp__change *change = zp__run_change(run, effect, "re-read", "dikidi", error->message);
    seen(run, change);
    return person ? to_person(run, change, error) : zp__run_finish(run, change);
}

// 404 is never cancelled (architecture.md). What is over, or was never ours (then the row is an
// empty intent), concerns nobody.
static bool not_there(struct zp__run *run, struct zp__effect *effect) {
    const struct zp_booking *booking = run->booking;
    // A hook can be here before the booking can be read there, and it is not told twice.
    if (run->unknown_booking && !run->memory.background && run->attempts < NOT_YET_TRIES) {
        return again(run, effect);
    }
    if (booking->state != ZP_BOOKING_BOOKED || booking->ends_at <= run->now) {
        return finish(run, effect);
    }
    struct zp_error error;
    zp_error_set(&error, ZP_E_NOT_FOUND, ZP_NAME_NOT_FOUND,
                 _("Dikidi does not know booking %s any more, which does not mean that it was "
                   "cancelled: look for it in Dikidi, then retry this, or drop it to keep the "
                   "booking here"),
                 run->number < booking->booking_id_count ? booking->booking_ids[run->number]
                                                         : subject_number(run));
    return tell(run, effect, &error, true);
}

static bool failed(struct zp__run *run, struct zp__effect *effect) {
    switch (run->error.code) {
    case ZP_E_NOT_FOUND: return not_there(run, effect);
    case ZP_E_DENIED:
    case ZP_E_REFUSED: return denied(run, effect);
    default: return again(run, effect);
    }
}

// ---- the journal does not know it
static bool seek_twins(struct zp__run *run, struct zp__effect *effect) {
    run->phase = LOOK_TWINS;
    effect->kind = ZP_EFFECT_TWINS;
    return true;
}

static bool seek(struct zp__run *run, struct zp__effect *effect) {
    const char *request = run->remote->external_id;
    if (request == NULL || request[0] == '\0') {
        return seek_twins(run, effect);
    }
    run->phase = LOOK_REQUEST;
    effect->kind = ZP_EFFECT_LOAD;
    effect->id = request;
    return true;
}

static struct zp__change *other_change(struct zp__run *run, struct zp__effect *effect,
                                       const struct zp__lesson *lesson) {
    struct zp__change *change = zp__run_change_other(run, effect, NULL, NULL, NULL);
    change->history = lesson->history;
    change->history_count = lesson->history_count;
    change->tasks = lesson->tasks;
    change->task_count = lesson->task_count;
    change->drop_kinds = lesson->drop_kinds;
    return change;
}

// It is this row of ours, of which nobody knew whether it was made. Its POST may be on its way in
// another process: the row's revision decides who writes, and the other one then reads this.
static bool made(struct zp__run *run, struct zp__effect *effect) {
    const struct zp__lesson *lesson =
        zp__booking_learn(run->step, run->config, run->now, run->other, run->remote);
    run->phase = LOOK_WRITING;
    struct zp__change *change = other_change(run, effect, lesson);
    seen(run, change);
    return zp__run_finish(run, change);
}

static bool join(struct zp__run *run, struct zp__effect *effect) {
    run->phase = LOOK_WRITING;
    zp__booking_join(run->other, subject_number(run));
    struct zp__change *change =
        zp__run_change_other(run, effect, "learned", "dikidi", subject_number(run));
    seen(run, change);
    return zp__run_finish(run, change);
}

static bool request_found(struct zp__run *run, struct zp__effect *effect) {
    switch (zp__booking_kinship(run->other, run->remote)) {
    case ZP_KIN_OPEN:
    case ZP_KIN_GONE: return made(run, effect);
    case ZP_KIN_PART: return join(run, effect);
    case ZP_KIN_NONE: break;
    }
    return seek_twins(run, effect);
}

// A second try goes with its own number alone: another one of the visit may stand in another row.
static bool learn(struct zp__run *run, struct zp__effect *effect) {
    struct zp__dikidi_booking told = *run->remote;
    char *own[] = {talloc_strdup(run->step, subject_number(run))};
    if (run->repeated) {
        told.ids = own;
        told.id_count = 1;
    }
    run->phase = LOOK_LEARNING;
    struct zp_booking *row =
        zp__booking_learned(run->step, run->config, run->fresh_request_id, run->now, &told);
    struct zp__change *change = zp__run_task_change(run, effect);
    change->booking = row;
    change->expected_revision = 0;
    zp__run_tell(run, change, "learned", "dikidi", subject_number(run));
    if (row->crm_state == ZP_CRM_QUEUED) {
        zp__run_add_task(run, change, zp__booking_follow_up(row), run->now);
    }
    seen(run, change);
    return zp__run_finish(run, change);
}

static bool twins_found(struct zp__run *run, const struct zp__store_answer *journal,
                        struct zp__effect *effect) {
    const struct zp_booking *twin =
        zp__booking_twin(journal->bookings, journal->booking_count, run->remote);
    if (twin == NULL) {
        return learn(run, effect);
    }
    talloc_free(run->other);
    run->other = zp_booking_copy(run, twin);
    return made(run, effect);
}

// ---- the journal knows it
static bool stands_again(struct zp__run *run, struct zp__effect *effect) {
    struct zp_error error;
    zp_error_set(&error, ZP_E_REFUSED, "STANDS_AGAIN",
                 _("booking %s is cancelled here, but it stands at Dikidi: cancel it there and "
                   "retry this, or expect the client and drop this"),
                 subject_number(run));
    struct zp__change *change = zp__run_task_change(run, effect);
    seen(run, change);
    return to_person(run, change, &error);
}

static bool compare(struct zp__run *run, struct zp__effect *effect) {
    const struct zp__lesson *lesson =
        zp__booking_learn(run->step, run->config, run->now, run->booking, run->remote);
    if (lesson->revived) {
        return stands_again(run, effect);
    }
    if (!lesson->write) { // an echo of our own write ends here
        return finish(run, effect);
    }
    run->phase = LOOK_WRITING;
    struct zp__change *change = zp__run_change(run, effect, NULL, NULL, NULL);
    change->history = lesson->history;
    change->history_count = lesson->history_count;
    change->tasks = lesson->tasks;
    change->task_count = lesson->task_count;
    change->drop_kinds = lesson->drop_kinds;
    seen(run, change);
    return zp__run_finish(run, change);
}

// Our own booking's hook often comes before the answer to it: then both write at once.
static bool reloaded(struct zp__run *run, struct zp__effect *effect) {
    if (!run->unknown_booking && number_count(run) == 1 && run->remote != NULL &&
        run->booking->state == ZP_BOOKING_BOOKED && run->remote->status == ZP_DIKIDI_ACTIVE &&
        zp__booking_is_same(run->booking, run->remote)) {
        return compare(run, effect);
    }
    run->repeated = run->repeated || run->phase == LOOK_LEARNING;
    return start(run, effect);
}

static bool foreign(struct zp__run *run, struct zp__effect *effect) {
    if (run->unknown_booking) {
        return finish(run, effect);
    }
    struct zp_error error;
    zp__booking_foreign(subject_number(run), &error);
    return tell(run, effect, &error, false);
}

// A part of a visit is added to the others; the last one, or a visit of one number, is acted on.
static bool was_read(struct zp__run *run, const struct zp__dikidi_answer *answer,
                     struct zp__effect *effect) {
    run->error = answer->error;
    if (!answer->ok || answer->booking == NULL) {
        return failed(run, effect);
    }
    if (number_count(run) == 1) {
        run->remote = talloc_steal(run, answer->booking);
    } else {
        if (run->remote == NULL) {
            run->remote = talloc_zero(run, struct zp__dikidi_booking);
        }
        zp__visit_add(run->remote, answer->booking, run->number == 0);
        if (++run->number < number_count(run)) {
            return read_next(run, effect);
        }
        run->remote->ids = run->booking->booking_ids;
        run->remote->id_count = run->booking->booking_id_count;
    }
    if (zp__dikidi_is_foreign(run->config, run->remote)) {
        return foreign(run, effect);
    }
    return run->unknown_booking ? seek(run, effect) : compare(run, effect);
}

bool zp__run_look(struct zp__run *run, const struct zp__input *input, struct zp__effect *effect) {
    switch (input->kind) {
    case ZP_INPUT_DIKIDI: return was_read(run, input->dikidi, effect);
    case ZP_INPUT_LOADED: return request_found(run, effect);
    case ZP_INPUT_JOURNAL: return twins_found(run, input->journal, effect);
    case ZP_INPUT_RELOADED: return reloaded(run, effect);
    default: return start(run, effect);
    }
}
