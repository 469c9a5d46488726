"""Measures what reading a status-line costs in Python, beside other ways to do it.

    pip install bindings/python pyarrow sipmessage==0.7.1 pyVoIP==1.6.8 sippy==2.5.0
    cargo build --release -p sip-status
    python bindings/python/bench/measure.py

The lines are the answers of a trunk on a busy day, of 40 codes, one in twenty with a phrase of its own, shuffled
by a fixed seed: 20,000, so that a run is short and some run is not disturbed. Every figure is processor time, of
the tool's process too, in the best of all runs within three seconds. Packages that read whole messages get each
line with an empty line after it.
"""

from __future__ import annotations

import random
import re
import resource
import subprocess
import sys
import tempfile
import time
import typing
from collections.abc import Callable, Iterable
from pathlib import Path

import pyarrow as pa

import sip_status_line as sip
from sip_status_line import registry

ROOT = Path(__file__).resolve().parents[3]
RUNS = 5
SECONDS = 3.0


def lines(count: int) -> list[bytes]:
    """Lines as they come: mostly 100, 180, 200; one in twenty with a phrase of its own."""
    random.seed(3261)
    usual = [100] * 30 + [180] * 15 + [183] * 10 + [200] * 30
    usual += [int(entry.code) for entry in registry.entries() if entry.code >= 400][:36]
    codes = random.choices(usual, k=count)
    own = [b"Call is on its way", b"No route", b"Q.850;cause=16", "Není dostupný".encode()]
    return [
        sip.encode(code, random.choice(own)) if random.random() < 0.05 else sip.encode(code)
        for code in codes
    ]


def measure(what: str, count: int, run: Callable[[], object]) -> None:
    until = time.perf_counter() + SECONDS
    times = [timed(run) for _ in range(RUNS)]
    while time.perf_counter() < until:
        times.append(timed(run))
    best = min(times)
    print(f"{what:<44} {count / best / 1e6:10.3f} million/s {best / count * 1e9:10.1f} ns")


def timed(run: Callable[[], object]) -> float:
    began = used()
    run()
    return used() - began


def used() -> float:
    """Processor seconds, of this thread and of processes that have ended."""
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.thread_time() + children.ru_utime + children.ru_stime


def each(function: Callable[[bytes], object], items: Iterable[bytes]) -> Callable[[], None]:
    def run() -> None:
        for item in items:
            function(item)

    return run


def others(sample: list[bytes]) -> None:
    """The packages of PyPI that read SIP, if they are there."""
    messages = [line + b"\r\n" for line in sample]
    try:
        from sipmessage import Message

        measure("sipmessage, Message.parse", len(sample), each(Message.parse, messages))
    except ImportError as error:
        print(error, file=sys.stderr)
    try:
        import pyVoIP.VoIP  # noqa: F401  # its modules import each other, in this order
        from pyVoIP.SIP import SIPMessage, SIPStatus

        known = {b"%d" % status.value for status in SIPStatus}
        # It knows no other codes.
        read = [message for message in messages if message[8:11] in known]
        measure("pyVoIP, SIPMessage", len(read), each(SIPMessage, read))
    except ImportError as error:
        print(error, file=sys.stderr)
    try:
        from sippy.SipResponse import SipResponse

        response = SipResponse()
        texts: typing.Any = [line.decode().rstrip("\r\n") for line in sample]
        measure("sippy, SipResponse.setSL, the line alone", len(texts), each(response.setSL, texts))
    except ImportError as error:
        print(error, file=sys.stderr)


def main() -> None:
    sample = lines(20_000)
    buffer = b"".join(sample)
    array = pa.array(sample, pa.binary())
    print(f"Python {sys.version.split()[0]}, {len(sample)} lines, {len(buffer)} octets")
    measure("parse_many, a buffer", len(sample), lambda: sip.parse_many(buffer))
    registered = [line for line in sample if sip.parse(line).phrase_match == "exact"]
    joined = b"".join(registered)
    measure("the same, registered phrases alone", len(registered), lambda: sip.parse_many(joined))
    measure("parse_many, an Arrow array", len(sample), lambda: sip.parse_many(array))
    measure("parse_many, a list of bytes", len(sample), lambda: sip.parse_many(sample))
    measure("parse", len(sample), each(sip.parse, sample))
    parser = sip.Parser()
    measure("Parser.parse", len(sample), each(parser.parse, sample))
    measure("parse, and its code and reason", len(sample), each(fields, sample))
    pattern = re.compile(rb"SIP/2\.0 ([1-6]\d\d) ([^\r\n]*)\r\n")
    measure("re.compile(...).match", len(sample), each(pattern.match, sample))
    matched = pattern.match

    def groups(line: bytes) -> object:
        match = matched(line)
        return match and (int(match[1]), match[2].decode())

    measure("re.compile(...).match, and code and reason", len(sample), each(groups, sample))
    others(sample)
    by_tool(buffer, len(sample))


def fields(line: bytes) -> object:
    read = sip.parse(line)
    return read.code, read.reason


def by_tool(buffer: bytes, count: int) -> None:
    """The tool's JSON, read by Python."""
    import json

    tool = ROOT / "target/release/sip-status"
    if not tool.exists():
        print(f"{tool} is not built", file=sys.stderr)
        return
    with tempfile.NamedTemporaryFile(suffix=".sip") as file:
        file.write(buffer)
        file.flush()

        def run() -> None:
            command = [str(tool), "decode", "--input", "text", "--format", "json", file.name]
            with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
                assert process.stdout is not None
                for line in process.stdout:
                    json.loads(line)

        measure("sip-status decode --format json, json.loads", count, run)


if __name__ == "__main__":
    main()
