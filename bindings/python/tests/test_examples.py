"""The examples find what `decode` finds."""

from __future__ import annotations

import importlib.util
import typing
from pathlib import Path

import pyarrow as pa
import pytest
from repository import CORPUS

import sip_status_line as sip

EXAMPLES = sorted(Path(__file__).parents[1].glob("examples/with_*.py"))
CAPTURE = CORPUS / "captures/sipp-default-udp.pcap"


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda path: path.stem)
# They have warnings of their own.
@pytest.mark.filterwarnings("ignore")
def test_example(example: Path) -> None:
    spec = importlib.util.spec_from_file_location(example.stem, example)
    assert spec is not None and spec.loader is not None
    module: typing.Any = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    found = [(frame, line.code, line.reason) for frame, line in module.responses(str(CAPTURE))]
    rows = pa.table(sip.decode(CAPTURE, fields=["record", "code", "reason"])).to_pylist()
    assert found == [tuple(row.values()) for row in rows]
    assert len(found) > 5
