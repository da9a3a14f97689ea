"""A small form below a setting: a number, a word of a few, or a text; saved as the person's own value."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QPushButton, QSpinBox, QVBoxLayout, QWidget

from ui.theme import fonts
from ui.theme.fonts import Type
from ui.view_models import editing
from ui.view_models.editing import Kind
from ui.widgets.announce import announce
from ui.widgets.layouts import Flowing
from ui.widgets.segments import Segments
from ui.widgets.texts import Prose, Text
from ui.words import translate

if TYPE_CHECKING:
    from ui.view_models.editing import Editor


class EditorForm(QWidget):
    """Escape closes it; Enter saves."""

    saved = Signal(str, str)
    """(key, value as the command takes it)."""
    closed = Signal()

    def __init__(self, editor: Editor, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.editor = editor
        self.setAccessibleName(editor.title)
        self.field = self._field()
        self.trouble = Text("", Type.DENSE, "bad", wrap=True)
        self.trouble.hide()
        self.save = QPushButton(translate("Editing", "Save"))
        self.save.setAccessibleName(translate("Editing", "Save: {name}").format(name=editor.title))
        self.save.clicked.connect(self._save)
        self.cancel = QPushButton(translate("Editing", "Cancel"))
        self.cancel.clicked.connect(self.closed)
        held = QWidget()
        line = Flowing(held, gap=8)
        for widget in (self.field, self.save, self.cancel):
            line.addWidget(widget)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, fonts.px(10))
        column.setSpacing(fonts.px(4))
        column.addWidget(held)
        if editor.hint:
            column.addWidget(Prose(editor.hint, Type.CAPTION))
        column.addWidget(self.trouble)

    def begin(self) -> None:
        """Give the field the focus."""
        field = self.field
        if isinstance(field, Segments):
            field.button(field.current()).setFocus(Qt.FocusReason.OtherFocusReason)
            return
        field.setFocus(Qt.FocusReason.OtherFocusReason)
        if isinstance(field, QLineEdit | QSpinBox):
            field.selectAll()

    def typed(self) -> str:
        """What was entered, as the command takes it."""
        match self.field:
            case QSpinBox():
                return str(self.field.value())
            case Segments():
                return self.field.current()
            case QLineEdit():
                return self.field.text().strip()
        return ""

    def tell(self, trouble: str) -> None:
        """Say why it was not saved."""
        self.trouble.setText(trouble)
        self.trouble.setVisible(bool(trouble))
        self.field.setAccessibleDescription(trouble or self.editor.hint)
        announce(self, trouble)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: D102, N802
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
                self._save()
                return True
            if event.key() == Qt.Key.Key_Escape:
                self.closed.emit()
                return True
        return super().eventFilter(watched, event)

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: D102, N802
        if event.key() == Qt.Key.Key_Escape:
            self.closed.emit()
        else:
            super().keyPressEvent(event)

    def _field(self) -> QWidget:
        editor = self.editor
        made: QWidget
        if editor.kind is Kind.WHOLE:
            number = QSpinBox()
            number.setRange(editor.low, editor.high)
            number.setValue(int(editor.value))
            number.setFixedWidth(fonts.px(120))
            made = number
        elif editor.kind is Kind.WORDS:
            return Segments(editor.title, editor.options, editor.value)
        else:
            text = QLineEdit(editor.value)
            text.setMinimumWidth(fonts.px(220))
            made = text
        made.setAccessibleName(editor.title)
        made.setAccessibleDescription(editor.hint)
        made.installEventFilter(self)
        return made

    def _save(self) -> None:
        typed = self.typed()
        trouble = editing.trouble(self.editor.key, typed)
        self.tell(trouble)
        if not trouble:
            self.saved.emit(self.editor.key, typed)


class Actions(QWidget):
    """Links at the end of a setting's row."""

    pressed = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.buttons: dict[str, QPushButton] = {}
        self._line = QHBoxLayout(self)
        self._line.setContentsMargins(0, 0, 0, 0)
        self._line.setSpacing(fonts.px(16))

    def show_links(self, links: dict[str, tuple[str, str]], spoken: str) -> None:
        """{id: (words, accessible name)}; buttons that stay keep the focus."""
        for id_ in tuple(self.buttons):
            if id_ not in links:
                gone = self.buttons.pop(id_)
                gone.hide()
                gone.deleteLater()
        for id_, (words, name) in links.items():
            button = self.buttons.get(id_)
            if button is None:
                button = self.buttons[id_] = QPushButton()
                button.setProperty("kind", "link")
                button.clicked.connect(lambda _=False, id_=id_: self.pressed.emit(id_))
                self._line.addWidget(button)
            button.setText(words)
            button.setAccessibleName(name)
            button.setAccessibleDescription(spoken)
