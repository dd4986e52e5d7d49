// The receiver of webhooks: Dikidi's, Bitrix24's events and automation rules, and what a load
// balancer and Prometheus ask (design/interface.md "Endpoints of zapis serve"). It serves on the
// desk's journal: a hook is answered 2xx only after it is durable, all that come while a commit is
// under way are committed together next, and what follows is the sync worker's.
#ifndef ZAPIS_RECEIVER_H
#define ZAPIS_RECEIVER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <zapis/config.h>
#include <zapis/desk.h>
#include <zapis/error.h>
#include <zapis/loop.h>
#include <zapis/memory.h>

struct zp_receiver;
typedef void (*zp_receiver_fn)(void *data);

// Listens on config->serve.listen. desk and config must outlive the receiver, or its change to
// others; the desk should have been opened with `sync`. NULL with a sentence: the port is taken
// (ZP_E_CONFIG).
struct zp_receiver *zp_receiver_open(TALLOC_CTX *ctx, struct zp_loop *loop, struct zp_desk *desk,
                                     const struct zp_config *config, struct zp_error *err);
// talloc_free(receiver) breaks off what is in flight; zp_receiver_stop() does not.

// From now on requests are judged by another configuration and stored by another desk. Connections
// live on; with another `listen` the new port is opened first and the old one is given up after
// what is in flight there. let_go is called once, from the loop, when the former desk and
// configuration are used no more. False: nothing has changed.
bool zp_receiver_change(struct zp_receiver *receiver, struct zp_desk *desk,
                        const struct zp_config *config, zp_receiver_fn let_go, void *data,
                        struct zp_error *err);

// Stops listening; stopped is called once, from the loop, when all that was asked is answered and
// stored. Slow senders are cut off by their own deadline of ten seconds.
void zp_receiver_stop(struct zp_receiver *receiver, zp_receiver_fn stopped, void *data);

uint16_t zp_receiver_port(const struct zp_receiver *receiver);

struct zp_receiver_endpoint {
    const char *path; // "/hooks/dikidi/SECRET": never the secret itself
    const char *how;  // of a signed one the scheme, else ""
    const char *off;  // NULL: it is on; else which setting it lacks
};
#define ZP_RECEIVER_ENDPOINTS 3
// Of the present configuration, in the order of the design's table. Valid as long as that.
void zp_receiver_endpoints(const struct zp_receiver *receiver,
                           struct zp_receiver_endpoint out[ZP_RECEIVER_ENDPOINTS]);

enum zp_receiver_source { ZP_RECEIVER_DIKIDI, ZP_RECEIVER_BITRIX24 };
#define ZP_RECEIVER_SOURCES 2
enum zp_receiver_result {
    ZP_RECEIVER_STORED,    // for the first time; answered 200
    ZP_RECEIVER_REPEATED,  // was there already; 200
    ZP_RECEIVER_FORGED,    // bad, missing or stale signature, wrong token or key; 401
    ZP_RECEIVER_MALFORMED, // 400
    ZP_RECEIVER_FOREIGN,   // of another company; 403
    ZP_RECEIVER_FAILED,    // could not be stored; 503
};
#define ZP_RECEIVER_RESULTS 6
struct zp_receiver_counters {
    uint64_t hooks[ZP_RECEIVER_SOURCES][ZP_RECEIVER_RESULTS];
    uint64_t unknown[ZP_RECEIVER_SOURCES]; // of those stored: events that are not expected
    uint64_t batches;
    int64_t commit_us; // of all batches together, from asking the store to its answer
    int64_t commit_worst_us;
    unsigned connections;
    uint64_t slow, crowded; // connections closed: for sending too slowly, for being too many
};
struct zp_receiver_counters zp_receiver_counters(const struct zp_receiver *receiver);

#endif
