"""Reads what is stored, and the files that meters and charger models are described in."""
