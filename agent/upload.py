"""One attempt to deliver one report: the POST, and what the leader's answer means.

What an answer means is a pure function of it, and of whether an earlier attempt may have arrived. A leader's
empty 2xx does not prove that a report was counted: it is delivered, no more.
"""

from __future__ import annotations

import re
from email.utils import parsedate_to_datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Final, NamedTuple
from urllib.parse import urljoin, urlsplit

from agent.connection import Unanswered
from agent.errors import AggregatorRefused, NetworkError, ProxyError, ShoalError, TokenRefused
from dap.codec import encode_id
from dap.constants import REPORT_ID_SIZE, MediaType, ReportError
from dap.dialect import resource
from dap.errors import DecodeError
from dap.messages import UploadErrors
from dap.problems import PROBLEM_MEDIA_TYPE, Problem, ProblemType

if TYPE_CHECKING:
    from agent.connection import Answer, Connection

RETRY_CURE: Final = "It is tried again, with the same bytes, until the report's deadline."


class Verdict(StrEnum):
    """What becomes of the report."""

    DELIVERED = "delivered"
    PROBABLY_DELIVERED = "probably_delivered"
    REFUSED = "refused"
    """For good."""
    RETRY = "retry"
    LATER = "later"
    """Retry, but not soon: nothing will be different in a few minutes."""
    OUTDATED = "outdated"
    """Sealed to an HPKE key that the leader says it has no more; believed only with a newer task file."""
    TOKEN = "token"  # noqa: S105  (a word)
    """The token was not accepted; it may have been renewed."""


class Outcome(NamedTuple):
    """What an attempt came to."""

    verdict: Verdict
    reason: str
    """In words, for the ledger; empty when delivered."""
    unanswered: bool = False
    """Whether this attempt, or one before, may have arrived without our knowing."""
    after: float | None = None
    """Seconds that the leader asks to wait."""
    error: ShoalError | None = None
    """What a command should say and exit with; None when nothing is wrong."""


# What is refused for good, and why, in words for the person.
_REFUSALS: Final = {
    ReportError.BATCH_COLLECTED: "the period's totals were collected already",
    ReportError.REPORT_DROPPED: "the leader dropped it",
    ReportError.HPKE_DECRYPT_ERROR: "the leader could not open its share: task or keys differ",
    ReportError.VDAF_VERIFY_ERROR: "its proof was not accepted",
    ReportError.TASK_EXPIRED: "the task has ended",
    ReportError.INVALID_MESSAGE: "the leader could not read it",
}
_RETRIED: Final = frozenset({408, 425, 429})


def send(
    connection: Connection, leader: str, task_id: bytes, body: bytes, token: str, *, before: bool, now: float
) -> Outcome:
    """POST one report's very bytes to the leader's URL. `before`: an earlier attempt may have arrived."""
    url = resource(leader, "tasks", encode_id(task_id), "reports")
    try:
        answer = connection.post(url, body, content_type=MediaType.UPLOAD_REQ, token=token)
    except Unanswered as error:
        return Outcome(Verdict.RETRY, error.message, True, error=error)
    except ShoalError as error:
        return Outcome(Verdict.RETRY, error.message, before, error=error)
    return judge(answer, body[:REPORT_ID_SIZE], url=url, before=before, now=now)


def judge(answer: Answer, report_id: bytes, *, url: str, before: bool, now: float) -> Outcome:
    """What an answer means for the report with this id."""
    status, host = answer.status, urlsplit(url).hostname or ""
    if 200 <= status < 300:
        return _taken(answer, report_id, host, before)
    if 300 <= status < 400:
        return _redirected(answer, url, before)
    if status in (401, 403):
        error = TokenRefused(
            f"{host} does not accept the upload token ({status})",
            "It is read again from the token file; ask for the current token if that does not help.",
        )
        return Outcome(Verdict.TOKEN, error.message, before, error=error)
    if status == 407:
        proxy = ProxyError("a proxy on the way asks for a password (407)", "Name it with the policy's proxy.")
        return Outcome(Verdict.RETRY, proxy.message, before, error=proxy)
    if status in _RETRIED or status >= 500:
        busy = NetworkError(f"{host} cannot take reports now ({status})", RETRY_CURE)
        # A gateway may answer for a leader that has the report, or that still works on it.
        maybe = before or status >= 500
        return Outcome(Verdict.RETRY, busy.message, maybe, _retry_after(answer, now), busy)
    return _refused(answer, host, before)


def _taken(answer: Answer, report_id: bytes, host: str, before: bool) -> Outcome:
    """A 2xx: empty, or it lists what was refused."""
    if not answer.body:
        return Outcome(Verdict.DELIVERED, "")
    kind = answer.headers.get("content-type")
    if not MediaType.UPLOAD_ERRORS.accepts(kind):
        return _not_a_leader(f"{host} answers with {_short(kind or 'no media type')}, not as a leader does")
    try:
        errors = UploadErrors.decode(answer.body)
    except DecodeError:
        return _not_a_leader(f"{host} answers with a message that cannot be read")
    found = [error for id, error in errors.status if id == report_id]
    if len(found) != 1 or len(errors.status) != 1:
        return _not_a_leader(f"{host} answers about other reports than the one that it was sent")
    return _report_error(found[0], host, before)


def _report_error(error: ReportError, host: str, before: bool) -> Outcome:
    if error is ReportError.REPORT_REPLAYED and before:
        return Outcome(Verdict.PROBABLY_DELIVERED, "the leader has it from an attempt that went unanswered")
    if error is ReportError.REPORT_REPLAYED:
        return _final(host, _REFUSALS[ReportError.BATCH_COLLECTED], error.name.lower())
    if error.names_outdated_config:
        stale = AggregatorRefused(
            f"{host} has not the key any more that the report is sealed to ({error.name.lower()})",
            "A newer task file that both operators signed has to name the new key.",
        )
        return Outcome(Verdict.OUTDATED, stale.message, before, error=stale)
    if error in (ReportError.REPORT_TOO_EARLY, ReportError.TASK_NOT_STARTED):
        early = AggregatorRefused(
            f"{host} says that the report's period is still to come ({error.name.lower()}): this machine's "
            "clock and the leader's are apart by about a period",
            "Check the date of this machine. The report is kept, and tried again later.",
        )
        return Outcome(Verdict.LATER, early.message, before, error=early)
    return _final(host, _REFUSALS[error], error.name.lower())


def _redirected(answer: Answer, url: str, before: bool) -> Outcome:
    try:
        target = urlsplit(urljoin(url, answer.headers.get("location", ""))).hostname or "nowhere"
    except ValueError:  # a Location that is no URL
        target = "nowhere"
    host = urlsplit(url).hostname
    error = NetworkError(
        f"{host} redirects to {_short(target)} ({answer.status}); reports follow no redirects",
        "A portal may want a log-in first; otherwise the task has to name the leader's real URL.",
    )
    return Outcome(Verdict.RETRY, error.message, before, error=error)


def _refused(answer: Answer, host: str, before: bool) -> Outcome:
    """A 4xx that is not about token, proxy or load: final if it is the leader's own word, in DAP's terms."""
    kind = _problem(answer)
    if kind is ProblemType.UNRECOGNIZED_TASK:
        unknown = AggregatorRefused(
            f"{host} does not know the task",
            f"Its operator has to install it. {RETRY_CURE}",
        )
        return Outcome(Verdict.LATER, unknown.message, before, error=unknown)
    if kind is not None:
        return _final(host, "in DAP's terms", kind.rpartition(":")[2])
    error = AggregatorRefused(
        f"{host} answers {answer.status} without saying why in DAP's terms",
        "The URL may lead to another service. The report is kept, and tried again.",
    )
    return Outcome(Verdict.LATER, error.message, before, error=error)


def _problem(answer: Answer) -> ProblemType | None:
    kind = answer.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind != PROBLEM_MEDIA_TYPE:
        return None
    try:
        return Problem.decode(answer.body).kind
    except DecodeError:
        return None


def _not_a_leader(what: str) -> Outcome:
    """A portal or a gateway spoke in the leader's place; whether the leader has the report is not known."""
    error = AggregatorRefused(what, f"A portal or proxy may be answering in its place. {RETRY_CURE}")
    return Outcome(Verdict.RETRY, what, True, error=error)


def _final(host: str, why: str, name: str) -> Outcome:
    error = AggregatorRefused(
        f"{host} refused the report: {why} ({name})", "Nothing more is sent for this period."
    )
    return Outcome(Verdict.REFUSED, f"{why} ({name})", error=error)


def _retry_after(answer: Answer, now: float) -> float | None:
    """Seconds, from either form of Retry-After (RFC 9110, section 10.2.3); None for none or nonsense."""
    text = answer.headers.get("retry-after", "").strip()
    if text.isascii() and text.isdigit() and len(text) < 9:
        return float(text)
    try:
        return max(0.0, parsedate_to_datetime(text).timestamp() - now)
    except (ValueError, TypeError, OverflowError):
        return None


def _short(text: str) -> str:
    """A server's text, fit for a message."""
    return re.sub(r"[^\x20-\x7e]+", "?", text)[:80]
