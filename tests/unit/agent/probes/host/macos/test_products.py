"""Products by their bundles' identifiers."""

from __future__ import annotations

import pytest

from agent.probes.host import Absent
from agent.probes.host.macos import products
from agent.probes.host.macos.recorded import Recorded
from catalogue.load import load


def test_a_product_is_known_by_its_identifier(laptop: Recorded) -> None:
    slots = {m.slot.id: m.slot for m in load(None).metrics if m.slot is not None}
    assert products.updated(laptop, slots["firefox"]) == 1_699_136_000  # the newer of two copies
    with pytest.raises(Absent, match="Microsoft Edge is not installed"):
        products.updated(laptop, slots["edge"])
