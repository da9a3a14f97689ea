"""SHA-256 (FIPS 180-4) by the interpreter's own code, for the little that fingerprints and ledger rows are.

`hashlib` first loads OpenSSL, two MB that the window does without; the standard library's `random` takes its
SHA-512 in the same way.
"""

from __future__ import annotations

try:
    from _sha2 import sha256 as _sha256  # type: ignore[import-not-found]  # Python 3.12 and later
except ImportError:
    try:
        from _sha256 import sha256 as _sha256  # type: ignore[import-not-found]
    except ImportError:
        from hashlib import sha256 as _sha256


def sha256(data: bytes) -> bytes:
    """The digest, 32 bytes."""
    return bytes(_sha256(data).digest())
