"""Every setting: its value, who set it, where and why, and what the person may do about it."""

from __future__ import annotations

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
_NARROW: Final = 780
_LINES: Final = 3
"""Grid rows for a setting: itself, its second line where it is narrow, its form."""


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
        policy = self._mark.sizePolicy()
        policy.setRetainSizeWhenHidden(True)
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
        self.actions = Actions()
        self.form: EditorForm | None = None

    def show_rule(self, rule: Rule) -> None:
        self.name.setText(rule.name)
        self.name.setAccessibleDescription(rule.spoken)
        self.value.setText(rule.value)
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
        self._is_narrow: bool | None = None
        self._shows_all = False
        self._grid = QGridLayout()
        self._grid.setHorizontalSpacing(fonts.px(16))
        self._grid.setVerticalSpacing(fonts.px(3))
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

    def _arrange(self, *, again: bool = False) -> None:
        narrow = self.width() < fonts.px(_NARROW)
        if narrow == self._is_narrow and not again:
            return
        self._is_narrow = narrow
        grid = self._grid
        middle = Qt.AlignmentFlag.AlignVCenter
        for column, stretch in enumerate((5, 6, 0, 0, 0) if narrow else (19, 20, 0, 30, 0)):
            grid.setColumnStretch(column, stretch)
        for column, head in enumerate(self._heads):
            grid.addWidget(head, 0, column)
            head.setVisible(not narrow)
        for number, key in enumerate(self._rows):
            row, first = self._rows[key], 1 + _LINES * number
            last = Qt.AlignmentFlag.AlignRight | middle
            grid.setRowMinimumHeight(first, fonts.px(32 if narrow else measures.SETTING))
            grid.addWidget(row.name, first, 0)
            grid.addWidget(row.value, first, 1)
            if narrow:
                grid.addWidget(row.actions, first, 2, 1, 3, last)
                grid.addWidget(row.by, first + 1, 0, Qt.AlignmentFlag.AlignTop)
                grid.addWidget(row.where, first + 1, 1, 1, 4)
                grid.setRowMinimumHeight(first + 2, fonts.px(12))
            else:
                grid.addWidget(row.by, first, 2)
                grid.addWidget(row.where, first, 3, middle)
                grid.addWidget(row.actions, first, 4, last)
                grid.setRowMinimumHeight(first + 2, 0)
            if row.form is not None:
                grid.addWidget(row.form, first + 2, 1, 1, 4)
