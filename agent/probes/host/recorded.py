"""What psutil answered on a recorded host, of whatever system, to be replayed on any.

A table of answers.toml, by psutil's functions and the fields of their answers (those that are used suffice):

    [psutil]
    boot_time = 1_699_654_399.5
    cpu_times = { user = 1000.0, system = 300.0, idle = 8000.0 }
    virtual_memory = { total = 16_000_000, available = 9_000_000 }
    [psutil.disk_usage]
    "/" = { used = 163_000_000_000, free = 37_000_000_000 }
    [psutil.disk_io_counters]
    sda = { read_count = 1000, write_count = 600, read_time = 400, write_time = 500 }
    [psutil.net_io_counters]
    eth0 = { packets_recv = 700, packets_sent = 300, errin = 0, errout = 0, dropin = 0, dropout = 0 }

What is not in it, the system did not answer.
"""

from __future__ import annotations

from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping


class Answers:
    """Answers as psutil's (agent.probes.host.portable.Psutil), from a table."""

    def __init__(self, table: Mapping[str, Any]) -> None:
        self._table = table

    def _of(self, function: str) -> Any:
        if function not in self._table:
            raise NotImplementedError(f"psutil.{function} was not recorded")
        return self._table[function]

    def _each(self, function: str) -> dict[str, SimpleNamespace]:
        return {name: SimpleNamespace(**fields) for name, fields in self._of(function).items()}

    def boot_time(self) -> float:
        """As psutil's."""
        return float(self._of("boot_time"))

    def cpu_times(self) -> SimpleNamespace:
        """As psutil's."""
        return SimpleNamespace(**self._of("cpu_times"))

    def virtual_memory(self) -> SimpleNamespace:
        """As psutil's."""
        return SimpleNamespace(**self._of("virtual_memory"))

    def disk_usage(self, path: str) -> SimpleNamespace:
        """As psutil's."""
        volumes = self._each("disk_usage")
        if path not in volumes:
            raise FileNotFoundError(path)
        return volumes[path]

    def disk_io_counters(self, *, perdisk: bool, nowrap: bool) -> dict[str, SimpleNamespace]:
        """As psutil's, by disk."""
        return self._each("disk_io_counters")

    def net_io_counters(self, *, pernic: bool, nowrap: bool) -> dict[str, SimpleNamespace]:
        """As psutil's, by adapter."""
        return self._each("net_io_counters")
