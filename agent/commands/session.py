"""What a command works with: environment, catalogue, store and ledger, each opened when asked for."""

from __future__ import annotations

import functools
import os
from contextlib import contextmanager
from typing import TYPE_CHECKING

from agent import doorbell
from agent.env import STATE_VARIABLE, program, real_env
from agent.errors import StoreError, TaskMismatch

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from agent.env import Env
    from agent.ledger import Ledger
    from agent.policy import Policy
    from agent.store import Store
    from catalogue.model import Catalogue


class Session:
    """One run of the command line."""

    def __init__(self, state: Path | None) -> None:
        self._state = state

    @functools.cached_property
    def env(self) -> Env:
        """The real environment, on the state that was named."""
        return real_env(self._state)

    @functools.cached_property
    def catalogue(self) -> Catalogue:
        """The built-in catalogue with its English words."""
        from catalogue.errors import CatalogueError
        from catalogue.load import load

        try:
            return load("en")
        except CatalogueError as error:
            raise TaskMismatch(f"the catalogue cannot be read: {error}", "Install Shoal again.") from error

    @property
    def has_database(self) -> bool:
        """Whether anything was ever kept in this state."""
        return self.env.database.exists()

    def prepare(self) -> None:
        """Make the state directory and the database, or bring it up to date, where a command is to write."""
        from agent.migrations import migrate

        self.env.prepare()
        migrate(self.env.database, self.catalogue.metrics)

    @contextmanager
    def store(self) -> Iterator[Store]:
        """The store, migrated."""
        from agent.store import Store

        self.prepare()
        store = Store.open(self.env, self.catalogue.metrics)
        try:
            yield store
        finally:
            store.close()

    @contextmanager
    def ledger(self) -> Iterator[Ledger]:
        """The ledger, migrated."""
        from agent.ledger import Ledger

        self.prepare()
        ledger = Ledger.open(self.env)
        try:
            yield ledger
        finally:
            ledger.close()

    def settings(self) -> dict[str, str]:
        """What the person decided so far. Where nothing was ever kept, looking makes no files."""
        if not self.has_database:
            return {}
        with self.store() as store:
            return store.settings()

    def policy(self, settings: Mapping[str, str]) -> Policy:
        """The policy in force with these settings of the person's; PolicyInvalid."""
        from agent import policy

        return policy.load(self.env, settings)

    def ask_sampler(self, byte: bytes) -> bool:
        """Ring the resident sampler and wait until it has done so; False if none runs or answers."""
        from agent.database import connect, trouble
        from agent.model import Fact

        def answered() -> str | None:
            connection = connect(self.env.database)
            try:
                with trouble(self.env.database):
                    row = connection.execute(
                        "SELECT value FROM facts WHERE key = ?", (str(Fact.ANSWERED),)
                    ).fetchone()
            finally:
                connection.close()
            return None if row is None else str(row[0])

        return self.has_database and doorbell.ring_and_wait(self.env, byte, answered)

    def become_resident(self) -> None:
        """Turn this process into the resident sampler, small: nothing of the command line stays loaded."""
        command = [*program(), "resident"]
        environment = {**os.environ, STATE_VARIABLE: str(self.env.state)}
        try:
            os.execve(command[0], command, environment)  # noqa: S606  (this very program)
        except OSError as error:
            raise StoreError(
                f"{command[0]} cannot be run: {error.strerror}", "Install Shoal again."
            ) from error
