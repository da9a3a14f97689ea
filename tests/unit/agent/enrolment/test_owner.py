"""One owner a machine, the first that claims."""

from __future__ import annotations

import os
import stat

import pytest

from agent.enrolment import owner
from agent.errors import NotEnrolled, StoreError
from tests.fakes import FakeEnv

ME = os.geteuid()
OTHER = ME + 12_345


def test_the_first_account_owns_until_it_leaves(env: FakeEnv) -> None:
    owner.make_directory(env)
    assert owner.holder(env) is None and owner.is_open_to(env) and owner.is_open_to(env, OTHER)
    assert owner.claim(env)
    assert owner.claim(env)  # again is no matter
    assert owner.holder(env) == ME
    assert not owner.is_open_to(env, OTHER)
    with pytest.raises(NotEnrolled, match="another account"):
        owner.claim(env, OTHER)
    assert not owner.release(env, OTHER)
    assert owner.release(env)
    assert owner.holder(env) is None
    assert not owner.release(env)


def test_without_a_directory_nobody_owns(env: FakeEnv) -> None:
    assert owner.claim(env) is False
    assert owner.is_open_to(env)


def test_the_directory_is_sticky_whatever_the_umask(env: FakeEnv) -> None:
    before = os.umask(0o077)
    try:
        path = owner.make_directory(env)
    finally:
        os.umask(before)
    assert stat.S_IMODE(path.stat().st_mode) == 0o1777


def test_a_directory_without_the_sticky_bit_is_refused(env: FakeEnv) -> None:
    owner.make_directory(env).chmod(0o777)
    with pytest.raises(StoreError, match="another's claim"):
        owner.claim(env)


def test_what_is_no_claim_is_refused(env: FakeEnv) -> None:
    directory = owner.make_directory(env)
    claim = directory / "claim"
    claim.symlink_to(directory)
    with pytest.raises(StoreError, match="no claim"):
        owner.claim(env)
    claim.unlink()
    (directory / "mine").touch()
    os.link(directory / "mine", claim)
    with pytest.raises(StoreError, match="no claim"):
        owner.holder(env)
