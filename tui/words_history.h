// What the journal calls things ("crm-log", "not-sent"), in words of the language. A name of a
// newer version stands as it is.
#ifndef TUI_WORDS_HISTORY_H
#define TUI_WORDS_HISTORY_H

#include <talloc.h>
#include <zapis/booking.h>

const char *words_history(const char *what); // what happened to a booking: zp_history.what
const char *words_task(const char *kind);    // what is to be done: zp_task.kind

// What a task is about when it is no booking of the journal ("dikidi:852900001", "deal:7405",
// "bitrix24"), in words; NULL: it is one.
char *words_subject(TALLOC_CTX *ctx, const char *subject);
// By what its booking can be asked for; NULL: it has none that is known.
const char *words_subject_booking(const struct zp_task *task);

#endif
