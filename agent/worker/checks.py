"""Which active checks of the network policy, choice and task allow: an order for `agent.connection.reach`."""

from __future__ import annotations

import ipaddress
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from agent import enrolment
from agent.errors import ShoalError
from agent.policy import require_no_aggregator

if TYPE_CHECKING:
    from agent.env import Env
    from agent.model import Choice
    from agent.policy import Policy


def order(env: Env, policy: Policy, choice: Choice) -> str | None:
    """What to check and how; None: nothing.

    Nothing while the choice measures nothing, without a target, with an aggregator as the target, or where
    it cannot be told who the aggregators are.
    """
    target = policy.value("network_target")
    if target is None or not choice.measures:
        return None
    try:
        urls = aggregators(env, policy)
        require_no_aggregator(policy, urls)
    except ShoalError:
        return None
    lines = [f"target {target}", f"proxy {policy.value('proxy')}"]
    if not policy.value("use_system_trust"):
        lines.append("trust own")
    if policy.value("ca_bundle") is not None:
        lines.append(f"ca {policy.value('ca_bundle')}")
    hosts = sorted({urlsplit(url).hostname or "" for url in urls})
    # To look an aggregator's name up is a trace of its own; who sends leaves that trace anyway, now and then.
    lines += [f"not {host}" for host in hosts if choice.sends or _is_address(host)]
    return "\n".join(lines)


def aggregators(env: Env, policy: Policy) -> list[str]:
    """The URLs of the task's leader and helper, of the newest file and of the one that was agreed to."""
    seen = enrolment.look(env, policy)
    if seen is None:
        return []
    tasks = [task for task in (seen.enrolment.task, seen.enrolment.accepted) if task is not None]
    return [
        url
        for task in tasks
        for url in (task.config.leader_aggregator_endpoint, task.config.helper_aggregator_endpoint)
    ]


def _is_address(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True
