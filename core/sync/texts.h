// The words that the CRM shows for a booking (design/interface.md "What the CRM shows").
#ifndef ZP_SYNC_TEXTS_H
#define ZP_SYNC_TEXTS_H

#include "bitrix24/bitrix24.h"
#include <zapis/booking.h>
#include <zapis/config.h>

// Fills *fields; every text is owned by ctx.
void zp__texts_crm_fields(TALLOC_CTX *ctx, const struct zp_config *config,
                          const struct zp_booking *booking, const char *contact_id,
                          struct zp__crm_fields *fields);
// The reason of a cancel that a manager wished by moving the entry to a stage.
char *zp__texts_crm_reason(TALLOC_CTX *ctx, const char *stage);
// The timeline comment of a cancelled booking; one with such a reason says who cancelled where.
char *zp__texts_cancelled(TALLOC_CTX *ctx, const struct zp_booking *booking);
// The timeline comment of an entry that was taken back when its visit was cancelled already.
char *zp__texts_taken_back(TALLOC_CTX *ctx, const struct zp_booking *booking);
// The timeline comment of an entry whose visit Dikidi did not cancel as its manager wished: why.
char *zp__texts_kept(TALLOC_CTX *ctx, const struct zp_booking *booking, const char *why);
// The timeline comment of a mark: came, did not come, waiting again.
char *zp__texts_attendance(TALLOC_CTX *ctx, const struct zp_booking *booking);
// The timeline comment of an entry that was written anew: what changed at Dikidi (`told`, NULL:
// nothing did, it was mended), the title that it had, and the one it has now. NULL: nothing to say.
char *zp__texts_changed(TALLOC_CTX *ctx, const struct zp_config *config,
                        const struct zp_booking *booking, const char *told, const char *old_title);
// "23.11.2026 15:00" in Russian, "2026-11-23 15:00" in English, on the salon's clock.
char *zp__texts_when(TALLOC_CTX *ctx, const struct zp_config *config, int64_t instant);
// A sentence a receptionist understands for Dikidi's codes; others keep the message that came.
void zp__texts_friendly(struct zp_error *error);

#endif
