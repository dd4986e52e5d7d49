// A visit is moved while the worker is killed, loses an answer or meets another writer at each of
// its effects in turn: in the end there is one booking and one entry, which has fallen only where
// the visit is lost.
#include "world.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>

#include <cmocka.h>

// What a sweep begins with and how it must end.
struct sweep {
    bool release_first, taken, keeps, again;
    void (*verify)(struct world *world);
};

static struct world *begin(TALLOC_CTX *ctx, const struct sweep *sweep, int variant) {
    struct world *world = world_new(ctx, (variant & 1) != 0, sweep->release_first);
    world->newest_first = (variant & 2) != 0;
    world->foreground = (variant & 4) != 0;
    world->taken = sweep->taken;
    world->keeps = sweep->keeps;
    if (sweep->again) {
        world_cancelled(world);
    }
    return world;
}

// What a person does with an undecided new booking: gives it up.
static void end(struct world *world) {
    assert_true(world_settle(world));
    if (world->rows[NEW]->state == ZP_BOOKING_UNCERTAIN && world_attention(world) > 0) {
        world_drop_new(world);
        assert_true(world_settle(world));
    }
}

static char here[80]; // where a failed assertion stood

static void run_sweep(void **state, const struct sweep *sweep) {
    int points = 0;
    snprintf(here, sizeof here, "nothing broken");
    for (int variant = 0; variant < 8; variant++) {
        struct world *quiet = begin(*state, sweep, variant);
        end(quiet);
        sweep->verify(quiet);
        for (int fault = WORLD_KILLED_BEFORE; fault < WORLD_FAULTS; fault++) {
            for (int at = 1; at <= quiet->effects; at++) {
                struct world *world = begin(*state, sweep, variant);
                world->fault = (enum world_fault)fault;
                world->fault_at = at;
                snprintf(here, sizeof here, "variant %d, fault %d at effect %d", variant, fault,
                         at);
                end(world);
                sweep->verify(world);
                talloc_free(world);
                points++;
            }
        }
    }
    print_message("%d points\n", points);
}

static void one_entry(const struct world *world, int number, char semantic) {
    assert_int_equal(world->entries, 1);
    assert_int_equal(world->contacts, 1);
    assert_int_equal(world->number, number);
    assert_int_equal(world->semantic, semantic);
    assert_int_equal(world->falls, semantic == 'F' ? 1 : 0);
}

static void is_moved(struct world *world) {
    const struct zp_booking *old = world->rows[OLD];
    const struct zp_booking *moved = world->rows[NEW];
    assert_int_equal(world_attention(world), 0);
    assert_false(world->active[1]);
    assert_true(world->active[2]);
    one_entry(world, 2, 'P');
    assert_int_equal(old->state, ZP_BOOKING_CANCELLED);
    assert_string_equal(old->moved_to, moved->request_id);
    assert_int_equal(old->crm_state, ZP_CRM_NONE);
    assert_null(old->crm_id);
    assert_int_equal(moved->state, ZP_BOOKING_BOOKED);
    assert_int_equal(moved->crm_state, ZP_CRM_LOGGED);
    assert_string_equal(moved->crm_id, "71");
}

static void is_lost(struct world *world) {
    const struct zp_booking *old = world->rows[OLD];
    const enum zp_booking_state state = world->rows[NEW]->state;
    assert_int_equal(world_attention(world), 0);
    assert_false(world->active[1]);
    assert_false(world->active[2]);
    assert_true(state == ZP_BOOKING_REFUSED || state == ZP_BOOKING_DROPPED);
    assert_int_equal(old->state, ZP_BOOKING_CANCELLED);
    assert_null(old->moved_to);
    assert_int_equal(old->crm_state, ZP_CRM_LOGGED);
    one_entry(world, 1, 'F');
}

static void stays(struct world *world) {
    const struct zp_booking *old = world->rows[OLD];
    const enum zp_booking_state state = world->rows[NEW]->state;
    assert_int_equal(world_attention(world), 0);
    assert_true(world->active[1]);
    assert_false(world->active[2]);
    assert_true(state == ZP_BOOKING_REFUSED || state == ZP_BOOKING_DROPPED);
    assert_int_equal(old->state, ZP_BOOKING_BOOKED);
    assert_null(old->moved_to);
    assert_int_equal(old->crm_state, ZP_CRM_LOGGED);
    one_entry(world, 1, 'P');
}

// Both stand: the entry goes with the new one, and the cancel waits for a person.
static void stands_twice(struct world *world) {
    const struct zp_booking *old = world->rows[OLD];
    assert_int_equal(world_attention(world), 1);
    assert_string_equal(world->tasks[0].kind, ZP_TASK_CANCEL);
    assert_true(world->active[1]);
    assert_true(world->active[2]);
    assert_int_equal(old->state, ZP_BOOKING_BOOKED);
    assert_string_equal(old->moved_to, world->rows[NEW]->request_id);
    assert_int_equal(world->rows[NEW]->crm_state, ZP_CRM_LOGGED);
    one_entry(world, 2, 'P');
}

static void move__whatever_breaks__one_booking_one_entry(void **state) {
    run_sweep(state, &(struct sweep){.verify = is_moved});
}

static void release__whatever_breaks__one_booking_one_entry(void **state) {
    run_sweep(state, &(struct sweep){.release_first = true, .verify = is_moved});
}

static void release__new_time_taken__the_entry_falls_once(void **state) {
    run_sweep(state, &(struct sweep){.release_first = true, .taken = true, .verify = is_lost});
}

static void move__new_time_taken__nothing_changes(void **state) {
    run_sweep(state, &(struct sweep){.taken = true, .verify = stays});
}

static void release__old_time_kept__nothing_changes(void **state) {
    run_sweep(state, &(struct sweep){.release_first = true, .keeps = true, .verify = stays});
}

static void move__old_time_kept__a_person_is_told(void **state) {
    run_sweep(state, &(struct sweep){.keeps = true, .verify = stands_twice});
}

// What was cancelled is booked once more: the same entry, out of its failure stage.
static void is_back(struct world *world) {
    world->falls = 0; // it may have fallen before: what counts is where it stands
    is_moved(world);
}

static void again__whatever_breaks__one_booking_one_entry(void **state) {
    run_sweep(state, &(struct sweep){.again = true, .verify = is_back});
}

static void again__time_taken__stays_cancelled(void **state) {
    run_sweep(state, &(struct sweep){.again = true, .taken = true, .verify = is_lost});
}

static int set_up(void **state) {
    *state = talloc_new(NULL);
    return 0;
}

static int tear_down(void **state) {
    print_message("last: %s\n", here);
    talloc_free(*state);
    return 0;
}

int main(void) {
#define T(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
    const struct CMUnitTest tests[] = {
        T(move__whatever_breaks__one_booking_one_entry),
        T(release__whatever_breaks__one_booking_one_entry),
        T(release__new_time_taken__the_entry_falls_once),
        T(move__new_time_taken__nothing_changes),
        T(release__old_time_kept__nothing_changes),
        T(move__old_time_kept__a_person_is_told),
        T(again__whatever_breaks__one_booking_one_entry),
        T(again__time_taken__stays_cancelled),
    };
    return cmocka_run_group_tests_name("sync_world", tests, NULL, NULL);
}
