"""Chargers that speak OCPP 2.0.1 or 2.1, written from the specification alone."""
