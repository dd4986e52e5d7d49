// A desk beside a flood of hooks: another process that writes the same journal. Every PAUSE_MS one
// write as the desk does it, in turns: a new booking with its line of history and its task, then
// the same booking as booked, the task ended. The clock runs from the call to its answer on the
// loop.
//   bench_desk STORE_URL COMPANY PAUSE_MS RUN_MS
// Prints one line of JSON.
#include "store/store.h"

#include <zapis/time.h>

struct desk {
    struct zp_loop *loop;
    struct zp_store *store;
    const char *company;
    struct zp_booking *booking; // written, to be ended by the next write
    int64_t task_id;
    bool writing, over;
    bool counting; // just now
    struct zp_timer *count_rest;
    int64_t asked_ns, until_ns;
    uint32_t *taken_us;
    size_t taken_count, room, late, failed;
    uint64_t changes;    // told by the journal: another process wrote
    struct zp_error why; // of the last that failed
};

static int64_t now_ns(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return now.tv_sec * INT64_C(1000000000) + now.tv_nsec;
}

// ---- what a desk does when the journal was changed by somebody else: it counts the queue anew,
// and rests after that as core/desk.c does
#define COUNT_REST_MS 300

static void on_counts(const struct zp__store_answer *answer, void *data) {
    (void)answer;
    zp_timer_start(((struct desk *)data)->count_rest, COUNT_REST_MS, 0);
}

static void on_count_rest(void *data) {
    ((struct desk *)data)->counting = false;
}

static void on_foreign_change(void *data) {
    struct desk *desk = data;
    desk->changes++;
    if (!desk->counting && !desk->over) {
        desk->counting = true;
        zp__store_task_counts(desk->store, on_counts, desk);
    }
}

// ---- writes

static void on_written(const struct zp__store_answer *answer, void *data) {
    struct desk *desk = data;
    const int64_t taken_ns = now_ns() - desk->asked_ns;
    desk->writing = false;
    if (!answer->ok) {
        desk->failed++;
        desk->why = answer->error;
        desk->over = now_ns() >= desk->until_ns;
        TALLOC_FREE(desk->booking);
        return;
    }
    if (desk->taken_count < desk->room) {
        desk->taken_us[desk->taken_count++] = (uint32_t)(taken_ns / 1000);
    }
    if (answer->task_count > 0) { // it was the first write of two
        desk->task_id = answer->tasks[0].task.id;
        desk->booking->revision++;
    } else {
        // Not before: who opens this journal later would want to send what was left an intent.
        desk->over = now_ns() >= desk->until_ns;
        TALLOC_FREE(desk->booking);
    }
}

static void apply(struct desk *desk, const struct zp__change *change) {
    desk->writing = true;
    desk->asked_ns = now_ns();
    zp__store_apply(desk->store, change, on_written, desk);
}

static void write_intent(struct desk *desk) {
    const int64_t now = (int64_t)time(NULL);
    struct zp_booking *booking = talloc_zero(desk, struct zp_booking);
    desk->booking = booking;
    booking->request_id = zp_booking_new_request_id(booking, now * 1000);
    booking->company = talloc_strdup(booking, desk->company);
    booking->state = ZP_BOOKING_INTENT;
    booking->starts_at = now + 86400 + (int64_t)desk->taken_count * 60;
    booking->ends_at = booking->starts_at + 5400;
    booking->master_id = talloc_strdup(booking, "1357200");
    booking->master = talloc_strdup(booking, "Анна П.");
    booking->services = talloc_zero_array(booking, struct zp_booked_service, 1);
    booking->services[0] = (struct zp_booked_service){
        .id = talloc_strdup(booking->services, "5159500"),
        .name = talloc_strdup(booking->services, "Маникюр с покрытием"),
        .duration_min = 90,
        .price_minor = 150000,
    };
    booking->service_count = 1;
    booking->price_minor = 150000;
    booking->currency = talloc_strdup(booking, "RUB");
    booking->client_name = talloc_strdup(booking, "Мария");
    booking->client_phone =
        talloc_asprintf(booking, "+7999%07zu", desk->taken_count % (size_t)10000000);
    booking->comment = talloc_strdup(booking, "");
    booking->cancel_reason = talloc_strdup(booking, "");
    booking->created_at = booking->updated_at = now;
    booking->created_by = talloc_strdup(booking, "bench");
    const struct zp_history line = {
        .at = now, .what = (char *)"intent", .by = (char *)"bench", .detail = (char *)""};
    const struct zp__store_new_task task = {
        .kind = "book", .next_at = now, .claimed = true, .memory = ""};
    const struct zp__change change = {
        .booking = booking, .history = &line, .history_count = 1, .tasks = &task, .task_count = 1};
    apply(desk, &change);
}

static void write_booked(struct desk *desk) {
    const int64_t now = (int64_t)time(NULL);
    struct zp_booking *booking = desk->booking;
    booking->state = ZP_BOOKING_BOOKED;
    // Of this run alone: the journal may have those of the last.
    booking->booking_id = talloc_asprintf(booking, "%lld%04zu",
                                          (long long)(desk->until_ns / 1000000), desk->taken_count);
    booking->booking_ids = talloc_array(booking, char *, 1);
    booking->booking_ids[0] = booking->booking_id;
    booking->booking_id_count = 1;
    booking->updated_at = now;
    const struct zp_history line = {
        .at = now, .what = (char *)"booked", .by = (char *)"dikidi", .detail = (char *)""};
    const struct zp__change change = {.booking = booking,
                                      .expected_revision = booking->revision,
                                      .history = &line,
                                      .history_count = 1,
                                      .task_id = desk->task_id,
                                      .task_end = ZP_TASK_FINISHED};
    apply(desk, &change);
}

static void on_tick(void *data) {
    struct desk *desk = data;
    if (desk->writing) {
        desk->late++; // the one before takes longer than the pause
    } else if (desk->booking) {
        write_booked(desk);
    } else if (now_ns() < desk->until_ns) {
        write_intent(desk);
    } else {
        desk->over = true;
    }
}

// ---- the result

static int by_size(const void *left, const void *right) {
    const uint32_t a = *(const uint32_t *)left, b = *(const uint32_t *)right;
    return a < b ? -1 : a > b;
}

static uint32_t at_share(const struct desk *desk, double share) {
    size_t index = (size_t)(share * (double)desk->taken_count);
    return desk->taken_count == 0
               ? 0
               : desk->taken_us[index < desk->taken_count ? index : desk->taken_count - 1];
}

static void tell(struct desk *desk) {
    qsort(desk->taken_us, desk->taken_count, sizeof *desk->taken_us, by_size);
    printf("{\"writes\": %zu, \"failed\": %zu, \"late\": %zu, \"changes\": %llu, \"p50_us\": %u,"
           " \"p99_us\": %u, \"max_us\": %u}\n",
           desk->taken_count, desk->failed, desk->late, (unsigned long long)desk->changes,
           at_share(desk, 0.50), at_share(desk, 0.99), at_share(desk, 1.0));
    if (desk->failed > 0) {
        fprintf(stderr, "bench_desk: %s\n", desk->why.message);
    }
}

int main(int argc, char **argv) {
    struct zp_error error = {0};
    if (argc != 5) {
        fprintf(stderr, "usage: bench_desk STORE_URL COMPANY PAUSE_MS RUN_MS\n");
        return 2;
    }
    const int64_t pause_ms = strtoll(argv[3], NULL, 10), run_ms = strtoll(argv[4], NULL, 10);
    struct desk *desk = talloc_zero(NULL, struct desk);
    desk->company = argv[2];
    desk->room = (size_t)(run_ms / (pause_ms > 0 ? pause_ms : 1)) + 16;
    desk->taken_us = talloc_zero_array(desk, uint32_t, desk->room);
    desk->loop = zp_loop_new(desk);
    desk->count_rest = zp_timer_new(desk, desk->loop, on_count_rest, desk);
    desk->store = zp__store_open(desk, desk->loop, argv[1], desk->company, &error);
    if (!desk->store) {
        fprintf(stderr, "bench_desk: %s\n", error.message);
        return 1;
    }
    zp__store_on_foreign_change(desk->store, on_foreign_change, desk);
    desk->until_ns = now_ns() + run_ms * 1000000;
    struct zp_timer *timer = zp_timer_new(desk, desk->loop, on_tick, desk);
    zp_timer_start(timer, pause_ms, pause_ms);
    zp_loop_run_until(desk->loop, &desk->over, run_ms + 60000);
    tell(desk);
    const bool ok = desk->over && desk->failed == 0;
    talloc_free(desk);
    return ok ? 0 : 1;
}
