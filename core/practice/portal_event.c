// What the portal sends by itself (bitrix24.md 13.1, 13.2, 17.34, 17.35): the outgoing webhook's
// events, at most once and some time later, and the robot on the failure stages.
#include "practice/portal_internal.h"

#include "net/http.h"

#include <inttypes.h>

#define EVENT_PATH      "/hooks/bitrix24/event"
#define ROBOT_PATH      "/hooks/bitrix24/robot"
#define OAUTH_SERVER    "https://oauth.bitrix.info/rest/"
#define HANDLER_ID      975
#define STALE_S         3600
#define OVERSIZED_BYTES (70u * 1024)
#define WRONG_SECRET    "not-a-secret-of-this-portal"
#define FOREIGN_DOMAIN  "stranger.bitrix24.example"
#define FOREIGN_MEMBER  "00000000000000000000000000000000"

struct news {    // of one row
    char *event; // NULL: the robot's
    int type;
    int64_t id, at;
};

// ---- how it is written

static void add(struct zp__post_sheet *sheet, const char *name, const char *value) {
    char *key = zp__http_escape(sheet->ctx, name);
    char *text = zp__http_escape(sheet->ctx, value);
    sheet->body = zp__portal_need(talloc_asprintf(sheet->ctx, "%s%s%s=%s",
                                                  sheet->body == NULL ? "" : sheet->body,
                                                  sheet->body == NULL ? "" : "&", key, text));
}

// before: what stands in front of the number. Spoiled, there is no number.
static void add_number(struct zp__post_sheet *sheet, const char *name, const char *before,
                       int64_t number, enum zp__fault_kind spoiled) {
    char text[48];
    if (spoiled == ZP_FAULT_MALFORMED)
        snprintf(text, sizeof text, "%s?", before);
    else
        snprintf(text, sizeof text, "%s%" PRId64, before, number);
    add(sheet, name, text);
}

static void add_auth(struct zp__post_sheet *sheet, const struct zp__portal *portal,
                     enum zp__fault_kind spoiled) {
    bool foreign = spoiled == ZP_FAULT_FOREIGN;
    const char *domain = foreign ? FOREIGN_DOMAIN : portal->outgoing.domain;
    add(sheet, "auth[domain]", domain);
    add(sheet, "auth[client_endpoint]",
        zp__portal_need(talloc_asprintf(sheet->ctx, "http://%s/rest/", domain)));
    add(sheet, "auth[server_endpoint]", OAUTH_SERVER);
    add(sheet, "auth[member_id]", foreign ? FOREIGN_MEMBER : ZP_PORTAL_MEMBER);
}

static void finish(struct zp__post_sheet *sheet, enum zp__fault_kind spoiled) {
    if (spoiled == ZP_FAULT_OVERSIZED) {
        char *filling = zp__portal_need(talloc_array(sheet->ctx, char, OVERSIZED_BYTES + 1));
        memset(filling, '.', OVERSIZED_BYTES);
        filling[OVERSIZED_BYTES] = '\0';
        add(sheet, "filling", filling);
    }
    sheet->size = strlen(sheet->body);
    sheet->headers[sheet->header_count++] = "Content-Type: application/x-www-form-urlencoded";
}

static void write_event(struct zp__post_sheet *sheet, const void *matter,
                        enum zp__fault_kind spoiled, void *data) {
    const struct zp__portal *portal = data;
    const struct news *news = matter;
    add(sheet, "event", news->event);
    add_number(sheet, "event_handler_id", "", HANDLER_ID, ZP_FAULT_NONE);
    add_number(sheet, "data[FIELDS][ID]", "", news->id, spoiled);
    add_number(sheet, "ts", "", news->at - (spoiled == ZP_FAULT_STALE ? STALE_S : 0),
               ZP_FAULT_NONE);
    add_auth(sheet, portal, spoiled);
    add(sheet, "auth[application_token]",
        spoiled == ZP_FAULT_FORGED ? WRONG_SECRET : portal->outgoing.token);
    sheet->path = sheet->shown = EVENT_PATH;
    finish(sheet, spoiled);
}

static void write_robot(struct zp__post_sheet *sheet, const void *matter,
                        enum zp__fault_kind spoiled, void *data) {
    const struct zp__portal *portal = data;
    const struct news *news = matter;
    bool deal = news->type == ZP_PORTAL_DEAL;
    const char *key = spoiled == ZP_FAULT_FORGED ? WRONG_SECRET : portal->outgoing.robot_key;
    add(sheet, "document_id[0]", "crm");
    add(sheet, "document_id[1]", deal ? "CCrmDocumentDeal" : "CCrmDocumentLead");
    add_number(sheet, "document_id[2]", deal ? "DEAL_" : "LEAD_", news->id, spoiled);
    add_auth(sheet, portal, spoiled);
    sheet->path = zp__portal_need(
        talloc_asprintf(sheet->ctx, ROBOT_PATH "?key=%s", zp__http_escape(sheet->ctx, key)));
    sheet->shown = ROBOT_PATH "?key=***";
    finish(sheet, spoiled);
}

// ---- sending

static struct news *news_of(const struct zp__portal *portal, const char *event, int type,
                            int64_t id) {
    struct news *news = zp__portal_need(talloc_zero(portal, struct news));
    *news = (struct news){zp__portal_dup(news, event), type, id, zp__portal_now(portal)};
    return news;
}

void zp__portal_event(struct zp__portal *portal, int type, int64_t id, const char *what) {
    if (portal->event_post == NULL || !portal->events || type == ZP_PORTAL_CONTACT)
        return;
    const char *word = type == ZP_PORTAL_DEAL ? "DEAL" : "LEAD";
    char *event = zp__portal_need(talloc_asprintf(NULL, "ONCRM%s%s", word, what));
    zp__post_send(portal->event_post, event, NULL, news_of(portal, event, type, id),
                  portal->events_delay_ms);
    talloc_free(event);
}

void zp__portal_robot(struct zp__portal *portal, const struct zp__portal_row *row) {
    const char *semantic =
        row->entity->semantic == NULL ? NULL : zp__portal_get(row, row->entity->semantic);
    if (portal->robot_post == NULL || !portal->robot || semantic == NULL || semantic[0] != 'F')
        return;
    zp__post_send(portal->robot_post, "robot", NULL,
                  news_of(portal, NULL, (int)row->entity->type, row->id), portal->events_delay_ms);
}

void zp__portal_event_by_hand(struct zp__portal *portal, const char *event, int64_t id,
                              enum zp__fault_kind spoiled) {
    zp__post_send_as(portal->event_post, event, NULL, news_of(portal, event, 0, id), spoiled);
}

void zp__portal_robot_by_hand(struct zp__portal *portal, bool deal, int64_t id,
                              enum zp__fault_kind spoiled) {
    int type = deal ? ZP_PORTAL_DEAL : ZP_PORTAL_LEAD;
    zp__post_send_as(portal->robot_post, "robot", NULL, news_of(portal, NULL, type, id), spoiled);
}

void zp__portal_send_to(struct zp__portal *portal, struct zp_loop *loop,
                        const struct zp__portal_outgoing *to) {
    portal->outgoing = (struct zp__portal_outgoing){
        .listen = zp__portal_dup(portal, to->listen),
        .domain = zp__portal_dup(portal, to->domain),
        .token = zp__portal_dup(portal, to->token),
        .robot_key = zp__portal_dup(portal, to->robot_key),
        .faults = to->faults,
        .trace = to->trace,
    };
    struct zp__post_options options = {.name = "events",
                                       .target = to->listen,
                                       .clock = portal->clock,
                                       .faults = to->faults,
                                       .trace = to->trace,
                                       .write = write_event,
                                       .data = portal};
    portal->event_post = zp__post_new(portal, loop, &options);
    options.name = "robot";
    options.write = write_robot;
    portal->robot_post = zp__post_new(portal, loop, &options);
}

void zp__portal_outgoing_print(const struct zp__portal *portal, struct zp_json *into) {
    struct zp_json *events = zp_json_add_object(into, "events");
    zp__post_print(portal->event_post, events);
    zp_json_add_bool(events, "on", portal->events);
    zp_json_add_int(events, "delay_ms", portal->events_delay_ms);
    struct zp_json *robot = zp_json_add_object(into, "robot");
    zp__post_print(portal->robot_post, robot);
    zp_json_add_bool(robot, "on", portal->robot);
}
