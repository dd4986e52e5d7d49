// Dikidi's webhook: what became of a booking, told to whoever the salon named. From the contract
// (dikidi-api.md, Webhooks) alone.
#ifndef ZP_PRACTICE_DIKIDI_HOOK_H
#define ZP_PRACTICE_DIKIDI_HOOK_H

#include "practice/dikidi.h"
#include "practice/post.h"

struct zp__practice_hook;

enum zp__practice_scheme {
    ZP_PRACTICE_TIMESTAMPED_HEX, // X-Dikidi-Signature: t=SECONDS,v1=hex of HMAC(t + "." + body)
    ZP_PRACTICE_BODY_HEX,        // hex of HMAC(body)
    ZP_PRACTICE_URL_BODY_BASE64, // base64 of HMAC(url + body)
    ZP_PRACTICE_SECRET_PATH,     // unsigned; the secret ends the address
};

struct zp__practice_hook_options {
    const struct zp__salon *salon; // the caller's
    const char *listen;            // "127.0.0.1:8085"
    const char *secret;
    struct zp_clock clock;
    struct zp__faults *faults;
    struct zp__trace *trace;
};
struct zp__practice_hook *zp__practice_hook_new(TALLOC_CTX *ctx, struct zp_loop *loop,
                                                const struct zp__practice_hook_options *options);
// A zp__salon_news_fn; data: the hook.
void zp__practice_hook_news(const struct zp__salon_booking *booking, enum zp__salon_news news,
                            const char *const *changed, void *data);
// One hook by hand, spoiled or not. Name "created", "updated", "cancelled", with "booking." before
// it or not, or any other name as it is.
void zp__practice_hook_by_hand(struct zp__practice_hook *hook,
                               const struct zp__salon_booking *booking, const char *event,
                               enum zp__fault_kind spoiled);

const char *const *zp__practice_hook_schemes(void); // in the order of the enum, NULL-terminated
void zp__practice_hook_set_scheme(struct zp__practice_hook *hook, enum zp__practice_scheme scheme);
void zp__practice_hook_set_short(struct zp__practice_hook *hook, bool is_short);
void zp__practice_hook_set_secret(struct zp__practice_hook *hook, const char *secret);
struct zp__post *zp__practice_hook_post(struct zp__practice_hook *hook);
// {"on","scheme","body", and what zp__post_print says}.
void zp__practice_hook_print(const struct zp__practice_hook *hook, struct zp_json *into);

#endif
