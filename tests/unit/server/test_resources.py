"""Stored answers."""

from __future__ import annotations

import pytest

from server import resources
from server.database import Database
from server.resources import Kind, Resource


def test_an_id_belongs_to_one_request(store: Database) -> None:
    made = Resource(Kind.AGGREGATION_JOB, b"j" * 16, resources.digest(b"one"), 5, response=b"answer")
    with store.write() as connection:
        assert resources.match(connection, Kind.AGGREGATION_JOB, b"one", b"j" * 16) is None
        resources.put(connection, made)
        assert resources.match(connection, Kind.AGGREGATION_JOB, b"one", b"j" * 16) == made
        assert resources.match(connection, Kind.AGGREGATE_SHARE, b"one", b"j" * 16) is None
        with pytest.raises(resources.ConflictError):
            resources.match(connection, Kind.AGGREGATION_JOB, b"two", b"j" * 16)
        assert resources.remove(connection, Kind.AGGREGATION_JOB, b"j" * 16)
        assert not resources.remove(connection, Kind.AGGREGATION_JOB, b"j" * 16)


def test_what_is_forgotten_for_its_age_is_of_one_kind(store: Database) -> None:
    with store.write() as connection:
        for kind in Kind:
            for period in (4, 5):
                resources.put(connection, Resource(kind, bytes([kind, period]) * 8, b"d", period))
        resources.remove_before(connection, Kind.AGGREGATION_JOB, 5)
        left = connection.execute("SELECT kind, period FROM resources").fetchall()
    assert sorted(left) == [(1, 5), (2, 4), (2, 5), (3, 4), (3, 5)]
