"""The raw readings that probes are made of, one method a fact, and the one door to an operating system.

A Host answers or raises Absent with the reason, in plain words for the person at the machine; reasons stay
on the device. Whatever else it raises is caught by the probe. Nothing here computes, remembers or judges.
What psutil tells on every system is read in `portable`; `linux` and `windows` add what only these
have.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from catalogue.model import Slot


class Absent(Exception):  # noqa: N818  (an answer, not a failure)
    """This host cannot give this reading (now); the message says why."""


class Pending(Absent):
    """There is no answer yet: it was asked for, and a reading soon will have it."""


class Adapter(NamedTuple):
    """A physical network adapter's counters since it appeared."""

    packets: int
    faults: int
    """Packets damaged or dropped, either way."""


class Process(NamedTuple):
    """One process, as far as it matters; held for one pass only."""

    pid: int
    started: int
    """When it started, in a unit of the host's own: with pid it names a process for good."""
    program: str
    """What its memory is counted under; never stored."""
    cpu: float
    """Seconds of processor time used so far."""
    memory: int
    """Bytes it has to itself."""


class Later(Protocol):
    """An answer that takes seconds: asked for at one reading, there at a later one."""

    def result(self) -> int | None:
        """The answer; None while it is not there yet. Raises Absent if there will be none. Does not wait."""

    def stop(self) -> None:
        """Give up asking, and leave nothing behind; harmless once there is a result."""


class Host(Protocol):
    """What probes may ask. Every method but `close` may raise Absent."""

    def close(self) -> None:
        """End what is still being asked, close what is kept open. It may be asked again all the same."""

    def started(self) -> float:
        """When the system started, UTC seconds by today's clock."""

    def boot_duration(self) -> float:
        """Seconds the latest start-up took, kernel to all services (Windows, macOS: to signing in)."""

    def suspensions(self) -> int:
        """How often the system has slept since it started, or another number that rises with each sleep."""

    def sudden_ends(self) -> Sequence[float]:
        """When the system noted that it had ended without shutting down, UTC seconds, as far as it does."""

    def system_crashes(self) -> Sequence[float]:
        """When the system crashed, UTC seconds, as far as records are kept."""

    def processor_time(self) -> tuple[float, float]:
        """(busy, total) processor seconds since the start, over all cores."""

    def throttlings(self) -> int:
        """How often the processor slowed itself for heat since the start, over all cores."""

    def memory(self) -> tuple[int, int]:
        """(available, total) bytes of memory."""

    def memory_stall(self) -> float:
        """Percent of the last minute in which everything stood still for memory."""

    def memory_kills(self) -> int:
        """Programs killed for lack of memory since the start."""

    def volumes(self) -> Sequence[tuple[int, int]]:
        """(free, all) bytes, as an ordinary user may use them, of the system's volume and the home's."""

    def disk_activity(self) -> Mapping[str, tuple[int, int]]:
        """System disk → (operations, milliseconds they took) since the start."""

    def disk_kind(self) -> str:
        """ "ssd" or "hdd": the worst of the disks below the system."""

    def disk_condition(self) -> str:
        """ "healthy", "warning" or "failing": the worst of the disks below the system, as they tell it."""

    def disk_encryption(self) -> str:
        """ "on", "partial" or "off": of the disks below the system and the home."""

    def batteries(self) -> Sequence[tuple[float, float]]:
        """(full, full when new) of each battery, in one unit."""

    def last_update(self) -> float:
        """When system packages were last upgraded, UTC seconds."""

    def restart_wanted(self) -> float | None:
        """Since when an update waits for a restart, UTC seconds; None if none waits."""

    def support_end(self) -> float:
        """When the system's support ends, UTC seconds."""

    def lists_fetched(self) -> float:
        """When the lists that `security_updates` goes by were last fetched, UTC seconds."""

    def security_updates(self) -> Later:
        """Begin to ask how many installed packages have a security update waiting."""

    def firewall(self) -> str:
        """ "on", "partial" or "off"."""

    def protection_renewed(self) -> float:
        """When what the malware protection knows was last renewed, UTC seconds."""

    def secure_boot(self) -> str:
        """ "on" or "off"."""

    def clock_error(self) -> float:
        """Seconds between the clock and its time servers', as last known; signed."""

    def round_trips(self) -> Sequence[float]:
        """Smoothed round-trip times (ms) of connections to other machines in recent use."""

    def segments(self) -> tuple[int, int]:
        """(sent again, sent) TCP segments since the start."""

    def adapters(self) -> Mapping[str, Adapter]:
        """Adapter → its counters."""

    def link_losses(self) -> Mapping[str, int]:
        """Adapter → how often it lost its link since it appeared, or since it is being watched."""

    def wifi_signal(self) -> float:
        """dBm of the Wi-Fi connection."""

    def restraint(self) -> str:
        """Why nothing should be sent unasked now: "metered" (the connection costs by volume), "saver" (the
        system saves energy), "portal" (a sign-in page is in the way); empty if nothing is known of the kind.
        """

    def program_crashes(self) -> Sequence[tuple[float, str]]:
        """(UTC seconds, program) of recorded crashes, each once, as far back as records are kept (or a week).

        `program` is as in Process: the name of its file, as far as the records tell.
        """

    def program_hangs(self) -> Sequence[tuple[float, str]]:
        """The same of programs that stopped responding."""

    def product_updated(self, product: Slot) -> float:
        """When the version of it that is here came, UTC seconds; of several copies the newest."""

    def failed_services(self) -> int:
        """System services that have failed."""

    def processes(self) -> Iterable[Process]:
        """All processes that can be seen."""


def this_host(around: Callable[[Any], Any] = lambda system: system) -> Host:
    """The host that this program runs on. Raises Absent where no probes are written yet.

    `around` is given the object through which this host asks its system everything, and may wrap it.
    """
    platform = str(sys.platform)  # for a type checker: any of them
    if platform == "linux":
        from agent.probes.host.linux import LinuxHost
        from agent.probes.host.linux.system import System

        return LinuxHost(around(System()))
    if platform == "win32":
        from agent.probes.host.windows import WindowsHost
        from agent.probes.host.windows.system import System as Windows

        return WindowsHost(around(Windows()))
    if platform == "darwin":
        from agent.probes.host.macos import MacHost
        from agent.probes.host.macos.system import System as Mac

        return MacHost(around(Mac()))
    raise Absent(f"there are no probes for {platform} yet")
