"""Which language the window speaks, and what follows from it."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from PySide6.QtCore import QLocale, Qt
from PySide6.QtWidgets import QApplication

import resources
from ui import language, words
from ui.link.locale import LocaleNumbers


@pytest.fixture(autouse=True)
def _english_again(qapp: QApplication) -> Iterator[None]:
    yield
    words.install(None)
    QLocale.setDefault(QLocale("en_GB"))
    qapp.setLayoutDirection(Qt.LayoutDirection.LeftToRight)


@pytest.mark.parametrize(
    ("variables", "name"),
    [
        ({"LANG": "de_DE.UTF-8"}, "de_DE"),
        ({"LANG": "de_DE.UTF-8", "LC_ALL": "fr_FR.UTF-8"}, "fr_FR"),
        ({"LANG": "C.UTF-8"}, "en_GB"),
    ],
)
def test_the_environment_says_which(
    variables: dict[str, str], name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for key, value in variables.items():
        monkeypatch.setenv(key, value)
    assert language.locale().name() == name
    assert language.locale("nl").name().startswith("nl")


def test_a_language_without_texts_is_english_with_its_own_numbers(qapp: QApplication) -> None:
    spoken = QLocale("fi_FI")
    assert language.install(qapp, spoken) == "en"
    assert words.translate("Verdict", "Bad") == "Bad"
    assert LocaleNumbers(spoken).decimal(0.5) == "0,5"


def test_a_script_from_right_to_left_turns_the_window(qapp: QApplication) -> None:
    language.install(qapp, QLocale("ar_EG"))
    assert qapp.layoutDirection() is Qt.LayoutDirection.RightToLeft
    language.install(qapp, QLocale("en_GB"))
    assert qapp.layoutDirection() is Qt.LayoutDirection.LeftToRight


def test_what_was_translated_is_spoken_and_the_rest_is_english(
    qapp: QApplication, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = """<?xml version="1.0" encoding="utf-8"?><!DOCTYPE TS><TS version="2.1" language="de">
    <context><name>Verdict</name><message><source>Bad</source><translation>Schlecht</translation></message>
    <message numerus="yes"><source>%n days</source><translation><numerusform>%n Tag</numerusform>
    <numerusform>%n Tage</numerusform></translation></message></context></TS>"""
    folder = tmp_path / "translations"
    folder.mkdir()
    (folder / "shoal_de.ts").write_text(source)
    lrelease = Path(sys.executable).with_name("pyside6-lrelease")
    subprocess.run(
        [lrelease, folder / "shoal_de.ts", "-qm", folder / "shoal_de.qm"], check=True, capture_output=True
    )
    monkeypatch.setattr(resources, "path", lambda *parts: tmp_path.joinpath(*parts))
    assert language.available() == ("en", "de")
    assert language.install(qapp, QLocale("de_DE")) == "de"
    assert words.translate("Verdict", "Bad") == "Schlecht"
    assert words.translate("Verdict", "%n days", None, 1) == "1 Tag"
    assert words.translate("Verdict", "%n days", None, 1200) == "1.200 Tage"
    assert words.translate("Verdict", "Unknown") == "Unknown"


def test_numbers_and_days_are_written_as_the_locale_does() -> None:
    moment = datetime(2026, 11, 9, 16, 2, tzinfo=UTC)
    british, german, american = (LocaleNumbers(QLocale(name)) for name in ("en_GB", "de_DE", "en_US"))
    assert [n.day(moment) for n in (british, german, american)] == ["9 November", "9. November", "November 9"]
    assert [n.whole(6120) for n in (british, german)] == ["6,120", "6.120"]
    assert [n.decimal(-61.25) for n in (british, german)] == ["−61.25", "−61,25"]
    assert [n.clock(moment) for n in (british, german)] == ["16:02", "16:02"]
    assert [n.short_weekday(moment) for n in (british, german)] == ["Mon", "Mo"]
    assert [n.weekday(moment) for n in (british, german)] == ["Monday", "Montag"]
    assert british.month(moment) == "Nov" and british.short_day(moment) == "9 Nov"


@pytest.mark.parametrize(
    ("name", "day", "with_year", "days", "week"),
    [
        ("en_GB", "9 November", "9 November 2026", "3–9 Nov", "the week of 3 to 9 November"),
        ("en_US", "November 9", "November 9, 2026", "Nov 3–9", "the week of November 3 to November 9"),
        ("de_DE", "9. November", "9. November 2026", "3.–9. Nov.", "the week of 3. to 9. November"),
        ("es_ES", "9 de noviembre", "9 de noviembre de 2026", "3–9 de nov", None),
        ("hu_HU", "november 9.", "2026. november 9.", "nov. 3.–9.", None),
        ("ja_JP", "11月9日", "2026年11月9日", "11月3日–9日", None),
        ("eu_ES", "azaroaren 9", "2026(e)ko azaroaren 9", "aza.ren 3–9", None),
    ],
)
def test_days_stand_in_the_order_and_with_the_signs_of_their_language(
    name: str, day: str, with_year: str, days: str, week: str | None
) -> None:
    numbers = LocaleNumbers(QLocale(name), UTC)
    first, last = datetime(2026, 11, 3, tzinfo=UTC), datetime(2026, 11, 9, 16, 2, tzinfo=UTC)
    assert [numbers.day(last), numbers.day_and_year(last)] == [day, with_year]
    assert numbers.short_days(first, last) == days
    if week is not None:
        assert numbers.long_span(first.timestamp(), last.timestamp()) == week


def test_every_locale_writes_its_days() -> None:
    """No field of a pattern is left as a letter, nor an open bracket at an end."""
    moment = datetime(2026, 11, 9, tzinfo=UTC)
    everywhere = QLocale.matchingLocales(
        QLocale.Language.AnyLanguage, QLocale.Script.AnyScript, QLocale.Country.AnyCountry
    )
    assert len(everywhere) > 300
    for locale in everywhere:
        numbers = LocaleNumbers(locale)
        for said in (numbers.day(moment), numbers.short_day(moment), numbers.day_alone(moment)):
            assert said and said == said.strip() and "dddd" not in said and not said.endswith(("(", "'"))


def test_a_unit_stays_with_its_number() -> None:
    assert LocaleNumbers(QLocale("de_DE")).with_unit("12", "%") == "12\u00a0%"
    assert LocaleNumbers(QLocale("de_DE")).with_unit("12", "") == "12"
