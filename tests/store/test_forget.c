// One client's card, the note about him, and erasing him: nothing of a person stays in the file.
#include "fixture.h"

#include <stdio.h>
#include <stdlib.h>

#define PHONE  "+79169876543"
#define NAME   "Пелагея Яблочкова"
#define LATIN  "yablochkov" // the index has the Latin spelling too
#define SECRET "аллергия-на-хну"
#define OTHER  "+79031112233"

static struct zp__store_answer *client(struct place *place, const char *phone) {
    struct ticket ticket = {.ctx = place->ctx};
    zp__store_client(place->store, phone, MORNING + 86400, ticket_fn, &ticket);
    return ticket_wait(place, &ticket);
}

static struct zp__store_answer *write_note(struct place *place, const char *phone,
                                           const char *note) {
    struct ticket ticket = {.ctx = place->ctx};
    zp__store_client_note(place->store, phone, note, ticket_fn, &ticket);
    return ticket_wait(place, &ticket);
}

static struct zp__store_answer *forget(struct place *place, const char *phone) {
    struct ticket ticket = {.ctx = place->ctx};
    zp__store_forget(place->store, phone, MORNING + 30 * 86400, ticket_fn, &ticket);
    return ticket_wait(place, &ticket);
}

static struct zp_booking *visit(TALLOC_CTX *ctx, int number, const char *name, const char *phone) {
    struct zp_booking *b = booking_full(ctx, number);
    b->client_name = talloc_strdup(b, name);
    b->client_phone = talloc_strdup(b, phone);
    b->starts_at = MORNING + number * 3600LL;
    b->ends_at = b->starts_at + 3600;
    return b;
}

static struct zp_booking *of_her(TALLOC_CTX *ctx, int number) {
    struct zp_booking *b = visit(ctx, number, NAME, PHONE);
    b->comment = talloc_strdup(b, SECRET " и кофе");
    b->cancel_reason = talloc_strdup(b, NAME " заболела");
    b->sent_body = talloc_asprintf(b, "{\"phone\":\"%s\",\"name\":\"%s\"}", PHONE, NAME);
    b->error_message = talloc_asprintf(b, "%s is wrong", PHONE);
    b->crm_contact_id = talloc_strdup(b, "contact-31337");
    return b;
}

// With what was learned of her at Dikidi.
static void put_with_history(struct place *place, struct zp_booking *b) {
    const struct zp_history lines[] = {entry(1, "booked", "dikidi", "70001"),
                                       entry(2, "changed", "dikidi", "name: " NAME),
                                       entry(3, "cancelling", "Анна", NAME " заболела")};
    const struct zp__change change = {.booking = b, .history = lines, .history_count = 3};
    assert_true(apply(place, &change)->ok);
}

// How often the bytes stand in the file, or in its log.
static int bytes_in(const char *path, const char *bytes) {
    FILE *file = fopen(path, "rb");
    if (file == NULL) {
        return 0;
    }
    assert_int_equal(fseek(file, 0, SEEK_END), 0);
    const size_t size = (size_t)ftell(file), length = strlen(bytes);
    char *all = malloc(size + 1);
    rewind(file);
    assert_int_equal(fread(all, 1, size, file), size);
    fclose(file);
    int found = 0;
    for (size_t i = 0; i + length <= size; i++) {
        found += memcmp(all + i, bytes, length) == 0;
    }
    free(all);
    return found;
}

static const char *const traces[] = {"9169876543",    "3456789619", "Пелагея",       "Яблочков",
                                     "пелагея",       "яблочков",   "pelage",        LATIN,
                                     "contact-31337", SECRET,       "любит-у-окошка"};

// The store may be open: reading a file through a second descriptor would drop SQLite's locks, so
// it is another program that looks.
static int traces_left(const struct place *place) {
    const char *const ends[] = {"", "-wal", "-journal"};
    char *script = talloc_strdup(place->ctx, "");
    int found = 0;
    for (size_t e = 0; e < sizeof ends / sizeof ends[0]; e++) {
        char *copy = talloc_asprintf(place->ctx, "%s.copy", place->path);
        char *command = talloc_asprintf(script, "cp '%s%s' '%s' 2>/dev/null || : > '%s'",
                                        place->path, ends[e], copy, copy);
        assert_int_equal(system(command), 0); // NOLINT(cert-env33-c,concurrency-mt-unsafe)
        for (size_t i = 0; i < sizeof traces / sizeof traces[0]; i++) {
            found += bytes_in(copy, traces[i]);
        }
        remove(copy);
    }
    return found;
}

// A salon of many, whose pages are split and written over again and again; she is among them.
static void fill(struct place *place) {
    for (int i = 0; i < 400; i++) {
        char phone[16], name[64];
        snprintf(phone, sizeof phone, "+7903%07d", i);
        snprintf(name, sizeof name, "Клиент Номер%d", i);
        put(place, visit(place->ctx, 1000 + i, name, phone));
        if (i % 40 == 0) {
            put_with_history(place, of_her(place->ctx, i));
        }
    }
    assert_true(write_note(place, PHONE, "любит-у-окошка")->ok);
    for (int i = 0; i < 400; i += 40) { // longer rows, other pages
        struct zp_booking *b = of_her(place->ctx, i);
        b->comment = talloc_asprintf(b, "%s %0*d", SECRET, 600 + i * 4, 7);
        assert_true(apply(place, &(struct zp__change){.booking = b, .expected_revision = 1})->ok);
    }
}

// What a build of SQLite that does not zero what it deletes has left in free pages.
static void leave_traces_in_free_pages(struct place *place) {
    run_outside(place->path, "PRAGMA secure_delete = OFF;"
                             "INSERT INTO note SELECT 'x', booking.request_id || other.request_id,"
                             " '" PHONE " " NAME "' FROM booking, booking AS other LIMIT 5000;"
                             "DELETE FROM note WHERE company = 'x'");
}

static void test_nothing_of_her_stays_in_the_file(void **state) {
    struct place *place = *state;
    fill(place);
    leave_traces_in_free_pages(place);
    assert_true(traces_left(place) > 10);
    struct zp__store_answer *answer = forget(place, PHONE);
    assert_true(answer->ok);
    assert_int_equal(answer->forgotten, 10);
    assert_false(answer->traces);
    assert_int_equal(traces_left(place), 0); // while it is open
    place_close(place);
    assert_int_equal(traces_left(place), 0);
    assert_file_whole(place->path);
    place_open(place);
    assert_int_equal(clients(place, "яблочк", 10)->client_count, 0);
    assert_int_equal(clients(place, "6543", 10)->client_count, 0);
    assert_int_equal(clients(place, "номер7", 20)->client_count, 11); // the others are found
    assert_int_equal(client(place, PHONE)->error.code, ZP_E_NOT_FOUND);
    assert_int_equal(forget(place, PHONE)->error.code, ZP_E_NOT_FOUND);
}

static void test_what_stays_of_a_booking(void **state) {
    struct place *place = *state;
    put_with_history(place, of_her(place->ctx, 1));
    assert_true(forget(place, PHONE)->ok);
    const struct zp__store_answer *answer = booking(place, "request-000001");
    struct zp_booking *wanted = of_her(place->ctx, 1);
    wanted->client_name = wanted->client_phone = wanted->comment = wanted->cancel_reason =
        talloc_strdup(wanted, "");
    wanted->sent_body = wanted->error_message = wanted->crm_contact_id = NULL;
    assert_booking_equal(answer->booking, wanted);
    assert_int_equal(answer->booking->revision, 2);
    assert_int_equal(answer->booking->forgotten_at, MORNING + 30 * 86400);
    assert_int_equal(answer->history_count, 3);
    assert_string_equal(answer->history[0].detail, "70001");
    assert_string_equal(answer->history[1].detail, "");
    assert_string_equal(answer->history[2].detail, "");
    assert_string_equal(answer->history[2].by, "Анна");
}

// Reading the visit at Dikidi again does not bring her back.
static void test_a_forgotten_booking_is_written_without_her(void **state) {
    struct place *place = *state;
    put(place, of_her(place->ctx, 1));
    assert_true(forget(place, PHONE)->ok);
    struct zp_booking *read = of_her(place->ctx, 1);
    read->price_minor = 7;
    const struct zp_history lines[] = {entry(1, "changed", "dikidi", "name: " NAME)};
    const struct zp__change change = {
        .booking = read, .expected_revision = 2, .history = lines, .history_count = 1};
    struct zp__store_answer *answer = apply(place, &change);
    assert_true(answer->ok);
    assert_string_equal(answer->booking->client_phone, "");
    assert_int_equal(answer->booking->revision, 3);
    answer = booking(place, "request-000001");
    assert_int_equal(answer->booking->price_minor, 7);
    assert_string_equal(answer->booking->client_name, "");
    assert_null(answer->booking->sent_body);
    assert_string_equal(answer->history[0].detail, "");
    assert_int_equal(client(place, PHONE)->error.code, ZP_E_NOT_FOUND);
    assert_int_equal(traces_left(place), 0);
    // She comes again: that is a new booking of hers.
    put(place, of_her(place->ctx, 2));
    assert_int_equal(client(place, PHONE)->booking_count, 1);
}

static void test_a_booking_to_come_is_in_the_way(void **state) {
    struct place *place = *state;
    static const enum zp_booking_state in_the_way[] = {ZP_BOOKING_INTENT, ZP_BOOKING_SENT,
                                                       ZP_BOOKING_UNCERTAIN, ZP_BOOKING_CANCELLING};
    put(place, of_her(place->ctx, 1));
    struct zp_booking *b = of_her(place->ctx, 2);
    b->ends_at = MORNING + 31 * 86400;
    put(place, b);
    struct zp__store_answer *answer = forget(place, PHONE);
    assert_int_equal(answer->error.code, ZP_E_REFUSED);
    assert_string_equal(answer->error.name, "LIVE_BOOKING");
    assert_string_equal(answer->booking->request_id, "request-000002");
    int64_t revision = 1;
    b->ends_at = MORNING + 9000;
    for (size_t i = 0; i < sizeof in_the_way / sizeof in_the_way[0]; i++) {
        b->state = in_the_way[i];
        assert_true(
            apply(place, &(struct zp__change){.booking = b, .expected_revision = revision++})->ok);
        assert_string_equal(forget(place, PHONE)->error.name, "LIVE_BOOKING");
    }
    assert_int_equal(client(place, PHONE)->booking_count, 2); // nothing was changed
    assert_string_equal(booking(place, "request-000001")->booking->client_name, NAME);
    b->state = ZP_BOOKING_CANCELLED;
    b->ends_at = MORNING + 31 * 86400;
    assert_true(
        apply(place, &(struct zp__change){.booking = b, .expected_revision = revision})->ok);
    assert_true(forget(place, PHONE)->ok);
}

static void test_a_task_about_her_is_in_the_way(void **state) {
    struct place *place = *state;
    static const char *const subjects[] = {"request-000001", "dikidi:7001-1", "deal:deal-1"};
    put(place, of_her(place->ctx, 1));
    for (size_t i = 0; i < sizeof subjects / sizeof subjects[0]; i++) {
        const struct zp__store_new_task task = {
            .kind = "k", .subject = subjects[i], .claimed = true};
        struct zp__store_answer *added =
            apply(place, &(struct zp__change){.tasks = &task, .task_count = 1});
        assert_string_equal(forget(place, PHONE)->error.name, "IN_FLIGHT");
        const struct zp__change over = {.task_id = added->tasks[0].task.id,
                                        .task_end = ZP_TASK_FINISHED};
        assert_true(apply(place, &over)->ok);
    }
    const struct zp__store_new_task far = {.kind = "k", .subject = "dikidi:404"};
    assert_true(apply(place, &(struct zp__change){.tasks = &far, .task_count = 1})->ok);
    assert_true(forget(place, PHONE)->ok);
}

// Somebody writes just then: the rows are blank, the file is cleaned by the next call.
static void test_a_file_in_use_is_cleaned_later(void **state) {
    struct place *place = *state;
    put(place, of_her(place->ctx, 1));
    put(place, visit(place->ctx, 2, "Иван", OTHER));
    read_outside(place->path);
    struct zp__store_answer *answer = forget(place, PHONE);
    assert_true(answer->ok);
    assert_true(answer->traces);
    assert_int_equal(client(place, PHONE)->error.code, ZP_E_NOT_FOUND);
    release_outside();
    answer = forget(place, PHONE);
    assert_true(answer->ok);
    assert_int_equal(answer->forgotten, 0);
    assert_false(answer->traces);
    assert_int_equal(traces_left(place), 0);
    assert_int_equal(client(place, OTHER)->client_count, 1);
}

static void test_another_branch_keeps_its_own(void **state) {
    struct place *place = *state;
    struct zp_store *ours = place->store;
    put(place, of_her(place->ctx, 1));
    place->store = place_open_other(place, "550002");
    put(place, of_her(place->ctx, 1));
    assert_true(forget(place, PHONE)->ok);
    assert_int_equal(client(place, PHONE)->error.code, ZP_E_NOT_FOUND);
    place->store = ours;
    assert_int_equal(client(place, PHONE)->client_count, 1);
    assert_int_equal(clients(place, "пелагея", 5)->client_count, 1);
}

static void test_a_card(void **state) {
    struct place *place = *state;
    put(place, visit(place->ctx, 1, NAME, PHONE));
    struct zp_booking *b = visit(place->ctx, 2, NAME, PHONE);
    b->state = ZP_BOOKING_CANCELLED;
    put(place, b);
    put(place, visit(place->ctx, 3, "Иван", OTHER));
    struct zp__store_answer *answer = client(place, PHONE);
    assert_int_equal(answer->client_count, 1);
    assert_string_equal(answer->clients[0].name, NAME);
    assert_null(answer->clients[0].note);
    assert_int_equal(answer->booking_count, 2);
    assert_string_equal(answer->bookings[0]->request_id, "request-000002");
    assert_true(write_note(place, PHONE, SECRET)->ok);
    assert_string_equal(client(place, PHONE)->clients[0].note, SECRET);
    assert_string_equal(clients(place, "пелаг", 1)->clients[0].note, SECRET);
    put(place, visit(place->ctx, 4, "Пелагея Иная", PHONE)); // renamed: the note stays
    assert_string_equal(client(place, PHONE)->clients[0].note, SECRET);
    assert_string_equal(client(place, PHONE)->clients[0].name, "Пелагея Иная");
    assert_true(write_note(place, PHONE, "")->ok);
    assert_null(client(place, PHONE)->clients[0].note);
    assert_int_equal(write_note(place, "+79990000000", "x")->error.code, ZP_E_NOT_FOUND);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, place_setup, place_teardown)

int main(void) {
    const struct CMUnitTest list[] = {
        TEST(test_a_card),
        TEST(test_what_stays_of_a_booking),
        TEST(test_nothing_of_her_stays_in_the_file),
        TEST(test_a_forgotten_booking_is_written_without_her),
        TEST(test_a_booking_to_come_is_in_the_way),
        TEST(test_a_task_about_her_is_in_the_way),
        TEST(test_a_file_in_use_is_cleaned_later),
        TEST(test_another_branch_keeps_its_own),
    };
    return cmocka_run_group_tests(list, NULL, NULL);
}
