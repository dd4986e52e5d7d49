// Dikidi's answers: a whole call with every answer it asks for. The first record names the call.
#include "answers.h"
#include "base/memory.h"
#include "dikidi/dikidi.h"
#include "fuzz.h"

#include <string.h>

struct heard {
    bool done, write;
};

static void check_booking(const struct zp__dikidi_booking *booking) {
    FUZZ_CHECK(booking->id_count > 0 && booking->ids[0] != NULL);
    for (size_t i = 0; i < booking->id_count; i++)
        FUZZ_CHECK(fuzz_is_clean(booking->ids[i]) && booking->ids[i][0] != '\0');
    const char *texts[] = {booking->master,        booking->client_name, booking->client_phone,
                           booking->comment,       booking->source,      booking->external_id,
                           booking->cancel_reason, booking->master_id};
    for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
        FUZZ_CHECK(fuzz_is_clean(texts[i]));
    FUZZ_CHECK(booking->total_minor >= 0);
    FUZZ_CHECK(booking->ends_at == 0 || booking->ends_at >= booking->starts_at); // 0: not told
    for (size_t i = 0; i < booking->service_count; i++)
        FUZZ_CHECK(booking->services[i].duration_min >= 0 && booking->services[i].price_minor >= 0);
}

static void check_catalogue(const struct zp_catalogue *catalogue) {
    for (size_t i = 0; i < catalogue->service_count; i++) {
        FUZZ_CHECK(catalogue->services[i].id != NULL && fuzz_is_clean(catalogue->services[i].name));
        FUZZ_CHECK(catalogue->services[i].price_minor >= 0);
    }
    for (size_t i = 0; i < catalogue->master_count; i++)
        FUZZ_CHECK(catalogue->masters[i].id != NULL && fuzz_is_clean(catalogue->masters[i].name));
}

static void answered(const struct zp__dikidi_answer *answer, void *data) {
    struct heard *heard = data;
    const int status = answers_last_status();

    FUZZ_CHECK(!heard->done); // exactly once
    heard->done = true;
    FUZZ_CHECK(answer->ok || answer->error.message[0] != '\0');
    FUZZ_CHECK(answer->ok || fuzz_is_clean(answer->error.message));
    if (answer->booking != NULL)
        check_booking(answer->booking);
    if (answer->catalogue != NULL)
        check_catalogue(answer->catalogue);
    if (!heard->write)
        return;
    FUZZ_CHECK(answer->ok == (answer->outcome == ZP_OUTCOME_DONE));
    // What was not answered, or by a server that failed, is neither done nor refused.
    if (answer->outcome == ZP_OUTCOME_DONE)
        FUZZ_CHECK(status >= 200 && status < 300 && answer->booking != NULL);
    if (answer->outcome == ZP_OUTCOME_REFUSED)
        FUZZ_CHECK(status != 0 && status < 500);
}

static bool may_go(void *data) {
    (void)data;
    return true;
}

static void ask(struct zp_dikidi *dikidi, char call, struct heard *heard) {
    static const char *const services[] = {"5159500"};
    const struct zp_date date = {2026, 11, 24};
    const struct zp__dikidi_create create = {.request_id = "3f6c2a4e-1111-4222-8333-444455556666",
                                             .master_id = "1357200",
                                             .service_ids = services,
                                             .service_count = 1,
                                             .starts_at = 1795510800,
                                             .client_name = "Мария",
                                             .client_phone = "+79165550101",
                                             .comment = ""};
    heard->write = call == 'c' || call == 'd';
    switch (call) {
    case 's': zp__dikidi_services(dikidi, ZP_PACE_URGENT, answered, heard); break;
    case 'm': zp__dikidi_masters(dikidi, ZP_PACE_URGENT, NULL, 0, answered, heard); break;
    case 'w': zp__dikidi_masters(dikidi, ZP_PACE_URGENT, &date, 7, answered, heard); break;
    case 'f':
        zp__dikidi_schedule(dikidi, ZP_PACE_URGENT, services, 1, "1357200", date, answered, heard);
        break;
    case 'c':
        zp__dikidi_create_booking(dikidi, ZP_PACE_URGENT, create.request_id,
                                  zp__dikidi_create_body(dikidi, &create), may_go, answered, heard);
        break;
    case 'd':
        zp__dikidi_cancel_booking(dikidi, ZP_PACE_URGENT, "852900001", "ill", may_go, answered,
                                  heard);
        break;
    default: zp__dikidi_booking(dikidi, ZP_PACE_URGENT, "852900001", answered, heard); break;
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    static struct zp_loop *loop;
    static struct zp_config *config;

    if (loop == NULL) {
        loop = zp_loop_new(NULL);
        config = fuzz_config(NULL);
    }
    if (size < 2 || data[1] != ANSWERS_END)
        return -1;
    struct zp_dikidi *dikidi = zp__dikidi_new(NULL, loop, config);
    struct heard heard = {0};

    answers_set(data + 2, size - 2);
    ask(dikidi, (char)data[0], &heard);
    FUZZ_CHECK(zp_loop_run_until(loop, &heard.done, 10000));
    talloc_free(dikidi);
    return 0;
}
