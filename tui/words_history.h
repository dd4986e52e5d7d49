// What the journal calls things ("crm-log", "not-sent"), in words of the language. A name of a
// newer version stands as it is.
#ifndef TUI_WORDS_HISTORY_H
#define TUI_WORDS_HISTORY_H

#include <stdbool.h>
#include <stddef.h>
#include <zapis/booking.h>
#include <zapis/memory.h>

const char *words_history(const char *what); // what happened to a booking: zp_history.what
const char *words_history_detail(const struct zp_history *line); // may be NULL
const char *words_task(const char *kind);                        // what is to be done: zp_task.kind

// What giving a task of that kind up means: said before it is done.
const char *words_task_drop(const char *kind);
// True if trying it again does what cannot be taken back: asked about first, in these words.
bool words_task_is_grave(const struct zp_task *task);
const char *words_task_grave(void);

// The usual reasons of a cancel, from 0 on.
#define WORDS_REASONS 6
const char *words_reason(size_t number);

// What a task is about when it is no booking of the journal ("dikidi:852900001", "deal:7405",
// "bitrix24"), in words; NULL: it is one.
char *words_subject(TALLOC_CTX *ctx, const char *subject);
// By what its booking can be asked for; NULL: it has none that is known.
const char *words_subject_booking(const struct zp_task *task);

#endif
