from __future__ import annotations

import pytest

from agent.probes.host import Absent
from tests.unit.agent.probes.fake_host import Subject


@pytest.mark.parametrize("subject", ["disk_encryption", "firewall", "secure_boot"])
def test_classes_as_the_host_tells_them(subject: str) -> None:
    id = f"endpoint.{subject}"
    classes = ["on", "off"] if subject == "secure_boot" else ["on", "partial", "off"]
    for index, name in enumerate(classes):
        assert Subject("security", **{subject: name}).sample(id) == index
    assert Subject("security", **{subject: Absent("not told")}).reason(id) == "not told"
    assert Subject("security", **{subject: "maybe"}).sample(id) is None
