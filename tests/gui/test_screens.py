"""The documents' pictures: of everything that is to be seen, and exactly those that the table names."""

from __future__ import annotations

import struct
from itertools import product
from pathlib import Path

import pytest
from PySide6.QtGui import QColor, QImage
from PySide6.QtWidgets import QLabel, QWidget

from tests import pictures, screens
from tests.pictures import FOLDER, PICTURES, SHEETS, SINGLES
from ui import pages
from ui.theme.scheme import Look

NAMED = {sheet.name: sheet for sheet in SHEETS}


def test_each_page_is_shown_light_and_dark_normal_and_worst() -> None:
    shown = {(shot.page, shot.variant, shot.scheme) for picture in SINGLES for shot in picture.shots}
    assert shown == set(product(pages.FACTORIES, ("normal", "worst"), ("light", "dark")))
    for picture in SINGLES:
        (shot,) = picture.shots
        assert (shot.language, shot.scale, shot.size, picture.scale) == ("en_GB", 100, None, 100)


@pytest.mark.parametrize(
    ("sheet", "what", "value"),
    [
        ("empty", "variant", "empty"),
        ("empty", "variant", "off"),
        ("large", "scale", 200),
        ("german", "language", "de_DE"),
        ("small", "size", (720, 520)),
    ],
)
def test_each_sheet_has_every_page(sheet: str, what: str, value: object) -> None:
    found = {shot.page for shot in NAMED[sheet].shots if getattr(shot, what) == value}
    assert found == set(pages.FACTORIES)


def test_the_dialogs_are_shown() -> None:
    assert {shot.dialog for shot in NAMED["dialogs"].shots} == set(screens.DIALOGS)


def test_no_two_shots_overwrite_each_other() -> None:
    shots = [shot for picture in PICTURES for shot in picture.shots]
    assert len({shot.file for shot in shots}) == len(set(shots))
    assert len({picture.file for picture in PICTURES}) == len(PICTURES)


def test_the_folder_holds_what_the_table_names() -> None:
    assert {path.name for path in FOLDER.iterdir()} == {picture.file for picture in PICTURES} | {"README.md"}
    assert (FOLDER / "README.md").read_text("utf-8") == pictures.readme()
    assert sum(path.stat().st_size for path in FOLDER.iterdir()) < pictures.MOST


@pytest.mark.parametrize("picture", PICTURES, ids=lambda picture: picture.name)
def test_a_picture_has_256_colours_and_its_size(picture: pictures.Picture) -> None:
    data = (FOLDER / picture.file).read_bytes()
    width, _, depth, kind = struct.unpack(">IIBB", data[16:26])
    assert (depth, kind) == (8, 3)  # a palette, a byte each
    widths = [
        max((shot.size or (screens.WIDTH, 0))[0] * shot.scale // 100 for shot in column)
        for column in picture.columns
    ]
    if len(picture.shots) > 1:
        widths = [wide * picture.scale // 100 + pictures.GAP for wide in widths]
        widths.append(pictures.GAP)
    if not any(shot.dialog for shot in picture.shots):  # as large as they need be
        assert width == sum(widths)


def test_a_word_of_this_machine_is_found(look: Look) -> None:
    whole = QWidget()
    label = QLabel("/etc/shoal/policy.toml:2", whole)
    screens.betrays_nothing(whole, ("/home/anna",))
    for say in (label.setText, label.setToolTip, label.setAccessibleDescription):
        say("/home/anna/policy.toml")
        with pytest.raises(AssertionError):
            screens.betrays_nothing(whole, ("/home/anna",))
        say("")


def test_rare_colours_are_kept(tmp_path: Path) -> None:
    """A thousand greys and one red pixel: the most frequent 256 alone would make it grey."""
    image = QImage(256, 256, QImage.Format.Format_RGB32)
    for x, y in product(range(256), repeat=2):
        image.setPixelColor(x, y, QColor(x, x, (x + y // 64) % 256))
    image.setPixelColor(128, 128, QColor(180, 30, 40))
    for name in ("one.png", "two.png"):
        pictures.write(image, tmp_path / name)
    kept = QImage(str(tmp_path / "one.png")).pixelColor(128, 128)
    assert (kept.red(), kept.green(), kept.blue()) == (180, 30, 40)
    assert (tmp_path / "one.png").read_bytes() == (tmp_path / "two.png").read_bytes()
