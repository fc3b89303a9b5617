"""From the user's settings to the site that `balancing` shares current on."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from typing import Final

from ..balancing.fallback import fallback_currents
from ..balancing.phases import PhaseCurrents
from ..balancing.site import Circuit, CircuitMeter, Connector, ConnectorId, Site
from ..csms.limits.schedule import COMMAND_INTERVAL, KEY_INTERVAL
from .feeders import Feeders, FeederSettings
from .live_settings import LiveSettings
from .settings import ChargerSettings, GroupSettings

GRID: Final = "grid"
GROUP: Final = "group"
DEFAULT_LATENCY: Final = 2.0
"""How old values of a meter that is not there yet are taken to be, s."""


def charger_circuit(charger_id: str) -> str:
    """Id of the circuit that is a charger's own supply."""
    return f"charger:{charger_id}"


def feeder_circuit(subentry_id: str) -> str:
    """Id of the circuit that a feeder is."""
    return f"feeder:{subentry_id}"


def feeder_name(feeders: Feeders, circuit: str) -> str | None:
    """What people call a circuit that is a feeder; None for any other."""
    feeder = feeders.get(circuit.removeprefix("feeder:"))
    return None if feeder is None else feeder.name


def build_site(
    group: GroupSettings,
    live: LiveSettings,
    chargers: Iterable[tuple[ChargerSettings, Iterable[ConnectorId]]],
    *,
    feeders: Feeders,
    temporary: Mapping[str, float],
    step: Mapping[str, float],
    by_key: Collection[str],
    meter_latency: Mapping[str, float],
) -> Site:
    """The tree grid connection -> group -> feeders -> charger -> connector.

    `feeders` form no loop; a charger whose feeder is unknown hangs on the group.
    `temporary` are limits for some time, circuit -> A per phase. `step` gives the
    steps (A) that a charger takes, `by_key` names the chargers that are limited by
    configuration keys; both by charge point id. `meter_latency` tells how old the
    values of a circuit's meter may be when they arrive, s.
    """
    metered = group.meter is not None
    circuits = [_group_circuit(group, live, temporary)]
    circuits.extend(
        _feeder_circuit(feeder_id, feeder, live, temporary, meter_latency)
        for feeder_id, feeder in feeders.items()
    )
    if metered:
        circuits.append(
            Circuit(
                id=GRID,
                parent=None,
                limit=group.currents(live.grid_maximum_current),
                rated=group.currents(group.grid_rated_current),
            )
        )
    connectors: list[Connector] = []
    for charger, ids in chargers:
        circuit = GROUP
        if charger.feeder is not None and charger.feeder in feeders:
            circuit = feeder_circuit(charger.feeder)
        if charger.supply_current is not None:
            parent, circuit = circuit, charger_circuit(charger.charger_id)
            supply = PhaseCurrents.same(charger.supply_current)
            circuits.append(Circuit(id=circuit, parent=parent, limit=supply, rated=supply))
        connectors.extend(
            _connector(
                connector_id,
                charger,
                circuit,
                live,
                step=step.get(charger.charger_id, 0.1),
                by_key=charger.charger_id in by_key,
            )
            for connector_id in ids
        )
    tree = {circuit.id: circuit for circuit in circuits}
    return Site(
        circuits=tree,
        connectors=_with_fallbacks(connectors, tree, group, live),
        policy=live.policy,
        phase_choice=live.phase_choice,
        grid=GRID if metered else None,
        balancing=live.balancing,
        adaptive=metered and live.adaptive,
        safe_limit=group.currents(live.safe_limit) if metered else None,
        meter_timeout=group.meter_timeout,
        meter_latency=meter_latency.get(GRID, DEFAULT_LATENCY),
        allow_export_charging=group.allow_export_charging,
        imbalance=group.imbalance if group.phases == 3 else None,
    )


def _group_circuit(
    group: GroupSettings, live: LiveSettings, temporary: Mapping[str, float]
) -> Circuit:
    return Circuit(
        id=GROUP,
        parent=None if group.meter is None else GRID,
        limit=group.currents(live.maximum_current),
        rated=group.currents(group.rated_current),
        temporary=_currents(temporary.get(GROUP)),
    )


def _feeder_circuit(
    feeder_id: str,
    feeder: FeederSettings,
    live: LiveSettings,
    temporary: Mapping[str, float],
    meter_latency: Mapping[str, float],
) -> Circuit:
    circuit = feeder_circuit(feeder_id)
    meter = None
    if feeder.meter is not None:
        safe_limit = live.feeder_safe_limit.get(feeder_id, feeder.safe_limit)
        meter = CircuitMeter(
            safe_limit=PhaseCurrents.same(safe_limit),
            timeout=feeder.meter_timeout,
            latency=meter_latency.get(circuit, DEFAULT_LATENCY),
        )
    return Circuit(
        id=circuit,
        parent=GROUP if feeder.parent is None else feeder_circuit(feeder.parent),
        limit=feeder.limit(live.feeder_maximum.get(feeder_id)),
        rated=PhaseCurrents.same(feeder.rated_current),
        temporary=_currents(temporary.get(circuit)),
        meter=meter,
    )


def _connector(
    connector_id: ConnectorId,
    charger: ChargerSettings,
    circuit: str,
    live: LiveSettings,
    *,
    step: float,
    by_key: bool,
) -> Connector:
    # A cable that nobody looks after any more may still feed it.
    most = charger.minimum if charger.has_lost_feeder else charger.maximum
    return Connector(
        id=connector_id,
        circuit=circuit,
        wiring=charger.wiring,
        minimum=charger.minimum,
        maximum=min(live.maximum_of(connector_id, lowest=charger.minimum, first=most), most),
        hardware_maximum=charger.hardware_maximum,
        step=step,
        priority=charger.priority,
        # Nobody wants a car to charge at one that was removed.
        charging_allowed=not charger.was_removed and live.may_charge(connector_id),
        increase_interval=KEY_INTERVAL if by_key else COMMAND_INTERVAL,
    )


def _currents(amperes: float | None) -> PhaseCurrents | None:
    return None if amperes is None else PhaseCurrents.same(amperes)


def _with_fallbacks(
    connectors: list[Connector],
    circuits: Mapping[str, Circuit],
    group: GroupSettings,
    live: LiveSettings,
) -> dict[ConnectorId, Connector]:
    """Every connector with what it does on its own: its minimum where all fit, else 0 A.

    Without a meter the group's maximum is what they must fit; with one, the
    safe limit, which is what is sure to be free.
    """
    budget = live.safe_limit if group.meter is not None else live.maximum_current
    fallbacks = fallback_currents(connectors, circuits, group.currents(budget))
    return {
        connector.id: replace(connector, fallback=fallbacks[connector.id])
        for connector in connectors
    }
