"""The names and numbers that draft-ietf-ppm-dap-18 fixes, each in one place."""

from __future__ import annotations

from enum import IntEnum, StrEnum
from typing import Final

DRAFT: Final = "dap-18"
"""Domain separation of every HPKE info string and VDAF context (sections 4.4.2 and 4.5.3)."""

TASK_ID_SIZE: Final = 32
REPORT_ID_SIZE: Final = 16
JOB_ID_SIZE: Final = 16
CHECKSUM_SIZE: Final = 32
BATCH_MODE_TIME_INTERVAL: Final = 1
VDAF_PRIO3_SUM_VEC: Final = 3
EXTENSION_TASK_INTERVAL: Final = 1


class Role(IntEnum):
    """Who sends or receives (section 4.1)."""

    COLLECTOR = 0
    CLIENT = 1
    LEADER = 2
    HELPER = 3

    @property
    def word(self) -> str:
        """The role as texts and files write it: "leader"."""
        return self.name.lower()


class ReportError(IntEnum):
    """Why one report was not taken (section 4.1). `reserved` (0) is never sent and never accepted."""

    BATCH_COLLECTED = 1
    REPORT_REPLAYED = 2
    REPORT_DROPPED = 3
    HPKE_UNKNOWN_CONFIG_ID = 4
    HPKE_DECRYPT_ERROR = 5
    VDAF_VERIFY_ERROR = 6
    TASK_EXPIRED = 7
    INVALID_MESSAGE = 8
    REPORT_TOO_EARLY = 9
    TASK_NOT_STARTED = 10
    OUTDATED_CONFIG = 11

    @property
    def names_outdated_config(self) -> bool:
        """Whether an upload was refused for the HPKE key it was sealed to: 11, or Janus's 4."""
        return self in (ReportError.OUTDATED_CONFIG, ReportError.HPKE_UNKNOWN_CONFIG_ID)


_MEDIA_TYPE: Final = "application/ppm-dap"


class MediaType(StrEnum):
    """Content types of the messages (section 9.1), as they stand in a header."""

    HPKE_CONFIG_LIST = f"{_MEDIA_TYPE};message=hpke-config-list"
    UPLOAD_REQ = f"{_MEDIA_TYPE};message=upload-req"
    UPLOAD_ERRORS = f"{_MEDIA_TYPE};message=upload-errors"
    AGGREGATION_JOB_INIT_REQ = f"{_MEDIA_TYPE};message=aggregation-job-init-req"
    AGGREGATION_JOB_RESP = f"{_MEDIA_TYPE};message=aggregation-job-resp"
    AGGREGATION_JOB_CONTINUE_REQ = f"{_MEDIA_TYPE};message=aggregation-job-continue-req"
    AGGREGATE_SHARE_REQ = f"{_MEDIA_TYPE};message=aggregate-share-req"
    AGGREGATE_SHARE = f"{_MEDIA_TYPE};message=aggregate-share"
    COLLECTION_JOB_REQ = f"{_MEDIA_TYPE};message=collection-job-req"
    COLLECTION_JOB_RESP = f"{_MEDIA_TYPE};message=collection-job-resp"

    def accepts(self, header: str | None) -> bool:
        """Whether a Content-Type header names this message.

        Case of type and parameter names and blanks around ";" do not count (RFC 9110, section 8.3.1);
        other parameters, such as the draft's optional `version`, are ignored; a `message` given twice is not.
        """
        kind, *parameters = (header or "").split(";")
        if kind.strip().lower() != _MEDIA_TYPE:
            return False
        pairs = [parameter.strip().partition("=") for parameter in parameters]
        named = [value.strip('"') for name, _, value in pairs if name.lower() == "message"]
        return named == [self.partition("message=")[2]]
