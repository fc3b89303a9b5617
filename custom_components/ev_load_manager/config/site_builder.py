"""From the user's settings to the site that `balancing` shares current on."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

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


def feeder_of(circuit: str) -> str:
    """The subentry of a circuit that is a feeder."""
    return circuit.removeprefix("feeder:")


def feeder_name(feeders: Feeders, circuit: str) -> str | None:
    """What people call a circuit that is a feeder; None for any other."""
    feeder = feeders.get(feeder_of(circuit))
    return None if feeder is None else feeder.name


@dataclass(frozen=True, slots=True, kw_only=True)
class LiveCircuit:
    """A circuit that people limit, as it stands: the grid connection, the group, or a feeder."""

    id: str
    parent: str | None
    feeder: str | None = None
    """What people call it, where it is one."""
    maximum: float
    """What people allow it now, A per phase."""
    rated: float
    """What its fuse carries, A per phase."""
    phase_limits: PhaseCurrents
    """What single phases may carry at most, A; 0 on those that the group does not have."""
    meter: Mapping[str, Any] | None = None
    """The settings of its meter."""
    safe_limit: float = 0.0
    """What its chargers share now while its meter is silent, A per phase."""
    highest_safe_limit: float = 0.0
    meter_timeout: float = 0.0
    meter_interval: float = 0.0

    def currents(self, amperes: float) -> PhaseCurrents:
        """So much on each phase that it has, A."""
        return self.phase_limits.each(lambda limit: amperes if limit > 0.0 else 0.0)


type Circuits = Mapping[str, LiveCircuit]
"""All that people limit, by the ids of the circuits."""


def live_circuits(group: GroupSettings, live: LiveSettings, feeders: Feeders) -> Circuits:
    """All circuits that people limit; the grid connection is known without a meter, too."""
    circuits = [
        LiveCircuit(
            id=GROUP,
            parent=None if group.meter is None else GRID,
            maximum=live.maximum_current,
            rated=group.rated_current,
            phase_limits=group.currents(group.rated_current),
        ),
        *(
            _feeder(feeder_circuit(feeder_id), feeder, live)
            for feeder_id, feeder in feeders.items()
        ),
        LiveCircuit(
            id=GRID,
            parent=None,
            maximum=live.grid_maximum_current,
            rated=group.grid_rated_current,
            phase_limits=group.currents(group.grid_rated_current),
            meter=group.meter,
            safe_limit=live.safe_limit,
            highest_safe_limit=group.highest_safe_limit,
            meter_timeout=group.meter_timeout,
            meter_interval=group.meter_interval,
        ),
    ]
    return {circuit.id: circuit for circuit in circuits}


def _feeder(circuit: str, feeder: FeederSettings, live: LiveSettings) -> LiveCircuit:
    maximum = live.feeder_maximum.get(feeder.subentry_id, feeder.maximum_current)
    return LiveCircuit(
        id=circuit,
        parent=GROUP if feeder.parent is None else feeder_circuit(feeder.parent),
        feeder=feeder.name,
        maximum=min(maximum, feeder.rated_current),
        rated=feeder.rated_current,
        phase_limits=feeder.phase_limits,
        meter=feeder.meter,
        safe_limit=live.feeder_safe_limit.get(feeder.subentry_id, feeder.safe_limit),
        highest_safe_limit=feeder.rated_current,
        meter_timeout=feeder.meter_timeout,
        meter_interval=feeder.meter_interval,
    )


def build_site(
    group: GroupSettings,
    live: LiveSettings,
    chargers: Iterable[tuple[ChargerSettings, Iterable[ConnectorId]]],
    *,
    limited: Circuits,
    temporary: Mapping[str, float],
    step: Mapping[str, float],
    by_key: Collection[str],
    meter_latency: Mapping[str, float],
    power: Mapping[str, tuple[float | None, float | None]] | None = None,
) -> Site:
    """The tree grid connection -> group -> feeders -> charger -> connector.

    `limited` are what people limit; feeders among them form no loop, and a charger whose
    feeder is unknown hangs on the group.
    `temporary` are limits for some time, circuit -> A per phase. `step` gives the
    steps (A) that a charger takes, `by_key` names the chargers that are limited by
    configuration keys; both by charge point id. `meter_latency` tells how old the
    values of a circuit's meter may be when they arrive, s. `power` tells of circuits what people
    allow over all phases, and what a signal leaves for now, W.
    """
    metered = group.meter is not None
    circuits = [
        _circuit(circuit, temporary, meter_latency, (power or {}).get(circuit.id, (None, None)))
        for circuit in limited.values()
        if metered or circuit.id != GRID
    ]
    connectors: list[Connector] = []
    for charger, ids in chargers:
        circuit = GROUP
        if charger.feeder is not None and feeder_circuit(charger.feeder) in limited:
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
    if metered and group.power is not None and group.power.peaks is not None:
        tree[GRID] = replace(tree[GRID], has_window=True)
    return Site(
        circuits=tree,
        connectors=_with_fallbacks(connectors, tree, group.voltage),
        voltage=group.voltage,
        nets_phases=group.power is not None and group.power.nets_phases,
        policy=live.policy,
        phase_choice=live.phase_choice,
        grid=GRID if metered else None,
        balancing=live.balancing,
        adaptive=metered and live.adaptive,
        allow_export_charging=group.allow_export_charging,
        imbalance=group.imbalance if group.phases == 3 else None,
    )


def _circuit(
    circuit: LiveCircuit,
    temporary: Mapping[str, float],
    meter_latency: Mapping[str, float],
    power: tuple[float | None, float | None],
) -> Circuit:
    meter = None
    if circuit.meter is not None:
        meter = CircuitMeter(
            safe_limit=circuit.currents(circuit.safe_limit),
            timeout=circuit.meter_timeout,
            latency=meter_latency.get(circuit.id, DEFAULT_LATENCY),
        )
    for_now = temporary.get(circuit.id)
    return Circuit(
        id=circuit.id,
        parent=circuit.parent,
        limit=circuit.phase_limits.lowest(PhaseCurrents.same(circuit.maximum)),
        rated=circuit.currents(circuit.rated),
        temporary=None if for_now is None else PhaseCurrents.same(for_now),
        meter=meter,
        power_limit=power[0],
        temporary_power=power[1],
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
        wiring_known=charger.wiring_known,
        minimum=charger.minimum,
        maximum=live.maximum_of(connector_id, lowest=charger.minimum, most=most),
        hardware_maximum=charger.hardware_maximum,
        step=step,
        priority=charger.priority,
        # Nobody wants a car to charge at one that was removed.
        charging_allowed=not charger.was_removed and live.may_charge(connector_id),
        increase_interval=KEY_INTERVAL if by_key else COMMAND_INTERVAL,
    )


def sure_current(circuits: Mapping[str, Circuit]) -> PhaseCurrents:
    """What is sure to be free for chargers that nobody leads, A per phase.

    The group's maximum without a meter; with one, what is shared while it says nothing.
    """
    meter = circuits[GRID].meter if GRID in circuits else None
    return circuits[GROUP].limit if meter is None else meter.safe_limit


def _with_fallbacks(
    connectors: list[Connector], circuits: Mapping[str, Circuit], voltage: float
) -> dict[ConnectorId, Connector]:
    """Every connector with what it does on its own: its minimum where all fit, else 0 A."""
    fallbacks = fallback_currents(connectors, circuits, sure_current(circuits), voltage=voltage)
    return {
        connector.id: replace(connector, fallback=fallbacks[connector.id])
        for connector in connectors
    }
