"""Stand-ins for Windows' libraries: they take what ctypes would pass on, and keep account of handles.

They show that what is opened is closed and that memory is read where it lies. That the calls are Windows' own
can be shown on Windows only: test_calls and test_logs hold tests for it that run there.
"""

from __future__ import annotations

import ctypes
from collections.abc import Callable
from typing import Any

from agent.probes.host.windows import calls


class Fake(calls.Library):
    """A library of the functions that a test names; any other one this Windows does not have."""

    def __init__(self, **functions: Callable[..., Any]) -> None:
        self._library = type("Functions", (), {name: Function(each) for name, each in functions.items()})


class Function:
    """What ctypes makes of a function: it takes types, and is called."""

    def __init__(self, function: Callable[..., Any]) -> None:
        self.argtypes: tuple[Any, ...] = ()
        self.restype: object = None
        self._function = function

    def __call__(self, *given: Any) -> Any:
        assert len(given) == len(self.argtypes), "as many arguments as the signature has"
        return self._function(*given)


class Memory:
    """Memory that a library hands out and wants back."""

    def __init__(self) -> None:
        self.given: dict[int, Any] = {}

    def give(self, where: Any, data: bytes) -> int:
        """Write the address of a copy of the data into a pointer that was passed by reference."""
        buffer = ctypes.create_string_buffer(data, len(data))
        address = ctypes.addressof(buffer)
        self.given[address] = buffer
        where._obj.value = address
        return 0

    def free(self, address: Any) -> int:
        """Take it back."""
        del self.given[address.value if hasattr(address, "value") else address]
        return 0


def fill(buffer: Any, data: bytes) -> None:
    """Write into a buffer that was passed, as far as it reaches."""
    ctypes.memmove(buffer, data, min(len(data), len(buffer)))
