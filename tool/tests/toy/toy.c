#include "toy.h"

#include <stdlib.h>
#include <strings.h>

#define GUARD 0x70795f74u

unsigned toy_planted = TOY_VERDICT | TOY_HANG | TOY_CRASH;

static int is_digit(uint8_t octet) { return octet >= '0' && octet <= '9'; }

static int is_control(uint8_t octet) { return (octet < ' ' && octet != '\t') || octet == 0x7f; }

int toy_parse(const uint8_t *octets, size_t len, struct toy_line *out)
{
    size_t at = 8, end;

    if (len < at || strncasecmp((const char *)octets, "SIP/2.0 ", at) != 0)
        return 0;

    /* PLANTED, a wrong verdict: any number of digits is taken, and 16 bits wrap, so that 65736 is 200. */
    out->code = 0;
    if (at < len && octets[at] == '0')
        return 0;
    while (at < len && is_digit(octets[at]) && (at < 11 || toy_planted & TOY_VERDICT))
        out->code = (uint16_t)(out->code * 10 + (octets[at++] - '0'));
    if (out->code < 100 || out->code > 699)
        return 0;

    if (at == len || octets[at++] != ' ')
        return 0;

    end = at;
    for (;;) {
        if (end == len)
            return 0;
        if (octets[end] == '\r') {
            if (end + 1 < len && octets[end + 1] == '\n')
                break;
            /* PLANTED, a hang: a CR without LF is looked at for ever. */
            if (toy_planted & TOY_HANG)
                continue;
            return 0;
        }
        if (is_control(octets[end]))
            return 0;
        end++;
    }

    /* PLANTED, a crash: the phrase is copied, however long it is, over all that comes after the 64 octets. */
    out->guard = GUARD;
    out->reason_len = end - at;
    if (out->reason_len > sizeof out->reason && !(toy_planted & TOY_CRASH))
        return 0;
    for (volatile uint8_t *to = out->reason; at < end; at++)
        *to++ = octets[at];
    if (out->guard != GUARD)
        abort();
    return 1;
}
