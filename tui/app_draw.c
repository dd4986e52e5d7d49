// One frame: the screen on top, a notice over its last row, the key bar below.
//
// For tests of the real program: with a dump path the frame is also written to that file, whole or
// not at all (a temporary file is renamed over it), after the terminal got it:
//     frame=N size=80x24 cursor=r,c
//     ROW|          24 of them; a wide character stands once
#include "app_private.h"
#include "memory.h"
#include <stdio.h>
#include <string.h>

static void dump(const struct app *app) {
    char *temporary = memory_printf(NULL, "%s.tmp", app->dump_path);
    char *text = surface_text(temporary, app->frame);
    FILE *file = fopen(temporary, "w");

    if (file) {
        fprintf(file, "frame=%lld size=%dx%d cursor=%d,%d\n%s", (long long)app->frames,
                app->frame->cols, app->frame->rows, app->frame->cursor_row, app->frame->cursor_col,
                text);
        if (fclose(file) == 0)
            (void)rename(temporary, app->dump_path);
    }
    talloc_free(temporary);
}

// What the terminal has is remembered to draw only the difference next time.
static void remember(struct app *app) {
    size_t bytes = sizeof(struct cell) * (size_t)app->frame->rows * (size_t)app->frame->cols;

    if (!app->shown)
        app->shown = surface_new(app, app->frame->rows, app->frame->cols, app->frame->ascii);
    memcpy(app->shown->cells, app->frame->cells, bytes);
}

// Where the screen itself does not name the palette, its bar has better things to name: the key
// works all the same.
static size_t bar_actions(const struct app *app, enum action actions[APP_ACTIONS]) {
    size_t count = app_actions(app, actions), kept = 0;

    for (size_t i = 0; i < count; i++)
        if (actions[i] != ACTION_PALETTE || i <= 1)
            actions[kept++] = actions[i];
    return kept;
}

void app_draw(struct app *app) {
    const struct app_screen *top = app_top(app);
    struct grid whole = grid_of(app->frame), window, bar;
    enum action actions[APP_ACTIONS];
    int rows = 0, cols = 0;

    surface_clear(app->frame);
    app_window(app, &rows, &cols);
    window = grid_part(&whole, 0, 0, rows, cols);
    if (top)
        top->ops->view(top->model, &window);
    if (app->notice) {
        grid_cell(&window, rows - 1, 0, cols, app->notice, app->notice_style);
        app->notice_seen = true;
    }
    if (top && whole.rows > 1) {
        bar = grid_part(&whole, whole.rows - 1, 0, 1, cols);
        action_bar(&bar, actions, bar_actions(app, actions));
    }
    app->term->ops->draw(app->term, app->frame, app->shown);
    app->frames++;
    app->dirty = false;
    remember(app);
    if (app->dump_path)
        dump(app);
}
