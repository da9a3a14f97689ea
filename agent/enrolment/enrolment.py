"""Which task this machine takes part in, and whether a person has agreed to it as it stands now.

The task file comes with the machine's management or from a person; both operators' signatures, by keys that
were pinned at enrolment, make it believable. Its serial only rises. What widens waits for a person.
"""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, Any, NamedTuple

from agent import policy as rules
from agent.enrolment import owner, records
from agent.enrolment.records import Pins, Record
from agent.errors import NotEnrolled, TaskMismatch, TokenRefused, UsageError
from catalogue import layout
from dap.task import SignedTask, Task, TaskRefused, check_limits, differences, summary, widened

if TYPE_CHECKING:
    from pathlib import Path

    from agent.env import Env
    from agent.policy import Policy
    from catalogue.model import Catalogue, Metric

CURE = "Nothing is sealed or sent. Show this to whoever gave you the task file."


class Scope(StrEnum):
    """Whose enrolment it is."""

    MACHINE = "machine"
    ACCOUNT = "account"


class Enrolment(NamedTuple):
    """The task as its newest file says, and the one that was agreed to."""

    scope: Scope
    task: Task
    text: str
    """The newest task file."""
    accepted: Task | None
    """None: nobody has agreed to any version yet."""
    widened: tuple[str, ...]
    """What the newest asks or risks more than the accepted one: sending waits for a person."""
    changes: tuple[tuple[str, Any, Any], ...]
    """All that differs from the accepted one: (field, before, after)."""
    pins: Pins
    task_file: Path | None
    token_file: Path | None

    @property
    def waits(self) -> bool:
        """Whether sending pauses until a person has agreed again."""
        return bool(self.widened)

    @property
    def is_agreed(self) -> bool:
        """Whether reports may be sealed and sent for `task`."""
        return self.accepted is not None and not self.waits

    def metrics(self, catalogue: Catalogue) -> tuple[Metric, ...]:
        """The metrics that the task asks for."""
        return catalogue.prefix(self.task.info.metrics)

    def summary(self) -> dict[str, Any]:
        """All of it as plain data to show."""
        return {
            "scope": str(self.scope),
            **summary(self.task),
            "agreed": self.is_agreed,
            "widened": list(self.widened),
            "changes": [list(change) for change in self.changes],
            "task_file": None if self.task_file is None else str(self.task_file),
        }


def load(env: Env, policy: Policy, catalogue: Catalogue) -> Enrolment:
    """The enrolment that holds for this account.

    NotEnrolled without one; TaskMismatch naming the field if the newest file cannot be believed or must not
    be answered; PolicyInvalid if the policy's network target is one of its aggregators.
    """
    written = _read(env, policy)
    if written is None:
        raise NotEnrolled(
            "this machine is not enrolled", "Enrol with `shoal enrol TASK_FILE --token-file FILE`."
        )
    task = _verified(written.text, written.pins, written.record)
    _require_acceptable(env, policy, catalogue, task)
    accepted = _accepted(written.record)
    _require_same_configuration(accepted, task)
    return written.enrolment(task, accepted)


class Seen(NamedTuple):
    """An enrolment to be shown, read without checking any signature."""

    enrolment: Enrolment
    verified: bool
    """Its newest file is word for word one that was verified when it was noted down. False: nobody has
    checked it yet (`load` does); it is from where the administrator, or the person, keeps it."""


def look(env: Env, policy: Policy) -> Seen | None:
    """The enrolment as it stands written, for whoever only shows it; None without one.

    Loads no cryptography. TaskMismatch or StoreError for what cannot be read, or names other keys than the
    pinned ones; limits and catalogue are not looked at.
    """
    written = _read(env, policy)
    if written is None:
        return None
    record = written.record
    try:
        task = SignedTask.load(written.text).claimed()
        accepted = SignedTask.load(record.accepted).claimed() if record and record.accepted else None
    except TaskRefused as refused:
        raise _mismatch(refused) from None
    if (task.leader.signing_key, task.helper.signing_key) != written.pins.keys:
        raise TaskMismatch("the task file names other operators than the pinned ones", CURE)
    verified = record is not None and written.text == record.newest
    return Seen(written.enrolment(task, accepted), verified)


def enrol_account(
    env: Env,
    policy: Policy,
    catalogue: Catalogue,
    text: str,
    *,
    task_file: Path | None = None,
    token_file: Path | None = None,
) -> Enrolment:
    """Enrol this account with a task file's text, or bring its enrolment up to date with a newer one.

    The first time the keys that the file names are pinned: whoever enrols compares the fingerprints. The
    paths are read again later: for newer files, and when the token is refused. Nothing is agreed to yet.
    TaskMismatch names the field at fault; NotEnrolled if the machine is enrolled already.
    """
    if records.read_machine_pins(env) is not None:
        raise NotEnrolled(
            "this machine is enrolled as a whole: accounts do not enrol for themselves",
            "Choose with `shoal choose`; the administrator changes the enrolment.",
        )
    record = records.read_record(env)
    pins = record.pins if record else _first_pins(text)
    task = _verified(text, pins, record)
    _require_acceptable(env, policy, catalogue, task)
    accepted = record.accepted if record else None
    _require_same_configuration(_accepted(record), task)
    paths = [path.absolute() if path else None for path in (task_file, token_file)]
    records.write_record(env, Record(pins, text, accepted, *paths))
    return load(env, policy, catalogue)


def enrol_machine(
    env: Env, policy: Policy, catalogue: Catalogue, text: str, token: str, *, replace: bool = False
) -> Task:
    """Enrol the machine for all its accounts: task and token into <etc>, pins and owner record into <var>.

    For the administrator; again with a newer file to bring it up to date. Other operators than the pinned
    ones are refused unless `replace`.
    """
    found = None if replace else records.read_machine_pins(env)
    pins = found or _first_pins(text)
    task = _verified(text, pins, None)
    _require_acceptable(env, policy, catalogue, task)
    etc = env.directories.etc
    task_path = policy.task_file or etc / records.TASK
    token_path = policy.token_file or etc / records.TOKEN
    records.write(task_path, text, 0o644)
    # Every account of the machine may be its owner, so it is readable: it only keeps outsiders from flooding.
    records.write(token_path, require_token(token) + "\n", 0o644)
    owner.make_directory(env)
    records.write_machine_pins(env, pins._replace(serial=task.serial))
    return task


def accept(env: Env, enrolment: Enrolment) -> Enrolment:
    """Note that a person (or policy, for required) agrees to the task as it stands."""
    _write(env, enrolment, enrolment.text)
    return enrolment._replace(accepted=enrolment.task, widened=(), changes=())


def remember(env: Env, enrolment: Enrolment) -> None:
    """Note that this version was seen, agreed to or not: no older one will be believed any more."""
    record = records.read_record(env)
    if record is not None and record.newest != enrolment.text:
        _write(env, enrolment, record.accepted if record.pins.keys == enrolment.pins.keys else None)


def leave(env: Env) -> None:
    """End this account's enrolment: it owns the machine's no more, and what it had agreed to is void."""
    owner.release(env)
    records.remove_record(env)


def require_token(token: str) -> str:
    """A token as it is sent; TokenRefused (without quoting it) for what no header can carry."""
    token = token.strip()
    if not token or len(token) > 1024 or not token.isascii() or any(c.isspace() for c in token):
        raise TokenRefused("the upload token is not one word of plain characters", "Ask for it again.")
    if not token.isprintable():
        raise TokenRefused("the upload token holds control characters", "Ask for it again.")
    return token


def read_token(path: Path) -> str:
    """The token in a file; TokenRefused if it cannot be read."""
    try:
        with path.open("rb") as file:
            return require_token(file.read(4096).decode("ascii"))
    except (OSError, UnicodeDecodeError):
        raise TokenRefused(f"the token file {path} cannot be read", "Ask for it again.") from None


def read_task_file(path: Path) -> str:
    """A task file's text; UsageError if it cannot be read."""
    try:
        with path.open("rb") as file:
            return file.read(records.LARGEST).decode("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        why = error.strerror if isinstance(error, OSError) else "it is not text"
        raise UsageError(f"the task file {path} cannot be read: {why}", "Check the path.") from None


def check_catalogue(task: Task, catalogue: Catalogue) -> None:
    """TaskMismatch unless this agent's catalogue begins with the very metrics that the task asks for."""
    info, length = task.info, task.config.sum_vec.length
    have = len(catalogue.metrics)
    if not 1 <= info.metrics <= have:
        raise TaskMismatch(
            f"task_info.metrics: the task asks for {info.metrics} metrics, this version knows {have}",
            "Update Shoal on this machine.",
        )
    prefix = catalogue.prefix(info.metrics)
    if layout.digest(prefix) != info.digest:
        raise TaskMismatch(
            f"task_info.digest: the task's {info.metrics} metrics mean something else than this version's",
            "Update Shoal on this machine, or ask for a task of its catalogue.",
        )
    if layout.length(prefix) != length:
        raise TaskMismatch(
            f"length: the task's vectors have {length} entries, its metrics {layout.length(prefix)}", CURE
        )


# -- inside


class _Written(NamedTuple):
    """An enrolment as files have it, before anything of it is believed."""

    scope: Scope
    record: Record | None
    """The account's own, unless it is void."""
    pins: Pins
    task_file: Path | None
    token_file: Path | None
    text: str
    """The newest task file."""

    def enrolment(self, task: Task, accepted: Task | None) -> Enrolment:
        return Enrolment(
            self.scope,
            task,
            self.text,
            accepted,
            tuple(widened(accepted, task)) if accepted else (),
            tuple(differences(accepted, task)) if accepted else (),
            self.pins,
            self.task_file,
            self.token_file,
        )


def _read(env: Env, policy: Policy) -> _Written | None:
    """What the machine's administrator and this account have on file; None if neither has enrolled."""
    record, machine = records.read_record(env), records.read_machine_pins(env)
    if machine is not None and (record is None or record.pins.keys != machine.keys):
        # the administrator's word goes before an account's own; what was agreed under other keys is void
        record = None
    pins = machine or (record.pins if record else None)
    if pins is None:
        return None
    scope = Scope.ACCOUNT if machine is None else Scope.MACHINE
    task_file, token_file = _files(env, policy, record, scope)
    return _Written(scope, record, pins, task_file, token_file, _newest(task_file, record))


def _write(env: Env, enrolment: Enrolment, accepted: str | None) -> None:
    own = enrolment.scope is Scope.ACCOUNT
    paths = (enrolment.task_file, enrolment.token_file) if own else (None, None)
    records.write_record(env, Record(enrolment.pins, enrolment.text, accepted, *paths))


def _files(env: Env, policy: Policy, record: Record | None, scope: Scope) -> tuple[Path | None, Path | None]:
    if scope is Scope.MACHINE:
        etc = env.directories.etc
        return policy.task_file or etc / records.TASK, policy.token_file or etc / records.TOKEN
    own_task, own_token = (record.task_file, record.token_file) if record else (None, None)
    return policy.task_file or own_task, policy.token_file or own_token


def _newest(task_file: Path | None, record: Record | None) -> str:
    """The file's text; what was seen last, where the file is gone."""
    if task_file is not None and (record is None or not _is_gone(task_file)):
        try:
            return read_task_file(task_file)
        except UsageError as error:
            raise TaskMismatch(error.message, CURE) from None
    if record is None:
        raise NotEnrolled("the task file of this enrolment is gone", "Enrol again with the task file.")
    return record.newest


def _is_gone(path: Path) -> bool:
    """Whether there is no such file; one that cannot be looked at is there, and reading it says why not."""
    try:
        path.stat()
    except (FileNotFoundError, NotADirectoryError):
        return True
    except OSError:
        return False
    return False


def _first_pins(text: str) -> Pins:
    """The keys that a file names: believed because a person, or the machine's management, brought it."""
    try:
        claimed = SignedTask.load(text).claimed()
    except TaskRefused as refused:
        raise _mismatch(refused) from None
    return Pins(claimed.leader.signing_key, claimed.helper.signing_key, claimed.serial)


def _verified(text: str, pins: Pins, record: Record | None) -> Task:
    try:
        task = SignedTask.load(text).verify(*pins.keys)
    except TaskRefused as refused:
        raise _mismatch(refused) from None
    before = SignedTask.load(record.newest).claimed() if record else None
    seen = max(pins.serial, before.serial if before else 0)
    if task.serial < seen:
        raise TaskMismatch(
            f"serial: is {task.serial}, but {seen} was seen before: the task file was rolled back", CURE
        )
    if before is not None and task.serial == before.serial and task.payload() != before.payload():
        raise TaskMismatch(
            f"serial: is {task.serial} as before, but the task is another: two files have one serial", CURE
        )
    return task


def _require_acceptable(env: Env, policy: Policy, catalogue: Catalogue, task: Task) -> None:
    try:
        check_limits(task, **policy.floors, demo_allowed=env.is_demo)
    except TaskRefused as refused:
        raise _mismatch(refused) from None
    check_catalogue(task, catalogue)
    config = task.config
    urls = (config.leader_aggregator_endpoint, config.helper_aggregator_endpoint)
    rules.require_no_aggregator(policy, urls)


def _accepted(record: Record | None) -> Task | None:
    if record is None or record.accepted is None:
        return None
    try:
        return SignedTask.load(record.accepted).verify(*record.pins.keys)
    except TaskRefused as refused:
        raise _mismatch(refused) from None


def _require_same_configuration(accepted: Task | None, task: Task) -> None:
    """Reports bind id and configuration together: one id with two configurations would lose them."""
    if accepted and accepted.task_id == task.task_id and accepted.configuration != task.configuration:
        raise TaskMismatch(
            "task_configuration: differs from the one that was agreed to under the same task_id", CURE
        )


def _mismatch(refused: TaskRefused) -> TaskMismatch:
    return TaskMismatch(f"the task file is refused: {refused.field}: {refused.reason}", CURE)
