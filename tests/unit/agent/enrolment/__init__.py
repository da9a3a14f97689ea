"""Mirrors agent.enrolment."""
