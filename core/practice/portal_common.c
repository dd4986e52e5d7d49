// Who we are, what there is, what time it is (bitrix24.md 14).
#include "practice/portal_internal.h"

#include <ctype.h>

static void profile(struct zp__portal_call *call) {
    struct zp__php *me = call->result = zp__php_new_array(call->ctx);
    zp__php_put_string(me, "ID", "1");
    zp__php_put_bool(me, "ADMIN", !call->portal->clerk);
    zp__php_put_string(me, "NAME", "Ольга");
    zp__php_put_string(me, "LAST_NAME", "Управляющая");
    zp__php_put_string(me, "PERSONAL_GENDER", "F");
    zp__php_put_string(me, "TIME_ZONE", zp_zone_name(call->portal->zone));
}

static void user_current(struct zp__portal_call *call) {
    struct zp__php *me = call->result = zp__php_new_array(call->ctx);
    char now[ZP_INSTANT_SIZE];
    zp_instant_format(call->portal->zone, zp__portal_now(call->portal), now);
    zp__php_put_string(me, "ID", "1");
    zp__php_put_bool(me, "ACTIVE", true);
    zp__php_put_string(me, "NAME", "Ольга");
    zp__php_put_string(me, "LAST_NAME", "Управляющая");
    zp__php_put_string(me, "EMAIL", "desk@salon.example");
    zp__php_put_string(me, "LAST_LOGIN", now);
    zp__php_put_string(me, "DATE_REGISTER", "2024-02-01T00:00:00+00:00");
    zp__php_put_string(me, "IS_ONLINE", "Y");
    zp__php_put_string(me, "TIME_ZONE", zp_zone_name(call->portal->zone));
    zp__php_put_string(me, "USER_TYPE", "employee");
    zp__php_put_int(zp__php_put_array(me, "UF_DEPARTMENT"), NULL, 1);
}

static void scope(struct zp__portal_call *call) {
    static const char *const granted[] = {"crm", "user_brief"};
    static const char *const all[] = {"crm",  "user_brief", "user_basic", "user", "userfieldconfig",
                                      "task", "calendar",   "bizproc",    "im",   "booking"};
    bool full = !zp__php_empty(zp__php_get(call->params, "full"));
    const char *const *names = full ? all : granted;
    size_t count = full ? sizeof all / sizeof all[0] : sizeof granted / sizeof granted[0];
    call->result = zp__php_new_array(call->ctx);
    for (size_t i = 0; i < count; i++)
        zp__php_put_string(call->result, NULL, names[i]);
}

static void server_time(struct zp__portal_call *call) {
    char now[ZP_INSTANT_SIZE];
    zp_instant_format(call->portal->zone, zp__portal_now(call->portal), now);
    call->result = zp__php_new_string(call->ctx, now);
}

static void method_get(struct zp__portal_call *call) {
    const char *given = zp__php_text(call->ctx, zp__php_get(call->params, "name"));
    char *name = zp__portal_dup(call->ctx, given == NULL ? "" : given);
    for (char *at = name; *at != '\0'; at++)
        *at = (char)tolower((unsigned char)*at);
    bool there = zp__portal_method_find(call->portal, name) != NULL;
    call->result = zp__php_new_array(call->ctx);
    zp__php_put_bool(call->result, "isExisting", there);
    zp__php_put_bool(call->result, "isAvailable", there);
}

static void user_admin(struct zp__portal_call *call) {
    call->result = zp__php_new_bool(call->ctx, !call->portal->clerk);
}

static void mode_get(struct zp__portal_call *call) {
    call->result = zp__php_new_int(call->ctx, call->portal->mode);
}

// No paid extra is switched on.
static void feature_get(struct zp__portal_call *call) {
    if (zp__php_empty(zp__php_get(call->params, "CODE"))) {
        zp__portal_fail(call, "CODE_EMPTY", "CODE can't be empty");
        return;
    }
    call->result = zp__php_new_array(call->ctx);
    zp__php_put_string(call->result, "value", "N");
}

static void wrong_auth(struct zp__portal_call *call) {
    zp__portal_fail_status(call, 403, "WRONG_AUTH_TYPE",
                           "Current authorization type is denied for this method");
}

const struct zp__portal_method zp__portal_common_methods[] = {
    {"profile", profile, 0},
    {"scope", scope, 0},
    {"server.time", server_time, 0},
    {"method.get", method_get, 0},
    {"user.current", user_current, 0},
    {"user.admin", user_admin, 0},
    {"feature.get", feature_get, 0},
    {"crm.settings.mode.get", mode_get, 0},
    {"event.bind", wrong_auth, 0},
    {"event.get", wrong_auth, 0},
    {"event.unbind", wrong_auth, 0},
    {"event.test", wrong_auth, 0},
    {"events", wrong_auth, 0},
    {"event.offline.get", wrong_auth, 0},
    {"event.offline.list", wrong_auth, 0},
    {"event.offline.clear", wrong_auth, 0},
    {"event.offline.error", wrong_auth, 0},
    {"placement.bind", wrong_auth, 0},
    {NULL, NULL, 0},
};
