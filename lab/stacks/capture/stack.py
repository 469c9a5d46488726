"""Says what a reader of captures makes of the response on standard input: `python3 stack.py NAME`.

The capture has a request and, as the answer to it, the response.
"""

import json
import os
import re
import struct
import subprocess
import sys
import tempfile
import time

REQUEST = b"""OPTIONS sip:b@sip-status.invalid SIP/2.0\r
Via: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK\r
From: <sip:a@sip-status.invalid>;tag=1\r
To: <sip:b@sip-status.invalid>\r
Call-ID: %b\r
CSeq: 1 OPTIONS\r
Content-Length: 0\r
\r
"""


def packet(octets, source, destination):
    """A datagram between hosts of 192.0.2.0/24, in IPv4, as a record of a capture."""
    length = 28 + len(octets)
    if length > 0xFFFF:  # It does not fit into a datagram, so there is no verdict: a hang is none.
        time.sleep(3600)
    addresses = (192, 0, 2, source, 192, 0, 2, destination)
    ip = struct.pack("!BxHHxxBBxx8B", 0x45, length, 1, 64, 17, *addresses)
    udp = struct.pack("!HHHxx", 5060, 5060, 8 + len(octets))
    return struct.pack("<IIII", 0, 0, length, length) + ip + udp + octets


def run(*command):
    return subprocess.run(command, check=True, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL).stdout


def accept(code, phrase=None):
    if not re.fullmatch("[+-]?[0-9]+", code):  # A verdict has no place for it.
        return "accept"
    return f"accept:{int(code)}" if phrase is None else f"accept:{int(code)}:{phrase.encode().hex()}"


# Each returns the verdict on the second packet of the file `capture`.


def tshark():
    fields = ("-e", "frame.number", "-e", "sip.Status-Code", "-e", "sip.Method")
    read = run("tshark", "-r", "capture", "-Y", "frame.number==2", "-T", "fields", *fields)
    _, code, method = read.decode().rstrip("\n").split("\t")
    return accept(code) if code else "request" if method else "reject"


def suricata():
    with open("suricata.yaml", "w") as file:
        file.write("%YAML 1.1\n---\noutputs: [{eve-log: {enabled: yes, filename: log, types: [sip]}}]\n")
        file.write("app-layer: {protocols: {sip: {enabled: yes}}}\n")
    run("suricata", "-c", "suricata.yaml", "-S", "/dev/null", "-k", "none", "-l", ".", "-r", "capture")
    with open("log") as log:
        _, *messages = [json.loads(line)["sip"] for line in log]
    for message in messages:
        return accept(message["code"], message["reason"]) if "code" in message else "request"
    return "reject"


def sngrep():
    # It shows what it read on the screen alone: a list of dialogs and, after Enter, the messages of one as arrows.
    tmux = ("tmux", "-S", "tmux")
    run(*tmux, "new-session", "-d", "-x", "120", "-y", "40", "sngrep -F -I capture")

    def screen(shows):
        before, now = None, b""
        while shows not in now or now != before:
            time.sleep(0.1)
            before, now = now, run(*tmux, "capture-pane", "-p")
        return now.decode(errors="replace")

    screen(b"a@sip-status.invalid")
    run(*tmux, "send-keys", "Enter")
    arrows = screen(b"Call flow for")
    run(*tmux, "kill-server")
    _, *words = re.findall(r"^ +[0-9:]{8}\.[0-9]{6} +\S +(\S+)", arrows, re.MULTILINE)
    for word in words:
        return accept(word) if word.isdigit() else "reject" if word == "<malformed>" else "request"
    return "reject"


def fail(*error):
    """A crash: an exit code would count as refused."""
    sys.__excepthook__(*error)
    os.abort()


sys.excepthook = fail
message = sys.stdin.buffer.read()
request = REQUEST % re.search(rb"Call-ID: *([^\r\n]*)", message).group(1)
with tempfile.TemporaryDirectory() as directory:
    os.chdir(directory)
    with open("capture", "wb") as file:
        file.write(struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 0x40000, 101))
        file.write(packet(request, 1, 2) + packet(message, 2, 1))
    print({"tshark": tshark, "suricata": suricata, "sngrep": sngrep}[sys.argv[1]]())
