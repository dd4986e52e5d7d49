// What the files of the Day and of the Week share; the Week is the same board with days as columns.
// Nobody else includes this.
#ifndef TUI_DAY_H
#define TUI_DAY_H

#include "screen.h"
#include "undo.h"
#include "widgets/field.h"

// ---- the board: what is known of a day, master by master, as stretches of wall-clock minutes

enum day_kind {
    DAY_BOOKING,
    DAY_FREE,    // a schedule answer offers it
    DAY_OUTSIDE, // busy outside the journal
    DAY_UNKNOWN, // shift time to come that nobody could tell
    DAY_PAST,    // shift time gone by without a booking
    DAY_BREAK,
};

struct day_item {
    enum day_kind kind;
    int from, to; // minutes of the day; to > from
    int64_t starts_at;
    const struct zp_booking *booking; // DAY_BOOKING
};

enum day_shift { DAY_SHIFT_UNKNOWN, DAY_SHIFT_ON, DAY_SHIFT_OFF };

struct day_column {
    const char *master_id, *name; // the Week: the date as text, and in words
    struct zp_date date;
    enum day_shift shift;
    int from, to, break_from, break_to; // DAY_SHIFT_ON
    struct day_item *items;             // by time; breaks and past time included
    size_t count;
};

struct day_board {
    struct day_column *columns; // who works first, each group in the catalogue's order
    size_t count;
    int from, to; // whole hours that hold every shift and booking
};

// What the board is made of. NULL: not known (yet).
struct day_facts {
    const struct zp_zone *zone;
    struct zp_date date;
    int64_t now;
    const struct zp_catalogue *catalogue;
    const struct zp_shifts *shifts;
    struct zp_booking *const *bookings;
    bool bookings_known;
    size_t booking_count;
    const struct zp_look *look;
};
struct day_board *day_board_new(TALLOC_CTX *ctx, const struct day_facts *facts);
// Minute of an instant on that day's wall clock; beyond 1440 on the next days, below 0 before.
int day_minute(const struct zp_zone *zone, struct zp_date date, int64_t instant);
// The cursor stops at bookings, at free time, and at other time to come that is long enough to
// matter.
bool day_item_stops(const struct day_item *item);
// The item that holds `minute`, else the nearest one that the cursor stops at; -1: none.
int day_column_find(const struct day_column *column, int minute);

// ---- the model

struct day_truth { // what the truth bar shows
    bool sync_known;
    int waiting, attention;
    struct zp_connection dikidi, bitrix24;
    struct zp_truth *truth; // NULL: not known
};

// Who waits, and whom a time fits that turned free.
struct later { // a time that a person did not want to offer
    int64_t waiting_id, starts_at;
};

struct day_waiting {
    struct zp_waiting *list; // NULL: not known
    size_t count;
    struct zp_fits *fits; // NULL: not known
    bool asked, stale;    // an answer is under way; and it will be out of date
    struct later *later;  // what is not to stand in the bar any more
    size_t later_count;
};

struct day {
    const struct screen_env *env;
    struct zp_date date, today;
    int64_t now;
    int rows, cols, zoom;     // zoom: minutes a row
    int narrowest;            // columns of the screen that a column needs at least; 0: as the Day
    const char *column_key;   // what goes from column to column, as it stands on the keyboard
    const bool *column_asked; // of each column, where each is asked about apart; NULL

    struct zp_catalogue *catalogue;
    struct zp_shifts *shifts;
    TALLOC_CTX *booking_owner; // of `bookings`
    struct zp_booking **bookings;
    size_t booking_count;
    bool bookings_known;
    struct zp_look *look;
    bool look_failed;
    struct day_truth truth;
    struct day_waiting waiting;
    bool day_asked, day_stale; // an answer is under way; and it will be out of date
    bool look_asked, truth_asked;
    char *trouble; // why the day could not be read; NULL

    struct day_board *board;
    // The cursor: a master, a booking or a time. What changes around it does not move it.
    char *master_id, *booking;
    int minute;
    int column, item; // where that is on the board now; -1: none
    int top, left;    // first row and column shown
    bool settling;    // a screen has just closed with Enter: a second one is not for the Day
    struct undo undo;
    bool follows; // nobody moved the cursor yet: its time stands in the upper third

    struct field *date_field; // not NULL while the date is asked for
    char *date_error;
};

// The answer to ZP_ASK_DAY; a failure leaves what was known, with its sentence.
void day_take_bookings(struct day *day, const struct zp_event *event);

// ---- geometry: the same for update and view

struct day_layout {
    bool list;   // one column as a list: below 80x24
    int head;    // rows above the body
    int body;    // rows of the body
    int detail;  // row of the line about the cursor's item; -1: none
    int bar;     // row of the truth bar; -1: none
    int time;    // columns of the time at the left
    int visible; // columns shown
    int width;   // of each; the first `wider` have one more
    int wider;
};
// `narrowest`: of struct day.
struct day_layout day_layout(int rows, int cols, size_t columns, int narrowest);
int day_column_left(const struct day_layout *layout, int place); // screen column of a shown one
int day_column_width(const struct day_layout *layout, int place);
int day_rows(const struct day *day); // rows of the whole board at this zoom
// Scrolls as little as shows the cursor's item.
void day_scroll(struct day *day);
// Puts the cursor's master, booking and time on the present board.
void day_place_cursor(struct day *day);

// `booking`: request id, NULL: the time alone. day_place_cursor() is to follow.
void day_cursor_to(struct day *day, const char *booking, int minute);
void day_move_item(struct day *day, int step);
void day_move_end(struct day *day, int step); // 1: the first, -1: the last
void day_move_master(struct day *day, int step);
void day_zoom(struct day *day, int step);

// What a click means: an item of a column of the board, or the column (item -1).
int day_hit(int column, int item);
void day_click(struct day *day, int hit);

const struct day_column *day_cursor_column(const struct day *day); // NULL: none
const struct day_item *day_cursor_item(const struct day *day);     // NULL: none

// ---- the waiting list

void day_waiting_ask(struct day *day, int tag, struct commands *commands);
void day_waiting_take(struct day *day, const struct zp_event *event, int tag,
                      struct commands *commands);
// The first that nobody put off; NULL: none.
const struct zp_fit *day_waiting_fit(const struct day *day);
void day_waiting_later(struct day *day, struct commands *commands); // puts it off
// "waits: Мария 15:30 Вера С. ^V"; false: nobody fits.
bool day_waiting_text(const struct day *day, char *out, size_t size);

// ---- opening other screens

#define DAY_OPENED 1 // tag of all that Day opens: what comes of them is treated alike
void day_open_key(struct day *day, enum action action, struct commands *commands);
void day_open_typed(const struct key *key, struct commands *commands);
size_t day_open_actions(const struct day *day, enum action *out);

// ---- drawing

void day_view_header(const struct day *day, const struct grid *grid);
void day_view_board(const struct day *day, const struct grid *grid,
                    const struct day_layout *layout);
void day_view_list(const struct day *day, const struct grid *grid, const struct day_layout *layout);
void day_view_detail(const struct day *day, const struct grid *grid, int row);
// The journal and the CRM do not have the same bookings of the day.
bool day_truth_differs(const struct day *day);
void day_view_truth(const struct day *day, const struct grid *grid, int row);
void day_view_date(const struct day *day, const struct grid *grid);
// Words of a stretch that is no booking: "free", "busy outside", … What is not known yet is being
// asked, or could not be.
const char *day_kind_words(const struct day *day, int column, enum day_kind kind);
enum style day_kind_style(enum day_kind kind);

#endif
