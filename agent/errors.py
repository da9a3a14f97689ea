"""What can go wrong, each with its exit code, its cause in plain words and its cure.

Layer: the bottom; everything of the agent may raise these, nothing here imports anything of ours.
"""

from __future__ import annotations


class ShoalError(Exception):
    """The base: a cause that a person can read, and what to do about it.

    `exit_code` is the process's exit status (people.md's table). A message never holds a secret, nor
    anything that names the machine or its user beyond paths that the user gave or owns.
    """

    exit_code = 1

    def __init__(self, message: str, cure: str = "") -> None:
        super().__init__(message, cure)
        self.message = message
        self.cure = cure

    def __str__(self) -> str:
        return self.message


class UsageError(ShoalError):
    """The command was asked for something that does not exist or does not fit together."""

    exit_code = 2


class NotEnrolled(ShoalError):  # noqa: N818  (the words of the exit-code table)
    """No task is installed, or another account of this machine owns the enrolment."""

    exit_code = 10


class PolicyInvalid(ShoalError):  # noqa: N818
    """A policy file cannot be read as one; the message says file and line."""

    exit_code = 11


class ProxyError(ShoalError):
    """The way to the proxy or through it failed."""

    exit_code = 12


class TlsError(ShoalError):
    """The certificate or the handshake was not acceptable."""

    exit_code = 13


class TokenRefused(ShoalError):  # noqa: N818
    """The leader did not accept the upload token."""

    exit_code = 14


class AggregatorRefused(ShoalError):  # noqa: N818
    """The leader answered, and said no for good."""

    exit_code = 15


class TaskMismatch(ShoalError):  # noqa: N818
    """The task asks for what this agent does not have or must not give."""

    exit_code = 16


class NetworkError(ShoalError):
    """Name resolution, connection or transfer failed."""

    exit_code = 17


class KeychainError(ShoalError):
    """The platform's keychain is locked, absent, or did not answer in time."""

    exit_code = 18


class StoreError(ShoalError):
    """The database, its folder or the disk below it cannot be used."""

    exit_code = 19


class Declined(ShoalError):  # noqa: N818
    """Nothing is wrong: a report is held, or the person or the policy said no."""

    exit_code = 20


class VerifyDifference(ShoalError):  # noqa: N818
    """`verify` found a row or a body that does not follow from what is kept."""

    exit_code = 30
