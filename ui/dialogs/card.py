"""The health card: tick what is to be on it, see it, then save or copy it. Nothing here sends anything."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QLocale, QMimeData, Qt
from PySide6.QtGui import QGuiApplication, QTextCursor
from PySide6.QtWidgets import (
    QDialog,
    QFileDialog,
    QFrame,
    QHBoxLayout,
    QPushButton,
    QScrollArea,
    QTextBrowser,
    QVBoxLayout,
    QWidget,
)

from ui.dialogs.saving import ask_where
from ui.link import files
from ui.theme import fonts, measures
from ui.theme.fonts import Type
from ui.view_models import card
from ui.widgets.announce import announce
from ui.widgets.layouts import Flowing
from ui.widgets.marks import Mark
from ui.widgets.texts import Prose, Text, strong
from ui.widgets.tick import Tick
from ui.words import translate

if TYPE_CHECKING:
    from collections.abc import Callable

    from ui.link.session import Session
    from ui.link.snapshot import Snapshot

HTML, PDF = "html", "pdf"


class CardDialog(QDialog):
    """Of one snapshot: what was ticked does not change while it is looked at."""

    def __init__(self, session: Session, snapshot: Snapshot, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        title = translate("Card", "Health card")
        self.setWindowTitle(title)
        self.setModal(True)
        self._session, self._snapshot = session, snapshot
        self.files: QFileDialog | None = None
        self.ticks: dict[str, Tick] = {}
        self.preview = QTextBrowser()
        self.preview.setAccessibleName(translate("Card", "Preview"))
        self.preview.setOpenLinks(False)
        self.preview.document().setDefaultFont(fonts.font(Type.CAPTION))  # paper is small print
        self.preview.setObjectName("paper")
        self.preview.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.html = QPushButton(translate("Card", "Save as HTML…"))
        self.pdf = QPushButton(translate("Card", "Save as PDF…"))
        self.copy = QPushButton(translate("Card", "Copy"))
        self.close_button = QPushButton(translate("Card", "Close"))
        self.html.clicked.connect(lambda: self._ask(HTML))
        self.pdf.clicked.connect(lambda: self._ask(PDF))
        self.copy.clicked.connect(self._copy)
        self.close_button.clicked.connect(self.reject)
        for button in (self.html, self.pdf, self.copy, self.close_button):
            button.setAutoDefault(False)
        self._said = Text("", ink="text2", wrap=True)
        self._lay_out(title)
        self._show()
        parent_window = parent.window() if parent is not None else None
        room = parent_window.size() if parent_window is not None else self.sizeHint()
        self.resize(
            min(fonts.px(960), max(measures.MINIMUM[0] - 20, room.width() - 80)),
            min(fonts.px(720), max(measures.MINIMUM[1] - 20, room.height() - 40)),
        )

    def ticked(self) -> set[str]:
        """The ids of what is on the card."""
        return {id_ for id_, box in self.ticks.items() if box.isChecked()}

    def made(self) -> card.Card:
        """The card as it is now."""
        return card.card(self._snapshot, self.ticked(), self._session.numbers)

    def said(self) -> str:
        """What came of saving or copying."""
        return self._said.text()

    # -- the parts

    def _lay_out(self, title: str) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(*(fonts.px(side) for side in (24, 20, 24, 20)))
        column.setSpacing(fonts.px(12))
        column.addWidget(Text(title, Type.SECTION))
        column.addWidget(
            Prose(
                translate(
                    "Card",
                    "Exactly what you tick is on it, and no name. Shoal sends it to nobody: you save or copy "
                    "it, and give it to whom you like.",
                ),
                width=measures.PROSE,
            )
        )
        sides = QHBoxLayout()
        sides.setSpacing(fonts.px(20))
        sides.addWidget(self._choices(), 0)
        sides.addWidget(self.preview, 1)
        column.addLayout(sides, 1)
        column.addWidget(self._said)
        holder = QWidget()
        buttons = Flowing(holder, gap=8, line_gap=8, ends=True)
        for button in (self.html, self.pdf, self.copy, self.close_button):
            buttons.addWidget(button)
        column.addWidget(holder)

    def _choices(self) -> QWidget:
        whole = QWidget()
        column = QVBoxLayout(whole)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(fonts.px(8))
        links = QHBoxLayout()
        links.setSpacing(fonts.px(16))
        for words, wanted in ((translate("Card", "Tick all"), True), (translate("Card", "Tick none"), False)):
            link = QPushButton(words)
            link.setProperty("kind", "link")
            link.setAutoDefault(False)
            link.clicked.connect(lambda _=False, wanted=wanted: self._tick(wanted))
            links.addWidget(link)
        links.addStretch(1)
        column.addLayout(links)
        rows = QWidget()
        lines = QVBoxLayout(rows)
        lines.setContentsMargins(0, 0, fonts.px(8), 0)
        lines.setSpacing(0)
        for group in card.groups(self._snapshot, self._session.numbers):
            lines.addWidget(strong(group.title))
            for row in group.rows:
                box = self.ticks[row.id] = Tick(row.title)
                box.setAccessibleName(card.line(row))
                box.setToolTip(card.line(row))
                box.setChecked(card.at_first(row))
                box.toggled.connect(lambda _: self._show())
                line = QHBoxLayout()
                line.setSpacing(fonts.px(12))
                line.addWidget(box, 1, Qt.AlignmentFlag.AlignLeft)
                line.addWidget(Mark(f"verdict-{row.verdict}", 14))
                lines.addLayout(line)
            lines.addSpacing(fonts.px(12))
        lines.addStretch(1)
        area = QScrollArea()
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setWidgetResizable(True)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setWidget(rows)
        area.setMinimumWidth(rows.sizeHint().width() + area.verticalScrollBar().sizeHint().width())
        column.addWidget(area, 1)
        return whole

    def _tick(self, wanted: bool) -> None:
        for box in self.ticks.values():
            box.blockSignals(True)
            box.setChecked(wanted)
            box.blockSignals(False)
        self._show()

    def _show(self) -> None:
        at = self.preview.verticalScrollBar().value()
        self.preview.setHtml(card.html(self.made()))
        self.preview.document().setDocumentMargin(fonts.px(16))
        self.preview.verticalScrollBar().setValue(at)
        some = bool(self.ticked())
        why = "" if some else translate("Card", "Nothing is ticked.")
        for button in (self.html, self.pdf, self.copy):
            button.setEnabled(some)
            button.setToolTip(why)
            button.setAccessibleDescription(why)
        self._said.setText(why)

    def _copy(self) -> None:
        made = self.made()
        QGuiApplication.clipboard().setMimeData(self._both(made))
        self._tell(translate("Card", "Copied, as text and with its layout."))

    def _both(self, made: card.Card) -> QMimeData:
        # The clipboard outlives the interpreter, and must not hold an object made by it: Qt makes one
        # of what is selected, whose texts are put in place of its own once it has fetched these.
        self.preview.selectAll()
        both = self.preview.createMimeDataFromSelection()
        self.preview.moveCursor(QTextCursor.MoveOperation.Start)
        both.text()
        for form in both.formats():
            if form not in ("text/plain", "text/html"):
                both.removeFormat(form)
        both.setText(card.plain(made))
        both.setHtml(card.html(made))
        return both

    def _ask(self, ending: str) -> None:
        title = translate("Card", "Save as HTML") if ending == HTML else translate("Card", "Save as PDF")
        kinds = "HTML (*.html)" if ending == HTML else "PDF (*.pdf)"
        name = card.file_name(ending)
        self.files = ask_where(self, title, name, kinds, lambda name: self.save(Path(name), ending))

    def save(self, path: Path, ending: str) -> None:
        """Write the card there, in a thread; what came of it is said."""
        made = self.made()
        letter = self._session.locale.measurementSystem() is QLocale.MeasurementSystem.ImperialUSSystem
        work = _html_to(path, made) if ending == HTML else _pdf_to(path, made, letter=letter)

        def done(_: object) -> None:
            self._tell(translate("Card", "Saved as {file}.").format(file=path))

        def failed(error: Exception) -> None:
            words = translate("Card", "It could not be saved as {file}: {cause}.")
            self._tell(words.format(file=path, cause=files.cause(error)))

        self._session.background.run(work, done, failed)

    def _tell(self, words: str) -> None:
        try:
            self._said.setText(words)
            announce(self._said, words)
        except RuntimeError:  # the dialog was closed meanwhile
            return


def _html_to(path: Path, made: card.Card) -> Callable[[], None]:
    def work() -> None:
        from ui.link import files

        files.save(path, [card.html(made).encode()], private=False)

    return work


def _pdf_to(path: Path, made: card.Card, *, letter: bool) -> Callable[[], None]:
    def work() -> None:
        from ui.link import files, paper

        files.save(path, [paper.pdf(card.html(made), made.title, letter=letter)], private=False)

    return work
