"""Files for the person: written whole or not at all, in a worker thread."""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable


def save(path: Path, pieces: Iterable[bytes], *, private: bool = True) -> None:
    """Write the pieces to a new file, and put it in the place of what is there; OSError.

    `private`: readable by this account alone, else as the account's other files. What stood there before
    stays untouched until all is written, and whoever reads it meanwhile reads the old one.
    """
    with NamedTemporaryFile(dir=path.parent, prefix=f".{path.name}.", delete=False) as file:
        part = Path(file.name)
        try:
            for piece in pieces:
                file.write(piece)
            file.close()
            if not private:
                part.chmod(0o666 & ~_umask())
            part.replace(path)
        except BaseException:
            with suppress(OSError):
                part.unlink()
            raise


def cause(error: Exception) -> str:
    """Why it could not be written: the system's words for it, if it has any."""
    return getattr(error, "strerror", None) or str(error)


def _umask() -> int:
    mask = os.umask(0o077)
    os.umask(mask)
    return mask
