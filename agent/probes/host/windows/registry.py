"""The registry, read only. Written from documentation."""

from __future__ import annotations

from typing import Any, TypeAlias

MACHINE, PERSON = "HKEY_LOCAL_MACHINE", "HKEY_CURRENT_USER"
_TICKS_TO_1970 = 116_444_736_000_000_000

Value: TypeAlias = int | str | bytes | list[str] | None


def seconds(filetime: int) -> float:
    """UTC seconds of a FILETIME: 100 ns since 1601."""
    return (filetime - _TICKS_TO_1970) / 1e7


def value(key: str, name: str) -> Value:
    r"""A value of a key such as "HKEY_LOCAL_MACHINE\SOFTWARE"; None if there is none to be read."""
    winreg = _winreg()
    root, _, path = key.partition("\\")
    try:
        with winreg.OpenKey(getattr(winreg, root), path, 0, _access(winreg)) as opened:
            found: Value = winreg.QueryValueEx(opened, name)[0]
            return found
    except OSError:
        return None


def keys(key: str) -> list[str]:
    """The names of the keys below a key; none if there is none or it may not be read."""
    winreg = _winreg()
    root, _, path = key.partition("\\")
    try:
        with winreg.OpenKey(getattr(winreg, root), path, 0, _access(winreg)) as opened:
            return [winreg.EnumKey(opened, number) for number in range(winreg.QueryInfoKey(opened)[0])]
    except OSError:
        return []


def written(key: str) -> float | None:
    """When a key or a value of it was last written, UTC seconds; None if there is no such key."""
    winreg = _winreg()
    root, _, path = key.partition("\\")
    try:
        with winreg.OpenKey(getattr(winreg, root), path, 0, _access(winreg)) as opened:
            return seconds(winreg.QueryInfoKey(opened)[2])
    except OSError:
        return None


def _winreg() -> Any:
    """The module, which only Windows has."""
    import winreg

    return winreg


def _access(winreg: Any) -> int:
    """To read, and what 64-bit programs see, whatever this one is."""
    return int(winreg.KEY_READ | winreg.KEY_WOW64_64KEY)
