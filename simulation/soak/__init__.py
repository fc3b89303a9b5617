"""A week in the life of a garage with a hundred chargers, in which something always breaks.

`python -m simulation.soak --help`
"""
