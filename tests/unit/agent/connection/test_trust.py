from __future__ import annotations

import ssl
from pathlib import Path

import pytest
import truststore

from agent.connection import trust
from agent.errors import TlsError


def test_own_and_system_trust(bundle: Path) -> None:
    own = trust.context(bundle, use_system_trust=False)
    assert [each["subject"] for each in own.get_ca_certs()] and not isinstance(own, truststore.SSLContext)
    assert isinstance(trust.context(None, use_system_trust=True), truststore.SSLContext)
    assert not trust.context(None, use_system_trust=False).get_ca_certs()


def test_no_old_tls_and_no_unverified_host(bundle: Path) -> None:
    found = trust.context(bundle, use_system_trust=False)
    assert found.minimum_version == ssl.TLSVersion.TLSv1_2
    assert found.verify_mode == ssl.CERT_REQUIRED and found.check_hostname


@pytest.mark.parametrize("text", [None, "", "no certificate"])
def test_a_bundle_that_is_none_is_named(tmp_path: Path, text: str | None) -> None:
    path = tmp_path / "ca.pem"
    if text is not None:
        path.write_text(text)
    with pytest.raises(TlsError, match=r"ca\.pem cannot be read as certificates"):
        trust.context(path, use_system_trust=False)
