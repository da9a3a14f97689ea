"""Stand-ins for the outside: a clock that tests turn, repeatable randomness, directories of their own."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

from agent.env import Directories, Env
from catalogue.model import Metric

START = 1_700_000_000.0
"""When a fake clock begins unless told otherwise: 14 November 2023, a Tuesday, 22:13:20 UTC."""

LOCAL_DISK = "/dev/vda1 / ext4 rw,relatime 0 0\n"


class FakeEnv(Env):
    """An Env whose clocks only tests move and whose randomness follows from `seed`.

    `pass_time` is ordinary time; `sleep` a suspension; `set_clock` somebody turning the wall clock;
    `reboot` a restart. Nothing real is read but the directory.
    """

    def __init__(
        self, state: Path, *, now: float = START, seed: int | str = 0, mounts: str = LOCAL_DISK
    ) -> None:
        root = state.parent
        self.wall = now
        self.ticking = 5_000.0
        self.awake_for = 5_000.0
        self.boot = "boot-1"
        self.mounts = mounts
        self._seed = str(seed).encode()
        self._drawn = 0
        super().__init__(
            Directories(state, root / "etc" / "shoal", root / "var" / "lib" / "shoal"),
            now=lambda: self.wall,
            monotonic=lambda: self.ticking,
            awake=lambda: self.awake_for,
            random=self._draw,
            boot_id=lambda: self.boot,
            mounts=lambda: self.mounts,
            pause=self.pass_time,
        )

    def pass_time(self, seconds: float) -> None:
        """The machine is on for `seconds`."""
        self.wall += seconds
        self.ticking += seconds
        self.awake_for += seconds

    def sleep(self, seconds: float) -> None:
        """The machine is suspended for `seconds`."""
        self.wall += seconds
        self.ticking += seconds

    def set_clock(self, now: float) -> None:
        """Somebody, or NTP, sets the wall clock."""
        self.wall = now

    def reboot(self, seconds: float = 30.0) -> None:
        """The machine is off for `seconds` and starts again."""
        self.wall += seconds
        self.ticking = self.awake_for = 1.0
        self.boot = f"boot-{int(self.boot.rpartition('-')[2]) + 1}"

    def _draw(self, size: int) -> bytes:
        self._drawn += 1
        seed = self._seed + b"/%d" % self._drawn
        return hashlib.shake_128(seed).digest(size)


def metric(id: str, statistic: str = "mean", **given: Any) -> Metric:
    """A catalogue entry whose odd parts are given: higher is worse, warn from 5, bad from 20."""
    ordinary: dict[str, Any] = {
        "probe": "fake",
        "unit": "%",
        "every": 60,
        "window": 7,
        "edges": (1.0, 5.0, 20.0, 50.0),
        "classes": (),
        "warn": 5.0,
        "bad": 20.0,
        "better": "lower",
        "platforms": ("linux", "windows", "macos"),
    }
    if statistic == "derived":
        ordinary |= {"probe": "", "every": 0, "window": 0, "edges": (1.0, 2.0), "warn": 1.0, "bad": 2.0}
    return Metric(id=id, statistic=statistic, **(ordinary | given))
