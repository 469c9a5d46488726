#include "readers.h"

#include <sofia-sip/msg.h>
#include <sofia-sip/sip_header.h>
#include <sofia-sip/sip_parser.h>

size_t sofia(const char *octets, size_t len) {
    msg_t *message = msg_make(sip_default_mclass(), 0, octets, (ssize_t)len);
    sip_t *sip = message ? sip_object(message) : NULL;
    size_t sum = sip && sip->sip_status && !sip->sip_error ? (size_t)sip->sip_status->st_status + 1 : 0;
    if (message) msg_destroy(message);
    return sum;
}
