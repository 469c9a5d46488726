"""Says what a running server makes of the response on standard input, by its log: `python3 stack.py NAME PORT LOG`.

It sends the response, and then one that every server accepts. What the log says before that one is the verdict.
"""

import re
import socket
import sys
import time
import uuid

# What the log says of each message, as a verdict: `kamailio.cfg` writes the words itself.
VERDICTS = {
    "kamailio": lambda log: re.findall(rb"verdict (\S+)", log),
    "asterisk": lambda log: [
        {b"response": b"accept", b"request": b"request"}[kind]
        for kind in re.findall(rb"<--- Received SIP (response|request) ", log)
    ],
}

name, port, path = sys.argv[1:]
message = sys.stdin.buffer.read()
call_id = uuid.uuid4().hex
last = (
    "SIP/2.0 200 OK\r\n"
    f"Via: SIP/2.0/UDP 127.0.0.1:{port};branch=z9hG4bK{call_id}\r\n"
    "From: <sip:a@sip-status.invalid>;tag=1\r\n"
    "To: <sip:b@sip-status.invalid>;tag=2\r\n"
    f"Call-ID: {call_id}\r\n"
    "CSeq: 1 OPTIONS\r\n"
    "Content-Length: 0\r\n\r\n"
).encode()

with open(path, "rb") as file, socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as udp:
    file.seek(0, 2)
    udp.connect(("127.0.0.1", int(port)))
    try:
        udp.send(message)
    except OSError:  # It does not fit into a datagram, so there is no verdict: a hang is none.
        time.sleep(3600)
    time.sleep(0.01)
    udp.send(last)
    log = b""
    while call_id.encode() not in log:
        time.sleep(0.01)
        log += file.read()
verdicts = VERDICTS[name](log)[:-1]
print(verdicts[0].decode() if verdicts else "reject")
