// Price list: services by category as Dikidi told them, with who does each and on which terms.
// Found as one types; Enter books what the cursor stands on.
#include "facts.h"
#include "memory.h"
#include "price_span.h"
#include "screen.h"
#include "undo.h"
#include "widgets/field.h"
#include "words.h"
#include <stdio.h>
#include <string.h>
#include <zapis/i18n.h>
#include <zapis/money.h>
#include <zapis/text.h>

enum { TAG_CATALOGUE = 1 };
enum { OPENED = 1 };

#define FILTER_BYTES 128
#define LINE         1024
#define LIST_ROW     2
#define FOOT_ROWS    5 // who does the current one
#define FIELD_COLS   30
#define PRICE_COLS   14
#define MINUTES_COLS 11

// One row of the list: a category's name, or a service of it.
struct row {
    const struct zp_service *service; // NULL: the name of a category
    const char *category;
};

struct prices {
    const struct screen_env *env;
    int64_t now;
    int rows;                       // of the window
    struct zp_catalogue *catalogue; // NULL: not known (yet)
    struct price_span *spans;       // of its services
    struct row *list;               // what the filter leaves
    size_t count, cursor;           // the cursor stands on a service where there is one
    struct field *filter;
    bool asked;
    char *trouble; // why it could not be read (anew); NULL
    struct undo undo;
};

static void *prices_new(TALLOC_CTX *ctx, const struct screen_env *env,
                        const struct screen_args *args) {
    struct prices *prices = memory_new(ctx, struct prices);

    (void)args;
    prices->env = env;
    prices->filter = field_new(prices, FILTER_BYTES);
    return prices;
}

static void ask(struct prices *prices, bool refresh, struct commands *commands) {
    const struct zp_request request = {.ask = ZP_ASK_CATALOGUE, .u.catalogue = {refresh}};

    prices->asked = true;
    command_ask(commands, TAG_CATALOGUE, &request);
}

// ---- the rows

static const char *safe(const char *text) {
    return text ? text : "";
}

// `query`: NULL: nothing is typed.
static bool passes(const struct zp_text_query *query, const struct zp_service *service) {
    return !query || zp_text_query_finds(query, service->name) ||
           zp_text_query_finds(query, safe(service->category));
}

static void add_row(struct prices *prices, const struct zp_service *service, const char *category) {
    prices->list[prices->count++] = (struct row){service, category};
}

static bool category_before(const struct zp_catalogue *catalogue, size_t at) {
    for (size_t i = 0; i < at; i++)
        if (strcmp(safe(catalogue->services[i].category), safe(catalogue->services[at].category)) ==
            0)
            return true;
    return false;
}

// Categories in the order in which Dikidi names them first, their services in Dikidi's order.
static void add_category(struct prices *prices, const struct zp_text_query *query, size_t first) {
    const struct zp_catalogue *catalogue = prices->catalogue;
    const char *category = safe(catalogue->services[first].category);
    bool named = category[0] == '\0';

    for (size_t i = first; i < catalogue->service_count; i++) {
        const struct zp_service *service = &catalogue->services[i];

        if (strcmp(safe(service->category), category) != 0 || !passes(query, service))
            continue;
        if (!named)
            add_row(prices, NULL, category);
        named = true;
        add_row(prices, service, category);
    }
}

static const struct zp_service *current(const struct prices *prices) {
    return prices->cursor < prices->count ? prices->list[prices->cursor].service : NULL;
}

static void to_service(struct prices *prices, const char *id) {
    prices->cursor = 0;
    for (size_t i = prices->count; i > 0; i--) {
        const struct zp_service *service = prices->list[i - 1].service;

        if (service)
            prices->cursor = i - 1; // the first of them in the end
        if (service && id && strcmp(service->id, id) == 0)
            break;
    }
}

static void rebuild(struct prices *prices, const char *id) {
    const size_t services = prices->catalogue ? prices->catalogue->service_count : 0;
    const char *typed = field_text(prices->filter);
    struct zp_text_query *query =
        typed[strspn(typed, " ")] != '\0' ? zp_text_query_new(prices, typed) : NULL;

    talloc_free(prices->list);
    prices->list = memory_array(prices, struct row, 2 * services);
    prices->count = 0;
    for (size_t i = 0; i < services; i++)
        if (!category_before(prices->catalogue, i))
            add_category(prices, query, i);
    talloc_free(query);
    to_service(prices, id);
}

static void answer(struct prices *prices, const struct zp_event *event) {
    char *id = current(prices) ? memory_strdup(prices, current(prices)->id) : NULL;

    prices->asked = false;
    TALLOC_FREE(prices->trouble);
    if (!event->ok)
        prices->trouble = memory_strdup(prices, event->error.message);
    if (event->catalogue) { // else what was known stays, with its age
        talloc_free(prices->catalogue);
        prices->catalogue = talloc_steal(prices, event->catalogue);
        prices->spans = price_spans_new(prices->catalogue, prices->catalogue);
        rebuild(prices, id);
    }
    talloc_free(id);
}

// ---- keys

static int foot_rows(int rows) {
    return rows >= LIST_ROW + FOOT_ROWS + 4 ? FOOT_ROWS : rows >= LIST_ROW + 6 ? 3 : 0;
}

static int list_rows(int rows) {
    const int left = rows - LIST_ROW - foot_rows(rows);

    return left > 1 ? left : 1;
}

// `by` services down (negative: up); categories are passed over.
static void move(struct prices *prices, int by) {
    const int step = by < 0 ? -1 : 1;

    for (int at = (int)prices->cursor + step; by != 0 && at >= 0 && (size_t)at < prices->count;
         at += step) {
        if (!prices->list[at].service)
            continue;
        prices->cursor = (size_t)at;
        by -= step;
    }
}

static void book(const struct prices *prices, struct commands *commands) {
    const struct zp_service *service = current(prices);
    const struct screen_args args = {.service_id = service ? service->id : NULL};

    if (service)
        command_open(commands, OPENED, SCREEN_BOOKING, &args);
}

static void leave(struct prices *prices, struct commands *commands) {
    struct screen_result result = {0};

    if (!field_empty(prices->filter)) {
        char *id = current(prices) ? memory_strdup(prices, current(prices)->id) : NULL;

        field_set(prices->filter, "");
        rebuild(prices, id);
        talloc_free(id);
        return;
    }
    undo_pass_on(&prices->undo, &result);
    command_close(commands, &result);
}

static void key(struct prices *prices, const struct message *message, struct commands *commands) {
    switch (message->u.key.action) {
    case ACTION_BACK: leave(prices, commands); return;
    case ACTION_BOOK:
    case ACTION_ENTER: book(prices, commands); return;
    case ACTION_UNDO: undo_key(&prices->undo, OPENED, commands); return;
    case ACTION_REFRESH: ask(prices, true, commands); return;
    case ACTION_UP: move(prices, -1); return;
    case ACTION_DOWN: move(prices, 1); return;
    case ACTION_PAGE_UP: move(prices, -list_rows(prices->rows)); return;
    case ACTION_PAGE_DOWN: move(prices, list_rows(prices->rows)); return;
    default: break;
    }
    if (field_key(prices->filter, &message->u.key.key) == FIELD_CHANGED)
        rebuild(prices, NULL);
}

static void event(struct prices *prices, const struct message *message, struct commands *commands) {
    if (message->u.event.tag == TAG_CATALOGUE)
        answer(prices, message->u.event.event);
    else if (message->u.event.tag == UNDO_TAG)
        undo_answer(&prices->undo, message->u.event.event, commands);
}

static void result(struct prices *prices, const struct message *message,
                   struct commands *commands) {
    const struct screen_result *result = message->u.result.result;

    undo_offer(prices, &prices->undo, result, commands);
    if (result && result->done && result->text)
        command_told(commands, STYLE_NOTICE, result->text);
}

static void update(void *model, const struct message *message, struct commands *commands) {
    struct prices *prices = model;

    prices->now = message->now;
    switch (message->kind) {
    case MESSAGE_OPENED:
        prices->rows = message->u.size.rows;
        ask(prices, false, commands);
        break;
    case MESSAGE_RESIZE: prices->rows = message->u.size.rows; break;
    case MESSAGE_KEY: key(prices, message, commands); break;
    case MESSAGE_MOUSE:
        if ((size_t)message->u.mouse.hit <= prices->count)
            prices->cursor = (size_t)message->u.mouse.hit - 1;
        break;
    case MESSAGE_PASTE:
        if (field_paste(prices->filter, message->u.paste.text) == FIELD_CHANGED)
            rebuild(prices, NULL);
        break;
    case MESSAGE_EVENT: event(prices, message, commands); break;
    case MESSAGE_LANGUAGE:
        if (prices->trouble) // its reason in the new language
            ask(prices, prices->catalogue != NULL, commands);
        break;
    case MESSAGE_RESULT: result(prices, message, commands); break;
    case MESSAGE_TIMER: undo_timer(&prices->undo); break;
    default: break;
    }
}

// ---- drawing

static void price_words(const struct zp_service *service, int64_t minor, bool from,
                        char out[WORDS_SIZE]) {
    char money[ZP_MONEY_SIZE];

    zp_money_format(minor, service->currency, zp_i18n_russian(), money);
    if (from)
        (void)snprintf(out, WORDS_SIZE, _("from %s"), money);
    else
        (void)snprintf(out, WORDS_SIZE, "%s", money);
}

static bool own_terms(const struct zp_service *service, const struct zp_terms *terms) {
    return terms->price_minor != service->price_minor || terms->price_from != service->price_from ||
           (terms->duration_min > 0 && terms->duration_min != service->duration_min);
}

// "75-100 min"; "" where Dikidi does not say.
static void minutes_words(const struct price_span *span, char out[WORDS_SIZE]) {
    out[0] = '\0';
    if (span->minutes_min > 0 && span->minutes_max > span->minutes_min)
        (void)snprintf(out, WORDS_SIZE, _("%d-%d min"), span->minutes_min, span->minutes_max);
    else if (span->minutes_max > 0)
        words_duration(span->minutes_max, out);
}

static void draw_service(const struct grid *grid, int row, const struct zp_service *service,
                         const struct price_span *span, bool on) {
    const enum style style = on ? STYLE_CURSOR : STYLE_DEFAULT;
    const int price = grid->cols - PRICE_COLS - 1, minutes = price - MINUTES_COLS - 1;
    char text[WORDS_SIZE];

    grid_fill(grid, row, 0, 1, grid->cols, " ", style);
    grid_cell(grid, row, 3, minutes - 4, service->name, style);
    minutes_words(span, text);
    grid_right(grid, row, minutes, MINUTES_COLS, text, style);
    // The least: it never promises less than anybody asks, nor hides that others ask more.
    price_words(service, span->price_min, span->price_from || span->price_max > span->price_min,
                text);
    grid_right(grid, row, price, PRICE_COLS, text, style);
    if (on)
        grid_cursor(grid, row, 1);
}

static void draw_list(const struct prices *prices, const struct grid *grid) {
    const int rows = list_rows(grid->rows);
    size_t top = prices->cursor >= (size_t)rows ? prices->cursor - (size_t)rows + 1 : 0;

    for (int i = 0; i < rows && top + (size_t)i < prices->count; i++) {
        const struct row *row = &prices->list[top + (size_t)i];

        if (row->service) {
            draw_service(grid, LIST_ROW + i, row->service,
                         &prices->spans[row->service - prices->catalogue->services],
                         top + (size_t)i == prices->cursor);
            grid_hit(grid, LIST_ROW + i, 0, 1, grid->cols, (int)top + i + 1);
        } else {
            grid_cell(grid, LIST_ROW + i, 1, grid->cols - 2, row->category, STYLE_TITLE);
        }
    }
}

static void append(char out[LINE], const char *text) {
    const size_t used = strlen(out);

    (void)snprintf(out + used, LINE - used, "%s", text);
}

// "Анна П., Вера С., Борис М. (₽1,400, 30 min)": terms only where they are not
// the salon's.
static void masters_words(const struct zp_catalogue *catalogue, const struct zp_service *service,
                          char out[LINE]) {
    out[0] = '\0';
    for (size_t i = 0; i < catalogue->master_count; i++) {
        const struct zp_master *master = &catalogue->masters[i];
        const struct zp_terms terms = zp_catalogue_terms(service, master->id);
        char words[WORDS_SIZE];

        if (!zp_catalogue_offers(catalogue, master->id, service->id))
            continue;
        append(out, out[0] ? ", " : "");
        append(out, safe(master->name));
        if (!own_terms(service, &terms))
            continue;
        append(out, " (");
        price_words(service, terms.price_minor, terms.price_from, words);
        append(out, words);
        if (terms.duration_min > 0) {
            words_duration(terms.duration_min, words);
            append(out, ", ");
            append(out, words);
        }
        append(out, ")");
    }
}

static void draw_foot(const struct prices *prices, const struct grid *grid) {
    const int rows = foot_rows(grid->rows), top = grid->rows - rows;
    const struct zp_service *service = current(prices);
    const char *category = service ? safe(service->category) : "";
    char masters[LINE];
    int taken = 0;

    if (rows < 2 || !service)
        return;
    grid_line(grid, top, 0, grid->cols, STYLE_LINE);
    // Its heading may have scrolled away.
    grid_put(grid, top, grid->cols - 2 - zp_text_width(category), grid->cols, category, STYLE_DIM);
    taken =
        facts_wrap(grid, top + 1, 1, rows > 3 ? 2 : 1, grid->cols - 2, service->name, STYLE_STRONG);
    masters_words(prices->catalogue, service, masters);
    facts_wrap(grid, top + 1 + taken, 1, rows - 1 - taken, grid->cols - 2,
               masters[0] ? masters : _("Dikidi names no master who does this."),
               masters[0] ? STYLE_DEFAULT : STYLE_WARN);
}

static void age_words(const struct prices *prices, char out[2 * WORDS_SIZE]) {
    char clock[WORDS_SIZE], age[WORDS_SIZE];

    out[0] = '\0';
    if (prices->asked && prices->catalogue) {
        (void)snprintf(out, 2 * WORDS_SIZE, "%s", _("asking Dikidi ..."));
    } else if (prices->catalogue) {
        words_age(prices->now - prices->catalogue->fetched_at, age);
        words_clock(prices->env->config->zone, prices->catalogue->fetched_at, clock);
        (void)snprintf(out, 2 * WORDS_SIZE, _("asked at %s (%s)"), clock, age);
    }
}

static void draw_filter(const struct prices *prices, const struct grid *grid) {
    char age[2 * WORDS_SIZE];
    int col = 2 + grid_put(grid, 1, 1, grid->cols - 2, _("Service"), STYLE_DIM), width = 0,
        room = 0;

    age_words(prices, age);
    width = zp_text_width(age);
    room = grid->cols - col - width - 3;
    if (width < grid->cols - 2)
        grid_put(grid, 1, grid->cols - 1 - width, width, age,
                 prices->trouble ? STYLE_WARN : STYLE_DIM);
    if (room > 3)
        field_draw(prices->filter, grid, 1, col, room < FIELD_COLS ? room : FIELD_COLS,
                   prices->count == 0, _("type to find"));
}

static void draw_nothing(const struct prices *prices, const struct grid *grid) {
    const char *words = _("Nothing is found. Esc shows the whole list.");
    enum style style = STYLE_DEFAULT;

    if (!prices->catalogue) {
        words = prices->trouble ? prices->trouble : _("asking Dikidi ...");
        style = prices->trouble ? STYLE_ERROR : STYLE_DIM;
    } else if (prices->catalogue->service_count == 0) {
        words = _("Dikidi's price list is empty.");
    }
    facts_wrap(grid, LIST_ROW, 1, grid->rows - LIST_ROW, grid->cols - 2, words, style);
}

static void view(const void *model, struct grid *grid) {
    const struct prices *prices = model;

    facts_header(grid, prices->env->config, _("Price list"));
    if (prices->count > 0)
        draw_list(prices, grid);
    else
        draw_nothing(prices, grid);
    if (prices->count > 0)
        draw_foot(prices, grid);
    if (prices->trouble && prices->catalogue && grid->rows > LIST_ROW + 2)
        grid_cell(grid, grid->rows - 1, 1, grid->cols - 2, prices->trouble, STYLE_ERROR);
    draw_filter(prices, grid);
}

static size_t actions(const void *model, enum action *out) {
    const struct prices *prices = model;
    size_t count = 0;

    if (undo_offered(&prices->undo))
        out[count++] = ACTION_UNDO;
    if (current(prices)) {
        out[count++] = ACTION_BOOK;
        out[count++] = ACTION_ENTER;
        out[count++] = ACTION_UP;
        out[count++] = ACTION_DOWN;
        out[count++] = ACTION_PAGE_UP;
        out[count++] = ACTION_PAGE_DOWN;
    }
    out[count++] = ACTION_REFRESH;
    out[count++] = ACTION_BACK;
    return count;
}

static bool typing(const void *model) {
    (void)model;
    return true;
}

const struct screen_ops screen_prices = {.name = "prices",
                                         .new = prices_new,
                                         .update = update,
                                         .view = view,
                                         .actions = actions,
                                         .typing = typing};
