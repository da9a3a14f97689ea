"""Task and Operator: who agreed on what. Written as JSON text, the bytes of which both operators sign."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from dap.constants import TASK_ID_SIZE, Role
from dap.digest import sha256
from dap.errors import DecodeError, TaskRefused
from dap.hpke import HpkeConfig
from dap.task.caution import TaskWarning, cautions
from dap.task.configuration import TaskConfiguration
from dap.task.strict import Entries

if TYPE_CHECKING:
    from dap.task.info import TaskInfo

FORMAT: Final = "shoal-task-1"
KEY_SIZE: Final = 32
MAX_PAYLOAD: Final = 48 * 1024
MAX_SERIAL: Final = (1 << 53) - 1


def fingerprint(key: bytes) -> str:
    """A key as people compare it: the first 16 bytes of its SHA-256, in groups of four hexadecimal digits."""
    digits = sha256(key)[:16].hex()
    return " ".join(digits[i : i + 4] for i in range(0, len(digits), 4))


class Operator(NamedTuple):
    """Who runs one aggregator: `signing_key` is Ed25519, `hpke_config` what reports are sealed to."""

    role: Role
    name: str
    contact: str
    signing_key: bytes
    hpke_config: HpkeConfig

    @property
    def fingerprint(self) -> str:
        """The signing key as people compare it."""
        return fingerprint(self.signing_key)

    @property
    def hpke_fingerprint(self) -> str:
        """The HPKE configuration as people compare it."""
        return fingerprint(self.hpke_config.encode())

    def members(self) -> dict[str, Any]:
        """The JSON object; HPKE algorithms are those of dap.hpke and are not repeated."""
        return {
            "name": self.name,
            "contact": self.contact,
            "signing_key": self.signing_key.hex(),
            "hpke_config": self.hpke_config.encode().hex(),
        }

    @classmethod
    def read(cls, entries: Entries, role: Role) -> Operator:
        """Read the JSON object of an operator; TaskRefused."""
        operator = cls(
            role=role,
            name=entries.line("name"),
            contact=entries.line("contact"),
            signing_key=entries.octets("signing_key", KEY_SIZE),
            hpke_config=_hpke_config(entries),
        )
        entries.end()
        return operator


class Task(NamedTuple):
    """One task. `configuration` is the exact bytes of the TaskConfiguration; `serial` only ever rises."""

    serial: int
    task_id: bytes
    configuration: bytes
    leader: Operator
    helper: Operator
    organisation: str
    agreement: str

    @property
    def config(self) -> TaskConfiguration:
        """The configuration, read."""
        return TaskConfiguration.decode(self.configuration)

    @property
    def info(self) -> TaskInfo:
        """The promises in it."""
        return self.config.info

    @property
    def warnings(self) -> tuple[TaskWarning, ...]:
        """What is legal in it but must be said in red."""
        return cautions(self)

    def operator(self, role: Role) -> Operator:
        """The leader's or the helper's."""
        return {Role.LEADER: self.leader, Role.HELPER: self.helper}[role]

    def payload(self) -> bytes:
        """The bytes to sign: JSON text, indented so that a person can read it.

        `terms` says again what the configuration's bytes mean; `parse` refuses a file in which they differ.
        """
        members = {
            "format": FORMAT,
            "serial": self.serial,
            "organisation": self.organisation,
            "agreement": self.agreement,
            "terms": self.config.terms(),
            "task_id": self.task_id.hex(),
            "task_configuration": self.configuration.hex(),
            "leader": self.leader.members(),
            "helper": self.helper.members(),
        }
        return json.dumps(members, indent=2, ensure_ascii=False).encode()

    @classmethod
    def parse(cls, payload: bytes) -> Task:
        """Read signed bytes; TaskRefused naming the field at fault.

        Every name must be there, once, with the right type; no other name may. What the values may be is
        check_limits' matter, but a configuration that cannot be read is refused here.
        """
        entries = Entries.of(payload, "payload", MAX_PAYLOAD)
        entries.constant("format", FORMAT)
        task = cls(
            serial=entries.whole("serial", 1, MAX_SERIAL),
            organisation=entries.line("organisation"),
            agreement=entries.line("agreement", empty=True),
            task_id=entries.octets("task_id", TASK_ID_SIZE),
            configuration=entries.octets("task_configuration"),
            leader=Operator.read(entries.inner("leader"), Role.LEADER),
            helper=Operator.read(entries.inner("helper"), Role.HELPER),
        )
        _require_terms(task, entries.take("terms", dict))
        entries.end()
        return task


def _hpke_config(entries: Entries) -> HpkeConfig:
    data = entries.octets("hpke_config")
    try:
        config = HpkeConfig.decode(data)
    except DecodeError:
        raise TaskRefused(entries.path("hpke_config"), "is not an HPKE configuration") from None
    if not config.supported:
        raise TaskRefused(entries.path("hpke_config"), "is of an HPKE suite that Shoal does not speak")
    return config


def _require_terms(task: Task, terms: dict[str, Any]) -> None:
    try:
        meant = task.config.terms()
    except DecodeError as error:
        raise TaskRefused("task_configuration", f"cannot be read ({error})") from None
    for name in meant.keys() | terms.keys():
        if name not in meant:
            raise TaskRefused(f"terms.{name[:40]}", "is not an entry of this file")
        said = terms.get(name)
        if type(said) is not type(meant[name]) or said != meant[name]:
            raise TaskRefused(f"terms.{name}", f"is not what task_configuration says, {meant[name]}")
