// The one-line booking: words, comments, and words that only point at others.
#include "line_private.h"
#include "memory.h"
#include <string.h>

static const struct {
    enum line_marker marker;
    const char *words;
} markers[] = {
    {LINE_MARK_AT, " в во at "},
    {LINE_MARK_TO, " к ко у to with by "},
    {LINE_MARK_MASTER, " мастер мастера мастеру master "},
    {LINE_MARK_NAME, " имя зовут клиент клиентка name client "},
    {LINE_MARK_PLUS, " + "},
    {LINE_MARK_FILLER, " и and на on for для с со запись записать запиши запишите book телефон тел "
                       "phone tel время time "},
};

// Signs that end a word in a sentence, and may be letters of the other layout.
static const char end_signs[] = ",;.!?";

const char *line_spelling(const struct line_token *token, size_t number) {
    const struct zp_text_query *reading = NULL;

    if (number / 3 >= token->reading_count)
        return NULL;
    reading = token->readings[number / 3];
    switch (number % 3) {
    case 0: return reading->as_typed;
    case 1: return reading->other_layout;
    default: return reading->cyrillic;
    }
}

static bool listed(const char *list, const char *word) {
    const size_t size = strlen(word);

    for (const char *at = list; size > 0 && (at = strstr(at, word)); at += size)
        if (at > list && at[-1] == ' ' && at[size] == ' ')
            return true;
    return false;
}

bool line_is(const struct line_token *token, const char *list) {
    const char *spelling = NULL;

    for (size_t i = 0; (spelling = line_spelling(token, i)); i++)
        if (listed(list, spelling))
            return true;
    return false;
}

void line_take(struct line_work *work, size_t token, enum line_role role) {
    work->tokens[token].role = role;
    work->tokens[token].taken = true;
}

static void look_at_signs(struct line_token *token) {
    uint32_t code = 0;
    bool letter = false;

    for (const char *at = token->text; *at != '\0';) {
        at += zp_text_decode(at, &code);
        token->figures = token->figures || (code >= '0' && code <= '9');
        letter = letter || (code >= 0x80 && code != 0xFFFD) || (code | 32u) - 'a' < 26u;
    }
    token->letters = letter && !token->figures;
}

static void add(struct line_work *work, size_t at, size_t size) {
    struct line_token *token = &work->tokens[work->count];
    char *raw = NULL;
    size_t kept = size;

    work->count++;
    raw = memory_printf(work->tokens, "%.*s", (int)size, work->source + at);
    while (kept > 1 && strchr(end_signs, raw[kept - 1]))
        kept--;
    *token = (struct line_token){.at = at, .size = size};
    token->text = zp_text_clean(work->tokens, raw, kept, LINE_BYTES);
    token->readings[token->reading_count++] = zp_text_query_new(work->tokens, token->text);
    if (kept < size)
        token->readings[token->reading_count++] = zp_text_query_new(work->tokens, raw);
    look_at_signs(token);
    for (size_t i = 0; i < sizeof(markers) / sizeof(markers[0]) && token->marker == LINE_MARK_NONE;
         i++)
        if (line_is(token, markers[i].words))
            token->marker = markers[i].marker;
}

// ---- comments

static const char *const quotes[][2] = {{"\"", "\""}, {"«", "»"}, {"“", "”"}, {"„", "“"}};
#define QUOTES (sizeof(quotes) / sizeof(quotes[0]))

static bool begins(const char *text, const char *sign) {
    return strncmp(text, sign, strlen(sign)) == 0;
}

static void add_comment(struct line_work *work, size_t at, size_t size, size_t inner, size_t end) {
    struct line_draft *draft = work->draft;
    char *text = zp_text_clean(draft, work->source + inner, end - inner, LINE_BYTES);
    char *plain = text + strspn(text, " ");

    work->tokens[work->count] =
        (struct line_token){.at = at, .size = size, .text = memory_strdup(work->tokens, "")};
    line_take(work, work->count++, LINE_COMMENT);
    if (*plain == '\0')
        return;
    draft->comment = draft->comment[0] ? memory_printf(draft, "%s; %s", draft->comment, plain)
                                       : memory_strdup(draft, plain);
}

// A comment that begins at `at`; moves past it. False: none does.
static bool take_comment(struct line_work *work, size_t *at) {
    const char *from = work->source + *at, *end = NULL, *after = NULL;
    const char *open = NULL, *close = NULL;

    for (size_t i = 0; i < QUOTES && !open; i++) {
        if (begins(from, quotes[i][0])) {
            open = quotes[i][0];
            close = quotes[i][1];
        }
    }
    if (!open && (begins(from, "#") || begins(from, "№")))
        open = begins(from, "#") ? "#" : "№";
    if (!open)
        return false;
    end = close ? strstr(from + strlen(open), close) : NULL;
    after = end ? end + strlen(close) : from + strlen(from);
    if (!end) // being typed, or to the end of the line
        end = after;
    add_comment(work, *at, (size_t)(after - from), *at + strlen(open),
                (size_t)(end - work->source));
    *at = (size_t)(after - work->source);
    return true;
}

// ---- words

// "стрижка+укладка" are three words; "+3" and "+7916…" one.
static size_t word_size(const char *text) {
    size_t size = strcspn(text, " \t\r\n\"");
    const char *plus = memchr(text + 1, '+', size > 0 ? size - 1 : 0);

    if (text[0] == '+' && size > 1 && (text[1] < '0' || text[1] > '9') && text[1] != '(')
        return 1;
    // "15:30+03:00" is one instant: there a digit stands before the sign.
    if (plus && (plus[-1] < '0' || plus[-1] > '9'))
        return (size_t)(plus - text);
    return size;
}

bool line_split(struct line_work *work) {
    size_t at = 0;

    while (work->count < LINE_WORDS) {
        size_t size = strspn(work->source + at, " \t\r\n");

        at += size;
        if (work->source[at] == '\0')
            return true;
        if (take_comment(work, &at))
            continue;
        size = word_size(work->source + at);
        add(work, at, size);
        at += size;
    }
    return work->source[at] == '\0';
}
