/* Sofia-SIP: msg_make, as a datagram is read. */
#include "reading.h"

#include <sofia-sip/msg.h>
#include <sofia-sip/sip_header.h>
#include <sofia-sip/sip_parser.h>

void read_response(const char *octets, size_t len, struct reading *out)
{
    msg_t *message = msg_make(sip_default_mclass(), 0, octets, (ssize_t)len);
    sip_t *sip = message ? sip_object(message) : NULL;
    size_t written_len;

    out->verdict = REFUSED;
    if (sip && sip->sip_request)
        out->verdict = REQUEST;
    else if (sip && sip->sip_status && !(sip->sip_flags & MSG_FLG_ERROR))
        accept_response(out, sip->sip_status->st_status, sip->sip_status->st_phrase, strlen(sip->sip_status->st_phrase));
    if (sip) msg_as_string(msg_home(message), message, NULL, 0, &written_len);
    if (message) msg_destroy(message);
}
