// Style roles: what a cell means, never which colour it has. A theme (term_curses.c) turns roles
// into attributes. Every state says itself in a letter or a mark first; the role only repeats it.
#ifndef TUI_STYLE_H
#define TUI_STYLE_H

// STYLE(NAME, letter in .screen files): one list, so that names, letters and themes cannot drift.
#define STYLE_LIST                                                                                 \
    STYLE(DEFAULT, '.')                                                                            \
    STYLE(HEADER, 'h')    /* the top line of a screen */                                           \
    STYLE(TITLE, 't')     /* heads of columns and sections */                                      \
    STYLE(DIM, 'd')       /* labels, ages, what is secondary */                                    \
    STYLE(STRONG, 'b')    /* what matters in a line */                                             \
    STYLE(CURSOR, 'c')    /* where the next key acts */                                            \
    STYLE(SELECTED, 's')  /* chosen, but the keys act elsewhere */                                 \
    STYLE(FIELD, 'f')     /* an edit field without the focus */                                    \
    STYLE(FIELD_ON, 'g')  /* the edit field with the focus */                                      \
    STYLE(MATCH, 'm')     /* letters that match what was typed */                                  \
    STYLE(KEY, 'k')       /* a key's name */                                                       \
    STYLE(KEY_LABEL, 'l') /* what the key does */                                                  \
    STYLE(LINE, 'i')      /* frames and rules */                                                   \
    STYLE(NOTICE, 'n')    /* the program speaks */                                                 \
    STYLE(OK, 'o')                                                                                 \
    STYLE(WARN, 'w')                                                                               \
    STYLE(ERROR, 'e')                                                                              \
    STYLE(PRACTICE, 'p') /* the PRACTICE mark */                                                   \
    STYLE(BOOKED, 'B')   /* bookings, by state */                                                  \
    STYLE(CAME, 'C')                                                                               \
    STYLE(NO_SHOW, 'N')                                                                            \
    STYLE(PENDING, 'P')   /* written or sent, no answer yet */                                     \
    STYLE(UNCERTAIN, 'U') /* the answer never came */                                              \
    STYLE(GONE, 'X')      /* cancelled, refused, dropped */                                        \
    STYLE(FREE, 'F')      /* a schedule answer offers it */                                        \
    STYLE(OUTSIDE, 'O')   /* busy outside the journal */                                           \
    STYLE(OFF, 'x')       /* off hours */                                                          \
    STYLE(UNKNOWN, 'u')   /* shift time that nobody could tell */                                  \
    STYLE(BREAK, 'r')                                                                              \
    STYLE(NOW, 'z') /* the now-line */                                                             \
    STYLE(QR, 'q')  /* black on white whatever the theme: a camera reads it */

enum style {
#define STYLE(name, letter) STYLE_##name,
    STYLE_LIST
#undef STYLE
};
#define STYLES (STYLE_QR + 1)

char style_letter(enum style style); // of .screen files; '.' for STYLE_DEFAULT

#endif
