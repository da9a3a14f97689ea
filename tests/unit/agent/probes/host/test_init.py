from __future__ import annotations

import sys

import pytest

from agent.probes.host import Absent, Host, this_host


def test_where_no_probes_are_written_it_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "plan9")
    with pytest.raises(Absent, match="no probes for plan9"):
        this_host()


@pytest.mark.skipif(sys.platform != "linux", reason="there is no other host yet")
def test_this_host_answers_all_that_probes_may_ask() -> None:
    host = this_host()
    for name in vars(Host):
        if not name.startswith("_"):
            assert callable(getattr(host, name)), name
