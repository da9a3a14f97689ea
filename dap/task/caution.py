"""What is legal in a task but must be said in red."""

from __future__ import annotations

import unicodedata
from enum import StrEnum
from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from dap.task.info import Mechanism

if TYPE_CHECKING:
    from dap.task.agreement import Task


class TaskWarning(StrEnum):
    """Each value is the key of its text, so that a window can translate it."""

    NO_NOISE = "no_noise"
    DEMO = "demo"
    ONE_OPERATOR = "one_operator"
    ONE_HOST = "one_host"

    @property
    def sentence(self) -> str:
        """It in English."""
        return _SENTENCES[self]


_SENTENCES: Final = {
    TaskWarning.NO_NOISE: "No noise is added: totals are exact, and can give single answers away.",
    TaskWarning.DEMO: "DEMO: periods of seconds, small batches. Nothing is protected by this.",
    TaskWarning.ONE_OPERATOR: "Leader and helper name the same operator, who then holds both halves.",
    TaskWarning.ONE_HOST: "Leader and helper run on the same host: whoever controls it holds both halves.",
}


def cautions(task: Task) -> tuple[TaskWarning, ...]:
    """The warnings that apply, in the order above."""
    config, info = task.config, task.info
    urls = (config.leader_aggregator_endpoint, config.helper_aggregator_endpoint)
    leader_host, helper_host = ((urlsplit(url).hostname or "").rstrip(".") for url in urls)
    operators = (task.leader, task.helper)
    names = {_plain(operator.name) for operator in operators}
    contacts = {_plain(operator.contact) for operator in operators}
    found = {
        TaskWarning.NO_NOISE: info.mechanism is Mechanism.NONE,
        TaskWarning.DEMO: info.demo,
        TaskWarning.ONE_OPERATOR: len(names) == 1 or len(contacts) == 1,
        TaskWarning.ONE_HOST: leader_host == helper_host,
    }
    return tuple(warning for warning, applies in found.items() if applies)


def _plain(text: str) -> str:
    """A text without the differences that a person would not see, or not make."""
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())
    return " ".join(folded.split())
