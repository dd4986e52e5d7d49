// A booking as it grows in the dialogue, step by step; a move and a repeat are the same steps.
#ifndef TUI_LINEAR_BOOK_H
#define TUI_LINEAR_BOOK_H

#include "linear.h"

enum linear_step {
    LINEAR_SERVICE,
    LINEAR_MASTER,
    LINEAR_DAY,
    LINEAR_TIME,
    LINEAR_PHONE,
    LINEAR_NAME,
    LINEAR_COMMENT,
    LINEAR_CONFIRM,
    LINEAR_STEPS,
};

struct linear_draft { // a talloc tree of its own under the dialogue
    struct zp_catalogue *catalogue;
    const char **services;
    size_t count;
    const char *master_id; // NULL: any
    struct zp_date date;   // asked for, or proposed; year 0: today
    int64_t starts_at;     // 0: not chosen
    bool unproven;         // said in a line: Dikidi has not been asked whether it is free
    bool walk_in;
    char *phone;      // E.164, "" not known
    char *name;       // "" not known
    char *known_name; // of the client who has that phone; NULL: nobody is known
    char *comment;    // "" none
    bool known[LINEAR_STEPS];
    bool fixed[LINEAR_STEPS]; // not to be changed: of a move
    struct zp_slot *offers;   // after a refusal
    size_t offer_count;
    struct zp_booking *old; // the booking that is moved; NULL: a new one
    bool again;             // it is cancelled: booked once more, its CRM entry goes along
    bool listing;           // a wish of the waiting list is made, no booking
    struct zp_date last;    // listing: waits until then
    int from_min, to_min;   // listing: of the day
    int64_t waiting_id;     // the wish it is booked for; 0: none
    char *waiting_phone;    // of the wish: another phone takes it off the booking
};

enum linear_went { LINEAR_NEXT, LINEAR_PREVIOUS, LINEAR_LEAVE };

// An answer that is no line, as a way to go.
enum linear_went linear_went_of(enum linear_reply reply);

enum linear_went linear_step_service(struct linear *linear, struct linear_draft *draft);
enum linear_went linear_step_master(struct linear *linear, struct linear_draft *draft);
enum linear_went linear_step_day(struct linear *linear, struct linear_draft *draft);
enum linear_went linear_step_time(struct linear *linear, struct linear_draft *draft);
enum linear_went linear_step_phone(struct linear *linear, struct linear_draft *draft);
enum linear_went linear_step_name(struct linear *linear, struct linear_draft *draft);
enum linear_went linear_step_comment(struct linear *linear, struct linear_draft *draft);
enum linear_went linear_step_confirm(struct linear *linear, struct linear_draft *draft);

// In place of day, time and confirmation, where a wish is made (linear_wish.c).
enum linear_went linear_wish_days(struct linear *linear, struct linear_draft *draft);
enum linear_went linear_wish_hours(struct linear *linear, struct linear_draft *draft);
enum linear_went linear_wish_confirm(struct linear *linear, struct linear_draft *draft);
void linear_wish_submit(struct linear *linear, struct linear_draft *draft);

// From a booking to a wish, since no time suits; false: the line does not say so.
bool linear_turns_to_wish(struct linear_draft *draft, const char *line);
// Asks Dikidi whether the draft's time is free; false: it was said that it is not, or not known.
bool linear_is_offered(struct linear *linear, struct linear_draft *draft);
// The same for a time said in a line: what is free beside it is told, and the time (where that day
// has none, the day) is asked again. True where it could not be asked, too.
bool linear_prove_time(struct linear *linear, struct linear_draft *draft);
// An empty draft, in place of what was kept; NULL: the price list could not be had.
struct linear_draft *linear_draft_new(struct linear *linear);
// Walks the steps that are left, then does what they lead to.
void linear_draft_go(struct linear *linear, struct linear_draft *draft);
void linear_say_client(struct linear *linear, const struct linear_draft *draft);

void linear_set(struct linear_draft *draft, char **text, const char *value);
const char *linear_master_name(const struct linear_draft *draft, const char *master_id);
bool linear_walk_in_allowed(const struct linear *linear);
// Takes an E.164 phone, and says who of the salon's clients has it.
void linear_take_phone(struct linear *linear, struct linear_draft *draft, const char *phone);
// Fills the draft from a booking in one line (line.h); what lacks is asked by the steps. False: it
// was said what is not understood, and nothing is to be booked.
bool linear_read_line(struct linear *linear, struct linear_draft *draft, const char *line);
// Asks the desk and says what came of it; true: the draft has done its work.
bool linear_submit(struct linear *linear, struct linear_draft *draft);

#endif
