"""States to look at: eight weeks of a device's life, made through the real rooms on a clock of their own.

    python -m tests.seeding VARIANT FOLDER [--now SECONDS]

makes FOLDER/state (the account's), FOLDER/root (the machine's), FOLDER/task.json and FOLDER/upload.token, as
`tests.devices.Device(FOLDER)` expects them. The same variant, moment and program give the same bytes.
"""

from __future__ import annotations

import argparse
import random
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, contextmanager
from fractions import Fraction
from pathlib import Path
from typing import Any, NamedTuple

from agent import decisions, doorbell
from agent.connection import Answer
from agent.env import Directories, machine_directories
from agent.ledger import Ledger
from agent.migrations import migrate
from agent.model import Choice, Fact, ReportState, Sample
from agent.store import Store
from agent.worker.tend import tend
from catalogue.model import Metric
from dap.constants import MediaType, ReportError, Role
from dap.hpke import HpkeKey, generate
from dap.messages.upload import ReportUploadStatus, UploadErrors, UploadRequest
from dap.task import Mechanism, Operator, Task
from tests import devices
from tests.fakes import FakeEnv
from tests.unit.agent.agreement import MemoryKeychain

MINUTE, HOUR, DAY = 60, 3_600, 86_400
WEEK = 7 * DAY
NOW = 1_795_087_200.0
"""Thursday, 19 November 2026, 11:20 UTC: the week of the 12th to the 18th has ended this night."""
CATALOGUE = devices.catalogue()
ORGANISATION = "Nordwerk"
AGREEMENT = "Works agreement 12/2026"
TASK_ID = b"\x0d" * 32
MORNING, EVENING = 6 * HOUR, 20 * HOUR
"""When this computer is on, UTC."""

POLICY = f"""\
upload = "ask"
contact = "shoal@it.nordwerk.example"
agreement_url = "https://intranet.nordwerk.example/agreements/12-2026"

# what the committee asked for
blocked_metrics = ["endpoint.secure_boot"]
min_batch_size = 100
proxy = "http://proxy.nordwerk.example:3128"

[reasons]
min_batch_size = "{AGREEMENT}"
blocked_metrics = "Not everybody may change it"
"""


class Signatory(NamedTuple):
    """One operator, with secrets."""

    role: Role
    name: str
    contact: str
    signing: bytes
    hpke: HpkeKey

    @property
    def operator(self) -> Operator:
        public = devices.Signer(self.role, self.signing, self.hpke).operator.signing_key
        return Operator(self.role, self.name, self.contact, public, self.hpke.config)


def _seed(words: str) -> bytes:
    return words.encode().ljust(32, b".")


IT = Signatory(
    *(Role.LEADER, "IT Operations", "shoal@it.nordwerk.example", _seed("it signs")),
    generate(7, _seed("it opens")),
)
COUNCIL = Signatory(
    *(Role.HELPER, "Works council", "shoal@br-nordwerk.example", _seed("council signs")),
    generate(12, _seed("council opens")),
)
ALONE = COUNCIL._replace(name="IT Operations", contact="shoal@it.nordwerk.example")


def agreed(*, serial: int = 1, helper: Signatory = COUNCIL, **terms: Any) -> Task:
    """The organisation's task; `terms` as those of `devices.task`."""
    usual: dict[str, Any] = {
        "leader": IT,
        "helper": helper,
        "organisation": ORGANISATION,
        "id": TASK_ID,
        "serial": serial,
        "min_batch_size": 100,
        "helper_url": "https://shoal.br-nordwerk.example/",
        "rho": Fraction(1, 2),
    }
    task = devices.weekly("https://dap.nordwerk.example/", **(usual | terms))
    return task._replace(agreement=AGREEMENT)


# -- what the probes would have read

Course = Callable[[float, random.Random], Sample | None]
"""Days before now, chance → a sample."""


def _steady(middle: float, spread: float, low: float = 0.0) -> Course:
    return lambda ago, chance: max(low, round(chance.gauss(middle, spread), 3))


def _share(percent: float) -> Course:
    return lambda ago, chance: float(chance.random() * 100 < percent)


def _share_rising(before: float, after: float, days: float) -> Course:
    """A share that rose, over so many days until now."""
    return lambda ago, chance: float(
        chance.random() * 100 < after - (after - before) * min(1.0, max(0.0, ago / days))
    )


def _line(now: float, a_day: float, wobble: float = 0.0) -> Course:
    """A value that changes by `a_day` each day, and is `now` at last."""
    return lambda ago, chance: round(now - a_day * ago + chance.gauss(0, wobble), 3)


def _saw(now: float, every: float) -> Course:
    """Days since something that happens each so many days."""
    return lambda ago, chance: round((now - ago) % every, 3)


def _ratio(percent: float, of: float = 40_000) -> Course:
    return lambda ago, chance: (round(of * max(0.0, chance.gauss(percent, percent / 8)) / 100), of)


def _fixed(value: float) -> Course:
    return lambda ago, chance: value


def _since(before: float, after: float, days: float) -> Course:
    """One value, and from so many days ago on another."""
    return lambda ago, chance: after if ago <= days else before


def _none(ago: float, chance: random.Random) -> Sample | None:
    return None


def _per_hour(a_week: float) -> Course:
    """A count: so many a week in the hours that the computer is on."""
    return lambda ago, chance: float(chance.random() < a_week / (7 * 14))


_FINE: dict[str, Course] = {
    "endpoint.disk_free": _line(33.6, -0.1, 0.3),
    "endpoint.memory_low": _share(2.3),
    "network.tcp_rtt": _steady(28, 6, 4),
    "app.crashes": _fixed(0),
    "endpoint.cpu_busy": _share(1.6),
    "endpoint.update_age": _saw(6.2, 14),
    "network.link_drops": _fixed(0),
    "app.services_failed": _fixed(0),
    "endpoint.boot_time": _steady(41, 2, 20),
    "endpoint.unclean_shutdowns": _fixed(0),
    "app.security_updates": _fixed(0),
    "endpoint.disk_encryption": _fixed(0),
    "endpoint.os_support": _line(598, -1),
    "network.tcp_retransmit": _ratio(0.3),
    "endpoint.battery_capacity": _line(86, -0.02),
    "endpoint.uptime": _saw(12.4, 14),
    "endpoint.disk_latency": _steady(3.4, 0.6, 0.5),
    "endpoint.reboot_pending": _fixed(0),
    "network.wifi_signal": _none,
    "app.memory_top": _steady(14, 1.5, 3),
    "endpoint.oom_kills": _fixed(0),
    "endpoint.memory_pressure": _share(0.2),
    "endpoint.os_crashes": _fixed(0),
    "network.nic_errors": _ratio(0.002),
    "app.cpu_runaway": _fixed(0),
    "endpoint.firewall": _fixed(0),
    "endpoint.secure_boot": _fixed(0),
    "endpoint.clock_offset": _steady(0.02, 0.01),
    "endpoint.thermal_throttle": _share(0.1),
    "endpoint.disk_type": _none,
    "app.hangs": _none,
    "app.firefox.update_age": _saw(9.3, 28),
    "app.chrome.update_age": _none,
    "app.edge.update_age": _none,
    "app.thunderbird.update_age": _saw(9.3, 28),
    "app.libreoffice.crash_days": _fixed(0),
    "app.office.crash_days": _none,
}
NORMAL = _FINE | {
    "endpoint.disk_free": _line(12.4, -0.78, 0.15),
    "app.crashes": lambda ago, chance: 1.0 if int(ago * 24) in (25, 49, 98, 458) else 0.0,
}
"""29 checks are fine, 2 need attention, all others have no answer."""
WORST = _FINE | {
    "endpoint.disk_free": _line(2.1, -1.1, 0.1),
    "endpoint.memory_low": _share_rising(4, 60, 25),
    "endpoint.boot_time": _line(96, 1.6, 2),
    "endpoint.battery_capacity": _line(64, -0.05),
    "endpoint.reboot_pending": lambda ago, chance: max(0.0, round(5.2 - ago, 2)),
    "endpoint.os_crashes": lambda ago, chance: 1.0 if int(ago * 24) in (97, 170, 434) else 0.0,
    "endpoint.firewall": _since(0, 2, 6),
    "network.tcp_retransmit": lambda ago, chance: (round(400 * max(1.0, 11 - ago)), 40_000),
    "network.tcp_rtt": _line(168, 3, 8),
    "app.crashes": _per_hour(20),
    "app.security_updates": lambda ago, chance: float(max(0, round(61 - 3 * ago))),
    "app.memory_top": _line(34, 1, 1),
}


class Seeded(NamedTuple):
    """A state that was made, on a clock that stands at `env.now()`."""

    variant: str
    folder: Path
    env: FakeEnv

    @property
    def device(self) -> devices.Device:
        """The same for real programs (they have a real clock)."""
        return devices.Device(self.folder)

    @contextmanager
    def attended(self) -> Iterator[None]:
        """As if the sampler ran: somebody listens at its doorbell for as long as the block lasts."""
        bell = doorbell.listen(self.env)
        try:
            yield
        finally:
            bell.close()


class Life:
    """One device, living through its weeks."""

    def __init__(
        self, folder: Path, now: float, courses: dict[str, Course], *, seed: str, machine: Path
    ) -> None:
        self.folder, self.end = folder, now
        self.courses = courses
        self.chance = random.Random(seed)
        folder.mkdir(parents=True, exist_ok=True)
        self.env = FakeEnv(folder / "state", now=now, seed=seed)
        self.env.directories = Directories(folder / "state", *machine_directories(machine))
        self.etc = self.env.directories.etc
        self.keychain = MemoryKeychain()
        self.refuses = False
        """The leader refuses whatever comes; else it takes everything."""
        self.asleep = {int(now) // DAY - 12, int(now) // DAY - 11}
        """Days on which the computer was off."""
        self.stopped = now
        """From when on nothing measures."""
        self._last: dict[str, int] = {}

    # -- the leader, in place of a connection

    def post(self, url: str, body: bytes, *, content_type: str, token: str) -> Answer:
        if not self.refuses:
            return Answer(200, {}, b"")
        (report,) = UploadRequest.decode(body).reports
        why = ReportUploadStatus(report.report_metadata.report_id, ReportError.BATCH_COLLECTED)
        kind = {"content-type": str(MediaType.UPLOAD_ERRORS)}
        return Answer(200, kind, UploadErrors((why,)).encode())

    # -- what happens

    def begin(self, at: float, *, demo: bool = False) -> None:
        """Shoal is installed."""
        self.env.set_clock(at)
        if demo:
            self.env.mark_demo()
        self.env.prepare()
        migrate(self.env.database, CATALOGUE.metrics)
        self.etc.mkdir(parents=True, exist_ok=True)
        with closing(self.store()) as store:
            store.set_fact(Fact.WOKE_AT, str(at))

    def store(self) -> Store:
        return Store.open(self.env, CATALOGUE.metrics)

    def enrol(self, task: Task, *signers: Any) -> None:
        text = devices.signed(task, *(signers or (IT, COUNCIL)))
        (self.folder / "task.json").write_text(text)
        (self.folder / "upload.token").write_text(f"{devices.TOKEN}\n")
        with closing(Ledger.open(self.env)) as ledger:
            decisions.enrol(
                *(self.env, ledger, CATALOGUE, text, devices.TOKEN),
                task_file=self.folder / "task.json",
                token_file=self.folder / "upload.token",
                keychain=self.keychain,
            )

    def renew(self, task: Task, *signers: Any) -> None:
        """The operators hand out another file."""
        (self.folder / "task.json").write_text(devices.signed(task, *(signers or (IT, COUNCIL))))

    def choose(self, choice: Choice) -> None:
        with closing(Ledger.open(self.env)) as ledger:
            decisions.choose(self.env, ledger, CATALOGUE, choice, keychain=self.keychain)

    def set(self, key: str, value: Any) -> None:
        with closing(Ledger.open(self.env)) as ledger:
            decisions.set_value(self.env, ledger, key, value)

    def policy(self, text: str) -> None:
        (self.etc / "policy.toml").write_text(text)

    def tend(self) -> None:
        tend(self.env, CATALOGUE, connect=lambda policy: self, keychain=self.keychain)  # type: ignore[arg-type, return-value]

    def measure(self, start: float, stop: float, step: int, *, off: Iterable[float] = ()) -> None:
        """Passes within [start, stop) while the computer is on; not on the days `off`."""
        asleep = self.asleep | {int(day) // DAY for day in off}
        with closing(self.store()) as store:
            for t in range(-(-int(start) // step) * step, int(min(stop, self.stopped)), step):
                if MORNING <= t % DAY < EVENING and t // DAY not in asleep:
                    store.add(t, self._samples(t), {})
            store.flush()
        self.env.set_clock(max(stop, self.env.now()))

    def _samples(self, t: int) -> dict[str, Sample | None]:
        ago = (self.end - t) / DAY
        found: dict[str, Sample | None] = {}
        for metric in CATALOGUE.metrics:
            if metric.is_derived or not self._is_due(metric, t):
                continue
            found[metric.id] = self.courses.get(metric.id, _none)(ago, self.chance)
        return found

    def _is_due(self, metric: Metric, t: int) -> bool:
        if t // metric.every == self._last.get(metric.id):
            return False
        self._last[metric.id] = t // metric.every
        return True

    def week(self, start: float, became: str, *, step: int = HOUR) -> None:
        """A week of measuring, and what becomes of the report of the week before."""
        self.env.set_clock(start + 2 * HOUR + 5 * MINUTE)
        self.tend()  # seals it
        with closing(Ledger.open(self.env)) as ledger:
            held = ledger.reports(ReportState.HELD)
        self.measure(start, start + 8 * HOUR, step)
        if became == "withheld":
            with closing(Ledger.open(self.env)) as ledger:
                decisions.withhold(self.env, ledger)
            self.tend()
        off = {"late": [start + n * DAY for n in range(1, 7)]}.get(became, [])
        for report in held if became != "late" else ():
            with closing(Ledger.open(self.env)) as ledger:
                moment = (ledger.zeros_for(report) or ledger.report(report.id)).moment or 0.0
            self.measure(start + 8 * HOUR, moment, step)
            self.env.set_clock(moment + 1)
            self.refuses = became == "refused"
            self.tend()
            self.refuses = False
        self.measure(max(self.env.now(), start + 8 * HOUR), start + WEEK, step, off=off)


def _weeks(life: Life, became: Iterable[str]) -> None:
    """The weeks up to the present one, with the fates of their predecessors' reports; then the last hours."""
    fates = list(became)
    present = int(life.end) // WEEK * WEEK
    for back, fate in zip(range(len(fates), 0, -1), fates, strict=True):
        life.week(present - back * WEEK, fate, step=4 * HOUR if back > 4 else HOUR)


def _finish(life: Life) -> None:
    """The present week's beginning: the week before is sealed and held; then up to now."""
    present = int(life.end) // WEEK * WEEK
    life.env.set_clock(present + 2 * HOUR + 5 * MINUTE)
    life.tend()
    life.measure(present, life.end, 5 * MINUTE)
    life.env.set_clock(life.end)


FATES = ("none", "delivered", "late", "delivered", "withheld", "delivered", "delivered", "delivered")


def _shared(life: Life, task: Task, fates: Iterable[str] = FATES, *signers: Any, policy: str = "") -> None:
    """Installed and enrolled eight weeks ago, and shared since."""
    fates = list(fates)
    start = int(life.end) // WEEK * WEEK - len(fates) * WEEK
    life.begin(start + 7 * HOUR, demo=task.info.demo)
    if policy:
        life.policy(policy)
    life.enrol(task, *signers)
    life.env.pass_time(9 * MINUTE)
    life.choose(Choice.SHARE)
    _weeks(life, fates)


def _readings(life: Life) -> None:
    with closing(life.store()) as store:
        for days, account in ((9.1, "anna"), (5.2, "anna"), (2.09, "admin")):
            store.note_reading(life.end - days * DAY, account)


def empty(life: Life) -> None:
    """Installed for the machine, nothing chosen, nothing measured: the first run."""
    life.env.set_clock(life.end)
    life.env.prepare()
    life.etc.mkdir(parents=True, exist_ok=True)
    life.env.directories.var.mkdir(parents=True, exist_ok=True)
    from agent import enrolment, policy

    both: tuple[Any, ...] = (IT, COUNCIL)
    text = devices.signed(agreed(), *both)
    rules = policy.load(life.env, {})
    enrolment.enrol_machine(life.env, rules, CATALOGUE, text, devices.TOKEN)


def off(life: Life) -> None:
    """Somebody chose off."""
    life.begin(life.end - 38 * DAY)
    life.choose(Choice.OFF)
    life.env.set_clock(life.end)


def local(life: Life) -> None:
    """Measured for a month, nothing sent."""
    life.begin(life.end - 38 * DAY)
    life.enrol(agreed())
    life.choose(Choice.LOCAL)
    life.measure(life.end - 31 * DAY, life.end - 2 * DAY, HOUR)
    life.measure(life.end - 2 * DAY, life.end, 5 * MINUTE)
    _readings(life)


def normal(life: Life) -> None:
    """Eight weeks: delivered, one withheld, one too late, one held now; 26 of 28 checks are fine."""
    _shared(life, agreed(), policy="")
    _finish(life)
    _readings(life)
    life.set("tray", "quiet")


def held(life: Life) -> None:
    """One week, and its report is held."""
    _shared(life, agreed(), ["none"])
    _finish(life)


def quiet(life: Life) -> None:
    """As held, with zeros."""
    _shared(life, agreed(), ["none"])
    life.choose(Choice.QUIET)
    _finish(life)


def withheld(life: Life) -> None:
    """As held, and the person took it back."""
    held(life)
    with closing(Ledger.open(life.env)) as ledger:
        decisions.withhold(life.env, ledger)
    life.tend()


def worst(life: Life) -> None:
    """Much is wrong: checks, a refused report, a policy that cannot be read, a sampler that stopped."""
    life.stopped = life.end - 43 * HOUR
    _shared(life, agreed(), ["none", "delivered", "refused", "delivered", "delivered"])
    life.env.set_clock(life.end)
    _readings(life)
    life.policy('upload = "ask"\nmin_batch_size = 10\n')


def managed(life: Life) -> None:
    """The organisation set several values, and gave its reasons."""
    _shared(life, agreed(), ["none", "delivered"], policy=POLICY)
    _finish(life)
    life.set("retention_days", 14)


def required(life: Life) -> None:
    """Reports are required, and neither quiet nor withholding is left."""
    rules = POLICY.replace('"ask"', '"required"').replace(
        "[reasons]", "allow_quiet = false\nallow_withhold = false\n\n[reasons]"
    )
    _shared(life, agreed(), ["none"], policy=rules)
    _finish(life)


def one_operator(life: Life) -> None:
    """A demo whose two halves one operator holds, without noise."""
    task = agreed(
        helper=ALONE, demo=True, mechanism=Mechanism.NONE, rho=Fraction(0), min_batch_size=5, period=WEEK
    )
    _shared(life, task, ["none"], IT, ALONE)
    _finish(life)


def widened(life: Life) -> None:
    """The operators ask for more than was agreed to: sending waits for the person."""
    _shared(life, agreed(metrics=30), ["none", "delivered"])
    _finish(life)
    life.renew(agreed(serial=2, id=b"\x0e" * 32, metrics=33, min_batch_size=60))
    life.tend()


def year(life: Life) -> None:
    """A whole year, reported each week."""
    _shared(life, agreed(), ["none", *["delivered"] * 51])
    _finish(life)


VARIANTS: dict[str, tuple[Callable[[Life], None], dict[str, Course]]] = {
    "empty": (empty, NORMAL),
    "off": (off, NORMAL),
    "local": (local, NORMAL),
    "normal": (normal, NORMAL),
    "held": (held, NORMAL),
    "quiet": (quiet, NORMAL),
    "withheld": (withheld, NORMAL),
    "worst": (worst, WORST),
    "managed": (managed, NORMAL),
    "required": (required, NORMAL),
    "one-operator": (one_operator, NORMAL),
    "widened": (widened, NORMAL),
    "year": (year, NORMAL),
}


def seed(variant: str, folder: Path, *, now: float = NOW, machine: Path | None = None) -> Seeded:
    """Make a state of that kind below `folder`, as it is at `now`; the machine's files below `machine`."""
    make, courses = VARIANTS[variant]
    life = Life(folder, now, courses, seed=f"{variant} {now}", machine=machine or folder / "root")
    make(life)
    return Seeded(variant, folder, life.env)


def main() -> None:
    parser = argparse.ArgumentParser(description="Make a state directory to look at.")
    parser.add_argument("variant", choices=sorted(VARIANTS))
    parser.add_argument("folder", type=Path)
    parser.add_argument("--now", type=float, default=NOW, help="UTC seconds; else 19 November 2026, 11:20")
    given = parser.parse_args()
    made = seed(given.variant, given.folder, now=given.now)
    print(f"{made.variant}: {made.env.state}")


if __name__ == "__main__":
    main()
