"""The window: a bar with three tabs and the state, and the page below it."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QColor, QPainter
from PySide6.QtWidgets import (
    QButtonGroup,
    QHBoxLayout,
    QLabel,
    QMainWindow,
    QPushButton,
    QSizePolicy,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from ui import pages
from ui.theme import fonts, measures, scheme
from ui.theme.fonts import SEMIBOLD, Type
from ui.widgets.texts import Text

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from PySide6.QtGui import QCloseEvent, QPaintEvent, QResizeEvent

    from ui.link.session import Session
    from ui.pages.page import Page
    from ui.view_models.status import Status
    from ui.widgets.data import Notice

_IDLE = 40
"""Milliseconds between two turns of what is not in a hurry."""
MARKS = {"idle": "", "held": "held", "attention": "verdict-bad", "off": ""}
"""What stands before the bar's words, by the value of status.Icon."""


class Tab(QPushButton):
    """A page's tab, a small count beside its words; shortened where it `may_shrink` and has no room."""

    may_shrink = False

    def __init__(self, words: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)  # given the words, Qt would think of icons first, and make their class
        self.setText(words)
        self._words = words
        self.setProperty("kind", "tab")
        self.setCheckable(True)
        self.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Expanding)
        self._badge = QLabel(self)
        self._badge.setObjectName("badge")
        self._badge.setFixedHeight(fonts.px(20))
        self._badge.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._badge.hide()

    def show_badge(self, words: str) -> None:
        """Say this beside the tab's words; "" for nothing."""
        if words == self._badge.text():
            return
        self._badge.setText(words)
        self._badge.setVisible(bool(words))
        self.setAccessibleName(f"{self._words}, {words}" if words else self._words)
        self.setStyleSheet("text-align: left;" if words else "")  # turned with the script
        self.updateGeometry()
        self._place()

    def badge(self) -> str:
        """What is said beside the words."""
        return self._badge.text()

    def sizeHint(self) -> QSize:  # noqa: D102, N802
        hint = super().sizeHint()
        shown = hint.width() + self._advance(self._words) - self._advance(self.text())
        heavy = fonts.metrics(Type.BODY, SEMIBOLD).horizontalAdvance(self._words)
        hint.setWidth(max(shown, heavy + fonts.px(30)) + self._badge_room())
        return hint

    def minimumSizeHint(self) -> QSize:  # noqa: D102, N802
        hint = self.sizeHint()
        if self.may_shrink:
            hint.setWidth(min(hint.width(), fonts.px(90) + self._badge_room()))
        return hint

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: D102, N802
        super().resizeEvent(event)
        self._place()

    def _advance(self, words: str) -> int:
        return self.fontMetrics().horizontalAdvance(words)

    def _badge_room(self) -> int:
        return self._badge.sizeHint().width() + fonts.px(6) if self._badge.text() else 0

    def _place(self) -> None:
        missing = self.sizeHint().width() - self.width()
        room = fonts.metrics(Type.BODY, SEMIBOLD).horizontalAdvance(self._words) - missing
        short = fonts.metrics(Type.BODY, SEMIBOLD).elidedText(
            self._words, Qt.TextElideMode.ElideRight, room if missing > 0 else 9999
        )
        if short != self.text():
            self.setText(short)
        self.setToolTip("" if short == self._words else self._words)
        if not self.accessibleName():
            self.setAccessibleName(self._words)
        size = QSize(self._badge.sizeHint().width(), fonts.px(20))
        edge = fonts.px(12)
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
        self._line.addWidget(self._logo)
        self._line.addSpacing(fonts.px(10))
        self._line.addWidget(self._name)
        self._line.addSpacing(fonts.px(28))
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
        narrow = self.width() < fonts.px(measures.NARROW)
        side = fonts.px(measures.NARROW_MARGIN if narrow else measures.MARGIN)
        side = max(side, (self.width() - fonts.px(measures.CONTENT)) // 2)
        self._line.setContentsMargins(side, 0, side, 0)
        if self._state is not None:
            self._state.setVisible(not narrow)
        self._name.setVisible(not narrow)
        for tab in self.tabs.values():
            if tab.may_shrink != narrow:
                tab.may_shrink = narrow
                tab.updateGeometry()

    def draw_logo(self) -> None:
        """In the colours of the present scheme."""
        from ui.theme import icons  # what reads SVG is not loaded before the first paint

        name = "tray-off" if self._is_hollow else "tray-idle"
        ratio = self.devicePixelRatioF()
        self._logo.setPixmap(icons.pixmap(name, fonts.px(28), scheme.tokens().accent, ratio))


class Window(QMainWindow):
    """Pages are made when first shown."""

    painted = Signal()
    """For the first time: what a first look does not need may begin."""
    closing = Signal()
    """The person closes the window; whether the program goes on is not decided here."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        self._pages: dict[str, Page] = {}
        self._notices: tuple[Notice, ...] = ()
        self._page = pages.DEVICE
        self._was_shown = self._has_begun = self._is_told = False
        self.setWindowTitle("Shoal")
        self.setMinimumSize(*measures.MINIMUM)
        self.resize(1120, 760)
        whole = QWidget()
        column = QVBoxLayout(whole)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        self.bar = Bar()
        self.bar.picked.connect(self.go)
        self._stack = QStackedWidget()
        column.addWidget(self.bar)
        column.addWidget(self._stack, 1)
        self.setCentralWidget(whole)
        # Where the focus is at first: nowhere that shows a ring; the first Tab goes to the first tab.
        whole.setAccessibleName("Shoal")
        whole.setFocus()
        session.wanted.connect(self.go)

    def go(self, page: str, place: str = "") -> None:
        """Show a page, made now if it was never shown, and a place on it."""
        if page not in pages.FACTORIES:
            return
        self._page = page
        self.bar.show_page(page)
        if not self._has_begun:
            return  # made when the window has been painted
        made = self._pages.get(page)
        if made is None:
            made = self._pages[page] = pages.FACTORIES[page](self._session)
            made.show_notices(self._notices)
            self._stack.addWidget(made)
        self._stack.setCurrentWidget(made)
        if place:
            made.go_to(place)

    def page(self) -> str:
        """Which page is shown."""
        return self._page

    def pages(self) -> dict[str, Page]:
        """The pages that were made so far."""
        return dict(self._pages)

    def show_status(self, status: Status, notices: Sequence[Notice]) -> None:
        """Say this on every page from now on."""
        self.bar.show_status(status)
        if not self._is_told:
            # What the other pages are made of is loaded while nothing else is to be done.
            self._is_told = True
            self._load([part for parts in pages.PARTS.values() for part in parts], pause=_IDLE)
        if tuple(notices) != self._notices:
            self._notices = tuple(notices)
            for page in self._pages.values():
                page.show_notices(self._notices)

    def come_up(self) -> None:
        """Show the window before all others."""
        if self.isMinimized():
            self.showNormal()
        self.show()
        self.raise_()
        self.activateWindow()

    def is_looked_at(self) -> bool:
        """Whether a person has it before them now."""
        return self.isVisible() and self.isActiveWindow() and not self.isMinimized()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: D102, N802
        super().paintEvent(event)
        if not self._was_shown:
            self._was_shown = True
            QTimer.singleShot(0, self._first_painted)

    def closeEvent(self, event: QCloseEvent) -> None:  # noqa: D102, N802
        event.ignore()
        self.closing.emit()

    def _first_painted(self) -> None:
        """Each in a turn of its own: none is to take long."""
        self.bar.draw_logo()
        self._make_keys()
        self._load(pages.PARTS[self._page], self._begin)

    def _begin(self) -> None:
        self._has_begun = True
        self.go(self._page)
        QTimer.singleShot(0, self.painted.emit)

    def _load(self, parts: Sequence[str], done: Callable[[], None] | None = None, pause: int = 0) -> None:
        """Load these modules, one in a turn; so many milliseconds between them."""
        waiting = iter(parts)

        def turn() -> None:
            part = next(waiting, None)
            if part is not None:
                import_module(part)
                QTimer.singleShot(pause, self, turn)
            elif done is not None:
                done()

        QTimer.singleShot(pause, self, turn)

    def _make_keys(self) -> None:
        from PySide6.QtGui import QKeySequence, QShortcut

        def key(keys: str | QKeySequence.StandardKey, act: object) -> None:
            shortcut = QShortcut(QKeySequence(keys), self)
            shortcut.activated.connect(act)

        for number, page in enumerate(pages.FACTORIES, 1):
            key(f"Ctrl+{number}", lambda page=page: self.go(page))
        key("Ctrl+PgDown", lambda: self._step(1))
        key("Ctrl+PgUp", lambda: self._step(-1))
        key(QKeySequence.StandardKey.Close, self.close)
        key(QKeySequence.StandardKey.Refresh, self._session.refresh)

    def _step(self, by: int) -> None:
        names = list(pages.FACTORIES)
        self.go(names[(names.index(self._page) + by) % len(names)])
