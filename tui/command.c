#include "command.h"
#include "memory.h"
#include <stdarg.h>
#include <string.h>

struct commands *commands_new(TALLOC_CTX *ctx) {
    return memory_new(ctx, struct commands);
}

void commands_clear(struct commands *commands) {
    TALLOC_FREE(commands->list);
    commands->count = 0;
}

static struct command *append(struct commands *commands, enum command_kind kind) {
    struct command *command = NULL;

    commands->list = memory_grow(commands, commands->list, struct command, commands->count + 1);
    command = &commands->list[commands->count++];
    *command = (struct command){.kind = kind};
    return command;
}

static const char *copy(const struct commands *commands, const char *text) {
    return text ? memory_strdup(commands->list, text) : NULL;
}

static const char *const *copy_list(const struct commands *commands, const char *const *list,
                                    size_t count) {
    const char **out = memory_array(commands->list, const char *, count);

    for (size_t i = 0; i < count; i++)
        out[i] = copy(commands, list[i]);
    return out;
}

static void own_draft(const struct commands *commands, struct zp_draft *draft) {
    draft->service_ids = copy_list(commands, draft->service_ids, draft->service_count);
    draft->request_id = copy(commands, draft->request_id);
    draft->master_id = copy(commands, draft->master_id);
    draft->client_phone = copy(commands, draft->client_phone);
    draft->client_name = copy(commands, draft->client_name);
    draft->comment = copy(commands, draft->comment);
}

// Everything the request points to becomes the list's own.
static void own_request(const struct commands *commands, struct zp_request *request) {
    switch (request->ask) {
    case ZP_ASK_SLOTS:
        request->u.slots.service_ids =
            copy_list(commands, request->u.slots.service_ids, request->u.slots.service_count);
        request->u.slots.master_id = copy(commands, request->u.slots.master_id);
        break;
    case ZP_ASK_BOOK: own_draft(commands, &request->u.book); break;
    case ZP_ASK_CANCEL:
        request->u.cancel.booking = copy(commands, request->u.cancel.booking);
        request->u.cancel.reason = copy(commands, request->u.cancel.reason);
        break;
    case ZP_ASK_MOVE:
        request->u.move.booking = copy(commands, request->u.move.booking);
        request->u.move.master_id = copy(commands, request->u.move.master_id);
        break;
    case ZP_ASK_MARK: request->u.mark.booking = copy(commands, request->u.mark.booking); break;
    case ZP_ASK_ADOPT: request->u.adopt.booking = copy(commands, request->u.adopt.booking); break;
    case ZP_ASK_MEND: request->u.mend.booking = copy(commands, request->u.mend.booking); break;
    case ZP_ASK_SHOW: request->u.show.booking = copy(commands, request->u.show.booking); break;
    case ZP_ASK_LOOK: request->u.look.master_id = copy(commands, request->u.look.master_id); break;
    case ZP_ASK_DAY: request->u.day.master_id = copy(commands, request->u.day.master_id); break;
    case ZP_ASK_CLIENTS: request->u.clients.query = copy(commands, request->u.clients.query); break;
    case ZP_ASK_CLIENT:
    case ZP_ASK_CLIENT_NOTE:
    case ZP_ASK_FORGET:
        request->u.client.phone = copy(commands, request->u.client.phone);
        request->u.client.note = copy(commands, request->u.client.note);
        break;
    case ZP_ASK_WAITING:
        request->u.waiting.phone = copy(commands, request->u.waiting.phone);
        if (request->u.waiting.gap.master_id)
            request->u.waiting.gap.master_id =
                memory_strdup(commands->list, request->u.waiting.gap.master_id);
        break;
    case ZP_ASK_WAITING_PUT:
        request->u.waiting_put.wish =
            zp_waiting_copy(commands->list, request->u.waiting_put.wish, 1);
        break;
    case ZP_ASK_WAITING_DROP:
        request->u.waiting_drop.reason = copy(commands, request->u.waiting_drop.reason);
        break;
    case ZP_ASK_CATALOGUE:
    case ZP_ASK_SHIFTS:
    case ZP_ASK_TRUTH:
    case ZP_ASK_NUMBERS:
    case ZP_ASK_QUEUE:
    case ZP_ASK_QUEUE_RETRY:
    case ZP_ASK_QUEUE_DROP:
    case ZP_ASK_SYNC_ONCE:
    case ZP_ASK_CHECK:
    case ZP_ASK_SETUP: break;
    }
}

void command_ask(struct commands *commands, int tag, const struct zp_request *request) {
    struct command *command = append(commands, COMMAND_ASK);

    command->u.ask.tag = tag;
    command->u.ask.request = *request;
    own_request(commands, &command->u.ask.request);
}

void command_cancel_ask(struct commands *commands, int tag) {
    append(commands, COMMAND_CANCEL_ASK)->u.cancel_ask.tag = tag;
}

void command_open(struct commands *commands, int tag, enum screen_id screen,
                  const struct screen_args *args) {
    struct command *command = append(commands, COMMAND_OPEN);
    struct screen_args *own = &command->u.open.args;

    command->u.open.tag = tag;
    command->u.open.screen = screen;
    if (!args)
        return;
    *own = *args;
    own->master_id = copy(commands, args->master_id);
    own->booking = copy(commands, args->booking);
    own->client = copy(commands, args->client);
    own->client_name = copy(commands, args->client_name);
    own->service_id = copy(commands, args->service_id);
    own->service_ids = copy_list(commands, args->service_ids, args->service_count);
    own->text = copy(commands, args->text);
    own->of = copy(commands, args->of);
    if (args->action_count > 0)
        own->actions = memory_must(talloc_memdup(commands->list, args->actions,
                                                 args->action_count * sizeof(args->actions[0])));
}

void command_close(struct commands *commands, const struct screen_result *result) {
    struct command *command = append(commands, COMMAND_CLOSE);
    struct screen_result *own = &command->u.close.result;

    if (!result)
        return;
    *own = *result;
    own->booking = copy(commands, result->booking);
    own->text = copy(commands, result->text);
    for (size_t i = 0; i < result->undo_count; i++) {
        own->undos[i].booking = copy(commands, result->undos[i].booking);
        own->undos[i].from = copy(commands, result->undos[i].from);
        own->undos[i].master_id = copy(commands, result->undos[i].master_id);
    }
    for (size_t i = 0; i < result->heir_count; i++) {
        own->heirs[i].former = copy(commands, result->heirs[i].former);
        own->heirs[i].now = copy(commands, result->heirs[i].now);
    }
}

void command_run(struct commands *commands, enum action action) {
    append(commands, COMMAND_RUN)->u.run.action = action;
}

void command_timer(struct commands *commands, int id, int64_t delay_ms) {
    struct command *command = append(commands, COMMAND_TIMER);

    command->u.timer.id = id;
    command->u.timer.delay_ms = delay_ms;
}

void command_seconds(struct commands *commands, bool on) {
    append(commands, COMMAND_SECONDS)->u.seconds.on = on;
}

void command_hold(struct commands *commands, int tag) {
    append(commands, COMMAND_HOLD)->u.hold.tag = tag;
}

void command_notice(struct commands *commands, enum style style, const char *format, ...) {
    struct command *command = append(commands, COMMAND_NOTICE);
    va_list args;

    va_start(args, format);
    command->u.notice.text = memory_must(talloc_vasprintf(commands->list, format, args));
    va_end(args);
    command->u.notice.style = style;
}

void command_told(struct commands *commands, enum style style, const char *text) {
    command_notice(commands, style, "%s", text);
    commands->list[commands->count - 1].u.notice.stays = true;
}

void command_question_changed(struct commands *commands) {
    append(commands, COMMAND_QUESTION_CHANGED);
}

void command_bell(struct commands *commands) {
    append(commands, COMMAND_BELL);
}

void command_copy(struct commands *commands, const char *number) {
    struct command *command = append(commands, COMMAND_COPY);

    command->u.copy.number = copy(commands, number);
}

void command_language(struct commands *commands, const char *language) {
    struct command *command = append(commands, COMMAND_LANGUAGE);

    command->u.language.language = copy(commands, language);
}

void command_quit(struct commands *commands) {
    append(commands, COMMAND_QUIT);
}
