"""What went wrong below: English as it is said there; other languages say first what it is about."""

from __future__ import annotations

from ui import words
from ui.view_models import causes

GERMAN = "the program's words, in English; {kind}: what it is about"


def _spoken(context: str, text: str, comment: str | None, n: int) -> str:
    if comment == GERMAN:
        return "{kind} Meldung des Programms (englisch): „{exact}“"
    return "{kind}" if comment else f"<{text}>"


def test_english_is_the_programs_own() -> None:
    assert causes.told("no route to dap.example", "Check the cable.", 17) == (
        "No route to dap.example. Check the cable."
    )
    assert causes.told("the end.") == "The end."
    assert causes.told("") == ""
    assert causes.shortly("The token is refused. Ask.", 14) == "The token is refused"


def test_another_language_says_first_what_it_is_about() -> None:
    words.install(_spoken)
    try:
        assert causes.told("no route", "Look.", 17) == (
            "<The network did not let it through.> Meldung des Programms (englisch): „No route. Look.“"
        )
        assert causes.shortly("no route. Check.", 17) == "<The network did not let it through.>"
    finally:
        words.install(None)


def test_every_exit_code_is_about_something() -> None:
    codes = (10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 30)
    kinds = {causes.kind(code) for code in codes}
    assert len(kinds) == len(codes) and causes.kind(2) == causes.kind(-1) == "Something failed."
    assert causes.kind(2) not in kinds
