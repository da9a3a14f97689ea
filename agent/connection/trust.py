"""Who is trusted: this system's authorities, the organisation's own, or both."""

from __future__ import annotations

import ssl
from typing import TYPE_CHECKING

from agent.errors import TlsError

if TYPE_CHECKING:
    from pathlib import Path


def context(ca_bundle: Path | None, use_system_trust: bool) -> ssl.SSLContext:
    """For a client, TLS 1.2 at least. Raises TlsError for a bundle that cannot be read."""
    found: ssl.SSLContext
    if use_system_trust:
        import truststore

        found = truststore.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    else:
        found = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
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
