"""`shoal-server init`: an operator's keys, or everything at once in three folders for trying out."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

import click

from dap.constants import Role
from dap.dialect import DAP18, DIALECTS
from server import agreement, setup
from server.commands import options, output, words
from server.config import TASK_FILE
from server.errors import FolderError, UsageError
from server.files import write_file
from server.operators import PUBLIC_SUFFIX, ROLES, load_public
from server.setup import Operator

if TYPE_CHECKING:
    from pathlib import Path

    from catalogue.model import Catalogue
    from dap.task import SignedTask
    from server.agreement import Terms

TOKEN_FILE = "upload.token"  # noqa: S105 - a file's name


@click.command()
@click.argument("role", type=click.Choice(list(ROLES)), required=False)
@options.folder
@click.option("--name", help="Who runs it, as devices' users will read it.")
@click.option("--contact", help="Where questions go: an address, a telephone number.")
@click.option(
    "--url", default="", help="Where it is reached (leader, helper): https, or http on this machine."
)
@click.option("--listen", default="", metavar="ADDRESS:PORT", help="Where to listen, if not as the URL says.")
@click.option(
    "--certificate",
    default="",
    metavar="FILE",
    help="TLS certificate chain (PEM); else use a proxy in front.",
)
@click.option("--certificate-key", default="", metavar="FILE", help="Its key (PEM).")
@click.option(
    "--peer-dialect",
    type=click.Choice(list(DIALECTS)),
    default=DAP18.name,
    show_default=True,
    help="How the other aggregator speaks: janus if it is one.",
)
@click.option("--both", is_flag=True, help="Leader, helper, collector and task at once: for trying out only.")
@click.option("--leader-url", default="http://127.0.0.1:8601/", show_default=True, help="For --both.")
@click.option("--helper-url", default="http://127.0.0.1:8602/", show_default=True, help="For --both.")
@options.terms
@options.fleet
@options.force
@options.as_json
def init(**values: Any) -> None:
    """Make an operator's keys in DIR, and a public file to hand out.

    \b
    DIR/keys.json             secret: stays on this machine, for this account only
    DIR/NAME.operator.json    public: give it to the other operators, by whatever way
    DIR/settings.json         where to listen; may be edited

    The fingerprint stands for the whole public file: read it to the other operators, by telephone or in
    person.

    --both makes DIR/leader, DIR/helper, DIR/collector with one task between them, and for the devices
    DIR/task.json and DIR/upload.token. One person then holds both halves of every answer, which is what
    Shoal exists to prevent: for trying out. All options of `task new` work; --demo makes it a demo.

    \b
    shoal-server init leader --dir leader --name "IT, Example Ltd" --contact it@example.org \\
        --url https://shoal.example.org/leader/
    shoal-server init --both --dir try --demo --period 20s --min-batch 25
    """
    if values["both"]:
        _both(values)
        return
    if values["role"] is None:
        raise UsageError("Say which: leader, helper or collector.", "Or --both, to try it out alone.")
    role = ROLES[values["role"]]
    for option in ("name", "contact"):
        if not values[option]:
            raise UsageError(f"A {role.word} needs --{option}.")
    public = setup.make(
        values["folder"],
        Operator(
            role,
            values["name"],
            values["contact"],
            values["url"],
            values["listen"],
            values["peer_dialect"],
            values["certificate"],
            values["certificate_key"],
        ),
        force=values["force"],
    )
    path = values["folder"] / f"{setup.slug(public.name, role)}{PUBLIC_SUFFIX}"
    fingerprint = setup.public_fingerprint(public)
    if values["as_json"]:
        output.print_json({"role": role.word, "public": str(path), "fingerprint": fingerprint})
        return
    output.say(f"Made the {role.word}'s keys in {values['folder']}.")
    output.say(f"Give the other operators   {path}")
    output.say(f"and read them              {fingerprint}")
    output.say()
    output.say(_next_step(role, values["folder"]))


def _next_step(role: Role, folder: Path) -> str:
    when, command = {
        Role.LEADER: (
            "with the helper's and the collector's public files",
            f"shoal-server task new --dir {folder} --helper FILE --collector FILE --organisation NAME",
        ),
        Role.HELPER: (
            "with the leader's and the collector's public files, and the leader's task file",
            f"shoal-server task sign task.json --dir {folder} --leader FILE --collector FILE",
        ),
        Role.COLLECTOR: (
            "with the leader's and the helper's public files, and the task file that both signed",
            f"shoal-server task install task.json --dir {folder} --leader FILE --helper FILE",
        ),
    }[role]
    return f"Next, {when}:\n  {command}"


# -- all at once ---------------------------------------------------------------------------------


def _both(values: dict[str, Any]) -> None:
    if values["role"] is not None:
        raise UsageError("--both makes all three roles.", "Leave the role out.")
    catalogue = options.catalogue()
    base: Path = values["folder"]
    name = values["name"] or "Trying out"
    contact = values["contact"] or "nobody"
    organisation = values["organisation"] or name
    terms = options.read_terms(catalogue, **{**values, "organisation": organisation})
    if (base / TASK_FILE).exists() and not values["force"]:
        raise FolderError(
            f"{base} holds a task already.", "Use it as it is, or repeat with --force to begin anew."
        )
    _make_all(base, name, contact, values)
    signed = make_task(base, terms, catalogue, now=int(time.time()), force=values["force"])
    task = signed.claimed()
    paths = {word: str(base / word) for word in ROLES}
    paths |= {"task_file": str(base / TASK_FILE), "token_file": str(base / TOKEN_FILE)}
    if values["as_json"]:
        output.print_json({**paths, **words.as_json(task, catalogue, values["fleet"])})
        return
    words.describe(task, catalogue, values["fleet"])
    output.say()
    output.say(f"Made {', '.join(str(base / word) for word in ROLES)};")
    output.say(f"for the devices {base / TASK_FILE} and {base / TOKEN_FILE}.")
    for line in _try_out(base, demo=task.info.demo):
        output.say(line)


def _try_out(base: Path, *, demo: bool) -> list[str]:
    """What to type next."""
    files = f"{base / TASK_FILE} --token-file {base / TOKEN_FILE}{' --demo' if demo else ''}"
    return [
        "",
        "Next, each in a terminal of its own:",
        f"  shoal-server leader --dir {base / 'leader'}",
        f"  shoal-server helper --dir {base / 'helper'}",
        "or all in one, the collector included:",
        f"  shoal-server serve --dir {base}",
        "Then invented devices, and one of your own:",
        f"  shoal-server simulate {base / TASK_FILE} --token {base / TOKEN_FILE}",
        f"  shoal --state {base / 'device'} enrol {files}",
        "And what became of their reports:",
        f"  shoal-server collect --dir {base / 'collector'}",
    ]


def _make_all(base: Path, name: str, contact: str, values: dict[str, Any]) -> None:
    dialect, force = values["peer_dialect"], values["force"]
    operators = {
        "leader": Operator(Role.LEADER, f"{name}, leader", contact, values["leader_url"], dialect=dialect),
        "helper": Operator(Role.HELPER, f"{name}, helper", contact, values["helper_url"], dialect=dialect),
        "collector": Operator(Role.COLLECTOR, f"{name}, collector", contact, dialect=dialect),
    }
    for word, operator in operators.items():
        if (base / word / TASK_FILE).exists():
            (base / word / TASK_FILE).unlink()  # void with the old keys, and --force was given
        setup.make(base / word, operator, force=force)
    public = {word: base / word / _public_name(operator) for word, operator in operators.items()}
    for word in operators:
        for other in operators:
            if other != word:
                text = public[other].read_text(encoding="utf-8")
                setup.accept(base / word, load_public(public[other]), text, force=force)


def _public_name(operator: Operator) -> str:
    return f"{setup.slug(operator.name, operator.role)}{PUBLIC_SUFFIX}"


def make_task(base: Path, terms: Terms, catalogue: Catalogue, *, now: int, force: bool) -> SignedTask:
    """Propose, sign and install one task in the three folders below `base`, with the devices' two files."""
    proposed = agreement.propose(base / "leader", terms, catalogue, demo_allowed=terms.demo)
    signed = agreement.sign(base / "helper", proposed, catalogue, demo_allowed=terms.demo)
    for word in ROLES:
        agreement.install(base / word, signed, catalogue, now=now)
    agreement.make_token(base / "leader", base / TOKEN_FILE, force=force)
    write_file(base / TASK_FILE, signed.dump())
    return signed
