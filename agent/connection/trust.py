"""Who is trusted: this system's authorities, the organisation's own, or both."""

from __future__ import annotations

import os
import ssl
import sys
from typing import TYPE_CHECKING

from agent.errors import TlsError

if TYPE_CHECKING:
    from pathlib import Path


def context(ca_bundle: Path | None, use_system_trust: bool) -> ssl.SSLContext:
    """For a client, TLS 1.2 at least. Raises TlsError for a bundle that cannot be read."""
    return _with_bundle(_system() if use_system_trust else _none(), ca_bundle)


def read_once(ca_bundle: str | None, use_system_trust: bool) -> ssl.SSLContext:
    """The same trust, but what OpenSSL keeps in files is read now, and not again at each connection."""
    found, paths = _none(), _paths()
    if not use_system_trust or paths is None:
        return _with_bundle(_system() if use_system_trust else found, ca_bundle)
    found.set_default_verify_paths()
    return _with_bundle(found, ca_bundle)


def at_hand(ca_bundle: str | None, use_system_trust: bool) -> ssl.SSLContext:
    """Of the same trust what costs little: where the system keeps its certificates by their names' hashes,
    only those are read that a handshake asks for, instead of some hundred. Whom it accepts, the others do.
    """
    paths = _paths()
    if not use_system_trust or paths is None or not paths.capath or not _is_hashed(paths.capath):
        return read_once(ca_bundle, use_system_trust)
    found = _none()
    found.load_verify_locations(capath=paths.capath)
    return _with_bundle(found, ca_bundle)


def _none() -> ssl.SSLContext:
    return ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)


def _system() -> ssl.SSLContext:
    try:
        import truststore
    except ModuleNotFoundError:  # a process that was started without packages, as most need none
        import site

        site.main()
        import truststore
    found: ssl.SSLContext = truststore.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    return found


def _paths() -> ssl.DefaultVerifyPaths | None:
    """Where OpenSSL finds the system's certificates; None where it does not, so that others must."""
    if sys.platform in ("win32", "darwin"):
        return None
    found = ssl.get_default_verify_paths()
    return found if found.cafile or (found.capath and _is_hashed(found.capath)) else None


def _is_hashed(folder: str) -> bool:
    """Whether certificates lie there under the hashes of their names, "1a2b3c4d.0"."""
    try:
        return any(len(name) == 10 and name.endswith(".0") for name in os.listdir(folder))  # noqa: PTH208
    except OSError:
        return False


def _with_bundle(found: ssl.SSLContext, ca_bundle: Path | str | None) -> ssl.SSLContext:
    found.minimum_version = ssl.TLSVersion.TLSv1_2
    if ca_bundle is not None:
        try:
            found.load_verify_locations(cafile=str(ca_bundle))
        except (OSError, ssl.SSLError) as error:
            raise TlsError(
                f"ca_bundle {ca_bundle} cannot be read as certificates ({error.strerror or 'no PEM'})",
                "Name a file of PEM certificates that this account may read.",
            ) from None
    return found
