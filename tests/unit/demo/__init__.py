"""Tests of the demo's driver."""
