"""Texts: labels of the type scale, prose with a line height, links and bold words; headings; rules."""

from __future__ import annotations

import functools
import re
from math import ceil
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QEvent, QObject, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QBoxLayout, QFrame, QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from ui.theme import fonts, scheme
from ui.theme.fonts import SEMIBOLD, Type

if TYPE_CHECKING:
    from PySide6.QtGui import QFont, QPaintEvent, QResizeEvent, QTextDocument

    from ui.theme.tokens import Ink

_STACKED = 360
"""Below, as with much larger text, a heading's buttons stand below it."""
_ANY, _WIDEST = -1, 16_777_215
"""No width in particular; the widest that a widget can be."""
_LONG = re.compile(r"[^\s\u200b]{25,}")
_BREAK = re.compile(r"[/@.:_](?=\w)|[0-9a-f]{16}(?=[0-9a-f])")
"""Where a long address, path or digest may go on in another line."""
_MARK = re.compile(r"\*\*(.+?)\*\*|`(.+?)`|\[(.+?)\]\((.+?)\)")


class Text(QLabel):
    """One line of the type scale; wraps only if told to."""

    def __init__(
        self,
        text: str = "",
        kind: Type = Type.BODY,
        ink: Ink = "text",
        weight: int | None = None,
        *,
        wrap: bool = False,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(text, parent)
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setProperty("ink", ink)
        self.setFont(fonts.font(kind, weight))
        self.setMinimumHeight(fonts.line(kind))
        self.setWordWrap(wrap)

    def beside_prose(self) -> Text:
        """Lower its words, so that they stand on the first line of prose beside them; it, to go on with."""
        self.setContentsMargins(0, max(0, self.minimumHeight() - self.fontMetrics().height()), 0, 0)
        return self

    def set_ink(self, ink: Ink) -> None:
        """Another colour from now on."""
        if self.property("ink") != ink:
            self.setProperty("ink", ink)
            self.style().unpolish(self)
            self.style().polish(self)


class Prose(QLabel):
    """Paragraphs with the scale's line height, at most `measures.PROSE` wide.

    Understands **bold**, `exact` and [words](target); `linked` tells the target of a link that was
    followed, by pointer or keyboard.
    """

    linked = Signal(str)

    def __init__(
        self,
        text: str = "",
        kind: Type = Type.BODY,
        ink: Ink = "text2",
        *,
        width: int | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._kind = kind
        self._said = ""
        self._sizes: dict[tuple[int, int, int, int, int], QSize] = {}
        self._has_links = False
        self.setProperty("ink", ink)
        self.setFont(fonts.font(kind))
        self.setWordWrap(True)
        self.setAlignment(Qt.AlignmentFlag.AlignLeading | Qt.AlignmentFlag.AlignTop)
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        if width is not None:
            self.setMaximumWidth(fonts.px(width))
        self.linkActivated.connect(self.linked)
        self.say(text)

    def say(self, text: str) -> None:
        """Show this text from now on."""
        self._said = text
        self._sizes.clear()
        self._has_links = links = "](" in text
        self.setTextFormat(Qt.TextFormat.RichText if links else Qt.TextFormat.PlainText)
        self.setText(self._html() if links else "")
        self.setAccessibleName(plain(text))
        self.setTextInteractionFlags(
            Qt.TextInteractionFlag.LinksAccessibleByMouse | Qt.TextInteractionFlag.LinksAccessibleByKeyboard
            if links
            else Qt.TextInteractionFlag.NoTextInteraction
        )
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus if links else Qt.FocusPolicy.NoFocus)
        self.updateGeometry()
        self.update()

    def said(self) -> str:
        """What it shows, as it was given."""
        return self._said

    def text(self) -> str:  # noqa: D102
        return self._html()

    def heightForWidth(self, width: int) -> int:  # noqa: D102, N802
        return self._size(min(width, self.maximumWidth())).height()

    def sizeHint(self) -> QSize:  # noqa: D102, N802
        return super().sizeHint() if self._has_links else self._size(_ANY)

    def minimumSizeHint(self) -> QSize:  # noqa: D102, N802
        if self._has_links:
            return super().minimumSizeHint()
        least = min(self._size(_WIDEST).height(), self._size(_ANY).height())
        return QSize(self._size(0).width(), least)

    def changeEvent(self, event: QEvent) -> None:  # noqa: D102, N802
        super().changeEvent(event)
        if hasattr(self, "_sizes"):
            self._sizes.clear()
        if event.type() == QEvent.Type.PaletteChange and self._has_links:
            self.setText(self._html())  # the colours of bold words and links were written into the text

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: D102, N802
        if self._has_links:
            super().paintEvent(event)
            return
        place = self.contentsRect()
        document = self._document()
        document.setTextWidth(place.width())
        painter = QPainter(self)
        painter.translate(place.topLeft())
        document.drawContents(painter, QRectF(0, 0, place.width(), place.height()))
        painter.end()

    def _html(self) -> str:
        return to_html(self._said, fonts.line(self._kind), scheme.tokens().text, scheme.tokens().accent)

    def _document(self) -> QTextDocument:
        """The one document of all prose without links, holding this."""
        ink = self.palette().color(self.foregroundRole()).name()
        return _document().hold(self._html(), self.font(), ink)

    def _size(self, width: int) -> QSize:
        """What a label says that it takes in this width, or at best (_ANY)."""
        # Layouts ask dozens of times, and each answer costs a layout of the paragraphs.
        margins = self.contentsMargins()
        sides, ends = margins.left() + margins.right(), margins.top() + margins.bottom()
        asked = (width, sides, ends, self.minimumWidth(), self.minimumHeight())
        found = self._sizes.get(asked)
        if found is None:
            found = self._sizes[asked] = self._measured(width, sides, ends)
        return found

    def _measured(self, width: int, sides: int, ends: int) -> QSize:
        if self._has_links:
            return QSize(width, super().heightForWidth(width))
        self.ensurePolished()
        document = self._document()
        least = self.minimumWidth()
        if width == _ANY and not least:
            document.adjustSize()
        else:
            document.setTextWidth(max(0, max(width, least) - sides))
        size = document.size()
        return QSize(ceil(size.width()) + sides, ceil(size.height()) + ends).expandedTo(self.minimumSize())


class _Shared(QObject):
    """A document that is lent to whoever lays out or paints just now.

    A label keeps one for itself as soon as its text is rich: 30 kB, for a page's hundred sentences 3 MB.
    """

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        from PySide6.QtGui import QTextDocument, QTextOption  # the first paint does without

        self._document = QTextDocument(self)
        self._document.setUndoRedoEnabled(False)
        self._document.setDocumentMargin(0)
        option = QTextOption(Qt.AlignmentFlag.AlignLeading | Qt.AlignmentFlag.AlignTop)
        option.setTextDirection(Qt.LayoutDirection.LayoutDirectionAuto)  # as the words are written
        option.setWrapMode(QTextOption.WrapMode.WordWrap)
        self._document.setDefaultTextOption(option)
        self._held: tuple[str, QFont, str] | None = None

    def hold(self, html: str, font: QFont, ink: str) -> QTextDocument:
        """The document with this in it."""
        if self._held != (html, font, ink):
            self._held = (html, font, ink)
            self._document.setDefaultFont(font)
            self._document.setDefaultStyleSheet(f"p {{ color: {ink}; }}")
            self._document.setHtml(html)
        return self._document


@functools.cache
def _document() -> _Shared:
    application = QCoreApplication.instance()
    assert application is not None
    return _Shared(application)


class SectionHeading(QWidget):
    """A section's title, a line of explanation below it, and room for buttons at its end (`add`)."""

    def __init__(
        self, title: str, text: str = "", kind: Type = Type.SECTION, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self.title = Text(title, kind, wrap=True)
        self.text = Prose(text)
        words = QVBoxLayout()
        words.setSpacing(fonts.px(4))
        words.addWidget(self.title)
        words.addWidget(self.text)
        self._ends = QHBoxLayout()
        self._ends.setSpacing(fonts.px(8))
        self._line = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        self._line.setContentsMargins(0, 0, 0, 0)
        self._line.setSpacing(fonts.px(8))
        self._line.addLayout(words, 1)
        self._line.addLayout(self._ends)
        self.text.setVisible(bool(text))  # not before it is here: alone it would be a window
        self.setAccessibleName(title)

    def add(self, widget: QWidget) -> None:
        """Put a button or segments at the heading's end."""
        self._ends.addWidget(widget, 0, Qt.AlignmentFlag.AlignVCenter)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: D102, N802
        super().resizeEvent(event)
        stacked = self._ends.count() > 0 and self.width() < fonts.px(_STACKED)
        self._line.setDirection(
            QBoxLayout.Direction.TopToBottom if stacked else QBoxLayout.Direction.LeftToRight
        )
        self._ends.setAlignment(Qt.AlignmentFlag.AlignLeading if stacked else Qt.AlignmentFlag(0))

    def say(self, title: str, text: str = "") -> None:
        """Other words from now on."""
        self.title.setText(title)
        self.text.say(text)
        self.text.setVisible(bool(text))
        self.setAccessibleName(title)


class Rule(QFrame):
    """A line between sections."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("rule")
        self.setFixedHeight(1)


def column_head(text: str) -> Text:
    """The small word above a column of a table."""
    return Text(text, Type.CAPTION, "text3")


def strong(text: str, kind: Type = Type.BODY) -> Text:
    """A line in semibold, or more where it has no room."""
    return Text(text, kind, weight=SEMIBOLD, wrap=True)


def to_html(text: str, line: int, strong_ink: str, link_ink: str) -> str:
    """Our small markup as the rich text that Qt understands, with a line height in pixels."""

    def made(found: re.Match[str]) -> str:
        bold, exact, words, target = found.groups()
        if bold:
            return f'<span style="font-weight:600; color:{strong_ink}">{escape(soft(bold))}</span>'
        if exact:
            return f'<span style="font-family:monospace; color:{strong_ink}">{escape(soft(exact))}</span>'
        link = escape(target)
        look = f"color:{link_ink}; font-weight:500; text-decoration:none"
        return f'<a href="{link}" style="{look}">{escape(soft(words))}</a>'

    paragraphs = []
    for paragraph in text.split("\n"):
        parts, end = [], 0
        for found in _MARK.finditer(paragraph):
            parts += [escape(soft(paragraph[end : found.start()])), made(found)]
            end = found.end()
        parts.append(escape(soft(paragraph[end:])))
        paragraphs.append(f'<p style="margin:0; line-height:{line}px">{"".join(parts)}</p>')
    return "".join(paragraphs)


def soft(text: str) -> str:
    """The text, its long words with places where they may break: else they claim more width than there is."""
    return _LONG.sub(lambda word: _BREAK.sub("\\g<0>\u200b", word[0]), text)


def plain(text: str) -> str:
    """The words alone, as they are read out."""
    return _MARK.sub(lambda found: found[1] or found[2] or found[3], text)


def escape(text: str) -> str:
    """The text within rich text."""
    for character, entity in (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;"), ('"', "&quot;")):
        text = text.replace(character, entity)
    return text
