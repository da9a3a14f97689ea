"""The one error of the catalogue: it names the file, the metric and the key that are wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable


class CatalogueError(ValueError):
    """The catalogue's data cannot be used. `metric` and `key` are empty where none is concerned."""

    def __init__(self, problem: str, *, file: str, metric: str = "", key: str = "") -> None:
        self.problem = problem
        self.file = file
        self.metric = metric
        self.key = key
        place = ", ".join(part for part in (file, metric, key) if part)
        super().__init__(f"{place}: {problem}")


def shown(value: object) -> str:
    """A wrong value as a message quotes it: not without end, nor with more digits than Python writes."""
    try:
        text = repr(value)
    except (ValueError, RecursionError):
        return "what it is"
    return text if len(text) <= 200 else f"{text[:200]}…"


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """' (did you mean "edges"?)' for the known word nearest to a wrong one, else ''."""
    import difflib  # only when something is wrong already

    near = difflib.get_close_matches(word, list(known), n=1, cutoff=0.6)
    return f' (did you mean "{near[0]}"?)' if near else ""
