"""Every setting: its value, who set it, where and why, and what the person may do about it."""

from __future__ import annotations

import re
from enum import Enum
from typing import TYPE_CHECKING, Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from agent.policy import Origin
from ui.pages.decides.editor import Actions, EditorForm
from ui.theme import fonts, measures
from ui.theme.fonts import SEMIBOLD, Type
from ui.widgets.marks import Mark
from ui.widgets.texts import Prose, SectionHeading, Text, column_head
from ui.words import translate

if TYPE_CHECKING:
    from PySide6.QtGui import QResizeEvent

    from ui.view_models.editing import Editor
    from ui.view_models.rules import Page, Rule

ACT, UNDO = "act", "undo"
_GLYPHS = {Origin.BUILT_IN: "", Origin.ORGANISATION: "padlock", Origin.YOU: "person"}
_WIDE: Final = 780
_NARROW: Final = 520
"""From these widths on a setting is one line, and two."""
_LINES: Final = 6
"""Grid rows for a setting: up to four of its own, its form, a gap."""
_BREAK: Final = re.compile(r"([/@.:])(?=\w)")


class _Form(Enum):
    """How a setting is laid out."""

    WIDE = "wide"
    NARROW = "narrow"
    STACK = "stack"


_STRETCH: Final = {
    _Form.WIDE: (19, 20, 0, 30, 0),
    _Form.NARROW: (5, 6, 0, 0, 0),
    _Form.STACK: (1, 0, 0, 0, 0),
}


class _SetBy(QWidget):
    """Who set a value, with the glyph of it."""

    def __init__(self) -> None:
        super().__init__()
        self._mark = Mark("padlock", 14)
        self._text = Text("", ink="text2")
        line = QHBoxLayout(self)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(fonts.px(8))
        line.addWidget(self._mark)
        line.addWidget(self._text, 1)

    def align(self, aligned: bool) -> None:
        """Whether words without a glyph stand below those that have one."""
        policy = self._mark.sizePolicy()
        policy.setRetainSizeWhenHidden(aligned)
        self._mark.setSizePolicy(policy)

    def say(self, rule: Rule) -> None:
        glyph = _GLYPHS[rule.origin]
        self._mark.setVisible(bool(glyph))
        if glyph:
            self._mark.show_icon(glyph)
        self._text.setText(rule.set_by)


class _Row:
    """The widgets of one setting."""

    def __init__(self) -> None:
        self.name = Text("", wrap=True)
        self.value = Text("", weight=SEMIBOLD, wrap=True)
        self.value.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.by = _SetBy()
        self.where = Prose("", Type.DENSE)
        self.where.setContentsMargins(0, fonts.px(2), 0, fonts.px(4))  # on one line with larger words
        self.actions = Actions()
        self.form: EditorForm | None = None
        self._said, self._is_soft = "", False

    def show_soft(self, soft: bool) -> None:
        """Whether long addresses may break within."""
        self._is_soft = soft
        self.value.setText(_BREAK.sub("\\1\u200b", self._said) if soft else self._said)
        self.value.setAccessibleName(self._said)

    def least(self) -> int:
        """The width of the value's longest word, unbroken."""
        metrics = self.value.fontMetrics()
        words = self._said.replace("/", "/ ").split()  # an address may break after a stroke
        return max((metrics.horizontalAdvance(word) for word in words), default=0)

    def show_rule(self, rule: Rule) -> None:
        self.name.setText(rule.name)
        self.name.setAccessibleDescription(rule.spoken)
        self._said = rule.value
        self.show_soft(self._is_soft)
        self.by.say(rule)
        self.where.say("\n".join((rule.where, *rule.notes)) if rule.notes else rule.where)
        links = {}
        if rule.action:
            name = translate("Decides", "{action}: {setting}")
            links[ACT] = (rule.action, name.format(action=rule.action, setting=rule.name))
        if rule.removable:
            undo = translate("Decides", "Undo")
            name = translate("Decides", "Remove your own value: {setting}").format(setting=rule.name)
            links[UNDO] = (undo, name)
        self.actions.show_links(links, rule.spoken)


class SettingsTable(QWidget):
    """The settings that most people look for, and on demand all."""

    acted = Signal(str)
    """The key of a setting whose verb was pressed."""
    undone = Signal(str)
    saved = Signal(str, str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._page: Page | None = None
        self._rows: dict[str, _Row] = {}
        self._form: _Form | None = None
        self._shows_all = False
        self._grid = QGridLayout()
        self._grid.setHorizontalSpacing(fonts.px(16))
        self._grid.setVerticalSpacing(fonts.px(4))
        self._heads = [column_head("") for _ in range(4)]
        self.more = QPushButton()
        self.more.setProperty("kind", "link")
        self.more.clicked.connect(self.show_all)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(fonts.px(8))
        column.addWidget(SectionHeading(translate("Decides", "Every setting, and who set it")))
        column.addLayout(self._grid)
        column.addWidget(self.more, 0, Qt.AlignmentFlag.AlignLeft)

    def show_page(self, page: Page) -> None:
        """Show this; what is open for editing stays open."""
        if page == self._page:
            return
        self._page = page
        for head, words in zip(self._heads, page.columns, strict=True):
            head.setText(words)
        wanted = page.rules if self._shows_all else page.rules[: page.main]
        for rule in wanted:
            if rule.key not in self._rows:
                self._rows[rule.key] = self._make(rule.key)
            self._rows[rule.key].show_rule(rule)
        n = len(page.rules)
        self.more.setText(translate("Decides", "All %n settings", None, n))
        self.more.setVisible(len(wanted) < n)
        self._arrange(again=True)

    def show_all(self) -> None:
        """The rest, too; the focus goes to the first of them."""
        if self._page is not None and not self._shows_all:
            self._shows_all = True
            page, self._page = self._page, None
            self.show_page(page)
            first = self._rows[page.rules[page.main].key]
            for button in first.actions.buttons.values():
                button.setFocus(Qt.FocusReason.OtherFocusReason)

    def row(self, key: str) -> dict[str, QPushButton]:
        """The links of a setting: ACT, UNDO."""
        return self._rows[key].actions.buttons

    def value(self, key: str) -> str:
        """What is shown as a setting's value."""
        return self._rows[key].value.text()

    def form(self, key: str) -> EditorForm | None:
        """The form that is open below a setting."""
        return self._rows[key].form

    def edit(self, editor: Editor) -> None:
        """Open a form below its setting."""
        row = self._rows[editor.key]
        self.close_form(editor.key, back=False)
        row.form = EditorForm(editor)
        row.form.saved.connect(self.saved)
        row.form.closed.connect(lambda: self.close_form(editor.key))
        self._arrange(again=True)
        row.form.show()
        QWidget.setTabOrder(row.actions, row.form)
        row.form.begin()

    def close_form(self, key: str, *, back: bool = True) -> None:
        """Close it; `back`: the focus returns to its setting."""
        row = self._rows[key]
        if row.form is None:
            return
        form, row.form = row.form, None
        if back:
            link = row.actions.buttons.get(ACT) or row.actions.buttons.get(UNDO)
            if link is not None:
                link.setFocus(Qt.FocusReason.OtherFocusReason)
        self._grid.removeWidget(form)
        form.hide()
        form.deleteLater()

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: D102, N802
        super().resizeEvent(event)
        self._arrange()

    def _make(self, key: str) -> _Row:
        row = _Row()

        def pressed(id_: str) -> None:
            (self.undone if id_ == UNDO else self.acted).emit(key)

        row.actions.pressed.connect(pressed)
        return row

    def _fitting(self) -> _Form:
        """The widest form that the width allows, and that the words have room in."""
        width, gap = self.width(), fonts.px(16)

        def least(*widgets: QWidget) -> int:
            return max(widget.minimumSizeHint().width() for widget in widgets)

        rows, heads = self._rows.values(), self._heads
        name = least(heads[0], *(row.name for row in rows))
        value = max(least(heads[1]), *(row.least() for row in rows), 0)
        by = least(heads[2], *(row.by for row in rows))
        where = least(heads[3], *(row.where for row in rows))
        actions = least(*(row.actions for row in rows), heads[0])
        if width >= max(fonts.px(_WIDE), name + value + by + where + actions + 4 * gap):
            return _Form.WIDE
        if width >= max(fonts.px(_NARROW), max(name, by) + max(value + gap + actions, where) + gap):
            return _Form.NARROW
        return _Form.STACK

    def _arrange(self, *, again: bool = False) -> None:
        form = self._fitting()
        if form is self._form and not again:
            return
        self._form = form
        for column, stretch in enumerate(_STRETCH[form]):
            self._grid.setColumnStretch(column, stretch)
        for column, head in enumerate(self._heads):
            self._grid.addWidget(head, 0, column)
            head.setVisible(form is _Form.WIDE)
        for number, row in enumerate(self._rows.values()):
            first = 1 + _LINES * number
            tall = fonts.px(measures.SETTING if form is _Form.WIDE else 32)
            self._grid.setRowMinimumHeight(first, tall)
            self._grid.setRowMinimumHeight(first + 5, 0 if form is _Form.WIDE else fonts.px(10))
            row.show_soft(form is _Form.STACK)
            row.by.align(form is _Form.WIDE)
            self._place(row, first, form)
            if row.form is not None:
                column = 0 if form is _Form.STACK else 1
                self._grid.addWidget(row.form, first + 4, column, 1, 5 - column)

    def _place(self, row: _Row, first: int, form: _Form) -> None:
        grid, middle = self._grid, Qt.AlignmentFlag.AlignVCenter
        last = Qt.AlignmentFlag.AlignRight | middle
        grid.addWidget(row.name, first, 0)
        if form is _Form.WIDE:
            grid.addWidget(row.value, first, 1)
            grid.addWidget(row.by, first, 2)
            grid.addWidget(row.where, first, 3, middle)
            grid.addWidget(row.actions, first, 4, last)
            return
        grid.addWidget(row.actions, first, 2, 1, 3, last)
        if form is _Form.NARROW:
            grid.addWidget(row.value, first, 1)
            grid.addWidget(row.by, first + 1, 0, Qt.AlignmentFlag.AlignTop)
            grid.addWidget(row.where, first + 1, 1, 1, 4)
            return
        grid.addWidget(row.value, first + 1, 0, 1, 5)
        grid.addWidget(row.by, first + 2, 0, 1, 5)
        grid.addWidget(row.where, first + 3, 0, 1, 5)
