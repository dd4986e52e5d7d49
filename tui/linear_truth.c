// What journal and CRM do not both have, in the dialogue: told, and mended by its Dikidi number.
#include "facts.h"
#include "linear.h"
#include "memory.h"

#include <string.h>
#include <zapis/i18n.h>

void linear_say_differences(struct linear *linear, const struct zp_truth *truth) {
    for (size_t i = 0; i < truth->only_journal_count; i++)
        linear_say(linear, _("The CRM lacks booking %s."), truth->only_journal[i]);
    for (size_t i = 0; i < truth->only_crm_count; i++) {
        const char *entry = facts_crm_entry(linear->scratch, linear->config, truth, i);
        linear_say(linear, _("The journal lacks booking %s."), truth->only_crm[i]);
        if (entry)
            linear_say(linear, _("In the CRM it is: %s"), entry);
    }
    if (truth->only_journal_count + truth->only_crm_count > 0)
        linear_say(linear, "%s", _("“mend” and the number puts it right."));
}

// The only difference of a day may be left unnamed; NULL: there is not exactly one, which was said.
static const char *only_one(struct linear *linear, struct zp_date date) {
    const struct zp_request request = {.ask = ZP_ASK_TRUTH, .u.truth.date = date};
    const struct zp_event *answer = linear_ask(linear, linear->scratch, &request);
    const struct zp_truth *truth = answer->truth;
    if (!answer->ok || !truth) {
        linear_fail(linear, &answer->error);
        return NULL;
    }
    const size_t count = truth->only_journal_count + truth->only_crm_count;
    if (count == 1)
        return truth->only_journal_count > 0 ? truth->only_journal[0] : truth->only_crm[0];
    linear_say_differences(linear, truth);
    if (count == 0 && truth->crm_count < 0)
        linear_say(linear, "%s", _("The CRM could not be counted: what differs is not known."));
    else if (count == 0)
        linear_say(linear, _("No booking is known to differ: %s."),
                   linear_day_words(linear, linear->scratch, date));
    return NULL;
}

// Dikidi's numbers are longer than a day as people write it.
static bool is_number(const char *text) {
    return strspn(text, "0123456789") == strlen(text) && strlen(text) > 2;
}

void linear_mend(struct linear *linear, const char *args) {
    struct zp_date date = {0};
    const char *number = args;
    if (!is_number(args)) {
        if (!linear_date(linear, args, linear_today(linear), &date))
            return;
        number = only_one(linear, date);
    }
    if (!number)
        return;
    const struct zp_request request = {.ask = ZP_ASK_MEND, .u.mend.booking = number};
    const struct zp_event *answer = linear_ask(linear, linear->scratch, &request);
    if (!answer->ok) {
        linear_fail(linear, &answer->error);
        return;
    }
    if (answer->booking) {
        linear_news_own(linear, answer->booking);
        linear_remember(linear, answer->booking);
    }
    linear_say(linear, "%s: %s", number, linear_sentence(linear->scratch, answer->told));
}
