"""Who decides, put together: what is shown, and what follows when somebody acts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QVBoxLayout

from agent.model import Choice
from ui.link import commands
from ui.pages import DECIDES, title
from ui.pages.decides.choice import ChoiceSection, MatrixTable
from ui.pages.decides.exporting import Export
from ui.pages.decides.keeping import EraseSection, KeepingSection, WindowSection
from ui.pages.decides.operators import ChangesSection, OperatorsSection
from ui.pages.decides.settings import SettingsTable
from ui.pages.decides.silence import NetworkSection, SilenceSection
from ui.pages.page import Page
from ui.theme import fonts
from ui.view_models import (
    changes,
    decisions,
    editing,
    erase,
    operators,
    parties,
    rules,
)
from ui.widgets.texts import Prose
from ui.words import translate

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtWidgets import QWidget

    from ui.link.commands import Answer, Command
    from ui.link.session import Session
    from ui.link.snapshot import Snapshot


class DecidesPage(Page):
    """The page."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(session, title(DECIDES), parent)
        self._snapshot: Snapshot | None = None
        self._place = ""
        self.headline = self.add_headline("")
        self.below = Prose("")
        self.choice, self.matrix = ChoiceSection(), MatrixTable()
        self.settings, self.silence, self.network = SettingsTable(), SilenceSection(), NetworkSection()
        self.operators, self.changes = OperatorsSection(), ChangesSection()
        self.keeping, self.habits, self.erase = KeepingSection(), WindowSection(), EraseSection()
        self.add(self.below, 4)
        self.add(self.choice, 24)
        self._column = QVBoxLayout()  # what is hidden leaves no gap in it
        self._column.setSpacing(fonts.px(40))
        self.add(self._column, 40)
        made: tuple[tuple[QWidget, Callable[[Snapshot], None]], ...] = (
            (self.matrix, self._show_matrix),
            (self.settings, self._show_settings),
            (self.silence, self._show_silence),
            (self.network, self._show_network),
            (self.operators, self._show_operators),
            (self.changes, self._show_changes),
            (self.keeping, self._show_keeping),
            (self.habits, lambda _: None),
            (self.erase, lambda snapshot: self.erase.show_erase(erase.erase(snapshot))),
        )
        self._sections, self._parts = zip(*made, strict=True)
        for section in self._sections:
            section.setParent(self)
            section.hide()
        self._made, self._has_choice, self._is_whole = 0, False, False
        self._turn = QTimer(self, singleShot=True, interval=0)
        self._turn.timeout.connect(self._next_part)
        self._places: dict[str, QWidget] = {
            "choice": self.choice,
            "rules": self.settings,
            "silence": self.silence,
            "operators": self.operators,
            "changes": self.changes,
            "export": self.keeping,
            "erase": self.erase,
        }
        self.exporting = Export(session, self)
        self.exporting.moved.connect(lambda words: self.keeping.progress.show_progress(0, 0, words))
        self.exporting.ended.connect(self._exported)
        self.choice.picked.connect(self.pick)
        self.settings.acted.connect(self.edit)
        self.settings.undone.connect(self.unset)
        self.settings.saved.connect(self.set)
        self.silence.saved.connect(self.save_silenced)
        self.network.turned_off.connect(lambda: self.edit("network_target"))
        self.network.undone.connect(lambda: self.unset("network_target"))
        self.operators.checked.connect(self.check_signatures)
        self.keeping.asked.connect(self.exporting.ask)
        self.habits.changed.connect(lambda name, on: session.remember(**{name: on}))
        session.remembered.connect(self.habits.show_preferences)
        self.erase.pressed.connect(self.ask_erasing)
        self.habits.show_preferences(session.preferences)

    # -- what is shown

    def show_snapshot(self, snapshot: Snapshot) -> None:
        """Show this: at first the choice, then the rest, a section in each turn of the event loop."""
        self._snapshot = snapshot
        shown = decisions.page(snapshot, self.session.numbers)
        self.headline.setText(shown.headline)
        self.below.say(shown.below)
        if self._has_choice:
            self.choice.show_page(shown)
        if self._is_whole:
            for show in self._parts:
                show(snapshot)
        elif not self._turn.isActive():
            self._turn.start()
        self._go_on()

    def is_whole(self) -> bool:
        """Whether every section is there."""
        return self._is_whole

    def _next_part(self) -> None:
        """Make one section more."""
        if self._snapshot is None or self._is_whole:
            return
        if not self._has_choice:
            self._has_choice = True
            self.choice.show_page(decisions.page(self._snapshot, self.session.numbers))
            self._turn.start()
            return
        section, show = self._sections[self._made], self._parts[self._made]
        self._column.addWidget(section)
        section.show()
        show(self._snapshot)
        self._made += 1
        self._is_whole = self._made == len(self._parts)
        if self._is_whole:
            self._go_on()
        else:
            self._turn.start()

    def _go_on(self) -> None:
        if self._place and self._is_whole:
            place, self._place = self._place, ""
            self.go_to(place)

    def _show_matrix(self, snapshot: Snapshot) -> None:
        self.matrix.show_matrix(decisions.page(snapshot, self.session.numbers).matrix)

    def _show_settings(self, snapshot: Snapshot) -> None:
        found = rules.page(snapshot, self.session.numbers)
        self.settings.show_page(found)
        self.settings.setVisible(bool(found.rules))

    def _show_silence(self, snapshot: Snapshot) -> None:
        shown = decisions.page(snapshot, self.session.numbers)
        self.silence.show_silenced(shown.silenced, decisions.own_silenced(snapshot))

    def _show_network(self, snapshot: Snapshot) -> None:
        shown = decisions.page(snapshot, self.session.numbers)
        self.network.show_network(shown.network, is_own="policy.network_target" in snapshot.own)

    def _show_operators(self, snapshot: Snapshot) -> None:
        self.operators.show_page(operators.page(snapshot), parties.contact(snapshot))

    def _show_changes(self, snapshot: Snapshot) -> None:
        self.changes.show_changes(changes.changes(snapshot, self.session.numbers))

    def _show_keeping(self, snapshot: Snapshot) -> None:
        days = "" if snapshot.policy is None else snapshot.policy.value("retention_days")
        words = rules.value_words(snapshot, "retention_days", days, self.session.numbers) if days else ""
        self.keeping.show_days(words)

    def go_to(self, place: str) -> None:
        """Scroll to the top, "choice", "rules", "silence", "operators", "changes", "export" or "erase"."""
        if not self._is_whole:
            self._place = place
            return
        section = self._places.get(place)
        if section is None:
            super().go_to("")
            return
        if section is self.silence:
            self.silence.open()
        self.scroll_to(section)

    # -- what a person does

    def pick(self, id_: str) -> None:
        """Make a choice; asked first, where it does more than the table says."""
        snapshot = self._snapshot
        if snapshot is None or self.session.is_running("choose"):
            return
        choice = Choice(id_)
        widened = snapshot.enrolled is not None and snapshot.enrolled.enrolment.widened
        if choice is snapshot.chosen and not (widened and choice.sends):
            return
        further = decisions.consequences(snapshot, choice)
        if not further:
            self.choose(choice, decisions.serial(snapshot))
            return
        from ui.dialogs.asking import choosing

        serial = decisions.serial(snapshot)  # what stands here while it is asked

        dialog = choosing(decisions.choice_word(choice), further, self.window())
        dialog.answered.connect(lambda answer: self.choose(choice, serial) if answer == "yes" else None)
        dialog.open()

    def choose(self, choice: Choice, serial: int | None = None) -> None:
        """Make a choice; whatever had to be asked was answered."""
        word = decisions.choice_word(choice)
        telling = translate("Decides", "Choosing {choice}…").format(choice=word)
        self.choice.tell("")
        self.choice.progress.show_progress(0, 0, telling)

        def done(answer: Answer) -> None:
            self.choice.progress.finish()
            if answer.is_fine:
                self.choice.tell(translate("Decides", "{choice} is your choice now.").format(choice=word))

        what = translate("Decides", "Choosing {choice}").format(choice=word)
        self._run(commands.choose(choice, serial), what, done)

    def edit(self, key: str) -> None:
        """Whatever the verb of a setting does: open its form, turn it off, or show the checks."""
        if self._snapshot is None:
            return
        if key == "blocked_metrics":
            self.go_to("silence")
        elif key in editing.OFF:
            self.set(key, editing.OFF[key])
        else:
            editor = editing.editor(self._snapshot, key, self.session.numbers)
            if editor is not None:
                self.settings.edit(editor)

    def set(self, key: str, value: str) -> None:
        """Set one of the person's own values."""

        def done(answer: Answer) -> None:
            form = self.settings.form(key) if answer.command.words[-2] == key else None
            if answer.is_fine and form is not None:
                self.settings.close_form(key)

        self._run(commands.set_policy(key, value), rules.name(key), done)

    def unset(self, key: str) -> None:
        """Remove one of the person's own values."""
        self._run(commands.unset_policy(key), rules.name(key))

    def save_silenced(self, ids: list[str]) -> None:
        """Silence these checks and no others."""
        self._run(commands.silence(ids), rules.name("blocked_metrics"))

    def check_signatures(self) -> None:
        """Have the task's signatures checked."""

        def done(answer: Answer) -> None:
            value = answer.value if isinstance(answer.value, dict) else {}
            if not answer.is_fine:
                return
            if value.get("enrolled"):
                self.operators.tell(translate("Operators", "Both signatures of the task file are right."))
            else:
                self.operators.tell(str(value.get("note") or ""), again=True)

        self._run(commands.standing(), translate("Operators", "Checking the signatures"), done)

    def ask_erasing(self) -> None:
        """Ask for the word."""
        if self._snapshot is None or self.session.is_running("erase"):
            return
        from ui.dialogs.erasing import ErasingDialog

        dialog = ErasingDialog(erase.erase(self._snapshot), self.window())
        dialog.confirmed.connect(self.erase_all)
        dialog.open()

    def erase_all(self) -> None:
        """Erase; the word was typed."""
        self.erase.progress.show_progress(0, 0, translate("Erase", "Erasing…"))
        self.erase.tell("")

        def done(answer: Answer) -> None:
            self.erase.progress.finish()
            if answer.is_fine and self._snapshot is not None:
                self.erase.tell(erase.result(answer.value, self._snapshot))

        self._run(commands.erase(), translate("Erase", "Erasing"), done)

    def _exported(self, path: str, trouble: str) -> None:
        self.keeping.progress.finish()
        if trouble:
            self.keeping.tell("")
            what = translate("Decides", "The export")
            self.fail("export", what, commands.Failure(-1, trouble, ""), self.exporting.ask)
            return
        self.forgive("export")
        self.keeping.tell(translate("Decides", "Everything is saved as `{path}`.").format(path=path))

    # -- how it is done

    def _run(self, command: Command, what: str, done: Callable[[Answer], None] | None = None) -> None:
        name = command.name

        def over(answer: Answer) -> None:
            if done is not None:
                done(answer)
            if answer.failure is None:
                self.forgive(name)
            else:
                self.fail(name, what, answer.failure, lambda: self._run(command, what, done))

        self.session.run(command, over)
