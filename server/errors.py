"""What can go wrong on the server's side, each with its cause, its cure and an exit code.

ServerError
├── UsageError        2   an option or file that the command cannot use
├── NotSetUp         10   a folder without keys, a signed task or a peer's public file
├── TaskMismatch     16   a task file that disagrees with what this operator knows or allows
├── PeerError        17   the other side could not be reached or answered nonsense
├── FolderError      19   the operator's folder, a file or a database in it
└── NotReleased      20   a batch that is not released (below the minimum, not due): no fault

The numbers follow `shoal`'s own exit codes, so that scripts need one table for both programs.
"""

from __future__ import annotations


class ServerError(Exception):
    """The base: `message` says what is wrong and names it, `cure` says what to do about it."""

    exit_code = 1

    def __init__(self, message: str, cure: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.cure = cure

    def __str__(self) -> str:
        return f"{self.message}\n  {self.cure}" if self.cure else self.message


class UsageError(ServerError):
    """An option or a file that the command cannot use."""

    exit_code = 2


class NotSetUp(ServerError):  # noqa: N818 - a state to be left, not an error in the program
    """A folder without keys, without a signed task or without a peer's public file."""

    exit_code = 10


class TaskMismatch(ServerError):  # noqa: N818 - reads as the sentence it is
    """A task file that disagrees with what this operator knows, or asks for more than is allowed."""

    exit_code = 16


class PeerError(ServerError):
    """The other side could not be reached, refused, or answered something that is no answer."""

    exit_code = 17


class FolderError(ServerError):
    """The operator's folder, or a file or database in it."""

    exit_code = 19


class NotReleased(ServerError):  # noqa: N818 - an outcome, not a fault
    """A batch that is not released: below the minimum, or not due yet."""

    exit_code = 20
