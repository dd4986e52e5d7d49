// Phones: E.164 inside, normalised for the region's countries. One normaliser for every path
// (field-notes F9).
#ifndef ZAPIS_PHONE_H
#define ZAPIS_PHONE_H

#include <stdbool.h>
#include <stddef.h>
#include <zapis/error.h>

#define ZP_PHONE_SIZE     20 // "+" and up to 15 digits, NUL, room
#define ZP_PHONE_VARIANTS 6

// Normalises what a person typed ("8 (916) 123-45-67", "9161234567", "+7916…", "007…") for a salon
// in `country` (RU KZ BY UA UZ KG AM GE AZ MD TJ TM; another: only international form). False with
// a sentence if it makes no sense.
bool zp_phone_normalise(const char *text, const char *country, char out[ZP_PHONE_SIZE],
                        struct zp_error *err);

// The spellings under which Bitrix24 may have stored it (bitrix24.md 8.2): "+7916…", "7916…",
// "8916…", "916…".
size_t zp_phone_variants(const char *e164, const char *country,
                         char out[ZP_PHONE_VARIANTS][ZP_PHONE_SIZE]);

#define ZP_PHONE_TEXT_SIZE 32
void zp_phone_format(const char *e164, char out[ZP_PHONE_TEXT_SIZE]); // "+7 916 123-45-67"
void zp_phone_mask(const char *e164, char out[ZP_PHONE_TEXT_SIZE]); // "+7 *** ***-45-67", for logs

#endif
