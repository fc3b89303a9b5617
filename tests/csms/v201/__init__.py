"""Tests of OCPP 2.0.1 and 2.1."""
