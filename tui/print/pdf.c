// Pango lays text out, Cairo writes the PDF.
#include "print/pdf.h"

#include "memory.h"

#include <pango/pangocairo.h>

#include <cairo-pdf.h>
#include <zapis/i18n.h>

#define FONT       "DejaVu Sans"
#define BYTES_STEP 65536u

struct pdf {
    cairo_surface_t *surface;
    cairo_t *cairo;
    PangoFontMap *fonts; // of our own: the default one is never given back
    PangoContext *context;
    double width;
    bool dry;
    char *bytes;
    size_t size;
};

// Pango and GLib speak on standard error, which is for our one sentence.
static void on_remark(const char *domain, GLogLevelFlags level, const char *message, void *data) {
    (void)domain;
    (void)level;
    (void)message;
    (void)data;
}

static cairo_status_t on_bytes(void *data, const unsigned char *bytes, unsigned int size) {
    struct pdf *pdf = data;
    const size_t room = talloc_get_size(pdf->bytes);
    if (pdf->size + size > room)
        pdf->bytes = memory_grow(pdf, pdf->bytes, char, (unsigned)(room * 2 + size + BYTES_STEP));
    memcpy(pdf->bytes + pdf->size, bytes, size);
    pdf->size += size;
    return CAIRO_STATUS_SUCCESS;
}

static int pdf_free(struct pdf *pdf) {
    g_object_unref(pdf->context);
    g_object_unref(pdf->fonts);
    cairo_destroy(pdf->cairo);
    cairo_surface_destroy(pdf->surface);
    return 0;
}

static PangoFontDescription *font_of(const struct pdf_style *style) {
    PangoFontDescription *font = pango_font_description_new();
    pango_font_description_set_family_static(font, FONT);
    // Absolute: one unit of ours is one of the page, whatever resolution a screen would have.
    pango_font_description_set_absolute_size(font, style->size * PANGO_SCALE);
    pango_font_description_set_weight(font, style->bold ? PANGO_WEIGHT_BOLD : PANGO_WEIGHT_NORMAL);
    pango_font_description_set_style(font,
                                     style->italic ? PANGO_STYLE_OBLIQUE : PANGO_STYLE_NORMAL);
    return font;
}

// Without any font Pango draws boxes, or gives up altogether.
static bool fonts_there(PangoContext *context) {
    PangoFontDescription *wanted = font_of(&(struct pdf_style){.size = 10});
    PangoFont *font = pango_context_load_font(context, wanted);
    const bool there = font != NULL;
    if (font)
        g_object_unref(font);
    pango_font_description_free(wanted);
    return there;
}

struct pdf *pdf_new(TALLOC_CTX *ctx, double width, double height, struct zp_error *err) {
    g_log_set_default_handler(on_remark, NULL);
    struct pdf *pdf = memory_new(ctx, struct pdf);
    pdf->width = width;
    pdf->bytes = memory_array(pdf, char, BYTES_STEP);
    pdf->surface = cairo_pdf_surface_create_for_stream(on_bytes, pdf, width, height);
    pdf->cairo = cairo_create(pdf->surface);
    pdf->fonts = pango_cairo_font_map_new();
    pdf->context = pango_font_map_create_context(pdf->fonts);
    pango_context_set_round_glyph_positions(pdf->context, FALSE);
    // A name in Hebrew stands in its line as the others do, and does not turn the line around.
    pango_context_set_base_dir(pdf->context, PANGO_DIRECTION_LTR);
    pango_cairo_update_context(pdf->cairo, pdf->context);
    talloc_set_destructor(pdf, pdf_free);
    cairo_pdf_surface_set_metadata(pdf->surface, CAIRO_PDF_METADATA_CREATOR,
                                   "zapis " ZAPIS_VERSION);
    if (fonts_there(pdf->context))
        return pdf;
    talloc_free(pdf);
    zp_error_set(err, ZP_E_CONFIG, NULL,
                 _("There is no font to print with: install the package fonts-dejavu-core."));
    return NULL;
}

void pdf_set_height(struct pdf *pdf, double height) {
    cairo_pdf_surface_set_size(pdf->surface, pdf->width, height);
}

void pdf_set_dry(struct pdf *pdf, bool dry) {
    pdf->dry = dry;
}

static PangoAlignment alignment_of(enum pdf_align align) {
    switch (align) {
    case PDF_LEFT: return PANGO_ALIGN_LEFT;
    case PDF_CENTRE: return PANGO_ALIGN_CENTER;
    case PDF_RIGHT: return PANGO_ALIGN_RIGHT;
    }
    return PANGO_ALIGN_LEFT;
}

static PangoLayout *layout_of(struct pdf *pdf, const struct pdf_style *style, const char *text) {
    PangoLayout *layout = pango_layout_new(pdf->context);
    PangoFontDescription *font = font_of(style);
    pango_layout_set_font_description(layout, font);
    pango_font_description_free(font);
    pango_layout_set_single_paragraph_mode(layout, TRUE);
    pango_layout_set_auto_dir(layout, FALSE);
    pango_layout_set_text(layout, text, -1);
    return layout;
}

double pdf_text(struct pdf *pdf, const struct pdf_style *style, double x, double y, double width,
                const char *text) {
    int height;
    if (!*text)
        return 0;
    PangoLayout *layout = layout_of(pdf, style, text);
    pango_layout_set_width(layout, (int)(width * PANGO_SCALE));
    pango_layout_set_wrap(layout, PANGO_WRAP_WORD_CHAR);
    pango_layout_set_height(layout, -style->lines);
    pango_layout_set_ellipsize(layout, PANGO_ELLIPSIZE_END);
    pango_layout_set_alignment(layout, alignment_of(style->align));
    pango_layout_get_size(layout, NULL, &height);
    if (!pdf->dry) {
        cairo_set_source_rgb(pdf->cairo, 0, 0, 0);
        cairo_move_to(pdf->cairo, x, y);
        pango_cairo_show_layout(pdf->cairo, layout);
    }
    g_object_unref(layout);
    return (double)height / PANGO_SCALE;
}

double pdf_text_width(struct pdf *pdf, const struct pdf_style *style, const char *text) {
    int width;
    PangoLayout *layout = layout_of(pdf, style, text);
    pango_layout_get_size(layout, &width, NULL);
    g_object_unref(layout);
    return (double)width / PANGO_SCALE;
}

double pdf_edges(struct pdf *pdf, const struct pdf_style *style, double x, double y, double width,
                 const char *left, const char *right) {
    struct pdf_style edge = *style;
    const double right_width = *right ? pdf_text_width(pdf, style, right) + style->size : 0;
    const double left_height = pdf_text(pdf, style, x, y, width - right_width, left);
    edge.align = PDF_RIGHT;
    edge.lines = 1;
    const double right_height = pdf_text(pdf, &edge, x, y, width, right);
    return left_height > right_height ? left_height : right_height;
}

void pdf_line(struct pdf *pdf, double x1, double y1, double x2, double y2, double grey) {
    if (pdf->dry)
        return;
    cairo_set_source_rgb(pdf->cairo, grey, grey, grey);
    cairo_set_line_width(pdf->cairo, 0.5);
    cairo_move_to(pdf->cairo, x1, y1);
    cairo_line_to(pdf->cairo, x2, y2);
    cairo_stroke(pdf->cairo);
}

void pdf_fill(struct pdf *pdf, double x, double y, double width, double height, double grey) {
    if (pdf->dry)
        return;
    cairo_set_source_rgb(pdf->cairo, grey, grey, grey);
    cairo_rectangle(pdf->cairo, x, y, width, height);
    cairo_fill(pdf->cairo);
}

void pdf_page_end(struct pdf *pdf) {
    cairo_show_page(pdf->cairo);
}

bool pdf_end(struct pdf *pdf, const char **bytes, size_t *size, struct zp_error *err) {
    cairo_surface_finish(pdf->surface);
    cairo_status_t status = cairo_status(pdf->cairo);
    if (status == CAIRO_STATUS_SUCCESS)
        status = cairo_surface_status(pdf->surface);
    if (status != CAIRO_STATUS_SUCCESS)
        return zp_error_set(err, ZP_E_INTERNAL, NULL, _("The PDF could not be made (%s)."),
                            cairo_status_to_string(status));
    *bytes = pdf->bytes;
    *size = pdf->size;
    return true;
}
