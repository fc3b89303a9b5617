"""Whether a meter that answers measures anything.

An inverter or gateway goes on answering for a meter that has died or was taken
away, with zeros or with ones everywhere. A grid connection has a voltage.
"""

from collections.abc import Iterable, Sequence
from typing import Final

LIVE_VOLTAGE: Final = (80.0, 300.0)
"""V between a phase and neutral; also of a delta grid of 3 x 230 V, whose neutral a meter
makes up (133 V), or whose lines it calls phases."""
CURRENT_AT_REST: Final = 0.1
"""A that some phase of a building carries at least, also at night."""
POWER_AT_REST: Final = 10.0
"""W that a building takes at least: chargers that wait, and Home Assistant itself."""
_FILLS: Final = frozenset({0x0000, 0xFFFF, 0x8000, 0x7FFF})
"""What stands in every register where nothing was ever measured."""


def is_dead(
    voltages: Sequence[float | None], flows: Iterable[float | None], *, transformed: bool
) -> bool:
    """Whether no phase has a voltage that a living meter could show.

    `voltages` are those of the phases in use as far as they are known, `flows` the
    currents and powers told with them. `transformed`: they are the primary side of a
    voltage transformer, which has no usual height.
    """
    known = [abs(voltage) for voltage in voltages if voltage is not None]
    if not known:
        return False
    lowest, highest = LIVE_VOLTAGE
    if any(lowest <= voltage and (transformed or voltage <= highest) for voltage in known):
        return False
    # A meter for three wires has no neutral to measure to, and some leave these at zero.
    return any(known) or not any(flows)


def may_be_dead(flows: Iterable[float | None], words: Iterable[int]) -> bool:
    """Whether what stands in registers is what nothing measured: nothing, or one word all over."""
    distinct = set(words)
    return not any(flows) or (len(distinct) == 1 and distinct <= _FILLS)
