"""The OCPP 1.6J central system: chargers connect to it, it keeps their limits.

Start reading at `server` (who may connect), then `charge_point` (one charger),
`v16` (the messages), `sessions` (transactions and values), `link` and `calls`
(one socket), `frames` (bytes).
"""
