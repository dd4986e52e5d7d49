// A client's card in words: the command line and the console say it alike. Results are ctx's.
#ifndef TUI_CLIENT_WORDS_H
#define TUI_CLIENT_WORDS_H

#include <zapis/desk.h>

// "12 visits, 1 no-show, 2 cancelled".
char *client_words_counts(TALLOC_CTX *ctx, const struct zp_client_card *card);
// "usually every 28 days, last 30 days ago: due"; "last 3 days ago"; "" before the first visit.
char *client_words_due(TALLOC_CTX *ctx, const struct zp_client_card *card);
// True if he usually would have come again by now, and has booked nothing.
bool client_words_is_due(const struct zp_client_card *card);
// "Анна П., маникюр"; "" where there is nothing usual.
char *client_words_usual(TALLOC_CTX *ctx, const struct zp_client_card *card);
// How a booking ended or stands: "came", "did not come", "cancelled", "moved", "booked".
const char *client_words_state(const struct zp_booking *booking);
// What erasing a person does not reach.
const char *client_words_not_erased(void);

#endif
