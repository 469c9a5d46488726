/* Says in the words of `sip-status probe --exec` what libosip2 makes of a response on standard input.
   With an argument it aborts if there was a Via behind the first line and it is lost. */
#include <osipparser2/osip_parser.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static char octets[2 << 20]; /* zero behind what is read */

int main(int argc, char **argv) {
    (void)argv;
    osip_message_t *sip;
    osip_trace_initialize(TRACE_LEVEL0, stderr); /* its log, which would go to standard output */
    if (parser_init() || osip_message_init(&sip)) return 2;
    size_t len = fread(octets, 1, sizeof octets - 1, stdin);
    if (osip_message_parse(sip, octets, len)) return puts("reject") < 0;
    if (MSG_IS_REQUEST(sip)) return puts("request") < 0;
    if (argc > 1 && strstr(octets, "\r\nVia:") && osip_list_size(&sip->vias) == 0) abort();
    printf("accept:%d:", osip_message_get_status_code(sip));
    const char *phrase = osip_message_get_reason_phrase(sip);
    for (; phrase && *phrase; phrase++) printf("%02x", (unsigned char)*phrase);
    return puts("") < 0;
}
