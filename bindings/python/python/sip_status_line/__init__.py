"""Reads, judges and writes the first line of a SIP response: SIP/2.0 486 Busy Here.

>>> import sip_status_line
>>> line = sip_status_line.parse(b"SIP/2.0 486 Busy here\\r\\nVia: SIP/2.0/UDP 192.0.2.1\\r\\n\\r\\n")
>>> line.code, line.reason, line.phrase_match
(<StatusCode.BUSY_HERE: 486>, 'Busy here', 'case')

One line: `parse`, `parse_prefix`, `encode`. Many lines, as Arrow columns: `parse_many`. The responses
in a packet capture, as an Arrow stream: `decode`. What codes mean: `registry`. A policy of your own:
`Parser`.
"""

from . import registry
from ._code import StatusCode
from ._error import CaptureWarning, ParseError
from ._native import (
    FILTER_HELP,
    Columns,
    Parser,
    Report,
    Responses,
    StatusLine,
    decode,
    encode,
    parse,
    parse_many,
    parse_prefix,
)

__all__ = [
    "FILTER_HELP",
    "CaptureWarning",
    "Columns",
    "ParseError",
    "Parser",
    "Report",
    "Responses",
    "StatusCode",
    "StatusLine",
    "decode",
    "encode",
    "parse",
    "parse_many",
    "parse_prefix",
    "registry",
]
