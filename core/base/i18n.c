#include <zapis/i18n.h>

#include <langinfo.h>
#include <libintl.h>
#include <limits.h>
#include <locale.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/environment.h"

#define DOMAIN "zapis"

// glibc's translations are process-wide, and so is this: the language of the person at the desk.
static bool russian;
// The language of the environment, noted before LANGUAGE is set by us.
static char environment[64];
static bool environment_read;

// What the environment asks for, by gettext's order of precedence.
static const char *environment_language(void) {
    static const char *const names[] = {"LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG"};
    if (!environment_read) {
        environment_read = true;
        for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
            const char *value = zp__environment_get(names[i]);
            if (value != NULL) {
                snprintf(environment, sizeof environment, "%s", value);
                break;
            }
        }
    }
    return environment;
}

// The directory with ru/LC_MESSAGES/zapis.mo: asked for, beside the program (a build tree), or
// where an installation puts it.
static bool find_directory(char out[PATH_MAX]) {
    const char *asked = zp__environment_get("ZAPIS_LOCALE_DIR");
    if (asked != NULL) {
        return snprintf(out, PATH_MAX, "%s", asked) < PATH_MAX;
    }
    static const char *const places[] = {"locale", "../share/locale"};
    char program[PATH_MAX - 32];
    ssize_t length = readlink("/proc/self/exe", program, sizeof program - 1);
    if (length <= 0) {
        return false;
    }
    program[length] = '\0';
    char *slash = strrchr(program, '/');
    if (slash == NULL) {
        return false;
    }
    *slash = '\0';
    for (size_t i = 0; i < sizeof places / sizeof places[0]; i++) {
        struct stat status;
        if (snprintf(out, PATH_MAX, "%s/%s", program, places[i]) < PATH_MAX &&
            stat(out, &status) == 0 && S_ISDIR(status.st_mode)) {
            return true;
        }
    }
    return false;
}

// Character types and messages in UTF-8 even where only "C" is set or the locale named is not
// installed; numbers always as in C, so that no figure is ever written with a comma by printf.
// NOLINTBEGIN(concurrency-mt-unsafe): the main thread alone chooses the language (zapis/i18n.h),
// and the other threads format nothing by the locale.
static void set_locale(void) {
    if (setlocale(LC_ALL, "") == NULL) {
        setlocale(LC_ALL, "C.UTF-8");
    }
    if (strcmp(nl_langinfo(CODESET), "UTF-8") != 0) {
        setlocale(LC_CTYPE, "C.UTF-8");
    }
    // glibc ignores LANGUAGE while messages are those of "C" or "POSIX".
    const char *messages = setlocale(LC_MESSAGES, NULL);
    if (messages == NULL || strcmp(messages, "C") == 0 || strcmp(messages, "POSIX") == 0) {
        setlocale(LC_MESSAGES, "C.UTF-8");
    }
    setlocale(LC_NUMERIC, "C");
}

// Counted up so that glibc forgets what it found in another language (its manual, "Being a gettext
// program").
extern int _nl_msg_cat_cntr;

void zp_i18n_init(const char *language) {
    const char *chosen =
        language == NULL || strcmp(language, "auto") == 0 ? environment_language() : language;
    environment_language();
    russian = strncmp(chosen, "ru", 2) == 0;
    set_locale();
    setenv("LANGUAGE", russian ? "ru" : "en", 1);
    char directory[PATH_MAX];
    if (find_directory(directory)) {
        bindtextdomain(DOMAIN, directory);
    }
    bind_textdomain_codeset(DOMAIN, "UTF-8");
    _nl_msg_cat_cntr++;
}
// NOLINTEND(concurrency-mt-unsafe)

bool zp_i18n_russian(void) {
    return russian;
}

// The catalogue's entry for "" is its header, never a sentence. English is what the program is
// written in: looking for a catalogue of it took a tenth of a frame.
const char *zp_i18n(const char *msgid) {
    return msgid[0] == '\0' || !russian ? msgid : dgettext(DOMAIN, msgid);
}

const char *zp_i18n_plural(const char *one, const char *many, unsigned long n) {
    return russian ? dngettext(DOMAIN, one, many, n) : n == 1 ? one : many;
}
