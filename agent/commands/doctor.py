"""`doctor`: every hop on the way to the leader, in order, and what to do about the first that fails."""

from __future__ import annotations

import os
import shutil
import sys
from typing import TYPE_CHECKING, NamedTuple

import click

from agent import decisions, enrolment, policy
from agent.commands import checked, tables
from agent.errors import (
    AggregatorRefused,
    Declined,
    KeychainError,
    NetworkError,
    NotEnrolled,
    PolicyInvalid,
    ProxyError,
    ShoalError,
    StoreError,
    TaskMismatch,
    TlsError,
    TokenRefused,
)
from agent.model import Choice, Fact, Setting

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from agent.commands.session import Session
    from agent.connection import Connection
    from agent.enrolment import Enrolment
    from agent.policy import Policy
    from agent.store import Store

LEAST_FREE = 50 * 1024 * 1024

# Which exit code a failing hop of the network stands for.
_CODES = {
    "name": NetworkError.exit_code,
    "proxy": ProxyError.exit_code,
    "connection": NetworkError.exit_code,
    "tls": TlsError.exit_code,
    "leader": NetworkError.exit_code,
    "clock": NetworkError.exit_code,
}

# What is tried again by itself, or waits for a decision of the person's: nothing here is broken.
_WAITING = frozenset({Declined.exit_code, NetworkError.exit_code, AggregatorRefused.exit_code})


class Finding(NamedTuple):
    """One thing that was looked at. `ok` None: it was left out, and the detail says why."""

    step: str
    ok: bool | None
    detail: str
    cure: str = ""
    exit_code: int = 0
    waits: bool = False
    """Nothing is wrong with it, and yet nothing is sent until something happens."""
    note: bool = False
    """Worth knowing, and nothing that keeps a report from leaving."""

    @property
    def word(self) -> str:
        """How it stands."""
        return (
            "WAITS"
            if self.waits
            else "note"
            if self.note
            else {True: "ok", False: "WRONG", None: "left out"}[self.ok]
        )


@click.command()
@click.option(
    "--online",
    is_flag=True,
    help="Contact the leader even if the choice sends nothing. It then sees this computer's address.",
)
@click.option("--json", "json_", is_flag=True, help="Print JSON instead of a table.")
@click.pass_obj
def doctor(session: Session, online: bool, json_: bool) -> None:
    """Try every hop to the leader, and say what to do.

    State, disk, database, policy, enrolment, keychain, token; then name, proxy, connection, TLS, the
    leader's answer, its clock and whether it takes the token. Sends no report and no answer. The leader
    is contacted only if the choice sends anyway, or with --online. Exits with the code of the first thing
    that is wrong.
    """
    found = list(_examine(session, online))
    first = next((finding for finding in found if finding.ok is False), None)
    if json_:
        rows = [finding._asdict() for finding in found]
        tables.show(tables.as_json({"healthy": first is None, "findings": rows}))
    else:
        tables.show(tables.table([(f.word, f.step, f.detail) for f in found], ("", "step", "finding")))
        if first is None:
            waits = next((f" {f.step.capitalize()} waits." for f in found if f.waits), "")
            tables.show(f"\nNothing is wrong.{waits}")
        else:
            tables.show(f"\nStart with {first.step}: {first.detail.rstrip('.?')}.\n{first.cure}")
    if first is not None:
        sys.exit(first.exit_code)


def _examine(session: Session, online: bool) -> Iterator[Finding]:
    """The findings in order; what depends on something that is wrong is not asked."""
    local = list(_local(session))
    yield from local
    if any(finding.ok is False for finding in local):
        return
    runs = any(finding.step == "sampler" and finding.ok for finding in local)
    with session.store() as store:
        chosen, left = Choice.of(store.setting(Setting.CHOICE)), _left_by_worker(store)
        target = checked.last(store)
        try:
            rules = session.policy(store.settings())
        except PolicyInvalid as error:
            yield _wrong("policy", error)
            return
    choice = policy.effective(rules, chosen)
    yield Finding("policy", True, f"upload = {rules.upload}; the choice in force is {choice}")
    if choice.measures and not runs:
        yield Finding(
            "sampler",
            False,
            f"does not run, though the choice is {choice}: nothing is measured, sealed or sent by itself",
            "Start it: `shoal run`, best from your session's autostart (docs/admins.md).",
            Declined.exit_code,
        )
    if target is not None:
        yield Finding("target", True, target, note=True)
    try:
        found = enrolment.load(session.env, rules, session.catalogue)
    except (NotEnrolled, TaskMismatch, StoreError) as error:
        yield _wrong("enrolment", error)
        return
    except PolicyInvalid as error:
        yield _wrong("policy", error)
        return
    yield _agreement(found)
    token, finding = _token(session, found)
    yield finding
    if choice.sends and left is not None:
        yield left
    if not choice.sends and not online:
        yield Finding("network", None, f"the choice is {choice}: nothing is contacted (--online does)")
        return
    yield from _network(session, rules, found, token)


def _local(session: Session) -> Iterator[Finding]:
    yield _tried("state", lambda: f"private, on a local disk: {session.env.prepare()}")
    free = shutil.disk_usage(session.env.state if session.env.state.exists() else "/").free
    if free < LEAST_FREE:
        yield Finding(
            "disk",
            False,
            f"{free // 1024 // 1024} MB are free where the state lies",
            "Free some space; what is stored is not lost.",
            StoreError.exit_code,
        )
    else:
        yield Finding("disk", True, f"{free / 1e9:.1f} GB are free")
    yield _tried("database", lambda: _check_database(session))
    yield Finding("sampler", *_sampler(session))


def _check_database(session: Session) -> str:
    from agent.database import check

    with session.store() as store:
        check(store.connection, session.env.database)
    return f"whole, {tables.size(session.env.database.stat().st_size)}"


def _sampler(session: Session) -> tuple[bool | None, str]:
    from agent.lock import SAMPLER, Lock

    lock = Lock(session.env.state, SAMPLER)
    try:
        lock.take()
    except Declined:
        return True, "runs"
    except StoreError as error:
        return None, error.message
    lock.release()
    return None, "does not run"


def _left_by_worker(store: Store) -> Finding | None:
    """What the last worker said that keeps reports from being sealed or sent."""
    words, code = store.fact(Fact.TROUBLE), int(store.number(Fact.TROUBLE_CODE) or 0)
    if not words:
        return None
    detail = f"at the last try: {words}"
    if not code or code in _WAITING:
        return Finding("sending", True, detail, waits=True)
    return Finding("sending", False, detail, "It is tried again by itself once that is mended.", code)


def _agreement(found: Enrolment) -> Finding:
    detail = f"{found.scope}, task {found.task.task_id.hex()[:8]}…, serial {found.task.serial}"
    if found.waits:
        return Finding(
            "enrolment",
            True,
            f"{detail}; it was widened ({', '.join(found.widened)}): choose again",
            waits=True,
        )
    return Finding("enrolment", True, detail if found.is_agreed else f"{detail}; not agreed to yet")


def _token(session: Session, found: Enrolment) -> tuple[str | None, Finding]:
    keychain = decisions.keychain_of(session.env, found.task.task_id)
    try:
        token = keychain.get()
    except KeychainError as error:
        return None, _wrong("keychain", error)
    if token is None and found.token_file is not None:
        try:
            token = enrolment.read_token(found.token_file)
        except TokenRefused as error:
            return None, _wrong("token", error)
        return token, Finding("keychain", True, f"empty; the token is read from {found.token_file}")
    if token is None:
        return None, Finding(
            "token",
            False,
            "there is no upload token",
            "Enrol again with --token-file FILE.",
            TokenRefused.exit_code,
        )
    kept = keychain.where()
    return token, Finding("keychain", True, kept.warning or "holds the upload token")


def _network(session: Session, rules: Policy, found: Enrolment, token: str | None) -> Iterator[Finding]:
    from agent.connection import Connection
    from dap.dialect import resource

    connection = Connection(
        monotonic=session.env.monotonic,
        proxy=str(rules.value("proxy")),
        ca_bundle=rules.value("ca_bundle"),
        use_system_trust=bool(rules.value("use_system_trust")),
        environment=os.environ,
    )
    url = found.task.config.leader_aggregator_endpoint
    steps = connection.examine(resource(url, "hpke_config"), session.env.now())
    for step in steps:
        yield Finding(step.name, step.ok, step.detail, step.cure, 0 if step.ok else _CODES.get(step.name, 17))
    if all(step.ok for step in steps if step.name != "clock") and token is not None:
        yield _tried("token", lambda: _ask_about_token(connection, url, found, token))


def _ask_about_token(connection: Connection, url: str, found: Enrolment, token: str) -> str:
    """Upload no report at all: only the token is judged."""
    from dap.codec import encode_id
    from dap.constants import MediaType
    from dap.dialect import resource

    address = resource(url, "tasks", encode_id(found.task.task_id), "reports")
    answer = connection.post(address, b"", content_type=MediaType.UPLOAD_REQ, token=token)
    if answer.status in (401, 403):
        raise TokenRefused("the leader does not accept the upload token", "Ask for the current token file.")
    if answer.status == 404:
        raise TaskMismatch("the leader does not know this task", "Ask for the current task file.")
    return "the leader takes it"


def _tried(step: str, look: Callable[[], str]) -> Finding:
    try:
        return Finding(step, True, look())
    except ShoalError as error:
        return _wrong(step, error)


def _wrong(step: str, error: ShoalError) -> Finding:
    return Finding(step, False, error.message, error.cure, error.exit_code)
