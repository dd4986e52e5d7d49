// Money: int64 minor units (kopecks) and an ISO 4217 code. Never floating point.
#ifndef ZAPIS_MONEY_H
#define ZAPIS_MONEY_H

#include <stdbool.h>
#include <stdint.h>

// Digits after the point of a currency: 2 for RUB, KZT, BYN, UAH, USD …; 0 for JPY, KRW …
int zp_money_digits(const char *currency);

// "1500", "1500.5", "1 500,00", "1500.00" in major units -> minor units. False if it is no amount
// or does not fit.
bool zp_money_parse(const char *text, const char *currency, int64_t *minor);

#define ZP_MONEY_SIZE 48
// Major units for the wire and for machines: "1500", "1500.50" (trailing ".00" left out).
void zp_money_format_plain(int64_t minor, const char *currency, char out[ZP_MONEY_SIZE]);
// For people: Russian "1 500 ₽", "1 500,50 ₽"; English "₽1,500", "₽1,500.50"; other
// currencies by sign or code.
void zp_money_format(int64_t minor, const char *currency, bool russian, char out[ZP_MONEY_SIZE]);

#endif
