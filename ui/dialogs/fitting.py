"""A dialog of a given width, as tall as its content needs then; it scrolls where the screen is small."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, QSize, Qt
from PySide6.QtWidgets import QDialog, QFrame, QScrollArea, QVBoxLayout, QWidget

from ui.theme import fonts

if TYPE_CHECKING:
    from PySide6.QtGui import QShowEvent


class _Inner(QWidget):
    """Its height is asked for at its width; what its texts would need in narrow columns is no minimum."""

    def minimumSizeHint(self) -> QSize:  # noqa: N802
        return QSize(0, 0)


class FittingDialog(QDialog):
    """Put things into `column`. No answer has the focus at first: a stray key answers nothing."""

    def __init__(
        self, title: str, width: int, margins: tuple[int, int, int, int], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._width = fonts.px(width)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle(title)
        self.setModal(True)
        self._inner = _Inner()
        self.column = QVBoxLayout(self._inner)
        self.column.setContentsMargins(*(fonts.px(side) for side in margins))
        area = QScrollArea()
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setWidgetResizable(True)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setWidget(self._inner)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(area)
        self._inner.installEventFilter(self)
        self.setMinimumSize(fonts.px(300), fonts.px(160))
        self.setFocus()

    def sizeHint(self) -> QSize:  # noqa: D102, N802
        room = self.screen().availableSize()
        width = min(self._width, room.width())
        return QSize(width, min(self.column.totalHeightForWidth(width), room.height()))

    def showEvent(self, event: QShowEvent) -> None:  # noqa: D102, N802
        super().showEvent(event)
        self.fit()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: D102, N802
        if event.type() == QEvent.Type.LayoutRequest and self.isVisible():
            self.fit()
        return super().eventFilter(watched, event)

    def fit(self) -> None:
        """Be as tall as the content is now, if nobody made it larger."""
        wanted = self.sizeHint()
        if self.width() < wanted.width() or self.height() != wanted.height():
            self.resize(max(self.width(), wanted.width()), wanted.height())
