#include "machine.h"

int machine_set_up(void **state) {
    *state = talloc_new(NULL);
    return 0;
}

int machine_tear_down(void **state) {
    talloc_free(*state);
    return 0;
}

static void step(struct machine *machine, const struct zp__input *input) {
    machine->run->now = machine->run->now == 0 ? NOW : machine->run->now;
    machine->more = zp__run_step(machine->run, input, &machine->effect);
}

static struct zp_booking *new_booking(TALLOC_CTX *ctx, enum zp_booking_state state) {
    struct zp_booking *booking = talloc_zero(ctx, struct zp_booking);
    const bool numbered = state == ZP_BOOKING_BOOKED || state == ZP_BOOKING_CANCELLING ||
                          state == ZP_BOOKING_CANCELLED;
    booking->request_id = talloc_strdup(booking, REQUEST);
    booking->company = talloc_strdup(booking, "550001");
    booking->revision = 3;
    booking->state = state;
    booking->booking_id = numbered ? talloc_strdup(booking, NUMBER) : NULL;
    booking->starts_at = STARTS;
    booking->ends_at = STARTS + 5400;
    booking->master_id = talloc_strdup(booking, "1357200");
    booking->master = talloc_strdup(booking, "Анна П.");
    booking->services = talloc_zero_array(booking, struct zp_booked_service, 1);
    booking->service_count = 1;
    booking->services[0].id = talloc_strdup(booking, "5159500");
    booking->services[0].name = talloc_strdup(booking, "Маникюр");
    booking->currency = talloc_strdup(booking, "RUB");
    booking->client_name = talloc_strdup(booking, "Мария");
    booking->client_phone = talloc_strdup(booking, "+79161234567");
    booking->comment = talloc_strdup(booking, "");
    booking->cancel_reason = talloc_strdup(booking, "болеет");
    booking->crm_state = numbered ? ZP_CRM_QUEUED : ZP_CRM_NONE;
    booking->sent_body = talloc_strdup(booking, "{}");
    booking->created_at = booking->updated_at = NOW;
    booking->created_by = talloc_strdup(booking, "anna");
    return booking;
}

static struct machine *machine_of(TALLOC_CTX *ctx, const char *kind, const char *subject, int state,
                                  const char *memory) {
    struct machine *machine = talloc_zero(ctx, struct machine);
    struct zp__store_task task = {
        .task = {.id = 7,
                 .kind = talloc_strdup(machine, kind),
                 .request_id = talloc_strdup(machine, subject)},
        .memory = talloc_strdup(machine, memory),
        .booking = state < 0 ? NULL : new_booking(machine, (enum zp_booking_state)state)};
    machine->config.salon.company = talloc_strdup(machine, "550001");
    machine->config.salon.currency = talloc_strdup(machine, "RUB");
    machine->config.salon.walk_in_phone = talloc_strdup(machine, "");
    machine->config.salon.intent_minutes = 10;
    machine->config.dikidi.requests_per_minute = 60;
    machine->config.bitrix24.recheck_seconds = RECHECK;
    machine->config.bitrix24.cancelled_stage = talloc_strdup(machine, "");
    machine->config.bitrix24.source_id = talloc_strdup(machine, "DIKIDI");
    machine->config.salon.walk_in_name = talloc_strdup(machine, "Гость");
    machine->config.zone = zp_zone_open(machine, "Europe/Moscow", NULL);
    machine->run = zp__run_new(machine, &machine->config, &task, false);
    machine->run->fresh_request_id = FRESH;
    machine->run->operator_name = OPERATOR;
    return machine;
}

struct machine *machine_new(TALLOC_CTX *ctx, const char *kind, enum zp_booking_state state,
                            const char *memory) {
    return machine_of(ctx, kind, REQUEST, (int)state, memory);
}

struct machine *machine_about(TALLOC_CTX *ctx, const char *kind, const char *subject, int state,
                              const char *memory) {
    return machine_of(ctx, kind, subject, state, memory);
}

void machine_start(struct machine *machine) {
    step(machine, &(struct zp__input){.kind = ZP_INPUT_START});
}

void machine_applied(struct machine *machine) {
    step(machine, &(struct zp__input){.kind = ZP_INPUT_APPLIED});
}

void machine_reloaded(struct machine *machine, int state) {
    struct zp_booking *row = state < 0 ? NULL : new_booking(machine, (enum zp_booking_state)state);
    zp__run_set_booking(machine->run, row);
    talloc_free(row);
    step(machine, &(struct zp__input){.kind = ZP_INPUT_RELOADED});
}

void machine_loaded(struct machine *machine, int state, const char *moved_to) {
    struct zp_booking *other = NULL;
    if (state >= 0) {
        other = new_booking(machine->run, (enum zp_booking_state)state);
        other->request_id = talloc_strdup(other, OTHER);
        other->moved_to = moved_to != NULL ? talloc_strdup(other, moved_to) : NULL;
    }
    talloc_free(machine->run->other);
    machine->run->other = other;
    step(machine, &(struct zp__input){.kind = ZP_INPUT_LOADED});
}

void machine_moving(struct machine *machine) {
    machine->run->booking->moved_from = talloc_strdup(machine->run->booking, OTHER);
}

static void answer_dikidi(struct machine *machine, const struct zp__dikidi_answer *answer) {
    step(machine, &(struct zp__input){.kind = ZP_INPUT_DIKIDI, .dikidi = answer});
}

void machine_dikidi(struct machine *machine, enum zp__outcome outcome, enum zp_error_code code,
                    const char *name) {
    struct zp__dikidi_answer answer = {.ok = false, .outcome = outcome};
    zp_error_set(&answer.error, code, name, "told by a test");
    answer_dikidi(machine, &answer);
}

void machine_dikidi_booking(struct machine *machine, enum zp__dikidi_status status) {
    struct zp__dikidi_booking *booking = talloc_zero(NULL, struct zp__dikidi_booking);
    booking->ids = talloc_zero_array(booking, char *, 1);
    booking->ids[0] = talloc_strdup(booking, NUMBER);
    booking->id_count = 1;
    booking->status = status;
    booking->starts_at = STARTS;
    booking->ends_at = STARTS + 5400;
    const struct zp__dikidi_answer answer = {
        .ok = true, .outcome = ZP_OUTCOME_DONE, .booking = booking};
    answer_dikidi(machine, &answer);
    if (talloc_parent(booking) == NULL) {
        talloc_free(booking);
    }
}

static char *copy_text(TALLOC_CTX *ctx, const char *text) {
    return talloc_strdup(ctx, text != NULL ? text : "");
}

void machine_told(struct machine *machine, const struct zp__dikidi_booking *told) {
    struct zp__dikidi_booking *booking = talloc_zero(NULL, struct zp__dikidi_booking);
    *booking = *told;
    booking->ids = talloc_zero_array(booking, char *, (unsigned)told->id_count);
    for (size_t i = 0; i < told->id_count; i++) {
        booking->ids[i] = talloc_strdup(booking, told->ids[i]);
    }
    booking->services =
        talloc_zero_array(booking, struct zp__dikidi_service, (unsigned)told->service_count);
    for (size_t i = 0; i < told->service_count; i++) {
        booking->services[i] = told->services[i];
        booking->services[i].id = copy_text(booking, told->services[i].id);
        booking->services[i].name = copy_text(booking, told->services[i].name);
    }
    char **const texts[] = {&booking->company_id,    &booking->master_id,   &booking->master,
                            &booking->currency,      &booking->client_name, &booking->client_phone,
                            &booking->comment,       &booking->source,      &booking->external_id,
                            &booking->cancel_reason, &booking->attendance};
    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        *texts[i] = copy_text(booking, *texts[i]);
    }
    answer_dikidi(machine, &(struct zp__dikidi_answer){
                               .ok = true, .outcome = ZP_OUTCOME_DONE, .booking = booking});
    if (talloc_parent(booking) == NULL) {
        talloc_free(booking);
    }
}

void machine_journal(struct machine *machine, const struct zp__store_answer *answer) {
    step(machine, &(struct zp__input){.kind = ZP_INPUT_JOURNAL, .journal = answer});
}

void machine_slots(struct machine *machine, bool offered) {
    struct zp_slot slot = {.master_id = (char *)"1357200",
                           .starts_at = offered ? STARTS : STARTS + 900};
    struct zp_day_slots day = {.slots = &slot, .slot_count = 1};
    struct zp_slots slots = {.days = &day, .day_count = 1};
    answer_dikidi(machine, &(struct zp__dikidi_answer){.ok = true, .slots = &slots});
}

void machine_crm(struct machine *machine, const struct zp__crm_answer *answer) {
    step(machine, &(struct zp__input){.kind = ZP_INPUT_CRM, .crm = answer});
}

void machine_crm_error(struct machine *machine, enum zp__crm_outcome outcome,
                       enum zp_error_code code) {
    struct zp__crm_answer answer = {.ok = false, .outcome = outcome};
    zp_error_set(&answer.error, code, NULL, "told by a test");
    machine_crm(machine, &answer);
}
