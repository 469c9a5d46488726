"""The response codes of SIP: what each is called, where it is defined, what a gateway makes of it.

>>> from sip_status_line import registry
>>> registry.lookup(183).defined_in
'RFC 3261 §21.1.5'
"""

from ._native import (
    Alias,
    Entry,
    best,
    by_phrase,
    entries,
    from_q850,
    lookup,
    to_q850,
)

__all__ = [
    "Alias",
    "Entry",
    "best",
    "by_phrase",
    "entries",
    "from_q850",
    "lookup",
    "to_q850",
]
