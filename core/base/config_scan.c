// A look at the text before the library's parser. It takes a file that breaks off inside a text or
// a comment for whole, and it loses memory when a text stands where none may; both are refused
// here, with the line.
#include "base/config_file.h"

#include <string.h>
#include <zapis/i18n.h>

#define DEPTH_MAX 16 // of braces and brackets; the table of keys needs 3

enum token { TOKEN_OTHER, TOKEN_ASSIGN, TOKEN_LIST, TOKEN_TEXT, TOKEN_INCLUDE };

struct scanner {
    const char *at;
    int line;
    enum token last;
    char open[DEPTH_MAX];
    size_t depth;
};

// Past `end`, counting lines; false if it does not come. A backslash guards a quote and itself.
static bool skip_to(struct scanner *s, const char *end, bool escapes) {
    while (*s->at != '\0') {
        if (strncmp(s->at, end, strlen(end)) == 0) {
            s->at += strlen(end);
            s->line += *end == '\n';
            return true;
        }
        if (escapes && *s->at == '\\' && (s->at[1] == '"' || s->at[1] == '\\')) {
            s->at++;
        }
        s->line += *s->at == '\n';
        s->at++;
    }
    return false;
}

static bool text_may_stand(const struct scanner *s) {
    bool list = s->depth > 0 && (s->open[s->depth - 1] == '(' || s->open[s->depth - 1] == '[');
    return s->last == TOKEN_ASSIGN || s->last == TOKEN_TEXT || s->last == TOKEN_INCLUDE ||
           (s->last == TOKEN_LIST && list);
}

static const char *text(struct scanner *s) {
    int line = s->line;
    if (!text_may_stand(s)) {
        return _("a text in quotes stands where none belongs");
    }
    s->at++;
    if (!skip_to(s, "\"", true)) {
        s->line = line;
        return _("the closing quote is missing");
    }
    s->last = s->last == TOKEN_INCLUDE ? TOKEN_OTHER : TOKEN_TEXT;
    return NULL;
}

static const char *comment(struct scanner *s) {
    int line = s->line;
    if (*s->at == '/' && s->at[1] == '*') {
        s->at += 2;
        if (!skip_to(s, "*/", false)) {
            s->line = line;
            return _("the comment does not end");
        }
    } else if (!skip_to(s, "\n", false)) {
        s->at += strlen(s->at);
    }
    return NULL;
}

static const char *sign(struct scanner *s) {
    static const char include[] = "@include";
    char c = *s->at++;
    s->last = TOKEN_OTHER;
    if (c == '=' || c == ':') {
        s->last = TOKEN_ASSIGN;
    } else if (c == ',') {
        s->last = TOKEN_LIST;
    } else if (c == '(' || c == '[' || c == '{') {
        if (s->depth == DEPTH_MAX) {
            return _("it is nested too deeply");
        }
        s->open[s->depth++] = c;
        s->last = c == '{' ? TOKEN_OTHER : TOKEN_LIST;
    } else if (c == ')' || c == ']' || c == '}') {
        s->depth -= s->depth > 0;
    } else if (strncmp(s->at - 1, include, strlen(include)) == 0) {
        s->at += strlen(include) - 1;
        s->last = TOKEN_INCLUDE;
    }
    return NULL;
}

const char *zp__config_scan(const char *bytes, int *line) {
    struct scanner s = {.at = bytes, .line = 1};
    const char *reason = NULL;
    while (*s.at != '\0' && reason == NULL) {
        if (*s.at == '\n') {
            s.line++;
            s.at++;
        } else if (strchr(" \t\r\f", *s.at) != NULL) {
            s.at++;
        } else if (*s.at == '#' || (*s.at == '/' && (s.at[1] == '/' || s.at[1] == '*'))) {
            reason = comment(&s);
        } else if (*s.at == '"') {
            reason = text(&s);
        } else {
            reason = sign(&s);
        }
    }
    *line = s.line;
    return reason;
}
