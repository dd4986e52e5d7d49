// The real terminal, and the only file that knows curses. It draws the difference between two
// surfaces and turns what the terminal sends into inputs.
#include "clipboard.h"
#include "memory.h"
#include "term.h"
#include "term_curses_keys.h"
#include "term_type.h"
#include "theme.h"
#include <curses.h>
#include <limits.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>
#include <wchar.h>
#include <zapis/i18n.h>
#include <zapis/text.h>

#define ESCAPE_MS    25
#define PASTE_BYTES  (64u * 1024) // what exceeds it is dropped, never interpreted as keys
#define KEY_OF_PASTE 600          // above KEY_MAX
#define KEY_OF_END   601
#define KEY_OF_MOUSE 602
#define MOUSE_TEXT   24  // "0;12;5" and what a terminal may send instead
#define RUN          128 // cells handed to curses at once

struct term_curses {
    struct term term; // first
    SCREEN *screen;
    attr_t attributes[STYLES];
    short pairs[STYLES];
    bool have_pending, pasting;
    wint_t pending; // a character read after Esc that is a key of its own
    int pending_kind;
    mbstate_t part; // of a character that has not come whole yet
    char *paste;
    size_t paste_size;
    bool mousing; // within an event of the mouse
    char mouse[MOUSE_TEXT];
    size_t mouse_size;
    char *clean; // the last paste handed out
};

// For the panic hook, which has no argument: the terminal is in our hands, and what it knows.
static bool active, mouse_known;
static bool taking; // its modes may change from here on, which `modes` are put back
static struct termios modes;
static bool plain; // it can place no cursor (TERM=dumb)

static struct term_curses *curses_of(struct term *term) {
    return (struct term_curses *)term;
}

static void terminal_write(const char *text) {
    ssize_t written = write(STDOUT_FILENO, text, strlen(text));

    (void)written; // a terminal that is gone has nothing to be told
}

static void restore_modes(void) {
    if (taking)
        tcsetattr(STDIN_FILENO, TCSANOW, &modes);
    taking = false;
}

// Where curses cannot give the screen back: it has faulted, and faults again.
static void restore_bare(void) {
    terminal_write("\033[0m\033[?1049l\r\n");
}

void term_curses_restore(void) {
    restore_modes();
    if (!active)
        return;
    active = false;
    if (mouse_known)
        terminal_write("\033[?1006l\033[?1000l");
    if (!plain) {
        terminal_write("\033[?2004l");
        zp_panic_set_hook(restore_bare);
    }
    endwin();
    zp_panic_set_hook(NULL);
}

static int destroy(struct term_curses *curses) {
    term_curses_restore();
    if (curses->screen)
        delscreen(curses->screen);
    return 0;
}

static void terminal_size(struct term *term, int *rows, int *cols) {
    struct winsize size;

    (void)term;
    if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_row > 0 && size.ws_col > 0 &&
        (size.ws_row != LINES || size.ws_col != COLS))
        resize_term(size.ws_row, size.ws_col); // resizeterm would queue a stray KEY_RESIZE
    *rows = LINES;
    *cols = COLS;
}

static void cell_to_curses(const struct term_curses *curses, const struct cell *cell,
                           cchar_t *out) {
    wchar_t wide[4];
    size_t count = 0;
    const char *at = cell->text;
    uint32_t code = 0;
    size_t bytes = 0;

    while (count < 3 && (bytes = zp_text_decode(at, &code)) > 0) {
        wide[count++] = (wchar_t)code;
        at += bytes;
    }
    if (count == 0)
        wide[count++] = L' ';
    wide[count] = L'\0';
    setcchar(out, wide, curses->attributes[cell->style], curses->pairs[cell->style], NULL);
}

// Draws the cells [from, to) of a row; `from` is never the right half of a wide character.
static void draw_run(const struct term_curses *curses, const struct surface *frame, int row,
                     int from, int to) {
    cchar_t run[RUN];
    int count = 0, start = from;

    for (int col = from; col < to; col++) {
        const struct cell *cell = surface_cell(frame, row, col);

        if (cell->width == 0)
            continue;
        if (count == RUN) {
            mvadd_wchnstr(row, start, run, count);
            start = col;
            count = 0;
        }
        cell_to_curses(curses, cell, &run[count++]);
    }
    mvadd_wchnstr(row, start, run, count);
}

static bool cell_same(const struct surface *frame, const struct surface *before, int row, int col) {
    return memcmp(surface_cell(frame, row, col), surface_cell(before, row, col),
                  sizeof(struct cell)) == 0;
}

static void draw_row(const struct term_curses *curses, const struct surface *frame,
                     const struct surface *before, int row) {
    int from = 0, to = 0;

    while (from < frame->cols) {
        while (before && from < frame->cols && cell_same(frame, before, row, from))
            from++;
        if (from >= frame->cols)
            return;
        to = from + 1;
        while (to < frame->cols && (!before || !cell_same(frame, before, row, to) ||
                                    surface_cell(frame, row, to)->width == 0))
            to++;
        while (from > 0 && surface_cell(frame, row, from)->width == 0)
            from--;
        draw_run(curses, frame, row, from, to);
        from = to;
    }
}

// A terminal that only goes on gets each frame whole, line by line.
static void draw_plain(const struct surface *frame) {
    char *text = memory_strdup(NULL, "\r\n");

    for (int row = 0; row < frame->rows; row++) {
        size_t end = strlen(text); // blanks at the end of a row are not sent

        for (int col = 0; col < frame->cols; col++) {
            const char *cell = surface_cell(frame, row, col)->text;

            text = memory_must(talloc_strdup_append(text, cell));
            if (strcmp(cell, " ") != 0)
                end = strlen(text);
        }
        text[end] = '\0';
        text = memory_must(talloc_strdup_append(text, "\r\n"));
    }
    terminal_write(text);
    talloc_free(text);
}

static void terminal_draw(struct term *term, const struct surface *frame,
                          const struct surface *before) {
    const struct term_curses *curses = curses_of(term);

    if (plain) {
        draw_plain(frame);
        return;
    }
    if (!before)
        clearok(curscr, TRUE);
    for (int row = 0; row < frame->rows; row++)
        draw_row(curses, frame, before, row);
    if (frame->cursor_row >= 0) {
        move(frame->cursor_row, frame->cursor_col);
        curs_set(1);
    } else {
        curs_set(0);
    }
    refresh();
}

static void terminal_bell(struct term *term) {
    (void)term;
    beep();
}

// SGR coordinates, asked for by ourselves: curses would ask by the terminal's description, and in
// tmux, screen and PuTTY that says the old encoding, which ends at column 223 and is no UTF-8.
// Presses and wheel only (1000), no motion.
static bool terminal_mouse(struct term *term, bool on) {
    (void)term;
    if (mouse_known)
        terminal_write(on ? "\033[?1000h\033[?1006h" : "\033[?1006l\033[?1000l");
    return mouse_known;
}

static bool terminal_copy(struct term *term, const char *text) {
    char *sequence = clipboard_sequence(term, getenv("TERM"), getenv("TMUX") != NULL, text);

    if (!sequence)
        return false;
    terminal_write(sequence);
    talloc_free(sequence);
    return true;
}

static bool special_key(int code, struct key *out) {
    static const struct {
        int code;
        struct key key;
    } table[] = {
        {KEY_UP, {.name = K_UP}},
        {KEY_DOWN, {.name = K_DOWN}},
        {KEY_LEFT, {.name = K_LEFT}},
        {KEY_RIGHT, {.name = K_RIGHT}},
        {KEY_HOME, {.name = K_HOME}},
        {KEY_END, {.name = K_END}},
        {KEY_PPAGE, {.name = K_PAGE_UP}},
        {KEY_NPAGE, {.name = K_PAGE_DOWN}},
        {KEY_IC, {.name = K_INSERT}},
        {KEY_DC, {.name = K_DELETE}},
        {KEY_BACKSPACE, {.name = K_BACKSPACE}},
        {KEY_ENTER, {.name = K_ENTER}},
        {KEY_BTAB, {.name = K_TAB, .shift = true}},
        {KEY_SLEFT, {.name = K_LEFT, .shift = true}},
        {KEY_SRIGHT, {.name = K_RIGHT, .shift = true}},
        {KEY_SR, {.name = K_UP, .shift = true}},
        {KEY_SF, {.name = K_DOWN, .shift = true}},
    };

    if (code >= KEY_F(1) && code <= KEY_F(24)) {
        *out = (struct key){.name = K_F, .code = (uint32_t)(code - KEY_F0)};
        return true;
    }
    for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
        if (table[i].code == code) {
            *out = table[i].key;
            return true;
        }
    }
    return false;
}

static struct key character_key(wint_t code) {
    switch (code) {
    case '\r':
    case '\n': return (struct key){.name = K_ENTER};
    case '\t': return (struct key){.name = K_TAB};
    case 8:
    case 127: return (struct key){.name = K_BACKSPACE};
    case 27: return (struct key){.name = K_ESC};
    case 0: return (struct key){.name = K_CHAR, .code = ' ', .ctrl = true};
    default: break;
    }
    if (code < 27)
        return (struct key){.name = K_CHAR, .code = code + 'a' - 1, .ctrl = true};
    if (code < 32)
        return (struct key){.name = K_CHAR, .code = code + '@', .ctrl = true};
    return (struct key){.name = K_CHAR, .code = code};
}

// As get_wch(), but ERR means that nothing is there. get_wch() says the same of bytes that are no
// character, and what stands behind them in its queue would wait for the next key.
static int next_character(struct term_curses *curses, wint_t *code) {
    for (;;) {
        const int got = getch();
        const char byte = (char)got;
        wchar_t wide = 0;
        size_t read = 0;

        if (got == ERR)
            return ERR;
        *code = (wint_t)got;
        if (got > UCHAR_MAX) {
            memset(&curses->part, 0, sizeof curses->part);
            return KEY_CODE_YES;
        }
        const bool inside = mbsinit(&curses->part) == 0;
        read = mbrtowc(&wide, &byte, 1, &curses->part);
        if (read == (size_t)-1) { // dropped; it may begin the next one
            memset(&curses->part, 0, sizeof curses->part);
            if (inside)
                read = mbrtowc(&wide, &byte, 1, &curses->part);
            if (read == (size_t)-1)
                memset(&curses->part, 0, sizeof curses->part);
        }
        *code = (wint_t)wide;
        // The C library takes longer sequences for characters than there are.
        if (read <= 1 && *code <= 0x10FFFF && (*code & ~0x7FFu) != 0xD800)
            return OK;
    }
}

static int next_code(struct term_curses *curses, wint_t *code) {
    if (curses->have_pending) {
        curses->have_pending = false;
        *code = curses->pending;
        return curses->pending_kind;
    }
    return next_character(curses, code);
}

static void paste_add(struct term_curses *curses, wint_t code) {
    char bytes[5];
    size_t size = 0;

    if (code == '\r')
        code = '\n';
    size = zp_text_encode((uint32_t)code, bytes);
    if (curses->paste_size + size > PASTE_BYTES)
        return;
    if (!curses->paste)
        curses->paste = memory_array(curses, char, PASTE_BYTES);
    memcpy(curses->paste + curses->paste_size, bytes, size);
    curses->paste_size += size;
}

static void paste_end(struct term_curses *curses, struct term_input *out) {
    curses->pasting = false;
    talloc_free(curses->clean);
    curses->clean = zp_text_clean_lines(curses, curses->paste ? curses->paste : "",
                                        curses->paste_size, PASTE_BYTES);
    curses->paste_size = 0;
    TALLOC_FREE(curses->paste);
    *out = (struct term_input){.kind = TERM_PASTE, .text = curses->clean};
}

// One more character of an event of the mouse; true when it is whole and means something. It may
// come in pieces over a slow line.
static bool mouse_add(struct term_curses *curses, wint_t code, struct term_input *out) {
    const bool more = (code >= '0' && code <= '9') || code == ';';

    if (more && curses->mouse_size + 1 < MOUSE_TEXT) {
        curses->mouse[curses->mouse_size++] = (char)code;
        return false;
    }
    curses->mousing = more; // too long: nonsense that is read to its end
    curses->mouse[curses->mouse_size] = '\0';
    if (more || !mouse_parse(curses->mouse, code == 'M', &out->mouse))
        return false;
    out->kind = TERM_MOUSE;
    return true;
}

// A control sequence that curses does not know (focus, mouse, a rare key) is not typed text.
static struct key swallow_sequence(struct term_curses *curses) {
    wint_t code = 0;

    while (next_code(curses, &code) == OK && (code < 0x40 || code > 0x7E))
        continue;
    return (struct key){.name = K_NONE};
}

// Esc, and what came with it: a digit makes an F-key of it; anything else is the next key.
static struct key escape_key(struct term_curses *curses) {
    wint_t code = 0;
    int kind = next_code(curses, &code);

    if (kind == OK && code >= '0' && code <= '9')
        return (struct key){.name = K_F, .code = code == '0' ? 10 : code - '0'};
    if (kind == OK && code == '[')
        return swallow_sequence(curses);
    if (kind != ERR) {
        curses->have_pending = true;
        curses->pending = code;
        curses->pending_kind = kind;
    }
    return (struct key){.name = K_ESC};
}

// Without this a terminal that hung up would be readable for ever.
static bool terminal_gone(void) {
    struct pollfd terminal = {.fd = STDIN_FILENO, .events = POLLIN};

    return poll(&terminal, 1, 0) > 0 && (terminal.revents & (POLLHUP | POLLERR | POLLNVAL)) != 0;
}

static void terminal_read(struct term *term, struct term_input *out) {
    struct term_curses *curses = curses_of(term);

    *out = (struct term_input){.kind = TERM_NOTHING};
    for (;;) {
        wint_t code = 0;
        int kind = next_code(curses, &code);

        if (kind == ERR) {
            if (terminal_gone())
                out->kind = TERM_CLOSED;
            return;
        }
        if (kind == KEY_CODE_YES && code == KEY_OF_PASTE) {
            curses->pasting = true;
        } else if (kind == KEY_CODE_YES && code == KEY_OF_END) {
            if (curses->pasting) {
                paste_end(curses, out);
                return;
            }
        } else if (curses->pasting) {
            if (kind == OK)
                paste_add(curses, code);
        } else if (kind == KEY_CODE_YES && code == KEY_OF_MOUSE) {
            curses->mousing = true;
            curses->mouse_size = 0;
        } else if (curses->mousing && kind == OK) {
            if (mouse_add(curses, code, out))
                return;
        } else if (kind == KEY_CODE_YES) {
            out->kind = TERM_KEY;
            curses->mousing = false;
            if (special_key((int)code, &out->key))
                return;
            out->kind = TERM_NOTHING; // a key that means nothing here
        } else {
            out->kind = TERM_KEY;
            out->key = code == 27 ? escape_key(curses) : character_key(code);
            if (out->key.name != K_NONE)
                return;
            out->kind = TERM_NOTHING;
        }
    }
}

static void apply_theme(struct term_curses *curses, const char *name) {
    const char *no_color = getenv("NO_COLOR"), *type = getenv("TERM");
    bool mono =
        (no_color && no_color[0] != '\0') || (type && strcmp(type, "dumb") == 0) || !has_colors();
    enum theme theme = theme_parse(name, mono);
    bool own = false, many = false;

    if (theme != THEME_MONO) {
        start_color();
        own = use_default_colors() == OK;
        many = COLORS >= 256 && COLOR_PAIRS > STYLES;
    }
    for (int style = 0; style < STYLES; style++) {
        struct theme_look look = theme_look(theme, (enum style)style);
        short fg = many ? look.foreground_256 : look.foreground;
        short bg = many ? look.background_256 : look.background;

        curses->attributes[style] = ((look.attributes & THEME_BOLD) ? A_BOLD : 0) |
                                    ((look.attributes & THEME_DIM) ? A_DIM : 0) |
                                    ((look.attributes & THEME_REVERSE) ? A_REVERSE : 0) |
                                    ((look.attributes & THEME_UNDERLINE) ? A_UNDERLINE : 0);
        if (theme == THEME_MONO || style + 1 >= COLOR_PAIRS || (fg < 0 && bg < 0))
            continue;
        if (!own) {
            fg = fg < 0 ? COLOR_WHITE : fg;
            bg = bg < 0 ? COLOR_BLACK : bg;
        }
        if (init_pair((short)(style + 1), fg, bg) == OK)
            curses->pairs[style] = (short)(style + 1);
    }
}

static void set_modes(void) {
    set_escdelay(ESCAPE_MS);
    raw();
    noecho();
    nonl();
    keypad(stdscr, TRUE);
    nodelay(stdscr, TRUE);
    intrflush(stdscr, FALSE);
    // Curses would look for a key after each five rows, and break the frame off for one. The app
    // reads what there is before it draws.
    typeahead(-1);
    leaveok(stdscr, FALSE);
    define_key("\033[200~", KEY_OF_PASTE);
    define_key("\033[201~", KEY_OF_END);
    define_key("\033[<", KEY_OF_MOUSE);
    term_curses_define_keys();
    if (plain)
        return;
    // A screen of newterm() counts as not begun until it comes back from endwin(), and until then
    // curses sends what it has at each move of the cursor: a new day in 80 writes instead of two.
    endwin();
    doupdate();
    terminal_write("\033[?2004h");
}

// NULL: none of the types that this terminal may pass for is described here.
static SCREEN *open_screen(void) {
    char types[TERM_TYPES][TERM_TYPE_BYTES];
    const size_t count = term_types(getenv("TERM"), getenv("COLORTERM"), types);
    SCREEN *screen = NULL;

    for (size_t i = 0; i < count && !screen; i++)
        screen = newterm(types[i], stdout, stdin);
    return screen;
}

static bool has_capability(const char *name) {
    const char *const none = (const char *)-1; // tigetstr's word for "no such capability"
    const char *value = tigetstr(name);

    return value && value != none && value[0] != '\0';
}

struct term *term_curses_new(TALLOC_CTX *ctx, const char *theme, struct zp_error *err) {
    static const struct term_ops ops = {terminal_size, terminal_draw,  terminal_read,
                                        terminal_bell, terminal_mouse, terminal_copy};
    struct term_curses *curses = NULL;
    const char *type = getenv("TERM");

    if (!isatty(STDIN_FILENO) || !isatty(STDOUT_FILENO)) {
        zp_error_set(err, ZP_E_USAGE, NULL, "%s",
                     _("The console needs a terminal. For scripts there are commands: see zapis "
                       "--help."));
        return NULL;
    }
    curses = memory_new(ctx, struct term_curses);
    // The journal's thread may already be at work, and out of memory.
    taking = tcgetattr(STDIN_FILENO, &modes) == 0;
    zp_panic_set_hook(term_curses_restore);
    atexit(term_curses_restore); // curses itself leaves by exit() when memory runs out
    curses->screen = open_screen();
    if (!curses->screen) {
        zp_panic_set_hook(NULL);
        restore_modes();
        talloc_free(curses);
        zp_error_set(err, ZP_E_USAGE, NULL,
                     _("The terminal type \"%s\" is not known here. Set TERM, for example to "
                       "xterm."),
                     type ? type : "");
        return NULL;
    }
    active = true;
    // A description that knows some encoding of a mouse; which one does not matter
    // (terminal_mouse).
    mouse_known = has_capability("kmous");
    plain = !has_capability("cup");
    talloc_set_destructor(curses, destroy);
    curses->term.ops = &ops;
    curses->term.fd = STDIN_FILENO;
    curses->term.ascii = term_type_ascii(type);
    set_modes();
    apply_theme(curses, theme);
    return &curses->term;
}
