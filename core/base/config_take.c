#include "base/config_file.h"

#include <limits.h>
#include <string.h>
#include <zapis/i18n.h>
#include <zapis/limits.h>
#include <zapis/text.h>

#include "base/memory.h"

const char *zp__config_where(struct zp__config_file *file, const char *path) {
    const config_setting_t *setting = config_lookup(&file->parsed, path);
    if (setting == NULL) {
        return file->path;
    }
    const char *source = config_setting_source_file(setting);
    return zp__memory_printf(file->config, "%s:%u", source == NULL ? file->path : source,
                             config_setting_source_line(setting));
}

// The forms under which a key may stand in the file, one after the other; NULL after the last.
static const char *form(const struct zp__config_key *key, int number, char out[80]) {
    static const char *const secret[] = {"_file", "_env"};
    if (number >= (key->kind == ZP__CONFIG_SECRET ? 2 : 1)) {
        return NULL;
    }
    snprintf(out, 80, "%s%s", key->path, key->kind == ZP__CONFIG_SECRET ? secret[number] : "");
    return out;
}

// True if `path` is a key, or a group of keys where `group`.
static bool known(const char *path, bool group) {
    char name[80];
    size_t length = strlen(path);
    if (!group && strcmp(path, "version") == 0) {
        return true;
    }
    for (size_t i = 0; i < zp__config_key_count; i++) {
        for (int n = 0; form(&zp__config_keys[i], n, name) != NULL; n++) {
            if (group ? strncmp(name, path, length) == 0 && name[length] == '.'
                      : strcmp(name, path) == 0) {
                return true;
            }
        }
    }
    return false;
}

// The key or, for a group, the group that `path` is nearest to.
static void nearest(const char *path, bool group, char out[80]) {
    char name[80];
    int best = INT_MAX;
    for (size_t i = 0; i < zp__config_key_count; i++) {
        for (int n = 0; form(&zp__config_keys[i], n, name) != NULL; n++) {
            if (group) {
                *strrchr(name, '.') = '\0';
            }
            int distance = zp_text_distance(path, name, INT_MAX);
            if (!group && strcmp(path, zp__config_keys[i].path) == 0) {
                distance = 0; // a secret under its bare name: its file comes first
            }
            if (distance < best) {
                best = distance;
                snprintf(out, 80, "%s", name);
            }
        }
    }
}

static bool refuse_below(struct zp__config_file *file, const config_setting_t *group,
                         const char *prefix, struct zp_error *err) {
    for (int i = 0; i < config_setting_length(group); i++) {
        const config_setting_t *setting = config_setting_get_elem(group, (unsigned)i);
        const char *name = config_setting_name(setting);
        char *path = zp__memory_printf(file->config, "%s%s%s", prefix, *prefix ? "." : "",
                                       name == NULL ? "" : name);
        bool is_group = config_setting_is_group(setting);
        if (!known(path, is_group)) {
            char near[80] = "";
            nearest(path, is_group, near);
            return zp_error_set(err, ZP_E_CONFIG, NULL,
                                _("%s: there is no key “%s”; did you mean “%s”?"),
                                zp__config_where(file, path), path, near);
        }
        if (is_group && !refuse_below(file, setting, path, err)) {
            return false;
        }
    }
    return true;
}

bool zp__config_refuse_unknown(struct zp__config_file *file, struct zp_error *err) {
    return refuse_below(file, config_root_setting(&file->parsed), "", err);
}

static bool wrong_type(struct zp__config_file *file, const char *path, const char *wanted,
                       struct zp_error *err) {
    return zp_error_set(err, ZP_E_CONFIG, NULL, _("%s: “%s” must be %s."),
                        zp__config_where(file, path), path, wanted);
}

// The text of a string setting, its default where it is missing. A number serves where a text is
// wanted (company = 550001).
static const char *text_of(struct zp__config_file *file, const struct zp__config_key *key,
                           const char *otherwise, struct zp_error *err) {
    const config_setting_t *setting = config_lookup(&file->parsed, key->path);
    if (setting == NULL) {
        return otherwise;
    }
    int type = config_setting_type(setting);
    if (type == CONFIG_TYPE_INT || type == CONFIG_TYPE_INT64) {
        return zp__memory_printf(file->config, "%lld", config_setting_get_int64(setting));
    }
    if (type != CONFIG_TYPE_STRING) {
        wrong_type(file, key->path, _("a text in quotes"), err);
        return NULL;
    }
    const char *text = config_setting_get_string(setting);
    if (strlen(text) > ZP_LIMIT_COMMENT_BYTES) {
        wrong_type(file, key->path, _("a shorter text"), err);
        return NULL;
    }
    for (const char *at = text; *at != '\0'; at++) {
        if ((unsigned char)*at < ' ' || *at == 0x7f) {
            wrong_type(file, key->path, _("a text without control characters"), err);
            return NULL;
        }
    }
    return zp_text_clean(file->config, text, SIZE_MAX, SIZE_MAX);
}

// The position of `word` among "a|b|c", -1 if it is none of them; *first_size: length of the first.
static int word_position(const char *words, const char *word, size_t *first_size) {
    size_t length = strlen(word);
    *first_size = strcspn(words, "|");
    for (int i = 0;; i++) {
        size_t size = strcspn(words, "|");
        if (size == length && strncmp(words, word, size) == 0) {
            return i;
        }
        if (words[size] == '\0') {
            return -1;
        }
        words += size + 1;
    }
}

static bool take_word(struct zp__config_file *file, const struct zp__config_key *key, void *into,
                      struct zp_error *err) {
    size_t first = strcspn(key->text, "|");
    char *otherwise = zp__memory_strndup(file->config, key->text, first);
    const char *word = text_of(file, key, otherwise, err);
    if (word == NULL) {
        return false;
    }
    int position = word_position(key->text, word, &first);
    if (position < 0) {
        return wrong_type(file, key->path,
                          zp__memory_printf(file->config, _("one of %s"), key->text), err);
    }
    if (key->kind == ZP__CONFIG_WORD) {
        memcpy(into, &position, sizeof position);
    } else {
        char *copy = zp__memory_strdup(file->config, word);
        memcpy(into, &copy, sizeof(char *));
    }
    return true;
}

static bool take_number(struct zp__config_file *file, const struct zp__config_key *key, void *into,
                        struct zp_error *err) {
    const config_setting_t *setting = config_lookup(&file->parsed, key->path);
    double number = key->number;
    int64_t whole = (int64_t)key->number;
    if (setting != NULL) {
        int type = config_setting_type(setting);
        if (type == CONFIG_TYPE_FLOAT && key->kind == ZP__CONFIG_REAL) {
            number = config_setting_get_float(setting);
        } else if (type == CONFIG_TYPE_INT || type == CONFIG_TYPE_INT64) {
            whole = config_setting_get_int64(setting);
            number = (double)whole;
        } else {
            return wrong_type(file, key->path,
                              key->kind == ZP__CONFIG_REAL ? _("a number") : _("a whole number"),
                              err);
        }
    }
    // Also refuses what is no number.
    if (!(number >= key->least && number <= key->most)) {
        return wrong_type(
            file, key->path,
            zp__memory_printf(file->config, _("from %.15g to %.15g"), key->least, key->most), err);
    }
    switch (key->kind) {
    case ZP__CONFIG_REAL: memcpy(into, &number, sizeof number); break;
    case ZP__CONFIG_LONG: memcpy(into, &whole, sizeof whole); break;
    default: memcpy(into, &(int){(int)whole}, sizeof(int)); break;
    }
    return true;
}

static bool take_bool(struct zp__config_file *file, const struct zp__config_key *key, void *into,
                      struct zp_error *err) {
    const config_setting_t *setting = config_lookup(&file->parsed, key->path);
    bool value = key->number != 0;
    if (setting != NULL) {
        if (config_setting_type(setting) != CONFIG_TYPE_BOOL) {
            return wrong_type(file, key->path, _("true or false"), err);
        }
        value = config_setting_get_bool(setting) != 0;
    }
    memcpy(into, &value, sizeof value);
    return true;
}

static bool take_template(struct zp__config_file *file, const struct zp__config_key *key,
                          struct zp_path_template *into, struct zp_error *err) {
    const char *text = text_of(file, key, key->text, err);
    const char *reason = NULL;
    if (text == NULL) {
        return false;
    }
    if (!zp__config_template(file->config, text, strstr(key->text, "{booking}") != NULL, into,
                             &reason)) {
        return zp_error_set(err, ZP_E_CONFIG, NULL, _("%s: “%s” %s."),
                            zp__config_where(file, key->path), key->path, reason);
    }
    return true;
}

bool zp__config_take(struct zp__config_file *file, const struct zp__config_key *key,
                     struct zp_error *err) {
    void *into = (char *)file->config + key->offset;
    switch (key->kind) {
    case ZP__CONFIG_TEXT: {
        const char *text = text_of(file, key, key->text, err);
        char *copy = zp__memory_strdup_or_null(file->config, text);
        memcpy(into, &copy, sizeof(char *));
        return text != NULL;
    }
    case ZP__CONFIG_CHOICE:
    case ZP__CONFIG_WORD: return take_word(file, key, into, err);
    case ZP__CONFIG_INT:
    case ZP__CONFIG_LONG:
    case ZP__CONFIG_REAL: return take_number(file, key, into, err);
    case ZP__CONFIG_BOOL: return take_bool(file, key, into, err);
    case ZP__CONFIG_TEMPLATE: return take_template(file, key, into, err);
    case ZP__CONFIG_SECRET: {
        char *secret = NULL;
        // The widget's command needs no secret and may be run by who may not read one.
        bool fine = file->need == ZP_CONFIG_NEED_COMPANY ||
                    zp__config_take_secret(file, key->path, &secret, err);
        memcpy(into, &secret, sizeof(char *));
        return fine;
    }
    }
    zp_panic("config: a key of unknown kind");
}
