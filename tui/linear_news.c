// What happens meanwhile: noted while the dialogue waits, told as a line of its own before the next
// prompt. Bookings are told by comparing the journal of the coming days with what was told.
#include "linear.h"
#include "marks.h"
#include "memory.h"
#include "words.h"

#include <string.h>
#include <zapis/i18n.h>

#define DAYS     14   // looked over, from today on
#define GREET_MS 4000 // for the first answers of both sides

struct seen {
    char *request_id;
    enum zp_booking_state state;
    enum zp_attendance attendance;
    int64_t starts_at;
    char *master;
    bool current; // met in this look
};

struct linear_news {
    struct seen *seen;
    size_t count, room;
    bool primed;     // the first look tells nothing
    bool stale;      // the journal changed since the last look
    bool fits_stale; // so that a time may fit somebody who waits
    struct linear_fits *fits;
    bool both; // both connections are known
    struct zp_connection dikidi, bitrix24;
    struct zp_connection told_dikidi, told_bitrix24;
    int waiting, attention, told_attention; // waiting -1: not known
    char *receiver;                         // why webhooks do not arrive, until it is told; NULL
};

struct linear_news *linear_news_new(struct linear *linear) {
    struct linear_news *news = memory_new(linear, struct linear_news);
    news->stale = news->fits_stale = true;
    news->fits = linear_fits_new(news);
    news->waiting = -1;
    return news;
}

void linear_news_event(struct linear *linear, const struct zp_event *event) {
    struct linear_news *news = linear->news;
    switch (event->kind) {
    case ZP_EVENT_BOOKING:
    case ZP_EVENT_JOURNAL: news->stale = news->fits_stale = true; break;
    case ZP_EVENT_SYNC:
        news->waiting = event->waiting;
        news->attention = event->attention;
        break;
    case ZP_EVENT_CONNECTION:
        news->dikidi = event->dikidi;
        news->bitrix24 = event->bitrix24;
        news->both = news->dikidi.known && news->bitrix24.known;
        break;
    case ZP_EVENT_WAITING: news->fits_stale = true; break;
    case ZP_EVENT_CHECK: // lines of a check asked for by another screen
    case ZP_EVENT_ANSWER: break;
    }
}

void linear_news_receiver(const char *text, void *data) {
    struct linear_news *news = ((struct linear *)data)->news;
    talloc_free(news->receiver);
    news->receiver = memory_strdup(news, text);
}

// ---- bookings

static struct seen *find(struct linear_news *news, const char *request_id) {
    for (size_t i = 0; i < news->count; i++)
        if (strcmp(news->seen[i].request_id, request_id) == 0)
            return &news->seen[i];
    return NULL;
}

static struct seen *add(struct linear_news *news, const char *request_id) {
    if (news->count == news->room) {
        news->room = news->room ? news->room * 2 : 64;
        news->seen = memory_grow(news, news->seen, struct seen, news->room);
    }
    struct seen *seen = &news->seen[news->count++];
    *seen = (struct seen){.request_id = memory_strdup(news, request_id)};
    return seen;
}

static void update(struct linear_news *news, struct seen *seen, const struct zp_booking *booking) {
    seen->state = booking->state;
    seen->attendance = booking->attendance;
    seen->starts_at = booking->starts_at;
    seen->current = true;
    talloc_free(seen->master);
    seen->master = memory_strdup(news, booking->master_id ? booking->master_id : "");
}

void linear_news_own(struct linear *linear, const struct zp_booking *booking) {
    struct linear_news *news = linear->news;
    struct seen *seen = find(news, booking->request_id);
    update(news, seen ? seen : add(news, booking->request_id), booking);
}

static bool is_open(enum zp_booking_state state) {
    return state != ZP_BOOKING_BOOKED && zp_booking_state_holds_time(state);
}

// What a person would want to hear of a booking that is not as it was told; NULL: nothing.
static const char *told_of(const struct seen *was, const struct zp_booking *now) {
    const bool doubt = was && was->state == ZP_BOOKING_UNCERTAIN;
    const bool coming = !was || was->state == ZP_BOOKING_INTENT || was->state == ZP_BOOKING_SENT;
    switch (now->state) {
    case ZP_BOOKING_BOOKED:
        if (doubt)
            return _("Known now, it is booked");
        if (was && was->state == ZP_BOOKING_CANCELLING)
            return _("Not cancelled, it stands");
        if (coming)
            return now->moved_from                ? _("Moved, it is now")
                   : now->origin == ZP_ORIGIN_APP ? _("New booking from the app")
                                                  : _("New booking");
        if (was->starts_at != now->starts_at || strcmp(was->master, now->master_id) != 0)
            return _("Changed, it is now");
        return was->attendance != now->attendance ? _("Marked") : NULL;
    case ZP_BOOKING_UNCERTAIN:
        return was && was->state == now->state ? NULL : _("The answer is not known yet");
    case ZP_BOOKING_REFUSED: return doubt || (was && coming) ? _("Not booked") : NULL;
    case ZP_BOOKING_CANCELLED: // of one that was moved the new one tells
        return was && was->state != now->state && !now->moved_to ? _("Cancelled") : NULL;
    case ZP_BOOKING_DROPPED: return was && was->state != now->state ? _("Given up") : NULL;
    case ZP_BOOKING_INTENT:
    case ZP_BOOKING_SENT:
    case ZP_BOOKING_CANCELLING: break;
    }
    return NULL;
}

static void compare(struct linear *linear, TALLOC_CTX *ctx, const struct zp_booking *booking) {
    struct linear_news *news = linear->news;
    struct seen *seen = find(news, booking->request_id);
    const char *words = news->primed ? told_of(seen, booking) : NULL;
    const bool marked = words && seen && booking->state == ZP_BOOKING_BOOKED &&
                        seen->attendance != booking->attendance;
    if (words) {
        linear_say(linear, "%s: %s%s%s", words, linear_booking_line(linear, ctx, booking),
                   marked ? ", " : "", marked ? mark_words(mark_of(booking)) : "");
        if (booking->state == ZP_BOOKING_REFUSED && booking->error_message)
            linear_say(linear, "%s", linear_sentence(ctx, booking->error_message));
    }
    update(news, seen ? seen : add(news, booking->request_id), booking);
}

static bool look_over_day(struct linear *linear, TALLOC_CTX *ctx, struct zp_date date) {
    const struct zp_request request = {.ask = ZP_ASK_DAY, .u.day = {.date = date, .all = true}};
    const struct zp_event answer = *linear_ask(linear, ctx, &request);
    for (size_t i = 0; i < answer.booking_count; i++)
        compare(linear, ctx, answer.bookings[i]);
    return answer.ok;
}

// What is still open on other days.
static void look_at_open(struct linear *linear, TALLOC_CTX *ctx) {
    for (size_t i = 0; i < linear->news->count; i++) {
        const struct seen *seen = &linear->news->seen[i];
        if (seen->current || !is_open(seen->state))
            continue;
        const struct zp_request request = {.ask = ZP_ASK_SHOW, .u.show.booking = seen->request_id};
        const struct zp_event *answer = linear_ask(linear, ctx, &request);
        if (answer->booking)
            compare(linear, ctx, answer->booking);
    }
}

static void look_over(struct linear *linear) {
    struct linear_news *news = linear->news;
    TALLOC_CTX *ctx = memory_must(talloc_new(linear));
    const struct zp_date today = linear_today(linear);
    bool read = true;
    news->stale = false;
    for (size_t i = 0; i < news->count; i++)
        news->seen[i].current = false;
    for (int i = 0; i < DAYS && read; i++)
        read = look_over_day(linear, ctx, zp_date_add_days(today, i));
    look_at_open(linear, ctx);
    news->primed = news->primed || read;
    news->stale = news->stale || !read;
    talloc_free(ctx);
}

// ---- connections and the queue

static void say_connection(struct linear *linear, const char *name, const struct zp_connection *now,
                           const char *what_stays) {
    char clock[WORDS_SIZE];
    if (!now->known) {
        linear_say(linear, _("%s: not known yet."), name);
    } else if (now->ok) {
        linear_say(linear, _("%s: connected."), name);
    } else {
        words_clock(linear->config->zone, now->last_good_at, clock);
        linear_say(linear,
                   now->last_good_at ? _("%s: no connection since %s.") : _("%s: no connection."),
                   name, clock);
        linear_say(linear, "%s %s", linear_sentence(linear->scratch, now->error.message),
                   what_stays);
    }
}

static void tell_connection(struct linear *linear, const char *name, struct zp_connection *told,
                            const struct zp_connection *now, const char *what_stays) {
    const bool changed = now->known && (told->known ? told->ok != now->ok : !now->ok);
    if (changed)
        say_connection(linear, name, now, what_stays);
    *told = *now;
}

static const char *without_dikidi(void) {
    return _("Free time cannot be asked; what is booked is kept and sent when it is back.");
}

static const char *without_crm(void) {
    return _("Bookings go on; the CRM gets them when it is back.");
}

static void tell_attention(struct linear *linear) {
    struct linear_news *news = linear->news;
    if (news->attention > news->told_attention)
        linear_say(linear,
                   P_("%d task needs a person: “queue” tells which.",
                      "%d tasks need a person: “queue” tells which.",
                      (unsigned long)news->attention),
                   news->attention);
    news->told_attention = news->attention;
}

void linear_news_tell(struct linear *linear) {
    struct linear_news *news = linear->news;
    if (news->stale && !linear->stopping)
        look_over(linear);
    if (news->fits_stale && !linear->stopping) {
        news->fits_stale = false;
        linear_tell_fits(linear, news->fits);
    }
    tell_connection(linear, "Dikidi", &news->told_dikidi, &news->dikidi, without_dikidi());
    tell_connection(linear, _("Bitrix24"), &news->told_bitrix24, &news->bitrix24, without_crm());
    tell_attention(linear);
    if (news->receiver)
        linear_say(linear, "%s", news->receiver);
    TALLOC_FREE(news->receiver);
}

static void say_both(struct linear *linear) {
    struct linear_news *news = linear->news;
    say_connection(linear, "Dikidi", &news->dikidi, without_dikidi());
    say_connection(linear, _("Bitrix24"), &news->bitrix24, without_crm());
    news->told_dikidi = news->dikidi;
    news->told_bitrix24 = news->bitrix24;
}

// Reading the price list anew and counting the day in the CRM tells how both connections are; that
// is all that is wanted here.
void linear_news_greet(struct linear *linear) {
    const struct zp_date today = linear_today(linear);
    const struct zp_request truth = {.ask = ZP_ASK_TRUTH, .u.truth.date = today};
    const struct zp_request names = {.ask = ZP_ASK_CATALOGUE, .u.catalogue.refresh = true};
    zp_desk_submit(linear->cli->desk, &truth);
    zp_desk_submit(linear->cli->desk, &names);
    zp_loop_run_until(linear->cli->loop, &linear->news->both, GREET_MS);
    say_both(linear);
}

static void say_figures(struct linear *linear, const struct zp_truth *truth) {
    if (truth->crm_count < 0)
        linear_say(linear, _("Journal today: %d. The CRM could not be counted."),
                   truth->journal_count);
    else if (truth->crm_count == truth->journal_count && truth->only_journal_count == 0 &&
             truth->only_crm_count == 0)
        linear_say(linear, _("Journal today: %d. The CRM has the same."), truth->journal_count);
    else
        linear_say(linear, _("Journal today: %d, CRM: %d. They differ."), truth->journal_count,
                   truth->crm_count);
    linear_say_differences(linear, truth);
}

void linear_state(struct linear *linear, const char *args) {
    struct linear_news *news = linear->news;
    const struct zp_request request = {.ask = ZP_ASK_TRUTH, .u.truth.date = linear_today(linear)};
    (void)args;
    const struct zp_event *answer = linear_ask(linear, linear->scratch, &request);
    say_both(linear);
    if (answer->ok && answer->truth)
        say_figures(linear, answer->truth);
    else
        linear_fail(linear, &answer->error);
    if (news->waiting < 0)
        linear_say(linear, "%s", _("What waits: not known yet."));
    else
        linear_say(linear, _("Waiting: %d. Needs a person: %d."), news->waiting, news->attention);
}
