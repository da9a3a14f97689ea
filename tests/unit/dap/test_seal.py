from __future__ import annotations

import hashlib
import random
from typing import Any

import pytest
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from hypothesis import given
from hypothesis import strategies as st

from dap import hpke
from dap.constants import Role
from dap.errors import DapError, ParameterError
from dap.messages import UploadRequest
from dap.messages.binding import vdaf_context
from dap.prio3 import Prio3SumVec
from dap.seal import Derived, Measurement, Recipients, derive, exact, reseal, seal, seal_to
from dap.shares import open_input_share
from dap.task import SumVecConfiguration, Task
from tests.unit.dap.making import HPKE, make_config, make_operator, make_task

OPENING = bytes(range(32))
TASK = make_task()
VECTORS = st.lists(st.integers(0, 1), min_size=60, max_size=60).map(tuple)
OPENINGS = st.binary(min_size=32, max_size=32)
ONES = Measurement(2900, (1, 0) * 30)


def real_task() -> Task:
    return make_task(make_config(vdaf_configuration=SumVecConfiguration(400, 1, 27).encode()))


def by_hand(label: bytes, size: int, measurement: Measurement, config: bytes = b"") -> bytes:
    """The module's formula with another implementation of HKDF."""
    info = bytes([len(label)]) + label + TASK.task_id + hashlib.sha256(TASK.configuration).digest()
    info += measurement.time.to_bytes(8, "big") + (60).to_bytes(4, "big") + bytes(measurement.vector)
    if config:
        info += len(config).to_bytes(2, "big") + config
    return HKDF(SHA256(), size, b"shoal-v1", info).derive(OPENING)


@given(VECTORS, st.integers(0, 2**64 - 1))
def test_everything_random_follows_from_the_opening(vector: tuple[int, ...], time: int) -> None:
    measurement = Measurement(time, vector)
    recipients = Recipients.of(TASK)
    assert derive(recipients, measurement, OPENING) == Derived(
        report_id=by_hand(b"report id", 16, measurement),
        shard_rand=by_hand(b"shard randomness", 128, measurement),
        leader_ephemeral_seed=by_hand(b"leader ephemeral", 32, measurement, recipients.leader_hpke_config),
        helper_ephemeral_seed=by_hand(b"helper ephemeral", 32, measurement, recipients.helper_hpke_config),
    )


def test_every_input_changes_everything_that_it_should() -> None:
    recipients = Recipients.of(TASK)
    base = derive(recipients, ONES, OPENING)
    other_vector = Measurement(ONES.time, (0, *ONES.vector[1:]))
    for changed in (
        derive(recipients, ONES, bytes(32)),
        derive(recipients, ONES._replace(time=2901), OPENING),
        derive(recipients, other_vector, OPENING),
        derive(recipients._replace(task_id=bytes(32)), ONES, OPENING),
        derive(recipients._replace(configuration=make_config(min_batch_size=51).encode()), ONES, OPENING),
    ):
        assert all(old != new for old, new in zip(base, changed, strict=True))
    rotated = derive(recipients._replace(leader_hpke_config=HPKE[Role.HELPER].config.encode()), ONES, OPENING)
    assert [old == new for old, new in zip(base, rotated, strict=True)] == [True, True, False, True]


@given(VECTORS, OPENINGS)
def test_a_sealed_report_is_a_function_that_both_aggregators_can_open(
    vector: tuple[int, ...], opening: bytes
) -> None:
    measurement = Measurement(2900, vector)
    sealed = seal(measurement, TASK, opening)
    assert seal(measurement, TASK, opening) == sealed
    assert seal_to(measurement, Recipients.of(TASK), opening) == sealed
    (report,) = UploadRequest.decode(sealed.body).reports
    assert (report.report_metadata.report_id, report.report_metadata.time) == (sealed.report_id, 2900)
    assert report.report_metadata.public_extensions == ()
    assert report.public_share == sealed.public_share
    for role, share in ((Role.LEADER, sealed.leader_input_share), (Role.HELPER, sealed.helper_input_share)):
        assert open_input_share(HPKE[role], role, TASK.task_id, TASK.configuration, report) == share


def test_opened_shares_verify_and_add_up_to_the_vector() -> None:
    vdaf = Prio3SumVec(60, 1, 8)
    context = vdaf_context(TASK.task_id)
    sealed = seal(ONES, TASK, OPENING)
    verifying = [
        vdaf.verify_init(b"v" * 32, context, aggregator, sealed.report_id, sealed.public_share, share)
        for aggregator, share in enumerate((sealed.leader_input_share, sealed.helper_input_share))
    ]
    message = vdaf.verifier_shares_to_message(context, [share for _, share in verifying])
    out_shares = [vdaf.verify_next(context, state, message) for state, _ in verifying]
    assert vdaf.unshard([vdaf.encode_aggregate(share) for share in out_shares]) == list(ONES.vector)


def test_the_body_has_the_size_that_the_protocol_says() -> None:
    task = real_task()
    randomness = random.Random(1)
    bodies = set()
    for _ in range(20):
        vector = tuple(randomness.randrange(2) for _ in range(400))
        sealed = seal(Measurement(2900, vector), task, randomness.randbytes(32))
        bodies.add(len(sealed.body))
        assert len(sealed.leader_input_share) == 7_792
        assert (len(sealed.helper_input_share), len(sealed.public_share)) == (64, 64)
    assert bodies == {8_072}


def test_all_bodies_of_a_task_are_equally_long() -> None:
    vectors = [(0,) * 60, (1,) * 60, ONES.vector]
    assert len({len(seal(Measurement(1, vector), TASK, OPENING).body) for vector in vectors}) == 1


def rotated(role: Role) -> Task:
    key = hpke.generate(7, b"new" + bytes(29))
    changed: dict[str, Any] = {role.word: make_operator(role, hpke_config=key.config)}
    return make_task(serial=4, **changed)


@pytest.mark.parametrize(("role", "kept"), [(Role.LEADER, Role.HELPER), (Role.HELPER, Role.LEADER)])
def test_sealing_again_changes_one_ciphertext_only(role: Role, kept: Role) -> None:
    first = seal(ONES, TASK, OPENING)
    again = reseal(ONES, Recipients.of(TASK), rotated(role), OPENING)
    assert again[:5] == first[:5]
    old, new = (UploadRequest.decode(sealed.body).reports[0] for sealed in (first, again))
    assert (old.report_metadata, old.public_share) == (new.report_metadata, new.public_share)
    assert old.share(kept) == new.share(kept)
    ciphertexts = (old.share(role).encrypted_input_share, new.share(role).encrypted_input_share)
    assert ciphertexts[0].enc != ciphertexts[1].enc
    assert ciphertexts[1].config_id == 7
    key = hpke.generate(7, b"new" + bytes(29))
    share = open_input_share(key, role, TASK.task_id, TASK.configuration, new)
    assert share == (first.leader_input_share if role is Role.LEADER else first.helper_input_share)


def test_sealing_again_is_for_the_same_task_and_a_new_key_only() -> None:
    was = Recipients.of(TASK)
    for task in (
        TASK,
        make_task(serial=9),
        rotated(Role.LEADER)._replace(task_id=bytes(32)),
        rotated(Role.LEADER)._replace(configuration=make_config(min_batch_size=60).encode()),
    ):
        with pytest.raises(ParameterError):
            reseal(ONES, was, task, OPENING)


@pytest.mark.parametrize(
    ("vector", "opening"),
    [
        (ONES.vector[:-1], OPENING),
        ((*ONES.vector, 0), OPENING),
        ((2, *ONES.vector[1:]), OPENING),
        ((-1, *ONES.vector[1:]), OPENING),
        ((True, *ONES.vector[1:]), OPENING),
        ((1.0, *ONES.vector[1:]), OPENING),
        ((), OPENING),
        (ONES.vector, b""),
        (ONES.vector, OPENING[1:]),
        (ONES.vector, OPENING + b"x"),
    ],
)
def test_what_is_no_measurement_or_opening_is_not_sealed(vector: Any, opening: bytes) -> None:
    with pytest.raises(ParameterError):
        seal(Measurement(2900, vector), TASK, opening)


@pytest.mark.parametrize("time", [-1, 1 << 64])
def test_a_time_fits_64_bits(time: int) -> None:
    with pytest.raises(ParameterError):
        seal(ONES._replace(time=time), TASK, OPENING)


def test_a_task_of_larger_entries_is_not_sealed_for() -> None:
    task = make_task(make_config(vdaf_configuration=SumVecConfiguration(60, 3, 8).encode()))
    with pytest.raises(ParameterError):
        seal(ONES, task, OPENING)


def test_chunks_beyond_the_vector_are_not_worked_on() -> None:
    configuration = make_config(vdaf_configuration=SumVecConfiguration(60, 1, 1 << 31).encode())
    with pytest.raises(ParameterError, match="chunks"):
        seal(Measurement(1, (0,) * 60), make_task(configuration), bytes(32))


def test_damaged_recipients_are_refused() -> None:
    recipients = Recipients.of(TASK)
    for changed in (
        recipients._replace(configuration=TASK.configuration[:-1]),
        recipients._replace(leader_hpke_config=b"\x01"),
        recipients._replace(task_id=b"short"),
    ):
        with pytest.raises(DapError):
            seal_to(ONES, changed, OPENING)


def test_nothing_secret_is_shown() -> None:
    sealed = seal(ONES, TASK, OPENING)
    shown = repr(sealed) + repr(ONES) + repr(derive(Recipients.of(TASK), ONES, OPENING))
    for secret in sealed:
        assert secret.hex()[:16] not in shown
        assert repr(secret)[2:18] not in shown
    assert "1, 0, 1" not in shown


def test_an_exact_report_has_the_keys_of_the_document() -> None:
    shown = exact(ONES, Recipients.of(TASK), OPENING)
    sealed = seal(ONES, TASK, OPENING)
    assert set(shown) == {
        *("task_id", "task_configuration", "time", "vector", "length", "chunk_length", "opening"),
        *("report_id", "shard_rand", "public_share", "leader_input_share", "helper_input_share"),
        *("leader_hpke_config", "helper_hpke_config", "leader_ephemeral_seed", "helper_ephemeral_seed"),
        *("body", "body_sha256"),
    }
    for name in Derived._fields:
        assert shown[name] == getattr(sealed, name).hex()
    assert (shown["time"], shown["vector"], shown["length"], shown["chunk_length"]) == (
        2900,
        [1, 0] * 30,
        60,
        8,
    )
    assert shown["body_sha256"] == hashlib.sha256(sealed.body).hexdigest()
