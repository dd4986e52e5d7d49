#include "salon.h"

#include "base/memory.h"

struct heard *heard_new(TALLOC_CTX *ctx) {
    struct heard *heard = zp__memory_new(ctx, struct heard);
    heard->may_send = true;
    return heard;
}

void heard_answer(const struct zp__crm_answer *answer, void *data) {
    struct heard *heard = data;
    heard->calls++;
    heard->done = true;
    heard->answer = *answer;
    void *const parts[] = {answer->entries, answer->contacts, answer->stages,
                           answer->id,      answer->names,    answer->told};
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
        if (parts[i] != NULL)
            talloc_steal(heard, parts[i]);
}

bool heard_sending(void *data) {
    struct heard *heard = data;
    heard->asked_sending++;
    return heard->may_send;
}

void heard_wait(struct zp_loop *loop, struct heard *heard) {
    assert_int_equal(heard->calls, 0); // never inside the call
    assert_true(zp_loop_run_until(loop, &heard->done, LONG_MS));
    assert_int_equal(heard->calls, 1);
}

void heard_good(struct zp_loop *loop, struct heard *heard) {
    heard_wait(loop, heard);
    if (!heard->answer.ok)
        fail_msg("%s: %s", heard->answer.error.name, heard->answer.error.message);
}

int64_t salon_instant(const char *utc) {
    int64_t instant = 0;
    assert_int_equal(zp_instant_parse(utc, NULL, &instant), ZP_INSTANT_UTC);
    return instant;
}
