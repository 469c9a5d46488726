/* Says what a library makes of the response on standard input, in the words of `sip-status probe --exec`. With `loop` as its
   argument it reads one response after another, as `--persistent` sends them: a number and LF, then that many octets. */
#include "reading.h"

#include <stdio.h>
#include <stdlib.h>

static struct reading reading;
static char octets[1 << 21];

static int say(size_t len)
{
    char *exact = malloc(len ? len : 1); /* So that a sanitizer sees what is read past its end. */

    if (!exact) return 2;
    memcpy(exact, octets, len);
    read_response(exact, len, &reading);
    free(exact);
    if (reading.verdict == REFUSED) {
        puts("reject");
    } else if (reading.verdict == REQUEST) {
        puts("request");
    } else {
        printf("accept:%lld:", reading.code);
        for (size_t at = 0; at < reading.phrase_len; at++) {
            putchar_unlocked("0123456789abcdef"[reading.phrase[at] >> 4]);
            putchar_unlocked("0123456789abcdef"[reading.phrase[at] & 15]);
        }
        puts("");
    }
    return fflush(stdout) ? 2 : 0;
}

int main(int argc, char **argv)
{
    size_t len;

    if (argc < 2 || strcmp(argv[1], "loop") != 0) return say(fread(octets, 1, sizeof octets, stdin));
    while (scanf("%zu%*1[\n]", &len) == 1 && len <= sizeof octets && fread(octets, 1, len, stdin) == len)
        if (say(len)) return 2;
    return 0;
}
