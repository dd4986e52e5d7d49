#include <zapis/time.h>

#include <time.h>

static int64_t read_ms(clockid_t id) {
    struct timespec now = {0};
    if (clock_gettime(id, &now) != 0) {
        zp_panic("the system's clock %d cannot be read", (int)id);
    }
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

int64_t zp_clock_now_ms(const struct zp_clock *clock) {
    return read_ms(CLOCK_REALTIME) + clock->offset_ms;
}

int64_t zp_clock_now(const struct zp_clock *clock) {
    int64_t ms = zp_clock_now_ms(clock);
    return ms / 1000 - (ms % 1000 < 0);
}

int64_t zp_clock_boot_ms(void) {
    return read_ms(CLOCK_BOOTTIME);
}
