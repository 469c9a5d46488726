#include <sip_status_line.h>
#include <stdio.h>
#include <string.h>
int main(int argc, char **argv) {
    sip_status_line line;
    ptrdiff_t n = sip_status_parse(argv[argc - 1], strlen(argv[argc - 1]), SIP_STATUS_OBSERVE, &line);
    if (n < 0) return fprintf(stderr, "%s at octet %lu\n", sip_status_strerror(n), (unsigned long)line.offset), 1;
    return printf("%u %.*s\n", (unsigned)line.code, (int)line.reason_len, line.reason) < 0;
}
