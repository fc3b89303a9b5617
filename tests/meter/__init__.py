"""Meters, read through Home Assistant as it is."""
