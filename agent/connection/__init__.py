"""The agent's one door to IP."""

from agent.connection.client import LARGEST_ANSWER, Answer, Connection
from agent.connection.journey import Step, Unanswered

__all__ = ["LARGEST_ANSWER", "Answer", "Connection", "Step", "Unanswered"]
