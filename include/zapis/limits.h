// Every size that an outsider controls has its ceiling here, and nowhere else.
#ifndef ZAPIS_LIMITS_H
#define ZAPIS_LIMITS_H

#define ZP_LIMIT_HTTP_REPLY_BYTES   (8u * 1024 * 1024) // an answer larger than this is not read on
#define ZP_LIMIT_HTTP_HEAD_BYTES    (64u * 1024)       // all header lines of an answer together
#define ZP_LIMIT_HTTP_REQUEST_BYTES (1024u * 1024)     // practice servers: a request body
#define ZP_LIMIT_HOOK_BYTES         (64u * 1024)       // a webhook body (dikidi-api.md)
#define ZP_LIMIT_JSON_DEPTH         64
#define ZP_LIMIT_CONFIG_BYTES       (256u * 1024)
#define ZP_LIMIT_SECRET_BYTES       4096
#define ZP_LIMIT_ID_BYTES           128   // an id of Dikidi or Bitrix24
#define ZP_LIMIT_NAME_BYTES         512   // a person, master or service name
#define ZP_LIMIT_COMMENT_BYTES      4096  // a comment or a reason
#define ZP_LIMIT_MESSAGE_BYTES      512   // an error text from outside
#define ZP_LIMIT_CATALOGUE_ITEMS    5000  // services or masters of one company
#define ZP_LIMIT_SLOTS              20000 // free slots in one answer
#define ZP_LIMIT_SERVICES_PER_VISIT 20
#define ZP_LIMIT_DAYS               62  // days asked for in one request
#define ZP_LIMIT_TITLE_CHARS        255 // TITLE of a deal (bitrix24.md 16.4)

#endif
