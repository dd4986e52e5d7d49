// A call on its way, and how its answer is judged: what client.c, calls.c and judge.c share.
#ifndef ZP_DIKIDI_CALL_H
#define ZP_DIKIDI_CALL_H

#include "dikidi/dikidi.h"
#include "dikidi/fields.h"
#include "dikidi/odd.h"
#include "net/http.h"
#include <zapis/json.h>

struct zp_dikidi {
    struct zp_loop *loop;
    const struct zp_config *config; // the caller's; outlives this
    struct zp_http *http;
    struct zp_pace *pace;
    uint64_t last_id;
    struct zp__dikidi_call *calls; // all that have not ended
    bool closing;
    struct zp__dikidi_odds odds;
};

#define ZP_DIKIDI_PAGE 100 // rows asked for at once

enum zp__dikidi_phase {
    ZP_DIKIDI_WAITING,   // for its turn in the budget
    ZP_DIKIDI_SENDING,   // the turn has come; nothing left yet
    ZP_DIKIDI_IN_FLIGHT, // with the HTTP client
    ZP_DIKIDI_ENDING     // the answer stands; fn is called in the next turn
};

// The parts of a body that made sense.
struct zp__dikidi_body {
    const struct zp_json *root, *data, *meta; // data: the envelope's, else the root itself
    bool seconds;                             // its durations are in seconds
};

struct zp__dikidi_call {
    struct zp__dikidi_call *next, *previous;
    struct zp_dikidi *dikidi;
    uint64_t id;
    enum zp__dikidi_phase phase;
    enum zp__pace_class class_;
    uint64_t pace_id, http_id;
    struct zp_timer *end_timer;
    bool write, given_up;

    const char *method;
    char *url;        // without the page
    bool paged;       // "limit" and "offset" are added
    char *body;       // NULL: none
    char *request_id; // Idempotency-Key, NULL: none
    zp__dikidi_sending_fn sending;
    zp__dikidi_fn fn;
    void *data;
    // Reads a body that carries no error. True: the answer stands; false: the next page is asked.
    bool (*read)(struct zp__dikidi_call *call, const struct zp__dikidi_body *body);

    // what was asked, for comparing the answer with it
    char *asked_booking, *asked_master;
    struct zp_date asked_date;
    int asked_days; // 0: none

    size_t offset, pages;
    char *first_row; // id of the page before
    struct zp__dikidi_answer answer;
};

// A new call in the registry, not started. `template_` is one of the six of the configuration.
struct zp__dikidi_call *zp__dikidi_call_new(struct zp_dikidi *dikidi, enum zp__pace_class class_,
                                            const struct zp_path_template *template_,
                                            const char *booking_id, zp__dikidi_fn fn, void *data);
void zp__dikidi_call_query(struct zp__dikidi_call *call, const char *name, const char *value);
// Starts it (or the next page of it) and returns its id.
uint64_t zp__dikidi_call_start(struct zp__dikidi_call *call);
// Ends it in the next turn with the answer as it stands.
uint64_t zp__dikidi_call_end(struct zp__dikidi_call *call);
// The answer makes no sense: UNKNOWN for a write, BAD_ANSWER for a read. Returns true (it stands).
// `what` is a msgid, translated here.
bool zp__dikidi_call_nonsense(struct zp__dikidi_call *call, const char *what);
struct zp__dikidi_reader zp__dikidi_call_reader(const struct zp__dikidi_call *call,
                                                const struct zp__dikidi_body *body);

// Judges a reply. True: the body made sense and carries no error. Else *outcome and *err say how it
// ended. `now`: UTC seconds, for a Retry-After date. `secret` is never repeated in a message.
struct zp__dikidi_judged {
    struct zp__dikidi_body body;
    enum zp__outcome outcome;
    struct zp_error error;
    int64_t hold_ms; // the server asked for a pause; 0: no
    bool pause_date; // and named it as a date
    bool page;       // a web page came instead of data
    bool mended;     // half a character stood in a text
};
bool zp__dikidi_judge(TALLOC_CTX *ctx, const struct zp__http_reply *reply, bool write, int64_t now,
                      const char *secret, struct zp__dikidi_judged *judged);
// Fills `err` with what an unbelievable answer is: UNKNOWN after a write, BAD_ANSWER after a read.
void zp__dikidi_unbelievable(bool write, int status, const char *what, struct zp_error *err);

// ---- bodies (read.c, booking.c). NULL: it makes no sense. `data` as zp__dikidi_judge left it.
bool zp__dikidi_read_services(struct zp__dikidi_reader *reader, const struct zp_json *data,
                              struct zp_catalogue *catalogue, size_t *rows);
// With `days` > 0 also the shifts of [from, from + days).
struct zp__dikidi_shifts {
    struct zp_date from;
    int days;
    struct zp_shift *shifts;
    size_t count;
};
bool zp__dikidi_read_masters(struct zp__dikidi_reader *reader, const struct zp_json *data,
                             struct zp_catalogue *catalogue, struct zp__dikidi_shifts *shifts,
                             size_t *rows);
struct zp_slots *zp__dikidi_read_slots(TALLOC_CTX *ctx, struct zp__dikidi_reader *reader,
                                       const struct zp_json *data, struct zp_date date,
                                       const char *master_id);
struct zp__dikidi_booking *zp__dikidi_read_booking(TALLOC_CTX *ctx,
                                                   struct zp__dikidi_reader *reader,
                                                   const struct zp_json *data);
#define ZP_DIKIDI_STATUS_WRONG N_("a booking status that is not known")
// NULL when the booking is the answer to that create body; else what is wrong with it. Fills what
// the answer left out from the body.
const char *zp__dikidi_believe_create(struct zp__dikidi_reader *reader, const char *body,
                                      const char *company, struct zp__dikidi_booking *booking);

#endif
