#include "qr.h"
#include "memory.h"

#include <qrencode.h>
#include <string.h>

struct qr *qr_new(TALLOC_CTX *ctx, const char *text) {
    QRcode *code = QRcode_encodeString8bit(text, 0, QR_ECLEVEL_M);
    if (!code)
        return NULL;
    struct qr *qr = memory_new(ctx, struct qr);
    size_t count = (size_t)code->width * (size_t)code->width;
    qr->cells = memory_array(qr, unsigned char, (unsigned)count);
    qr->size = code->width;
    for (size_t i = 0; i < count; i++)
        qr->cells[i] = code->data[i] & 1;
    QRcode_free(code);
    return qr;
}

bool qr_dark(const struct qr *qr, int x, int y) {
    return x >= 0 && y >= 0 && x < qr->size && y < qr->size && qr->cells[y * qr->size + x];
}

static char *append(char *text, const char *more) {
    return memory_must(talloc_strdup_append_buffer(text, more));
}

// Two modules in one character: which half is filled.
static const char *half_block(bool upper, bool lower) {
    static const char *const blocks[2][2] = {{" ", "▄"}, {"▀", "█"}};
    return blocks[upper][lower];
}

static char *add_blocks(char *text, const struct qr *qr, enum qr_style style) {
    bool colour = style == QR_COLOUR;
    for (int y = -QR_QUIET; y < qr->size + QR_QUIET; y += 2) {
        if (colour)
            text = append(text, "\033[30;107m");
        for (int x = -QR_QUIET; x < qr->size + QR_QUIET; x++) {
            // Below the last line of the quiet zone there is nothing to draw.
            bool last = y + 1 >= qr->size + QR_QUIET;
            bool upper = qr_dark(qr, x, y), lower = qr_dark(qr, x, y + 1);
            text = append(text,
                          colour ? half_block(upper, lower) : half_block(!upper, !lower && !last));
        }
        text = append(text, colour ? "\033[0m\n" : "\n");
    }
    return text;
}

static char *add_ascii(char *text, const struct qr *qr) {
    for (int y = -QR_QUIET; y < qr->size + QR_QUIET; y++) {
        for (int x = -QR_QUIET; x < qr->size + QR_QUIET; x++)
            text = append(text, qr_dark(qr, x, y) ? "##" : "  ");
        text = append(text, "\n");
    }
    return text;
}

char *qr_text(TALLOC_CTX *ctx, const struct qr *qr, enum qr_style style) {
    char *text = memory_strdup(ctx, "");
    return style == QR_ASCII ? add_ascii(text, qr) : add_blocks(text, qr, style);
}
