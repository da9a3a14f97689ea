"""What an honest leader asks of the helper, and what tests look at afterwards."""

from __future__ import annotations

import pytest

from dap.codec import whole
from dap.constants import ReportError
from dap.messages import (
    AggregateShareReq,
    AggregationJobInitReq,
    AggregationJobResp,
    Report,
    UploadRequest,
    VerifyInit,
    VerifyRespType,
)
from dap.problems import ProblemError, ProblemType
from server import batches
from server.helper import Helper
from server.leader import Leader
from tests.aggregators import Table


def only(content: bytes) -> Report:
    """The one report of an upload."""
    (report,) = UploadRequest.decode(content).reports
    return report


def batch(aggregator: Leader | Helper, period: int) -> batches.Batch:
    """What one of the two holds of a period."""
    with aggregator.database.write() as connection:
        return batches.find(connection, period)


def kind(error: pytest.ExceptionInfo[ProblemError]) -> ProblemType | None:
    return error.value.problem.kind


def job_of(table: Table, *reports: bytes) -> AggregationJobInitReq:
    """What an honest leader would send for these."""
    inits = []
    for content in reports:
        found = table.leader.receive(only(content))
        assert not isinstance(found, ReportError)
        inits.append(whole(found.init, "VerifyInit", VerifyInit.read))
    return AggregationJobInitReq(0, b"", (), tuple(inits))


def outcomes(table: Table, job: AggregationJobInitReq) -> list[ReportError | None]:
    """For each report why the helper refused it, or None."""
    response = table.helper.aggregate(job.encode(table.pair.helper.dialect)).response or b""
    found = AggregationJobResp.decode(response, table.pair.helper.dialect).verify_resps
    assert [one.report_id for one in found] == [
        init.report_share.report_metadata.report_id for init in job.verify_inits
    ]
    assert all(one.kind is not VerifyRespType.FINISH for one in found)
    return [one.error for one in found]


def share_request(table: Table) -> AggregateShareReq:
    """Six reports, and what an honest leader asks for then."""
    table.upload(*(table.report(n) for n in range(6)))
    table.aggregate()
    collection = table.ask()
    found = table.leader.ready_to_collect(collection)
    assert found is not None
    return found
