// An HTTP client (net/http.h) that answers from a script, so that whole calls of our two clients
// read what the fuzzer wrote. Nothing leaves the process; nothing of the shipped client is linked.
#ifndef TESTS_FUZZ_ANSWERS_H
#define TESTS_FUZZ_ANSWERS_H

#include <stddef.h>
#include <stdint.h>

// The script: answers parted by the byte 0x1E, each a line "STATUS KIND" and then the body. KIND:
// "json", "html"; "lost" and "unsent" are no answers. Valid while it is used. After the last one
// nothing is answered any more (lost).
void answers_set(const uint8_t *script, size_t size);
int answers_last_status(void); // of the answer given last; 0: lost or not sent
#define ANSWERS_END 0x1E

#endif
