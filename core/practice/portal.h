// The practice Bitrix24: one portal's data, its REST methods, and its manager's hands.
// Knows nothing of the practice Dikidi; practice.c puts the two over one salon.
#ifndef ZP_PRACTICE_PORTAL_H
#define ZP_PRACTICE_PORTAL_H

#include "net/httpd.h"
#include "practice/answer.h"
#include "practice/post.h"
#include <stdint.h>
#include <zapis/error.h>
#include <zapis/json.h>
#include <zapis/loop.h>
#include <zapis/memory.h>
#include <zapis/time.h>

struct zp__portal;

struct zp__portal_options {
    const char *secret;         // of the incoming webhook: /rest/1/SECRET/
    struct zp_clock clock;      // the practice clock
    const struct zp_zone *zone; // the portal's own zone (deliberately not the salon's)
    uint64_t seed;
};
struct zp__portal *zp__portal_new(TALLOC_CTX *ctx, struct zp_loop *loop,
                                  const struct zp__portal_options *options);

// Answers one request under /rest/ (a zp__answer_fn; data: the portal). The layer in front of it
// (serve.c) sends the answer, or spoils it on purpose: the portal itself never replies.
struct zp__answer *zp__portal_answer(struct zp_httpd_request *request, void *portal);

// A client of the salon and a deal that an earlier day's logging made: seeding.
struct zp__portal_seed {
    const char *client_name, *client_phone; // E.164
    const char *booking_id;                 // NULL: only the contact
    const char *title, *source_id;
    int64_t starts_at;
    int64_t price_minor; // of the visit, in `currency`
    const char *currency;
};
void zp__portal_seed(struct zp__portal *portal, const struct zp__portal_seed *seed);

// The whole state as JSON, and back. `changed` is called after each change (to save).
void zp__portal_save(const struct zp__portal *portal, struct zp_json *into);
bool zp__portal_load(struct zp__portal *portal, const struct zp_json *from, struct zp_error *err);
void zp__portal_on_change(struct zp__portal *portal, void (*changed)(void *data), void *data);

// ---- what the portal sends by itself (portal_event.c)
struct zp__portal_outgoing {
    const char *listen;    // "127.0.0.1:8085": our side
    const char *domain;    // the portal's own address, "127.0.0.1:40001"
    const char *token;     // auth[application_token] of the outgoing webhook
    const char *robot_key; // in the address of the robot
    struct zp__faults *faults;
    struct zp__trace *trace;
};
// From now on events go out: not those of seeding and reading before.
void zp__portal_send_to(struct zp__portal *portal, struct zp_loop *loop,
                        const struct zp__portal_outgoing *to);
// By hand, spoiled or not; event as it is to be named.
void zp__portal_event_by_hand(struct zp__portal *portal, const char *event, int64_t id,
                              enum zp__fault_kind spoiled);
void zp__portal_robot_by_hand(struct zp__portal *portal, bool deal, int64_t id,
                              enum zp__fault_kind spoiled);
// {"events":{…},"robot":{…}}.
void zp__portal_outgoing_print(const struct zp__portal *portal, struct zp_json *into);

// A manager's hands: one verb of DIR/control ("deal-move ID STAGE", "deal-delete ID", "deals",
// "deal ID", "contacts", "lead …", "log", "persona admin|clerk", "set …"); answers JSON. False when
// the verb is not the portal's (err clear) or is wrong (err set).
bool zp__portal_control(struct zp__portal *portal, TALLOC_CTX *ctx, int argc,
                        const char *const *argv, struct zp_json *answer, struct zp_error *err);
extern const char *const zp__portal_control_help[]; // one line a verb, NULL-terminated

#endif
