"""Linux: the readings of agent.probes.host.Host, none of which needs a privilege.

What psutil has comes from `agent.probes.host.portable`. Read here is what it has not (pressure, kills,
sock_diag, TCP's counters, sysfs, packages, systemd), and what it has at ten times the cost (processes).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NoReturn

from agent.probes.host import Absent, portable
from agent.probes.host.linux import (
    crashes,
    disks,
    kernel,
    links,
    power,
    products,
    security,
    services,
    tasks,
    updates,
)
from agent.probes.host.linux.system import System

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from agent.probes.host import Adapter, Later, Process
    from catalogue.model import Slot


class LinuxHost:
    """A Linux system; `LinuxHost(System(root))` reads files below another root."""

    def __init__(self, system: System | None = None) -> None:
        self._system = system or System()
        self._disks: frozenset[str] | None = None
        self._heat: list[str] | None = None
        self._boot: float | None = None
        self._adapters: tuple[list[str], dict[str, int]] = ([], {})
        self._wireless: list[int] = []

    def close(self) -> None:
        """See Host."""
        self._system.close()

    def started(self) -> float:
        """See Host."""
        return portable.started(self._system.library)

    def boot_duration(self) -> float:
        """See Host. It takes a program to tell, and no process outlives the start that it tells of."""
        if self._boot is None:
            self._boot = services.boot_duration(self._system)
        return self._boot

    def suspensions(self) -> int:
        """See Host."""
        return kernel.suspensions(self._system)

    def sudden_ends(self) -> NoReturn:
        """See Host."""
        raise Absent("this system keeps no note of sudden ends")

    def system_crashes(self) -> list[float]:
        """See Host."""
        return crashes.system_crashes(self._system)

    def processor_time(self) -> tuple[float, float]:
        """See Host."""
        return portable.processor_time(self._system.library)

    def throttlings(self) -> int:
        """See Host. Where the counters are is looked up once."""
        if self._heat is None:
            self._heat = kernel.heat_counters(self._system)
        return kernel.throttlings(self._system, self._heat)

    def memory(self) -> tuple[int, int]:
        """See Host."""
        return portable.memory(self._system.library)

    def memory_stall(self) -> float:
        """See Host."""
        return kernel.memory_stall(self._system)

    def memory_kills(self) -> int:
        """See Host."""
        return kernel.memory_kills(self._system)

    def volumes(self) -> list[tuple[int, int]]:
        """See Host."""
        return portable.volumes(
            self._system.library, disks.places(self._system), lambda place: self._system.device(place)
        )

    def disk_activity(self) -> dict[str, tuple[int, int]]:
        """See Host. Which disks these are is looked up once."""
        if self._disks is None:
            self._disks = disks.system_disks(self._system)
        return portable.disk_activity(self._system.library, self._disks)

    def disk_kind(self) -> str:
        """See Host."""
        return disks.kind(self._system)

    def disk_condition(self) -> NoReturn:
        """See Host."""
        raise Absent("drives tell their condition to administrators only")

    def disk_encryption(self) -> str:
        """See Host."""
        return disks.encryption(self._system)

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
        return updates.lists_fetched(self._system)

    def security_updates(self) -> Later:
        """See Host."""
        return updates.security_updates(self._system)

    def firewall(self) -> str:
        """See Host."""
        return security.firewall(self._system)

    def protection_renewed(self) -> NoReturn:
        """See Host."""
        raise Absent("this system has no malware protection that Shoal knows")

    def secure_boot(self) -> str:
        """See Host."""
        return security.secure_boot(self._system)

    def clock_error(self) -> float:
        """See Host."""
        return self._system.clock_error()

    def round_trips(self) -> list[float]:
        """See Host."""
        return self._system.round_trips()

    def segments(self) -> tuple[int, int]:
        """See Host."""
        return links.segments(self._system)

    def adapters(self) -> Mapping[str, Adapter]:
        """See Host."""
        numbers = self._physical()
        found = portable.adapters(self._system.library, numbers)
        return {_word(numbers[name]): counters for name, counters in found.items()}

    def link_losses(self) -> dict[str, int]:
        """See Host."""
        numbers = self._physical()
        losses = links.link_losses(self._system, numbers)
        return {_word(numbers[name]): count for name, count in losses.items()}

    def _physical(self) -> dict[str, int]:
        """The physical adapters and the kernel's numbers of them; looked up anew when some came or went."""
        self._look_up()
        if not self._adapters[1]:
            raise Absent("there is no physical network adapter")
        return self._adapters[1]

    def _look_up(self) -> None:
        names = links.adapters(self._system)
        if names != self._adapters[0]:
            numbers = links.physical(self._system, names)
            self._adapters, self._wireless = (names, numbers), links.wireless(self._system, numbers)

    def wifi_signal(self) -> float:
        """See Host."""
        if not self._adapters[0]:
            self._look_up()  # else as of this pass's other readings
        return links.wifi_signal(self._system, self._wireless)

    def restraint(self) -> str:
        """See Host."""
        from agent.probes.host.linux import restraint  # only where something is to be sent unasked

        return restraint.restraint(self._system)

    def program_crashes(self) -> list[tuple[float, str]]:
        """See Host."""
        return crashes.program_crashes(self._system)

    def program_hangs(self) -> list[tuple[float, str]]:
        """See Host."""
        raise Absent("Linux records no programs that stop responding")

    def product_updated(self, product: Slot) -> float:
        """See Host."""
        return products.updated(self._system, product)

    def failed_services(self) -> int:
        """See Host."""
        return services.failed_services(self._system)

    def processes(self) -> Iterator[Process]:
        """See Host."""
        return tasks.processes(self._system)


def _word(number: int) -> str:
    """What an adapter is remembered by: not its name, which may change, and may hold its address."""
    return f"if{number}"
