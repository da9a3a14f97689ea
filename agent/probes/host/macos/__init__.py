"""macOS: the readings of agent.probes.host.Host that it supplies, none of which needs a privilege.

Written from Apple's documentation and manual pages, tested on recordings made after them; not run
on macOS yet.

What psutil has comes from `agent.probes.host.portable`. The rest is property lists, crash reports, one
sysctl, libproc, and four of the system's commands, none of them each minute. Where macOS cannot tell, the
catalogue names no source (sources.toml says why), and the method says so too.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NoReturn

from agent.probes.host import Absent, Pending, portable
from agent.probes.host.macos import disks, power, products, reports, security, tasks, updates
from agent.probes.host.macos.system import System

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from agent.probes.host import Adapter, Process
    from catalogue.model import Slot

_PRESSURE = "kern.memorystatus_vm_pressure_level"
_NORMAL, _CRITICAL = 1, 4
_UNTOLD = "macOS does not tell"
_NO_LIST = "macOS keeps no list of security updates that can be read without asking Apple"


class MacHost:
    """A Mac."""

    def __init__(self, system: System | None = None) -> None:
        self._system = system or System()
        self._disks: frozenset[str] | None = None

    def close(self) -> None:
        """See Host."""
        self._system.close()

    def started(self) -> float:
        """See Host: kern.boottime."""
        return portable.started(self._system.library)

    def boot_duration(self) -> float:
        """See Host: until the process of the login window began."""
        return tasks.boot_duration(self._system, self.started())

    def suspensions(self) -> NoReturn:
        """See Host."""
        raise Absent(_UNTOLD)

    def sudden_ends(self) -> NoReturn:
        """See Host."""
        raise Absent(_UNTOLD)

    def system_crashes(self) -> list[float]:
        """See Host."""
        return reports.system_crashes(self._system)

    def processor_time(self) -> tuple[float, float]:
        """See Host."""
        return portable.processor_time(self._system.library)

    def throttlings(self) -> NoReturn:
        """See Host: `pmset -g therm` tells the present state, but no count of the past."""
        raise Absent("macOS does not count how often heat slows the processor")

    def memory(self) -> tuple[int, int]:
        """See Host."""
        return portable.memory(self._system.library)

    def memory_stall(self) -> float:
        """See Host: macOS tells a level, no share. Normal counts as nothing, warning and worse as all."""
        level = self._system.number(_PRESSURE)
        if not _NORMAL <= level <= _CRITICAL:
            raise Absent("macOS's level of memory pressure makes no sense")
        return 0.0 if level == _NORMAL else 100.0

    def memory_kills(self) -> NoReturn:
        """See Host: JetsamEvent reports also tell of helpers that were ended while idle."""
        raise Absent("macOS does not count programs killed for lack of memory")

    def volumes(self) -> list[tuple[int, int]]:
        """See Host."""
        return disks.volumes(self._system)

    def disk_activity(self) -> dict[str, tuple[int, int]]:
        """See Host. Which disks these are is looked up once, since that starts a program."""
        if self._disks is None:
            try:
                self._disks = disks.system_disks(self._system)
            except Pending:
                raise
            except Absent:
                self._disks = frozenset()
        return portable.disk_activity(self._system.library, self._disks)

    def disk_kind(self) -> str:
        """See Host."""
        return disks.kind(self._system)

    def disk_condition(self) -> str:
        """See Host."""
        return disks.condition(self._system)

    def disk_encryption(self) -> str:
        """See Host."""
        return security.encryption(self._system)

    def batteries(self) -> list[tuple[float, float]]:
        """See Host."""
        return power.batteries(self._system)

    def last_update(self) -> float:
        """See Host."""
        return updates.last_update(self._system)

    def restart_wanted(self) -> NoReturn:
        """See Host: an update is installed by restarting, so none waits for it afterwards."""
        raise Absent("macOS does not note that a restart is needed")

    def support_end(self) -> float:
        """See Host."""
        return updates.support_end(self._system)

    def lists_fetched(self) -> NoReturn:
        """See Host."""
        raise Absent(_NO_LIST)

    def security_updates(self) -> NoReturn:
        """See Host: `softwareupdate --list` asks Apple's servers, which Shoal does not do."""
        raise Absent(_NO_LIST)

    def firewall(self) -> str:
        """See Host."""
        return security.firewall(self._system)

    def protection_renewed(self) -> NoReturn:
        """See Host: XProtect's data is renewed every few weeks even on a Mac that lacks nothing."""
        raise Absent(_UNTOLD)

    def secure_boot(self) -> NoReturn:
        """See Host."""
        raise Absent("macOS tells it only to administrators")

    def clock_error(self) -> NoReturn:
        """See Host: `sntp` would ask a time server, which Shoal does not do."""
        raise Absent("macOS does not tell how far its clock was off")

    def round_trips(self) -> NoReturn:
        """See Host."""
        raise Absent("macOS does not list connections with their times")

    def segments(self) -> NoReturn:
        """See Host."""
        raise Absent("macOS counts TCP segments for administrators only")

    def adapters(self) -> Mapping[str, Adapter]:
        """See Host: Ethernet and Wi-Fi; tunnels, bridges and the peer-to-peer links are named otherwise."""
        return portable.adapters(self._system.library, self._system.ethernet())

    def link_losses(self) -> NoReturn:
        """See Host."""
        raise Absent("macOS does not count lost links")

    def wifi_signal(self) -> NoReturn:
        """See Host: CoreWLAN would load all of Foundation into the resident process."""
        raise Absent("this version does not read the Wi-Fi signal on macOS")

    def restraint(self) -> str:
        """See Host: nothing that can be told without starting a program each time."""
        return ""

    def program_crashes(self) -> list[tuple[float, str]]:
        """See Host."""
        return reports.program_crashes(self._system)

    def program_hangs(self) -> list[tuple[float, str]]:
        """See Host."""
        return reports.program_hangs(self._system)

    def product_updated(self, product: Slot) -> float:
        """See Host."""
        return products.updated(self._system, product)

    def failed_services(self) -> NoReturn:
        """See Host: launchd starts anew what ends, and lists exit codes of the ordinary too."""
        raise Absent("macOS does not tell which of its services failed")

    def processes(self) -> Iterator[Process]:
        """See Host: those of this account; of others, macOS tells no memory."""
        return tasks.processes(self._system)
