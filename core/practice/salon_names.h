// What the practice salon is made of: people and services, all invented.
#ifndef ZP_PRACTICE_SALON_NAMES_H
#define ZP_PRACTICE_SALON_NAMES_H

#include "practice/salon.h"

#define ZP_SALON_MASTERS    8
#define ZP_SALON_SERVICES   41 // the last one is not active any more
#define ZP_SALON_CATEGORIES 8

struct zp__salon_master_row {
    const char *name, *surname, *post;
    int rating_tenths, reviews;
    int step_min;
    int price_percent, duration_percent; // of the salon's own
    struct zp__salon_hours even, odd;    // on working days of even and of odd weeks
    unsigned days_off;                   // bit 0 Monday … bit 6 Sunday
    unsigned categories;                 // bit i: does all of category i
};
extern const struct zp__salon_master_row zp__salon_master_rows[ZP_SALON_MASTERS];

extern const char *const zp__salon_categories[ZP_SALON_CATEGORIES];

struct zp__salon_service_row {
    int category;
    const char *name, *description;
    int price; // major units
    bool price_from;
    int duration_min, break_after_min;
};
extern const struct zp__salon_service_row zp__salon_service_rows[ZP_SALON_SERVICES];

extern const char *const zp__salon_women[]; // first names; NULL-terminated
extern const char *const zp__salon_men[];
extern const char *const zp__salon_surnames[]; // of men; a woman's has "а" after it
extern const char *const zp__salon_comments[]; // NULL-terminated

#endif
