"""Windows' event logs, by wevtapi: what a query selects after a bookmark, as XML. Written from documentation.

The service that keeps the logs does the selecting; a bookmark leads it to where reading ended last time.
"""

from __future__ import annotations

import ctypes
from typing import Any

from agent.probes.host import Absent

_CHANNEL_PATH, _FORWARD = 0x1, 0x100
_EVENT_XML, _BOOKMARK = 1, 2
_FROM_BOOKMARK, _STRICT = 4, 0x10000
_AT_ONCE = 32
_PATIENCE_MS = 2000
_NO_MORE, _TOO_SMALL = 259, 122
_LARGEST = 1 << 20
# A log in which something fails all the time is read in parts: the next reading goes on from the bookmark.
_MOST = 5000

# What ctypes has on Windows alone.
_WINDOWS: Any = ctypes
_P = ctypes.c_void_p
_U = ctypes.c_uint32
_W = ctypes.c_wchar_p
_OUT = ctypes.POINTER(ctypes.c_uint32)
_SIGNATURES: dict[str, tuple[Any, ...]] = {
    "EvtQuery": (_P, _W, _W, _U),
    "EvtNext": (_P, _U, _P, _U, _U, _OUT),
    "EvtSeek": (_P, ctypes.c_int64, _P, _U, _U),
    "EvtRender": (_P, _P, _U, _U, _P, _OUT, _OUT),
    "EvtCreateBookmark": (_W,),
    "EvtUpdateBookmark": (_P, _P),
    "EvtClose": (_P,),
}


class Forgotten(Exception):  # noqa: N818  (an answer, not a failure)
    """What the bookmark marks is no longer in the log: read it from its beginning."""


def read(channel: str, query: str, bookmark: str) -> tuple[list[str], str]:
    """(the XML of up to 5,000 selected events after the bookmark, oldest first; the bookmark after them).

    An empty bookmark stands before the log's beginning, and remains so while nothing is found. Raises
    Forgotten, and Absent if the log may not be read.
    """
    wevt = _library()
    results = wevt.EvtQuery(None, channel, query, _CHANNEL_PATH | _FORWARD)
    if not results:
        raise Absent("Windows does not let this account read one of its event logs")
    mark = wevt.EvtCreateBookmark(bookmark or None)
    try:
        if not mark:
            raise Absent("Windows does not follow one of its event logs")
        if bookmark and not wevt.EvtSeek(results, 1, mark, 0, _FROM_BOOKMARK | _STRICT):
            raise Forgotten
        found: list[str] = []
        while len(found) < _MOST and (more := _next(wevt, results, mark)):
            found += more
        return found, _render(wevt, mark, _BOOKMARK) if found else bookmark
    finally:
        wevt.EvtClose(mark)
        wevt.EvtClose(results)


def _library() -> Any:
    try:
        wevt = _WINDOWS.WinDLL("wevtapi", winmode=0x800, use_last_error=True)
        for name, types in _SIGNATURES.items():
            entry = getattr(wevt, name)
            entry.argtypes = types
            entry.restype = _P if name in ("EvtQuery", "EvtCreateBookmark") else ctypes.c_int32
    except (OSError, AttributeError) as error:
        raise Absent("this Windows has no event logs") from error
    return wevt


def _next(wevt: Any, results: int, mark: int) -> list[str]:
    """The next few events as XML; none at the end. The bookmark moves with them."""
    events, count = (_P * _AT_ONCE)(), _U(0)
    if not wevt.EvtNext(results, _AT_ONCE, events, _PATIENCE_MS, 0, ctypes.byref(count)):
        if _WINDOWS.get_last_error() != _NO_MORE:
            raise Absent("one of Windows' event logs does not answer")
        return []
    found = []
    for number in range(count.value):
        try:
            found.append(_render(wevt, events[number], _EVENT_XML))
            wevt.EvtUpdateBookmark(mark, events[number])
        finally:
            wevt.EvtClose(events[number])
    return found


def _render(wevt: Any, what: int | None, kind: int) -> str:
    size, used, parts = 1 << 13, _U(0), _U(0)
    while size <= _LARGEST:
        text = ctypes.create_string_buffer(size)
        if wevt.EvtRender(None, what, kind, size, text, ctypes.byref(used), ctypes.byref(parts)):
            return text.raw[: used.value].decode("utf-16-le", "replace").rstrip("\0")
        if _WINDOWS.get_last_error() != _TOO_SMALL:
            break
        size = max(used.value, 2 * size)
    raise Absent("one of Windows' events cannot be read")
