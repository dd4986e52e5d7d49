// A PDF in memory: text, lines, pages. Lengths are points (1/72 inch), y grows downwards. Only
// pdf.c knows Pango and Cairo.
#ifndef TUI_PRINT_PDF_H
#define TUI_PRINT_PDF_H

#include "print/sheet.h"

#define PDF_MM(mm) ((mm)*72.0 / 25.4)

struct pdf; // talloc; its destructor gives the libraries' parts back

enum pdf_align { PDF_LEFT, PDF_CENTRE, PDF_RIGHT };

struct pdf_style {
    double size; // of the letters
    bool bold, italic;
    enum pdf_align align;
    int lines; // at most so many, the last one cut with an ellipsis
};

// NULL with err (ZP_E_CONFIG) where this machine has no font at all.
struct pdf *pdf_new(TALLOC_CTX *ctx, double width, double height, struct zp_error *err);
// Before anything is drawn on a page.
void pdf_set_height(struct pdf *pdf, double height);
// While dry nothing is drawn, so that heights can be had.
void pdf_set_dry(struct pdf *pdf, bool dry);

// Plain text, never markup; returns its height, 0 for "".
double pdf_text(struct pdf *pdf, const struct pdf_style *style, double x, double y, double width,
                const char *text);
double pdf_text_width(struct pdf *pdf, const struct pdf_style *style, const char *text);
// Two texts at the edges of a line; the left one gives way.
double pdf_edges(struct pdf *pdf, const struct pdf_style *style, double x, double y, double width,
                 const char *left, const char *right);
// `grey`: 0 black … 1 white.
void pdf_line(struct pdf *pdf, double x1, double y1, double x2, double y2, double grey);
void pdf_fill(struct pdf *pdf, double x, double y, double width, double height, double grey);
void pdf_page_end(struct pdf *pdf);

// Ends the document; its bytes live as long as `pdf`.
bool pdf_end(struct pdf *pdf, const char **bytes, size_t *size, struct zp_error *err);

// The two things that are printed; each ends all its pages.
struct pdf *pdf_day(TALLOC_CTX *ctx, const struct sheet *sheet, struct zp_error *err);
struct pdf *pdf_slip(TALLOC_CTX *ctx, const struct sheet *sheet, struct zp_error *err);

#endif
