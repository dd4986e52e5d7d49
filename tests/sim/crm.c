// What stands in Bitrix24, and who changes it there: deals and leads, their stages, events,
// managers.
#include "sim.h"

#include <stdio.h>
#include <string.h>

struct sim_entry sim_entries[SIM_ENTRIES];
int sim_entry_count;

static const struct stage {
    const char *id, *lead_id, *semantic;
} stages[] = {
    {"NEW", "NEW", "P"}, {"PREP", "PREP", "P"}, {"WON", "CONVERTED", "S"}, {"LOSE", "JUNK", "F"}};

void sim_crm_reset(void) {
    // A deal of somebody else's, older than all of ours.
    sim_entries[0] = (struct sim_entry){.id = SIM_FIRST_ENTRY,
                                        .stage = "NEW",
                                        .title = "Stranger",
                                        .money = "1.00",
                                        .updated_at = SIM_EPOCH};
    sim_entry_count = 1;
}

const char *sim_stage_id(enum sim_stage stage, bool lead) {
    return lead ? stages[stage].lead_id : stages[stage].id;
}

const char *sim_entry_semantic(const struct sim_entry *entry) {
    for (size_t i = 0; i < sizeof stages / sizeof *stages; i++) {
        if (strcmp(sim_stage_id((enum sim_stage)i, entry->lead), entry->stage) == 0) {
            return stages[i].semantic;
        }
    }
    return "P";
}

bool sim_entry_failed(const struct sim_entry *entry) {
    return sim_entry_semantic(entry)[0] == 'F';
}

bool sim_entry_won(const struct sim_entry *entry) {
    return sim_entry_semantic(entry)[0] == 'S';
}

// A lead is no entry of a booking any more once its deal is one. It may stand open again: a move of
// ours can cross its conversion, and Bitrix24 knows no condition to a write.
bool sim_entry_live(const struct sim_entry *entry) {
    for (int i = 0; i < sim_entry_count && entry->lead; i++) {
        const struct sim_entry *deal = &sim_entries[i];
        if (deal->from_lead == entry->id && !deal->deleted && deal->number[0] != '\0') {
            return false;
        }
    }
    return !entry->deleted && entry->number[0] != '\0' && !sim_entry_failed(entry);
}

// ---- events

struct event {
    int entry, tries;
    const char *entity, *name;
};

static void deliver(void *data);

static void on_delivered(int status, void *data) {
    struct event *event = data;
    // It sends once, and once more at times; the poll is what counts.
    if (status == 0 && ++event->tries < 2) {
        sim_at(the.now + 30 * SIM_S, NULL, deliver, event);
    }
}

static void deliver(void *data) {
    const struct event *event = data;
    char *body = talloc_asprintf(
        the.ctx,
        "event=ONCRM%s%s&data%%5BFIELDS%%5D%%5BID%%5D=%d&auth%%5Bapplication_token%%5D=token",
        event->entity, event->name, event->entry);
    sim_hook("/hooks/bitrix24/event", body, on_delivered, data);
    talloc_free(body);
}

void sim_entry_changed(struct sim_entry *entry, const char *name) {
    entry->updated_at = sim_wall();
    const char *entity = entry->lead ? "LEAD" : "DEAL";
    sim_note("bitrix24 %s %s %d %s", entity, name, entry->id, entry->stage);
    if (the.active && sim_chance(1, 4)) {
        return;
    }
    struct event *event = talloc_zero(the.ctx, struct event);
    *event = (struct event){.entry = entry->id, .entity = entity, .name = name};
    sim_at(the.now + sim_between(50, 5000) * SIM_MS, NULL, deliver, event);
}

void sim_manager_stage(struct sim_entry *entry, enum sim_stage stage, bool bulk) {
    const bool failed = sim_entry_failed(entry);
    snprintf(entry->stage, sizeof entry->stage, "%s", sim_stage_id(stage, entry->lead));
    entry->failed_by_person = sim_entry_failed(entry);
    if (!failed && entry->failed_by_person) {
        entry->failed_at = the.now;
        entry->bulk = bulk;
    } else if (failed && !entry->failed_by_person) {
        entry->back_at = the.now;
    }
    sim_entry_changed(entry, "UPDATE");
}

void sim_manager_delete(struct sim_entry *entry) {
    entry->deleted = true;
    sim_entry_changed(entry, "DELETE");
}

struct sim_entry *sim_entry_new(bool lead) {
    if (sim_entry_count == SIM_ENTRIES) {
        return NULL;
    }
    struct sim_entry *entry = &sim_entries[sim_entry_count];
    *entry =
        (struct sim_entry){.id = SIM_FIRST_ENTRY + sim_entry_count, .lead = lead, .stage = "NEW"};
    sim_entry_count++;
    return entry;
}

void sim_manager_lead(const char *phone) {
    struct sim_entry *entry = sim_entry_new(true);
    if (entry != NULL) {
        snprintf(entry->phone, sizeof entry->phone, "%s", phone);
        sim_entry_changed(entry, "ADD");
    }
}

// Its deal takes over what the portal maps: at some only the client.
void sim_manager_convert(struct sim_entry *lead, bool mapped) {
    struct sim_entry *deal = sim_entry_new(false);
    if (deal == NULL) {
        return;
    }
    const int id = deal->id;
    if (mapped) {
        *deal = *lead;
        deal->lead = false;
    }
    deal->id = id;
    deal->contact = lead->contact;
    deal->from_lead = lead->id;
    snprintf(deal->stage, sizeof deal->stage, "NEW");
    sim_entry_changed(deal, "ADD");
    sim_manager_stage(lead, SIM_STAGE_WON, false);
}
