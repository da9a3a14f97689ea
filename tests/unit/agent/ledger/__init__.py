"""Mirrors agent.ledger."""
