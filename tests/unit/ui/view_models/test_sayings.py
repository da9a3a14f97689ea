"""Whatever the agent writes into ledger, policy errors and verifications has its words in other languages."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from agent import policy as rules
from agent import upload
from agent.connection import Answer
from agent.errors import PolicyInvalid
from agent.ledger import chain
from agent.policy import KEYS, Set, source
from agent.policy.merge import check_own
from dap.constants import MediaType, ReportError
from dap.messages.upload import ReportUploadStatus, UploadErrors
from tests.repository import modules
from tests.unit.ui.states import NUMBERS, snapshot
from ui import words
from ui.view_models import editing, ledger, notices, sayings, verification
from ui.view_models.rules import page

QUOTED = "what follows is the program's own message, in English"
REPORT = b"r" * 16


def _spoken(context: str, text: str, comment: str | None, n: int) -> str:
    return "OWN {exact}" if comment == QUOTED else f"<{text}>"


@pytest.fixture
def _foreign() -> Iterator[None]:
    words.install(_spoken)
    yield
    words.install(None)


def _is_told(text: str) -> bool:
    return sayings.told(text).startswith("<")


# -- what became of an attempt


def _judged() -> Iterator[str]:
    """The reasons of every answer that a leader, or what stands in its way, may give."""

    def judge(status: int, body: bytes = b"", **headers: str) -> str:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        answer = Answer(status, named, body)
        return upload.judge(answer, REPORT, url="https://dap.example/x", before=False, now=0.0).reason

    errors = {"content_type": str(MediaType.UPLOAD_ERRORS)}
    for error in ReportError:
        yield judge(200, UploadErrors((ReportUploadStatus(REPORT, error),)).encode(), **errors)
    other = ReportUploadStatus(b"o" * 16, ReportError.BATCH_COLLECTED)
    yield judge(200, UploadErrors((other,)).encode(), **errors)
    yield judge(200, b"\0", **errors)
    yield judge(200, b"<html>", content_type="text/html")
    yield judge(302, location="https://portal.example/")
    problem = {"content_type": "application/problem+json"}
    for name in ("unrecognizedTask", "invalidMessage"):
        yield judge(400, b'{"type": "urn:ietf:params:ppm:dap:error:%s"}' % name.encode(), **problem)
    for status in (400, 401, 403, 404, 407, 408, 429, 500, 503):
        yield judge(status)


def test_every_reason_of_an_attempt_is_known(_foreign: None) -> None:
    reasons = set(_judged())
    assert len(reasons) > 20
    assert {reason for reason in reasons if not _is_told(reason)} == set()


def test_what_the_network_said_is_quoted_as_the_program_s_own(_foreign: None) -> None:
    assert sayings.told("no route to dap.example") == "OWN no route to dap.example"
    assert sayings.told("") == ""


def test_english_is_what_the_agent_wrote() -> None:
    """But for its straight apostrophes, which are a printer's in the window."""
    for reason in {*_judged(), "no route to dap.example", *_differences()}:
        assert sayings.told(reason) == reason.replace("'", "’")


def test_the_ledger_s_table_says_it(_foreign: None) -> None:
    (refused,) = (one for one in ledger.ledger(snapshot("worst"), NUMBERS).entries if "efused" in one.what)
    assert refused.what == "<Refused>: <the period’s totals were collected already (batch_collected)>"


# -- policy


MISTAKES = (
    "uplaod = 1",
    "nonsense = 1",
    "min_batch_size = 10",
    'upload = "perhaps"',
    "allow_quiet = 3",
    'proxy = "socks5://x"',
    "[reasons]\nnonsense = 3",
    "[reasons]\nupload = 3",
    "reasons = 3",
    "= 3",
)


def _mistake(text: str) -> str:
    with pytest.raises(PolicyInvalid) as told:
        source.read_text(text, "/etc/shoal/policy.toml")
    return told.value.message


@pytest.mark.parametrize("text", MISTAKES)
def test_a_policy_s_mistake_has_its_place_and_words(_foreign: None, text: str) -> None:
    said = sayings.policy(_mistake(text))
    place, _, what = said.partition(": ")
    assert place.startswith("/etc/shoal/policy.toml:") and what.startswith("<")


def test_what_does_not_fit_together_too(_foreign: None) -> None:
    with pytest.raises(PolicyInvalid) as told:
        rules.merge([Set("upload", "required", "/etc/p.toml:1", "")], {})
    said = sayings.policy(told.value.message)
    assert said == "/etc/p.toml:1: <upload = required needs contact as well>"
    with pytest.raises(PolicyInvalid) as own:
        check_own("contact", "x")
    assert sayings.policy(own.value.message) == "<your setting>: <contact is not yours to set>"


def test_every_value_s_limits_are_known(_foreign: None) -> None:
    seen = set()
    values: list[Any] = [None, -1, 10**9, "", "\n", "socks5://x", "http://x/y.pac", "x", [], Fraction(99), {}]
    for key in KEYS:
        for value in values:
            try:
                key.check(value)
            except ValueError as error:
                seen.add(str(error))
    assert len(seen) > 12
    assert {text for text in seen if not sayings.wanted(text).startswith("<")} == set()


def test_a_notice_of_a_broken_policy(_foreign: None) -> None:
    (broken,) = (one for one in notices.notices(snapshot("worst"), NUMBERS) if one.id == "policy")
    assert "policy.toml:2: <min_batch_size should be <a whole number of 25 or more>>" in broken.notice.text


def test_values_that_were_ignored(_foreign: None) -> None:
    sets = [Set("retention_days", n, f"/etc/p.toml:{n}", "") for n in (7, 90)]
    found = page(snapshot("held")._replace(policy=rules.merge(sets, {})), NUMBERS)
    (rule,) = (one for one in found.rules if one.key == "retention_days")
    (note,) = rule.notes
    assert note == "</etc/p.toml:90: 90 is ignored, /etc/p.toml:7 came first or allows less>"


def test_what_was_typed(_foreign: None) -> None:
    assert editing.trouble("ca_bundle", "here") == "<<Further certificates> should be <an absolute path>.>"


# -- what verification finds


def _differences() -> set[str]:
    """The sentences in the source of `agent.verification` and of the chain."""
    found: set[str] = set()
    for name in ("agent.verification", "agent.ledger.chain"):
        tree: Any = ast.parse(Path(modules()[name]).read_text())
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef):
                found |= {_text(part) for part in ast.walk(node) if isinstance(part, ast.JoinedStr)}
                calls = [part for part in ast.walk(node) if isinstance(part, ast.Call)]
                for call in calls:
                    if isinstance(call.func, ast.Name) and call.func.id == "Difference":
                        found |= {_text(arg) for arg in call.args[1:] if isinstance(arg, ast.Constant)}
                if node.returns is not None and ast.unparse(node.returns) == "str":
                    found |= {
                        _text(part.value)
                        for part in ast.walk(node)
                        if isinstance(part, ast.Return) and isinstance(part.value, ast.Constant)
                    }
    return {text for text in found if " " in text and not text.startswith("row 4 :")}


def _text(node: Any) -> str:
    if isinstance(node, ast.Constant):
        return str(node.value)
    return "".join(str(part.value) if isinstance(part, ast.Constant) else "4" for part in node.values)


def test_every_difference_is_known(_foreign: None) -> None:
    found = {text for text in _differences() if text not in ("row 4 ", "row 4: 4")}
    assert len(found) >= 12 and chain.check_chain(()) is None
    assert {text for text in found if not _is_told(text)} == set()


def test_a_verification_says_it(_foreign: None) -> None:
    from ui.link import commands

    value: dict[str, Any] = {"agrees": False, "rows": 9, "bodies": 0, "gone": 0}
    value["difference"] = {"row": 4, "what": "row 4 does not follow from row 3"}
    made = verification.verification(
        commands.Answer(commands.verify(), value, None), snapshot("held"), NUMBERS
    )
    assert "<row 4 does not follow from row 3>" in made.proved[0]
