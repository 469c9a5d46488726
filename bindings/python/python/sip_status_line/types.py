"""The names that stand for something, for annotations."""

from __future__ import annotations

from typing import Literal

Policy = Literal["strict", "interop", "observe"]
"""What a parser allows."""

Deviation = Literal[
    "VERSION_CASE",
    "LEADING_CRLF",
    "NO_REASON_SPACE",
    "REASON_OCTETS",
    "SPACING",
    "BARE_LF",
    "NO_LINE_END",
]
"""How octets depart from the line that `encode` writes."""

ErrorKind = Literal[
    "version",
    "version-space",
    "code",
    "code-space",
    "reason",
    "line-ending",
    "length",
    "truncated",
    "trailing-octets",
]
"""What was expected where a line was refused."""

PhraseMatch = Literal["exact", "case", "alias", "empty", "custom", "unregistered"]
"""How a phrase stands to the one registered for its code."""

Status = Literal["current", "deprecated", "reserved", "obsolete", "unregistered"]
"""How a code stands to the IANA registry."""

Origin = Literal["standard", "older-rfc", "stack", "document", "translation"]
"""Where another wording of a phrase comes from."""

Location = Literal["user", "network"]
"""Who caused the release of a call."""

Field = Literal[
    "source",
    "record",
    "name",
    "code",
    "class",
    "reason",
    "reason_hex",
    "registered",
    "phrase_match",
    "deviations",
    "rest_len",
    "error",
    "time",
    "src",
    "dst",
    "transport",
    "stream",
    "where",
    "offset",
    "call_id",
    "method",
    "cseq",
    "repeated",
    "sender",
]
"""What is said of a response in a capture: a column each, but four for "error"."""
