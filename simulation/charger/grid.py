"""Three phase currents, and which grid phase feeds which terminal of a charger.

The simulation keeps its own words for this, so that a mistake in the
integration's arithmetic can't hide by being made twice.
"""

from collections.abc import Iterable, Sequence

type Currents = tuple[float, float, float]
"""Amperes on the grid's L1, L2 and L3; positive is import."""

type Wiring = tuple[int, ...]
"""Grid phase (0 to 2) on the charger's own L1, L2, L3; one entry: a one-phase charger."""

L1, L2, L3 = 0, 1, 2
PHASE_NAMES = ("L1", "L2", "L3")
NOTHING: Currents = (0.0, 0.0, 0.0)
THREE_PHASES: Wiring = (L1, L2, L3)
VOLTAGE = 230.0
"""Volts between a phase and neutral; the simulated grid is stiff."""


def total(currents: Iterable[Currents]) -> Currents:
    """Sum, phase by phase."""
    a = b = c = 0.0
    for one, two, three in currents:
        a += one
        b += two
        c += three
    return (a, b, c)


def on_grid(wiring: Wiring, terminals: Sequence[float]) -> Currents:
    """Currents on a charger's terminals, as the phases of the grid see them (A)."""
    grid = [0.0, 0.0, 0.0]
    for phase, amperes in zip(wiring, terminals, strict=False):
        grid[phase] += amperes
    return (grid[0], grid[1], grid[2])


def same(amperes: float) -> Currents:
    """The same current on every phase."""
    return (amperes, amperes, amperes)
