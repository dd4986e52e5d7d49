// Step 2, a time as it is typed: "1450", "14:50", "9". It chooses that time and no other: one that
// is not offered is said to be so, with those around it, and Enter does not pass it by. A digit
// alone that stands beside one of the soonest means that one.
#include "booking.h"
#include "memory.h"
#include "words.h"
#include <stdio.h>
#include <string.h>
#include <zapis/i18n.h>

#define SIGNS ":.,- "

static size_t digits_of(const char *text) {
    return strspn(text, "0123456789");
}

bool booking_typed(const struct booking *booking) {
    return !field_empty(booking->time.typed);
}

void booking_typed_clear(struct booking *booking) {
    field_set(booking->time.typed, "");
    booking->time.refused = false;
    booking->time.held = ACTION_NONE;
}

void booking_typed_leave(struct booking *booking) {
    if (!booking_typed(booking))
        return;
    booking_typed_clear(booking);
    if (booking_time_start(booking))
        booking->time.stated_at = 0;
    else
        booking_time_select(booking);
}

const struct booking_start *booking_typed_offer(const struct booking *booking) {
    const struct booking_start *soonest[BOOKING_SOONEST];
    const char *text = field_text(booking->time.typed);
    size_t number = (size_t)(text[0] - '1');

    if (strlen(text) != 1 || text[0] < '1' || number >= booking_time_soonest(booking, soonest))
        return NULL;
    return soonest[number];
}

// "14", "930" and "1450" are whole; "145" waits for its last digit.
static bool whole(const char *text) {
    const size_t digits = digits_of(text);
    const bool hour = digits >= 2 && (text[0] - '0') * 10 + (text[1] - '0') < 24;

    if (text[digits] != '\0')
        return digits_of(text + digits + 1) == 2;
    return digits == 1 || digits == 4 || (digits == 2 ? hour : !hour);
}

// No digit more makes another time of it: "1450", "930", and "2575", which is none.
static bool full(const char *text) {
    const size_t digits = digits_of(text);

    if (text[digits] != '\0')
        return digits_of(text + digits + 1) == 2;
    return digits == 4 || (digits == 3 && text[0] > '2');
}

// Nothing typed behind it makes a time of it: "99", "26", "177", "15:75".
static bool dead(const char *text) {
    const size_t digits = digits_of(text);
    const int two = digits >= 2 ? (text[0] - '0') * 10 + (text[1] - '0') : 0;

    if (text[digits] != '\0')
        return two > 23 || (full(text) && text[digits + 1] > '5');
    if (digits < 2)
        return false;
    return two > 23 ? digits > 3 || text[1] > '5' : digits > 2 && text[2] > '5';
}

int booking_typed_minute(const struct booking *booking) {
    const char *text = field_text(booking->time.typed);
    char hour[8];

    if (text[0] == '\0' || !whole(text) || booking_typed_offer(booking))
        return -1;
    if (text[digits_of(text)] != '\0' || strlen(text) > 2)
        return words_minute_read(text);
    (void)snprintf(hour, sizeof(hour), "%.2s00", text);
    return words_minute_read(hour);
}

bool booking_typed_choose(struct booking *booking) {
    if (!booking_typed(booking) || booking_typed_offer(booking))
        return false;
    booking_time_at(booking, booking_typed_minute(booking));
    return true;
}

// It is not known yet whether the time is offered.
static bool asks(const struct booking *booking) {
    return booking_typed_minute(booking) >= 0 && booking->time.chosen_at == 0 &&
           booking->time.loading && !booking_time_day(booking, booking->time.date);
}

bool booking_typed_key(struct booking *booking, const struct key *key) {
    struct field *field = booking->time.typed;
    const char *text = field_text(field);
    const bool sign = text[digits_of(text)] != '\0';

    if (key->name == K_BACKSPACE && !field_empty(field)) {
        booking->time.refused = false;
        field_key(field, key);
    } else if (!key_is_text(key)) {
        return false;
    } else if (key->code >= '0' && key->code <= '9') {
        if (full(text) && (booking->time.chosen_at != 0 || asks(booking)))
            return false; // one digit too many
        if (full(text) || dead(text) || booking->time.refused)
            booking_typed_clear(booking); // another one begins
        field_key(field, key);
    } else if (key->code < 0x80 && strchr(SIGNS, (char)key->code)) {
        if (sign || digits_of(text) == 0 || digits_of(text) > 2 || dead(text))
            return false;
        booking->time.refused = false;
        field_key(field, &(struct key){.name = K_CHAR, .code = ':'});
    } else {
        return false;
    }
    if (!booking_typed_choose(booking) && !booking_time_start(booking))
        booking_time_select(booking); // typed and taken back
    return true;
}

bool booking_typed_holds(struct booking *booking, enum action action) {
    if (booking->step != BOOKING_TIME || !asks(booking) ||
        (action != ACTION_ENTER && action != ACTION_STEP_3 && action != ACTION_STEP_4 &&
         action != ACTION_WALK_IN))
        return false;
    booking->time.held = action;
    return true;
}

static char *near_text(TALLOC_CTX *ctx, const struct booking *booking,
                       const struct booking_start *start) {
    char clock[WORDS_SIZE] = "";

    if (start)
        words_clock(booking->env->config->zone, start->starts_at, clock);
    return memory_strdup(ctx, clock);
}

// What the times around it are: "14:20, 15:20"; "" where there are none.
static char *around(TALLOC_CTX *ctx, const struct booking *booking, int minute) {
    const struct booking_day *day = booking_time_day(booking, booking->time.date);
    const int64_t wished =
        zp_zone_day_minute(booking->env->config->zone, booking->time.date, minute);
    const struct booking_start *near[2] = {NULL, NULL};

    for (size_t i = 0; day && i < day->count && !near[1]; i++)
        near[day->starts[i].starts_at > wished] = &day->starts[i];
    return memory_printf(ctx, "%s%s%s", near_text(ctx, booking, near[0]),
                         near[0] && near[1] ? ", " : "", near_text(ctx, booking, near[1]));
}

char *booking_typed_text(TALLOC_CTX *ctx, const struct booking *booking) {
    const struct booking_start *offer = booking_typed_offer(booking);
    const char *typed = field_text(booking->time.typed), *near = "";
    const int minute = booking_typed_minute(booking);
    char clock[WORDS_SIZE];

    if (offer) {
        words_clock(booking->env->config->zone, offer->starts_at, clock);
        return memory_printf(ctx, _("%s: the soonest, %s. Enter takes it."), typed, clock);
    }
    if (dead(typed))
        return memory_printf(ctx, _("%s is no time of day. Type it anew, such as 1530."), typed);
    if (minute < 0)
        return memory_printf(ctx, _("Time: %s… Type it whole, such as 1530."), typed);
    words_minute(minute, clock);
    if (booking->time.chosen_at != 0)
        return memory_printf(ctx, _("Time: %s. Enter: go on."), clock);
    if (!booking_time_day(booking, booking->time.date))
        return memory_printf(ctx, _("Time: %s. Not known yet whether it is free."), clock);
    near = around(ctx, booking, minute);
    if (near[0] == '\0')
        return memory_printf(ctx, _("%s: Dikidi does not offer it."), clock);
    return memory_printf(ctx, _("%s: Dikidi does not offer it; nearest: %s."), clock, near);
}

bool booking_typed_take(struct booking *booking, struct commands *commands) {
    TALLOC_CTX *ctx = NULL;

    if (booking_typed_offer(booking)) {
        booking_time_take(booking, booking_typed_offer(booking), commands);
    } else if (booking_typed(booking) && booking->time.chosen_at == 0) {
        ctx = memory_must(talloc_new(NULL));
        command_notice(commands, STYLE_WARN, "%s", booking_typed_text(ctx, booking));
        talloc_free(ctx);
        booking->time.refused = true;
        booking->step = BOOKING_TIME;
        return false;
    } else if (booking_typed(booking)) {
        booking->time.stated_at = 0;
    }
    booking_typed_clear(booking);
    return true;
}
