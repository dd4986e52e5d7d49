#include "oracle.h"

#include <phonenumbers/phonenumberutil.h>
#include <string>

using i18n::phonenumbers::PhoneNumber;
using i18n::phonenumbers::PhoneNumberUtil;

static bool keep(const std::string &text, char out[ORACLE_TEXT]) {
    if (text.size() >= ORACLE_TEXT)
        return false;
    out[text.copy(out, ORACLE_TEXT - 1)] = '\0';
    return true;
}

bool oracle_read(const char *text, const char *country, char e164[ORACLE_TEXT]) {
    const PhoneNumberUtil &util = *PhoneNumberUtil::GetInstance();
    PhoneNumber number;
    std::string written;

    if (util.Parse(text, country, &number) != PhoneNumberUtil::NO_PARSING_ERROR ||
        !util.IsValidNumber(number))
        return false;
    util.Format(number, PhoneNumberUtil::E164, &written);
    return keep(written, e164);
}

bool oracle_example(const char *country, int kind, char national[ORACLE_TEXT]) {
    const PhoneNumberUtil &util = *PhoneNumberUtil::GetInstance();
    PhoneNumber number;
    std::string written;

    if (!util.GetExampleNumberForType(country, static_cast<PhoneNumberUtil::PhoneNumberType>(kind),
                                      &number))
        return false;
    util.GetNationalSignificantNumber(number, &written);
    return keep(written, national);
}

bool oracle_write(const char *e164, char at_home[ORACLE_TEXT], char abroad[ORACLE_TEXT]) {
    const PhoneNumberUtil &util = *PhoneNumberUtil::GetInstance();
    PhoneNumber number;
    std::string home, away;

    if (util.Parse(e164, "ZZ", &number) != PhoneNumberUtil::NO_PARSING_ERROR)
        return false;
    util.Format(number, PhoneNumberUtil::NATIONAL, &home);
    util.Format(number, PhoneNumberUtil::INTERNATIONAL, &away);
    return keep(home, at_home) && keep(away, abroad);
}
