"""`shoal-server task`: agreeing on a task, and keeping it fresh."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from dap.constants import Role
from dap.errors import DapError
from dap.task import differences, widened
from server import agreement, setup
from server.commands import options, output, peers, words
from server.config import TASK_FILE, load_signed, own_public
from server.errors import FolderError, TaskMismatch, UsageError
from server.files import write_file
from server.operators import PUBLIC_SUFFIX, ROLES, load_keys, load_public

if TYPE_CHECKING:
    from dap.task import SignedTask, Task

_file = click.Path(path_type=Path, dir_okay=False)
_leader = click.option("--leader", type=_file, help="The leader's public file.")
_helper = click.option("--helper", type=_file, help="The helper's public file.")
_collector = click.option("--collector", type=_file, help="The collector's public file.")


class _InOrder(click.Group):
    """Lists its commands in the order in which an operator needs them, as they stand below."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """By definition, not by alphabet."""
        return list(self.commands)


@click.group(cls=_InOrder)
def task() -> None:
    """Agree on a task: what is asked, how often, how noisy, and who holds the halves.

    The leader's operator proposes (new), the helper's checks everything on its own machine and signs (sign),
    all three install. Devices take part in what both have signed, and in nothing else.
    """


@task.command(short_help="Propose a task, on the leader's machine.")
@options.folder
@_helper
@_collector
@options.terms
@options.fleet
@options.fingerprints
@options.yes
@click.option("--out", type=_file, default="task.json", show_default=True, help="The half-signed task file.")
@click.option("--token", type=_file, help="The devices' upload token.  [default: upload.token beside --out]")
@options.force
@options.as_json
def new(**values: Any) -> None:
    """Propose a task, on the leader's machine: writes a task file that the helper must sign too.

    Also makes the devices' upload token, which only keeps outsiders from flooding the leader: it names no
    device, and all share it. The leader keeps its hash alone.

    \b
    shoal-server task new --dir leader --helper works-council-helper.operator.json \\
        --collector it-collector.operator.json --organisation "Example Ltd" \\
        --agreement "Works agreement 12/2026" --metrics all --period 7d --min-batch 50 --rho 1/2
    """
    folder, out = values["folder"], values["out"]
    catalogue = options.catalogue()
    if not values["organisation"]:
        raise UsageError("--organisation is needed: whose fleet it is.")
    terms = options.read_terms(catalogue, **values)
    _require_free(out, values["force"])
    peers.take(
        folder,
        [(values["helper"], Role.HELPER), (values["collector"], Role.COLLECTOR)],
        fingerprints=values["fingerprints"],
        yes=values["yes"],
        force=values["force"],
    )
    signed = agreement.propose(folder, terms, catalogue, demo_allowed=terms.demo)
    token = _token(folder, values["token"] or out.with_name("upload.token"), values["force"])
    write_file(out, signed.dump(), force=values["force"])
    proposed = signed.claimed()
    if values["as_json"]:
        described = words.as_json(proposed, catalogue, values["fleet"])
        output.print_json({"file": str(out), "token": token, **described})
        return
    words.describe(proposed, catalogue, values["fleet"])
    output.say()
    output.say(f"Half-signed: {out}. Next, the helper's operator checks and signs it on their own machine:")
    output.say(f"  shoal-server task sign {out.name} --dir helper --leader FILE --collector FILE")
    if token:
        output.say(f"For the devices: {token}. Keep it where only they and you can read it.")


def _token(folder: Path, path: Path, force: bool) -> str | None:
    """Where the devices' token was written; None if they have one already."""
    from server.config import load_settings

    if load_settings(folder).upload_token_hash:
        return None
    agreement.make_token(folder, path, force=force)
    return str(path)


def _require_free(path: Path, force: bool) -> None:
    if path.exists() and not force:
        raise FolderError(f"{path} exists already.", "Name another with --out, or repeat with --force.")


@task.command(short_help="Check a task file that the other signed, and sign it too.")
@click.argument("file", type=_file)
@options.folder
@_leader
@_helper
@_collector
@options.fleet
@options.fingerprints
@options.yes
@click.option("--demo", is_flag=True, help="Allow a DEMO task, which protects nobody.")
@click.option("--out", type=_file, help="Where to write the signed file.  [default: FILE itself]")
@options.force
def sign(**values: Any) -> None:
    """Check a task file that the other operator signed, and sign it too.

    Everything is derived again from this folder's own keys: the task's id, names, keys and URLs against the
    public files, the questions against the catalogue that is installed here, minimum and noise against the
    limits. What is signed is shown in words first. A file that was altered anywhere is refused, and the
    field named. The file with both signatures is installed in DIR; give it back to the other operator.
    """
    folder, file = values["folder"], values["file"]
    catalogue = options.catalogue()
    peers.take(
        folder,
        [(values[role.word], role) for role in (Role.LEADER, Role.HELPER, Role.COLLECTOR)],
        fingerprints=values["fingerprints"],
        yes=values["yes"],
        force=values["force"],
    )
    half = load_signed(file)
    agreement.check(folder, half, catalogue, demo_allowed=values["demo"])
    both = agreement.sign(folder, half, catalogue, demo_allowed=values["demo"])
    words.describe(both.claimed(), catalogue, values["fleet"])
    _show_changes(agreement.installed_task(folder), both.claimed())
    output.say()
    output.confirm(
        "Sign this task, and keep your half from the other operator?",
        yes=values["yes"],
        refused="Not signed.",
    )
    agreement.install(folder, both, catalogue, now=int(time.time()))
    out = values["out"] or file
    write_file(out, both.dump())
    output.say(f"Signed by both: {out}, installed in {folder}. Give it back to the other operator:")
    output.say(f"  shoal-server task install {out.name} --dir DIR")


def _show_changes(before: Task | None, after: Task) -> None:
    """What is new since the installed task, and what widens."""
    if before is None or before == after:
        return
    output.say()
    output.say("Changes since the task that is installed here:")
    for field, old, new_value in differences(before, after):
        output.say(f"  {field}: {old} → {new_value}")
    wider = widened(before, after)
    if wider:
        output.red(f"This widens what devices give: {', '.join(wider)}. Their users will be asked again.")


@task.command(short_help="Install a task that both operators signed.")
@click.argument("file", type=_file)
@options.folder
@_leader
@_helper
@options.fingerprints
@options.yes
@options.force
def install(**values: Any) -> None:
    """Make a task that both operators signed this folder's own.

    A leader or helper checks all that it checks before signing. A collector needs both public files once:
    --leader and --helper. Installing the same file again changes nothing; an older one is refused.
    """
    folder, file = values["folder"], values["file"]
    peers.take(
        folder,
        [(values["leader"], Role.LEADER), (values["helper"], Role.HELPER)],
        fingerprints=values["fingerprints"],
        yes=values["yes"],
        force=values["force"],
    )
    installed = agreement.install(folder, load_signed(file), options.catalogue(), now=int(time.time()))
    output.say(f"Installed in {folder}: task {installed.task_id.hex()[:16]}…, serial {installed.serial}.")
    output.say(f"Next: {_run(load_keys(folder).role, folder)}")


@task.command(short_help="Show a task file or a public file in words.")
@click.argument("file", type=_file)
@options.fleet
@options.as_json
def show(file: Path, fleet: int, as_json: bool) -> None:
    """Show a task file in words, or an operator's public file with its fingerprint.

    A task file's signatures are checked against the keys that it names; whose keys those are, only their
    fingerprints say.
    """
    if file.name.endswith(PUBLIC_SUFFIX):
        _show_public(file, as_json)
        return
    catalogue = options.catalogue()
    signed = load_signed(file)
    state, claimed = _signatures(signed, file)
    if as_json:
        output.print_json({"signed": state, **words.as_json(claimed, catalogue, fleet)})
        return
    words.describe(claimed, catalogue, fleet)
    output.say()
    output.say(f"Signatures: {state}.")


def _show_public(file: Path, as_json: bool) -> None:
    public = load_public(file)
    fingerprint = setup.public_fingerprint(public)
    if as_json:
        fields = {"name": public.name, "contact": public.contact, "url": public.url}
        output.print_json({"role": public.role.word, **fields, "fingerprint": fingerprint})
        return
    rows = [
        ("Role", public.role.word),
        ("Name", public.name),
        ("Contact", public.contact),
        ("Address", public.url or "none: it asks, nobody asks it"),
        ("Fingerprint", fingerprint),
    ]
    for label, value in rows:
        output.say(f"{label:<14}{value}")


def _signatures(signed: SignedTask, file: Path) -> tuple[str, Task]:
    try:
        claimed = signed.claimed()
        if len(signed.signatures) == 2:
            signed.verify(claimed.leader.signing_key, claimed.helper.signing_key)
            return "both operators", claimed
    except DapError as error:
        raise TaskMismatch(
            f"{file}: {error}.", "The file was altered, or is none. Ask for it again."
        ) from error
    names = [role.word for role in signed.signatures]
    return (f"{names[0]} only" if names else "none"), claimed


@task.command(short_help="Make a new HPKE key, and a task file that names it.")
@options.folder
@click.option("--out", type=_file, default="task.json", show_default=True, help="The new task file.")
@options.force
def renew(folder: Path, out: Path, force: bool) -> None:
    """Make a new HPKE key, and a task file that names it for the other operator to sign.

    The task's id and terms stay, its serial rises. The old key goes on decrypting what was sealed to it until
    `destroy-key`: whoever steals it later can read nothing that was collected before. Every few months is
    usual. At a collector: the other two accept its new public file with `task peer`.
    """
    keys = load_keys(folder)
    if keys.role is not Role.COLLECTOR:
        _require_free(out, force)
    signed = agreement.renew(folder, int(time.time()))
    if signed is None:
        output.say(f"A new HPKE key. Give both aggregators {folder / keys.public_name}; they run")
        output.say(f"  shoal-server task peer {keys.public_name} --dir DIR")
        output.say("and start again.")
        return
    write_file(out, signed.dump(), force=force)
    output.say(f"A new HPKE key, and {out} for the other operator, who checks and signs it:")
    output.say(f"  shoal-server task sign {out.name} --dir DIR")
    output.say("Install it here when it comes back, then give it to the collector and the devices:")
    output.say(f"  shoal-server task install {out} --dir {folder}")


@task.command("destroy-key", short_help="Destroy an old HPKE key for good.")
@click.argument("key", type=click.IntRange(0, 255))
@options.folder
@click.option("--force", is_flag=True, help="Although reports that wait for collection are lost.")
def destroy_key(key: int, folder: Path, force: bool) -> None:
    """Destroy an old HPKE key, so that nobody can ever read what was sealed to it.

    The file is replaced; backups and snapshots of DIR must go as well.
    """
    task = agreement.installed_task(folder)
    setup.destroy_hpke(
        folder,
        key,
        needed_until=lambda replaced: agreement.key_needed_until(task, replaced),
        now=int(time.time()),
        force=force,
    )
    output.say(f"HPKE key {key} is destroyed here. Delete it from backups and snapshots of {folder}, too.")


@task.command(short_help="Accept another operator's public file.")
@click.argument("file", type=_file)
@options.folder
@options.fingerprints
@options.yes
@options.force
def peer(file: Path, folder: Path, fingerprints: tuple[str, ...], yes: bool, force: bool) -> None:
    """Accept another operator's public file, after comparing its fingerprint."""
    peers.take(folder, [(file, None)], fingerprints=fingerprints, yes=yes, force=force)
    public = load_public(file)
    output.say(f"Accepted in {folder}: the {public.role.word}, {public.name}.")


@task.command(short_help="Make the devices' upload token, at the leader.")
@options.folder
@click.option("--out", type=_file, default="upload.token", show_default=True, help="The token's file.")
@click.option("--force", is_flag=True, help="Although the devices have one: it stops working.")
def token(folder: Path, out: Path, force: bool) -> None:
    """Make the devices' upload token, at the leader, which keeps its hash alone."""
    agreement.make_token(folder, out, force=force)
    output.say(f"For the devices: {out}. A running leader takes it when it is started again.")


@task.command(short_help="What a folder holds, and what comes next.")
@options.folder
@options.as_json
def status(folder: Path, as_json: bool) -> None:
    """What a folder holds: whose it is, whom it knows, which task and HPKE keys; and what comes next."""
    keys = load_keys(folder)
    own = own_public(folder, keys)
    installed = agreement.installed_task(folder) if (folder / TASK_FILE).exists() else None
    value = {
        "role": keys.role.word,
        "name": own.name,
        "fingerprint": setup.public_fingerprint(own),
        "knows": [word for word in ROLES if _knows(folder, word)],
        "task_id": installed.task_id.hex() if installed else None,
        "serial": installed.serial if installed else None,
        "hpke_keys": [key.config.id for key in keys.hpke_keys],
    }
    if as_json:
        output.print_json(value)
        return
    labels = ("Role", "Name", "Fingerprint", "Knows", "Task", "Serial", "HPKE keys")
    for label, entry in zip(labels, value.values(), strict=True):
        shown = ", ".join(map(str, entry)) if isinstance(entry, list) else entry
        output.say(f"{label:<14}{shown if shown not in (None, '') else '–'}")
    output.say(f"{'Next':<14}{_next(folder, keys.role, installed)}")


def _next(folder: Path, role: Role, installed: Task | None) -> str:
    if installed is not None:
        return _run(role, folder)
    unknown = [word for word in ROLES if word != role.word and not _knows(folder, word)]
    files = "".join(f" --{word} FILE" for word in unknown)
    return {
        Role.LEADER: f"shoal-server task new --dir {folder}{files} --organisation NAME",
        Role.HELPER: f"shoal-server task sign task.json --dir {folder}{files}",
        Role.COLLECTOR: f"shoal-server task install task.json --dir {folder}{files}",
    }[role]


def _run(role: Role, folder: Path) -> str:
    verb = "collect" if role is Role.COLLECTOR else role.word
    return f"shoal-server {verb} --dir {folder}"


def _knows(folder: Path, word: str) -> bool:
    return (folder / "peers" / f"{word}{PUBLIC_SUFFIX}").exists()
