"""Programs that answer; those that hang or leave children behind are in the test_child of each system."""

from __future__ import annotations

import os

import pytest

from agent.probes.host import Absent
from agent.probes.host.programs import begun, end


def test_one_in_a_group_of_its_own_with_nothing_but_what_it_is_given() -> None:
    process = begun(["/bin/sh", "-c", 'cat; echo "$A $HOME"; echo aside >&2'], {"A": "b"}, "nothing")
    try:
        assert os.getpgid(process.pid) == process.pid
        assert process.communicate(timeout=20)[0] == b"b \n"
    finally:
        end(process)
    assert process.returncode == 0


def test_one_that_is_not_there() -> None:
    with pytest.raises(Absent, match="there is no such thing"):
        begun(["/nowhere/thing"], {}, "there is no such thing")


def test_ending_twice_or_after_its_end_is_harmless() -> None:
    process = begun(["/bin/sleep", "60"], {}, "nothing")
    end(process)
    end(process)
    assert process.returncode == -9
    with pytest.raises(ProcessLookupError):
        os.kill(process.pid, 0)
    done = begun(["/bin/true"], {}, "nothing")
    done.wait(20)
    end(done)
    assert done.returncode == 0
