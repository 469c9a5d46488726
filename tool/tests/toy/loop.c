/* As main.c, line after line, as `sip-status probe --persistent` sends them: a number and LF, then that many octets.
   Each in a piece of memory of its own, so that a sanitizer sees what reads beyond it. */
#include "toy.h"

#include <stdio.h>
#include <stdlib.h>

/* As long as any phrase, so that what overflows the line is the same on every machine. */
static struct {
    struct toy_line line;
    uint8_t room[1 << 20];
} memory;

int main(void)
{
    struct toy_line *line = &memory.line;
    size_t len;

    while (scanf("%zu%*1[\n]", &len) == 1) {
        uint8_t *octets = malloc(len ? len : 1);

        if (!octets || fread(octets, 1, len, stdin) != len)
            return 2;
        if (toy_parse(octets, len, line)) {
            printf("accept:%u:", line->code);
            for (size_t at = 0; at < line->reason_len; at++)
                printf("%02x", line->reason[at]);
            putchar('\n');
        } else {
            puts("reject");
        }
        free(octets);
        fflush(stdout);
    }
    return 0;
}
