from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from agent.probes.host import Absent
from agent.probes.host.linux import LinuxHost, disks
from agent.probes.host.linux.recorded import Recorded
from agent.probes.host.watched import Tape

Change = Callable[..., Recorded]
LAPTOP = Path(__file__).resolve().parents[5] / "data/hosts/linux/laptop/answers.toml"


def answers(old: str, new: str) -> dict[str, str]:
    text = LAPTOP.read_text("utf-8")
    assert old in text
    return {"answers.toml": text.replace(old, new)}


ROOMY = (37_000_000_000, 200_000_000_000)


def test_one_volume_for_both_is_one(laptop: Recorded) -> None:
    assert disks.places(laptop) == ("/", "/home/user")
    assert LinuxHost(laptop).volumes() == [ROOMY]


def test_two_volumes(changed: Change) -> None:
    host = changed("laptop", answers('"/home/user" = "254:1"', '"/home/user" = "254:2"'))
    assert LinuxHost(host).volumes() == [ROOMY, ROOMY]


def test_a_system_that_cannot_be_written_is_its_var(changed: Change) -> None:
    text = 'read_only = ["/"]\n' + LAPTOP.read_text("utf-8")
    text = text.replace("[device]", '[device]\n"/var" = "254:7"')
    text = text.replace("[psutil.disk_usage]", '[psutil.disk_usage]\n"/var" = { used = 5, free = 5 }')
    assert LinuxHost(changed("laptop", {"answers.toml": text})).volumes() == [(5, 10), ROOMY]


@pytest.mark.parametrize("kind", ["nfs4", "cifs", "fuse.sshfs"])
def test_a_home_that_a_network_holds_is_not_even_asked_about(changed: Change, kind: str) -> None:
    """Its server may be gone, and then whoever asks waits for hours."""
    mounts = f"/dev/dm-1 / ext4 rw 0 0\nserver:/homes /home {kind} rw 0 0\n"
    tape = Tape()
    host = LinuxHost(tape.around(changed("laptop", {"proc/self/mounts": mounts})))
    assert host.volumes() == [ROOMY]
    assert host.disk_encryption() == "on"
    assert host.disk_activity().keys() == {"nvme0n1"}
    for asked in tape.take():
        touched = [each.given[0] for each in asked.below if each.given and each.method != "text"]
        assert "/home/user" not in touched


def test_a_home_on_a_disk_of_its_own_is_asked_about(changed: Change) -> None:
    mounts = "/dev/dm-1 / ext4 rw 0 0\nserver:/x /mnt nfs4 rw 0 0\n/dev/sda1 /home fuseblk rw 0 0\n"
    assert disks.places(changed("laptop", {"proc/self/mounts": mounts})) == ("/", "/home/user")


def test_an_account_without_a_home(changed: Change) -> None:
    host = changed("laptop", answers('home = "/home/user"', 'home = "/nonexistent"'))
    assert LinuxHost(host).volumes() == [ROOMY]
    assert disks.encryption(host) == "on"


def test_the_disk_below_volume_group_and_encryption(laptop: Recorded) -> None:
    assert disks.system_disks(laptop) == {"nvme0n1"}
    assert disks.kind(laptop) == "ssd"
    assert disks.encryption(laptop) == "on"
    assert LinuxHost(laptop).disk_activity() == {"nvme0n1": (160_000, 90_000)}


def test_btrfs_is_found_by_its_mount(desktop: Recorded) -> None:
    assert disks.system_disks(desktop) == {"sda"}
    assert disks.kind(desktop) == "hdd"
    assert disks.encryption(desktop) == "off"
    assert LinuxHost(desktop).disk_activity() == {"sda": (2000, 80_000)}


def test_btrfs_on_a_mapped_device(changed: Change) -> None:
    host = changed(
        "laptop",
        {
            **answers('"254:1"', '"0:30"'),
            "proc/self/mountinfo": "26 1 0:30 / / rw - btrfs /dev/mapper/nvme0n1p3_crypt rw\n",
        },
    )
    assert disks.system_disks(host) == {"nvme0n1"}
    assert disks.encryption(host) == "on"


def test_a_mapped_device_that_is_not_there(changed: Change) -> None:
    host = changed(
        "laptop",
        {
            **answers('"254:1"', '"0:30"'),
            "proc/self/mountinfo": "26 1 0:30 / / rw - btrfs /dev/mapper/x rw\n",
        },
    )
    with pytest.raises(Absent):
        disks.encryption(host)


def test_half_encrypted_is_partial(changed: Change) -> None:
    text = LAPTOP.read_text("utf-8").replace('"/" = "254:1"', '"/" = "259:4"')
    text = text.replace("[links]", '[links]\n"sys/dev/block/259:4" = "sys/class/block/nvme0n1p4"')
    host = changed("laptop", {"answers.toml": text, "sys/class/block/nvme0n1p4/size": "1\n"})
    assert disks.encryption(host) == "partial"


def test_a_mirror_of_which_one_half_is_encrypted_is_not(changed: Change) -> None:
    extra = {f"sys/class/block/dm-1/slaves/{name}/dev": "1:1\n" for name in ("sdb",)}
    assert disks.encryption(changed("laptop", {**extra, "sys/class/block/sdb/size": "1\n"})) == "off"


@pytest.mark.parametrize("model", ["VMware Virtual disk", "QEMU HARDDISK", "VBOX HARDDISK"])
def test_a_hypervisor_s_disk_by_its_model(model: str, changed: Change) -> None:
    host = changed("desktop", {"sys/class/block/sda/device/model": f"{model}\n"})
    for read in (disks.kind, disks.encryption):
        with pytest.raises(Absent, match="virtual"):
            read(host)


def test_a_virtual_disk_encrypted_from_inside_is_encrypted(changed: Change) -> None:
    files = {"sys/class/block/vda/dm/uuid": "CRYPT-LUKS2-x\n"}
    assert disks.encryption(changed("virtual", files)) == "on"


def test_virtual_disks_are_disks_all_the_same(virtual: Recorded) -> None:
    assert disks.system_disks(virtual) == {"vda"}
    assert LinuxHost(virtual).disk_activity() == {"vda": (11704, 7415)}
