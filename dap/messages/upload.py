"""A report and what is said about it on upload (draft 18, section 4.4)."""

from __future__ import annotations

from typing import NamedTuple

from dap.codec import Reader, Writer, joined, whole
from dap.constants import REPORT_ID_SIZE, ReportError, Role
from dap.dialect import DAP18, Dialect
from dap.hpke import HpkeCiphertext
from dap.messages.basic import Extension, read_extensions, write_extensions


class ReportMetadata(NamedTuple):
    """What everybody may know of a report: its id, its period's number, public extensions."""

    report_id: bytes
    time: int
    public_extensions: tuple[Extension, ...] = ()

    def encode(self) -> bytes:
        """The structure's bytes: 26 without extensions."""
        writer = Writer().fixed(self.report_id, REPORT_ID_SIZE).u64(self.time)
        return write_extensions(writer, self.public_extensions).done()

    @classmethod
    def read(cls, reader: Reader) -> ReportMetadata:
        """Take one off a longer message."""
        return cls(reader.fixed(REPORT_ID_SIZE), reader.u64(), read_extensions(reader))

    @classmethod
    def decode(cls, data: bytes) -> ReportMetadata:
        """Read a whole one; DecodeError."""
        return whole(data, "ReportMetadata", cls.read)


class ReportShare(NamedTuple):
    """One aggregator's half of a report, still sealed (section 4.5.3)."""

    report_metadata: ReportMetadata
    public_share: bytes
    encrypted_input_share: HpkeCiphertext

    def encode(self) -> bytes:
        """The structure's bytes."""
        writer = Writer().raw(self.report_metadata.encode()).vector(self.public_share, 4)
        return writer.raw(self.encrypted_input_share.encode()).done()

    @classmethod
    def read(cls, reader: Reader) -> ReportShare:
        """Take one off a longer message."""
        return cls(ReportMetadata.read(reader), reader.vector(4), HpkeCiphertext.read(reader))

    @classmethod
    def decode(cls, data: bytes) -> ReportShare:
        """Read a whole one; DecodeError."""
        return whole(data, "ReportShare", cls.read)


class Report(NamedTuple):
    """A measurement, split and sealed: what leaves a device."""

    report_metadata: ReportMetadata
    public_share: bytes
    leader_encrypted_input_share: HpkeCiphertext
    helper_encrypted_input_share: HpkeCiphertext

    def share(self, role: Role) -> ReportShare:
        """The leader's or the helper's half."""
        sealed = {
            Role.LEADER: self.leader_encrypted_input_share,
            Role.HELPER: self.helper_encrypted_input_share,
        }[role]
        return ReportShare(self.report_metadata, self.public_share, sealed)

    def encode(self) -> bytes:
        """The structure's bytes."""
        return (
            Writer()
            .raw(self.share(Role.LEADER).encode())
            .raw(self.helper_encrypted_input_share.encode())
            .done()
        )

    @classmethod
    def read(cls, reader: Reader) -> Report:
        """Take one off a longer message."""
        return cls(*ReportShare.read(reader), HpkeCiphertext.read(reader))

    @classmethod
    def decode(cls, data: bytes) -> Report:
        """Read a whole one; DecodeError."""
        return whole(data, "Report", cls.read)


class UploadRequest(NamedTuple):
    """Reports one after the other, up to the end of the body."""

    reports: tuple[Report, ...]

    def encode(self) -> bytes:
        """The message's bytes."""
        return joined(report.encode() for report in self.reports)

    @classmethod
    def decode(cls, data: bytes) -> UploadRequest:
        """Read a whole one; DecodeError."""
        return cls(Reader(data, "UploadRequest").items(Report.read))


def read_report_error(reader: Reader, dialect: Dialect) -> ReportError:
    """One error code that the dialect knows."""
    code = reader.u8()
    if code not in dialect.report_errors:
        raise reader.fail(f"{code} is no report error")
    return ReportError(code)


class ReportUploadStatus(NamedTuple):
    """Why one report of an upload was refused."""

    report_id: bytes
    error: ReportError


class UploadErrors(NamedTuple):
    """The refused reports of an upload, in the request's order; whoever is not named was not refused."""

    status: tuple[ReportUploadStatus, ...]

    def encode(self) -> bytes:
        """The message's bytes: 17 for each."""
        writer = Writer()
        for report_id, error in self.status:
            writer.fixed(report_id, REPORT_ID_SIZE).u8(error)
        return writer.done()

    @classmethod
    def decode(cls, data: bytes, dialect: Dialect = DAP18) -> UploadErrors:
        """Read a whole one; DecodeError, also for an error code that the dialect does not have."""

        def status(reader: Reader) -> ReportUploadStatus:
            return ReportUploadStatus(reader.fixed(REPORT_ID_SIZE), read_report_error(reader, dialect))

        return cls(Reader(data, "UploadErrors").items(status))


class PlaintextInputShare(NamedTuple):
    """What is sealed to one aggregator: extensions for it alone, and the VDAF's input share."""

    private_extensions: tuple[Extension, ...]
    payload: bytes

    def __repr__(self) -> str:
        return f"PlaintextInputShare({len(self.payload)} bytes)"

    def encode(self) -> bytes:
        """The structure's bytes."""
        return write_extensions(Writer(), self.private_extensions).vector(self.payload, 4, least=1).done()

    @classmethod
    def decode(cls, data: bytes) -> PlaintextInputShare:
        """Read a whole one; DecodeError."""
        return whole(
            data,
            "PlaintextInputShare",
            lambda reader: cls(read_extensions(reader), reader.vector(4, least=1)),
        )
