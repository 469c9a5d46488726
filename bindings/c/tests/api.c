/* What the header promises, asked by a C or C++ program. Each area is malloc'd to its size, so that a sanitizer or
   valgrind sees the first octet that is touched beyond it. */
#include "sip_status_line.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int failures;

#define CHECK(what) ((what) ? (void)0 : fail(__LINE__, #what))

static void fail(int line, const char *what) {
    fprintf(stderr, "api.c:%d: %s\n", line, what);
    failures++;
}

/* The same octets, and nothing after them. */
static char *copy(const char *octets, size_t len) {
    char *area = (char *)malloc(len ? len : 1);
    if (!area) abort();
    memcpy(area, octets, len);
    return area;
}

static ptrdiff_t parse(const char *text, uint32_t flags, sip_status_line *line) {
    size_t len = strlen(text);
    char *area = copy(text, len);
    ptrdiff_t answer = sip_status_parse(area, len, flags, line);
    if (answer > 0) CHECK(line->reason >= area && line->reason + line->reason_len <= area + len);
    /* What is pointed at goes with the area, so point at the same octets of the text. */
    if (answer > 0) line->reason = text + (line->reason - area);
    free(area);
    return answer;
}

static int is_none(const sip_status_line *line) {
    return line->code == 0 && line->phrase_match == 0 && line->deviations == 0 && line->reason == NULL &&
           line->reason_len == 0 && line->offset == 0;
}

static void reads(void) {
    sip_status_line line;
    CHECK(parse("SIP/2.0 486 Busy here\r\nVia: x\r\n", SIP_STATUS_STRICT, &line) == 23);
    CHECK(line.code == 486 && line.reason_len == 9 && !memcmp(line.reason, "Busy here", 9));
    CHECK(line.phrase_match == SIP_STATUS_PHRASE_CASE && line.deviations == 0 && line.offset == 0);

    CHECK(parse("SIP/2.0 200 OK\r\n", 0, &line) == 16 && line.phrase_match == SIP_STATUS_PHRASE_EXACT);
    CHECK(parse("SIP/2.0 500 Internal Server Error\r\n", 0, &line) == 35);
    CHECK(line.phrase_match == SIP_STATUS_PHRASE_ALIAS);
    CHECK(parse("SIP/2.0 200 \r\n", 0, &line) == 14 && line.phrase_match == SIP_STATUS_PHRASE_EMPTY);
    CHECK(line.reason != NULL && line.reason_len == 0);
    CHECK(parse("SIP/2.0 200 Out of Cheese\r\n", 0, &line) == 27 && line.phrase_match == SIP_STATUS_PHRASE_CUSTOM);
    CHECK(parse("SIP/2.0 498 Odd\r\n", 0, &line) == 17 && line.phrase_match == SIP_STATUS_PHRASE_UNREGISTERED);

    CHECK(parse("\r\nsip/2.0 200\r\n", SIP_STATUS_INTEROP, &line) == 15);
    CHECK(line.deviations ==
          (SIP_STATUS_LEADING_CRLF | SIP_STATUS_VERSION_CASE | SIP_STATUS_NO_REASON_SPACE));
    CHECK(parse("SIP/2.0  200 [OK]\n", SIP_STATUS_OBSERVE, &line) == 18);
    CHECK(line.deviations == (SIP_STATUS_SPACING | SIP_STATUS_REASON_OCTETS | SIP_STATUS_BARE_LF));
    CHECK(parse("SIP/2.0 200 OK", SIP_STATUS_OBSERVE, &line) == 14 && line.deviations == SIP_STATUS_NO_LINE_END);
}

static void refuses(void) {
    sip_status_line line;
    CHECK(parse("SIP/3.0 200 OK\r\n", 0, &line) == SIP_STATUS_E_VERSION && line.offset == 4 && line.code == 0);
    CHECK(parse("SIP/2.0200 OK\r\n", 0, &line) == SIP_STATUS_E_VERSION_SPACE && line.offset == 7);
    CHECK(parse("SIP/2.0 700 OK\r\n", 0, &line) == SIP_STATUS_E_CODE && line.offset == 8);
    CHECK(parse("SIP/2.0 4294967301 No\r\n", SIP_STATUS_OBSERVE, &line) == SIP_STATUS_E_CODE_SPACE);
    CHECK(line.offset == 11 && line.code == 0 && line.reason == NULL);
    CHECK(parse("SIP/2.0 200 O\x01K\r\n", SIP_STATUS_OBSERVE, &line) == SIP_STATUS_E_REASON && line.offset == 13);
    CHECK(line.code == 200 && line.phrase_match == 0);
    CHECK(parse("SIP/2.0 200 OK\rVia: x\r\n", SIP_STATUS_OBSERVE, &line) == SIP_STATUS_E_LINE_ENDING);
    CHECK(parse("SIP/2.0 200 O", 0, &line) == SIP_STATUS_E_TRUNCATED && line.offset == 13 && line.code == 200);
    CHECK(parse("SIP/2.0 200 OK\n", SIP_STATUS_INTEROP, &line) == SIP_STATUS_E_LINE_ENDING);

    char *text = (char *)malloc(SIP_STATUS_MAX_LEN + 2);
    if (!text) abort();
    memset(text, 'a', SIP_STATUS_MAX_LEN);
    memcpy(text, "SIP/2.0 200 ", 12);
    memcpy(text + SIP_STATUS_MAX_LEN - 2, "\r\n", 3);
    CHECK(parse(text, 0, &line) == SIP_STATUS_MAX_LEN);
    memcpy(text + SIP_STATUS_MAX_LEN - 2, "a\r\n", 4);
    CHECK(parse(text, 0, &line) == SIP_STATUS_E_LENGTH && line.offset == SIP_STATUS_MAX_LEN - 2);
    free(text);
}

static void reads_streams(void) {
    static const char text[] = "SIP/2.0 180 Ringing\r\nVia: x\r\n";
    sip_status_line line;
    size_t len;
    for (len = 0; len < sizeof text; len++) {
        char *area = copy(text, len);
        ptrdiff_t answer = sip_status_parse(area, len, SIP_STATUS_STRICT | SIP_STATUS_STREAM, &line);
        CHECK(answer == (len < 21 ? 0 : 21));
        CHECK(len < 21 ? is_none(&line) : line.code == 180);
        free(area);
    }
    CHECK(parse("SIP/2.0 7", SIP_STATUS_STREAM, &line) == SIP_STATUS_E_CODE);
}

static void answers_what_cannot_be_used(void) {
    static const char text[] = "SIP/2.0 200 OK\r\n";
    const size_t too_long = (size_t)PTRDIFF_MAX + 1;
    sip_status_line line;
    unsigned bit;
    memset(&line, 0xAA, sizeof line);
    CHECK(sip_status_parse(NULL, 1, 0, &line) == SIP_STATUS_E_ARGUMENT && is_none(&line));
    memset(&line, 0xAA, sizeof line);
    CHECK(sip_status_parse(text, too_long, 0, &line) == SIP_STATUS_E_ARGUMENT && is_none(&line));
    for (bit = 7; bit < 31; bit++) {
        memset(&line, 0xAA, sizeof line);
        CHECK(sip_status_parse(text, 16, 1u << bit, &line) == SIP_STATUS_E_ARGUMENT && is_none(&line));
    }
    CHECK(sip_status_parse(NULL, 0, 0, NULL) == SIP_STATUS_E_TRUNCATED);
    CHECK(sip_status_parse(NULL, 0, SIP_STATUS_STREAM, &line) == 0 && is_none(&line));
    CHECK(sip_status_parse(text, 16, 0, NULL) == 16);

    CHECK(sip_status_start_line(NULL, 0) == SIP_STATUS_START_OPEN);
    CHECK(sip_status_start_line(NULL, 1) == SIP_STATUS_E_ARGUMENT);
    CHECK(sip_status_start_line(text, too_long) == SIP_STATUS_E_ARGUMENT);
    CHECK(sip_status_start_line("\r\nSI", 4) == SIP_STATUS_START_OPEN);
    CHECK(sip_status_start_line("SIP/", 4) == SIP_STATUS_START_STATUS);
    CHECK(sip_status_start_line("INVITE", 6) == SIP_STATUS_START_REQUEST);
}

static size_t format(size_t size, unsigned code, const char *reason, const char *expected) {
    char *area = (char *)malloc(size ? size : 1);
    if (!area) abort();
    size_t len = sip_status_format(area, size, code, reason, strlen(reason));
    if (size) CHECK(!strcmp(area, expected));
    free(area);
    return len;
}

static void writes(void) {
    const size_t too_long = (size_t)PTRDIFF_MAX + 1;
    char area[32];
    CHECK(format(64, 486, "Busy [100%]", "SIP/2.0 486 Busy %5B100%25%5D\r\n") == 31);
    CHECK(format(32, 486, "Busy [100%]", "SIP/2.0 486 Busy %5B100%25%5D\r\n") == 31);
    CHECK(format(31, 486, "Busy [100%]", "") == 31);
    CHECK(format(1, 200, "OK", "") == 16);
    CHECK(format(0, 200, "OK", "") == 16);
    CHECK(format(64, 200, "", "SIP/2.0 200 \r\n") == 14);
    CHECK(format(64, 99, "OK", "") == 0 && format(64, 700, "OK", "") == 0 && format(64, UINT_MAX, "OK", "") == 0);
    CHECK(format(64, 200, "OK\r\nContact: <sip:eve@example.net>", "") == 0);
    CHECK(sip_status_format(NULL, 0, 200, NULL, 0) == 14);
    CHECK(sip_status_format(NULL, 1, 200, NULL, 0) == 0);
    CHECK(sip_status_format(area, sizeof area, 200, NULL, 1) == 0 && !*area);
    CHECK(sip_status_format(area, too_long, 200, "OK", 2) == 0 && !*area);
    CHECK(sip_status_format(area, sizeof area, 200, "OK", too_long) == 0 && !*area);
    memcpy(area, "OK", 2);
    CHECK(sip_status_format(area, sizeof area, 200, area, 2) == 0 && !*area);
    memcpy(area + 17, "OK", 2);
    CHECK(sip_status_format(area, 17, 200, area + 17, 2) == 16 && !strcmp(area, "SIP/2.0 200 OK\r\n"));
}

static void knows_the_registry(void) {
    static const uint16_t codes[] = {180, 700, 486, 401, 401};
    const size_t too_long = (size_t)PTRDIFF_MAX;
    CHECK(!strcmp(sip_status_phrase(486), "Busy Here"));
    CHECK(!sip_status_phrase(0) && !sip_status_phrase(498) && !sip_status_phrase(700) && !sip_status_phrase(UINT_MAX));
    CHECK(sip_status_class(100) == 1 && sip_status_class(699) == 6);
    CHECK(sip_status_class(99) == 0 && sip_status_class(700) == 0 && sip_status_class(65636) == 0);
    CHECK(sip_status_fallback(180) == 183 && sip_status_fallback(430) == 400 && sip_status_fallback(700) == 0);
    CHECK(sip_status_from_q850(17) == 486 && sip_status_from_q850(16) == 0 && sip_status_from_q850(273) == 0);
    CHECK(sip_status_to_q850(486) == 17 && sip_status_to_q850(200) == 0 && sip_status_to_q850(700) == 0);
    CHECK(sip_status_retry(401) == SIP_STATUS_RETRY_WITH_CREDENTIALS && sip_status_retry(700) == 0);
    CHECK(sip_status_repeat(403) == SIP_STATUS_REPEAT_NEVER && sip_status_repeat(0) == 0);
    CHECK(sip_status_failover(503) == SIP_STATUS_FAILOVER_NEXT_ELEMENT && sip_status_failover(99) == 0);
    CHECK(sip_status_proxying(603) == SIP_STATUS_PROXYING_CANCEL_REST && sip_status_proxying(UINT_MAX) == 0);
    CHECK(sip_status_best(codes, 5) == 3 && sip_status_best(codes, 3) == 2 && sip_status_best(codes, 2) == -1);
    CHECK(sip_status_best(NULL, 0) == -1 && sip_status_best(NULL, 1) == -1 && sip_status_best(codes, too_long) == -1);
    CHECK(!strcmp(sip_status_strerror(SIP_STATUS_E_CODE_SPACE), "expected a space after the status code"));
    CHECK(!strcmp(sip_status_strerror(-1000), "unknown error"));
    CHECK(!strcmp(sip_status_deviation(SIP_STATUS_BARE_LF | SIP_STATUS_NO_LINE_END), "The line ends in LF alone."));
    CHECK(!sip_status_deviation(0) && !sip_status_deviation(SIP_STATUS_STREAM));
}

int main(void) {
    CHECK(SIP_STATUS_INTEROP == (SIP_STATUS_STRICT | SIP_STATUS_LEADING_CRLF | SIP_STATUS_NO_REASON_SPACE |
                                 SIP_STATUS_REASON_OCTETS));
    CHECK(SIP_STATUS_OBSERVE == (SIP_STATUS_INTEROP | SIP_STATUS_SPACING | SIP_STATUS_BARE_LF |
                                 SIP_STATUS_NO_LINE_END));
    reads();
    refuses();
    reads_streams();
    answers_what_cannot_be_used();
    writes();
    knows_the_registry();
    return failures != 0;
}
