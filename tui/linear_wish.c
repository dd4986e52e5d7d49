// A wish of the waiting list as it grows in the dialogue: a booking's steps, but for days and hours
// in place of a time.
#include "cli_ask.h"
#include "linear_book.h"
#include "memory.h"
#include "waiting_words.h"

#include <zapis/i18n.h>

static enum linear_went ask_date(struct linear *linear, const char *question,
                                 struct zp_date fallback, struct zp_date *out) {
    for (;;) {
        char *line = NULL;
        const enum linear_reply reply = linear_question(linear, question, &line);
        if (reply != LINEAR_REPLY)
            return linear_went_of(reply);
        if (linear_date(linear, line, fallback, out))
            return LINEAR_NEXT;
        if (!linear_may_repeat(linear))
            return LINEAR_LEAVE;
    }
}

enum linear_went linear_wish_days(struct linear *linear, struct linear_draft *draft) {
    TALLOC_CTX *ctx = linear->scratch;
    const struct zp_date first = draft->date.year ? draft->date : linear_today(linear);
    const enum linear_went went = ask_date(linear,
                                           memory_printf(ctx, _("Waits from which day? Enter: %s."),
                                                         linear_day_words(linear, ctx, first)),
                                           first, &draft->date);
    if (went != LINEAR_NEXT)
        return went;
    return ask_date(linear,
                    memory_printf(ctx, _("To which day? Enter: %s."),
                                  linear_day_words(linear, ctx, draft->date)),
                    draft->date, &draft->last);
}

enum linear_went linear_wish_hours(struct linear *linear, struct linear_draft *draft) {
    for (;;) {
        char *line = NULL;
        struct zp_error error = {0};
        const enum linear_reply reply =
            linear_question(linear, _("At which hours? 10:00-14:00, Enter: any time."), &line);
        if (reply != LINEAR_REPLY)
            return linear_went_of(reply);
        draft->from_min = 0;
        draft->to_min = ZP_WAITING_DAY_MIN;
        if (line[0] == '\0' || waiting_time_parse(line, &draft->from_min, &draft->to_min, &error))
            return LINEAR_NEXT;
        linear_fail(linear, &error);
        if (!linear_may_repeat(linear))
            return LINEAR_LEAVE;
    }
}

static struct zp_waiting *wish_of(struct linear *linear, const struct linear_draft *draft) {
    struct zp_waiting *wish = memory_new(linear->scratch, struct zp_waiting);
    *wish = (struct zp_waiting){.client_phone = draft->phone,
                                .client_name = draft->name,
                                .service_ids = memory_array(wish, char *, draft->count),
                                .service_count = draft->count,
                                .master_id =
                                    draft->master_id ? memory_strdup(wish, draft->master_id) : NULL,
                                .from = draft->date,
                                .to = draft->last,
                                .from_min = draft->from_min,
                                .to_min = draft->to_min,
                                .comment = draft->comment};
    for (size_t i = 0; i < draft->count; i++)
        wish->service_ids[i] = memory_strdup(wish, draft->services[i]);
    return wish;
}

enum linear_went linear_wish_confirm(struct linear *linear, struct linear_draft *draft) {
    struct zp_waiting *wish = wish_of(linear, draft);
    char *line = NULL;
    zp_waiting_name(wish, 1, draft->catalogue);
    linear_say(linear, "%s: %s", _("Wish"), waiting_wish_text(linear->scratch, wish));
    linear_say(linear, "%s: %s", _("When"), waiting_when_text(linear->scratch, wish));
    linear_say_client(linear, draft);
    const enum linear_reply reply =
        linear_question(linear, _("Put on the waiting list? yes or no"), &line);
    if (reply != LINEAR_REPLY)
        return linear_went_of(reply);
    return cli_ask_is_yes(line) ? LINEAR_NEXT : LINEAR_LEAVE;
}

void linear_wish_submit(struct linear *linear, struct linear_draft *draft) {
    const struct zp_request request = {.ask = ZP_ASK_WAITING_PUT,
                                       .u.waiting_put = {.wish = wish_of(linear, draft)}};
    const struct zp_event *answer = linear_ask(linear, linear->scratch, &request);
    if (answer->ok)
        linear_say(linear, "%s", _("On the waiting list: “waiting” tells it."));
    else
        linear_fail(linear, &answer->error);
}
