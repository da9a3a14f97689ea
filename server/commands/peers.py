"""Accepting other operators' public files: shown, compared by fingerprint, then kept."""

from __future__ import annotations

from typing import TYPE_CHECKING

from server.commands import output
from server.errors import TaskMismatch
from server.operators import load_public
from server.setup import accept, known, public_fingerprint

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from dap.constants import Role


def take(
    folder: Path,
    files: Iterable[tuple[Path | None, Role | None]],
    *,
    fingerprints: tuple[str, ...],
    yes: bool,
    force: bool = False,
) -> None:
    """Accept the public files that were named; files of keys that are known here need no question.

    files: with the role that each must be for, or None for any.  TaskMismatch if a fingerprint is
    another than its operator told, or nobody confirms it.
    """
    for path, role in files:
        if path is None:
            continue
        public = load_public(path, role)
        if not known(folder, public):
            _compare(public_fingerprint(public), f"{public.role.word}, {public.name}", fingerprints, yes)
        accept(folder, public, path.read_text(encoding="utf-8"), force=force)


def _compare(fingerprint: str, who: str, told: tuple[str, ...], yes: bool) -> None:
    if told:
        if _plain(fingerprint) not in {_plain(text) for text in told}:
            raise TaskMismatch(
                f"The fingerprint of the {who}, is {fingerprint}, which is none of those given.",
                "Somebody exchanged the file, or it was read out wrongly. Ask its operator again.",
            )
        return
    output.progress(f"Fingerprint of the {who}: {fingerprint}")
    output.confirm(
        "Did its operator read you the same, by telephone or in person?",
        yes=yes,
        refused=f"The {who}, is not accepted: its fingerprint was not confirmed.",
    )


def _plain(fingerprint: str) -> str:
    return "".join(fingerprint.split()).lower()
