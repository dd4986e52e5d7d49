// Built in only with ZAPIS_SANITIZE: fontconfig forgets a few hundred bytes of its own whenever it
// reads its configuration; a leak of anything else still fails.
#include <sanitizer/lsan_interface.h>

const char *__lsan_default_suppressions(void) {
    return "leak:libfontconfig.so\n";
}

const char *__lsan_default_options(void) {
    return "print_suppressions=0";
}
