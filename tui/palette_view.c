// Palette: what is drawn.
#include "facts.h"
#include "memory.h"
#include "palette.h"
#include "words.h"
#include <stdio.h>
#include <string.h>
#include <zapis/i18n.h>
#include <zapis/text.h>

#define FIELD_ROW  2
#define FIELD_COL  3
#define MARK_ROW   3
#define FIRST_ROW  5
#define KEYS_COLS  14
#define LABEL_COLS 14

// ---- commands

// `lacks`: it makes no sense as things are, and what must be chosen first is said.
static void draw_command(const struct grid *grid, int row, enum action action, bool current,
                         bool lacks) {
    const int cols = grid->cols - 2;
    const enum style style = current ? STYLE_CURSOR : lacks ? STYLE_DIM : STYLE_DEFAULT;
    char first[ACTION_KEYS_TEXT], text[256];

    action_keys_words(action, false, first);
    (void)snprintf(text, sizeof(text), lacks ? "%s: %s" : "%s", action_help(action),
                   lacks ? action_needs(action) : "");
    grid_cell(grid, row, 1, KEYS_COLS, first, current ? STYLE_CURSOR : STYLE_KEY);
    grid_cell(grid, row, 1 + KEYS_COLS, cols - KEYS_COLS, text, style);
}

static void draw_commands(const struct palette *palette, const struct grid *grid) {
    const int rows = grid->rows - FIRST_ROW;
    const size_t top =
        rows > 0 && palette->cursor >= (size_t)rows ? palette->cursor - (size_t)rows + 1 : 0;

    for (int i = 0; i < rows && top + (size_t)i < palette->shown_count; i++) {
        const size_t at = top + (size_t)i;

        draw_command(grid, FIRST_ROW + i, palette->actions[palette->shown[at]],
                     at == palette->cursor, palette->shown[at] >= palette->usable);
        grid_hit(grid, FIRST_ROW + i, 0, 1, grid->cols, (int)at + 1);
    }
    if (palette->shown_count == 0)
        grid_put(grid, FIRST_ROW, 1, grid->cols - 2,
                 palette->books ? _("No command of this name, and nothing that a booking says.")
                                : _("No command of this name makes sense here."),
                 STYLE_DIM);
}

// ---- the booking

static enum style style_of(enum line_role role) {
    switch (role) {
    case LINE_NOTHING:
    case LINE_AMBIGUOUS: return STYLE_WARN;
    case LINE_FILLER: return STYLE_DIM;
    default: return STYLE_OK;
    }
}

// Under each word the first letter of what it is; the field scrolls, so only while it fits.
static void draw_marks(const struct palette *palette, const struct grid *grid) {
    const struct line_draft *draft = palette->draft;
    const char *text = field_text(palette->field);
    const int columns = grid->cols - FIELD_COL - 1;

    if (zp_text_width(text) >= columns)
        return;
    for (size_t i = 0; i < draft->word_count; i++) {
        const struct line_word *word = &draft->words[i];
        const char *role = line_role_word(word->role);
        char before[LINE_BYTES + 1], own[LINE_BYTES + 1], letter[8];
        int col = 0, width = 0;

        (void)snprintf(before, sizeof(before), "%.*s", (int)word->at, text);
        (void)snprintf(own, sizeof(own), "%.*s", (int)word->size, text + word->at);
        (void)snprintf(letter, sizeof(letter), "%.*s", (int)zp_text_grapheme(role, NULL), role);
        col = FIELD_COL + zp_text_width(before);
        width = zp_text_width(own);
        grid_restyle(grid, FIELD_ROW, col, 1, width, style_of(word->role));
        grid_put(grid, MARK_ROW, col, 1, letter, style_of(word->role));
    }
}

static int draw_fact(const struct grid *grid, int row, enum line_role role, const char *value,
                     const char *missing) {
    grid_put(grid, row, 1, LABEL_COLS - 1, line_role_word(role), STYLE_DIM);
    if (value && value[0])
        grid_cell(grid, row, 1 + LABEL_COLS, grid->cols - LABEL_COLS - 2, value, STYLE_STRONG);
    else
        grid_cell(grid, row, 1 + LABEL_COLS, grid->cols - LABEL_COLS - 2, missing, STYLE_DIM);
    return row + 1;
}

static void services_text(const struct palette *palette, char *out, size_t size) {
    const struct line_draft *draft = palette->draft;
    size_t used = 0;

    out[0] = '\0';
    for (size_t i = 0; palette->catalogue && i < draft->service_count && used + 1 < size; i++) {
        const struct zp_service *service =
            zp_catalogue_service(palette->catalogue, draft->service_ids[i]);

        (void)snprintf(out + used, size - used, "%s%s", i > 0 ? ", " : "",
                       service ? service->name : draft->service_ids[i]);
        used = strlen(out);
    }
}

static void when_text(const struct palette *palette, char *out, size_t size) {
    const struct line_draft *draft = palette->draft;
    const struct zp_date today = zp_zone_wall(palette->env->config->zone, palette->now).date;
    const struct zp_date date = draft->date.year != 0 ? draft->date : today;
    char day[WORDS_SIZE], relative[WORDS_SIZE], clock[WORDS_SIZE] = "";

    out[0] = '\0';
    if (draft->date.year == 0 && draft->minute < 0)
        return;
    words_date(date, day);
    words_relative(date, today, relative);
    if (draft->minute >= 0)
        words_minute(draft->minute, clock);
    (void)snprintf(out, size, "%s (%s)  %s", day, relative, clock);
}

static int draw_draft(const struct palette *palette, const struct grid *grid, int row) {
    const struct line_draft *draft = palette->draft;
    const struct zp_master *master =
        palette->catalogue ? zp_catalogue_master(palette->catalogue, draft->master_id) : NULL;
    char text[WORDS_SIZE * 4], phone[ZP_PHONE_TEXT_SIZE] = "";

    services_text(palette, text, sizeof(text));
    row = draw_fact(grid, row, LINE_SERVICE, text, "?");
    row = draw_fact(grid, row, LINE_MASTER, master ? master->name : NULL, _("any master"));
    when_text(palette, text, sizeof(text));
    row = draw_fact(grid, row, LINE_TIME, text, "?");
    if (draft->phone[0])
        zp_phone_format(draft->phone, phone);
    row = draft->walk_in ? draw_fact(grid, row, LINE_PHONE, line_role_word(LINE_WALK_IN), "")
                         : draw_fact(grid, row, LINE_PHONE, phone, "?");
    (void)snprintf(text, sizeof(text), draft->name_known ? "%s (%s)" : "%s", draft->name,
                   _("known client"));
    row = draw_fact(grid, row, LINE_NAME, draft->name[0] ? text : NULL, draft->walk_in ? "" : "?");
    return draft->comment[0] ? draw_fact(grid, row, LINE_COMMENT, draft->comment, "") : row;
}

static void draw_choices(const struct palette *palette, const struct grid *grid, int row,
                         const struct line_trouble *trouble) {
    for (size_t i = 0; i < trouble->choice_count && row < grid->rows; i++, row++) {
        const bool current = i == palette->cursor;

        grid_cell(grid, row, 1, 2, current ? grid_glyph(grid, GLYPH_RIGHT) : "",
                  current ? STYLE_CURSOR : STYLE_DEFAULT);
        grid_cell(grid, row, 3, grid->cols - 4, trouble->choices[i].text,
                  current ? STYLE_CURSOR : STYLE_DEFAULT);
        grid_hit(grid, row, 0, 1, grid->cols, (int)i + 1);
    }
}

static void draw_line(const struct palette *palette, const struct grid *grid) {
    const struct line_draft *draft = palette->draft;
    const struct line_trouble *trouble = palette_trouble(palette);
    int row = draw_draft(palette, grid, FIRST_ROW) + (grid->rows > 15);

    draw_marks(palette, grid);
    if (palette->leaving) {
        row = row < grid->rows ? row : grid->rows - 1;
        grid_cell(grid, row, 1, grid->cols - 1, _("Give up what was typed? Enter: yes, Esc: stay"),
                  STYLE_WARN);
        grid_cursor(grid, row, 1);
        return;
    }
    if (!palette->names) {
        facts_wrap(grid, row, 1, 2, grid->cols - 2,
                   palette->trouble ? palette->trouble : _("The price list is not there yet."),
                   STYLE_WARN);
        return;
    }
    if (trouble) {
        row += facts_wrap(grid, row, 1, 3, grid->cols - 2, trouble->sentence, STYLE_WARN);
        draw_choices(palette, grid, row, trouble);
        return;
    }
    if (draft->lacks != 0) {
        char *lacks = line_lack_words(NULL, draft->lacks);

        grid_printf(grid, row, 1, grid->cols - 2, STYLE_WARN, _("Missing: %s."), lacks);
        grid_put(grid, row + 1, 1, grid->cols - 2, _("Enter: goes on with what is missing"),
                 STYLE_DIM);
        talloc_free(lacks);
        return;
    }
    grid_put(grid, row, 1, grid->cols - 2,
             _("Enter: to the confirmation; the time is checked there"), STYLE_OK);
}

void palette_view(const struct palette *palette, const struct grid *grid) {
    facts_header(grid, palette->env->config, _("Palette"));
    grid_put(grid, FIELD_ROW, 1, 1, ">", STYLE_DIM);
    field_draw(palette->field, grid, FIELD_ROW, FIELD_COL, grid->cols - FIELD_COL - 1,
               !palette->leaving,
               palette->books ? _("a command, or a booking: haircut ann 15:30 9161234567 Maria")
                              : _("a command"));
    if (palette->line)
        draw_line(palette, grid);
    else
        draw_commands(palette, grid);
}
