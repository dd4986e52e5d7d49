#include "practice/dikidi_hook.h"

#include "practice/sign.h"

#include <inttypes.h>
#include <sys/random.h>

#define HOOK_PATH       "/hooks/dikidi"
#define FOREIGN_COMPANY "990009"
#define WRONG_SECRET    "not-the-secret-of-this-salon"
#define STALE_S         3600
#define OVERSIZED_BYTES (70u * 1024)

static const char *const SCHEMES[] = {"timestamped-hex", "body-hex", "url-body-base64",
                                      "secret-path", NULL};

struct zp__practice_hook {
    struct zp__practice_hook_options options;
    struct zp__post *post;
    char *secret;
    enum zp__practice_scheme scheme;
    bool is_short;
};

// What there is to tell, as it was when it happened.
struct news {
    char *id, *event;
    int64_t created_at;
    struct zp_json *booking;
    struct zp_json *changed;
};

static void *need(void *pointer) {
    if (pointer == NULL)
        zp_panic("out of memory");
    return pointer;
}

// ---- what is told

// As an ULID begins: sortable by time.
static char *event_id(TALLOC_CTX *ctx, const struct zp_clock *clock) {
    unsigned char random[8];
    if (getrandom(random, sizeof random, 0) != (ssize_t)sizeof random)
        zp_panic("the kernel gives no random bytes");
    char *id = need(talloc_asprintf(ctx, "evt_01%011" PRIX64, (uint64_t)zp_clock_now_ms(clock)));
    for (size_t i = 0; i < sizeof random; i++)
        id = need(talloc_asprintf_append(id, "%02X", random[i]));
    return id;
}

// The few fields that say which booking it is and how new this is.
static void put_short(const struct zp__salon_booking *booking, struct zp_json *into) {
    char text[ZP_INSTANT_SIZE];
    zp_json_add_string(into, "id", booking->id);
    zp_json_add_string(into, "status", booking->cancelled ? "cancelled" : "active");
    zp_instant_format_utc(booking->updated_at, text);
    zp_json_add_string(into, "updated_at", text);
    zp_json_add_int(into, "version", booking->version);
}

static struct news *news_of(const struct zp__practice_hook *hook,
                            const struct zp__salon_booking *booking, const char *event,
                            const char *const *changed) {
    struct news *news = need(talloc_zero(hook, struct news));
    news->id = event_id(news, &hook->options.clock);
    news->event = need(talloc_strdup(news, event));
    news->created_at = zp_clock_now(&hook->options.clock);
    news->booking = zp_json_new_object(news);
    news->changed = zp_json_new_array(news);
    if (hook->is_short)
        put_short(booking, news->booking);
    else
        zp__practice_dikidi_booking(hook->options.salon, booking, news->booking);
    for (; changed != NULL && *changed != NULL; changed++)
        zp_json_add_string(news->changed, NULL, *changed);
    return news;
}

// ---- how it is written

static char *body_of(const struct zp__practice_hook *hook, TALLOC_CTX *ctx, const struct news *news,
                     enum zp__fault_kind spoiled) {
    struct zp_json *root = zp_json_new_object(ctx);
    char text[ZP_INSTANT_SIZE];
    zp_instant_format_utc(news->created_at - (spoiled == ZP_FAULT_STALE ? STALE_S : 0), text);
    zp_json_add_string(root, "id", news->id);
    zp_json_add_string(root, "event", news->event);
    zp_json_add_string(root, "created_at", text);
    zp_json_add_string(root, "company_id",
                       spoiled == ZP_FAULT_FOREIGN ? FOREIGN_COMPANY
                                                   : hook->options.salon->company);
    zp_json_add_copy(root, "booking", news->booking);
    zp_json_add_copy(root, "changed", news->changed);
    if (spoiled == ZP_FAULT_OVERSIZED) {
        char *filling = need(talloc_array(ctx, char, OVERSIZED_BYTES + 1));
        memset(filling, '.', OVERSIZED_BYTES);
        filling[OVERSIZED_BYTES] = '\0';
        zp_json_add_string(root, "filling", filling);
    }
    char *body = zp_json_print(ctx, root);
    if (spoiled == ZP_FAULT_MALFORMED)
        body[strlen(body) / 2] = '\0';
    return body;
}

static void add_header(struct zp__post_sheet *sheet, const char *name, const char *value) {
    sheet->headers[sheet->header_count++] =
        need(talloc_asprintf(sheet->ctx, "%s: %s", name, value));
}

static char *signature(const struct zp__practice_hook *hook, const struct zp__post_sheet *sheet,
                       const char *secret, enum zp__fault_kind spoiled) {
    TALLOC_CTX *ctx = sheet->ctx;
    if (hook->scheme == ZP_PRACTICE_BODY_HEX)
        return zp__sign_hex(ctx, secret, "", sheet->body, sheet->size);
    if (hook->scheme == ZP_PRACTICE_URL_BODY_BASE64) {
        const char *url = need(talloc_asprintf(ctx, "http://%s" HOOK_PATH, hook->options.listen));
        return zp__sign_base64(ctx, secret, url, sheet->body, sheet->size);
    }
    // Of this attempt, not of the event: a repeat of a day later is not stale.
    int64_t at = zp_clock_now(&hook->options.clock) - (spoiled == ZP_FAULT_STALE ? STALE_S : 0);
    const char *head = need(talloc_asprintf(ctx, "%" PRId64 ".", at));
    return need(talloc_asprintf(ctx, "t=%" PRId64 ",v1=%s", at,
                                zp__sign_hex(ctx, secret, head, sheet->body, sheet->size)));
}

static void write_hook(struct zp__post_sheet *sheet, const void *matter,
                       enum zp__fault_kind spoiled, void *data) {
    const struct zp__practice_hook *hook = data;
    const struct news *news = matter;
    const char *secret = spoiled == ZP_FAULT_FORGED ? WRONG_SECRET : hook->secret;
    sheet->body = body_of(hook, sheet->ctx, news, spoiled);
    sheet->size = strlen(sheet->body);
    add_header(sheet, "Content-Type", "application/json");
    add_header(sheet, "X-Dikidi-Event", news->event);
    add_header(sheet, "X-Dikidi-Event-Id", news->id);
    sheet->path = sheet->shown = HOOK_PATH;
    if (hook->scheme == ZP_PRACTICE_SECRET_PATH) {
        sheet->path = need(talloc_asprintf(sheet->ctx, HOOK_PATH "/%s", secret));
        sheet->shown = HOOK_PATH "/***";
    } else {
        add_header(sheet, "X-Dikidi-Signature", signature(hook, sheet, secret, spoiled));
    }
}

// ---- sending

void zp__practice_hook_news(const struct zp__salon_booking *booking, enum zp__salon_news news,
                            const char *const *changed, void *data) {
    static const char *const events[] = {"booking.created", "booking.updated", "booking.cancelled"};
    struct zp__practice_hook *hook = data;
    struct news *told = news_of(hook, booking, events[news], changed);
    zp__post_send(hook->post, told->event, told->id, told, 0);
}

void zp__practice_hook_by_hand(struct zp__practice_hook *hook,
                               const struct zp__salon_booking *booking, const char *event,
                               enum zp__fault_kind spoiled) {
    static const char *const short_names[] = {"created", "updated", "cancelled"};
    char *name = need(talloc_strdup(NULL, event));
    for (size_t i = 0; i < 3; i++) {
        if (strcmp(event, short_names[i]) == 0) {
            talloc_free(name);
            name = need(talloc_asprintf(NULL, "booking.%s", event));
        }
    }
    struct news *told = news_of(hook, booking, name, NULL);
    talloc_free(name);
    zp__post_send_as(hook->post, told->event, told->id, told, spoiled);
}

struct zp__practice_hook *zp__practice_hook_new(TALLOC_CTX *ctx, struct zp_loop *loop,
                                                const struct zp__practice_hook_options *options) {
    struct zp__practice_hook *hook = need(talloc_zero(ctx, struct zp__practice_hook));
    hook->options = *options;
    hook->options.listen = need(talloc_strdup(hook, options->listen));
    hook->secret = need(talloc_strdup(hook, options->secret));
    hook->post = zp__post_new(hook, loop,
                              &(struct zp__post_options){.name = "hooks",
                                                         .target = options->listen,
                                                         .clock = options->clock,
                                                         .faults = options->faults,
                                                         .trace = options->trace,
                                                         .insists = true,
                                                         .write = write_hook,
                                                         .data = hook});
    return hook;
}

const char *const *zp__practice_hook_schemes(void) {
    return SCHEMES;
}

void zp__practice_hook_set_scheme(struct zp__practice_hook *hook, enum zp__practice_scheme scheme) {
    hook->scheme = scheme;
}

void zp__practice_hook_set_short(struct zp__practice_hook *hook, bool is_short) {
    hook->is_short = is_short;
}

void zp__practice_hook_set_secret(struct zp__practice_hook *hook, const char *secret) {
    talloc_free(hook->secret);
    hook->secret = need(talloc_strdup(hook, secret));
}

struct zp__post *zp__practice_hook_post(struct zp__practice_hook *hook) {
    return hook->post;
}

void zp__practice_hook_print(const struct zp__practice_hook *hook, struct zp_json *into) {
    zp_json_add_bool(into, "on", zp__post_is_on(hook->post));
    zp_json_add_string(into, "scheme", SCHEMES[hook->scheme]);
    zp_json_add_string(into, "body", hook->is_short ? "short" : "full");
    zp__post_print(hook->post, into);
}
