// crm-log: exactly one deal (or lead) for a booking. Bitrix24 has no idempotency (bitrix24.md 11):
// look, mark in the journal, add; after an unknown answer look at once and once more after
// recheck_seconds before a second add. A lead that Bitrix24 turns into a deal at once (a portal
// without leads) leaves the deal as the booking's entry: our fields are written to it.
#include "sync/entry.h"
#include "sync/run.h"
#include "sync/texts.h"
#include <string.h>
#include <zapis/i18n.h>

enum {
    LOG_START,
    LOG_FINDING,
    LOG_FINDING_DEALS,
    LOG_LEADS,
    LOG_CONTACTS,
    LOG_CONTACT_NOTED,
    LOG_CONTACT_ADDING,
    LOG_CONTACT_KNOWN,
    LOG_ADD_NOTED,
    LOG_ADDING,
    LOG_UPDATE,
    LOG_UPDATING,
    LOG_RECORD
};

static const char *entity_name(const struct zp__run *run) {
    return zp__entry_word(run->entity);
}

static bool makes_leads(const struct zp__run *run) {
    return run->config->bitrix24.entity == ZP_CRM_LEAD;
}

static bool ask(struct zp__run *run, struct zp__effect *effect, enum zp__effect_kind kind,
                int phase) {
    run->phase = phase;
    effect->kind = kind;
    return true;
}

static bool start(struct zp__run *run, struct zp__effect *effect) {
    const struct zp_booking *booking = run->booking;
    run->phase = LOG_START;
    run->entity = run->config->bitrix24.entity;
    // A person who has this in hand wants to know, whatever the row says; so does who saw another
    // entry with its number.
    const bool logged = booking->crm_state == ZP_CRM_LOGGED && booking->crm_id != NULL;
    if (booking->booking_id == NULL || (logged && !run->foreground && !run->memory.again)) {
        return zp__run_finish(run, zp__run_task_change(run, effect));
    }
    return ask(run, effect, ZP_EFFECT_CRM_FIND, LOG_FINDING);
}

static bool failed(struct zp__run *run, const struct zp_error *error, struct zp__effect *effect) {
    run->phase = LOG_START;
    return zp__run_crm_failed(run, effect, error);
}

static void take_into_row(struct zp__run *run) {
    struct zp_booking *booking = run->booking;
    talloc_free(booking->crm_id);
    talloc_free(booking->crm_entity);
    booking->crm_id = talloc_strdup(booking, run->crm_id);
    booking->crm_entity = talloc_strdup(booking, entity_name(run));
    if (run->memory.contact_id != NULL) {
        talloc_free(booking->crm_contact_id);
        booking->crm_contact_id = talloc_strdup(booking, run->memory.contact_id);
    }
    if (run->stage_id != NULL) {
        talloc_free(booking->crm_stage);
        booking->crm_stage = talloc_strdup(booking, run->stage_id);
    }
}

// Its entry went along with the booking that it was moved to.
static bool was_moved(const struct zp_booking *booking) {
    return booking->state == ZP_BOOKING_CANCELLED && booking->moved_to != NULL;
}

// Of one that was cancelled and booked once more a failure stage may be on its way just now: who
// takes the entry over waits until crm-cancel says that none is.
static enum zp_crm_state state_of_logged(const struct zp_booking *booking) {
    return was_moved(booking) && booking->crm_state == ZP_CRM_QUEUED
               ? ZP_CRM_QUEUED
               : zp__booking_logged_state(booking);
}

// It says when whoever takes the entry over need not wait any more; or puts an end to it.
static void end_follows(struct zp__run *run, struct zp__change *change) {
    zp__run_add_task_with(run, change,
                          &(struct zp__store_new_task){
                              .kind = ZP_TASK_CRM_CANCEL, .nudge = true, .next_at = run->now});
}

static bool record(struct zp__run *run, struct zp__effect *effect) {
    struct zp_booking *booking = run->booking;
    struct zp_error lost;
    run->phase = LOG_RECORD;
    take_into_row(run);
    const bool is_lost = zp__entry_is_lost(run->semantic, booking, run->now, &lost);
    booking->crm_state =
        run->entry_count > 1 || is_lost ? ZP_CRM_ATTENTION : state_of_logged(booking);
    struct zp__change *change =
        zp__run_change(run, effect, "logged", "bitrix24",
                       talloc_asprintf(run->step, "%s %s", entity_name(run), run->crm_id));
    if (run->entry_count > 1) {
        struct zp_error error;
        zp_error_set(&error, ZP_E_REFUSED, "DOUBLE_ENTRY",
                     _("Bitrix24 has %zu entries for this booking: keep %s %s, delete the others, "
                       "then retry"),
                     run->entry_count, entity_name(run), run->crm_id);
        return zp__run_to_person(run, change, &error);
    }
    if (booking->crm_state == ZP_CRM_QUEUED) { // cancelled, and its end may be over already
        end_follows(run, change);
    }
    return is_lost ? zp__run_to_person(run, change, &lost) : zp__run_finish(run, change);
}

static void take_entry(struct zp__run *run, const struct zp__crm_entry *entry, size_t count) {
    talloc_free(run->crm_id);
    talloc_free(run->stage_id);
    run->crm_id = talloc_strdup(run, entry->id);
    run->stage_id = talloc_strdup(run, entry->stage_id ? entry->stage_id : "");
    run->semantic = entry->semantic;
    run->entity = entry->entity;
    run->entry_count = count;
    if (run->memory.contact_id == NULL && entry->contact_count > 0) {
        run->memory.contact_id = talloc_strdup(run, entry->contact_ids[0]);
    }
}

// After an add whose answer was lost: not before recheck_seconds is "not there" believed (the
// server may still be executing).
static bool still_settling(struct zp__run *run, int64_t sent_at, struct zp__effect *effect) {
    const int64_t settled_at = sent_at + run->config->bitrix24.recheck_seconds;
    if (sent_at == 0 || run->now >= settled_at) {
        return false;
    }
    struct zp_error error;
    zp_error_set(&error, ZP_E_UNKNOWN, NULL, "%s",
                 _("Bitrix24 did not answer; looking again whether the entry was made"));
    run->phase = LOG_START;
    zp__run_again(run, zp__run_task_change(run, effect), settled_at - run->now, &error);
    return true;
}

static bool note_add(struct zp__run *run, struct zp__effect *effect) {
    run->memory.add_sent_at = run->now;
    run->phase = LOG_ADD_NOTED;
    return zp__run_note(run, zp__run_task_change(run, effect));
}

static bool seek_contact(struct zp__run *run, struct zp__effect *effect) {
    if (run->booking->origin == ZP_ORIGIN_WALK_IN || run->booking->client_phone[0] == '\0' ||
        run->memory.contact_id != NULL) {
        return note_add(run, effect);
    }
    return ask(run, effect, ZP_EFFECT_CRM_FIND_CONTACTS, LOG_CONTACTS);
}

static bool do_add(struct zp__run *run, struct zp__effect *effect) {
    zp__texts_crm_fields(run->step, run->config, run->booking, run->memory.contact_id,
                         &effect->fields);
    if (run->crm_id != NULL) { // the adopted lead, the deal that a lead became
        effect->id = run->crm_id;
        effect->entity = run->entity;
        return ask(run, effect, ZP_EFFECT_CRM_UPDATE, LOG_UPDATING);
    }
    return ask(run, effect, ZP_EFFECT_CRM_ADD, LOG_ADDING);
}

static bool is_converted(const struct zp__crm_entry *entry) {
    return entry->entity == ZP_CRM_LEAD && entry->semantic == 'S';
}

// Its deal may be a moment behind a converted lead; the next look follows it again.
static bool wait_for_deal(struct zp__run *run, struct zp__change *change) {
    struct zp_error error;
    zp_error_set(&error, ZP_E_UNKNOWN, NULL, "%s",
                 _("Bitrix24 has turned the lead into a deal; looking for the deal"));
    run->phase = LOG_START;
    return zp__run_again(run, change, zp__run_backoff(run), &error);
}

// The booking has an entry. A deal that a lead became carries nothing of ours yet: it is written,
// and may be so again. A lead that was converted into no deal stays what there is.
static bool take_up(struct zp__run *run, const struct zp__crm_answer *answer,
                    struct zp__effect *effect) {
    const struct zp__crm_entry *entry = &answer->entries[0];
    take_entry(run, entry, answer->entry_count);
    if (makes_leads(run) && entry->entity == ZP_CRM_DEAL && !zp__entry_is_of(entry, run->booking)) {
        return do_add(run, effect);
    }
    const int64_t settled_at = run->memory.add_sent_at + run->config->bitrix24.recheck_seconds;
    if (is_converted(entry) && run->memory.add_sent_at != 0 && run->now < settled_at) {
        return wait_for_deal(run, zp__run_task_change(run, effect));
    }
    return record(run, effect);
}

// And yet one carries its number: made by a process that was stopped just before it sent.
static bool left_over(struct zp__run *run, const struct zp__crm_entry *entry,
                      struct zp__effect *effect) {
    struct zp_error error;
    zp_error_set(&error, ZP_E_REFUSED, "DOUBLE_ENTRY",
                 _("%s %s carries the number of booking %s, which was moved and took its entry "
                   "along: delete it in Bitrix24, then retry"),
                 zp__entry_word(entry->entity), entry->id, run->booking->booking_id);
    run->phase = LOG_START;
    return zp__run_to_person(run, zp__run_task_change(run, effect), &error);
}

// Its lead has become a deal with another number: one that went along with the move, and nobody
// takes that back; or the number of before it was moved here, and then the booking that it was
// moved to meanwhile, which waits for this, follows the lead by itself.
static bool leave(struct zp__run *run, struct zp__effect *effect) {
    struct zp__change *change = zp__run_task_change(run, effect);
    if (run->booking->crm_state == ZP_CRM_QUEUED) {
        end_follows(run, change);
    }
    return zp__run_finish(run, change);
}

static bool found(struct zp__run *run, const struct zp__crm_answer *answer,
                  struct zp__effect *effect) {
    if (!answer->ok) {
        return failed(run, &answer->error, effect);
    }
    if (answer->entry_count > 0 && was_moved(run->booking) &&
        zp__entry_is_of_other(&answer->entries[0], run->booking)) {
        return leave(run, effect);
    }
    if (answer->entry_count > 0 && run->memory.again && was_moved(run->booking) &&
        run->booking->crm_state == ZP_CRM_NONE) {
        return left_over(run, &answer->entries[0], effect);
    }
    if (answer->entry_count > 0) {
        return take_up(run, answer, effect);
    }
    // A lead of ours may be gone where it became a deal (bitrix24.md 9.7).
    if (makes_leads(run) && run->phase == LOG_FINDING && run->memory.add_sent_at != 0) {
        effect->entity = ZP_CRM_DEAL;
        return ask(run, effect, ZP_EFFECT_CRM_FIND, LOG_FINDING_DEALS);
    }
    if (still_settling(run, run->memory.add_sent_at, effect)) {
        return true;
    }
    if (was_moved(run->booking) && run->booking->crm_state == ZP_CRM_NONE) {
        return zp__run_finish(run, zp__run_task_change(run, effect));
    }
    if (run->booking->crm_id !=
        NULL) { // made by us before its fields could be kept: write them again
        run->crm_id = talloc_strdup(run, run->booking->crm_id);
        run->entity = zp__entry_entity(run->booking);
        return seek_contact(run, effect);
    }
    if (makes_leads(run) && run->booking->origin != ZP_ORIGIN_WALK_IN) {
        return ask(run, effect, ZP_EFFECT_CRM_FIND_LEADS, LOG_LEADS);
    }
    return seek_contact(run, effect);
}

// Lead mode: an open lead that a person made for this phone, without a booking number, becomes
// ours.
static bool leads_found(struct zp__run *run, const struct zp__crm_answer *answer,
                        struct zp__effect *effect) {
    if (!answer->ok) {
        return failed(run, &answer->error, effect);
    }
    if (answer->entry_count > 0) {
        take_entry(run, &answer->entries[0], 1);
    }
    return seek_contact(run, effect);
}

static bool contacts_found(struct zp__run *run, const struct zp__crm_answer *answer,
                           struct zp__effect *effect) {
    if (!answer->ok) {
        return failed(run, &answer->error, effect);
    }
    if (answer->contact_count > 0) {
        run->memory.contact_id = talloc_strdup(run, answer->contacts[0].id);
        run->memory.contact_sent_at = 0;
        run->phase = LOG_CONTACT_KNOWN;
        if (answer->told !=
            NULL) { // several had this phone: which one was taken stands in the history
            return zp__run_note(
                run, zp__run_change(run, effect, "contact-choice", "bitrix24", answer->told));
        }
        return zp__run_note(run, zp__run_task_change(run, effect));
    }
    if (still_settling(run, run->memory.contact_sent_at, effect)) {
        return true;
    }
    run->memory.contact_sent_at = run->now;
    run->phase = LOG_CONTACT_NOTED;
    return zp__run_note(run, zp__run_task_change(run, effect));
}

// An add that certainly did not happen leaves no mark; one that may have leaves it, and is looked
// for.
static bool add_failed(struct zp__run *run, const struct zp__crm_answer *answer, int64_t *sent_at,
                       struct zp__effect *effect) {
    struct zp_error error = answer->error;
    if (answer->outcome == ZP_CRM_UNKNOWN) {
        error.code = ZP_E_UNKNOWN;
    } else {
        *sent_at = 0;
    }
    return failed(run, &error, effect);
}

static bool contact_added(struct zp__run *run, const struct zp__crm_answer *answer,
                          struct zp__effect *effect) {
    if (answer->outcome != ZP_CRM_DONE || answer->id == NULL) {
        return add_failed(run, answer, &run->memory.contact_sent_at, effect);
    }
    run->memory.contact_id = talloc_strdup(run, answer->id);
    run->memory.contact_sent_at = 0;
    run->phase = LOG_CONTACT_KNOWN;
    return zp__run_note(run, zp__run_task_change(run, effect));
}

static bool added(struct zp__run *run, const struct zp__crm_answer *answer,
                  struct zp__effect *effect) {
    if (answer->outcome == ZP_CRM_REFUSED || strcmp(answer->error.name, "CONTACT_GONE") == 0) {
        TALLOC_FREE(
            run->memory.contact_id); // a contact that was merged or deleted is searched again
    }
    if (answer->outcome != ZP_CRM_DONE) {
        return add_failed(run, answer, &run->memory.add_sent_at, effect);
    }
    if (answer->ok && answer->entry_count > 0) {
        return take_up(run, answer, effect);
    }
    if (answer->entry_count > 0) {
        take_entry(run, &answer->entries[0], 1);
    } else if (answer->id != NULL) {
        talloc_free(run->crm_id);
        run->crm_id = talloc_strdup(run, answer->id);
        run->entity = run->config->bitrix24.entity;
    }
    if (answer->ok && answer->missing && makes_leads(run) && run->crm_id != NULL) {
        take_into_row(run); // gone as a lead, and its deal could not be asked for
        return wait_for_deal(run, zp__run_change(run, effect, NULL, NULL, NULL));
    }
    if (!answer->ok && run->crm_id != NULL) {
        // Made, but a field did not stick: a person must see to the set-up. A retry must not make a
        // second one, so which one it is stands in the row.
        take_into_row(run);
        return failed(run, &answer->error, effect);
    }
    return record(run, effect);
}

static bool applied(struct zp__run *run, struct zp__effect *effect) {
    switch (run->phase) {
    case LOG_CONTACT_NOTED: return ask(run, effect, ZP_EFFECT_CRM_ADD_CONTACT, LOG_CONTACT_ADDING);
    case LOG_CONTACT_KNOWN: return note_add(run, effect);
    case LOG_ADD_NOTED: return do_add(run, effect);
    default: return start(run, effect);
    }
}

bool zp__run_crm_log(struct zp__run *run, const struct zp__input *input,
                     struct zp__effect *effect) {
    if (input->kind == ZP_INPUT_APPLIED) {
        return applied(run, effect);
    }
    if (input->kind == ZP_INPUT_RELOADED) {
        return run->phase == LOG_RECORD ? record(run, effect) : start(run, effect);
    }
    if (input->kind != ZP_INPUT_CRM) {
        return start(run, effect);
    }
    switch (run->phase) {
    case LOG_FINDING:
    case LOG_FINDING_DEALS: return found(run, input->crm, effect);
    case LOG_LEADS: return leads_found(run, input->crm, effect);
    case LOG_CONTACTS: return contacts_found(run, input->crm, effect);
    case LOG_CONTACT_ADDING: return contact_added(run, input->crm, effect);
    case LOG_ADDING:
    case LOG_UPDATING: return added(run, input->crm, effect);
    default: return start(run, effect);
    }
}
