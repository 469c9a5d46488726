"""The registry."""

from __future__ import annotations

import typing

import pytest
from repository import table

from sip_status_line import StatusCode, registry, types


def test_entries_are_those_of_the_table() -> None:
    rows = table("registry.tsv")
    entries = registry.entries()
    assert [str(entry.code) for entry in entries] == [row["code"] for row in rows]
    assert [entry.code for entry in entries] == list(StatusCode)
    for row, entry in zip(rows, entries):
        cause = registry.to_q850(entry.code)
        said = "none" if cause is None else f"{cause[0]} {cause[1]}"
        assert row["q850"].split(" (")[0] == said
        assert registry.lookup(entry.code) == entry


def test_phrases_lead_to_their_codes() -> None:
    for row in table("phrases.tsv"):
        found = {str(entry.code) for entry in registry.by_phrase(row["phrase"])}
        assert row["code"] in found, row
    assert registry.by_phrase("Out of Cheese") == ()
    assert registry.by_phrase(b"BUSY HERE") == registry.by_phrase("busy here")


def test_answers() -> None:
    assert registry.best([]) is None is registry.best([100, 180])
    assert registry.best(iter([486, 200, 603])) is StatusCode.OK
    assert registry.best([503, 500]) is StatusCode.SERVER_INTERNAL_ERROR
    assert registry.from_q850(16) is None is registry.from_q850(1000) is None is registry.from_q850(-1)
    for cause in range(1, 128):
        code = registry.from_q850(cause)
        assert code is None or code >= 400
    with pytest.raises(ValueError):
        registry.best([99])
    with pytest.raises(TypeError):
        registry.lookup("200")  # type: ignore[arg-type]


def test_names_are_those_of_the_annotations() -> None:
    entries = registry.entries()
    assert {entry.status for entry in entries} == set(typing.get_args(types.Status))
    origins = {alias.origin for entry in entries for alias in entry.aliases}
    assert origins == set(typing.get_args(types.Origin))
    assert sum(entry.registered for entry in entries) == 75
    assert all((entry.summary is not None) == entry.registered for entry in entries)
