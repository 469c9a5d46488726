/* Says what a library makes of the response on standard input, in the words of `sip-status probe --exec`. */
#include "reading.h"

#include <stdio.h>
#include <stdlib.h>

static struct reading reading;
static char octets[1 << 21];

int main(void)
{
    size_t len = fread(octets, 1, sizeof octets, stdin);
    char *exact = malloc(len ? len : 1); /* So that a sanitizer sees what is read past its end. */

    if (!exact) return 2;
    memcpy(exact, octets, len);
    read_response(exact, len, &reading);
    free(exact);
    if (reading.verdict == REFUSED) return puts("reject") < 0;
    if (reading.verdict == REQUEST) return puts("request") < 0;
    printf("accept:%lld:", reading.code);
    for (size_t at = 0; at < reading.phrase_len; at++) printf("%02x", reading.phrase[at]);
    return puts("") < 0;
}
