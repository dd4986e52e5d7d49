// One row of the table of traps: the practice portal of a family, the real client towards it, and
// what every row needs of both. Each leaves the portal as it found it.
#ifndef BITRIX24_TRIAL_H
#define BITRIX24_TRIAL_H

#include "salon.h"

struct trial {
    TALLOC_CTX *ctx;
    struct salon *salon;
    bool legacy;
    int64_t since;                  // the portal's log before the row
    char booking_id[32], phone[32]; // the row's own
};
struct trap {
    const char *number; // in bitrix24.md 16, with a name
    void (*run)(struct trial *trial);
};
extern const struct trap traps_of_data[], traps_of_errors[]; // each ends at run NULL

#define DO(trial, ...) HAND((trial)->salon, (trial)->ctx, __VA_ARGS__)

struct zp__crm_fields trial_visit(struct trial *trial);
struct heard *trial_add_fields(struct trial *trial, enum zp_crm_entity entity,
                               const struct zp__crm_fields *fields);
struct heard *trial_add(struct trial *trial);
// The id of a visit that was added well.
char *trial_added(struct trial *trial);
struct heard *trial_find(struct trial *trial);
struct heard *trial_get(struct trial *trial, const char *id);
struct heard *trial_contacts(struct trial *trial);
// The id of a new contact with the row's phone.
char *trial_contact(struct trial *trial);
struct heard *trial_move(struct trial *trial, const char *id, const char *stage);
// As the manager sees it.
const struct zp_json *trial_card(struct trial *trial, const char *word, const char *id);
const char *trial_text(const struct zp_json *row, const char *key);
size_t trial_deal_count(struct trial *trial);
// The requests of the row so far, those of one method or (NULL) all.
const struct zp_json *trial_sent(struct trial *trial, const char *method);
// The method of the family.
const char *trial_adds(const struct trial *trial);
const char *trial_lists(const struct trial *trial);
// Fails the test unless it ended so.
void trial_outcome(const struct heard *heard, enum zp__crm_outcome wanted, enum zp_error_code code);
// Whether one of the names begins so.
bool trial_listed(const struct heard *heard, const char *name);
// An add towards the bytes of a fixture.
struct heard *trial_add_against(struct trial *trial, const char *name);

#endif
