"""Attempts and what follows from them: retries, tokens, newer keys, crashes; through tend and send-now."""

from __future__ import annotations

import itertools

import pytest

from agent.connection import Answer, Unanswered
from agent.errors import Declined, KeychainError, NetworkError
from agent.model import Choice, ReportState
from agent.verification import verify
from dap.constants import MediaType, ReportError
from dap.messages import UploadErrors
from dap.messages.upload import ReportUploadStatus
from tests.unit.agent.agreement import DAY, NEWER, TOKEN, Device, Upload, task

HOUR = 3_600
WEEK = 7 * DAY


@pytest.fixture
def held(device: Device) -> Device:
    """A weekly report is held, three hours after its week."""
    device.enrol()
    device.choose(Choice.SHARE)
    device.run(device.env.now() // WEEK * WEEK + WEEK + 3 * HOUR)
    assert [r.state for r in device.ledger.reports()] == [ReportState.HELD]
    return device


def says(error: ReportError) -> object:
    def answer(upload: Upload) -> Answer:
        body = UploadErrors((ReportUploadStatus(upload.report_id, error),)).encode()
        return Answer(200, {"content-type": MediaType.UPLOAD_ERRORS}, body)

    return answer


def end(device: Device) -> float:
    return device.ledger.reports()[0].stop


def state(device: Device) -> str:
    return str(device.ledger.reports()[0].state)


def test_network_errors_are_retried_with_the_same_bytes_and_growing_pauses(held: Device) -> None:
    held.wire.fail()
    held.run(end(held) + 4 * DAY)
    uploads = held.wire.uploads
    assert len(uploads) > 8
    assert len({upload.body for upload in uploads}) == 1
    pauses = [b.at - a.at for a, b in itertools.pairwise(uploads)]
    assert 150 <= pauses[0] <= 450 + 60
    assert max(pauses) <= 9 * HOUR + 60
    assert sum(pauses[-3:]) > sum(pauses[:3]) * 5
    assert held.kinds().count("sending") == 1
    held.wire.accept()
    held.run(end(held) + 5 * DAY)
    assert state(held) == "delivered"
    assert held.ledger.reports()[0].attempts == len(held.wire.uploads)


def test_what_never_gets_through_is_too_late(held: Device) -> None:
    held.wire.fail()
    held.run(end(held) + 7 * DAY)
    assert state(held) == "too_late"
    assert all(upload.at < end(held) + 6 * DAY for upload in held.wire.uploads)


def test_an_unanswered_attempt_makes_a_replay_a_delivery(held: Device) -> None:
    held.wire.fail()
    held.send_now()
    held.wire.answering = says(ReportError.REPORT_REPLAYED)  # type: ignore[assignment]
    held.run(end(held) + 2 * DAY)
    assert state(held) == "delivered"
    assert held.ledger.last().facts["probably"] is True  # type: ignore[union-attr]


def test_a_replay_on_a_first_attempt_means_collected(held: Device) -> None:
    held.wire.answering = lambda upload: NetworkError("no connection", "wait")  # certainly not delivered
    held.send_now()
    held.wire.answering = says(ReportError.REPORT_REPLAYED)  # type: ignore[assignment]
    held.run(end(held) + 2 * DAY)
    assert state(held) == "refused"
    assert "collected" in held.ledger.reports()[0].note


def test_a_crash_in_an_attempt_resends_the_same_bytes(held: Device) -> None:
    class Killed(BaseException):
        pass

    def die(upload: Upload) -> Answer:
        raise Killed

    held.wire.answering = die
    with pytest.raises(Killed):
        held.send_now()
    report = held.ledger.reports()[0]
    assert (report.state, report.moment, report.unanswered) == (ReportState.SENDING, None, True)
    held.wire.accept()
    held.run(end(held) + 2 * DAY)
    first, second = held.wire.uploads
    assert first.body == second.body
    assert second.at - first.at >= 150
    assert state(held) == "delivered"


def test_retry_after_is_honoured(held: Device) -> None:
    held.wire.answering = lambda upload: Answer(503, {"retry-after": str(20 * HOUR)}, b"")
    held.send_now()
    held.run(end(held) + 2 * DAY)
    first, second, *_ = held.wire.uploads
    assert second.at - first.at >= 20 * HOUR


def test_too_early_is_said_and_not_hammered(held: Device) -> None:
    held.wire.answering = says(ReportError.REPORT_TOO_EARLY)  # type: ignore[assignment]
    sent = held.send_now()
    assert sent.error is not None and "apart by about a period" in sent.error.message
    held.run(end(held) + 2 * DAY)
    assert 3 <= len(held.wire.uploads) <= 16  # three hours apart and more
    assert "apart by about a period" in held.ledger.reports()[0].note
    assert "apart" in (held.store.fact("trouble") or "")
    held.wire.accept()
    held.run(end(held) + 5 * DAY)
    assert state(held) == "delivered"
    assert held.store.fact("trouble") is None


@pytest.mark.parametrize("error", [ReportError.REPORT_DROPPED, ReportError.VDAF_VERIFY_ERROR])
def test_a_refusal_is_final(held: Device, error: ReportError) -> None:
    held.wire.answering = says(error)  # type: ignore[assignment]
    held.run(end(held) + 5 * DAY)
    assert len(held.wire.uploads) == 1
    assert state(held) == "refused"
    assert error.name.lower() in held.ledger.last().facts["reason"]  # type: ignore[union-attr]


# -- the token


def accepting(token: str) -> object:
    return lambda upload: Answer(200 if upload.token == token else 401, {}, b"")


def test_a_renewed_token_is_read_again(held: Device) -> None:
    held.wire.answering = accepting("renewed")  # type: ignore[assignment]
    held.token_file.write_text("renewed\n")
    assert held.send_now().error is None
    assert [upload.token for upload in held.wire.uploads] == [TOKEN, "renewed"]
    assert len({upload.body for upload in held.wire.uploads}) == 1
    assert held.keychain.token == "renewed"
    assert state(held) == "delivered"


def test_a_token_that_stays_refused_is_not_hammered(held: Device) -> None:
    held.wire.answering = accepting("another")  # type: ignore[assignment]
    sent = held.send_now()
    assert sent.error is not None and sent.error.exit_code == 14
    assert len(held.wire.uploads) == 1  # the file has the same one
    held.run(end(held) + 2 * DAY)
    assert len(held.wire.uploads) <= 16
    held.token_file.write_text("another")
    held.run(end(held) + 3 * DAY)
    assert state(held) == "delivered"


def test_a_locked_keychain_falls_back_to_the_token_file(held: Device) -> None:
    held.keychain.broken = KeychainError("it is locked", "unlock it")
    assert held.send_now().error is None


def test_without_any_token_nothing_is_begun(held: Device) -> None:
    held.keychain.broken = KeychainError("it is locked", "unlock it")
    held.token_file.unlink()
    sent = held.send_now()
    assert sent.error is not None and sent.error.exit_code == 18
    assert state(held) == "held" and not held.wire.uploads
    held.keychain.broken = None
    held.run(end(held) + 2 * DAY)
    assert state(held) == "delivered"


# -- keys


@pytest.mark.parametrize("error", [ReportError.OUTDATED_CONFIG, ReportError.HPKE_UNKNOWN_CONFIG_ID])
def test_outdated_config_with_a_newer_file_seals_again_once(held: Device, error: ReportError) -> None:
    held.wire.fail()
    held.send_now()  # sending has begun, to the old key
    held.renew(task(serial=2, operators=NEWER), NEWER)
    old = held.wire.uploads[0].body
    outdated = says(error)
    held.wire.answering = lambda u: outdated(u) if u.body == old else Answer(200, {}, b"")  # type: ignore[operator]
    held.run(end(held) + 2 * DAY)
    *_, last = held.wire.uploads
    assert state(held) == "delivered"
    assert last.body != old and last.body[:16] == old[:16]  # the same report id
    assert held.kinds().count("resealed") == 1
    assert verify(held.ledger).bodies == 2


def test_outdated_config_without_a_newer_file_is_not_believed(held: Device) -> None:
    held.wire.answering = says(ReportError.OUTDATED_CONFIG)  # type: ignore[assignment]
    held.run(end(held) + 3 * DAY)
    assert len({upload.body for upload in held.wire.uploads}) == 1
    assert state(held) == "sending" and "resealed" not in held.kinds()
    held.wire.accept()
    held.run(end(held) + 5 * DAY)
    assert state(held) == "delivered"


def test_a_newer_key_that_is_not_accepted_either_ends_it(held: Device) -> None:
    held.wire.answering = says(ReportError.OUTDATED_CONFIG)  # type: ignore[assignment]
    held.send_now()
    held.renew(task(serial=2, operators=NEWER), NEWER)
    held.run(end(held) + 2 * DAY)
    assert state(held) == "refused"
    assert len({upload.body for upload in held.wire.uploads}) == 2
    assert held.kinds().count("resealed") == 1


# -- by hand


def test_send_now_sends_now(held: Device) -> None:
    sent = held.send_now()
    assert sent.error is None and sent.report.state is ReportState.DELIVERED
    assert held.wire.uploads[0].at == held.env.now()
    with pytest.raises(Declined, match="no report is held"):
        held.send_now()


def test_send_now_tries_again_what_waits_for_a_retry(held: Device) -> None:
    held.wire.fail()
    held.send_now()
    held.wire.accept()
    assert held.send_now().report.state is ReportState.DELIVERED


def test_send_now_says_why_not(held: Device) -> None:
    held.set_clock(end(held) + 8 * DAY)
    with pytest.raises(Declined, match="not the time of that report"):
        held.send_now()
    held.choose(Choice.LOCAL)
    with pytest.raises(Declined, match="the choice is local"):
        held.send_now()
    assert not held.wire.uploads


def test_send_now_says_what_it_met(held: Device) -> None:
    held.wire.answering = lambda upload: Unanswered("leader.invalid gave no usable answer", "wait")
    sent = held.send_now()
    assert sent.error is not None and sent.error.exit_code == 17
    assert sent.report.state is ReportState.SENDING and sent.report.moment is not None


def test_a_choice_between_sealing_and_sending_counts(held: Device) -> None:
    """Whoever chooses off while a worker is about to send is heard: the attempt finds it on the disk."""
    ring = held.keychain.get

    def choose_meanwhile() -> str | None:
        held.choose(Choice.OFF)
        return ring()

    held.keychain.get = choose_meanwhile  # type: ignore[method-assign]
    with pytest.raises(Declined):
        held.send_now()
    assert not held.wire.uploads and state(held) == "dropped"
