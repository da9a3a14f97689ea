"""A few lines of what the agent's processes did, for whoever looks after this machine.

Not the logging module (2 MB, and a line's cost many times this one's). A line never names a person, a
host, a process or a path but for Shoal's own: paths are shortened, and nobody passes anything else.
"""

from __future__ import annotations

import os
import re
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

from agent.errors import ShoalError

if TYPE_CHECKING:
    from agent.env import Env

CAP = 256 * 1024
"""Bytes after which the file begins anew; one older file is kept beside it."""

_NAME = "agent.log"

# A path, to where our sentences go on after one; its names may have spaces in them. Rather too much than too
# little: what is hidden stands in the command's own answer.
_GOES_ON = r" (?:cannot|is|was|lies|belongs|already) | \(|[:;,.] |[:;,.]?$"
_PATH = rf"""(?<![^\s("'=])(?!OWN)(?:/|[A-Za-z]:\\).*?(?={_GOES_ON})"""


class Log:
    """Lines to stderr and to agent.log in the state directory; never raises."""

    def __init__(self, env: Env, who: str, level: str = "info") -> None:
        self._env = env
        self._who = who
        self.level = level
        self._path = env.state / _NAME
        self._hidden = [(str(env.state), "STATE")]
        if home := os.path.expanduser("~").rstrip(os.sep):  # noqa: PTH111  (gives "~", not an error, if unknown)
            self._hidden.append((home, "HOME"))
        own = (re.escape(f"{place}{os.sep}") for place in (env.directories.etc, env.directories.var))
        self._path_of_others = re.compile(_PATH.replace("OWN", "|".join(own)))
        self._said: set[str] = set()

    def info(self, text: str) -> None:
        """Write a line."""
        self._write("info", text)

    def debug(self, text: str) -> None:
        """Write a line if the policy asks for details."""
        if self.level == "debug":
            self._write("debug", text)

    def once(self, text: str) -> None:
        """Write a line unless it was written by this process before: for what repeats each minute."""
        if text not in self._said:
            self._said.add(text)
            self._write("info", text)

    def trouble(self, error: BaseException) -> None:
        """Write what went wrong, once: our own errors with cause and cure, others by their kind alone.

        Messages of foreign exceptions may quote file names, hosts or processes.
        """
        if isinstance(error, ShoalError):
            self.once(f"{error.message}. {error.cure}".rstrip())
        else:
            self.once(type(error).__name__)

    def _write(self, level: str, text: str) -> None:
        for found, instead in self._hidden:
            text = text.replace(found, instead)
        text = self._path_of_others.sub("PATH", " ".join(text.split()))
        stamp = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(self._env.now()))
        line = f"{stamp} {level} {self._who}: {text}\n"
        try:
            sys.stderr.write(line)
            self._rotate()
            with self._path.open("a", encoding="utf-8") as file:
                file.write(line)
        except OSError:
            return  # a full disk must not stop what the line was about

    def _rotate(self) -> None:
        if self._path.exists() and self._path.stat().st_size > CAP:
            self._path.replace(Path(f"{self._path}.1"))
