// The table of screens. A screen adds its extern and its line when its file exists.
#include "screen.h"

extern const struct screen_ops screen_day;
extern const struct screen_ops screen_booking;
extern const struct screen_ops screen_again;
extern const struct screen_ops screen_move;
extern const struct screen_ops screen_mark;
extern const struct screen_ops screen_card;
extern const struct screen_ops screen_cancel;
extern const struct screen_ops screen_clients;
extern const struct screen_ops screen_client;
extern const struct screen_ops screen_queue;
extern const struct screen_ops screen_waiting;
extern const struct screen_ops screen_wish;
extern const struct screen_ops screen_truth;
extern const struct screen_ops screen_numbers;
extern const struct screen_ops screen_week;
extern const struct screen_ops screen_prices;
extern const struct screen_ops screen_widget;
extern const struct screen_ops screen_check;
extern const struct screen_ops screen_palette;
extern const struct screen_ops screen_help;

const struct screen_ops *screen_find(enum screen_id id) {
    static const struct screen_ops *const table[SCREENS] = {
        [SCREEN_DAY] = &screen_day,         [SCREEN_BOOKING] = &screen_booking,
        [SCREEN_AGAIN] = &screen_again,     [SCREEN_MOVE] = &screen_move,
        [SCREEN_MARK] = &screen_mark,       [SCREEN_CARD] = &screen_card,
        [SCREEN_CANCEL] = &screen_cancel,   [SCREEN_CLIENTS] = &screen_clients,
        [SCREEN_CLIENT] = &screen_client,   [SCREEN_QUEUE] = &screen_queue,
        [SCREEN_TRUTH] = &screen_truth,     [SCREEN_NUMBERS] = &screen_numbers,
        [SCREEN_HELP] = &screen_help,       [SCREEN_PRICES] = &screen_prices,
        [SCREEN_WIDGET] = &screen_widget,   [SCREEN_CHECK] = &screen_check,
        [SCREEN_WAITING] = &screen_waiting, [SCREEN_WISH] = &screen_wish,
        [SCREEN_PALETTE] = &screen_palette, [SCREEN_WEEK] = &screen_week,
    };
    return (unsigned)id < SCREENS ? table[id] : NULL;
}
