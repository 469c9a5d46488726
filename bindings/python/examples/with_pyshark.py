"""Judges the status-lines in UDP datagrams that tshark finds: python with_pyshark.py FILE.

tshark shows only lines that it takes for good: those of packets that it calls SIP are read again, by
the octets.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator

import pyshark

import sip_status_line
from sip_status_line import ParseError, StatusLine


def responses(path: str) -> Iterator[tuple[int, StatusLine | ParseError]]:
    """The number of each packet that is a response, and what its line says or why it says nothing."""
    with pyshark.FileCapture(path, display_filter="sip && udp", keep_packets=False) as capture:
        for packet in capture:
            payload = packet.udp.payload.binary_value
            if payload[:4].upper() != b"SIP/":
                continue
            try:
                yield int(packet.number), sip_status_line.parse(payload, "observe")
            except ParseError as error:
                yield int(packet.number), error


if __name__ == "__main__":
    for found in responses(sys.argv[1]):
        print(*found)
