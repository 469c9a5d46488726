"""Many lines, into columns."""

from __future__ import annotations

import threading
import typing

import duckdb
import pandas
import polars
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st
from repository import CORPUS, table

import sip_status_line as sip
from sip_status_line import ParseError, Parser, types

LINES = [(CORPUS / row["file"]).read_bytes() for row in table("verdicts.tsv")]

Row = dict[str, object]


def row_of(octets: bytes | None, policy: types.Policy) -> Row:
    """The row that `parse_many` has to make of one line: what `parse` says of it."""
    row: Row = dict.fromkeys(sip_names())
    row["deviations"] = []
    if octets is None:
        return row
    try:
        line = sip.parse(octets, policy)
    except ParseError as error:
        return row | {
            "error_kind": error.kind,
            "error_offset": error.offset,
            "error_code": error.code,
        }
    try:
        line.reason_bytes.decode()
    except UnicodeDecodeError:
        row["reason_hex"] = line.reason_bytes.hex()
    return row | {
        "code": line.code,
        "reason": line.reason,
        "phrase_match": line.phrase_match,
        "deviations": list(line.deviations),
    }


def sip_names() -> list[str]:
    names: list[str] = pa.schema(sip.parse_many(b"")).names
    return names


def rows(columns: sip.Columns) -> list[Row]:
    read = pa.table(columns)
    read.validate(full=True)
    assert read.num_rows == len(columns)
    found: list[Row] = read.to_pylist()
    return found


def arrays(lines: list[bytes | None]) -> list[typing.Any]:
    """The same lines as other libraries hold them."""
    half = len(lines) // 2
    binary = pa.array(lines, pa.binary())
    return [
        binary,
        pa.array([b"no", *lines, b"no"], pa.binary()).slice(1, len(lines)),
        pa.array(lines, pa.large_binary()),
        pa.array(lines, pa.binary_view()),
        pa.chunked_array([binary[:half], binary[half:]]),
        polars.Series(lines, dtype=polars.Binary),
    ]


@pytest.mark.parametrize("policy", typing.get_args(types.Policy))
def test_corpus(policy: types.Policy) -> None:
    expected = [row_of(line, policy) for line in LINES]
    assert rows(sip.parse_many(LINES, policy)) == expected
    assert rows(sip.parse_many(iter(map(bytearray, LINES)), policy)) == expected
    with_null = [*LINES, None]
    for array in arrays(with_null):
        assert rows(sip.parse_many(array, policy)) == [*expected, row_of(None, policy)]


def test_text_is_read_as_octets() -> None:
    lines = ["SIP/2.0 200 OK\r\n", "SIP/2.0 180 Zvoní\r\n", None]
    expected = [row_of(line.encode() if line else None, "interop") for line in lines]
    for dtype in (pa.string(), pa.large_string(), pa.string_view()):
        assert rows(sip.parse_many(pa.array(lines, dtype))) == expected


def walk(buffer: bytes, policy: types.Policy) -> list[Row]:
    """The rows of a buffer of lines, one `parse` a line."""
    found = []
    while buffer:
        row = row_of(buffer, policy)
        try:
            end = sip.parse(buffer, policy).rest_offset
        except ParseError as error:
            skips_crlf = policy != "strict" and buffer.endswith(b"\r\n")
            if skips_crlf and not buffer.strip(b"\r\n") and error.kind == "truncated":
                break
            lf = buffer.find(b"\n", error.offset)
            end = len(buffer) if lf < 0 else lf + 1
        found.append(row)
        buffer = buffer[end:]
    return found


PIECES = st.sampled_from([*LINES, b"\r\n", b"\n", b"SIP/2.0 200 OK\n", b"SIP/2.0 ", b"\xff"])


@given(st.lists(PIECES | st.binary(max_size=8), max_size=12).map(b"".join), st.sampled_from(["strict", "interop", "observe"]))
def test_buffers(buffer: bytes, policy: types.Policy) -> None:
    expected = walk(buffer, policy)
    assert rows(sip.parse_many(buffer, policy)) == expected
    assert rows(sip.parse_many(memoryview(bytearray(buffer)), policy)) == expected


def test_many_batches() -> None:
    count = 200_001
    phrases = [b"OK", b"\xc3\xa9t\xc3\xa9", b"", b"caf\xe9"]
    codes = [100 + number % 600 for number in range(count)]
    lines = [b"SIP/2.0 %d %s\r\n" % (code, phrases[code % 4]) for code in codes]
    lines[70_000] = b"SIP/2.0 70 \r\n"
    lines[70_001] = b"SIP/2.0 200 OK\n"
    for columns in (sip.parse_many(lines, "observe"), sip.parse_many(b"".join(lines), "observe")):
        read = pa.table(columns)
        assert read.num_rows == count and read.column("code").num_chunks > 3
        assert read.column("code").null_count == 1
        codes[70_000], codes[70_001] = None, 200  # type: ignore[call-overload]
        assert read.column("code").to_pylist() == codes
        assert read.slice(69_990, 20).to_pylist() == [
            row_of(line, "observe") for line in lines[69_990:70_010]
        ]
        assert read.column("reason_hex").null_count == count - sum(
            1 for line in lines if b"\xe9" in line and b"\xc3" not in line
        )


def test_a_line_of_16_mebibytes() -> None:
    phrase = b"x" * ((1 << 24) - len(b"SIP/2.0 200 \r\n"))
    parser = Parser(max_len=1 << 24)
    columns = parser.parse_many([b"SIP/2.0 200 " + phrase + b"\r\n", b"SIP/2.0 200 x" + phrase + b"\r\n"])
    read = pa.table(columns).to_pylist()
    assert read[0]["reason"] == phrase.decode()
    assert read[1]["error_kind"] == "length"


def test_libraries_take_the_columns() -> None:
    columns = sip.parse_many(b"SIP/2.0 486 Busy Here\r\nSIP/2.0 503 Service Unavailable\r\n")
    assert polars.DataFrame(columns)["code"].to_list() == [486, 503]
    assert list(pandas.DataFrame.from_arrow(columns)["reason"]) == ["Busy Here", "Service Unavailable"]
    query = duckdb.execute("SELECT code, phrase_match FROM columns WHERE code >= 500")
    assert query.fetchall() == [(503, "exact")]
    # As often as one likes.
    assert pa.table(columns).equals(pa.table(columns))
    assert repr(columns) == "Columns(2 rows)"


def test_names_are_those_of_the_annotations() -> None:
    read = pa.table(sip.parse_many(b"SIP/2.0 200 OK\r\n"))
    for column, names in (("phrase_match", types.PhraseMatch), ("error_kind", types.ErrorKind)):
        assert tuple(read.column(column).chunk(0).dictionary.to_pylist()) == typing.get_args(names)


def test_what_holds_no_lines_is_refused() -> None:
    for wrong in ("SIP/2.0 200 OK\r\n", None, 200, object(), ["SIP/2.0 200 OK\r\n"], [b"", None]):
        with pytest.raises(TypeError):
            sip.parse_many(wrong)  # type: ignore[arg-type]
    for array in (pa.array([1, 2]), pa.table({"line": [b""]}), polars.Series([1.5])):
        with pytest.raises(ValueError, match="expected an array of binary or string"):
            sip.parse_many(array)
    closed = memoryview(b"")
    closed.release()
    with pytest.raises(ValueError, match="released"):
        sip.parse_many(closed)

    class Failing:
        def __iter__(self) -> typing.Iterator[bytes]:
            yield b"SIP/2.0 200 OK\r\n"
            raise KeyError("from the iterator")

    with pytest.raises(KeyError):
        sip.parse_many(Failing())

    class Liar:
        def __arrow_c_array__(self, requested_schema: object = None) -> object:
            return 1, 2

    with pytest.raises(TypeError):
        sip.parse_many(Liar())  # type: ignore[arg-type]


def test_an_array_can_be_taken_once() -> None:
    class Once:
        pair = pa.array([b"SIP/2.0 200 OK\r\n"]).__arrow_c_array__()

        def __arrow_c_array__(self, requested_schema: object = None) -> typing.Any:
            return self.pair

    once = Once()
    assert len(sip.parse_many(once)) == 1
    with pytest.raises(ValueError, match="taken before"):
        sip.parse_many(once)
    # An array that is new, with a schema that was taken.
    array = pa.array([b"SIP/2.0 200 OK\r\n"])
    pa.DataType._import_from_c_capsule(Once.pair[0])
    once.pair = (Once.pair[0], array.__arrow_c_array__()[1])
    with pytest.raises(ValueError, match="taken before"):
        sip.parse_many(once)


def test_threads_read_at_the_same_time() -> None:
    buffer = b"SIP/2.0 200 OK\r\nSIP/2.0 486 Busy\r\n" * 1_000_000
    read: list[sip.Columns] = []
    threads = [threading.Thread(target=lambda: read.append(sip.parse_many(buffer))) for _ in range(3)]
    ticks = 0
    for thread in threads:
        thread.start()
    while any(thread.is_alive() for thread in threads):
        ticks += 1
    assert [len(columns) for columns in read] == [2_000_000] * 3
    # One that held the lock would have let this one go on some three times.
    assert ticks > 1000
    first = pa.table(read[0])
    assert all(pa.table(columns).equals(first) for columns in read[1:])
