"""What the repository holds, for the tests that read it as text."""

from __future__ import annotations

import fnmatch
import functools
import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
# The packages that are installed, and may be imported under these names.
ROOMS = tuple(
    name
    for name in ("agent", "catalogue", "dap", "demo", "resources", "server", "ui")
    if (ROOT / name).is_dir()
)


@functools.cache
def files() -> tuple[Path, ...]:
    """Every file that is committed or about to be; where git is not at hand, all that .gitignore leaves."""
    try:
        command = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
        listed = subprocess.run(command, cwd=ROOT, capture_output=True, check=True, text=True).stdout
        found = [ROOT / name for name in listed.split("\0") if name]
    except (OSError, subprocess.CalledProcessError):
        ignored = [line.strip("/") for line in (ROOT / ".gitignore").read_text().splitlines() if line]
        ignored.append(".git")

        def is_ignored(path: Path) -> bool:
            parts = path.relative_to(ROOT).parts
            return any(fnmatch.fnmatch(part, pattern) for part in parts for pattern in ignored)

        found = [path for path in ROOT.rglob("*") if not is_ignored(path)]
    return tuple(sorted(path for path in found if path.is_file()))


def modules() -> dict[str, Path]:
    """Every module of the rooms, by its dotted name."""
    found = {}
    for path in files():
        relative = path.relative_to(ROOT)
        if relative.parts[0] in ROOMS and path.suffix == ".py":
            parts = relative.with_suffix("").parts
            found[".".join(parts[:-1] if parts[-1] == "__init__" else parts)] = path
    return found
