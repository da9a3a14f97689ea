"""A metric's history as a chart whose steps are the boxes of the report; walked by keys, told in words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtWidgets import QSizePolicy, QWidget

from ui.theme import fonts
from ui.theme.fonts import Type
from ui.widgets import chart_paint
from ui.widgets.picture import Picture

if TYPE_CHECKING:
    from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent, QPainter

    from ui.widgets.data import Day, History

_STEP = 24
_LEAST = 132


class HistoryChart(Picture):
    """Always left to right. Left and Right walk the days, Home and End go to the ends, Escape stops."""

    def __init__(self, history: History, parent: QWidget | None = None) -> None:
        super().__init__(history.title, history.text, parent)
        self._history = history
        self._at: int | None = None
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setMouseTracking(True)
        self.setLayoutDirection(Qt.LayoutDirection.LeftToRight)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_history(self, history: History) -> None:
        """Another history from now on."""
        self._history, self._at = history, None
        self.describe(history.title, history.text)
        self.updateGeometry()
        self.update()

    def current(self) -> Day | None:
        """The day that is pointed at."""
        return None if self._at is None else self._history.days[self._at]

    def sizeHint(self) -> QSize:  # noqa: D102, N802
        steps = max(fonts.px(_STEP) * len(self._history.steps), fonts.px(_LEAST))
        return QSize(fonts.px(640), steps + fonts.line(Type.CAPTION) + fonts.px(22))

    def minimumSizeHint(self) -> QSize:  # noqa: D102, N802
        return QSize(fonts.px(240), self.sizeHint().height())

    def draw(self, painter: QPainter) -> None:  # noqa: D102
        place = chart_paint.Place.of(self._history, self.width(), self.height())
        chart_paint.paint(painter, self._history, place, self._at)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: D102, N802
        last = len(self._history.days) - 1
        at = last + 1 if self._at is None else self._at
        moves = {
            Qt.Key.Key_Left: at - 1,
            Qt.Key.Key_Right: min(at + 1, last),
            Qt.Key.Key_Home: 0,
            Qt.Key.Key_End: last,
        }
        key = Qt.Key(event.key())
        if key in moves and last >= 0:
            self._point(min(max(0, moves[key]), last))
        elif key == Qt.Key.Key_Escape and self._at is not None:
            self._point(None)
        else:
            super().keyPressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:  # noqa: D102, N802
        place = chart_paint.Place.of(self._history, self.width(), self.height())
        self._point(place.day_at(event.position().x(), len(self._history.days)))

    def leaveEvent(self, event: QEvent) -> None:  # noqa: D102, N802
        super().leaveEvent(event)
        if not self.hasFocus():
            self._point(None)

    def focusOutEvent(self, event: QFocusEvent) -> None:  # noqa: D102, N802
        super().focusOutEvent(event)
        self._point(None)

    def _point(self, day: int | None) -> None:
        if day == self._at:
            return
        self._at = day
        found = self.current()
        self.say(self._history.text if found is None else f"{found.label}: {found.words}")
        self.update()
