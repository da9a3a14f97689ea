"""Every widget in light and dark, at 100 and 200 %, as pictures to look at: python -m tests.gallery FOLDER."""

# ruff: noqa: E501
from __future__ import annotations

import math
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

WIDTH = 1056


def widgets() -> dict[str, Callable[[], object]]:
    """What is shown, by name; called once an application is there."""
    from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

    from tests.gui import samples as s
    from ui.theme.fonts import Type
    from ui.theme.icons import pixmap
    from ui.widgets import marks
    from ui.widgets.answers import AnswerList
    from ui.widgets.bits import BitsView
    from ui.widgets.boxes import Boxes
    from ui.widgets.calendar import CalendarStrip
    from ui.widgets.cards import Card, NoticeBar
    from ui.widgets.chart import HistoryChart
    from ui.widgets.choices import ChoiceButtons, ChoiceTableView
    from ui.widgets.data import Verdict
    from ui.widgets.flow import FlowDrawing
    from ui.widgets.histogram import Histogram
    from ui.widgets.metric_entry import MetricEntry
    from ui.widgets.metric_head import MetricHead
    from ui.widgets.progress import ProgressLine
    from ui.widgets.sealed import SealedView
    from ui.widgets.segments import Segments
    from ui.widgets.shoal import ShoalStrip
    from ui.widgets.spine import SpineStation
    from ui.widgets.texts import Prose, Rule, SectionHeading, Text
    from ui.widgets.timeline import Timeline

    def row(*children: QWidget, gap: int = 24) -> QWidget:
        made = QWidget()
        line = QHBoxLayout(made)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(gap)
        for child in children:
            line.addWidget(child)
        line.addStretch(1)
        return made

    def column(*children: QWidget, gap: int = 16) -> QWidget:
        made = QWidget()
        lines = QVBoxLayout(made)
        lines.setContentsMargins(0, 0, 0, 0)
        lines.setSpacing(gap)
        for child in children:
            lines.addWidget(child)
        return made

    def button(text: str, kind: str = "", enabled: bool = True) -> QPushButton:
        made = QPushButton(text)
        if kind:
            made.setProperty("kind", kind)
        made.setEnabled(enabled)
        return made

    def picture(name: str, size: int) -> QLabel:
        made = QLabel()
        made.setPixmap(pixmap(name, size, ratio=made.devicePixelRatio()))
        return made

    def components() -> QWidget:
        words = {Verdict.OK: "OK", Verdict.WARN: "Warn", Verdict.BAD: "Bad", Verdict.UNKNOWN: "Unknown"}
        verdicts = row(*(marks.verdict(value, text) for value, text in words.items()))
        return column(
            Text("Verdicts: shape, word and colour", Type.CAPTION, "text3"),
            verdicts,
            marks.legend(s.LEGEND),
            row(Boxes(8, 3, "10–15 %"), Boxes(8, None, "no answer"), Boxes(2, 0, "On")),
            row(
                button("Verify"),
                button("Verify", enabled=False),
                button("Erase…", "erase"),
                button("Link", "link"),
                gap=10,
            ),
            row(
                button("Send now", "decision"),
                button("Withhold", "decision"),
                Segments(
                    "Which",
                    (("all", "All 34"), ("bad", "Needs attention 2"), ("none", "No answer 11")),
                    "all",
                ),
                Segments("Span", (("30", "30 days"), ("1", "Today")), "30", small=True),
            ),
            NoticeBar(s.REQUIRED, calm=True),
            NoticeBar(s.TOGETHER),
            NoticeBar(s.STOPPED),
            row(
                *(
                    picture(f"tray-{name}", size)
                    for size in (32, 22, 16)
                    for name in ("idle", "held", "attention", "off")
                )
            ),
            row(
                *(
                    picture(name, size)
                    for name, size in (
                        ("app", 96),
                        ("app", 48),
                        ("app", 32),
                        ("app-small", 24),
                        ("app-small", 16),
                    )
                )
            ),
            row(
                *(picture(f"page-{name}", 24) for name in ("device", "leaves", "decides")),
                picture("padlock", 16),
                picture("person", 16),
                picture("verified", 16),
                picture("tick", 16),
            ),
        )

    def texts() -> QWidget:
        heading = SectionHeading("From plain words to the exact bytes", "Four steps, none of them hidden.")
        heading.add(Segments("Step", (("1", "1 Answers"), ("2", "2 Bits")), "1"))
        return column(
            Text("32 of 34 checks need no attention, 2 do.", Type.HEADLINE),
            Prose("Start with **Drive condition**: the drive itself reports that it is failing."),
            heading,
            Rule(),
            Prose(s.LIMITS, width=860),
            Prose(
                "The account **admin** read this with `shoal status` on 17 November at 09:12. [All 3 readings](readers)"
            ),
        )

    def health() -> QWidget:
        from PySide6.QtWidgets import QSizePolicy

        strips = row(
            *(
                column(Prose(f"**{name}**  {text}", width=250), ShoalStrip(name, text, s.fish(name)), gap=4)
                for name, text in (
                    ("Computer", "1 of 22 needs attention"),
                    ("Network", "all 5 OK"),
                    ("Apps", "1 of 7"),
                )
            ),
            gap=40,
        )

        def detail(id_: str) -> QWidget:
            made = QWidget()
            line = QHBoxLayout(made)
            left = column(
                row(
                    Segments("Span", (("30", "30 days"), ("1", "Today")), "30", small=True),
                    Text("Each step is one box of the report", Type.CAPTION, "text2"),
                ),
                HistoryChart(s.free_space() if id_ != "drive" else s.drive()),
            )
            right = column(*(Prose(f"**{title}**\n{text}") for title, text in s.HELP))
            right.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
            line.setContentsMargins(0, 0, 0, 0)
            line.setSpacing(24)
            line.addWidget(left, 65)
            line.addWidget(right, 35)
            return made

        entries = [MetricEntry(metric, detail) for metric in s.METRICS]
        entries[0].open()
        return column(
            strips, MetricHead("Computer", "Now", "Verdict", "Last 30 days", "Since"), *entries, gap=0
        )

    def charts() -> QWidget:
        walked = HistoryChart(s.free_space())
        walked._point(12)
        return column(walked, HistoryChart(s.drive()), HistoryChart(s.crashes()), HistoryChart(s.today()))

    def leaves() -> QWidget:
        group = QButtonGroup()
        most = max(answer.boxes for answer in s.ANSWERS)
        one, two = (
            AnswerList(name, part, group, most)
            for name, part in (("Computer", s.ANSWERS[:6]), ("Network", s.ANSWERS[6:]))
        )
        one.rows["free"].setChecked(True)
        answers = QWidget()
        line = QHBoxLayout(answers)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(40)
        line.addWidget(one)
        line.addWidget(two)
        first = SpineStation(
            1, "Your answers", "All 48 questions. One box is lit for each of the 37 answers."
        )
        first.body.addWidget(answers)
        second = SpineStation(
            2,
            "The same as zeros and ones",
            "A lit box is a 1, any other a 0. **Free space** is numbers 61 to 68 of 292.",
        )
        card = Card()
        card.body.addWidget(BitsView("Bits", "", s.BITS, "m9"))
        second.body.addWidget(card)
        third = SpineStation(3, "Split into two pieces", "Each 0 or 1 becomes two random-looking numbers.")
        third.body.addWidget(FlowDrawing("Who gets which piece", s.FLOW))
        fourth = SpineStation(4, "Sealed, exactly as it will be sent", "6,120 bytes.", is_last=True)
        sealed = SealedView("Bytes", "Fields", "{} more bytes, all random-looking.", "Show all")
        sealed.show_body(s.BODY, s.FIELDS, "period")
        fourth.body.addWidget(sealed)
        made = column(
            Timeline("The held report", "", s.STOPS, 0.07, 0.33), first, second, third, fourth, gap=0
        )
        made.group = group  # type: ignore[attr-defined]
        return made

    def past() -> QWidget:
        progress = ProgressLine("Verifying")
        progress.show_progress(3, 5, "3 of 5 reports recomputed")
        return column(
            CalendarStrip("Everything since you chose", "", s.WEEKS, "w50"),
            CalendarStrip("Daily", "", s.DAYS),
            marks.legend(s.LEGEND),
            progress,
            Histogram("All computers", "", s.BARS, 3),
            FlowDrawing("Who gets which piece", s.FLOW_TOGETHER),
        )

    def decides() -> QWidget:
        return column(
            ChoiceTableView("What leaves", s.TABLE),
            ChoiceButtons("Choose one", s.CHOICES),
            ChoiceTableView("What leaves", s.LIMITED),
        )

    return {
        "components": components,
        "texts": texts,
        "health": health,
        "charts": charts,
        "leaves": leaves,
        "past": past,
        "decides": decides,
    }


def grab(folder: Path, scheme: str, only: list[str], width: int) -> None:
    from PySide6.QtCore import QCoreApplication, QEvent
    from PySide6.QtGui import QPalette
    from PySide6.QtWidgets import QApplication, QVBoxLayout, QWidget

    from ui.theme.scheme import Look
    from ui.theme.tokens import Scheme

    application = QApplication([])
    look = Look(application, Scheme(scheme))
    assert look
    scale = os.environ.get("QT_SCALE_FACTOR", "1")
    for name, make in widgets().items():
        if only and name not in only:
            continue
        page = QWidget()
        page.setBackgroundRole(QPalette.ColorRole.Window)
        page.setAutoFillBackground(True)
        lines = QVBoxLayout(page)
        lines.setContentsMargins(32, 24, 32, 24)
        made = make()
        assert isinstance(made, QWidget)
        lines.addWidget(made)
        lines.addStretch(1)
        page.resize(width + 64, 100)
        page.show()
        for _ in range(4):
            QCoreApplication.processEvents()
            QCoreApplication.sendPostedEvents(None, QEvent.Type.LayoutRequest)
            page.setMinimumHeight(0)
            page.resize(
                width + 64,
                lines.totalHeightForWidth(width + 64)
                if lines.hasHeightForWidth()
                else lines.totalSizeHint().height(),
            )
        page.grab().save(str(folder / f"{name}-{scheme}-{math.floor(float(scale) * 100)}.png"))
        page.close()


def main() -> None:
    """One process for each scheme and scale, as Qt wants it."""
    if os.environ.get("GALLERY_SCHEME"):
        grab(
            Path(sys.argv[1]),
            os.environ["GALLERY_SCHEME"],
            sys.argv[2:],
            int(os.environ.get("GALLERY_WIDTH", WIDTH)),
        )
        return
    Path(sys.argv[1]).mkdir(parents=True, exist_ok=True)
    for scale in os.environ.get("GALLERY_SCALES", "1 2").split():
        for scheme in ("light", "dark"):
            environment = {
                **os.environ,
                "QT_QPA_PLATFORM": "offscreen",
                "QT_SCALE_FACTOR": scale,
                "GALLERY_SCHEME": scheme,
            }
            subprocess.run(
                [sys.executable, "-m", "tests.gallery", *sys.argv[1:]], env=environment, check=True
            )


if __name__ == "__main__":
    main()
