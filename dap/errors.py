"""What can be wrong with bytes from elsewhere, so that a caller can catch exactly that and nothing else."""


class DapError(ValueError):
    """Base of every refusal in this package. Its text never contains a share, a key or a token."""


class DecodeError(DapError):
    """Bytes that are not the canonical encoding of what was expected."""


class ParameterError(DapError):
    """Arguments that no instance of the algorithm accepts: sizes, ranges, lengths."""


class VerifyError(DapError):
    """A report whose shares do not prove a valid measurement."""


class TaskRefused(DapError):  # noqa: N818 - the word of the design: a task is refused, nothing has broken
    """A task that this program will not take part in.

    ``field`` names the entry of the task that is at fault, ``reason`` says in words what is wrong with it.
    """

    def __init__(self, field: str, reason: str) -> None:
        super().__init__(f"{field}: {reason}")
        self.field = field
        self.reason = reason
