from __future__ import annotations

import time
from collections.abc import Callable

import pytest

from agent.probes.host import Absent, Pending
from agent.probes.host.linux.products import updated
from agent.probes.host.linux.recorded import Recorded
from agent.probes.host.linux.system import System
from agent.probes.host.watched import Tape
from catalogue.load import METRICS, SLOTS
from catalogue.slots import read_slots

Change = Callable[..., Recorded]
SLOT = read_slots(METRICS.with_name(SLOTS))
FIREFOX, CHROME, EDGE, THUNDERBIRD = (SLOT[id] for id in ("firefox", "chrome", "edge", "thunderbird"))
ASK = "dpkg-query --show --showformat=${db:Status-Status}\\n"
ASK_RPM = "rpm -qa --queryformat=%{INSTALLTIME}\\n"


@pytest.fixture
def host(changed: Change) -> Callable[..., Recorded]:
    """An empty host on which some things were changed at some time, and some commands answer."""

    def make(
        files: dict[str, int], commands: dict[str, str] | None = None, *, there: bool = True
    ) -> Recorded:
        answers = ['platform = "linux"', 'home = "/home/user"', "[changed]"]
        answers += [f"'{name}' = {time}" for name, time in files.items()]
        answers += ["[commands]"] + [f"'{line}' = '''{said}'''" for line, said in (commands or {}).items()]
        named = dict.fromkeys(files, "") if there else {}
        return changed("empty", {"answers.toml": "\n".join(answers), **named})

    return make


def test_dpkg(host: Callable[..., Recorded]) -> None:
    files = {"var/lib/dpkg/info/firefox-esr.list": 500, "var/lib/dpkg/info/firefoxes.list": 900}
    assert updated(host(files, {f"{ASK} firefox-esr": "installed\n"}), FIREFOX) == 500


def test_a_package_that_was_removed_is_not_there(host: Callable[..., Recorded]) -> None:
    """Its settings, and so its list of files, may stay; or dpkg does not know the name at all."""
    for said in ({f"{ASK} firefox-esr": "config-files\n"}, {f"{ASK} firefox-esr": ""}, {}):
        with pytest.raises(Absent, match="Mozilla Firefox is not installed as a package"):
            updated(host({"var/lib/dpkg/info/firefox-esr.list": 500}, said), FIREFOX)


def test_rpm(host: Callable[..., Recorded]) -> None:
    ask = f"{ASK_RPM} microsoft-edge-stable"
    assert (
        updated(host({"usr/lib/sysimage/rpm/rpmdb.sqlite": 1}, {ask: "1699900000\n"}), EDGE) == 1_699_900_000
    )
    twice = {ask: "100\n300\n"}
    assert updated(host({"var/lib/rpm/Packages": 1}, twice), EDGE) == 300
    for said in ({ask: ""}, {ask: "(none)\n"}, {}):
        with pytest.raises(Absent, match="not installed"):
            updated(host({"var/lib/rpm/Packages": 1}, said), EDGE)


@pytest.mark.parametrize(
    ("link", "product"),
    [
        ("var/lib/flatpak/app/org.mozilla.firefox/current/active", FIREFOX),
        ("home/user/.local/share/flatpak/app/com.google.Chrome/current/active", CHROME),
        ("var/lib/flatpak/app/org.mozilla.Thunderbird/current/active", THUNDERBIRD),
        ("snap/thunderbird/current", THUNDERBIRD),
        ("var/lib/snapd/snap/firefox/current", FIREFOX),
        ("snap/chromium/current", CHROME),
    ],
)
def test_links_of_flatpak_and_snap(link: str, product: object, host: Callable[..., Recorded]) -> None:
    there = host({link: 700})
    assert updated(there, product) == 700  # type: ignore[arg-type]
    with pytest.raises(Absent):
        updated(there, EDGE)


def test_a_home_that_a_network_holds_is_not_even_asked_about(changed: Change) -> None:
    """Its server may be gone, and then whoever asks waits for hours."""
    tape = Tape()
    files = {"proc/self/mounts": "/dev/dm-1 / ext4 rw 0 0\nserver:/homes /home nfs4 rw 0 0\n"}
    assert updated(tape.around(changed("laptop", files)), CHROME) > 1e9
    assert not [asked for asked in tape.take() if "home/user" in f"{asked.given}"]


def test_of_several_the_newest(host: Callable[..., Recorded]) -> None:
    """Ubuntu's package firefox only leads to the snap, and is as old as the installation."""
    files = {"var/lib/dpkg/info/firefox.list": 100, "snap/firefox/current": 900}
    assert updated(host(files, {f"{ASK} firefox": "installed"}), FIREFOX) == 900


def test_nothing_else_is_asked_for(host: Callable[..., Recorded]) -> None:
    """Only names of the list, and no program where nothing shows that it would know one."""
    there = host({"var/lib/dpkg/info/diary.list": 5})
    asked: list[list[str]] = []
    there.run = lambda command, seconds: asked.append(list(command)) or ""  # type: ignore[method-assign,func-returns-value]
    with pytest.raises(Absent):
        updated(there, FIREFOX)
    assert asked == []


def test_here() -> None:
    """Whatever is installed on this computer: an answer or the reason."""
    system = System()
    for product in SLOT.values():
        for _ in range(3000):
            try:
                assert updated(system, product) > 1e9
            except Pending:
                time.sleep(0.01)
                continue
            except Absent as absent:
                assert "not installed" in str(absent)
            break
        else:
            pytest.fail(f"{product.id} is asked about for ever")
