"""What the person at the machine decides: the choice, withholding, enrolling, leaving, erasing.

Each decision and its ledger row are one transaction. Nothing here measures, seals or sends; a worker does
what follows from a decision.
"""

from __future__ import annotations

import hashlib
from contextlib import nullcontext, suppress
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from agent import database
from agent import enrolment as enrolling
from agent import policy as rules
from agent.database import number, remove_aside
from agent.enrolment import owner
from agent.errors import Declined, KeychainError, NotEnrolled, PolicyInvalid, StoreError
from agent.keychain import Kept, Keychain
from agent.lock import WORKER, alone
from agent.model import Choice, Fact, LedgerKind, ReportState, Setting
from catalogue import layout
from dap.task import SignedTask

if TYPE_CHECKING:
    from pathlib import Path

    from agent.enrolment import Enrolment
    from agent.env import Env
    from agent.ledger import Ledger, Report
    from agent.policy import Policy
    from catalogue.model import Catalogue

SINCE: Final = "sharing_since"
"""Setting: UTC seconds since when the choice sends. Periods that ended before are not reported."""
NOTICED: Final = "sharing_noticed"
"""Setting: UTC seconds at which that was noticed to lie ahead."""
NOTHING_SENT: Final = "Nothing is sent with this choice."
_PATIENCE = 10.0
"""Seconds that purging waits for a worker to end."""


class Chosen(NamedTuple):
    """What a choice came to."""

    choice: Choice
    effective: Choice
    dropped: int
    """Reports that will not be sent."""
    withheld: int
    """Held reports in whose place zeros go."""
    kept: Kept | None
    """Where the upload token is kept, if that was asked."""


def settings(ledger: Ledger) -> dict[str, str]:
    """All of the person's settings."""
    return database.settings(ledger.connection, ledger.path)


def chosen(ledger: Ledger) -> Choice | None:
    """What the person chose, or None."""
    return Choice.of(settings(ledger).get(Setting.CHOICE))


def load_policy(env: Env, ledger: Ledger) -> Policy:
    """The policy in force; PolicyInvalid."""
    return rules.load(env, settings(ledger))


def keychain_of(env: Env, task_id: bytes) -> Keychain:
    """Where this account keeps its token for a task's operators."""
    return Keychain(env, task_id.hex()[:16])


def choose(
    env: Env,
    ledger: Ledger,
    catalogue: Catalogue,
    choice: Choice,
    *,
    serial: int | None = None,
    keychain: Keychain | None = None,
) -> Chosen:
    """Make a choice; to share or quiet it is also the agreement to the task as it stands now.

    `serial`: the task file that the person has read; another one is not agreed to unseen.
    Off and local drop what is held, quiet withholds it. Declined if policy does not leave the choice, or the
    task file is another than was read; NotEnrolled without a task or if another account owns the enrolment;
    TaskMismatch for a task that must not be answered. Off and local can be chosen under a policy that cannot
    be read, too.
    """
    policy: Policy | None = None
    try:
        policy = load_policy(env, ledger)
        rules.require_allowed(policy, choice)
    except PolicyInvalid:
        if choice.sends:
            raise
    kept = None
    if policy is not None and choice.sends:
        found = enrolling.load(env, policy, catalogue)
        if serial is not None and found.task.serial != serial:
            raise Declined(
                f"the task was changed: you have read serial {serial}, now it is {found.task.serial}",
                "Read what it asks for now, then choose again.",
            )
        owner.claim(env)
        kept = keep_token(found, keychain or keychain_of(env, found.task.task_id))
        agree(env, ledger, found, "you")
    now = env.now()
    dropped = withheld = 0
    with ledger.atomic():
        before = settings(ledger).get(Setting.CHOICE)
        put(ledger, "settings", Setting.CHOICE, str(choice))
        effective = choice if policy is None else rules.effective(policy, choice)
        put(ledger, "facts", Fact.CHOICE, str(effective))
        follow(ledger, effective, now)
        if before != choice:
            ledger.append(LedgerKind.CHOICE, {"choice": str(choice), "before": before}, now)
        if not effective.sends:
            dropped = ledger.drop_all(f"you chose {choice}", now)
        elif effective is Choice.QUIET:
            held = [report for report in ledger.reports(ReportState.HELD) if not report.zeros]
            withheld = sum(ledger.withhold(r, now).state is ReportState.WITHHELD for r in held)
    return Chosen(choice, effective, dropped, withheld, kept)


def follow(ledger: Ledger, effective: Choice, now: float) -> float | None:
    """Keep since when the choice sends: from now on if it does for the first time; None if it does not.

    A choice that was made later than the clock shows was made under another clock. Then it counts from when
    that is noticed; once the clock shows its own time again, from that.
    """
    kept = settings(ledger)
    if not effective.sends:
        for key in (SINCE, NOTICED):
            if key in kept:
                put(ledger, "settings", key, None)
        return None
    since = number(SINCE, kept.get(SINCE, str(int(now))))
    if SINCE not in kept:
        put(ledger, "settings", SINCE, str(int(now)))
    if since <= now:
        if NOTICED in kept:
            put(ledger, "settings", NOTICED, None)
        return since
    if NOTICED not in kept:
        put(ledger, "settings", NOTICED, str(int(now)))
    return min(number(NOTICED, kept.get(NOTICED, str(now))), now)


def withhold(env: Env, ledger: Ledger, id: int | None = None) -> Report:
    """Withhold a held report (the only one, unless `id` names it). A worker then seals zeros in its place.

    Declined if sending has begun, nothing is held, or policy does not leave it.
    """
    policy = _policy_unless_no(env, ledger, saying_no=True)
    if policy is not None:
        rules.require_withholding(policy)
        choice = rules.effective(policy, chosen(ledger))
        if id is None and not (choice.sends or ledger.reports(ReportState.HELD)):
            raise Declined(f"no report is held now: the choice is {choice}", NOTHING_SENT)
    return ledger.withhold(one(ledger, id, ReportState.HELD), env.now())


def one(ledger: Ledger, id: int | None, *states: ReportState) -> Report:
    """The report that is meant: by id, or the newest in one of the states; Declined if there is none."""
    if id is not None:
        return ledger.report(id)
    found = ledger.reports(*states)
    if not found:
        sending = ledger.reports(ReportState.SENDING)
        raise Declined(
            "sending has begun" if sending else "no report is held now",
            "`shoal ledger` shows what was, and `shoal preview` what would be next.",
        )
    return found[-1]


def set_value(env: Env, ledger: Ledger, name: str, value: Any) -> Policy:
    """Set one of the person's own policy values (None: remove it); the policy then. PolicyInvalid."""
    with ledger.atomic():
        rules.write(ledger.connection, name, value)
        put(ledger, "facts", Fact.CHECKS, None)  # what was turned off rests at once; else a worker renews it
        policy = load_policy(env, ledger)
        note_policy(ledger, policy, env.now())
    return policy


def enrol(
    env: Env,
    ledger: Ledger,
    catalogue: Catalogue,
    text: str,
    token: str,
    *,
    task_file: Path | None = None,
    token_file: Path | None = None,
    keychain: Keychain | None = None,
) -> tuple[Enrolment, Kept]:
    """Enrol this account, or bring its enrolment up to date, and keep its token. Chooses nothing."""
    token = enrolling.require_token(token)
    policy = load_policy(env, ledger)
    found = enrolling.enrol_account(env, policy, catalogue, text, task_file=task_file, token_file=token_file)
    kept = (keychain or keychain_of(env, found.task.task_id)).set(token)
    note_task(ledger, found, "enrolled", "you", env.now())
    return found, kept


def agree(env: Env, ledger: Ledger, found: Enrolment, by: str) -> Enrolment:
    """Agree to the task as it stands; no row if that was done before.

    Where nothing was agreed to yet, what is held was sealed for other operators: it is dropped.
    """
    if found.is_agreed and not found.changes and found.accepted == found.task:
        return found
    if found.accepted is None:
        ledger.drop_all("its task is gone", env.now())
    agreed = enrolling.accept(env, found)
    note_task(ledger, found, "agreed", by, env.now())
    return agreed


def keep_token(found: Enrolment, keychain: Keychain) -> Kept:
    """Copy the token file's token into the account's keychain, where there is such a file."""
    if found.token_file is not None and found.token_file.exists():
        return keychain.set(enrolling.read_token(found.token_file))
    return keychain.where()


def leave(env: Env, ledger: Ledger, keychain: Keychain | None = None) -> str:
    """End this account's enrolment: nothing more is sent, another account may become the owner.

    A note about the keychain, if it would not forget the token; else an empty text.
    """
    now = env.now()
    record = enrolling.read_record(env)
    with ledger.atomic():
        ledger.drop_all("you left", now)
        put(ledger, "settings", Setting.CHOICE, None)
        follow(ledger, Choice.OFF, now)
        put(ledger, "facts", Fact.CHOICE, None)
        ledger.append(LedgerKind.TASK, {"event": "left", "by": "you"}, now)
    enrolling.leave(env)
    if record is not None or keychain is not None:
        try:
            (keychain or keychain_of(env, _task_id(record))).delete()
        except KeychainError as error:
            return f"{error.message}; the token may still be in it."
    return ""


def erase(env: Env, ledger: Ledger) -> int:
    """Delete the bodies and openings of all reports, and drop what is held; how many went.

    Databases that were put aside go whole. Readings are `Store.erase`'s.
    """
    remove_aside(env.database)
    put(ledger, "facts", Fact.SET_ASIDE, None)
    return ledger.erase(env.now())


def purge(env: Env) -> list[str]:
    """Delete everything in the state directory, enrolment and settings too; what was there. Works offline.

    Close the ledger and the store before, and end the sampler. The keychain is asked to forget the token.
    A worker is waited for: it would go on sending from a file that is gone. Declined if that takes long.
    """
    lock = env.state / f"{WORKER}.lock"
    try:
        with alone(env, WORKER, _PATIENCE) if env.state.exists() else nullcontext():
            with suppress(StoreError, KeychainError):
                keychain_of(env, _task_id(enrolling.read_record(env))).delete()
            with suppress(StoreError, NotEnrolled):
                enrolling.leave(env)
            removed = _remove([path for path in _files(env) if path != lock])
    except Declined as error:
        raise Declined(
            f"a report is being sealed or sent ({error.message}): nothing was deleted",
            "Try again in a minute.",
        ) from None
    _remove([path for path in _files(env) if path == lock])  # some systems let nobody remove what is open
    return removed


def _files(env: Env) -> list[Path]:
    """What lies in the state directory but for directories, which are nothing of ours."""
    found = sorted(env.state.iterdir()) if env.state.exists() else []
    return [path for path in found if path.is_symlink() or not path.is_dir()]


def _remove(paths: list[Path]) -> list[str]:
    try:
        for path in paths:
            path.unlink()
    except OSError as error:
        raise StoreError(
            f"{path} cannot be removed: {error.strerror}", "Remove the directory by hand."
        ) from None
    return [path.name for path in paths]


# -- what is shown of changes that others made


def note_policy(ledger: Ledger, policy: Policy, now: float) -> bool:
    """Record the policy if it is not as it was recorded last; whether it was."""
    with ledger.atomic():
        last = ledger.last(LedgerKind.POLICY)
        before = last.facts.get("values", {}) if last else {}
        values = policy.stamp()
        if values == before:
            return False
        changed = sorted(k for k in {*values, *before} if values.get(k) != before.get(k))
        ledger.append(LedgerKind.POLICY, {"values": values, "changed": changed}, now)
    return True


def note_task(ledger: Ledger, found: Enrolment, event: str, by: str, now: float) -> bool:
    """Record a version of the task, unless this very event is the last that was recorded; whether it was."""
    payload = SignedTask.load(found.text).payload
    facts = {
        "event": event,
        "by": by,
        "task": found.task.task_id.hex(),
        "serial": found.task.serial,
        "payload_sha256": hashlib.sha256(payload).hexdigest(),
        "widened": list(found.widened),
        "changes": [list(change) for change in found.changes],
    }
    with ledger.atomic():
        last = ledger.last(LedgerKind.TASK)
        if last is not None and last.facts == facts:
            return False
        ledger.append(LedgerKind.TASK, facts, now)
    return True


def note_catalogue(ledger: Ledger, catalogue: Catalogue, now: float) -> bool:
    """Record what is another in the catalogue than at the last worker's; whether anything is.

    The first one is only kept: nothing was known before it, so nothing has changed.
    """
    meaning = layout.meaning(catalogue.metrics).decode("ascii")
    with ledger.atomic():
        found = ledger.connection.execute(
            "SELECT value FROM facts WHERE key = ?", (Fact.CATALOGUE,)
        ).fetchone()
        if found is not None and found[0] == meaning:
            return False
        put(ledger, "facts", Fact.CATALOGUE, meaning)
        if found is None:
            return False
        before, after = layout.fields(str(found[0])), layout.fields(meaning)
        changed = [
            [id, field, before[id].get(field, ""), value]
            for id, metric in after.items()
            for field, value in metric.items()
            if id in before and before[id].get(field, "") != value
        ]
        facts = {
            "digest": layout.digest(catalogue.metrics).hex(),
            "added": [id for id in after if id not in before],
            "removed": [id for id in before if id not in after],
            "changed": changed,
        }
        ledger.append(LedgerKind.CATALOGUE, facts, now)
    return True


def put(ledger: Ledger, table: str, key: str, value: str | None) -> None:
    """Set a setting or a fact (None: remove it) within the ledger's transaction."""
    if value is None:
        ledger.connection.execute(f"DELETE FROM {table} WHERE key = ?", (str(key),))  # noqa: S608  (two names)
        return
    ledger.connection.execute(
        f"INSERT INTO {table}(key, value) VALUES (?, ?) "  # noqa: S608  (settings or facts)
        "ON CONFLICT(key) DO UPDATE SET value = excluded.value",
        (str(key), value),
    )


def _policy_unless_no(env: Env, ledger: Ledger, *, saying_no: bool) -> Policy | None:
    """The policy; None if it cannot be read and the person says no: then nothing is sent anyway."""
    try:
        return load_policy(env, ledger)
    except PolicyInvalid:
        if not saying_no:
            raise
        return None


def _task_id(record: enrolling.Record | None) -> bytes:
    return b"" if record is None else SignedTask.load(record.newest).claimed().task_id
