"""What two operators share and no file holds: each derives it from its own key and the other's public file.

    shared = X25519(own exchange key, the other's)
    secret = HKDF-SHA256(salt "shoal-setup-v1", shared, info, 32 bytes)
    info   = u8 length of label ‖ label ‖ signing and exchange key of each ‖ SHA-256(TaskConfiguration)

The order of the operators is fixed by the label: leader before helper, collector before leader. The same
operators and terms always give the same secrets, so a task keeps its id when its file is signed anew.
"""

from __future__ import annotations

import hashlib
from base64 import urlsafe_b64encode
from typing import TYPE_CHECKING, Final, NamedTuple

from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from server.errors import TaskMismatch

if TYPE_CHECKING:
    from server.operators import Keys, PublicFile

SALT: Final = b"shoal-setup-v1"
VERIFY_KEY: Final = b"verify key"
LEADER_TO_HELPER: Final = b"leader to helper token"
COLLECTOR_TO_LEADER: Final = b"collector to leader token"


class Shared(NamedTuple):
    """What leader and helper, and nobody else, can derive."""

    verify_key: bytes  # 32 bytes
    token: str  # the leader's bearer token for the helper

    def __repr__(self) -> str:
        return "Shared(not shown)"

    @property
    def task_id(self) -> bytes:
        """SHA-256 of the verify key: whoever sees the id cannot choose or guess the key."""
        return hashlib.sha256(self.verify_key).digest()


def between_aggregators(keys: Keys, leader: PublicFile, helper: PublicFile, configuration: bytes) -> Shared:
    """Verify key and token of leader and helper, from either side's own keys."""
    verify_key = derive(keys, VERIFY_KEY, leader, helper, configuration)
    token = derive(keys, LEADER_TO_HELPER, leader, helper, configuration)
    return Shared(verify_key, as_token(token))


def collector_token(keys: Keys, collector: PublicFile, leader: PublicFile, configuration: bytes) -> str:
    """The collector's bearer token for the leader, from either side's own keys."""
    return as_token(derive(keys, COLLECTOR_TO_LEADER, collector, leader, configuration))


def derive(keys: Keys, label: bytes, first: PublicFile, second: PublicFile, configuration: bytes) -> bytes:
    """32 bytes that only `first` and `second` can know; `keys` are the one's or the other's.

    TaskMismatch if they are neither's, or if the other's exchange key is of low order.
    """
    own: X25519PrivateKey = keys.exchange_key
    mine = own.public_key().public_bytes_raw()
    if mine not in (first.exchange_key, second.exchange_key) or first.exchange_key == second.exchange_key:
        raise TaskMismatch(
            "exchange_key: the public files do not belong to these keys.",
            "Exchange the public files again, and compare the fingerprints.",
        )
    theirs = second.exchange_key if mine == first.exchange_key else first.exchange_key
    try:
        shared = own.exchange(X25519PublicKey.from_public_bytes(theirs))
    except ValueError:
        raise TaskMismatch("exchange_key: the other operator's key is no usable X25519 key.") from None
    info = b"".join(
        (
            bytes((len(label),)) + label,
            *(part for side in (first, second) for part in (side.signing_key, side.exchange_key)),
            hashlib.sha256(configuration).digest(),
        )
    )
    return HKDF(algorithm=SHA256(), length=32, salt=SALT, info=info).derive(shared)


def as_token(secret: bytes) -> str:
    """32 bytes as the text of a bearer token (unpadded base64url)."""
    return urlsafe_b64encode(secret).rstrip(b"=").decode("ascii")
