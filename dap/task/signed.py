"""The task file: a payload and the Ed25519 signatures of both operators over its exact bytes."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final, NamedTuple

from dap.constants import Role
from dap.errors import ParameterError, TaskRefused
from dap.task.agreement import KEY_SIZE, Task
from dap.task.strict import Entries

if TYPE_CHECKING:
    from collections.abc import Mapping

FORMAT: Final = "shoal-task-file-1"
MAX_FILE: Final = 128 * 1024
SIGNATURE_SIZE: Final = 64
SIGNERS: Final = (Role.LEADER, Role.HELPER)
_PREFIX: Final = b"shoal task file, version 1, signed as "


def _signed_bytes(role: Role, payload: bytes) -> bytes:
    """What an operator signs: a prefix that no other protocol signs, its role, a zero byte, the payload."""
    return _PREFIX + role.word.encode() + b"\x00" + payload


class SignedTask(NamedTuple):
    """A payload with none, one or both signatures. Nothing in it may be believed before `verify`."""

    payload: bytes
    signatures: Mapping[Role, bytes] = {}

    def sign(self, role: Role, private_key: bytes) -> SignedTask:
        """The same with this operator's signature; `private_key` is Ed25519's 32 bytes (RFC 8032).

        TaskRefused if the payload names another signing key for that role.
        """
        if role not in SIGNERS or len(private_key) != KEY_SIZE:
            raise ParameterError("only leader and helper sign, with 32 bytes of Ed25519 key")
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

        key = Ed25519PrivateKey.from_private_bytes(private_key)
        named = Task.parse(self.payload).operator(role).signing_key
        if key.public_key().public_bytes_raw() != named:
            raise TaskRefused(f"{role.word}.signing_key", "is not the key that this operator signs with")
        signature = key.sign(_signed_bytes(role, self.payload))
        return SignedTask(self.payload, {**self.signatures, role: signature})

    def verify(self, leader_key: bytes, helper_key: bytes) -> Task:
        """The task, if both pinned keys signed these very bytes and are the ones that it names.

        TaskRefused naming `signatures.leader`, `signatures.helper`, `leader.signing_key` or another field.
        Whether it stays within the limits, and whether its serial has risen, are checked elsewhere.
        """
        if leader_key == helper_key:
            raise TaskRefused(
                "helper.signing_key", "is the leader's own: one operator would hold both halves"
            )
        for role, key in zip(SIGNERS, (leader_key, helper_key), strict=True):
            self._require_signature(role, key)
        task = Task.parse(self.payload)
        for role, key in zip(SIGNERS, (leader_key, helper_key), strict=True):
            if task.operator(role).signing_key != key:
                raise TaskRefused(f"{role.word}.signing_key", "is not the key that was pinned")
        return task

    def claimed(self) -> Task:
        """The task that the payload claims, unverified: to show its fingerprints before they are pinned."""
        return Task.parse(self.payload)

    def _require_signature(self, role: Role, key: bytes) -> None:
        # Loaded when something is verified: what was verified before is read without.
        from cryptography.exceptions import InvalidSignature
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

        field = f"signatures.{role.word}"
        signature = self.signatures.get(role)
        if signature is None:
            raise TaskRefused(field, f"is missing: the {role.word}'s operator has not signed")
        try:
            public = Ed25519PublicKey.from_public_bytes(key)
            public.verify(signature, _signed_bytes(role, self.payload))
        except (InvalidSignature, ValueError):
            raise TaskRefused(
                field, f"does not fit the {role.word}'s key: altered, or signed by another"
            ) from None

    def dump(self) -> str:
        """The file's text: JSON, in which the payload stands line by line so that people can read it."""
        members = {
            "format": FORMAT,
            "payload": self.payload.decode("utf-8").split("\n"),
            "signatures": {
                role.word: self.signatures[role].hex() for role in SIGNERS if role in self.signatures
            },
        }
        return json.dumps(members, indent=2, ensure_ascii=False) + "\n"

    @classmethod
    def load(cls, text: str | bytes) -> SignedTask:
        """Read a file's text; TaskRefused naming the field. Signatures may be missing, not malformed.

        The payload is its lines joined by one newline character each, in UTF-8.
        """
        try:
            data = text.encode() if isinstance(text, str) else text
        except UnicodeEncodeError:
            raise TaskRefused("file", "is not UTF-8 text") from None
        entries = Entries.of(data, "file", MAX_FILE)
        entries.constant("format", FORMAT)
        lines = entries.lines("payload")
        if any("\n" in line for line in lines):
            raise TaskRefused("payload", "holds a line that is more than a line")
        signed = entries.inner("signatures")
        signatures = {
            role: signed.octets(role.word, SIGNATURE_SIZE) for role in SIGNERS if signed.has(role.word)
        }
        signed.end()
        entries.end()
        try:
            return cls("\n".join(lines).encode(), signatures)
        except UnicodeEncodeError:
            raise TaskRefused("payload", "is not UTF-8 text") from None
