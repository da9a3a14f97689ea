"""The collector: asks for each period once its grace is over, joins the two noisy shares, writes the release.

Every step is written down before it is taken, and equal requests name equal resources at the leader, so that
a collector that is killed anywhere goes on where it was. The sealed answer is kept until its release is.
"""

from __future__ import annotations

import hashlib
import time
from typing import TYPE_CHECKING, Final, NamedTuple

from dap.constants import JOB_ID_SIZE, Role
from dap.errors import DapError
from dap.field import signed
from dap.hpke import DecryptError, key_for
from dap.messages import CollectionJobReq, CollectionJobResp, Interval, Query
from dap.problems import ProblemType
from dap.shares import open_aggregate_share
from server import noise, releases
from server.archive import Collection, State
from server.dates import moment, period_name, sentence
from server.errors import FolderError, NotReleased, PeerError, ServerError
from server.files import write_file
from server.leader_client import Gone, Refused
from server.periods import Periods

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from catalogue.model import Catalogue
    from server.archive import Archive
    from server.config import CollectorConfig
    from server.leader_client import LeaderClient
    from server.releases import Release

WAIT: Final = 300.0
"""Seconds for which aggregators that are still at work are waited for."""
DEMO_WAIT: Final = 10.0
"""The same in a demo."""
IMPLAUSIBLE: Final = 40
"""Deviations beyond 0 … report count that noise does not reach in the age of the universe."""
_FINAL: Final = {
    ProblemType.BATCH_OVERLAP: "The aggregators say that this period was collected before",
    ProblemType.BATCH_MISMATCH: "Leader and helper disagree on the reports of this period: never released",
}


class Outcome(NamedTuple):
    """What became of one period. `again`: seconds until asking again makes sense, 0 when it is settled."""

    period: int
    state: State
    release: Release | None
    note: str
    again: float = 0.0


class Collected(NamedTuple):
    """What became of several. One period's trouble does not hold up the next."""

    outcomes: list[Outcome]
    errors: list[tuple[int, ServerError]]


class Collector:
    """One task's collector on its archive and a client of its leader.

    now: UTC seconds; monotonic, sleep: seconds; progress is told in words what goes on.
    """

    def __init__(
        self,
        config: CollectorConfig,
        catalogue: Catalogue,
        archive: Archive,
        client: LeaderClient,
        *,
        now: Callable[[], float] = time.time,
        monotonic: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], object] = time.sleep,
        progress: Callable[[str], None] = lambda _: None,
    ) -> None:
        self.config = config
        self.catalogue = catalogue
        self.archive = archive
        self.client = client
        self.now = now
        self.monotonic = monotonic
        self.sleep = sleep
        self.progress = progress
        self.terms = config.task.config
        self.periods = Periods.of(self.terms)

    # -------------------------------------------------------------------- what is due

    def due(self) -> list[int]:
        """Periods whose grace is over and that are not settled, oldest first.

        None that ended before the task was installed here (a demo: but for the last one, since one tries it
        out without waiting), and none whose shares are erased by now.
        """
        now = self.now()
        settled = {row.period for row in self.archive.collections() if row.state.is_final}
        first = max(self._first(), self.periods.lowest_collectable(now))
        last = int(now - self.periods.grace) // self.periods.length - 1
        return [period for period in range(first, last + 1) if period not in settled]

    def _first(self) -> int:
        return self.config.since // self.periods.length - (1 if self.periods.demo else 0)

    def next_due(self) -> tuple[int, int]:
        """The first period that is not due yet, and when it will be (UTC seconds)."""
        last = int(self.now() - self.periods.grace) // self.periods.length - 1
        period = max(last + 1, self._first())
        return period, self.periods.collectable_from(period)

    # --------------------------------------------------------------------- collecting

    def collect(self, periods: Sequence[int], wait: float = WAIT) -> Collected:
        """Release these periods, or say why not; all are asked for before any is waited for.

        wait: seconds to wait in all, at the leader's own pace, for aggregators that are still at work.
        """
        begun = self.monotonic()
        outcomes: dict[int, Outcome] = {}
        errors: list[tuple[int, ServerError]] = []
        due = dict.fromkeys(periods, 0.0)  # period -> seconds after `begun` to look at it
        while due:
            waited = self.monotonic() - begun
            for period in [period for period, at in due.items() if at <= waited]:
                del due[period]
                try:
                    outcome = outcomes[period] = self.step(period)
                except ServerError as error:
                    outcomes.pop(period, None)
                    errors.append((period, error))
                    continue
                if outcome.again:
                    due[period] = waited + outcome.again
            if not due or min(due.values()) > wait:
                break
            self.progress(
                f"Waiting for the aggregators, {waited:.0f} s so far: {self.name(min(due))}"
                + (f" and {len(due) - 1} more" if len(due) > 1 else "")
            )
            self.sleep(max(0.0, min(due.values()) - (self.monotonic() - begun)))
        return Collected([outcomes[period] for period in periods if period in outcomes], errors)

    def step(self, period: int) -> Outcome:
        """Bring one period as far as it goes now; a released one is given again as it was.

        NotReleased before the grace is over; PeerError if the leader cannot be asked or its answer is
        unusable: asking again goes on from there.
        """
        if not self.periods.is_collectable(period, self.now()):
            raise NotReleased(
                f"{sentence(self.name(period))} cannot be collected yet: reports may still arrive.",
                f"It can be {moment(self.periods.collectable_from(period))}.",
            )
        row = self.archive.find(period)
        if row is None:
            request = CollectionJobReq(Query.over(Interval(period, 1))).encode()
            # Before the leader hears of it: a restart must send the very same bytes.
            row = self.archive.begin(Collection(period, State.ASKED, request, None, None, ""))
        if row.state is State.RELEASED:
            return self._released(period)
        try:
            row, pause = self._ask(row)
        except Refused as refusal:
            return self._refused(row, refusal)
        if row.state is State.RELEASED:
            return self._released(period)
        if row.answer is None:
            return Outcome(period, State.ASKED, None, self._not_yet(), pause)
        return self._finish(row)

    def name(self, period: int) -> str:
        """A period by its dates."""
        return period_name(period, self.periods.length)

    def _released(self, period: int) -> Outcome:
        release = self.archive.released(period)
        if release is not None:
            self._write(release)
        return Outcome(period, State.RELEASED, release, "")

    def _not_yet(self) -> str:
        least = self.terms.min_batch_size
        few = f", or fewer than {least} reports are there" if self.periods.demo else ""
        return f"The aggregators are still at work{few}. Collect again later; nothing is lost."

    def _ask(self, row: Collection) -> tuple[Collection, float]:
        """The row with the leader's sealed answer if it is there, written down; else seconds to wait."""
        if row.answer is not None:
            return row, 0.0
        answer, pause = None, 0.0
        location = row.location
        if location is not None:
            try:
                answer, pause = self.client.look(location)
            except Gone:  # the leader keeps jobs for a while only; an equal request is the same job
                location = None
        if location is None:
            self.progress(f"Asking the leader for {self.name(row.period)}")
            job_id = hashlib.sha256(row.request).digest()[:JOB_ID_SIZE]
            answer, location, pause = self.client.ask(row.request, job_id)
        state = State.ASKED if answer is None else State.ANSWERED
        asked = row._replace(state=state, location=location, answer=answer)
        return (self.archive.put(asked) if asked != row else row), pause

    def _refused(self, row: Collection, refusal: Refused) -> Outcome:
        kind = refusal.problem.kind
        if kind is ProblemType.INVALID_BATCH_SIZE:
            least = self.terms.min_batch_size
            note = f"Fewer than {least} reports, the minimum that both operators agreed on: never released."
            settled = row._replace(state=State.TOO_SMALL, location=None, note=note)
        elif kind in _FINAL:
            said = f" ({refusal.problem.said})" if refusal.problem.detail else ""
            settled = row._replace(state=State.REFUSED, location=None, note=f"{_FINAL[kind]}{said}.")
        else:
            self.archive.put(row._replace(state=State.ASKED, location=None))
            raise PeerError(
                f"The leader refused the collection of {self.name(row.period)}: {refusal}.",
                "Compare clocks and task files of leader, helper and collector, then collect again.",
            ) from refusal
        settled = self.archive.put(settled)
        if settled.state is State.RELEASED:
            return self._released(row.period)
        return Outcome(row.period, settled.state, None, settled.note)

    # ---------------------------------------------------------------------- releasing

    def _finish(self, row: Collection) -> Outcome:
        try:
            count, totals = self.open(row)
        except (DapError, PeerError) as error:
            # An answer that is no use must not be kept: the next run asks for it again.
            self.archive.put(row._replace(state=State.ASKED, answer=None, location=None))
            if isinstance(error, PeerError):
                raise
            raise PeerError(
                f"The leader's answer for {self.name(row.period)} is no collection: {error}.",
                "Is it a DAP-18 leader, and of the same version? Tell its operator.",
            ) from error
        end = (row.period + 1) * self.periods.length
        release = releases.make(
            self.config.task,
            self.catalogue,
            row.period,
            count,
            totals,
            now=self.now(),
            rho_before=self.archive.rho_spent(end),
        )
        release = self.archive.release(row, release)
        self._write(release)
        return Outcome(row.period, State.RELEASED, release, "")

    def open(self, row: Collection) -> tuple[int, list[int]]:
        """The report count and the joined, signed totals of a sealed answer; DapError, PeerError."""
        request = CollectionJobReq.decode(row.request)
        response = CollectionJobResp.decode(row.answer or b"")
        if response.interval != Interval(row.period, 1):
            raise PeerError(
                f"The leader answered for another interval than {self.name(row.period)}.",
                "A batch is exactly one period, or noise no longer covers what one device adds.",
            )
        if response.report_count < self.terms.min_batch_size:
            raise PeerError(
                f"The leader answered with {response.report_count} reports, below the minimum of "
                f"{self.terms.min_batch_size}.",
                "This must not happen: the leader broke the agreement. Tell the helper's operator.",
            )
        sealed = (
            (Role.LEADER, response.leader_encrypted_agg_share),
            (Role.HELPER, response.helper_encrypted_agg_share),
        )
        shares = []
        for role, ciphertext in sealed:
            key = key_for(self.config.hpke_keys, ciphertext.config_id)
            if key is None:
                raise PeerError(
                    f"The {role.word}'s share is sealed to an HPKE key that this collector does not hold.",
                    f"Give the {role.word} the collector's public file again: shoal-server task peer",
                )
            task = self.config.task
            try:
                share = open_aggregate_share(
                    key, role, task.task_id, self.config.configuration, request, ciphertext
                )
            except DecryptError:
                raise PeerError(
                    f"The {role.word}'s share does not open: sealed for another task, query or collector.",
                    "Compare the task files and the collector's public file on all three sides.",
                ) from None
            shares.append(share)
        totals = [signed(total) for total in self.terms.vdaf().unshard(shares)]
        self._require_plausible(response.report_count, totals)
        return response.report_count, totals

    def _require_plausible(self, count: int, totals: list[int]) -> None:
        margin = IMPLAUSIBLE * noise.deviation(self.terms.info, len(totals))
        if any(not -margin <= total <= count + margin for total in totals):
            raise PeerError(
                "The joined totals are no counts: the two shares do not belong together.",
                "Leader and helper added up different reports, or one of them spoiled its share.",
            )

    def _write(self, release: Release) -> None:
        """The release as a file, unless it is there already."""
        path = release_path(self.config.folder, release.period)
        if path.exists():
            return
        try:
            path.parent.mkdir(exist_ok=True)
        except OSError as error:
            raise FolderError(f"{path.parent} cannot be made: {error.strerror}.") from error
        write_file(path, releases.dump(release))


def release_path(folder: Path, period: int) -> Path:
    """Where a collector keeps a period's release file."""
    return folder / "releases" / f"release-{period}.json"
