"""The brain: how much current each car gets, and why.

Pure Python: no Home Assistant, no I/O, no clock and no logging. Values go in,
values come out. Read it in this order: `phases`, `site`, `readings`,
`decision`, `allocation`, `admission`, `demand`, `reserve`, `other_load`,
`safe_limit`, and then `controller` with the parts of its step: `participant`,
`supply`, `targets`, `pacing`.
"""
