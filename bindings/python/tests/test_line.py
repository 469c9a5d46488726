"""One line, read and written."""

from __future__ import annotations

import array
import mmap
import pickle
import re
import typing
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from repository import CORPUS, ROOT, table
from typing_extensions import Buffer

import sip_status_line as sip
from sip_status_line import ParseError, Parser, StatusCode, StatusLine, types

POLICIES = typing.get_args(types.Policy)


def verdict(octets: bytes, policy: types.Policy) -> tuple[str, StatusLine | None]:
    """What the policy says, as corpus/README.md writes it."""
    try:
        line = sip.parse(octets, policy)
    except ParseError as error:
        return f"reject:{error.kind}@{error.offset}", None
    return ":".join(["accept", "|".join(line.deviations)]).rstrip(":"), line


@pytest.mark.parametrize("row", table("verdicts.tsv"), ids=lambda row: row["file"])
def test_corpus(row: dict[str, str]) -> None:
    octets = (CORPUS / row["file"]).read_bytes()
    accepted = False
    for policy in POLICIES:
        said, line = verdict(octets, policy)
        assert said == row[policy]
        if line is None:
            continue
        accepted = True
        assert str(line.code) == row["code"]
        assert line.reason_bytes.hex() == row["reason_hex"]
        assert len(octets) - line.rest_offset == int(row["rest_len"])
        assert line.reason == line.reason_bytes.decode(errors="replace")
        assert (line.encode() == octets[: line.rest_offset]) == (line.deviations == ())
    assert accepted == (row["code"] != "")


CODES = st.integers(100, 699)
# Anything but controls; a tab is allowed, DEL and C1 too where they are octets above.
PHRASES = st.binary(max_size=60).map(lambda octets: re.sub(rb"[\x00-\x08\x0a-\x1f\x7f]", b" ", octets))


@given(CODES, PHRASES)
def test_round_trip(code: int, phrase: bytes) -> None:
    written = sip.encode(code, phrase)
    line = sip.parse(written, "strict")
    assert (line.code, line.deviations, line.rest_offset) == (code, (), len(written))
    assert line.encode() == written


@given(st.binary())
def test_any_octets(octets: bytes) -> None:
    for start in (b"", b"SIP/2.0 ", b"SIP/2.0 200 "):
        data = start + octets
        for policy in POLICIES:
            said, line = verdict(data, policy)
            if line is not None:
                assert sip.parse(line.encode(), "strict").code == line.code
            else:
                assert said.startswith("reject:")


@given(CODES, PHRASES, st.data())
def test_prefixes(code: int, phrase: bytes, data: st.DataObject) -> None:
    written = sip.encode(code, phrase)
    cut = data.draw(st.integers(0, len(written) - 1))
    assert sip.parse_prefix(written[:cut]) is None
    whole = sip.parse_prefix(written + b"Via: x")
    assert whole is not None and whole.rest_offset == len(written)
    with pytest.raises(ParseError):
        sip.parse_prefix(b"SIP/3")


def test_every_buffer_is_read(tmp_path: Path) -> None:
    octets = b"SIP/2.0 180 Ringing\r\n"
    file = tmp_path / "line"
    file.write_bytes(octets)
    with file.open("rb") as opened, mmap.mmap(opened.fileno(), 0, access=mmap.ACCESS_READ) as mapped:
        buffers: list[Buffer] = [
            octets,
            bytearray(octets),
            memoryview(octets),
            array.array("B", octets),
            mapped,
        ]
        read = {sip.parse(buffer, "strict") for buffer in buffers}
    assert read == {sip.parse(octets)}
    spread = bytes(octet for pair in zip(octets, octets) for octet in pair)
    assert sip.parse(memoryview(spread)[::2]) == sip.parse(octets)


@pytest.mark.parametrize("function", [sip.parse, sip.parse_prefix, Parser().parse, Parser().parse_prefix])
def test_what_has_no_octets_is_refused(function: typing.Callable[[object], object]) -> None:
    for wrong in ("SIP/2.0 200 OK\r\n", None, 200, object(), ["SIP/2.0 200 OK\r\n"], {}):
        with pytest.raises(TypeError):
            function(wrong)
    closed = memoryview(b"SIP/2.0 200 OK\r\n")
    closed.release()
    with pytest.raises(ValueError, match="released"):
        function(closed)
    mapped = mmap.mmap(-1, 64)
    mapped.close()
    with pytest.raises(ValueError, match="closed"):
        function(mapped)


def test_errors_say_what_where_and_how_far() -> None:
    with pytest.raises(ParseError) as caught:
        sip.parse(b"SIP/2.0 486 Busy\x00")
    error = caught.value
    assert isinstance(error, ValueError)
    assert (error.kind, error.offset, error.code) == ("reason", 16, StatusCode.BUSY_HERE)
    assert str(error) == "expected an octet of a reason phrase at octet 16"
    again = pickle.loads(pickle.dumps(error))
    assert (str(again), again.kind, again.offset, again.code) == (
        str(error),
        error.kind,
        error.offset,
        error.code,
    )
    with pytest.raises(ParseError) as caught:
        sip.parse(b"SIP/2.0 4294967301\r\n")
    assert caught.value.code is None


def test_encode_refuses_what_would_end_the_line() -> None:
    for control in [*range(0x09), *range(0x0A, 0x20), 0x7F]:
        with pytest.raises(ValueError, match="at octet 2"):
            sip.encode(200, b"OK" + bytes([control]))
        with pytest.raises(ValueError, match="at octet 2"):
            sip.encode(200, "OK" + chr(control))
    for code in (99, 700, 0, -1, 2**70):
        with pytest.raises((ValueError, OverflowError)):
            sip.encode(code)
    for wrong in ("200", None, 200.0):
        with pytest.raises(TypeError):
            sip.encode(wrong)  # type: ignore[arg-type]
    assert sip.encode(200) == b"SIP/2.0 200 OK\r\n"
    assert sip.encode(498) == b"SIP/2.0 498 \r\n"
    assert sip.encode(StatusCode.OK, "Žádný") == "SIP/2.0 200 Žádný\r\n".encode()


def test_parsers() -> None:
    assert Parser() == Parser("interop") != Parser("strict")
    assert Parser("observe").allowed == typing.get_args(types.Deviation)
    assert Parser("observe", deny=Parser("observe").allowed).allowed == ()
    assert Parser("strict", allow=Parser("observe").allowed) == Parser("observe")
    assert len({Parser(), Parser("interop"), Parser(max_len=9)}) == 2
    with pytest.raises(ParseError) as caught:
        Parser(max_len=10).parse(b"SIP/2.0 200 OK\r\n")
    assert caught.value.kind == "length"
    with pytest.raises(ValueError, match="expected strict, interop or observe instead of 'lax'"):
        sip.parse(b"", "lax")  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="VERSION_CASE, .* instead of 'BARE_CR'"):
        Parser(allow=["BARE_CR"])  # type: ignore[list-item]
    with pytest.raises(ValueError, match="max_len"):
        Parser(max_len=1 << 40)
    with pytest.raises(OverflowError):
        Parser(max_len=-1)


def test_codes_are_those_of_the_library() -> None:
    rows = (ROOT / "src/registry/rows.rs").read_text(encoding="utf-8")
    consts = re.findall(r"^    (\d{3}) ([A-Z][A-Z0-9_]*) ", rows, re.MULTILINE)
    assert [(str(code), code.name) for code in StatusCode] == consts


def test_codes_without_a_name() -> None:
    code = StatusCode(498)
    assert code is StatusCode(498) is sip.parse(b"SIP/2.0 498 ?\r\n").code
    assert (code, str(code), f"{code:5}", repr(code)) == (498, "498", "  498", "<StatusCode.498: 498>")
    assert code not in list(StatusCode) and len(StatusCode) == 97
    assert pickle.loads(pickle.dumps(code)) is code
    assert f"{StatusCode.OK}" == str(StatusCode.OK) == "200"
    for wrong in (99, 700, "200", None):
        with pytest.raises(ValueError):
            StatusCode(wrong)  # type: ignore[arg-type]
