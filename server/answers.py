"""How the operators' programs ask one another over HTTP, and what they read of an answer."""

from __future__ import annotations

import ssl
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

import truststore

from dap.errors import DecodeError
from dap.problems import PROBLEM_MEDIA_TYPE, Problem
from dap.task import is_loopback

if TYPE_CHECKING:
    import httpx

MAX_ANSWER: Final = 4 * 1024 * 1024
"""Bytes of an answer's body, at most."""


def settings(url: str, token: str, agent: str) -> dict[str, Any]:
    """What each of their HTTP clients has in common: named `agent`, for the party at `url`."""
    local = is_loopback(urlsplit(url).hostname or "")
    return {
        "headers": {
            "Authorization": f"Bearer {token}",
            "User-Agent": agent,
            "Accept-Encoding": "identity",  # answers are bounded as they come, not as they unpack
        },
        "follow_redirects": False,
        "verify": truststore.SSLContext(ssl.PROTOCOL_TLS_CLIENT),
        "trust_env": not local,  # a company's proxy is not for this machine's own addresses
    }


def is_encoded(response: httpx.Response) -> bool:
    """Whether the body is another than the answer itself, which `settings` does not ask for."""
    return bool(response.headers.get("content-encoding", "identity").lower() != "identity")


def problem(response: httpx.Response) -> Problem | None:
    """The problem document that was answered; None if it was something else."""
    if response.headers.get("content-type", "").partition(";")[0].strip().lower() != PROBLEM_MEDIA_TYPE:
        return None
    try:
        return Problem.decode(response.content)
    except DecodeError:
        return None


def retry_after(response: httpx.Response) -> float | None:
    """Seconds until the next attempt, by six digits at most; a date, which Shoal never sends, is none."""
    value = response.headers.get("retry-after", "").strip()
    if not value.isascii() or not value.isdigit():
        return None
    return float(value[:6])
