"""Runs in the leader's process: makes aggregation jobs of what waits, and finishes collections.

It keeps nothing in memory that the database does not know: a job's bytes are stored before they are sent and
sent again as they are, so that it may be killed anywhere and go on.
"""

from __future__ import annotations

import asyncio
import random
from typing import TYPE_CHECKING, Any, Final

from dap.codec import encode_id
from dap.constants import MediaType
from dap.errors import DecodeError
from dap.messages import AggregateShare
from server.conversation import Conversation, HelperAway, HelperRefused
from server.leader import AnswerUnusable

if TYPE_CHECKING:
    from collections.abc import Coroutine

    from dap.messages import AggregateShareReq
    from server.leader import Leader
    from server.pending import Job
    from server.resources import Resource

JOB_SIZE: Final = 100
PARALLEL: Final = 2
LINGER: Final = 0.3
"""Seconds in which further reports may join a job that is not full."""
TICK: Final = 1.0
_BREATH: Final = 0.05  # between looks at the database, however many uploads there are
_FIRST_PAUSE: Final = 0.5
_LONGEST_PAUSE: Final = 60.0
_UNUSABLE_ANSWERS: Final = 5
"""So many answers that make no sense end a job: the helper is broken, the other jobs are not."""


class Driver:
    """One leader's driver. `run` until cancelled; `wake` when something has happened."""

    def __init__(
        self, leader: Leader, *, job_size: int = JOB_SIZE, linger: float = LINGER, tick: float = TICK
    ) -> None:
        self._leader = leader
        self._job_size = job_size
        self._linger = linger
        self._tick = tick
        self._dialect = leader.config.dialect
        self._helper = Conversation(leader.config.peer_url, leader.config.peer_token, self._dialect)
        self._task = encode_id(leader.task_id)
        self._event = asyncio.Event()
        self._jobs: dict[bytes, asyncio.Task[None]] = {}
        self._collections: dict[bytes, asyncio.Task[None]] = {}
        self._partial: dict[int, float] = {}  # period → when it may have a job that is not full
        self._understood = False  # whether the helper ever took a job: our dialects agree
        self._complaint = ""

    def wake(self) -> None:
        """Look at the database soon."""
        self._event.set()

    async def run(self) -> None:
        """Work until cancelled; what is under way then is left as the database knows it."""
        try:
            while True:
                self._event.clear()
                try:
                    pause = await self._round()
                except Exception as error:  # noqa: BLE001 - a full disk, say: it may be mended while we run
                    self._complain(f"the database: {error}")
                    pause = self._tick
                try:
                    async with asyncio.timeout(pause):  # wait_for may swallow a cancellation (Python 3.11)
                        await self._event.wait()
                except TimeoutError:
                    continue
                await asyncio.sleep(_BREATH)
        finally:
            tasks = [*self._jobs.values(), *self._collections.values()]
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            await self._helper.close()

    # --------------------------------------------------------------------- rounds

    async def _round(self) -> float:
        """Start what can be started; seconds until the next look is due."""
        now = asyncio.get_running_loop().time()
        jobs, periods = await asyncio.to_thread(self._leader.open_jobs, frozenset(self._jobs))
        for job in jobs:
            self._start(self._jobs, job.id, self._drive(job))
        due = self._tick
        for period in periods:
            due = min(due, await self._fill(period, now))
        for collection in await asyncio.to_thread(self._leader.open_collections):
            if collection.id not in self._collections:
                request = await asyncio.to_thread(self._leader.ready_to_collect, collection)
                if request is not None:
                    self._start(self._collections, collection.id, self._collect(collection, request))
        return due

    async def _fill(self, period: int, now: float) -> float:
        """Make jobs of a period's reports while there is room; seconds until one that is not full is due."""
        allowed = self._partial.setdefault(period, now + self._linger)
        while len(self._jobs) < PARALLEL:
            least = 1 if allowed <= now else self._job_size
            job = await asyncio.to_thread(self._leader.make_job, period, self._job_size, least)
            if job is None:
                break
            self._partial.pop(period, None)
            self._start(self._jobs, job.id, self._drive(job))
        else:
            return self._tick
        return max(_BREATH, allowed - now) if allowed > now else self._tick

    def _start(
        self, running: dict[bytes, asyncio.Task[None]], key: bytes, work: Coroutine[Any, Any, None]
    ) -> None:
        task = asyncio.create_task(work)
        running[key] = task
        task.add_done_callback(lambda done: self._ended(running, key, done))

    def _ended(self, running: dict[bytes, asyncio.Task[None]], key: bytes, task: asyncio.Task[None]) -> None:
        running.pop(key, None)
        if task.cancelled():
            return
        error = task.exception()
        if error is None:
            self._event.set()
        else:  # the next tick begins it again
            self._complain(f"{type(error).__name__}: {error}")

    # ----------------------------------------------------------------------- jobs

    async def _drive(self, job: Job) -> None:
        """Bring one job to its end, however often it takes."""
        pause = _Pause()
        unusable = 0
        while True:
            try:
                answer, url = await self._obtain(job)
                counted = await asyncio.to_thread(self._leader.finish_job, job, answer)
            except HelperAway as away:
                if away.status == 404 and job.location is not None:  # its answer is gone: ask anew
                    job = await asyncio.to_thread(self._leader.locate_job, job, None)
                self._complain(f"no answer to an aggregation job: {away}")
                await pause(away.after)
            except HelperRefused as refused:
                if await self._refused(job, refused):
                    return
                await pause(None)
            except AnswerUnusable as error:
                unusable += 1
                self._leader.log.error("period %d: the helper's answer: %s", job.period, error)
                if unusable == _UNUSABLE_ANSWERS:
                    await asyncio.to_thread(self._leader.abandon_job, job)
                    return
                await pause(None)
            else:
                self._understood, self._complaint = True, ""
                if counted.again:
                    self._partial[job.period] = asyncio.get_running_loop().time() + _LONGEST_PAUSE
                if counted.refused:
                    self._leader.log.warning("period %d: the helper refused %s", job.period, counted.refused)
                if url is not None:
                    await self._helper.drop(url)
                return

    async def _obtain(self, job: Job) -> tuple[bytes, str | None]:
        """The helper's answer and where it lies."""
        first, location = None, job.location
        if location is None:
            named = self._dialect.client_names_jobs
            url = self._url("aggregation_jobs", *([encode_id(job.id)] if named else []))
            media = MediaType.AGGREGATION_JOB_INIT_REQ
            first = await self._helper.create(url, job.request, media, named=named)
            location = f"{url}?step=0" if named else None

        async def located(there: str) -> None:
            if there != job.location:
                await asyncio.to_thread(self._leader.locate_job, job, there)

        return await self._helper.answer(first, location, MediaType.AGGREGATION_JOB_RESP, located)

    async def _refused(self, job: Job, refused: HelperRefused) -> bool:
        """Try a refused job in halves, down to the report at fault, which is dropped.

        Not before the helper has taken any job: a wrong dialect would drop every report one by one.
        """
        self._complain(f"the helper refused an aggregation job: {refused}")
        if not self._understood and self._leader.is_single(job):
            return False
        await asyncio.to_thread(self._leader.halve_job, job)
        return True

    # ---------------------------------------------------------------- collections

    async def _collect(self, collection: Resource, request: AggregateShareReq) -> None:
        """Fetch the helper's share and answer the collector, or say why not."""
        pause = _Pause()
        named = self._dialect.client_names_jobs
        name = encode_id(collection.id)
        url = self._url("aggregate_shares", name) if named else self._url("aggregate_shares")
        while True:
            try:
                first = await self._helper.create(
                    url, request.encode(), MediaType.AGGREGATE_SHARE_REQ, named=named
                )
                location = url if named else None
                body, _ = await self._helper.answer(first, location, MediaType.AGGREGATE_SHARE, _nowhere)
                share = AggregateShare.decode(body).encrypted_aggregate_share
            except (HelperAway, DecodeError) as error:
                self._complain(f"no answer to an aggregate share: {error}")
                await pause(error.after if isinstance(error, HelperAway) else None)
            except HelperRefused as refused:
                if self._leader.is_early_for_helper(collection, refused.problem):
                    await pause(None)
                    continue
                await asyncio.to_thread(self._leader.fail, collection, refused.problem)
                return
            else:
                await asyncio.to_thread(self._leader.complete, collection, share)
                return

    def _url(self, *segments: str) -> str:
        return self._helper.collection("tasks", self._task, *segments)

    def _complain(self, why: str) -> None:
        """Log trouble once, not at every attempt."""
        if why != self._complaint:
            self._complaint = why
            self._leader.log.warning("%s; it is tried again", why)


class _Pause:
    """Waits longer each time, with jitter."""

    def __init__(self) -> None:
        self._next = _FIRST_PAUSE

    async def __call__(self, asked: float | None) -> None:
        """Sleep; at least as long as the other side asked."""
        jitter = random.uniform(0.5, 1.0)  # noqa: S311 - spreads load, protects nothing
        await asyncio.sleep(max(self._next * jitter, asked or 0.0))
        self._next = min(_LONGEST_PAUSE, self._next * 2)


async def _nowhere(_: str) -> None:
    """Where a share will be is not kept: asking for it anew finds the same one."""
