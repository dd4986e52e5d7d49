// The whole practice in the test's own loop, a listener of the test where hooks go, and a client
// that calls the two services: what they send by themselves is seen as a stranger would see it.
#ifndef HOOK_BENCH_H
#define HOOK_BENCH_H

#include "net/http.h"
#include "practice/frame.h"

#define HOOK_MOST     1000
#define HOOK_DEADLINE 20000

struct heard { // one request that the listener took
    int64_t at_ms;
    char *path, *query, *event, *id, *signature, *type, *body;
    size_t size;
    const struct zp_json *json; // NULL: none
};

struct hook_bench {
    struct zp_loop *loop;
    struct zp_practice *practice;
    char dir[64];
    struct zp_httpd *httpd; // NULL: nobody listens
    struct zp_http *http;
    struct heard *heard[HOOK_MOST];
    size_t count;
    int statuses[8]; // of the first answers; 0: closed without one. Later ones are 200
    size_t status_count;
    const struct zp_json *called; // what the last call was answered
};

int hook_setup(void **state); // a fresh practice at 14:07 on 2026-11-23, the listener up
int hook_teardown(void **state);
void hook_listen(struct hook_bench *bench);
void hook_deafen(struct hook_bench *bench);

// A verb of DIR/control, its words between blanks ("~" stands for a blank inside a word).
const struct zp_json *hook_hand(struct hook_bench *bench, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
bool hook_hand_fails(struct hook_bench *bench, const char *line);
// Waits until `count` requests were heard in all; gives the last of them.
const struct heard *hook_wait(struct hook_bench *bench, size_t count);
// A call of Bitrix24 with a JSON body; its "result".
const struct zp_json *hook_rest(struct hook_bench *bench, const char *method, const char *format,
                                ...) __attribute__((format(printf, 3, 4)));
// A call of Dikidi: "DELETE", "/api/v2/…".
void hook_dikidi(struct hook_bench *bench, const char *method, const char *path, const char *body);
// A client books in the app, far ahead; the number. Once in a test.
char *hook_book(struct hook_bench *bench);

const char *hook_text(const struct zp_json *object, const char *key); // fails when absent
int64_t hook_number(const struct zp_json *object, const char *key);

#endif
