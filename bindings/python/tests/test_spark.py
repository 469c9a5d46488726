"""The Spark job, on the captures of the corpus."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pyarrow as pa
import pyarrow.dataset as ds
import pytest
from repository import CAPTURES, CORPUS

import sip_status_line as sip

JOB = Path(__file__).parents[1] / "examples/spark_job.py"


@pytest.mark.filterwarnings("ignore::sip_status_line.CaptureWarning")
def test_job(tmp_path: Path) -> None:
    captures = tmp_path / "captures"
    captures.mkdir()
    for capture in CAPTURES:
        (captures / capture.name).write_bytes(capture.read_bytes())
    (captures / "empty.pcap").touch()
    (captures / "none.pcap").write_bytes((CORPUS / "README.md").read_bytes())
    output = tmp_path / "output"
    command = [sys.executable, str(JOB), str(captures), str(output)]
    spark = os.environ | {
        "PYSPARK_PYTHON": sys.executable,
        "PYSPARK_SUBMIT_ARGS": "--master local[2] --conf spark.ui.enabled=false pyspark-shell",
        # A machine may have a name that leads nowhere.
        "SPARK_LOCAL_IP": "127.0.0.1",
    }
    done = subprocess.run(command, capture_output=True, env=spark, timeout=600, check=False)
    assert done.returncode == 0, done.stderr.decode()

    read = ds.dataset(output, partitioning="hive").to_table().to_pylist()
    responses = [row for row in read if row["kind"] == "response"]
    accounts = {Path(row["capture"]).name: row for row in read if row["kind"] == "capture"}
    assert set(accounts) == {path.name for path in captures.iterdir()}
    assert accounts["empty.pcap"]["problem"] == "empty, or of 2 GiB or more"
    assert accounts["none.pcap"]["problem"] == "no capture"
    expected = []
    for capture in CAPTURES:
        decoded = sip.decode(capture, fields=["record", "code", "reason", "error", "call_id", "repeated"])
        expected += [{"capture": capture.name, **row} for row in pa.table(decoded).to_pylist()]
        assert decoded.report is not None
        account = accounts[capture.name]
        assert account["packets"] == decoded.report.packets
        assert account["problem"] == decoded.report.end
    found = [
        {name: Path(row[name]).name if name == "capture" else row[name] for name in expected[0]}
        for row in responses
    ]

    def order(row: dict[str, object]) -> str:
        return repr(list(row.values()))

    assert sorted(found, key=order) == sorted(expected, key=order)
    assert f"capture {len(accounts)}, response {len(expected)}, problem " in done.stdout.decode()
