#ifndef TUI_TERM_CURSES_KEYS_H
#define TUI_TERM_CURSES_KEYS_H

// What terminals send in spite of their description: cursor keys that ignore the application mode,
// Home and End of several families.
void term_curses_define_keys(void);

#endif
