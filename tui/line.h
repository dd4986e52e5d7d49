// A booking in one line, as it is said: "стрижка аня 15:30 9161234567 Мария". Any order, either
// keyboard layout, transliterated, words shortened; in Russian and English whatever the program
// speaks. A pure function: the same text, price list, clock and clients give the same draft.
//
// What each word may be:
//   service   words of its name, whole or shortened; several words narrow one service down; the
//             next that does not fit begins the next service, and so does any after "+"
//   master    the name, whole, shortened, the familiar form (Аня) or declined (к Ане); "мастер Аня"
//             or "master Anna" where it could be the client
//   date      today, завтра, fri, 25.11, 25 ноября, 2026-11-25, +3; left out: today
//   time      15:30, 15.30, 1530, 15-30, "в 3", "at 15", 3pm, "15 часов"
//   phone     as zp_phone_normalise takes it, with blanks and dashes; or "walk-in", "без телефона"
//   comment   "in quotes", or all after # (№ on the Russian keyboard)
//   name      what remains; "имя Анна" or "name Anna" where it could be the master; "Анна Котова"
//             where another word names the master and nobody here is called Котова
//   id:123    a service or a master by Dikidi's number
// Nothing is guessed: what has two meanings is told with both of them.
#ifndef TUI_LINE_H
#define TUI_LINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <zapis/desk.h>
#include <zapis/memory.h>
#include <zapis/phone.h>
#include <zapis/time.h>

#define LINE_BYTES 1024 // what is longer is not read on
#define LINE_WORDS 64

enum line_role {
    LINE_NOTHING, // not understood
    LINE_FILLER,  // "в", "на", "+": nothing to understand
    LINE_SERVICE,
    LINE_MASTER,
    LINE_DATE,
    LINE_TIME,
    LINE_PHONE,
    LINE_WALK_IN,
    LINE_NAME,
    LINE_COMMENT,
    LINE_AMBIGUOUS, // a trouble says what it may be
    LINE_ROLES,
};
// "Service", "Master" …: translated; "" for FILLER. Their first letters differ in each language, so
// that one letter marks a word; "?" for what is not understood or has two meanings.
const char *line_role_word(enum line_role role);

struct line_word {
    size_t at, size; // in the text, bytes
    enum line_role role;
};

enum line_trouble_kind {
    LINE_TWO_MEANINGS, // with choices
    LINE_TWICE,        // a second time, date, phone …
    LINE_PAST,
    LINE_NO_SUCH_TIME, // the clocks jump over it, or it comes twice
    LINE_NOT_DONE,     // the master does not do the service
    LINE_NO_PHONE,     // digits that are no phone
    LINE_NO_WALK_IN,   // this salon needs a phone
    LINE_TOO_MANY,     // services or words
    LINE_NOT_UNDERSTOOD,
};

struct line_choice {
    char *text;  // for a person
    char *typed; // what says it, to be put in place of the word
};

struct line_trouble {
    enum line_trouble_kind kind;
    size_t word;    // of draft->words
    char *sentence; // translated
    struct line_choice *choices;
    size_t choice_count;
};

enum line_lack { // what a booking needs and the line does not say (or not clearly)
    LINE_LACKS_SERVICE = 1,
    LINE_LACKS_TIME = 2,
    LINE_LACKS_PHONE = 4,
    LINE_LACKS_NAME = 8,
};

struct line_draft { // one talloc tree
    struct line_word *words;
    size_t word_count;
    const char **service_ids;
    size_t service_count;
    const char *master_id; // NULL: any
    struct zp_date date;   // year 0: not said
    int minute;            // after 00:00 on the wall clock; -1: not said
    int64_t starts_at;     // UTC seconds; 0: not known
    char phone[ZP_PHONE_SIZE];
    bool walk_in;
    char *name, *comment; // "" when none
    bool name_known;      // not typed: the client of that phone
    struct line_trouble *troubles;
    size_t trouble_count;
    unsigned lacks; // enum line_lack; 0 and no trouble: everything is there
    // Something was said that only a booking says: a service with anything else, a time, a phone.
    bool booking;
};

// The names of a price list made ready once: line_parse is called with each key.
struct line_names;
struct line_names *line_names_new(TALLOC_CTX *ctx, const struct zp_catalogue *catalogue);

struct line_context {
    const struct line_names *names; // NULL: not known (yet): no service or master is understood
    const struct zp_zone *zone;
    const char *country; // of the salon, for phones
    int64_t now;
    bool walk_in_allowed;
    const struct zp_client *known; // clients found so far: give the name of a phone
    size_t known_count;
};

// Never NULL. The catalogue behind context->names must outlive the draft.
struct line_draft *line_parse(TALLOC_CTX *ctx, const char *text,
                              const struct line_context *context);

// "a service, the time": what lacks, in words, owned by ctx.
char *line_lack_words(TALLOC_CTX *ctx, unsigned lacks);

#endif
