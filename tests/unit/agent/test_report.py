"""Sealing, showing, replacing and sealing again."""

from __future__ import annotations

import hashlib
import json

import pytest

from agent import report as reports
from agent.errors import Declined, UsageError
from agent.ledger import Report, Unreadable
from agent.model import ReportState
from catalogue import layout
from dap.constants import Role
from dap.messages import UploadRequest
from dap.seal import Measurement
from dap.shares import ShareRefused, open_input_share
from dap.task import Task
from tests.unit.agent.agreement import METRICS, NEWER, OPERATORS, Device, task

TASK = task()
LENGTH = layout.length(METRICS[:3])
VECTOR = tuple(int(n in (1, 6)) for n in range(LENGTH))
START = 2810 * 7 * 86_400


def sealed(device: Device, vector: tuple[int, ...] = VECTOR, given: Task = TASK) -> Report:
    measurement = Measurement(2810, vector)
    return reports.seal(
        device.env, device.ledger, given, measurement, start=START, stop=START + 7 * 86_400, choice=None
    )


def opened(device: Device, report: Report, given: Task = TASK, keys: object = OPERATORS) -> list[int]:
    """The vector, as both operators together would read it."""
    sealed_report = UploadRequest.decode(device.ledger.body(report).sealed.body).reports[0]  # type: ignore[union-attr]
    vdaf = given.config.vdaf()
    shares = []
    for n, (role, key) in enumerate(
        ((Role.LEADER, OPERATORS.leader_hpke), (Role.HELPER, OPERATORS.helper_hpke))
    ):
        key = getattr(keys, f"{role.word}_hpke", key)
        share = open_input_share(key, role, given.task_id, given.configuration, sealed_report)
        metadata = sealed_report.report_metadata
        ctx = b"dap-18" + given.task_id
        state, _ = vdaf.verify_init(bytes(32), ctx, n, metadata.report_id, sealed_report.public_share, share)
        shares.append(vdaf.encode_aggregate(state.out_share))
    return list(vdaf.unshard(shares))


def test_what_is_sealed_is_what_was_measured(device: Device) -> None:
    report = sealed(device)
    assert (report.state, report.time, report.zeros) == (ReportState.HELD, 2810, False)
    assert opened(device, report) == list(VECTOR)
    row = device.ledger.row(report.sealed_row)
    body = device.ledger.body(report).sealed.body  # type: ignore[union-attr]
    assert row.facts["body_sha256"] == hashlib.sha256(body).hexdigest()  # type: ignore[union-attr]


def test_exact_gives_what_the_documentation_lists(device: Device) -> None:
    report = sealed(device)
    found = reports.exact(device.ledger, report.sealed_row)
    assert list(found) == list(reports.KEYS)
    assert json.loads(json.dumps(found)) == found
    assert found["vector"] == list(VECTOR) and found["time"] == 2810
    assert bytes.fromhex(found["body"]) == device.ledger.body(report).sealed.body  # type: ignore[union-attr]
    for key in set(reports.KEYS) - {"time", "vector", "length", "chunk_length"}:
        assert found[key] == bytes.fromhex(found[key]).hex()


def test_a_preview_is_kept_nowhere_and_never_repeated(device: Device) -> None:
    measurement = Measurement(2810, VECTOR)
    first, second = (reports.preview(device.env, TASK, measurement) for _ in range(2))
    assert list(first) == list(reports.KEYS)
    assert first["vector"] == second["vector"] == list(VECTOR)
    for key in ("opening", "report_id", "shard_rand", "leader_ephemeral_seed", "body"):
        assert first[key] != second[key]
    assert not list(device.ledger.rows()) and not list(device.ledger.kept())


def test_zeros_take_a_withheld_reports_place(device: Device) -> None:
    report = sealed(device)
    device.ledger.set_moment(report, 123.0)
    withheld = device.ledger.withhold(report, device.env.now())
    zeros = reports.replace(device.env, device.ledger, withheld, None)
    assert opened(device, zeros) == [0] * LENGTH
    assert (zeros.zeros, zeros.moment, zeros.time) == (True, 123.0, report.time)
    before, after = (device.ledger.body(r).sealed for r in (withheld, zeros))  # type: ignore[union-attr]
    assert len(before.body) == len(after.body)
    assert before.opening != after.opening
    assert before.body[:16] != after.body[:16]  # another report id


def test_sealing_again_to_a_newer_key(device: Device) -> None:
    report = sealed(device)
    newer = task(serial=2, operators=NEWER)
    assert not reports.is_outdated(device.ledger, report, TASK)
    assert reports.is_outdated(device.ledger, report, newer)
    before = reports.exact(device.ledger, report.sealed_row)
    again = reports.reseal(device.ledger, report, newer, device.env.now())
    assert opened(device, again, newer, NEWER) == list(VECTOR)
    with pytest.raises(ShareRefused):
        opened(device, again)
    assert not reports.is_outdated(device.ledger, again, newer)
    row = device.ledger.last().row  # type: ignore[union-attr]
    after = reports.exact(device.ledger, row)
    same = ("opening", "report_id", "shard_rand", "public_share", "leader_input_share", "helper_input_share")
    assert all(before[key] == after[key] for key in same)
    assert before["leader_ephemeral_seed"] != after["leader_ephemeral_seed"]
    assert reports.exact(device.ledger, report.sealed_row) == before  # the first one stays recomputable


@pytest.mark.parametrize(
    "other",
    [
        task(serial=1, operators=NEWER),  # no newer file
        task(serial=2),  # no other key
        task(serial=2, operators=NEWER, id=b"\2" * 32),  # another task
        task(serial=2, operators=NEWER, grace=8 * 86_400),  # another configuration
    ],
)
def test_what_does_not_count_as_outdated(device: Device, other: Task) -> None:
    assert not reports.is_outdated(device.ledger, sealed(device), other)


def test_one_report_a_period(device: Device) -> None:
    sealed(device)
    with pytest.raises(Declined):
        sealed(device, (0,) * LENGTH)


def test_rows_that_cannot_be_shown(device: Device) -> None:
    report = sealed(device)
    device.ledger.withhold(report, device.env.now())
    with pytest.raises(UsageError, match="row 2 cannot be shown exactly: it recorded no body"):
        reports.exact(device.ledger, 2)
    device.ledger.erase(device.env.now())
    with pytest.raises(UsageError, match="pruned or erased"):
        reports.exact(device.ledger, report.sealed_row)


def test_zeros_that_another_process_was_first_to_seal_are_as_good(device: Device) -> None:
    withheld = device.ledger.withhold(sealed(device), device.env.now())
    assert device.ledger.zeros_for(withheld) is None
    first = reports.replace(device.env, device.ledger, withheld, None)
    assert reports.replace(device.env, device.ledger, withheld, None) == first
    assert device.ledger.zeros_for(withheld) == first
    assert device.kinds() == ["sealed", "withheld", "sealed"]


def test_zeros_are_not_sealed_under_another_choice_than_the_present(device: Device) -> None:
    withheld = device.ledger.withhold(sealed(device), device.env.now())
    with pytest.raises(Declined, match="changed meanwhile"):
        reports.replace(device.env, device.ledger, withheld, "share")
    assert device.kinds() == ["sealed", "withheld"]


@pytest.mark.parametrize("value", [b"", b"\xff" * 40, "text"])
@pytest.mark.parametrize("part", ["configuration", "leader_hpke", "opening"])
def test_a_damaged_body_is_named_with_its_row(device: Device, part: str, value: object) -> None:
    report = sealed(device)
    device.ledger.connection.execute("DROP TRIGGER bodies_never_changes")
    device.ledger.connection.execute(f"UPDATE bodies SET {part} = ?", (value,))
    withheld = device.ledger.withhold(report, device.env.now())
    with pytest.raises(Unreadable, match=f"row {report.sealed_row} of the ledger cannot be read") as caught:
        reports.exact(device.ledger, report.sealed_row)
    assert caught.value.exit_code == 19
    if part != "opening" or value == "text":  # zeros have an opening of their own
        with pytest.raises(Unreadable):
            reports.replace(device.env, device.ledger, withheld, None)
        assert device.ledger.zeros_for(withheld) is None


def test_the_two_pieces_of_each_entry_add_up_to_it(device: Device) -> None:
    found = reports.exact(device.ledger, sealed(device).sealed_row)
    pieces = reports.pieces(found)
    prime = 2**128 - 7 * 2**66 + 1
    leader, helper = (
        [int.from_bytes(bytes.fromhex(text), "little") for text in texts] for texts in pieces.values()
    )
    assert [(a + b) % prime for a, b in zip(leader, helper, strict=True)] == list(VECTOR)
    # each alone is neither: all of them are large, and another opening gives others
    assert min(leader) > 1 < min(helper)
    again = reports.pieces(reports.preview(device.env, TASK, Measurement(2810, VECTOR)))
    assert again["leader"] != pieces["leader"]
