"""Mirrors agent.worker."""
