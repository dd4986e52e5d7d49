// What the journal calls things ("crm-log", "not-sent"), in words of the language. A name of a
// newer version stands as it is.
#ifndef TUI_WORDS_HISTORY_H
#define TUI_WORDS_HISTORY_H

const char *words_history(const char *what); // what happened to a booking: zp_history.what
const char *words_task(const char *kind);    // what is to be done: zp_task.kind

#endif
