#include "marks.h"
#include <zapis/i18n.h>

enum mark mark_of(const struct zp_booking *booking) {
    switch (booking->state) {
    case ZP_BOOKING_INTENT:
    case ZP_BOOKING_SENT: return MARK_PENDING;
    case ZP_BOOKING_UNCERTAIN: return MARK_UNCERTAIN;
    case ZP_BOOKING_CANCELLING: return MARK_LEAVING;
    case ZP_BOOKING_REFUSED:
    case ZP_BOOKING_CANCELLED:
    case ZP_BOOKING_DROPPED: return MARK_GONE;
    case ZP_BOOKING_BOOKED: break;
    }
    switch (booking->attendance) {
    case ZP_ATTENDANCE_CAME: return MARK_CAME;
    case ZP_ATTENDANCE_NO_SHOW: return MARK_NO_SHOW;
    case ZP_ATTENDANCE_WAITING: break;
    }
    return MARK_EXPECTED;
}

enum mark mark_crm_of(const struct zp_booking *booking) {
    switch (booking->crm_state) {
    case ZP_CRM_QUEUED: return MARK_CRM_LATER;
    case ZP_CRM_ATTENTION: return MARK_CRM_HELP;
    case ZP_CRM_NONE:
    case ZP_CRM_LOGGED: break;
    }
    return MARK_NONE;
}

const char *mark_text(const struct grid *grid, enum mark mark) {
    switch (mark) {
    case MARK_EXPECTED: return grid_glyph(grid, GLYPH_BULLET);
    case MARK_CAME: return grid_glyph(grid, GLYPH_CHECK);
    case MARK_NO_SHOW: return grid_glyph(grid, GLYPH_CROSS);
    case MARK_PENDING: return "~";
    case MARK_UNCERTAIN: return "?";
    case MARK_LEAVING: return "-";
    case MARK_GONE: return "/";
    case MARK_CRM_LATER: return grid_glyph(grid, GLYPH_MIDDLE);
    case MARK_CRM_HELP: return "!";
    case MARK_NONE: break;
    }
    return " ";
}

const char *mark_words(enum mark mark) {
    switch (mark) {
    case MARK_EXPECTED: return _("booked, the client is expected");
    case MARK_CAME: return _("the client came");
    case MARK_NO_SHOW: return _("the client did not come");
    case MARK_PENDING: return _("being booked, no answer yet");
    case MARK_UNCERTAIN: return _("sent, the answer is not known");
    case MARK_LEAVING: return _("being cancelled");
    case MARK_GONE: return _("cancelled, refused or given up");
    case MARK_CRM_LATER: return _("the CRM entry waits in the queue");
    case MARK_CRM_HELP: return _("the CRM entry needs a person");
    case MARK_NONE: break;
    }
    return "";
}

enum style mark_style(enum mark mark) {
    switch (mark) {
    case MARK_EXPECTED: return STYLE_BOOKED;
    case MARK_CAME: return STYLE_CAME;
    case MARK_NO_SHOW: return STYLE_NO_SHOW;
    case MARK_PENDING:
    case MARK_LEAVING: return STYLE_PENDING;
    case MARK_UNCERTAIN: return STYLE_UNCERTAIN;
    case MARK_GONE: return STYLE_GONE;
    case MARK_CRM_LATER: return STYLE_DIM;
    case MARK_CRM_HELP: return STYLE_ERROR;
    case MARK_NONE: break;
    }
    return STYLE_DEFAULT;
}
