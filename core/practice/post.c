#include "practice/post.h"

#include "net/http.h"

#include <inttypes.h>

#define MOST_WAITING 2000 // the oldest go first
#define TIMEOUT_MS   10000
#define INSIST_MS    (INT64_C(86400) * 1000)
#define REPLY_BYTES  (64u * 1024)

// What a sender that insists waits before each further attempt; the last one stays.
static const int PAUSES_S[] = {1, 2, 5, 10, 30, 60};
#define PAUSE_COUNT (sizeof PAUSES_S / sizeof *PAUSES_S)

struct letter {
    struct letter *next; // in order of time
    struct zp__post *post;
    char *event, *id;
    void *matter;
    enum zp__fault_kind fault;
    enum zp__fault_kind passes[2]; // how it is spoiled each time it goes out: a copy, then itself
    size_t pass, pass_count;
    size_t attempts; // of this pass
    int64_t begun_ms;
    struct zp_timer *timer;
    struct zp__post_sheet sheet; // of the attempt under way
    bool flying, held, forgotten;
};

struct zp__post {
    struct zp_loop *loop;
    struct zp_http *http;
    struct zp__post_options options;
    struct letter *letters;
    size_t count;
    int64_t sent; // attempts that somebody was there for
    bool off;
};

static void *need(void *pointer) {
    if (pointer == NULL)
        zp_panic("out of memory");
    return pointer;
}

static void forget(struct letter *letter) {
    struct zp__post *post = letter->post;
    struct letter **link = &post->letters;
    while (*link != letter)
        link = &(*link)->next;
    *link = letter->next;
    post->count--;
    talloc_free(letter);
}

static void start_in(struct letter *letter, int64_t delay_ms) {
    letter->held = false;
    zp_timer_start(letter->timer, delay_ms, 0);
}

static void release_all(struct zp__post *post) {
    for (struct letter *letter = post->letters; letter != NULL; letter = letter->next) {
        if (letter->held)
            start_in(letter, 0);
    }
}

// What was held back until the next one: `next` has been out. The list is in order of time.
static void release_before(struct letter *next) {
    for (struct letter *letter = next->post->letters; letter != next; letter = letter->next) {
        if (letter->held && letter->fault == ZP_FAULT_REORDERED)
            start_in(letter, 0);
    }
}

static void note(const struct letter *letter, int status, const char *out, size_t out_size) {
    const struct zp__post *post = letter->post;
    const struct zp__post_sheet *sheet = &letter->sheet;
    const char *query = sheet->shown != NULL ? strchr(sheet->shown, '?') : NULL;
    char *path = sheet->shown == NULL
                     ? NULL
                     : need(talloc_strndup(NULL, sheet->shown, strcspn(sheet->shown, "?")));
    zp__trace_add(post->options.trace,
                  &(struct zp__trace_entry){.server = post->options.name,
                                            .call = letter->event,
                                            .method = "POST",
                                            .path = path,
                                            .query = query == NULL ? "" : query + 1,
                                            .key = letter->id,
                                            .in = sheet->body,
                                            .in_size = sheet->size,
                                            .out = out,
                                            .out_size = out_size,
                                            .fault = letter->fault == ZP_FAULT_NONE
                                                         ? NULL
                                                         : zp__fault_kind_name(letter->fault),
                                            .status = status,
                                            .at = zp_clock_now(&post->options.clock)});
    talloc_free(path);
}

// ---- one attempt

static void pass_done(struct letter *letter) {
    letter->attempts = 0;
    letter->begun_ms = zp_clock_boot_ms();
    if (++letter->pass < letter->pass_count)
        start_in(letter, 0);
    else
        forget(letter);
}

static void answered(const struct zp__http_reply *reply, void *data) {
    struct letter *letter = data;
    struct zp__post *post = letter->post;
    bool there = reply->outcome != ZP_HTTP_NOT_SENT;
    bool taken = reply->outcome == ZP_HTTP_ANSWERED && reply->status / 100 == 2;
    if (there) {
        post->sent++;
        note(letter, reply->status, reply->body, reply->body_size);
    }
    TALLOC_FREE(letter->sheet.ctx);
    letter->flying = false;
    if (letter->attempts == 1)
        release_before(letter);
    bool again = post->options.insists && !taken && !letter->forgotten &&
                 letter->passes[letter->pass] == ZP_FAULT_NONE &&
                 zp_clock_boot_ms() - letter->begun_ms < INSIST_MS;
    size_t pause = letter->attempts <= PAUSE_COUNT ? letter->attempts - 1 : PAUSE_COUNT - 1;
    if (again)
        start_in(letter, (int64_t)PAUSES_S[pause] * 1000);
    else if (letter->forgotten)
        forget(letter);
    else
        pass_done(letter);
}

static void leave(void *data) {
    struct letter *letter = data;
    struct zp__post *post = letter->post;
    struct zp__post_sheet *sheet = &letter->sheet;
    *sheet = (struct zp__post_sheet){.ctx = need(talloc_new(letter))};
    post->options.write(sheet, letter->matter, letter->passes[letter->pass], post->options.data);
    char *url = need(talloc_asprintf(sheet->ctx, "http://%s%s", post->options.target, sheet->path));
    letter->attempts++;
    letter->flying = true;
    zp__http_send(post->http,
                  &(struct zp__http_request){.method = "POST",
                                             .url = url,
                                             .headers = sheet->headers,
                                             .header_count = sheet->header_count,
                                             .body = sheet->body,
                                             .body_size = sheet->size,
                                             .timeout_ms = TIMEOUT_MS,
                                             .max_reply_bytes = REPLY_BYTES},
                  answered, letter);
}

// ---- taking a letter on

static void drop_oldest(struct zp__post *post) {
    struct letter *letter = post->letters;
    while (letter != NULL && letter->flying)
        letter = letter->next;
    if (letter != NULL)
        forget(letter);
}

static struct letter *take_on(struct zp__post *post, const char *event, const char *id,
                              void *matter) {
    struct letter *letter = need(talloc_zero(post, struct letter));
    letter->post = post;
    letter->event = need(talloc_strdup(letter, event));
    letter->id = id == NULL ? NULL : need(talloc_strdup(letter, id));
    letter->matter = talloc_steal(letter, matter);
    letter->pass_count = 1;
    letter->begun_ms = zp_clock_boot_ms();
    letter->timer = zp_timer_new(letter, post->loop, leave, letter);
    zp_timer_background(letter->timer);
    if (post->count >= MOST_WAITING)
        drop_oldest(post);
    struct letter **link = &post->letters;
    while (*link != NULL)
        link = &(*link)->next;
    *link = letter;
    post->count++;
    return letter;
}

static void begin(struct letter *letter, const struct zp__fault *fault, int delay_ms) {
    bool last = fault->count == 1;
    letter->fault = fault->kind;
    switch (fault->kind) {
    case ZP_FAULT_DROPPED:
        note(letter, 0, NULL, 0);
        forget(letter);
        return;
    case ZP_FAULT_REORDERED: letter->held = true; return;
    case ZP_FAULT_BURST:
        letter->held = true;
        if (last)
            release_all(letter->post);
        return;
    case ZP_FAULT_DELAYED: delay_ms += fault->ms; break;
    case ZP_FAULT_DOUBLED: letter->pass_count = 2; break;
    case ZP_FAULT_NONE: break;
    default: letter->passes[0] = fault->kind; letter->pass_count = 2;
    }
    start_in(letter, delay_ms);
}

void zp__post_send(struct zp__post *post, const char *event, const char *id, void *matter,
                   int delay_ms) {
    if (post->off) {
        talloc_free(matter);
        return;
    }
    struct zp__fault fault = zp__faults_take_post(post->options.faults, post->options.name, event);
    begin(take_on(post, event, id, matter), &fault, delay_ms);
}

void zp__post_send_as(struct zp__post *post, const char *event, const char *id, void *matter,
                      enum zp__fault_kind spoiled) {
    struct letter *letter = take_on(post, event, id, matter);
    letter->fault = spoiled;
    if (spoiled == ZP_FAULT_DOUBLED)
        letter->pass_count = 2;
    else
        letter->passes[0] = spoiled;
    start_in(letter, 0);
}

// ---- all of it

static void on_faults(void *data) {
    release_all(data);
}

struct zp__post *zp__post_new(TALLOC_CTX *ctx, struct zp_loop *loop,
                              const struct zp__post_options *options) {
    struct zp__post *post = need(talloc_zero(ctx, struct zp__post));
    post->loop = loop;
    post->options = *options;
    post->options.target = need(talloc_strdup(post, options->target));
    post->http = zp__http_new(post, loop,
                              &(struct zp__http_options){.ca_path = "", .user_agent = "practice"});
    zp__faults_watch(post, options->faults, on_faults, post);
    return post;
}

void zp__post_switch(struct zp__post *post, bool on) {
    post->off = !on;
    for (struct letter *letter = post->letters; !on && letter != NULL;) {
        struct letter *next = letter->next;
        letter->forgotten = true;
        if (!letter->flying)
            forget(letter);
        letter = next;
    }
}

void zp__post_hurry(struct zp__post *post) {
    for (struct letter *letter = post->letters; letter != NULL; letter = letter->next) {
        if (!letter->flying)
            start_in(letter, 0);
    }
}

bool zp__post_is_on(const struct zp__post *post) {
    return !post->off;
}

void zp__post_print(const struct zp__post *post, struct zp_json *into) {
    zp_json_add_string(into, "target", post->options.target);
    zp_json_add_int(into, "sent", post->sent);
    struct zp_json *waiting = zp_json_add_array(into, "waiting");
    for (const struct letter *letter = post->letters; letter != NULL; letter = letter->next) {
        struct zp_json *one = zp_json_add_object(waiting, NULL);
        zp_json_add_string(one, "event", letter->event);
        zp_json_add_string(one, "id", letter->id);
        zp_json_add_int(one, "attempts", (int64_t)letter->attempts);
        zp_json_add_bool(one, "held", letter->held);
    }
}
