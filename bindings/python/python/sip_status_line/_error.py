"""What goes wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ._code import StatusCode
    from .types import ErrorKind


class ParseError(ValueError):
    """Octets are not a status-line: what was expected, and at which octet.

    >>> import sip_status_line
    >>> try:
    ...     sip_status_line.parse(b"SIP/2.0 486Busy Here\\r\\n")
    ... except sip_status_line.ParseError as error:
    ...     print(error.kind, error.offset, error.code, error, sep=", ")
    code-space, 11, 486, expected a space after the status code at octet 11
    """

    __module__ = "sip_status_line"

    kind: ErrorKind
    """What was expected there; "truncated" if the octets end too early."""

    offset: int
    """The first octet that cannot stand, from 0; the length of the octets if they end too early."""

    code: StatusCode | None
    """The status code, if it had been read by then."""

    def __init__(self, message: str, kind: ErrorKind, offset: int, code: StatusCode | None) -> None:
        super().__init__(message)
        self.kind = kind
        self.offset = offset
        self.code = code

    def __reduce__(self) -> tuple[type[ParseError], tuple[object, ...]]:
        return type(self), (*self.args, self.kind, self.offset, self.code)


class CaptureWarning(UserWarning):
    """A capture was not read to its end: it is cut short or broken after some packet."""

    __module__ = "sip_status_line"
