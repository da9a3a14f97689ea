"""Increments of counters that only rise, across restarts of the agent and of the system."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, MutableMapping

Counts = tuple[int, ...]


def gained(
    marks: MutableMapping[str, str],
    key: str,
    boot: str,
    counters: Mapping[str, Counts],
    *,
    since_boot: bool = True,
) -> Counts | None:
    """What the counters rose by since they were last seen here, summed by position; remembers them.

    `counters`: a name without spaces → its counts, equally many each. None at the very first sight: what was
    before belongs to nobody. After a reboot, or for a counter that is new or lower than before (reset, or
    wrapped around), all of it is new; never is anything negative. With since_boot=False a reboot is a
    first sight again but gives zeros, for counters that stir while the system starts.
    """
    before = _read(marks.get(key, ""))
    marks[key] = " ".join([boot, *(f"{name}={','.join(map(str, now))}" for name, now in counters.items())])
    if before is None:
        return None
    old_boot, old = before
    width = max((len(now) for now in counters.values()), default=0)
    total = [0] * width
    for name, now in counters.items():
        then = old.get(name) if old_boot == boot else None
        if then is None and old_boot != boot and not since_boot:
            continue
        if then is None or len(then) != len(now) or any(a < b for a, b in zip(now, then, strict=True)):
            then = (0,) * len(now)
        total = [sum(parts) for parts in zip(total, now, (-count for count in then), strict=True)]
    return tuple(total)


def _read(mark: str) -> tuple[str, dict[str, Counts]] | None:
    """(boot, counters) of a mark; None for none or one that cannot be read."""
    boot, *fields = mark.split(" ")
    if not boot:
        return None
    counters: dict[str, Counts] = {}
    for field in fields:
        name, _, counts = field.rpartition("=")
        try:
            counters[name] = tuple(int(count) for count in counts.split(","))
        except ValueError:
            return None
    return boot, counters
