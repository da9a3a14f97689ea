from __future__ import annotations

from collections.abc import Callable

import pytest

from agent.probes.host import Absent
from agent.probes.host.linux import security
from agent.probes.host.linux.recorded import Recorded

Change = Callable[..., Recorded]


class TestFirewall:
    WANTS = "etc/systemd/system/multi-user.target.wants"

    def test_ufw(self, laptop: Recorded, desktop: Recorded) -> None:
        assert (security.firewall(laptop), security.firewall(desktop)) == ("on", "off")

    @pytest.mark.parametrize(
        ("files", "state"),
        [
            ({f"{WANTS}/firewalld.service": ""}, "on"),
            ({"etc/systemd/system/sysinit.target.wants/nftables.service": ""}, "on"),
            ({"usr/sbin/firewalld": ""}, "off"),
            ({"etc/ufw/ufw.conf": "ENABLED=no\n", f"{WANTS}/nftables.service": ""}, "on"),
            ({"etc/ufw/ufw.conf": "ENABLED='yes'\n"}, "on"),
        ],
    )
    def test_by_what_is_switched_on(self, files: dict[str, str], state: str, changed: Change) -> None:
        assert security.firewall(changed("virtual", files)) == state

    def test_none_that_can_be_read(self, virtual: Recorded, changed: Change) -> None:
        with pytest.raises(Absent, match="administrator"):
            security.firewall(virtual)
        with pytest.raises(Absent, match="cannot be read"):
            security.firewall(changed("virtual", {"etc/ufw/ufw.conf": "ENABLE\n"}))


def test_secure_boot(laptop: Recorded, desktop: Recorded, virtual: Recorded, changed: Change) -> None:
    assert (security.secure_boot(laptop), security.secure_boot(desktop)) == ("on", "off")
    with pytest.raises(Absent, match="UEFI"):
        security.secure_boot(virtual)
    for value in (b"\x06\0\0\0", b"\x06\0\0\0\x01\x01", None):
        with pytest.raises(Absent, match="does not tell"):
            security.secure_boot(changed("laptop", {security._SECURE_BOOT: value}))
