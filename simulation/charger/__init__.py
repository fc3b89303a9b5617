"""Simulated chargers: real OCPP clients with cars that can be plugged in."""
