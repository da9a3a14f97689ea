"""Where figures come from: the machine, its load, and the versions of everything that took part."""

from __future__ import annotations

import importlib.metadata
import os
import platform
import subprocess
from datetime import UTC, datetime
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
_LIBRARIES = (
    "cryptography",
    "httpcore",
    "httptools",
    "psutil",
    "pycryptodomex",
    "pyhpke",
    "starlette",
    "uvicorn",
)


def describe() -> dict[str, str]:
    """What the machine is; nothing that names it or whoever owns it."""
    cpu = _first("/proc/cpuinfo", "model name") or platform.processor() or platform.machine()
    clock = _first("/proc/cpuinfo", "cpu MHz")
    memory = _first("/proc/meminfo", "MemTotal")
    return {
        "processor": cpu + (f" at {float(clock) / 1000:.2f} GHz" if clock else ""),
        "cores": str(len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()),
        "memory": f"{int(memory.split()[0]) / 1024**2:.0f} GiB" if memory else "unknown",
        "kernel": f"{platform.system()} {platform.release()}",
        "Python": f"{platform.python_implementation()} {platform.python_version()}",
    }


def load() -> str:
    """The load averages over 1, 5 and 15 minutes; the machine may have other work."""
    return " ".join(f"{average:.2f}" for average in os.getloadavg())


def today() -> str:
    """The moment, UTC."""
    return datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC")


def versions() -> dict[str, str]:
    """Shoal's commit and its libraries."""
    found = {"shoal": commit()}
    for name in _LIBRARIES:
        try:
            found[name] = importlib.metadata.version(name)
        except importlib.metadata.PackageNotFoundError:
            continue
    return found


def commit() -> str:
    """The commit, and whether files differ from it."""
    try:
        named = _git("rev-parse", "--short=10", "HEAD")
        changed = _git("status", "--porcelain", "--untracked-files=no", "--", ":!bench/RESULTS.*")
    except (OSError, subprocess.CalledProcessError):
        return "no commit at hand"
    return named + (" with changes" if changed else "")


def _git(*arguments: str) -> str:
    run = subprocess.run(["git", *arguments], cwd=ROOT, capture_output=True, check=True, text=True)
    return run.stdout.strip()


def _first(path: str, key: str) -> str:
    try:
        lines = Path(path).read_text(encoding="utf-8").splitlines()
    except OSError:
        return ""
    return next((line.partition(":")[2].strip() for line in lines if line.startswith(key)), "")
