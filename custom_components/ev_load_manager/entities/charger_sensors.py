"""What the sensors of a charger and of its outlets show."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from homeassistant.components.sensor import SensorDeviceClass, SensorStateClass
from homeassistant.const import EntityCategory, UnitOfElectricCurrent, UnitOfEnergy, UnitOfPower

from .. import clock
from ..balancing.decision import Reason
from ..balancing.phases import Phase
from ..balancing.readings import Status
from ..config.site_builder import charger_circuit, feeder_name
from ..csms.charge_point.connector import limited_elsewhere_to, limited_unknown_to
from ..csms.limits.fail_safe import FailSafe
from ..sessions.shared import async_shared_book
from .power import told_power
from .sensor_rows import ENERGY_PACE, POWER_JUMP, SensorRow, current_rows
from .targets import ChargerTarget, ConnectorTarget


def _connector_current(phase: Phase, place: ConnectorTarget) -> float | None:
    currents = place.manager.readings.measured(place.id)
    return None if currents is None else round(currents[phase], 2)


def _online(place: ConnectorTarget) -> bool:
    return place.online


def _status(place: ConnectorTarget) -> str | None:
    reading = place.manager.readings.connectors.get(place.id)
    if reading is None or reading.status is Status.UNKNOWN:
        return None
    return reading.status.value


def _driver(place: ConnectorTarget) -> Mapping[str, Any]:
    """Who charges, by the name in the group's list, where people want names in entities.

    A tag itself is nobody's business.
    """
    point, access = place.charger.point, place.manager.access
    names = async_shared_book(place.charger.group.hass).names_in_entities
    told: dict[str, Any] = {"driver": access.driver(point, place.number)} if names else {}
    if (kept := point.reservation(place.number)) is not None:
        if names:
            told["reserved_for"] = access.id_tags.name(kept.id_tag)
        told["reserved_until"] = kept.until.isoformat()
    return told


def _limit(place: ConnectorTarget) -> float | None:
    return None if place.decision is None else round(place.decision.limit, 1)


def _reason(place: ConnectorTarget) -> str | None:
    return None if place.decision is None else place.decision.reason.value


def _why(place: ConnectorTarget) -> Mapping[str, Any] | None:
    """Where it is held back, and until when it waits at the latest."""
    decision = place.decision
    if decision is None:
        return None
    told: dict[str, Any] = {
        "circuit": _circuit_name(place, decision.circuit),
        "phase": None if decision.phase is None else decision.phase.name,
        "next_turn": _next_turn(place),
    }
    return {**told, **_by_whom(place, decision.reason)}


def _by_whom(place: ConnectorTarget, reason: Reason) -> Mapping[str, Any]:
    """Who has set a lower limit than this group, and how low, A per phase (None: not known)."""
    who = limited_elsewhere_to if reason is Reason.LIMITED_ELSEWHERE else limited_unknown_to
    found = who(place.state, place.charger.point.whole)
    if found is None:
        return {}
    amperes = found.amperes
    return {
        "limited_to": None if amperes is None else round(amperes, 1),
        "limited_by": found.source,
    }


def _circuit_name(place: ConnectorTarget, circuit: str | None) -> str | None:
    """What people call it; the texts know the words for those that nobody gave a name."""
    if circuit == charger_circuit(place.id.charger):
        return "charger"
    return circuit and (feeder_name(place.manager.feeders, circuit) or circuit)


def _next_turn(place: ConnectorTarget) -> datetime | None:
    decision = place.decision
    if decision is None or decision.next_turn is None:
        return None
    wait = timedelta(seconds=decision.next_turn - clock.monotonic())
    # To the second: the same turn must not look like another at each step.
    return (clock.now() + wait + timedelta(milliseconds=500)).replace(microsecond=0)


def _place_in_line(place: ConnectorTarget) -> Mapping[str, Any]:
    return {"first_in_line": place.manager.is_first_in_line(place.id)}


def _power(place: ConnectorTarget) -> float | None:
    return told_power(place.manager, place.charger.settings, place.number)


def _energy(place: ConnectorTarget) -> float | None:
    return None if place.state is None else place.state.energy


def _session_energy(place: ConnectorTarget) -> float | None:
    return None if place.state is None else place.state.session_energy


def _asked(place: ConnectorTarget) -> Mapping[str, Any] | None:
    """What the session's car has asked for, where it has."""
    session = None if place.state is None else place.state.present_or_last
    needs = None if session is None else session.asked
    if needs is None:
        return None
    told = {
        "asked_energy": None if needs.energy is None else round(needs.energy / 1000.0, 3),
        "leaves_at": None if needs.departure is None else needs.departure.isoformat(),
        "battery": needs.state_of_charge,
    }
    return {name: one for name, one in told.items() if one is not None}


def _session_start(place: ConnectorTarget) -> datetime | None:
    session = None if place.state is None else place.state.present_or_last
    return None if session is None else session.started


def _without_home_assistant(charger: ChargerTarget) -> str:
    """How sure it is that the charger falls to its fallback by itself."""
    return charger.control.fail_safe.state.value


def _what_it_falls_to(charger: ChargerTarget) -> Mapping[str, Any]:
    """Currents in A per phase, and after how many seconds."""
    report = charger.control.fail_safe
    return {
        "fallback": report.fallback,
        "after": report.lifetime,
        "kept_over_link": report.kept_over_link,
        "kept_over_reboot": report.kept_over_reboot,
    }


def _limit_changes(charger: ChargerTarget) -> int:
    """How often its outlets were sent another limit since midnight (UTC)."""
    keepers = charger.control.limits.keepers.values()
    return sum(keeper.writes.changes_today for keeper in keepers)


def _limit_renewals(charger: ChargerTarget) -> Mapping[str, Any]:
    keepers = charger.control.limits.keepers.values()
    return {"renewals": sum(keeper.writes.renewals_today for keeper in keepers)}


def _backend_queue(place: ChargerTarget) -> int:
    """Messages that its billing backends are still to be told."""
    return sum(one.queue for one in place.manager.backends.of(place.settings.charger_id))


CHARGER_SENSORS: Final = (
    SensorRow[ChargerTarget](
        key="backend_queue",
        translation_key="backend_queue",
        entity_category=EntityCategory.DIAGNOSTIC,
        value_fn=_backend_queue,
        has_fn=lambda place: bool(place.manager.backends.of(place.settings.charger_id)),
    ),
    SensorRow[ChargerTarget](
        key="without_home_assistant",
        translation_key="without_home_assistant",
        device_class=SensorDeviceClass.ENUM,
        entity_category=EntityCategory.DIAGNOSTIC,
        options=[state.value for state in FailSafe],
        value_fn=_without_home_assistant,
        attributes_fn=_what_it_falls_to,
    ),
    SensorRow[ChargerTarget](
        key="limit_changes",
        translation_key="limit_changes",
        entity_registry_enabled_default=False,
        entity_category=EntityCategory.DIAGNOSTIC,
        state_class=SensorStateClass.TOTAL_INCREASING,
        value_fn=_limit_changes,
        attributes_fn=_limit_renewals,
    ),
)

CONNECTOR_SENSORS: Final = (
    SensorRow[ConnectorTarget](
        key="status",
        translation_key="status",
        device_class=SensorDeviceClass.ENUM,
        options=[status.value for status in Status if status is not Status.UNKNOWN],
        value_fn=_status,
        available_fn=_online,
        attributes_fn=_driver,
    ),
    SensorRow[ConnectorTarget](
        key="limit",
        translation_key="limit",
        device_class=SensorDeviceClass.CURRENT,
        state_class=SensorStateClass.MEASUREMENT,
        native_unit_of_measurement=UnitOfElectricCurrent.AMPERE,
        suggested_display_precision=1,
        value_fn=_limit,
    ),
    SensorRow[ConnectorTarget](
        key="reason",
        translation_key="reason",
        device_class=SensorDeviceClass.ENUM,
        options=[reason.value for reason in Reason],
        value_fn=_reason,
        attributes_fn=_why,
    ),
    SensorRow[ConnectorTarget](
        key="next_turn",
        translation_key="next_turn",
        entity_registry_enabled_default=False,
        device_class=SensorDeviceClass.TIMESTAMP,
        value_fn=_next_turn,
        attributes_fn=_place_in_line,
    ),
    *current_rows("current", _connector_current, _online, is_common=False),
    SensorRow[ConnectorTarget](
        key="power",
        translation_key="power",
        device_class=SensorDeviceClass.POWER,
        state_class=SensorStateClass.MEASUREMENT,
        native_unit_of_measurement=UnitOfPower.WATT,
        suggested_unit_of_measurement=UnitOfPower.KILO_WATT,
        suggested_display_precision=2,
        jump=POWER_JUMP,
        value_fn=_power,
        available_fn=_online,
    ),
    SensorRow[ConnectorTarget](
        key="energy",
        translation_key="energy",
        device_class=SensorDeviceClass.ENERGY,
        state_class=SensorStateClass.TOTAL_INCREASING,
        native_unit_of_measurement=UnitOfEnergy.WATT_HOUR,
        suggested_unit_of_measurement=UnitOfEnergy.KILO_WATT_HOUR,
        suggested_display_precision=2,
        jump=1000.0,
        pace=ENERGY_PACE,
        value_fn=_energy,
    ),
    SensorRow[ConnectorTarget](
        key="session_energy",
        translation_key="session_energy",
        device_class=SensorDeviceClass.ENERGY,
        # Its register is counted already: this one begins anew with each session.
        state_class=SensorStateClass.TOTAL,
        native_unit_of_measurement=UnitOfEnergy.WATT_HOUR,
        suggested_unit_of_measurement=UnitOfEnergy.KILO_WATT_HOUR,
        suggested_display_precision=2,
        jump=1000.0,
        pace=ENERGY_PACE,
        value_fn=_session_energy,
        attributes_fn=_asked,
        last_reset_fn=_session_start,
    ),
)
