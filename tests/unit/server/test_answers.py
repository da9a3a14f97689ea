"""How the operators' programs ask one another, and what they read of an answer."""

from __future__ import annotations

import httpx
import pytest

from dap.problems import PROBLEM_MEDIA_TYPE, Problem, ProblemType
from server import answers


def test_a_company_s_proxy_is_for_others_than_this_machine() -> None:
    assert not answers.settings("http://127.0.0.1:8601/dap/", "token", "shoal")["trust_env"]
    assert answers.settings("https://helper.example/", "token", "shoal")["trust_env"]


@pytest.mark.parametrize(
    ("headers", "encoded"),
    [({}, False), ({"Content-Encoding": "Identity"}, False), ({"Content-Encoding": "gzip"}, True)],
)
def test_an_encoded_answer_is_known(headers: dict[str, str], encoded: bool) -> None:
    request = httpx.Request("GET", "http://127.0.0.1/")
    response = httpx.Response(200, headers=headers, request=request, stream=httpx.ByteStream(b""))
    assert answers.is_encoded(response) is encoded


@pytest.mark.parametrize("media", [PROBLEM_MEDIA_TYPE, f" {PROBLEM_MEDIA_TYPE.upper()}; charset=utf-8"])
def test_a_problem_is_read_whatever_its_type_is_followed_by(media: str) -> None:
    written = Problem.of(ProblemType.BATCH_MISMATCH, detail="why")
    found = answers.problem(httpx.Response(400, headers={"Content-Type": media}, content=written.encode()))
    assert found is not None
    assert (found.kind, found.detail) == (ProblemType.BATCH_MISMATCH, "why")


@pytest.mark.parametrize(("media", "content"), [("text/html", b"{}"), (PROBLEM_MEDIA_TYPE, b"{"), ("", b"")])
def test_what_is_no_problem_document(media: str, content: bytes) -> None:
    response = httpx.Response(400, headers={"Content-Type": media}, content=content)
    assert answers.problem(response) is None


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        *(("7", 7.0), (" 0 ", 0.0), ("9" * 400, 999_999.0)),
        *((value, None) for value in ("", "soon", "-1", "1.5", "Thu, 01 Oct 2026 00:00:00 GMT")),
    ],
)
def test_when_to_ask_again(value: str, seconds: float | None) -> None:
    assert answers.retry_after(httpx.Response(200, headers={"Retry-After": value})) == seconds
