"""Options that several commands share, and how their text becomes values."""

from __future__ import annotations

import re
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from catalogue.errors import CatalogueError
from catalogue.load import load as load_catalogue
from dap.errors import DapError
from dap.task import Mechanism, rho_of
from server.agreement import GRACE, Terms, default_rho
from server.errors import FolderError, UsageError

if TYPE_CHECKING:
    from collections.abc import Callable

    from catalogue.model import Catalogue

FLEET: Final = 200
_UNITS: Final = {"s": 1, "m": 60, "h": 3_600, "d": 86_400}

folder = click.option(
    "--dir",
    "folder",
    type=click.Path(path_type=Path, file_okay=False),
    required=True,
    help="The operator's folder.",
)
as_json = click.option("--json", "as_json", is_flag=True, help="Print plain data for programs.")
force = click.option("--force", is_flag=True, help="Replace what is there.")
yes = click.option("--yes", is_flag=True, help="Do not ask: everything shown was read and compared.")
fingerprints = click.option(
    "--fingerprint",
    "fingerprints",
    multiple=True,
    metavar="TEXT",
    help="A fingerprint that its operator told you; accepted files must have one of them.",
)
fleet = click.option(
    "--fleet",
    type=click.IntRange(1),
    default=FLEET,
    show_default=True,
    help="Number of computers for which to print what will be visible.",
)


def terms(function: Callable[..., Any]) -> Callable[..., Any]:
    """What two operators agree on, as options."""
    for option in reversed(
        (
            click.option("--organisation", default="", help="Whose fleet it is."),
            click.option("--agreement", default="", help="The written agreement: a title or a link."),
            click.option("--metrics", default="all", show_default=True, help="The first N of the catalogue."),
            click.option("--period", default="7d", show_default=True, help="7d or 1d; seconds with --demo."),
            click.option(
                "--grace",
                help="How long late reports are waited for.  [default: 7d; 5d for 1d]",
            ),
            click.option(
                "--min-batch",
                type=click.IntRange(1),
                default=50,
                show_default=True,
                help="Fewer reports are never released; at least 25.",
            ),
            click.option("--rho", help="Noise budget of a release, like 1/2.  [default: 1/2 a week]"),
            click.option(
                "--mechanism",
                type=click.Choice([mechanism.word for mechanism in Mechanism]),
                default=Mechanism.DISCRETE_GAUSSIAN.word,
                show_default=True,
                help="Who adds what noise; none only with --demo, and shown in red.",
            ),
            click.option("--demo", is_flag=True, help="A DEMO: periods of seconds, protects nobody."),
        )
    ):
        function = option(function)
    return function


def read_terms(catalogue: Catalogue, **values: Any) -> Terms:
    """The options of `terms` as a record; UsageError naming the option."""
    demo = values["demo"]
    period = seconds(values["period"], "--period")
    grace = values["grace"]
    mechanism = Mechanism[values["mechanism"].upper()]
    return Terms(
        metrics=_metrics(values["metrics"], catalogue),
        period=period,
        grace=seconds(grace, "--grace") if grace else 0 if demo else GRACE.get(period, period),
        min_batch_size=values["min_batch"],
        mechanism=mechanism,
        rho=_rho(values["rho"], mechanism, period, demo),
        organisation=values["organisation"],
        agreement=values["agreement"],
        demo=demo,
    )


def seconds(text: str, option: str) -> int:
    """`7d`, `36h`, `10s` as seconds."""
    match = re.fullmatch(r"(\d{1,6})([smhd])", text)
    if match is None:
        raise UsageError(f"{option} {text}: is no length of time.", "Write it like 7d, 12h or 10s.")
    return int(match[1]) * _UNITS[match[2]]


def _metrics(text: str, catalogue: Catalogue) -> int:
    if text == "all":
        return len(catalogue.metrics)
    if not text.isascii() or not text.isdigit() or not 1 <= int(text) <= len(catalogue.metrics):
        raise UsageError(f"--metrics {text}: give a number from 1 to {len(catalogue.metrics)}, or all.")
    return int(text)


def _rho(text: str | None, mechanism: Mechanism, period: int, demo: bool) -> Fraction:
    if mechanism is Mechanism.NONE:
        if not demo:
            raise UsageError(
                "--mechanism none: without noise no ceiling of ρ holds, and no device accepts the task.",
                f"Leave it out for {Mechanism.DISCRETE_GAUSSIAN.word}, or try it out with --demo.",
            )
        if text is not None:
            raise UsageError("--rho: without noise there is no ρ.", "Leave it out.")
        return Fraction(0)
    if text is None:
        return Fraction(1, 2) if demo else default_rho(period)
    try:
        return rho_of(text)
    except DapError as error:
        raise UsageError(f"--rho {text}: {error}.") from error


def catalogue() -> Catalogue:
    """The catalogue that is installed here, with English words."""
    try:
        return load_catalogue("en")
    except CatalogueError as error:
        raise FolderError(f"The catalogue cannot be read: {error}.", "Install Shoal again.") from error
