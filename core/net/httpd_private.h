// What the files of the HTTP server share. Nobody else includes this: it knows libmicrohttpd.
#ifndef ZP_NET_HTTPD_PRIVATE_H
#define ZP_NET_HTTPD_PRIVATE_H

#include "net/httpd.h"

#include <microhttpd.h>
#include <sys/types.h>

struct zp_httpd {
    struct zp_loop *loop; // NULL once the loop is gone
    struct zp__httpd_mark *mark;
    struct MHD_Daemon *daemon;
    struct zp_watch *watch; // of the library's epoll descriptor
    struct zp_timer *timer; // the library's next time-out, or "run at once"
    size_t max_body;
    unsigned max_connections;
    uint16_t port;
    bool quiet;   // it listens no more
    int quiet_fd; // holds the port then, -1: none
    zp__httpd_fn fn;
    void *data;
    struct zp_httpd_request *first;                    // every request of a living connection
    struct zp_httpd_request *first_ready, *last_ready; // complete, not yet given to fn
    bool *freed;                                       // set to true when freed while fn runs
};

enum zp__httpd_state {
    ZP_HTTPD_BEGUN,    // its first line came
    ZP_HTTPD_READING,  // its head came
    ZP_HTTPD_READY,    // complete; the connection is suspended
    ZP_HTTPD_HANDED,   // fn has it
    ZP_HTTPD_ANSWERED, // fn has answered it; the answer may still be on its way
};

struct zp_httpd_request {
    struct zp_httpd *httpd;            // NULL once the server or the connection is gone
    struct MHD_Connection *connection; // the same
    struct zp_httpd_request *prev, *next, *next_ready;
    enum zp__httpd_state state;
    bool suspended, too_large, malformed;
    char *method, *path, *query, *peer;
    struct zp__form_pair *headers, *parameters;
    size_t header_count, parameter_count;
    char *body;
    size_t body_size, body_room, body_seen;
    struct MHD_Response *response; // NULL in ZP_HTTPD_ANSWERED: drop the connection
    unsigned status;
    // zp__httpd_stream
    char *stream;
    size_t stream_size, stream_allowed;
    struct zp__httpd_trickle trickle;
    struct zp_timer *pause;
};

// Makes the library look at its connections in the next turn.
void zp__httpd_wake(struct zp_httpd *httpd);
void zp__httpd_suspend(struct zp_httpd_request *request);
void zp__httpd_resume(struct zp_httpd_request *request);

// Undoes percent-encoding, and "+" for a blank if asked. NULL if a NUL would come out.
char *zp__form_decode(TALLOC_CTX *ctx, const char *text, size_t size, bool plus_is_blank);

#endif
