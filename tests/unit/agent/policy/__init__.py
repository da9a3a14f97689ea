"""Mirrors agent.policy."""
