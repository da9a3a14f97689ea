"""How a batch is asked for and handed over (draft 18, section 4.6), in batch mode time_interval (5.1)."""

from __future__ import annotations

from typing import NamedTuple

from dap.codec import Reader, Writer, whole
from dap.constants import BATCH_MODE_TIME_INTERVAL, CHECKSUM_SIZE
from dap.hpke import HpkeCiphertext
from dap.messages.basic import Extension, Interval, read_extensions, write_extensions


class Query(NamedTuple):
    """Which batch the collector wants. Any batch mode is read; ours is the one that names an interval."""

    batch_mode: int
    config: bytes

    @classmethod
    def over(cls, interval: Interval) -> Query:
        """A query of batch mode time_interval."""
        return cls(BATCH_MODE_TIME_INTERVAL, interval.encode())

    @property
    def interval(self) -> Interval:
        """The batch interval; DecodeError for another batch mode or an interval that is none."""
        if self.batch_mode != BATCH_MODE_TIME_INTERVAL:
            raise Reader(b"", "Query").fail("the batch mode is not time_interval")
        return Interval.decode(self.config)

    def encode(self) -> bytes:
        """The structure's bytes."""
        return Writer().u8(self.batch_mode).vector(self.config, 2).done()

    @classmethod
    def read(cls, reader: Reader) -> Query:
        """Take one off a longer message."""
        return cls(reader.u8(), reader.vector(2))


BatchSelector = Query
"""Which batch the leader wants the helper's share of: in time_interval the same in shape and content."""


class CollectionJobReq(NamedTuple):
    """The collector asks for a batch. These bytes are bound into both aggregate shares."""

    query: Query
    agg_param: bytes = b""
    extensions: tuple[Extension, ...] = ()

    def encode(self) -> bytes:
        """The message's bytes: 25 for a time interval and no extension."""
        return write_extensions(
            Writer().raw(self.query.encode()).vector(self.agg_param, 4), self.extensions
        ).done()

    @classmethod
    def read(cls, reader: Reader) -> CollectionJobReq:
        """Take one off a longer message."""
        return cls(Query.read(reader), reader.vector(4), read_extensions(reader))

    @classmethod
    def decode(cls, data: bytes) -> CollectionJobReq:
        """Read a whole one; DecodeError."""
        return whole(data, "CollectionJobReq", cls.read)


class CollectionJobResp(NamedTuple):
    """A collected batch: the number of its reports, the span of their times, both sealed shares."""

    report_count: int
    interval: Interval
    leader_encrypted_agg_share: HpkeCiphertext
    helper_encrypted_agg_share: HpkeCiphertext

    def encode(self) -> bytes:
        """The message's bytes."""
        writer = Writer().u64(self.report_count).raw(self.interval.encode())
        writer.raw(self.leader_encrypted_agg_share.encode())
        return writer.raw(self.helper_encrypted_agg_share.encode()).done()

    @classmethod
    def decode(cls, data: bytes) -> CollectionJobResp:
        """Read a whole one; DecodeError."""
        reader = Reader(data, "CollectionJobResp")
        response = cls(
            reader.u64(), Interval.read(reader), HpkeCiphertext.read(reader), HpkeCiphertext.read(reader)
        )
        reader.end()
        return response


class AggregateShareReq(NamedTuple):
    """The leader asks for the helper's share: the request, the batch, what the leader counted.

    `checksum` is the XOR of SHA-256(report id) over the batch.
    """

    collection_job_req: CollectionJobReq
    batch_selector: BatchSelector
    report_count: int
    checksum: bytes

    def encode(self) -> bytes:
        """The message's bytes."""
        writer = Writer().raw(self.collection_job_req.encode()).raw(self.batch_selector.encode())
        return writer.u64(self.report_count).fixed(self.checksum, CHECKSUM_SIZE).done()

    @classmethod
    def decode(cls, data: bytes) -> AggregateShareReq:
        """Read a whole one; DecodeError."""
        reader = Reader(data, "AggregateShareReq")
        request = cls(
            CollectionJobReq.read(reader),
            BatchSelector.read(reader),
            reader.u64(),
            reader.fixed(CHECKSUM_SIZE),
        )
        reader.end()
        return request


class AggregateShare(NamedTuple):
    """The helper's share, sealed to the collector."""

    encrypted_aggregate_share: HpkeCiphertext

    def encode(self) -> bytes:
        """The message's bytes."""
        return self.encrypted_aggregate_share.encode()

    @classmethod
    def decode(cls, data: bytes) -> AggregateShare:
        """Read a whole one; DecodeError."""
        return cls(whole(data, "AggregateShare", HpkeCiphertext.read))
