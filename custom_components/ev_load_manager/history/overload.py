"""Whether a phase of a circuit has been above its limit for longer than cars need to follow.

The grid connection is judged by its meter, as is a feeder with one of its own, and
every other circuit by what its chargers measured.
"""

from collections.abc import Iterator, Mapping
from typing import Final

from ..balancing.phases import Phase, PhaseCurrents
from ..balancing.readings import ConnectorReading, Readings
from ..balancing.reserve import is_empty
from ..balancing.site import Site

LASTING: Final = 10.0
"""Seconds above the limit that are no overload yet: cars come down after a step of the house."""
TOLERANCE: Final = 0.5
"""A by which meters and chargers differ about the same current."""

type Place = tuple[str, Phase]
"""A phase of a circuit."""


class OverloadWatch:
    """Looks at every step of a group."""

    def __init__(self) -> None:
        self._since: dict[Place, float] = {}
        self._overloaded: tuple[Place, ...] = ()

    @property
    def overloaded(self) -> Mapping[str, tuple[Phase, ...]]:
        """The phases that are, by circuit."""
        found: dict[str, tuple[Phase, ...]] = {}
        for circuit, phase in self._overloaded:
            found[circuit] = (*found.get(circuit, ()), phase)
        return found

    def update(self, site: Site, readings: Readings, now: float) -> None:
        """Look at how it is at `now` (monotonic seconds)."""
        above = set(_above(site, readings, now))
        self._since = {place: self._since.get(place, now) for place in above}
        self._overloaded = tuple(
            place for place in sorted(above) if now - self._since[place] > LASTING
        )


def _above(site: Site, readings: Readings, now: float) -> Iterator[Place]:
    """Every phase that carries more than it may."""
    for circuit_id, currents in _currents(site, readings, now).items():
        circuit = site.circuits[circuit_id]
        # With balancing off people have given up their own limit, not the fuse.
        limit = circuit.capacity if site.balancing else circuit.bound
        for phase in Phase:
            if currents[phase] > limit[phase] + TOLERANCE:
                yield circuit_id, phase


def _currents(site: Site, readings: Readings, now: float) -> dict[str, PhaseCurrents]:
    """What flows through every circuit as far as that is known, A."""
    found = dict.fromkeys(site.circuits, PhaseCurrents.same(0.0))
    for connector in site.connectors.values():
        reading = readings.connectors.get(connector.id)
        drawn = None if reading is None else _drawn(reading)
        if drawn is not None:
            for circuit in site.path(connector.circuit):
                found[circuit] = found[circuit].plus(drawn)
    if site.grid is not None:
        # Chargers alone say nothing about a connection that feeds a house, too.
        del found[site.grid]
    for circuit_id, told in readings.meters.items():
        metered = site.circuits[circuit_id].meter if circuit_id in site.circuits else None
        if metered is not None and now - told.at < metered.timeout:
            found[circuit_id] = told.currents
    return found


def _drawn(reading: ConnectorReading) -> PhaseCurrents | None:
    """What a connector draws; None where that is not known."""
    sample, offer = reading.sample, reading.offer
    if sample is None or sample.currents is None or is_empty(reading):
        return None
    if offer.accepted is None or offer.accepted_at is None or sample.at >= offer.accepted_at:
        return sample.currents
    # The sample is older than the limit, which has to be taken for kept until the next one.
    return sample.currents.lowest(PhaseCurrents.same(offer.accepted))
