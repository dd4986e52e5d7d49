// The fields of leads, deals and contacts: one table each, for both families.
#include "practice/portal_internal.h"

#define RO           ZP_PORTAL_READONLY
#define CO           ZP_PORTAL_COMPUTED
#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

#define UTM                                                                                        \
    {"UTM_SOURCE", "utmSource", ZP_PORTAL_STRING, 0, NULL, "Ad system"},                           \
        {"UTM_MEDIUM", "utmMedium", ZP_PORTAL_STRING, 0, NULL, "Medium"},                          \
        {"UTM_CAMPAIGN", "utmCampaign", ZP_PORTAL_STRING, 0, NULL, "Ad campaign"},                 \
        {"UTM_CONTENT", "utmContent", ZP_PORTAL_STRING, 0, NULL, "Campaign contents"}, {           \
        "UTM_TERM", "utmTerm", ZP_PORTAL_STRING, 0, NULL, "Campaign search term"                   \
    }

static const struct zp__portal_field deal_fields[] = {
    {"ID", "id", ZP_PORTAL_LINK, RO, NULL, "ID"},
    {"TITLE", "title", ZP_PORTAL_STRING, ZP_PORTAL_BLANK_OFF, NULL, "Name"},
    {"TYPE_ID", "typeId", ZP_PORTAL_STATUS, 0, "DEAL_TYPE", "Type"},
    {"STAGE_ID", "stageId", ZP_PORTAL_STATUS, 0, NULL, "Stage"},
    {"PROBABILITY", "probability", ZP_PORTAL_INT, 0, NULL, "Probability"},
    {"CURRENCY_ID", "currencyId", ZP_PORTAL_CURRENCY, 0, NULL, "Currency"},
    {"OPPORTUNITY", "opportunity", ZP_PORTAL_MONEY, 0, NULL, "Amount"},
    {"IS_MANUAL_OPPORTUNITY", "isManualOpportunity", ZP_PORTAL_FLAG, 0, NULL, "Amount by hand"},
    {"TAX_VALUE", "taxValue", ZP_PORTAL_MONEY, 0, NULL, "Tax"},
    {"LEAD_ID", "leadId", ZP_PORTAL_LINK, RO, NULL, "Lead"},
    {"COMPANY_ID", "companyId", ZP_PORTAL_LINK, 0, NULL, "Company"},
    {"CONTACT_ID", "contactId", ZP_PORTAL_LINK, 0, NULL, "Contact"},
    {"QUOTE_ID", "quoteId", ZP_PORTAL_LINK, RO, NULL, "Quote"},
    {"BEGINDATE", "begindate", ZP_PORTAL_DATE, ZP_PORTAL_BLANK_OFF, NULL, "Start date"},
    {"CLOSEDATE", "closedate", ZP_PORTAL_DATE, ZP_PORTAL_BLANK_OFF, NULL, "Close date"},
    {"ASSIGNED_BY_ID", "assignedById", ZP_PORTAL_PERSON, 0, NULL, "Responsible"},
    {"CREATED_BY_ID", "createdBy", ZP_PORTAL_PERSON, RO, NULL, "Created by"},
    {"MODIFY_BY_ID", "updatedBy", ZP_PORTAL_PERSON, RO, NULL, "Modified by"},
    {"DATE_CREATE", "createdTime", ZP_PORTAL_DATETIME, RO, NULL, "Created"},
    {"DATE_MODIFY", "updatedTime", ZP_PORTAL_DATETIME, RO, NULL, "Modified"},
    {"OPENED", "opened", ZP_PORTAL_FLAG, 0, NULL, "Open to everyone"},
    {"CLOSED", "closed", ZP_PORTAL_FLAG, CO, NULL, "Closed"},
    {"COMMENTS", "comments", ZP_PORTAL_TEXT, 0, NULL, "Comment"},
    {"ADDITIONAL_INFO", "additionalInfo", ZP_PORTAL_TEXT, 0, NULL, "Additional information"},
    {"LOCATION_ID", "locationId", ZP_PORTAL_STRING, 0, NULL, "Location"},
    {"CATEGORY_ID", "categoryId", ZP_PORTAL_INT, ZP_PORTAL_IMMUTABLE, NULL, "Funnel"},
    {"STAGE_SEMANTIC_ID", "stageSemanticId", ZP_PORTAL_STRING, RO, NULL, "Stage group"},
    {"IS_NEW", "isNew", ZP_PORTAL_FLAG, RO, NULL, "New"},
    {"IS_RECURRING", "isRecurring", ZP_PORTAL_FLAG, CO, NULL, "Recurring"},
    {"IS_RETURN_CUSTOMER", "isReturnCustomer", ZP_PORTAL_FLAG, CO, NULL, "Repeat deal"},
    {"IS_REPEATED_APPROACH", "isRepeatedApproach", ZP_PORTAL_FLAG, CO, NULL, "Repeat inquiry"},
    {"SOURCE_ID", "sourceId", ZP_PORTAL_STATUS, 0, "SOURCE", "Source"},
    {"SOURCE_DESCRIPTION", "sourceDescription", ZP_PORTAL_TEXT, 0, NULL, "Source information"},
    {"ORIGINATOR_ID", "originatorId", ZP_PORTAL_STRING, 0, NULL, "External source"},
    {"ORIGIN_ID", "originId", ZP_PORTAL_STRING, 0, NULL, "ID in the external source"},
    {"MOVED_BY_ID", "movedBy", ZP_PORTAL_PERSON, RO, NULL, "Moved by"},
    {"MOVED_TIME", "movedTime", ZP_PORTAL_DATETIME, RO, NULL, "Moved"},
    {"LAST_ACTIVITY_TIME", "lastActivityTime", ZP_PORTAL_DATETIME, RO, NULL, "Last activity"},
    {"LAST_ACTIVITY_BY", "lastActivityBy", ZP_PORTAL_PERSON, RO, NULL, "Last activity by"},
    UTM,
};

static const struct zp__portal_field lead_fields[] = {
    {"ID", "id", ZP_PORTAL_LINK, RO, NULL, "ID"},
    {"TITLE", "title", ZP_PORTAL_STRING, ZP_PORTAL_BLANK_OFF, NULL, "Lead name"},
    {"HONORIFIC", "honorific", ZP_PORTAL_STATUS, 0, "HONORIFIC", "Salutation"},
    {"NAME", "name", ZP_PORTAL_STRING, 0, NULL, "First name"},
    {"SECOND_NAME", "secondName", ZP_PORTAL_STRING, 0, NULL, "Second name"},
    {"LAST_NAME", "lastName", ZP_PORTAL_STRING, 0, NULL, "Last name"},
    {"COMPANY_TITLE", "companyTitle", ZP_PORTAL_STRING, 0, NULL, "Company name"},
    {"COMPANY_ID", "companyId", ZP_PORTAL_LINK, 0, NULL, "Company"},
    {"CONTACT_ID", "contactId", ZP_PORTAL_LINK, 0, NULL, "Contact"},
    {"IS_RETURN_CUSTOMER", "isReturnCustomer", ZP_PORTAL_FLAG, RO, NULL, "Repeat lead"},
    {"BIRTHDATE", "birthdate", ZP_PORTAL_DATE, ZP_PORTAL_BLANK, NULL, "Date of birth"},
    {"SOURCE_ID", "sourceId", ZP_PORTAL_STATUS, 0, "SOURCE", "Source"},
    {"SOURCE_DESCRIPTION", "sourceDescription", ZP_PORTAL_TEXT, 0, NULL, "Source information"},
    {"STATUS_ID", "stageId", ZP_PORTAL_STATUS, 0, NULL, "Stage"},
    {"STATUS_DESCRIPTION", "statusDescription", ZP_PORTAL_TEXT, 0, NULL, "Stage information"},
    {"POST", "post", ZP_PORTAL_STRING, 0, NULL, "Position"},
    {"COMMENTS", "comments", ZP_PORTAL_TEXT, 0, NULL, "Comment"},
    {"CURRENCY_ID", "currencyId", ZP_PORTAL_CURRENCY, 0, NULL, "Currency"},
    {"OPPORTUNITY", "opportunity", ZP_PORTAL_MONEY, 0, NULL, "Amount"},
    {"IS_MANUAL_OPPORTUNITY", "isManualOpportunity", ZP_PORTAL_FLAG, 0, NULL, "Amount by hand"},
    {"HAS_PHONE", "hasPhone", ZP_PORTAL_FLAG, RO, NULL, "Phone is given"},
    {"HAS_EMAIL", "hasEmail", ZP_PORTAL_FLAG, RO, NULL, "E-mail is given"},
    {"HAS_IMOL", "hasImol", ZP_PORTAL_FLAG, RO, NULL, "Open channel is given"},
    {"ASSIGNED_BY_ID", "assignedById", ZP_PORTAL_PERSON, 0, NULL, "Responsible"},
    {"CREATED_BY_ID", "createdBy", ZP_PORTAL_PERSON, RO, NULL, "Created by"},
    {"MODIFY_BY_ID", "updatedBy", ZP_PORTAL_PERSON, RO, NULL, "Modified by"},
    {"DATE_CREATE", "createdTime", ZP_PORTAL_DATETIME, RO, NULL, "Created"},
    {"DATE_MODIFY", "updatedTime", ZP_PORTAL_DATETIME, RO, NULL, "Modified"},
    {"DATE_CLOSED", "dateClosed", ZP_PORTAL_DATETIME, RO | ZP_PORTAL_BLANK, NULL, "Closed"},
    {"STATUS_SEMANTIC_ID", "stageSemanticId", ZP_PORTAL_STRING, RO, NULL, "Stage group"},
    {"OPENED", "opened", ZP_PORTAL_FLAG, 0, NULL, "Open to everyone"},
    {"ORIGINATOR_ID", "originatorId", ZP_PORTAL_STRING, 0, NULL, "External source"},
    {"ORIGIN_ID", "originId", ZP_PORTAL_STRING, 0, NULL, "ID in the external source"},
    {"MOVED_BY_ID", "movedBy", ZP_PORTAL_PERSON, RO, NULL, "Moved by"},
    {"MOVED_TIME", "movedTime", ZP_PORTAL_DATETIME, RO, NULL, "Moved"},
    {"ADDRESS", "address", ZP_PORTAL_STRING, 0, NULL, "Address"},
    {"ADDRESS_CITY", "addressCity", ZP_PORTAL_STRING, 0, NULL, "City"},
    UTM,
    {"LAST_ACTIVITY_BY", "lastActivityBy", ZP_PORTAL_PERSON, RO, NULL, "Last activity by"},
    {"LAST_ACTIVITY_TIME", "lastActivityTime", ZP_PORTAL_DATETIME, RO, NULL, "Last activity"},
};

static const struct zp__portal_field contact_fields[] = {
    {"ID", "id", ZP_PORTAL_LINK, RO, NULL, "ID"},
    {"POST", "post", ZP_PORTAL_STRING, 0, NULL, "Position"},
    {"COMMENTS", "comments", ZP_PORTAL_TEXT, 0, NULL, "Comment"},
    {"HONORIFIC", "honorific", ZP_PORTAL_STATUS, 0, "HONORIFIC", "Salutation"},
    {"NAME", "name", ZP_PORTAL_STRING, 0, NULL, "First name"},
    {"SECOND_NAME", "secondName", ZP_PORTAL_STRING, 0, NULL, "Second name"},
    {"LAST_NAME", "lastName", ZP_PORTAL_STRING, 0, NULL, "Last name"},
    {"PHOTO", "photo", ZP_PORTAL_LINK, CO, NULL, "Photo"},
    {"LEAD_ID", "leadId", ZP_PORTAL_LINK, RO, NULL, "Lead"},
    {"TYPE_ID", "typeId", ZP_PORTAL_STATUS, 0, "CONTACT_TYPE", "Contact type"},
    {"SOURCE_ID", "sourceId", ZP_PORTAL_STATUS, 0, "SOURCE", "Source"},
    {"SOURCE_DESCRIPTION", "sourceDescription", ZP_PORTAL_TEXT, 0, NULL, "Source information"},
    {"COMPANY_ID", "companyId", ZP_PORTAL_LINK, 0, NULL, "Company"},
    {"BIRTHDATE", "birthdate", ZP_PORTAL_DATE, ZP_PORTAL_BLANK, NULL, "Date of birth"},
    {"EXPORT", "export", ZP_PORTAL_FLAG, 0, NULL, "Included in export"},
    {"HAS_PHONE", "hasPhone", ZP_PORTAL_FLAG, RO, NULL, "Phone is given"},
    {"HAS_EMAIL", "hasEmail", ZP_PORTAL_FLAG, RO, NULL, "E-mail is given"},
    {"HAS_IMOL", "hasImol", ZP_PORTAL_FLAG, RO, NULL, "Open channel is given"},
    {"DATE_CREATE", "createdTime", ZP_PORTAL_DATETIME, RO, NULL, "Created"},
    {"DATE_MODIFY", "updatedTime", ZP_PORTAL_DATETIME, RO, NULL, "Modified"},
    {"ASSIGNED_BY_ID", "assignedById", ZP_PORTAL_PERSON, 0, NULL, "Responsible"},
    {"CREATED_BY_ID", "createdBy", ZP_PORTAL_PERSON, RO, NULL, "Created by"},
    {"MODIFY_BY_ID", "updatedBy", ZP_PORTAL_PERSON, RO, NULL, "Modified by"},
    {"OPENED", "opened", ZP_PORTAL_FLAG, 0, NULL, "Open to everyone"},
    {"ORIGINATOR_ID", "originatorId", ZP_PORTAL_STRING, 0, NULL, "External source"},
    {"ORIGIN_ID", "originId", ZP_PORTAL_STRING, 0, NULL, "ID in the external source"},
    {"ORIGIN_VERSION", "originVersion", ZP_PORTAL_STRING, 0, NULL, "Version of the original"},
    {"FACE_ID", "faceId", ZP_PORTAL_LINK, CO, NULL, "Face"},
    {"ADDRESS", "address", ZP_PORTAL_STRING, 0, NULL, "Address"},
    UTM,
    {"LAST_ACTIVITY_TIME", "lastActivityTime", ZP_PORTAL_DATETIME, RO, NULL, "Last activity"},
    {"LAST_ACTIVITY_BY", "lastActivityBy", ZP_PORTAL_PERSON, RO, NULL, "Last activity by"},
};

static const struct zp__portal_entity entities[] = {
    {ZP_PORTAL_LEAD, "lead", "CRM_LEAD", "STATUS_ID", "STATUS_SEMANTIC_ID", true, true, "Lead #",
     "Лид #", "TITLE", lead_fields, COUNT(lead_fields)},
    {ZP_PORTAL_DEAL, "deal", "CRM_DEAL", "STAGE_ID", "STAGE_SEMANTIC_ID", true, false, "Deal #",
     "Сделка #", "TITLE", deal_fields, COUNT(deal_fields)},
    {ZP_PORTAL_CONTACT, "contact", "CRM_CONTACT", NULL, NULL, false, true, "Contact #", "Контакт #",
     "LAST_NAME", contact_fields, COUNT(contact_fields)},
};

const struct zp__portal_entity *zp__portal_entity(int type) {
    for (size_t i = 0; i < COUNT(entities); i++) {
        if ((int)entities[i].type == type)
            return &entities[i];
    }
    return NULL;
}

int zp__portal_field_find(const struct zp__portal_entity *entity, const char *name, bool item) {
    for (size_t i = 0; i < entity->field_count; i++) {
        const struct zp__portal_field *field = &entity->fields[i];
        if (strcmp(item ? field->item : field->name, name) == 0)
            return (int)i;
    }
    return -1;
}

enum zp__portal_kind zp__portal_uf_kind(const char *user_type) {
    static const struct {
        const char *type;
        enum zp__portal_kind kind;
    } kinds[] = {
        {"integer", ZP_PORTAL_INT},        {"double", ZP_PORTAL_DOUBLE},
        {"boolean", ZP_PORTAL_BOOL},       {"datetime", ZP_PORTAL_DATETIME},
        {"date", ZP_PORTAL_DATE},          {"enumeration", ZP_PORTAL_INT},
        {"employee", ZP_PORTAL_PERSON},    {"crm_status", ZP_PORTAL_STATUS},
        {"iblock_section", ZP_PORTAL_INT}, {"iblock_element", ZP_PORTAL_INT},
    };
    for (size_t i = 0; i < COUNT(kinds); i++) {
        if (strcmp(kinds[i].type, user_type) == 0)
            return kinds[i].kind;
    }
    return ZP_PORTAL_TEXT;
}

const char *zp__portal_kind_type(const struct zp__portal_field *field) {
    static const struct {
        const char *name, *type;
    } links[] = {
        {"LEAD_ID", "crm_lead"},
        {"COMPANY_ID", "crm_company"},
        {"CONTACT_ID", "crm_contact"},
        {"QUOTE_ID", "crm_quote"},
        {"PHOTO", "file"},
        {"CATEGORY_ID", "crm_category"},
        {"LOCATION_ID", "location"},
    };
    for (size_t i = 0; i < COUNT(links); i++) {
        if (strcmp(links[i].name, field->name) == 0)
            return links[i].type;
    }
    switch (field->kind) {
    case ZP_PORTAL_INT:
    case ZP_PORTAL_LINK: return "integer";
    case ZP_PORTAL_PERSON: return "user";
    case ZP_PORTAL_STATUS: return "crm_status";
    case ZP_PORTAL_CURRENCY: return "crm_currency";
    case ZP_PORTAL_MONEY:
    case ZP_PORTAL_DOUBLE: return "double";
    case ZP_PORTAL_FLAG:
    case ZP_PORTAL_BOOL: return "char";
    case ZP_PORTAL_DATE: return "date";
    case ZP_PORTAL_DATETIME: return "datetime";
    case ZP_PORTAL_STRING:
    case ZP_PORTAL_TEXT: break;
    }
    return "string";
}
