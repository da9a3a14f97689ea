from __future__ import annotations

import shutil
from collections import namedtuple
from collections.abc import Iterator
from typing import Any

import pytest

from agent.commands import doctor as room
from agent.errors import Declined, KeychainError, NetworkError
from agent.lock import SAMPLER, Lock
from agent.model import Fact
from tests.unit.agent.commands.conftest import Machine
from tests.unit.agent.servers import answering, raw

Usage = namedtuple("Usage", "total used free")


def date_of(machine: Machine) -> str:
    from email.utils import formatdate

    return f"Date: {formatdate(machine.env.now(), usegmt=True)}\r\n"


@pytest.fixture
def well(machine: Machine) -> Iterator[Machine]:
    """Enrolled, sharing, its sampler there, its leader well."""
    machine.enrol()
    machine.type("choose", "share")
    machine.handed.leader.handler = answering(headers=date_of(machine))
    held = Lock(machine.env.state, SAMPLER)
    held.take()
    yield machine
    held.release()


def first_wrong(found: dict[str, Any]) -> dict[str, Any]:
    return next(finding for finding in found["findings"] if finding["ok"] is False)


def test_all_is_well_and_every_hop_is_named(well: Machine) -> None:
    found = well.json("doctor")
    assert found["healthy"]
    steps = [finding["step"] for finding in found["findings"]]
    order = ["state", "disk", "database", "sampler", "policy", "enrolment", "keychain", "name", "connection"]
    assert steps[: len(order)] == order
    assert steps[-1] == "token"
    assert all(finding["ok"] for finding in found["findings"]), found
    assert "Nothing is wrong." in well.type("doctor").stdout


def test_it_uploads_no_report(well: Machine) -> None:
    well.type("doctor")
    assert well.handed.leader.requests
    for request in well.handed.leader.requests:
        assert request.partition(b"\r\n\r\n")[2] == b""
    assert "sending" not in well.kinds()


@pytest.mark.parametrize("choice", [None, "off", "local"])
def test_where_the_choice_sends_nothing_it_contacts_nothing(machine: Machine, choice: str | None) -> None:
    machine.enrol()
    if choice:
        machine.type("choose", choice)
    code = 20 if choice == "local" else 0  # measuring is chosen, and no sampler runs
    found = machine.json("doctor", code=code)
    (network,) = [finding for finding in found["findings"] if finding["step"] == "network"]
    assert network["ok"] is None
    assert "--online" in network["detail"]
    assert machine.handed.leader.requests == []
    machine.handed.leader.handler = answering(headers=date_of(machine))
    machine.type("doctor", "--online", code=code)
    assert machine.handed.leader.requests


def test_not_enrolled(machine: Machine) -> None:
    found = machine.json("doctor", code=10)
    wrong = first_wrong(found)
    assert (wrong["step"], wrong["exit_code"]) == ("enrolment", 10)
    assert "shoal enrol" in wrong["cure"]
    result = machine.type("doctor", code=10)
    assert "Start with enrolment: " in result.stdout
    assert "WRONG" in result.stdout


def test_the_first_wrong_hop_decides_code_and_cure(well: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    well.handed.leader.handler = answering(401, headers=date_of(well))
    found = well.json("doctor", code=14)
    assert (first_wrong(found)["step"], first_wrong(found)["exit_code"]) == ("token", 14)
    well.keychain.broken = KeychainError("the keychain is locked", "Unlock it.")
    found = well.json("doctor", code=18)
    assert first_wrong(found) == {
        "step": "keychain",
        "ok": False,
        "detail": "the keychain is locked",
        "cure": "Unlock it.",
        "exit_code": 18,
        "waits": False,
        "note": False,
    }
    well.policy("upload = maybe\n")
    assert first_wrong(well.json("doctor", code=11))["step"] == "policy"
    monkeypatch.setattr(shutil, "disk_usage", lambda path: Usage(1, 1, 5_000_000))
    wrong = first_wrong(well.json("doctor", code=19))
    assert wrong["step"] == "disk"
    assert "5000000" not in wrong["detail"] and "4 MB" in wrong["detail"]


def test_what_depends_on_something_wrong_is_not_asked(well: Machine) -> None:
    well.policy("upload = maybe\n")
    well.json("doctor", code=11)
    assert well.handed.leader.requests == []


@pytest.mark.parametrize(
    ("status", "code", "step"), [(401, 14, "token"), (403, 14, "token"), (404, 16, "token")]
)
def test_what_the_leader_says_of_the_token(well: Machine, status: int, code: int, step: str) -> None:
    def answer(connection: Any, request: bytes) -> None:
        reports = request.split(b" ")[1].endswith(b"/reports")
        answering(status if reports else 200, headers=date_of(well))(connection, request)

    well.handed.leader.handler = answer
    assert first_wrong(well.json("doctor", code=code))["step"] == step


def test_a_leader_that_speaks_no_http(well: Machine) -> None:
    well.handed.leader.handler = raw(b"220 mail.example.org ESMTP\r\n")
    wrong = first_wrong(well.json("doctor", code=17))
    assert wrong["step"] == "leader"
    assert wrong["cure"]


def test_a_clock_that_differs_from_the_leader_s(well: Machine) -> None:
    well.handed.leader.handler = answering(headers="Date: Tue, 14 Nov 2006 22:13:20 GMT\r\n")
    wrong = first_wrong(well.json("doctor", code=17))
    assert wrong["step"] == "clock"


def test_no_sampler_though_measuring_is_chosen(machine: Machine) -> None:
    machine.enrol()
    machine.type("choose", "local")
    wrong = first_wrong(machine.json("doctor", code=20))
    assert wrong["step"] == "sampler"
    assert "shoal run" in wrong["cure"]


def test_no_token(well: Machine) -> None:
    well.keychain.token = None
    well.handed.token.unlink()
    assert first_wrong(well.json("doctor", code=14))["step"] == "token"


def test_a_database_that_is_damaged(machine: Machine) -> None:
    machine.env.prepare()
    machine.env.database.write_bytes(b"\0" * 9_000 + b"x")
    wrong = first_wrong(machine.json("doctor", code=19))
    assert wrong["step"] == "database"


def test_every_hop_has_its_code() -> None:
    assert set(room._CODES.values()) <= set(range(10, 21))


@pytest.mark.parametrize("code", [None, NetworkError.exit_code, Declined.exit_code])
def test_what_is_tried_again_by_itself_waits_and_is_not_wrong(well: Machine, code: int | None) -> None:
    with well.store() as store:
        store.set_fact(Fact.TROUBLE, "the leader cannot be reached.")
        store.set_fact(Fact.TROUBLE_CODE, None if code is None else str(code))
    found = well.json("doctor")
    (sending,) = [finding for finding in found["findings"] if finding["step"] == "sending"]
    assert found["healthy"]
    assert (sending["ok"], sending["waits"]) == (True, True)
    assert "the leader cannot be reached." in sending["detail"]
    shown = well.type("doctor").stdout
    assert "WAITS" in shown
    assert "Nothing is wrong. Sending waits." in shown


def test_what_somebody_has_to_mend_is_wrong_with_its_own_code(well: Machine) -> None:
    with well.store() as store:
        store.set_fact(Fact.TROUBLE, "the report in row 3 cannot be read.")
        store.set_fact(Fact.TROUBLE_CODE, "19")
    wrong = first_wrong(well.json("doctor", code=19))
    assert (wrong["step"], wrong["exit_code"]) == ("sending", 19)
    assert "WRONG" in well.type("doctor", code=19).stdout


def test_what_a_worker_met_under_an_earlier_choice_is_over(well: Machine) -> None:
    well.type("choose", "local")
    with well.store() as store:
        store.set_fact(Fact.TROUBLE, "the token is refused.")
        store.set_fact(Fact.TROUBLE_CODE, "14")
    assert "the token is refused" not in well.type("doctor").stdout
