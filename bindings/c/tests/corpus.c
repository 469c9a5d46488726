/* Writes corpus/verdicts.tsv as the C library would have it: for each row on standard input, which names a file, the
   row that the library makes of that file. To be run in the directory of the corpus.

   Each file is also read as a stream, octet by octet: what is once said has to stand. */
#include "sip_status_line.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const uint32_t policies[] = {SIP_STATUS_STRICT, SIP_STATUS_INTEROP, SIP_STATUS_OBSERVE};
static const char *const errors[] = {"version", "version-space", "code",   "code-space",
                                     "reason",  "line-ending",   "length", "truncated"};
static const char *const names[] = {"VERSION_CASE", "LEADING_CRLF", "NO_REASON_SPACE", "REASON_OCTETS",
                                    "SPACING",      "BARE_LF",      "NO_LINE_END"};

static void die(const char *file, const char *why) {
    fprintf(stderr, "%s: %s\n", file, why);
    exit(1);
}

static void answer(ptrdiff_t len, const sip_status_line *line) {
    const char *separator = ":";
    size_t bit;
    if (len < 0) {
        printf("\treject:%s@%lu", errors[-len - 1], (unsigned long)line->offset);
        return;
    }
    printf("\taccept");
    for (bit = 0; bit < sizeof names / sizeof *names; bit++)
        if (line->deviations >> bit & 1) {
            printf("%s%s", separator, names[bit]);
            separator = "|";
        }
}

/* The octets of a file, in an area without room for more. */
static char *load(const char *file, size_t *len) {
    static char octets[1 << 20];
    FILE *stream = fopen(file, "rb");
    char *area;
    if (!stream) die(file, "cannot be opened");
    *len = fread(octets, 1, sizeof octets, stream);
    fclose(stream);
    area = (char *)malloc(*len ? *len : 1);
    if (!area) die(file, "no memory");
    memcpy(area, octets, *len);
    return area;
}

static void stream(const char *file, const char *octets, size_t len, uint32_t policy) {
    sip_status_line line, settled;
    ptrdiff_t said = 0;
    size_t come;
    memset(&settled, 0, sizeof settled);
    for (come = 0; come <= len; come++) {
        ptrdiff_t now = sip_status_parse(octets, come, policy | SIP_STATUS_STREAM, &line);
        if (said && (now != said || line.code != settled.code || line.reason_len != settled.reason_len ||
                     line.deviations != settled.deviations || line.offset != settled.offset))
            die(file, "an answer changed");
        said = now;
        settled = line;
    }
    /* To a whole line a stream says what a datagram does. */
    come = (size_t)sip_status_parse(octets, len, policy & ~SIP_STATUS_NO_LINE_END, &line);
    if (said ? (ptrdiff_t)come != said : (ptrdiff_t)come != SIP_STATUS_E_TRUNCATED)
        die(file, "a stream and a datagram differ");
}

int main(void) {
    char row[4096];
    sip_status_line line;
    size_t len, at;
    if (!fgets(row, sizeof row, stdin)) die("verdicts", "no header");
    fputs(row, stdout);
    while (fgets(row, sizeof row, stdin)) {
        char *octets;
        ptrdiff_t read;
        row[strcspn(row, "\t\n")] = 0;
        octets = load(row, &len);
        read = sip_status_parse(octets, len, SIP_STATUS_OBSERVE, &line);
        printf("%s\t", row);
        if (read > 0) {
            printf("%u\t", (unsigned)line.code);
            for (at = 0; at < line.reason_len; at++) printf("%02x", (unsigned)(unsigned char)line.reason[at]);
            printf("\t%lu", (unsigned long)(len - (size_t)read));
        } else {
            printf("\t\t");
        }
        for (at = 0; at < sizeof policies / sizeof *policies; at++) {
            read = sip_status_parse(octets, len, policies[at], &line);
            answer(read, &line);
            stream(row, octets, len, policies[at]);
        }
        putchar('\n');
        free(octets);
    }
    return 0;
}
