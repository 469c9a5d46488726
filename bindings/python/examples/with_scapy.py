"""Judges the status-lines in UDP datagrams that Scapy reads: python with_scapy.py FILE."""

from __future__ import annotations

import sys
from collections.abc import Iterator

from scapy.layers.inet import UDP
from scapy.utils import PcapReader

import sip_status_line
from sip_status_line import ParseError, StatusLine


def responses(path: str) -> Iterator[tuple[int, StatusLine | ParseError]]:
    """The number of each packet that is a response, and what its line says or why it says nothing."""
    for frame, packet in enumerate(PcapReader(path), 1):
        payload = bytes(packet[UDP].payload) if UDP in packet else b""
        if payload[:4].upper() != b"SIP/":
            continue
        try:
            yield frame, sip_status_line.parse(payload, "observe")
        except ParseError as error:
            yield frame, error


if __name__ == "__main__":
    for found in responses(sys.argv[1]):
        print(*found)
