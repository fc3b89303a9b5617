"""What chargers do on their own: the minimum where that is safe for all, else nothing."""

from collections.abc import Collection, Iterable, Mapping

from .layout import whole_steps_above
from .phases import NO_CURRENT, PhaseCurrents
from .site import Circuit, Connector, ConnectorId


def fallback_currents(
    connectors: Iterable[Connector],
    circuits: Mapping[str, Circuit],
    budget: PhaseCurrents,
    chosen: Collection[ConnectorId] | None = None,
) -> dict[ConnectorId, float]:
    """Return the fallback current of every connector, A per phase.

    Those `chosen` (all, if nobody chose) keep their minimum, rounded up to their
    charger's step, where these together fit `budget` (the safe limit, A per phase)
    and every circuit on every wired phase; otherwise nobody charges on its own: a
    part of them would be an accident of their order. Raises KeyError where a circuit is missing.
    """
    everyone = list(connectors)
    minimum = {c.id: whole_steps_above(c.minimum, c.step) for c in everyone}
    keeping = [c for c in everyone if chosen is None or c.id in chosen]
    total = NO_CURRENT
    per_circuit = dict.fromkeys(circuits, NO_CURRENT)
    for connector in keeping:
        current = PhaseCurrents.on(connector.wired_phases, minimum[connector.id])
        total = total.plus(current)
        here: str | None = connector.circuit
        while here is not None:
            per_circuit[here] = per_circuit[here].plus(current)
            here = circuits[here].parent
    fit = _within(total, budget) and all(
        _within(current, circuits[circuit].capacity) for circuit, current in per_circuit.items()
    )
    kept = {connector.id for connector in keeping} if fit else set()
    return {c.id: minimum[c.id] if c.id in kept else 0.0 for c in everyone}


def _within(currents: PhaseCurrents, bound: PhaseCurrents) -> bool:
    return all(mine <= its + 1e-6 for mine, its in zip(currents, bound, strict=True))
