"""A machine whose every name is a canary: namespaces of its own, and an account that runs programs there.

Root makes it. Nothing outside its namespaces changes: host name, mounts, accounts and network are its own.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from tests.devices import PROGRAM, as_account, require_end
from tests.proof import canaries as c
from tests.proof.watching import Namespace

ACCOUNT = 54_321
ADAPTER = 5
"""The number of its network adapter."""
NETWORK = "10.203.117"
SERVER = f"{NETWORK}.1"
RELAY = f"{NETWORK}.77"

# Runs in a mount and host-name namespace that is being made. $1 is a folder with what is to be mounted; what
# /etc is given lies over the real one, and home and mount lie in /mnt, which the account can reach. The last
# line becomes the process with a canary's name.
_PLANT = """
set -eu
printf %s "$HOST" >/proc/sys/kernel/hostname
printf %s "$DOMAIN" >/proc/sys/kernel/domainname
mount -t tmpfs none "$1/upper"
mkdir "$1/upper/etc" "$1/upper/work"
cp -R "$1/etc/." "$1/upper/etc/"
mount -t overlay -o "lowerdir=/etc,upperdir=$1/upper/etc,workdir=$1/upper/work" none /etc
if test -d /var/lib/dbus; then mount --bind "$1/dbus" /var/lib/dbus; fi
mount --bind "$1/net" /sys/class/net
mount --bind "$1/own" /mnt
mount -t tmpfs -o size=8m "$DEVICE" "/mnt/$MOUNT"
chmod 755 "/mnt/$MOUNT"
cp "$1/authority.pem" "/mnt/$MOUNT/"
echo planted
exec "$1/$PROCESS" -c 'read -r never' "$ARGUMENT"
"""

# What a program can find out about the machine that it runs on, by every way there is.
_LOOK = """
import getpass, os, pathlib, platform, pwd, socket, psutil
here = pathlib.Path
print(socket.gethostname(), platform.node(), os.uname(), here("/etc/hostname").read_text())
print(here("/proc/sys/kernel/domainname").read_text())
print(getpass.getuser(), pwd.getpwuid(os.getuid()), here.home(), dict(os.environ))
print([process.info for process in psutil.process_iter(["name", "cmdline"])])
print(psutil.disk_partitions(all=True), psutil.net_if_addrs(), list(psutil.net_io_counters(pernic=True)))
print(*(path.read_text() for path in here("/sys/class/net").glob("*/if*")))
print(list(here("/etc/NetworkManager/system-connections").iterdir()))
print(here("/etc/machine-id").read_text(), here("/var/lib/dbus/machine-id").read_text())
"""


class Said(NamedTuple):
    """What a command left."""

    code: int
    out: bytes
    err: bytes


class Machine:
    """The machine, while it lives; everything of it lies below `folder`."""

    home = Path("/mnt") / c.HOME.text
    """As the account knows it."""
    mount = Path("/mnt") / c.MOUNT.text

    def __init__(self, folder: Path, keeper: int) -> None:
        self.own = folder / "own" / c.HOME.text
        """The home, from outside."""
        self.state = self.own / ".local" / "state" / "shoal"
        """The agent's state, from outside."""
        self.said = folder / "run.err"
        self._keeper = str(keeper)

    # -- programs of the account

    def run(self, *command: str, stdin: bytes = b"") -> Said:
        """Run something to its end."""
        done = subprocess.run(
            self._inside(command), input=stdin, capture_output=True, env=self._environment(), timeout=180
        )
        return Said(done.returncode, done.stdout, done.stderr)

    def shoal(self, *words: str) -> Said:
        """Run a command of the agent's."""
        return self.run(*PROGRAM, *words)

    def look(self) -> bytes:
        """All that psutil, the standard library and the files say about the machine."""
        done = self.run(PROGRAM[0], "-P", "-c", _LOOK)
        assert done.code == 0, done.err
        return done.out

    @contextlib.contextmanager
    def running(self) -> Iterator[None]:
        """`shoal run`, until the end of the block."""
        with self.said.open("ab") as errors:
            process = subprocess.Popen(
                self._inside([*PROGRAM, "run"]),
                stdin=subprocess.DEVNULL,
                stdout=errors,
                stderr=errors,
                env=self._environment(),
            )
        try:
            yield
            assert process.poll() is None, self.said.read_text()
        finally:
            process.terminate()  # each program before it became the next: this is the agent itself
            require_end(process)

    # -- what its administrator does

    def as_root(self, *command: str) -> None:
        """Root's command in the machine, whatever becomes of it."""
        subprocess.run([*self._enter(), *command], check=False, capture_output=True)

    def policy(self, text: str) -> None:
        """What /etc/shoal/policy.toml holds, in the machine."""
        path = Path("/proc", self._keeper, "root", "etc/shoal/policy.toml")
        path.parent.mkdir(exist_ok=True)
        path.write_text(text)

    def logs(self) -> dict[str, bytes]:
        """The agent's log, and what its processes printed while they ran by themselves."""
        found = [*self.state.glob("agent.log*"), self.said]
        return {f"log/{path.name}": path.read_bytes() for path in found}

    def _inside(self, command: Sequence[str]) -> list[str]:
        return [*self._enter(), *as_account(ACCOUNT), *command]

    def _enter(self) -> list[str]:
        return ["nsenter", "--target", self._keeper, "--uts", "--mount", "--net", f"--wd={self.own}"]

    def _environment(self) -> dict[str, str]:
        path = {name: os.environ[name] for name in ("PATH", "PYTHON_KEYRING_BACKEND") if name in os.environ}
        session = f"{c.IPV4.text} 51234 {c.IPV4.text} 22"
        own = {"HOME": str(self.home), "USER": c.USER.text, "LOGNAME": c.USER.text, "HOSTNAME": c.HOST.text}
        return {**path, **own, "SSH_CONNECTION": session, "CANARY": c.VARIABLE.text, "LANG": "C.UTF-8"}


@contextlib.contextmanager
def machine(
    folder: Path, device: Namespace, server: Namespace, ip: str, authority: bytes
) -> Iterator[Machine]:
    """Make one in `device`'s network, joined to `server`'s by a cable. `authority` is a certificate (PEM)."""
    _cable(device, server, ip)
    _lay_out(folder, authority)
    named = ("HOST", "DOMAIN", "DEVICE", "MOUNT", "PROCESS", "ARGUMENT")
    keeper = subprocess.Popen(
        [
            *(*device.before, "unshare", "--uts", "--mount", "--propagation", "private"),
            *("sh", "-c", _PLANT, "plant", str(folder)),
        ],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env={**os.environ, **{name: getattr(c, name).text for name in named}},
    )
    assert keeper.stdin is not None
    assert keeper.stdout is not None
    try:
        assert keeper.stdout.readline() == b"planted\n"
        yield Machine(folder, keeper.pid)
    finally:
        keeper.stdin.close()  # it reads until then, and ends
        keeper.stdout.close()
        keeper.wait(20)


def _cable(device: Namespace, server: Namespace, ip: str) -> None:
    """A pair of adapters: the machine's has canaries for name, alias and addresses."""
    mine = [ip, "-n", device.name]
    other = [ip, "-n", server.name]
    name = c.INTERFACE.text
    pair = ("type", "veth", "peer", "name", "cable", "netns", server.name)
    for command in (
        [*mine, "link", "add", name, "address", c.MAC.text, *pair],
        [*mine, "link", "set", name, "alias", c.SSID.text],
        [*mine, "address", "add", f"{c.IPV4.text}/24", "dev", name],  # the first: others see this one
        [*mine, "address", "add", f"{RELAY}/24", "dev", name],
        [*mine, "address", "add", f"{c.IPV6.text}/64", "dev", name, "nodad"],
        [*other, "address", "add", f"{SERVER}/24", "dev", "cable"],
        [*mine, "link", "set", name, "up"],
        [*other, "link", "set", "cable", "up"],
    ):
        subprocess.run(command, check=True)


def _lay_out(folder: Path, authority: bytes) -> None:
    """What the machine will find in its mounts."""
    home = folder / "own" / c.HOME.text
    home.mkdir(parents=True)
    os.chown(home, ACCOUNT, ACCOUNT)
    wifi = f"etc/NetworkManager/system-connections/{c.SSID.text}.nmconnection"
    account = f"{c.USER.text}:x:{ACCOUNT}:{ACCOUNT}:{c.PERSON.text},,,:{Machine.home}:/bin/sh\n"
    adapter = f"net/{c.INTERFACE.text}"
    files = {
        "etc/passwd": Path("/etc/passwd").read_text() + account,
        "etc/hostname": f"{c.HOST.text}\n",
        "etc/hosts": f"127.0.0.1 localhost\n{c.IPV4.text} {c.HOST.text}\n",
        "etc/machine-id": f"{c.MACHINE_ID.text}\n",
        "dbus/machine-id": f"{c.DBUS_ID.text}\n",
        wifi: f"[wifi]\nssid={c.SSID.text}\n",
        # A pair's adapter has no device, so the agent would leave it out: here it has, as a real one does.
        f"{adapter}/device/uevent": "DRIVER=canary\n",
        f"{adapter}/carrier_down_count": "0\n",
        f"{adapter}/ifindex": f"{ADAPTER}\n",
        f"{adapter}/ifalias": f"{c.SSID.text}\n",
        "authority.pem": authority.decode(),
    }
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    for name in ("upper", f"own/{c.MOUNT.text}"):
        (folder / name).mkdir()
    shutil.copy(Path(shutil.which("sh") or "/bin/sh").resolve(), folder / c.PROCESS.text)
