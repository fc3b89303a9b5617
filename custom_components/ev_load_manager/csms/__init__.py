"""The OCPP central system: chargers connect to it, it keeps their limits.

Start reading at `server` (who may connect), then `charge_point/charge_point` (one
charger), `v16/dialect` (how a version asks and answers), `limits/charger_limits` (its
limits), `transport/connection` and `transport/calls` (one socket).
"""
