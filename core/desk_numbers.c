// What a manager counts over some days: the journal's figures, read in one piece.
#include "desk_private.h"
#include <string.h>
#include <zapis/i18n.h>

static void on_numbers(const struct zp__store_answer *answer, void *data) {
    struct zp__ask *ask = zp__ticket_answered(data, answer);
    if (ask == NULL) {
        return;
    }
    ask->event.numbers = talloc_steal(ask, answer->figures);
    zp__ask_answer(ask, NULL);
}

void zp__ask_numbers(struct zp__ask *ask) {
    const struct zp_zone *zone = ask->desk->o.config->zone;
    const struct zp_date date = ask->request.u.numbers.date;
    const int days = ask->request.u.numbers.days;
    int64_t edges[ZP_NUMBERS_DAYS + 1];
    if (days < 1 || days > ZP_NUMBERS_DAYS) {
        zp__ask_refuse(ask, ZP_E_USAGE, NULL, _("Figures are made of 1 to 366 days."));
        return;
    }
    for (int i = 0; i <= days; i++) {
        edges[i] = zp_zone_day_start(zone, zp_date_add_days(date, i));
    }
    const struct zp__numbers_asked asked = {
        .date = date, .days = days, .edges = edges, .now = zp__desk_clock(ask->desk)};
    zp__store_numbers(ask->desk->store, &asked, on_numbers, zp__ask_ticket(ask, 0));
}
