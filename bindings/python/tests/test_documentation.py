"""The examples of the docstrings and of the README, run as they stand."""

from __future__ import annotations

import doctest
import inspect
import typing

import pytest
from repository import ROOT

import sip_status_line
from sip_status_line import _code, _error, _native, registry

README = ROOT / "bindings/python/README.md"


def examples() -> typing.Iterator[doctest.DocTest]:
    finder = doctest.DocTestFinder(exclude_empty=True)
    for module in (sip_status_line, registry):
        text = module.__doc__ or ""
        yield doctest.DocTestParser().get_doctest(text, {}, module.__name__, None, 0)
    for module in (_native, _code, _error):
        for name, item in vars(module).items():
            if inspect.isclass(item) or inspect.isroutine(item):
                yield from finder.find(item, name, module=False, globs={})


@pytest.mark.parametrize("example", list(examples()), ids=lambda example: example.name)
def test_docstrings(example: doctest.DocTest, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    if example.examples:
        assert doctest.DocTestRunner().run(example).failed == 0


def test_everything_has_a_docstring_and_every_function_an_example() -> None:
    for name in sip_status_line.__all__ + [f"registry.{name}" for name in registry.__all__]:
        item: typing.Any = sip_status_line
        for part in name.split("."):
            item = getattr(item, part)
        assert item.__doc__, name
        if inspect.isroutine(item):
            assert ">>>" in item.__doc__, name


def test_readme(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    assert doctest.testfile(str(README), module_relative=False, encoding="utf-8").failed == 0
    assert ">>>" in README.read_text(encoding="utf-8")


def test_readme_of_the_repository(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(ROOT)
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    code = text.split("```python\n")[1].split("```")[0]
    exec(code, {})
    printed = capsys.readouterr().out
    assert printed.startswith("case\n") and "Ringing" in printed
