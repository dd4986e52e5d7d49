#include "sync/texts.h"
#include <stdio.h>
#include <string.h>
#include <zapis/i18n.h>
#include <zapis/phone.h>

char *zp__texts_when(TALLOC_CTX *ctx, const struct zp_config *config, int64_t instant) {
    const struct zp_wall wall = zp_zone_wall(config->zone, instant);
    char text[64];
    if (zp_i18n_russian()) {
        snprintf(text, sizeof(text), "%02d.%02d.%04d %02d:%02d", wall.date.day, wall.date.month,
                 wall.date.year, wall.hour, wall.minute);
    } else {
        snprintf(text, sizeof(text), "%04d-%02d-%02d %02d:%02d", wall.date.year, wall.date.month,
                 wall.date.day, wall.hour, wall.minute);
    }
    return talloc_strdup(ctx, text);
}

static char *services_text(TALLOC_CTX *ctx, const struct zp_booking *booking) {
    char *text = talloc_strdup(ctx, "");
    for (size_t i = 0; i < booking->service_count; i++) {
        text = talloc_asprintf_append(text, "%s%s", i == 0 ? "" : ", ", booking->services[i].name);
    }
    return text;
}

static const char *client_text(const struct zp_config *config, const struct zp_booking *booking) {
    if (booking->client_name != NULL && booking->client_name[0] != '\0') {
        return booking->client_name;
    }
    return booking->origin == ZP_ORIGIN_WALK_IN ? config->salon.walk_in_name
                                                : booking->client_phone;
}

static char *comments_text(TALLOC_CTX *ctx, const struct zp_config *config,
                           const struct zp_booking *booking) {
    char phone[ZP_PHONE_TEXT_SIZE] = "";
    if (booking->origin == ZP_ORIGIN_WALK_IN) {
        snprintf(phone, sizeof(phone), "%s", _("walk-in, no phone"));
    } else {
        zp_phone_format(booking->client_phone, phone);
    }
    char *text = talloc_asprintf(ctx, "%s: %s\n%s: %s\n%s: %s\n%s: %s\n%s: %s", _("Service"),
                                 services_text(ctx, booking), _("Master"), booking->master,
                                 _("Time"), zp__texts_when(ctx, config, booking->starts_at),
                                 _("Phone"), phone, _("Dikidi number"), booking->booking_id);
    if (booking->comment != NULL && booking->comment[0] != '\0') {
        text = talloc_asprintf_append(text, "\n%s: %s", _("Comment"), booking->comment);
    }
    return text;
}

void zp__texts_crm_fields(TALLOC_CTX *ctx, const struct zp_config *config,
                          const struct zp_booking *booking, const char *contact_id,
                          struct zp__crm_fields *fields) {
    *fields = (struct zp__crm_fields){
        .title = talloc_asprintf(ctx, "%s · %s · %s · %s", services_text(ctx, booking),
                                 client_text(config, booking), booking->master,
                                 zp__texts_when(ctx, config, booking->starts_at)),
        .comments = comments_text(ctx, config, booking),
        .source_id = config->bitrix24.source_id,
        .source_description = zp_booking_origin_name(booking->origin),
        .opportunity_minor = booking->price_minor,
        .currency = booking->currency,
        .booking_id = booking->booking_id,
        .visit_at = booking->starts_at,
        .contact_id = contact_id,
        .client_name = client_text(config, booking),
        .client_phone = booking->origin == ZP_ORIGIN_WALK_IN ? NULL : booking->client_phone,
    };
}

// A reason that was written in another language is told as any other.
char *zp__texts_crm_reason(TALLOC_CTX *ctx, const char *stage) {
    return talloc_asprintf(ctx, "%s %s", _("cancelled in Bitrix24, stage"), stage);
}

static bool is_crm_reason(TALLOC_CTX *ctx, const char *reason) {
    const char *beginning = zp__texts_crm_reason(ctx, "");
    return strncmp(reason, beginning, strlen(beginning)) == 0;
}

char *zp__texts_cancelled(TALLOC_CTX *ctx, const struct zp_booking *booking) {
    const char *reason = booking->cancel_reason != NULL ? booking->cancel_reason : "";
    if (is_crm_reason(ctx, reason)) {
        return talloc_asprintf(ctx, "%s %s · %s %s", _("The booking was cancelled in Dikidi:"),
                               booking->booking_id, _("because this entry was moved to the stage"),
                               reason + strlen(zp__texts_crm_reason(ctx, "")));
    }
    return talloc_asprintf(ctx, "%s %s%s%s", _("The booking was cancelled in Dikidi:"),
                           booking->booking_id, reason[0] != '\0' ? " · " : "", reason);
}

char *zp__texts_taken_back(TALLOC_CTX *ctx, const struct zp_booking *booking) {
    return talloc_asprintf(ctx, "%s %s. %s", _("This visit is cancelled in Dikidi:"),
                           booking->booking_id,
                           _("Moving the entry back does not bring it back: book it again, or move "
                             "the entry to a failure stage."));
}

char *zp__texts_kept(TALLOC_CTX *ctx, const struct zp_booking *booking, const char *why) {
    return talloc_asprintf(
        ctx, "%s %s\n%s",
        _("This entry was given up, but Dikidi did not cancel the visit, it stands:"),
        booking->booking_id, why);
}

char *zp__texts_attendance(TALLOC_CTX *ctx, const struct zp_booking *booking) {
    static const char *const sentences[] = {
        [ZP_ATTENDANCE_WAITING] = N_("The client is expected again, booking in Dikidi:"),
        [ZP_ATTENDANCE_CAME] = N_("The client came, booking in Dikidi:"),
        [ZP_ATTENDANCE_NO_SHOW] = N_("The client did not come, booking in Dikidi:"),
    };
    return talloc_asprintf(ctx, "%s %s", zp_i18n(sentences[booking->attendance]),
                           booking->booking_id);
}

char *zp__texts_changed(TALLOC_CTX *ctx, const struct zp_config *config,
                        const struct zp_booking *booking, const char *told, const char *old_title) {
    struct zp__crm_fields fields;
    zp__texts_crm_fields(ctx, config, booking, NULL, &fields);
    const bool retitled =
        old_title != NULL && old_title[0] != '\0' && strcmp(old_title, fields.title) != 0;
    if (told == NULL && !retitled) {
        return NULL;
    }
    char *text =
        talloc_asprintf(ctx, "%s %s",
                        told != NULL ? _("The booking was changed in Dikidi:")
                                     : _("This entry was written anew from the booking in Dikidi:"),
                        booking->booking_id);
    if (told != NULL) {
        text = talloc_asprintf_append(text, "\n%s", told);
    }
    if (retitled) {
        text = talloc_asprintf_append(text, "\n%s: %s\n%s: %s", _("Before"), old_title, _("Now"),
                                      fields.title);
    }
    return text;
}

void zp__texts_friendly(struct zp_error *error) {
    static const struct {
        const char *name, *sentence;
    } known[] = {
        {"SLOT_TAKEN", N_("this time has just been taken: choose another")},
        {"LEAD_TIME", N_("it is too late to book this time: choose a later one")},
        {"OUT_OF_SCHEDULE", N_("the master does not work at this time: choose another")},
        {"CLIENT_BLOCKED", N_("Dikidi does not let this client book: ask the manager")},
        {"PREPAYMENT_REQUIRED",
         N_("Dikidi wants a prepayment for this service: book it in Dikidi itself")},
        {"CANCEL_FORBIDDEN",
         N_("Dikidi does not allow this booking to be cancelled: cancel it in Dikidi itself")},
        {"BOOKING_CLOSED", N_("the visit has begun or is over: it can no longer be cancelled")},
        {"NUMBER_NOT_TRUE", N_("Dikidi does not accept this phone number: check it")},
        {"BOOKING_NOT_FOUND", N_("Dikidi does not know this booking number")},
        {"PLAN_REQUIRED",
         N_("the salon's Dikidi plan has no API: only the widget works (zapis widget)")},
    };
    for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
        if (strcmp(error->name, known[i].name) == 0) {
            snprintf(error->message, sizeof(error->message), "%s", zp_i18n(known[i].sentence));
            return;
        }
    }
}
