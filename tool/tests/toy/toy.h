/* A toy: a parser of SIP status-lines with three planted bugs, for fuzzers and probes to find. Never use it otherwise. */
#ifndef TOY_H
#define TOY_H

#include <stddef.h>
#include <stdint.h>

struct toy_line {
    uint16_t code;
    size_t reason_len;
    uint8_t reason[64];
    volatile uint32_t guard; /* Overwritten only by a bug; toy_parse aborts then. */
};

enum { TOY_VERDICT = 1, TOY_HANG = 2, TOY_CRASH = 4 };

/* Which of the bugs are there: all of them, until something else is said. */
extern unsigned toy_planted;

/* Reads the status-line at the start of the octets. Returns whether there is one. A phrase has at most 64 octets. */
int toy_parse(const uint8_t *octets, size_t len, struct toy_line *out);

#endif
