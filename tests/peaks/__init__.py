"""Tests of the mean power of windows."""
