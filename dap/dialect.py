"""Where a peer speaks otherwise than the draft: one frozen description per kind of peer.

Janus (main of August 2026) implements an earlier shape of some messages and resources of
draft-ietf-ppm-dap-18. Nothing else in this package asks who the peer is.
"""

from __future__ import annotations

from typing import NamedTuple
from urllib.parse import urljoin, urlsplit

from dap.constants import ReportError
from dap.errors import DecodeError


class Dialect(NamedTuple):
    """How a peer differs. All fields False and 11 is the draft itself."""

    name: str
    client_names_jobs: bool
    """Jobs are made by PUT to …/{16-byte id of the requester's choice}, not by POST and Location."""
    partial_batch_selector: bool
    """AggregationJobInitReq carries a PartialBatchSelector where the draft has extensions."""
    counted_lists: bool
    """Lists in aggregation messages are behind a u32 length, not up to the end of the body."""
    outdated_config: ReportError
    """What an upload sealed to an unknown HPKE key is answered with."""
    empty_task_info: bool
    """task_info may be empty (0..255 bytes rather than 1..255)."""
    refuses_small_batches: bool
    """A batch below the minimum is refused at once with invalidBatchSize, rather than waited for."""
    bare_locations: bool
    """Location begins at /tasks/…, without the path of the aggregator's own URL before it."""

    @property
    def report_errors(self) -> frozenset[ReportError]:
        """The errors that this peer knows how to read."""
        if self.outdated_config is ReportError.OUTDATED_CONFIG:
            return frozenset(ReportError)
        return frozenset(ReportError) - {ReportError.OUTDATED_CONFIG}

    def locate(self, aggregator: str, location: str) -> str:
        """The absolute URL of a resource, from an aggregator's URL and a Location header.

        DecodeError if it leads to another origin: requests carry a bearer token, which must not travel there.
        """
        base = aggregator.rstrip("/")
        try:
            if self.bare_locations and location.startswith("/tasks/"):
                target = base + location
            else:
                target = urljoin(base + "/", location)
            there, here = urlsplit(target), urlsplit(base)
            same = (there.scheme, there.hostname, there.port) == (here.scheme, here.hostname, here.port)
        except ValueError:
            raise DecodeError("Location is not a URL") from None
        if not same or there.username is not None or there.fragment:
            raise DecodeError("Location leads away from the aggregator")
        return target


DAP18 = Dialect(
    name="dap-18",
    client_names_jobs=False,
    partial_batch_selector=False,
    counted_lists=False,
    outdated_config=ReportError.OUTDATED_CONFIG,
    empty_task_info=False,
    refuses_small_batches=False,
    bare_locations=False,
)
"""The draft as written: our own aggregators."""

JANUS = Dialect(
    name="janus",
    client_names_jobs=True,
    partial_batch_selector=True,
    counted_lists=True,
    outdated_config=ReportError.HPKE_UNKNOWN_CONFIG_ID,
    empty_task_info=True,
    refuses_small_batches=True,
    bare_locations=True,
)
"""Janus as aggregator."""

DIALECTS = {dialect.name: dialect for dialect in (DAP18, JANUS)}


def resource(aggregator: str, *segments: str) -> str:
    """The URL of a resource below an aggregator's URL, which may or may not end with a slash."""
    return "/".join((aggregator.rstrip("/"), *segments))
