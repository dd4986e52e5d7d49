// A practice portal on loopback inside the test's own loop, a raw socket towards it, and steps: a
// table of calls with what must come back. No client of ours stands between the bytes and the test.
#ifndef PORTAL_BENCH_H
#define PORTAL_BENCH_H

#include "practice/portal.h"
#include <zapis/loop.h>

#define PORTAL_SECRET "portal-secret"
#define PORTAL_NOW    "2026-09-23T09:00:00Z"
#define PORTAL_ZONE   "Europe/Kaliningrad" // +02:00, while the salon's is +03:00

struct portal_bench {
    struct zp_loop *loop;
    struct zp_zone *zone;
    struct zp__portal *portal;
    struct zp_httpd *httpd;
    int64_t kept['z' - 'a' + 1]; // ids kept by steps
};
struct portal_bench *portal_bench_new(TALLOC_CTX *ctx);

struct portal_answer {
    int status;
    char *head, *body;
    size_t body_size;
    const struct zp_json *json; // NULL when the body is none
};
// Raw bytes over a connection of their own.
struct portal_answer *portal_exchange(struct portal_bench *bench, TALLOC_CTX *ctx,
                                      const char *bytes, size_t size);
// Splits an HTTP answer.
struct portal_answer *portal_split(TALLOC_CTX *ctx, const char *bytes, size_t size);
// POST of a JSON body to a method.
struct portal_answer *portal_call(struct portal_bench *bench, TALLOC_CTX *ctx, const char *method,
                                  const char *body);
// One verb of DIR/control given as words between blanks ("deal-move 71 LOSE"); false with the
// error.
bool portal_verb(struct portal_bench *bench, const char *line, struct zp_error *err);

// A step: `method` with the JSON `body`, or the control verb that follows "!"; then what must come
// back, as "path=JSON" separated by ";": result.ID='71'. In both, "'" is written for the quote of
// JSON, and "`" for the apostrophe. The JSON "-" means it is not there, "*"
// that it is, "?" that it is a number. In body and expectation $a … $z stand for kept ids. keep:
// the letter under which the id of the answer (result, or result.item.id) is kept.
#pragma GCC diagnostic ignored "-Wmissing-field-initializers" // a step says only what it needs
struct portal_step {
    const char *rule; // what it shows, with its number in bitrix24.md 17
    const char *method, *body;
    int status; // 0: 200
    const char *expect;
    char keep;
};
void portal_steps(struct portal_bench *bench, const struct portal_step *steps, size_t count);
#define PORTAL_STEPS(bench, steps)                                                                 \
    portal_steps((bench), (steps), sizeof(steps) / sizeof((steps)[0]))

#endif
