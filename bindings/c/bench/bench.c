/*
 * What reading a status-line costs a C program, by this library, by hand, and by the SIP libraries of Debian; and how many
 * of corpus/reject each takes for a status-line.
 *
 *     bench MIX FILES...       a mix as lines.rs writes it, and the files of corpus/reject
 *
 * Each reader gets the line as it likes it best: with a NUL after it, or with an empty line so that it is a whole message.
 * A round runs every reader over all lines; the fastest round is printed, in CPU time of the thread.
 */
#define _GNU_SOURCE
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <sip_status_line.h>

#include "readers.h"

static size_t ours(const char *octets, size_t len, uint32_t policy) {
    sip_status_line line;
    ptrdiff_t read = sip_status_parse(octets, len, policy, &line);
    return read > 0 ? (size_t)read + line.code + line.phrase_match : 0;
}
static size_t interop(const char *octets, size_t len) { return ours(octets, len, SIP_STATUS_INTEROP); }
static size_t strict(const char *octets, size_t len) { return ours(octets, len, SIP_STATUS_STRICT); }

/* The call alone: no octet is read. */
static size_t call_alone(const char *octets, size_t len) {
    return (size_t)(sip_status_start_line(octets, len > 4 ? 4 : len) == SIP_STATUS_START_STATUS);
}

static size_t by_memchr(const char *octets, size_t len) {
    const char *lf = memchr(octets, '\n', len);
    int code;
    if (!lf || lf - octets < 13 || lf[-1] != '\r' || memcmp(octets, "SIP/2.0 ", 8)) return 0;
    if (!isdigit((unsigned char)octets[8]) || !isdigit((unsigned char)octets[9]) ||
        !isdigit((unsigned char)octets[10]) || octets[11] != ' ')
        return 0;
    code = (octets[8] - '0') * 100 + (octets[9] - '0') * 10 + (octets[10] - '0');
    return code < 100 || code > 699 ? 0 : (size_t)(lf - octets) + (size_t)code;
}

/* As parse_first_line() of Kamailio goes about it: case by |0x20, digits one by one, the phrase up to CR or LF. */
static size_t by_loop(const char *octets, size_t len) {
    const char *at = octets, *end = octets + len, *phrase;
    int code = 0, digits = 0;
    if (len < 14 || (at[0] | 0x20) != 's' || (at[1] | 0x20) != 'i' || (at[2] | 0x20) != 'p' || memcmp(at + 3, "/2.0 ", 5))
        return 0;
    for (at += 8; at < end && *at != ' '; at++, digits++) {
        if (*at < '0' || *at > '9') return 0;
        code = code * 10 + *at - '0';
    }
    if (digits != 3 || code < 100 || at == end) return 0;
    for (phrase = ++at; at < end && *at != '\r' && *at != '\n'; at++) continue;
    return at == end ? 0 : (size_t)code + (size_t)(at - phrase);
}

static size_t by_sscanf(const char *octets, size_t len) {
    int code;
    char phrase[8192];
    (void)len;
    *phrase = 0;
    return sscanf(octets, "SIP/2.0 %d %8191[^\r\n]", &code, phrase) < 1 ? 0 : (size_t)code + (unsigned char)*phrase + 1;
}

enum form { LINE, MESSAGE };
static const char headers[] = "Via: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK1\r\nFrom: <sip:a@192.0.2.1>;tag=1\r\n"
                              "To: <sip:b@192.0.2.1>;tag=2\r\nCall-ID: 1\r\nCSeq: 1 INVITE\r\nContent-Length: 0\r\n\r\n";
static const struct {
    const char *name;
    reader *read;
    enum form form;
} readers[] = {
    {"sip_status_parse, STRICT", strict, LINE},
    {"sip_status_parse, INTEROP", interop, LINE},
    {"sip_status_start_line: a call", call_alone, LINE},
    {"memchr, by hand", by_memchr, LINE},
    {"a loop in Kamailio's manner", by_loop, LINE},
    {"sscanf", by_sscanf, LINE},
    {"libosip2, a whole message", osip, MESSAGE},
    {"Sofia-SIP, a whole message", sofia, MESSAGE},
    {"libre, a whole message", libre, MESSAGE},
};
enum { READERS = sizeof readers / sizeof *readers, ROUNDS = 15, LINES = 1 << 16 };

/* Lines one after another, each with what its form asks for. */
struct lines {
    char *octets;
    size_t *starts;
    size_t count;
};
static struct lines mixes[2];

static void add(struct lines *to, enum form form, const char *octets, size_t len) {
    size_t start = to->count ? to->starts[to->count] : 0;
    size_t tail = form == LINE ? 0 : sizeof headers - 1;
    if (!to->starts) {
        to->starts = calloc(LINES + 1, sizeof *to->starts);
        to->octets = malloc((size_t)LINES * 512);
        if (!to->starts || !to->octets) abort();
    }
    memcpy(to->octets + start, octets, len);
    memcpy(to->octets + start + len, headers, tail);
    to->octets[start + len + tail] = 0;
    to->starts[++to->count] = start + len + tail + 1;
}

static double now(void) {
    struct timespec time;
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
    return (double)time.tv_sec * 1e9 + (double)time.tv_nsec;
}

static volatile size_t sink;

static size_t run(reader *read, const struct lines *lines, size_t *refused) {
    size_t at, sum = 0;
    for (at = 0; at < lines->count; at++) {
        size_t answer = read(lines->octets + lines->starts[at], lines->starts[at + 1] - lines->starts[at] - 1);
        sum += answer;
        if (refused) *refused += !answer;
    }
    sink = sum;
    return sum;
}

static int ascending(const void *a, const void *b) {
    double x = *(const double *)a, y = *(const double *)b;
    return (x > y) - (x < y);
}

int main(int argc, char **argv) {
    static double nanos[READERS][ROUNDS];
    static char octets[1 << 20];
    unsigned char len[2];
    size_t round, at;
    FILE *mix = argc > 1 ? fopen(argv[1], "rb") : NULL;
    if (!mix) return fputs("usage: bench MIX FILES...\n", stderr), 2;
    while (fread(len, 1, 2, mix) == 2) {
        size_t count = len[0] | (size_t)len[1] << 8;
        if (fread(octets, 1, count, mix) != count || mixes[0].count == LINES) abort();
        add(&mixes[LINE], LINE, octets, count);
        add(&mixes[MESSAGE], MESSAGE, octets, count);
    }
    if (!osip_is_ready() || !libre_is_ready()) abort();

    for (round = 0; round < ROUNDS; round++)
        for (at = 0; at < READERS; at++) {
            size_t turn = (round + at) % READERS;
            double start = now();
            run(readers[turn].read, &mixes[readers[turn].form], NULL);
            nanos[turn][round] = (now() - start) / LINES;
        }
    printf("| %s | ns a line | refused | of %d rejects taken |\n| --- | --: | --: | --: |\n", argv[1], argc - 2);
    for (at = 0; at < READERS; at++) {
        size_t refused = 0;
        int taken = 0, file;
        run(readers[at].read, &mixes[readers[at].form], &refused);
        for (file = 2; file < argc; file++) {
            FILE *stream = fopen(argv[file], "rb");
            size_t count, tail = readers[at].form == LINE ? 0 : sizeof headers - 1;
            char *area;
            if (!stream) abort();
            count = fread(octets, 1, sizeof octets, stream);
            fclose(stream);
            area = calloc(1, count + tail + 1);
            memcpy(area, octets, count);
            memcpy(area + count, headers, tail);
            taken += readers[at].read != call_alone && readers[at].read(area, count + tail) > 0;
            free(area);
        }
        qsort(nanos[at], ROUNDS, sizeof nanos[at][0], ascending);
        printf("| %s | %.1f | %.1f %% | %d |\n", readers[at].name, nanos[at][0],
               100.0 * (double)refused / LINES, taken);
    }
    return 0;
}
