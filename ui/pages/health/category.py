"""One category of checks: its head, a row for each that the filter leaves, a line about the silent ones."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QApplication, QVBoxLayout, QWidget

from ui.pages.health.detail import MetricDetail
from ui.theme import fonts
from ui.view_models import health
from ui.view_models.health import Filter
from ui.widgets.metric_entry import MetricEntry
from ui.widgets.metric_head import MetricHead
from ui.widgets.texts import Prose
from ui.words import translate

if TYPE_CHECKING:
    from collections.abc import Callable

    from ui.view_models.health import Category


class CategorySection(QWidget):
    """Rows are made when they are first shown, and kept: what is open stays open under another filter."""

    opened = Signal(str, bool)
    """A check's id, and whether its row is open now."""

    def __init__(self, title: str, detail: Callable[[str], QWidget], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(title)
        self._make = detail
        self._entries: dict[str, MetricEntry] = {}
        self._order: tuple[str, ...] = ()
        self.head = MetricHead(title, "", "", "", "")
        self._rows = QVBoxLayout()
        self._rows.setSpacing(0)
        self._silent = Prose("")
        self._silent.setContentsMargins(fonts.px(40), fonts.px(9), fonts.px(40), fonts.px(9))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, fonts.px(20))
        column.setSpacing(0)
        column.addWidget(self.head)
        column.addLayout(self._rows)
        column.addWidget(self._silent)

    def show_category(self, category: Category, which: Filter, now_column: str) -> bool:
        """Show what the filter leaves of it; whether that is anything. It is seen once the page says so."""
        silent = which is Filter.SILENT
        self.head.name_columns(
            now_column,
            translate("Health", "Verdict"),
            translate("Health", "Reason") if silent else translate("Health", "Last 30 days"),
            "" if silent else translate("Health", "Since"),
        )
        rows = health.shown(category, which)
        for row in (*category.rows, *category.silent_rows):
            entry = self._entries.get(row.id)
            if entry is not None and entry.row.shown() != row:
                entry.row.show_metric(row)
        for row in rows:
            if row.id not in self._entries:
                self._add(MetricEntry(row, self._make, self))
        self._arrange(tuple(row.id for row in rows))
        said = category.silent if which is Filter.ALL else ""
        if said != self._silent.said():
            self._silent.say(said)
        self._silent.setVisible(bool(said))
        return bool(rows or said)

    def entry(self, id_: str) -> MetricEntry | None:
        """The row of a check, if the filter shows it."""
        return self._entries.get(id_) if id_ in self._order else None

    def entries(self) -> list[MetricEntry]:
        """The rows that are shown, in order."""
        return [self._entries[id_] for id_ in self._order]

    def details(self) -> list[MetricDetail]:
        """All that was ever opened here."""
        found = (entry.detail() for entry in self._entries.values())
        return [detail for detail in found if isinstance(detail, MetricDetail)]

    def _add(self, entry: MetricEntry) -> None:
        self._entries[entry.id] = entry
        entry.toggled.connect(self.opened)

    def _arrange(self, order: tuple[str, ...]) -> None:
        if order == self._order:
            return
        focused = QApplication.focusWidget()
        if focused is None or not self.isAncestorOf(focused):
            self.hide()  # what appears in sight has the whole page laid out, each time
        for id_ in self._order:
            if id_ not in order:
                self._rows.removeWidget(self._entries[id_])
                self._entries[id_].hide()
        for index, id_ in enumerate(order):
            entry = self._entries[id_]
            item = self._rows.itemAt(index)
            if item is None or item.widget() is not entry:
                self._rows.removeWidget(entry)
                self._rows.insertWidget(index, entry)
            entry.show()
        self._order = order
