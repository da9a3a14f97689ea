from __future__ import annotations

from collections.abc import Callable

import pytest

from agent.probes.host import Absent
from agent.probes.host.windows import products
from agent.probes.host.windows.recorded import Recorded
from catalogue.load import load
from catalogue.model import Slot

SLOTS = {metric.slot.id: metric.slot for metric in load(None).metrics if metric.slot is not None}
FIREFOX: Slot = SLOTS["firefox"]


def test_when_the_version_that_is_here_came(laptop: Recorded, desktop: Recorded) -> None:
    assert products.updated(laptop, FIREFOX) == 1_762_862_400.0
    assert products.updated(laptop, SLOTS["edge"]) == 1_761_912_000.0, "from the list of 32-bit programs"
    assert products.updated(desktop, SLOTS["chrome"]) == 1_763_035_200.0, "from the person's own list"


def test_a_like_name_of_another_publisher_is_not_it(desktop: Recorded) -> None:
    with pytest.raises(Absent, match="Mozilla Firefox is not installed"):
        products.updated(desktop, FIREFOX)


def test_another_product_of_the_publisher_is_not_it(changed: Callable[..., Recorded]) -> None:
    other = changed("laptop", "registry.reg", ('"Mozilla Firefox (x64 de)"', '"Mozilla Maintenance Service"'))
    with pytest.raises(Absent):
        products.updated(other, FIREFOX)


@pytest.mark.parametrize(
    "part", ['"DisplayName"="Mozilla Firefox (x64 de)"\r\n', '"Publisher"="Mozilla"\r\n']
)
def test_an_entry_without_name_or_publisher_is_nobody_s(changed: Callable[..., Recorded], part: str) -> None:
    with pytest.raises(Absent):
        products.updated(changed("laptop", "registry.reg", (part, "")), FIREFOX)


@pytest.mark.parametrize(
    ("shown", "is_it"),
    [
        ("Mozilla Firefox", True),
        ("Mozilla Firefox ESR (x64 en-US)", True),
        ("Mozilla Firefox Nightly", False),
        ("Mozilla Firefoxes", False),
    ],
)
def test_a_longer_name_is_another_product(changed: Callable[..., Recorded], shown: str, is_it: bool) -> None:
    """The updater of a browser is written anew each day, the browser is not."""
    found = changed("laptop", "registry.reg", ('"Mozilla Firefox (x64 de)"', f'"{shown}"'))
    if is_it:
        assert products.updated(found, FIREFOX) == 1_762_862_400.0
    else:
        with pytest.raises(Absent):
            products.updated(found, FIREFOX)
