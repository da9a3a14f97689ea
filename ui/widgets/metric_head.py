"""The columns in which checks stand, and the head that names them above a category's rows."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QColor, QPainter
from PySide6.QtWidgets import QSizePolicy, QWidget

from ui.theme import fonts, measures, scheme
from ui.theme.fonts import Type
from ui.widgets.picture import brush

if TYPE_CHECKING:
    from PySide6.QtGui import QPaintEvent

_STACKED = 480
LEAST = 200
"""The least width of a row."""


class Columns(NamedTuple):
    """Where things stand in a row of this width, from the side that the language starts at."""

    title: float
    value: float
    """The end of the value; its unit follows."""
    verdict: float
    trend: float | None
    since: float
    chevron: float
    is_stacked: bool = False
    """Hardly any room, as with much larger text: the title stands above all else."""

    @classmethod
    def of(cls, width: float) -> Columns:
        """The columns of a row that wide; a narrow one has no small history."""
        px = fonts.px
        if width < px(_STACKED):
            return cls(px(40), 0.0, 0.0, None, 0.0, width - px(28), is_stacked=True)
        if width < px(measures.NARROW - 2 * measures.NARROW_MARGIN):
            return cls(px(40), width * 0.51, width * 0.64, None, width * 0.76, width - px(32))
        return cls(px(40), width * 0.386, width * 0.466, width * 0.549, width * 0.81, width - px(32))


class MetricHead(QWidget):
    """A category's title above its rows, and the names of their columns."""

    def __init__(
        self,
        title: str,
        value: str,
        verdict: str,
        trend: str,
        since: str,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._title = title
        self._names = (value, verdict, trend, since)
        self.setAccessibleName(title)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def name_columns(self, value: str, verdict: str, trend: str, since: str) -> None:
        """Other names from now on. Without `since`, what is named `trend` reaches to the row's end."""
        if self._names != (value, verdict, trend, since):
            self._names = (value, verdict, trend, since)
            self.update()

    def sizeHint(self) -> QSize:  # noqa: D102, N802
        return QSize(fonts.px(480), fonts.px(32))

    def minimumSizeHint(self) -> QSize:  # noqa: D102, N802
        return QSize(fonts.px(LEAST), fonts.px(32))

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: D102, N802
        painter = brush(self)
        worn = scheme.tokens()
        columns = Columns.of(self.width())
        value, verdict, trend, since = self._names
        baseline = self.height() - fonts.px(10)
        caption = fonts.metrics(Type.CAPTION)
        self._at(painter, fonts.px(12), baseline, self._title, Type.GROUP, worn.text)
        if columns.is_stacked:
            painter.end()
            return
        end = columns.value - caption.horizontalAdvance(value)
        if end > fonts.px(18) + fonts.metrics(Type.GROUP).horizontalAdvance(self._title):
            self._at(painter, end, baseline, value, Type.CAPTION, worn.text3)
        if columns.trend is None and not since:
            since = trend
        heads = [(columns.verdict, verdict), (columns.trend, trend), (columns.since, since)]
        shown = [(left, name) for left, name in heads if left is not None]
        for (left, name), stop in zip(shown, (*(left for left, _ in shown[1:]), self.width()), strict=True):
            room = int(stop - left - fonts.px(4))
            if columns.trend is not None and not since and left == columns.trend:
                room = int(self.width() - left)
            words = caption.elidedText(name, Qt.TextElideMode.ElideRight, room)
            self._at(painter, left, baseline, words, Type.CAPTION, worn.text3)
        painter.end()

    def _at(
        self, painter: QPainter, left: float, baseline: float, text: str, kind: Type, colour: str
    ) -> None:
        painter.setFont(fonts.font(kind))
        painter.setPen(QColor(colour))
        if self.isRightToLeft():
            left = self.width() - left - fonts.metrics(kind).horizontalAdvance(text)
        painter.drawText(int(left), int(baseline), text)
