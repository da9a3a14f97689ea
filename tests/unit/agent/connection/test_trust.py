from __future__ import annotations

import ssl
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
import trustme
import truststore

from agent.connection import trust
from agent.errors import TlsError
from tests.repository import ROOT


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


class TestWithoutReadingAll:
    """What a check trusts is what an upload trusts, and a part of it decides nothing but a yes."""

    @pytest.fixture
    def folder(self, tmp_path: Path, bundle: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
        """The system's certificates: one by its name's hash, that of `bundle` in the file."""
        found = tmp_path / "certs"
        found.mkdir()
        (found / "1a2b3c4d.0").write_bytes(trustme.CA().cert_pem.bytes())
        monkeypatch.setenv("SSL_CERT_DIR", str(found))
        monkeypatch.setenv("SSL_CERT_FILE", str(bundle))
        return found

    def test_the_part_is_a_part_and_the_rest_is_read_once(self, folder: Path, bundle: Path) -> None:
        assert not trust.at_hand(None, True).get_ca_certs()
        assert len(trust.at_hand(str(bundle), True).get_ca_certs()) == 1
        assert len(trust.read_once(None, True).get_ca_certs()) == 1

    @pytest.mark.parametrize("make", [trust.at_hand, trust.read_once])
    def test_no_old_tls_and_no_unverified_host(
        self, folder: Path, make: Callable[[str | None, bool], ssl.SSLContext]
    ) -> None:
        for system in (True, False):
            found = make(None, system)
            assert found.minimum_version == ssl.TLSVersion.TLSv1_2
            assert found.verify_mode == ssl.CERT_REQUIRED and found.check_hostname
        with pytest.raises(TlsError):
            make(str(folder / "none"), True)

    @pytest.mark.parametrize("make", [trust.at_hand, trust.read_once])
    def test_the_systems_are_not_for_who_trusts_its_own(
        self, folder: Path, make: Callable[[str | None, bool], ssl.SSLContext]
    ) -> None:
        assert not make(None, False).get_ca_certs()

    def test_a_folder_without_hashes_is_no_part(self, folder: Path) -> None:
        (folder / "1a2b3c4d.0").rename(folder / "authority.pem")
        assert len(trust.at_hand(None, True).get_ca_certs()) == 1

    @pytest.mark.parametrize("make", [trust.at_hand, trust.read_once])
    def test_where_openssl_finds_nothing_others_look(
        self,
        tmp_path: Path,
        monkeypatch: pytest.MonkeyPatch,
        make: Callable[[str | None, bool], ssl.SSLContext],
    ) -> None:
        monkeypatch.setenv("SSL_CERT_DIR", str(tmp_path))
        monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "none"))
        assert isinstance(make(None, True), truststore.SSLContext)

    @pytest.mark.parametrize("platform", ["win32", "darwin"])
    def test_where_the_system_verifies_it_is_asked(
        self, folder: Path, monkeypatch: pytest.MonkeyPatch, platform: str
    ) -> None:
        monkeypatch.setattr(sys, "platform", platform)
        assert isinstance(trust.at_hand(None, True), truststore.SSLContext)
        assert isinstance(trust.read_once(None, True), truststore.SSLContext)

    def test_without_packages_they_are_looked_for(self) -> None:
        """As a check starts, which most often needs none."""
        code = "import sys; sys.path.insert(0, sys.argv[1]); from agent.connection import trust; "
        code += "print(type(trust.context(None, True)).__module__.split('.')[0])"
        shown = subprocess.run(
            [sys.executable, "-I", "-S", "-c", code, str(ROOT)], capture_output=True, text=True, check=True
        )
        assert shown.stdout == "truststore\n"
