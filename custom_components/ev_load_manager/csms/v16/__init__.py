"""OCPP 1.6: what a charger's messages mean."""
