"""The messages of OCPP 1.6."""
