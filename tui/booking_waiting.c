// New booking and the waiting list: a booking for somebody who waits, as one out of a line, comes
// filled in; and where no time suits, the client is put on the list.
#include "booking.h"
#include "memory.h"
#include <string.h>
#include <zapis/i18n.h>
#include <zapis/phone.h>

void booking_waiting_init(struct booking *booking, const struct screen_args *args) {
    booking->waiting_id = args->waiting_id;
    booking->listing = args->listing;
    if (args->waiting_id != 0 && args->client)
        booking->waiting_phone = memory_strdup(booking, args->client);
    booking->filled = args->filled;
    booking->time.stated_at = args->filled ? args->starts_at : 0;
    booking->client.walk_in = args->walk_in;
    if ((args->waiting_id != 0 || args->filled) && args->text)
        field_set(booking->client.fields[BOOKING_COMMENT], args->text);
    // Without a time the master is taken with the services, or as a line says him.
    if (args->master_id && (args->filled || args->service_count > 0) && !booking->choice.master_id)
        booking->choice.master_id = memory_strdup(booking, args->master_id);
    if (args->service_count == 0)
        return;
    booking->wished = memory_array(booking, char *, args->service_count + 1);
    for (size_t i = 0; i < args->service_count; i++)
        booking->wished[i] = memory_strdup(booking->wished, args->service_ids[i]);
}

void booking_waiting_fill(struct booking *booking, struct commands *commands) {
    char *master_id = NULL;
    bool all = false;

    if (!booking->wished || !booking->choice.catalogue)
        return;
    if (booking->choice.master_id)
        master_id = memory_strdup(booking->wished, booking->choice.master_id);
    all = booking_choice_take(booking, booking->wished, master_id);
    TALLOC_FREE(booking->wished);
    if (!all) {
        command_notice(commands, STYLE_WARN, "%s",
                       _("The price list does not have all of this any more: choose again."));
        command_question_changed(commands);
        return;
    }
    booking->step = BOOKING_TIME;
    booking_time_enter(booking, commands);
    booking->time.skip = booking->time.loading && booking->time.wished_at != 0;
}

// Nobody has seen it yet: no Enter typed ahead books it.
void booking_waiting_go_on(struct booking *booking, struct commands *commands) {
    if (booking->waiting_id == 0 && !booking->filled)
        return;
    booking_go(booking, BOOKING_CONFIRM, commands);
    command_question_changed(commands);
}

int64_t booking_waiting_id(const struct booking *booking) {
    char phone[ZP_PHONE_SIZE];
    struct zp_error err = {0};
    const bool same = booking->waiting_phone && !booking->client.walk_in &&
                      zp_phone_normalise(booking_client_text(booking, BOOKING_PHONE),
                                         booking->env->config->salon.country, phone, &err) &&
                      strcmp(phone, booking->waiting_phone) == 0;

    return same ? booking->waiting_id : 0;
}

void booking_waiting_list(struct booking *booking, struct commands *commands) {
    const struct screen_args args = {
        .service_ids = (const char *const *)booking->choice.ids,
        .service_count = booking->choice.count,
        .master_id = booking->choice.master_id,
        .date = booking->time.date,
        .client = booking_client_text(booking, BOOKING_PHONE),
        .client_name = booking_client_text(booking, BOOKING_NAME),
        .text = booking_client_text(booking, BOOKING_COMMENT),
        .waiting_id = booking->waiting_id,
    };

    command_open(commands, BOOKING_OPENED_WISH, SCREEN_WISH, &args);
}

void booking_waiting_result(struct booking *booking, const struct screen_result *result,
                            struct commands *commands) {
    const struct screen_result mine = {.done = true, .text = result ? result->text : NULL};

    if (result && result->done)
        command_close(commands, &mine);
    else if (booking->listing)
        booking->step = BOOKING_CHOICE;
}
