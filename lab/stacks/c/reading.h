/* What a library makes of a response: each file beside this one but main.c asks one library, and defines `read_response`. */
#ifndef READING_H
#define READING_H

#include <stddef.h>
#include <string.h>

enum verdict { REFUSED, ACCEPTED, REQUEST };

struct reading {
    enum verdict verdict;
    long long code;
    size_t phrase_len;
    unsigned char phrase[1 << 21]; /* Of a longer one, the beginning. */
};

/* Reads a whole message, has the library write it again, and lets go of all that it took. */
#ifdef __cplusplus
extern "C" /* An exception that leaves it ends the program, as a crash does. */
#endif
void read_response(const char *octets, size_t len, struct reading *out);

static inline void accept_response(struct reading *out, long long code, const void *phrase, size_t len)
{
    out->verdict = ACCEPTED;
    out->code = code;
    out->phrase_len = len < sizeof out->phrase ? len : sizeof out->phrase;
    if (out->phrase_len) memcpy(out->phrase, phrase, out->phrase_len);
}

#endif
