"""What chargers do on their own: the minimum where that is safe for all, else nothing."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from typing import Final

from .network import ROUNDING, has_steps, whole_steps_above
from .phases import NO_CURRENT, PhaseCurrents
from .site import Circuit, Connector, ConnectorId, Site

RISES_AFTER: Final = 900.0
"""Seconds that there must have been room for a higher fallback before it is given."""


def fallback_currents(
    connectors: Iterable[Connector],
    circuits: Mapping[str, Circuit],
    budget: PhaseCurrents,
    chosen: Collection[ConnectorId] | None = None,
    voltage: float = 230.0,
) -> dict[ConnectorId, float]:
    """Return the fallback current of every connector, A per phase.

    Those `chosen` (all, if nobody chose) that can charge at all keep their minimum, rounded
    up to their charger's step, where these together fit `budget` (the safe limit, A per phase)
    and every circuit on every wired phase, and its limit of power; otherwise nobody charges on its own: a
    part of them would be an accident of their order. Only who hangs on a circuit with
    a meter, whose own safe limit is too low, goes without while the others keep
    theirs. Raises KeyError where a circuit is missing.
    """
    everyone = list(connectors)
    paths = {c.id: _path(c.circuit, circuits) for c in everyone}
    minimum = {c.id: whole_steps_above(c.minimum, c.step) for c in everyone}
    keeping = [c for c in everyone if (chosen is None or c.id in chosen) and has_steps(c)]
    # From the outlets up: who goes without further down needs nothing above.
    for circuit in sorted(circuits.values(), key=lambda one: -len(_path(one.id, circuits))):
        if circuit.meter is not None:
            per_circuit = _sums(keeping, paths, minimum)
            bound = circuit.meter.safe_limit.lowest(circuit.capacity)
            if not _within(per_circuit.get(circuit.id, NO_CURRENT), bound):
                keeping = [c for c in keeping if circuit.id not in paths[c.id]]
    per_circuit = _sums(keeping, paths, minimum)
    total = NO_CURRENT
    for connector in keeping:
        total = total.plus(PhaseCurrents.on(connector.wired_phases, minimum[connector.id]))
    fit = _within(total, budget) and all(
        _within(current, circuits[circuit].capacity)
        and sum(current) * voltage <= circuits[circuit].power_capacity + ROUNDING
        for circuit, current in per_circuit.items()
    )
    kept = {connector.id for connector in keeping} if fit else set()
    return {c.id: minimum[c.id] if c.id in kept else 0.0 for c in everyone}


def _path(circuit: str, circuits: Mapping[str, Circuit]) -> tuple[str, ...]:
    path = [circuit]
    while (parent := circuits[path[-1]].parent) is not None:
        path.append(parent)
    return tuple(path)


def _sums(
    connectors: Iterable[Connector],
    paths: Mapping[ConnectorId, tuple[str, ...]],
    minimum: Mapping[ConnectorId, float],
) -> dict[str, PhaseCurrents]:
    """What they take together on every circuit, A."""
    sums: dict[str, PhaseCurrents] = {}
    for connector in connectors:
        current = PhaseCurrents.on(connector.wired_phases, minimum[connector.id])
        for circuit in paths[connector.id]:
            sums[circuit] = sums.get(circuit, NO_CURRENT).plus(current)
    return sums


def _within(currents: PhaseCurrents, bound: PhaseCurrents) -> bool:
    return all(mine <= its + ROUNDING for mine, its in zip(currents, bound, strict=True))


class SteadyFallbacks:
    """Fallbacks fall at once and rise late.

    Chargers keep them in memory that wears. An automation that moves a limit up
    and down, with the sun or the price, must not write them each time.
    """

    def __init__(self) -> None:
        """Nobody has one yet; the first that is found counts at once."""
        self._kept: dict[ConnectorId, float] = {}
        self._room_since: dict[ConnectorId, float] = {}

    def applied(self, site: Site, now: float) -> Site:
        """Return `site` with steady fallbacks; `now` in monotonic seconds."""
        connectors = site.connectors
        for gone in self._kept.keys() - connectors.keys():
            del self._kept[gone]
            self._room_since.pop(gone, None)
        for id_, connector in connectors.items():
            kept = self._kept.get(id_)
            if kept is None or connector.fallback <= kept:
                self._keep(id_, connector.fallback)
            elif 0.0 < kept < connector.minimum:
                self._keep(id_, 0.0)
            elif now >= self._room_since.setdefault(id_, now) + RISES_AFTER:
                self._keep(id_, connector.fallback)
        if all(self._kept[id_] == one.fallback for id_, one in connectors.items()):
            return site
        return replace(
            site,
            connectors={
                id_: replace(one, fallback=self._kept[id_]) for id_, one in connectors.items()
            },
        )

    def _keep(self, id_: ConnectorId, fallback: float) -> None:
        self._kept[id_] = fallback
        self._room_since.pop(id_, None)

    def is_rising(self, now: float) -> bool:
        """Whether `applied` would raise one at `now`, if the site is as it was."""
        return any(now >= since + RISES_AFTER for since in self._room_since.values())
