// zapis check --book: one booking is made and cancelled, after asking, so that what only writing
// can show is shown before a client sees it.
#include "cli_check_book.h"
#include "cli_ask.h"
#include "cli_text.h"
#include "memory.h"

#include <zapis/i18n.h>
#include <zapis/phone.h>

#define DAYS       7  // looked ahead for a free time
#define SERVICES   3  // tried, the shortest first
#define WAIT_CRM_S 90 // the portal's own deadline and some

struct trial {
    struct cli *cli;
    struct zp_check *checks;
    size_t count;
    const struct zp_service *service;
    struct zp_slot slot;
    const char *master;
    char phone[ZP_PHONE_SIZE]; // "": the configured walk-in
};

static void add(struct trial *trial, const char *name, enum zp_check_state state,
                const char *detail) {
    trial->checks = memory_grow(trial->cli, trial->checks, struct zp_check, trial->count + 1);
    trial->checks[trial->count++] = (struct zp_check){.name = memory_strdup(trial->cli, name),
                                                      .state = state,
                                                      .detail = memory_strdup(trial->cli, detail)};
}

static void add_error(struct trial *trial, const char *name, const struct zp_error *error) {
    add(trial, name, ZP_CHECK_FAIL, error->message);
    trial->checks[trial->count - 1].unreachable = error->code == ZP_E_UNREACHABLE ||
                                                  error->code == ZP_E_UNKNOWN ||
                                                  error->code == ZP_E_LIMITED;
}

// ---- asking, on the terminal

static bool ask_phone(struct trial *trial) {
    const struct zp_config *config = trial->cli->config;
    char line[CLI_ASK_BYTES];
    struct zp_error error = {0};
    if (config->salon.walk_in_phone[0] != '\0')
        return true;
    for (;;) {
        if (!cli_ask_line(trial->cli, _("Phone to book with (your own; Enter alone gives up):"),
                          line) ||
            line[strspn(line, " ")] == '\0')
            return false;
        if (zp_phone_normalise(line, config->salon.country, trial->phone, &error))
            return true;
        cli_complain(trial->cli, error.message);
    }
}

static bool ask_consent(struct trial *trial) {
    struct cli *cli = trial->cli;
    char *question = memory_printf(
        cli, _("Book %s with %s at %s, enter it in the CRM, and cancel it in both? y/N"),
        trial->service->name, trial->master,
        cli_text_instant(cli, cli->config->zone, trial->slot.starts_at));
    return cli_ask_yes(cli, question);
}

// ---- a free time: the last one of the week ahead, which is the least likely to be missed

static int by_length(const void *a, const void *b) {
    const struct zp_service *const *one = a, *const *other = b;
    return (*one)->duration_min - (*other)->duration_min;
}

static bool find_time(struct trial *trial, const struct zp_catalogue *catalogue) {
    struct cli *cli = trial->cli;
    const struct zp_date today = zp_zone_wall(cli->config->zone, zp_desk_now(cli->desk)).date;
    const struct zp_service **sorted =
        memory_array(cli, const struct zp_service *, catalogue->service_count);
    for (size_t i = 0; i < catalogue->service_count; i++)
        sorted[i] = &catalogue->services[i];
    qsort(sorted, catalogue->service_count, sizeof *sorted, by_length);
    for (size_t i = 0; i < catalogue->service_count && i < SERVICES; i++) {
        const char *ids[] = {sorted[i]->id};
        const struct zp_request request = {.ask = ZP_ASK_SLOTS,
                                           .u.slots = {.service_ids = ids,
                                                       .service_count = 1,
                                                       .date = zp_date_add_days(today, 1),
                                                       .days = DAYS}};
        const struct zp_event *answer = cli_ask(cli, &request);
        if (!answer->ok) {
            add_error(trial, "book.time", &answer->error);
            return false;
        }
        for (size_t d = answer->slots->day_count; d-- > 0;) {
            const struct zp_day_slots *day = &answer->slots->days[d];
            if (day->slot_count == 0)
                continue;
            trial->service = sorted[i];
            trial->slot = day->slots[day->slot_count - 1];
            return true;
        }
    }
    add(trial, "book.time", ZP_CHECK_SKIPPED, _("not booked: no free time in the next 7 days"));
    return false;
}

static bool choose(struct trial *trial) {
    struct cli *cli = trial->cli;
    const struct zp_request request = {.ask = ZP_ASK_CATALOGUE};
    const struct zp_event *answer = cli_ask(cli, &request);
    if (!answer->catalogue) {
        add_error(trial, "book.time", &answer->error);
        return false;
    }
    const struct zp_catalogue *catalogue = answer->catalogue;
    if (!find_time(trial, catalogue))
        return false;
    const struct zp_master *master = zp_catalogue_master(catalogue, trial->slot.master_id);
    trial->master = master && master->name ? master->name : trial->slot.master_id;
    return true;
}

// ---- the booking

static void add_crm(struct trial *trial, const char *name, const struct zp_booking *booking) {
    if (booking->crm_state == ZP_CRM_LOGGED)
        add(trial, name, ZP_CHECK_OK, cli_text_crm(trial->cli, booking));
    else
        add(trial, name, ZP_CHECK_FAIL,
            memory_printf(trial->cli, _("not in the CRM after %d s: see zapis queue"), WAIT_CRM_S));
}

static const struct zp_booking *book(struct trial *trial) {
    struct cli *cli = trial->cli;
    const char *ids[] = {trial->service->id};
    const struct zp_request request = {
        .ask = ZP_ASK_BOOK,
        .u.book = {.service_ids = ids,
                   .service_count = 1,
                   .master_id = trial->slot.master_id,
                   .starts_at = trial->slot.starts_at,
                   .walk_in = trial->phone[0] == '\0',
                   .client_phone = trial->phone[0] != '\0' ? trial->phone : NULL,
                   .client_name = trial->phone[0] != '\0' ? _("Trial of zapis") : NULL,
                   .comment = _("zapis check --book: cancelled at once")}};
    const struct zp_event *answer = cli_ask(cli, &request);
    if (!answer->ok || !answer->booking) {
        add_error(trial, "book.dikidi", &answer->error);
        return NULL;
    }
    const struct zp_booking *booking = cli_wait(cli, answer->booking, WAIT_CRM_S);
    add(trial, "book.dikidi", ZP_CHECK_OK,
        memory_printf(cli, _("booking %s was made"), booking->booking_id));
    add_crm(trial, "book.crm", booking);
    return booking;
}

static void cancel(struct trial *trial, const struct zp_booking *booking) {
    struct cli *cli = trial->cli;
    const struct zp_request request = {
        .ask = ZP_ASK_CANCEL,
        .u.cancel = {.booking = booking->request_id, .reason = _("trial of the set-up")}};
    const struct zp_event *answer = cli_ask(cli, &request);
    if (!answer->ok || !answer->booking) {
        add_error(trial, "cancel.dikidi", &answer->error);
        cli_remark(cli, _("Booking %s still stands: cancel it in Dikidi."), booking->booking_id);
        return;
    }
    add(trial, "cancel.dikidi", ZP_CHECK_OK, _("it was cancelled"));
    add_crm(trial, "cancel.crm", cli_wait(cli, answer->booking, WAIT_CRM_S));
}

// The worker runs from here on, and not before the person said yes.
static bool begin_again(struct cli *cli, struct zp_error *err) {
    TALLOC_FREE(cli->desk);
    TALLOC_FREE(cli->loop);
    return cli_open(cli, true, err);
}

bool cli_check_can_ask(void) {
    return cli_ask_possible();
}

struct zp_check *cli_check_book(struct cli *cli, size_t *count) {
    struct trial trial = {.cli = cli};
    struct zp_error error = {0};
    if (choose(&trial)) {
        if (!ask_phone(&trial) || !ask_consent(&trial)) {
            add(&trial, "book.dikidi", ZP_CHECK_SKIPPED, _("not booked: you said no"));
        } else if (!begin_again(cli, &error)) {
            add_error(&trial, "book.dikidi", &error);
        } else {
            const struct zp_booking *booking = book(&trial);
            if (booking)
                cancel(&trial, booking);
        }
    }
    *count = trial.count;
    return trial.checks;
}
