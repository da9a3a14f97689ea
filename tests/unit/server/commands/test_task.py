"""`shoal-server task`, in one process; tests/e2e/test_operators.py has it on two machines."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from dap.constants import Role
from dap.hpke import HpkeConfig
from server import config
from server.commands import shoal_server
from server.operators import load_keys
from server.setup import public_fingerprint
from tests.operators import Folders, make_folders, make_task


def run(*arguments: object) -> Result:
    return CliRunner().invoke(shoal_server, ["task", *map(str, arguments)])


@pytest.fixture
def folders(tmp_path: Path) -> Folders:
    return make_folders(tmp_path)


def new(folders: Folders, out: Path, *more: object) -> Result:
    return run("new", "--dir", folders.leader, "--organisation", "Example Ltd", "--out", out, *more)


def test_from_proposal_to_installation(folders: Folders, tmp_path: Path) -> None:
    out = tmp_path / "task.json"
    done = new(folders, out, "--metrics", 5, "--fleet", 321)
    assert done.exit_code == 0, done.output
    assert "fleet of 321" in done.output
    assert "Half-signed" in done.output
    assert (tmp_path / "upload.token").exists()
    assert "leader only" in run("show", out).output
    signed = run("sign", out, "--dir", folders.helper, "--yes")
    assert signed.exit_code == 0, signed.output
    assert "both operators" in run("show", out).output
    for folder in (folders.leader, folders.collector):
        assert run("install", out, "--dir", folder).exit_code == 0
    assert config.load(folders.leader).task == config.load(folders.helper).task
    status = json.loads(run("status", "--dir", folders.leader, "--json").output)
    assert status["serial"] == 1
    assert status["knows"] == ["helper", "collector"]
    said = run("status", "--dir", folders.collector).output
    assert "Role          collector" in said
    assert f"Next          shoal-server collect --dir {folders.collector}" in said


def test_a_second_proposal_keeps_the_devices_token(folders: Folders, tmp_path: Path) -> None:
    make_task(folders)
    done = new(folders, tmp_path / "second.json", "--json")
    assert done.exit_code == 0, done.output
    value = json.loads(done.output)
    assert value["token"] is None
    assert value["task"]["serial"] == 2


def test_files_are_not_replaced_unasked(folders: Folders, tmp_path: Path) -> None:
    out = tmp_path / "task.json"
    out.write_text("precious")
    done = new(folders, out)
    assert done.exit_code == 19
    assert out.read_text() == "precious"
    assert not config.load_settings(folders.leader).upload_token_hash
    assert new(folders, out, "--force").exit_code == 0


def test_no_organisation(folders: Folders, tmp_path: Path) -> None:
    done = run("new", "--dir", folders.leader, "--out", tmp_path / "t.json")
    assert done.exit_code == 2
    assert "--organisation" in done.output


def test_changes_are_shown_before_they_are_signed(folders: Folders, tmp_path: Path) -> None:
    make_task(folders)
    out = tmp_path / "wider.json"
    assert new(folders, out, "--metrics", 6, "--min-batch", 30).exit_code == 0
    done = run("sign", out, "--dir", folders.helper, "--yes")
    assert "min_batch_size: 50 → 30" in done.output
    assert "metrics: 4 → 6" in done.output
    assert "widens" in done.output


def test_a_demo_is_refused_unless_named(folders: Folders, tmp_path: Path) -> None:
    out = tmp_path / "task.json"
    assert new(folders, out, "--demo", "--period", "10s", "--min-batch", 2).exit_code == 0
    done = run("sign", out, "--dir", folders.helper, "--yes")
    assert done.exit_code == 16
    assert "--demo" in done.output
    assert run("sign", out, "--dir", folders.helper, "--yes", "--demo").exit_code == 0


def test_exact_totals_are_for_demos_only(folders: Folders, tmp_path: Path) -> None:
    out = tmp_path / "task.json"
    done = new(folders, out, "--mechanism", "none")
    assert done.exit_code == 2
    assert all(said in done.output for said in ("--mechanism none", "--demo", "discrete_gaussian"))
    assert not out.exists() and not (tmp_path / "upload.token").exists()
    done = new(folders, out, "--mechanism", "none", "--demo", "--period", "10s", "--json")
    assert done.exit_code == 0, done.output
    assert json.loads(done.output)["task"]["warnings"][:2] == ["no_noise", "demo"]


def test_renewal_and_destruction(folders: Folders, tmp_path: Path) -> None:
    make_task(folders)
    out = tmp_path / "renewed.json"
    assert run("renew", "--dir", folders.helper, "--out", out).exit_code == 0
    shown = run("sign", out, "--dir", folders.leader, "--yes")
    assert shown.exit_code == 0, shown.output
    assert "helper.hpke_fingerprint" in shown.output
    assert "widens" not in shown.output
    assert run("install", out, "--dir", folders.helper).exit_code == 0
    early = run("destroy-key", 1, "--dir", folders.helper)
    assert early.exit_code == 19
    assert "more days" in early.output
    done = run("destroy-key", 1, "--dir", folders.helper, "--force")
    assert done.exit_code == 0
    assert "backups" in done.output
    assert len(load_keys(folders.helper).hpke_keys) == 1


def test_a_collector_s_renewal(folders: Folders) -> None:
    done = run("renew", "--dir", folders.collector)
    assert done.exit_code == 0
    assert "task peer" in done.output
    assert run("peer", folders.public(Role.COLLECTOR), "--dir", folders.leader).exit_code == 0
    newest: HpkeConfig = load_keys(folders.collector).hpke_keys[0].config
    assert config.load_peer(folders.leader, Role.COLLECTOR).hpke_config == newest


def test_another_token(folders: Folders, tmp_path: Path) -> None:
    first = run("token", "--dir", folders.leader, "--out", tmp_path / "a")
    assert first.exit_code == 0
    assert (tmp_path / "a").read_text().strip() not in first.output
    assert run("token", "--dir", folders.leader, "--out", tmp_path / "b").exit_code == 19
    assert run("token", "--dir", folders.leader, "--out", tmp_path / "b", "--force").exit_code == 0


def test_showing(folders: Folders, tmp_path: Path) -> None:
    make_task(folders)
    public = folders.public(Role.HELPER)
    assert public_fingerprint(folders.public_file(Role.HELPER)) in run("show", public).output
    value = json.loads(run("show", folders.leader / "task.json", "--json").output)
    assert value["signed"] == "both operators"
    text = (folders.leader / "task.json").read_text()
    (tmp_path / "altered.json").write_text(text.replace("Example Ltd", "Exbmple Ltd"))
    done = run("show", tmp_path / "altered.json")
    assert done.exit_code == 16
    assert "signatures.leader" in done.output
    assert run("show", tmp_path / "none.json").exit_code == 10


def test_commands_are_listed_in_the_order_of_their_use() -> None:
    said = run("--help").output.partition("Commands:")[2]
    places = [said.index(f"  {name} ") for name in ("new", "sign", "install", "show", "renew", "status")]
    assert places == sorted(places)
    assert "..." not in said, "every line says all that it has to say"


def test_status_of_a_folder_without_a_task_says_what_comes_next(tmp_path: Path) -> None:
    folders = make_folders(tmp_path / "x")
    for role, verb in (("leader", "task new"), ("helper", "task sign"), ("collector", "task install")):
        folder = getattr(folders, role)
        for known in (folder / "peers").iterdir():
            known.unlink()
        said = run("status", "--dir", folder).output
        others = {"leader", "helper", "collector"} - {role}
        assert f"Next          shoal-server {verb}" in said
        assert all(f"--{other} FILE" in said for other in others)
