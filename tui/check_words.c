#include "check_words.h"
#include <string.h>
#include <zapis/i18n.h>

static const struct {
    const char *name, *title;
} titles[] = {
    {"config", N_("Configuration file")},
    {"secrets", N_("Keys and passwords in their files")},
    {"who-may", N_("Who may read them")},
    {"timezone", N_("Time zone and its rules")},
    {"store", N_("Journal")},
    {"clock", N_("Clock of this computer")},
    {"clock.bitrix24", N_("Clock of Bitrix24")},
    {"serve", N_("Receiver of webhooks")},
    {"serve.public", N_("Receiver, from the internet")},
    {"dikidi.key", N_("Dikidi: key")},
    {"dikidi.plan", N_("Dikidi: plan")},
    {"dikidi.services", N_("Dikidi: price list")},
    {"dikidi.masters", N_("Dikidi: masters and shifts")},
    {"dikidi.schedule", N_("Dikidi: free time")},
    {"dikidi.unknown-booking", N_("Dikidi: a booking that is not there")},
    {"dikidi.booking", N_("Dikidi: a booking that is there")},
    {"dikidi.form", N_("Dikidi: form of its answers")},
    {"bitrix24.access", N_("Bitrix24: webhook and its rights")},
    {"bitrix24.plan", N_("Bitrix24: plan")},
    {"bitrix24.scope", N_("Bitrix24: scope")},
    {"bitrix24.mode", N_("Bitrix24: deals or leads")},
    {"bitrix24.funnel", N_("Bitrix24: funnel")},
    {"bitrix24.stages", N_("Bitrix24: stage of the cancelled")},
    {"bitrix24.source", N_("Bitrix24: source")},
    {"bitrix24.fields", N_("Bitrix24: fields for bookings")},
    {"bitrix24.deals", N_("Bitrix24: deals can be read")},
    {"bitrix24.leads", N_("Bitrix24: leads can be read")},
    {"bitrix24.contacts", N_("Bitrix24: finding clients")},
    {"bitrix24.live.unknown-key", N_("Bitrix24 live: unknown fields")},
    {"bitrix24.live.wildcard", N_("Bitrix24 live: part of a word")},
    {"bitrix24.live.phone-spellings", N_("Bitrix24 live: spellings of phones")},
    {"bitrix24.live.wrong-secret", N_("Bitrix24 live: a wrong secret")},
    {"bitrix24.live.field-filter", N_("Bitrix24 live: search by our field")},
    {"bitrix24.live.visit-time", N_("Bitrix24 live: time of a visit")},
    {"bitrix24.live.rest", N_("Bitrix24 live: what only writing shows")},
};

const char *check_words_title(const char *name) {
    static const char questions[] = "ask-dikidi.";

    for (size_t i = 0; i < sizeof(titles) / sizeof(titles[0]); i++)
        if (strcmp(titles[i].name, name) == 0)
            return zp_i18n(titles[i].title);
    return strncmp(name, questions, sizeof(questions) - 1) == 0 ? _("To be asked of Dikidi") : name;
}

const char *check_words_state(enum zp_check_state state) {
    switch (state) {
    case ZP_CHECK_OK: return _("ok");
    case ZP_CHECK_WARN: return _("warning");
    case ZP_CHECK_FAIL: return _("FAILED");
    case ZP_CHECK_SKIPPED: return _("skipped");
    }
    return "";
}

enum style check_words_style(enum zp_check_state state) {
    switch (state) {
    case ZP_CHECK_OK: return STYLE_OK;
    case ZP_CHECK_WARN: return STYLE_WARN;
    case ZP_CHECK_FAIL: return STYLE_ERROR;
    case ZP_CHECK_SKIPPED: break;
    }
    return STYLE_DIM;
}

const char *check_words_mark(const struct grid *grid, enum zp_check_state state) {
    switch (state) {
    case ZP_CHECK_OK: return grid_glyph(grid, GLYPH_CHECK);
    case ZP_CHECK_WARN: return "!";
    case ZP_CHECK_FAIL: return grid_glyph(grid, GLYPH_CROSS);
    case ZP_CHECK_SKIPPED: break;
    }
    return "-";
}
