/* Reads a line, or a response that begins with it, and says what toy_parse makes of it, as `sip-status probe` wants it. */
#include "toy.h"

#include <stdio.h>

static uint8_t octets[1 << 20];

int main(void)
{
    struct toy_line line;
    size_t len = fread(octets, 1, sizeof octets, stdin);

    if (!toy_parse(octets, len, &line)) {
        puts("reject");
        return 0;
    }
    printf("accept:%u:", line.code);
    for (size_t at = 0; at < line.reason_len; at++)
        printf("%02x", line.reason[at]);
    putchar('\n');
    return 0;
}
