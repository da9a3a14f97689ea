"""From words to bytes: everything that is shown follows from the child's own JSON, byte for byte."""

from __future__ import annotations

from functools import cache
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent import report as reports
from agent.ledger import Ledger
from catalogue import layout
from catalogue.verdict import Verdict
from dap.errors import DapError
from dap.messages import UploadRequest
from dap.seal import Measurement
from tests.nordwerk import agreed
from tests.seeded_life import CATALOGUE
from tests.unit.ui.states import NUMBERS, seeded
from ui.view_models import labels, report
from ui.view_models.parties import Names

LENGTH = layout.length(CATALOGUE.metrics)

NAMES = Names("IT Operations", "Works council")
WEEK = 7 * 86_400


@cache
def held() -> dict[str, Any]:
    """The held report, as `shoal ledger show ROW --exact --json` tells it."""
    ledger = Ledger.open(seeded("normal").env)
    try:
        data = reports.exact(ledger, ledger.reports()[-1].sealed_row)
    finally:
        ledger.close()
    return {**data, "pieces": reports.pieces(data)}


def shown(data: dict[str, Any] | None = None) -> report.Report:
    return report.report(data or held(), CATALOGUE, NAMES, NUMBERS)


def test_the_fields_cover_the_body_without_gap_or_overlap() -> None:
    found = shown()
    at = 0
    for field in found.fields:
        assert field.first == at and field.size > 0
        at += field.size
    assert at == len(found.body)
    assert len({field.id for field in found.fields}) == len(found.fields)


def test_each_field_is_what_the_protocol_s_own_reader_finds() -> None:
    found = shown()
    (message,) = UploadRequest.decode(found.body).reports
    parts = {field.id: found.body[field.first : field.first + field.size] for field in found.fields}
    leader, helper = message.leader_encrypted_input_share, message.helper_encrypted_input_share
    assert parts["report_id"] == message.report_metadata.report_id
    assert parts["period"] == message.report_metadata.time.to_bytes(8, "big")
    assert parts["extensions"] == b"\0\0"
    assert parts["public_share"][4:] == message.public_share
    for role, share in (("leader", leader), ("helper", helper)):
        assert parts[f"{role}.key"] == bytes((share.config_id,))
        assert parts[f"{role}.enc"][2:] == share.enc
        assert parts[f"{role}.payload"][4:] == share.payload
    texts = {field.id: field for field in found.fields}
    assert texts["report_id"].range == "0–15: 16 bytes"
    assert "the week of 12 to 18 November" in texts["period"].text
    assert "key 7" in texts["leader.key"].text and "IT Operations" in texts["leader.key"].title
    assert "Works council" in texts["helper.payload"].title


@given(st.data())
def test_another_message_is_refused_and_never_half_labelled(data: st.DataObject) -> None:
    body = bytes.fromhex(held()["body"])
    cut = data.draw(st.integers(0, len(body) - 1))
    for odd in (body[:cut], body + b"\0", body + body):
        with pytest.raises(DapError):
            report.fields(odd, NAMES, (2_968, WEEK), NUMBERS)


def test_answers_bits_and_vector_say_the_same() -> None:
    found = shown()
    vector = held()["vector"]
    assert "".join(group.bits for group in found.bits) == "".join(map(str, vector))
    answers = {answer.id: answer for group in found.groups for answer in group.answers}
    buckets = layout.decode(vector, CATALOGUE.metrics)
    assert {id: answer.lit for id, answer in answers.items()} == buckets
    for bits in found.bits:
        lit = answers[bits.id].lit
        assert bits.bits == "".join("1" if n == lit else "0" for n in range(answers[bits.id].boxes))
    assert (found.answered, found.questions, found.length) == (sum(vector), len(CATALOGUE.metrics), LENGTH)
    assert answers["endpoint.disk_free"].words == "10–15 %"
    assert answers["network.wifi_signal"].words == "no answer"
    assert found.bits[0].words.startswith(f"Free disk space, numbers 1 to 8 of {LENGTH}: 00010000")
    assert found.example == "endpoint.disk_free"
    assert report.headline(found, NUMBERS) == (
        f"{sum(vector)} answers to {len(CATALOGUE.metrics)} questions, in 6,072 bytes."
    )


def test_the_pieces_add_up_to_the_bits_and_neither_shows_them() -> None:
    found = shown()
    for bits in found.bits:
        pieces = found.pieces[bits.id]
        assert [str(piece.total) for piece in pieces] == list(bits.bits)
        assert [(int(p.leader, 16) + int(p.helper, 16)) % report.PRIME for p in pieces] == [
            piece.total for piece in pieces
        ]
        assert all(len(piece.leader) == len(piece.helper) == 32 for piece in pieces)
    without = {key: value for key, value in held().items() if key != "pieces"}
    assert shown(without).pieces == {}


def test_a_verdict_never_appears_in_a_report_s_content() -> None:
    found = shown()
    said = {answer.words for group in found.groups for answer in group.answers}
    assert not {labels.verdict_word(verdict) for verdict in Verdict} & said


def test_zeros_say_that_they_are_zeros() -> None:
    env = seeded("normal").env
    zeros = reports.preview(env, agreed(), Measurement(2_968, (0,) * LENGTH))
    found = shown({**zeros, "pieces": reports.pieces(zeros)})
    assert found.zeros and found.answered == 0
    assert len(found.body) == len(shown().body), "as long as any other"
    assert report.headline(found, NUMBERS).startswith("Zeros in place of answers")
    assert {answer.words for group in found.groups for answer in group.answers} == {"no answer"}


def test_another_version_s_catalogue_is_not_guessed() -> None:
    other = CATALOGUE._replace(metrics=CATALOGUE.metrics[1:])
    found = report.report(held(), other, NAMES, NUMBERS)
    assert not found.groups and found.note
    assert found.bits[0].bits == "".join(map(str, held()["vector"]))
    assert found.fields, "the bytes are shown all the same"


@pytest.mark.parametrize("key", ["vector", "task_configuration", "body", "time"])
def test_what_is_no_report_is_an_error_of_one_kind(key: str) -> None:
    for odd in ({k: v for k, v in held().items() if k != key}, {**held(), key: "zz"}, {**held(), key: None}):
        with pytest.raises(ValueError):
            shown(odd)


def test_the_plain_words_alone() -> None:
    data = {"answers": [{"id": "endpoint.disk_free", "bucket": 3}, {"id": "app.crashes", "bucket": None}]}
    groups = report.answers_only(data, CATALOGUE, NUMBERS)
    assert [[answer.words for answer in group.answers] for group in groups] == [["10–15 %"], ["no answer"]]
