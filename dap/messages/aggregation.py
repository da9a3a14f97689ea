"""What leader and helper send each other to verify reports (draft 18, section 4.5).

In Janus's dialect a PartialBatchSelector stands where the draft has extensions (so there can be none), and
lists are behind a u32 length. Whether a ping-pong payload is well-formed is each report's own matter, so
payloads stay bytes here.
"""

from __future__ import annotations

from enum import IntEnum
from typing import TYPE_CHECKING, NamedTuple, TypeVar

from dap.codec import EncodeError, Reader, Writer, joined
from dap.constants import BATCH_MODE_TIME_INTERVAL, REPORT_ID_SIZE, ReportError
from dap.dialect import DAP18, Dialect
from dap.messages.basic import Extension, read_extensions, write_extensions
from dap.messages.upload import ReportShare, read_report_error

if TYPE_CHECKING:
    from collections.abc import Callable

T = TypeVar("T")


class VerifyInit(NamedTuple):
    """One report of a job: the helper's half and the leader's first ping-pong message."""

    report_share: ReportShare
    payload: bytes

    def encode(self) -> bytes:
        """The structure's bytes."""
        return Writer().raw(self.report_share.encode()).vector(self.payload, 4, least=1).done()

    @classmethod
    def read(cls, reader: Reader) -> VerifyInit:
        """Take one off a longer message."""
        return cls(ReportShare.read(reader), reader.vector(4, least=1))


class AggregationJobInitReq(NamedTuple):
    """The leader asks the helper to verify these reports."""

    verification_key_id: int
    agg_param: bytes
    extensions: tuple[Extension, ...]
    verify_inits: tuple[VerifyInit, ...]

    def encode(self, dialect: Dialect = DAP18) -> bytes:
        """The message's bytes; EncodeError for extensions in a dialect that has none."""
        writer = Writer().u8(self.verification_key_id).vector(self.agg_param, 4)
        if not dialect.partial_batch_selector:
            write_extensions(writer, self.extensions)
        elif self.extensions:
            raise EncodeError(f"{dialect.name} has no aggregation job extensions")
        else:
            writer.u8(BATCH_MODE_TIME_INTERVAL).vector(b"", 2)
        return _write_list(writer, joined(init.encode() for init in self.verify_inits), dialect).done()

    @classmethod
    def decode(cls, data: bytes, dialect: Dialect = DAP18) -> AggregationJobInitReq:
        """Read a whole one; DecodeError, also for a batch mode other than time_interval."""
        reader = Reader(data, "AggregationJobInitReq")
        key_id, agg_param = reader.u8(), reader.vector(4)
        extensions: tuple[Extension, ...] = ()
        if not dialect.partial_batch_selector:
            extensions = read_extensions(reader)
        elif (reader.u8(), reader.vector(2)) != (BATCH_MODE_TIME_INTERVAL, b""):
            raise reader.fail("the partial batch selector is not that of time_interval")
        return cls(key_id, agg_param, extensions, _read_list(reader, VerifyInit.read, dialect))


class VerifyRespType(IntEnum):
    """What became of one report."""

    CONTINUE = 0
    FINISH = 1
    REJECT = 2


class VerifyResp(NamedTuple):
    """The helper's answer about one report: a payload (continue), nothing (finish) or an error (reject)."""

    report_id: bytes
    kind: VerifyRespType
    payload: bytes | None = None
    error: ReportError | None = None

    @classmethod
    def proceed(cls, report_id: bytes, payload: bytes) -> VerifyResp:
        """`continue`, with the helper's ping-pong message."""
        return cls(report_id, VerifyRespType.CONTINUE, payload)

    @classmethod
    def finished(cls, report_id: bytes) -> VerifyResp:
        """`finish`, which Prio3 never comes to."""
        return cls(report_id, VerifyRespType.FINISH)

    @classmethod
    def reject(cls, report_id: bytes, error: ReportError) -> VerifyResp:
        """`reject`, and why."""
        return cls(report_id, VerifyRespType.REJECT, None, error)

    def encode(self, dialect: Dialect = DAP18) -> bytes:
        """The structure's bytes; EncodeError if parts do not fit the kind, or the dialect lacks the error."""
        writer = Writer().fixed(self.report_id, REPORT_ID_SIZE).u8(self.kind)
        match self:
            case VerifyResp(kind=VerifyRespType.CONTINUE, payload=bytes(payload), error=None):
                writer.vector(payload, 4, least=1)
            case VerifyResp(kind=VerifyRespType.FINISH, payload=None, error=None):
                pass
            case VerifyResp(kind=VerifyRespType.REJECT, payload=None, error=ReportError() as error):
                if error not in dialect.report_errors:
                    raise EncodeError(f"{dialect.name} does not know {error.name}")
                writer.u8(error)
            case _:
                raise EncodeError("a VerifyResp has not the parts of its kind")
        return writer.done()

    @classmethod
    def read(cls, reader: Reader, dialect: Dialect) -> VerifyResp:
        """Take one off a longer message."""
        report_id, code = reader.fixed(REPORT_ID_SIZE), reader.u8()
        if code == VerifyRespType.CONTINUE:
            return cls.proceed(report_id, reader.vector(4, least=1))
        if code == VerifyRespType.FINISH:
            return cls.finished(report_id)
        if code == VerifyRespType.REJECT:
            return cls.reject(report_id, read_report_error(reader, dialect))
        raise reader.fail(f"{code} is no kind of answer")


class AggregationJobResp(NamedTuple):
    """The helper's answers, in the request's order."""

    verify_resps: tuple[VerifyResp, ...]

    def encode(self, dialect: Dialect = DAP18) -> bytes:
        """The message's bytes."""
        answers = joined(answer.encode(dialect) for answer in self.verify_resps)
        return _write_list(Writer(), answers, dialect).done()

    @classmethod
    def decode(cls, data: bytes, dialect: Dialect = DAP18) -> AggregationJobResp:
        """Read a whole one; DecodeError."""
        reader = Reader(data, "AggregationJobResp")
        return cls(_read_list(reader, lambda part: VerifyResp.read(part, dialect), dialect))


class VerifyContinue(NamedTuple):
    """One report in a later round."""

    report_id: bytes
    payload: bytes


class AggregationJobContinueReq(NamedTuple):
    """The leader asks for a later round. With Prio3 there is none (stepMismatch)."""

    step: int
    verify_continues: tuple[VerifyContinue, ...]

    def encode(self, dialect: Dialect = DAP18) -> bytes:
        """The message's bytes."""
        parts = Writer()
        for report_id, payload in self.verify_continues:
            parts.fixed(report_id, REPORT_ID_SIZE).vector(payload, 4, least=1)
        return _write_list(Writer().u16(self.step), parts.done(), dialect).done()

    @classmethod
    def decode(cls, data: bytes, dialect: Dialect = DAP18) -> AggregationJobContinueReq:
        """Read a whole one; DecodeError."""
        reader = Reader(data, "AggregationJobContinueReq")

        def item(part: Reader) -> VerifyContinue:
            return VerifyContinue(part.fixed(REPORT_ID_SIZE), part.vector(4, least=1))

        return cls(reader.u16(), _read_list(reader, item, dialect))


def _write_list(writer: Writer, items: bytes, dialect: Dialect) -> Writer:
    return writer.vector(items, 4) if dialect.counted_lists else writer.raw(items)


def _read_list(reader: Reader, item: Callable[[Reader], T], dialect: Dialect) -> tuple[T, ...]:
    if not dialect.counted_lists:
        return reader.items(item)
    items = Reader(reader.vector(4), "list").items(item)
    reader.end()
    return items
