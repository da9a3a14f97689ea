"""Which checks reports may answer: the person silences some; the organisation's stay silenced."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QPushButton, QVBoxLayout, QWidget

from ui.theme import fonts
from ui.theme.fonts import Type
from ui.widgets.layouts import Flowing
from ui.widgets.marks import Mark
from ui.widgets.texts import SectionHeading, Text
from ui.widgets.tick import Tick
from ui.words import translate

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtGui import QResizeEvent

    from ui.view_models.decisions import Network, Silence

_TWO = 640
"""From this width on there are two columns."""


class _Entry(QWidget):
    """One check: a tick means that reports may answer it."""

    toggled = Signal()

    def __init__(self, silence: Silence) -> None:
        super().__init__()
        self.silence = silence
        self.box = Tick(silence.title)
        self.words = Text("", Type.CAPTION, "text2")
        self._lock = Mark("padlock", 12)
        self.box.toggled.connect(self._said)
        self.box.toggled.connect(self.toggled)
        line = QGridLayout(self)
        line.setContentsMargins(0, 0, fonts.px(24), 0)
        line.setHorizontalSpacing(fonts.px(6))
        line.setColumnStretch(0, 1)
        line.addWidget(self.box, 0, 0, Qt.AlignmentFlag.AlignLeft)
        line.addWidget(self._lock, 0, 1)
        line.addWidget(self.words, 0, 2)
        self.show_silence(silence)

    def show_silence(self, silence: Silence) -> None:
        self.silence = silence
        self.box.blockSignals(True)
        self.box.setChecked(not silence.silenced)
        self.box.blockSignals(False)
        self.box.setEnabled(not silence.locked)
        self.box.setToolTip(silence.words if silence.locked else "")
        self._lock.setVisible(silence.locked)
        self._said()

    @property
    def is_changed(self) -> bool:
        return self.box.isChecked() == self.silence.silenced

    def _said(self) -> None:
        if not self.is_changed:
            words = self.silence.words if self.silence.silenced else ""
            spoken = self.silence.words
        elif self.box.isChecked():
            words = spoken = translate("Decides", "may be answered once you save")
        else:
            words = spoken = translate("Decides", "silenced once you save")
        self.words.setText(words)
        self.box.setAccessibleDescription(spoken)


class SilenceSection(QWidget):
    """Closed at first; changes are saved together."""

    saved = Signal(list)
    """The ids of all that the person wants silenced."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.entries: dict[str, _Entry] = {}
        self._silenced: tuple[Silence, ...] = ()
        self._own: frozenset[str] = frozenset()
        self._columns = 0
        self.heading = SectionHeading(translate("Decides", "Which checks reports may answer"))
        self.open_ = QPushButton(translate("Decides", "Choose checks"))
        self.open_.clicked.connect(self._toggle)
        self.heading.add(self.open_)
        self._list = QWidget()
        self._grid = QGridLayout(self._list)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setSpacing(0)
        self.save = QPushButton()
        self.save.clicked.connect(self._save)
        self.discard = QPushButton(translate("Decides", "Discard"))
        self.discard.clicked.connect(self._discard)
        self._buttons = QWidget()
        line = Flowing(self._buttons, gap=8)
        line.addWidget(self.save)
        line.addWidget(self.discard)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(fonts.px(12))
        for widget in (self.heading, self._list, self._buttons):
            column.addWidget(widget)
        self._list.hide()
        self._buttons.hide()

    def show_silenced(self, silenced: Sequence[Silence], own: frozenset[str]) -> None:
        """Show this; what was ticked and not saved is kept."""
        self._own = own
        if tuple(silenced) != self._silenced:
            self._silenced = tuple(silenced)
            for silence in silenced:
                entry = self.entries.get(silence.id)
                if entry is not None and entry.silence != silence:
                    entry.show_silence(silence)
        n = sum(silence.silenced for silence in silenced)
        all_ = translate("Decides", "All of them, where they have an answer.")
        said = translate("Decides", "%n checks are silenced.", None, n) if n else all_
        rest = translate(
            "Decides",
            "A silenced check has no answer in reports sealed from now on; it is still measured, and shown "
            "on the first page. Nobody can tell it from one that this computer cannot answer.",
        )
        self.heading.say(self.heading.title.text(), f"{said} {rest}")
        self.setVisible(bool(silenced))
        self._changed()

    def open(self) -> None:
        """Show the checks, and give the first of them the focus."""
        if not self.entries:
            for silence in self._silenced:
                entry = self.entries[silence.id] = _Entry(silence)
                entry.toggled.connect(self._changed)
            self._arrange(self._fitting())
        self._list.show()
        self.open_.setText(translate("Decides", "Close"))
        first = next((entry for entry in self.entries.values() if entry.box.isEnabled()), None)
        if first is not None:
            first.box.setFocus(Qt.FocusReason.OtherFocusReason)

    def is_open(self) -> bool:
        """Whether the checks are shown."""
        return not self._list.isHidden()

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: D102, N802
        super().resizeEvent(event)
        if self.entries:
            self._arrange(self._fitting())

    def _toggle(self) -> None:
        if not self.is_open():
            self.open()
            return
        self._discard()
        self._list.hide()
        self.open_.setText(translate("Decides", "Choose checks"))

    def _fitting(self) -> int:
        least = max((entry.minimumSizeHint().width() for entry in self.entries.values()), default=0)
        return 2 if self.width() >= max(fonts.px(_TWO), 2 * least) else 1

    def _arrange(self, columns: int) -> None:
        if columns == self._columns:
            return
        self._columns = columns
        tall = -(-len(self.entries) // columns)
        before = None
        for number, entry in enumerate(self.entries.values()):
            self._grid.addWidget(entry, number % tall, number // tall)
            if before is not None:
                self.setTabOrder(before, entry.box)
            before = entry.box
        for column in range(2):
            self._grid.setColumnStretch(column, int(column < columns))

    def _changed(self) -> None:
        changed = [entry for entry in self.entries.values() if entry.is_changed]
        n = len(changed)
        self.save.setText(translate("Decides", "Save %n changes", None, n))
        self._buttons.setVisible(bool(changed))

    def _save(self) -> None:
        wanted = set(self._own)
        for id_, entry in self.entries.items():
            if entry.is_changed:
                (wanted.discard if entry.box.isChecked() else wanted.add)(id_)
        self.open_.setFocus(Qt.FocusReason.OtherFocusReason)
        self.saved.emit(sorted(wanted))

    def _discard(self) -> None:
        had_focus = self.discard.hasFocus()
        for entry in self.entries.values():
            entry.show_silence(entry.silence)
        self._changed()
        if had_focus:
            self.open_.setFocus(Qt.FocusReason.OtherFocusReason)


class NetworkSection(QWidget):
    """Whether active network checks run, and where to."""

    turned_off = Signal()
    undone = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.heading = SectionHeading(translate("Decides", "Active network checks"))
        self.off = QPushButton(translate("Decides", "Turn off"))
        self.off.setAccessibleName(translate("Decides", "Turn off active network checks"))
        self.off.clicked.connect(self.turned_off)
        self.on = QPushButton(translate("Decides", "Undo"))
        self.on.setAccessibleName(translate("Decides", "Let active network checks run again"))
        self.on.clicked.connect(self.undone)
        self.heading.add(self.off)
        self.heading.add(self.on)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.heading)

    def show_network(self, network: Network, *, is_own: bool) -> None:
        """Show this; `is_own`: the person turned them off."""
        rest = translate(
            "Decides", "They never go to an operator, so that none learns when this computer is on."
        )
        self.heading.say(self.heading.title.text(), f"{network.text} {rest}")
        focused = self.off.hasFocus() or self.on.hasFocus()
        self.off.setVisible(network.may_turn_off)
        self.on.setVisible(is_own)
        if focused:
            button = self.off if network.may_turn_off else self.on
            button.setFocus(Qt.FocusReason.OtherFocusReason)
