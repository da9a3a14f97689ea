"""Targets: files that operators, administrators and devices read: tasks, policy, catalogue, keys, records."""

from __future__ import annotations

import functools
import json
import shutil
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import trustme

from agent import policy, reached, tally
from agent.connection import proxies, reach, trust
from agent.enrolment import enrolment, records
from agent.errors import ShoalError
from agent.ledger.chain import Row
from agent.policy import source
from agent.policy.merge import check_own
from catalogue import labels, layout, load, lock
from catalogue.document import document
from catalogue.errors import CatalogueError
from catalogue.load import METRICS, SLOTS, TEXTS
from catalogue.reasons import REASONS, load_reasons
from catalogue.slots import read_slots
from catalogue.sources import SOURCES, load_sources
from dap.constants import Role
from dap.errors import DapError, TaskRefused
from dap.task import SignedTask, Task, check_limits, differences, odds, summary, widened
from server import config, releases
from server.errors import ServerError
from server.operators import KEYS_FILE, load_keys, load_public
from tests.fakes import FakeEnv
from tests.operators import NOW, catalogue, make_folders, make_task
from tests.proof.hostile.target import Target, folder, from_file
from tests.unit.dap.making import SIGNING, make_signed, public
from tests.unit.dap.making import make_task as unsigned_task

if TYPE_CHECKING:
    from pathlib import Path

LEADER_URLS = ("https://leader.example/dap/", "https://helper.example/")


def _bytes(text: str) -> bytes:
    return text.encode("utf-8")


# ------------------------------------------------------------------------- the task file


def _signed(data: bytes) -> object:
    """A file of a stranger's: read, claimed, verified against the pinned keys."""
    signed = SignedTask.load(data)
    signed.claimed()
    return signed.verify(public(Role.LEADER), public(Role.HELPER))


def _agreed(data: bytes) -> object:
    """A payload that both operators did sign, whatever is in it: its limits, and what people are told."""
    task = Task.parse(data)
    check_limits(task, demo_allowed=True)
    usual = unsigned_task()
    told = (summary(task), widened(usual, task), differences(usual, task), task.warnings)
    odds(task.info, task.config.sum_vec.length)
    task.config.vdaf()
    return told


# ------------------------------------------------------------------------------- policy


_POLICY = b"""\
upload = "required"   # as agreed
allow_quiet = false
blocked_metrics = ["endpoint.disk_free", 'network.tcp_rtt']
task_file = "/etc/shoal/task.json"
min_batch_size = 60
"max_rho_per_release" = 0.25
max_rho_per_year = 1_3
review_hold_hours = 0x18
proxy = "http://user:word@proxy.example:3128"
ca_bundle = '''/etc/ssl/own.pem'''
use_system_trust = false
network_target = "xn--bcher-kva.example:443"
machine_kind = \"\"\"desktop\"\"\"
contact = "IT \\u2013 1234"
agreement_url = "https://example.org/\xc3\xa4"
log_level = "debug"

[reasons]
upload = "works agreement \xc2\xa74"
min_batch_size = 'fewer would be too few'
"""


def _policy(path: Path) -> object:
    """A file, joined with itself and with nothing else, and all that is told of it."""
    sets = source.read_file(path)
    found = policy.merge([*sets, *sets], {})
    policy.unknown_metrics(found, {metric.id for metric in catalogue().metrics})
    policy.require_no_aggregator(found, LEADER_URLS)
    return found.stamp(), found.floors, [value.source for value in found.values.values()]


def _own_settings(data: bytes) -> object:
    """The person's own values as the device's database keeps them: NAME, a tab, JSON; one a line."""
    settings = {}
    for line in data.decode("utf-8", "replace").split("\n"):
        name, _, stored = line.partition("\t")
        settings[f"policy.{name}"] = stored
    found = policy.merge([], policy.own(settings))
    policy.require_no_aggregator(found, LEADER_URLS)
    return found.stamp()


_SETTINGS = {
    "blocked_metrics": ["endpoint.disk_free"],
    "min_batch_size": 60,
    "max_rho_per_release": "1/4",
    "review_hold_hours": 24,
    "retention_days": 7,
    "proxy": "http://proxy.example:3128",
    "ca_bundle": "/etc/own.pem",
    "use_system_trust": True,
    "network_target": "off",
    "download_test": False,
    "tray": "quiet",
    "log_level": "debug",
}


# ---------------------------------------------------------------------------- catalogue


def _texts(path: Path) -> object:
    return load.read_texts(path, catalogue().metrics)


def _metrics(path: Path) -> object:
    """Metrics as read, and everything that is made of them without words; products are listed beside them."""
    shutil.copy(METRICS.with_name(SLOTS), path.parent)
    found = load.read_metrics(path)
    layout.digest(found)
    lock.check(tuple(metric.id for metric in found), lock.read(), file=path.name, lock="catalogue.lock")
    return [labels.bucket_label(metric, 0, {}) for metric in found if not metric.classes]


def _page(path: Path) -> object:
    return document(load.load_from(METRICS, lock.LOCK, path))


# ---------------------------------------------------------------------- operators' files


@functools.cache
def _operators() -> Any:
    base = folder() / "operators"
    made = make_folders(base)
    make_task(made)
    return made


def _settings(path: Path) -> object:
    shutil.copy(path, _operators().leader / "settings.json")
    return config.load(_operators().leader)


def _installed(path: Path) -> object:
    """The task file in an aggregator's and in the collector's folder."""
    for folder_of in (_operators().helper, _operators().collector):
        shutil.copy(path, folder_of / "task.json")
    return config.load(_operators().helper), config.load_collector(_operators().collector)


def _release() -> bytes:
    task = Task.parse(SignedTask.load((_operators().leader / "task.json").read_bytes()).payload)
    totals = [(7 * i) % 23 - 5 for i in range(task.config.sum_vec.length)]
    made = releases.make(task, catalogue(), 2_900, 100, totals, now=NOW, rho_before=Fraction(1, 2))
    return _bytes(releases.dump(made))


def _load_release(data: bytes) -> object:
    found = releases.load(data.decode("utf-8", "surrogateescape"))
    return found.start, found.end


# ------------------------------------------------------------------- what a device keeps


@functools.cache
def _device() -> FakeEnv:
    """An enrolled account with a real task of the built-in catalogue."""
    env = FakeEnv(folder() / "device" / "state", now=float(NOW))
    task = (_operators().leader / "task.json").read_text("utf-8")
    token = env.state.parent / "token"
    env.state.parent.mkdir(parents=True, exist_ok=True)
    token.write_text("token")
    made = enrolment.enrol_account(env, policy.merge([], {}), catalogue(), task, token_file=token)
    enrolment.accept(env, made)
    return env


def _record(data: bytes) -> object:
    """The account's record, and the enrolment that follows from it."""
    env = _device()
    (env.state / records.RECORD).write_bytes(data)
    found = records.read_record(env)
    assert found is not None
    return enrolment.load(env, policy.merge([], {}), catalogue())._asdict()


def _looked_at(data: bytes) -> object:
    """The account's record, for whoever only shows it."""
    env = _device()
    (env.state / records.RECORD).write_bytes(data)
    found = enrolment.look(env, policy.merge([], {}))
    assert found is not None
    return found.enrolment._asdict()


def _pins(data: bytes) -> object:
    env = FakeEnv(folder() / "pinned" / "state")
    path = env.directories.var / records.PINS
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    return records.read_machine_pins(env)


def _enrolled(path: Path) -> object:
    """A task file that somebody brings, enrolled with."""
    env = FakeEnv(folder() / "enrolling" / "state", now=float(NOW))
    shutil.rmtree(env.state, ignore_errors=True)
    text = enrolment.read_task_file(path)
    return enrolment.enrol_account(env, policy.merge([], {}), catalogue(), text)


def _tallies(data: bytes) -> object:
    """What a roll-up of any metric keeps, read and merged: NAME, a tab, the text."""
    name, _, text = data.decode("utf-8", "replace").partition("\t")
    metric = next((m for m in catalogue().metrics if m.id == name and not m.is_derived), None)
    if metric is None:
        raise ValueError("no such metric")
    found = tally.load(metric, text)
    found.merge(tally.load(metric, text))
    found.estimate()
    return found.dump()


def _some_tallies() -> tuple[bytes, ...]:
    made = []
    statistics: set[str] = set()
    for metric in catalogue().metrics:
        if metric.is_derived or metric.statistic in statistics:
            continue
        statistics.add(metric.statistic)
        found = tally.start(metric)
        for at in range(5):
            sample: Any = (3.0, 10.0 + at) if metric.statistic == "ratio" else float(at % 2)
            found.add(sample, at)
        made.append(_bytes(f"{metric.id}\t{found.dump()}"))
    return tuple(made)


def _row(data: bytes) -> object:
    """A ledger row's detail, as a damaged file may hold it."""
    row = Row(1, 1, "sealed", None, data.decode("utf-8", "replace"), bytes(32), bytes(32))
    return row.facts, row.computed


def _all() -> dict[str, Target]:
    folders = _operators()
    device = _device()
    task_file = (folders.leader / "task.json").read_bytes()
    record = (device.state / records.RECORD).read_bytes()
    pins = json.dumps(
        {"format": "shoal-enrolment-1", **{f"{w}_key": public(r).hex() for w, r in _ROLES}, "serial": 3}
    )
    return {
        "task-file": Target(_signed, (TaskRefused,), (_bytes(make_signed().dump()),)),
        "task-payload": Target(_agreed, (DapError,), (unsigned_task().payload(), make_signed().payload)),
        "policy-file": Target(
            from_file("policy.toml", _policy), (ShoalError,), (_POLICY, b"upload = 'off'\n")
        ),
        "policy-settings": Target(
            _own_settings,
            (ShoalError,),
            tuple(_bytes(f"{name}\t{json.dumps(value)}") for name, value in _SETTINGS.items()),
        ),
        "catalogue-metrics": Target(
            from_file("metrics.toml", _metrics), (CatalogueError,), (METRICS.read_bytes(),)
        ),
        "catalogue-slots": Target(
            from_file("products.toml", read_slots),
            (CatalogueError,),
            (METRICS.with_name(SLOTS).read_bytes(),),
        ),
        "catalogue-sources": Target(
            from_file("sources.toml", lambda path: load_sources(catalogue().metrics, path)),
            (CatalogueError,),
            (SOURCES.read_bytes(),),
        ),
        "catalogue-reasons": Target(
            from_file("reasons.toml", lambda path: load_reasons(catalogue().metrics, path)),
            (CatalogueError,),
            (REASONS.read_bytes(),),
        ),
        "catalogue-texts": Target(
            from_file("en.toml", _texts), (CatalogueError,), ((TEXTS / "en.toml").read_bytes(),)
        ),
        "catalogue-lock": Target(
            from_file("catalogue.lock", lock.read), (CatalogueError,), (lock.LOCK.read_bytes(),)
        ),
        "catalogue-page": Target(
            from_file("words.toml", _page), (CatalogueError,), ((TEXTS / "en.toml").read_bytes(),)
        ),
        "operator-public": Target(
            from_file("it.operator.json", load_public),
            (ServerError,),
            tuple(folders.public(role).read_bytes() for role in (Role.LEADER, Role.COLLECTOR)),
        ),
        "operator-keys": Target(
            from_file(f"keys/{KEYS_FILE}", lambda path: load_keys(path.parent)),
            (ServerError,),
            ((folders.leader / KEYS_FILE).read_bytes(),),
        ),
        "operator-settings": Target(
            from_file("settings.json", _settings),
            (ServerError,),
            ((folders.leader / "settings.json").read_bytes(),),
        ),
        "operator-task": Target(from_file("installed.json", _installed), (ServerError,), (task_file,)),
        "release": Target(_load_release, (ServerError,), (_release(),)),
        "enrolment-record": Target(_record, (ShoalError,), (record,)),
        "enrolment-looked-at": Target(_looked_at, (ShoalError,), (record,)),
        "enrolment-pins": Target(_pins, (ShoalError,), (_bytes(pins),)),
        "enrolling": Target(from_file("brought.json", _enrolled), (ShoalError,), (task_file,)),
        "proxy": Target(
            _proxy, (ShoalError, reach.Stop), (b"http://user:word@proxy.example:3128/", b"proxy:3128")
        ),
        "typed-setting": Target(
            _typed,
            (ShoalError,),
            (b"min_batch_size\t60", b"download_test\tfalse", b"blocked_metrics\ta.b, c.d"),
        ),
        "token-file": Target(from_file("upload.token", enrolment.read_token), (ShoalError,), (b"token\n",)),
        "ca-bundle": Target(
            from_file("ca.pem", lambda path: trust.read_once(str(path), False).cert_store_stats()),
            (ShoalError,),
            (trustme.CA().cert_pem.bytes(),),
        ),
        "checked": Target(
            lambda data: reached.read(data.decode("utf-8", "replace")).values,
            (ValueError,),
            (
                b"trouble v6\nproxied\nname 12.5\ntry 4 120.25\ntry 6 -\ntls 130\nend\n",
                b"trouble off\nend\n",
                b"end\n",
            ),
        ),
        "rolled-up": Target(_tallies, (ValueError,), _some_tallies()),
        "ledger-detail": Target(_row, (), (b'{"sealed":3,"bodies":[1,2]}', b"{}")),
    }


def _proxy(data: bytes) -> object:
    """A proxy as the environment names it."""
    text = data.decode("utf-8", "surrogateescape")
    environment = {"https_proxy": text, "no_proxy": text[::-1]}
    chosen = proxies.choose("leader.example", "system", environment)
    reach._way(reach.Order("target leader.example:443\nproxy system\n"), environment)
    return chosen and proxies.refusal(chosen, "leader.example", "407 no", data)


def _typed(data: bytes) -> object:
    """A value as somebody types it: NAME, a tab, the text."""
    name, _, text = data.decode("utf-8", "surrogateescape").partition("\t")
    return policy.merge([], {name: check_own(name, policy.from_text(name, text))}).stamp()


_ROLES = [(role.word, role) for role in SIGNING]
TARGETS: dict[str, Target] = _all()
