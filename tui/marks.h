// The marks of bookings: state in a letter first, in colour second. Day, card, queue and help show
// the same ones.
#ifndef TUI_MARKS_H
#define TUI_MARKS_H

#include "grid.h"
#include <zapis/booking.h>

enum mark {
    MARK_NONE,
    MARK_EXPECTED,  // [•] booked, the client is awaited
    MARK_CAME,      // [✓]
    MARK_NO_SHOW,   // [✗]
    MARK_PENDING,   // [~] written or sent, no answer yet
    MARK_UNCERTAIN, // [?] the answer never came
    MARK_LEAVING,   // [-] a cancel is under way
    MARK_GONE,      // [/] cancelled, refused, dropped
    MARK_CRM_LATER, // · the CRM entry waits in the queue
    MARK_CRM_HELP,  // ! the CRM entry needs a person
};
#define MARKS (MARK_CRM_HELP + 1)

enum mark mark_of(const struct zp_booking *booking);     // state and attendance; never MARK_NONE
enum mark mark_crm_of(const struct zp_booking *booking); // MARK_NONE where the CRM has it
const char *mark_text(const struct grid *grid, enum mark mark); // "✓" or "v": one column
const char *mark_words(enum mark mark);                         // for legends, translated
enum style mark_style(enum mark mark);

#endif
