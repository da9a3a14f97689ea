"""What a device spends on its whole report: the function that seals it, and the process in which it runs."""

from __future__ import annotations

import hashlib
import os
import re
import secrets
from fractions import Fraction
from typing import TYPE_CHECKING

from bench import machine
from bench.frame import Cell, Options, Table, interleaved, median
from bench.processes import Ended, Time, timed, to_the_end
from catalogue import layout
from dap import hpke
from dap.constants import Role
from dap.messages import PlaintextInputShare, Report, ReportMetadata, UploadRequest
from dap.messages.binding import input_share_aad, input_share_info
from dap.seal import Measurement, Recipients, derive, seal_to
from dap.task import Mechanism, TaskConfiguration, TaskInfo
from tests.devices import PROGRAM, catalogue, measured

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

LENGTH, LARGEST, CHUNK = 400, 1, 27
"""The Prio3SumVec that everything is measured with."""
CALLS = 40  # in a round
_WHOLE = "all of it: seal()"


def _recipients() -> tuple[Recipients, TaskConfiguration]:
    info = TaskInfo(1, bytes(32), Mechanism.DISCRETE_GAUSSIAN, Fraction(1, 2), 604_800, 604_800, False)
    configuration = TaskConfiguration.of(
        info,
        leader="https://leader.example.org/",
        helper="https://helper.example.org/",
        min_batch_size=100,
        length=LENGTH,
        chunk_length=CHUNK,
    )
    configs = (hpke.generate(i, secrets.token_bytes(32)).config.encode() for i in (1, 2))
    return Recipients(secrets.token_bytes(32), configuration.encode(), *configs), configuration


def function(vector: tuple[int, ...], options: Options) -> tuple[Table, Time]:
    """What a device computes from vector and opening to the body, whole and in parts."""
    recipients, configuration = _recipients()
    measurement, vdaf = Measurement(2_900, vector), configuration.vdaf()
    numbers = iter(range(10**9))

    def opening() -> bytes:  # never twice, as on a device
        return hashlib.sha256(b"%d" % next(numbers)).digest()

    shares = vdaf.shard(b"", vector, bytes(16), bytes(vdaf.rand_size))
    metadata = ReportMetadata(bytes(16), measurement.time)
    config = hpke.HpkeConfig.decode(recipients.leader_hpke_config)
    aad = input_share_aad(recipients.task_id, recipients.configuration, metadata, shares.public_share)
    plaintexts = [PlaintextInputShare((), share).encode() for share in shares.input_shares]
    roles = (Role.LEADER, Role.HELPER)

    def encrypt() -> list[hpke.HpkeCiphertext]:
        return [
            hpke.seal(config, input_share_info(role), aad, plaintext, opening())
            for role, plaintext in zip(roles, plaintexts, strict=True)
        ]

    report = Report(metadata, shares.public_share, *encrypt())
    steps: dict[str, Callable[[], object]] = {
        _WHOLE: lambda: seal_to(measurement, recipients, opening()).body,
        "· what the opening determines (HKDF)": lambda: derive(recipients, measurement, opening()),
        "· shard": lambda: vdaf.shard(b"", vector, bytes(16), opening() * (vdaf.rand_size // 32)),
        "· two HPKE ciphertexts": encrypt,
        "· encoding the upload": lambda: UploadRequest((report,)).encode(),
    }
    sides = {name: (lambda run=run: timed(run, CALLS)) for name, run in steps.items()}
    figures = interleaved(options.count(5, 30), sides)
    rows: list[list[Cell]] = [[name, *reversed(_medians(times))] for name, times in figures.items()]
    size = len(seal_to(measurement, recipients, opening()).body)
    title = f"A whole client report of {size:,} bytes, warm"
    return Table(("step", "CPU ms", "wall ms"), rows, title), Time(*_medians(figures[_WHOLE]))


def _medians(rounds: Sequence[Sequence[float]]) -> list[float]:
    return [median(kind) for kind in zip(*rounds, strict=True)]


def process(options: Options) -> Table:
    """The program that seals, from its start to its end: most of it is Python and libraries being loaded."""
    options.say("a device measures for a period, to seal its report in a process of its own")
    device = measured(options.folder / "device", "http://127.0.0.1:1/")
    device.take_token_away()  # so that what is sealed stays held
    figures: dict[str, list[Ended]] = {"seals one report": [], "finds nothing to do": []}
    for number in range(options.count(3, 15)):
        one = device.copy(options.folder / f"device-{number}")
        own = {"SHOAL_STATE": str(one.state), "SHOAL_ROOT": str(one.root), "HOME": str(one.folder)}
        for name, times in figures.items():
            times.append(to_the_end([*PROGRAM, "worker", "tend"], {**os.environ, **own}))
            if one.kinds() != ["sealed"]:
                raise AssertionError(f"the worker that {name} left {one.kinds()}")
    rows: list[list[Cell]] = [[name, *_medians(times)] for name, times in figures.items()]
    entries = layout.length(catalogue().metrics)
    return Table(
        ("`shoal worker tend`, start to end", "wall ms", "CPU ms", "peak memory MB"),
        rows,
        f"The whole process that seals (the catalogue's own {entries} entries)",
    )


def gigahertz() -> float | None:
    """The processor's clock as the system gives it."""
    match = re.search(r"at ([0-9.]+) GHz", machine.describe()["processor"])
    return float(match.group(1)) if match else None
