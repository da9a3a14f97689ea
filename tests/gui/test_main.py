"""`shoal-window` as the system starts it."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

from agent.env import Env
from agent.lock import SAMPLER, end_holder
from tests.gui.conftest import wait_for
from tests.repository import ROOT
from ui.instance import Instance

WINDOW = [sys.executable, "-P", "-m", "ui"]


def test_the_program_starts_raises_and_leaves(env: Env) -> None:
    def start(*words: str) -> subprocess.Popen[str]:
        command = [*WINDOW, "--state", str(env.state), *words]
        return subprocess.Popen(command, cwd=ROOT, stderr=subprocess.PIPE, text=True)

    first = start("--page", "leaves", "--scheme", "dark", "--language", "de")
    try:
        wait_for(lambda: (env.state / "window.socket").exists())
        wait_for(lambda: (env.state / "sampler.lock").exists())  # it started the sampler
        mapped = Path(f"/proc/{first.pid}/maps").read_text()
        assert "libQt6Widgets" in mapped
        assert "libQt6Network" not in mapped  # three MB, for meeting another start alone
        second = start("--page", "decides")
        _, said = second.communicate(timeout=30)
        assert second.returncode == 0, said
        assert first.poll() is None
    finally:
        first.send_signal(signal.SIGKILL)
        first.communicate(timeout=20)
        end_holder(env, SAMPLER)
    # Killed without a word: the next is the first again, whatever lies about.
    assert (env.state / "window.socket").exists()
    other = Instance(env.state)
    assert other.first()
    other.release()


def test_a_state_that_cannot_be_used_is_said_like_everywhere(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    run = subprocess.run(
        [*WINDOW, "--state", str(tmp_path / "file")], cwd=ROOT, capture_output=True, text=True, timeout=60
    )
    assert run.returncode == 19
    assert "Traceback" not in run.stderr and run.stderr.startswith("shoal: ")
