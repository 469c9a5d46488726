/* Reads a line, or a response that begins with it, and says what toy_parse makes of it, as `sip-status probe` wants it. */
#include "toy.h"

#include <stdio.h>

/* Together, so that what overflows the line is the same on every machine. */
static struct {
    struct toy_line line;
    uint8_t octets[1 << 20];
} memory;

int main(void)
{
    size_t len = fread(memory.octets, 1, sizeof memory.octets, stdin);

    if (!toy_parse(memory.octets, len, &memory.line)) {
        puts("reject");
        return 0;
    }
    printf("accept:%u:", memory.line.code);
    for (size_t at = 0; at < memory.line.reason_len; at++)
        printf("%02x", memory.line.reason[at]);
    putchar('\n');
    return 0;
}
