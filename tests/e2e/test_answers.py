"""A leader that answers anything at all: the real program says what happened, and loses nothing."""

from __future__ import annotations

import hashlib
import os
import signal
import socket
import subprocess
from typing import NamedTuple

import pytest

from dap.constants import MediaType, ReportError
from dap.hpke import generate
from dap.messages import UploadErrors
from dap.messages.upload import ReportUploadStatus
from dap.problems import PROBLEM_MEDIA_TYPE
from tests.devices import HELPER, LEADER, OFFLINE, PROGRAM, TOKEN, Device, Signer, signed, task, until
from tests.recording import TAKEN, Answering, Leader, Request, recording, refusing, response, saying


class Case(NamedTuple):
    """An answer that is no word of DAP's, or none for good: the report stays, and is tried again."""

    name: str
    answering: Answering
    code: int
    words: str


def slam(request: Request, connection: socket.socket) -> None:
    """Close without a word."""


def flood(request: Request, connection: socket.socket) -> None:
    """An endless body, as fast as it goes."""
    connection.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
    while True:
        connection.sendall(bytes(65_536))


def problem(kind: str, status: int = 400) -> Answering:
    text = f'{{"type": "urn:ietf:params:ppm:dap:error:{kind}", "title": "no", "status": {status}}}'
    return saying(response(status, text.encode(), kind=PROBLEM_MEDIA_TYPE))


STRANGE = UploadErrors((ReportUploadStatus(bytes(16), ReportError.BATCH_COLLECTED),)).encode()
ERRORS = MediaType.UPLOAD_ERRORS
HTML = response(200, b"<html>Please log in</html>", kind="text/html")

NOT_FINAL = (
    *(
        Case(f"status {status}", saying(response(status)), code, str(status))
        for code, statuses in {
            14: (401, 403),
            12: (407,),
            15: (400, 404, 413),
            17: (304, 408, 425, 429, 500, 503, 599),
        }.items()
        for status in statuses
    ),
    Case("a page", saying(HTML), 15, "text/html"),
    Case("no media type", saying(response(200, b"hello")), 15, "no media type"),
    Case("an upload's type", saying(response(200, STRANGE, kind=MediaType.UPLOAD_REQ)), 15, "upload-req"),
    Case("about another report", saying(response(200, STRANGE, kind=ERRORS)), 15, "other reports"),
    Case("half a message", saying(response(200, STRANGE[:9], kind=ERRORS)), 15, "cannot be read"),
    Case("no message", saying(response(200, b"\xff" * 40, kind=ERRORS)), 15, "cannot be read"),
    Case("a cut body", saying(response(200, STRANGE, kind=ERRORS, length=99)), 17, "no usable answer"),
    Case(
        "a cut problem", saying(response(400, b'{"type": "urn:ietf:par', kind=PROBLEM_MEDIA_TYPE)), 15, "400"
    ),
    Case("a cut head", saying(b"HTTP/1.1 200 OK\r\nContent-Le"), 17, "no usable answer"),
    Case("no HTTP", saying(b"SSH-2.0-OpenSSH_9.2p1\r\n"), 17, "no usable answer"),
    Case("a bad length", saying(b"HTTP/1.1 200 OK\r\nContent-Length: -7\r\n\r\n"), 17, "no usable answer"),
    Case("two lengths", saying(response(200, more="Content-Length: 5\r\n")), 17, "no usable answer"),
    Case("nothing at all", slam, 17, "no usable answer"),
    Case("no end", flood, 17, "larger than 64 KiB"),
    Case(
        "a vast head",
        saying(b"HTTP/1.1 200 OK\r\nX: " + b"x" * 200_000 + b"\r\n\r\n"),
        17,
        "no usable answer",
    ),
    Case("an unknown task", problem("unrecognizedTask", 404), 15, "does not know the task"),
)


def test_whatever_it_says_the_report_is_kept_and_the_same_bytes_go_again(
    holding: Device, leader: Leader
) -> None:
    wrong = []
    for number, case in enumerate(NOT_FINAL, 1):
        leader.answering = case.answering
        ran = holding.shoal("send-now")
        states = holding.read("SELECT state, attempts, moment > strftime('%s', 'now') - 1 FROM reports")
        if ran.code != case.code or case.words not in ran.err or states != [("sending", number, 1)]:
            wrong.append((case.name, ran, states))
    assert not wrong
    assert {request.body for request in leader.requests} == {holding.read("SELECT body FROM bodies")[0][0]}
    assert {request.head for request in leader.requests} == {leader.requests[0].head}
    assert len(leader.requests) == leader.connections == len(NOT_FINAL)
    checked = holding.json("verify")
    assert (checked["agrees"], checked["bodies"]) == (True, 1)
    leader.answering = TAKEN
    assert holding.shoal("send-now").code == 0
    assert holding.kinds() == ["sealed", "sending", "delivered"]
    assert holding.shoal("verify").code == 0


def test_an_error_tells_cause_and_cure_in_two_lines(holding: Device, leader: Leader) -> None:
    leader.answering = saying(HTML)
    ran = holding.shoal("send-now")
    first, second = ran.err.splitlines()
    assert first.startswith("shoal: 127.0.0.1 answers with text/html")
    assert second.startswith("       A portal or proxy may be answering in its place.")
    assert "not delivered yet" in ran.out


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_is_not_followed(holding: Device, leader: Leader, status: int) -> None:
    with recording() as elsewhere:
        leader.answering = saying(response(status, more=f"Location: {elsewhere.url}\r\n"))
        ran = holding.shoal("send-now")
        assert (ran.code, elsewhere.connections) == (17, 0)
    assert "redirects" in ran.err
    assert holding.kinds() == ["sealed", "sending"]
    assert len(leader.requests) == 1


FINAL = {
    ReportError.BATCH_COLLECTED: "collected already",
    ReportError.REPORT_REPLAYED: "collected already",  # a first attempt: nobody can have sent it before
    ReportError.REPORT_DROPPED: "dropped it",
    ReportError.HPKE_DECRYPT_ERROR: "task or keys differ",
    ReportError.VDAF_VERIFY_ERROR: "proof was not accepted",
    ReportError.TASK_EXPIRED: "task has ended",
    ReportError.INVALID_MESSAGE: "could not read it",
}
KEPT = {
    ReportError.HPKE_UNKNOWN_CONFIG_ID: "newer task file",
    ReportError.OUTDATED_CONFIG: "newer task file",
    ReportError.REPORT_TOO_EARLY: "Check the date",
    ReportError.TASK_NOT_STARTED: "Check the date",
}


def test_every_error_is_one_of_these() -> None:
    assert {*FINAL, *KEPT} == set(ReportError)


@pytest.mark.parametrize("error", FINAL, ids=lambda error: error.name.lower())
def test_a_refusal_is_final_and_on_record(holding: Device, leader: Leader, error: ReportError) -> None:
    leader.answering = refusing(error)
    ran = holding.shoal("send-now")
    assert ran.code == 15
    assert FINAL[error] in ran.err
    assert error.name.lower() in ran.err
    assert holding.kinds() == ["sealed", "sending", "refused"]


def test_after_a_refusal_nothing_more_is_sent_for_the_period(holding: Device, leader: Leader) -> None:
    leader.answering = refusing(ReportError.REPORT_DROPPED)
    assert holding.shoal("send-now").code == 15
    leader.answering = TAKEN
    assert holding.shoal("send-now").code == 20
    assert holding.worker().code == 0
    assert len(leader.requests) == 1
    checked = holding.json("verify")
    assert (checked["agrees"], checked["bodies"]) == (True, 1)


def test_a_problem_in_dap_s_terms_is_final(holding: Device, leader: Leader) -> None:
    leader.answering = problem("invalidMessage")
    ran = holding.shoal("send-now")
    assert (ran.code, holding.kinds()) == (15, ["sealed", "sending", "refused"])
    assert "invalidMessage" in ran.err


def test_other_errors_keep_the_report(holding: Device, leader: Leader) -> None:
    for error, words in KEPT.items():
        leader.answering = refusing(error)
        ran = holding.shoal("send-now")
        assert (ran.code, words in ran.err, error.name.lower() in ran.err) == (15, True, True), ran
    assert holding.read("SELECT state, resealed FROM reports") == [("sending", 0)]
    assert len({request.body for request in leader.requests}) == 1
    assert holding.shoal("verify").code == 0


def test_a_replay_after_an_unanswered_attempt_was_probably_delivered(holding: Device, leader: Leader) -> None:
    leader.answering = slam
    assert holding.shoal("send-now").code == 17
    leader.answering = refusing(ReportError.REPORT_REPLAYED)
    assert holding.shoal("send-now").code == 0
    assert holding.kinds() == ["sealed", "sending", "delivered"]
    assert holding.json("ledger", "--kind", "delivered")[0]["detail"]["probably"] is True


def test_a_newer_key_is_believed_from_both_operators_only(holding: Device, leader: Leader) -> None:
    leader.answering = refusing(ReportError.OUTDATED_CONFIG)
    assert holding.shoal("send-now").code == 15
    newer = Signer(LEADER.role, LEADER.signing, generate(7, b"a later key of the leader's here"))
    renewed = task(leader.url, serial=2, leader=newer)
    holding.task_file.write_text(signed(renewed, LEADER))
    assert holding.shoal("send-now").code == 16
    holding.task_file.write_text(signed(renewed, LEADER, HELPER))

    def picky(request: Request, connection: socket.socket) -> None:
        stale = request.body == leader.requests[0].body
        (refusing(ReportError.OUTDATED_CONFIG) if stale else TAKEN)(request, connection)

    leader.answering = picky
    assert holding.shoal("send-now").code == 0
    first, *_, last = leader.requests
    assert first.report_id == last.report_id
    assert first.body != last.body
    assert len(first.body) == len(last.body)
    assert holding.kinds() == ["sealed", "sending", "resealed", "delivered"]
    assert holding.json("verify")["bodies"] == 2


def test_a_refused_token_is_read_again_from_its_file(holding: Device, leader: Leader) -> None:
    good = "a-newer-token"

    def guarded(request: Request, connection: socket.socket) -> None:
        fits = ("Authorization", f"Bearer {good}") in request.headers
        connection.sendall(response(200 if fits else 401))

    leader.answering = guarded
    (holding.state / "token").write_text(TOKEN)
    ran = holding.shoal("send-now")
    assert ran.code == 14
    assert "does not accept the upload token" in ran.err
    holding.token_file.write_text(good)
    assert holding.shoal("send-now").code == 0
    assert [("Authorization", f"Bearer {TOKEN}") in request.headers for request in leader.requests] == [
        *(True, True, False)
    ]
    assert len({request.body for request in leader.requests}) == 1


def test_no_network_at_all(holding: Device, leader: Leader) -> None:
    if not OFFLINE:
        pytest.skip("this account may not make a network namespace")
    ran = holding.shoal("send-now", before=OFFLINE)
    assert ran.code == 17
    assert ran.err.startswith("shoal: no connection to 127.0.0.1 (connection): ")
    assert holding.kinds() == ["sealed", "sending"]
    assert holding.shoal("send-now").code == 0
    assert len(leader.requests) == 1


def test_loopback_takes_the_direct_way(holding: Device, leader: Leader) -> None:
    holding.environment["HTTPS_PROXY"] = "http://proxy.invalid:3128"
    assert holding.shoal("send-now").code == 0
    assert len(leader.requests) == 1


def test_the_ledger_has_the_body_before_it_leaves(holding: Device, leader: Leader) -> None:
    recorded = holding.json("ledger", "--kind", "sealed")[0]["detail"]["body_sha256"]
    on_disk: list[str] = []

    def look(request: Request, connection: socket.socket) -> None:
        on_disk.extend(kind for (kind,) in holding.read("SELECT kind FROM ledger ORDER BY row"))
        connection.sendall(response())

    leader.answering = look
    assert holding.shoal("send-now").code == 0
    assert on_disk[-1] == "sending"  # durable before the leader had the last byte
    assert hashlib.sha256(leader.requests[0].body).hexdigest() == recorded


def test_after_a_kill_the_same_bytes_go_again(due: Device, leader: Leader) -> None:
    killed: list[subprocess.Popen[bytes]] = []

    def kill(request: Request, connection: socket.socket) -> None:
        os.kill(killed[0].pid, signal.SIGKILL)
        killed[0].wait()

    leader.answering = kill
    environment = {**os.environ, "SHOAL_STATE": str(due.state), "SHOAL_ROOT": str(due.root)}
    killed.append(subprocess.Popen([*PROGRAM, "worker", "tend"], env=environment))
    until(lambda: killed[0].returncode is not None)
    assert due.kinds() == ["sealed", "sending"]
    leader.answering = TAKEN
    assert due.worker().code == 0
    until(lambda: due.worker().code == 0 and "delivered" in due.kinds())
    assert len({request.body for request in leader.requests}) == 1
    assert due.shoal("verify").code == 0
