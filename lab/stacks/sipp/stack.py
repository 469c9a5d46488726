"""Says what SIPp makes of the response on standard input: `python3 stack.py`.

SIPp sends a request, gets the response, and expects another: it logs the code of what it did not expect.
"""

import glob
import os
import re
import socket
import subprocess
import sys
import tempfile
import time

SCENARIO = """<?xml version="1.0"?>
<scenario>
<send><![CDATA[

OPTIONS sip:b@sip-status.invalid SIP/2.0
Via: SIP/2.0/[transport] [local_ip]:[local_port];branch=[branch]
From: <sip:a@sip-status.invalid>;tag=1
To: <sip:b@sip-status.invalid>
Call-ID: [call_id]
CSeq: 1 OPTIONS
Content-Length: 0

]]></send>
<recv response="31415"/>
</scenario>
"""


def fail(*error):
    """A crash: an exit code would count as refused."""
    sys.__excepthook__(*error)
    os.abort()


sys.excepthook = fail
message = sys.stdin.buffer.read()
call_id = re.search(rb"Call-ID: *([^\r\n]*)", message).group(1).decode()
with tempfile.TemporaryDirectory() as directory, socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as udp:
    os.chdir(directory)
    with open("scenario.xml", "w") as file:
        file.write(SCENARIO)
    udp.bind(("127.0.0.1", 0))
    sipp = ["sipp", "-sf", "scenario.xml", "-m", "1", "-cid_str", call_id, "-trace_error_codes", "-timeout", "1", "-nostdin"]
    sipp += ["-i", "127.0.0.1", "127.0.0.1:%d" % udp.getsockname()[1]]
    sipp = subprocess.Popen(sipp, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, caller = udp.recvfrom(65536)
    try:
        udp.sendto(message, caller)
    except OSError:  # It does not fit into a datagram, so there is no verdict: a hang is none.
        time.sleep(3600)
    sipp.wait()
    (log,) = glob.glob("*_error_codes.csv")
    with open(log) as file:
        codes = re.findall(r";(-?[0-9]+),$", file.read(), re.MULTILINE)
print(f"accept:{codes[0]}" if codes else "reject")
