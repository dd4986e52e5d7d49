// The truth bar: connections, the journal against the CRM, what waits, what is free. What is not
// known is a "?", never a 0.
#include "day.h"
#include "words.h"
#include <stdio.h>
#include <string.h>
#include <zapis/i18n.h>
#include <zapis/text.h>

#define PIECES      6
#define PIECE       192
#define AGE_SHOWN_S 120 // a younger schedule answer needs no age beside it

struct piece {
    char text[PIECE];
    enum style style;
};

// "● 14:31", "○ 14:20", "?".
static void connection_text(const struct day *day, const struct grid *grid,
                            const struct zp_connection *connection, bool clock, char out[PIECE]) {
    char at[WORDS_SIZE] = "";

    if (!connection->known) {
        (void)snprintf(out, PIECE, "?");
        return;
    }
    if (connection->last_good_at > 0)
        words_clock(day->env->config->zone, connection->last_good_at, at);
    (void)snprintf(out, PIECE, "%s%s%s", grid_glyph(grid, connection->ok ? GLYPH_DOT : GLYPH_RING),
                   clock && at[0] ? " " : "", clock ? at : "");
}

static enum style connection_style(const struct zp_connection *connection) {
    if (!connection->known)
        return STYLE_DIM;
    return connection->ok ? STYLE_OK : STYLE_ERROR;
}

bool day_truth_differs(const struct day *day) {
    const struct zp_truth *truth = day->truth.truth;

    return truth && truth->crm_count >= 0 &&
           (truth->crm_count != truth->journal_count || truth->only_journal_count > 0 ||
            truth->only_crm_count > 0);
}

// Which one differs, or how many do, and the key that lists them.
static void differing(const struct day *day, char out[PIECE]) {
    const struct zp_truth *truth = day->truth.truth;
    size_t count = truth->only_journal_count + truth->only_crm_count;

    if (count == 1)
        (void)snprintf(out, PIECE, " (%.40s ^E)",
                       truth->only_journal_count > 0 ? truth->only_journal[0] : truth->only_crm[0]);
    else
        (void)snprintf(out, PIECE, " (^E)");
}

static void crm_piece(const struct day *day, const struct grid *grid, int level,
                      struct piece *piece) {
    bool clock = level < 2;
    const struct zp_connection *connection = &day->truth.bitrix24;
    const struct zp_truth *truth = day->truth.truth;
    char state[PIECE], crm[24] = "?", journal[24] = "?", which[PIECE] = "";
    bool equal = !day_truth_differs(day);

    connection_text(day, grid, connection, clock && connection->known && !connection->ok, state);
    if (truth) {
        (void)snprintf(journal, sizeof(journal), "%d", truth->journal_count);
        if (truth->crm_count >= 0)
            (void)snprintf(crm, sizeof(crm), "%d", truth->crm_count);
    }
    if (!equal && level == 0)
        differing(day, which);
    (void)snprintf(piece->text, PIECE, "CRM %.40s %s %s %s%.60s", state, journal,
                   equal                  ? "="
                   : grid->surface->ascii ? "!="
                                          : "≠",
                   crm, which);
    piece->style = equal ? connection_style(connection) : STYLE_ERROR;
}

static void outside_piece(const struct day *day, bool brief, struct piece *piece) {
    char count[24] = "?";

    piece->style = STYLE_DIM;
    if (day->look && !day->look->complete)
        (void)snprintf(count, sizeof(count), "%zu+?", day->look->outside_count);
    else if (day->look)
        (void)snprintf(count, sizeof(count), "%zu", day->look->outside_count);
    if (day->look && day->look->outside_count > 0)
        piece->style = STYLE_OUTSIDE;
    (void)snprintf(piece->text, PIECE, brief ? _("out %s") : _("outside %s"), count);
}

static void count_piece(const struct day *day, int value, const char *words, enum style style,
                        struct piece *piece) {
    char count[24] = "?";

    if (day->truth.sync_known)
        (void)snprintf(count, sizeof(count), "%d", value);
    piece->style = day->truth.sync_known && value > 0 ? style : STYLE_DIM;
    (void)snprintf(piece->text, PIECE, "%.60s %s", words, count);
}

static const char *master_name(const struct day *day, const char *master_id) {
    const struct zp_master *master =
        day->catalogue ? zp_catalogue_master(day->catalogue, master_id) : NULL;

    return master && master->name ? master->name : master_id;
}

// The soonest offer still to come; "could not ask" is another thing than "no free time".
static void free_piece(const struct day *day, struct piece *piece) {
    const struct zp_slot *soonest = NULL;
    char clock[WORDS_SIZE], age[WORDS_SIZE], aged[WORDS_SIZE + 4] = "";

    piece->style = STYLE_DIM;
    if (!day->look) {
        (void)snprintf(piece->text, PIECE, "%s",
                       day->look_asked    ? _("free: asking …")
                       : day->look_failed ? _("free: could not ask")
                                          : _("free: ?"));
        return;
    }
    for (size_t i = 0; i < day->look->offer_count && !soonest; i++)
        if (day->look->offers[i].starts_at >= day->now)
            soonest = &day->look->offers[i];
    if (day->now - day->look->asked_at >= AGE_SHOWN_S) {
        words_age(day->now - day->look->asked_at, age);
        (void)snprintf(aged, sizeof(aged), " (%s)", age);
    }
    if (soonest) {
        words_clock(day->env->config->zone, soonest->starts_at, clock);
        (void)snprintf(piece->text, PIECE, _("free: %s %.60s%s"), clock,
                       master_name(day, soonest->master_id), aged);
        piece->style = STYLE_FREE;
    } else {
        (void)snprintf(piece->text, PIECE, "%s%s",
                       day->look->complete ? _("no free time") : _("free: ?"), aged);
    }
}

// Level 0 is the full one, 2 the shortest.
static int make(const struct day *day, const struct grid *grid, int level,
                struct piece pieces[PIECES]) {
    char state[PIECE];
    int width = 0;

    connection_text(day, grid, &day->truth.dikidi, level < 2, state);
    (void)snprintf(pieces[0].text, PIECE, "Dikidi %.60s", state);
    pieces[0].style = connection_style(&day->truth.dikidi);
    crm_piece(day, grid, level, &pieces[1]);
    outside_piece(day, level > 0, &pieces[2]);
    count_piece(day, day->truth.waiting, level > 0 ? _("wait") : _("queue"), STYLE_WARN,
                &pieces[3]);
    count_piece(day, day->truth.attention, level > 1 ? "!" : _("attention"), STYLE_ERROR,
                &pieces[4]);
    free_piece(day, &pieces[5]);
    // Somebody can be called: that matters more than the next free time.
    if (day_waiting_text(day, pieces[5].text, PIECE))
        pieces[5].style = STYLE_WARN;
    for (int i = 0; i < PIECES; i++)
        width += zp_text_width(pieces[i].text) + (i > 0 ? (level == 0 ? 2 : 1) : 0);
    return width;
}

void day_view_truth(const struct day *day, const struct grid *grid, int row) {
    struct piece pieces[PIECES];
    int level = 0, col = 1;

    if (row < 0)
        return;
    while (make(day, grid, level, pieces) > grid->cols - 1 && level < 2)
        level++;
    if (level > 0 && grid->cols < 80)
        col = 0;
    for (int i = 0; i < PIECES && col < grid->cols; i++) {
        grid_cell(grid, row, col,
                  i == PIECES - 1 || zp_text_width(pieces[i].text) > grid->cols - col
                      ? grid->cols - col
                      : zp_text_width(pieces[i].text),
                  pieces[i].text, pieces[i].style);
        col += zp_text_width(pieces[i].text) + (level == 0 ? 2 : 1);
    }
}
