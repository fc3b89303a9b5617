"""What the group and its connectors do at present."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any, Final, override

from homeassistant.components.sensor import (
    SensorDeviceClass,
    SensorEntity,
    SensorEntityDescription,
    SensorStateClass,
)
from homeassistant.const import (
    EntityCategory,
    Platform,
    UnitOfElectricCurrent,
    UnitOfEnergy,
    UnitOfPower,
)
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback
from homeassistant.helpers.typing import StateType

from . import clock
from .balancing.decision import Mode, Reason
from .balancing.phases import Phase
from .balancing.readings import Status
from .csms.dead_man import DeadMan
from .entity import EvLoadManagerEntity, Row, Seen, always, async_follow_places
from .load_manager import EvLoadManagerConfigEntry
from .places import ChargerPlace, ConnectorPlace, FeederPlace, GroupPlace, Place
from .site_builder import GROUP, charger_circuit, feeder_name

PARALLEL_UPDATES = 0

WRITE_INTERVAL: Final = 5.0
"""A measured value that wavers is written this often at most, s: the recorder keeps it all."""


@dataclass(frozen=True, kw_only=True)
class SensorRow[P: Place](SensorEntityDescription, Row[P]):
    """A value at a place."""

    jump: float | None = None
    """A measured value that changed by this much is written at once; None: any change."""


def _current_rows[P: GroupPlace | FeederPlace | ConnectorPlace](
    key: str, value_fn: Any, available_fn: Any, has_fn: Any = always
) -> tuple[SensorRow[P], ...]:
    """A row for the current on each phase of the grid."""
    return _phase_rows(
        key,
        value_fn,
        available_fn,
        has_fn,
        device_class=SensorDeviceClass.CURRENT,
        native_unit_of_measurement=UnitOfElectricCurrent.AMPERE,
        suggested_display_precision=1,
        jump=0.5,
    )


def _phase_rows[P: GroupPlace | FeederPlace | ConnectorPlace](
    key: str, value_fn: Any, available_fn: Any, has_fn: Any, **measured: Any
) -> tuple[SensorRow[P], ...]:
    """A row for something that is measured on each phase of the grid."""
    return tuple(
        SensorRow[P](
            key=f"{key}_{phase.name.lower()}",
            translation_key=f"{key}_{phase.name.lower()}",
            state_class=SensorStateClass.MEASUREMENT,
            value_fn=partial(value_fn, phase),
            available_fn=available_fn,
            has_fn=partial(_has_phase, phase, has_fn),
            **measured,
        )
        for phase in Phase
    )


def _has_phase(
    phase: Phase, has_fn: Callable[[Any], bool], place: GroupPlace | FeederPlace | ConnectorPlace
) -> bool:
    return phase in place.phases and has_fn(place)


def _chargers_current(phase: Phase, group: GroupPlace) -> float | None:
    decision = group.manager.decision
    return None if decision is None else round(decision.circuits[GROUP].measured[phase], 2)


def _metered_current(phase: Phase, place: GroupPlace | FeederPlace) -> float | None:
    values = place.meter_values
    return None if values is None else round(values.currents[phase], 2)


def _grid_power(phase: Phase, group: GroupPlace) -> float | None:
    values = group.meter_values
    power = None if values is None else values.powers[phase]
    return None if power is None else round(power, 1)


def _other_load(phase: Phase, group: GroupPlace) -> float | None:
    decision = group.manager.decision
    if decision is None or decision.other_load is None:
        return None
    return round(decision.other_load[phase], 2)


def _available_current(phase: Phase, group: GroupPlace) -> float | None:
    decision = group.manager.decision
    if decision is None or decision.available is None:
        return None
    return round(decision.available[phase], 2)


def _feeder_current(phase: Phase, feeder: FeederPlace) -> float | None:
    return None if feeder.decision is None else round(feeder.decision.measured[phase], 2)


def _feeder_other_load(phase: Phase, feeder: FeederPlace) -> float | None:
    load = None if feeder.decision is None else feeder.decision.other_load
    return None if load is None else round(load[phase], 2)


def _headroom(phase: Phase, feeder: FeederPlace) -> float | None:
    return None if feeder.decision is None else round(feeder.decision.headroom[phase], 2)


def _is_decided(feeder: FeederPlace) -> bool:
    return feeder.decision is not None


def _temporary_limit(place: GroupPlace | FeederPlace) -> float | None:
    limit = place.manager.live.temporary_limits.on(place.circuit)
    return None if limit is None else limit.limit


def _whose_limit(place: GroupPlace | FeederPlace) -> Mapping[str, Any]:
    """Which of the temporary limits it is, and until when."""
    limit = place.manager.live.temporary_limits.on(place.circuit)
    return {
        "name": None if limit is None else limit.name,
        "until": None if limit is None else limit.until,
    }


def _temporary_limit_rows[P: GroupPlace | FeederPlace]() -> tuple[SensorRow[P], ...]:
    """A row for the temporary limit in force; unknown without one."""
    return (
        SensorRow[P](
            key="temporary_limit",
            translation_key="temporary_limit",
            device_class=SensorDeviceClass.CURRENT,
            native_unit_of_measurement=UnitOfElectricCurrent.AMPERE,
            suggested_display_precision=1,
            value_fn=_temporary_limit,
            attributes_fn=_whose_limit,
        ),
    )


def _has_meter(place: GroupPlace | FeederPlace) -> bool:
    return place.has_meter


def _is_metered(place: GroupPlace | FeederPlace) -> bool:
    return place.meter_values is not None


def _connector_current(phase: Phase, place: ConnectorPlace) -> float | None:
    currents = place.manager.readings.measured(place.id)
    return None if currents is None else round(currents[phase], 2)


def _active_cars(group: GroupPlace) -> int:
    decision = group.manager.decision
    assert decision is not None
    return sum(connector.active for connector in decision.connectors.values())


def _waiting_cars(group: GroupPlace) -> int:
    decision = group.manager.decision
    assert decision is not None
    return sum(
        connector.reason is Reason.WAITING_FOR_TURN for connector in decision.connectors.values()
    )


def _has_decided(group: GroupPlace) -> bool:
    return group.manager.decision is not None


def _mode(group: GroupPlace) -> str:
    decision = group.manager.decision
    assert decision is not None
    return decision.mode.value


def _online(place: ConnectorPlace) -> bool:
    return place.online


def _status(place: ConnectorPlace) -> str | None:
    reading = place.manager.readings.connectors.get(place.id)
    if reading is None or reading.status is Status.UNKNOWN:
        return None
    return reading.status.value


def _driver(place: ConnectorPlace) -> Mapping[str, Any]:
    """Who charges, by the name in the group's list: a tag itself is nobody's business."""
    return {"driver": place.manager.access.driver(place.charger.point, place.number)}


def _limit(place: ConnectorPlace) -> float | None:
    return None if place.decision is None else round(place.decision.limit, 1)


def _reason(place: ConnectorPlace) -> str | None:
    return None if place.decision is None else place.decision.reason.value


def _why(place: ConnectorPlace) -> Mapping[str, Any] | None:
    """Where it is held back, and until when it waits at the latest."""
    decision = place.decision
    if decision is None:
        return None
    return {
        "circuit": _circuit_name(place, decision.circuit),
        "phase": None if decision.phase is None else decision.phase.name,
        "next_turn": _next_turn(place),
    }


def _circuit_name(place: ConnectorPlace, circuit: str | None) -> str | None:
    """What people call it; the texts know the words for those that nobody gave a name."""
    if circuit == charger_circuit(place.id.charger):
        return "charger"
    return circuit and (feeder_name(place.manager.feeders, circuit) or circuit)


def _next_turn(place: ConnectorPlace) -> datetime | None:
    decision = place.decision
    if decision is None or decision.next_turn is None:
        return None
    wait = timedelta(seconds=decision.next_turn - clock.monotonic())
    # To the second: the same turn must not look like another at each step.
    return (clock.now() + wait + timedelta(milliseconds=500)).replace(microsecond=0)


def _place_in_line(place: ConnectorPlace) -> Mapping[str, Any]:
    return {"first_in_line": place.manager.is_first_in_line(place.id)}


def _power(place: ConnectorPlace) -> float | None:
    """What its own meter tells, if it has one, else what the charger tells, W."""
    if place.manager.chargers.has_own_meter(place.charger.settings):
        metered = place.manager.charger_meters.values(place.id.charger)
        if metered is not None and metered.power is not None:
            return abs(metered.power)
    values = None if place.state is None else place.state.values
    if values is None:
        return None
    if values.power is not None:
        return values.power
    powers = [power for power in values.powers if power is not None]
    return sum(powers) if powers else None


def _energy(place: ConnectorPlace) -> float | None:
    return None if place.state is None else place.state.energy


def _session_energy(place: ConnectorPlace) -> float | None:
    return None if place.state is None else place.state.session_energy


def _without_home_assistant(charger: ChargerPlace) -> str:
    """How sure it is that the charger falls to its fallback by itself."""
    return charger.control.dead_man.state.value


def _what_it_falls_to(charger: ChargerPlace) -> Mapping[str, Any]:
    """Currents in A per phase, and after how many seconds."""
    report = charger.control.dead_man
    return {
        "fallback": report.fallback,
        "after": report.lifetime,
        "kept_over_link": report.kept_over_link,
        "kept_over_reboot": report.kept_over_reboot,
    }


def _limit_changes(charger: ChargerPlace) -> int:
    """How often its outlets were sent another limit since midnight (UTC)."""
    keepers = charger.control.limits.keepers.values()
    return sum(keeper.writes.changes_today for keeper in keepers)


def _limit_renewals(charger: ChargerPlace) -> Mapping[str, Any]:
    keepers = charger.control.limits.keepers.values()
    return {"renewals": sum(keeper.writes.renewals_today for keeper in keepers)}


GROUP_SENSORS: Final = (
    *_current_rows("chargers_current", _chargers_current, _has_decided),
    *_current_rows("grid_current", _metered_current, _is_metered, _has_meter),
    *_phase_rows(
        "grid_power",
        _grid_power,
        _is_metered,
        _has_meter,
        device_class=SensorDeviceClass.POWER,
        native_unit_of_measurement=UnitOfPower.WATT,
        suggested_unit_of_measurement=UnitOfPower.KILO_WATT,
        suggested_display_precision=2,
        jump=115.0,
    ),
    *_current_rows("other_load", _other_load, _has_decided, _has_meter),
    *_current_rows("available_current", _available_current, _has_decided, _has_meter),
    SensorRow[GroupPlace](
        key="active_cars",
        translation_key="active_cars",
        state_class=SensorStateClass.MEASUREMENT,
        value_fn=_active_cars,
        available_fn=_has_decided,
    ),
    SensorRow[GroupPlace](
        key="waiting_cars",
        translation_key="waiting_cars",
        state_class=SensorStateClass.MEASUREMENT,
        value_fn=_waiting_cars,
        available_fn=_has_decided,
    ),
    SensorRow[GroupPlace](
        key="mode",
        translation_key="mode",
        device_class=SensorDeviceClass.ENUM,
        options=[mode.value for mode in Mode],
        value_fn=_mode,
        available_fn=_has_decided,
    ),
    *_temporary_limit_rows(),
)

FEEDER_SENSORS: Final[tuple[SensorRow[FeederPlace], ...]] = (
    *_current_rows("current", _feeder_current, _is_decided),
    *_current_rows("headroom", _headroom, _is_decided),
    *_current_rows("total_current", _metered_current, _is_metered, _has_meter),
    *_current_rows("other_load", _feeder_other_load, _is_decided, _has_meter),
    *_temporary_limit_rows(),
)

CHARGER_SENSORS: Final = (
    SensorRow[ChargerPlace](
        key="without_home_assistant",
        translation_key="without_home_assistant",
        device_class=SensorDeviceClass.ENUM,
        entity_category=EntityCategory.DIAGNOSTIC,
        options=[state.value for state in DeadMan],
        value_fn=_without_home_assistant,
        attributes_fn=_what_it_falls_to,
    ),
    SensorRow[ChargerPlace](
        key="limit_changes",
        translation_key="limit_changes",
        entity_category=EntityCategory.DIAGNOSTIC,
        state_class=SensorStateClass.TOTAL_INCREASING,
        value_fn=_limit_changes,
        attributes_fn=_limit_renewals,
    ),
)

CONNECTOR_SENSORS: Final = (
    SensorRow[ConnectorPlace](
        key="status",
        translation_key="status",
        device_class=SensorDeviceClass.ENUM,
        options=[status.value for status in Status if status is not Status.UNKNOWN],
        value_fn=_status,
        available_fn=_online,
        attributes_fn=_driver,
    ),
    SensorRow[ConnectorPlace](
        key="limit",
        translation_key="limit",
        device_class=SensorDeviceClass.CURRENT,
        state_class=SensorStateClass.MEASUREMENT,
        native_unit_of_measurement=UnitOfElectricCurrent.AMPERE,
        suggested_display_precision=1,
        value_fn=_limit,
    ),
    SensorRow[ConnectorPlace](
        key="reason",
        translation_key="reason",
        device_class=SensorDeviceClass.ENUM,
        options=[reason.value for reason in Reason],
        value_fn=_reason,
        attributes_fn=_why,
    ),
    SensorRow[ConnectorPlace](
        key="next_turn",
        translation_key="next_turn",
        device_class=SensorDeviceClass.TIMESTAMP,
        value_fn=_next_turn,
        attributes_fn=_place_in_line,
    ),
    *_current_rows("current", _connector_current, _online),
    SensorRow[ConnectorPlace](
        key="power",
        translation_key="power",
        device_class=SensorDeviceClass.POWER,
        state_class=SensorStateClass.MEASUREMENT,
        native_unit_of_measurement=UnitOfPower.WATT,
        suggested_unit_of_measurement=UnitOfPower.KILO_WATT,
        suggested_display_precision=2,
        jump=115.0,
        value_fn=_power,
        available_fn=_online,
    ),
    SensorRow[ConnectorPlace](
        key="energy",
        translation_key="energy",
        device_class=SensorDeviceClass.ENERGY,
        state_class=SensorStateClass.TOTAL_INCREASING,
        native_unit_of_measurement=UnitOfEnergy.WATT_HOUR,
        suggested_unit_of_measurement=UnitOfEnergy.KILO_WATT_HOUR,
        suggested_display_precision=2,
        jump=1000.0,
        value_fn=_energy,
    ),
    SensorRow[ConnectorPlace](
        key="session_energy",
        translation_key="session_energy",
        device_class=SensorDeviceClass.ENERGY,
        state_class=SensorStateClass.TOTAL_INCREASING,
        native_unit_of_measurement=UnitOfEnergy.WATT_HOUR,
        suggested_unit_of_measurement=UnitOfEnergy.KILO_WATT_HOUR,
        suggested_display_precision=2,
        jump=1000.0,
        value_fn=_session_energy,
    ),
)


async def async_setup_entry(
    hass: HomeAssistant,
    entry: EvLoadManagerConfigEntry,
    async_add_entities: AddConfigEntryEntitiesCallback,
) -> None:
    """Set up what the group, its feeders, its chargers and their connectors show."""
    async_follow_places(hass, entry, Platform.SENSOR, async_add_entities, _sensors_at)


def _sensors_at(place: Place) -> Iterator[EvLoadManagerSensor[Any]]:
    match place:
        case GroupPlace():
            for row in GROUP_SENSORS:
                if row.has_fn(place):
                    yield EvLoadManagerSensor(place, row)
        case FeederPlace():
            for feeder_row in FEEDER_SENSORS:
                if feeder_row.has_fn(place):
                    yield EvLoadManagerSensor(place, feeder_row)
        case ConnectorPlace():
            for connector_row in CONNECTOR_SENSORS:
                if connector_row.has_fn(place):
                    yield EvLoadManagerSensor(place, connector_row)
        case ChargerPlace():
            yield from (EvLoadManagerSensor(place, row) for row in CHARGER_SENSORS)


class EvLoadManagerSensor[P: Place](EvLoadManagerEntity[P], SensorEntity):
    """A value; one that wavers is written seldom."""

    entity_description: SensorRow[P]
    _written_at = float("-inf")
    # When a turn comes and what was renewed is for now; the state itself is history.
    _unrecorded_attributes = frozenset({"next_turn", "renewals"})

    @property
    @override
    def native_value(self) -> StateType | datetime:
        """The value."""
        value: StateType | datetime = self._seen.value
        return value

    @override
    def _worth_writing(self, seen: Seen) -> bool:
        jump, old = self.entity_description.jump, self._seen
        now = clock.monotonic()
        if (
            jump is not None
            and old.value is not None
            and seen.value is not None
            and abs(seen.value - old.value) < jump
            and now - self._written_at < WRITE_INTERVAL
        ):
            return False
        self._written_at = now
        return True
