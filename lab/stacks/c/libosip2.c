/* libosip2: osip_message_parse. It copies the octets, and ends the copy with a NUL. */
#include "reading.h"

#include <osipparser2/osip_parser.h>
#include <stdio.h>
#include <stdlib.h>

void read_response(const char *octets, size_t len, struct reading *out)
{
    static int is_ready;
    osip_message_t *message = NULL;
    char *written = NULL;
    size_t written_len;

    if (!is_ready) {
        osip_trace_initialize(TRACE_LEVEL0, stderr); /* Its log, which would go to standard output. */
        is_ready = !parser_init();
    }
    out->verdict = REFUSED;
    if (osip_message_init(&message)) return;
    if (!osip_message_parse(message, octets, len)) {
        if (MSG_IS_REQUEST(message)) {
            out->verdict = REQUEST;
        } else {
            const char *phrase = osip_message_get_reason_phrase(message);
            accept_response(out, osip_message_get_status_code(message), phrase, phrase ? strlen(phrase) : 0);
        }
        if (!osip_message_to_str(message, &written, &written_len)) osip_free(written);
    }
    osip_message_free(message);
}
