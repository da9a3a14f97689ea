"""The person's own values: kept checked, read checked."""

from __future__ import annotations

import sqlite3
from fractions import Fraction

import pytest

from agent.errors import PolicyInvalid
from agent.policy import from_text, own, write


@pytest.fixture
def connection() -> sqlite3.Connection:
    connection = sqlite3.connect(":memory:")
    connection.execute("CREATE TABLE settings(key TEXT PRIMARY KEY, value TEXT NOT NULL)")
    return connection


def stored(connection: sqlite3.Connection) -> dict[str, str]:
    return dict(connection.execute("SELECT key, value FROM settings"))


def test_round_trip(connection: sqlite3.Connection) -> None:
    for name, typed in {
        "blocked_metrics": "app.crashes, network.tcp_rtt",
        "max_rho_per_release": "0.1",
        "min_batch_size": "200",
        "download_test": "false",
        "ca_bundle": "/etc/ssl/own.pem",
        "network_target": "off",
    }.items():
        write(connection, name, from_text(name, typed))
    found = own({**stored(connection), "choice": "share"})
    assert found["blocked_metrics"] == ("app.crashes", "network.tcp_rtt")
    assert found["max_rho_per_release"] == Fraction(1, 10)
    assert (found["min_batch_size"], found["download_test"], found["network_target"]) == (200, False, None)
    write(connection, "min_batch_size", None)
    assert "min_batch_size" not in own(stored(connection))
    connection.close()


def test_what_cannot_be_read_is_not_passed_over(connection: sqlite3.Connection) -> None:
    for bad in ("{", '"x"', "[" * 100_000, "9" * 5_000):
        with pytest.raises(PolicyInvalid, match="your setting: min_batch_size"):
            own({"policy.min_batch_size": bad})
    connection.close()


@pytest.mark.parametrize(
    ("name", "typed"),
    [
        ("min_batch_size", "x"),
        ("min_batch_size", "²"),
        ("min_batch_size", "9" * 5000),
        ("upload", "off"),
        ("nope", "1"),
    ],
)
def test_refused(connection: sqlite3.Connection, name: str, typed: str) -> None:
    with pytest.raises(PolicyInvalid, match=name):
        write(connection, name, from_text(name, typed))
    assert not stored(connection)
    connection.close()
