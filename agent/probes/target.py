"""The policy's target as this device reaches it: the only probe that sends anything, through another process.

Off until a target is set; a check every five minutes, asked for at one reading and answered at the next.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, ClassVar, Protocol

from agent.probes.host import Absent
from agent.probes.probe import Pending, Probe
from agent.reached import ATTEMPTS, NO_CONNECTION, NO_NETWORK, SETTLED, TROUBLES, Reached

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, MutableMapping

    from agent.model import Moment, Reading
    from agent.probes.probe import Source

LATENCY, JITTER, DNS, TLS, FAILURES = (
    f"network.{name}" for name in ("tcp_latency", "jitter", "dns_time", "tls_time", "probe_failures")
)
LAST = f"{FAILURES}.last"
"""The mark of how the last check ended, for the help desk: a word of TROUBLES or "ok", then "proxied" if it
went through a proxy, "others" if other connections went on while no name was found."""
_TRYING = "the target is being tried"
# Seconds after which a check that has not ended by itself is given up.
_PATIENCE = 180.0
# Seconds without a check after which this may be another network.
_LONG = 900.0
# Fewer differences than this between connections' times say nothing about their spread.
_LEAST_DIFFERENCES = 3


class Checked(Protocol):
    """A check under way: see agent.checking.Check."""

    def result(self) -> Reached | None:
        """What it told; None while it is at it."""

    def stop(self) -> None:
        """End it, and whatever stays there for the next one."""


class Target(Probe):
    """Connections to the target that the policy names."""

    name: ClassVar[str] = "target"
    begin: Callable[[bool], Checked] | None = None
    """Starts a check, a thorough one or not; None while checks are off."""

    _under_way: tuple[float, bool, Checked] | None = None
    _latest: Checked | None = None
    """The check that was begun last; what did it may be there for the next one, until it is told to end."""
    _last: tuple[float, Reached] | None = None
    """The check that was heard of last, and when (`Moment.ticking`)."""
    _looked: float | None = None
    """When the one under way was last looked at."""
    _thorough = True
    """Whether the next check has to show who answers: hourly, and until nothing is odd."""

    def follow(self, begin: Callable[[bool], Checked] | None) -> None:
        """From now on start checks so; None: no more, and end what is under way."""
        self.begin = begin
        if begin is None:
            self._end()
            self._thorough = True

    def sources(self) -> Mapping[str, Source]:
        """See Probe."""
        return {
            LATENCY: self._latency,
            JITTER: self._jitter,
            DNS: self._look_up,
            TLS: self._handshake,
            FAILURES: self._failures,
        }

    def read(self, moment: Moment, wanted: frozenset[str], marks: MutableMapping[str, str]) -> Reading:
        """See Probe."""
        self._thorough |= TLS in wanted and TLS not in self.pending
        return super().read(moment, wanted, marks)

    def stop(self, moment: Moment, marks: MutableMapping[str, str]) -> None:
        """Leave no check behind."""
        self._end()

    def _end(self) -> None:
        if self._latest is not None:
            self._latest.stop()
        self._latest = self._under_way = None
        self.pending = frozenset()

    def _latency(self, moment: Moment, marks: MutableMapping[str, str]) -> float:
        """The middle one of the connections that came about."""
        times = sorted(took for _, took in self._reached(moment, marks).tries if took is not None)
        if not times:
            raise Absent(self._why("no connection came about"))
        return times[(len(times) - 1) // 2]

    def _jitter(self, moment: Moment, marks: MutableMapping[str, str]) -> float:
        """The middle difference between one connection and the next of its family."""
        tries = self._reached(moment, marks).tries
        found: list[float] = []
        for family in (4, 6):
            times = [took for each, took in tries if each == family and took is not None]
            found += [abs(after - before) for before, after in pairwise(times)]
        if len(found) < _LEAST_DIFFERENCES:
            raise Absent(self._why("too few connections came about"))
        return sorted(found)[(len(found) - 1) // 2]

    def _look_up(self, moment: Moment, marks: MutableMapping[str, str]) -> float:
        """Milliseconds until the target's name was looked up."""
        reached = self._reached(moment, marks)
        if reached.name is not None:
            return reached.name
        if reached.proxied:
            raise Absent("the proxy looks names up")
        raise Absent(
            TROUBLES[reached.trouble] if reached.trouble in NO_CONNECTION else "the target is an address"
        )

    def _handshake(self, moment: Moment, marks: MutableMapping[str, str]) -> float:
        """Milliseconds from the connection to the end of TLS's handshake."""
        reached = self._reached(moment, marks)
        if reached.tls is None:
            otherwise = "the target was not asked for TLS, or speaks none"
            raise Absent(otherwise if reached.trouble in ("v4", "v6") else self._why(otherwise))
        return reached.tls

    def _failures(self, moment: Moment, marks: MutableMapping[str, str]) -> tuple[float, float]:
        """(failed, tried) connections; without a name none can be tried, and all fail."""
        reached = self._reached(moment, marks)
        if reached.trouble in NO_CONNECTION or (reached.trouble and not reached.tries):
            return ATTEMPTS, ATTEMPTS
        return sum(took is None for _, took in reached.tries), len(reached.tries)

    # -- the check that all of them share

    def _why(self, otherwise: str) -> str:
        trouble = self._last[1].trouble if self._last else ""
        return TROUBLES.get(trouble, otherwise)

    def _reached(self, moment: Moment, marks: MutableMapping[str, str]) -> Reached:
        """The check that has just been heard of; else begins one, and raises Pending."""
        reached = self._heard(moment)
        marks[LAST] = f"{reached.trouble or 'ok'}{' proxied' if reached.proxied else ''}"
        if reached.trouble in NO_NETWORK:
            raise Absent(TROUBLES[reached.trouble])
        if reached.trouble in NO_CONNECTION and self._others_answer():
            marks[LAST] += " others"
        return reached

    def _others_answer(self) -> bool:
        """Whether connections that are open already go on: then it is the name service alone that fails."""
        try:
            return bool(self.host.round_trips())
        except Exception:  # noqa: BLE001  not known
            return False

    def _heard(self, moment: Moment) -> Reached:
        if self._last is not None and self._last[0] == moment.ticking:
            return self._last[1]
        if self._under_way is None and (rest := self._begin(moment)):
            self._last = (moment.ticking, Reached(rest))
            return self._last[1]
        assert self._under_way is not None
        if self._looked == moment.ticking:  # all of a pass's metrics get one answer, or none of them
            raise Pending(_TRYING)
        self._looked = moment.ticking
        since, thorough, check = self._under_way
        self._under_way = None
        reached = check.result()
        if reached is not None:
            self._thorough = reached.trouble not in SETTLED or (self._thorough and not thorough)
            self._last = (moment.ticking, reached)
            return reached
        if not 0 <= moment.ticking - since < _PATIENCE:
            check.stop()
            raise Absent("the check did not end")
        self._under_way = (since, thorough, check)
        raise Pending(_TRYING)

    def _begin(self, moment: Moment) -> str:
        """Start a check; or the word for what keeps it from starting now."""
        if self.begin is None:
            raise Absent(TROUBLES["off"])
        if rest := self._restraint():
            self._end()  # it may rest for long
            return rest
        if self._last is None or not 0 <= moment.ticking - self._last[0] < _LONG:
            self._thorough = True
        try:
            self._latest = self.begin(self._thorough)
        except OSError:
            return "failed"
        self._under_way = (moment.ticking, self._thorough, self._latest)
        return ""

    def _restraint(self) -> str:
        """A host that does not know has none."""
        try:
            found = self.host.restraint()
        except Exception:  # noqa: BLE001  whatever a host throws, it is no reason to rest
            return ""
        return found if found in ("metered", "saver", "portal") else ""
