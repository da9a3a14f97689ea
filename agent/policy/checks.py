"""What a policy value must look like: from a file's or a registry's type to its own, or a plain sentence.

Each gives the value or raises ValueError with what it should be, to be read after "NAME should be".
"""

from __future__ import annotations

import re
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Callable

_LONGEST: Final = 100
_NUMBER: Final = re.compile(r"[+-]?[0-9]*(\.[0-9]*)?([eE][+-]?0*[0-9]{1,2})?|[+-]?[0-9]+/[0-9]+")
_METRIC: Final = re.compile(r"[a-z0-9_]+(\.[a-z0-9_]+)+")
_HOST: Final = r"(?P<host>\[[0-9A-Fa-f:.]+\]|[^\s:/@\[\]?#]+)"
_TARGET: Final = re.compile(_HOST + r":(?P<port>[0-9]{1,5})")
_PROXY: Final = re.compile(r"https?://([^\s/@?#]+@)?" + _HOST + r"(:(?P<port>[0-9]{1,5}))?/?")


def word(words: tuple[str, ...]) -> Callable[[Any], str]:
    """One of some words."""

    def check(value: Any) -> str:
        if not isinstance(value, str) or value not in words:
            raise ValueError(f"one of {', '.join(words)}")
        return value

    return check


def flag(value: Any) -> bool:
    """Yes or no."""
    if not isinstance(value, bool):
        raise ValueError("true or false")
    return value


BOUNDLESS: Final = 1_000_000_000
"""As the most of a whole number: no limit that a person needs to be told."""


def whole(least: int, most: int) -> Callable[[Any], int]:
    """A whole number within limits."""

    def check(value: Any) -> int:
        if type(value) is not int or not least <= value <= most:
            limit = f"from {least} to {most}" if most < BOUNDLESS else f"of {least} or more"
            raise ValueError(f"a whole number {limit}")
        return value

    return check


def fraction(most: Fraction) -> Callable[[Any], Fraction]:
    """A number above 0, exactly as it was written."""

    def check(value: Any) -> Fraction:
        sentence = f"a number above 0 and at most {most}"
        if isinstance(value, bool) or not isinstance(value, int | Fraction | str):
            raise ValueError(sentence)
        try:
            number = exact(value) if isinstance(value, str) else Fraction(value)
        except (ValueError, ZeroDivisionError):
            raise ValueError(sentence) from None
        if not 0 < number <= most:
            raise ValueError(sentence)
        return number

    return check


def exact(text: str) -> Fraction:
    """A decimal number exactly as it was written; ValueError, also for one that would fill the memory."""
    if len(text) > _LONGEST or not _NUMBER.fullmatch(text.strip(" ")):
        raise ValueError("such a number is none of a policy's")
    return Fraction(text)


def metric_ids(value: Any) -> tuple[str, ...]:
    """A list of metric ids; whether the catalogue has them is not asked here (it may be a newer one's)."""
    sentence = 'a list of metric ids such as ["endpoint.disk_free"]'
    if not isinstance(value, list | tuple):
        raise ValueError(sentence)
    if not all(isinstance(id, str) and _METRIC.fullmatch(id) for id in value):
        raise ValueError(sentence)
    return tuple(sorted(set(value)))


def path(value: Any) -> Path:
    """An absolute path."""
    if not isinstance(value, str) or "\0" in value or not Path(value).is_absolute():
        raise ValueError("an absolute path")
    return Path(value)


def line(value: Any) -> str:
    """One line of text that can be read."""
    if not isinstance(value, str) or not value.strip() or not value.isprintable() or len(value) > 500:
        raise ValueError("one line of text")
    return value


def url(value: Any) -> str:
    """A link that a person can open."""
    text = line(value)
    if not re.fullmatch(r"https?://[^\s/]+\S*", text):
        raise ValueError("a URL that begins with https://")
    return text


def proxy(value: Any) -> str:
    """system, none, or a proxy's URL."""
    if value in ("system", "none"):
        return str(value)
    if isinstance(value, str):
        if value.lower().endswith((".pac", "wpad.dat")) or value.lower().startswith("pac+"):
            raise ValueError("the proxy itself (http://host:port): PAC files are not supported")
        if value.lower().startswith("socks"):
            raise ValueError("an HTTP proxy (http://host:port): SOCKS is not supported")
        found = _PROXY.fullmatch(value)
        if found and 1 <= int(found["port"] or 1) <= 65_535:
            return value
    raise ValueError("system, none, or http://host:port")


def target(value: Any) -> str:
    """A host and a port."""
    found = _TARGET.fullmatch(value) if isinstance(value, str) else None
    if found is None or not 1 <= int(found["port"]) <= 65_535:
        raise ValueError("host:port, such as network.example.org:443")
    return str(value)
