"""Tests of the organisation's side."""
