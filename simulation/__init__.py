"""A site to try the load manager on: chargers, cars, a house and its meter.

The chargers are real OCPP 1.6J clients and the meter a real Modbus server, so
that tests, demo, faults and benchmarks go through the sockets that a real site
uses. Nothing here knows how the current is shared; the only part taken from the
integration is its clock, so that both can run faster by one factor.
"""
