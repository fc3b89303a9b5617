"""The actions (services): what was recorded, temporary limits, OCPP."""
