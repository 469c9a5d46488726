/* Says in the words of `sip-status probe --exec` what libosip2 makes of a response on standard input. `osip via` aborts if
   there was a Via after the first line and it is lost; `osip loop` reads one response after another, as --persistent sends them. */
#include <osipparser2/osip_parser.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static char octets[2 << 20]; /* zero after what is read */

static void judge(size_t len, int via) {
    osip_message_t *sip;
    octets[len] = 0;
    if (osip_message_init(&sip)) exit(2);
    if (osip_message_parse(sip, octets, len)) puts("reject");
    else if (MSG_IS_REQUEST(sip)) puts("request");
    else {
        if (via && strstr(octets, "\r\nVia:") && osip_list_size(&sip->vias) == 0) abort();
        printf("accept:%d:", osip_message_get_status_code(sip));
        const char *digits = "0123456789abcdef", *phrase = osip_message_get_reason_phrase(sip);
        for (; phrase && *phrase; phrase++) putchar_unlocked(digits[*phrase >> 4 & 15]), putchar_unlocked(digits[*phrase & 15]);
        puts("");
    }
    osip_message_free(sip);
}

int main(int argc, char **argv) {
    size_t len, most = sizeof octets - 1;
    const char *how = argc > 1 ? argv[1] : "";
    osip_trace_initialize(TRACE_LEVEL0, stderr); /* its log, which would go to standard output */
    if (parser_init()) return 2;
    if (strcmp(how, "loop") != 0) judge(fread(octets, 1, most, stdin), !strcmp(how, "via"));
    else while (scanf("%zu%*1[\n]", &len) == 1 && len <= most && fread(octets, 1, len, stdin) == len) {
        judge(len, 0);
        fflush(stdout);
    }
}
