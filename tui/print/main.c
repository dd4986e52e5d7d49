// zapis-print: a JSON document of `zapis day` or `zapis show` on standard input, a PDF on standard
// output. Nothing is written unless all of it could be made.
#include "error_text.h"
#include "memory.h"
#include "print/pdf.h"

#include <errno.h>
#include <signal.h>
#include <unistd.h>
#include <zapis/i18n.h>
#include <zapis/limits.h>

#define STEP 65536u

static int complain(const struct zp_error *error) {
    char *text = error_text(NULL, error->message);
    fprintf(stderr, "zapis-print: %s\n", text);
    talloc_free(text);
    return zp_error_exit_status(error->code);
}

// The whole of standard input; NULL with err.
static char *read_all(TALLOC_CTX *ctx, size_t *size, struct zp_error *err) {
    char *bytes = memory_array(ctx, char, STEP);
    *size = 0;
    for (;;) {
        if (*size + STEP > talloc_get_size(bytes))
            bytes = memory_grow(ctx, bytes, char, (unsigned)(*size * 2 + STEP));
        const ssize_t n = read(STDIN_FILENO, bytes + *size, STEP);
        if (n == 0)
            return bytes;
        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0) {
            zp_error_set(err, ZP_E_USAGE, NULL, _("Standard input could not be read (%s)."),
                         strerror(errno));
            return NULL;
        }
        *size += (size_t)n;
        if (*size > ZP_LIMIT_HTTP_REPLY_BYTES) {
            zp_error_set(err, ZP_E_USAGE, NULL,
                         _("More than %u MB came on standard input: that is no day of a salon."),
                         ZP_LIMIT_HTTP_REPLY_BYTES / (1024u * 1024));
            return NULL;
        }
    }
}

static const struct sheet *read_sheet(TALLOC_CTX *ctx, struct zp_error *err) {
    size_t size;
    struct zp_error why = {0};
    const char *bytes = read_all(ctx, &size, err);
    if (!bytes)
        return NULL;
    const struct zp_json *document = zp_json_parse(ctx, bytes, size, &why);
    if (document)
        return sheet_read(ctx, document, err);
    zp_error_set(err, ZP_E_USAGE, NULL,
                 _("What came on standard input is no JSON; write “zapis day --json | zapis-print "
                   "> day.pdf”."));
    return NULL;
}

static int print(struct zp_error *err) {
    TALLOC_CTX *ctx = talloc_new(NULL);
    const char *bytes;
    size_t size;
    const struct sheet *sheet = read_sheet(ctx, err);
    struct pdf *pdf = NULL;
    if (sheet)
        pdf = sheet->one ? pdf_slip(ctx, sheet, err) : pdf_day(ctx, sheet, err);
    bool done = pdf && pdf_end(pdf, &bytes, &size, err);
    if (done && (fwrite(bytes, 1, size, stdout) != size || fflush(stdout) != 0))
        done = zp_error_set(err, ZP_E_INTERNAL, NULL, _("The PDF could not be written (%s)."),
                            strerror(errno));
    talloc_free(ctx);
    return done ? 0 : complain(err);
}

static void help(void) {
    puts(_("Usage: zapis day --json | zapis-print > day.pdf"));
    puts(_("Makes a PDF of the JSON of “zapis day” (A4) or “zapis show” (a slip, 80 mm wide)."));
}

int main(int argc, char **argv) {
    struct zp_error error = {0};
    signal(SIGPIPE, SIG_IGN);
    zp_i18n_init("auto");
    if (argc == 2 && strcmp(argv[1], "--version") == 0) {
        printf("zapis-print %s\n", ZAPIS_VERSION);
    } else if (argc == 2 && strcmp(argv[1], "--help") == 0) {
        help();
    } else if (argc > 1) {
        zp_error_set(
            &error, ZP_E_USAGE, NULL,
            _("No arguments are needed: write “zapis day --json | zapis-print > day.pdf”."));
    } else if (isatty(STDOUT_FILENO)) {
        zp_error_set(&error, ZP_E_USAGE, NULL,
                     _("A PDF means nothing to a terminal: write “zapis-print > day.pdf”."));
    } else {
        return print(&error);
    }
    return error.code == ZP_OK ? fflush(stdout) != 0 : complain(&error);
}
