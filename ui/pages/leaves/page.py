"""What leaves: the next report, the held one, and everything since the choice."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QVBoxLayout

from ui.link import commands
from ui.pages import DECIDES, LEAVES, title
from ui.pages.leaves.exact import ExactSection
from ui.pages.leaves.held import HeldSection
from ui.pages.leaves.past import PastSection
from ui.pages.leaves.report import ReportStations
from ui.pages.page import Page
from ui.theme import fonts
from ui.view_models import changes, flow, leaves, ledger, parties, stations
from ui.view_models import report as words
from ui.view_models.stations import Kind
from ui.view_models.verification import verification
from ui.widgets.order import tab_order
from ui.widgets.texts import Prose
from ui.words import translate

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtWidgets import QWidget

    from ui.link.commands import Answer, Failure
    from ui.link.session import Session
    from ui.link.snapshot import Snapshot
    from ui.view_models.leaves import Head
    from ui.view_models.ledger import Entry
    from ui.widgets.data import Notice

_READING = {Kind.HELD: "show", Kind.PAST: "show", Kind.PREVIEW: "preview"}
_FRESH = 600
"""Seconds for which a verification is called "just now"."""


class LeavesPage(Page):
    """The page."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(session, title(LEAVES), parent)
        self._snapshot: Snapshot | None = None
        self._head: Head | None = None
        self._entry: Entry | None = None
        """The past report that somebody opened."""
        self._wanted: tuple[Kind, int | None] | None = None
        """What the stations show, or are about to."""
        self._place = ""
        self._verified: tuple[int, float] | None = None
        """The ledger's rows then, and when."""
        self._keys = QTimer(self, singleShot=True, interval=0)
        self._keys.timeout.connect(lambda: tab_order(self.inner()))
        self.headline = self.add_headline("")
        self.below = Prose("")
        self.below.linked.connect(lambda _: session.wanted.emit(DECIDES, ""))
        self.add(self.below, 4)
        self.held = HeldSection()
        self.held.acted.connect(self._answer)
        self.add(self.held, 20)
        self.exact = ExactSection()
        self.exact.asked.connect(self.show_preview)
        self.exact.left.connect(self._leave_past)
        self.exact.jumped.connect(self.scroll_to)
        self.exact.changed.connect(self._keys.start)
        self.past = PastSection()
        self.past.opened.connect(self.open_past)
        self.past.exported.connect(self.export)
        self.past.verified.connect(self.verify)
        self._parts = QVBoxLayout()
        self._parts.setSpacing(fonts.px(32))
        self._parts.addWidget(self.exact)
        self._parts.addWidget(self.past)
        self.add(self._parts, 32)
        self.verticalScrollBar().valueChanged.connect(self._light_step)

    # -- what is shown

    def show_snapshot(self, snapshot: Snapshot) -> None:
        """Show this."""
        numbers = self.session.numbers
        self._snapshot = snapshot
        self._head = head = leaves.head(snapshot, numbers)
        self.headline.setText(head.headline)
        link = "" if head.held is not None else f" [{title(DECIDES)}]({DECIDES})"
        self.below.say(f"{head.below}{link}")
        self.held.show_held(head.held)
        found = ledger.ledger(snapshot, numbers)
        self.past.show_ledger(found, () if found.has_reports else changes.changes(snapshot, numbers))
        self._forget_verification(snapshot)
        self._order(held_first=head.row is not None)
        self.exact.show_flow(flow.page(snapshot, numbers))
        if self._entry is not None:
            self._entry = next((entry for entry in found.entries if entry.id == self._entry.id), None)
        self._choose()
        self._keys.start()
        if self._place:
            place, self._place = self._place, ""
            QTimer.singleShot(0, lambda: self.go_to(place))

    def show_notices(self, notices: Sequence[Notice]) -> None:
        """These, in the order of the keyboard, too."""
        super().show_notices(notices)
        self._keys.start()

    def go_to(self, place: str) -> None:
        """Scroll to the top, "held", "preview" (and make one) or "verify" (and begin it)."""
        if self._snapshot is None or self._head is None:
            self._place = place
            return
        match place:
            case "verify":
                self.scroll_to(self.past)
                self.past.verify.setFocus(Qt.FocusReason.OtherFocusReason)
                self.verify()
            case "preview":
                self._leave_past()
                self.scroll_to(self.exact)
                if self._head.row is None:
                    self.exact.preview.setFocus(Qt.FocusReason.OtherFocusReason)
                    self.show_preview()
            case _:
                super().go_to("")

    def _order(self, *, held_first: bool) -> None:
        """The report first where one is held; else the ledger, which shows that nothing flows."""
        first = self.exact if held_first else self.past
        self.past.rule.setVisible(held_first)
        if self._parts.indexOf(first) != 0:
            self._parts.insertWidget(0, first)

    def _choose(self) -> None:
        """What the stations show, after something changed."""
        head, snapshot = self._head, self._snapshot
        if head is None or snapshot is None:
            return
        if self._entry is not None:
            heading = stations.past_heading(self._entry)
            back = (
                translate("Leaves", "Back to the held report")
                if head.row is not None
                else translate("Leaves", "Close this report")
            )
            self.exact.say(heading.title, heading.text, back=back)
            if self._entry.row is None:
                self._want(None)
                self.exact.tell(stations.gone(self._entry, ledger.digest(snapshot, self._entry)))
            else:
                self._want((Kind.PAST, self._entry.row))
        else:
            self.exact.say(head.preview_title, head.preview_text, preview=head.row is None)
            if head.row is not None:
                self._want((Kind.HELD, head.row))
            elif self._wanted is not None and self._wanted[0] is not Kind.PREVIEW:
                self._want(None)
        self.past.mark(None if self._entry is None else self._entry.id)

    def _want(self, wanted: tuple[Kind, int | None] | None) -> None:
        if wanted == self._wanted and wanted is not None:
            return
        self._wanted = wanted
        self.exact.progress.finish()
        if wanted is None:
            self.exact.clear()
            return
        row = wanted[1]
        if row is None:
            self._read(commands.preview(exact=self._is_enrolled()), wanted)
        else:
            self._read(commands.show(row), wanted)

    def _read(self, command: commands.Command, wanted: tuple[Kind, int | None]) -> None:
        telling = (
            translate("Leaves", "Measuring once; nothing of it is kept…")
            if wanted[0] is Kind.PREVIEW
            else translate("Leaves", "Reading the report…")
        )
        self.exact.progress.show_progress(0, 0, telling)
        self.session.run(command, lambda answer: self._came_exact(answer, wanted))

    def _came_exact(self, answer: Answer, wanted: tuple[Kind, int | None]) -> None:
        snapshot, numbers = self._snapshot, self.session.numbers
        if wanted != self._wanted or snapshot is None:
            return  # somebody wants to see another by now
        if answer.failure is not None:
            self._no_report(answer.failure, wanted)
            return
        names = parties.names(snapshot)
        alone = wanted[0] is Kind.PREVIEW and "body" not in answer.value

        def read() -> Any:
            if alone:
                return words.answers_only(answer.value, snapshot.catalogue, numbers)
            return words.report(answer.value, snapshot.catalogue, names, numbers)

        def came(found: Any) -> None:
            if wanted != self._wanted:
                return
            if alone:
                self.exact.show_answers(found)
                self._is_shown(wanted)
                return
            made = ReportStations(found, wanted[0], names, numbers, flow.page(snapshot, numbers))
            self.exact.show_report(made, lambda: self._is_shown(wanted, words.headline(found, numbers)))

        def broken(error: Exception) -> None:
            if wanted == self._wanted:
                self._no_report(commands.Failure(-1, str(error), ""), wanted)

        self.session.background.run(read, came, broken)

    def _is_shown(self, wanted: tuple[Kind, int | None], headline: str = "") -> None:
        self.exact.progress.finish()
        if headline:
            self.exact.say_more(headline, wanted[0])
        self.forgive(_READING[wanted[0]])

    def _no_report(self, failure: Failure, wanted: tuple[Kind, int | None]) -> None:
        self._wanted = None
        self.exact.progress.finish()
        self.exact.clear()
        what = translate("Leaves", "Reading the report")
        if wanted[0] is Kind.PREVIEW:
            what = translate("Leaves", "The preview")
        self.fail(_READING[wanted[0]], what, failure, lambda: self._want(wanted))

    def _is_enrolled(self) -> bool:
        return self._snapshot is not None and self._snapshot.enrolled is not None

    def _light_step(self, top: int) -> None:
        self.exact.scrolled(top, self.inner())

    # -- what a person does

    def show_preview(self) -> None:
        """Make a preview, and show it; a second one has other random numbers."""
        if not self.session.is_running("preview"):
            self._entry = None
            self._wanted = None
            self._want((Kind.PREVIEW, None))

    def open_past(self, id_: str) -> None:
        """Show the report of a past period on the stations, or that its bytes are gone."""
        if self._snapshot is None:
            return
        entries = ledger.ledger(self._snapshot, self.session.numbers).entries
        self._entry = next((entry for entry in entries if entry.id == id_), None)
        if self._entry is not None and self._head is not None and self._entry.row == self._head.row:
            self._entry = None  # it is the held one
        self._choose()
        self.scroll_to(self.exact)
        if self._entry is not None:
            self.exact.back.setFocus(Qt.FocusReason.OtherFocusReason)

    def _leave_past(self) -> None:
        was, self._entry = self._entry, None
        self._choose()
        if was is not None and was.id in self.past.rows.rows:
            self.past.rows.rows[was.id].setFocus(Qt.FocusReason.OtherFocusReason)

    def _answer(self, id_: str) -> None:
        if id_ == "send":
            self.send_now()
        else:
            self.ask_withholding()

    def send_now(self) -> None:
        """Send the held report."""
        self._act(commands.send_now(), translate("Leaves", "Send now"), translate("Leaves", "Sending…"))

    def ask_withholding(self) -> None:
        """Ask whether the held report is really to be withheld."""
        if self._head is None or self._head.held is None:
            return
        from ui.dialogs.asking import withholding

        report = self._head.held.report
        dialog = withholding(self.session.numbers.span(report.start, report.stop), self.window())
        dialog.answered.connect(self._asked)
        dialog.open()

    def _asked(self, id_: str) -> None:
        if id_ == "withhold":
            self.withhold()

    def withhold(self) -> None:
        """Take the held report back; it was confirmed."""
        telling = translate("Leaves", "Sealing zeros in its place…")
        self._act(commands.withhold(), translate("Leaves", "Withhold"), telling)

    def _act(self, command: commands.Command, what: str, telling: str) -> None:
        if self.session.is_running("send-now") or self.session.is_running("withhold"):
            return
        self.held.progress.show_progress(0, 0, telling)

        def done(answer: Answer) -> None:
            self.held.progress.finish()
            if answer.failure is None:
                self.forgive(command.name)
            else:
                self.fail(command.name, what, answer.failure, lambda: self._act(command, what, telling))

        self.session.run(command, done)

    def verify(self) -> None:
        """Have every kept report and the chain recomputed."""
        if self.session.is_running("verify"):
            return
        telling = translate("Leaves", "Recomputing every kept report…")
        self.past.card.show_verification(None)
        self.past.progress.show_progress(0, 0, telling)
        clock = self.session.env.monotonic
        began = clock()

        def told(line: str) -> None:
            found = commands.progress(line)
            if found is not None:
                text = translate("Leaves", "{done} of {all} reports recomputed")
                self.past.progress.show_progress(*found, text.format(done=found[0], all=found[1]))

        self.session.run(commands.verify(), lambda answer: self._came_verified(answer, clock() - began), told)

    def _came_verified(self, answer: Answer, seconds: float) -> None:
        self.past.progress.finish()
        if self._snapshot is None:
            return
        try:
            found = verification(answer, self._snapshot, self.session.numbers, seconds)
        except ValueError as error:
            failure = answer.failure or commands.Failure(-1, str(error), "")
            self.fail("verify", translate("Leaves", "Verify"), failure, self.verify)
            return
        self.forgive("verify")
        self._verified = (len(self._snapshot.book.rows), self._snapshot.now)
        self.past.card.show_verification(found)
        self._keys.start()
        QTimer.singleShot(0, self._show_card)

    def _show_card(self) -> None:
        sideways = self.horizontalScrollBar().value()
        self.ensureWidgetVisible(self.past.card, 0, fonts.px(24))
        self.horizontalScrollBar().setValue(sideways)

    def _forget_verification(self, snapshot: Snapshot) -> None:
        """A result is about the ledger as it was, and "just now" does not last."""
        if self._verified is None:
            return
        rows, at = self._verified
        if rows != len(snapshot.book.rows) or snapshot.now - at > _FRESH:
            self._verified = None
            self.past.card.show_verification(None)

    def export(self) -> None:
        """Ask where to, and write the ledger there as JSON."""
        from ui.dialogs.saving import ask_where

        title, kinds = translate("Leaves", "Export the ledger"), translate("Leaves", "JSON files (*.json)")
        ask_where(self.window(), title, "shoal-ledger.json", kinds, self._save)

    def _save(self, path: str) -> None:
        snapshot = self._snapshot
        if snapshot is None:
            return

        def write() -> None:
            from pathlib import Path

            from ui.link import files

            files.save(Path(path), [ledger.export(snapshot).encode()])

        def done(_: Any) -> None:
            self.forgive("export")
            self.past.tell_saved(translate("Leaves", "The ledger is saved as `{path}`.").format(path=path))

        def failed(error: Exception) -> None:
            self.past.tell_saved("")
            from ui.link import files

            failure = commands.Failure(-1, f"{path}: {files.cause(error)}", "")
            self.fail("export", translate("Leaves", "Export"), failure, self.export)

        self.session.background.run(write, done, failed)
