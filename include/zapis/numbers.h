// What a manager counts over some days: visits that begin in them, as the journal knows them.
//
// "Stands": booked, or being cancelled and not yet cancelled; the old time of a move does not. A
// cancelled visit is counted on the day for which it was booked, not on that of the cancel. Money
// is what was agreed when it was booked; what was paid in the end the journal does not know.
#ifndef ZAPIS_NUMBERS_H
#define ZAPIS_NUMBERS_H

#include <stddef.h>
#include <stdint.h>
#include <zapis/time.h>

#define ZP_NUMBERS_DAYS    366 // at most
#define ZP_NUMBERS_SOURCES 3   // by enum zp_booking_origin

struct zp_numbers_money {
    char *currency;          // "" where a booking has none
    int64_t booked_minor;    // of visits that stand, no-shows left out
    int64_t no_show_minor;   // of no-shows
    int64_t cancelled_minor; // of cancelled visits
};

struct zp_numbers_load {
    char *master_id; // "" where a booking names none
    char *master;    // as the catalogue has it, else as a booking has it; NULL not known
    int bookings;    // that stand
    int booked_min;  // their minutes; two visits at the same time count twice
    int known_min;   // of them: on days whose shifts are known, to be set against shift_min
    int shift_min;   // without breaks, on the days whose shifts are known
};

struct zp_numbers_reason {
    char *reason; // NULL: none was given, or it went with an erased person
    int count;
};

struct zp_numbers {
    struct zp_date date; // the first day
    int days;

    int bookings;                    // that stand; each is one of the next four
    int ahead;                       // begin after the figures were made
    int came, no_shows;              // have begun, and are marked so
    int unmarked;                    // have begun, and nobody marked them
    int unsettled;                   // intent, sent, uncertain: it is not known whether they exist
    int unpriced;                    // of those that stand: without a price
    int sources[ZP_NUMBERS_SOURCES]; // of those that stand
    int cancelled;                   // cancelled; the old time of a move is none

    int clients;     // different phones among those that stand, no-shows included
    int new_clients; // of them: the journal has no earlier visit
    int nameless;    // of those that stand: without a phone of a client's own
    int64_t since;   // the first visit in the journal, UTC seconds; 0 it is empty. Where it is not
                     // before the first day, nothing is known about who is new

    int shift_days; // of the days: those whose shifts the journal has

    struct zp_numbers_money *money; // a currency each
    size_t money_count;
    struct zp_numbers_load *masters; // the catalogue's order, then others
    size_t master_count;
    struct zp_numbers_reason *reasons; // the most frequent first
    size_t reason_count;
};

// Booked minutes of 100 minutes of shift; -1: no shift is known to compare with.
int zp_numbers_percent(const struct zp_numbers *numbers, const struct zp_numbers_load *load);

#endif
