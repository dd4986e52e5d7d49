// What Bitrix24 sends by itself: the events of an outgoing webhook (bitrix24.md 13.1) and the calls
// of an automation rule (13.2). Nothing is signed and anything may be a repeat: a hint that an
// entry is to be read again, never data. The caller compares token and key.
#ifndef ZP_BITRIX24_EVENT_H
#define ZP_BITRIX24_EVENT_H

#include <stdbool.h>
#include <stddef.h>
#include <zapis/config.h>
#include <zapis/memory.h>

struct zp__crm_event {
    char *token;   // auth[application_token], "" when there is none: always set, to be judged first
    bool readable; // the rest makes sense
    char *event;   // in capitals ("ONCRMDEALUPDATE"); of a rule "robot"
    bool about_entry; // a deal or a lead
    enum zp_crm_entity entity;
    char *id; // digits; NULL: about no deal or lead
};

void zp__crm_event_read(TALLOC_CTX *ctx, const char *body, size_t size, struct zp__crm_event *out);
// The body of an automation rule; its token stays "".
void zp__crm_robot_read(TALLOC_CTX *ctx, const char *body, size_t size, struct zp__crm_event *out);

#endif
