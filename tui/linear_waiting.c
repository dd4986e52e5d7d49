// The waiting list in the dialogue: who waits, booking for one, taking one off, and whom a time
// fits that turned free. A wish is made by the steps of a booking (linear_wish.c).
#include "cli_text.h"
#include "linear_book.h"
#include "memory.h"
#include "waiting_words.h"

#include <zapis/i18n.h>

// ---- whom a time fits, told once

struct told_fit {
    int64_t waiting_id, starts_at;
};

struct linear_fits {
    struct told_fit *told; // those of the last look
    size_t count;
};

struct linear_fits *linear_fits_new(TALLOC_CTX *ctx) {
    return memory_new(ctx, struct linear_fits);
}

static bool was_told(const struct linear_fits *told, const struct zp_fit *fit) {
    for (size_t i = 0; i < told->count; i++)
        if (told->told[i].waiting_id == fit->waiting_id &&
            told->told[i].starts_at == fit->starts_at)
            return true;
    return false;
}

void linear_tell_fits(struct linear *linear, struct linear_fits *told) {
    const struct zp_request request = {.ask = ZP_ASK_WAITING};
    TALLOC_CTX *ctx = memory_must(talloc_new(linear));
    const struct zp_event *answer = linear_ask(linear, ctx, &request);
    const struct zp_fits *fits = answer->ok ? answer->fits : NULL;
    bool any = false;
    for (size_t i = 0; fits && i < fits->count; i++) {
        const struct zp_fit *fit = &fits->fits[i];
        if (was_told(told, fit))
            continue;
        linear_say(linear, "%s",
                   waiting_fit_text(ctx, linear->config->zone, &answer->waitings[fit->at], fit));
        any = true;
    }
    if (any)
        linear_say(linear, "%s", _("“waiting” lists them and books."));
    if (fits) {
        talloc_free(told->told);
        told->told = memory_array(told, struct told_fit, fits->count);
        told->count = fits->count;
        for (size_t i = 0; i < fits->count; i++)
            told->told[i] = (struct told_fit){fits->fits[i].waiting_id, fits->fits[i].starts_at};
    }
    talloc_free(ctx);
}

// ---- the list

static void keep_list(struct linear *linear, const struct zp_waiting *list, size_t count) {
    talloc_free(linear->wishes);
    linear->wishes = memory_array(linear, int64_t, count);
    linear->wish_count = count;
    for (size_t i = 0; i < count; i++)
        linear->wishes[i] = list[i].id;
    linear->list = LINEAR_LIST_WAITING;
}

static void say_wish(struct linear *linear, size_t number, const struct zp_waiting *one) {
    TALLOC_CTX *ctx = linear->scratch;
    const bool open = one->state == ZP_WAITING_OPEN;
    linear_say(linear, "%zu. %s, %s, %s, %s%s%s%s%s", number, one->client_name,
               cli_text_phone(ctx, one->client_phone), waiting_wish_text(ctx, one),
               waiting_when_text(ctx, one), open ? "" : ", ",
               open ? "" : zp_waiting_state_words(one->state), one->comment[0] ? ", " : "",
               one->comment);
}

static void list(struct linear *linear) {
    const struct zp_request request = {.ask = ZP_ASK_WAITING};
    const struct zp_event *answer = linear_ask(linear, linear->scratch, &request);
    const struct zp_fits *fits = answer->fits;
    if (!answer->ok) {
        linear_fail(linear, &answer->error);
        return;
    }
    keep_list(linear, answer->waitings, answer->waiting_count);
    for (size_t i = 0; i < answer->waiting_count; i++)
        say_wish(linear, i + 1, &answer->waitings[i]);
    for (size_t i = 0; fits && i < fits->count; i++)
        linear_say(linear, "%s",
                   waiting_fit_text(linear->scratch, linear->config->zone,
                                    &answer->waitings[fits->fits[i].at], &fits->fits[i]));
    if (!fits && answer->waiting_count > 0)
        linear_say(linear, "%s",
                   _("The price list is not known: nobody can tell whom a time fits."));
    linear_say(linear, "%s",
               answer->waiting_count > 0
                   ? _("“waiting book” or “waiting drop” and the number in this list.")
                   : _("Nobody waits."));
}

// The answer has the one that a number of the list told last means; NULL: it was said why not.
static const struct zp_event *named(struct linear *linear, const char *word) {
    char *end = NULL;
    const unsigned long number = strtoul(word, &end, 10);
    const bool one = word[0] == '\0' && linear->wish_count == 1;
    const bool fits = word[0] >= '0' && word[0] <= '9' && *end == '\0' && number >= 1 &&
                      number <= linear->wish_count;
    if (!one && !fits) {
        linear_misuse(linear, _("Who? “waiting” tells the list; write a number of it."));
        return NULL;
    }
    const struct zp_request request = {.ask = ZP_ASK_WAITING,
                                       .u.waiting = {.id = linear->wishes[one ? 0 : number - 1]}};
    const struct zp_event *answer = linear_ask(linear, linear->scratch, &request);
    if (answer->ok && answer->waiting_count > 0)
        return answer;
    linear_fail(linear, &answer->error);
    return NULL;
}

// ---- what is done with one

// The first time that fits him, of the whole list: whoever waits longer comes first there.
static const struct zp_fit *fit_of(struct linear *linear, int64_t id) {
    const struct zp_request request = {.ask = ZP_ASK_WAITING};
    const struct zp_event *answer = linear_ask(linear, linear->scratch, &request);
    for (size_t i = 0; answer->ok && answer->fits && i < answer->fits->count; i++)
        if (answer->fits->fits[i].waiting_id == id)
            return &answer->fits->fits[i];
    return NULL;
}

static void take_wish(struct linear_draft *draft, const struct zp_waiting *one) {
    draft->waiting_id = one->id;
    draft->waiting_phone = memory_strdup(draft, one->client_phone);
    draft->services = memory_array(draft, const char *, one->service_count);
    draft->count = one->service_count;
    for (size_t i = 0; i < one->service_count; i++)
        draft->services[i] = memory_strdup(draft, one->service_ids[i]);
    draft->master_id = one->master_id ? memory_strdup(draft, one->master_id) : NULL;
    linear_set(draft, &draft->phone, one->client_phone);
    linear_set(draft, &draft->name, one->client_name);
    linear_set(draft, &draft->comment, one->comment);
    draft->date = one->from;
    draft->known[LINEAR_SERVICE] = draft->known[LINEAR_MASTER] = true;
    draft->known[LINEAR_PHONE] = draft->known[LINEAR_NAME] = draft->known[LINEAR_COMMENT] = true;
}

// At the time that fits, where Dikidi offers it; else day and time are asked.
static void book(struct linear *linear, const char *word) {
    const struct zp_event *answer = named(linear, word);
    if (!answer)
        return;
    const struct zp_waiting *one = &answer->waitings[0];
    struct linear_draft *draft = NULL;
    say_wish(linear, 1, one);
    if (one->state != ZP_WAITING_OPEN) {
        linear_misuse(linear, zp_waiting_state_words(one->state));
        return;
    }
    const struct zp_fit *fit = fit_of(linear, one->id);
    draft = linear_draft_new(linear);
    if (!draft)
        return;
    take_wish(draft, one);
    if (fit) {
        draft->master_id = memory_strdup(draft, fit->master_id);
        draft->starts_at = fit->starts_at;
        draft->date = zp_zone_wall(linear->config->zone, fit->starts_at).date;
        draft->known[LINEAR_DAY] = draft->known[LINEAR_TIME] = linear_is_offered(linear, draft);
    }
    linear_draft_go(linear, draft);
}

static void drop(struct linear *linear, const char *args) {
    const struct zp_event *answer = named(linear, linear_word(linear, &args));
    if (!answer)
        return;
    const struct zp_waiting *one = &answer->waitings[0];
    say_wish(linear, 1, one);
    const char *reason = linear_reason(linear, args, waiting_reason, WAITING_REASONS);
    const struct zp_request request = {.ask = ZP_ASK_WAITING_DROP,
                                       .u.waiting_drop = {.id = one->id, .reason = reason}};
    if (!reason) {
        linear_say(linear, "%s", _("Nobody was taken off the list."));
        return;
    }
    const struct zp_event *done = linear_ask(linear, linear->scratch, &request);
    if (done->ok)
        linear_say(linear, "%s", _("Taken off the waiting list."));
    else
        linear_fail(linear, &done->error);
}

static void add(struct linear *linear) {
    struct linear_draft *draft = linear_draft_new(linear);
    if (!draft)
        return;
    draft->listing = true;
    linear_draft_go(linear, draft);
}

void linear_book_waiting(struct linear *linear, size_t number) {
    book(linear, memory_printf(linear->scratch, "%zu", number + 1));
}

void linear_waiting(struct linear *linear, const char *args) {
    const char *word = linear_word(linear, &args);
    if (word[0] == '\0')
        list(linear);
    else if (linear_is_word(word, "add добавить"))
        add(linear);
    else if (linear_is_word(word, "book записать"))
        book(linear, args);
    else if (linear_is_word(word, "drop снять убрать"))
        drop(linear, args);
    else
        linear_misuse(linear, _("After “waiting”: nothing, “add”, “book” or “drop” and a number."));
}
