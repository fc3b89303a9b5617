"""Tests of those who judge: a judge that finds nothing wrong is none."""
