"""Errors of the server's side."""

from __future__ import annotations

from server import errors


def test_every_error_has_an_exit_code_of_its_own() -> None:
    kinds = errors.ServerError.__subclasses__()
    codes = [kind.exit_code for kind in kinds]
    assert len(set(codes)) == len(codes)
    assert 0 not in codes
    documented = errors.__doc__ or ""
    for kind in kinds:
        line = next(line for line in documented.splitlines() if kind.__name__ in line)
        assert str(kind.exit_code) in line


def test_cause_and_cure_are_both_told() -> None:
    assert str(errors.NotSetUp("No keys.", "Make them.")) == "No keys.\n  Make them."
    assert str(errors.NotSetUp("No keys.")) == "No keys."
