"""The sealed body beside its fields: from the bytes to the field, and back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QBoxLayout, QPushButton, QWidget

from ui.theme import fonts, measures
from ui.widgets.cards import Card
from ui.widgets.fields import FieldList
from ui.widgets.hexview import HexView

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtGui import QResizeEvent

    from ui.widgets.data import Field


_ENDS = 8
"""Above the first field and below the last."""
_TIGHT, _TIGHT_BELOW = 8, 480
"""The margins of bytes that have hardly any room."""


class SealedView(QWidget):
    """The bytes on a card, the fields on another; one below the other where the page is narrow."""

    chosen = Signal(str)
    """A field's id."""

    def __init__(
        self,
        bytes_name: str,
        fields_name: str,
        more: str,
        show_all: str,
        parent: QWidget | None = None,
    ) -> None:
        """`more`: "{} more bytes, all random-looking."; `show_all`: the button that shows them."""
        super().__init__(parent)
        self.bytes = HexView(bytes_name, more)
        self.fields = FieldList(fields_name)
        self.all = QPushButton(show_all)
        self.all.setProperty("kind", "link")
        self._line = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        self._line.setContentsMargins(0, 0, 0, 0)
        self._line.setSpacing(fonts.px(24))
        self._left, right = Card(), Card()
        self._left.body.addWidget(self.bytes, 0, Qt.AlignmentFlag.AlignLeft)
        self._left.body.addStretch(1)
        self._left.body.addWidget(self.all, 0, Qt.AlignmentFlag.AlignLeft)
        right.body.setContentsMargins(1, fonts.px(_ENDS), 1, fonts.px(_ENDS))
        right.body.addWidget(self.fields)
        right.body.addStretch(1)
        self._line.addWidget(self._left)
        self._line.addWidget(right, 1)
        self.all.clicked.connect(self._show_all)
        self.bytes.chosen.connect(self._from_bytes)
        self.bytes.completed.connect(self.all.hide)
        self.fields.chosen.connect(self._from_fields)
        self.fields.fitted.connect(self._fit)

    def show_body(self, body: bytes, fields: Sequence[Field], current: str | None = None) -> None:
        """Another body; `current` is the field that is chosen at first."""
        self.bytes.show_body(body, fields)
        self.fields.show_fields(fields)
        self.all.setVisible(not self.bytes.is_whole)
        if current is not None:
            self.choose(current)

    def choose(self, id_: str) -> None:
        """Choose a field from the program; nothing is told."""
        self.bytes.choose(id_)
        self.fields.choose(id_)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: D102, N802
        super().resizeEvent(event)
        narrow = self._is_narrow()
        self._line.setDirection(
            QBoxLayout.Direction.TopToBottom if narrow else QBoxLayout.Direction.LeftToRight
        )
        sides, ends = fonts.px(_TIGHT if self.width() < fonts.px(_TIGHT_BELOW) else 20), fonts.px(16)
        self._left.body.setContentsMargins(sides, ends, sides, ends)
        self._fit()

    def _is_narrow(self) -> bool:
        return self.width() < fonts.px(measures.TWO_COLUMNS - 2 * measures.MARGIN - 100)

    def _fit(self) -> None:
        """Side by side both are as tall as the fields; else the bytes have what width there is."""
        if not self._is_narrow():
            margins = self._left.body.contentsMargins()
            below = self.all.sizeHint().height() + self._left.body.spacing()
            tall = self.fields.height() + 2 * fonts.px(_ENDS)
            self.bytes.fit(self.width(), tall - margins.top() - margins.bottom() - below)
            return
        self.bytes.fit(self.width() - 2 * self._left.body.contentsMargins().left() - 2, 0)

    def _show_all(self) -> None:
        self.bytes.show_all()
        self.bytes.setFocus()

    def _from_bytes(self, id_: str) -> None:
        self.fields.choose(id_)
        self.chosen.emit(id_)

    def _from_fields(self, id_: str) -> None:
        self.bytes.choose(id_)
        self.chosen.emit(id_)
