/* belle-sip, of Linphone: belle_sip_message_parse_raw. */
#include "reading.h"

#include <belle-sip/belle-sip.h>

void read_response(const char *octets, size_t len, struct reading *out)
{
    size_t read_len = 0;
    belle_sip_message_t *message;
    belle_sip_object_pool_t *pool;

    belle_sip_set_log_level(BELLE_SIP_LOG_FATAL);
    pool = belle_sip_object_pool_push();
    message = belle_sip_message_parse_raw(octets, len, &read_len);
    out->verdict = REFUSED;
    if (message && belle_sip_message_is_request(message)) {
        out->verdict = REQUEST;
    } else if (message && BELLE_SIP_OBJECT_IS_INSTANCE_OF(message, belle_sip_response_t)) { /* It reads HTTP as well. */
        belle_sip_response_t *response = BELLE_SIP_RESPONSE(message);
        const char *phrase = belle_sip_response_get_reason_phrase(response);
        accept_response(out, belle_sip_response_get_status_code(response), phrase, phrase ? strlen(phrase) : 0);
    }
    if (message) belle_sip_object_unref(message);
    belle_sip_object_unref(pool);
}
