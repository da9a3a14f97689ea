"""Mirrors agent.connection."""
