"""Questions that scripts can answer."""

from __future__ import annotations

import io
import json

import pytest

from server.commands import output
from server.errors import TaskMismatch, UsageError


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_yes_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", Terminal("n\n"))
    output.confirm("Really?", yes=True, refused="No.")


def test_nobody_to_ask(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("y\n"))
    with pytest.raises(UsageError, match="--yes"):
        output.confirm("Really?", yes=False, refused="No.")


@pytest.mark.parametrize("answer", ["n\n", "\n"])
def test_no_is_no_and_so_is_silence(monkeypatch: pytest.MonkeyPatch, answer: str) -> None:
    monkeypatch.setattr("sys.stdin", Terminal(answer))
    with pytest.raises(TaskMismatch, match="Refused"):
        output.confirm("Really?", yes=False, refused="Refused.")
    monkeypatch.setattr("sys.stdin", Terminal("y\n"))
    output.confirm("Really?", yes=False, refused="Refused.")


def test_json_goes_alone_to_standard_output(capsys: pytest.CaptureFixture[str]) -> None:
    output.progress("working")
    output.print_json({"ρ": 1})
    said = capsys.readouterr()
    assert json.loads(said.out) == {"ρ": 1}
    assert said.err == "working\n"


def test_red_says_it_in_words_where_there_is_no_colour(capsys: pytest.CaptureFixture[str]) -> None:
    output.red("DEMO")
    assert capsys.readouterr().out == "DEMO\n"
    assert not output.is_terminal()


def test_unicode_or_not(monkeypatch: pytest.MonkeyPatch) -> None:
    for encoding, expected in (("utf-8", True), ("UTF8", True), ("ascii", False), ("latin-1", False)):
        monkeypatch.setattr("sys.stdout", io.TextIOWrapper(io.BytesIO(), encoding=encoding))
        assert output.speaks_unicode() is expected
