from __future__ import annotations

from collections.abc import Callable

import pytest

from agent.probes.host import Absent
from agent.probes.host.linux import services
from agent.probes.host.linux.recorded import Recorded

Change = Callable[..., Recorded]
BACKEND = "sys/module/pstore/parameters/backend"
BOOT = "0123456789abcdef0123456789abcdef"


@pytest.mark.parametrize(
    ("output", "seconds"),
    [
        ("Startup finished in 1.5s (kernel) + 20.25s (userspace) = 21.75s", 21.75),
        (
            "Startup finished in 6s (firmware) + 2s (loader) + 1.5s (kernel) + 1min 2.5s (userspace)",
            64.0,
        ),
        ("Startup finished in 812ms (kernel) + 1h 2min 3.100s (userspace) = 1h 2min 4s", 3723.912),
        ("Startup finished in 950us (kernel) + 5min (initrd) + 1s (userspace)", 301.00095),
        ("Startup finished in 3.2s (userspace)", 3.2),
    ],
)
def test_times_as_systemd_prints_them(output: str, seconds: float) -> None:
    assert services.parse_boot(output) == pytest.approx(seconds)


@pytest.mark.parametrize("output", ["", "Bootup is not yet finished (…).", "Startup finished in (kernel)"])
def test_a_start_without_a_time(output: str) -> None:
    with pytest.raises(Absent, match="did not time"):
        services.parse_boot(output)


def test_only_systemd_is_asked(laptop: Recorded, virtual: Recorded) -> None:
    assert services.boot_duration(laptop) == pytest.approx(34.502)
    assert services.failed_services(laptop) == 0
    for read in (services.boot_duration, services.failed_services):
        with pytest.raises(Absent, match="systemd"):
            read(virtual)


def test_failed_services_are_lines(desktop: Recorded) -> None:
    assert services.failed_services(desktop) == 3


class TestFirewall:
    WANTS = "etc/systemd/system/multi-user.target.wants"

    def test_ufw(self, laptop: Recorded, desktop: Recorded) -> None:
        assert (services.firewall(laptop), services.firewall(desktop)) == ("on", "off")

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
        assert services.firewall(changed("virtual", files)) == state

    def test_none_that_can_be_read(self, virtual: Recorded, changed: Change) -> None:
        with pytest.raises(Absent, match="administrator"):
            services.firewall(virtual)
        with pytest.raises(Absent, match="cannot be read"):
            services.firewall(changed("virtual", {"etc/ufw/ufw.conf": "ENABLE\n"}))


def test_secure_boot(laptop: Recorded, desktop: Recorded, virtual: Recorded, changed: Change) -> None:
    assert (services.secure_boot(laptop), services.secure_boot(desktop)) == ("on", "off")
    with pytest.raises(Absent, match="UEFI"):
        services.secure_boot(virtual)
    for value in (b"\x06\0\0\0", b"\x06\0\0\0\x01\x01", None):
        with pytest.raises(Absent, match="does not tell"):
            services.secure_boot(changed("laptop", {services._SECURE_BOOT: value}))


class TestSystemCrashes:
    def test_where_systemd_keeps_them(self, laptop: Recorded) -> None:
        assert services.system_crashes(laptop) == [1_699_800_000, 1_699_800_001]

    def test_kdump_s_folders_are_numbers(self, desktop: Recorded) -> None:
        assert services.system_crashes(desktop) == [1_699_790_000]

    def test_without_systemd_the_kernel_s_own(self, changed: Change) -> None:
        host = changed(
            "virtual",
            {
                BACKEND: "ramoops\n",
                "sys/fs/pstore/dmesg-ramoops-0": "Oops\n",
                "sys/fs/pstore/console-ramoops-0": "x",
                "answers.toml": '[changed]\n"sys/fs/pstore/dmesg-ramoops-0" = 77\n',
            },
        )
        assert services.system_crashes(host) == [77]

    def test_nobody_records(self, virtual: Recorded) -> None:
        with pytest.raises(Absent, match="no record"):
            services.system_crashes(virtual)

    def test_not_for_our_eyes(self, changed: Change) -> None:
        with pytest.raises(Absent, match="administrator"):
            services.system_crashes(changed("virtual", {BACKEND: "erst\n"}))
