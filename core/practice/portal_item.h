// Between the two files of crm.item.*.
#ifndef ZP_PRACTICE_PORTAL_ITEM_H
#define ZP_PRACTICE_PORTAL_ITEM_H

#include "practice/portal_internal.h"

// What `fields` asks of a row (NULL: of a new one). NULL and a failed call when it is refused.
struct zp__portal_change *zp__portal_item_change(struct zp__portal_call *call,
                                                 const struct zp__php *fields,
                                                 const struct zp__portal_row *row,
                                                 bool original_ufs);

#endif
