"""A picture of a group for the page and the card: plain data, made in one place.

Times are in seconds on the monotonic clock, as is `now`, so that a browser
whose own clock is wrong still knows how long ago and how long until.
"""

from collections.abc import Mapping
from math import ceil
from typing import Any

from .. import clock
from ..balancing.car_model import CarModel
from ..balancing.decision import CircuitDecision, Reason
from ..balancing.phases import NO_CURRENT, PhaseCurrents
from ..balancing.readings import ConnectorReading, Sample
from ..balancing.site import Circuit, Connector, ConnectorId
from ..config.settings import ChargerSettings
from ..config.site_builder import GRID, GROUP, charger_circuit, feeder_name
from ..csms.charge_point.connector import ForeignLimit, limited_elsewhere_to, limited_unknown_to
from ..entities.power import told_power
from ..entities.suitability import Management, suitability
from ..entities.windows import window_now
from ..group.load_manager import LoadManager
from ..meter import MeterValues
from ..watchers.pending_chargers import issue_id
from .power import limits_of, power_of, signals_now

DECIMALS = 1
"""A current is shown, and compared, in steps of 0.1 A."""


def snapshot(
    manager: LoadManager, *, url: str, wall_clock: float, private: bool = False
) -> dict[str, Any]:
    """Everything the page shows of a group at this moment, as plain JSON data.

    Currents are in A, powers in W, lists of three are L1, L2, L3 of the grid; what is not
    known is None. `url` is what chargers dial, `wall_clock` the moment (s since 1970) by
    the clock that the recorder goes by. `private` adds what only administrators see: who
    charges.
    """
    decision = manager.decision
    meter = manager.readings.meters.get(GRID)
    return {
        "now": round(clock.monotonic(), 1),
        "wall_clock": round(wall_clock, 1),
        "name": manager.group.name,
        "phases": [phase.name for phase in manager.group.phase_list],
        "url": url,
        "mode": None if decision is None else decision.mode.value,
        "safe_limit_cause": _cause(manager, GRID),
        "settings": _settings(manager),
        "meter": None
        if meter is None
        else {"currents": _amperes(meter.currents), "at": round(meter.at, 1)},
        "other_load": None if decision is None else _amperes(decision.other_load),
        "available": None if decision is None else _amperes(decision.available),
        "temporary_limits": [
            {
                "circuit": limit.circuit,
                "name": limit.name,
                "limit": limit.limit,
                "until": limit.until.isoformat(),
            }
            for limit in manager.live.temporary_limits.all
        ],
        **({} if (window := window_now(manager)) is None else {"window": window}),
        **signals_now(manager),
        "circuits": [_circuit(manager, circuit) for circuit in manager.site.circuits.values()],
        "chargers": [
            _charger(manager, charger, private=private) for charger in manager.chargers.values()
        ],
        "unknown": [
            {
                "id": unknown.id,
                "vendor": unknown.vendor,
                "model": unknown.model,
                "serial": unknown.serial,
                "address": unknown.address,
                "connected": unknown.connected,
                "issue": issue_id(unknown.id, port=manager.group.listen_port),
            }
            for unknown in manager.access.pending.values()
        ]
        if private
        else [],
    }


def without_time(picture: Mapping[str, Any]) -> dict[str, Any]:
    """What of a picture tells whether anything happened: time alone is no news."""
    meter = picture["meter"]
    return {
        **picture,
        "now": None,
        "wall_clock": None,
        "meter": None if meter is None else {**meter, "at": None},
    }


def _settings(manager: LoadManager) -> dict[str, Any]:
    """What people may change, each with how far."""
    group, live = manager.group, manager.live.settings
    settings: dict[str, Any] = {
        "maximum_current": live.maximum_current,
        "rated_current": group.rated_current,
        "balancing": live.balancing,
        "policy": live.policy.value,
    }
    if group.meter is not None:
        settings |= {
            "adaptive": live.adaptive,
            "grid_maximum_current": live.grid_maximum_current,
            "grid_rated_current": group.grid_rated_current,
            "safe_limit": live.safe_limit,
            "phase_choice": live.phase_choice.value,
        }
    return settings | limits_of(manager)


def _circuit(manager: LoadManager, circuit: Circuit) -> dict[str, Any]:
    decision = manager.decision
    stands = None if decision is None else decision.circuits.get(circuit.id)
    if stands is None:
        stands = CircuitDecision(
            capacity=circuit.capacity, reserved=NO_CURRENT, measured=NO_CURRENT
        )
    kind, name = _what_it_is(manager, circuit.id)
    return {
        "id": circuit.id,
        "parent": circuit.parent,
        "kind": kind,
        "name": name,
        "maximum": round(max(circuit.limit), DECIMALS),
        "safe_limit": None
        if circuit.meter is None
        else round(max(circuit.meter.safe_limit), DECIMALS),
        "limit": _amperes(circuit.capacity),
        "rated": _amperes(circuit.rated),
        "capacity": _amperes(stands.capacity),
        "reserved": _amperes(stands.reserved),
        "measured": _amperes(stands.measured),
        "other_load": _amperes(stands.other_load),
        "metered": _amperes(_metered(manager, circuit.id)),
        "metered_power": _metered_power(manager, circuit.id),
        "safe_limit_cause": _cause(manager, circuit.id),
        **power_of(manager, circuit),
    }


def _metered(manager: LoadManager, circuit: str) -> PhaseCurrents | None:
    """What a circuit's meter shows, where it has one that can be believed."""
    if manager.safe_limit_cause_at(circuit) is not None:
        return None
    reading = manager.readings.meters.get(circuit)
    return None if reading is None else reading.currents


def _metered_power(manager: LoadManager, circuit: str) -> float | None:
    """The active power that a circuit's meter shows with that, W, where it tells any."""
    if _metered(manager, circuit) is None:
        return None
    meter = manager.meters.get(circuit)
    values: MeterValues | None = None if meter is None else meter.data
    if values is None:
        return None
    if values.power is not None:
        return round(values.power)
    powers = values.powers[: len(manager.group.phase_list)]
    known = [power for power in powers if power is not None]
    return round(sum(known)) if len(known) == len(powers) else None


def _cause(manager: LoadManager, circuit: str) -> str | None:
    """Why the chargers behind a circuit's meter share a safe limit, if they do."""
    cause = manager.safe_limit_cause_at(circuit)
    return None if cause is None else cause.value


def _what_it_is(manager: LoadManager, circuit: str) -> tuple[str, str | None]:
    """The kind of a circuit, and its name where somebody gave it one."""
    if circuit == GRID:
        return "grid", None
    if circuit == GROUP:
        return "group", manager.group.name
    for charger in manager.chargers.values():
        if circuit == charger_circuit(charger.charger_id):
            return "charger", charger.name
    return "feeder", feeder_name(manager.feeders, circuit)


def _charger(manager: LoadManager, charger: ChargerSettings, *, private: bool) -> dict[str, Any]:
    point = manager.access.point(charger.charger_id)
    return {
        "id": charger.charger_id,
        "subentry_id": charger.subentry_id,
        "name": charger.name,
        "online": point.online,
        "vendor": point.identity.vendor,
        "model": point.identity.model,
        "wiring": [phase.name for phase in charger.wiring] if charger.wiring_known else ["?"],
        "wiring_hint": _wiring_hint(manager, charger),
        "minimum": charger.minimum,
        "maximum": charger.maximum,
        "dlm": _suitability(manager, charger, Management.DLM),
        "alm": _suitability(manager, charger, Management.ALM),
        "fail_safe": _fail_safe(manager, charger),
        "connectors": [
            _connector(manager, charger, manager.site.connectors[connector_id], private=private)
            for connector_id in manager.chargers.connectors_of(charger)
            if connector_id in manager.site.connectors
        ],
    }


def _fail_safe(manager: LoadManager, charger: ChargerSettings) -> dict[str, Any]:
    """What a charger does when Home Assistant stops, and how sure that is."""
    report = manager.access.control(charger.charger_id).fail_safe
    return {
        "state": report.state.value,
        "fallback": _ampere(report.fallback),
        "lifetime": report.lifetime,
        "most": charger.hardware_maximum,
    }


def _wiring_hint(manager: LoadManager, charger: ChargerSettings) -> dict[str, list[str]] | None:
    """On which phases its cars were seen, where these are others than by its settings."""
    hint = manager.wiring_finder.hints.found.get(charger.charger_id)
    if hint is None:
        return None
    return {
        "seen": [phase.name for phase in sorted(hint.seen)],
        "expected": [phase.name for phase in sorted(hint.expected)],
    }


def _suitability(
    manager: LoadManager, charger: ChargerSettings, kind: Management
) -> dict[str, Any]:
    """Whether DLM or ALM can be applied to a charger, and how one knows."""
    found = suitability(manager, charger, kind)
    return {"suited": found.suited.value, "because": found.because.value}


def _connector(
    manager: LoadManager, charger: ChargerSettings, connector: Connector, *, private: bool
) -> dict[str, Any]:
    reading = manager.readings.connectors.get(connector.id)
    point = manager.access.point(connector.id.charger)
    state = point.connectors.get(connector.id.number)
    measured = None if reading is None or reading.sample is None else reading.sample
    picture: dict[str, Any] = {
        "number": connector.id.number,
        "circuit": connector.circuit,
        "status": None if reading is None else reading.status.value,
        "session": None
        if reading is None or reading.session is None
        else {
            "since": round(reading.session_since, 1),
            "energy": None if state is None else state.session_energy,
            "id_tag": reading.id_tag if private else None,
            "driver": manager.access.driver(point, connector.id.number) if private else None,
        },
        "offered": None if reading is None else _ampere(reading.offer.accepted),
        "measured": None if measured is None else _amperes(measured.currents),
        "highest": None if measured is None else _ampere(measured.at_least),
        "power": _power(manager, charger, connector.id.number, measured),
        "stale": reading is not None and _is_stale(reading),
        "maximum": connector.maximum,
        "fallback": connector.fallback,
        "charging_allowed": connector.charging_allowed,
        "first_in_line": manager.is_first_in_line(connector.id),
        "car": _car(manager, connector.id),
    }
    return picture | _decided(manager, connector.id)


def _power(
    manager: LoadManager, charger: ChargerSettings, number: int, measured: Sample | None
) -> float | None:
    """What flows at an outlet, W: told, or else the currents at the group's voltage."""
    power = told_power(manager, charger, number)
    if power is None and measured is not None and measured.currents is not None:
        power = sum(measured.currents) * manager.group.voltage
    return None if power is None else round(power)


def _car(manager: LoadManager, connector: ConnectorId) -> dict[str, Any] | None:
    """What is known of the car that charges there."""
    known = manager.car(connector)
    asks = _asks(manager, connector)
    if known is None and asks is None:
        return None
    model, phases = (CarModel(), ()) if known is None else known
    return {
        "starts_at": _ampere(model.starts_at),
        "shortfall": _ampere(model.shortfall),
        "follows_within": None if model.follows_within is None else ceil(model.follows_within),
        "phases": [phase.name for phase in sorted(phases)],
        "asks": asks,
    }


def _asks(manager: LoadManager, connector: ConnectorId) -> dict[str, Any] | None:
    """What the car of a session has asked its charger for: Wh, when it leaves, percent."""
    state = manager.access.point(connector.charger).connectors.get(connector.number)
    session = None if state is None else state.transaction
    if session is None or session.asked is None:
        return None
    needs = session.asked
    return {
        "energy": needs.energy,
        "leaves": None if needs.departure is None else needs.departure.isoformat(),
        "battery": needs.state_of_charge,
    }


def _is_stale(reading: ConnectorReading) -> bool:
    """Whether what was measured tells nothing of now: its charger is gone."""
    return not reading.online


def _decided(manager: LoadManager, connector: ConnectorId) -> dict[str, Any]:
    """What a connector was given last, and why."""
    decision = manager.decision
    decided = None if decision is None else decision.connectors.get(connector)
    if decided is None:
        return {
            "limit": None,
            "target": None,
            "reserved": _amperes(NO_CURRENT),
            "reason": None,
            "held_back_by": None,
            "phase": None,
            "active": False,
            "next_turn": None,
            **_elsewhere(None),
        }
    return {
        "limit": _ampere(decided.limit),
        "target": _ampere(decided.target),
        "reserved": _amperes(decided.reserved),
        "reason": decided.reason.value,
        "held_back_by": decided.circuit,
        "phase": None if decided.phase is None else decided.phase.name,
        "active": decided.active,
        "next_turn": None if decided.next_turn is None else round(decided.next_turn, 1),
        **_elsewhere(_lowest_elsewhere(manager, connector, decided.reason)),
    }


def _lowest_elsewhere(
    manager: LoadManager, connector: ConnectorId, reason: Reason
) -> ForeignLimit | None:
    """What holds a connector back that is not this group's, or may; None: nothing does."""
    point = manager.access.point(connector.charger)
    state = point.connectors.get(connector.number)
    if reason is Reason.LIMITED_ELSEWHERE:
        return limited_elsewhere_to(state, point.whole)
    return limited_unknown_to(state, point.whole)


def _elsewhere(found: ForeignLimit | None) -> dict[str, Any]:
    """Who else limits it, in its charger's word or `cable`, and how low (None: not known)."""
    return {
        "limited_to": None if found is None else _ampere(found.amperes),
        "limited_by": None if found is None else found.source,
    }


def _ampere(current: float | None) -> float | None:
    return None if current is None else round(current, DECIMALS)


def _amperes(currents: PhaseCurrents | None) -> list[float] | None:
    return None if currents is None else [round(current, DECIMALS) for current in currents]
