"""Tests that load Qt, drawn offscreen."""
