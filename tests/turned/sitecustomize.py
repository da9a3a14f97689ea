"""Turns the clocks of every Python program that has this folder in PYTHONPATH, and nothing else about it.

SHOAL_TEST_CLOCK names a file of three doubles, little-endian: seconds to add to the wall clock, to
CLOCK_BOOTTIME, and to CLOCK_MONOTONIC. Who changes the file (tests/weeks.py) turns the clocks of programs
that run: so weeks pass in seconds, machines sleep, and clocks are set, and the programs are the shipped ones.
"""

from __future__ import annotations

import mmap
import os
import struct
import time

_WALL, _BOOT, _MONOTONIC = 0, 1, 2


def _turn(path: str) -> None:
    with open(path, "rb") as file:
        offsets = mmap.mmap(file.fileno(), 24, access=mmap.ACCESS_READ)
    wall, gettime, monotonic = time.time, time.clock_gettime, time.monotonic
    read = struct.Struct("<d").unpack_from
    which = {time.CLOCK_REALTIME: _WALL, time.CLOCK_BOOTTIME: _BOOT, time.CLOCK_MONOTONIC: _MONOTONIC}

    def turned(clock: int) -> float:
        found = gettime(clock)
        return found + float(read(offsets, 8 * which[clock])[0]) if clock in which else found

    time.time = lambda: wall() + float(read(offsets, 8 * _WALL)[0])
    time.monotonic = lambda: monotonic() + float(read(offsets, 8 * _MONOTONIC)[0])
    time.clock_gettime = turned


if _path := os.environ.get("SHOAL_TEST_CLOCK"):
    _turn(_path)
