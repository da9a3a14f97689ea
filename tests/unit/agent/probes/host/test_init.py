from __future__ import annotations

import sys

import pytest

from agent.probes.host import Absent, Host, this_host

HOSTS = {"linux": "LinuxHost", "win32": "WindowsHost", "darwin": "MacHost"}


def test_where_no_probes_are_written_it_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "plan9")
    with pytest.raises(Absent, match="no probes for plan9"):
        this_host()


@pytest.mark.parametrize("platform", HOSTS)
def test_each_platforms_host_answers_all_that_probes_may_ask(
    platform: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """That they are there; what they say on Windows and macOS is tested on recordings only."""
    monkeypatch.setattr(sys, "platform", platform)
    wrapped: list[object] = []

    def around(system: object) -> object:
        wrapped.append(system)
        return system

    host = this_host(around)
    assert type(host).__name__ == HOSTS[platform]
    assert [type(system).__name__ for system in wrapped] == ["System"]
    for name in vars(Host):
        if not name.startswith("_"):
            assert callable(getattr(host, name)), name
