from __future__ import annotations

from dap import task


def test_everything_about_tasks_is_offered() -> None:
    for name in task.__all__:
        assert hasattr(task, name), name
    assert {"SignedTask", "Task", "TaskConfiguration", "TaskInfo", "check_limits", "widened"} <= set(
        task.__all__
    )
