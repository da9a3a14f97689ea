from __future__ import annotations

import pytest

from agent.probes.host import Absent
from tests.unit.agent.probes.fake_host import DAY, NOW, Subject


@pytest.mark.parametrize("subject", ["disk_encryption", "firewall", "secure_boot"])
def test_classes_as_the_host_tells_them(subject: str) -> None:
    id = f"endpoint.{subject}"
    classes = ["on", "off"] if subject == "secure_boot" else ["on", "partial", "off"]
    for index, name in enumerate(classes):
        assert Subject("security", **{subject: name}).sample(id) == index
    assert Subject("security", **{subject: Absent("not told")}).reason(id) == "not told"
    assert Subject("security", **{subject: "maybe"}).sample(id) is None


AGE = "endpoint.antimalware_age"


@pytest.mark.parametrize(("ago", "days"), [(3 * DAY, 3.0), (DAY / 2, 0.5), (-DAY / 2, 0.0)])
def test_the_age_of_what_is_known_of_malware(ago: float, days: float) -> None:
    assert Subject("security", protection_renewed=NOW - ago).reading(AGE).samples[AGE] == days


def test_an_age_that_lies_far_ahead_is_not_believed() -> None:
    assert "contradict" in Subject("security", protection_renewed=NOW + 2 * DAY).reason(AGE)
    assert Subject("security", protection_renewed=Absent("not told")).reason(AGE) == "not told"
