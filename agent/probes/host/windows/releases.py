"""How long each Windows is supported, from Microsoft's lifecycle pages; to be mended with each release.

Without the paid extended updates (ESU), whose purchase cannot be seen. Build → edition's kind → last day.
"""

from __future__ import annotations

# Home and Pro; Enterprise and Education; long-term (LTSB, LTSC); long-term of IoT where it differs.
HOME, WORK, LONG, LONG_IOT = "home", "work", "long", "long iot"

RELEASES: dict[int, dict[str, str]] = {
    10240: {HOME: "2017-05-09", WORK: "2017-05-09", LONG: "2025-10-14"},  # Windows 10 1507
    14393: {HOME: "2018-04-10", WORK: "2019-04-09", LONG: "2026-10-13"},  # 1607
    17763: {HOME: "2020-11-10", WORK: "2021-05-11", LONG: "2029-01-09"},  # 1809
    18362: {HOME: "2020-12-08", WORK: "2020-12-08"},  # 1903
    18363: {HOME: "2021-05-11", WORK: "2022-05-10"},  # 1909
    19041: {HOME: "2021-12-14", WORK: "2021-12-14"},  # 2004
    19042: {HOME: "2022-05-10", WORK: "2023-05-09"},  # 20H2
    19043: {HOME: "2022-12-13", WORK: "2022-12-13"},  # 21H1
    19044: {HOME: "2023-06-13", WORK: "2024-06-11", LONG: "2027-01-12", LONG_IOT: "2032-01-13"},  # 21H2
    19045: {HOME: "2025-10-14", WORK: "2025-10-14"},  # 22H2
    22000: {HOME: "2023-10-10", WORK: "2024-10-08"},  # Windows 11 21H2
    22621: {HOME: "2024-10-08", WORK: "2025-10-14"},  # 22H2
    22631: {HOME: "2025-11-11", WORK: "2026-11-10"},  # 23H2
    26100: {HOME: "2026-10-13", WORK: "2027-10-12", LONG: "2029-10-09", LONG_IOT: "2034-10-10"},  # 24H2
    26200: {HOME: "2027-10-12", WORK: "2028-10-10"},  # 25H2
    28000: {HOME: "2028-03-14", WORK: "2029-03-13"},  # 26H1, for new computers only
    26300: {HOME: "2028-10-10", WORK: "2029-10-09"},  # 26H2
}

# EditionID begins with one of these; ProfessionalN, CoreSingleLanguage and the like follow their family.
_KINDS = (
    ("IoTEnterpriseS", LONG_IOT),
    ("EnterpriseS", LONG),
    ("Enterprise", WORK),
    ("IoTEnterprise", WORK),
    ("Education", WORK),
    ("ServerRdsh", WORK),  # Enterprise multi-session
    ("Professional", HOME),
    ("Core", HOME),
    ("CloudEdition", HOME),
)


def last_day(build: int, edition: str) -> str | None:
    """The last day of support, "2027-10-12"; None for a Windows that this table does not know."""
    if edition.startswith("Server") and not edition.startswith("ServerRdsh"):
        return None
    kind = next((kind for start, kind in _KINDS if edition.startswith(start)), None)
    days = RELEASES.get(build, {})
    if kind == LONG_IOT and LONG_IOT not in days:
        kind = LONG
    return days.get(kind) if kind else None
