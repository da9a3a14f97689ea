"""The one table of policy keys: name, type, default, limits, text, who may change it, where each OS keeps it.

Validation, the documentation, the window, and the templates for administrators are made from it; nothing
about a key is written twice.
"""

from __future__ import annotations

from enum import StrEnum
from fractions import Fraction
from typing import TYPE_CHECKING, Any, Final, NamedTuple

from agent.policy import checks

if TYPE_CHECKING:
    from collections.abc import Callable

WINDOWS_KEY: Final = r"HKLM\Software\Policies\Shoal"
MACOS_DOMAIN: Final = "org.shoal.agent"

LEAST_BATCH: Final = 25
MOST_RHO: Final = Fraction(1)
MOST_RHO_A_YEAR: Final = Fraction(52)
MOST_HOLD: Final = 48
MOST_DAYS: Final = 365


class Own(StrEnum):
    """What the person at the machine may do to a value."""

    NO = "no"
    NARROW = "narrow"
    """Set it too; the narrower of both holds."""
    UNLESS_SET = "unless_set"
    """Set it where the organisation does not."""
    FREELY = "freely"
    TURN_OFF = "turn_off"
    """Remove it, for this account."""


class Key(NamedTuple):
    """One policy key."""

    name: str
    kind: str
    """The type in words, for documentation: "whole number", "one of …"."""
    default: Any
    check: Callable[[Any], Any]
    """Gives the value in its own type, from TOML's or the registry's; ValueError says what it should be."""
    narrower: Callable[[Any, Any], Any] | None
    """Of two values the one that allows less; None: no order, whoever sets it first has it."""
    own: Own
    text: str
    own_text: str
    limits: str = ""
    windows: str = "REG_SZ"
    """The registry value's type below WINDOWS_KEY, under the name in CamelCase."""
    macos: str = "string"
    """The type in a managed preference of MACOS_DOMAIN, under the name in CamelCase."""

    @property
    def platform_name(self) -> str:
        """The name in the registry and in managed preferences: "MinBatchSize"."""
        return "".join(part.capitalize() for part in self.name.split("_"))

    @property
    def places(self) -> dict[str, str]:
        """Where each platform keeps it."""
        return {
            "linux": f"/etc/shoal/policy.toml, /etc/shoal/policy.d/*.toml: {self.name}",
            "windows": rf"{WINDOWS_KEY}\{self.platform_name} ({self.windows})",
            "macos": f"{MACOS_DOMAIN}: {self.platform_name} ({self.macos})",
        }


class Upload(StrEnum):
    """Whether reports leave, from the least to the most that a person may be offered."""

    OFF = "off"
    LOCAL = "local"
    REQUIRED = "required"
    ASK = "ask"


def _first_of(*order: Any) -> Callable[[Any, Any], Any]:
    return lambda a, b: min(a, b, key=order.index)


def _both(a: tuple[str, ...], b: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(sorted({*a, *b}))


def _one_of(name: str, words: tuple[str, ...], default: str, **rest: Any) -> Key:
    return Key(name, " / ".join(words), default, checks.word(words), **rest)


def _flag(name: str, default: bool, narrower: Callable[[Any, Any], Any] | None, **rest: Any) -> Key:
    return Key(
        name, "true / false", default, checks.flag, narrower, windows="REG_DWORD", macos="boolean", **rest
    )


KEYS: Final = (
    _one_of(
        "upload",
        ("off", "local", "ask", "required"),
        "ask",
        # sends less before offers less: off, local, required, ask
        narrower=_first_of(*(str(word) for word in Upload)),
        own=Own.NO,
        own_text="go stricter by the choice, unless required",
        text="Whether reports may leave: nothing is measured, measured only, the person is asked, or "
        "required (then contact and agreement_url must be set).",
    ),
    _flag(
        "allow_quiet",
        True,
        min,
        own=Own.NO,
        own_text="no",
        text="Under required: whether the person may send zeros in place of answers, always.",
    ),
    _flag(
        "allow_withhold",
        True,
        min,
        own=Own.NO,
        own_text="no",
        text="Under required: whether the person may withhold a report, so that zeros go in its place.",
    ),
    Key(
        "blocked_metrics",
        "list of metric ids",
        (),
        checks.metric_ids,
        _both,
        Own.NARROW,
        "Metrics that are never reported.",
        "add",
        windows="REG_MULTI_SZ",
        macos="array",
    ),
    Key(
        "task_file",
        "absolute path",
        None,
        checks.path,
        None,
        Own.NO,
        "The task file that both operators signed.",
        "no",
    ),
    Key(
        "token_file",
        "absolute path",
        None,
        checks.path,
        None,
        Own.NO,
        "The upload token, in a file that this machine's users may read.",
        "no",
    ),
    Key(
        "min_batch_size",
        "whole number",
        50,
        checks.whole(LEAST_BATCH, checks.BOUNDLESS),
        max,
        Own.NARROW,
        "The least number of devices that a total may be made of; tasks that ask for less are refused.",
        "raise",
        f"at least {LEAST_BATCH}",
        "REG_DWORD",
        "integer",
    ),
    Key(
        "max_rho_per_release",
        "number",
        MOST_RHO,
        checks.fraction(MOST_RHO),
        min,
        Own.NARROW,
        "The most ρ that one release may cost; tasks that cost more are refused.",
        "lower",
        f"above 0, at most {MOST_RHO}",
        macos="real",
    ),
    Key(
        "max_rho_per_year",
        "number",
        MOST_RHO_A_YEAR,
        checks.fraction(MOST_RHO_A_YEAR),
        min,
        Own.NARROW,
        "The most ρ that the releases of 52 weeks may cost together.",
        "lower",
        f"above 0, at most {MOST_RHO_A_YEAR}",
        macos="real",
    ),
    Key(
        "review_hold_hours",
        "whole number",
        12,
        checks.whole(0, MOST_HOLD),
        max,
        Own.NARROW,
        "Hours that a sealed report lies still before a moment of sending is drawn, for its owner to read. "
        "The task's grace may cap it.",
        "raise",
        f"0 to {MOST_HOLD}",
        "REG_DWORD",
        "integer",
    ),
    Key(
        "retention_days",
        "whole number",
        30,
        checks.whole(1, MOST_DAYS),
        min,
        Own.NARROW,
        "Days that the bodies of past reports are kept; the ledger's rows stay.",
        "lower",
        f"1 to {MOST_DAYS}",
        "REG_DWORD",
        "integer",
    ),
    Key(
        "proxy",
        "system / none / http://host:port",
        "system",
        checks.proxy,
        None,
        Own.UNLESS_SET,
        "The way out. system: HTTPS_PROXY, ALL_PROXY and NO_PROXY of the environment. NTLM, Kerberos, "
        "SOCKS and PAC files are not supported.",
        "if the organisation does not set it",
    ),
    Key(
        "ca_bundle",
        "absolute path",
        None,
        checks.path,
        None,
        Own.UNLESS_SET,
        "Certificates of further authorities (PEM) to accept for the leader.",
        "if the organisation does not set it",
    ),
    _flag(
        "use_system_trust",
        True,
        None,
        own=Own.UNLESS_SET,
        own_text="if the organisation does not set it",
        text="Whether the authorities that this system trusts are accepted. false needs ca_bundle.",
    ),
    Key(
        "network_target",
        "host:port",
        None,
        checks.target,
        None,
        Own.TURN_OFF,
        "Where active network checks go: ten connections every five minutes, on which nothing is said but, "
        "once an hour, the beginning of TLS. Off until this is set. Never an aggregator.",
        "turn off",
        "never an aggregator",
    ),
    _flag(
        "download_test",
        False,
        min,
        own=Own.NARROW,
        own_text="turn off",
        text="Whether active checks may measure throughput by a download from network_target. Kept for a "
        "later version: this one has no such metric, and downloads nothing.",
    ),
    _one_of(
        "machine_kind",
        ("shared", "desktop"),
        "desktop",
        narrower=_first_of("shared", "desktop"),
        own=Own.NO,
        own_text="no",
        text="shared: a server or terminal server, which many people use. It measures only.",
    ),
    Key("contact", "text", None, checks.line, None, Own.NO, "Whom to ask; needed for required.", "no"),
    Key(
        "agreement_url",
        "https URL",
        None,
        checks.url,
        None,
        Own.NO,
        "What was agreed; needed for required.",
        "no",
    ),
    _one_of(
        "tray",
        ("full", "quiet"),
        "full",
        narrower=None,
        own=Own.FREELY,
        own_text="yes",
        text="Whether the tray icon shows its state. The window can never be hidden.",
    ),
    _one_of(
        "log_level",
        ("info", "debug"),
        "info",
        narrower=None,
        own=Own.FREELY,
        own_text="yes",
        text="How much the agent's own log tells.",
    ),
)
"""In the order of the documentation."""

BY_NAME: Final = {key.name: key for key in KEYS}
