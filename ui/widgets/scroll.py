"""A page that scrolls: one column, at most so wide, with the design's margins."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QEvent, QSize, Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QScrollArea, QVBoxLayout, QWidget

from ui.theme import fonts, measures
from ui.theme.fonts import Type
from ui.widgets.cards import NoticeBar
from ui.widgets.layouts import empty
from ui.widgets.texts import Text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtGui import QResizeEvent
    from PySide6.QtWidgets import QLayout

    from ui.widgets.data import Notice


class _Inner(QWidget):
    """What is scrolled: exactly as tall as its width makes it.

    The heights that wrapped texts would need at the least width, which a layout adds up, would leave a page
    with nothing on it at the end. While `is_yielding` it claims no width either.
    """

    is_yielding = False

    def minimumSizeHint(self) -> QSize:  # noqa: N802
        layout = self.layout()
        claims = 0 if layout is None or self.is_yielding else layout.totalMinimumSize().width()
        return QSize(claims, 0)


class ScrollPage(QScrollArea):
    """Put things into `column` with `add`; the headline is made by `add_headline`."""

    narrowed = Signal(bool)
    """Whether the page is narrow now (below 900)."""
    acted = Signal(str)
    """The action of a notice whose button was pressed."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAsNeeded)  # text of 300 % on 720 px
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.is_narrow = False
        self._seen = 0
        """The viewport's width, as Qt tells it. Asked for the viewport, which Qt made, the binding would
        first make every class of widgets that it knows: 25 ms, and 1 MB."""
        self._headlines: list[Text] = []
        self._scrolled = inner = _Inner()
        self._outer = QHBoxLayout(inner)
        self._outer.setSpacing(0)
        holder = QWidget()
        rest = QVBoxLayout(holder)
        rest.setContentsMargins(0, 0, 0, 0)
        self.column = QVBoxLayout()
        self.column.setSpacing(0)
        rest.addLayout(self.column)
        rest.addStretch(1)
        self.notices = QVBoxLayout()
        self.notices.setSpacing(fonts.px(8))
        self.column.addLayout(self.notices)
        self._outer.addWidget(holder)
        self.setWidget(inner)
        self._margins()

    def add(self, item: QWidget | QLayout, gap: int = 16) -> None:
        """Put something at the end of the column, `gap` below what stands there."""
        if self.column.count() > 1:  # the first are the notices
            self.column.addSpacing(fonts.px(gap))
        if isinstance(item, QWidget):
            self.column.addWidget(item)
        else:
            self.column.addLayout(item)

    def add_headline(self, text: str, gap: int = 24) -> Text:
        """The page's answer in one sentence; smaller on a narrow page."""
        headline = Text(text, Type.HEADLINE, wrap=True)
        self._headlines.append(headline)
        self.add(headline, gap)
        self._sizes()
        return headline

    def show_notices(self, notices: Sequence[Notice]) -> None:
        """Show these, and no others, above all else; `acted` tells which button was pressed."""
        empty(self.notices)
        for notice in notices:
            bar = NoticeBar(notice)
            bar.pressed.connect(lambda action=notice.action: self.acted.emit(action))
            self.notices.addWidget(bar)
        self.notices.setContentsMargins(0, 0, 0, fonts.px(24) if notices else 0)

    def show_widget(self, widget: QWidget) -> None:
        """Scroll until it is seen, its top first."""
        self.ensureWidgetVisible(widget, 0, fonts.px(24))

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: D102, N802
        self._seen = event.size().width()
        # What stands side by side claims the width of that until it is narrower: it is made so, then asked.
        self._scrolled.is_yielding = event.size().width() < event.oldSize().width()
        super().resizeEvent(event)
        if self._scrolled.is_yielding:
            self._scrolled.is_yielding = False
            QCoreApplication.postEvent(self, QEvent(QEvent.Type.LayoutRequest))
        narrow = self.width() < fonts.px(measures.NARROW)
        changes = narrow != self.is_narrow
        self.is_narrow = narrow
        self._margins()
        if changes:
            self._sizes()
            self.narrowed.emit(narrow)

    def _margins(self) -> None:
        tight = self.width() < fonts.px(measures.TIGHT)
        narrow = measures.TIGHT_MARGIN if tight else measures.NARROW_MARGIN
        side = fonts.px(narrow if self.is_narrow else measures.MARGIN)
        side = max(side, (self._seen - fonts.px(measures.CONTENT)) // 2)
        top = fonts.px(20 if self.is_narrow else 28)
        self._outer.setContentsMargins(side, top, side, fonts.px(40))

    def _sizes(self) -> None:
        kind = Type.HEADLINE_NARROW if self.is_narrow else Type.HEADLINE
        for headline in self._headlines:
            headline.setFont(fonts.font(kind))
            headline.setMinimumHeight(fonts.line(kind))
