#include "damage.h"

#include "base/memory.h"

#include <stdlib.h>
#include <string.h>

static uint64_t state_of;

void damage_seed_from_environment(void) {
    const char *seed = getenv("ZAPIS_TEST_SEED");
    state_of = seed != NULL ? strtoull(seed, NULL, 10) | 1 : 20261122;
}

uint32_t random_below(uint32_t limit) {
    state_of ^= state_of << 13;
    state_of ^= state_of >> 7;
    state_of ^= state_of << 17;
    return (uint32_t)(state_of >> 32) % limit;
}

char *damaged(TALLOC_CTX *ctx, const char *body, const char *const *pieces, size_t piece_count) {
    char *text = zp__memory_strdup(ctx, body);
    for (uint32_t n = 1 + random_below(4); n > 0; n--) {
        uint32_t size = (uint32_t)strlen(text), at = random_below(size + 1);
        uint32_t cut = random_below(4) == 0 ? random_below(40) : random_below(3);
        if (at + cut > size)
            cut = size - at;
        const char *put = pieces[random_below((uint32_t)piece_count)];
        if (random_below(4) == 0)
            put = "";
        text = zp__memory_printf(ctx, "%.*s%s%s", (int)at, text, put, text + at + cut);
        if (random_below(12) == 0)
            text[random_below((uint32_t)strlen(text) + 1)] = '\0';
    }
    return text;
}
