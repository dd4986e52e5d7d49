// zapis widget: Dikidi's booking page of the salon. Needs the company number alone.
#include "cli_commands.h"
#include "cli_json.h"
#include "memory.h"
#include "qr.h"
#include "widget_page.h"

#include <unistd.h>
#include <zapis/i18n.h>

const struct cli_option cli_widget_options[] = {
    {"qr", NULL, 0, N_("the address as a QR code for a client's phone")},
    {0},
};

// What the terminal was said to be able to: our own LC_CTYPE is UTF-8 in any case.
static bool speaks_utf8(void) {
    static const char *const names[] = {"LC_ALL", "LC_CTYPE", "LANG"};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        const char *value = cli_environment(names[i]);
        if (value)
            return strcasestr(value, "UTF-8") || strcasestr(value, "UTF8");
    }
    return false;
}

static enum qr_style style_for(FILE *file) {
    if (!speaks_utf8())
        return QR_ASCII;
    if (!isatty(fileno(file)) || cli_environment("NO_COLOR"))
        return QR_PLAIN;
    return QR_COLOUR;
}

static void print_json(struct cli *cli, const char *address, const char *iframe) {
    struct zp_json *document = zp_json_new_object(cli);
    zp_json_add_string(document, "company", cli->config->salon.company);
    zp_json_add_string(document, "url", address);
    zp_json_add_string(document, "iframe", iframe);
    cli_json_print(cli->out, document);
}

int cli_widget_run(struct cli *cli) {
    struct zp_error error = {0};
    if (!cli_config(cli, ZP_CONFIG_NEED_COMPANY, &error))
        return cli_fail(cli, &error);
    const char *address = widget_page_address(cli, cli->config);
    const char *iframe = widget_page_iframe(cli, address);
    if (cli->call.json) {
        print_json(cli, address, iframe);
        return 0;
    }
    if (!cli_flag(&cli->call, "qr")) {
        fprintf(cli->out, "%s\n%s\n", address, iframe);
        return 0;
    }
    struct qr *qr = qr_new(cli, address);
    if (!qr) {
        zp_error_set(&error, ZP_E_CONFIG, NULL,
                     _("This address is too long for a QR code: correct salon.company in %s."),
                     cli->config->file);
        return cli_fail(cli, &error);
    }
    fprintf(cli->out, "%s%s\n", qr_text(cli, qr, style_for(cli->out)), address);
    return 0;
}
