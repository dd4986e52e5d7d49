#include <zapis/time.h>

#include <fcntl.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

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

bool zp_clock_boot_id(char out[ZP_BOOT_ID_SIZE]) {
    int fd = open("/proc/sys/kernel/random/boot_id", O_RDONLY | O_CLOEXEC);
    if (fd < 0) {
        return false;
    }
    ssize_t size = read(fd, out, ZP_BOOT_ID_SIZE - 1);
    close(fd);
    if (size <= 0) {
        return false;
    }
    out[size] = '\0';
    out[strcspn(out, "\n")] = '\0';
    return true;
}
