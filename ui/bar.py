"""The window's bar: the shoal, the tabs, and at its end what is sent next."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter
from PySide6.QtWidgets import (
    QButtonGroup,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSizePolicy,
    QSpacerItem,
    QWidget,
)

from ui import pages
from ui.theme import fonts, measures, scheme
from ui.theme.fonts import SEMIBOLD, Type
from ui.widgets.texts import Text

if TYPE_CHECKING:
    from PySide6.QtGui import QPaintEvent, QResizeEvent

    from ui.view_models.status import Status

MARKS = {"idle": "", "held": "held", "attention": "verdict-bad", "off": ""}
"""What stands before the bar's words, by the value of status.Icon."""


class Tab(QPushButton):
    """A page's tab, a small count beside its words; shortened where it `may_shrink` and has no room."""

    may_shrink = False
    _pixels = measures.Type.BODY.size

    def __init__(self, words: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)  # given the words, Qt would think of icons first, and make their class
        self.setText(words)
        self._words = words
        self.setProperty("kind", "tab")
        self.setCheckable(True)
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Expanding)
        self._badge = QLabel(self)
        self._badge.setObjectName("badge")
        self._badge.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._badge.hide()
        self.write_in(fonts.px(measures.Type.BODY.size))

    def write_in(self, pixels: int) -> None:
        """Letters of this size, and the badge to go with them."""
        self._pixels = pixels
        self._badge.setFixedHeight(self._px(20))
        self._dress()

    def wide_in(self, pixels: int) -> int:
        """How wide it would be in letters of this size."""
        kept, self._pixels = self._pixels, pixels
        badge = self._px(60) + self._px(6) if self._badge.text() else 0
        wide = self._metrics().horizontalAdvance(self._words) + self._px(30) + badge
        self._pixels = kept
        return wide

    def show_badge(self, words: str) -> None:
        """Say this beside the tab's words; "" for nothing."""
        if words == self._badge.text():
            return
        self._badge.setText(words)
        self._badge.setVisible(bool(words))
        self.setAccessibleName(f"{self._words}, {words}" if words else self._words)
        self._dress()
        self.updateGeometry()
        self._place()

    def badge(self) -> str:
        """What is said beside the words."""
        return self._badge.text()

    def sizeHint(self) -> QSize:  # noqa: D102, N802
        hint = super().sizeHint()
        shown = hint.width() + self._advance(self._words) - self._advance(self.text())
        heavy = self._metrics().horizontalAdvance(self._words)
        hint.setWidth(max(shown, heavy + self._px(30)) + self._badge_room())
        return hint

    def minimumSizeHint(self) -> QSize:  # noqa: D102, N802
        hint = self.sizeHint()
        if self.may_shrink:
            hint.setWidth(min(hint.width(), self._px(90) + self._badge_room()))
        return hint

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: D102, N802
        super().resizeEvent(event)
        self._place()

    def _px(self, length: float) -> int:
        return round(length * self._pixels / measures.Type.BODY.size)

    def _metrics(self) -> QFontMetrics:
        font = QFont(fonts.font(Type.BODY, SEMIBOLD))
        font.setPixelSize(self._pixels)
        return QFontMetrics(font)

    def _dress(self) -> None:
        usual = self._pixels == fonts.px(measures.Type.BODY.size)
        size = "" if usual else f"font-size: {self._pixels}px;"
        side = "text-align: left;" if self._badge.text() else ""  # turned with the script
        if self.styleSheet() != side + size:
            self.setStyleSheet(side + size)
            caption = self._px(measures.Type.CAPTION.size)
            self._badge.setStyleSheet("" if usual else f"font-size: {caption}px;")

    def _advance(self, words: str) -> int:
        return self.fontMetrics().horizontalAdvance(words)

    def _badge_room(self) -> int:
        return self._badge.sizeHint().width() + self._px(6) if self._badge.text() else 0

    def _place(self) -> None:
        missing = self.sizeHint().width() - self.width()
        metrics = self._metrics()
        room = metrics.horizontalAdvance(self._words) - missing
        short = metrics.elidedText(self._words, Qt.TextElideMode.ElideRight, room if missing > 0 else 9999)
        if short != self.text():
            self.setText(short)
        self.setToolTip("" if short == self._words else self._words)
        if not self.accessibleName():
            self.setAccessibleName(self._words)
        size = QSize(self._badge.sizeHint().width(), self._px(20))
        edge = self._px(12)
        left = edge if self.isRightToLeft() else self.width() - edge - size.width()
        self._badge.setGeometry(left, (self.height() - size.height()) // 2, size.width(), size.height())


class _Shortened(Text):
    """One line that ends in "…" where there is no room for it; its tooltip has all of it then."""

    def __init__(self) -> None:
        super().__init__("", ink="text2")
        self._whole = ""

    def say(self, words: str) -> None:
        """Say this from now on."""
        self._whole = words
        self._fit()
        self.updateGeometry()

    def sizeHint(self) -> QSize:  # noqa: N802
        width = self.fontMetrics().horizontalAdvance(self._whole) + fonts.px(2)
        return QSize(width, super().sizeHint().height())

    def minimumSizeHint(self) -> QSize:  # noqa: N802
        return QSize(fonts.px(24), super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        shown = self.fontMetrics().elidedText(self._whole, Qt.TextElideMode.ElideRight, self.width())
        if self.text() != shown:
            self.setText(shown)
        self.setToolTip("" if shown == self._whole else self._whole)
        self.setAccessibleName(self._whole)


class _State(QWidget):
    """The bar's end: a mark, what is wrong in semibold, what is sent next."""

    def __init__(self) -> None:
        super().__init__()
        from ui.widgets.marks import Mark  # not before the first paint

        self._mark = Mark("state-nothing", 14, ink="text2")
        self._strong = Text("", ink="bad", weight=SEMIBOLD)
        self._words = _Shortened()
        line = QHBoxLayout(self)
        line.setContentsMargins(fonts.px(8), 0, 0, 0)
        line.setSpacing(fonts.px(8))
        for widget in (self._mark, self._strong, self._words):
            line.addWidget(widget)

    def show_status(self, status: Status) -> None:
        mark = MARKS[status.icon]
        self._mark.setVisible(bool(mark))
        self._mark.show_icon(mark or "state-nothing")
        self._strong.setText(status.strong)
        self._strong.setVisible(bool(status.strong))
        self._words.say(status.text)
        self.setAccessibleName(f"{status.strong} {status.text}".strip())


class Bar(QWidget):
    """The shoal, its name, the tabs; at the end what is sent next. 56 px."""

    picked = Signal(str)
    """A page's id."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFixedHeight(fonts.px(measures.BAR))
        self._is_hollow = True
        self._lit = ""
        self._logo = QLabel()
        self._logo.setAccessibleName("Shoal")
        self._name = Text("Shoal", Type.BODY, weight=SEMIBOLD)
        self._group = QButtonGroup(self)
        self.tabs: dict[str, Tab] = {}
        self._line = QHBoxLayout(self)
        self._line.setSpacing(0)
        self._gaps = QSpacerItem(fonts.px(10), 0), QSpacerItem(fonts.px(28), 0)
        self._line.addWidget(self._logo)
        self._line.addItem(self._gaps[0])
        self._line.addWidget(self._name)
        self._line.addItem(self._gaps[1])
        for page in pages.FACTORIES:
            tab = Tab(pages.title(page))
            # Not clicked: a screen reader toggles what can be checked.
            tab.toggled.connect(lambda on, page=page: self._toggled(page) if on else None)
            self._group.addButton(tab)
            self.tabs[page] = tab
            self._line.addWidget(tab)
        self._line.addStretch(1)
        self._state: _State | None = None
        self._logo.setFixedSize(fonts.px(28), fonts.px(28))  # drawn after the first paint
        self._margins()

    def show_page(self, page: str) -> None:
        """Light this page's tab."""
        self._lit = page
        self.tabs[page].setChecked(True)

    def show_status(self, status: Status) -> None:
        """Say this from now on."""
        if self._state is None:
            self._state = _State()
            self._line.addWidget(self._state)
            self._margins()
        self._state.show_status(status)
        self.tabs[pages.LEAVES].show_badge(status.badge)
        self._margins()
        self._is_hollow = status.icon == "off"
        self.draw_logo()

    def words(self) -> str:
        """What is said of the next send."""
        return "" if self._state is None else self._state.accessibleName()

    def changeEvent(self, event: QEvent) -> None:  # noqa: D102, N802
        super().changeEvent(event)
        if event.type() == QEvent.Type.PaletteChange and hasattr(self, "tabs"):
            if not self._logo.pixmap().isNull():
                self.draw_logo()
            self.update()

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: D102, N802
        super().resizeEvent(event)
        self._margins()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: D102, N802
        painter = QPainter(self)
        painter.setPen(QColor(scheme.tokens().line))  # filling would first make the classes of all gradients
        painter.drawLine(0, self.height() - 1, self.width() - 1, self.height() - 1)
        painter.end()

    def _toggled(self, page: str) -> None:
        if page != self._lit:
            self.picked.emit(page)

    def _margins(self) -> None:
        narrow, tight = (self.width() < fonts.px(most) for most in (measures.NARROW, measures.TIGHT))
        side = fonts.px(measures.NARROW_MARGIN if narrow else measures.MARGIN)
        side = fonts.px(measures.TIGHT_MARGIN) if tight else side
        side = max(side, (self.width() - fonts.px(measures.CONTENT)) // 2)
        self._line.setContentsMargins(side, 0, side, 0)
        if self._state is not None:
            self._state.setVisible(not narrow)
        self._name.setVisible(not narrow)
        for tab in self.tabs.values():
            if tab.may_shrink != narrow:
                tab.may_shrink = narrow
                tab.updateGeometry()
        self._fit_tabs(self.width() - 2 * side)

    def _fit_tabs(self, room: int) -> None:
        """Much larger text in a small window: as large as lets the tabs be read; the shoal gives way."""
        usual, least = fonts.px(measures.Type.BODY.size), measures.Type.BODY.size
        if usual == least:
            return
        tabs = self.tabs.values()
        whole = sum(tab.wide_in(usual) for tab in tabs) + fonts.px(10 + 28 + 28)
        self._logo.setVisible(whole <= room)
        for gap, wide in zip(self._gaps, (10, 28), strict=True):
            gap.changeSize(fonts.px(wide) if whole <= room else 0, 0)
        sizes = range(usual, least, -1)
        fitting = next((n for n in sizes if sum(tab.wide_in(n) for tab in tabs) <= room), least)
        for tab in tabs:
            tab.write_in(fitting)
        self._line.invalidate()

    def draw_logo(self) -> None:
        """In the colours of the present scheme."""
        from ui.theme import icons  # what reads SVG is not loaded before the first paint

        name = "tray-off" if self._is_hollow else "tray-idle"
        ratio = self.devicePixelRatioF()
        self._logo.setPixmap(icons.pixmap(name, fonts.px(28), scheme.tokens().accent, ratio))
