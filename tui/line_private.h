// What the files of the one-line parser share. Nobody else includes this.
#ifndef TUI_LINE_PRIVATE_H
#define TUI_LINE_PRIVATE_H

#include "line.h"
#include <zapis/text.h>

// Words with a meaning of their own before another word.
enum line_marker {
    LINE_MARK_NONE,
    LINE_MARK_FILLER,
    LINE_MARK_AT,     // before a number: the hour
    LINE_MARK_TO,     // before a master, or an hour
    LINE_MARK_MASTER, // before a master
    LINE_MARK_NAME,   // before the client's name
    LINE_MARK_PLUS,   // between services
};

#define LINE_READINGS 2 // a sign at a word's end is a sign, or a letter of the other layout

struct line_token {
    size_t at, size;
    char *text; // as typed, without signs at its end
    struct zp_text_query *readings[LINE_READINGS];
    size_t reading_count;
    enum line_role role;
    enum line_marker marker;
    bool taken;    // has its role
    bool letters;  // has a letter and no digit
    bool figures;  // has a digit
    uint8_t *rank; // of each service, then each master; 0: no match, 1: the best; NULL: not asked
};

struct line_given {    // a word of a name, and how people say it
    char *name;        // folded
    const char **rows; // of the table of familiar forms
    size_t row_count;
};

struct line_entry {        // a service or a master
    const char *id, *name; // of the catalogue
    struct zp_text_searched *searched;
    struct line_given **given; // of a master
    size_t given_count;
};

struct line_names {
    const struct zp_catalogue *catalogue;
    struct line_entry *services, *masters; // as many as the catalogue has
};

// Words that mean one service, or one master, together; and whom they may mean.
struct line_group {
    size_t tokens[LINE_WORDS], count;
    size_t distinct; // of them: no word twice
    bool *in;        // of all services, or all masters
    bool forced;
    bool closed; // a "+" came after it
    bool client; // of masters: beside a surname that nobody here has
};

struct line_work {
    const struct line_context *context;
    const char *source;
    struct line_draft *draft; // what lives on
    struct line_token *tokens;
    size_t count;
    struct zp_date today;
    size_t date_token, time_token; // + 1; 0: none
    bool instant_said;             // with its offset: draft->starts_at
    struct line_group *masters;    // NULL: none is said
    bool other_layout, as_typed;   // words were understood so
};

// line_words.c
bool line_split(struct line_work *work); // false: there are more than LINE_WORDS
// One of the words of a blank-separated list, in any spelling.
bool line_is(const struct line_token *token, const char *list);
// All spellings of a token in order of trust, for lookups; NULL after the last.
const char *line_spelling(const struct line_token *token, size_t number);
void line_take(struct line_work *work, size_t token, enum line_role role);

// line_when.c
void line_find_exact(struct line_work *work);  // what can be nothing else
void line_find_number(struct line_work *work); // after phones: +3, 15.30, 1530, "в 3"
bool line_when_possible(const struct line_work *work, const struct line_token *token);
void line_resolve_when(struct line_work *work); // the instant, with all that may be wrong with it

// line_phone.c
void line_find_phone(struct line_work *work);

// line_rank.c
void line_rank(struct line_work *work);             // which services and masters each word may mean
size_t line_services(const struct line_work *work); // how many there are
size_t line_masters(const struct line_work *work);
// The best rank among services, or among masters; 0: it means none.
uint8_t line_best_service(const struct line_work *work, size_t token);
uint8_t line_best_master(const struct line_work *work, size_t token);
bool line_may_be_service(const struct line_work *work, size_t token, size_t service);
bool line_may_be_master(const struct line_work *work, size_t token, size_t master);
size_t line_count(const bool *in, size_t count);
// Takes the token as that, and remembers under which layout it was understood.
void line_take_name(struct line_work *work, size_t token, enum line_role role, uint8_t rank);
// One of the masters that may be meant does it (any, where none is said).
bool line_done(const struct line_work *work, size_t service);
// line_who.c
void line_find_master(struct line_work *work);
void line_find_client(struct line_work *work);                 // the name is what remains
bool line_in_name(const struct line_work *work, size_t token); // after "имя"
// line_service.c
void line_find_services(struct line_work *work);
// A choice that says this service, or this master, so that it is understood.
void line_choose_service(struct line_trouble *trouble, const struct line_work *work,
                         size_t service);
void line_choose_master(struct line_trouble *trouble, const struct line_work *work, size_t master);
// line_familiar.c: a word (folded, `size` bytes) of a master's name made ready.
struct line_given *line_given_new(TALLOC_CTX *ctx, const char *name, size_t size);
// `word` (folded) is it, in any case, or a familiar form of it.
bool line_familiar(const struct line_given *given, const char *word);
// `word` (folded) is a given name or a familiar form of one.
bool line_is_given_name(const char *word);

// line.c
struct line_trouble *line_trouble_add(struct line_work *work, enum line_trouble_kind kind,
                                      size_t token, char *sentence);
void line_choice_add(struct line_trouble *trouble, const char *text, const char *typed);

#endif
