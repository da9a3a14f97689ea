"""What the package manager and the distribution know: updates, restarts that wait, support."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from agent.probes.host import Absent
from agent.probes.host.asked import Parsed
from agent.probes.host.dates import end_of

if TYPE_CHECKING:
    from agent.probes.host.linux.system import System

_LOGS = ("var/log/dpkg.log", "var/log/dpkg.log.1")
_LOG_LINE = re.compile(r"(\d{4})-(\d\d)-(\d\d) (\d\d):(\d\d):(\d\d) (\S+)")
_APT_SECONDS = 30
QUESTION = ["nice", "-n", "15", "apt", "-q", "list", "--upgradable"]

# A newer version: "NAME/SUITE,SUITE VERSION ARCHITECTURE [upgradable from: VERSION]"
_UPGRADE = re.compile(r"[^/\s]+/(\S+) \S+ \S+ \[upgradable from: [^\]]+\]")
_APT_SAYS = ("Listing...", "WARNING: ", "N: ", "W: ")

# Whatever writes /run/reboot-required on Debian and Ubuntu.
_WATCHERS = (
    "etc/kernel/postinst.d/unattended-upgrades",
    "etc/kernel/postinst.d/update-notifier",
    "usr/share/update-notifier/notify-reboot-required",
)


def last_update(system: System) -> float:
    """The newest upgrade in dpkg's log (local time); without one, the log's beginning: the installation."""
    oldest: float | None = None
    for log in _LOGS:
        for line in system.lines_backwards(log):
            match = _LOG_LINE.match(line)
            if match is None:
                continue
            if match[7] == "upgrade":
                return _when(system, match)
            oldest = _when(system, match)
    if oldest is None:
        raise Absent("there is no log of this system's updates that Shoal can read")
    return oldest


def _when(system: System, match: re.Match[str]) -> float:
    year, month, day, hour, minute, second = (int(part) for part in match.groups()[:6])
    return system.when(year, month, day, hour, minute, second)


def restart_wanted(system: System) -> float | None:
    """Since when: /run/reboot-required, or a newer kernel of the running one's flavour beside its modules."""
    noted = system.changed("run/reboot-required")
    if noted is not None:
        return noted
    running = system.release()
    if not system.exists(f"lib/modules/{running}"):
        if any(system.exists(watcher) for watcher in _WATCHERS):
            return None
        raise Absent("this system does not note that a restart is needed")
    since: float | None = None
    for release in system.listing("lib/modules", ""):
        if _flavour(release) == _flavour(running) and _version(release) > _version(running):
            # depmod writes it when the kernel is installed; the kernel's own file has its build's date.
            installed = system.changed(f"lib/modules/{release}/modules.dep")
            if installed is not None and (since is None or installed < since):
                since = installed
    return since


def _version(release: str) -> list[int]:
    return [int(part) for part in re.findall(r"\d+", release.partition("_")[0])]


def _flavour(release: str) -> str:
    """ "amd64" of "6.1.0-18-amd64": the part after the last digits that stand alone."""
    parts = re.split(r"[-.]", release)
    return "-".join(part for part in parts if not part.isdigit() and not part[:1].isdigit())


def support_end(system: System) -> float:
    """SUPPORT_END of os-release, else the distribution's own table (package distro-info-data).

    Debian's long-term support counts: it is free and on by default. Ubuntu's extended maintenance does not.
    """
    release = _os_release(system)
    if "SUPPORT_END" in release:
        return end_of(release["SUPPORT_END"])
    name, series = release.get("ID", ""), release.get("VERSION_CODENAME", "")
    reason = "this system does not say how long it is supported"
    if not re.fullmatch(r"[a-z]+", name) or not series:
        raise Absent(reason)
    header, *rows = system.text(f"usr/share/distro-info/{name}.csv", reason).splitlines()
    for row in rows:
        found = dict(zip(header.split(","), row.split(","), strict=False))
        if found.get("series") == series:
            end = found.get("eol-lts") or found.get("eol")
            if end:
                return end_of(end)
    raise Absent(reason)


def _os_release(system: System) -> dict[str, str]:
    for name in ("etc/os-release", "usr/lib/os-release"):
        if system.exists(name):
            lines = system.text(name, "").splitlines()
            pairs = (line.partition("=") for line in lines if "=" in line and not line.startswith("#"))
            return {key: value.strip().strip("\"'") for key, _, value in pairs}
    return {}


def lists_fetched(system: System) -> float:
    """When apt last fetched its lists. The lists' own times are the server's, the folders' are ours."""
    names = system.listing("var/lib/apt/lists", "no package lists that Shoal can read")
    if not any("security" in name for name in names):
        raise Absent("this system does not fetch lists of security updates")
    places = ("lists", "lists/partial", "periodic/update-success-stamp")
    times = [system.changed(f"var/lib/apt/{place}") for place in places]
    return max(when for when in times if when is not None)


def security_updates(system: System) -> Parsed:
    """Newer versions that come (also) from an archive of security updates, by apt's list of them.

    It is asked at low priority; listing takes no lock and changes nothing. A simulated upgrade tells the same
    at three times the cost (2.3 s of CPU against 0.7), since it also works out an order of installation; and
    it leaves out what is held back, which waits none the less.
    """
    return Parsed(system.start(QUESTION, _APT_SECONDS), parse_upgrades)


def parse_upgrades(output: str) -> int:
    """Count the lines of `apt list --upgradable` whose suites name security.

    apt promises nobody the form of this list, so a line of another form is no zero but no answer.
    """
    count = 0
    for line in output.splitlines():
        found = _UPGRADE.fullmatch(line.strip())
        if found is not None:
            count += "security" in found[1].lower()
        elif line.strip() and not line.startswith(_APT_SAYS):
            raise Absent("this apt lists updates in a form that Shoal does not know")
    return count
