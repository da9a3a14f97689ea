"""The collector's side of HTTP, against a scripted leader on loopback."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Mapping
from http.server import BaseHTTPRequestHandler, HTTPServer
from types import MappingProxyType
from typing import Any, NamedTuple

import pytest

from dap.codec import encode_id
from dap.constants import MediaType
from dap.dialect import DAP18, JANUS, Dialect
from dap.problems import PROBLEM_MEDIA_TYPE, Problem, ProblemType
from server.answers import MAX_ANSWER
from server.errors import PeerError
from server.leader_client import Gone, LeaderClient, Refused

TASK = bytes(range(32))
JOB = bytes(16)
JOBS = f"/dap/tasks/{encode_id(TASK)}/collection_jobs"
RESP = str(MediaType.COLLECTION_JOB_RESP)


NONE: Mapping[str, str] = MappingProxyType({})


class Answer(NamedTuple):
    status: int = 200
    body: bytes = b""
    headers: Mapping[str, str] = NONE


class Leader(HTTPServer):
    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.answers: list[Answer] = []
        self.asked: list[tuple[str, str, bytes, dict[str, str]]] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/dap/"


class Handler(BaseHTTPRequestHandler):
    server: Leader

    def _do(self) -> None:
        body = self.rfile.read(int(self.headers.get("content-length", 0)))
        self.server.asked.append((self.command, self.path, body, dict(self.headers.items())))
        answer = self.server.answers.pop(0)
        self.send_response(answer.status)
        self.send_header("Content-Length", str(len(answer.body)))
        for name, value in answer.headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(answer.body)

    do_GET = do_POST = do_PUT = _do  # noqa: N815

    def log_message(self, *_: Any) -> None:
        pass


@pytest.fixture
def leader() -> Iterator[Leader]:
    server = Leader()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


def client(leader: Leader, dialect: Dialect = DAP18) -> LeaderClient:
    return LeaderClient(leader.url, TASK, "secret", dialect)


def made(body: bytes = b"", headers: Mapping[str, str] = NONE) -> Answer:
    kind = {"Content-Type": RESP} if body else {}
    return Answer(201, body, {"Location": f"{JOBS}/abc", **kind, **headers})


def test_a_job_is_posted_and_found_where_the_leader_says(leader: Leader) -> None:
    leader.answers = [made(headers={"Retry-After": "7"})]
    with client(leader) as found:
        answer, job, pause = found.ask(b"request", JOB)
    assert (answer, job, pause) == (None, f"{leader.url[:-5]}{JOBS}/abc", 7.0)
    method, path, body, headers = leader.asked[0]
    assert (method, path, body) == ("POST", JOBS, b"request")
    assert headers["Authorization"] == "Bearer secret"
    assert headers["Accept-Encoding"] == "identity", "what comes encoded is refused: so it is not asked for"
    assert headers["Content-Type"] == str(MediaType.COLLECTION_JOB_REQ)


def test_janus_jobs_are_named_by_the_collector(leader: Leader) -> None:
    leader.answers = [Answer(201)]
    with client(leader, dialect=JANUS) as found:
        answer, job, _ = found.ask(b"request", JOB)
    assert answer is None
    assert leader.asked[0][:2] == ("PUT", f"{JOBS}/{encode_id(JOB)}")
    assert job.endswith(f"{JOBS}/{encode_id(JOB)}")


def test_an_answer_at_once(leader: Leader) -> None:
    leader.answers = [made(b"sealed")]
    with client(leader) as found:
        assert found.ask(b"request", JOB)[0] == b"sealed"


def test_looking_keeps_the_leader_s_pace(leader: Leader) -> None:
    leader.answers = [
        Answer(200, b"", {"Retry-After": "30"}),
        Answer(200, b"sealed", {"Content-Type": RESP}),
    ]
    with client(leader) as found:
        assert found.look(f"{leader.url}job") == (None, 30.0)
        assert found.look(f"{leader.url}job")[0] == b"sealed"
    assert [entry[:2] for entry in leader.asked] == [("GET", "/dap/job")] * 2


@pytest.mark.parametrize(("value", "expected"), [("soon", 2.0), ("", 2.0), ("0", 0.2), ("99999", 300.0)])
def test_odd_retry_after(leader: Leader, value: str, expected: float) -> None:
    leader.answers = [made(headers={"Retry-After": value})]
    with client(leader) as found:
        assert found.ask(b"", JOB)[2] == expected


def problem(kind: ProblemType, status: int = 400) -> Answer:
    return Answer(status, Problem.of(kind, detail="why").encode(), {"Content-Type": PROBLEM_MEDIA_TYPE})


def test_a_problem_is_told_as_what_it_is(leader: Leader) -> None:
    leader.answers = [problem(ProblemType.INVALID_BATCH_SIZE)]
    with client(leader) as found, pytest.raises(Refused) as caught:
        found.ask(b"", JOB)
    assert caught.value.problem.kind is ProblemType.INVALID_BATCH_SIZE


@pytest.mark.parametrize(
    ("answer", "complaint"),
    [
        (Answer(401), "token"),
        (Answer(403), "token"),
        (Answer(500), "HTTP 500"),
        (Answer(429), "HTTP 429"),
        (Answer(302, b"", {"Location": "http://127.0.0.1:1/"}), "HTTP 302"),
        (Answer(400, b"<html>", {"Content-Type": "text/html"}), "HTTP 400"),
        (Answer(400, b"{", {"Content-Type": PROBLEM_MEDIA_TYPE}), "HTTP 400"),
        (Answer(200), "did not say where"),
        (Answer(200, b"", {"Location": "http://elsewhere.example/x"}), "Location"),
        (Answer(200, b"x", {"Location": JOBS, "Content-Type": "text/plain"}), "media type"),
        (Answer(200, b"x", {"Location": JOBS, "Content-Type": RESP, "Content-Encoding": "gzip"}), "encoded"),
        (problem(ProblemType.BATCH_OVERLAP, 503), "HTTP 503"),
    ],
)
def test_answers_that_are_none(leader: Leader, answer: Answer, complaint: str) -> None:
    leader.answers = [answer]
    with client(leader) as found, pytest.raises(PeerError, match=complaint):
        found.ask(b"", JOB)


def test_a_job_that_the_leader_forgot(leader: Leader) -> None:
    leader.answers = [Answer(404)]
    with client(leader) as found, pytest.raises(Gone):
        found.look(f"{leader.url}job")


def test_an_endless_answer_is_cut_off(leader: Leader) -> None:
    leader.answers = [Answer(200, bytes(MAX_ANSWER + 1), {"Location": JOBS, "Content-Type": RESP})]
    with client(leader) as found, pytest.raises(PeerError, match="too large"):
        found.ask(b"", JOB)


def test_nobody_listens() -> None:
    server = Leader()
    url = server.url
    server.server_close()
    with (
        LeaderClient(url, TASK, "secret", DAP18) as found,
        pytest.raises(PeerError, match="does not answer") as caught,
    ):
        found.ask(b"", JOB)
    assert "secret" not in str(caught.value)
