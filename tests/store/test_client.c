// Known clients: found as people type, with what their card says.
#include "fixture.h"

static void visit(struct place *place, int number, const char *name, const char *phone,
                  int64_t starts_at) {
    struct zp_booking *b = booking_full(place->ctx, number);
    b->client_name = talloc_strdup(b, name);
    b->client_phone = talloc_strdup(b, phone);
    b->starts_at = starts_at;
    b->ends_at = starts_at + 3600;
    put(place, b);
}

static void assert_found(struct place *place, const char *query, const char *phones) {
    struct zp__store_answer *answer = clients(place, query, 10);
    assert_true(answer->ok);
    char *found = talloc_strdup(answer, "");
    for (size_t i = 0; i < answer->client_count; i++) {
        found = talloc_asprintf_append(found, i == 0 ? "%s" : " %s", answer->clients[i].phone);
    }
    if (strcmp(found, phones) != 0) {
        fail_msg("“%s” finds “%s”, not “%s”", query, found, phones);
    }
}

#define ALYONA "+79161234567"
#define IVAN   "+79031112233"
#define PETR   "+375291234567"
#define ANNA   "+77011234999"

static int setup(void **state) {
    place_setup(state);
    struct place *place = *state;
    visit(place, 1, "Алёна Щукина", ALYONA, MORNING + 1000);
    visit(place, 2, "Иван Петров-Водкин", IVAN, MORNING + 2000);
    visit(place, 3, "Пётр \"Юла\" Андреев", PETR, MORNING + 3000);
    visit(place, 4, "Anna Smith", ANNA, MORNING + 4000);
    visit(place, 5, "Гость", "", MORNING + 5000);
    return 0;
}

static void test_names_in_any_spelling(void **state) {
    struct place *place = *state;
    static const char *const alyona[] = {"Алёна", "алена",     "АЛЕНА Щ", "alena",
                                         "fktyf", "щукина ал", "shchuk",  "алён"};
    for (size_t i = 0; i < sizeof alyona / sizeof alyona[0]; i++) {
        assert_found(place, alyona[i], ALYONA);
    }
    static const char *const ivan[] = {"иван", "ivan", "bdfy", "водкин", "петров", "  Иван   пет "};
    for (size_t i = 0; i < sizeof ivan / sizeof ivan[0]; i++) {
        assert_found(place, ivan[i], IVAN);
    }
    static const char *const anna[] = {"anna", "фттф", "анна", "smi"};
    for (size_t i = 0; i < sizeof anna / sizeof anna[0]; i++) {
        assert_found(place, anna[i], ANNA);
    }
    assert_found(place, "петр", PETR " " IVAN);
    assert_found(place, "юла", PETR);
    assert_found(place, "вод", IVAN);
    assert_found(place, "елена", "");
}

static void test_short_queries(void **state) {
    struct place *place = *state;
    assert_found(place, "а", ANNA " " PETR " " ALYONA);
    assert_found(place, "ю", PETR);
    assert_found(place, "во", IVAN);
    assert_found(place, "9", IVAN " " ALYONA);
    assert_found(place, "29", PETR);
}

static void test_nothing_in_a_query_breaks_it(void **state) {
    struct place *place = *state;
    static const char *const odd[] = {"",    " ",  "\"", "\"\"", "---", "*",      "(",    "NEAR(",
                                      "^",   ":",  "ь",  "\\",   "'",   "a\"b\"", "+",    "-",
                                      "{a}", "%%", "„",  "😀",    "\t",  "OR",     "NOT a"};
    for (size_t i = 0; i < sizeof odd / sizeof odd[0]; i++) {
        struct zp__store_answer *answer = clients(place, odd[i], 10);
        if (!answer->ok) {
            fail_msg("“%s”: %s", odd[i], answer->error.message);
        }
    }
    assert_found(place, "", "");
    assert_found(place, "\"", "");
}

static void test_digits(void **state) {
    struct place *place = *state;
    static const char *const alyona[] = {"916",        "+7 916 123",   "8916",  "8 (916) 123-45-67",
                                         "9161234567", "+79161234567", "79161", "89161234567"};
    for (size_t i = 0; i < sizeof alyona / sizeof alyona[0]; i++) {
        assert_found(place, alyona[i], ALYONA);
    }
    assert_found(place, "4567", PETR " " ALYONA);
    assert_found(place, "567", PETR " " ALYONA);
    assert_found(place, "12-34-567", PETR " " ALYONA);
    assert_found(place, "2233", IVAN);
    assert_found(place, "37529", PETR);
    assert_found(place, "8029123", PETR);
    assert_found(place, "029", PETR);
    assert_found(place, "701", ANNA);
    assert_found(place, "5555", "");
}

static void test_the_limit_keeps_the_newest(void **state) {
    struct place *place = *state;
    struct zp__store_answer *answer = clients(place, "петр", 1);
    assert_int_equal(answer->client_count, 1);
    assert_string_equal(answer->clients[0].phone, PETR);
    assert_int_equal(clients(place, "петр", 0)->client_count, 0);
}

static void test_the_card(void **state) {
    struct place *place = *state;
    static const char *const masters[] = {"10", "11", "11", "12", "11", "13"};
    for (int i = 0; i < 6; i++) {
        struct zp_booking *b = booking_full(place->ctx, 100 + i);
        b->client_phone = talloc_strdup(b, ALYONA);
        b->client_name = talloc_strdup(b, i == 3 ? "Алёна Новая" : "Алёна Старая");
        b->starts_at = MORNING - 86400 * (i == 5 ? -3 : 10 - i); // the last one is to come
        b->ends_at = b->starts_at + 60;
        b->master_id = talloc_strdup(b, masters[i]);
        b->master = talloc_asprintf(b, "Мастер %s", masters[i]);
        b->attendance = i == 2 ? ZP_ATTENDANCE_NO_SHOW : ZP_ATTENDANCE_WAITING;
        b->state = i == 3 ? ZP_BOOKING_CANCELLED : ZP_BOOKING_BOOKED;
        b->services[0].name = talloc_asprintf(b, "Услуга %d", i);
        put(place, b);
    }
    struct zp__store_answer *answer = clients(place, "9161234567", 10);
    assert_int_equal(answer->client_count, 1);
    const struct zp_client *client = &answer->clients[0];
    // The setup's visit, and those of 10, 11 and 11 that were neither missed nor cancelled.
    assert_int_equal(client->visits, 4);
    assert_int_equal(client->no_shows, 1);
    assert_int_equal(client->last_visit_at, MORNING + 1000);
    assert_string_equal(client->usual_master_id, "10");
    assert_string_equal(client->usual_master, "Анна П.");
    assert_string_equal(client->last_service, "Стрижка \"каре\"");
    assert_string_equal(client->last_service_id, "service-2");
    assert_string_equal(client->name, "Алёна Старая");
    assert_false(client->from_crm);
    assert_found(place, "старая", ALYONA);
    assert_found(place, "щукина", ALYONA); // a phone is shared, a name changes: both find it
}

static void ended(struct place *place, int number, const char *moved_to, const char *const *lines) {
    struct zp_booking *b = booking_full(place->ctx, number);
    struct zp_history history[4];
    size_t count = 0;
    for (; lines[count] != NULL; count++) {
        history[count] = entry(MORNING, lines[count], "Анна", "");
    }
    b->client_phone = talloc_strdup(b, ALYONA);
    b->starts_at = MORNING + 5000 + number;
    b->state = ZP_BOOKING_CANCELLED;
    b->moved_to = talloc_strdup(b, moved_to);
    assert_true(
        apply(place, &(struct zp__change){.booking = b, .history = history, .history_count = count})
            ->ok);
}

// A mistake taken back, a cancel taken back; not one whose undo Dikidi refused, nor a move.
static void test_what_was_undone_is_told(void **state) {
    struct place *place = *state;
    static const struct {
        const char *moved_to, *lines[5];
        bool undone;
    } cases[] = {
        {NULL, {"undone", "cancelled"}, true},
        {NULL, {"cancelling", "cancelled"}, false},
        {NULL, {"cancelled"}, false}, // at Dikidi
        {"x", {"cancelling", "cancelled", "again"}, true},
        {NULL, {"cancelling", "cancelled", "again", "not-moved"}, false},
        {"x", {"cancelling", "cancelled"}, false},
        {NULL, {"undone", "cancel-refused", "cancelled"}, false},
        {NULL, {"undone", "cancelled", "again", "not-moved"}, true},
    };
    const size_t count = sizeof cases / sizeof cases[0];
    struct ticket ticket = {.ctx = place->ctx};
    for (size_t i = 0; i < count; i++) {
        ended(place, 300 + (int)i, cases[i].moved_to, cases[i].lines);
    }
    zp__store_client(place->store, ALYONA, MORNING, ticket_fn, &ticket);
    const struct zp__store_answer *answer = ticket_wait(place, &ticket);
    assert_true(answer->ok);
    for (size_t i = 0; i < count; i++) { // the newest first
        const struct zp_booking *b = answer->bookings[count - 1 - i];
        assert_int_equal(b->starts_at, MORNING + 5300 + (int)i);
        assert_int_equal(b->undone, cases[i].undone);
    }
}

static void test_a_changed_booking_moves_its_client(void **state) {
    struct place *place = *state;
    struct zp_booking *b = booking_full(place->ctx, 1);
    b->client_name = talloc_strdup(b, "Алёна Щукина");
    b->client_phone = talloc_strdup(b, "+79990001122");
    assert_true(apply(place, &(struct zp__change){.booking = b, .expected_revision = 1})->ok);
    // The old number has no visit any more and goes last, the new one is known.
    assert_found(place, "алена", "+79990001122 " ALYONA);
    assert_int_equal(clients(place, "916", 1)->clients[0].last_visit_at, 0);
    // An old booking that is written again does not bring the old name back.
    visit(place, 200, "Алёна Замужняя", "+79990001122", MORNING + 99999);
    assert_true(apply(place, &(struct zp__change){.booking = b, .expected_revision = 2})->ok);
    assert_string_equal(clients(place, "999000", 1)->clients[0].name, "Алёна Замужняя");
    place_close(place);
    assert_file_whole(place->path);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, setup, place_teardown)

int main(void) {
    const struct CMUnitTest list[] = {
        TEST(test_names_in_any_spelling),        TEST(test_short_queries),
        TEST(test_nothing_in_a_query_breaks_it), TEST(test_digits),
        TEST(test_the_limit_keeps_the_newest),   TEST(test_the_card),
        TEST(test_what_was_undone_is_told),      TEST(test_a_changed_booking_moves_its_client),
    };
    return cmocka_run_group_tests(list, NULL, NULL);
}
