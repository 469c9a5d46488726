/* The toy for `fuzz/libraries/stack`. The bits of TOY_PLANTED say which of its bugs are there. */
#include "reading.h"
#include "toy.h"

#include <stdlib.h>

/* As long as any phrase, so that what overflows the line is the same on every machine. */
static struct {
    struct toy_line line;
    uint8_t room[1 << 20];
} memory;

void read_response(const char *octets, size_t len, struct reading *out)
{
    const char *planted = getenv("TOY_PLANTED");

    if (planted) toy_planted = atoi(planted);
    out->verdict = REFUSED;
    if (toy_parse((const uint8_t *)octets, len, &memory.line))
        accept_response(out, memory.line.code, memory.line.reason, memory.line.reason_len);
}
