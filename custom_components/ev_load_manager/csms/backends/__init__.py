"""A charger's other central systems, of OCPP 1.6: it dials us, and we dial them as if we were it.

`relay` is what its socket hears of, `backend` one of them with its link, `outbox` what is still
to be told, `delivery` how, `orders` what it asks, `profiles` its limits, and `keys` its copy of
what is ours.
"""
