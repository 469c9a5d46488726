"""Decodes a directory of captures with Apache Spark: spark-submit spark_job.py CAPTURES OUTPUT.

Writes Parquet: OUTPUT/kind=response has a row for each response, OUTPUT/kind=capture a row for each
capture, whatever became of it. A capture that is cut short, or is none, is a row with a `problem` and
fails no task.
"""

from __future__ import annotations

import json
import re
import sys
import warnings
from collections.abc import Iterator
from urllib.parse import unquote

import pyarrow as pa
from pyspark.sql import SparkSession
from pyspark.sql.pandas.types import from_arrow_schema

import sip_status_line
from sip_status_line.types import Field

FIELDS: list[Field] = [
    "record",
    "code",
    "class",
    "reason",
    "phrase_match",
    "deviations",
    "error",
    "time",
    "src",
    "dst",
    "transport",
    "call_id",
    "method",
    "cseq",
    "repeated",
]

# What Spark knows: no dictionaries, and times in microseconds.
SCHEMA = pa.schema(
    [
        ("kind", pa.string()),
        ("capture", pa.string()),
        # Of a capture.
        ("packets", pa.int64()),
        ("octets", pa.int64()),
        ("skipped", pa.string()),
        ("problem", pa.string()),
        # Of a response.
        ("record", pa.int64()),
        ("code", pa.int16()),
        ("class", pa.string()),
        ("reason", pa.string()),
        ("phrase_match", pa.string()),
        ("deviations", pa.list_(pa.string())),
        ("error_kind", pa.string()),
        ("error_offset", pa.int64()),
        ("error_message", pa.string()),
        ("error_code", pa.int16()),
        ("time", pa.timestamp("us", "UTC")),
        ("src", pa.string()),
        ("dst", pa.string()),
        ("transport", pa.string()),
        ("call_id", pa.string()),
        ("method", pa.string()),
        ("cseq", pa.int64()),
        ("repeated", pa.bool_()),
    ]
)

# Spark hands out no file of more octets, and would fail the job.
LONGEST = 2**31 - 1


def rows(count: int, columns: dict[str, pa.Array | str | int | None]) -> pa.RecordBatch:
    """So many rows with these columns, one value being that of every row, and nulls in the others."""
    arrays = []
    for field in SCHEMA:
        column = columns.get(field.name)
        if not isinstance(column, pa.Array):
            column = pa.repeat(pa.scalar(column, field.type), count)
        # Spark keeps microseconds of what a capture may have in nanoseconds.
        arrays.append(column.cast(field.type, safe=not pa.types.is_timestamp(field.type)))
    return pa.RecordBatch.from_arrays(arrays, schema=SCHEMA)


def decode(capture: str, octets: bytes) -> Iterator[pa.RecordBatch]:
    """The responses in a capture, and a last row that says how it was read."""
    # What is warned of is in that row.
    warnings.simplefilter("ignore", sip_status_line.CaptureWarning)
    report, problem = None, None
    try:
        responses = sip_status_line.decode(octets, fields=FIELDS)
        for batch in pa.RecordBatchReader.from_stream(responses):
            columns = dict(zip(batch.schema.names, batch.columns))
            yield rows(batch.num_rows, {"kind": "response", "capture": capture, **columns})
        report = responses.report
    except (ValueError, OSError) as error:
        problem = str(error)
    account: dict[str, str | int | None] = {"kind": "capture", "capture": capture, "problem": problem}
    if report is not None:
        account |= {
            "packets": report.packets,
            "octets": report.octets,
            "skipped": json.dumps(report.skipped),
            "problem": report.end,
        }
    yield rows(1, account)


def decode_all(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    """What Spark calls with the files of a partition."""
    for batch in batches:
        for path, content in zip(batch.column("path"), batch.column("content")):
            yield from decode(path.as_py(), content.as_py())


def plain(uri: str) -> str:
    """The path of a file as `binaryFile` writes it."""
    return re.sub("^file:/+", "file:/", unquote(uri))


def main(captures: str, output: str) -> None:
    spark = SparkSession.builder.appName("sip-status-line").getOrCreate()
    # A capture at a time, so that memory is bounded by the largest.
    spark.conf.set("spark.sql.execution.arrow.maxRecordsPerBatch", 1)
    files = spark.read.format("binaryFile").option("recursiveFileLookup", True).load(captures)
    files = files.where(f"length < {LONGEST}")
    decoded = files.select("path", "content").mapInArrow(decode_all, from_arrow_schema(SCHEMA))
    decoded.write.partitionBy("kind").mode("overwrite").parquet(output)
    # Spark hands out no file that is empty.
    handed_out = {row["path"] for row in files.select("path").collect()}
    others = [path for path in map(plain, files.inputFiles()) if path not in handed_out]
    problem = "empty, or of 2 GiB or more"
    accounts = [rows(1, {"kind": "capture", "capture": path, "problem": problem}) for path in others]
    if accounts:
        lost = spark.createDataFrame(pa.Table.from_batches(accounts), from_arrow_schema(SCHEMA))
        lost.write.partitionBy("kind").mode("append").parquet(output)
    read = spark.read.parquet(output)
    counts = read.groupBy("kind").count().orderBy("kind").collect()
    failed = read.where("kind = 'capture' AND problem IS NOT NULL").count()
    print(*(f"{row['kind']} {row['count']}" for row in counts), f"problem {failed}", sep=", ")
    spark.stop()


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2])
