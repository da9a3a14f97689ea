"""Why a check has no answer, in the person's language: the probes say it in English."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from ui.words import english, translate

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

_NAMES: Final = (
    (re.compile(r"there is no (?P<name>[\w./-]+)"), "none"),
    (re.compile(r"(?P<name>[\w./-]+) failed"), "failed"),
    (re.compile(r"(?P<name>[\w./-]+) did not answer within (?P<n>[\d.]+) seconds"), "late"),
    (re.compile(r"(?P<name>\S+) cannot be reached"), "away"),
    (re.compile(r"the reading failed \((?P<name>\w+)\)"), "broken"),
)
"""Reasons that name a program, a folder or an error."""


def told(reasons: Mapping[str, str]) -> dict[str, str]:
    """Metric → why it has no answer. What is not known here stays as it is."""
    known = dict(zip(_texts(english), _texts(translate), strict=True))
    return {metric: known.get(words) or _named(words) for metric, words in reasons.items()}


def _named(words: str) -> str:
    for pattern, what in _NAMES:
        if (found := pattern.fullmatch(words)) is not None:
            return _sentence(what).format(**found.groupdict())
    return words


def _sentence(what: str) -> str:
    match what:
        case "none":
            return translate("Reasons", "there is no {name}")
        case "failed":
            return translate("Reasons", "{name} failed")
        case "late":
            return translate("Reasons", "{name} did not answer within {n} seconds")
        case "away":
            return translate("Reasons", "{name} cannot be reached")
    return translate("Reasons", "the reading failed ({name})")


def _texts(translate: Callable[..., str]) -> tuple[str, ...]:
    """All that the probes may say, through this function; named so for those who look for texts."""
    return (
        translate("Reasons", "no process can be seen"),
        translate("Reasons", "needs a second reading"),
        translate("Reasons", "there is no physical network adapter"),
        translate("Reasons", "no time server keeps this clock at present"),
        translate("Reasons", "the kernel's list of connections makes no sense"),
        translate("Reasons", "the kernel does not list connections"),
        translate("Reasons", "there is no timeout command"),
        translate("Reasons", "the disk below the system cannot be told"),
        translate("Reasons", "the system's disk is virtual"),
        translate("Reasons", "the disk is virtual: whoever runs this virtual machine may encrypt it"),
        translate("Reasons", "/proc is not mounted"),
        translate("Reasons", "/sys is not mounted"),
        translate("Reasons", "this processor does not tell whether it is slowed by heat"),
        translate("Reasons", "this kernel does not report memory pressure"),
        translate("Reasons", "this kernel does not count programs killed for lack of memory"),
        translate("Reasons", "no Wi-Fi connection"),
        translate("Reasons", "this kernel does not count lost links"),
        translate("Reasons", "this kernel does not count TCP segments"),
        translate("Reasons", "this system does not say how long it is supported"),
        translate("Reasons", "no package lists that Shoal can read"),
        translate("Reasons", "there is no log of this system's updates that Shoal can read"),
        translate("Reasons", "this system does not note that a restart is needed"),
        translate("Reasons", "this system does not fetch lists of security updates"),
        translate("Reasons", "this apt lists updates in a form that Shoal does not know"),
        translate("Reasons", "there is no battery"),
        translate("Reasons", "the battery does not tell its condition"),
        translate("Reasons", "the battery's own numbers make no sense"),
        translate("Reasons", "no firewall whose state can be read without administrator rights"),
        translate("Reasons", "the firmware does not tell"),
        translate("Reasons", "crashes are not recorded on this system"),
        translate("Reasons", "crashes are not recorded where Shoal may read them"),
        translate("Reasons", "records of crashes cannot be read"),
        translate("Reasons", "this system was not started by systemd"),
        translate("Reasons", "systemd did not time this start-up"),
        translate("Reasons", "ufw's settings cannot be read"),
        translate("Reasons", "this computer was not started by UEFI firmware"),
        translate("Reasons", "this system keeps no record of its own crashes"),
        translate("Reasons", "records of system crashes cannot be read without administrator rights"),
        translate("Reasons", "this system does not count disk operations"),
        translate("Reasons", "this system does not time disk operations"),
        translate("Reasons", "this system does not count network packets"),
        translate("Reasons", "this system does not tell when it started"),
        translate("Reasons", "this system does not count processor time"),
        translate("Reasons", "this system does not tell how much memory is available"),
        translate("Reasons", "the system's account of its memory makes no sense"),
        translate("Reasons", "the system's account of its stalls makes no sense"),
        translate("Reasons", "no connection to another computer is in use"),
        translate("Reasons", "the reading is no number"),
        translate("Reasons", "the reading is out of range"),
        translate("Reasons", "the reading is none of the known classes"),
        translate("Reasons", "the reading is no pair of numbers"),
        translate("Reasons", "too little time since the last reading"),
        translate("Reasons", "the clock says that the system starts in the future"),
        translate("Reasons", "no volume tells its size"),
        translate("Reasons", "the disk was hardly used since the last reading"),
        translate("Reasons", "the package manager is being asked"),
        translate("Reasons", "the package manager does not answer"),
        translate("Reasons", "the package lists are older than two weeks"),
        translate("Reasons", "the clock and the files' times contradict each other"),
    )
