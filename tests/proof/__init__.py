"""Slow and thorough tests, run by `make proof`."""
