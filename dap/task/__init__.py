"""The agreement that every party binds into what it encrypts, and the file that both operators sign."""

from dap.errors import TaskRefused
from dap.task.agreement import Operator, Task, fingerprint
from dap.task.caution import TaskWarning
from dap.task.configuration import (
    SumVecConfiguration,
    TaskConfiguration,
    is_loopback,
    require_url,
)
from dap.task.info import Mechanism, TaskInfo, rho_of
from dap.task.limits import DAY, check_limits, differences, summary, widened
from dap.task.odds import Chance, Odds, epsilon, odds, of_100, releases_a_year, right
from dap.task.signed import SignedTask

__all__ = [
    "DAY",
    "Chance",
    "Mechanism",
    "Odds",
    "Operator",
    "SignedTask",
    "SumVecConfiguration",
    "Task",
    "TaskConfiguration",
    "TaskInfo",
    "TaskRefused",
    "TaskWarning",
    "check_limits",
    "differences",
    "epsilon",
    "fingerprint",
    "is_loopback",
    "odds",
    "of_100",
    "releases_a_year",
    "require_url",
    "rho_of",
    "right",
    "summary",
    "widened",
]
