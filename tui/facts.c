#include "facts.h"
#include "error_text.h"
#include "marks.h"
#include "memory.h"
#include "words.h"
#include <stdio.h>
#include <string.h>
#include <zapis/i18n.h>
#include <zapis/money.h>
#include <zapis/phone.h>
#include <zapis/text.h>

#define LABEL_COLS 12
#define LINE       1024

void facts_header(const struct grid *grid, const struct zp_config *config, const char *title) {
    grid_fill(grid, 0, 0, 1, grid->cols, " ", STYLE_HEADER);
    const int taken = grid_put(grid, 0, 1, grid->cols - 2, title, STYLE_HEADER);
    const char *right = config->practice.on ? _("PRACTICE") : config->salon.name;
    const int width = zp_text_width(right);
    if (taken + width + 3 <= grid->cols) {
        grid_put(grid, 0, grid->cols - width - 1, width, right,
                 config->practice.on ? STYLE_PRACTICE : STYLE_HEADER);
    }
}

// The next line of the text, broken at a blank where there is one; false: the text has ended, or
// not even one character fits.
static bool next_line(const char **text, int columns, char out[LINE]) {
    const char *end = strchr(*text, '\n');
    const size_t line = end != NULL ? (size_t)(end - *text) : strlen(*text);
    if (**text == '\0' || columns <= 0) {
        return false;
    }
    (void)snprintf(out, LINE, "%.*s", (int)(line < LINE - 1 ? line : LINE - 1), *text);
    size_t fit = zp_text_fit(out, columns, NULL);
    if (fit < strlen(out)) { // back to the last blank, if there is one
        size_t cut = fit;
        while (cut > 0 && out[cut] != ' ') {
            cut--;
        }
        fit = cut > 0 ? cut : fit;
    }
    if (fit == 0 && line > 0) {
        return false;
    }
    out[fit] = '\0';
    *text += fit;
    *text += **text == ' ' || **text == '\n' ? 1 : 0;
    return true;
}

int facts_wrap(const struct grid *grid, int row, int col, int rows, int columns, const char *text,
               enum style style) {
    char line[LINE];
    int taken = 0;
    while (taken < rows && next_line(&text, columns, line)) {
        grid_put(grid, row + taken, col, columns, line, style);
        taken++;
    }
    return taken;
}

int facts_lines(const char *text, int columns, int skip, const char **rest) {
    char line[LINE];
    int count = 0;
    for (;; count++) {
        if (count == skip && rest != NULL) {
            *rest = text;
        }
        if (!next_line(&text, columns, line)) {
            return count;
        }
    }
}

static void services_text(const struct zp_booking *booking, char out[LINE]) {
    size_t used = 0;
    out[0] = '\0';
    for (size_t i = 0; i < booking->service_count && used < LINE; i++) {
        used += (size_t)snprintf(out + used, LINE - used, "%s%s", i == 0 ? "" : ", ",
                                 booking->services[i].name);
    }
}

static void when_text(const struct zp_config *config, const struct zp_booking *booking,
                      char out[LINE]) {
    char date[WORDS_SIZE], from[WORDS_SIZE], to[WORDS_SIZE];
    words_date(zp_zone_wall(config->zone, booking->starts_at).date, date);
    words_clock(config->zone, booking->starts_at, from);
    words_clock(config->zone, booking->ends_at, to);
    (void)snprintf(out, LINE, "%s  %s-%s", date, from, to);
}

char *facts_line(TALLOC_CTX *ctx, const struct zp_config *config,
                 const struct zp_booking *booking) {
    char services[LINE], when[LINE];
    services_text(booking, services);
    when_text(config, booking, when);
    return memory_printf(ctx, "%s · %s · %s · %s", booking->client_name, services, booking->master,
                         when);
}

static const char *who(const struct zp_booking *booking) {
    if (booking->client_name && booking->client_name[0])
        return booking->client_name;
    return booking->origin == ZP_ORIGIN_WALK_IN ? _("walk-in") : booking->client_phone;
}

char *facts_whose(TALLOC_CTX *ctx, const struct zp_config *config,
                  const struct zp_booking *booking) {
    char date[WORDS_SIZE], clock[WORDS_SIZE];

    words_date_short(zp_zone_wall(config->zone, booking->starts_at).date, date);
    words_clock(config->zone, booking->starts_at, clock);
    return memory_printf(ctx, "%s %s · %s", clock, who(booking), date);
}

char *facts_visit(TALLOC_CTX *ctx, const struct zp_config *config,
                  const struct zp_booking *booking) {
    char services[LINE], clock[WORDS_SIZE];

    services_text(booking, services);
    words_clock(config->zone, booking->starts_at, clock);
    return memory_printf(ctx, "%s %s · %s · %s", clock, who(booking), services, booking->master);
}

char *facts_crm_entry(TALLOC_CTX *ctx, const struct zp_config *config, const struct zp_truth *truth,
                      size_t at) {
    char clock[WORDS_SIZE];

    if (truth->only_crm_titles == NULL || truth->only_crm_visits == NULL)
        return NULL;
    words_clock(config->zone, truth->only_crm_visits[at], clock);
    return memory_printf(ctx, "%s %s", clock, truth->only_crm_titles[at]);
}

static int fact(const struct grid *grid, int row, const char *label, const char *value,
                enum style style) {
    if (value == NULL || value[0] == '\0' || row >= grid->rows) {
        return row;
    }
    const int labels = grid->cols >= 40 ? LABEL_COLS : 0;
    if (labels > 0) {
        grid_put(grid, row, 1, labels - 1, label, STYLE_DIM);
    }
    const int taken =
        facts_wrap(grid, row, 1 + labels, grid->rows - row, grid->cols - labels - 2, value, style);
    return row + (taken > 0 ? taken : 1);
}

static int fact_client(const struct grid *grid, int row, const struct zp_booking *booking) {
    char line[LINE], phone[ZP_PHONE_TEXT_SIZE];
    if (booking->origin == ZP_ORIGIN_WALK_IN) {
        (void)snprintf(line, sizeof(line), "%s · %s", booking->client_name, _("walk-in"));
    } else {
        zp_phone_format(booking->client_phone, phone);
        (void)snprintf(line, sizeof(line), "%s · %s", booking->client_name, phone);
    }
    return fact(grid, row, _("Client"), line, STYLE_STRONG);
}

static int fact_state(const struct grid *grid, int row, const struct zp_booking *booking) {
    char line[LINE];
    const enum mark mark = mark_of(booking);
    (void)snprintf(line, sizeof(line), "[%s] %s%s%s", mark_text(grid, mark),
                   zp_booking_state_words(booking->state), booking->booking_id ? " · " : "",
                   booking->booking_id ? booking->booking_id : "");
    row = fact(grid, row, _("State"), line, mark_style(mark));
    if (booking->error_message != NULL) {
        char *trouble = error_text(NULL, booking->error_message);
        row = fact(grid, row, "", trouble, STYLE_WARN);
        talloc_free(trouble);
    }
    if (booking->cancel_reason != NULL) {
        row = fact(grid, row, _("Reason"), booking->cancel_reason, STYLE_DEFAULT);
    }
    return row;
}

static int fact_crm(const struct grid *grid, int row, const struct zp_booking *booking) {
    char line[LINE] = "";
    enum style style = STYLE_DEFAULT;
    switch (booking->crm_state) {
    case ZP_CRM_NONE:
        (void)snprintf(line, sizeof(line), "%s", _("nothing is written there"));
        break;
    case ZP_CRM_QUEUED:
        (void)snprintf(line, sizeof(line), "%s", _("will be written by itself"));
        break;
    case ZP_CRM_LOGGED: break;
    case ZP_CRM_ATTENTION:
        (void)snprintf(line, sizeof(line), "%s", _("needs a person: see the queue"));
        style = STYLE_WARN;
        break;
    }
    if (booking->crm_id != NULL && booking->crm_entity != NULL) {
        const size_t used = strlen(line);
        const bool lead = strcmp(booking->crm_entity, "lead") == 0;
        (void)snprintf(line + used, sizeof(line) - used, "%s%s %s%s%s", used > 0 ? " · " : "",
                       lead ? _("lead") : _("deal"), booking->crm_id,
                       booking->crm_stage && booking->crm_stage[0] ? " · " : "",
                       booking->crm_stage ? booking->crm_stage : "");
    }
    return fact(grid, row, _("Bitrix24"), line, style);
}

int facts_draw(const struct grid *grid, int row, const struct zp_config *config,
               const struct zp_booking *booking) {
    char line[LINE], price[ZP_MONEY_SIZE];
    when_text(config, booking, line);
    row = fact(grid, row, _("Time"), line, STYLE_STRONG);
    row = fact(grid, row, _("Master"), booking->master, STYLE_DEFAULT);
    services_text(booking, line);
    row = fact(grid, row, _("Service"), line, STYLE_DEFAULT);
    zp_money_format(booking->price_minor, booking->currency, zp_i18n_russian(), price);
    row = fact(grid, row, _("Sum"), price, STYLE_DEFAULT);
    row = fact_client(grid, row, booking);
    row = fact(grid, row, _("Comment"), booking->comment, STYLE_DEFAULT);
    row = fact_state(grid, row, booking);
    return fact_crm(grid, row, booking);
}
