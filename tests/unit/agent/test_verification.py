"""Verify agrees with what is true, and names the first row that is not."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from agent.database import CorruptError
from agent.errors import VerifyDifference
from agent.ledger import canonical, row_hash
from agent.model import Choice
from agent.verification import require_agreement, verify
from tests.unit.agent.agreement import DAY, NEWER, Device, task


@pytest.fixture
def lived(device: Device) -> Device:
    """Three periods: delivered, withheld with zeros delivered, and one that is held."""
    device.enrol()
    device.choose(Choice.SHARE)
    start = device.env.now() // (7 * DAY) * 7 * DAY
    device.run(start + 9 * DAY)
    device.run(start + 14 * DAY + 4 * 3600)
    device.ledger.withhold(device.ledger.reports()[-1], device.env.now())
    device.run(start + 17 * DAY)
    device.run(start + 21 * DAY + 4 * 3600)
    assert device.ledger.reports()[-1].state == "held"
    return device


def test_it_agrees(lived: Device) -> None:
    seen: list[tuple[int, int]] = []
    found = verify(lived.ledger, lambda done, total: seen.append((done, total)))
    assert found.agrees
    assert (found.bodies, found.gone) == (4, 0)
    assert seen == [(1, 4), (2, 4), (3, 4), (4, 4)]
    require_agreement(found)


def test_it_agrees_when_bodies_are_gone(lived: Device) -> None:
    lived.ledger.prune(lived.env.now() - 5 * DAY, lived.env.now())
    found = verify(lived.ledger)
    assert found.agrees and found.gone and found.bodies + found.gone == 4
    lived.ledger.erase(lived.env.now())
    assert verify(lived.ledger) == (len(list(lived.ledger.rows())), 0, 4, None)


def test_it_agrees_after_sealing_again(lived: Device) -> None:
    from agent import report as reports

    held = lived.ledger.reports()[-1]
    reports.reseal(lived.ledger, held, task(serial=2, operators=NEWER), lived.env.now())
    assert verify(lived.ledger).bodies == 5


def test_an_empty_ledger_agrees(device: Device) -> None:
    assert verify(device.ledger) == (0, 0, 0, None)


def unlocked(device: Device, statement: str, *values: object) -> None:
    """What somebody with the file and SQLite can do."""
    connection = device.ledger.connection
    for trigger in ("ledger_never_changes", "bodies_never_changes", "ledger_never_shrinks"):
        connection.execute(f"DROP TRIGGER IF EXISTS {trigger}")
    connection.execute(statement, values)


def body_row(device: Device, n: int) -> int:
    return [kept.row for kept in device.ledger.kept()][n]


def rewrite_chain(device: Device) -> None:
    """Recompute all hashes, as a forger would."""
    previous = bytes(32)
    for row in list(device.ledger.rows()):
        hashed = row_hash(previous, row.row, row.t, row.kind, row.period_start, row.detail)
        unlocked(device, "UPDATE ledger SET previous = ?, hash = ? WHERE row = ?", previous, hashed, row.row)
        previous = hashed


Tampering = Callable[[Device], int]


def change_detail(device: Device) -> int:
    unlocked(device, "UPDATE ledger SET detail = '{}' WHERE row = 5")
    return 5


def remove_row(device: Device) -> int:
    unlocked(device, "DELETE FROM ledger WHERE row = 4")
    return 4


def swap_vector(device: Device) -> int:
    row = body_row(device, 1)
    unlocked(device, "UPDATE bodies SET vector = zeroblob(length(vector)) WHERE row = ?", row)
    return row


def change_body(device: Device) -> int:
    row = body_row(device, 2)
    unlocked(device, "UPDATE bodies SET body = CAST(body || x'00' AS BLOB) WHERE row = ?", row)
    return row


def change_opening(device: Device) -> int:
    row = body_row(device, 0)
    unlocked(device, "UPDATE bodies SET opening = randomblob(32) WHERE row = ?", row)
    return row


def shorten_opening(device: Device) -> int:
    row = body_row(device, 0)
    unlocked(device, "UPDATE bodies SET opening = x'00' WHERE row = ?", row)
    return row


def spoil_configuration(device: Device) -> int:
    row = body_row(device, 0)
    unlocked(device, "UPDATE bodies SET configuration = x'00' WHERE row = ?", row)
    return row


def spoil_key(device: Device) -> int:
    row = body_row(device, 0)
    unlocked(device, "UPDATE bodies SET leader_hpke = x'00' WHERE row = ?", row)
    return row


def remove_body(device: Device) -> int:
    row = body_row(device, 1)
    unlocked(device, "DELETE FROM bodies WHERE row = ?", row)
    return row


def change_state(device: Device) -> int:
    held = device.ledger.reports()[-1]
    unlocked(device, "UPDATE reports SET state = 'delivered' WHERE id = ?", held.id)
    return held.sealed_row


def change_period(device: Device) -> int:
    held = device.ledger.reports()[-1]
    unlocked(device, "UPDATE reports SET start = start - 1 WHERE id = ?", held.id)
    return held.sealed_row


def remove_report(device: Device) -> int:
    held = device.ledger.reports()[-1]
    unlocked(device, "DELETE FROM reports WHERE id = ?", held.id)
    return held.sealed_row


def cut_off_the_end(device: Device) -> int:
    held = device.ledger.reports()[-1]
    unlocked(device, "DELETE FROM ledger WHERE row >= ?", held.sealed_row)
    return held.sealed_row


def forge_hash_and_chain(device: Device) -> int:
    row = body_row(device, 1)
    detail = canonical({**device.ledger.row(row).facts, "body_sha256": "00" * 32})  # type: ignore[union-attr]
    unlocked(device, "UPDATE ledger SET detail = ? WHERE row = ?", detail, row)
    rewrite_chain(device)
    return row


def forge_zeros(device: Device) -> int:
    """As if answers had been sealed in the place of zeros."""
    row = body_row(device, 0)
    detail = canonical({**device.ledger.row(row).facts, "zeros": True})  # type: ignore[union-attr]
    unlocked(device, "UPDATE ledger SET detail = ? WHERE row = ?", detail, row)
    unlocked(device, "UPDATE reports SET zeros = 1 WHERE sealed_row = ?", row)
    rewrite_chain(device)
    return row


def claim_zeros(device: Device) -> int:
    held = device.ledger.reports()[-1]
    unlocked(device, "UPDATE reports SET zeros = 1 WHERE id = ?", held.id)
    return held.sealed_row


def time_in_words(device: Device) -> int:
    unlocked(device, "UPDATE ledger SET t = 'yesterday' WHERE row = 5")
    return 5


def detail_in_bytes(device: Device) -> int:
    unlocked(device, "UPDATE ledger SET detail = x'00' WHERE row = 5")
    return 5


def opening_in_words(device: Device) -> int:
    row = body_row(device, 0)
    unlocked(device, "UPDATE bodies SET opening = 'thirty-two letters, or rather so' WHERE row = ?", row)
    return row


@pytest.mark.parametrize(
    "tamper",
    [
        *(forge_zeros, claim_zeros, time_in_words, detail_in_bytes, opening_in_words),
        *(change_detail, remove_row, swap_vector, change_body, change_opening, shorten_opening),
        *(spoil_configuration, spoil_key, remove_body, change_state, change_period, remove_report),
        *(cut_off_the_end, forge_hash_and_chain),
    ],
)
def test_tampering_is_named(lived: Device, tamper: Tampering) -> None:
    row = tamper(lived)
    found = verify(lived.ledger)
    assert found.difference is not None
    assert found.difference.row == row
    with pytest.raises(VerifyDifference, match=rf"^row {row}\b") as caught:
        require_agreement(found)
    assert caught.value.exit_code == 30


@pytest.mark.parametrize(
    "change", ["state = 'lost' WHERE id = 1", "time = 'x'", "task_id = 'x'", "moment = 'x'"]
)
def test_a_record_that_is_none_of_ours_is_damage(lived: Device, change: str) -> None:
    unlocked(lived, f"UPDATE reports SET {change}")
    with pytest.raises(CorruptError, match="a report's record"):
        verify(lived.ledger)


def test_verifying_writes_nothing(lived: Device) -> None:
    before = list(lived.ledger.rows())
    lived.ledger.connection.execute("PRAGMA query_only = ON")
    assert verify(lived.ledger).agrees
    assert list(lived.ledger.rows()) == before
