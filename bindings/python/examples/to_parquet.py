"""Decodes captures to Parquet, a file each: python to_parquet.py CAPTURES OUTPUT [THREADS]."""

from __future__ import annotations

import sys
import warnings
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

import sip_status_line


def convert(capture: Path, output: Path) -> tuple[int, str | None]:
    """How many responses there were, and what is wrong with the capture."""
    try:
        responses = sip_status_line.decode(capture)
    except (ValueError, OSError) as error:
        return 0, str(error)
    count = 0
    with (
        pa.RecordBatchReader.from_stream(responses) as reader,
        pq.ParquetWriter(output / f"{capture.name}.parquet", reader.schema) as writer,
    ):
        for batch in reader:
            writer.write_batch(batch)
            count += batch.num_rows
    return count, responses.report and responses.report.end


def main(captures: Path, output: Path, threads: int) -> None:
    # What is warned of is printed below.
    warnings.simplefilter("ignore", sip_status_line.CaptureWarning)
    output.mkdir(parents=True, exist_ok=True)
    paths = sorted(path for path in captures.iterdir() if path.is_file())
    with ThreadPoolExecutor(threads) as pool:
        found = list(pool.map(lambda path: convert(path, output), paths))
    for path, (_, problem) in zip(paths, found):
        if problem is not None:
            print(f"{path}: {problem}", file=sys.stderr)
    print(f"{len(paths)} captures, {sum(count for count, _ in found)} responses")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3]) if len(sys.argv) > 3 else 1)
