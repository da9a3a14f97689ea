"""Every message of draft-ietf-ppm-dap-18, strict both ways: what decodes encodes to the same bytes.

An encoded list of extensions keeps its order: whether the order and the types are right is a matter of one
report or one job, with an error of its own (`require_known` in `dap.messages.basic`).
"""

from dap.hpke import HpkeCiphertext, HpkeConfig, HpkeConfigList
from dap.messages.aggregation import (
    AggregationJobContinueReq,
    AggregationJobInitReq,
    AggregationJobResp,
    VerifyContinue,
    VerifyInit,
    VerifyResp,
    VerifyRespType,
)
from dap.messages.basic import Extension, ExtensionError, Interval, require_known
from dap.messages.binding import aggregate_share_aad, aggregate_share_info, input_share_aad, input_share_info
from dap.messages.collection import (
    AggregateShare,
    AggregateShareReq,
    BatchSelector,
    CollectionJobReq,
    CollectionJobResp,
    Query,
)
from dap.messages.pingpong import PingPong, PingPongType
from dap.messages.upload import (
    PlaintextInputShare,
    Report,
    ReportMetadata,
    ReportShare,
    ReportUploadStatus,
    UploadErrors,
    UploadRequest,
)

__all__ = [
    "AggregateShare",
    "AggregateShareReq",
    "AggregationJobContinueReq",
    "AggregationJobInitReq",
    "AggregationJobResp",
    "BatchSelector",
    "CollectionJobReq",
    "CollectionJobResp",
    "Extension",
    "ExtensionError",
    "HpkeCiphertext",
    "HpkeConfig",
    "HpkeConfigList",
    "Interval",
    "PingPong",
    "PingPongType",
    "PlaintextInputShare",
    "Query",
    "Report",
    "ReportMetadata",
    "ReportShare",
    "ReportUploadStatus",
    "UploadErrors",
    "UploadRequest",
    "VerifyContinue",
    "VerifyInit",
    "VerifyResp",
    "VerifyRespType",
    "aggregate_share_aad",
    "aggregate_share_info",
    "input_share_aad",
    "input_share_info",
    "require_known",
]
