"""What an answer means, each one; and over a real socket, what servers do that misbehave."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent import upload
from agent.connection import Answer, Connection
from agent.errors import AggregatorRefused, NetworkError, ProxyError, TokenRefused
from agent.upload import Outcome, Verdict
from dap.constants import MediaType, ReportError
from dap.messages import UploadErrors
from dap.messages.upload import ReportUploadStatus
from dap.problems import PROBLEM_MEDIA_TYPE, Problem, ProblemType
from tests.unit.agent.servers import answering, closed_port, raw, serving

ID = bytes(range(16))
URL = "https://leader.example/tasks/AA/reports"
NOW = 1_700_000_000.0


def judge(status: int, body: bytes = b"", kind: str = "", *, before: bool = False, **headers: str) -> Outcome:
    given = {name.replace("_", "-"): value for name, value in headers.items()}
    given |= {"content-type": kind} if kind else {}
    return upload.judge(Answer(status, given, body), ID, url=URL, before=before, now=NOW)


def errors(error: ReportError, id: bytes = ID) -> bytes:
    return UploadErrors((ReportUploadStatus(id, error),)).encode()


@pytest.mark.parametrize("status", [200, 201, 202, 204])
def test_an_empty_2xx_is_delivery(status: int) -> None:
    assert judge(status) == Outcome(Verdict.DELIVERED, "")
    assert judge(status, kind="text/html").verdict is Verdict.DELIVERED  # empty all the same


@pytest.mark.parametrize(
    ("error", "before", "verdict"),
    [
        (ReportError.BATCH_COLLECTED, False, Verdict.REFUSED),
        (ReportError.REPORT_REPLAYED, False, Verdict.REFUSED),
        (ReportError.REPORT_REPLAYED, True, Verdict.PROBABLY_DELIVERED),
        (ReportError.REPORT_DROPPED, False, Verdict.REFUSED),
        (ReportError.HPKE_UNKNOWN_CONFIG_ID, False, Verdict.OUTDATED),
        (ReportError.OUTDATED_CONFIG, True, Verdict.OUTDATED),
        (ReportError.HPKE_DECRYPT_ERROR, False, Verdict.REFUSED),
        (ReportError.VDAF_VERIFY_ERROR, False, Verdict.REFUSED),
        (ReportError.TASK_EXPIRED, False, Verdict.REFUSED),
        (ReportError.INVALID_MESSAGE, False, Verdict.REFUSED),
        (ReportError.REPORT_TOO_EARLY, False, Verdict.LATER),
        (ReportError.TASK_NOT_STARTED, False, Verdict.LATER),
    ],
)
def test_upload_errors(error: ReportError, before: bool, verdict: Verdict) -> None:
    outcome = judge(200, errors(error), MediaType.UPLOAD_ERRORS, before=before)
    assert outcome.verdict is verdict
    assert (outcome.error is None) == (verdict is Verdict.PROBABLY_DELIVERED)
    if outcome.error:
        assert error.name.lower() in outcome.reason or error is ReportError.REPORT_REPLAYED
        assert isinstance(outcome.error, AggregatorRefused)


def test_every_report_error_has_its_outcome() -> None:
    for error in ReportError:
        for before in (False, True):
            assert judge(200, errors(error), MediaType.UPLOAD_ERRORS, before=before).reason


def test_too_early_says_what_is_wrong() -> None:
    outcome = judge(200, errors(ReportError.REPORT_TOO_EARLY), MediaType.UPLOAD_ERRORS)
    assert "apart by about a period" in outcome.reason
    assert "date" in outcome.error.cure  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b"<html>Welcome to our portal", "text/html"),
        (b"x", ""),
        (errors(ReportError.REPORT_DROPPED), "application/ppm-dap;message=upload-req"),
        (errors(ReportError.REPORT_DROPPED), "application/octet-stream"),
        (errors(ReportError.REPORT_DROPPED)[:-1], MediaType.UPLOAD_ERRORS),
        (ID + b"\0", MediaType.UPLOAD_ERRORS),
        (ID + b"\xff", MediaType.UPLOAD_ERRORS),
        (errors(ReportError.REPORT_DROPPED, bytes(16)), MediaType.UPLOAD_ERRORS),
        (errors(ReportError.REPORT_DROPPED) * 2, MediaType.UPLOAD_ERRORS),
    ],
)
def test_what_no_leader_says_is_tried_again(body: bytes, kind: str) -> None:
    outcome = judge(200, body, kind)
    assert (outcome.verdict, outcome.unanswered) == (Verdict.RETRY, True)
    assert isinstance(outcome.error, AggregatorRefused)


@pytest.mark.parametrize(
    ("location", "host"),
    [
        ("https://evil.example/x?y", "evil.example"),
        ("/login", "leader.example"),
        ("", "leader.example"),
        ("https://[::1/login", "nowhere"),
        ("//[", "nowhere"),
    ],
)
def test_a_redirect_names_its_target(location: str, host: str) -> None:
    outcome = judge(302, location=location)
    assert outcome.verdict is Verdict.RETRY
    assert f"redirects to {host} (302)" in outcome.reason
    assert isinstance(outcome.error, NetworkError)


def test_a_servers_text_cannot_dress_up() -> None:
    outcome = judge(200, b"x", "text/\x1b[31mred\n" + "y" * 500)
    assert outcome.reason.isprintable() and len(outcome.reason) < 200


@pytest.mark.parametrize("status", [401, 403])
def test_the_token(status: int) -> None:
    outcome = judge(status)
    assert (outcome.verdict, outcome.unanswered) == (Verdict.TOKEN, False)
    assert isinstance(outcome.error, TokenRefused)


@pytest.mark.parametrize(
    ("status", "maybe"), [(408, False), (429, False), (500, True), (502, True), (503, True), (504, True)]
)
def test_what_is_retried(status: int, maybe: bool) -> None:
    assert judge(status).verdict is Verdict.RETRY
    assert judge(status).unanswered is maybe
    assert judge(status, before=True).unanswered is True


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("120", 120.0),
        ("0", 0.0),
        ("Tue, 14 Nov 2023 22:14:20 GMT", 60.0),
        ("Tue, 14 Nov 2000 22:14:20 GMT", 0.0),
        ("soon", None),
        ("-5", None),
        ("9" * 30, None),
        ("", None),
    ],
)
def test_retry_after(text: str, seconds: float | None) -> None:
    assert judge(503, retry_after=text).after == seconds


def test_407_is_the_proxys() -> None:
    assert isinstance(judge(407).error, ProxyError)


@pytest.mark.parametrize(
    ("kind", "verdict"),
    [
        (ProblemType.INVALID_MESSAGE, Verdict.REFUSED),
        (ProblemType.UNSUPPORTED_EXTENSION, Verdict.REFUSED),
        (ProblemType.UNRECOGNIZED_TASK, Verdict.LATER),
    ],
)
def test_problem_documents(kind: ProblemType, verdict: Verdict) -> None:
    outcome = judge(400, Problem.of(kind).encode(), f"{PROBLEM_MEDIA_TYPE}; charset=utf-8")
    assert outcome.verdict is verdict
    assert isinstance(outcome.error, AggregatorRefused)


@pytest.mark.parametrize(
    ("body", "kind"),
    [(b"", ""), (b"<html>", "text/html"), (b"{", PROBLEM_MEDIA_TYPE), (b"{}", PROBLEM_MEDIA_TYPE)],
)
@pytest.mark.parametrize("status", [400, 404, 405, 413, 451])
def test_other_refusals_are_nobodys_last_word(status: int, body: bytes, kind: str) -> None:
    assert judge(status, body, kind).verdict is Verdict.LATER


@given(
    st.integers(100, 999),
    st.binary(max_size=60) | st.sampled_from([errors(e) for e in ReportError]),
    st.sampled_from([*MediaType, PROBLEM_MEDIA_TYPE, "text/html", "\x00", ""]),
    st.booleans(),
    st.text(st.characters(max_codepoint=255), max_size=30),
)
def test_any_answer_has_an_outcome(status: int, body: bytes, kind: str, before: bool, text: str) -> None:
    outcome = judge(status, body, kind, before=before, location=text, retry_after=text)
    assert outcome.reason or outcome.verdict is Verdict.DELIVERED
    if outcome.verdict is Verdict.DELIVERED:
        assert 200 <= status < 300 and not body
    if before and outcome.verdict in (Verdict.RETRY, Verdict.LATER, Verdict.TOKEN):
        assert outcome.unanswered  # what may have arrived once stays so


# -- over a socket


def send(url: str) -> Outcome:
    connection = Connection(monotonic=time.monotonic, environment={}, total_seconds=3, hop_seconds=2)
    return upload.send(connection, url, b"\1" * 32, ID + b"body", "t0ken", before=False, now=NOW)


def test_the_request_is_daps() -> None:
    with serving(answering(200)) as server:
        assert send(f"{server.url}/api/").verdict is Verdict.DELIVERED
    task_id = "AQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQEBAQE"
    assert server.requests[0].startswith(f"POST /api/tasks/{task_id}/reports HTTP/1.1\r\n".encode())
    assert b"\r\nContent-Type: application/ppm-dap;message=upload-req\r\n" in server.requests[0]
    assert server.requests[0].endswith(b"\r\n\r\n" + ID + b"body")


def test_an_answer_that_breaks_off_may_be_delivery() -> None:
    with serving(raw(b"HTTP/1.1 200 OK\r\nContent-Length: 17\r\n\r\nshort")) as server:
        outcome = send(server.url)
    assert (outcome.verdict, outcome.unanswered) == (Verdict.RETRY, True)


def test_no_server_is_certainly_no_delivery() -> None:
    with closed_port() as port:
        outcome = send(f"http://127.0.0.1:{port}")
    assert (outcome.verdict, outcome.unanswered) == (Verdict.RETRY, False)


def test_a_redirect_is_not_followed() -> None:
    with (
        serving(answering(200)) as other,
        serving(answering(308, headers=f"Location: {other.url}/\r\n")) as server,
    ):
        assert send(server.url).verdict is Verdict.RETRY
        assert not other.requests
