#include "client_words.h"
#include "memory.h"
#include "words.h"
#include <zapis/i18n.h>

char *client_words_counts(TALLOC_CTX *ctx, const struct zp_client_card *card) {
    const struct zp_client *client = &card->client;
    char *text = memory_printf(ctx, P_("%d visit", "%d visits", (unsigned long)client->visits),
                               client->visits);

    if (client->no_shows > 0)
        text = memory_must(talloc_asprintf_append(
            text, P_(", %d no-show", ", %d no-shows", (unsigned long)client->no_shows),
            client->no_shows));
    if (card->cancellations > 0)
        text = memory_must(talloc_asprintf_append(
            text, P_(", %d cancelled", ", %d cancelled", (unsigned long)card->cancellations),
            card->cancellations));
    return text;
}

bool client_words_is_due(const struct zp_client_card *card) {
    return card->usual_days > 0 && card->coming == 0 && card->last_days_ago >= card->usual_days;
}

char *client_words_due(TALLOC_CTX *ctx, const struct zp_client_card *card) {
    // Any two days so far apart have the same words.
    const struct zp_date then = {2000, 1, 1};
    char ago[WORDS_SIZE];
    char *last = NULL;

    if (card->last_at == 0)
        return memory_strdup(ctx, "");
    words_relative(then, zp_date_add_days(then, card->last_days_ago), ago);
    last = memory_printf(ctx, _("last %s"), ago);
    if (card->usual_days == 0)
        return last;
    return memory_printf(ctx, "%s, %s%s",
                         memory_printf(last,
                                       P_("usually every %d day", "usually every %d days",
                                          (unsigned long)card->usual_days),
                                       card->usual_days),
                         last, client_words_is_due(card) ? _(": due") : "");
}

char *client_words_usual(TALLOC_CTX *ctx, const struct zp_client_card *card) {
    const char *master = card->client.usual_master ? card->client.usual_master : "";
    const char *service = card->usual_service ? card->usual_service : "";

    return memory_printf(ctx, "%s%s%s", master, *master && *service ? ", " : "", service);
}

const char *client_words_state(const struct zp_booking *booking) {
    if (booking->undone)
        return booking->moved_to ? _("cancel undone") : _("undone");
    if (booking->moved_to)
        return _("moved");
    if (booking->state == ZP_BOOKING_BOOKED && booking->attendance == ZP_ATTENDANCE_CAME)
        return _("came");
    if (booking->state == ZP_BOOKING_BOOKED && booking->attendance == ZP_ATTENDANCE_NO_SHOW)
        return _("did not come");
    return zp_booking_state_words(booking->state);
}

const char *client_words_not_erased(void) {
    return _("Not erased: what Dikidi and Bitrix24 keep of this person (erase it there), backups "
             "of the journal, what was printed, exported or logged.");
}
