"""Where a file is to be written: the system's own dialog, with a name and an ending proposed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtWidgets import QWidget


def ask_where(
    parent: QWidget, title: str, name: str, kinds: str, chosen: Callable[[str], object]
) -> QFileDialog:
    """Ask, without waiting: `chosen` gets the path. `name`: "a.json"; `kinds`: "JSON files (*.json)"."""
    dialog = QFileDialog(parent, title)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
    dialog.setNameFilter(kinds)
    dialog.setDefaultSuffix(name.rpartition(".")[2])
    dialog.selectFile(name)
    dialog.fileSelected.connect(chosen)
    dialog.open()
    return dialog
