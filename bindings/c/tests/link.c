/* Calls every function, and brings the four functions of memory itself: there is nothing else to be had. */
#include "sip_status_line.h"

void *memcpy(void *to, const void *from, size_t len);
void *memmove(void *to, const void *from, size_t len);
void *memset(void *to, int octet, size_t len);
int memcmp(const void *a, const void *b, size_t len);
int bcmp(const void *a, const void *b, size_t len);
void start(void);

void *memcpy(void *to, const void *from, size_t len) { return memmove(to, from, len); }

void *memmove(void *to, const void *from, size_t len) {
    volatile char *t = (volatile char *)to;
    const volatile char *f = (const volatile char *)from;
    if (t < f)
        for (; len; len--) *t++ = *f++;
    else
        while (len--) t[len] = f[len];
    return to;
}

void *memset(void *to, int octet, size_t len) {
    volatile char *t = (volatile char *)to;
    while (len--) t[len] = (char)octet;
    return to;
}

int memcmp(const void *a, const void *b, size_t len) {
    const unsigned char *x = (const unsigned char *)a, *y = (const unsigned char *)b;
    for (; len; len--, x++, y++)
        if (*x != *y) return *x - *y;
    return 0;
}

int bcmp(const void *a, const void *b, size_t len) { return memcmp(a, b, len); }

char octets[9000];
uint16_t codes[9];
volatile size_t len, size;
volatile unsigned number;
volatile const void *answer;

void start(void) {
    sip_status_line line;
    number = (unsigned)sip_status_parse(octets, len, number, &line);
    number = (unsigned)sip_status_format(octets, size, number, line.reason, line.reason_len);
    number = (unsigned)(sip_status_start_line(octets, len) + sip_status_class(number));
    number = sip_status_fallback(number) + sip_status_from_q850(number) + sip_status_to_q850(number);
    number = (unsigned)(sip_status_retry(number) + sip_status_repeat(number) + sip_status_failover(number) +
                        sip_status_proxying(number) + sip_status_best(codes, len));
    answer = sip_status_strerror((ptrdiff_t)number);
    answer = sip_status_deviation(number);
    answer = sip_status_phrase(number);
}
