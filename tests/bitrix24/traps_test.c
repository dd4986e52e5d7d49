// The traps of bitrix24.md 16 that lie in calls, one row each: the practice portal is brought into
// the situation, the real client makes its calls over HTTP, and what the portal then has is looked
// at with the manager's hands. Traps of the way back (T30-T37) are not calls. All in both families
// over one salon a family, so a row leaves the portal as it found it.
#include "trial.h"

static void run_all(struct salon *salon, bool legacy, const struct trap *traps, int first) {
    for (int i = 0; traps[i].run != NULL; i++) {
        struct trial trial = {.ctx = talloc_new(salon), .salon = salon, .legacy = legacy};
        snprintf(trial.booking_id, sizeof trial.booking_id, "8620%d", first + i);
        snprintf(trial.phone, sizeof trial.phone, "+791655500%02d", first + i);
        zp_json_int(zp_json_get(DO(&trial, "log"), "last"), &trial.since);
        print_message("%s (%s)\n", traps[i].number, legacy ? "older family" : "crm.item");
        salon_client(salon);
        traps[i].run(&trial);
        // T8: values would have to be encoded once more, and a reference that fails says nothing.
        assert_int_equal(zp_json_count(trial_sent(&trial, "batch")), 0);
        talloc_free(trial.ctx);
    }
}

static void every_trap(void **state) {
    bool legacy = *(bool *)*state;
    TALLOC_CTX *ctx = talloc_new(NULL);
    struct salon *salon =
        salon_new(ctx, legacy ? ZP_CRM_METHODS_LEGACY : ZP_CRM_METHODS_ITEM, ZP_CRM_DEAL);
    HAND(salon, ctx, "set", "rate", "1000", "1000");
    run_all(salon, legacy, traps_of_data, 0);
    run_all(salon, legacy, traps_of_errors, 50);
    talloc_free(ctx);
}

int main(void) {
    static bool older = true, newer = false;
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_prestate(every_trap, &newer),
        cmocka_unit_test_prestate(every_trap, &older),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
