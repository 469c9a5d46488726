"""Where the tests find what they share with the other packages, and the tool that they are compared with."""

from __future__ import annotations

import csv
import os
import subprocess
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
CORPUS = ROOT / "corpus"
CAPTURES = sorted(path for path in (CORPUS / "captures").iterdir() if path.suffix != ".md")


def table(name: str) -> list[dict[str, str]]:
    """The rows of a table of the corpus."""
    with (CORPUS / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))


@cache
def tool() -> Path:
    """The command line tool, built."""
    build = ["cargo", "build", "--quiet", "--locked", "--release", "-p", "sip-status"]
    subprocess.run(build, cwd=ROOT, check=True)
    target = Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target"))
    return target / "release" / "sip-status"
