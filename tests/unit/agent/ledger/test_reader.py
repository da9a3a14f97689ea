"""Reading takes no lock and sees one state."""

from __future__ import annotations

import pytest

from agent.errors import StoreError
from agent.ledger import Ledger, Reader
from agent.model import LedgerKind, ReportState
from tests.unit.agent.agreement import Device
from tests.unit.agent.test_report import sealed


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


def test_looking_gives_sizes_and_writes_nothing(device: Device) -> None:
    report = sealed(device)
    reader = Reader.look(device.env)
    try:
        kept = device.ledger.body(report)
        assert kept is not None
        assert reader.sizes() == {report.sealed_row: len(kept.sealed.body)}
        with pytest.raises(StoreError):
            Ledger(reader.connection, reader.path).drop(report, "", 0)
    finally:
        reader.close()
    assert device.ledger.report(report.id).state is ReportState.HELD
