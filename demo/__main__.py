"""`make demo`: the whole road once, with the real programs, from this machine's readings to a release.

Leader, helper and collector run as processes of their own on loopback; this device's agent measures, seals
and sends by itself; simulated devices, labelled so, make up the fleet. Everything lies in .demo/.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import signal
import socket
import sys
import time
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from demo.programs import StepFailed, ask, device, run, running, server, shown
from demo.story import Story

if TYPE_CHECKING:
    from collections.abc import Iterator

PERIOD = 20
"""Seconds of one of the demo's periods, which are weeks or days elsewhere."""
LEAST_MEASURED = 10
"""Seconds of a period that this device must have measured in."""
OTHERS = 199
"""Simulated devices beside the real one."""
MINIMUM = 50

SHOWN = (
    *("endpoint.bad_count", "network.bad_count", "app.bad_count"),
    *("endpoint.disk_free", "endpoint.memory_low", "endpoint.update_age"),
)
"""What the demo shows of the release: the headline, and a few more."""

STATE = Path(".demo")


class Demo:
    """The road, step by step; every step raises StepFailed if it is not as it must be."""

    def __init__(self, story: Story, folder: Path) -> None:
        self.story = story
        self.folder = folder
        self.operators = folder / "operators"
        self.device = folder / "device"
        self.task = self.operators / "task.json"
        self.token = self.operators / "upload.token"
        self.period = 0

    def set_up(self) -> None:
        """Two operators' keys, one task that both signed."""
        if self.folder.exists():
            shutil.rmtree(self.folder)
        self.folder.mkdir(mode=0o700)
        leader, helper = (f"http://127.0.0.1:{port}/" for port in free_ports(2))
        run(
            [
                *server(),
                *("init", "--both", "--dir", str(self.operators), "--demo", "--period", f"{PERIOD}s"),
                *("--name", "Demo", "--min-batch", str(MINIMUM), "--fleet", str(OTHERS + 1)),
                *("--leader-url", leader, "--helper-url", helper),
            ]
        )
        self.story.say(f"leader {leader}  helper {helper}  collector: each with keys of its own")
        self.story.say(f"one task, signed by both operators: {self.task}")

    def enrol(self) -> None:
        """This device pins both operators and is told to share."""
        command = [*device(self.device), "enrol", str(self.task), "--token-file", str(self.token), "--demo"]
        found = ask([*command, "--json"])
        for role in ("leader", "helper"):
            self.story.say(f"{role}'s fingerprint  {found[role]['fingerprint']}")
        run([*device(self.device), "choose", "share"])
        self.story.say("choice: share (here the demo chooses; on a real device only its user does)")

    def measure(self) -> None:
        """Let the agent measure until a period has ended in which it measured for a while."""
        began = time.time()
        self.period = int(began // PERIOD)
        if (self.period + 1) * PERIOD - began < LEAST_MEASURED:
            self.period += 1
        end = (self.period + 1) * PERIOD
        while (left := end - time.time()) > 0:
            self.story.progress(f"measuring this device; the period ends in {left:.0f} s")
            time.sleep(min(self.story.pause, left))
        found = ask([*device(self.device), "status", "--json"])
        answered = sum(metric["value"] is not None for metric in found["metrics"])
        if not answered:
            raise StepFailed("this device measured nothing")
        self.story.say(f"{answered} of {len(found['metrics'])} metrics have an answer here")

    def simulate(self) -> None:
        """The rest of the fleet, through the same sealing."""
        printed = run(
            [
                *(*server(), "simulate", str(self.task), "--token", str(self.token)),
                *("--devices", str(OTHERS), "--period", str(self.period)),
            ]
        )
        self.story.say(printed)

    def deliver(self) -> dict[str, Any]:
        """Wait until the agent has sealed and sent its report by itself; give the row that sealed it."""
        give_up = time.monotonic() + 30
        while time.monotonic() < give_up:
            rows = ask([*device(self.device), "ledger", "--json"])
            mine = [row for row in rows if row["period_start"] == self.period * PERIOD]
            kinds = [row["kind"] for row in mine]
            if "delivered" in kinds:
                return dict(next(row for row in mine if row["kind"] == "sealed"))
            if {"refused", "too_late", "dropped"} & set(kinds):
                raise StepFailed(f"this device's report was {kinds[-1]}: {mine[-1]['detail']}")
            self.story.progress(f"this device's report: {kinds[-1] if kinds else 'not sealed yet'}")
            time.sleep(0.5)
        raise StepFailed("this device's report was not delivered within 30 s")

    def collect(self) -> dict[str, Any]:
        """Join the two noisy halves."""
        command = [*server(), "collect", "--dir", str(self.operators / "collector")]
        found = ask([*command, "--period", str(self.period), "--wait", "30", "--json"], timeout=60)
        release = found["outcomes"][0]["release"]
        if release is None:
            raise StepFailed(f"nothing was released: {found['outcomes'][0]['note']}")
        if release["report_count"] != OTHERS + 1:
            raise StepFailed(f"{release['report_count']} reports were counted, {OTHERS + 1} were sent")
        return dict(release)

    def show(self, sealed: dict[str, Any], metrics: int) -> None:
        """The result: this device, its vector, what was sent, that it agrees, the release."""
        me, row = device(self.device), str(sealed["row"])
        story = self.story
        story.heading("This device (real readings)")
        story.show(run([*me, "status"]))
        story.heading("What it said: one vector of zeros and ones")
        exact = ask([*me, "ledger", "show", row, "--exact", "--json"])
        bits = "".join(map(str, exact["vector"]))
        story.show("\n".join(bits[i : i + 76] for i in range(0, len(bits), 76)))
        story.heading("What was sent: this, in two sealed shares")
        story.show(f"{len(exact['body']) // 2:,} bytes, SHA-256 {exact['body_sha256']}")
        for name in ("leader_input_share", "helper_input_share", "public_share"):
            story.show(f"  {name.replace('_', ' '):<18} {len(exact[name]) // 2:>6,} bytes before sealing")
        story.heading("Recomputed, byte for byte")
        story.show(run([*me, "verify"]))
        story.heading(f"The release: {OTHERS} SIMULATED devices and this one, with noise")
        last = [*server(), "collect", "--dir", str(self.operators / "collector"), "--last"]
        story.show(run([*last, *(word for id in SHOWN for word in ("--metric", id))]))
        story.show(f"\n{len(SHOWN)} of {metrics} metrics; all of them: .venv/bin/{shown(last)}")

    def what_next(self) -> None:
        """Commands to look into it."""
        me = device(self.device)
        self.story.heading("What to try next")
        for words, command in (
            ("what the next report would say, to the byte", [*me, "preview", "--exact", "--json"]),
            ("every report's life", [*me, "ledger"]),
            ("recompute it all", [*me, "verify"]),
            ("what this device may be asked, and by whom", [*me, "policy"]),
            ("keep this device to yourself", [*me, "choose", "local"]),
            ("an organisation of your own", [*server(), "init", "--help"]),
        ):
            self.story.show(f"  {'.venv/bin/' + shown(command):<66} # {words}")


def free_ports(count: int) -> list[int]:
    """Ports of loopback that nobody listens on now."""
    with ExitStack() as stack:
        sockets = [stack.enter_context(socket.socket()) for _ in range(count)]
        for found in sockets:
            found.bind(("127.0.0.1", 0))
        return [found.getsockname()[1] for found in sockets]


@contextmanager
def alone(path: Path) -> Iterator[None]:
    """Hold the lock file, so that two demos in one folder do not pull the ground from under each other."""
    with path.open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise StepFailed("another demo runs in this folder; let it finish first") from None
        yield


def main() -> None:
    """Run the demo; exits with 1 and says which step failed and why, if one does."""
    for name in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(name, lambda number, frame: sys.exit(128 + number))
    # The demo's token stays in .demo/ and out of the keychain of whoever runs it.
    os.environ["PYTHON_KEYRING_BACKEND"] = "keyring.backends.fail.Keyring"
    story = Story()
    try:
        with alone(Path(f"{STATE}.lock")):
            _tell(story, Demo(story, STATE))
    except StepFailed as failure:
        story.say("")
        print(f"The demo failed: {failure}", file=sys.stderr)
        sys.exit(1)
    except KeyboardInterrupt:
        sys.exit(130)


def _tell(story: Story, demo: Demo) -> None:
    print("Shoal, the whole road once. DEMO: periods of seconds, one person runs both operators.")
    with ExitStack() as programs:
        with story.step("Two operators make keys and sign one task"):
            demo.set_up()
        with story.step("Leader and helper start: two processes, two databases"):
            for role in ("leader", "helper"):
                command = [*server(), role, "--dir", str(demo.operators / role)]
                programs.enter_context(running(command, demo.folder / f"{role}.log", f"ready {role}"))
        with story.step("This device enrols, and its user chooses"):
            demo.enrol()
        with story.step("The agent measures this device"):
            programs.enter_context(running([*device(demo.device), "run"], demo.folder / "agent.log"))
            demo.measure()
        with story.step(f"{OTHERS} SIMULATED devices send theirs"):
            demo.simulate()
        with story.step("The agent seals and sends this device's report, by itself"):
            sealed = demo.deliver()
            story.say(f"sealed in row {sealed['row']} of the ledger, then delivered")
        with story.step("The two halves are verified, added up, made noisy, and joined"):
            release = demo.collect()
            story.say(f"{release['report_count']} reports counted, and released as totals only")
        demo.show(sealed, len(release["metrics"]))
    demo.what_next()
    print(f"\nThe demo took {story.seconds:.0f} s. Its state stays in {STATE}/ until the next run.")


if __name__ == "__main__":
    main()
