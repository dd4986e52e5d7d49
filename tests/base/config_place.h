// A directory with a configuration and secrets in it, for the tests of zapis/config.h.
#ifndef TESTS_BASE_CONFIG_PLACE_H
#define TESTS_BASE_CONFIG_PLACE_H

#include "check.h"

#include <dirent.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zapis/config.h>
#include <zapis/memory.h>

struct place {
    char directory[64];
    char file[96];
};

// A directory with a configuration and two secrets in it.
static inline int open_place(void **state) {
    struct place *place = talloc_zero(NULL, struct place);
    snprintf(place->directory, sizeof place->directory, "/tmp/zapis-config-XXXXXX");
    if (mkdtemp(place->directory) == NULL) {
        return -1;
    }
    snprintf(place->file, sizeof place->file, "%s/zapis.conf", place->directory);
    *state = place;
    return 0;
}

static inline void write_file(const struct place *place, const char *name, const char *bytes,
                              size_t size, mode_t mode) {
    char path[200];
    snprintf(path, sizeof path, "%s/%s", place->directory, name);
    unlink(path);
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    assert_true(fd >= 0);
    assert_int_equal(write(fd, bytes, size), (ssize_t)size);
    assert_int_equal(fchmod(fd, mode), 0);
    close(fd);
}

static inline void write_text(const struct place *place, const char *name, const char *text) {
    write_file(place, name, text, strlen(text), 0600);
}

static inline int close_place(void **state) {
    struct place *place = *state;
    DIR *directory = opendir(place->directory);
    for (struct dirent *entry; (entry = readdir(directory)) != NULL;) {
        unlinkat(dirfd(directory), entry->d_name, 0);
    }
    closedir(directory);
    int result = rmdir(place->directory);
    talloc_free(place);
    return result;
}

static const char least[] =
    "salon = { company = \"550001\"; timezone = \"Europe/Moscow\"; };\n"
    "dikidi = { base_url = \"https://api.example/\"; key_file = \"key\"; };\n"
    "bitrix24 = { webhook_url_file = \"url\"; };\n";

static inline void write_secrets(const struct place *place) {
    write_text(place, "key", "dikidi-key\n");
    write_text(place, "url", "https://portal.example/rest/1/s3cret\r\n");
}

static inline struct zp_config *load(const struct place *place, const char *text) {
    struct zp_error err = {0};
    write_text(place, "zapis.conf", text);
    struct zp_config *config = zp_config_load(NULL, place->file, ZP_CONFIG_NEED_ALL, &err);
    if (config == NULL) {
        fail_msg("%s", err.message);
    }
    return config;
}

// Loading must fail with a message that has `part` in it and names the file.
static inline void refused(const struct place *place, const char *text, enum zp_config_need need,
                           const char *part) {
    struct zp_error err = {0};
    write_text(place, "zapis.conf", text);
    struct zp_config *config = zp_config_load(NULL, place->file, need, &err);
    if (config != NULL || err.code != ZP_E_CONFIG || strstr(err.message, part) == NULL) {
        fail_msg("%s\n→ %s", text, config == NULL ? err.message : "accepted");
    }
    assert_non_null(strstr(err.message, place->file));
    assert_null(strstr(err.message, "s3cret"));
    assert_null(strstr(err.message, "dikidi-key"));
}

#endif
