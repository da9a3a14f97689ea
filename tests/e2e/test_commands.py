"""Every command of `shoal` as a script runs it: nobody answers questions; codes and JSON talk."""

from __future__ import annotations

import json
import os
import stat
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.devices import (
    LEADER,
    OFFLINE,
    STRANGER,
    TOKEN,
    Device,
    as_account,
    catalogue,
    signed,
    task,
    until,
    weekly,
)
from tests.recording import Leader
from tests.repository import ROOT

COMMANDS = (
    *("run", "once", "status", "preview", "send-now", "withhold", "ledger", "verify", "choose"),
    *("enrol", "doctor", "policy", "erase", "purge"),
)
EXACT = {
    *("task_id", "task_configuration", "time", "vector", "length", "chunk_length", "opening", "report_id"),
    *("shard_rand", "public_share", "leader_input_share", "helper_input_share", "leader_hpke_config"),
    *("helper_hpke_config", "leader_ephemeral_seed", "helper_ephemeral_seed", "body", "body_sha256"),
}
NUMBERS = {"time", "vector", "length", "chunk_length"}


# -- help and usage


def test_the_first_help_names_every_command(tmp_path: Path) -> None:
    shown = Device(tmp_path).shoal("--help")
    assert shown.code == 0
    listed = shown.out.partition("Commands:\n")[2].splitlines()
    assert {line.split()[0] for line in listed if line.startswith("  ") and line[2] != " "} >= set(COMMANDS)
    assert "nothing leaves before you have" in " ".join(shown.out.split())


@pytest.mark.parametrize("command", COMMANDS)
def test_help_teaches(tmp_path: Path, command: str) -> None:
    device = Device(tmp_path)
    shown = device.shoal(command, "--help")
    assert (shown.code, shown.err) == (0, "")
    usage, text = shown.out.split("\n\n", 1)
    assert usage.startswith(f"Usage: shoal {command} ")
    assert len(text.partition("Options:")[0].split()) >= 20, "one sentence teaches little"
    assert not device.state.exists()


def test_a_slip_of_the_finger(tmp_path: Path) -> None:
    device = Device(tmp_path)
    for words, said in (
        (("statsu",), "did you mean status?"),
        (("run", "--now"), "No such option"),
        (("choose", "everything"), "is not one of"),
        (("ledger", "show", "first"), "is not a valid integer"),
        (("ledger", "show", "7"), "there is no row 7"),
        (("enrol",), "name the task file"),
        (("policy", "set", "uplaod", "off"), "did you mean upload?"),
    ):
        ran = device.shoal(*words)
        assert ran.code == 2, ran
        assert said in ran.err


# -- a device that knows nothing yet


def test_before_anything(tmp_path: Path) -> None:
    device = Device(tmp_path)
    for words, code in (
        (("status",), 0),
        (("ledger",), 0),
        (("verify",), 0),
        (("choose",), 0),
        (("policy",), 0),
        (("erase",), 0),
        (("purge",), 0),
        (("choose", "share"), 10),
        (("choose", "quiet"), 10),
        (("send-now",), 20),
        (("withhold",), 20),
    ):
        ran = device.shoal(*words)
        assert ran.code == code, ran
        assert (ran.err == "") == (code == 0)
    assert device.json("verify") == {"agrees": True, "rows": 0, "bodies": 0, "gone": 0, "difference": None}
    assert device.json("ledger") == []
    assert device.json("choose")["choice"] is None


def test_looking_leaves_no_files(tmp_path: Path) -> None:
    device = Device(tmp_path)
    for words in (("status",), ("ledger",), ("verify",), ("policy",), ("preview",)):
        assert device.shoal(*words).code == 0
    assert not device.state.exists()


def test_once_measures_and_keeps_nothing(tmp_path: Path) -> None:
    device = Device(tmp_path)
    found = device.json("once")
    assert not device.state.exists()
    assert set(found) == {"samples", "reasons"}
    assert found["samples"]["endpoint.disk_free"] > 0
    answered = {id for id, sample in found["samples"].items() if sample is not None}
    asked = {metric.id for metric in catalogue().metrics if not metric.is_derived}
    assert not answered & set(found["reasons"])
    assert answered | set(found["reasons"]) == asked  # each is answered, or says why it is not


def test_once_explains_a_number_and_keeps_nothing(tmp_path: Path) -> None:
    device = Device(tmp_path)
    found = device.json("once", "--explain", "endpoint.disk_free")
    (reading,) = found["readings"]
    (asked,) = reading["asked"]
    free, whole = min(asked["answer"], key=lambda volume: volume[0] / volume[1])
    assert reading["sample"] == pytest.approx(100 * free / whole)
    assert found["computation"]["value"] == reading["sample"]
    assert found["verdict"] in ("ok", "warn", "bad")
    shown = device.shoal("once", "--explain", "endpoint.disk_free").out
    assert "psutil.disk_usage('/')" in shown and "Verdict  " in shown
    assert device.shoal("once", "--explain", "nothing").code == 2
    assert not device.state.exists()


# -- JSON everywhere


def test_json_is_json(holding: Device) -> None:
    row = holding.read("SELECT row FROM ledger WHERE kind = 'sealed'")[0][0]
    status = holding.json("status")
    assert len(status["metrics"]) > 20
    assert {"id", "title", "value", "unit", "bucket", "label", "verdict"} <= set(status["metrics"][0])
    preview = holding.json("preview")
    assert (preview["choice"], preview["enrolled"], preview["zeros"]) == ("share", True, False)
    assert {row["kind"] for row in holding.json("ledger")} >= {"task", "choice", "sealed"}
    assert [row["kind"] for row in holding.json("ledger", "--kind", "sealed")] == ["sealed"]
    assert holding.json("ledger", "show", str(row))["kind"] == "sealed"
    assert holding.json("choose")["left"] == ["off", "local", "share", "quiet"]
    assert len(holding.json("policy")["values"]) > 15
    assert holding.json("verify")["bodies"] == 1
    assert holding.json("withhold")["in_its_place"]["zeros"] is True
    assert holding.json("send-now")["state"] == "delivered"
    assert holding.json("choose", "local")["in_force"] == "local"


def test_every_byte_is_shown_and_a_stranger_can_recompute_it(holding: Device, leader: Leader) -> None:
    row = holding.read("SELECT row FROM ledger WHERE kind = 'sealed'")[0][0]
    shown = {}
    for words in (("preview",), ("ledger", "show", str(row))):
        ran = holding.shoal(*words, "--exact", "--json")
        assert ran.code == 0
        report = shown[words[0]] = ran.json
        assert set(report) == EXACT | {"pieces"}  # which repeat the shares, readable entry by entry
        assert all(
            report[key] == report[key].lower() == bytes.fromhex(report[key]).hex() for key in EXACT - NUMBERS
        )
        assert set(report["vector"]) <= {0, 1}
        assert len(report["vector"]) == report["length"]
        verifier = [sys.executable, "-I", str(ROOT / "docs" / "verify" / "independent_verify.py")]
        checked = subprocess.run(verifier, input=ran.out, text=True, capture_output=True)
        assert checked.returncode == 0, checked.stderr
    assert shown["preview"]["opening"] != shown["ledger"]["opening"]
    assert shown["preview"]["report_id"] != shown["ledger"]["report_id"]
    assert holding.shoal("send-now").code == 0
    assert leader.requests[0].body.hex() == shown["ledger"]["body"]
    assert holding.shoal("ledger", "show", "1", "--exact").code == 2


# -- what a person does to a held report


def test_withholding_sends_zeros_and_cannot_be_undone(holding: Device, leader: Leader) -> None:
    assert holding.shoal("withhold").code == 0
    assert holding.shoal("withhold").code == 20 or holding.kinds().count("withheld") == 1
    assert holding.shoal("send-now").code == 0
    assert len(leader.requests) == 1
    sealed = [row["row"] for row in holding.json("ledger", "--kind", "sealed")]
    answers, zeros = (holding.json("ledger", "show", str(row), "--exact") for row in sealed)
    assert any(answers["vector"])
    assert not any(zeros["vector"])
    assert leader.requests[0].body.hex() == zeros["body"]
    assert holding.shoal("withhold").code == 20  # sending has begun
    assert holding.json("verify")["bodies"] == 2


@pytest.mark.parametrize(
    ("choice", "kinds"), [("off", ["sealed", "dropped"]), ("local", ["sealed", "dropped"])]
)
def test_choosing_off_or_local_drops_it(
    holding: Device, leader: Leader, choice: str, kinds: list[str]
) -> None:
    assert "dropped" in holding.shoal("choose", choice).out
    assert holding.shoal("send-now").code == 20
    assert holding.worker().code == 0
    assert (holding.kinds(), leader.connections) == (["sealed", "dropped"], 0)


def test_choosing_quiet_withholds_it(holding: Device, leader: Leader) -> None:
    assert holding.shoal("choose", "quiet").code == 0
    assert holding.shoal("send-now").code == 0
    assert holding.kinds() == ["sealed", "withheld", "sealed", "sending", "delivered"]
    assert len(leader.requests) == 1


# -- erase and purge


def test_erase_needs_a_word_or_yes(holding: Device) -> None:
    for command in ("erase", "purge"):
        ran = holding.shoal(command)
        assert ran.code == 20
        assert f"shoal {command} --yes" in ran.err
    assert holding.kinds() == ["sealed"]


def test_erase_works_without_any_network(holding: Device, leader: Leader) -> None:
    body = holding.read("SELECT body FROM bodies")[0][0]
    holding.policy("this is no policy")  # nor does a policy that cannot be read keep anybody from it
    assert holding.shoal("erase", "--yes", before=OFFLINE).code == 0
    assert holding.read("SELECT count(*) FROM bodies") == [(0,)]
    assert holding.read("SELECT count(*) FROM samples") == [(0,)]
    files = [path for path in holding.state.iterdir() if path.is_file()]
    assert not [path for path in files if body[16:48] in path.read_bytes()]
    assert holding.kinds() == ["sealed", "dropped"]
    checked = holding.json("verify")
    assert (checked["agrees"], checked["bodies"], checked["gone"]) == (True, 0, 1)
    assert leader.connections == 0
    (holding.etc / "policy.toml").unlink()
    assert holding.json("choose")["choice"] == "share"


def test_purge_ends_the_sampler_and_leaves_nothing(holding: Device, leader: Leader) -> None:
    assert holding.shoal("choose", "local").code == 0
    with holding.running() as process:
        until(lambda: holding.json("status")["last_measured"])
        assert holding.shoal("purge", "--yes", before=OFFLINE).code == 0
        assert process.wait(10) == 0
    assert not holding.state.exists()
    assert leader.connections == 0
    assert holding.enrol(signed(task(leader.url)), "--demo").code == 0  # as on the first day


def test_erase_while_it_measures(holding: Device) -> None:
    assert holding.shoal("choose", "local").code == 0
    with holding.running():
        until(lambda: holding.json("status")["last_measured"])
        assert holding.shoal("erase", "--yes").code == 0
        assert holding.shoal("verify").code == 0


def test_two_samplers_are_one_too_many(holding: Device) -> None:
    assert holding.shoal("choose", "local").code == 0
    with holding.running():
        until(lambda: holding.json("status")["last_measured"])
        ran = holding.shoal("run")
        assert ran.code == 20
        assert "runs already" in ran.err


# -- doctor


def test_the_doctor_contacts_nobody_unless_the_choice_sends(holding: Device, leader: Leader) -> None:
    assert holding.shoal("choose", "local").code == 0
    with holding.running():
        until(lambda: holding.json("status")["last_measured"])
        found = holding.json("doctor")
        assert found["healthy"] is True
        assert leader.connections == 0
        assert holding.json("doctor", "--online")["healthy"] is True
    assert [request.line.split()[0] for request in leader.requests] == ["GET", "POST"]
    assert leader.requests[1].body == b""
    assert ("Authorization", f"Bearer {TOKEN}") not in leader.requests[0].headers


# -- enrolment


def test_enrolling_shows_and_checks_fingerprints(tmp_path: Path, leader: Leader) -> None:
    device = Device(tmp_path)
    agreed = weekly(leader.url)
    prints = [agreed.leader.fingerprint, agreed.helper.fingerprint]
    for wrong, code in (([prints[0]], 2), ([prints[0], prints[0]], 2), ([prints[0], "ab" * 16], 16)):
        ran = device.enrol(signed(agreed), *(word for each in wrong for word in ("--expect", each)))
        assert ran.code == code, ran
    assert not (device.state / "enrolment.json").exists()
    ran = device.enrol(signed(agreed), "--json", "--expect", prints[1], "--expect", prints[0].upper())
    assert ran.code == 0
    assert [ran.json[role]["fingerprint"] for role in ("leader", "helper")] == prints
    assert ran.json["agreed"] is False
    assert prints[0] in device.enrol(signed(agreed)).out
    assert device.json("choose")["choice"] is None  # enrolling chooses nothing
    assert leader.connections == 0
    assert stat.S_IMODE(device.state.stat().st_mode) == 0o700
    assert stat.S_IMODE((device.state / "token").stat().st_mode) == 0o600


def test_a_whole_machine_is_enrolled_silently(tmp_path: Path, leader: Leader) -> None:
    admin, person = Device(tmp_path), Device(tmp_path / "person")
    person.root = admin.root
    ran = admin.enrol(signed(weekly(leader.url, serial=4)), "--machine", "--json")
    assert (ran.code, ran.err, ran.json["scope"]) == (0, "", "machine")
    modes = {
        "etc/shoal/task.json": 0o644,
        "etc/shoal/token": 0o644,
        "var/lib/shoal/pins.json": 0o644,
        "var/lib/shoal/owner": 0o1777,
    }
    assert {name: stat.S_IMODE((admin.root / name).stat().st_mode) for name in modes} == modes
    assert not admin.state.exists()  # nobody's own state is touched
    assert (
        person.enrol(signed(weekly(leader.url, serial=4))).code == 10
    )  # accounts do not enrol by themselves
    assert person.shoal("choose", "share").code == 0
    assert (person.state / "token").read_text() == TOKEN
    assert person.json("choose")["in_force"] == "share"
    # updates: a newer file, never an older one, nor other operators but with --replace
    assert admin.enrol(signed(weekly(leader.url, serial=5)), "--machine").code == 0
    assert admin.enrol(signed(weekly(leader.url, serial=3)), "--machine").code == 16
    theirs = signed(weekly(leader.url, serial=6, helper=STRANGER), LEADER, STRANGER)
    assert admin.enrol(theirs, "--machine").code == 16
    assert admin.enrol(theirs, "--machine", "--replace").code == 0
    assert person.json("choose")["in_force"] == "share"
    assert person.worker().code == 0
    assert person.json("choose")["enrolled"] is True
    assert leader.connections == 0
    token_missing = admin.shoal("enrol", str(admin.task_file), "--machine")
    assert token_missing.code == 2


ANN, BEN = 12_345, 12_346


@pytest.fixture
def accounts(leader: Leader) -> Iterator[tuple[Device, Device]]:
    """Two accounts of one enrolled machine."""
    if os.geteuid() != 0:
        pytest.skip("only root can be two other accounts")
    with tempfile.TemporaryDirectory(prefix="shoal-accounts-") as name:
        machine = Path(name)
        machine.chmod(0o711)  # pytest's own folders let no other account through
        admin = Device(machine / "admin")
        admin.folder.chmod(0o711)
        assert admin.enrol(signed(weekly(leader.url)), "--machine").code == 0
        made = []
        for person, number in (("ann", ANN), ("ben", BEN)):
            device = Device(machine / person, before=as_account(number))
            os.chown(device.folder, number, number)
            device.root = admin.root
            for variable in ("CONFIG_HOME", "STATE_HOME", "DATA_HOME", "CACHE_HOME", "RUNTIME_DIR"):
                device.environment[f"XDG_{variable}"] = str(device.folder / variable.lower())
            made.append(device)
        yield made[0], made[1]


def test_the_account_that_is_first_reports_for_the_machine(accounts: tuple[Device, Device]) -> None:
    ann, ben = accounts
    assert ann.shoal("choose", "share").code == 0
    assert (ann.root / "var/lib/shoal/owner/claim").stat().st_uid == ANN
    for choice in ("share", "quiet"):
        ran = ben.shoal("choose", choice)
        assert ran.code == 10
        assert "this machine reports through another account" in ran.err
    assert ben.shoal("choose", "local").code == 0
    # nobody takes a claim away but its owner
    assert ben.shoal("enrol", "--leave").code == 0
    removing = ["rm", "-f", str(ann.root / "var/lib/shoal/owner/claim")]
    assert subprocess.run(
        removing, user=BEN, group=BEN, extra_groups=[], stderr=subprocess.DEVNULL
    ).returncode
    assert ben.shoal("choose", "share").code == 10
    assert ann.shoal("enrol", "--leave").code == 0
    assert ben.shoal("choose", "share").code == 0
    assert ann.shoal("choose", "share").code == 10


def test_other_accounts_cannot_read_choose_or_forge(accounts: tuple[Device, Device]) -> None:
    ann, ben = accounts
    assert ann.shoal("choose", "local").code == 0
    intruder = Device(ben.folder, before=ben.before)
    intruder.environment, intruder.root = ben.environment, ben.root
    intruder.state = ann.state
    erasing = (("erase", "--yes"), ("purge", "--yes"))
    for words in (("status",), ("ledger",), ("choose", "share"), ("run",), *erasing):
        ran = intruder.shoal(*words)
        assert ran.code == 2, (words, ran)
        assert "is not readable" in ran.err
    ran = intruder.worker()  # which has the state from the environment
    assert ran.code == 19
    assert "belongs to another account" in ran.err
    assert stat.S_IMODE(ann.state.stat().st_mode) == 0o700
    assert ann.state.stat().st_uid == ANN
    assert ann.json("choose")["choice"] == "local"
    assert ann.shoal("verify").code == 0


def test_who_read_the_health_is_noted(holding: Device) -> None:
    assert holding.json("status")["read_by"] == []
    (reader,) = holding.json("status")["read_by"]
    assert reader["account"]


# -- settings of one's own


def test_own_values_only_narrow(holding: Device) -> None:
    holding.policy("retention_days = 20\n[reasons]\nretention_days = 'agreed in March'")
    assert holding.shoal("policy", "set", "retention_days", "7").code == 0
    assert holding.shoal("policy", "set", "retention_days", "25").code in (0, 11)
    values = {row["key"]: row for row in holding.json("policy")["values"]}
    assert int(values["retention_days"]["value"]) <= 20
    assert holding.shoal("policy", "unset", "retention_days").code == 0
    row = {row["key"]: row for row in holding.json("policy")["values"]}["retention_days"]
    assert (row["value"], row["reason"]) == ("20", "agreed in March")
    assert row["where"].endswith("policy.toml:1")
    silenced = "endpoint.disk_free"
    assert holding.shoal("policy", "set", "blocked_metrics", silenced).code == 0
    answers = {row["id"]: row for row in holding.json("preview")["answers"]}
    assert (answers[silenced]["silenced"], answers[silenced]["bucket"]) == (True, None)
    assert holding.shoal("policy", "set", "blocked_metrics", "endpoint.disk_fee").code == 2


def test_required_shares_without_a_choice_and_says_by_whom(due: Device, leader: Leader) -> None:
    fresh = due.copy(due.folder.parent / "required")
    fresh.policy('upload = "required"\ncontact = "IT, 100"\nagreement_url = "https://example.org/a"')
    ran = fresh.shoal("choose", "off")
    assert ran.code == 20
    assert "IT, 100" in ran.err
    assert fresh.worker().code == 0
    assert fresh.kinds() == ["sealed", "sending", "delivered"]
    due.policy('upload = "local"')
    assert due.worker().code == 0
    assert (due.kinds(), len(leader.requests)) == ([], 1)
    assert json.loads(due.shoal("choose", "--json").out)["in_force"] == "local"
