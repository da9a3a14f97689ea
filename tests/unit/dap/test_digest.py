"""SHA-256 without OpenSSL: the same digests, and OpenSSL is not loaded."""

from __future__ import annotations

import hashlib
import subprocess
import sys

from hypothesis import given
from hypothesis import strategies as st

from dap.digest import sha256
from tests.repository import ROOT


def test_the_standards_examples() -> None:
    empty = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    abc = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    assert (sha256(b"").hex(), sha256(b"abc").hex()) == (empty, abc)


@given(st.binary(max_size=500))
def test_it_is_hashlibs(data: bytes) -> None:
    assert sha256(data) == hashlib.sha256(data).digest()


def test_what_the_window_reads_loads_no_openssl() -> None:
    imports = "import sys, dap.task, agent.ledger, agent.enrolment; from catalogue import layout, load"
    code = f"{imports}; layout.digest(load.load().metrics); print(*sys.modules)"
    command = [sys.executable, "-P", "-c", code]
    loaded = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout.split()
    assert not {"hashlib", "_hashlib", "hmac"} & set(loaded)
    assert "_sha2" in loaded or "_sha256" in loaded
