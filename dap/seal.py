"""From a measurement to the bytes that leave a device: a pure function of vector, task and opening.

Everything random in a report is derived from its opening, 32 random bytes that serve this one vector only:

    PRK    = HKDF-SHA256-Extract(salt = "shoal-v1", IKM = opening)
    output = HKDF-SHA256-Expand(PRK, info, size)
    info   = u8 length of label, label, task id, SHA-256(TaskConfiguration), u64 time, u32 length, one byte
             per entry of the vector; for an ephemeral also u16 length of HpkeConfig, HpkeConfig

    label "report id"          16 bytes: the report's id, which is the VDAF's nonce
          "shard randomness"   the VDAF's rand
          "leader ephemeral"   32 bytes: ikm of RFC 9180's DeriveKeyPair for the leader's ciphertext
          "helper ephemeral"   32 bytes: the same for the helper's

Because the vector is in every info, an opening that served two vectors by mistake would still repeat no
randomness; because the HpkeConfig is in the ephemerals', sealing the same report to another key is safe.
docs/verify.md says the same to whoever wants to check it without this program.
"""

from __future__ import annotations

import hashlib
import hmac
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from dap.codec import Writer
from dap.constants import REPORT_ID_SIZE, TASK_ID_SIZE, Role
from dap.errors import ParameterError
from dap.hpke import SEED_SIZE, HpkeConfig
from dap.hpke import seal as hpke_seal
from dap.messages import PlaintextInputShare, Report, ReportMetadata, UploadRequest
from dap.messages.binding import input_share_aad, input_share_info, vdaf_context
from dap.task.configuration import TaskConfiguration

if TYPE_CHECKING:
    from dap.hpke import HpkeCiphertext
    from dap.task.agreement import Task

OPENING_SIZE: Final = 32
_SALT: Final = b"shoal-v1"
_HASH_SIZE: Final = 32


class Measurement(NamedTuple):
    """The number of the measured period, and its vector of zeros and ones."""

    time: int
    vector: tuple[int, ...]

    def __repr__(self) -> str:
        return f"Measurement(time={self.time}, <{len(self.vector)} entries>)"


class Recipients(NamedTuple):
    """Where a report goes: the parts of a task that its bytes depend on, each as exact bytes."""

    task_id: bytes
    configuration: bytes
    leader_hpke_config: bytes
    helper_hpke_config: bytes

    @classmethod
    def of(cls, task: Task) -> Recipients:
        """A task's."""
        configs = (task.leader.hpke_config.encode(), task.helper.hpke_config.encode())
        return cls(task.task_id, task.configuration, *configs)


class Derived(NamedTuple):
    """What an opening determines for one measurement: the four outputs of the module's description."""

    report_id: bytes
    shard_rand: bytes
    leader_ephemeral_seed: bytes
    helper_ephemeral_seed: bytes

    def __repr__(self) -> str:
        return "Derived(<secret>)"


class Sealed(NamedTuple):
    """A report with everything that it was made from. `body` is the upload request for it alone."""

    report_id: bytes
    shard_rand: bytes
    public_share: bytes
    leader_input_share: bytes
    helper_input_share: bytes
    leader_ephemeral_seed: bytes
    helper_ephemeral_seed: bytes
    body: bytes

    def __repr__(self) -> str:
        return f"Sealed(<{len(self.body)} bytes>)"


def derive(recipients: Recipients, measurement: Measurement, opening: bytes) -> Derived:
    """Everything random in one report; ParameterError as for `seal`."""
    rand_size = _configuration(recipients, measurement).vdaf().rand_size
    if len(opening) != OPENING_SIZE:
        raise ParameterError(f"an opening has {OPENING_SIZE} bytes")
    context = _context(recipients, measurement)
    prk = hmac.digest(_SALT, opening, "sha256")
    leader, helper = (
        Writer().vector(config, 2).done()
        for config in (recipients.leader_hpke_config, recipients.helper_hpke_config)
    )
    return Derived(
        report_id=_expand(prk, b"report id", context, REPORT_ID_SIZE),
        shard_rand=_expand(prk, b"shard randomness", context, rand_size),
        leader_ephemeral_seed=_expand(prk, b"leader ephemeral", context + leader, SEED_SIZE),
        helper_ephemeral_seed=_expand(prk, b"helper ephemeral", context + helper, SEED_SIZE),
    )


def seal(measurement: Measurement, task: Task, opening: bytes) -> Sealed:
    """Shard and encrypt a measurement for a task: the same three always give the same bytes.

    ParameterError for a vector of another length or with entries other than 0 and 1, for a time that does
    not fit 64 bits, or for an opening that is not 32 bytes.
    """
    return seal_to(measurement, Recipients.of(task), opening)


def seal_to(measurement: Measurement, recipients: Recipients, opening: bytes) -> Sealed:
    """The same from kept bytes: how a ledger checks a body when its task has long been replaced."""
    derived = derive(recipients, measurement, opening)
    vdaf = _configuration(recipients, measurement).vdaf()
    shares = vdaf.shard(
        vdaf_context(recipients.task_id), measurement.vector, derived.report_id, derived.shard_rand
    )
    leader_share, helper_share = shares.input_shares
    metadata = ReportMetadata(derived.report_id, measurement.time)
    aad = input_share_aad(recipients.task_id, recipients.configuration, metadata, shares.public_share)

    def encrypt(role: Role, config: bytes, share: bytes, seed: bytes) -> HpkeCiphertext:
        plaintext = PlaintextInputShare((), share).encode()
        return hpke_seal(HpkeConfig.decode(config), input_share_info(role), aad, plaintext, seed)

    report = Report(
        metadata,
        shares.public_share,
        encrypt(Role.LEADER, recipients.leader_hpke_config, leader_share, derived.leader_ephemeral_seed),
        encrypt(Role.HELPER, recipients.helper_hpke_config, helper_share, derived.helper_ephemeral_seed),
    )
    return Sealed(
        report_id=derived.report_id,
        shard_rand=derived.shard_rand,
        public_share=shares.public_share,
        leader_input_share=leader_share,
        helper_input_share=helper_share,
        leader_ephemeral_seed=derived.leader_ephemeral_seed,
        helper_ephemeral_seed=derived.helper_ephemeral_seed,
        body=UploadRequest((report,)).encode(),
    )


def reseal(measurement: Measurement, sealed_for: Recipients, task: Task, opening: bytes) -> Sealed:
    """Encrypt a report again, to a newer HPKE key of the same task: id, randomness and shares stay the same.

    Ephemerals are new where the HpkeConfig is; a share whose key did not change keeps its very ciphertext.
    ParameterError if id or configuration of the task differ (then it would be another report, not this one),
    or if no key does.
    """
    recipients = Recipients.of(task)
    if recipients[:2] != sealed_for[:2]:
        raise ParameterError("a report cannot be sealed again for another task or configuration")
    if recipients == sealed_for:
        raise ParameterError("no HPKE key of the task has changed")
    return seal_to(measurement, recipients, opening)


def exact(measurement: Measurement, recipients: Recipients, opening: bytes) -> dict[str, Any]:
    """All that recomputing a report elsewhere takes, as docs/verify.md lists it; bytes as lower-case hex."""
    sealed = seal_to(measurement, recipients, opening)
    config = _configuration(recipients, measurement).sum_vec
    digits = {
        "task_id": recipients.task_id,
        "task_configuration": recipients.configuration,
        "opening": opening,
        "report_id": sealed.report_id,
        "shard_rand": sealed.shard_rand,
        "public_share": sealed.public_share,
        "leader_input_share": sealed.leader_input_share,
        "helper_input_share": sealed.helper_input_share,
        "leader_hpke_config": recipients.leader_hpke_config,
        "helper_hpke_config": recipients.helper_hpke_config,
        "leader_ephemeral_seed": sealed.leader_ephemeral_seed,
        "helper_ephemeral_seed": sealed.helper_ephemeral_seed,
        "body": sealed.body,
        "body_sha256": hashlib.sha256(sealed.body).digest(),
    }
    numbers = {
        "time": measurement.time,
        "vector": list(measurement.vector),
        "length": config.length,
        "chunk_length": config.chunk_length,
    }
    return numbers | {name: value.hex() for name, value in digits.items()}


def _configuration(recipients: Recipients, measurement: Measurement) -> TaskConfiguration:
    """The configuration, after checking that the measurement is one of its kind."""
    configuration = TaskConfiguration.decode(recipients.configuration)
    length, max_measurement, chunk_length = configuration.sum_vec
    if max_measurement != 1:
        raise ParameterError("the task asks for other entries than 0 and 1")
    if chunk_length > length:
        raise ParameterError("the task's chunks are longer than its vector")  # and so may be any size at all
    if len(measurement.vector) != length:
        raise ParameterError(f"a vector of {len(measurement.vector)} entries where {length} are needed")
    if any(type(entry) is not int or entry not in (0, 1) for entry in measurement.vector):
        raise ParameterError("a vector has entries other than 0 and 1")
    return configuration


def _context(recipients: Recipients, measurement: Measurement) -> bytes:
    writer = Writer().fixed(recipients.task_id, TASK_ID_SIZE)
    writer.raw(hashlib.sha256(recipients.configuration).digest()).u64(measurement.time)
    return writer.u32(len(measurement.vector)).raw(bytes(measurement.vector)).done()


def _expand(prk: bytes, label: bytes, context: bytes, size: int) -> bytes:
    """HKDF-Expand with HMAC-SHA-256 (RFC 5869, section 2.3)."""
    info = Writer().vector(label, 1).raw(context).done()
    block, output = b"", b""
    for counter in range(1, -(-size // _HASH_SIZE) + 1):
        block = hmac.digest(prk, block + info + bytes((counter,)), "sha256")
        output += block
    return output[:size]
