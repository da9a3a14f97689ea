"""The question: what leaves, who reads it, its limits, and answers that look alike, none of them chosen.

Asked again only where a task asks for more than was agreed to; then it shows what changed and nothing else.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QBoxLayout,
    QDialog,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QWidget,
)

from agent.model import Choice
from ui import pages
from ui.dialogs.fitting import FittingDialog
from ui.link import commands
from ui.theme import fonts, icons, scheme
from ui.theme.fonts import SEMIBOLD, Type
from ui.view_models import decisions, first_run, notices
from ui.view_models.first_run import Why
from ui.widgets.announce import announce
from ui.widgets.boxes import Boxes
from ui.widgets.cards import NoticeBar, reasons
from ui.widgets.choices import ChoiceButtons
from ui.widgets.data import Notice
from ui.widgets.progress import ProgressLine
from ui.widgets.texts import Prose, Text
from ui.words import translate

if TYPE_CHECKING:
    from PySide6.QtGui import QResizeEvent

    from ui.link.commands import Answer
    from ui.link.session import Session
    from ui.link.snapshot import Snapshot
    from ui.view_models.first_run import Ask

_WIDTH = 720
_MARGIN = 40
_NARROW = 420
_TOLD = "required"
"""Remembered once somebody was told that reports are required."""


def dialog(session: Session, parent: QWidget | None = None) -> QDialog | None:
    """The question, if the newest snapshot has one for the person."""
    snapshot = session.snapshot
    ask = None if snapshot is None else first_run.ask(snapshot, session.numbers)
    if snapshot is None or ask is None:
        return None
    if ask.why is Why.REQUIRED:
        if _TOLD in session.preferences.told:
            return None
        session.remember(told=session.preferences.with_told(_TOLD).told)
    if parent is not None:
        for open_ in parent.findChildren(FirstRunDialog):
            if open_.isVisible():
                return open_
    return FirstRunDialog(session, snapshot, ask, parent)


class FirstRunDialog(FittingDialog):
    """Closing it is not choosing."""

    def __init__(self, session: Session, snapshot: Snapshot, ask: Ask, parent: QWidget | None = None) -> None:
        super().__init__(ask.title, _WIDTH, (_MARGIN, 32, _MARGIN, 24), parent)
        self._session, self._snapshot, self.ask = session, snapshot, ask
        self._serial = decisions.serial(snapshot)
        """What is agreed to is what stands here, whatever comes meanwhile."""
        self.choices: ChoiceButtons | None = None
        self.progress = ProgressLine(ask.question or ask.title)
        self.trouble = NoticeBar(Notice("", ""))
        self.trouble.hide()
        self._retry = Choice.OFF
        self.trouble.pressed.connect(lambda: self._choose(self._retry))
        self.preview = QPushButton(ask.preview)
        self.preview.setProperty("kind", "link")
        self.preview.setAutoDefault(False)
        self.preview.clicked.connect(self._look)
        column = self.column
        column.setSpacing(fonts.px(16))
        column.addLayout(self._head())
        for warning in ask.warnings:
            column.addWidget(NoticeBar(Notice(*_split(warning))))
        column.addWidget(self._lines())
        column.addSpacing(fonts.px(8))
        column.addStretch(1)
        if ask.required is not None:
            note = Notice(ask.required.title, ask.required.text, mark="padlock", is_calm=True)
            column.addWidget(NoticeBar(note, calm=True))
        if ask.choices:
            column.addWidget(Text(ask.question, weight=SEMIBOLD, wrap=True))
            self.choices = ChoiceButtons(ask.question, ask.choices)
            self.choices.chosen.connect(lambda id_: self._pick(Choice(id_)))
            column.addWidget(self.choices)
        for reason in reasons(ask.choices):
            column.addWidget(reason)
        column.addWidget(self.progress)
        column.addWidget(self.trouble)
        column.addWidget(Prose(ask.foot, Type.CAPTION))
        if not ask.choices:
            self.close_ = QPushButton(translate("FirstRun", "Close"))
            self.close_.clicked.connect(self.reject)
            column.addWidget(self.close_, 0, Qt.AlignmentFlag.AlignLeft)
        session.read.connect(self._came)

    # -- the parts

    def _head(self) -> QHBoxLayout:
        logo = QLabel()
        logo.setPixmap(
            icons.pixmap("tray-idle", fonts.px(40), scheme.tokens().accent, self.devicePixelRatioF())
        )
        title = Text(self.ask.title, Type.HEADLINE, wrap=True)
        line = QHBoxLayout()
        line.setSpacing(fonts.px(14))
        line.addWidget(logo, 0, Qt.AlignmentFlag.AlignTop)
        line.addWidget(title, 1)
        return line

    def _lines(self) -> _Lines:
        lines = _Lines()
        for number, line in enumerate(self.ask.lines):
            lines.add(line.label, Prose(line.text) if number else self._first(line.text))
        for term in self.ask.changes:
            words = translate("FirstRun", "{before}, now **{after}**").format(
                before=term.before, after=term.after
            )
            more = translate("FirstRun", "Asks for more.") if term.widens else ""
            said = (words, f"{more} {term.more}".strip())
            lines.add(term.name, Prose("\n".join(part for part in said if part), ink="text"))
        lines.add("", self.preview)
        return lines

    def _first(self, text: str) -> QWidget:
        example = self.ask.example
        if example is None:
            return Prose(text, ink="text")
        return _Example(text, Boxes(example.boxes, example.lit, example.spoken))

    # -- what happens

    def _came(self, snapshot: Snapshot) -> None:
        """Somebody may have answered elsewhere."""
        self._snapshot = snapshot
        asks_other = self._serial not in (None, decisions.serial(snapshot))
        is_over = snapshot.trouble is None and (first_run.why(snapshot) is not self.ask.why or asks_other)
        is_answering = self._session.is_running("choose") or not self.trouble.isHidden()
        if is_over and not is_answering:  # what went wrong stays until it was read
            self.reject()

    def _look(self) -> None:
        """Show what would be sent; the question is left without an answer, and can be opened again."""
        self.reject()
        self._session.wanted.emit(pages.LEAVES, "preview")

    def _pick(self, choice: Choice) -> None:
        further = decisions.consequences(self._snapshot, choice)
        if not further:
            self._choose(choice)
            return
        from ui.dialogs.asking import choosing

        asked = choosing(decisions.choice_word(choice), further, self)
        asked.answered.connect(lambda answer: self._choose(choice) if answer == "yes" else None)
        asked.open()

    def _choose(self, choice: Choice) -> None:
        if self._session.is_running("choose"):
            return
        self._retry = choice
        self.trouble.hide()
        word = decisions.choice_word(choice)
        self.progress.show_progress(0, 0, translate("Decides", "Choosing {choice}…").format(choice=word))

        def done(answer: Answer) -> None:
            self.progress.finish()
            if answer.failure is None:
                self.accept()
                return
            what = translate("Decides", "Choosing {choice}").format(choice=word)
            item = notices.of_failure(answer.failure, what)
            self.trouble.show_notice(item.notice._replace(button=translate("Decides", "Try again")))
            self.trouble.show()
            announce(self, f"{item.notice.title} {item.notice.text}")

        self._session.run(commands.choose(choice, self._serial), done)


class _Lines(QWidget):
    """Words in the margin, and what they say beside them; below them where it is narrow."""

    def __init__(self) -> None:
        super().__init__()
        self._pairs: list[tuple[Text, QWidget]] = []
        self._is_narrow: bool | None = None
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(fonts.px(24))

    def add(self, label: str, said: QWidget) -> None:
        margin = Text(label, weight=SEMIBOLD, wrap=True).beside_prose()
        words = fonts.metrics(Type.BODY, SEMIBOLD).horizontalAdvance(label) + 2
        margin.setFixedWidth(min(fonts.px(170), words))
        self._pairs.append((margin, said))
        self._is_narrow = None
        self._arrange()

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        super().resizeEvent(event)
        self._arrange()

    def _arrange(self) -> None:
        narrow = self.width() < fonts.px(_NARROW)
        if narrow == self._is_narrow:
            return
        self._is_narrow = narrow
        grid, top = self._grid, Qt.AlignmentFlag.AlignTop
        grid.setVerticalSpacing(fonts.px(4 if narrow else 10))
        grid.setColumnStretch(0, int(narrow))
        grid.setColumnStretch(1, int(not narrow))
        for number, (label, said) in enumerate(self._pairs):
            row, start = 2 * number, Qt.AlignmentFlag.AlignLeft
            grid.addWidget(label, row, 0, top)
            label.setVisible(bool(label.text()))
            label.setContentsMargins(0, fonts.px(8) if narrow and number else 0, 0, 0)
            where = (row + 1, 0) if narrow else (row, 1)
            if isinstance(said, QPushButton):
                grid.addWidget(said, *where, start)
            else:
                grid.addWidget(said, *where)
        self.updateGeometry()


class _Example(QWidget):
    """A line of text and boxes beside it; below it where there is no room."""

    def __init__(self, text: str, boxes: Boxes) -> None:
        super().__init__()
        self._text, self._boxes = text, boxes
        self._line = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        self._line.setContentsMargins(0, 0, 0, 0)
        self._line.setSpacing(fonts.px(12))
        self._prose = Prose(text, ink="text")
        self._line.addWidget(self._prose)
        self._line.addWidget(boxes, 0, Qt.AlignmentFlag.AlignVCenter)
        self._line.addStretch(1)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        super().resizeEvent(event)
        words = fonts.metrics(Type.BODY).horizontalAdvance(self._text) + fonts.px(4)
        fits = words + self._line.spacing() + self._boxes.sizeHint().width() <= self.width()
        self._prose.setMinimumWidth(words if fits else 0)
        self._prose.setMaximumWidth(words if fits else 16_777_215)
        wanted = QBoxLayout.Direction.LeftToRight if fits else QBoxLayout.Direction.TopToBottom
        if self._line.direction() != wanted:
            self._line.setDirection(wanted)
            self.updateGeometry()


def _split(warning: str) -> tuple[str, str]:
    """A warning's first sentence, and the rest."""
    first, dot, rest = warning.partition(". ")
    return (f"{first}.", rest) if dot else (warning, "")
