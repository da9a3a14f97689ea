from __future__ import annotations

import sys

import pytest

from demo.story import Story


def test_steps_are_numbered_and_timed(capsys: pytest.CaptureFixture[str]) -> None:
    story = Story()
    with story.step("First"):
        story.say("one\ntwo")
    with story.step("Second"):
        story.progress("half-way")
    lines = capsys.readouterr().out.splitlines()
    assert [line for line in lines if line.startswith("[")] == ["[1] First", "[2] Second"]
    assert "    one" in lines and "    two" in lines
    assert lines.count("    half-way") == 1
    assert sum(line.startswith("    done in 0.0 s") for line in lines) == 2


def test_a_step_that_fails_is_not_told_as_done(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(ZeroDivisionError), Story().step("First"):
        raise ZeroDivisionError
    assert "done" not in capsys.readouterr().out


def test_where_somebody_watches_progress_stays_on_one_line(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    story = Story()
    for left in (9, 10):
        story.progress(f"{left} s")
    story.say("done")
    shown = capsys.readouterr().out
    assert shown.count("\n") == 1
    assert shown.endswith("    done\n")
    assert story.pause < 1 < 5 <= _unwatched(monkeypatch).pause


def _unwatched(monkeypatch: pytest.MonkeyPatch) -> Story:
    monkeypatch.setattr(sys.stdout, "isatty", lambda: False)
    return Story()


def test_headings_and_what_is_shown(capsys: pytest.CaptureFixture[str]) -> None:
    story = Story()
    story.heading("Result")
    story.show("text\n\n")
    assert capsys.readouterr().out == "\nResult\n──────\ntext\n"
    assert story.seconds >= 0
