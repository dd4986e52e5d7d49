#include "every.h"
#include "booking_salon.h"
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>
#include <zapis/i18n.h>

#define DAY_S  86400
#define ROUNDS 40

bool every_writes(enum zp_ask ask) {
    switch (ask) {
    case ZP_ASK_BOOK:
    case ZP_ASK_CANCEL:
    case ZP_ASK_MOVE:
    case ZP_ASK_MARK:
    case ZP_ASK_ADOPT:
    case ZP_ASK_MEND:
    case ZP_ASK_CLIENT_NOTE:
    case ZP_ASK_FORGET:
    case ZP_ASK_WAITING_PUT:
    case ZP_ASK_WAITING_DROP:
    case ZP_ASK_QUEUE_RETRY:
    case ZP_ASK_QUEUE_DROP:
    case ZP_ASK_SYNC_ONCE:
    case ZP_ASK_SETUP: return true;
    default: return false;
    }
}

size_t every_writes_asked(const struct bench *bench) {
    size_t count = 0;

    for (size_t i = 0; i < bench->ask_count; i++)
        count += every_writes(bench->asks[i].request.ask);
    return count;
}

static struct zp_event *event_new(TALLOC_CTX *ctx) {
    struct zp_event *event = talloc_zero(ctx, struct zp_event);

    event->ok = true;
    return event;
}

// A booking to come, with a history.
static struct zp_event *show_event(TALLOC_CTX *ctx) {
    static const struct {
        const char *what, *by, *detail;
    } lines[] = {{"intent", "12", ""},
                 {"sent", "zapis", ""},
                 {"booked", "dikidi", "987"},
                 {"logged", "bitrix24", "deal 640"}};
    struct zp_event *event = event_new(ctx);

    event->booking = salon_booking(event, "7", 0, 1080, 1140, "Мария", "Маникюр");
    event->booking->crm_id = talloc_strdup(event->booking, "640");
    event->booking->crm_entity = talloc_strdup(event->booking, "deal");
    event->history = talloc_zero_array(event, struct zp_history, 4);
    event->history_count = 4;
    for (int i = 0; i < 4; i++)
        event->history[i] = (struct zp_history){.at = BENCH_NOW - 600 + i,
                                                .what = talloc_strdup(event, lines[i].what),
                                                .by = talloc_strdup(event, lines[i].by),
                                                .detail = talloc_strdup(event, lines[i].detail)};
    return event;
}

static struct zp_event *queue_event(TALLOC_CTX *ctx) {
    static const char *const kinds[] = {"book", "crm-log", "cancel", "crm-reverse"};
    struct zp_event *event = event_new(ctx);

    event->tasks = talloc_zero_array(event, struct zp_task, 4);
    event->task_count = 4;
    for (int i = 0; i < 4; i++) {
        struct zp_task *task = &event->tasks[i];

        task->id = i + 1;
        task->kind = talloc_strdup(event, kinds[i]);
        task->request_id = talloc_strdup(event, "7");
        task->state = i % 2 ? ZP_TASK_ATTENTION : ZP_TASK_WAITING;
        task->next_at = BENCH_NOW + 60 * i;
        task->error = talloc_strdup(event, i % 2 ? "503" : "");
    }
    return event;
}

static struct zp_event *card_event(TALLOC_CTX *ctx) {
    struct zp_event *event = event_new(ctx);
    struct zp_client_card *card = talloc_zero(event, struct zp_client_card);

    event->card = card;
    card->client.phone = talloc_strdup(card, "+79161234567");
    card->client.name = talloc_strdup(card, "Мария Иванова");
    card->client.note = talloc_strdup(card, "аллергия на хну");
    card->client.visits = 12;
    card->client.no_shows = 1;
    card->client.usual_master = talloc_strdup(card, "Анна П.");
    card->usual_service = talloc_strdup(card, "маникюр");
    card->last_at = BENCH_NOW - 31 * (int64_t)DAY_S;
    card->last_days_ago = 31;
    card->usual_days = 28;
    event->bookings = talloc_zero_array(event, struct zp_booking *, 3);
    event->booking_count = 3;
    for (int i = 0; i < 3; i++) {
        struct zp_booking *booking =
            salon_booking(event->bookings, talloc_asprintf(event, "10%d", i), i, 600, 690,
                          "Мария Иванова", "маникюр");

        booking->starts_at -= (int64_t)(i * 28 + 3) * DAY_S;
        booking->attendance = i == 1 ? ZP_ATTENDANCE_NO_SHOW : ZP_ATTENDANCE_CAME;
        event->bookings[i] = booking;
    }
    return event;
}

static struct zp_event *truth_event(TALLOC_CTX *ctx) {
    struct zp_event *event = salon_truth(ctx, 3, 2);
    struct zp_truth *truth = event->truth;

    truth->only_journal = talloc_zero_array(truth, char *, 2);
    truth->only_journal[0] = talloc_strdup(truth, "987");
    truth->only_journal[1] = talloc_strdup(truth, "984");
    truth->only_journal_count = 2;
    truth->only_crm = talloc_zero_array(truth, char *, 1);
    truth->only_crm[0] = talloc_strdup(truth, "11111");
    truth->only_crm_count = 1;
    return event;
}

struct zp_event *every_answer(TALLOC_CTX *ctx, enum zp_ask ask) {
    switch (ask) {
    case ZP_ASK_CATALOGUE: return booking_catalogue(ctx);
    case ZP_ASK_SHIFTS: return salon_shifts(ctx);
    case ZP_ASK_SLOTS: return booking_monday(ctx);
    case ZP_ASK_LOOK: return salon_look(ctx);
    case ZP_ASK_SHOW: return show_event(ctx);
    case ZP_ASK_DAY: return salon_day(ctx);
    case ZP_ASK_TRUTH: return truth_event(ctx);
    case ZP_ASK_CLIENTS: return booking_clients(ctx);
    case ZP_ASK_CLIENT: return card_event(ctx);
    case ZP_ASK_NUMBERS: return salon_numbers(ctx, BENCH_DATE, 1);
    case ZP_ASK_QUEUE: return queue_event(ctx);
    default: return salon_failure(ctx, ZP_E_UNREACHABLE, "503");
    }
}

static bool without_letters;

void every_without_letters(void) {
    without_letters = true;
}

// Every string that talloc_strdup or talloc_asprintf made is its own name. Cyrillic letters take
// two bytes, and so do the digits that come in their place; Latin words are those of the wire
// ("deal").
static void digits(const void *chunk, int depth, int most, int is_ref, void *data) {
    unsigned char *text = (unsigned char *)(uintptr_t)chunk;

    (void)depth, (void)most, (void)is_ref, (void)data;
    if (talloc_get_name(chunk) != (const char *)chunk)
        return;
    for (; text[0] != '\0'; text++)
        if ((text[0] == 0xD0 || text[0] == 0xD1) && text[1] != '\0') {
            text[0] = '1';
            text[1] = '2';
        }
}

static void answer(struct bench *bench, enum zp_ask ask, struct zp_event *event) {
    if (without_letters)
        talloc_report_depth_cb(event, 0, -1, digits, NULL);
    bench_answer(bench, ask, event);
}

// `how`: '!' what the salon says, 'x' that nobody can be reached.
static void settle(struct bench *bench, char how) {
    bool more = true;

    for (int round = 0; more && round < ROUNDS; round++) {
        more = false;
        for (int ask = 0; ask < ZP_ASKS; ask++) {
            if (every_writes((enum zp_ask)ask) || !bench_pending(bench, (enum zp_ask)ask))
                continue;
            more = true;
            answer(bench, (enum zp_ask)ask,
                   how == 'x'
                       ? salon_failure(bench, ZP_E_UNREACHABLE, _("free time could not be asked"))
                       : every_answer(bench, (enum zp_ask)ask));
        }
    }
    assert_false(more);
}

static char last_how = '!';

void every_settle_again(struct bench *bench) {
    if (last_how == 'x')
        settle(bench, last_how);
}

void every_settle(struct bench *bench) {
    settle(bench, '!');
}

const char *every_name(enum screen_id id) {
    return screen_find(id) ? screen_find(id)->name : NULL;
}

struct bench *every_open(enum screen_id id, const char *language) {
    const struct screen_args args = {.date = BENCH_DATE,
                                     .booking = "7",
                                     .client = "+79161234567",
                                     .client_name = without_letters ? "12" : "Мария",
                                     .text = "91",
                                     .master_id = "71"};
    struct bench *bench = NULL;

    if (!screen_find(id))
        return NULL;
    bench = bench_new(NULL, 24, 80, false);
    zp_i18n_init(language);
    if (without_letters) {
        bench->config->salon.name = talloc_strdup(bench->config, "12");
        bench->config->salon.walk_in_name = bench->config->salon.name;
        bench->env.operator_name = "12";
    }
    bench_open(bench, id == SCREEN_HELP ? SCREEN_DAY : id, &args);
    settle(bench, last_how);
    if (id == SCREEN_HELP)
        bench_keys(bench, "F1");
    assert_string_equal(app_screen(bench->app), every_name(id));
    return bench;
}

// ---- states

// A script: "x" first, opened while nobody can be reached; then keys; "=91" types; "!" and "x"
// answer what reads; "-409", "-503" and "-0" answer what writes: refused, not reached, its outcome
// is not known; "-t": the time is taken.
static const struct {
    enum screen_id id;
    const char *script;
} states[] = {
    {SCREEN_DAY, "Ctrl-G =77"},
    {SCREEN_DAY, "Ctrl-G =77 Enter"},
    {SCREEN_DAY, "Right x"},
    {SCREEN_DAY, "F9 Left !"},
    {SCREEN_DAY, "PgDn"},
    {SCREEN_BOOKING, "=77"},
    {SCREEN_BOOKING, "Down Esc"},
    {SCREEN_BOOKING, "Down Enter"},
    {SCREEN_BOOKING, "Down Enter x"},
    {SCREEN_BOOKING, "Down Enter !"},
    {SCREEN_BOOKING, "Down Enter ! Right !"},
    {SCREEN_BOOKING, "Down Enter ! Enter =91"},
    {SCREEN_BOOKING, "Down Enter ! Enter Ctrl-U Tab Ctrl-U Tab F6"},
    {SCREEN_BOOKING, "Down Enter ! Enter Ctrl-U =7 F6"},
    {SCREEN_BOOKING, "Down Enter ! Enter Tab Ctrl-U F6"},
    {SCREEN_BOOKING, "Down Enter ! Enter F6"},
    {SCREEN_BOOKING, "Down Enter ! Enter F6 Enter"},
    {SCREEN_BOOKING, "Down Enter ! Enter F6 Enter -503"},
    {SCREEN_BOOKING, "Down Enter ! Enter F6 Enter -0"},
    {SCREEN_BOOKING, "Down Enter ! Enter F6 Enter -t"},
    {SCREEN_BOOKING, "Down Enter ! Enter F9"},
    {SCREEN_AGAIN, "Enter"},
    {SCREEN_MOVE, "F3"},
    {SCREEN_MOVE, "Enter"},
    {SCREEN_MOVE, "Enter Enter"},
    {SCREEN_MOVE, "Enter Enter -t"},
    {SCREEN_MARK, "2 -503"},
    {SCREEN_CANCEL, "=77"},
    {SCREEN_CANCEL, "Enter"},
    {SCREEN_CANCEL, "Enter -409"},
    {SCREEN_CANCEL, "Enter -0"},
    {SCREEN_CARD, "F1"},
    {SCREEN_QUEUE, "Down F8"},
    {SCREEN_QUEUE, "End F5"},
    {SCREEN_QUEUE, "Down Down Down F5"},
    {SCREEN_TRUTH, "Down"},
    {SCREEN_TRUTH, "F5"},
    {SCREEN_TRUTH, "Down Down"},
    {SCREEN_CLIENTS, "Ctrl-U"},
    {SCREEN_CLIENTS, "=7 x"},
    {SCREEN_CLIENT, "F4 =7"},
    {SCREEN_CLIENT, "F4 =7 Esc"},
    {SCREEN_CLIENT, "F4 =7 Enter"},
    {SCREEN_CLIENT, "F4 =7 Enter -503"},
    {SCREEN_DAY, "x"},
    {SCREEN_BOOKING, "x"},
    {SCREEN_AGAIN, "x"},
    {SCREEN_MOVE, "x"},
    {SCREEN_MARK, "x"},
    {SCREEN_CANCEL, "x"},
    {SCREEN_CARD, "x"},
    {SCREEN_QUEUE, "x"},
    {SCREEN_TRUTH, "x"},
    {SCREEN_CLIENTS, "x"},
    {SCREEN_CLIENT, "x"},
    {SCREEN_HELP, "PgDn"},
    {SCREEN_HELP, "PgDn PgDn"},
};
#define STATES (sizeof(states) / sizeof(states[0]))

static void refuse(struct bench *bench, const char *how) {
    for (int ask = 0; ask < ZP_ASKS; ask++) {
        struct zp_event *event = NULL;

        if (!every_writes((enum zp_ask)ask) || !bench_pending(bench, (enum zp_ask)ask))
            continue;
        if (how[0] == 't')
            event = booking_taken(bench, 3);
        else
            event = salon_failure(bench,
                                  how[0] == '0'   ? ZP_E_UNKNOWN
                                  : how[0] == '4' ? ZP_E_REFUSED
                                                  : ZP_E_UNREACHABLE,
                                  "503");
        if (how[0] == 't')
            (void)snprintf(event->error.message, sizeof(event->error.message), "409");
        answer(bench, (enum zp_ask)ask, event);
    }
}

static void play(struct bench *bench, const char *script) {
    char *copy = talloc_strdup(bench->term, script), *rest = NULL;

    for (char *word = strtok_r(copy, " ", &rest); word; word = strtok_r(NULL, " ", &rest)) {
        if (word[0] == '=')
            bench_type(bench, word + 1);
        else if (strcmp(word, "!") == 0 || strcmp(word, "x") == 0)
            settle(bench, last_how = word[0]);
        else if (word[0] == '-')
            refuse(bench, word + 1);
        else
            bench_keys(bench, word);
    }
}

struct bench *every_state(size_t number, const char *language, const char **name) {
    static char what[200];
    struct bench *bench = NULL;

    if (name)
        *name = what;
    last_how = '!';
    if (number < STATES) {
        (void)snprintf(what, sizeof(what), "%s: %s", every_name(states[number].id),
                       states[number].script);
        last_how = states[number].script[0] == 'x' ? 'x' : '!';
        bench = every_open(states[number].id, language);
        play(bench, states[number].script);
        return bench;
    }
    for (int id = 0, at = (int)(number - STATES); id < SCREENS; id++) {
        if (!every_name((enum screen_id)id) || at-- > 0)
            continue;
        (void)snprintf(what, sizeof(what), "%s", every_name((enum screen_id)id));
        return every_open((enum screen_id)id, language);
    }
    return NULL;
}

char *every_text(const struct bench *bench) {
    return surface_text(bench->term, bench_frame(bench));
}
