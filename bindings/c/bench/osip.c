#include "readers.h"

#include <osipparser2/osip_parser.h>
#include <stdio.h>

int osip_is_ready(void) {
    osip_trace_initialize(TRACE_LEVEL0, stderr);
    return !parser_init();
}

size_t osip(const char *octets, size_t len) {
    osip_message_t *message;
    size_t sum = 0;
    if (osip_message_init(&message)) return 0;
    if (!osip_message_parse(message, octets, len) && MSG_IS_RESPONSE(message))
        sum = (size_t)osip_message_get_status_code(message) + 1;
    osip_message_free(message);
    return sum;
}
