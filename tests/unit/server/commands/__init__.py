"""Tests of the command line `shoal-server`."""
