from __future__ import annotations

import pytest

from agent.probes.host.recorded import Answers

TABLE = {
    "boot_time": 5,
    "cpu_times": {"user": 1.0, "idle": 2.0},
    "virtual_memory": {"total": 8, "available": 4},
    "disk_usage": {"C:\\": {"used": 6, "free": 4}},
    "disk_io_counters": {"sda": {"read_count": 1}},
    "net_io_counters": {"Ethernet 2": {"errin": 3}},
}


def test_answers_have_psutil_s_shape() -> None:
    answers = Answers(TABLE)
    assert answers.boot_time() == 5.0
    assert answers.cpu_times().idle == 2.0
    assert answers.virtual_memory().available == 4
    assert answers.disk_usage("C:\\").free == 4
    assert answers.disk_io_counters(perdisk=True, nowrap=False)["sda"].read_count == 1
    assert answers.net_io_counters(pernic=True, nowrap=False)["Ethernet 2"].errin == 3


def test_what_was_not_recorded_fails_as_psutil_does() -> None:
    answers = Answers({})
    for ask in (answers.boot_time, answers.cpu_times, answers.virtual_memory):
        with pytest.raises(NotImplementedError, match="was not recorded"):
            ask()
    with pytest.raises(FileNotFoundError):
        Answers(TABLE).disk_usage("D:\\")
