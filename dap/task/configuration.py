"""DAP's TaskConfiguration (draft 18, section 4.2): the bytes that all parties must hold alike."""

from __future__ import annotations

import ipaddress
from functools import lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import urlsplit

from dap.codec import Reader, Writer, whole
from dap.constants import BATCH_MODE_TIME_INTERVAL, EXTENSION_TASK_INTERVAL, VDAF_PRIO3_SUM_VEC
from dap.dialect import DAP18, Dialect
from dap.errors import DecodeError, TaskRefused
from dap.messages.basic import Extension, Interval, read_extensions, require_known, write_extensions
from dap.task.info import TaskInfo

if TYPE_CHECKING:
    from urllib.parse import SplitResult

    from dap.prio3 import Prio3SumVec


class SumVecConfiguration(NamedTuple):
    """Parameters of Prio3SumVec (draft 18, appendix B.3)."""

    length: int
    max_measurement: int
    chunk_length: int

    def encode(self) -> bytes:
        """The structure's 16 bytes."""
        return Writer().u32(self.length).u64(self.max_measurement).u32(self.chunk_length).done()

    @classmethod
    def read(cls, reader: Reader) -> SumVecConfiguration:
        """Take one off a longer message."""
        return cls(reader.u32(), reader.u64(), reader.u32())


class TaskConfiguration(NamedTuple):
    """One task's parameters. URLs are ASCII text and never altered; time_precision is seconds."""

    task_info: bytes
    leader_aggregator_endpoint: str
    helper_aggregator_endpoint: str
    time_precision: int
    min_batch_size: int
    batch_mode: int
    batch_config: bytes
    vdaf_type: int
    vdaf_configuration: bytes
    extensions: tuple[Extension, ...] = ()

    @classmethod
    def of(
        cls, info: TaskInfo, *, leader: str, helper: str, min_batch_size: int, length: int, chunk_length: int
    ) -> TaskConfiguration:
        """Shoal's kind: time intervals of one period, vectors of zeros and ones."""
        return cls(
            task_info=info.encode(),
            leader_aggregator_endpoint=leader,
            helper_aggregator_endpoint=helper,
            time_precision=info.period,
            min_batch_size=min_batch_size,
            batch_mode=BATCH_MODE_TIME_INTERVAL,
            batch_config=b"",
            vdaf_type=VDAF_PRIO3_SUM_VEC,
            vdaf_configuration=SumVecConfiguration(length, 1, chunk_length).encode(),
        )

    @property
    def info(self) -> TaskInfo:
        """The promises in task_info; DecodeError if they are not Shoal's."""
        return TaskInfo.decode(self.task_info)

    @property
    def sum_vec(self) -> SumVecConfiguration:
        """The VDAF's parameters; DecodeError if it is not Prio3SumVec."""
        if self.vdaf_type != VDAF_PRIO3_SUM_VEC:
            raise DecodeError("TaskConfiguration: the VDAF is not Prio3SumVec")
        return whole(self.vdaf_configuration, "Prio3SumVecConfig", SumVecConfiguration.read)

    @property
    def task_interval(self) -> Interval | None:
        """When reports may be made, if the task says so (section 4.2.3); DecodeError."""
        for kind, data in self.extensions:
            if kind == EXTENSION_TASK_INTERVAL:
                return Interval.decode(data)
        return None

    def terms(self) -> dict[str, Any]:
        """What it says, as plain data for people (seconds, fractions as text, digits); DecodeError."""
        info = self.info
        return {
            "leader_url": self.leader_aggregator_endpoint,
            "helper_url": self.helper_aggregator_endpoint,
            "metrics": info.metrics,
            "digest": info.digest.hex(),
            "length": self.sum_vec.length,
            "period": info.period,
            "grace": info.grace,
            "min_batch_size": self.min_batch_size,
            "mechanism": info.mechanism.word,
            "rho": str(info.rho),
            "demo": info.demo,
        }

    def vdaf(self) -> Prio3SumVec:
        """The VDAF, made once per set of parameters; DecodeError, or ParameterError for impossible ones."""
        return _sum_vec(self.sum_vec)

    def encode(self, dialect: Dialect = DAP18) -> bytes:
        """The structure's bytes; EncodeError if a value does not fit."""
        writer = Writer().vector(self.task_info, 1, least=0 if dialect.empty_task_info else 1)
        for url in (self.leader_aggregator_endpoint, self.helper_aggregator_endpoint):
            writer.vector(_ascii(url), 2, least=1)
        writer.u64(self.time_precision).u64(self.min_batch_size)
        writer.u8(self.batch_mode).vector(self.batch_config, 2)
        writer.u32(self.vdaf_type).vector(self.vdaf_configuration, 2)
        return write_extensions(writer, self.extensions).done()

    @classmethod
    def decode(cls, data: bytes, dialect: Dialect = DAP18) -> TaskConfiguration:
        """Read a whole one; DecodeError, also for extensions out of order or of unknown type."""
        reader = Reader(data, "TaskConfiguration")
        configuration = cls(
            reader.vector(1, least=0 if dialect.empty_task_info else 1),
            _url(reader),
            _url(reader),
            reader.u64(),
            reader.u64(),
            reader.u8(),
            reader.vector(2),
            reader.u32(),
            reader.vector(2),
            read_extensions(reader),
        )
        reader.end()
        require_known(configuration.extensions, (EXTENSION_TASK_INTERVAL,))
        return configuration


@lru_cache(maxsize=8)
def _sum_vec(parameters: SumVecConfiguration) -> Prio3SumVec:
    from dap.prio3 import Prio3SumVec  # at first use: whoever only reads a task needs no hash of it

    return Prio3SumVec(*parameters)


def _ascii(url: str) -> bytes:
    try:
        return url.encode("ascii")
    except UnicodeEncodeError:
        raise TaskRefused("url", "an aggregator's URL is not ASCII") from None


def _url(reader: Reader) -> str:
    data = reader.vector(2, least=1)
    try:
        return data.decode("ascii")
    except UnicodeDecodeError:
        raise reader.fail("a URL is not ASCII") from None


def require_url(url: str, field: str) -> None:
    """Refuse an aggregator's URL that is not https (or http on loopback) with a plain host; TaskRefused.

    No user, query, fragment, blank or backslash; a path is allowed, dots that climb in it are not.
    """
    parts = _split(url, field)
    if parts.scheme not in ("https", "http") or not parts.hostname:
        raise TaskRefused(field, "is not an https URL")
    if parts.username is not None or parts.password is not None or "@" in parts.netloc:
        raise TaskRefused(field, "names a user")
    if "?" in url or "#" in url:
        raise TaskRefused(field, "has a query or a fragment")
    if not url.isascii() or not url.isprintable() or " " in url or "\\" in url or "%" in url:
        raise TaskRefused(field, "holds a character that URLs of a task may not hold")
    if {".", ".."} & set(parts.path.split("/")):
        raise TaskRefused(field, "has a path that climbs")
    if parts.scheme == "http" and not is_loopback(parts.hostname):
        raise TaskRefused(field, "is plain http, which is accepted on loopback only")


def is_loopback(host: str) -> bool:
    """Whether a host name or address is this machine's own: localhost, 127.0.0.0/8 or ::1."""
    if host.lower() == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _split(url: str, field: str) -> SplitResult:
    try:
        parts = urlsplit(url)
        _ = parts.port, parts.hostname
    except ValueError:
        raise TaskRefused(field, "is not a URL") from None
    return parts
