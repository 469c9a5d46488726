"""Judges the status-lines in UDP datagrams that dpkt reads: python with_dpkt.py FILE."""

from __future__ import annotations

import sys
from collections.abc import Iterator

import dpkt

import sip_status_line
from sip_status_line import ParseError, StatusLine


def responses(path: str) -> Iterator[tuple[int, StatusLine | ParseError]]:
    """The number of each packet that is a response, and what its line says or why it says nothing."""
    with open(path, "rb") as file:
        for frame, (_, octets) in enumerate(dpkt.pcap.UniversalReader(file), 1):
            udp = getattr(dpkt.ethernet.Ethernet(octets).data, "data", None)
            if not isinstance(udp, dpkt.udp.UDP) or udp.data[:4].upper() != b"SIP/":
                continue
            try:
                yield frame, sip_status_line.parse(udp.data, "observe")
            except ParseError as error:
                yield frame, error


if __name__ == "__main__":
    for found in responses(sys.argv[1]):
        print(*found)
