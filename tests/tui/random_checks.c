#include "random_checks.h"
#include "app_private.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>
#include <zapis/i18n.h>
#include <zapis/text.h>

#define WALL 3 // cells around the window that must stay as they are
#define KEYS 512

static unsigned long seed;

static void wrong(const struct bench *bench, const struct surface *surface, const char *what) {
    char *text = surface_screen(NULL, surface);

    fprintf(stderr, "ZAPIS_SEED=%lu ZAPIS_HISTORIES=1, on %s: %s\n%s", seed, app_screen(bench->app),
            what, text);
    talloc_free(text);
    fail();
}

void checks_wrong(const struct bench *bench, const char *what) {
    wrong(bench, bench_frame(bench), what);
}

// ---- cells

// A surface of which rows that did not change since are known to be whole.
struct sheet {
    int rows, cols;
    struct cell *cells;
    struct {
        bool field, cursor; // a cell of that role
    } * marks;              // by row, within the walls
};

// A window with walls around it.
struct stage {
    struct surface *surface;
    struct cell *bare; // nothing drawn yet
    int rows, cols;    // of the window
    struct sheet sheet;
};

static struct sheet terminal;
static struct stage stages[2]; // the window as it is, and windows of other sizes

// A cell holds one place of a terminal: its width is that of its text, and no wide character is cut
// in half.
const char *checks_cell_trouble(const struct cell *cell, bool after_wide) {
    if (cell->pad != 0)
        return "padding in a cell";
    if (after_wide)
        return cell->width == 0 && cell->text[0] == '\0' ? NULL : "half of a wide character";
    if (cell->text[0] >= 0x20 && cell->text[0] < 0x7F && cell->text[1] == '\0')
        return cell->width == 1 ? NULL : "a letter's width";
    if (!memchr(cell->text, '\0', CELL_TEXT) || (unsigned char)cell->text[0] < 0x20)
        return "a cell that holds no text";
    if (!zp_text_valid_utf8(cell->text, strlen(cell->text)))
        return "broken UTF-8";
    return cell->width >= 1 && zp_text_width(cell->text) == cell->width ? NULL : "a wrong width";
}

static void sheet_free(struct sheet *sheet) {
    TALLOC_FREE(sheet->cells);
    TALLOC_FREE(sheet->marks);
    *sheet = (struct sheet){0};
}

static void sheet_size(struct sheet *sheet, int rows, int cols) {
    if (sheet->cells && sheet->rows == rows && sheet->cols == cols)
        return;
    sheet_free(sheet);
    sheet->rows = rows;
    sheet->cols = cols;
    sheet->cells = talloc_zero_array(NULL, struct cell, (unsigned)(rows * cols));
    sheet->marks = (void *)talloc_zero_size(NULL, (size_t)rows * sizeof(*sheet->marks));
}

static void check_row(const struct bench *bench, const struct surface *surface, int row) {
    const struct cell *cells = surface_cell(surface, row, 0);
    bool after_wide = false;

    for (int col = 0; col < surface->cols; col++) {
        const char *trouble = checks_cell_trouble(&cells[col], after_wide);

        if (trouble)
            wrong(bench, surface, trouble);
        after_wide = !after_wide && cells[col].width == 2;
    }
    if (after_wide)
        wrong(bench, surface, "a wide character cut by the edge");
}

static void check_whole(const struct bench *bench, const struct surface *surface,
                        struct sheet *sheet, int wall) {
    const size_t bytes = (size_t)surface->cols * sizeof(struct cell);

    sheet_size(sheet, surface->rows, surface->cols);
    for (int row = 0; row < surface->rows; row++) {
        const struct cell *cells = surface_cell(surface, row, 0);
        struct cell *known = &sheet->cells[(size_t)row * (size_t)surface->cols];

        if (memcmp(cells, known, bytes) == 0)
            continue;
        check_row(bench, surface, row);
        memcpy(known, cells, bytes);
        sheet->marks[row].field = sheet->marks[row].cursor = false;
        for (int col = wall; col < surface->cols - wall; col++) {
            sheet->marks[row].field = sheet->marks[row].field || cells[col].style == STYLE_FIELD_ON;
            sheet->marks[row].cursor = sheet->marks[row].cursor || cells[col].style == STYLE_CURSOR;
        }
    }
    if (surface->cursor_row >= surface->rows || surface->cursor_col >= surface->cols)
        wrong(bench, surface, "the cursor is outside");
}

void checks_frame(const struct bench *bench) {
    check_whole(bench, bench_frame(bench), &terminal, 0);
}

// ---- the window

static void stage_free(struct stage *stage) {
    TALLOC_FREE(stage->surface); // with what is bare
    sheet_free(&stage->sheet);
    *stage = (struct stage){0};
}

// Walls around a window that is blank.
static void stage_clear(struct stage *stage, int rows, int cols, bool ascii) {
    struct surface *surface = stage->surface;
    size_t bytes = 0;

    if (!surface || stage->rows != rows || stage->cols != cols || surface->ascii != ascii) {
        struct grid whole;

        stage_free(stage);
        surface = surface_new(NULL, rows + 2 * WALL, cols + 2 * WALL, ascii);
        whole = grid_of(surface);
        grid_fill(&whole, 0, 0, whole.rows, whole.cols, "#", STYLE_LINE);
        grid_fill(&whole, WALL, WALL, rows, cols, " ", STYLE_DEFAULT);
        stage->surface = surface;
        stage->rows = rows;
        stage->cols = cols;
        stage->bare = talloc_memdup(surface, surface->cells, talloc_get_size(surface->cells));
    }
    bytes = (size_t)surface->rows * (size_t)surface->cols;
    memcpy(surface->cells, stage->bare, bytes * sizeof(struct cell));
    memset(surface->hits, 0, bytes * sizeof(surface->hits[0]));
    surface->cursor_row = surface->cursor_col = -1;
}

static bool untouched(const struct stage *stage, int row, int col, int cols) {
    static const int none[256 + 2 * WALL];
    const struct surface *surface = stage->surface;
    const size_t at = (size_t)row * (size_t)surface->cols + (size_t)col;
    const size_t count = (size_t)cols;

    return memcmp(&surface->cells[at], &stage->bare[at], count * sizeof(struct cell)) == 0 &&
           memcmp(&surface->hits[at], none, count * sizeof(none[0])) == 0;
}

static void check_walls(const struct bench *bench, const struct stage *stage) {
    const struct surface *surface = stage->surface;
    bool good = true;

    for (int row = 0; row < surface->rows; row++)
        if (row < WALL || row >= WALL + stage->rows)
            good = good && untouched(stage, row, 0, surface->cols);
        else
            good = good && untouched(stage, row, 0, WALL) &&
                   untouched(stage, row, WALL + stage->cols, WALL);
    if (!good)
        wrong(bench, surface, "a cell outside the window");
    if (surface->cursor_row >= 0 &&
        (surface->cursor_row < WALL || surface->cursor_row >= WALL + stage->rows ||
         surface->cursor_col < WALL || surface->cursor_col >= WALL + stage->cols))
        wrong(bench, surface, "the cursor is outside the window");
}

// The focus is a field where one has it, else what is marked as the cursor's.
static void check_cursor(const struct bench *bench, const struct stage *stage) {
    const struct app_screen *top = app_top(bench->app);
    const struct surface *surface = stage->surface;
    const struct sheet *sheet = &stage->sheet;
    const bool typing = top->ops->typing && top->ops->typing(top->model);
    const int row = surface->cursor_row;
    bool field = false, marked = false, question = false;

    for (int i = WALL; i < surface->rows - WALL; i++) {
        field = field || sheet->marks[i].field;
        marked = marked || sheet->marks[i].cursor;
    }
    if (field && (row < 0 || !sheet->marks[row].field))
        wrong(bench, surface, "the cursor is not in the field");
    // An empty field shows its hint in a style of its own.
    if (!app_waiting(bench->app) && typing && row < 0)
        wrong(bench, surface, "typing goes on, and no cursor is seen");
    question = row >= 0 && surface_cell(surface, row, surface->cursor_col)->style == STYLE_WARN;
    if (!field && marked && (row < 0 || !sheet->marks[row].cursor) && !question && !typing)
        wrong(bench, surface, "the cursor is not where the next key acts");
}

void checks_view(const struct bench *bench, int rows, int cols) {
    const struct app_screen *top = app_top(bench->app);
    struct stage *stage = NULL;
    struct grid whole, window;
    int own_rows = 0, own_cols = 0;

    app_window(bench->app, &own_rows, &own_cols);
    stage = &stages[rows == own_rows && cols == own_cols ? 0 : 1];
    stage_clear(stage, rows, cols, bench->term->ascii);
    whole = grid_of(stage->surface);
    window = grid_part(&whole, WALL, WALL, rows, cols);
    top->ops->view(top->model, &window);
    check_walls(bench, stage);
    check_whole(bench, stage->surface, &stage->sheet, WALL);
    if (rows >= 14 && cols >= 60)
        check_cursor(bench, stage);
}

void checks_free(void) {
    sheet_free(&terminal);
    stage_free(&stages[0]);
    stage_free(&stages[1]);
}

// ---- keys

struct checks_keys checks_keys;

static struct key due[KEYS], got[KEYS]; // typed and not settled yet; what screens were given
static bool due_paste[KEYS];
static size_t due_count, got_count;

void __real_app_deliver(struct app *app, struct app_screen *screen, struct message *message);
void __wrap_app_deliver(struct app *app, struct app_screen *screen, struct message *message);

// Keys and pastes reach a screen from app_input.c alone, which calls this in place of app.c's.
void __wrap_app_deliver(struct app *app, struct app_screen *screen, struct message *message) {
    if (message->kind == MESSAGE_KEY && got_count < KEYS)
        got[got_count++] = message->u.key.key;
    __real_app_deliver(app, screen, message);
}

void checks_begin(unsigned long history) {
    seed = history;
    due_count = got_count = 0;
}

void checks_typed(const struct key *key, bool passes) {
    assert_true(due_count < KEYS);
    checks_keys.typed += key != NULL;
    checks_keys.own += passes;
    if (passes)
        return;
    due_paste[due_count] = key == NULL;
    due[due_count++] = key ? *key : (struct key){0};
}

// The app's own, on whatever screen. Esc, then a digit, is that F-key.
static bool is_own(const struct key *key) {
    static const enum action own[] = {ACTION_HELP,  ACTION_PALETTE,  ACTION_REDRAW,
                                      ACTION_MOUSE, ACTION_LANGUAGE, ACTION_QUIT};
    const struct key f = {.name = K_F, .code = key->code == '0' ? 10 : key->code - '0'};
    const size_t count = sizeof(own) / sizeof(own[0]);

    return action_find(own, count, key, false) != ACTION_NONE ||
           (key_is_text(key) && action_find(own, count, &f, false) != ACTION_NONE);
}

static bool is_same(const struct key *key, const struct key *delivered) {
    return key_equal(key, delivered) ||
           (delivered->name == K_F && key_is_text(key) && key->code == '0' + delivered->code % 10);
}

// A command of the palette gives the screen below a key that nobody typed: what stands before is
// passed over, but not for a key that need not be there.
static size_t find_got(const struct key *key, size_t from) {
    const size_t end = is_own(key) && from < got_count ? from + 1 : got_count;

    while (from < end && !is_same(key, &got[from]))
        from++;
    return from < end ? from : got_count;
}

// What waits is the end of what was typed, in that order.
static void check_kept(const struct bench *bench, size_t settled) {
    for (size_t i = settled; i < due_count; i++) {
        const struct app_typed *typed = &bench->app->typed[i - settled];

        if (typed->paste != due_paste[i] || (!typed->paste && !key_equal(&typed->key, &due[i])))
            checks_wrong(bench, "what was typed ahead is kept in another order");
    }
}

static void lost(const struct bench *bench, const struct key *key) {
    char text[KEY_TEXT], what[KEY_TEXT + 40];

    key_format(key, text);
    (void)snprintf(what, sizeof(what), "a key was lost: %s", text);
    checks_wrong(bench, what);
}

void checks_after(const struct bench *bench, bool may_drop) {
    const size_t kept = bench->app->typed_count;
    size_t settled = 0, next = 0;

    if (kept > due_count)
        checks_wrong(bench, "keys wait that nobody typed");
    settled = due_count - kept;
    check_kept(bench, settled);
    for (size_t i = 0; i < settled; i++) {
        if (due_paste[i])
            continue;
        const size_t at = find_got(&due[i], next);

        if (at < got_count) {
            checks_keys.delivered++;
            next = at + 1;
        } else if (is_own(&due[i]))
            checks_keys.own++;
        else if (may_drop)
            checks_keys.dropped++;
        else
            lost(bench, &due[i]);
    }
    memmove(due, &due[settled], kept * sizeof(due[0]));
    memmove(due_paste, &due_paste[settled], kept * sizeof(due_paste[0]));
    due_count = kept;
    got_count = 0;
}
