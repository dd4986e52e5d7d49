// The truth bar: connections, the journal against the CRM, what waits, what is free. What is not
// known is a "?", never a 0. A figure stands behind its word and a colon: two words with a figure
// between them were read with the wrong one.
#include "day.h"
#include "words.h"
#include <stdio.h>
#include <string.h>
#include <zapis/i18n.h>
#include <zapis/text.h>

#define PIECES      6
#define LEVELS      4 // 0 says all; from 2 on what is known to be none is left out
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
    bool clock = level < 3;
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
                   equal ? "=" : grid_glyph(grid, GLYPH_UNEQUAL), crm, which);
    piece->style = equal ? connection_style(connection) : STYLE_ERROR;
}

static void outside_piece(const struct day *day, int level, struct piece *piece) {
    const struct zp_look *look = day->look;
    char count[24] = "?";

    piece->style = STYLE_DIM;
    piece->text[0] = '\0';
    if (look && look->complete && look->outside_count == 0 && level >= 2)
        return;
    if (look && !look->complete)
        (void)snprintf(count, sizeof(count), "%zu+?", look->outside_count);
    else if (look)
        (void)snprintf(count, sizeof(count), "%zu", look->outside_count);
    if (look && look->outside_count > 0)
        piece->style = STYLE_OUTSIDE;
    (void)snprintf(piece->text, PIECE, "%.60s: %s", level > 0 ? _("busy") : _("busy in Dikidi"),
                   count);
}

// "queue: 2"; a sign has its figure beside it: "!2".
static void count_piece(const struct day *day, int value, const char *words, int level,
                        struct piece *piece) {
    const bool sign = words[0] == '!';
    char count[24] = "?";

    piece->text[0] = '\0';
    if (day->truth.sync_known && value == 0 && level >= 2)
        return;
    if (day->truth.sync_known)
        (void)snprintf(count, sizeof(count), "%d", value);
    (void)snprintf(piece->text, PIECE, sign ? "%.60s%s" : "%.60s: %s", words, count);
}

static void waiting_pieces(const struct day *day, int level, struct piece pieces[2]) {
    const bool known = day->truth.sync_known;

    count_piece(day, day->truth.waiting, level > 2 ? _("to send") : _("queue"), level, &pieces[0]);
    count_piece(day, day->truth.attention, level > 2 ? "!" : _("attention"), level, &pieces[1]);
    pieces[0].style = known && day->truth.waiting > 0 ? STYLE_WARN : STYLE_DIM;
    pieces[1].style = known && day->truth.attention > 0 ? STYLE_ERROR : STYLE_DIM;
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

static int gap(int level) {
    return level == 0 ? 2 : 1;
}

static int make(const struct day *day, const struct grid *grid, int level,
                struct piece pieces[PIECES]) {
    char state[PIECE];
    int width = 0;

    connection_text(day, grid, &day->truth.dikidi, level < 3, state);
    (void)snprintf(pieces[0].text, PIECE, "Dikidi %.60s", state);
    pieces[0].style = connection_style(&day->truth.dikidi);
    crm_piece(day, grid, level, &pieces[1]);
    outside_piece(day, level, &pieces[2]);
    waiting_pieces(day, level, &pieces[3]);
    free_piece(day, &pieces[5]);
    // Somebody can be called: that matters more than the next free time.
    if (day_waiting_text(day, pieces[5].text, PIECE))
        pieces[5].style = STYLE_WARN;
    for (int i = 0; i < PIECES; i++)
        if (pieces[i].text[0] != '\0')
            width += zp_text_width(pieces[i].text) + (i > 0 ? gap(level) : 0);
    return width;
}

void day_view_truth(const struct day *day, const struct grid *grid, int row) {
    struct piece pieces[PIECES];
    int level = 0, col = 1;

    if (row < 0)
        return;
    while (make(day, grid, level, pieces) > grid->cols - 1 && level + 1 < LEVELS)
        level++;
    if (level > 0 && grid->cols < 80)
        col = 0;
    for (int i = 0; i < PIECES && col < grid->cols; i++) {
        const int width = zp_text_width(pieces[i].text);
        const int room = grid->cols - col;

        if (width == 0)
            continue;
        grid_cell(grid, row, col, i == PIECES - 1 || width > room ? room : width, pieces[i].text,
                  pieces[i].style);
        col += width + gap(level);
    }
}
