"""Accepting public files after comparing fingerprints."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from dap.constants import Role
from server.commands import peers
from server.errors import FolderError, TaskMismatch, UsageError
from server.setup import known, public_fingerprint
from tests.operators import Folders, make_folders


@pytest.fixture
def folders(tmp_path: Path) -> Folders:
    """Operators who do not know each other yet."""
    made = make_folders(tmp_path)
    for folder in made:
        shutil.rmtree(folder / "peers")
        (folder / "peers").mkdir()
    return made


def test_the_told_fingerprint_opens_the_door(folders: Folders) -> None:
    public = folders.public_file(Role.HELPER)
    told = public_fingerprint(public).upper().replace(" ", "  ")
    peers.take(folders.leader, [(folders.public(Role.HELPER), Role.HELPER)], fingerprints=(told,), yes=False)
    assert known(folders.leader, public)


def test_another_fingerprint_does_not(folders: Folders) -> None:
    other = public_fingerprint(folders.public_file(Role.LEADER))
    with pytest.raises(TaskMismatch, match="none of those given"):
        peers.take(folders.leader, [(folders.public(Role.HELPER), None)], fingerprints=(other,), yes=True)
    assert not known(folders.leader, folders.public_file(Role.HELPER))


def test_nobody_is_accepted_unseen(folders: Folders, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(UsageError, match="--yes"):
        peers.take(folders.leader, [(folders.public(Role.HELPER), None)], fingerprints=(), yes=False)
    assert public_fingerprint(folders.public_file(Role.HELPER)) in capsys.readouterr().err


def test_who_is_known_needs_no_question(folders: Folders) -> None:
    files = [(folders.public(Role.HELPER), Role.HELPER), (None, Role.COLLECTOR)]
    peers.take(folders.leader, files, fingerprints=(), yes=True)
    peers.take(folders.leader, files, fingerprints=(), yes=False)


def test_the_wrong_role(folders: Folders) -> None:
    with pytest.raises(FolderError, match="collector's file, but a helper's"):
        peers.take(folders.leader, [(folders.public(Role.COLLECTOR), Role.HELPER)], fingerprints=(), yes=True)
