// Bitrix24's answers: a whole call of the client with every answer it asks for, in both families.
// The first byte names the call, the second the family and the entity.
#include "answers.h"
#include "base/memory.h"
#include "bitrix24/bitrix24.h"
#include "fuzz.h"

#include <string.h>

struct heard {
    bool done, write;
};

static void answered(const struct zp__crm_answer *answer, void *data) {
    struct heard *heard = data;

    FUZZ_CHECK(!heard->done);
    heard->done = true;
    FUZZ_CHECK(answer->ok || answer->missing || answer->error.message[0] != '\0');
    FUZZ_CHECK(answer->ok || fuzz_is_clean(answer->error.message));
    FUZZ_CHECK(strstr(answer->error.message, "secret") == NULL); // the webhook is a password
    for (size_t i = 0; i < answer->entry_count; i++) {
        const struct zp__crm_entry *entry = &answer->entries[i];
        FUZZ_CHECK(entry->id != NULL && entry->id[0] != '\0' && fuzz_is_clean(entry->id));
        FUZZ_CHECK(fuzz_is_clean(entry->title) && fuzz_is_clean(entry->stage_id));
        FUZZ_CHECK(entry->semantic == 0 || strchr("PSF", entry->semantic) != NULL);
    }
    for (size_t i = 0; i < answer->contact_count; i++)
        FUZZ_CHECK(answer->contacts[i].id != NULL && fuzz_is_clean(answer->contacts[i].id));
    for (size_t i = 0; i < answer->name_count; i++)
        FUZZ_CHECK(fuzz_is_clean(answer->names[i]));
    FUZZ_CHECK(fuzz_is_clean(answer->id) && fuzz_is_clean(answer->told));
    // Done, and yet not ok: not all of it was kept.
    if (heard->write)
        FUZZ_CHECK(!answer->ok || answer->outcome == ZP_CRM_DONE);
}

static void found_by_booking(const struct zp__crm_answer *answer, void *data) {
    for (size_t i = 0; i < answer->entry_count; i++) {
        const struct zp__crm_entry *entry = &answer->entries[i];
        // Ours, or the deal that our lead became: never just any row.
        FUZZ_CHECK(strcmp(entry->booking_field, "8123") == 0 ||
                   strcmp(entry->origin_id, "8123") == 0 || entry->entity == ZP_CRM_DEAL);
    }
    answered(answer, data);
}

static bool may_go(void *data) {
    (void)data;
    return true;
}

static const struct zp__crm_fields FIELDS = {.title = "Маникюр · Мария",
                                             .comments = "Услуга: маникюр",
                                             .source_id = "DIKIDI",
                                             .source_description = "desk",
                                             .opportunity_minor = 150000,
                                             .currency = "RUB",
                                             .booking_id = "8123",
                                             .visit_at = 1795510800,
                                             .contact_id = "17",
                                             .client_name = "Мария",
                                             .client_phone = "+79165550101"};

static void ask_write(struct zp_bitrix24 *crm, enum zp_crm_entity entity, char call,
                      struct heard *heard) {
    const enum zp__pace_class class = ZP_PACE_URGENT;

    heard->write = true;
    switch (call) {
    case 'A': zp__crm_add(crm, class, entity, &FIELDS, may_go, answered, heard); break;
    case 'U': zp__crm_update(crm, class, entity, "25", &FIELDS, may_go, answered, heard); break;
    case 'M': zp__crm_move(crm, class, entity, "25", "LOSE", may_go, answered, heard); break;
    case 'C': zp__crm_comment(crm, class, entity, "25", "слова", may_go, answered, heard); break;
    case 'S': zp__crm_add_source(crm, "DIKIDI", "Запись", answered, heard); break;
    case 'F':
        zp__crm_add_userfield(crm, entity, "UF_CRM_DIKIDI_ID", "string", "Dikidi", answered, heard);
        break;
    default:
        zp__crm_add_contact(crm, class, "Мария", "+79165550101", may_go, answered, heard);
        break;
    }
}

static void ask(struct zp_bitrix24 *crm, enum zp_crm_entity entity, char call,
                struct heard *heard) {
    const enum zp__pace_class class = ZP_PACE_URGENT;

    switch (call) {
    case 'b': zp__crm_find_by_booking(crm, class, entity, "8123", found_by_booking, heard); break;
    case 'o': zp__crm_find_open_leads(crm, class, "+79165550101", answered, heard); break;
    case 'h': zp__crm_changed(crm, class, entity, 1795510800, answered, heard); break;
    case 'g': zp__crm_get(crm, class, entity, "25", answered, heard); break;
    case 'c': zp__crm_find_contacts(crm, class, "+79165550101", answered, heard); break;
    case 's': zp__crm_stages(crm, class, entity, 1, answered, heard); break;
    case 'v':
        zp__crm_count_visits(crm, class, entity, 1795500000, 1795600000, answered, heard);
        break;
    case 'p': zp__crm_profile(crm, class, answered, heard); break;
    case 'k': zp__crm_scope(crm, class, answered, heard); break;
    case 'm': zp__crm_mode(crm, class, answered, heard); break;
    case 'e': zp__crm_method_exists(crm, class, "crm.item.add", answered, heard); break;
    case 'f': zp__crm_funnels(crm, class, answered, heard); break;
    case 'q': zp__crm_sources(crm, class, answered, heard); break;
    case 'u': zp__crm_userfields(crm, class, entity, answered, heard); break;
    case 'x': zp__crm_ask_unknown_key(crm, class, entity, answered, heard); break;
    case 'y': zp__crm_ask_wildcard(crm, class, entity, "8123", answered, heard); break;
    case 'z': zp__crm_ask_spelling(crm, class, "+79165550101", answered, heard); break;
    default: ask_write(crm, entity, call, heard); break;
    }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    static struct zp_loop *loop;
    static struct zp_config *config;

    if (loop == NULL) {
        loop = zp_loop_new(NULL);
        config = fuzz_config(NULL);
    }
    if (size < 3 || data[2] != ANSWERS_END)
        return -1;
    config->bitrix24.methods = (enum zp_crm_methods)((data[1] & 3) % 3);
    struct zp_bitrix24 *crm = zp__bitrix24_new(NULL, loop, config);
    struct heard heard = {0};

    answers_set(data + 3, size - 3);
    ask(crm, (data[1] & 4) != 0 ? ZP_CRM_LEAD : ZP_CRM_DEAL, (char)data[0], &heard);
    FUZZ_CHECK(zp_loop_run_until(loop, &heard.done, 10000));
    talloc_free(crm);
    return 0;
}
