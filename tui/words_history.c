#include "words_history.h"

#include "memory.h"
#include <string.h>
#include <zapis/i18n.h>

struct known {
    const char *name, *words;
};

static const char *find(const struct known *known, const char *name) {
    for (; known->name != NULL; known++) {
        if (strcmp(known->name, name) == 0) {
            return zp_i18n(known->words);
        }
    }
    return name;
}

const char *words_history(const char *what) {
    static const struct known known[] = {
        {"intent", N_("written down")},
        {"sent", N_("sent to Dikidi")},
        {"booked", N_("booked")},
        {"refused", N_("refused")},
        {"uncertain", N_("no answer came")},
        {"not-sent", N_("could not be sent")},
        {"cancelling", N_("cancel asked for")},
        {"cancelled", N_("cancelled")},
        {"cancel-refused", N_("cancel refused")},
        {"cancel-unanswered", N_("no answer to the cancel")},
        {"dropped", N_("given up")},
        {"adopted", N_("taken over")},
        {"re-read", N_("read again")},
        {"logged", N_("entered in the CRM")},
        {"crm-refused", N_("the CRM refused")},
        {"crm-cancelled", N_("cancelled in the CRM")},
        {"crm-moved", N_("its CRM entry went along with the move")},
        {"contact-choice", N_("one of several contacts was taken")},
        {"not-moved", N_("not moved")},
        {"undone", N_("undone: it was a mistake")},
        {"again", N_("cancel undone: booked once more")},
        {"crm-updated", N_("the change was written in the CRM")},
        {"crm-lost", N_("a manager ended it in the CRM")},
        {"crm-won", N_("won in the CRM")},
        {"crm-stage", N_("its stage in the CRM changed")},
        {"crm-taken-back", N_("taken up again in the CRM")},
        {"crm-reopened", N_("taken up again in the CRM, though it is cancelled")},
        {"crm-open", N_("taken up again in the CRM")},
        {"crm-kept", N_("not cancelled for the CRM's sake")},
        {"crm-gone", N_("its CRM entry could not be read")},
        {"crm-foreign", N_("its CRM entry has another number")},
        {"crm-again", N_("entered in the CRM once more, in place of")},
        {"crm-end-again", N_("ended in the CRM once more")},
        {"changed", N_("changed at Dikidi")},
        {"learned", N_("learned from Dikidi")},
        {"crm-marked", N_("attendance noted in the CRM")},
        {"came", N_("the client came")},
        {"no-show", N_("the client did not come")},
        {"waiting", N_("the client is expected")},
        {NULL, NULL},
    };
    return find(known, what);
}

// Of a task that was given up the detail is its kind.
const char *words_history_detail(const struct zp_history *line) {
    return line->detail && strcmp(line->what, "dropped") == 0 ? words_task(line->detail)
                                                              : line->detail;
}

const char *words_task(const char *kind) {
    static const struct known known[] = {
        {"book", N_("send the booking to Dikidi")},
        {"cancel", N_("cancel at Dikidi")},
        {"crm-log", N_("enter in Bitrix24")},
        {"crm-cancel", N_("mark as cancelled in Bitrix24")},
        {"crm-mark", N_("write the attendance in Bitrix24")},
        {"crm-move", N_("write the new time in Bitrix24")},
        {"move", N_("give the old time back")},
        {"look", N_("read the booking again")},
        {"look-entry", N_("look at its CRM entry")},
        {"crm-update", N_("write the change in Bitrix24")},
        {"crm-reverse", N_("cancel what managers ended")},
        {"crm-poll", N_("look for changes in the CRM")},
        {"crm-compare", N_("look for entries that are gone from the CRM")},
        {"reread", N_("read bookings again")},
        {NULL, NULL},
    };
    return find(known, kind);
}

const char *words_task_drop(const char *kind) {
    static const struct known known[] = {
        {"book", N_("The booking will not be sent again. What Dikidi may already have made stays "
                    "there: look in Dikidi.")},
        {"cancel", N_("The booking will not be cancelled: it stays at Dikidi.")},
        {"move", N_("The old time will not be cancelled: both bookings stay.")},
        {"crm-log", N_("Nothing will be written in Bitrix24 for this booking.")},
        {"crm-cancel", N_("Its entry in Bitrix24 will not be marked as cancelled.")},
        {"crm-mark", N_("The attendance will not be written in Bitrix24.")},
        {"crm-move", N_("The new time will not be written in Bitrix24.")},
        {"crm-update", N_("What changed will not be written in Bitrix24: its entry stays as it "
                          "is there.")},
        {"crm-reverse", N_("None of these bookings will be cancelled: they all stay at Dikidi, "
                           "although their entries in Bitrix24 were ended.")},
        {"look", N_("This booking will not be read: what changed at Dikidi stays unknown here "
                    "until it is read another time.")},
        {"look-entry", N_("This entry will not be looked at: what a manager did with it in "
                          "Bitrix24 changes nothing here.")},
        {"crm-poll", N_("Bitrix24 is not asked for changes any more until zapis is started "
                        "again.")},
        {"crm-compare", N_("Deals that are deleted in Bitrix24 are not noticed by themselves "
                           "until zapis is started again.")},
        {"reread", N_("Bookings are not read again by themselves until zapis is started again.")},
        {NULL, NULL},
    };
    const char *words = find(known, kind);
    return words != kind ? words : _("It will not be done.");
}

bool words_task_is_grave(const struct zp_task *task) {
    return strcmp(task->kind, "crm-reverse") == 0 && task->state == ZP_TASK_ATTENTION;
}

const char *words_task_grave(void) {
    return _("All these visits will be cancelled at Dikidi, and the clients are told by it.");
}

const char *words_reason(size_t number) {
    static const char *const reasons[WORDS_REASONS] = {
        N_("the client cannot come"),    N_("the client is ill"),
        N_("moved to another time"),     N_("the master is away"),
        N_("double entry or a mistake"), N_("the client did not confirm"),
    };
    return number < WORDS_REASONS ? zp_i18n(reasons[number]) : "";
}

// What follows the word, NULL where the subject does not begin with it.
static const char *after(const char *subject, const char *word) {
    const size_t length = strlen(word);
    return strncmp(subject, word, length) == 0 ? subject + length : NULL;
}

char *words_subject(TALLOC_CTX *ctx, const char *subject) {
    const char *rest;
    if (strcmp(subject, "dikidi") == 0) {
        return memory_strdup(ctx, "Dikidi");
    }
    if (strcmp(subject, "bitrix24") == 0) {
        return memory_strdup(ctx, _("Bitrix24"));
    }
    if ((rest = after(subject, "dikidi:")) != NULL) {
        return memory_printf(ctx, _("%s at Dikidi"), rest);
    }
    if ((rest = after(subject, "deal:")) != NULL) {
        return memory_printf(ctx, "%s %s", _("deal"), rest);
    }
    if ((rest = after(subject, "lead:")) != NULL) {
        return memory_printf(ctx, "%s %s", _("lead"), rest);
    }
    return NULL;
}

const char *words_subject_booking(const struct zp_task *task) {
    if (task->request_id == NULL || task->request_id[0] == '\0') {
        return task->booking_id;
    }
    const bool outside = strcmp(task->request_id, "dikidi") == 0 ||
                         strcmp(task->request_id, "bitrix24") == 0 ||
                         strchr(task->request_id, ':') != NULL;
    return outside ? task->booking_id : task->request_id;
}
