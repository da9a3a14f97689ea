"""One enrolled owner per machine: the account that chose first, until it leaves.

`<var>/owner` is a directory that the installer makes, mode 1777. The first account that chooses share or
quiet creates `claim` in it, and the file's owner is the owner: nobody can make a file that belongs to
somebody else, and in a sticky directory nobody but its owner and the administrator can remove it.
"""

from __future__ import annotations

import os
import stat
from typing import TYPE_CHECKING, Final

from agent.errors import NotEnrolled, StoreError

if TYPE_CHECKING:
    from pathlib import Path

    from agent.env import Env

DIRECTORY: Final = "owner"
CLAIM: Final = "claim"
MODE: Final = 0o1777


def make_directory(env: Env) -> Path:
    """Make the place for claims; for whoever installs."""
    path = env.directories.var / DIRECTORY
    try:
        path.mkdir(mode=0o755, parents=True, exist_ok=True)
        path.chmod(MODE)  # mkdir's mode is cut by the umask
    except OSError as error:
        raise StoreError(f"{path} cannot be made: {error.strerror}", "Run this as administrator.") from None
    return path


def holder(env: Env) -> int | None:
    """The user id of the account that owns the enrolment; None if nobody does, or no owner is kept."""
    path = env.directories.var / DIRECTORY / CLAIM
    try:
        found = path.lstat()
    except FileNotFoundError:
        return None
    except OSError as error:
        raise StoreError(f"{path} cannot be looked at: {error.strerror}", "Ask the administrator.") from None
    if not stat.S_ISREG(found.st_mode) or found.st_nlink != 1:
        raise StoreError(f"{path} is no claim that Shoal made", "Ask the administrator to remove it.")
    return found.st_uid


def is_open_to(env: Env, me: int | None = None) -> bool:
    """Whether this account is the owner, or may become it."""
    return holder(env) in (None, my_id() if me is None else me)


def claim(env: Env, me: int | None = None) -> bool:
    """Become the owner; False if the machine keeps no owner (then accounts enrol for themselves).

    NotEnrolled if another account is it already.
    """
    directory = env.directories.var / DIRECTORY
    me = my_id() if me is None else me
    if not directory.exists():
        return False
    _require_safe(directory)
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_NOFOLLOW", 0)
    try:
        os.close(os.open(directory / CLAIM, flags, 0o644))
    except FileExistsError:
        pass  # whose it is, is asked below: that is the answer in any case
    except OSError as error:
        raise StoreError(
            f"{directory} cannot be written: {error.strerror}", "Ask the administrator for mode 1777."
        ) from None
    if (owner := holder(env)) != me:
        raise NotEnrolled(
            f"this machine reports through another account{_name(owner)}; this one can only measure",
            "It is yours when that account leaves: `shoal enrol --leave`.",
        )
    return True


def release(env: Env, me: int | None = None) -> bool:
    """Stop being the owner; False if this account was not."""
    if holder(env) != (my_id() if me is None else me):
        return False
    path = env.directories.var / DIRECTORY / CLAIM
    try:
        path.unlink()
    except OSError as error:
        raise StoreError(f"{path} cannot be removed: {error.strerror}", "Ask the administrator.") from None
    return True


def my_id() -> int:
    """This account's user id; 0 where the platform has none."""
    return os.geteuid() if hasattr(os, "geteuid") else 0


def _require_safe(directory: Path) -> None:
    found = directory.lstat()
    if not stat.S_ISDIR(found.st_mode):
        raise StoreError(f"{directory} is no directory", "Ask the administrator.")
    if found.st_mode & 0o022 and not found.st_mode & stat.S_ISVTX:
        raise StoreError(
            f"{directory} lets every account remove another's claim", "Ask the administrator for mode 1777."
        )


def _name(uid: int | None) -> str:
    if uid is None or not hasattr(os, "geteuid"):
        return ""
    import pwd

    try:
        return f" ({pwd.getpwuid(uid).pw_name})"
    except KeyError:
        return f" (number {uid}, which is gone)"
