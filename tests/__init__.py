"""Tests of EV Load Manager."""
