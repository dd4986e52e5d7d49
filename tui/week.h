// What the files of the Week share. Nobody else includes this.
//
// The Week is the Day's own board with the days of one master as its columns: `face` is a Day of
// which only the board, the cursor and the drawing are used.
#ifndef TUI_WEEK_H
#define TUI_WEEK_H

#include "day.h"

#define WEEK_DAYS 7

// What is told of a day below its column.
struct week_total {
    bool known;     // the journal has been read
    int bookings;   // that hold time
    int booked_min; // of them
    int shift_min;  // without the break; -1: not known
};

struct week {
    const struct screen_env *env;
    struct day *face; // its bookings and shifts are those of the week
    struct zp_date monday;
    char *master_id; // "" : none is known
    struct zp_look
        *looks[WEEK_DAYS]; // what Dikidi says of each day, as the Day has it; NULL: not asked
    bool asked[WEEK_DAYS]; // an answer is awaited
    bool by_hand;          // a person asked: then a failure takes the line, else it is only named
    char *look_trouble;    // why it could not be asked; NULL
};

// Builds the face's board anew; the cursor stays on its booking, or day and time.
void week_rebuild(struct week *week);
struct week_total week_total(const struct week *week, int day); // 0 Monday
// The key of a day's column: its date as text.
void week_key(const struct week *week, int day, char out[ZP_DATE_SIZE]);
const char *week_master_name(const struct week *week); // "?" where it is not known

void week_view(const void *model, struct grid *grid);

#endif
