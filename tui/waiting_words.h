// The waiting list in words, for the console and the command line. Texts are owned by ctx.
#ifndef TUI_WAITING_WORDS_H
#define TUI_WAITING_WORDS_H

#include <zapis/error.h>
#include <zapis/memory.h>
#include <zapis/waiting.h>

char *waiting_wish_text(TALLOC_CTX *ctx, const struct zp_waiting *one); // "Стрижка · Вера С."
// "Mon 23 Nov", "Mon 23 Nov - Wed 25 Nov 10:00-14:00".
char *waiting_when_text(TALLOC_CTX *ctx, const struct zp_waiting *one);
// "Мария waits: Mon 23 Nov 15:30, Вера С. turned free": here; more is not claimed.
char *waiting_fit_text(TALLOC_CTX *ctx, const struct zp_zone *zone, const struct zp_waiting *one,
                       const struct zp_fit *fit);
// "waits: Стрижка · Вера С., Mon 23 Nov": a line of the client's card.
char *waiting_card_text(TALLOC_CTX *ctx, const struct zp_waiting *one);
const char *waiting_history_words(const char *what); // of a line of its history
// "10:00-14:00", "10-14", "10:00"; "" or "-": any time. False with a sentence.
bool waiting_time_parse(const char *text, int *from_min, int *to_min, struct zp_error *err);
#define WAITING_REASONS 3
const char *waiting_reason(size_t which); // why somebody does not wait any more
// The same back; "" for any time.
#define WAITING_TIME_SIZE 16
void waiting_time_format(const struct zp_waiting *one, char out[WAITING_TIME_SIZE]);

#endif
