#include "exchange.h"

// ---- the request

static char *head_value(TALLOC_CTX *ctx, const char *message, const char *name) {
    const char *end = strstr(message, "\r\n\r\n");
    char *mark = talloc_asprintf(ctx, "\r\n%s:", name);
    const char *at = strcasestr(message, mark);
    if (at == NULL || at > end)
        return NULL;
    at += strlen(mark);
    at += strspn(at, " ");
    return talloc_strndup(ctx, at, strcspn(at, "\r"));
}

const char *exchange_body(const char *message) {
    return strstr(message, "\r\n\r\n") + 4;
}

static char *target_of(TALLOC_CTX *ctx, const char *message) {
    const char *at = strchr(message, ' ') + 1;
    return talloc_strndup(ctx, at, strcspn(at, " "));
}

// The query as a sorted list; "limit" apart, which is the client's choice.
static int by_text(const void *a, const void *b) {
    return strcmp(*(char *const *)a, *(char *const *)b);
}

static char *sorted_query(TALLOC_CTX *ctx, const char *target) {
    char *parts[32], *sorted = talloc_strdup(ctx, "");
    size_t count = 0;
    const char *at = strchr(target, '?');
    for (at = at != NULL ? at + 1 : ""; *at != '\0'; at += *at == '&') {
        size_t size = strcspn(at, "&");
        if (strncmp(at, "limit=", 6) != 0)
            parts[count++] = talloc_strndup(ctx, at, size);
        at += size;
    }
    if (count > 0)
        qsort(parts, count, sizeof *parts, by_text);
    for (size_t i = 0; i < count; i++)
        sorted = talloc_asprintf(ctx, "%s&%s", sorted, parts[i]);
    return sorted;
}

static void same_text(const char *what, const char *expected, const char *sent) {
    if ((expected == NULL) != (sent == NULL) || (sent != NULL && strcmp(expected, sent) != 0))
        fail_msg("%s: \"%s\" was sent, not \"%s\"", what, sent ? sent : "-",
                 expected ? expected : "-");
}

void exchange_same_request(TALLOC_CTX *ctx, const char *expected, const char *sent) {
    static const char *const headers[] = {"Authorization", "Accept", "Content-Type",
                                          "Idempotency-Key"};
    char *a = target_of(ctx, expected), *b = target_of(ctx, sent);
    same_text("method", talloc_strndup(ctx, expected, strcspn(expected, " ")),
              talloc_strndup(ctx, sent, strcspn(sent, " ")));
    same_text("path", talloc_strndup(ctx, a, strcspn(a, "?")),
              talloc_strndup(ctx, b, strcspn(b, "?")));
    same_text("query", sorted_query(ctx, a), sorted_query(ctx, b));
    for (size_t i = 0; i < sizeof headers / sizeof *headers; i++)
        same_text(headers[i], head_value(ctx, expected, headers[i]),
                  head_value(ctx, sent, headers[i]));
    same_text("body", exchange_body(expected), exchange_body(sent));
}

// ---- the call behind a request

static char *parameter(TALLOC_CTX *ctx, const char *target, const char *name, size_t n) {
    char *mark = talloc_asprintf(ctx, "%s=", name);
    const char *at = strchr(target, '?');
    while (at != NULL) {
        at++;
        if (strncmp(at, mark, strlen(mark)) == 0 && n-- == 0)
            return talloc_strndup(ctx, at + strlen(mark), strcspn(at + strlen(mark), "&"));
        at = strchr(at, '&');
    }
    return NULL;
}

static void unescape(char *text) {
    char *out = text;
    for (; *text != '\0'; text++) {
        unsigned byte;
        if (*text == '%' && sscanf(text + 1, "%2x", &byte) == 1) {
            *out++ = (char)byte;
            text += 2;
        } else {
            *out++ = *text;
        }
    }
    *out = '\0';
}

static void call_masters(struct bench *bench, TALLOC_CTX *ctx, const char *target,
                         struct heard *heard) {
    char *from = parameter(ctx, target, "date_from", 0);
    char *service = parameter(ctx, target, "service_id", 0);
    struct zp_date date;
    int days = 0;
    if (from != NULL) {
        date = bench_date(from);
        days = zp_date_days_between(date, bench_date(parameter(ctx, target, "date_to", 0))) + 1;
    }
    if (service != NULL) { // a question that only a template asks
        bench->config->dikidi.paths.masters.path =
            talloc_asprintf(bench, "/api/v2/company/{company}/masters?service_id=%s", service);
        bench_client(bench);
    }
    zp__dikidi_masters(bench->dikidi, ZP_PACE_URGENT, from != NULL ? &date : NULL, days,
                       heard_answer, heard);
}

static void call_schedule(struct bench *bench, TALLOC_CTX *ctx, const char *target,
                          struct heard *heard) {
    const char *services[4];
    size_t count = 0;
    while (count < 4 && (services[count] = parameter(ctx, target, "service_id", count)) != NULL)
        count++;
    zp__dikidi_schedule(bench->dikidi, ZP_PACE_URGENT, services, count,
                        parameter(ctx, target, "master_id", 0),
                        bench_date(parameter(ctx, target, "date", 0)), heard_answer, heard);
}

static void call_booking(struct bench *bench, TALLOC_CTX *ctx, const char *request,
                         const char *target, struct heard *heard) {
    char *id = talloc_strdup(ctx, strstr(target, "/booking") + 8);
    if (strncmp(request, "POST ", 5) == 0) {
        zp__dikidi_create_booking(bench->dikidi, ZP_PACE_URGENT,
                                  head_value(ctx, request, "Idempotency-Key"),
                                  exchange_body(request), heard_sending, heard_answer, heard);
        return;
    }
    id[strcspn(id, "?")] = '\0';
    char *reason = parameter(ctx, target, "reason", 0);
    if (reason != NULL)
        unescape(reason);
    if (strncmp(target, "/booking/", 9) == 0) {
        bench->config->dikidi.paths.cancel.path = talloc_strdup(bench, "/booking/{booking}");
        bench_client(bench);
    }
    if (strncmp(request, "DELETE ", 7) == 0)
        zp__dikidi_cancel_booking(bench->dikidi, ZP_PACE_URGENT, id + 1, reason, heard_sending,
                                  heard_answer, heard);
    else
        zp__dikidi_booking(bench->dikidi, ZP_PACE_URGENT, id + 1, heard_answer, heard);
}

void exchange_call(struct bench *bench, TALLOC_CTX *ctx, const char *request, struct heard *heard) {
    char *target = target_of(ctx, request);
    if (strstr(request, "wrong-key") != NULL)
        bench->config->secrets.dikidi_key = talloc_strdup(bench, "wrong-key");
    if (strstr(request, "Authorization: Bearer ") == NULL)
        bench->config->dikidi.auth_scheme = talloc_strdup(bench, "");
    if (strncmp(target, "/api/v1/", 8) == 0) {
        bench->config->dikidi.paths.services.path =
            talloc_strdup(bench, "/api/v1/companies/{company}/services");
        bench->config->dikidi.paths.masters.path =
            talloc_strdup(bench, "/api/v1/companies/{company}/masters");
    }
    const char *company = strstr(target, "/company/");
    if (company != NULL)
        bench->config->salon.company =
            talloc_strndup(bench, company + 9, strcspn(company + 9, "/"));
    if (strstr(target, "/services?") != NULL)
        zp__dikidi_services(bench->dikidi, ZP_PACE_URGENT, heard_answer, heard);
    else if (strstr(target, "/masters?") != NULL)
        call_masters(bench, ctx, target, heard);
    else if (strstr(target, "/schedule?") != NULL)
        call_schedule(bench, ctx, target, heard);
    else
        call_booking(bench, ctx, request, target, heard);
}
