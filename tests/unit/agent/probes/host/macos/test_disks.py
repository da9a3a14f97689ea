"""Volumes, containers and the disks below them."""

from __future__ import annotations

import plistlib
from collections.abc import Callable
from typing import Any

import pytest

from agent.probes.host import Absent
from agent.probes.host.macos import MacHost, disks
from agent.probes.host.macos.recorded import Recorded
from agent.probes.host.watched import Tape

Change = Callable[..., Recorded]
ROOT = "/usr/sbin/diskutil info -plist /"


def as_text(value: Any) -> str:
    return plistlib.dumps(value).decode()


def test_volumes_share_their_container(laptop: Recorded) -> None:
    assert disks.volumes(laptop) == [(61_798_099_456, 494_384_795_648)]


def test_a_home_elsewhere_counts_too(changed: Change) -> None:
    system = changed("laptop", device={"/Users/user": 99})
    assert len(disks.volumes(system)) == 2


@pytest.mark.parametrize("home", ["/Network/Servers/a.example/Users/user", "/net/a/user"])
def test_a_home_that_a_server_keeps_is_not_even_asked_about(changed: Change, home: str) -> None:
    tape = Tape()
    system = tape.around(changed("laptop", home=home))
    assert disks.volumes(system) == [(61_798_099_456, 494_384_795_648)]
    assert not [each for each in tape.take() if home in each.given]


def test_an_old_system_has_one_volume(desktop: Recorded) -> None:
    assert disks.volumes(desktop) == [(40_000_000_000, 1_000_000_000_000)]


def test_the_disks_below_the_container(laptop: Recorded, desktop: Recorded) -> None:
    assert disks.system_disks(laptop) == {"disk0"}
    assert disks.system_disks(desktop) == {"disk0", "disk1"}


def test_without_a_container_the_whole_disk(changed: Change) -> None:
    said = as_text({"ParentWholeDisk": "disk1"})
    assert disks.system_disks(changed("laptop", commands={ROOT: said})) == {"disk1"}


@pytest.mark.parametrize("said", ["", as_text([]), as_text({}), as_text({"ParentWholeDisk": "x"}), "{"])
def test_a_diskutil_that_says_nothing(changed: Change, said: str) -> None:
    with pytest.raises(Absent):
        disks.system_disks(changed("laptop", commands={ROOT: said}))


def test_where_it_says_nothing_it_is_not_asked_each_minute(changed: Change) -> None:
    tape = Tape()
    host = MacHost(tape.around(changed("laptop", commands={ROOT: ""})))
    for _ in range(3):
        with pytest.raises(Absent, match="cannot be told"):
            host.disk_activity()
    assert [each.method for each in tape.take()].count("properties") == 1


def test_a_disk_that_does_not_say_what_it_is(changed: Change) -> None:
    said = as_text({"MediaName": "X"})
    system = changed("laptop", commands={"/usr/sbin/diskutil info -plist disk0": said})
    with pytest.raises(Absent, match="does not tell its kind"):
        disks.kind(system)


@pytest.mark.parametrize(
    ("first", "second", "wanted"),
    [
        ("Verified", "Verified", "healthy"),
        ("Verified", "Failing", "failing"),
        ("About to Fail", "Not Supported", "failing"),
        ("Not Supported", "Verified", None),
        (None, "Verified", None),
    ],
)
def test_condition(changed: Change, first: str | None, second: str, wanted: str | None) -> None:
    said = [{"SMARTStatus": first} if first else {}, {"SMARTStatus": second}]
    commands = {f"/usr/sbin/diskutil info -plist disk{i}": as_text(each) for i, each in enumerate(said)}
    system = changed("desktop", commands=commands)
    if wanted is None:
        with pytest.raises(Absent, match="does not tell its condition"):
            disks.condition(system)
    else:
        assert disks.condition(system) == wanted
