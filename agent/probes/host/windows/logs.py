"""Windows' event logs, by wevtapi: what a query selects after a bookmark, as XML. Written from documentation.

The service that keeps the logs does the selecting; a bookmark leads it to where reading ended last time.
"""

from __future__ import annotations

import ctypes

from agent.probes.host import Absent
from agent.probes.host.windows import calls

_CHANNEL_PATH, _FORWARD = 0x1, 0x100
_EVENT_XML, _BOOKMARK = 1, 2
_FROM_BOOKMARK, _STRICT = 4, 0x10000
_AT_ONCE = 32
_PATIENCE_MS = 2000
_NO_MORE, _TOO_SMALL = 259, 122
_LARGEST = 1 << 20
# A log in which something fails all the time is read in parts: the next reading goes on from the bookmark.
_MOST = 5000


class Forgotten(Exception):  # noqa: N818  (an answer, not a failure)
    """What the bookmark marks is no longer in the log: read it from its beginning."""


def read(channel: str, query: str, bookmark: str) -> tuple[list[str], str]:
    """(the XML of up to 5,000 selected events after the bookmark, oldest first; the bookmark after them).

    An empty bookmark stands before the log's beginning, and remains so while nothing is found. Raises
    Forgotten, and Absent if the log may not be read.
    """
    wevt = calls.library("wevtapi")
    results = wevt.EvtQuery(None, channel, query, _CHANNEL_PATH | _FORWARD)
    if not results:
        raise Absent("Windows does not let this account read one of its event logs")
    mark = wevt.EvtCreateBookmark(bookmark or None)
    try:
        if not mark:
            raise Absent("Windows does not follow one of its event logs")
        if bookmark:
            # Onto the event itself, which must be there, and past it: beyond the last one there is no place.
            if not wevt.EvtSeek(results, 0, mark, 0, _FROM_BOOKMARK | _STRICT):
                raise Forgotten
            _next(wevt, results, mark, 1)
        found: list[str] = []
        while len(found) < _MOST and (more := _next(wevt, results, mark, _AT_ONCE)):
            found += more
        return found, _render(wevt, mark, _BOOKMARK) if found else bookmark
    finally:
        wevt.EvtClose(mark)
        wevt.EvtClose(results)


def _next(wevt: calls.Library, results: int, mark: int, most: int) -> list[str]:
    """The next few events as XML; none at the end. The bookmark moves with them."""
    events, count = (ctypes.c_void_p * most)(), ctypes.c_uint32(0)
    if not wevt.EvtNext(results, most, events, _PATIENCE_MS, 0, ctypes.byref(count)):
        if calls.last_error() != _NO_MORE:
            raise Absent("one of Windows' event logs does not answer")
        return []
    found = []
    try:
        for event in events[: count.value]:
            found.append(_render(wevt, event, _EVENT_XML))
            wevt.EvtUpdateBookmark(mark, event)
    finally:
        for event in events[: count.value]:
            wevt.EvtClose(event)
    return found


def _render(wevt: calls.Library, what: int | None, kind: int) -> str:
    size, used, parts = 1 << 13, ctypes.c_uint32(0), ctypes.c_uint32(0)
    while size <= _LARGEST:
        text = ctypes.create_string_buffer(size)
        if wevt.EvtRender(None, what, kind, size, text, ctypes.byref(used), ctypes.byref(parts)):
            return text.raw[: used.value].decode("utf-16-le", "replace").rstrip("\0")
        if calls.last_error() != _TOO_SMALL:
            break
        size = max(used.value, 2 * size)
    raise Absent("one of Windows' events cannot be read")
