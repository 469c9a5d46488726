/*
 * relay - stands between SIP clients and a server, over UDP, and lets no bad response through
 *
 *     cc relay.c $(pkg-config --cflags --libs sip_status_line) -o relay
 *     ./relay 127.0.0.1:5070 127.0.0.1:5080        listen here, the server is there
 *
 * Requests pass untouched, in both directions. A response is read: what is no status-line is dropped and reported,
 * everything else goes on with its line written anew, so that no receiver has to guess what odd octets mean.
 *
 * It knows one client at a time, the one that last sent something: an example of the calls, not of a proxy. SIGINT or
 * SIGTERM ends it with its counts.
 */
#define _POSIX_C_SOURCE 200809L
#include <arpa/inet.h>
#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <sip_status_line.h>

enum { DATAGRAM = 65535 };

static unsigned long passed, rewritten, refused;
static volatile sig_atomic_t stopped;

static void stop(int signal) {
    (void)signal;
    stopped = 1;
}

static struct sockaddr_in address(const char *text) {
    struct sockaddr_in address;
    const char *colon = strrchr(text, ':');
    char host[INET_ADDRSTRLEN] = "";
    if (colon && (size_t)(colon - text) < sizeof host) memcpy(host, text, (size_t)(colon - text));
    memset(&address, 0, sizeof address);
    address.sin_family = AF_INET;
    if (!colon || inet_pton(AF_INET, host, &address.sin_addr) != 1) {
        fprintf(stderr, "relay: expected an address such as 127.0.0.1:5060, not %s\n", text);
        exit(2);
    }
    address.sin_port = htons((unsigned short)strtoul(colon + 1, NULL, 10));
    return address;
}

/* What goes on in the place of the `len` octets at `in`: how many octets, now at `*out`; 0 if nothing does. */
static size_t judge(const char *in, size_t len, char room[2 * DATAGRAM], const char **out) {
    sip_status_line line;
    ptrdiff_t read;
    size_t written, rest;
    *out = in;
    if (sip_status_start_line(in, len) != SIP_STATUS_START_STATUS) {
        passed++;
        return len; /* a request, a keep-alive */
    }
    read = sip_status_parse(in, len, SIP_STATUS_INTEROP, &line);
    if (read < 0) {
        fprintf(stderr, "relay: dropped: %s at octet %lu\n", sip_status_strerror(read), (unsigned long)line.offset);
        refused++;
        return 0;
    }
    rest = len - (size_t)read;
    written = sip_status_format(room, 2 * DATAGRAM, line.code, line.reason, line.reason_len);
    if (written > SIP_STATUS_MAX_LEN || rest > DATAGRAM - written) { /* %HH takes more room than what it stands for */
        fprintf(stderr, "relay: dropped: the line or the datagram would be too long\n");
        refused++;
        return 0;
    }
    memcpy(room + written, in + read, rest);
    *out = room;
    rewritten++;
    return written + rest;
}

int main(int argc, char **argv) {
    static char in[DATAGRAM], room[2 * DATAGRAM];
    struct sockaddr_in here, server, client;
    struct sigaction action;
    struct pollfd ends[2]; /* the side of the clients, the side of the server */
    int known = 0;
    if (argc != 3) {
        fprintf(stderr, "usage: relay LISTEN SERVER\n");
        return 2;
    }
    here = address(argv[1]);
    server = address(argv[2]);
    ends[0].fd = socket(AF_INET, SOCK_DGRAM, 0);
    ends[1].fd = socket(AF_INET, SOCK_DGRAM, 0);
    ends[0].events = ends[1].events = POLLIN;
    if (ends[0].fd < 0 || ends[1].fd < 0 || bind(ends[0].fd, (struct sockaddr *)&here, sizeof here) ||
        connect(ends[1].fd, (struct sockaddr *)&server, sizeof server)) {
        perror("relay");
        return 2;
    }
    memset(&action, 0, sizeof action);
    action.sa_handler = stop;
    sigaction(SIGINT, &action, NULL);
    sigaction(SIGTERM, &action, NULL);

    while (!stopped) {
        int side;
        if (poll(ends, 2, -1) < 0) continue; /* interrupted */
        for (side = 0; side < 2; side++) {
            const char *out;
            size_t go;
            ssize_t came;
            socklen_t size = sizeof client;
            if (!ends[side].revents) continue;
            came = side ? recv(ends[1].fd, in, sizeof in, 0)
                        : recvfrom(ends[0].fd, in, sizeof in, 0, (struct sockaddr *)&client, &size);
            if (came < 0) continue; /* the server is not there yet */
            known |= !side;
            go = judge(in, (size_t)came, room, &out);
            if (!go || !known) continue;
            if ((side ? sendto(ends[0].fd, out, go, 0, (struct sockaddr *)&client, sizeof client)
                      : send(ends[1].fd, out, go, 0)) < 0 && errno != ECONNREFUSED)
                perror("relay");
        }
    }
    printf("%lu passed, %lu rewritten, %lu refused\n", passed, rewritten, refused);
    return 0;
}
