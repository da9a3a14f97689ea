"""Reading takes no lock and sees one state."""

from __future__ import annotations

from agent.ledger import Ledger
from agent.model import LedgerKind
from tests.unit.agent.agreement import Device


def test_a_snapshot_does_not_move(device: Device) -> None:
    device.ledger.append(LedgerKind.CHOICE, {"choice": "local"}, 1)
    other = Ledger.open(device.env)
    with other.snapshot():
        assert len(list(other.rows())) == 1
        device.ledger.append(LedgerKind.CHOICE, {"choice": "off"}, 2)  # nobody is kept waiting
        assert len(list(other.rows())) == 1
    assert len(list(other.rows())) == 2
    assert [row.row for row in other.rows(after=1)] == [2]
    other.close()


def test_the_last_of_a_kind(device: Device) -> None:
    for n, kind in enumerate((LedgerKind.CHOICE, LedgerKind.POLICY, LedgerKind.TASK), start=1):
        device.ledger.append(kind, {"n": n}, n)
    assert device.ledger.last().facts == {"n": 3}  # type: ignore[union-attr]
    assert device.ledger.last(LedgerKind.CHOICE).facts == {"n": 1}  # type: ignore[union-attr]
    assert device.ledger.last(LedgerKind.SEALED) is None
