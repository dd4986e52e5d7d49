// test_sim [--histories N] [--seed S] [--replay SEED] [--trace] [--twice] [--expect-bug]
#include "sim.h"

#include "base/memory.h"
#include "store/call.h"

#include <inttypes.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <zapis/i18n.h>

struct totals {
    uint64_t histories, bad, steps, requests, crashes, pauses, powers, hooks, commits;
};

static struct zp_path_template template_of(TALLOC_CTX *ctx, const char *method, const char *rest) {
    return (struct zp_path_template){
        .method = talloc_strdup(ctx, method),
        .path = talloc_asprintf(ctx, "/api/v2/company/{company}/%s", rest)};
}

static void fill_dikidi(struct zp_config *c) {
    c->dikidi.base_url = talloc_strdup(c, "https://dikidi.example");
    c->dikidi.ca_path = talloc_strdup(c, "");
    c->dikidi.auth_scheme = talloc_strdup(c, "Bearer");
    c->dikidi.requests_per_minute = 60;
    c->dikidi.timeout_seconds = 30;
    c->dikidi.paths.services = template_of(c, "GET", "services");
    c->dikidi.paths.masters = template_of(c, "GET", "masters");
    c->dikidi.paths.schedule = template_of(c, "GET", "schedule");
    c->dikidi.paths.create = template_of(c, "POST", "booking");
    c->dikidi.paths.booking = template_of(c, "GET", "booking/{booking}");
    c->dikidi.paths.cancel = template_of(c, "DELETE", "booking/{booking}");
    c->dikidi.webhook.scheme = talloc_strdup(c, "secret-path");
    c->secrets.dikidi_key = talloc_strdup(c, "key");
    c->secrets.dikidi_webhook = talloc_strdup(c, "sesame");
}

static void fill_bitrix24(struct zp_config *c) {
    c->bitrix24.ca_path = talloc_strdup(c, "");
    c->bitrix24.cancelled_stage = talloc_strdup(c, "");
    c->bitrix24.source_id = talloc_strdup(c, "DIKIDI");
    c->bitrix24.source_name = talloc_strdup(c, "Dikidi");
    c->bitrix24.booking_field = talloc_strdup(c, "UF_CRM_DIKIDI_ID");
    c->bitrix24.visit_field = talloc_strdup(c, "UF_CRM_VISIT_AT");
    c->bitrix24.poll_seconds = 300;
    c->bitrix24.requests_per_second = 1.0;
    c->bitrix24.timeout_seconds = 70;
    c->bitrix24.recheck_seconds = 60;
    c->bitrix24.reverse_hold_seconds = 5;
    c->bitrix24.reverse_limit = 3;
    c->secrets.bitrix24_url = talloc_strdup(c, "https://bitrix24.example/rest/1/secret/");
    c->secrets.bitrix24_event_token = talloc_strdup(c, "token");
}

static struct zp_config *config_new(void) {
    struct zp_config *c = talloc_zero(NULL, struct zp_config);
    struct zp_error error = {0};
    c->file = talloc_strdup(c, "simulated.conf");
    c->salon.name = talloc_strdup(c, "Lotus");
    c->salon.company = talloc_strdup(c, "550001");
    c->salon.timezone = talloc_strdup(c, "Europe/Moscow");
    c->salon.country = talloc_strdup(c, "RU");
    c->salon.currency = talloc_strdup(c, "RUB");
    c->salon.walk_in_phone = talloc_strdup(c, "");
    c->salon.walk_in_name = talloc_strdup(c, "Guest");
    c->salon.intent_minutes = 10;
    fill_dikidi(c);
    fill_bitrix24(c);
    c->store.url = talloc_strdup(c, "sqlite:" SIM_JOURNAL);
    c->serve.listen = talloc_strdup(c, "127.0.0.1:8085");
    c->serve.public_url = talloc_strdup(c, "");
    c->zone = zp_zone_open(c, "Europe/Moscow", &error);
    if (c->zone == NULL) {
        fprintf(stderr, "%s\n", error.message);
        exit(2);
    }
    return c;
}

// ---- the journal as each history finds it: made, and with a catalogue

static void put_catalogue(void *self) {
    struct zp__store_call *call = talloc_zero(NULL, struct zp__store_call);
    char **ids = talloc_array(call, char *, 1);
    ids[0] = talloc_strdup(call, "201");
    struct zp_service service = {.id = ids[0],
                                 .name = talloc_strdup(call, "Cut"),
                                 .category_id = talloc_strdup(call, ""),
                                 .category = talloc_strdup(call, ""),
                                 .price_minor = 150000,
                                 .currency = talloc_strdup(call, "RUB"),
                                 .duration_min = 60,
                                 .active = true,
                                 .online = true};
    struct zp_master masters[2] = {{.id = talloc_strdup(call, "101")},
                                   {.id = talloc_strdup(call, "102")}};
    for (int i = 0; i < 2; i++) {
        masters[i].name = talloc_strdup(call, i == 0 ? "Anna" : "Vera");
        masters[i].post = talloc_strdup(call, "");
        masters[i].active = masters[i].online = true;
        masters[i].service_ids = ids;
        masters[i].service_count = 1;
    }
    struct zp_catalogue catalogue = {.services = &service,
                                     .service_count = 1,
                                     .masters = masters,
                                     .master_count = 2,
                                     .fetched_at = SIM_EPOCH};
    call->ask = ZP__STORE_PUT_CATALOGUE;
    call->u.put_catalogue = &catalogue;
    call->answer = talloc_zero(call, struct zp__store_answer);
    zp__store_sqlite.run(self, &call, 1);
    if (!call->answer->ok) {
        fprintf(stderr, "%s\n", call->answer->error.message);
        exit(2);
    }
    talloc_free(call);
}

// The size of a page is SQLite's own choice. Small ones are a fifth faster (less to copy and to add
// up for the log), and a commit has more places to die at.
static void take_small_pages(void) {
    sqlite3 *db = NULL;
    if (sqlite3_open(SIM_JOURNAL, &db) != SQLITE_OK ||
        sqlite3_exec(db,
                     "PRAGMA journal_mode=DELETE; PRAGMA page_size=1024; VACUUM;"
                     "PRAGMA journal_mode=WAL",
                     NULL, NULL, NULL) != SQLITE_OK) {
        fprintf(stderr, "%s\n", sqlite3_errmsg(db));
        exit(2);
    }
    sqlite3_close(db);
}

static void make_journal(void) {
    const struct zp__store_options options = {.lease_ms = ZP__STORE_LEASE_MS};
    struct zp_error error = {0};
    sim_world_reset(0);
    void *self = zp__store_sqlite.open(SIM_JOURNAL, "550001", &options, &error);
    if (self == NULL) {
        fprintf(stderr, "%s\n", error.message);
        exit(2);
    }
    put_catalogue(self);
    talloc_free(self);
    take_small_pages();
    sim_vfs_remember();
    sim_vfs_reset(); // the index of its log was of the larger ones
    sim_store_keep();
    sim_world_free();
}

// ---- histories

static void end_processes(void) {
    for (int i = 0; i < SIM_PROCESSES; i++) {
        struct sim_process *process = &the.processes[i];
        process->dead_disk = true;
        process->alive = false;
        TALLOC_FREE(process->root);
    }
}

// One history; what it did is in `the` until the next one, but what it allocated.
static bool play(uint64_t seed, struct totals *totals) {
    sim_world_reset(seed);
    sim_vfs_reset();
    sim_net_reset();
    sim_dikidi_reset();
    sim_bitrix_reset();
    sim_check_reset();
    sim_people_plan();
    sim_run(the.plan.active);
    if (the.violation_count == 0) {
        sim_check();
    }
    for (int i = 0; i < the.violation_count; i++) {
        printf("seed %" PRIu64 ": %s\n", seed, the.violations[i]);
    }
    end_processes();
    sim_world_free();
    totals->histories++;
    totals->bad += the.violation_count > 0;
    totals->steps += the.steps;
    totals->requests += the.requests;
    totals->crashes += the.crashes;
    totals->pauses += the.pauses;
    totals->powers += the.powers;
    totals->hooks += the.hooks;
    totals->commits += the.commits;
    return the.violation_count == 0;
}

static double cpu_s(void) {
    return (double)clock() / CLOCKS_PER_SEC;
}

static void tell(const struct totals *t, double took_s) {
    printf("%" PRIu64 " histories, %" PRIu64 " bad, %.1f s of CPU, %.0f a second\n", t->histories,
           t->bad, took_s, took_s > 0 ? (double)t->histories / took_s : 0.0);
    printf("%" PRIu64 " steps, %" PRIu64 " commits, %" PRIu64 " requests, %" PRIu64
           " hooks, %" PRIu64 " kills, %" PRIu64 " pauses, %" PRIu64 " losses of power\n",
           t->steps, t->commits, t->requests, t->hooks, t->crashes, t->pauses, t->powers);
}

// The same seed twice: the same to the last step.
static int play_twice(uint64_t seed, uint64_t count) {
    struct totals totals = {0};
    for (uint64_t i = 0; i < count; i++) {
        play(seed + i, &totals);
        const uint64_t hash = the.hash, steps = the.steps;
        play(seed, &totals); // in between something else
        play(seed + i, &totals);
        if (the.hash != hash || the.steps != steps) {
            printf("seed %" PRIu64 " does not repeat\n", seed + i);
            return 1;
        }
    }
    printf("%" PRIu64 " seeds repeat, step by step\n", count);
    return 0;
}

int main(int count, char **arguments) {
    uint64_t histories = 1000, seed = 1, limit = 20;
    bool trace = false, replay = false, twice = false, expected = false;
    for (int i = 1; i < count; i++) {
        const char *next = i + 1 < count ? arguments[i + 1] : "";
        if (strcmp(arguments[i], "--histories") == 0) {
            histories = strtoull(next, NULL, 10);
            i++;
        } else if (strcmp(arguments[i], "--seed") == 0 || strcmp(arguments[i], "--replay") == 0) {
            replay = arguments[i][2] == 'r';
            seed = strtoull(next, NULL, 10);
            i++;
        } else if (strcmp(arguments[i], "--limit") == 0) {
            limit = strtoull(next, NULL, 10);
            i++;
        } else if (strcmp(arguments[i], "--trace") == 0) {
            trace = true;
        } else if (strcmp(arguments[i], "--twice") == 0) {
            twice = true;
        } else if (strcmp(arguments[i], "--expect-bug") == 0) {
            expected = true;
            limit = 1;
        } else {
            fprintf(stderr, "test_sim [--histories N] [--seed S] [--limit BAD] [--twice] "
                            "[--expect-bug] | --replay SEED [--trace]\n");
            return 2;
        }
    }
    sim_vfs_install();
    the.config = config_new();
    make_journal();
    the.trace = trace;
    if (twice) {
        return play_twice(seed, histories);
    }
    struct totals totals = {0};
    const double from = cpu_s();
    for (uint64_t i = 0; i < (replay ? 1 : histories) && totals.bad < limit; i++) {
        play(seed + i, &totals);
    }
    tell(&totals, cpu_s() - from);
    return (totals.bad > 0) == expected ? 0 : 1;
}
