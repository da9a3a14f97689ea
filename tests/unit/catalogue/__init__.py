"""Tests of what may be measured."""
