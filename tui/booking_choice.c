// New booking, step 1: the lists of masters and services, each filtered by the other.
#include "booking.h"
#include "memory.h"
#include <string.h>
#include <zapis/i18n.h>
#include <zapis/limits.h>
#include <zapis/money.h>
#include <zapis/text.h>

#define MINUTES_COLS 8
#define PRICE_COLS   12

void booking_choice_init(struct booking *booking) {
    booking->choice.masters = list_new(booking, true);
    booking->choice.services = list_new(booking, true);
    list_hits(booking->choice.masters, BOOKING_HITS_MASTERS);
    list_hits(booking->choice.services, BOOKING_HITS_SERVICES);
    booking->choice.asked = true;
}

void booking_choice_ask(struct booking *booking, bool refresh, struct commands *commands) {
    const struct zp_request request = {.ask = ZP_ASK_CATALOGUE, .u.catalogue = {refresh}};

    booking->choice.asked = true;
    command_ask(commands, BOOKING_TAG_CATALOGUE, &request);
}

// ---- what is chosen

static size_t find(const struct booking_choice *choice, const char *id) {
    size_t at = 0;

    while (at < choice->count && strcmp(choice->ids[at], id) != 0)
        at++;
    return at;
}

static void drop(struct booking_choice *choice, size_t at) {
    talloc_free(choice->ids[at]);
    memmove(&choice->ids[at], &choice->ids[at + 1],
            (choice->count - at - 1) * sizeof(choice->ids[0]));
    choice->count--;
}

static bool add(struct booking *booking, const char *id) {
    struct booking_choice *choice = &booking->choice;

    if (choice->count >= ZP_LIMIT_SERVICES_PER_VISIT)
        return false;
    choice->ids = memory_grow(booking, choice->ids, char *, choice->count + 1);
    choice->ids[choice->count++] = memory_strdup(booking, id);
    return true;
}

static bool does_all(const struct booking_choice *choice, const char *master_id) {
    return zp_catalogue_check(choice->catalogue, master_id, (const char *const *)choice->ids,
                              choice->count, NULL);
}

// NULL or "": any.
static void set_master(struct booking *booking, const char *master_id) {
    struct booking_choice *choice = &booking->choice;
    char *own = master_id && master_id[0] ? memory_strdup(booking, master_id) : NULL;

    list_mark(choice->masters, choice->master_id ? choice->master_id : "", false);
    list_mark(choice->masters, own ? own : "", true);
    talloc_free(choice->master_id);
    choice->master_id = own;
}

const char *booking_master_name(const struct booking *booking, const char *master_id) {
    const struct zp_master *master = booking->choice.catalogue && master_id
                                         ? zp_catalogue_master(booking->choice.catalogue, master_id)
                                         : NULL;

    return master ? master->name : "?";
}

// ---- sums

// One service at a master, or at all who do it (NULL).
static struct price_span sum_one(const struct booking_choice *choice,
                                 const struct zp_service *service, const char *master_id) {
    return master_id ? price_span_at(service, master_id)
                     : choice->spans[service - choice->catalogue->services];
}

static struct price_span sum_at(const struct booking *booking, const char *master_id) {
    const struct booking_choice *choice = &booking->choice;
    struct price_span sum = {0};

    for (size_t i = 0; i < choice->count; i++) {
        const struct zp_service *service = zp_catalogue_service(choice->catalogue, choice->ids[i]);
        struct price_span one = {0};

        if (!service)
            continue;
        one = sum_one(choice, service, master_id);
        price_span_add(&sum, &one);
    }
    return sum;
}

struct price_span booking_sum(const struct booking *booking) {
    const struct booking_start *start = booking_time_start(booking);
    const char *master_id =
        booking->choice.master_id ? booking->choice.master_id : booking->time.master_id;
    struct price_span sum = {0};

    if (!booking->choice.catalogue)
        return sum;
    if (master_id || !start)
        return sum_at(booking, master_id);
    sum = sum_at(booking, start->slots[0].master_id);
    for (size_t i = 1; i < start->count; i++) {
        const struct price_span other = sum_at(booking, start->slots[i].master_id);

        price_span_widen(&sum, &other);
    }
    return sum;
}

// ---- the lists

static void set_masters(struct booking *booking) {
    struct booking_choice *choice = &booking->choice;
    const struct zp_catalogue *catalogue = choice->catalogue;
    struct list_item *items = memory_array(booking, struct list_item, catalogue->master_count + 1);
    size_t count = 0;

    items[count++] = (struct list_item){
        .id = "", .text = _("any master"), .fixed = true, .marked = choice->master_id == NULL};
    for (size_t i = 0; i < catalogue->master_count; i++) {
        const struct zp_master *master = &catalogue->masters[i];

        if (does_all(choice, master->id))
            items[count++] = (struct list_item){
                .id = master->id,
                .text = master->name,
                .marked = choice->master_id && strcmp(choice->master_id, master->id) == 0};
    }
    list_set(choice->masters, items, count);
    if (!list_select(choice->masters, choice->master_id ? choice->master_id : ""))
        list_select(choice->masters, "");
    talloc_free(items);
}

// Minutes and price in columns of their own.
static char *more_text(TALLOC_CTX *ctx, const struct booking *booking,
                       const struct zp_service *service, const char *master_id) {
    struct price_span sum = sum_one(&booking->choice, service, master_id);
    char *price = NULL, *minutes = NULL;

    if (sum.price_max > sum.price_min) { // room for one figure: the least
        sum.price_max = sum.price_min;
        sum.price_from = true;
    }
    price = booking_price_text(ctx, booking, &sum);
    minutes = booking_minutes_text(ctx, &sum);
    return memory_printf(
        ctx, "%s%*s%s", minutes,
        PRICE_COLS - zp_text_width(price) > 0 ? PRICE_COLS - zp_text_width(price) : 1, "", price);
}

static void set_services(struct booking *booking) {
    struct booking_choice *choice = &booking->choice;
    const struct zp_catalogue *catalogue = choice->catalogue;
    struct list_item *items = memory_array(booking, struct list_item, catalogue->service_count);
    size_t count = 0;

    for (size_t i = 0; i < catalogue->service_count; i++) {
        const struct zp_service *service = &catalogue->services[i];
        bool does =
            !choice->master_id || zp_catalogue_offers(catalogue, choice->master_id, service->id);

        // Those of a move stay as they are: there is no other to be taken.
        if (!does ||
            (booking->purpose == BOOKING_MOVE && find(choice, service->id) == choice->count))
            continue;
        items[count++] =
            (struct list_item){.id = service->id,
                               .text = service->name,
                               .more = more_text(items, booking, service, choice->master_id),
                               .marked = find(choice, service->id) < choice->count};
    }
    list_set(choice->services, items, count);
    talloc_free(items);
}

void booking_choice_rebuild(struct booking *booking) {
    if (!booking->choice.catalogue)
        return;
    set_masters(booking);
    set_services(booking);
}

bool booking_choice_take(struct booking *booking, char *const *ids, const char *master_id) {
    struct booking_choice *choice = &booking->choice;
    bool all = true;

    for (; *ids; ids++)
        if (!zp_catalogue_service(choice->catalogue, *ids))
            all = false;
        else if (find(choice, *ids) == choice->count)
            all = add(booking, *ids) && all;
    if (master_id && zp_catalogue_master(choice->catalogue, master_id) &&
        does_all(choice, master_id))
        set_master(booking, master_id);
    else if (master_id)
        all = false;
    choice->adding = choice->count > 1;
    booking_choice_rebuild(booking);
    return all && choice->count > 0;
}

static void take_wished(struct booking *booking) {
    struct booking_choice *choice = &booking->choice;
    char *id = choice->wished_id;

    choice->wished_id = NULL; // once: the person may choose otherwise
    if (id && choice->count == 0 && zp_catalogue_service(choice->catalogue, id)) {
        add(booking, id);
        booking_choice_rebuild(booking);
        list_select(choice->services, id);
    }
    talloc_free(id);
}

void booking_choice_answer(struct booking *booking, const struct zp_event *event) {
    struct booking_choice *choice = &booking->choice;

    choice->asked = false;
    TALLOC_FREE(choice->trouble);
    if (event->catalogue) {
        talloc_free(choice->catalogue);
        choice->catalogue = talloc_steal(booking, event->catalogue);
        choice->spans = price_spans_new(choice->catalogue, choice->catalogue);
        for (size_t i = choice->count; i > 0; i--) // gone from the price list meanwhile
            if (!zp_catalogue_service(choice->catalogue, choice->ids[i - 1]))
                drop(choice, i - 1);
        if (choice->master_id && !zp_catalogue_master(choice->catalogue, choice->master_id))
            set_master(booking, NULL);
        booking_choice_rebuild(booking);
        take_wished(booking);
    } else if (!event->ok) {
        choice->trouble = memory_strdup(booking, event->error.message);
    }
}

static bool can_do_all(const struct booking_choice *choice, const char *master_id) {
    return master_id && zp_catalogue_master(choice->catalogue, master_id) &&
           does_all(choice, master_id);
}

void booking_choice_fill(struct booking *booking, const struct zp_booking *from) {
    struct booking_choice *choice = &booking->choice;

    for (size_t i = 0; i < from->service_count; i++)
        if (zp_catalogue_service(choice->catalogue, from->services[i].id) &&
            find(choice, from->services[i].id) == choice->count)
            add(booking, from->services[i].id);
    if (!choice->master_id || !can_do_all(choice, choice->master_id)) // an undo brings its own
        set_master(booking, can_do_all(choice, from->master_id) ? from->master_id : NULL);
    choice->adding = choice->count > 1;
    choice->on_masters = booking->purpose == BOOKING_MOVE; // the services stay
    booking_choice_rebuild(booking);
}

// ---- keys

static bool begins_a_word(TALLOC_CTX *ctx, const char *text, const char *folded) {
    const char *at = zp_text_fold(ctx, text);
    size_t size = strlen(folded);

    while (at && strncmp(at, folded, size) != 0) {
        at = strpbrk(at, " -(/");
        at = at ? at + 1 : NULL;
    }
    return at != NULL;
}

// The list takes other spellings, too; what was typed to the letter goes before them.
static void prefer_exact(struct booking *booking) {
    const struct booking_choice *choice = &booking->choice;
    TALLOC_CTX *ctx = memory_must(talloc_new(NULL));
    const char *folded = zp_text_fold(ctx, list_filter(choice->services));

    for (size_t i = 0; folded[0] && choice->catalogue && i < choice->catalogue->service_count; i++)
        if (begins_a_word(ctx, choice->catalogue->services[i].name, folded) &&
            list_select(choice->services, choice->catalogue->services[i].id))
            break;
    talloc_free(ctx);
}

// The cursor in the list of masters is the choice.
static void master_moved(struct booking *booking, struct commands *commands) {
    struct booking_choice *choice = &booking->choice;
    const struct list_item *item = list_current(choice->masters);
    const char *id = item ? item->id : "";

    if (strcmp(id, choice->master_id ? choice->master_id : "") == 0)
        return;
    set_master(booking, id);
    booking_time_forget(booking, commands);
    if (choice->catalogue)
        set_services(booking);
}

static void services_changed(struct booking *booking, struct commands *commands) {
    booking_time_forget(booking, commands);
    booking_choice_rebuild(booking);
}

// What is typed is no service of the chosen master, but one of others.
bool booking_choice_others_do(const struct booking *booking) {
    const struct booking_choice *choice = &booking->choice;
    const char *typed = list_filter(choice->services);
    struct zp_text_query *query = NULL;
    bool found = false;

    if (!choice->master_id || !choice->catalogue || typed[0] == '\0' ||
        list_count(choice->services) > 0)
        return false;
    query = zp_text_query_new(NULL, typed);
    for (size_t i = 0; !found && i < choice->catalogue->service_count; i++)
        found = zp_text_query_finds(query, choice->catalogue->services[i].name);
    talloc_free(query);
    return found;
}

// The time stays, whoever does it then.
static void any_master(struct booking *booking, struct commands *commands) {
    set_master(booking, NULL);
    services_changed(booking, commands);
    prefer_exact(booking);
}

static void take(struct booking *booking, struct commands *commands) {
    struct booking_choice *choice = &booking->choice;
    const struct list_item *item = list_current(choice->services);
    size_t at = 0;

    if (choice->on_masters || !item)
        return;
    at = find(choice, item->id);
    if (at < choice->count) {
        drop(choice, at);
    } else {
        char *id = memory_strdup(booking, item->id);

        if (!add(booking, id))
            command_notice(commands, STYLE_WARN, _("A visit has at most %d services."),
                           ZP_LIMIT_SERVICES_PER_VISIT);
        talloc_free(id);
    }
    choice->adding = choice->count > 0;
    list_clear_filter(choice->services); // the next letters look for the next service
    services_changed(booking, commands);
}

bool booking_choice_commit(struct booking *booking, struct commands *commands) {
    struct booking_choice *choice = &booking->choice;
    const struct list_item *item = list_current(choice->services);
    bool typed = list_filter(choice->services)[0] != '\0';
    bool wanted = choice->count == 0 || typed || (!choice->adding && !choice->on_masters);

    if (wanted && item && find(choice, item->id) == choice->count) {
        char *id = memory_strdup(booking, item->id);

        if (!choice->adding)
            while (choice->count > 0)
                drop(choice, choice->count - 1);
        add(booking, id);
        services_changed(booking, commands);
        list_select(choice->services, id);
        talloc_free(id);
    }
    if (booking_choice_others_do(booking)) {
        command_notice(commands, STYLE_WARN, _("%s does not do this; Tab: any master"),
                       booking_master_name(booking, choice->master_id));
        return false;
    }
    if (typed && !item) {
        command_notice(commands, STYLE_WARN, _("No service is called “%s”: Esc clears it."),
                       list_filter(choice->services));
        return false;
    }
    if (choice->count == 0) {
        command_notice(commands, STYLE_WARN, "%s", _("Choose a service first."));
        return false;
    }
    list_clear_filter(choice->services);
    list_clear_filter(choice->masters);
    return true;
}

static void back(struct booking *booking, struct commands *commands) {
    struct booking_choice *choice = &booking->choice;
    struct list *list = choice->on_masters ? choice->masters : choice->services;

    if (list_filter(list)[0] != '\0')
        list_clear_filter(list);
    else if (booking->purpose == BOOKING_MOVE && booking->old.filled)
        booking_go(booking, BOOKING_TIME, commands);
    else if (choice->count > 0 || booking_client_dirty(booking))
        booking->leaving = true;
    else
        command_close(commands, NULL);
}

// To the other list. That of the masters is whole again: what was typed there has found its one.
static void go_list(struct booking *booking, bool masters) {
    struct booking_choice *choice = &booking->choice;

    if (choice->on_masters && !masters)
        list_clear_filter(choice->masters);
    choice->on_masters = masters;
}

static void enter(struct booking *booking, struct commands *commands) {
    struct booking_choice *choice = &booking->choice;

    if (choice->on_masters && choice->count == 0 && booking->purpose != BOOKING_MOVE)
        go_list(booking, false); // the master is chosen: now the service
    else
        booking_go(booking, BOOKING_TIME, commands);
    // The time came from a gap: where it is offered as it is, there is nothing to choose.
    booking->time.skip = booking->step == BOOKING_TIME && booking->time.loading &&
                         booking->time.wished_at != 0 && !booking->time.moved;
}

void booking_choice_key(struct booking *booking, const struct message *message,
                        struct commands *commands) {
    struct booking_choice *choice = &booking->choice;
    const struct key *key = &message->u.key.key;
    struct list *list = choice->on_masters ? choice->masters : choice->services;
    enum list_result done = LIST_IGNORED;

    switch (message->u.key.action) {
    case ACTION_BACK: back(booking, commands); return;
    case ACTION_ENTER: enter(booking, commands); return;
    case ACTION_TAKE: take(booking, commands); return;
    case ACTION_REFRESH: booking_choice_ask(booking, true, commands); return;
    case ACTION_NEXT:
    case ACTION_PREVIOUS:
        if (booking->purpose == BOOKING_MOVE)
            return;
        if (!choice->on_masters && booking_choice_others_do(booking))
            any_master(booking, commands);
        else
            go_list(booking, !choice->on_masters);
        return;
    default: break;
    }
    if (booking->purpose != BOOKING_MOVE && (key->name == K_LEFT || key->name == K_RIGHT)) {
        go_list(booking, key->name == K_LEFT);
        return;
    }
    done = list_key(list, key);
    if (done != LIST_IGNORED && choice->on_masters)
        master_moved(booking, commands);
    else if (done == LIST_FILTERED)
        prefer_exact(booking);
}

void booking_choice_click(struct booking *booking, int hit, struct commands *commands) {
    struct booking_choice *choice = &booking->choice;

    if (list_click(choice->masters, hit)) {
        choice->on_masters = true;
        master_moved(booking, commands);
    } else if (booking->purpose != BOOKING_MOVE && list_click(choice->services, hit)) {
        choice->on_masters = false;
    }
}
