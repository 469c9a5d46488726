/*
 * status_line - a module of Kamailio that drops what is no status-line before anything else sees it
 *
 * Kamailio forwards the first line of a response as it came. So this takes what SIP_STATUS_STRICT takes, which no receiver
 * can misread, and drops every other response, with a warning that says where it came from and what is wrong with it.
 */
#include <sip_status_line.h>

#include "../../core/dprint.h"
#include "../../core/events.h"
#include "../../core/ip_addr.h"
#include "../../core/sr_module.h"

MODULE_VERSION

static int judge(sr_event_param_t *event)
{
	str *message = (str *)event->data;
	sip_status_line line;
	ptrdiff_t read;

	if(message->len < 0 || sip_status_start_line(message->s, message->len) != SIP_STATUS_START_STATUS)
		return 0;
	/* On a stream there may be keep-alives before it (RFC 3261, section 7.5). */
	read = sip_status_parse(message->s, message->len, SIP_STATUS_STRICT | SIP_STATUS_LEADING_CRLF, &line);
	if(read < 0) {
		LM_WARN("dropped a response from %s:%u: %s at octet %zu\n", ip_addr2a(&event->rcv->src_ip),
				event->rcv->src_port, sip_status_strerror(read), line.offset);
		message->len = 0; /* there is nothing left to parse */
	}
	return 0;
}

static int mod_init(void)
{
	return sr_event_register_cb(SREV_NET_DATA_IN, judge);
}

struct module_exports exports = {
	.name = "status_line",
	.dlflags = DEFAULT_DLFLAGS,
	.init_mod_f = mod_init,
};
