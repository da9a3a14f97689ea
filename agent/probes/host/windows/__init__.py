"""Windows: the readings of agent.probes.host.Host that it supplies, none of which needs a privilege.

Written from Microsoft's documentation and tested on recorded answers; not run on Windows yet.

What psutil has comes from `agent.probes.host.portable`, but for disks and adapters, whose times and names it
gives in a form that does not serve here. The rest is registry, event logs, a few calls, and one start of
PowerShell every few hours. Where Windows cannot tell, the catalogue names no source of it (sources.toml says
why), and the method says so too.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NoReturn

from agent.probes.host import Absent, portable
from agent.probes.host.windows import (
    disks,
    events,
    links,
    power,
    products,
    security,
    tasks,
    updates,
)
from agent.probes.host.windows.system import System

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from agent.probes.host import Adapter, Later, Process
    from catalogue.model import Slot

# The Windows Time service's own account, in microseconds, and how many time servers answer it (without one
# the offset stays at 0); neither needs a second sample.
_CLOCK = r"\Windows Time Service\Computed Time Offset"
_SERVERS = r"\Windows Time Service\NTP Client Time Source Count"


class WindowsHost:
    """A Windows computer."""

    def __init__(self, system: System | None = None) -> None:
        self._system = system or System()
        self._logs = events.Logs(self._system)
        self._links = links.Links(self._system)
        self._answers = security.Answers(self._system)
        self._disks: list[int] | None = None

    def close(self) -> None:
        """See Host."""
        self._answers.stop()

    def started(self) -> float:
        """See Host. With fast start-up, shutting down and starting is no start of the system."""
        return portable.started(self._system.library)

    def boot_duration(self) -> float:
        """See Host: until the program began that lets people sign in."""
        return tasks.boot_duration(self._system)

    def suspensions(self) -> int:
        """See Host: the time of the last sleep, which is another after each; 0 where none is told."""
        try:
            return self._system.last_sleep()
        except Absent:
            return 0

    def sudden_ends(self) -> list[float]:
        """See Host."""
        return events.sudden_ends(self._logs)

    def system_crashes(self) -> list[float]:
        """See Host."""
        return events.system_crashes(self._logs)

    def processor_time(self) -> tuple[float, float]:
        """See Host."""
        return portable.processor_time(self._system.library)

    def throttlings(self) -> NoReturn:
        """See Host."""
        raise Absent("Windows does not tell heat from other reasons to slow the processor")

    def memory(self) -> tuple[int, int]:
        """See Host."""
        return portable.memory(self._system.library)

    def memory_stall(self) -> NoReturn:
        """See Host."""
        raise Absent("Windows does not tell how long programs wait for memory")

    def memory_kills(self) -> NoReturn:
        """See Host."""
        raise Absent("Windows ends no programs for lack of memory")

    def volumes(self) -> list[tuple[int, int]]:
        """See Host."""
        places = [f"{drive}\\" for drive in disks.drives(self._system)]
        return portable.volumes(self._system.library, places, lambda place: place)

    def disk_activity(self) -> Mapping[str, tuple[int, int]]:
        """See Host. Which disks these are is looked up once."""
        if self._disks is None:
            self._disks = disks.system_disks(self._system)
        return disks.activity(self._system, self._disks)

    def disk_kind(self) -> str:
        """See Host."""
        return disks.kind(self._system)

    def disk_condition(self) -> str:
        """See Host."""
        found = disks.real(self._system, disks.system_disks(self._system))
        return security.disk_condition(self._answers, disks.drives(self._system), found)

    def disk_encryption(self) -> str:
        """See Host."""
        return security.encryption(self._answers, disks.drives(self._system))

    def batteries(self) -> list[tuple[float, float]]:
        """See Host."""
        return power.batteries(self._system)

    def last_update(self) -> float:
        """See Host."""
        return updates.last_update(self._system)

    def restart_wanted(self) -> float | None:
        """See Host."""
        return updates.restart_wanted(self._system)

    def support_end(self) -> float:
        """See Host."""
        return updates.support_end(self._system)

    def lists_fetched(self) -> float:
        """See Host."""
        return security.updates_searched(self._answers, disks.drives(self._system))

    def security_updates(self) -> Later:
        """See Host."""
        return updates.security_updates(self._system)

    def protection_renewed(self) -> float:
        """See Host."""
        return security.protection_renewed(self._answers, disks.drives(self._system))

    def firewall(self) -> str:
        """See Host."""
        return security.firewall(self._system)

    def secure_boot(self) -> str:
        """See Host."""
        return security.secure_boot(self._system)

    def clock_error(self) -> float:
        """See Host."""
        try:
            servers, offset = self._system.counter(_SERVERS), self._system.counter(_CLOCK) / 1e6
        except Absent:
            servers = offset = 0.0
        if not servers >= 1:
            raise Absent("no time server keeps this clock at present")
        return offset

    def round_trips(self) -> NoReturn:
        """See Host."""
        raise Absent("Windows tells other programs' response times to administrators only")

    def segments(self) -> tuple[int, int]:
        """See Host."""
        return links.segments(self._system)

    def adapters(self) -> Mapping[str, Adapter]:
        """See Host."""
        return self._links.adapters()

    def link_losses(self) -> Mapping[str, int]:
        """See Host."""
        return self._links.losses()

    def wifi_signal(self) -> float:
        """See Host."""
        return links.wifi_signal(self._system)

    def restraint(self) -> str:
        """See Host. Sign-in pages are not told apart here."""
        if links.is_metered(self._system):
            return "metered"
        return "saver" if power.is_saving(self._system) else ""

    def program_crashes(self) -> list[tuple[float, str]]:
        """See Host."""
        return events.program_crashes(self._logs)

    def program_hangs(self) -> list[tuple[float, str]]:
        """See Host."""
        return events.program_hangs(self._logs)

    def product_updated(self, product: Slot) -> float:
        """See Host."""
        return products.updated(self._system, product)

    def failed_services(self) -> int:
        """See Host."""
        return tasks.failed_services(self._system)

    def processes(self) -> Iterator[Process]:
        """See Host."""
        return tasks.processes(self._system)
