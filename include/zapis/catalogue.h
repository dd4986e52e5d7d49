// The salon's catalogue: services, masters, shifts, and free slots. Plain structs owned by the
// talloc context they came in.
#ifndef ZAPIS_CATALOGUE_H
#define ZAPIS_CATALOGUE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <zapis/error.h>
#include <zapis/time.h>

// Price and duration of a service at one master.
struct zp_terms {
    char *master_id;
    int64_t price_minor;
    bool price_from; // "from": the final price may be higher
    int duration_min;
};

struct zp_service {
    char *id, *name;
    char *category_id, *category; // "" when none
    int64_t price_minor;          // the salon's general price; a master's own stands in terms[]
    bool price_from;
    char *currency;
    int duration_min; // 0 when Dikidi does not say
    int break_after_min;
    bool active, online;
    int64_t sort;
    struct zp_terms *terms; // only masters whose terms are told
    size_t term_count;
};

struct zp_master {
    char *id, *name, *post; // name as shown ("Анна П.")
    bool active, online;
    char **service_ids;
    size_t service_count;
};

// One working day of a master; minutes after 00:00 of the salon's wall clock, break -1 when none.
// `to` may exceed 1440.
struct zp_shift {
    char *master_id;
    struct zp_date date;
    int from_min, to_min;
    int break_from_min, break_to_min;
};

struct zp_catalogue {
    struct zp_service *services; // active only, in Dikidi's order
    size_t service_count;
    struct zp_master *masters; // active only, in Dikidi's order
    size_t master_count;
    int64_t fetched_at; // UTC seconds; 0: never
};

const struct zp_service *zp_catalogue_service(const struct zp_catalogue *catalogue,
                                              const char *service_id);
const struct zp_master *zp_catalogue_master(const struct zp_catalogue *catalogue,
                                            const char *master_id);
// True if the master does the service (by master.service_ids or the service's terms).
bool zp_catalogue_offers(const struct zp_catalogue *catalogue, const char *master_id,
                         const char *service_id);
// That the services are known, the master is (NULL: any), and does them; else ZP_E_USAGE with a
// sentence that names what is wrong.
bool zp_catalogue_check(const struct zp_catalogue *catalogue, const char *master_id,
                        const char *const *service_ids, size_t service_count, struct zp_error *err);
// Price and duration of a service at a master (NULL: any): his terms, else the service's own.
struct zp_terms zp_catalogue_terms(const struct zp_service *service, const char *master_id);

struct zp_slot {
    char *master_id;
    int64_t starts_at, ends_at; // UTC seconds; ends_at 0 when not told
};

// Free times of one day as Dikidi answered.
struct zp_day_slots {
    struct zp_date date;
    struct zp_slot *slots; // in order of time, then master
    size_t slot_count;
};

struct zp_slots {
    struct zp_day_slots *days; // one for each day asked
    size_t day_count;
    struct zp_date
        *available; // dates_available: other days with free time; only what the answer said
    size_t available_count;
    bool has_nearest;
    struct zp_date nearest;
    int64_t asked_at;       // UTC seconds: the age shown on screen
    size_t naive_count;     // times that came without an offset and were read as the salon's clock
    char *foreign_timezone; // the API's zone when it disagrees with ours, else NULL
};

#endif
