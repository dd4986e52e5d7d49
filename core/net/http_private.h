// What the files of the HTTP client share. Nobody else includes this: it knows libcurl.
#ifndef ZP_NET_HTTP_PRIVATE_H
#define ZP_NET_HTTP_PRIVATE_H

#include "net/http.h"

#include <curl/curl.h>

struct zp_http {
    struct zp_loop *loop;
    CURLM *multi;
    CURLSH *share; // TLS sessions, so that a new connection resumes an old one
    struct zp_timer *curl_timer;
    struct zp_timer *report_timer;
    struct zp__transfer *first, *last; // in order of sending
    uint64_t last_id;
    char *ca_path, *user_agent;
    bool ca_is_file;
    bool *freed; // set to true when freed while a report runs
};

struct zp__transfer {
    struct zp__http_reply reply;
    struct zp_http *http;
    struct zp__transfer *prev, *next;
    uint64_t id;
    CURL *easy; // NULL if the request was refused before it came to libcurl, and once finished
    struct curl_slist *headers; // of the request
    zp__http_fn fn;
    void *data;
    int64_t started_ms;
    char *host; // for sentences: host and port, never more of the URL
    char *body;
    size_t body_size, body_room, max_body;
    size_t head_bytes; // of all heads, interim ones included
    bool secure;       // https
    bool writes;       // not GET or HEAD: must not be sent twice
    bool sending;      // libcurl had a connection and began to send: bytes may have left
    bool head_interim, head_complete; // of the answer, as far as it came
    bool finished;                    // waits for its report
};

// Checks a request and prepares transfer->easy. False: refused, transfer->reply says why.
bool zp__transfer_prepare(struct zp__transfer *transfer, const struct zp__http_request *request);
// Fills transfer->reply from what libcurl says of the exchange.
void zp__transfer_conclude(struct zp__transfer *transfer, CURLcode result);
// Fills transfer->reply of an exchange that our side ends.
void zp__transfer_conclude_cancelled(struct zp__transfer *transfer);

#endif
