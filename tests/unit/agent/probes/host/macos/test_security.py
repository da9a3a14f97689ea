"""FileVault and the firewall, in every wording that is documented."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from agent.probes.host import Absent
from agent.probes.host.macos import security
from agent.probes.host.macos.recorded import Recorded

Change = Callable[..., Recorded]
FDESETUP = "/usr/bin/fdesetup status"
FIREWALL = "/usr/libexec/ApplicationFirewall/socketfilterfw --getglobalstate"


@pytest.mark.parametrize(
    ("said", "state"),
    [
        ("FileVault is On.\n", "on"),
        ("FileVault is Off.\n", "off"),
        ("FileVault is On.\nEncryption in progress: Percent completed = 31\n", "partial"),
        ("FileVault is Off.\nDecryption in progress: Percent completed = 2.5\n", "partial"),
        ("FileVault is Off, but will be enabled after the next restart.\n", "off"),
        ("FileVault is Off.\nDeferred enablement appears to be active for user 'x'.\n", "off"),
    ],
)
def test_filevault(changed: Change, said: str, state: str) -> None:
    assert security.encryption(changed("laptop", commands={FDESETUP: said})) == state


@pytest.mark.parametrize(
    ("said", "state"),
    [
        ("Firewall is enabled. (State = 1) \n", "on"),
        ("Firewall is disabled. (State = 0)\n", "off"),
        ("Firewall is set to block all non-essential incoming connections. (State = 2)", "on"),
    ],
)
def test_the_firewall(changed: Change, said: str, state: str) -> None:
    assert security.firewall(changed("laptop", commands={FIREWALL: said})) == state


@pytest.mark.parametrize("said", ["", "Error: ...", "FileVault ist aktiviert.", "(State = 7)"])
def test_other_words_are_no_answer(changed: Change, said: str) -> None:
    system = changed("laptop", commands={FDESETUP: said, FIREWALL: said})
    for ask in (security.encryption, security.firewall):
        with pytest.raises(Absent, match="does not tell"):
            ask(system)
