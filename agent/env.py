"""The outside as the agent sees it: clocks, randomness, directories and this program's own name.

The only module of the agent that asks for time or randomness. Everything is injectable, so that tests
bring their own; a shipped program has no switch for the clock.
"""

from __future__ import annotations

import math
import os
import stat
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from agent.errors import StoreError

if TYPE_CHECKING:
    from collections.abc import Callable

DATABASE = "shoal.db"
DEMO_MARK = "demo"
STATE_VARIABLE = "SHOAL_STATE"
ROOT_VARIABLE = "SHOAL_ROOT"

# Kinds of file system whose files other machines reach too: SQLite's locks and shared memory do not hold
# there (https://sqlite.org/wal.html, "all processes must be on the same host"), and the state would roam.
NETWORK_KINDS = frozenset(
    {
        *("nfs", "nfs3", "nfs4", "cifs", "smb", "smb3", "smbfs", "afs", "auristorfs", "afpfs", "webdav"),
        *("davfs", "davfs2", "ncpfs", "coda", "ceph", "lustre", "gpfs", "glusterfs", "beegfs", "orangefs"),
        *("pvfs2", "panfs", "sshfs", "ocfs2", "gfs", "gfs2"),
    }
)
# Of the FUSE kinds ("fuse.sshfs") these are remote; others, such as fuse.ecryptfs or fuseblk, are local.
NETWORK_FUSE = frozenset(
    {
        *("sshfs", "glusterfs", "s3fs", "rclone", "davfs", "davfs2", "curlftpfs", "smbnetfs", "gvfsd-fuse"),
        *("ceph", "cephfs", "cvmfs", "juicefs", "goofys", "gcsfuse", "google-drive-ocamlfuse", "onedriver"),
        *("hubicfuse", "mfs", "moosefs", "nfs"),
    }
)

# The convention that backup programs (tar, restic, borg, …) know: https://bford.info/cachedir/
_CACHE_TAG = "CACHEDIR.TAG"
_CACHE_TAG_TEXT = "Signature: 8a477f597d28d172789f06886806bc55\n# Shoal's state: not to be backed up.\n"


class Directories(NamedTuple):
    """Where things lie: the account's own state, the machine's policy and task, the machine's pins."""

    state: Path
    etc: Path
    var: Path


class Env:
    """Clocks, randomness and places. Tests replace the parts; `real_env` makes the shipped one."""

    def __init__(
        self,
        directories: Directories,
        *,
        now: Callable[[], float] = time.time,
        monotonic: Callable[[], float] | None = None,
        awake: Callable[[], float] | None = None,
        random: Callable[[int], bytes] = os.urandom,
        boot_id: Callable[[], str] | None = None,
        mounts: Callable[[], str] | None = None,
        pause: Callable[[float], None] = time.sleep,
    ) -> None:
        self.directories = directories
        self._now = now
        self._monotonic = monotonic or since_boot
        self._awake = awake or time_awake
        self._random = random
        self._boot_id = boot_id
        self._boot: str | None = None
        self._mounts = mounts or _mounts
        self._pause = pause

    @property
    def state(self) -> Path:
        """The account's state directory."""
        return self.directories.state

    @property
    def database(self) -> Path:
        """The account's SQLite file."""
        return self.directories.state / DATABASE

    def now(self) -> float:
        """UTC seconds since the epoch. May jump either way."""
        return self._now()

    def monotonic(self) -> float:
        """Seconds that never go back, suspension counted where the platform can."""
        return self._monotonic()

    def awake(self) -> float:
        """Seconds that never go back, suspension not counted where the platform can tell."""
        return self._awake()

    def pause(self, seconds: float) -> None:
        """Do nothing for that long."""
        self._pause(seconds)

    def random(self, size: int) -> bytes:
        """`size` bytes fit for keys and openings."""
        return self._random(size)

    def uniform(self, low: float, high: float) -> float:
        """A number drawn uniformly from [low, high), 53 bits fine, from `random`."""
        fraction = (int.from_bytes(self._random(7), "big") >> 3) / (1 << 53)
        # Rounding may reach the end, which is not meant.
        return min(low + (high - low) * fraction, math.nextafter(high, low))

    def boot_id(self) -> str:
        """The same text from boot to shutdown, another after; never leaves the device."""
        if self._boot_id is not None:
            return self._boot_id()
        if self._boot is None:
            # Once: no process outlives its boot. Where the system names none, the moment of boot stands in as
            # it is first seen; asked again, it would move with every correction of the clock, and each would
            # look like a boot.
            self._boot = _read_boot_id() or f"boot-{round((self.now() - self.monotonic()) / 10)}"
        return self._boot

    @property
    def is_demo(self) -> bool:
        """Whether this state was made with `--demo`: only then are demo tasks accepted."""
        return (self.state / DEMO_MARK).exists()

    def mark_demo(self) -> None:
        """Make this state a demo's for good. Refused once a database is there: a mark is made at birth."""
        if self.database.exists() and not self.is_demo:
            raise StoreError(
                f"{self.state} already holds readings and is no demo state",
                "Choose another directory with --state for the demo.",
            )
        self.prepare()
        (self.state / DEMO_MARK).touch(mode=0o600)

    def prepare(self) -> Path:
        """Make the state directory, private to this account and on a local disk; give its path.

        Raises StoreError if it lies on a network file system, belongs to somebody else, or cannot be made.
        """
        self.refuse_network_home()
        state = self.state
        try:
            state.mkdir(mode=0o700, parents=True, exist_ok=True)
            _make_private(state)
            tag = state / _CACHE_TAG
            if not tag.exists():
                tag.write_text(_CACHE_TAG_TEXT, encoding="ascii")
        except FileExistsError as error:
            raise StoreError(f"{state} is a file", "Choose another directory with --state.") from error
        except OSError as error:
            raise StoreError(
                f"the state directory {state} cannot be used: {error.strerror}",
                "Make it writable for this account, or choose another with --state.",
            ) from error
        return state

    def refuse_network_home(self) -> None:
        """Raise StoreError if the state would lie on a network file system."""
        place = self.state.absolute()
        kind = file_system(os.path.realpath(place), self._mounts())
        if kind is not None and is_network(kind):
            raise StoreError(
                f"state: {place} lies on a network file system ({kind})",
                f"Choose a directory on this computer's own disk with --state or {STATE_VARIABLE}.",
            )


def real_env(state: Path | None = None) -> Env:
    """The shipped environment: `state`, else SHOAL_STATE, else the platform's place for local state."""
    named = os.environ.get(STATE_VARIABLE)
    chosen = state or (Path(named) if named else default_state())
    root = Path(os.environ.get(ROOT_VARIABLE) or "/")
    return Env(Directories(chosen.absolute(), *machine_directories(root)))


def default_state() -> Path:
    """The account's directory for state that stays on this machine (not roamed, not configuration).

    Linux: XDG base directory specification, $XDG_STATE_HOME. Windows: %LOCALAPPDATA% (the non-roaming
    half of AppData). macOS: Application Support, per File System Programming Guide.
    """
    if sys.platform == "win32":
        local = os.environ.get("LOCALAPPDATA")
        return (Path(local) if local else Path.home() / "AppData" / "Local") / "Shoal"
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Application Support" / "Shoal"
    base = os.environ.get("XDG_STATE_HOME", "")
    return (Path(base) if base.startswith("/") else Path.home() / ".local" / "state") / "shoal"


def machine_directories(root: Path = Path("/")) -> tuple[Path, Path]:
    """(policy, task and token; pins and owner record) of the whole machine, below `root`."""
    if sys.platform == "win32":
        data = Path(os.environ.get("PROGRAMDATA", r"C:\ProgramData")) / "Shoal"
        return data / "etc", data / "var"
    if sys.platform == "darwin":
        data = root / "Library" / "Application Support" / "Shoal"
        return data / "etc", data / "var"
    return root / "etc" / "shoal", root / "var" / "lib" / "shoal"


def program() -> list[str]:
    """The start of a command line that runs `shoal` again, from source or frozen.

    In a bundle `shoal` and `shoal-window` lie side by side, and the window asks too.
    """
    if getattr(sys, "frozen", False):
        return [str(Path(sys.executable).with_stem("shoal"))]
    # -P: a folder called `agent` where a person happens to stand must not be run in our place.
    return [sys.executable, "-P", "-m", "agent"]


def file_system(place: str, mounts: str) -> str | None:
    """The kind of the file system that holds `place` (absolute, resolved), from /proc/self/mounts' text.

    None where the table says nothing. The last mount on a directory covers earlier ones.
    """
    best, kind = -1, None
    for line in mounts.splitlines():
        fields = line.split(" ")
        if len(fields) < 3:
            continue
        point = _unescape(fields[1])
        inside = place == point or place.startswith(point.rstrip("/") + "/")
        if inside and len(point) >= best:
            best, kind = len(point), fields[2]
    return kind


def is_network(kind: str) -> bool:
    """Whether a file-system kind names one that other machines reach too."""
    kind = kind.lower()
    if kind.startswith("fuse."):
        return kind[5:] in NETWORK_FUSE
    return kind in NETWORK_KINDS


def _unescape(text: str) -> str:
    """Undo the octal escapes of mounts(5): space, tab, newline, backslash."""
    for code, character in (("\\040", " "), ("\\011", "\t"), ("\\012", "\n"), ("\\134", "\\")):
        text = text.replace(code, character)
    return text


def _make_private(state: Path) -> None:
    if sys.platform == "win32":
        return  # %LOCALAPPDATA% is the account's own by its inherited access list
    found = state.stat()
    if found.st_uid != os.geteuid():
        raise StoreError(
            f"the state directory {state} belongs to another account",
            "Run as the account that owns it, or choose another directory with --state.",
        )
    if stat.S_IMODE(found.st_mode) != 0o700:
        state.chmod(0o700)


def since_boot() -> float:
    """Seconds since some moment of this start, time asleep counted: for those who have no Env."""
    # macOS has no CLOCK_BOOTTIME, but its CLOCK_MONOTONIC counts sleep, unlike time.monotonic() there.
    # Windows has neither, and a time.monotonic() that counts sleep.
    for name in ("CLOCK_BOOTTIME", "CLOCK_MONOTONIC"):
        if hasattr(time, name):
            return time.clock_gettime(getattr(time, name))
    return time.monotonic()


def time_awake() -> float:
    """The same; on Linux and macOS without the time asleep, as time limits of programs want it."""
    return time.monotonic()


def _read_boot_id() -> str:
    """Linux's or macOS's own identifier of this boot; empty elsewhere."""
    try:
        return Path("/proc/sys/kernel/random/boot_id").read_text("ascii").strip()
    except OSError:
        return _boot_session() if str(sys.platform) == "darwin" else ""


def _boot_session() -> str:
    """kern.bootsessionuuid, by sysctlbyname(3): macOS makes it up at each boot. Not run on macOS yet."""
    import ctypes  # only there

    value, size = ctypes.create_string_buffer(64), ctypes.c_size_t(64)
    try:
        failed = ctypes.CDLL(None).sysctlbyname(b"kern.bootsessionuuid", value, ctypes.byref(size), None, 0)
    except (AttributeError, OSError):
        return ""
    return "" if failed else value.value.decode("ascii", "replace").strip()


def _mounts() -> str:
    """Lines "source point kind …" of what is mounted, in the form of /proc/self/mounts."""
    try:
        return Path("/proc/self/mounts").read_text("utf-8", "surrogateescape")
    except OSError:
        return _mounts_elsewhere()


def _mounts_elsewhere() -> str:
    """The same from `mount` ("source on point (kind, …)"), for macOS; nothing on Windows."""
    if sys.platform == "win32":
        return ""
    import subprocess

    shown = subprocess.run(["/sbin/mount"], capture_output=True, text=True, timeout=10, check=False)
    lines = []
    for line in shown.stdout.splitlines():
        source, _, rest = line.partition(" on ")
        point, _, kind = rest.rpartition(" (")
        kind = kind.split(",")[0].rstrip(")")
        lines.append(f"{source.replace(' ', '_')} {point.replace(' ', chr(92) + '040')} {kind}")
    return "\n".join(lines)
