#include "readers.h"

#include <stdint.h>
#include <sys/socket.h>

#include <re/re.h>

static struct mbuf *mbuf;

int libre_is_ready(void) { return !libre_init() && (mbuf = mbuf_alloc(1 << 16)); }

size_t libre(const char *octets, size_t len) {
    struct sip_msg *message = NULL;
    size_t sum = 0;
    mbuf_rewind(mbuf);
    if (mbuf_write_mem(mbuf, (const uint8_t *)octets, len)) return 0;
    mbuf_set_pos(mbuf, 0);
    if (!sip_msg_decode(&message, mbuf) && !message->req) sum = (size_t)message->scode + 1;
    mem_deref(message);
    return sum;
}
