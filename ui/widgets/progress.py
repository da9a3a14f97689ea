"""How far something is: a thin line and words below it."""

from __future__ import annotations

from PySide6.QtWidgets import QProgressBar, QVBoxLayout, QWidget

from ui.theme import fonts
from ui.theme.fonts import Type
from ui.widgets.texts import Text


class ProgressLine(QWidget):
    """Hidden until something runs."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setAccessibleName(name)
        self.words = Text("", Type.CAPTION, "text2", wrap=True)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(fonts.px(6))
        column.addWidget(self.bar)
        column.addWidget(self.words)
        self.hide()

    def show_progress(self, done: int, total: int, words: str) -> None:
        """So much of so much; a total of 0: nobody knows how much."""
        self.bar.setRange(0, total)
        self.bar.setValue(done)
        self.bar.setAccessibleDescription(words)
        self.words.setText(words)
        self.show()

    def finish(self) -> None:
        """It is over."""
        self.hide()
