from __future__ import annotations

import pytest

from dap.constants import MediaType, ReportError, Role


def test_code_points_are_the_draft_s() -> None:
    assert [(role.word, int(role)) for role in Role] == [
        ("collector", 0),
        ("client", 1),
        ("leader", 2),
        ("helper", 3),
    ]
    assert [int(error) for error in ReportError] == list(range(1, 12))


def test_both_ways_to_say_that_a_key_is_outdated_are_known() -> None:
    assert {error for error in ReportError if error.names_outdated_config} == {
        ReportError.HPKE_UNKNOWN_CONFIG_ID,
        ReportError.OUTDATED_CONFIG,
    }


@pytest.mark.parametrize(
    "header",
    [
        "application/ppm-dap;message=upload-errors",
        "application/ppm-dap; message=upload-errors",
        "Application/PPM-DAP ; Message=upload-errors",
        'application/ppm-dap;message="upload-errors"',
        "application/ppm-dap;version=18;message=upload-errors",
    ],
)
def test_a_header_may_be_written_in_several_ways(header: str) -> None:
    assert MediaType.UPLOAD_ERRORS.accepts(header)
    assert not MediaType.UPLOAD_REQ.accepts(header)


@pytest.mark.parametrize(
    "header",
    [
        None,
        "",
        "application/json",
        "application/ppm-dap",
        "application/ppm-dap;message=",
        "application/ppm-dap;message=upload-error",
        "application/ppm-dap;message=upload-req;message=upload-errors",
        "text/html;message=upload-errors",
        "application/ppm-dap,message=upload-errors",
    ],
)
def test_anything_else_is_another_message(header: str | None) -> None:
    assert not MediaType.UPLOAD_ERRORS.accepts(header)


def test_every_media_type_is_the_registry_s() -> None:
    names = [kind.partition("message=")[2] for kind in MediaType]
    assert names == [
        "hpke-config-list",
        "upload-req",
        "upload-errors",
        "aggregation-job-init-req",
        "aggregation-job-resp",
        "aggregation-job-continue-req",
        "aggregate-share-req",
        "aggregate-share",
        "collection-job-req",
        "collection-job-resp",
    ]
    assert all(kind.startswith("application/ppm-dap;message=") for kind in MediaType)
