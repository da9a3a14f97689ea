"""Nordwerk, which does not exist: its policy, its two operators, and the task that they sign."""

from __future__ import annotations

from fractions import Fraction
from typing import Any, NamedTuple

from dap.constants import Role
from dap.hpke import HpkeKey, generate
from dap.task import Operator, Task
from tests import devices

ORGANISATION = "Nordwerk"
AGREEMENT = "Works agreement 12/2026"
TASK_ID = b"\x0d" * 32

POLICY = f"""\
upload = "ask"
contact = "shoal@it.nordwerk.example"
agreement_url = "https://intranet.nordwerk.example/agreements/12-2026"

# what the committee asked for
blocked_metrics = ["endpoint.secure_boot"]
min_batch_size = 100
proxy = "http://proxy.nordwerk.example:3128"

[reasons]
min_batch_size = "{AGREEMENT}"
blocked_metrics = "Not everybody may change it"
"""


class Signatory(NamedTuple):
    """One operator, with secrets."""

    role: Role
    name: str
    contact: str
    signing: bytes
    hpke: HpkeKey

    @property
    def operator(self) -> Operator:
        public = devices.Signer(self.role, self.signing, self.hpke).operator.signing_key
        return Operator(self.role, self.name, self.contact, public, self.hpke.config)


def _seed(words: str) -> bytes:
    return words.encode().ljust(32, b".")


IT = Signatory(
    *(Role.LEADER, "IT Operations", "shoal@it.nordwerk.example", _seed("it signs")),
    generate(7, _seed("it opens")),
)
COUNCIL = Signatory(
    *(Role.HELPER, "Works council", "shoal@br-nordwerk.example", _seed("council signs")),
    generate(12, _seed("council opens")),
)
ALONE = COUNCIL._replace(name="IT Operations", contact="shoal@it.nordwerk.example")


def agreed(*, serial: int = 1, helper: Signatory = COUNCIL, **terms: Any) -> Task:
    """The organisation's task; `terms` as those of `devices.task`."""
    usual: dict[str, Any] = {
        "leader": IT,
        "helper": helper,
        "organisation": ORGANISATION,
        "id": TASK_ID,
        "serial": serial,
        "min_batch_size": 100,
        "helper_url": "https://shoal.br-nordwerk.example/",
        "rho": Fraction(1, 2),
    }
    task = devices.weekly("https://dap.nordwerk.example/", **(usual | terms))
    return task._replace(agreement=AGREEMENT)
