// A local application's door: tokens instead of a webhook (bitrix24.md 1.3). One application at
// most; a real portal's authorisation server is here the same listener under /oauth/token/.
#include "practice/portal_internal.h"

#include <inttypes.h>
#include <sys/random.h>
#include <zapis/error.h>

#define ACCESS_LIFE_S 3600
#define TOKEN_BYTES   16

static char *token_new(TALLOC_CTX *ctx) {
    unsigned char random[TOKEN_BYTES];
    if (getrandom(random, sizeof random, 0) != (ssize_t)sizeof random)
        zp_panic("the kernel gives no random bytes");
    char *text = zp__portal_need(talloc_strdup(ctx, ""));
    for (size_t i = 0; i < sizeof random; i++)
        text = zp__portal_need(talloc_asprintf_append(text, "%02x", random[i]));
    return text;
}

void zp__portal_oauth_install(struct zp__portal *portal) {
    struct zp__portal_application *app = &portal->application;
    zp__portal_oauth_remove(portal);
    app->secret = token_new(portal);
    app->code = token_new(portal);
    char *random = token_new(portal);
    app->id = zp__portal_need(talloc_asprintf(portal, "local.%s", random));
    talloc_free(random);
}

void zp__portal_oauth_remove(struct zp__portal *portal) {
    struct zp__portal_application *app = &portal->application;
    char **texts[] = {&app->id, &app->secret, &app->code, &app->access, &app->refresh};
    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
        TALLOC_FREE(*texts[i]);
    app->expires_at = 0;
}

static bool same(const char *a, const char *b) {
    return a != NULL && b != NULL && strcmp(a, b) == 0;
}

bool zp__portal_oauth_may(struct zp__portal *portal, TALLOC_CTX *ctx, const struct zp__php *params,
                          const char **code, const char **text) {
    const struct zp__portal_application *app = &portal->application;
    const char *auth = zp__php_text(ctx, zp__php_get(params, "auth"));
    if (auth == NULL || auth[0] == '\0') {
        *code = "NO_AUTH_FOUND";
        *text = "Wrong authorization data";
    } else if (!same(auth, app->access)) {
        *code = "invalid_token";
        *text = "Unable to get application by token";
    } else if (zp__portal_now(portal) >= app->expires_at) {
        *code = "expired_token";
        *text = "The access token provided has expired";
    } else {
        return true;
    }
    return false;
}

// New tokens each time; the old refresh token is worth nothing from now on.
static struct zp__php *grant(struct zp__portal *portal, TALLOC_CTX *ctx, const char *host) {
    struct zp__portal_application *app = &portal->application;
    TALLOC_FREE(app->code);
    talloc_free(app->access);
    talloc_free(app->refresh);
    app->access = token_new(portal);
    app->refresh = token_new(portal);
    app->expires_at = zp__portal_now(portal) + ACCESS_LIFE_S;
    zp__portal_touched(portal);
    struct zp__php *granted = zp__php_new_array(ctx);
    char *base = zp__portal_need(talloc_asprintf(ctx, "http://%s", host));
    zp__php_put_string(granted, "access_token", app->access);
    zp__php_put_int(granted, "expires", app->expires_at);
    zp__php_put_int(granted, "expires_in", ACCESS_LIFE_S);
    zp__php_put_string(granted, "scope", "crm,user_brief");
    zp__php_put_string(granted, "domain", host);
    zp__php_put_string(granted, "server_endpoint",
                       zp__portal_need(talloc_asprintf(granted, "%s/rest/", base)));
    zp__php_put_string(granted, "status", "L");
    zp__php_put_string(granted, "client_endpoint",
                       zp__portal_need(talloc_asprintf(granted, "%s/rest/", base)));
    zp__php_put_string(granted, "member_id", ZP_PORTAL_MEMBER);
    zp__php_put_int(granted, "user_id", ZP_PORTAL_USER);
    zp__php_put_string(granted, "refresh_token", app->refresh);
    return granted;
}

struct zp__php *zp__portal_oauth_token(struct zp__portal *portal, TALLOC_CTX *ctx,
                                       const struct zp__php *params, const char *host,
                                       int *status) {
    const struct zp__portal_application *app = &portal->application;
    const char *type = zp__php_text(ctx, zp__php_get(params, "grant_type"));
    const char *id = zp__php_text(ctx, zp__php_get(params, "client_id"));
    const char *secret = zp__php_text(ctx, zp__php_get(params, "client_secret"));
    bool refresh = same(type, "refresh_token");
    const char *given = zp__php_text(ctx, zp__php_get(params, refresh ? "refresh_token" : "code"));
    const char *error = NULL, *text = NULL;
    *status = 400;
    if (!refresh && !same(type, "authorization_code")) {
        error = "invalid_request";
        text = "An incorrectly formatted authorization request was provided";
    } else if (!same(id, app->id) || !same(secret, app->secret)) {
        *status = 401;
        error = "invalid_client";
        text = "Invalid client data was provided";
    } else if (!same(given, refresh ? app->refresh : app->code)) {
        error = "invalid_grant";
        text = "Invalid authorization tokens were provided";
    }
    if (error == NULL) {
        *status = 200;
        return grant(portal, ctx, host);
    }
    struct zp__php *refused = zp__php_new_array(ctx);
    zp__php_put_string(refused, "error", error);
    zp__php_put_string(refused, "error_description", text);
    return refused;
}
