"""What the agent wrote in English, in the person's language: why a report was refused, what a policy file
has wrong, which row of the ledger differs.

The agent's sentences stand here once more, with places for what varies. English shows what it wrote; in
another language a sentence that is not known here is quoted, and said to be the program's own and English.
"""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, Final

from ui.words import english, translate

if TYPE_CHECKING:
    from collections.abc import Callable

    Texts = Callable[[Callable[..., str]], tuple[str, ...]]

_OWN: Final = "your setting"


def told(words: str) -> str:
    """A sentence of the agent's, without its end; empty for none."""
    if not words:
        return ""
    found = _known(words, _report, _policy, _difference)
    if found is not None:
        return found
    pattern = translate("Sayings", "{exact}", "what follows is the program's own message, in English")
    return pattern.format(exact=words)


def wanted(words: str) -> str:
    """What a value should be: "one of off, local", "an absolute path"."""
    found = _known(words, _wanted)
    return words if found is None else found


def policy(message: str) -> str:
    """A policy's mistake with its place: "/etc/shoal/policy.toml:3: min_batch_size should be …"."""
    found = re.fullmatch(rf"(?P<place>\S+|{_OWN}): (?P<what>.+)", message, re.DOTALL)
    if found is None:
        return told(message)
    place = translate("Sayings", "your setting") if found["place"] == _OWN else found["place"]
    return f"{place}: {told(found['what'])}"


# -- the parts


def _known(words: str, *lists: Texts) -> str | None:
    """The sentence in the person's language; None if it is none of these."""
    for texts in lists:
        for number, pattern in enumerate(_patterns(texts)):
            if (match := pattern.fullmatch(words)) is None:
                continue
            places = match.groupdict()
            if "what" in places:
                places["what"] = wanted(places["what"])
            return texts(translate)[number].format(**places)
    return None


@cache
def _patterns(texts: Texts) -> tuple[re.Pattern[str], ...]:
    """The English sentences, each place as a group."""
    found = []
    for text in texts(english):
        parts = re.split(r"\{(\w+)\}", text)
        pattern = "".join(
            f"(?P<{part}>.+?)" if number % 2 else re.escape(part) for number, part in enumerate(parts)
        )
        found.append(re.compile(pattern, re.DOTALL))
    return tuple(found)


def _report(translate: Callable[..., str]) -> tuple[str, ...]:
    """What became of an attempt to send a report; the parameter is named so for those who look for texts."""
    return (
        translate("Sayings", "the period's totals were collected already ({name})"),
        translate("Sayings", "the leader dropped it ({name})"),
        translate("Sayings", "the leader could not open its share: task or keys differ ({name})"),
        translate("Sayings", "its proof was not accepted ({name})"),
        translate("Sayings", "the task has ended ({name})"),
        translate("Sayings", "the leader could not read it ({name})"),
        translate("Sayings", "in DAP's terms ({name})"),
        translate("Sayings", "the leader has it from an attempt that went unanswered"),
        translate("Sayings", "a proxy on the way asks for a password (407)"),
        translate("Sayings", "{host} does not accept the upload token ({status})"),
        translate("Sayings", "{host} cannot take reports now ({status})"),
        translate("Sayings", "{host} does not know the task"),
        translate("Sayings", "{host} has not the key any more that the report is sealed to ({name})"),
        translate("Sayings", "{host} answers {status} without saying why in DAP's terms"),
        translate("Sayings", "{host} redirects to {other} ({status}); reports follow no redirects"),
        translate("Sayings", "{host} answers with a message that cannot be read"),
        translate("Sayings", "{host} answers with {kind}, not as a leader does"),
        translate("Sayings", "{host} answers about other reports than the one that it was sent"),
        translate(
            "Sayings",
            "{host} says that the report's period is still to come ({name}): this machine's clock and "
            "the leader's are apart by about a period",
        ),
    )


def _policy(translate: Callable[..., str]) -> tuple[str, ...]:
    """What a policy file, or a setting of the person's, has wrong."""
    return (
        translate("Sayings", "reasons should be a table of texts"),
        translate("Sayings", "the reason for {key} should be one line of text"),
        translate("Sayings", "is not TOML: {exact}"),
        translate("Sayings", "is not UTF-8"),
        translate("Sayings", "is too large for a policy file"),
        translate("Sayings", "cannot be read: {exact}"),
        translate("Sayings", "{key} is no policy key; did you mean {other}?"),
        translate("Sayings", "{key} is no policy key"),
        translate("Sayings", "{key} is not yours to set"),
        translate("Sayings", "{key} can only be turned off"),
        translate("Sayings", "{key} should be {what}"),
        translate("Sayings", "{key} needs {other} as well"),
        translate("Sayings", "{key} cannot be read: {exact}"),
        translate("Sayings", "{key} cannot be read"),
        translate("Sayings", "{where}: {value} is ignored, {other} came first or allows less"),
    )


def _wanted(translate: Callable[..., str]) -> tuple[str, ...]:
    """What a value should be."""
    return (
        translate("Sayings", "one of {words}"),
        translate("Sayings", "true or false"),
        translate("Sayings", "a whole number from {least} to {most}"),
        translate("Sayings", "a whole number of {least} or more"),
        translate("Sayings", "a number above 0 and at most {most}"),
        translate("Sayings", "such a number is none of a policy's"),
        translate("Sayings", "a list of metric ids such as {example}"),
        translate("Sayings", "an absolute path"),
        translate("Sayings", "one line of text"),
        translate("Sayings", "a URL that begins with https://"),
        translate("Sayings", "the proxy itself (http://host:port): PAC files are not supported"),
        translate("Sayings", "an HTTP proxy (http://host:port): SOCKS is not supported"),
        translate("Sayings", "system, none, or http://host:port"),
        translate("Sayings", "host:port, such as network.example.org:443"),
    )


def _difference(translate: Callable[..., str]) -> tuple[str, ...]:
    """How a row of the ledger differs from what it should be."""
    return (
        translate("Sayings", "row {row} is missing"),
        translate("Sayings", "row {row} does not follow from row {other}"),
        translate("Sayings", "row {row} was changed: its hash does not fit what it says"),
        translate("Sayings", "a body is kept that no row recorded"),
        translate("Sayings", "its body is gone, and no row says that it was pruned or erased"),
        translate("Sayings", "what is kept of the body are no bytes"),
        translate("Sayings", "the kept body is not the one that was recorded"),
        translate("Sayings", "the body belongs to no report"),
        translate("Sayings", "it is recorded as zeros, and its vector holds answers"),
        translate("Sayings", "the body cannot be recomputed ({exact})"),
        translate("Sayings", "the body does not follow from its vector, task and opening"),
        translate("Sayings", "the report that it tells of is gone"),
        translate("Sayings", "a report refers to it that it did not seal"),
        translate("Sayings", "it leaves the report {state}, the report's record says {other}"),
        translate("Sayings", "the report's record names another task or period"),
        translate("Sayings", "the report's record says otherwise whether it answers anything"),
    )
