"""Whatever people, clocks, leaders and crashes do: never two different vectors are sent for one period."""

from __future__ import annotations

import shutil
import tempfile
from fractions import Fraction
from hashlib import sha256
from pathlib import Path

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from agent import decisions
from agent.connection import Answer, Unanswered
from agent.errors import NetworkError, ShoalError
from agent.ledger import Ledger
from agent.model import Choice, ReportState
from agent.store import Store
from agent.verification import verify
from dap.constants import MediaType, ReportError
from dap.messages import UploadErrors, UploadRequest
from dap.messages.upload import ReportUploadStatus
from dap.task import Task
from tests.guard import is_full
from tests.unit.agent.agreement import DAY, METRICS, NEWER, OPERATORS, Device, Upload, task

HOUR = 3_600
# Off and local end what there is to see, so they come less often.
CHOICES = [*[Choice.SHARE] * 4, *[Choice.QUIET] * 2, Choice.LOCAL, Choice.OFF]
LEADERS = ["takes", "takes unseen", "down", "down", "busy", "gone", "kills", "outdated", "early"]


class Killed(BaseException):
    """SIGKILL: nothing after it is run."""


def errors(upload: Upload, error: ReportError) -> Answer:
    body = UploadErrors((ReportUploadStatus(upload.report_id, error),)).encode()
    return Answer(200, {"content-type": MediaType.UPLOAD_ERRORS}, body)


class Life(RuleBasedStateMachine):
    """One device's life, in steps of hours, in any order."""

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp())
        self.device = Device(self.folder / "device")
        self.leader_has: dict[int, bytes] = {}
        self.serial = 1
        self.steps = 0
        self.newer = False

    def teardown(self) -> None:
        assert verify(self.device.ledger).agrees
        self.device.close()
        shutil.rmtree(self.folder)

    @initialize(daily=st.booleans())
    def enrol(self, daily: bool) -> None:
        self.daily = daily
        self.the_leader_is("takes")
        self.device.enrol(self.task())
        self.device.choose(Choice.SHARE)

    def rare(self) -> bool:
        """One step in five."""
        self.steps += 1
        return self.steps % 5 == 0

    def task(self) -> Task:
        period, grace = (DAY, 5 * DAY) if self.daily else (7 * DAY, 7 * DAY)
        operators = NEWER if self.newer else OPERATORS
        return task(serial=self.serial, operators=operators, period=period, grace=grace, rho=Fraction(1, 56))

    # -- the outside

    @rule(hours=st.sampled_from([1, 8, 26, 40, 60, 90]), awake=st.sampled_from([True, True, True, False]))
    def time_passes(self, hours: int, awake: bool) -> None:
        if awake:
            self.survive(lambda: self.device.run(self.device.env.now() + hours * HOUR))
        else:
            self.device.sleep(self.device.env.now() + hours * HOUR)

    @precondition(lambda self: self.rare())
    @rule(hours=st.integers(-300, 300))
    def somebody_sets_the_clock(self, hours: int) -> None:
        self.device.set_clock(self.device.env.now() + hours * HOUR)

    @rule(value=st.floats(0, 100))
    def readings_change(self, value: float) -> None:
        self.device.value = value

    @rule(kind=st.sampled_from(LEADERS))
    def the_leader_is(self, kind: str) -> None:
        def answer(upload: Upload) -> Answer | Exception:
            if kind == "gone":
                return NetworkError("no connection", "wait")
            if kind == "outdated":
                return errors(upload, ReportError.OUTDATED_CONFIG)
            if kind == "early":
                return errors(upload, ReportError.REPORT_TOO_EARLY)
            if kind == "busy":
                return Answer(503, {}, b"")
            known = upload.report_id in self.leader_has.values()
            if kind in ("takes", "takes unseen", "kills"):
                self.leader_has[self.period(upload)] = upload.report_id
            if kind == "kills":
                raise Killed
            if kind in ("takes unseen", "down"):
                return Unanswered("no answer", "wait")
            return errors(upload, ReportError.REPORT_REPLAYED) if known else Answer(200, {}, b"")

        self.device.wire.answering = answer

    @rule()
    def the_operators_rotate_a_key(self) -> None:
        self.serial += 1
        self.newer = not self.newer
        self.device.renew(self.task())

    # -- the person

    @rule(choice=st.sampled_from(CHOICES))
    def choose(self, choice: Choice) -> None:
        self.survive(lambda: self.device.choose(choice))

    @rule()
    def withhold(self) -> None:
        self.survive(lambda: decisions.withhold(self.device.env, self.device.ledger))

    @rule()
    def send_now(self) -> None:
        self.survive(self.device.send_now)

    @precondition(lambda self: self.rare())
    @rule()
    def erase(self) -> None:
        self.device.ledger.erase(self.device.env.now())

    @rule()
    def tend(self) -> None:
        self.survive(self.device.tend)

    # -- what holds

    @invariant()
    def one_report_a_period(self) -> None:
        ids: dict[int, set[bytes]] = {}
        for upload in self.device.wire.uploads:
            # One id is one vector: the randomness of a report follows from vector and opening.
            ids.setdefault(self.period(upload), set()).add(upload.report_id)
        assert all(len(found) == 1 for found in ids.values())

    @invariant()
    def what_was_delivered_the_leader_has(self) -> None:
        for report in self.device.ledger.reports(ReportState.DELIVERED):
            assert report.time in self.leader_has

    @invariant()
    def what_left_was_in_the_ledger_before(self) -> None:
        known = {row.facts["body_sha256"] for row in self.device.ledger.rows() if "body_sha256" in row.facts}
        assert all(sha256(upload.body).hexdigest() in known for upload in self.device.wire.uploads)

    @staticmethod
    def period(upload: Upload) -> int:
        return UploadRequest.decode(upload.body).reports[0].report_metadata.time

    def survive(self, act: object) -> None:
        """Refusals are part of life; after a kill the processes start anew on what is on the disk."""
        try:
            act()  # type: ignore[operator]
        except ShoalError:
            return
        except Killed:
            self.device.close()
            self.device.ledger = Ledger.open(self.device.env)
            self.device.store = Store.open(self.device.env, METRICS)


Life.TestCase.settings = settings(
    max_examples=800 if is_full() else 30, stateful_step_count=40, deadline=None
)
TestLife = Life.TestCase
