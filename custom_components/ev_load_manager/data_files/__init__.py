"""Reads the files that meters and charger models are described in."""
