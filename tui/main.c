// zapis: the process around the command line.
#include "cli.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zapis/i18n.h>
#include <zapis/log.h>

// A descriptor 0, 1 or 2 that the caller closed would be given to the next file opened, and an
// answer would be printed into the journal. Opened for reading only, so that writing still fails.
static void hold_standard_descriptors(void) {
    int fd;
    do
        fd = open("/dev/null", O_RDONLY);
    while (fd >= 0 && fd <= STDERR_FILENO);
    if (fd >= 0)
        close(fd);
}

int main(int argc, char **argv) {
    hold_standard_descriptors();
    signal(SIGPIPE, SIG_IGN);
    zp_panic_catch_faults();
    umask(S_IRWXG | S_IRWXO);
    // A core file would hold clients' phones and the keys of both services.
    setrlimit(RLIMIT_CORE, &(struct rlimit){0, 0});
    zp_i18n_init("auto");
    zp_log_init(-1, ZP_LOG_ERROR);
    return cli_main(argc, (const char *const *)argv, stdout, stderr);
}
