from __future__ import annotations

from datetime import date

import pytest

from agent.probes.host.windows.releases import HOME, LONG, LONG_IOT, RELEASES, WORK, last_day


@pytest.mark.parametrize(
    ("build", "edition", "day"),
    [
        (26100, "Professional", "2026-10-13"),
        (26100, "ProfessionalWorkstationN", "2026-10-13"),
        (26100, "Core", "2026-10-13"),
        (26100, "CoreSingleLanguage", "2026-10-13"),
        (26100, "Enterprise", "2027-10-12"),
        (26100, "EnterpriseN", "2027-10-12"),
        (26100, "Education", "2027-10-12"),
        (26100, "ServerRdsh", "2027-10-12"),
        (26100, "EnterpriseS", "2029-10-09"),
        (26100, "IoTEnterpriseS", "2034-10-10"),
        (26100, "IoTEnterprise", "2027-10-12"),
        (17763, "IoTEnterpriseS", "2029-01-09"),
        (19045, "Professional", "2025-10-14"),
        (19045, "EnterpriseS", None),
        (26100, "ServerStandard", None),
        (20348, "ServerDatacenter", None),
        (99999, "Professional", None),
        (26100, "", None),
    ],
)
def test_the_last_day_by_build_and_edition(build: int, edition: str, day: str | None) -> None:
    assert last_day(build, edition) == day


def test_support_ends_on_second_tuesdays() -> None:
    """Microsoft's day for updates: a slip of the pen would lie beside it."""
    for build, days in RELEASES.items():
        for kind, text in days.items():
            day = date.fromisoformat(text)
            assert day.weekday() == 1, (build, kind)
            assert 8 <= day.day <= 14, (build, kind)


def test_whoever_pays_more_is_not_supported_shorter() -> None:
    for build, days in RELEASES.items():
        ends = [days[kind] for kind in (HOME, WORK, LONG, LONG_IOT) if kind in days]
        assert ends == sorted(ends), build
        assert set(days) <= {HOME, WORK, LONG, LONG_IOT}
