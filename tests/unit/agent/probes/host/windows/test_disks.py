from __future__ import annotations

from collections.abc import Callable

import pytest

from agent.probes.host import Absent
from agent.probes.host.windows import disks
from agent.probes.host.windows.recorded import Recorded


def test_the_drives_of_windows_and_of_the_profile(
    laptop: Recorded, desktop: Recorded, broken: Recorded
) -> None:
    assert disks.drives(laptop) == ["C:"]
    assert disks.drives(desktop) == ["C:", "D:"]
    assert disks.drives(broken) == ["C:"], "a profile on a server is no drive of this computer"


@pytest.mark.parametrize("kind", [0, 1, 2, 4])
def test_a_profile_on_a_server_s_or_a_removable_drive_is_left_out(
    changed: Callable[..., Recorded], kind: int
) -> None:
    elsewhere = ('drive = "C:"\n', f'drive = "C:"\ndrive_kinds = {{ "D:" = {kind} }}\n')
    assert disks.drives(changed("desktop", "answers.toml", elsewhere)) == ["C:"]


def test_a_volume_over_several_disks(laptop: Recorded, desktop: Recorded) -> None:
    assert disks.system_disks(laptop) == [0]
    assert disks.system_disks(desktop) == [0, 1]


@pytest.mark.parametrize("extents", ['[32, [0, "I", 2]]', "[4]", "[32]", '[32, [0, "I", 40]]'])
def test_torn_extents_are_not_believed(changed: Callable[..., Recorded], extents: str) -> None:
    before = '[32, [0, "I", 1], [8, "I", 0], [16, "Q", 122_683_392], [24, "Q", 510_000_000_000]]'
    with pytest.raises(Absent, match="cannot be told"):
        disks.system_disks(changed("laptop", "answers.toml", (before, extents)))


def test_times_are_in_milliseconds(laptop: Recorded, desktop: Recorded) -> None:
    # 290 s of reading and 410 s of writing, in 100 ns.
    assert disks.activity(laptop, [0]) == {"disk0": (2_000_000, 700_000)}
    assert set(disks.activity(desktop, [0, 1])) == {"disk0", "disk1"}


def test_counts_without_times_are_none(virtual: Recorded) -> None:
    with pytest.raises(Absent, match="does not time"):
        disks.activity(virtual, [0])


def test_a_torn_answer_is_none(changed: Callable[..., Recorded]) -> None:
    with pytest.raises(Absent, match="does not count"):
        disks.activity(changed("laptop", "answers.toml", ('"70020" = [88', '"70020" = [80')), [0])


def test_the_worst_disk_counts(laptop: Recorded, desktop: Recorded) -> None:
    assert disks.kind(laptop) == "ssd"
    assert disks.kind(desktop) == "hdd"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ('[28, "I", 17]', '[28, "I", 14]'),
        ('[28, "I", 17]', '[28, "I", 15]'),
        ("SAMSUNG MZVL2512HCJQ", "Virtual HD"),
        ("SAMSUNG MZVL2512HCJQ", "VMware Virtual NVMe"),
        ("SAMSUNG MZVL2512HCJQ", "Amazon EBS"),
    ],
)
def test_a_virtual_disk_does_not_say(changed: Callable[..., Recorded], before: str, after: str) -> None:
    with pytest.raises(Absent, match="virtual"):
        disks.kind(changed("laptop", "answers.toml", (before, after)))


def test_offsets_beyond_the_answer_name_nobody(changed: Callable[..., Recorded]) -> None:
    assert disks.kind(changed("laptop", "answers.toml", ('[16, "I", 40]', '[16, "I", 4_000]'))) == "ssd"


@pytest.mark.parametrize("answer", ['"2d1400/8" = [12]', '"2d1400/7" = [4]'])
def test_a_disk_that_does_not_tell(changed: Callable[..., Recorded], answer: str) -> None:
    before = '"2d1400/7" = [12, [0, "I", 12], [4, "I", 12], [8, "B", 0]]'
    with pytest.raises(Absent, match="does not"):
        disks.kind(changed("laptop", "answers.toml", (before, answer)))
