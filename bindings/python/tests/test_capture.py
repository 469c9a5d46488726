"""Captures, beside the command line tool."""

from __future__ import annotations

import gzip
import json
import subprocess
import sys
import threading
import time
import typing
import warnings
from decimal import Decimal
from pathlib import Path

import duckdb
import polars
import pyarrow as pa
import pytest
from repository import CAPTURES, CORPUS, tool

import sip_status_line as sip
from sip_status_line import CaptureWarning, types

CALL = CORPUS / "captures/call-with-rtp-pjsua-kamailio-baresip.pcap"
UDP = CORPUS / "captures/sipp-default-udp.pcap"
CUT_SHORT = CORPUS / "captures/derived-file-cut-short.pcap"

Row = dict[str, typing.Any]


def as_json(row: Row) -> Row:
    """A row as the tool writes it."""
    error = {name: row.pop(f"error_{name}") for name in ("kind", "offset", "message", "code")}
    row["error"] = error if error["kind"] else None
    return row


def by_tool(capture: Path, *arguments: str) -> tuple[list[Row], list[str]]:
    """The rows that the tool writes, and what it says besides."""
    command = [str(tool()), "decode", str(capture), "--format", "json", *arguments]
    done = subprocess.run(command, capture_output=True, check=False, timeout=120)
    assert done.returncode in (0, 1), done.stderr
    rows = [json.loads(line) for line in done.stdout.splitlines()]
    for row in rows:
        if row.get("time") is not None:
            # Times finer than a nanosecond are rounded down.
            row["time"] = int(Decimal(row["time"]) * 10**9 // 1)
    return rows, done.stderr.decode().splitlines()


def by_python(capture: Path | bytes, **options: typing.Any) -> tuple[list[Row], sip.Report, list[str]]:
    responses = sip.decode(capture, **options)
    assert responses.report is None
    with warnings.catch_warnings(record=True) as warned:
        warnings.simplefilter("always")
        table = pa.table(responses)
    table.validate(full=True)
    assert responses.report is not None
    if "time" in table.column_names:
        at = table.column_names.index("time")
        table = table.set_column(at, "time", table.column("time").cast(pa.int64()))
    rows = [as_json(row) if "error_kind" in row else row for row in table.to_pylist()]
    return rows, responses.report, [str(warning.message) for warning in warned]


@pytest.mark.parametrize("capture", CAPTURES, ids=lambda path: path.name)
def test_rows_are_those_of_the_tool(capture: Path) -> None:
    expected, said = by_tool(capture)
    rows, report, warned = by_python(capture)
    assert rows == expected
    skipped = [f"sip-status: {capture}: {what}: {count}" for what, count in report.skipped.items()]
    assert sorted(skipped + [f"sip-status: {text}" for text in warned]) == sorted(said)
    assert (report.end is None) == (warned == [])
    assert report.packets > 0 < report.octets
    in_memory, *_ = by_python(capture.read_bytes())
    assert in_memory == [row | {"source": None} for row in rows]


def test_columns_are_those_of_the_tool() -> None:
    csv = subprocess.run([tool(), "decode", CALL, "--format", "csv"], capture_output=True, check=True)
    names = csv.stdout.decode().splitlines()[0].split(",")
    assert pa.schema(sip.decode(CALL)).names == names
    # As many names as there are fields, but for the sender and the columns of an error.
    fields = typing.get_args(types.Field)
    columns = [name for field in fields for name in pa.schema(sip.decode(CALL, fields=[field])).names]
    assert columns == [*names, "sender"]


@pytest.mark.parametrize(
    "filters",
    [
        ["code=200"],
        ["class=4", "class=server-error"],
        ["method=INVITE,code!=100"],
        ["address=127.0.0.1,transport=udp"],
        ["repeated=true"],
        ["sender=kamailio"],
        ["time=..00:00:01"],
        ["error=any"],
    ],
)
def test_filters_are_those_of_the_tool(filters: list[str]) -> None:
    arguments = [argument for text in filters for argument in ("--filter", text)]
    expected, _ = by_tool(CALL, *arguments)
    rows, *_ = by_python(CALL, filter=filters)
    assert rows == expected
    if len(filters) == 1:
        assert by_python(CALL, filter=filters[0])[0] == expected


def test_fields_and_policies_are_those_of_the_tool() -> None:
    fields: list[types.Field] = ["sender", "time", "error", "code"]
    expected, _ = by_tool(CALL, "--fields", ",".join(fields), "--policy", "strict")
    rows, *_ = by_python(CALL, fields=fields, policy="strict")
    assert [list(row) for row in rows][:1] == [["sender", "time", "code", "error"]]
    assert rows == expected
    parser = sip.Parser("strict")
    assert pa.table(parser.decode(CALL)).equals(pa.table(sip.decode(CALL, "strict")))


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"filter": "code=999x"}, "code: expected a code such as 486"),
        ({"filter": ["code=200", "colour=red"]}, "unknown key 'colour'"),
        ({"fields": ["code", "colour"]}, "expected fields out of source, .* instead of 'colour'"),
        ({"policy": "lax"}, "expected strict, interop or observe"),
    ],
)
def test_what_is_asked_for_wrongly_is_refused(arguments: Row, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        sip.decode(CALL, **arguments)


def test_what_is_no_capture_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="nowhere"):
        sip.decode(tmp_path / "nowhere")
    with pytest.raises(OSError):
        sip.decode(tmp_path)
    (tmp_path / "empty").touch()
    with pytest.raises(ValueError, match="empty: empty"):
        sip.decode(str(tmp_path / "empty"))
    with pytest.raises(ValueError, match="no capture"):
        sip.decode(b"SIP/2.0 200 OK\r\n")
    for wrong in (None, 7, ["a"]):
        with pytest.raises(TypeError):
            sip.decode(wrong)  # type: ignore[arg-type]
    # It begins like one, and turns out to be none.
    with pytest.raises(pa.ArrowInvalid, match="neither pcap, pcapng nor snoop"):
        pa.table(sip.decode(gzip.compress(b"SIP/2.0 200 OK\r\n")))


def test_what_is_missing_is_warned_of() -> None:
    with pytest.warns(CaptureWarning, match="derived-file-cut-short.pcap: .* cut short after frame 29"):
        table = pa.table(sip.decode(CUT_SHORT))
    assert table.num_rows > 0
    octets = gzip.compress(CALL.read_bytes())
    with pytest.warns(CaptureWarning, match="compressed with is cut short or broken"):
        pa.table(sip.decode(octets[: len(octets) // 2]))
    # Where warnings are errors, it is one of the stream.
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        with pytest.raises(pa.ArrowException, match="cut short"):
            pa.table(sip.decode(CUT_SHORT))


def test_a_stream_is_taken_once() -> None:
    responses = sip.decode(CALL)
    assert repr(responses).startswith("Responses(source, record, name, code, ")
    rows = pa.table(responses).num_rows
    with pytest.raises(ValueError, match="taken before"):
        pa.table(responses)
    assert rows == polars.DataFrame(sip.decode(CALL)).height
    responses = sip.decode(CALL)
    assert duckdb.execute("SELECT count(*) FROM responses").fetchone() == (rows,)


def repeated(capture: Path, times: int) -> bytes:
    """A pcap with its packets that often."""
    octets = capture.read_bytes()
    return octets[:24] + octets[24:] * times


def test_threads_decode_at_the_same_time() -> None:
    octets = repeated(UDP, 100)
    rows = []
    threads = [
        threading.Thread(target=lambda: rows.append(pa.table(sip.decode(octets)).num_rows))
        for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert rows == [pa.table(sip.decode(UDP)).num_rows * 100] * 4


@pytest.mark.skipif(sys.platform != "linux", reason="counts threads in /proc")
def test_a_stream_that_is_given_up_ends_its_thread() -> None:
    names = Path("/proc/self/task").glob

    def decoders() -> int:
        return sum(path.read_text().startswith("sip-status-deco") for path in names("*/comm"))

    responses = sip.decode(repeated(UDP, 2000))
    reader = pa.RecordBatchReader.from_stream(responses)
    assert reader.read_next_batch().num_rows == 8192
    assert decoders() == 1
    del reader
    deadline = time.monotonic() + 60
    while decoders() > 0:
        assert time.monotonic() < deadline
        time.sleep(0.01)
    assert responses.report is None


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
def test_memory_does_not_grow_with_the_capture(tmp_path: Path) -> None:
    program = (
        "import re, sys, pyarrow, sip_status_line as sip\n"
        "reader = pyarrow.RecordBatchReader.from_stream(sip.decode(sys.argv[1]))\n"
        "rows = sum(batch.num_rows for batch in reader)\n"
        "peak = re.search(r'VmHWM:\\s*(\\d+) kB', open('/proc/self/status').read())\n"
        "print(rows, peak[1])\n"
    )
    measured = []
    for times in (2000, 40_000):
        path = tmp_path / f"{times}.pcap.gz"
        path.write_bytes(gzip.compress(repeated(UDP, times), compresslevel=1))
        command = [sys.executable, "-c", program, str(path)]
        done = subprocess.run(command, capture_output=True, check=True)
        measured.append([int(word) for word in done.stdout.split()])
    (few, small), (many, large) = measured
    assert many == 20 * few
    assert large < small + 16 * 1024, f"{small} KiB for {few} rows, {large} KiB for {many}"
