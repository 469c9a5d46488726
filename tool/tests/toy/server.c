/* A SIP element that reads responses with toy_parse: `server udp ADDRESS PORT`, or tcp. It answers OPTIONS, and over TCP
   it closes the connection on what the toy refuses. */
#include "toy.h"

#include <arpa/inet.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

static char octets[1 << 16], answer[1 << 17];

/* As long as any phrase, so that what overflows the line is the same on every machine. */
static struct {
    struct toy_line line;
    uint8_t room[1 << 16];
} memory;

/* Answers a message of that many octets if it is an OPTIONS. Whether the element goes on with who sent it. */
static int take(int to, const char *message, size_t len, const struct sockaddr *from, socklen_t from_len)
{
    if (strncmp(message, "OPTIONS ", 8) != 0)
        return toy_parse((const uint8_t *)message, len, &memory.line);
    size_t line_len = (size_t)(strstr(message, "\r\n") - message);
    int answer_len = snprintf(answer, sizeof answer, "SIP/2.0 200 OK%.*s", (int)(len - line_len), message + line_len);
    sendto(to, answer, (size_t)answer_len, 0, from, from_len);
    return 1;
}

int main(int argc, char **argv)
{
    if (argc != 4)
        return 2;
    int is_udp = !strcmp(argv[1], "udp"), on = 1;
    struct sockaddr_in own = {.sin_family = AF_INET, .sin_port = htons((uint16_t)atoi(argv[3]))}, from;
    int server = socket(AF_INET, is_udp ? SOCK_DGRAM : SOCK_STREAM, 0);

    inet_pton(AF_INET, argv[2], &own.sin_addr);
    setsockopt(server, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
    if (bind(server, (struct sockaddr *)&own, sizeof own) != 0 || (!is_udp && listen(server, 8) != 0)) {
        perror(argv[2]);
        return 1;
    }
    while (is_udp) {
        socklen_t from_len = sizeof from;
        ssize_t len = recvfrom(server, octets, sizeof octets - 1, 0, (struct sockaddr *)&from, &from_len);

        if (len < 0)
            continue;
        octets[len] = 0;
        take(server, octets, (size_t)len, (struct sockaddr *)&from, from_len);
    }
    for (;;) {
        int stream = accept(server, NULL, NULL), goes_on = 1;
        size_t len = 0;
        ssize_t more;

        while (goes_on && (more = recv(stream, octets + len, sizeof octets - 1 - len, 0)) > 0) {
            char *end;

            octets[len += (size_t)more] = 0;
            while (goes_on && (end = strstr(octets, "\r\n\r\n")) != NULL) {
                size_t first = (size_t)(end - octets) + 4;

                goes_on = take(stream, octets, first, NULL, 0);
                memmove(octets, octets + first, len - first + 1);
                len -= first;
            }
        }
        close(stream);
    }
}
