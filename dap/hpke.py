"""Seals to a public key and opens (RFC 9180, base mode) with the one suite that Shoal speaks.

DHKEM(X25519, HKDF-SHA256), HKDF-SHA256, AES-128-GCM. The sender's ephemeral key comes from a seed of the
caller's (DeriveKeyPair, section 7.1.3), so that whoever holds the seed can make the same bytes again. A
seed must never serve two plaintexts: seal.py derives each from everything that it seals.
"""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Final, NamedTuple

from dap.codec import EncodeError, Reader, Writer, joined, whole
from dap.errors import DapError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pyhpke import CipherSuite, KEMKeyInterface

KEM_X25519_HKDF_SHA256: Final = 0x0020
KDF_HKDF_SHA256: Final = 0x0001
AEAD_AES_128_GCM: Final = 0x0001
KEY_SIZE: Final = 32
SEED_SIZE: Final = 32


class DecryptError(DapError):
    """A ciphertext does not open with this key, info and additional data. Why, nobody is told."""


class HpkeConfig(NamedTuple):
    """An HPKE public key and its algorithms (draft 18, section 4.4.1)."""

    id: int
    kem: int
    kdf: int
    aead: int
    public_key: bytes

    @property
    def supported(self) -> bool:
        """Whether the algorithms are the suite above and the key has its size."""
        suite = (KEM_X25519_HKDF_SHA256, KDF_HKDF_SHA256, AEAD_AES_128_GCM)
        return (self.kem, self.kdf, self.aead) == suite and len(self.public_key) == KEY_SIZE

    def encode(self) -> bytes:
        """The structure's bytes: 41 of them with the suite above."""
        writer = Writer().u8(self.id).u16(self.kem).u16(self.kdf).u16(self.aead)
        return writer.vector(self.public_key, 2, least=1).done()

    @classmethod
    def read(cls, reader: Reader) -> HpkeConfig:
        """Take one off a longer message."""
        return cls(reader.u8(), reader.u16(), reader.u16(), reader.u16(), reader.vector(2, least=1))

    @classmethod
    def decode(cls, data: bytes) -> HpkeConfig:
        """Read a whole one; DecodeError."""
        return whole(data, "HpkeConfig", cls.read)


class HpkeConfigList(NamedTuple):
    """What `{aggregator}/hpke_config` serves, in falling order of preference."""

    configs: tuple[HpkeConfig, ...]

    def encode(self) -> bytes:
        """The message's bytes; EncodeError if it is empty or an id stands twice."""
        if not self.configs or not _distinct(self.configs):
            raise EncodeError("an HpkeConfigList holds at least one configuration, each id once")
        return Writer().vector(joined(config.encode() for config in self.configs), 2, least=10).done()

    @classmethod
    def decode(cls, data: bytes) -> HpkeConfigList:
        """Read a whole one; DecodeError, also if an id stands twice."""
        reader = Reader(data, "HpkeConfigList")
        configs = Reader(reader.vector(2, least=10), "HpkeConfigList").items(HpkeConfig.read)
        reader.end()
        if not _distinct(configs):
            raise reader.fail("an id stands twice")
        return cls(configs)


class HpkeCiphertext(NamedTuple):
    """One sealed message (section 4.1): whom for, the encapsulated key, the ciphertext with its tag."""

    config_id: int
    enc: bytes
    payload: bytes

    def encode(self) -> bytes:
        """The structure's bytes."""
        return (
            Writer().u8(self.config_id).vector(self.enc, 2, least=1).vector(self.payload, 4, least=1).done()
        )

    @classmethod
    def read(cls, reader: Reader) -> HpkeCiphertext:
        """Take one off a longer message."""
        return cls(reader.u8(), reader.vector(2, least=1), reader.vector(4, least=1))

    @classmethod
    def decode(cls, data: bytes) -> HpkeCiphertext:
        """Read a whole one; DecodeError."""
        return whole(data, "HpkeCiphertext", cls.read)


class HpkeKey:
    """A private key with its public configuration. Its repr shows the latter only."""

    __slots__ = ("_key", "_private_key", "config")

    def __init__(self, config: HpkeConfig, private_key: bytes) -> None:
        if not config.supported or len(private_key) != KEY_SIZE:
            raise DapError("an HPKE key of another suite")
        key = _suite().kem.deserialize_private_key(private_key)
        if key.raw.public_key().public_bytes_raw() != config.public_key:
            raise DapError("an HPKE private key does not belong to its public key")
        self.config = config
        self._private_key = private_key
        self._key = key

    def __repr__(self) -> str:
        return f"HpkeKey({self.config!r})"

    @property
    def private_key(self) -> bytes:
        """The secret's 32 bytes, to keep in an operator's folder."""
        return self._private_key

    def open(self, info: bytes, aad: bytes, ciphertext: HpkeCiphertext) -> bytes:
        """The plaintext (OpenBase, section 6.1); DecryptError. The caller has chosen the key by config_id."""
        try:
            context = _suite().create_recipient_context(ciphertext.enc, self._key, info)
            return context.open(ciphertext.payload, aad)
        except _failures():
            raise DecryptError("an HPKE ciphertext does not open") from None


def generate(config_id: int, ikm: bytes) -> HpkeKey:
    """The key pair that 32 random bytes determine (DeriveKeyPair), under an id of the caller's choice."""
    if len(ikm) != SEED_SIZE:
        raise DapError(f"an HPKE seed has {SEED_SIZE} bytes")
    private = _suite().kem.derive_key_pair(ikm).private_key
    public_key = private.raw.public_key().public_bytes_raw()
    config = HpkeConfig(config_id, KEM_X25519_HKDF_SHA256, KDF_HKDF_SHA256, AEAD_AES_128_GCM, public_key)
    return HpkeKey(config, private.to_private_bytes())


def seal(
    config: HpkeConfig, info: bytes, aad: bytes, plaintext: bytes, ephemeral_ikm: bytes
) -> HpkeCiphertext:
    """Encrypt to a configuration (SealBase, section 6.1), with the ephemeral key that the seed determines.

    DapError for another suite, a seed that is not 32 bytes, or a public key of low order.
    """
    if not config.supported:
        raise DapError("an HPKE configuration of another suite")
    if len(ephemeral_ikm) != SEED_SIZE:
        raise DapError(f"an HPKE seed has {SEED_SIZE} bytes")
    try:
        pair = _suite().kem.derive_key_pair(ephemeral_ikm)
        enc, context = _suite().create_sender_context(_public(config.public_key), info, eks=pair)
        return HpkeCiphertext(config.id, enc, context.seal(plaintext, aad))
    except _failures():
        raise DapError("the HPKE public key cannot be sealed to") from None


def key_for(keys: Iterable[HpkeKey], config_id: int) -> HpkeKey | None:
    """The key with this id, if there is one."""
    return next((key for key in keys if key.config.id == config_id), None)


def _distinct(configs: tuple[HpkeConfig, ...]) -> bool:
    return len({config.id for config in configs}) == len(configs)


@lru_cache(maxsize=16)
def _public(public_key: bytes) -> KEMKeyInterface:
    """A parsed public key: a simulated fleet seals thousands of times to the same two."""
    return _suite().kem.deserialize_public_key(public_key)


@lru_cache(maxsize=1)
def _suite() -> CipherSuite:
    from pyhpke import AEADId, CipherSuite, KDFId, KEMId

    return CipherSuite.new(KEMId.DHKEM_X25519_HKDF_SHA256, KDFId.HKDF_SHA256, AEADId.AES128_GCM)


def _failures() -> tuple[type[Exception], ...]:
    """What the library raises for a key or a ciphertext that is none."""
    from pyhpke.exceptions import PyHPKEError

    return PyHPKEError, ValueError
