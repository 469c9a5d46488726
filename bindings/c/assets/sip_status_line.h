/*
 * sip_status_line.h - the first line of a SIP response, read, judged and written
 *
 *     SIP/2.0 486 Busy Here\r\n              RFC 3261, section 7.2
 *
 * BUILD
 *     cc program.c $(pkg-config --cflags --libs sip_status_line)
 *
 * EXAMPLE
 *     sip_status_line line;
 *     ptrdiff_t n = sip_status_parse(buf, len, SIP_STATUS_INTEROP, &line);
 *     if (n < 0)
 *         fprintf(stderr, "%s at octet %zu\n", sip_status_strerror(n), line.offset);
 *     else
 *         printf("%u %.*s\n", (unsigned)line.code, (int)line.reason_len, line.reason);
 *
 * IN GENERAL
 *     No function allocates, keeps state, sets errno, or calls anything but memcpy, memcmp and their like.
 *     All may be called from any thread and from a signal handler. No input makes one abort. Strings that are
 *     returned are constant and end in NUL; what is given in as a pointer and a length need not.
 *
 *     A pointer that goes with a length has to point at that many octets; NULL is taken for no octets where the
 *     length is 0. NULL with another length, a length beyond PTRDIFF_MAX and a bit without a name below are refused:
 *     each function says how.
 */
#ifndef SIP_STATUS_LINE_H
#define SIP_STATUS_LINE_H

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/*
 * DEVIATIONS
 *     How a line departs from the one that sip_status_format() would write. A policy is a set of them: those that
 *     are allowed. sip_status_deviation() says in a sentence what each means.
 */
#define SIP_STATUS_VERSION_CASE    0x01u /* "sip/2.0", in any case */
#define SIP_STATUS_LEADING_CRLF    0x02u /* CRLFs come before the line */
#define SIP_STATUS_NO_REASON_SPACE 0x04u /* the line ends right after the code */
#define SIP_STATUS_REASON_OCTETS   0x08u /* the phrase has an octet that its ABNF excludes */
#define SIP_STATUS_SPACING         0x10u /* a separator is not exactly one space */
#define SIP_STATUS_BARE_LF         0x20u /* the line ends in LF alone */
#define SIP_STATUS_NO_LINE_END     0x40u /* the input stops where the line should end */

/*
 * POLICIES
 *     STRICT   RFC 3261 and nothing more. That includes a version in any case, which receivers must take.
 *     INTEROP  also what deployed stacks send and whose meaning is settled. For proxies. Other receivers may misread
 *              such a line, so a relay sends it formatted anew and never as received.
 *     OBSERVE  also what only a decoder should take: receivers disagree on what such octets say.
 */
#define SIP_STATUS_STRICT  SIP_STATUS_VERSION_CASE
#define SIP_STATUS_INTEROP 0x0Fu
#define SIP_STATUS_OBSERVE 0x7Fu

/* A flag beside the policy: the octets are the beginning of a stream, and more may come. */
#define SIP_STATUS_STREAM 0x80000000u

/* The most octets that a line may have, leading CRLFs and line ending included. */
#define SIP_STATUS_MAX_LEN 8192

/* ERRORS: what was expected at `offset`. They are negative, and stay as they are. */
#define SIP_STATUS_E_VERSION       (-1) /* SIP/2.0 */
#define SIP_STATUS_E_VERSION_SPACE (-2) /* the space after the version */
#define SIP_STATUS_E_CODE          (-3) /* three digits, 100 to 699 */
#define SIP_STATUS_E_CODE_SPACE    (-4) /* the space after the code, also where a fourth digit stands */
#define SIP_STATUS_E_REASON        (-5) /* an octet of the reason phrase */
#define SIP_STATUS_E_LINE_ENDING   (-6) /* CR LF */
#define SIP_STATUS_E_LENGTH        (-7) /* a line of at most SIP_STATUS_MAX_LEN octets */
#define SIP_STATUS_E_TRUNCATED     (-8) /* more octets: the input ends before the line does */
#define SIP_STATUS_E_ARGUMENT      (-9) /* usable arguments: nothing was read */

/* PHRASE MATCH: how a phrase stands to the one that is registered for the code. */
#define SIP_STATUS_PHRASE_EXACT        1 /* the registered phrase */
#define SIP_STATUS_PHRASE_CASE         2 /* the registered phrase in another case */
#define SIP_STATUS_PHRASE_ALIAS        3 /* another known wording of it */
#define SIP_STATUS_PHRASE_EMPTY        4 /* no phrase */
#define SIP_STATUS_PHRASE_CUSTOM       5 /* a wording that is not known */
#define SIP_STATUS_PHRASE_UNREGISTERED 6 /* the code has no registered phrase to compare with */

/* A status-line that was read, or how far that went. 32 octets where pointers have 8. */
typedef struct sip_status_line {
    uint16_t    code;         /* 100 to 699; on error the code if it had been read, else 0 */
    uint8_t     phrase_match; /* SIP_STATUS_PHRASE_EXACT, ...; 0 if there is no line */
    uint32_t    deviations;   /* SIP_STATUS_BARE_LF | ...; 0 if the line is the canonical one */
    const char *reason;       /* the phrase: points into the input, does not end in NUL; NULL if there is no line */
    size_t      reason_len;   /* how many octets it has; may be 0 */
    size_t      offset;       /* on error: the first octet that cannot stand, counted from 0; else 0 */
} sip_status_line;

/*
 * sip_status_parse - read the status-line at the start of `buf`
 *
 * DESCRIPTION
 *     Reads one line, by the policy in `flags`, and writes to `*line` what it says. `line` may be NULL. Octets after
 *     the line are not looked at, and neither are those beyond SIP_STATUS_MAX_LEN. Nothing is copied: `line->reason`
 *     is valid as long as the octets at `buf` are.
 *
 *     Without SIP_STATUS_STREAM the `len` octets are all there is: a datagram, or a whole message. With it, more may
 *     come. Ask again with the same octets and those that came since.
 *
 * RETURN VALUE
 *     > 0   there is a line: how many octets it takes, leading CRLFs and the line ending included.
 *     0     so far so good, more octets are needed. Only with SIP_STATUS_STREAM, and exactly if some continuation
 *           would be accepted; any other answer stands, however the stream goes on.
 *     < 0   an SIP_STATUS_E_...: there is no line. `line->offset` is the first octet that cannot stand.
 *           SIP_STATUS_E_ARGUMENT if `buf` is NULL and `len` is not 0, `len` exceeds PTRDIFF_MAX, or `flags` has a
 *           bit without a name.
 *
 *     Whatever the answer, every member of `*line` is set; what does not apply is 0 or NULL.
 */
ptrdiff_t sip_status_parse(const char *buf, size_t len, uint32_t flags, sip_status_line *line);

/*
 * sip_status_format - write a status-line
 *
 * DESCRIPTION
 *     As snprintf(): writes the canonical line of `code` and the `reason_len` octets at `reason`, CR LF and a
 *     terminating NUL into the `size` octets at `buf`. Octets of the phrase that RFC 3261 excludes, a quote say, are
 *     written as %HH, so that SIP_STATUS_STRICT accepts the line. What is written can never be two lines.
 *
 *     `buf` may be NULL if `size` is 0, to learn the length. `reason` may be NULL if `reason_len` is 0: a line may
 *     be without phrase. sip_status_phrase() has the registered one. The two areas may not overlap.
 *
 * RETURN VALUE
 *     How many octets the line takes, NUL not included; with escapes that can be more than SIP_STATUS_MAX_LEN, which a
 *     receiver need not take. The line was written if that is less than `size`; otherwise `buf` holds an empty string,
 *     unlike with snprintf(): half a line is never sent by mistake.
 *
 *     0, and an empty string, if there is no such line: `code` is not 100 to 699, or the phrase holds a control
 *     octet (CR, LF and NUL among them) other than HTAB. Also if an area is NULL or longer than PTRDIFF_MAX, the
 *     phrase longer than PTRDIFF_MAX / 4, or if the two overlap.
 */
size_t sip_status_format(char *buf, size_t size, unsigned code, const char *reason, size_t reason_len);

/*
 * sip_status_start_line - tell a response from a request
 *
 * RETURN VALUE
 *     SIP_STATUS_START_STATUS   the message begins with a status-line, if perhaps a bad one: with "SIP/", after any
 *                               CRLFs.
 *     SIP_STATUS_START_REQUEST  it begins otherwise, and is for a parser of requests to judge.
 *     SIP_STATUS_START_OPEN     the octets are too few to tell: at most four after the CRLFs are needed.
 *     SIP_STATUS_E_ARGUMENT     `buf` is NULL and `len` is not 0, or `len` exceeds PTRDIFF_MAX.
 */
#define SIP_STATUS_START_OPEN    0
#define SIP_STATUS_START_REQUEST 1
#define SIP_STATUS_START_STATUS  2
int sip_status_start_line(const char *buf, size_t len);

/*
 * sip_status_strerror - an SIP_STATUS_E_... in words
 *
 * RETURN VALUE
 *     Such as "expected a space after the status code". For 0 "more octets are needed", for what is positive
 *     "no error", for other numbers "unknown error". Never NULL.
 */
const char *sip_status_strerror(ptrdiff_t error);

/*
 * sip_status_deviation - one deviation in words
 *
 * RETURN VALUE
 *     Such as "The line ends in LF alone." Of several bits the lowest is explained; NULL if none has a name.
 */
const char *sip_status_deviation(uint32_t deviation);

/*
 * sip_status_phrase - the phrase that is registered for a code
 *
 * RETURN VALUE
 *     Such as "Busy Here", or NULL if `code` has none. A few unregistered codes that are widely seen have their usual
 *     phrase.
 */
const char *sip_status_phrase(unsigned code);

/*
 * sip_status_class - the class of a code
 *
 * RETURN VALUE
 *     Its first digit: 1 provisional, 2 success, 3 redirection, 4 client error, 5 server error, 6 global failure;
 *     0 if `code` is not 100 to 699.
 */
int sip_status_class(unsigned code);

/*
 * sip_status_fallback - what a code that is not understood is taken for (RFC 3261, section 8.1.3.2)
 *
 * RETURN VALUE
 *     100 for 100, 183 for another provisional code, else the x00 of the class; 0 if `code` is not 100 to 699.
 */
unsigned sip_status_fallback(unsigned code);

/*
 * sip_status_from_q850 - the status code that a gateway sends for a Q.850 cause (RFC 3398, section 7.2.4.1)
 *
 * RETURN VALUE
 *     The code, 500 for a cause that the RFC does not list; 0 for 16 (normal call clearing becomes BYE or CANCEL),
 *     for 44, and for what is no cause: 0, and 128 or more.
 */
unsigned sip_status_from_q850(unsigned cause);

/*
 * sip_status_to_q850 - the Q.850 cause with which a gateway ends a call that a response ended (RFC 3398, section 8.2.6.1)
 *
 * RETURN VALUE
 *     The cause, 31 for a code that the RFC does not list; its location is the user for 6xx, else the network. 0 for
 *     1xx, 2xx and 487, which have none, and for what is no code.
 */
unsigned sip_status_to_q850(unsigned code);

/*
 * sip_status_best - which of several final responses a forking proxy forwards (RFC 3261, section 16.7, step 6)
 *
 * DESCRIPTION
 *     That is not the lowest: a 2xx, else a 6xx, else the lowest class; among 4xx those that tell the client what to
 *     change go first, among 5xx a 503 last. Of equals the first is taken. Provisional codes, and numbers that are no
 *     code, are passed over.
 *
 * RETURN VALUE
 *     Its place among the `count` codes, counted from 0; -1 if there is none, if `codes` is NULL or not aligned, or
 *     if they take more than PTRDIFF_MAX octets.
 */
ptrdiff_t sip_status_best(const uint16_t *codes, size_t count);

/*
 * sip_status_retry - what a client can do about a response, at the server that sent it
 *
 * RETURN VALUE
 *     One of these; 0 if `code` is not 100 to 699. A code that is not registered has the answer of its class.
 */
#define SIP_STATUS_RETRY_NO_NEED          1 /* nothing: the request is still open, or succeeded */
#define SIP_STATUS_RETRY_NO               2 /* give up here */
#define SIP_STATUS_RETRY_WITH_CREDENTIALS 3 /* send it again with an answer to the challenge, once */
#define SIP_STATUS_RETRY_CHANGED          4 /* send another request, changed as the response asks */
#define SIP_STATUS_RETRY_WITH_CONSENT     5 /* only once a person has agreed, never by the program alone */
#define SIP_STATUS_RETRY_LATER            6 /* at the time in Retry-After */
int sip_status_retry(unsigned code);

/*
 * sip_status_repeat - whether the same request, unchanged, may ever be sent there again
 *
 * RETURN VALUE
 *     One of these; 0 if `code` is not 100 to 699.
 */
#define SIP_STATUS_REPEAT_NO_NEED        1 /* there is no need to */
#define SIP_STATUS_REPEAT_NEVER          2 /* no: only a changed one */
#define SIP_STATUS_REPEAT_AT_RETRY_AFTER 3 /* at the time in Retry-After, and not without that field */
#define SIP_STATUS_REPEAT_LATER          4 /* later, also without Retry-After */
int sip_status_repeat(unsigned code);

/*
 * sip_status_failover - where else the same request may be sent now
 *
 * RETURN VALUE
 *     One of these; 0 if `code` is not 100 to 699.
 */
#define SIP_STATUS_FAILOVER_NOWHERE      1 /* nowhere: there is no failure, or it holds everywhere */
#define SIP_STATUS_FAILOVER_CONTACTS     2 /* to the URIs in Contact */
#define SIP_STATUS_FAILOVER_FLOW         3 /* over another flow to the same user agent (RFC 5626) */
#define SIP_STATUS_FAILOVER_NEXT_ELEMENT 4 /* to the next element for the same target (RFC 3263) */
#define SIP_STATUS_FAILOVER_SERVER       5 /* to another server, if one is known */
int sip_status_failover(unsigned code);

/*
 * sip_status_proxying - what a stateful proxy does with a response (RFC 3261, section 16.7)
 *
 * RETURN VALUE
 *     One of these; 0 if `code` is not 100 to 699.
 */
#define SIP_STATUS_PROXYING_NEVER           1 /* keep it: it is for this hop alone */
#define SIP_STATUS_PROXYING_AT_ONCE         2 /* forward it at once */
#define SIP_STATUS_PROXYING_HOLD            3 /* hold it until the best is known */
#define SIP_STATUS_PROXYING_JOIN_CHALLENGES 4 /* hold it; if it is the best, join the challenges of all to it */
#define SIP_STATUS_PROXYING_AS_500          5 /* hold it; if it is the best, forward a 500 in its place */
#define SIP_STATUS_PROXYING_CANCEL_REST     6 /* hold it, cancel what is pending, and open no new branch */
int sip_status_proxying(unsigned code);

#ifdef __cplusplus
}
#endif

#endif
