// A visit's slip: 80 mm wide, as long as it needs to be.
#include "print/pdf.h"

#include "memory.h"
#include "words.h"

#include <zapis/i18n.h>

#define WIDTH  PDF_MM(80)
#define MARGIN PDF_MM(5)
#define INNER  (WIDTH - 2 * MARGIN)
#define GAP    5.0

static const struct pdf_style salon = {.size = 13, .bold = true, .align = PDF_CENTRE, .lines = 3},
                              remark = {.size = 10, .bold = true, .align = PDF_CENTRE, .lines = 2},
                              strong = {.size = 10, .bold = true, .lines = 1},
                              plain = {.size = 9, .lines = 3};

static double rule(struct pdf *pdf, double y) {
    pdf_line(pdf, MARGIN, y + GAP, MARGIN + INNER, y + GAP, 0.4);
    return y + 2 * GAP;
}

static double fact(struct pdf *pdf, TALLOC_CTX *ctx, double y, const char *name,
                   const char *value) {
    if (!*value)
        return y;
    return y + pdf_text(pdf, &plain, MARGIN, y, INNER, memory_printf(ctx, "%s: %s", name, value));
}

static double services(struct pdf *pdf, TALLOC_CTX *ctx, double y,
                       const struct sheet_visit *visit) {
    for (size_t i = 0; i < visit->service_count; i++) {
        const struct sheet_service *service = &visit->services[i];
        const char *price =
            service->priced ? sheet_money(ctx, service->price_minor, visit->currency) : "";
        y += pdf_edges(pdf, &plain, MARGIN, y, INNER, service->name, price) + 2;
    }
    const char *total = sheet_money(ctx, visit->price_minor, visit->currency);
    if (*total && visit->service_count > 1)
        y += pdf_edges(pdf, &strong, MARGIN, y, INNER, _("total"), total);
    return y;
}

// Returns the height it takes.
static double draw(struct pdf *pdf, const struct sheet *sheet) {
    const struct sheet_visit *visit = sheet->visits;
    TALLOC_CTX *ctx = talloc_new(NULL);
    char date[WORDS_SIZE];
    double y = MARGIN;
    words_date(visit->date, date);
    y += pdf_text(pdf, &salon, MARGIN, y, INNER, sheet->salon);
    y += pdf_text(pdf, &remark, MARGIN, y, INNER, sheet_remark(visit));
    y = rule(pdf, y);
    y += pdf_text(pdf, &strong, MARGIN, y, INNER, date);
    y += pdf_text(pdf, &strong, MARGIN, y, INNER, sheet_span(ctx, visit));
    y = fact(pdf, ctx, y, _("master"), visit->master);
    y = rule(pdf, y);
    y = services(pdf, ctx, y, visit);
    y = rule(pdf, y);
    y = fact(pdf, ctx, y, _("client"), visit->client);
    y = fact(pdf, ctx, y, _("phone"), visit->phone);
    y = fact(pdf, ctx, y, _("booking"), visit->number);
    talloc_free(ctx);
    return y + MARGIN;
}

struct pdf *pdf_slip(TALLOC_CTX *ctx, const struct sheet *sheet, struct zp_error *err) {
    struct pdf *pdf = pdf_new(ctx, WIDTH, WIDTH, err);
    if (!pdf)
        return NULL;
    pdf_set_dry(pdf, true);
    const double height = draw(pdf, sheet);
    pdf_set_dry(pdf, false);
    pdf_set_height(pdf, height);
    draw(pdf, sheet);
    pdf_page_end(pdf);
    return pdf;
}
