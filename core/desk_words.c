// The fixed words of the waist's enumerations (design/interface.md "JSON").
#include <zapis/desk.h>

const char *zp_check_state_name(enum zp_check_state state) {
    static const char *const names[] = {"ok", "warn", "fail", "skipped"};
    return names[state];
}

const char *zp_setup_kind_name(enum zp_setup_kind kind) {
    static const char *const names[] = {"present", "created", "would-create", "by-hand", "failed"};
    return names[kind];
}
