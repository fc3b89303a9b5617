"""Where an entity looks: the group, a feeder or a charger of it, or one connector."""

from abc import abstractmethod
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, NamedTuple, override

from homeassistant.core import HomeAssistant
from homeassistant.helpers import device_registry as dr
from homeassistant.helpers.device_registry import ChildDeviceInfo, DeviceInfo

from .. import clock
from ..balancing.decision import CircuitDecision, ConnectorDecision
from ..balancing.phases import Phase, PhaseCurrents
from ..balancing.safe_limit import Cause
from ..balancing.site import ConnectorId
from ..config.feeders import FeederSettings
from ..config.settings import ChargerSettings
from ..config.site_builder import GRID, GROUP, LiveCircuit, feeder_circuit
from ..const import DOMAIN
from ..coordinator import MeterCoordinator
from ..csms.charge_point.charge_point import ChargePoint
from ..csms.charge_point.charger_control import ChargerControl
from ..csms.charge_point.connector import ConnectorState
from ..errors import refusal
from ..group.load_manager import EvLoadManagerConfigEntry, LoadManager
from ..history.safe_limit_log import SafeLimitPeriod
from ..meter import MeterValues

CONNECTOR_NAME: Final = "connector"
"""Translation key of the name of a twin's outlet."""
METER_PATIENCE: Final = 10.0
"""Seconds that the last answer of a meter is shown although it does not answer."""


class Glance(NamedTuple):
    """A place as it is at a glance; the same glance, and there is hardly anything new."""

    charger: str
    """By charge point id."""
    seen: tuple[object, ...]


class CircuitTarget:
    """What a group and a feeder have in common: a circuit that people limit, with a meter or none."""

    __slots__ = ()

    @property
    @abstractmethod
    def manager(self) -> LoadManager:
        """The group's load manager."""

    @property
    @abstractmethod
    def circuit(self) -> str:
        """The circuit that it is."""

    @property
    @abstractmethod
    def metered_circuit(self) -> str:
        """The circuit whose meter its chargers share current by, where it has one."""

    @property
    def limits(self) -> LiveCircuit:
        """What people allow it."""
        return self.manager.circuits[self.circuit]

    @property
    def metered(self) -> LiveCircuit:
        """The same where its meter is."""
        return self.manager.circuits[self.metered_circuit]

    @property
    def has_meter(self) -> bool:
        """Whether there is a meter."""
        circuit = self.manager.circuits.get(self.metered_circuit)
        return circuit is not None and circuit.meter is not None

    @property
    def meter_values(self) -> MeterValues | None:
        """What its meter tells now; None while it is not connected."""
        return _values_of(self.manager.meters.get(self.metered_circuit))

    @property
    def safe_limit_cause(self) -> Cause | None:
        """Why its chargers share the safe limit; None while they don't."""
        return self.manager.safe_limit_cause_at(self.metered_circuit)

    @property
    def safe_limit_period(self) -> SafeLimitPeriod | None:
        """The time that they have shared it; None while they don't."""
        return self.manager.records.safe_limit_log.current_at(self.metered_circuit)

    @property
    def decision(self) -> CircuitDecision | None:
        """How it stood at the last step; None before the first."""
        return self._decision_at(self.circuit)

    @property
    def other_load(self) -> PhaseCurrents | None:
        """What its meter shows beside the chargers, A; None where that is not known."""
        decision = self._decision_at(self.metered_circuit)
        return None if decision is None else decision.other_load

    def _decision_at(self, circuit: str) -> CircuitDecision | None:
        decision = self.manager.decision
        return None if decision is None else decision.circuits.get(circuit)


@dataclass(frozen=True, slots=True)
class GroupTarget(CircuitTarget):
    """The group of chargers."""

    hass: HomeAssistant
    entry: EvLoadManagerConfigEntry

    @property
    @override
    def manager(self) -> LoadManager:
        """The group's load manager."""
        return self.entry.runtime_data

    @property
    def key(self) -> str:
        """What identifiers and unique ids of the place begin with."""
        return self.entry.entry_id

    @property
    def subentry_id(self) -> str | None:
        """It belongs to no charger."""
        return None

    @property
    def exists(self) -> bool:
        """A group is there as long as its entry is."""
        return True

    @property
    def phases(self) -> tuple[Phase, ...]:
        """The grid phases it has."""
        return self.manager.group.phase_list

    @property
    @override
    def circuit(self) -> str:
        """The circuit that it is."""
        return GROUP

    @property
    @override
    def metered_circuit(self) -> str:
        """Its meter is at the grid connection."""
        return GRID

    @property
    def device_info(self) -> DeviceInfo:
        """The group's device, which `devices` describes."""
        return DeviceInfo(identifiers={(DOMAIN, self.key)})


@dataclass(frozen=True, slots=True)
class FeederTarget(CircuitTarget):
    """A circuit between the group and some of its chargers."""

    group: GroupTarget
    subentry_id: str

    @property
    @override
    def manager(self) -> LoadManager:
        """The group's load manager."""
        return self.group.manager

    @property
    def key(self) -> str:
        """What identifiers and unique ids of the place begin with."""
        return self.subentry_id

    @property
    def exists(self) -> bool:
        """Whether nobody has removed it yet."""
        return self.subentry_id in self.manager.feeders

    @property
    def settings(self) -> FeederSettings:
        """What the user entered for it."""
        return self.manager.feeders[self.subentry_id]

    @property
    def phases(self) -> tuple[Phase, ...]:
        """The grid phases it has."""
        return self.group.phases

    @property
    @override
    def circuit(self) -> str:
        """The circuit that it is."""
        return feeder_circuit(self.subentry_id)

    @property
    @override
    def metered_circuit(self) -> str:
        """A meter of its own is at itself."""
        return self.circuit

    @property
    def device_info(self) -> DeviceInfo:
        """The feeder's device, which `devices` describes."""
        return DeviceInfo(identifiers={(DOMAIN, self.key)})


@dataclass(frozen=True, slots=True)
class ChargerTarget:
    """One charger of the group, known by its subentry: its id may change."""

    group: GroupTarget
    subentry_id: str

    @property
    def manager(self) -> LoadManager:
        """The group's load manager."""
        return self.group.entry.runtime_data

    @property
    def key(self) -> str:
        """What identifiers and unique ids of the place begin with."""
        return self.subentry_id

    @property
    def exists(self) -> bool:
        """Whether nobody has removed it yet."""
        return self.subentry_id in self.manager.chargers

    @property
    def glance(self) -> Glance | None:
        """What its entities show seldom changes without this; None once it is removed."""
        # Hundreds of places are asked after every step.
        manager = self.group.entry.runtime_data
        settings = manager.chargers.get(self.subentry_id)
        if settings is None:
            return None
        point = manager.access.point(settings.charger_id)
        return Glance(
            settings.charger_id,
            (point.online, point.identity, point.capabilities, point.reports.newest),
        )

    @property
    def settings(self) -> ChargerSettings:
        """What the user entered for it."""
        return self.manager.chargers[self.subentry_id]

    @property
    def point(self) -> ChargePoint:
        """The charger itself."""
        return self.manager.access.point(self.settings.charger_id)

    @property
    def control(self) -> ChargerControl:
        """What makes it follow its limits."""
        return self.manager.access.control(self.settings.charger_id)

    @property
    def phases(self) -> tuple[Phase, ...]:
        """The grid phases that feed it."""
        return tuple(sorted(self.settings.wiring))

    @property
    def device_info(self) -> DeviceInfo:
        """The charger's device, which `devices` describes."""
        return DeviceInfo(identifiers={(DOMAIN, self.key)})

    @property
    def device_id(self) -> str:
        """The charger's device in the registry, which is there before its entities."""
        device = dr.async_get(self.group.hass).async_get_device_by_identifier(
            (DOMAIN, self.key), self.group.entry.entry_id
        )
        assert device is not None
        return device.id

    @property
    def connectors(self) -> tuple[ConnectorTarget, ...]:
        """Its outlets as far as they are known."""
        return tuple(
            ConnectorTarget(self, connector.number)
            for connector in self.manager.chargers.connectors_of(self.settings)
        )


@dataclass(frozen=True, slots=True)
class ConnectorTarget:
    """One outlet of a charger."""

    charger: ChargerTarget
    number: int

    @property
    def manager(self) -> LoadManager:
        """The group's load manager."""
        return self.charger.group.entry.runtime_data

    @property
    def key(self) -> str:
        """What identifiers and unique ids of the place begin with."""
        return f"{self.charger.key}_{self.number}"

    @property
    def subentry_id(self) -> str:
        """The charger's subentry."""
        return self.charger.subentry_id

    @property
    def exists(self) -> bool:
        """Whether the charger is there and has this outlet."""
        settings = self.manager.chargers.get(self.charger.subentry_id)
        return settings is not None and self.manager.chargers.has_connector(settings, self.number)

    @property
    def id(self) -> ConnectorId:
        """What the rest of the house calls it."""
        return ConnectorId(self.charger.settings.charger_id, self.number)

    @property
    def online(self) -> bool:
        """Whether its charger is connected."""
        return self.charger.point.online

    @property
    def state(self) -> ConnectorState | None:
        """What the charger told about it."""
        return self.charger.point.connectors.get(self.number)

    @property
    def glance(self) -> Glance | None:
        """What its entities show seldom changes without this; None once it is removed."""
        manager = self.charger.group.entry.runtime_data
        settings = manager.chargers.get(self.charger.subentry_id)
        if settings is None or not manager.chargers.has_connector(settings, self.number):
            return None
        id_ = ConnectorId(settings.charger_id, self.number)
        state = manager.access.point(settings.charger_id).connectors.get(self.number)
        told = None if state is None else (state.values, state.energy, state.session_energy)
        decision = manager.decision
        decided = None if decision is None else decision.connectors.get(id_)
        return Glance(settings.charger_id, (manager.readings.connectors.get(id_), decided, told))

    @property
    def decision(self) -> ConnectorDecision | None:
        """What it was given last; None before the first step."""
        decision = self.manager.decision
        return None if decision is None else decision.connectors.get(self.id)

    @property
    def phases(self) -> tuple[Phase, ...]:
        """The grid phases that feed it."""
        return self.charger.phases

    @property
    def is_twin(self) -> bool:
        """Whether its charger has more outlets than this one."""
        return len(self.charger.connectors) > 1

    @property
    def device_info(self) -> DeviceInfo | ChildDeviceInfo:
        """A device of its own in a twin, else the charger's."""
        if not self.is_twin:
            return self.charger.device_info
        return ChildDeviceInfo(
            identifiers={(DOMAIN, self.key)},
            parent_device_id=self.charger.device_id,
            translation_key=CONNECTOR_NAME,
            translation_placeholders={"number": str(self.number)},
        )


def _values_of(meter: MeterCoordinator | None) -> MeterValues | None:
    """What a meter tells now; None while it is not connected."""
    if meter is None:
        return None
    values: MeterValues | None = meter.data
    if values is None or meter.last_update_success:
        return values
    # One lost answer is no lost meter: the history would be nothing but gaps.
    return values if clock.monotonic() - values.at < METER_PATIENCE else None


type Place = GroupTarget | FeederTarget | ChargerTarget | ConnectorTarget


def places(hass: HomeAssistant, entry: EvLoadManagerConfigEntry) -> Iterator[Place]:
    """Every place of a group, the group first and each charger before its connectors."""
    group = GroupTarget(hass, entry)
    yield group
    for subentry_id in entry.runtime_data.feeders:
        if subentry_id in entry.subentries:
            yield FeederTarget(group, subentry_id)
    for subentry_id in entry.runtime_data.chargers:
        # Home Assistant has taken down a removed charger before we hear of it.
        if subentry_id in entry.subentries:
            charger = ChargerTarget(group, subentry_id)
            yield charger
            yield from charger.connectors


def find_feeder(hass: HomeAssistant, entry: EvLoadManagerConfigEntry, wanted: str) -> str:
    """The subentry of the feeder that is meant, by its device, its name or its circuit.

    Raises ServiceValidationError where the group has none like that.
    """
    device = dr.async_get(hass).async_get(wanted)
    keys = set() if device is None else device.identifiers
    for feeder_id, feeder in entry.runtime_data.feeders.items():
        if (
            (DOMAIN, feeder_id) in keys
            or feeder.name.casefold() == wanted.strip().casefold()
            or feeder_circuit(feeder_id) == wanted
        ):
            return feeder_id
    raise refusal("feeder_not_found", feeder=wanted, group=entry.title)
