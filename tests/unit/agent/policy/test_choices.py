"""The matrix of choice and policy, each cell."""

from __future__ import annotations

import pytest

from agent.errors import Declined
from agent.model import Choice
from agent.policy import Policy, Set, allowed, effective, merge, require_allowed, require_withholding

OFF, LOCAL, SHARE, QUIET = Choice
FIT = [Set("contact", "the council", "f:1", ""), Set("agreement_url", "https://x", "f:2", "")]


def policy(**values: object) -> Policy:
    return merge([*FIT, *(Set(name, value, "p:1", "") for name, value in values.items())], {})


@pytest.mark.parametrize(
    ("given", "left", "chosen"),
    [
        ({"upload": "off"}, [OFF], {None: OFF, OFF: OFF, LOCAL: OFF, SHARE: OFF, QUIET: OFF}),
        (
            {"upload": "local"},
            [OFF, LOCAL],
            {None: OFF, OFF: OFF, LOCAL: LOCAL, SHARE: LOCAL, QUIET: LOCAL},
        ),
        (
            {"upload": "ask"},
            [OFF, LOCAL, SHARE, QUIET],
            {None: OFF, OFF: OFF, LOCAL: LOCAL, SHARE: SHARE, QUIET: QUIET},
        ),
        (
            {"upload": "ask", "allow_quiet": False},  # means something under required only
            [OFF, LOCAL, SHARE, QUIET],
            {None: OFF, QUIET: QUIET},
        ),
        (
            {"upload": "required"},
            [SHARE, QUIET],
            {None: SHARE, OFF: SHARE, LOCAL: SHARE, SHARE: SHARE, QUIET: QUIET},
        ),
        (
            {"upload": "required", "allow_quiet": False},
            [SHARE],
            {None: SHARE, OFF: SHARE, LOCAL: SHARE, SHARE: SHARE, QUIET: SHARE},
        ),
        (
            {"upload": "required", "machine_kind": "shared"},
            [OFF, LOCAL],
            {None: OFF, SHARE: LOCAL, QUIET: LOCAL},
        ),
        ({"upload": "off", "machine_kind": "shared"}, [OFF], {None: OFF, SHARE: OFF}),
    ],
)
def test_the_matrix(
    given: dict[str, object], left: list[Choice], chosen: dict[Choice | None, Choice]
) -> None:
    found = policy(**given)
    assert list(allowed(found)) == left
    assert {choice: effective(found, choice) for choice in chosen} == chosen
    for choice in Choice:
        if choice in left:
            require_allowed(found, choice)
        else:
            with pytest.raises(Declined, match="p:1"):
                require_allowed(found, choice)


def test_withholding() -> None:
    require_withholding(policy(allow_withhold=False))
    require_withholding(policy(upload="required"))
    with pytest.raises(Declined, match="allow_withhold") as caught:
        require_withholding(policy(upload="required", allow_withhold=False))
    assert caught.value.cure == "Ask the council."
