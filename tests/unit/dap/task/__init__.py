"""Tests of the task and its file."""
