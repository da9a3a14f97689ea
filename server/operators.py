"""Who an operator is: the public file that others compare and pin, and the keys that nobody else sees."""

from __future__ import annotations

import json
from pathlib import Path
from typing import NamedTuple

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

from dap.constants import Role
from dap.errors import DapError
from dap.hpke import HpkeConfig, HpkeKey
from server.errors import FolderError
from server.files import Kinds, octets, read_json, require_private

ROLES: dict[str, Role] = {role.word: role for role in (Role.LEADER, Role.HELPER, Role.COLLECTOR)}
PUBLIC_SUFFIX = ".operator.json"
KEYS_FILE = "keys.json"


class PublicFile(NamedTuple):
    """What an operator shows the others. Its Ed25519 signature binds all of it to one fingerprint."""

    role: Role
    name: str
    contact: str
    url: str  # base URL of the DAP resources; empty for a collector
    signing_key: bytes  # Ed25519, 32 bytes
    exchange_key: bytes  # X25519, 32 bytes
    hpke_config: HpkeConfig

    def _members(self) -> dict[str, str | int]:
        return {
            "shoal": "operator",
            "version": 1,
            "role": self.role.word,
            "name": self.name,
            "contact": self.contact,
            "url": self.url,
            "signing_key": self.signing_key.hex(),
            "exchange_key": self.exchange_key.hex(),
            "hpke_config": self.hpke_config.encode().hex(),
        }

    def _signed_bytes(self) -> bytes:
        canonical = json.dumps(self._members(), sort_keys=True, separators=(",", ":"), ensure_ascii=True)
        return b"shoal operator file v1\n" + canonical.encode("ascii")

    def dump(self, signing_key: Ed25519PrivateKey) -> str:
        """The file's text, signed with the operator's own key."""
        fields = self._members() | {"signature": signing_key.sign(self._signed_bytes()).hex()}
        return json.dumps(fields, indent=2, ensure_ascii=False) + "\n"


_PUBLIC_KEYS: Kinds = {
    "shoal": str,
    "version": int,
    "role": str,
    "name": str,
    "contact": str,
    "url": str,
    "signing_key": str,
    "exchange_key": str,
    "hpke_config": str,
    "signature": str,
}


def load_public(path: Path, role: Role | None = None) -> PublicFile:
    """Read and check an operator's public file, its own signature included.

    role: what the file must be for.  Raises NotSetUp (no such file) or FolderError (anything odd).
    """
    value = read_json(path, _PUBLIC_KEYS, missing="Ask its operator for the public file that `init` made.")
    if value["shoal"] != "operator" or value["version"] != 1:
        raise FolderError(f"{path} is not an operator's public file of version 1.")
    if value["role"] not in ROLES:
        raise FolderError(f"{path}: role {value['role']!r} is none of {', '.join(ROLES)}.")
    if role is not None and ROLES[value["role"]] is not role:
        raise FolderError(f"{path} is a {value['role']}'s file, but a {role.word}'s is needed.")
    try:
        hpke_config = HpkeConfig.decode(octets(path, "hpke_config", value["hpke_config"]))
    except DapError as error:
        raise FolderError(f"{path}: hpke_config: {error}.") from error
    public = PublicFile(
        ROLES[value["role"]],
        value["name"],
        value["contact"],
        value["url"],
        octets(path, "signing_key", value["signing_key"], 32),
        octets(path, "exchange_key", value["exchange_key"], 32),
        hpke_config,
    )
    try:
        key = Ed25519PublicKey.from_public_bytes(public.signing_key)
        key.verify(octets(path, "signature", value["signature"], 64), public._signed_bytes())
    except InvalidSignature:
        raise FolderError(
            f"{path} was altered after its operator signed it.", "Ask for the file again, by another way."
        ) from None
    return public


class Keys(NamedTuple):
    """An operator's own secrets. Nothing of it is ever shown."""

    role: Role
    public_name: str  # file name of the public file beside it
    signing_key: Ed25519PrivateKey
    exchange_key: X25519PrivateKey
    hpke_keys: tuple[HpkeKey, ...]  # newest first
    replaced: tuple[int, ...]  # for each but the newest: when it was replaced, UTC seconds

    def __repr__(self) -> str:
        return f"Keys({self.role.word}, {len(self.hpke_keys)} HPKE keys, not shown)"

    def dump(self) -> str:
        """The text of keys.json."""
        return json.dumps(
            {
                "shoal": "keys",
                "version": 1,
                "role": self.role.word,
                "public": self.public_name,
                "signing_key": self.signing_key.private_bytes_raw().hex(),
                "exchange_key": self.exchange_key.private_bytes_raw().hex(),
                "hpke_keys": [
                    {"config": key.config.encode().hex(), "private_key": key.private_key.hex()}
                    for key in self.hpke_keys
                ],
                "replaced": list(self.replaced),
            },
            indent=2,
        )


_KEYS_KEYS: Kinds = {
    "shoal": str,
    "version": int,
    "role": str,
    "public": str,
    "signing_key": str,
    "exchange_key": str,
    "hpke_keys": list,
    "replaced": list,
}


def _where_keys_are(folder: Path) -> str:
    """The cure for a folder without keys: another folder, if it is the one around or above."""
    inside = [str(folder / word) for word in ROLES if (folder / word / KEYS_FILE).exists()]
    if inside:
        return f"Operators' folders are inside. Name one: --dir {', or --dir '.join(inside)}"
    return f"Is it the right folder? To make keys in it: shoal-server init ROLE --dir {folder} …"


def load_keys(folder: Path) -> Keys:
    """Read keys.json. Refuses a file that others on this machine may read.

    Raises NotSetUp (no folder, no keys) or FolderError.
    """
    path = folder / KEYS_FILE
    value = read_json(path, _KEYS_KEYS, missing=_where_keys_are(folder))
    require_private(path)
    if value["shoal"] != "keys" or value["version"] != 1 or value["role"] not in ROLES:
        raise FolderError(f"{path} is not an operator's key file of version 1.")
    hpke_keys = []
    for entry in value["hpke_keys"]:
        if not isinstance(entry, dict) or entry.keys() != {"config", "private_key"}:
            raise FolderError(f"{path}: hpke_keys holds something that is no key.")
        try:
            config = HpkeConfig.decode(octets(path, "config", str(entry["config"])))
            hpke_keys.append(HpkeKey(config, octets(path, "private_key", str(entry["private_key"]), 32)))
        except DapError as error:
            raise FolderError(f"{path}: hpke_keys: {error}.") from error
    replaced = value["replaced"]
    if not hpke_keys or len(replaced) != len(hpke_keys) - 1 or not all(type(at) is int for at in replaced):
        raise FolderError(f"{path}: hpke_keys and replaced do not fit each other.")
    return Keys(
        ROLES[value["role"]],
        Path(value["public"]).name,
        Ed25519PrivateKey.from_private_bytes(octets(path, "signing_key", value["signing_key"], 32)),
        X25519PrivateKey.from_private_bytes(octets(path, "exchange_key", value["exchange_key"], 32)),
        tuple(hpke_keys),
        tuple(replaced),
    )
