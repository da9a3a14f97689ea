from __future__ import annotations

import pytest

from dap.constants import ReportError
from dap.dialect import DAP18, DIALECTS, JANUS, resource
from dap.errors import DecodeError


def test_every_difference_is_a_field_of_its_own() -> None:
    assert not any(value is True for value in DAP18)
    differing = {name for name in JANUS._fields if getattr(JANUS, name) != getattr(DAP18, name)}
    assert differing == set(JANUS._fields)
    assert DIALECTS == {"dap-18": DAP18, "janus": JANUS}


def test_only_the_draft_has_error_eleven() -> None:
    assert DAP18.report_errors == set(ReportError)
    assert set(ReportError) - JANUS.report_errors == {ReportError.OUTDATED_CONFIG}
    assert DAP18.outdated_config == 11
    assert JANUS.outdated_config == 4


@pytest.mark.parametrize(
    ("dialect", "aggregator", "location", "expected"),
    [
        (
            DAP18,
            "https://h.example/api/",
            "/api/tasks/x/j/1?step=0",
            "https://h.example/api/tasks/x/j/1?step=0",
        ),
        (DAP18, "https://h.example/api", "https://h.example/api/tasks/x", "https://h.example/api/tasks/x"),
        (DAP18, "http://127.0.0.1:8080", "/tasks/x", "http://127.0.0.1:8080/tasks/x"),
        (JANUS, "https://h.example/api/", "/tasks/x/j/1?step=0", "https://h.example/api/tasks/x/j/1?step=0"),
        (JANUS, "https://h.example/api", "https://h.example/api/tasks/x", "https://h.example/api/tasks/x"),
    ],
)
def test_where_a_location_leads(dialect: object, aggregator: str, location: str, expected: str) -> None:
    assert isinstance(dialect, type(DAP18))
    assert dialect.locate(aggregator, location) == expected


@pytest.mark.parametrize(
    "location",
    [
        "https://evil.example/tasks/x",
        "//evil.example/tasks/x",
        "http://h.example/tasks/x",
        "https://h.example:444/tasks/x",
        "https://user@h.example/tasks/x",
        "https://[/tasks",
        "/tasks/x#part",
        "https://h.example:port/",
    ],
)
@pytest.mark.parametrize("dialect", [DAP18, JANUS])
def test_a_location_elsewhere_is_refused(dialect: object, location: str) -> None:
    assert isinstance(dialect, type(DAP18))
    with pytest.raises(DecodeError):
        dialect.locate("https://h.example/", location)


def test_resources_stand_below_the_aggregator_with_one_slash() -> None:
    assert resource("https://l.example/", "tasks", "abc", "reports") == "https://l.example/tasks/abc/reports"
    assert resource("https://l.example/dap", "hpke_config") == "https://l.example/dap/hpke_config"
