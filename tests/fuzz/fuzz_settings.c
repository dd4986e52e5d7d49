// The configuration file: taken whole, or refused with one sentence that names the file.
#include "fuzz.h"

#include <fcntl.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
#include <zapis/error.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    char path[64];
    struct zp_error err = {0};
    const int fd = memfd_create("zapis.conf", MFD_CLOEXEC);

    FUZZ_CHECK(fd >= 0 && write(fd, data, size) == (ssize_t)size);
    (void)snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
    for (int need = ZP_CONFIG_NEED_COMPANY; need <= ZP_CONFIG_NEED_ALL; need++) {
        TALLOC_CTX *ctx = talloc_new(NULL);
        struct zp_config *config = zp_config_load(ctx, path, (enum zp_config_need)need, &err);
        if (config == NULL) {
            FUZZ_CHECK(err.code == ZP_E_CONFIG && err.message[0] != '\0');
            FUZZ_CHECK(fuzz_is_clean(err.message));
        } else {
            FUZZ_CHECK(config->salon.company[0] != '\0');
            FUZZ_CHECK(need == ZP_CONFIG_NEED_COMPANY || config->zone != NULL);
            FUZZ_CHECK(config->dikidi.requests_per_minute > 0);
        }
        talloc_free(ctx);
    }
    (void)close(fd);
    return 0;
}
