"""Breaks everything that can break, one thing at a time, and looks what comes of it.

`script/faults` runs the faults of `table` against a real Home Assistant, real
sockets and the simulated site, and judges by the true currents: was the limit
exceeded for longer than the bound, was everything well again afterwards, and was
anything lost on the way.
"""
