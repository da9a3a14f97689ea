"""Recomputes a Shoal report from what the device shows of it. See docs/verify.md.

    shoal preview --exact --json | python independent_verify.py
    shoal ledger show ROW --exact --json > report.json; python independent_verify.py report.json

This file uses nothing of Shoal: Python 3.11 or later with `cryptography` and `pycryptodomex` is enough. It
makes every byte of the report again from vector, task and opening, as draft-ietf-ppm-dap-18,
draft-irtf-cfrg-vdaf-20, RFC 9180 and docs/verify.md say, and compares. Exit status: 0 everything agrees,
1 something differs (the first field that does is named), 2 the input is not such a report.
"""

import hashlib
import hmac
import json
import sys
from functools import partial
from pathlib import Path

from Cryptodome.Hash import TurboSHAKE128
from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey, X25519PublicKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

# Field128 of the VDAF draft, section 6.1.4
PRIME = 2**66 * 4611686018427387897 + 1
GENERATOR = pow(7, 4611686018427387897, PRIME)  # of the subgroup of order 2**66
ELEMENT, SEED = 16, 32  # bytes

mac = partial(hmac.digest, digest="sha256")  # HMAC-SHA-256, which is also HKDF-Extract

BYTES = (
    *("task_id", "task_configuration", "opening", "report_id", "shard_rand", "public_share"),
    *("leader_input_share", "helper_input_share", "leader_hpke_config", "helper_hpke_config"),
    *("leader_ephemeral_seed", "helper_ephemeral_seed", "body", "body_sha256"),
)


class DiffersError(Exception):
    """A field is not what it should be."""


def read(text):
    """The report's fields, hex turned into bytes, types checked."""
    try:
        shown = json.loads(text)
        fields = {name: bytes.fromhex(shown[name]) for name in BYTES}
        fields |= {name: shown[name] for name in ("time", "vector", "length", "chunk_length")}
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise ValueError(f"not the JSON of an exact report: {error!r}") from None
    if type(fields["time"]) is not int or not 0 <= fields["time"] < 2**64:
        raise ValueError("time must be a whole number")
    if any(fields[name].hex() != shown[name] for name in BYTES) or type(fields["vector"]) is not list:
        raise ValueError("bytes must be lower-case hexadecimal, vector a list")
    if len(fields["opening"]) != 32 or len(fields["task_id"]) != 32:
        raise ValueError("opening and task_id must be 32 bytes")
    return fields


class Cursor:
    """Walks over a structure of the TLS presentation language (RFC 8446, section 3)."""

    at = 0

    def __init__(self, data):
        self.data = data

    def number(self, size):
        """An unsigned number of so many bytes."""
        self.at += size
        if self.at > len(self.data):
            raise ValueError("a structure ends early")
        return int.from_bytes(self.data[self.at - size : self.at], "big")

    def vector(self, prefix):
        """Bytes behind their length, which has so many bytes itself."""
        size = self.number(prefix)
        return self.number(size).to_bytes(size, "big")


def sum_vec_parameters(configuration):
    """(length, chunk_length) out of a TaskConfiguration, DAP draft section 4.2."""
    cursor = Cursor(configuration)
    cursor.vector(1)  # task_info
    cursor.vector(2), cursor.vector(2)  # both URLs
    cursor.number(8 + 8)  # time precision, minimum batch size
    if (cursor.number(1), cursor.vector(2), cursor.number(4)) != (1, b"", 3):
        raise ValueError("the task is not one of time intervals and Prio3SumVec")
    vdaf = Cursor(cursor.vector(2))
    length, most, chunk_length = vdaf.number(4), vdaf.number(8), vdaf.number(4)
    cursor.vector(2)  # extensions
    if most != 1 or length < 1 or chunk_length < 1 or cursor.at != len(configuration):
        raise ValueError("the task's configuration is not one of Shoal's")
    return length, chunk_length


def hpke_config(encoded):
    """(id, public key) out of an HpkeConfig of the one suite."""
    cursor = Cursor(encoded)
    identity, suite, key = cursor.number(1), cursor.number(6).to_bytes(6, "big"), cursor.vector(2)
    if suite != SUITE or len(key) != 32 or cursor.at != len(encoded):
        raise ValueError("an HPKE configuration is not of the suite that Shoal uses")
    return identity, key


def expand(prk, info, size):
    """HKDF-Expand of RFC 5869 with SHA-256."""
    output, block = b"", b""
    while len(output) < size:
        block = mac(prk, block + info + bytes([len(output) // 32 + 1]))
        output += block
    return output[:size]


def derive(fields, label, size, config=None):
    """One output of the opening, docs/verify.md section 2."""
    info = bytes([len(label)]) + label + fields["task_id"]
    info += hashlib.sha256(fields["task_configuration"]).digest()
    info += fields["time"].to_bytes(8, "big") + len(fields["vector"]).to_bytes(4, "big")
    info += bytes(fields["vector"])
    if config is not None:
        info += len(config).to_bytes(2, "big") + config
    return expand(mac(b"shoal-v1", fields["opening"]), info, size)


def xof(use, context, seed, binder):
    """XofTurboShake128, section 6.2.1, with Prio3SumVec's domain separation tag for a use and a context."""
    tag = bytes([18, 0]) + (3).to_bytes(4, "big") + use.to_bytes(2, "big") + context
    sponge = TurboSHAKE128.new(domain=1)
    return sponge.update(len(tag).to_bytes(2, "little") + tag + bytes([len(seed)]) + seed + binder)


def elements(sponge, count):
    """Field elements out of an XOF's stream: values that are no element are skipped."""
    found = []
    while len(found) < count:
        value = int.from_bytes(sponge.read(ELEMENT), "little")
        found += [value] if value < PRIME else []
    return found


MEASUREMENT_SHARE, PROOF_SHARE, JOINT_RANDOMNESS, PROVE_RANDOMNESS = 1, 2, 3, 4
JOINT_RAND_SEED, JOINT_RAND_PART = 6, 7


def encode(vector):
    """Field elements as bytes, little-endian."""
    return b"".join(element.to_bytes(ELEMENT, "little") for element in vector)


def shard(context, vector, chunk_length, nonce, rand):
    """(public share, leader's input share, helper's input share), section 7.2.1."""
    helper_key, helper_blind, leader_blind, prove_seed = (rand[i : i + SEED] for i in range(0, 128, SEED))
    helper_vector = elements(xof(MEASUREMENT_SHARE, context, helper_key, b"\x01"), len(vector))
    leader_vector = [(a - b) % PRIME for a, b in zip(vector, helper_vector, strict=True)]
    halves = ((b"\x00", leader_blind, leader_vector), (b"\x01", helper_blind, helper_vector))
    public_share = b"".join(
        xof(JOINT_RAND_PART, context, blind, aggregator + nonce + encode(half)).read(SEED)
        for aggregator, blind, half in halves
    )
    joint_seed = xof(JOINT_RAND_SEED, context, bytes(SEED), public_share).read(SEED)
    calls = -(-len(vector) // chunk_length)
    joint = elements(xof(JOINT_RANDOMNESS, context, joint_seed, b"\x01"), calls)
    seeds = elements(xof(PROVE_RANDOMNESS, context, prove_seed, b"\x01"), 2 * chunk_length)
    proof = prove(vector, chunk_length, joint, seeds)
    helper_proof = elements(xof(PROOF_SHARE, context, helper_key, b"\x01\x01"), len(proof))
    leader_proof = [(a - b) % PRIME for a, b in zip(proof, helper_proof, strict=True)]
    leader = encode(leader_vector + leader_proof) + leader_blind
    return public_share, leader, helper_key + helper_blind


def prove(vector, chunk_length, joint, seeds):
    """The proof that all entries are 0 or 1, section 7.3.3."""
    points = 1  # of a wire polynomial: a power of two, one for the seed and one for each call
    while points < 1 + len(joint):
        points *= 2
    wires = [[seed] + [0] * (points - 1) for seed in seeds]
    for call, challenge in enumerate(joint):
        power = challenge
        for j in range(chunk_length):
            index = call * chunk_length + j
            entry = vector[index] if index < len(vector) else 0
            wires[2 * j][call + 1] = power * entry % PRIME
            wires[2 * j + 1][call + 1] = (entry - 1) % PRIME
            power = power * challenge % PRIME
    values = [0] * (2 * points)
    for left, right in zip(wires[::2], wires[1::2], strict=True):
        pairs = zip(twice_as_many(left), twice_as_many(right), strict=True)
        values = [(value + a * b) % PRIME for value, (a, b) in zip(values, pairs, strict=True)]
    return seeds + values[: 2 * (points - 1) + 1]


def twice_as_many(values):
    """A polynomial given at the n-th roots of unity, evaluated at the 2n-th ones."""
    n = len(values)
    root = pow(GENERATOR, 2**66 // (2 * n), PRIME)
    powers = [pow(root, i, PRIME) for i in range(2 * n)]
    scale = pow(n, -1, PRIME)

    def at(polynomial, step):
        return sum(part * powers[i * step % (2 * n)] for i, part in enumerate(polynomial)) % PRIME

    monomials = [scale * at(values, -2 * k) % PRIME for k in range(n)]
    return [at(monomials, i) for i in range(2 * n)]


SUITE = bytes.fromhex("002000010001")  # DHKEM(X25519, HKDF-SHA256), HKDF-SHA256, AES-128-GCM
KEM_ID, HPKE_ID = b"KEM" + SUITE[:2], b"HPKE" + SUITE


def labeled_extract(suite, salt, label, ikm):
    """RFC 9180, section 4."""
    return mac(salt, b"HPKE-v1" + suite + label + ikm)


def labeled_expand(suite, prk, label, info, size):
    """RFC 9180, section 4."""
    return expand(prk, size.to_bytes(2, "big") + b"HPKE-v1" + suite + label + info, size)


def hpke_seal(public_key, info, aad, plaintext, ikm):
    """(enc, ciphertext) of SealBase, whose ephemeral key is DeriveKeyPair(ikm)."""
    private = labeled_expand(KEM_ID, labeled_extract(KEM_ID, b"", b"dkp_prk", ikm), b"sk", b"", 32)
    ephemeral = X25519PrivateKey.from_private_bytes(private)
    enc = ephemeral.public_key().public_bytes_raw()
    shared = ephemeral.exchange(X25519PublicKey.from_public_bytes(public_key))
    prk = labeled_extract(KEM_ID, b"", b"eae_prk", shared)
    secret = labeled_expand(KEM_ID, prk, b"shared_secret", enc + public_key, 32)
    context = b"\x00" + labeled_extract(HPKE_ID, b"", b"psk_id_hash", b"")
    context += labeled_extract(HPKE_ID, b"", b"info_hash", info)
    prk = labeled_extract(HPKE_ID, secret, b"secret", b"")
    key = labeled_expand(HPKE_ID, prk, b"key", context, 16)
    nonce = labeled_expand(HPKE_ID, prk, b"base_nonce", context, 12)
    return enc, AESGCM(key).encrypt(nonce, plaintext, aad)


def report(fields):
    """The upload request's body, DAP draft section 4.4.2."""

    def prefixed(data, size):
        return len(data).to_bytes(size, "big") + data

    public = prefixed(fields["public_share"], 4)
    metadata = fields["report_id"] + fields["time"].to_bytes(8, "big") + prefixed(b"", 2)
    aad = fields["task_id"] + fields["task_configuration"] + metadata + public
    body = metadata + public
    for role, name in ((2, "leader"), (3, "helper")):
        identity, public_key = hpke_config(fields[f"{name}_hpke_config"])
        plaintext = prefixed(b"", 2) + prefixed(fields[f"{name}_input_share"], 4)
        info = b"dap-18 input share" + bytes([1, role])
        enc, payload = hpke_seal(public_key, info, aad, plaintext, fields[f"{name}_ephemeral_seed"])
        body += bytes([identity]) + prefixed(enc, 2) + prefixed(payload, 4)
    return body


def recomputed(fields):
    """Each field that follows from others, in turn: its name and what it should be."""
    length, chunk_length = sum_vec_parameters(fields["task_configuration"])
    yield from (("length", length), ("chunk_length", chunk_length))
    vector = fields["vector"]
    if len(vector) != length or any(type(entry) is not int or entry not in (0, 1) for entry in vector):
        raise DiffersError("vector")
    yield "report_id", derive(fields, b"report id", 16)
    yield "shard_rand", derive(fields, b"shard randomness", 4 * SEED)
    for name in ("leader", "helper"):
        config = fields[f"{name}_hpke_config"]
        yield f"{name}_ephemeral_seed", derive(fields, f"{name} ephemeral".encode(), 32, config)
    context, rand = b"dap-18" + fields["task_id"], fields["shard_rand"]
    shares = shard(context, vector, chunk_length, fields["report_id"], rand)
    yield from zip(("public_share", "leader_input_share", "helper_input_share"), shares, strict=True)
    yield "body", report(fields)
    yield "body_sha256", hashlib.sha256(fields["body"]).digest()


def verify(text):
    """The names of the fields that agree; DiffersError names the first that does not."""
    fields, agreed = read(text), []
    for name, expected in recomputed(fields):
        if fields[name] != expected:
            raise DiffersError(name)
        agreed.append(name)
    return agreed


def main():
    """Check the file named on the command line, or standard input; the exit status."""
    try:
        agreed = verify(Path(sys.argv[1]).read_text("utf-8") if len(sys.argv) > 1 else sys.stdin.read())
    except DiffersError as error:
        print(f"DIFFERS: {error}")
        return 1
    except (OSError, ValueError) as error:
        print(f"cannot be checked: {error}")
        return 2
    print(*(f"agrees: {name}" for name in agreed), sep="\n")
    print("Every byte of the report follows from vector, task and opening.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
