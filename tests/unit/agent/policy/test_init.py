"""The policy of a machine and an account, from files and settings."""

from __future__ import annotations

import pytest

from agent import policy as rules
from agent.errors import PolicyInvalid
from tests.fakes import FakeEnv


def test_files_and_settings_come_together(env: FakeEnv) -> None:
    etc = env.directories.etc
    (etc / "policy.d").mkdir(parents=True)
    (etc / "policy.toml").write_text('retention_days = 20\n[reasons]\nretention_days = "agreed"\n')
    (etc / "policy.d" / "50-site.toml").write_text("min_batch_size = 100\nretention_days = 90\n")
    policy = rules.load(env, {"policy.retention_days": "10", "choice": "share"})
    assert policy.value("retention_days") == 10
    assert policy.values["retention_days"].source == "you"
    assert policy.floors["floor"] == 100
    assert policy.values["min_batch_size"].where == f"{etc}/policy.d/50-site.toml:1"
    assert "90 is ignored" in policy.values["retention_days"].notes[0]
    assert set(policy.stamp()) == {"retention_days", "min_batch_size"}


def test_nothing_set(env: FakeEnv) -> None:
    policy = rules.load(env, {})
    assert policy.stamp() == {}
    assert (policy.upload, policy.is_shared, policy.blocked_metrics) == ("ask", False, ())


def test_a_malformed_file_is_named(env: FakeEnv) -> None:
    env.directories.etc.mkdir(parents=True)
    (env.directories.etc / "policy.toml").write_text("\n\nuplaod = 'off'\n")
    with pytest.raises(PolicyInvalid, match=r"policy\.toml:3: uplaod is no policy key; did you mean upload"):
        rules.load(env, {})


def test_blocked_metrics_that_this_version_lacks_are_noted() -> None:
    policy = rules.merge([rules.Set("blocked_metrics", ("app.crashs",), "p:1", "")], {})
    assert rules.unknown_metrics(policy, {"app.crashes"}) == [
        "blocked_metrics: this version has no metric app.crashs; did you mean app.crashes?"
    ]
    assert rules.unknown_metrics(policy, {"app.crashs"}) == []
