// HTTP client: one transfer. What is refused before sending, how libcurl is told to behave, and
// what its result means for "never doubled".
#include "net/http_private.h"

#include "base/memory.h"

#include <arpa/inet.h>
#include <string.h>
#include <zapis/i18n.h>
#include <zapis/limits.h>
#include <zapis/time.h>

#define DEFAULT_TIMEOUT_MS 30000
#define CONNECT_TIMEOUT_MS 10000
// An idle connection may have died without a word (a router forgot it). A read is simply sent
// again; a write would end as LOST, so it takes a kept connection only while that is young.
#define WRITE_IDLE_S 5L
#define READ_IDLE_S  60L

// ------------------------------------------------------------------------------------- checking

static bool refuse(struct zp__transfer *transfer, enum zp_error_code code, const char *sentence) {
    transfer->reply.outcome = ZP_HTTP_NOT_SENT;
    return zp_error_set(&transfer->reply.error, code, NULL, "%s", sentence);
}

static bool is_token(const char *text, size_t size) {
    for (size_t i = 0; i < size; i++) {
        unsigned char c = (unsigned char)text[i];
        bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
        if (!letter && !strchr("!#$%&'*+-.^_`|~", c)) {
            return false;
        }
    }
    return size > 0;
}

static bool header_valid(const char *header) {
    const char *colon = strchr(header, ':');
    if (!colon || !is_token(header, (size_t)(colon - header))) {
        return false;
    }
    for (const char *c = colon + 1; *c; c++) {
        if (((unsigned char)*c < 0x20 && *c != '\t') || *c == 0x7f) {
            return false;
        }
    }
    // These decide where a message ends; libcurl alone sets them.
    return strncasecmp(header, "Content-Length:", 15) != 0 &&
           strncasecmp(header, "Transfer-Encoding:", 18) != 0;
}

static bool host_is_loopback(const char *host) {
    struct in_addr address;
    return strcasecmp(host, "localhost") == 0 || strcmp(host, "[::1]") == 0 ||
           (inet_pton(AF_INET, host, &address) == 1 && ntohl(address.s_addr) >> 24 == 127);
}

static void must(bool had_memory) {
    if (!had_memory) {
        zp_panic("out of memory");
    }
}

// Only what libcurl's own parser made of the address is judged, so that both mean the same host.
static bool check_url_parts(struct zp__transfer *transfer, CURLU *parts) {
    char *scheme = NULL, *host = NULL, *port = NULL;
    must(curl_url_get(parts, CURLUPART_SCHEME, &scheme, 0) != CURLUE_OUT_OF_MEMORY);
    must(curl_url_get(parts, CURLUPART_HOST, &host, 0) != CURLUE_OUT_OF_MEMORY);
    must(curl_url_get(parts, CURLUPART_PORT, &port, 0) != CURLUE_OUT_OF_MEMORY);
    bool secure = scheme && strcmp(scheme, "https") == 0;
    bool plain = scheme && strcmp(scheme, "http") == 0;
    bool valid = host && *host && (secure || (plain && host_is_loopback(host)));
    if (valid) {
        transfer->secure = secure;
        transfer->host = port ? zp__memory_printf(transfer, "%s:%s", host, port)
                              : zp__memory_strdup(transfer, host);
    }
    curl_free(scheme);
    curl_free(host);
    curl_free(port);
    return valid ||
           refuse(transfer, ZP_E_CONFIG,
                  _("The address does not begin with https://: correct it in the configuration"));
}

static bool check_url(struct zp__transfer *transfer, const char *url) {
    for (const char *c = url; *c; c++) {
        if ((unsigned char)*c <= 0x20 || *c == 0x7f) {
            return refuse(transfer, ZP_E_CONFIG,
                          _("The address has a blank or a control character in it: correct it in "
                            "the configuration"));
        }
    }
    CURLU *parts = zp__memory_must(curl_url());
    const CURLUcode code = curl_url_set(parts, CURLUPART_URL, url, CURLU_DISALLOW_USER);
    must(code != CURLUE_OUT_OF_MEMORY);
    bool valid = code == CURLUE_OK
                     ? check_url_parts(transfer, parts)
                     : refuse(transfer, ZP_E_CONFIG,
                              _("The address makes no sense: correct it in the configuration"));
    curl_url_cleanup(parts);
    return valid;
}

static bool check(struct zp__transfer *transfer, const struct zp__http_request *request) {
    if (!is_token(request->method, strlen(request->method))) {
        return refuse(transfer, ZP_E_INTERNAL, _("The request has no method: report this defect"));
    }
    for (size_t i = 0; i < request->header_count; i++) {
        if (!header_valid(request->headers[i])) {
            return refuse(transfer, ZP_E_INTERNAL,
                          _("A header of the request has a line end or no name: nothing was sent; "
                            "check the key in the configuration"));
        }
    }
    return check_url(transfer, request->url);
}

// -------------------------------------------------------------------------------------- libcurl

// libcurl takes an answer whose connection ends inside its head for a whole one without a body.
// Only the blank line after the head of a final answer makes it one.
static void follow_head(struct zp__transfer *transfer, const char *line, size_t size) {
    if (size > 5 && memcmp(line, "HTTP/", 5) == 0) {
        const char *blank = memchr(line, ' ', size);
        transfer->head_interim = blank && blank + 1 < line + size && blank[1] == '1';
        transfer->head_complete = false;
    } else if (line[0] == '\n' || (size > 1 && line[0] == '\r' && line[1] == '\n')) {
        transfer->head_complete = !transfer->head_interim;
    }
}

static size_t on_head_line(char *line, size_t size, size_t count, void *data) {
    struct zp__transfer *transfer = data;
    size_t bytes = size * count;
    transfer->head_bytes += bytes;
    if (transfer->head_bytes > ZP_LIMIT_HTTP_HEAD_BYTES) {
        transfer->reply.too_large = true;
        return 0;
    }
    if (bytes > 0) {
        follow_head(transfer, line, bytes);
    }
    return bytes;
}

static size_t on_body(char *bytes, size_t size, size_t count, void *data) {
    struct zp__transfer *transfer = data;
    size_t add = size * count;
    if (add > transfer->max_body - transfer->body_size) {
        transfer->reply.too_large = true;
        return 0;
    }
    size_t need = transfer->body_size + add + 1;
    if (need > transfer->body_room) {
        size_t room = transfer->body_room ? transfer->body_room : 4096;
        while (room < need) {
            room *= 2;
        }
        transfer->body = zp__memory_must(talloc_realloc(transfer, transfer->body, char, room));
        transfer->body_room = room;
    }
    memcpy(transfer->body + transfer->body_size, bytes, add);
    transfer->body_size += add;
    transfer->body[transfer->body_size] = '\0';
    return add;
}

// libcurl calls this when a connection stands, just before each sending. By itself it sends a
// request again when a kept connection dies without an answer: a booking could be made twice. A
// request that writes is let through once.
// NOLINTNEXTLINE(readability-non-const-parameter): libcurl's type
static int before_sending(void *data, char *remote, char *local, int remote_port, int local_port) {
    (void)remote, (void)local, (void)remote_port, (void)local_port;
    struct zp__transfer *transfer = data;
    if (transfer->sending && transfer->writes) {
        return CURL_PREREQFUNC_ABORT;
    }
    transfer->sending = true;
    return CURL_PREREQFUNC_OK;
}

// Half an option is another request: an empty body, another proxy, other certificates.
#define SET(easy, option, value) must(curl_easy_setopt(easy, option, value) != CURLE_OUT_OF_MEMORY)

static void set_security(struct zp__transfer *transfer) {
    CURL *easy = transfer->easy;
    const struct zp_http *http = transfer->http;
    SET(easy, CURLOPT_PROTOCOLS_STR, "http,https");
    SET(easy, CURLOPT_FOLLOWLOCATION, 0L);
    SET(easy, CURLOPT_SSL_VERIFYPEER, 1L);
    SET(easy, CURLOPT_SSL_VERIFYHOST, 2L);
    SET(easy, CURLOPT_SSLVERSION, (long)CURL_SSLVERSION_TLSv1_2);
    // A directory alone: the bundle costs 20 ms of parsing for each connection.
    SET(easy, CURLOPT_CAINFO, http->ca_is_file ? http->ca_path : NULL);
    SET(easy, CURLOPT_CAPATH, http->ca_is_file ? NULL : http->ca_path);
    SET(easy, CURLOPT_PROXY, ""); // the environment does not choose where we send
    SET(easy, CURLOPT_NOPROXY, "*");
    SET(easy, CURLOPT_NETRC, (long)CURL_NETRC_IGNORED);
    SET(easy, CURLOPT_PATH_AS_IS, 1L);
}

static void set_transport(struct zp__transfer *transfer, const struct zp__http_request *request) {
    CURL *easy = transfer->easy;
    long timeout_ms = request->timeout_ms > 0 ? request->timeout_ms : DEFAULT_TIMEOUT_MS;
    SET(easy, CURLOPT_PRIVATE, (char *)transfer);
    SET(easy, CURLOPT_SHARE, transfer->http->share);
    SET(easy, CURLOPT_NOSIGNAL, 1L);
    // A look-up by name runs in a thread of libcurl's. Without this, ending a transfer during it
    // would wait for that thread, and the screen with it.
    SET(easy, CURLOPT_QUICK_EXIT, 1L);
    SET(easy, CURLOPT_TIMEOUT_MS, timeout_ms);
    SET(easy, CURLOPT_CONNECTTIMEOUT_MS,
        timeout_ms < CONNECT_TIMEOUT_MS ? timeout_ms : CONNECT_TIMEOUT_MS);
    // A day of forty masters has forty requests: with the library's own 16 and 64 KiB for each they
    // were a megabyte. The smallest that may be sent from, and a page to receive into.
    SET(easy, CURLOPT_BUFFERSIZE, 4096L);
    SET(easy, CURLOPT_UPLOAD_BUFFERSIZE, 16384L);
    SET(easy, CURLOPT_TCP_KEEPALIVE, 1L);
    SET(easy, CURLOPT_MAXAGE_CONN, transfer->writes ? WRITE_IDLE_S : READ_IDLE_S);
    // Many requests at once: wait for the first connection's handshake, which tells whether HTTP/2
    // carries them all. Without TLS that would show only in the first answer: do not wait.
    SET(easy, CURLOPT_HTTP_VERSION,
        (long)(transfer->secure ? CURL_HTTP_VERSION_2TLS : CURL_HTTP_VERSION_1_1));
    SET(easy, CURLOPT_PIPEWAIT, transfer->secure ? 1L : 0L);
    SET(easy, CURLOPT_PREREQFUNCTION, before_sending);
    SET(easy, CURLOPT_PREREQDATA, transfer);
    SET(easy, CURLOPT_HEADERFUNCTION, on_head_line);
    SET(easy, CURLOPT_HEADERDATA, transfer);
    SET(easy, CURLOPT_WRITEFUNCTION, on_body);
    SET(easy, CURLOPT_WRITEDATA, transfer);
    SET(easy, CURLOPT_MAXFILESIZE_LARGE, (curl_off_t)transfer->max_body);
}

static void add_header(struct zp__transfer *transfer, const char *header) {
    transfer->headers = zp__memory_must(curl_slist_append(transfer->headers, header));
}

static void set_headers(struct zp__transfer *transfer, const struct zp__http_request *request) {
    bool typed = false;
    for (size_t i = 0; i < request->header_count; i++) {
        const char *header = request->headers[i];
        size_t name = strcspn(header, ":");
        typed = typed || strncasecmp(header, "Content-Type:", 13) == 0;
        if (header[name + 1 + strspn(header + name + 1, " \t")] == '\0') {
            // libcurl reads "Name:" as "leave it out" and "Name;" as the empty value.
            add_header(transfer, zp__memory_printf(transfer, "%.*s;", (int)name, header));
        } else {
            add_header(transfer, header);
        }
    }
    add_header(transfer, "Expect:"); // else a large body waits a second for leave to be sent
    if (!typed) {
        add_header(transfer, "Content-Type:"); // else libcurl would call it a form
    }
    SET(transfer->easy, CURLOPT_HTTPHEADER, transfer->headers);
    SET(transfer->easy, CURLOPT_USERAGENT, transfer->http->user_agent);
}

static void set_method(struct zp__transfer *transfer, const struct zp__http_request *request) {
    CURL *easy = transfer->easy;
    bool post = strcmp(request->method, "POST") == 0;
    if (request->body || post) {
        size_t size = request->body ? request->body_size : 0;
        SET(easy, CURLOPT_POST, 1L);
        SET(easy, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)size);
        SET(easy, CURLOPT_COPYPOSTFIELDS, request->body ? request->body : "");
    }
    if (strcmp(request->method, "HEAD") == 0) {
        SET(easy, CURLOPT_NOBODY, 1L);
    } else if (!post) {
        SET(easy, CURLOPT_CUSTOMREQUEST, request->method);
    }
}

bool zp__transfer_prepare(struct zp__transfer *transfer, const struct zp__http_request *request) {
    if (!check(transfer, request)) {
        return false;
    }
    transfer->writes = strcmp(request->method, "GET") != 0 && strcmp(request->method, "HEAD") != 0;
    transfer->max_body =
        request->max_reply_bytes > 0 ? request->max_reply_bytes : ZP_LIMIT_HTTP_REPLY_BYTES;
    transfer->easy = zp__memory_must(curl_easy_init());
    set_transport(transfer, request);
    set_security(transfer);
    set_headers(transfer, request);
    set_method(transfer, request);
    SET(transfer->easy, CURLOPT_URL, request->url);
    return true;
}

// --------------------------------------------------------------------------------------- result

static void say_not_sent(struct zp__transfer *transfer, CURLcode result) {
    struct zp_error *err = &transfer->reply.error;
    const char *host = transfer->host;
    switch (result) {
    case CURLE_COULDNT_RESOLVE_HOST:
        zp_error_set(err, ZP_E_UNREACHABLE, NULL,
                     _("The address of %s was not found: check the network connection"), host);
        break;
    case CURLE_OPERATION_TIMEDOUT:
        zp_error_set(err, ZP_E_UNREACHABLE, NULL,
                     _("%s could not be reached in time: check the network connection"), host);
        break;
    case CURLE_PEER_FAILED_VERIFICATION:
        zp_error_set(err, ZP_E_UNREACHABLE, NULL,
                     _("The certificate of %s is not trusted, nothing was sent: check this "
                       "computer's clock and ca_path in the configuration"),
                     host);
        break;
    case CURLE_SSL_CACERT_BADFILE:
        zp_error_set(err, ZP_E_UNREACHABLE, NULL,
                     _("The trusted certificates could not be read: check ca_path in the "
                       "configuration"));
        break;
    case CURLE_SSL_CONNECT_ERROR:
        zp_error_set(err, ZP_E_UNREACHABLE, NULL,
                     _("A secure connection to %s could not be made: check the network "
                       "connection and what filters it"),
                     host);
        break;
    default:
        zp_error_set(err, ZP_E_UNREACHABLE, NULL,
                     _("%s could not be connected to: check the network connection"), host);
    }
}

static void say_lost_read(struct zp__transfer *transfer) {
    struct zp_error *err = &transfer->reply.error;
    if (transfer->reply.timed_out) {
        zp_error_set(err, ZP_E_UNKNOWN, NULL, _("%s did not answer in time: try again"),
                     transfer->host);
    } else if (transfer->reply.too_large) {
        zp_error_set(err, ZP_E_UNKNOWN, NULL,
                     _("The answer of %s is too large to be read: ask for less"), transfer->host);
    } else {
        zp_error_set(err, ZP_E_UNKNOWN, NULL,
                     _("The connection to %s broke before its answer was whole: try again"),
                     transfer->host);
    }
}

static void say_lost_write(struct zp__transfer *transfer) {
    struct zp_error *err = &transfer->reply.error;
    if (transfer->reply.timed_out) {
        zp_error_set(err, ZP_E_UNKNOWN, NULL,
                     _("%s did not answer in time. Whether it did what was asked is not known: "
                       "look before asking again"),
                     transfer->host);
    } else if (transfer->reply.too_large) {
        zp_error_set(err, ZP_E_UNKNOWN, NULL,
                     _("The answer of %s is too large to be read. Whether it did what was asked "
                       "is not known: look before asking again"),
                     transfer->host);
    } else {
        zp_error_set(err, ZP_E_UNKNOWN, NULL,
                     _("The connection to %s broke before its answer was whole. Whether it did "
                       "what was asked is not known: look before asking again"),
                     transfer->host);
    }
}

// Copies the head of the answer out of libcurl.
static void take_head(struct zp__transfer *transfer) {
    CURL *easy = transfer->easy;
    struct zp__http_reply *reply = &transfer->reply;
    long status = 0;
    curl_easy_getinfo(easy, CURLINFO_RESPONSE_CODE, &status);
    reply->status = (int)status;
    size_t count = 0;
    struct curl_header *header = NULL;
    while ((header = curl_easy_nextheader(easy, CURLH_HEADER, -1, header))) {
        count++;
    }
    struct zp__http_header *headers = zp__memory_array(transfer, struct zp__http_header, count + 1);
    for (size_t i = 0; i < count; i++) {
        header = curl_easy_nextheader(easy, CURLH_HEADER, -1, header);
        headers[i].name = zp__memory_strdup(headers, header->name);
        headers[i].value = zp__memory_strdup(headers, header->value);
    }
    reply->headers = headers;
    const char *type = zp__http_reply_header(reply, "Content-Type");
    const char *date = zp__http_reply_header(reply, "Date");
    reply->content_type = type ? type : "";
    if (!date || !zp_instant_parse_http(date, &reply->server_date)) {
        reply->server_date = 0;
    }
}

void zp__transfer_conclude(struct zp__transfer *transfer, CURLcode result) {
    struct zp__http_reply *reply = &transfer->reply;
    must(result != CURLE_OUT_OF_MEMORY); // not a trouble of the network, as it would be told
    take_head(transfer);
    reply->body = transfer->body ? transfer->body : "";
    reply->body_size = transfer->body_size;
    reply->timed_out = result == CURLE_OPERATION_TIMEDOUT;
    reply->too_large = reply->too_large || result == CURLE_FILESIZE_EXCEEDED;
    if (result == CURLE_OK && transfer->head_complete) {
        reply->outcome = ZP_HTTP_ANSWERED;
    } else if (transfer->sending) {
        reply->outcome = ZP_HTTP_LOST;
        if (transfer->writes) {
            say_lost_write(transfer);
        } else {
            say_lost_read(transfer);
        }
    } else {
        reply->outcome = ZP_HTTP_NOT_SENT;
        say_not_sent(transfer, result);
    }
}

void zp__transfer_conclude_cancelled(struct zp__transfer *transfer) {
    struct zp__http_reply *reply = &transfer->reply;
    reply->outcome = transfer->sending ? ZP_HTTP_LOST : ZP_HTTP_NOT_SENT;
    reply->cancelled = true;
    zp_error_set(&reply->error, ZP_E_CANCELLED, NULL, "%s", _("Cancelled"));
}

const char *zp__http_reply_header(const struct zp__http_reply *reply, const char *name) {
    for (const struct zp__http_header *header = reply->headers; header && header->name; header++) {
        if (strcasecmp(header->name, name) == 0) {
            return header->value;
        }
    }
    return NULL;
}

char *zp__http_escape(TALLOC_CTX *ctx, const char *text) {
    size_t size = strlen(text);
    if (size > INT32_MAX / 3) {
        zp_panic("a text of %zu bytes cannot be part of an address", size);
    }
    char *escaped = size > 0 ? curl_easy_escape(NULL, text, (int)size) : NULL;
    char *copy = zp__memory_strdup(ctx, size > 0 ? zp__memory_must(escaped) : "");
    curl_free(escaped);
    return copy;
}
