"""Reports of crashes, hangs and panics, and what is none of them."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from agent.probes.host import Absent
from agent.probes.host.macos import reports
from agent.probes.host.macos.recorded import Recorded

Change = Callable[..., Recorded]
REPORTS = "Library/Logs/DiagnosticReports"


def test_crashes_and_nothing_else(laptop: Recorded) -> None:
    assert sorted(program for _, program in reports.program_crashes(laptop)) == [
        "Microsoft Word",
        "Numbers",  # sent to Apple meanwhile
        "firefox",
        "mds",
    ]


def test_hangs_by_their_names(laptop: Recorded) -> None:
    assert sorted(reports.program_hangs(laptop)) == [(1_699_870_500, "Finder"), (1_699_870_620, "Safari")]


def test_an_ordinary_account_sees_its_own_crashes(desktop: Recorded) -> None:
    assert reports.program_crashes(desktop) == [(1_699_952_400, "iTunes")]
    for ask in (reports.program_hangs, reports.system_crashes):
        with pytest.raises(Absent, match="only administrators"):
            ask(desktop)


def test_panics(changed: Change) -> None:
    names = ("Kernel_2019-10-18-143411_host.panic", "panic-full-2023-01-01-000000.0001.ips")
    system = changed(
        "laptop",
        {f"{REPORTS}/{name}": b"" for name in names},
        changed={f"{REPORTS}/{name}": 5.0 for name in names},
    )
    assert sorted(reports.system_crashes(system)) == [5.0, 5.0, 1_699_780_523]


def test_a_report_that_is_gone_meanwhile(changed: Change) -> None:
    system = changed("laptop", {f"{REPORTS}/gone-2023-11-13-111500.ips": b'{"bug_type":"309"}\n'})
    assert "gone" not in dict(map(reversed, reports.program_crashes(system)))  # type: ignore[arg-type]


def test_an_account_without_any_folder(changed: Change) -> None:
    with pytest.raises(Absent, match="only administrators"):
        reports.program_crashes(changed("desktop", home="/nowhere"))
