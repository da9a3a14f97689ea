from __future__ import annotations

import pytest

from agent.probes.host.dates import end_of


def test_a_day_ends_with_its_last_second() -> None:
    assert end_of("1970-01-01") == 86_400.0
    assert end_of("2024-02-29") == 1_709_251_200.0


@pytest.mark.parametrize("text", ["", "soon", "2023-02-29"])
def test_what_is_no_day(text: str) -> None:
    with pytest.raises(ValueError):
        end_of(text)
