"""Which task this machine answers: the pinned operators, the accepted task, the one owner."""

from agent.enrolment.enrolment import (
    Enrolment,
    Scope,
    Seen,
    accept,
    check_catalogue,
    enrol_account,
    enrol_machine,
    leave,
    load,
    look,
    read_task_file,
    read_token,
    remember,
    require_token,
)
from agent.enrolment.records import Pins, Record, read_machine_pins, read_record

__all__ = [
    "Enrolment",
    "Pins",
    "Record",
    "Scope",
    "Seen",
    "accept",
    "check_catalogue",
    "enrol_account",
    "enrol_machine",
    "leave",
    "load",
    "look",
    "read_machine_pins",
    "read_record",
    "read_task_file",
    "read_token",
    "remember",
    "require_token",
]
