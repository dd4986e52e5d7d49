#include "words_history.h"

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
        {"crm-marked", N_("attendance noted in the CRM")},
        {"came", N_("the client came")},
        {"no-show", N_("the client did not come")},
        {"waiting", N_("the client is expected")},
        {NULL, NULL},
    };
    return find(known, what);
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
        {NULL, NULL},
    };
    return find(known, kind);
}
