// Whether practice servers run here: each holds the lock of its state directory while it lives.
#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zapis/practice.h>

#define CONFIG_FILE "zapis.conf"

// A directory of this account whose lock is held. The configuration is written when the lock has
// been taken, so that a look never comes between a salon that starts and its own lock.
static bool runs(const char *dir) {
    char path[512];
    struct stat st;
    bool held = false;
    (void)snprintf(path, sizeof(path), "%s/" CONFIG_FILE, dir);
    if (lstat(path, &st) != 0 || !S_ISREG(st.st_mode) || st.st_uid != geteuid())
        return false;
    (void)snprintf(path, sizeof(path), "%s/lock", dir);
    const int fd = open(path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
    if (fd < 0)
        return false;
    held = flock(fd, LOCK_SH | LOCK_NB) != 0;
    close(fd);
    return held;
}

char *zp_practice_running(TALLOC_CTX *ctx, const char *base) {
    char *found = NULL;
    DIR *folder = opendir(base);
    for (struct dirent *entry; folder && !found && (entry = readdir(folder)) != NULL;) {
        if (strncmp(entry->d_name, ZP_PRACTICE_PREFIX, strlen(ZP_PRACTICE_PREFIX)) != 0)
            continue;
        char *dir = talloc_asprintf(ctx, "%s/%s", base, entry->d_name);
        if (runs(dir))
            found = talloc_asprintf(ctx, "%s/" CONFIG_FILE, dir);
        talloc_free(dir);
    }
    if (folder)
        closedir(folder);
    return found;
}
