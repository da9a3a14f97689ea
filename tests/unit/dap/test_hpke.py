from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dap import hpke
from dap.codec import EncodeError
from dap.errors import DapError, DecodeError
from dap.hpke import DecryptError, HpkeCiphertext, HpkeConfig, HpkeConfigList, HpkeKey
from tests.unit.dap.making import damaged, refused_or_faithful

# RFC 9180, appendix A.1.1: DHKEM(X25519, HKDF-SHA256), HKDF-SHA256, AES-128-GCM, base setup
INFO = bytes.fromhex("4f6465206f6e2061204772656369616e2055726e")
IKM_E = bytes.fromhex("7268600d403fce431561aef583ee1613527cff655c1343f29812e66706df3234")
PK_E = bytes.fromhex("37fda3567bdbd628e88668c3c8d7e97d1d1253b6d4ea6d44c150f741f1bf4431")
IKM_R = bytes.fromhex("6db9df30aa07dd42ee5e8181afdb977e538f5e1fec8a06223f33f7013e525037")
PK_R = bytes.fromhex("3948cfe0ad1ddb695d780e59077195da6c56506b027329794ab02bca80815c4d")
SK_R = bytes.fromhex("4612c550263fc8ad58375df3f557aac531d26850903e55a9f23f21d8534e8ac8")
PLAINTEXT = bytes.fromhex("4265617574792069732074727574682c20747275746820626561757479")
AAD = b"Count-0"
CIPHERTEXT = bytes.fromhex(
    "f938558b5d72f1a23810b4be2ab4f84331acc02fc97babc53a52ae8218a355a96d8770ac83d07bea87e13c512a"
)

KEY = hpke.generate(7, b"k" * 32)


def test_keys_are_derived_as_in_the_rfc() -> None:
    key = hpke.generate(3, IKM_R)
    assert (key.private_key, key.config.public_key) == (SK_R, PK_R)
    assert key.config == HpkeConfig(3, 0x0020, 0x0001, 0x0001, PK_R)


def test_sealing_gives_the_rfc_s_bytes() -> None:
    config = hpke.generate(3, IKM_R).config
    assert hpke.seal(config, INFO, AAD, PLAINTEXT, IKM_E) == HpkeCiphertext(3, PK_E, CIPHERTEXT)


def test_the_rfc_s_bytes_open() -> None:
    key = HpkeKey(HpkeConfig(3, 0x0020, 0x0001, 0x0001, PK_R), SK_R)
    assert key.open(INFO, AAD, HpkeCiphertext(3, PK_E, CIPHERTEXT)) == PLAINTEXT


@given(
    st.binary(max_size=40),
    st.binary(max_size=40),
    st.binary(max_size=200),
    st.binary(min_size=32, max_size=32),
)
def test_what_is_sealed_opens(info: bytes, aad: bytes, plaintext: bytes, seed: bytes) -> None:
    sealed = hpke.seal(KEY.config, info, aad, plaintext, seed)
    assert sealed == hpke.seal(KEY.config, info, aad, plaintext, seed)
    assert len(sealed.payload) == len(plaintext) + 16  # AES-128-GCM's tag
    assert KEY.open(info, aad, sealed) == plaintext


_SEALED = hpke.seal(KEY.config, b"info", b"aad", b"plaintext", b"e" * 32)


@given(st.integers(0, 31), st.integers(0, len(_SEALED.payload) - 1), st.integers(1, 255))
def test_any_altered_byte_is_noticed(enc_at: int, payload_at: int, flip: int) -> None:
    payload = bytearray(_SEALED.payload)
    payload[payload_at] ^= flip
    with pytest.raises(DecryptError):
        KEY.open(b"info", b"aad", _SEALED._replace(payload=bytes(payload)))
    enc = bytearray(_SEALED.enc)
    enc[enc_at] ^= flip
    with pytest.raises(DecryptError):
        KEY.open(b"info", b"aad", _SEALED._replace(enc=bytes(enc)))


@pytest.mark.parametrize(
    ("info", "aad", "sealed"),
    [
        (b"Info", b"aad", _SEALED),
        (b"info", b"aae", _SEALED),
        (b"info", b"aad", _SEALED._replace(enc=bytes(32))),  # a point of low order
        (b"info", b"aad", _SEALED._replace(enc=b"")),
        (b"info", b"aad", _SEALED._replace(enc=_SEALED.enc + b"\0")),
        (b"info", b"aad", _SEALED._replace(payload=b"")),
        (b"info", b"aad", _SEALED._replace(payload=_SEALED.payload[:-1])),
        (b"info", b"aad", _SEALED._replace(payload=_SEALED.payload[:5])),
    ],
)
def test_another_binding_does_not_open(info: bytes, aad: bytes, sealed: HpkeCiphertext) -> None:
    with pytest.raises(DecryptError):
        KEY.open(info, aad, sealed)


def test_another_key_does_not_open() -> None:
    with pytest.raises(DecryptError):
        hpke.generate(7, b"K" * 32).open(b"info", b"aad", _SEALED)


@pytest.mark.parametrize(
    "config",
    [
        KEY.config._replace(kem=0x0010),
        KEY.config._replace(kdf=0x0002),
        KEY.config._replace(aead=0x0003),
        KEY.config._replace(public_key=KEY.config.public_key[:31]),
        KEY.config._replace(public_key=bytes(32)),
    ],
)
def test_no_other_suite_and_no_weak_key_is_sealed_to(config: HpkeConfig) -> None:
    with pytest.raises(DapError):
        hpke.seal(config, b"", b"", b"x", b"e" * 32)
    with pytest.raises(DapError):
        HpkeKey(config, KEY.private_key)


@pytest.mark.parametrize("size", [0, 31, 33])
def test_seeds_have_their_size(size: int) -> None:
    with pytest.raises(DapError):
        hpke.seal(KEY.config, b"", b"", b"x", bytes(size))
    with pytest.raises(DapError):
        hpke.generate(1, bytes(size))
    with pytest.raises(DapError):
        HpkeKey(KEY.config, bytes(size))


def test_a_private_key_must_belong_to_its_configuration() -> None:
    with pytest.raises(DapError):
        HpkeKey(KEY.config, hpke.generate(1, b"o" * 32).private_key)


def test_a_key_shows_nothing_secret() -> None:
    assert KEY.private_key.hex() not in repr(KEY)
    assert repr(KEY.private_key) not in repr(KEY)


def test_keys_are_found_by_id() -> None:
    other = hpke.generate(8, b"o" * 32)
    assert hpke.key_for([KEY, other], 8) is other
    assert hpke.key_for([KEY, other], 9) is None


def test_encodings_are_those_of_janus() -> None:
    # the messages crate's own test vectors
    cases = {
        HpkeConfig(12, 0x0010, 0x0003, 0x0002, b"0123456789abcdef"): (
            "0c001000030002001030313233343536373839616263646566"
        ),
        HpkeConfig(12, 0x0020, 0x0002, 0x0001, b"x"): "0c002000020001000178",
    }
    for config, digits in cases.items():
        assert config.encode().hex() == digits
        assert HpkeConfig.decode(bytes.fromhex(digits)) == config
    for ciphertext, digits in {
        HpkeCiphertext(10, b"0123", b"4567"): "0a0004303132330000000434353637",
        HpkeCiphertext(12, b"01234", b"567"): "0c0005303132333400000003353637",
    }.items():
        assert ciphertext.encode().hex() == digits
        assert HpkeCiphertext.decode(bytes.fromhex(digits)) == ciphertext


def test_a_list_names_each_id_once() -> None:
    other = KEY.config._replace(id=8)
    configs = HpkeConfigList((KEY.config, other))
    assert HpkeConfigList.decode(configs.encode()) == configs
    assert len(configs.encode()) == 2 + 2 * 41
    body = KEY.config.encode()
    with pytest.raises(DecodeError):
        HpkeConfigList.decode((2 * len(body)).to_bytes(2, "big") + body + body)
    with pytest.raises(DecodeError):
        HpkeConfigList.decode(b"\x00\x00")
    for bad in (HpkeConfigList(()), HpkeConfigList((KEY.config, KEY.config))):
        with pytest.raises(EncodeError):
            bad.encode()


@given(damaged(HpkeConfigList((KEY.config, KEY.config._replace(id=8))).encode()))
def test_a_damaged_list_is_refused_or_faithful(data: bytes) -> None:
    refused_or_faithful(data, HpkeConfigList.decode, HpkeConfigList.encode)


@given(damaged(_SEALED.encode()))
def test_a_damaged_ciphertext_is_refused_or_faithful(data: bytes) -> None:
    refused_or_faithful(data, HpkeCiphertext.decode, HpkeCiphertext.encode)
