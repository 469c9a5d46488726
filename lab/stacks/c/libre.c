/* libre, of baresip: sip_msg_decode. It has no function that writes a message as it was read. */
#include "reading.h"

#include <stdbool.h>
#include <stdint.h>
#include <sys/socket.h>

#include <re/re.h>

void read_response(const char *octets, size_t len, struct reading *out)
{
    static bool is_ready;
    struct mbuf *buffer = mbuf_alloc(len ? len : 1);
    struct sip_msg *message = NULL;

    if (!is_ready) rand_init(); /* Each message gets a number. */
    is_ready = true;
    out->verdict = REFUSED;
    if (!buffer || mbuf_write_mem(buffer, (const uint8_t *)octets, len)) return;
    mbuf_set_pos(buffer, 0);
    if (!sip_msg_decode(&message, buffer)) {
        if (message->req)
            out->verdict = REQUEST;
        else
            accept_response(out, message->scode, message->reason.p, message->reason.l);
    }
    mem_deref(message);
    mem_deref(buffer);
}
