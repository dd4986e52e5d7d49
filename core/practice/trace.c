#include "practice/trace.h"

#include <zapis/error.h>
#include <zapis/text.h>
#include <zapis/time.h>

struct entry {
    int64_t number, at, boot_ms;
    char *server, *call, *method, *path, *query, *key, *in, *out, *fault;
    size_t in_size, out_size;
    int status;
};

struct zp__trace {
    struct entry *ring[ZP_TRACE_ENTRIES]; // of number N at N % ZP_TRACE_ENTRIES
    int64_t first, last;                  // numbers kept; last 0: none yet
    size_t bytes;                         // of all bodies kept
};

struct zp__trace *zp__trace_new(TALLOC_CTX *ctx) {
    struct zp__trace *trace = talloc_zero(ctx, struct zp__trace);
    if (trace == NULL)
        zp_panic("out of memory");
    trace->first = 1;
    return trace;
}

static char *copy(TALLOC_CTX *ctx, const char *text) {
    if (text == NULL)
        return NULL;
    char *copied = talloc_strdup(ctx, text);
    if (copied == NULL)
        zp_panic("out of memory");
    return copied;
}

static char *copy_body(TALLOC_CTX *ctx, const char *bytes, size_t *size) {
    if (bytes == NULL || *size == 0) {
        *size = 0;
        return NULL;
    }
    if (*size > ZP_TRACE_BODY_BYTES)
        *size = ZP_TRACE_BODY_BYTES;
    char *copied = talloc_strndup(ctx, bytes, *size);
    if (copied == NULL)
        zp_panic("out of memory");
    *size = strlen(copied);
    return copied;
}

static void forget_oldest(struct zp__trace *trace) {
    struct entry **place = &trace->ring[trace->first++ % ZP_TRACE_ENTRIES];
    trace->bytes -= (*place)->in_size + (*place)->out_size;
    TALLOC_FREE(*place);
}

void zp__trace_add(struct zp__trace *trace, const struct zp__trace_entry *added) {
    struct entry *entry = talloc_zero(trace, struct entry);
    if (entry == NULL)
        zp_panic("out of memory");
    entry->number = ++trace->last;
    entry->at = added->at;
    entry->boot_ms = zp_clock_boot_ms();
    entry->server = copy(entry, added->server);
    entry->call = copy(entry, added->call);
    entry->method = copy(entry, added->method);
    entry->path = copy(entry, added->path);
    entry->query = copy(entry, added->query);
    entry->key = copy(entry, added->key);
    entry->fault = copy(entry, added->fault);
    entry->in_size = added->in_size;
    entry->in = copy_body(entry, added->in, &entry->in_size);
    entry->out_size = added->out_size;
    entry->out = copy_body(entry, added->out, &entry->out_size);
    entry->status = added->status;
    trace->bytes += entry->in_size + entry->out_size;
    while (trace->last - trace->first >= ZP_TRACE_ENTRIES ||
           (trace->bytes > ZP_TRACE_BYTES && trace->first < trace->last))
        forget_oldest(trace);
    trace->ring[entry->number % ZP_TRACE_ENTRIES] = entry;
}

static void add_body(struct zp_json *into, const char *key, const char *body, size_t size) {
    if (body == NULL) {
        zp_json_add_null(into, key);
        return;
    }
    TALLOC_CTX *scratch = talloc_new(NULL);
    const struct zp_json *parsed = zp_json_parse(scratch, body, size, NULL);
    if (parsed != NULL)
        zp_json_add_copy(into, key, parsed);
    else
        zp_json_add_string(into, key,
                           zp_text_clean_lines(scratch, body, size, ZP_TRACE_BODY_BYTES));
    talloc_free(scratch);
}

static void print_entry(const struct entry *entry, struct zp_json *into) {
    char at[ZP_INSTANT_SIZE];
    zp_instant_format_utc(entry->at, at);
    zp_json_add_int(into, "n", entry->number);
    zp_json_add_string(into, "at", at);
    zp_json_add_string(into, "server", entry->server);
    zp_json_add_string(into, "call", entry->call);
    zp_json_add_string(into, "method", entry->method);
    zp_json_add_string(into, "path", entry->path);
    zp_json_add_string(into, "query", entry->query);
    zp_json_add_string(into, "key", entry->key);
    zp_json_add_int(into, "status", entry->status);
    zp_json_add_string(into, "fault", entry->fault);
    add_body(into, "in", entry->in, entry->in_size);
    add_body(into, "out", entry->out, entry->out_size);
}

void zp__trace_print(const struct zp__trace *trace, const struct zp__trace_ask *ask,
                     struct zp_json *into) {
    zp_json_add_int(into, "last", trace->last);
    struct zp_json *requests = zp_json_add_array(into, "requests");
    int64_t number = trace->first;
    if (number <= ask->since)
        number = ask->since + 1;
    for (; number <= trace->last; number++) {
        const struct entry *entry = trace->ring[number % ZP_TRACE_ENTRIES];
        if ((ask->server == NULL || strcmp(entry->server, ask->server) == 0) &&
            (ask->call == NULL || strcasecmp(entry->call, ask->call) == 0))
            print_entry(entry, zp_json_add_object(requests, NULL));
    }
}

// The most requests of one server that fell into any span of that length.
static int64_t most_within(const struct zp__trace *trace, const char *server, int64_t span_ms) {
    int64_t most = 0, inside = 0;
    int64_t tail = trace->first;
    for (int64_t head = tail; head <= trace->last; head++) {
        const struct entry *entry = trace->ring[head % ZP_TRACE_ENTRIES];
        if (strcmp(entry->server, server) != 0)
            continue;
        inside++;
        for (;; tail++) {
            const struct entry *old = trace->ring[tail % ZP_TRACE_ENTRIES];
            bool same = strcmp(old->server, server) == 0;
            if (same && old->boot_ms > entry->boot_ms - span_ms)
                break;
            inside -= same ? 1 : 0;
        }
        if (inside > most)
            most = inside;
    }
    return most;
}

struct zp__trace_rate zp__trace_rate(const struct zp__trace *trace, const char *server) {
    struct zp__trace_rate rate = {.most_in_a_second = most_within(trace, server, 1000),
                                  .most_in_a_minute = most_within(trace, server, 60000)};
    int64_t now = zp_clock_boot_ms();
    for (int64_t number = trace->first; number <= trace->last; number++) {
        const struct entry *entry = trace->ring[number % ZP_TRACE_ENTRIES];
        if (strcmp(entry->server, server) != 0)
            continue;
        rate.total++;
        rate.last_second += entry->boot_ms > now - 1000;
        rate.last_minute += entry->boot_ms > now - 60000;
    }
    return rate;
}
