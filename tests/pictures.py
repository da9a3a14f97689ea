"""The documents' pictures, docs/screens/: single pages, and sheets of several. `make screens` runs this.

Each is made of shots (tests/screens.py) from seeded states, and has the same bytes each time: states, clocks,
fonts and colours are fixed.
"""

from __future__ import annotations

import shutil
import tempfile
from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from tests import screens
from tests.repository import ROOT
from tests.screens import Shot

if TYPE_CHECKING:
    from PySide6.QtGui import QImage

FOLDER = ROOT / "docs" / "screens"
README = "README.md"
MOST = 4_000_000
"""Bytes that all of them may have together."""
EXACT = 64
"""So many of a picture's colours, the most frequent, are kept as they are whatever the others need."""
GAP = 32
DESK = "#C3C9C4"
"""What the windows of a sheet lie on."""
PAGES = ("device", "leaves", "decides")
TITLES = {"device": "On this device", "leaves": "What leaves", "decides": "Who decides"}
SMALL = (720, 520)


class Picture(NamedTuple):
    """One file."""

    name: str
    says: str
    columns: tuple[tuple[Shot, ...], ...]
    """From the left, each from the top."""
    scale: int = 100
    """Per cent of the shots' own size."""

    @property
    def file(self) -> str:
        return f"{self.name}.png"

    @property
    def shots(self) -> tuple[Shot, ...]:
        return tuple(shot for column in self.columns for shot in column)


ACTS = {
    ("device", "normal"): "open",
    ("device", "worst"): "worst",
    ("leaves", "normal"): "verify",
    ("leaves", "worst"): "verify",
}
SAYS = {
    (
        "device",
        "normal",
    ): "31 checks have an answer, two need attention; the row *Free disk space* is open",
    ("device", "worst"): "much is wrong, and nothing has measured for two days; only what needs attention",
    ("leaves", "normal"): "a report is held; eight weeks of the past; the ledger was just verified",
    ("leaves", "worst"): "the policy file has an error, so nothing leaves; a refused report in the past",
    ("decides", "normal"): "the person shares; the organisation set nothing",
    ("decides", "worst"): "the policy file has an error, and says where",
}


def single(page: str, variant: str, scheme: str) -> Picture:
    """A whole page."""
    shot = Shot(variant, page, variant, scheme, act=ACTS.get((page, variant), ""))
    says = f"*{TITLES[page]}*, {scheme}: {SAYS[page, variant]}"
    return Picture(f"{page}-{variant}-{scheme}", says, ((shot,),))


def pages(name: str, variant: str, scheme: str = "light", **more: Any) -> tuple[Shot, ...]:
    """All three."""
    return tuple(Shot(name, page, variant, scheme)._replace(**more) for page in PAGES)


def pairs(above: Iterable[Shot], below: Iterable[Shot]) -> tuple[tuple[Shot, ...], ...]:
    """A column of each two."""
    return tuple(zip(above, below, strict=True))


SINGLES = [
    single(page, variant, scheme)
    for page in PAGES
    for variant in ("normal", "worst")
    for scheme in ("light", "dark")
]
OPENED = [
    Picture(
        "device-window",
        "*On this device* as a window: what is seen without scrolling",
        ((Shot("window", "device", "normal", size=(1120, 760), act="open", scroll=0),),),
    ),
    Picture(
        "leaves-window",
        "*What leaves* as a window: what is seen without scrolling",
        ((Shot("window", "leaves", "normal", size=(1120, 760)),),),
    ),
]
SHEETS = [
    Picture(
        "empty",
        "All pages before anything was chosen (light), and after *Off* was chosen (dark): nothing flows",
        (
            (*pages("empty", "empty")[:2], *pages("off", "off", "dark")[:2]),
            pages("empty", "empty")[2:],
            pages("off", "off", "dark")[2:],
        ),
        75,
    ),
    Picture(
        "large",
        "All pages at 200 %, in the smallest window: their beginnings (light), and further down (dark)",
        pairs(
            pages("200", "normal", scale=200, size=SMALL),
            pages("200-down", "normal", "dark", scale=200, size=SMALL, scroll=35),
        ),
        75,
    ),
    Picture(
        "text",
        "All pages in the smallest window, with text twice as large as usual: their beginnings (light), and "
        "further down (dark)",
        pairs(
            pages("text", "normal", text=200, size=SMALL),
            pages("text-down", "normal", "dark", text=200, size=SMALL, scroll=35),
        ),
    ),
    Picture(
        "small",
        "All pages in the smallest window, 720×520: their beginnings (light), and further down (dark)",
        pairs(
            pages("small", "normal", size=SMALL),
            pages("small-down", "normal", "dark", size=SMALL, scroll=35),
        ),
    ),
    Picture(
        "german",
        "All pages in German",
        tuple((shot,) for shot in pages("german", "normal", language="de_DE")),
        75,
    ),
    Picture(
        "cases",
        "*Who decides* where reports are required, and where the task asks for more than was agreed to; "
        "*What leaves* where one operator holds both halves; a check whose classes are lanes",
        (
            (Shot("required", "decides", "required"),),
            (Shot("widened", "decides", "widened", "dark"),),
            (
                Shot("one-operator", "leaves", "one-operator"),
                Shot("lanes", "device", "worst", "dark", size=(1120, 1200), act="lanes"),
            ),
        ),
        75,
    ),
    Picture(
        "dialogs",
        "The first question, and the same when the task asks for more; the health card; changing the choice "
        "while a report is held; erasing",
        (
            (
                Shot("first-run", "decides", "empty", dialog="first-run"),
                Shot("card", "device", "worst", size=(1120, 760), dialog="card"),
            ),
            (
                Shot("first-run-widened", "decides", "widened", "dark", dialog="first-run"),
                Shot("asking", "decides", "held", "dark", dialog="asking"),
                Shot("erasing", "decides", "normal", dialog="erasing"),
            ),
        ),
    ),
]
PICTURES = [*OPENED, *SINGLES, *SHEETS]


def readme() -> str:
    """What the folder says of itself."""
    rows = "\n".join(f"| [{picture.file}]({picture.file}) | {picture.says} |" for picture in PICTURES)
    return (
        "# The window in pictures\n\n"
        "`make screens` draws all of them, from made-up states (tests/seeding.py) and through the real\n"
        "window and its real child processes; the same source gives the same bytes. It is Thursday,\n"
        "19 November 2026, in all of them. They are set in Inter and DejaVu Sans Mono; otherwise a\n"
        "desktop’s own fonts are used. Nordwerk does not exist.\n\n"
        f"| picture | what it shows |\n|-|-|\n{rows}\n"
    )


def lay_out(picture: Picture, folder: Path) -> QImage:
    """The picture, of its shots' files in `folder`."""
    from PySide6.QtCore import QPoint, Qt
    from PySide6.QtGui import QColor, QImage, QPainter

    smooth = Qt.TransformationMode.SmoothTransformation
    columns = []
    for column in picture.columns:
        images = [QImage(str(folder / shot.file)) for shot in column]
        for image in images:
            image.setDevicePixelRatio(1)
        if picture.scale != 100:
            images = [image.scaledToWidth(image.width() * picture.scale // 100, smooth) for image in images]
        columns.append(images)
    if len(picture.shots) == 1:
        return columns[0][0]
    widths = [max(image.width() for image in images) for images in columns]
    height = max(sum(image.height() + GAP for image in images) for images in columns) + GAP
    sheet = QImage(sum(widths) + GAP * (len(columns) + 1), height, QImage.Format.Format_RGB32)
    sheet.fill(QColor(DESK))
    painter = QPainter(sheet)
    left = GAP
    for images, width in zip(columns, widths, strict=True):
        top = GAP
        for image in images:
            painter.drawImage(QPoint(left, top), image)
            top += image.height() + GAP
        left += width + GAP
    painter.end()
    return sheet


def colours(counted: Mapping[int, int]) -> list[int]:
    """At most 256: the most frequent, then those farthest from them, the more frequent the sooner."""
    ordered = sorted(counted, key=lambda colour: (-counted[colour], colour))
    if len(ordered) <= 256:
        return ordered
    found, others, cells = ordered[:EXACT], [], set()
    for colour in ordered[EXACT:]:
        cell = colour & 0xF8F8F8
        if cell not in cells:
            cells.add(cell)
            others.append(colour)
    away = {colour: min(_apart(colour, one) for one in found) for colour in others}
    while len(found) < 256 and away:
        best = max(away, key=lambda colour: (away[colour] * counted[colour] ** 0.5, colour))
        found.append(best)
        del away[best]
        away = {colour: min(far, _apart(colour, best)) for colour, far in away.items()}
    return found


def _apart(one: int, other: int) -> int:
    return sum((((one >> shift) & 255) - ((other >> shift) & 255)) ** 2 for shift in (0, 8, 16))


def write(image: QImage, path: Path) -> None:
    """As a PNG of 256 colours; any other becomes the nearest of them."""
    from PySide6.QtCore import Qt
    from PySide6.QtGui import QImage, QImageWriter

    image = image.convertToFormat(QImage.Format.Format_RGB32)
    counted = Counter(memoryview(image.constBits()).cast("I"))
    flags = Qt.ImageConversionFlag.ThresholdDither | Qt.ImageConversionFlag.AvoidDither
    writer = QImageWriter(str(path), b"png")
    writer.setCompression(100)
    if not writer.write(image.convertToFormat(QImage.Format.Format_Indexed8, colours(counted), flags)):
        raise OSError(f"{path}: {writer.errorString()}")


def make(pictures: Iterable[Picture], folder: Path) -> None:
    """Draw them; whatever else lies in `folder` goes."""
    pictures = list(pictures)
    with tempfile.TemporaryDirectory(prefix="shoal-pictures-") as below:
        drawn = Path(below) / "drawn"
        drawn.mkdir()
        shots = {shot.file: shot for picture in pictures for shot in picture.shots}
        if len(shots) != len({shot for picture in pictures for shot in picture.shots}):
            raise ValueError("two shots of one name")
        screens.take(shots.values(), Path(below))
        for picture in pictures:
            write(lay_out(picture, Path(below)), drawn / picture.file)
        (drawn / README).write_text(readme(), "utf-8")
        folder.mkdir(parents=True, exist_ok=True)
        for old in folder.iterdir():
            old.unlink()
        for new in drawn.iterdir():
            shutil.copyfile(new, folder / new.name)


if __name__ == "__main__":
    make(PICTURES, FOLDER)
