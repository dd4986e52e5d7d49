// Words for people, in Russian or English. msgids are English sentences; etc/po/ru.po has the
// Russian. The language comes from the configuration, else LANGUAGE, LC_ALL, LC_MESSAGES, LANG;
// works with only C.UTF-8 installed.
#ifndef ZAPIS_I18N_H
#define ZAPIS_I18N_H

#include <stdbool.h>

// Call once after setlocale and again to switch in place. `language`: "auto", "ru" or "en".
// LC_CTYPE falls back to C.UTF-8 where the environment names a locale that is not installed;
// LC_NUMERIC stays C.
void zp_i18n_init(const char *language);
bool zp_i18n_russian(void);

const char *zp_i18n(const char *msgid) __attribute__((format_arg(1)));
const char *zp_i18n_plural(const char *one, const char *many, unsigned long n)
    __attribute__((format_arg(1))) __attribute__((format_arg(2)));

#define _(msgid)         zp_i18n(msgid)
#define N_(msgid)        (msgid) // marks a string for the catalogue without translating it here
#define P_(one, many, n) zp_i18n_plural(one, many, n)

#endif
