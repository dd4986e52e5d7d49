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
    unsigned max_connections; // at which the library accepts no more
    struct zp__httpd_limits {
        unsigned connections; // with make_room: above this, one is closed; 0: never
        int64_t request_ms;   // 0: no limit
        int64_t idle_ms;      // then, of a connection between its requests
        struct zp_timer *timer;
        bool ticking;
        struct zp__httpd_connection *first, *last; // the oldest first
        struct zp__httpd_counts counts;
        unsigned cut; // of counts.connections: closed by us, the library has not seen it yet
    } limits;
    bool winding_down;
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

enum zp__httpd_phase {
    ZP_HTTPD_WAITS, // for a request's first line
    ZP_HTTPD_READS, // its rest
    ZP_HTTPD_WORKS, // a whole request is here, or its answer on the way
};

struct zp__httpd_connection {
    struct zp_httpd *httpd;
    struct MHD_Connection *connection;
    struct zp__httpd_connection *prev, *next;
    int fd;
    enum zp__httpd_phase phase;
    int64_t since_ms; // of the phase; of a new connection: since it was opened
    bool served;      // has completed a request
    bool cut;
};

struct zp_httpd_request {
    struct zp_httpd *httpd;            // NULL once the server or the connection is gone
    struct zp__httpd_connection *on;   // the same
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

// httpd_limits.c: connections, and which of them must go.
void zp__httpd_limits_init(struct zp_httpd *httpd, const struct zp__httpd_options *options);
void zp__httpd_on_connection(void *cls, struct MHD_Connection *connection, void **data,
                             enum MHD_ConnectionNotificationCode code);
struct zp__httpd_connection *zp__httpd_connection_of(struct MHD_Connection *connection);
void zp__httpd_enter(struct zp__httpd_connection *on, enum zp__httpd_phase phase);
void zp__httpd_make_room(struct zp_httpd *httpd);
void zp__httpd_hurry(struct zp_httpd *httpd); // of zp__httpd_wind_down

// Undoes percent-encoding, and "+" for a blank if asked. NULL if a NUL would come out.
char *zp__form_decode(TALLOC_CTX *ctx, const char *text, size_t size, bool plus_is_blank);

#endif
