// The table of screens. A screen adds its extern and its line when its file exists.
#include "screen.h"

extern const struct screen_ops screen_day;

const struct screen_ops *screen_find(enum screen_id id) {
    static const struct screen_ops *const table[SCREENS] = {
        [SCREEN_DAY] = &screen_day,
    };
    return (unsigned)id < SCREENS ? table[id] : NULL;
}
