"""Devices of the group, its feeders, its chargers, and the outlets of twins.

They are described here alone, before any entity names them, and followed
while the group runs: a charger is added or renamed, tells its firmware, or
turns out to be a twin, and nothing is loaded anew.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import device_registry as dr, entity_registry as er
from homeassistant.helpers.device_registry import DeviceEntryType
from homeassistant.helpers.dispatcher import async_dispatcher_send
from homeassistant.helpers.translation import async_get_cached_translations
from homeassistant.helpers.typing import UNDEFINED, UndefinedType

from ..config.feeders import FeederSettings
from ..config.settings import ChargerSettings, GroupSettings
from ..const import DOMAIN
from ..csms.charge_point.charge_point import Identity
from ..group.load_manager import EvLoadManagerConfigEntry
from .targets import (
    CONNECTOR_NAME,
    ChargerTarget,
    ConnectorTarget,
    FeederTarget,
    GroupTarget,
    places,
)


def signal_places_changed(entry: EvLoadManagerConfigEntry) -> str:
    """Sent when a group has other chargers, outlets or wirings than before."""
    return f"{DOMAIN}_{entry.entry_id}_places_changed"


class _Charger(NamedTuple):
    """What the devices of a charger depend on."""

    settings: ChargerSettings
    outlets: int
    identity: Identity


@dataclass(frozen=True, slots=True, kw_only=True)
class _Description:
    """Everything that devices, or which entities there are, depend on."""

    group: GroupSettings
    feeders: dict[str, FeederSettings]
    chargers: dict[str, _Charger]
    backends: Mapping[str, Mapping[str, str]]

    def same_chargers(self, other: _Description) -> set[str]:
        """Chargers whose devices need nothing: neither they nor the group changed."""
        if self.group != other.group:
            return set()
        return {id_ for id_, one in self.chargers.items() if other.chargers.get(id_) == one}

    def has_same_places(self, other: _Description) -> bool:
        """Whether there is nothing new but what chargers say they are."""
        return (
            self.group == other.group
            and self.feeders == other.feeders
            and self.backends == other.backends
            and self.chargers.keys() == other.chargers.keys()
            and all(one[:2] == other.chargers[id_][:2] for id_, one in self.chargers.items())
        )


class Devices:
    """Keeps the device registry as the group is."""

    def __init__(self, hass: HomeAssistant, entry: EvLoadManagerConfigEntry) -> None:
        """Describe what is there."""
        self._hass = hass
        self._entry = entry
        self._described: _Description | None = None
        self.async_update()

    @callback
    def async_follow(self) -> None:
        """After a step: what chargers do and tell all day long changes no device."""
        if self._entry.runtime_data.stirred is None:
            self.async_update()

    @callback
    def async_update(self) -> None:
        """Describe the devices again if anything about them has changed."""
        described = self._description()
        before, self._described = self._described, described
        if described == before:
            return
        # With hundreds of chargers, one that tells its firmware is no reason to
        # walk through the registries for all of them.
        same = before.same_chargers(described) if before else set()
        group_id = ""
        for place in places(self._hass, self._entry):
            match place:
                case GroupTarget():
                    group_id = self._register_group()
                case FeederTarget():
                    self._register_feeder(place, group_id)
                case ChargerTarget() if place.subentry_id not in same:
                    self._register_charger(place, group_id)
                case ConnectorTarget() if place.subentry_id not in same:
                    self._register_connector(place)
        if before and before.has_same_places(described):
            return
        self._remove_left_over()
        async_dispatcher_send(self._hass, signal_places_changed(self._entry))

    def _description(self) -> _Description:
        return _Description(
            backends=self._entry.runtime_data.backends.names,
            group=self._entry.runtime_data.group,
            feeders=dict(self._entry.runtime_data.feeders),
            chargers={
                place.subentry_id: _Charger(
                    place.settings, len(place.connectors), place.point.identity
                )
                for place in places(self._hass, self._entry)
                if isinstance(place, ChargerTarget)
            },
        )

    def _register_group(self) -> str:
        device = dr.async_get(self._hass).async_get_or_create(
            config_entry_id=self._entry.entry_id,
            identifiers={(DOMAIN, self._entry.entry_id)},
            entry_type=DeviceEntryType.SERVICE,
            manufacturer="EV Load Manager",
            model=self._kind("group"),
            name=self._entry.title,
        )
        return device.id

    def _kind(self, key: str) -> str | UndefinedType:
        """What stands where a model would, in Home Assistant's own language, as names do."""
        texts = async_get_cached_translations(
            self._hass, self._hass.config.language, "device", DOMAIN
        )
        return texts.get(f"component.{DOMAIN}.device.{key}.name", UNDEFINED)

    def _register_feeder(self, feeder: FeederTarget, group_id: str) -> None:
        dr.async_get(self._hass).async_get_or_create(
            config_entry_id=self._entry.entry_id,
            config_subentry_id=feeder.subentry_id,
            identifiers={(DOMAIN, feeder.key)},
            entry_type=DeviceEntryType.SERVICE,
            manufacturer="EV Load Manager",
            model=self._kind("feeder"),
            name=feeder.settings.name,
            via_device_id=group_id,
        )

    def _register_charger(self, charger: ChargerTarget, group_id: str) -> None:
        identity = charger.point.identity
        # What a charger hasn't told stays as it was.
        dr.async_get(self._hass).async_get_or_create(
            config_entry_id=self._entry.entry_id,
            config_subentry_id=charger.subentry_id,
            identifiers={(DOMAIN, charger.key)},
            name=charger.settings.name,
            manufacturer=identity.vendor or UNDEFINED,
            model=identity.model or UNDEFINED,
            serial_number=identity.serial or UNDEFINED,
            sw_version=identity.firmware or UNDEFINED,
            via_device_id=group_id,
        )

    def _register_connector(self, connector: ConnectorTarget) -> None:
        """A device of its own in a twin; entities made before that was known move there."""
        parent = connector.charger.device_id
        if connector.is_twin:
            device_id = (
                dr.async_get(self._hass)
                .async_get_or_create_child(
                    config_entry_id=self._entry.entry_id,
                    config_subentry_id=connector.subentry_id,
                    identifiers={(DOMAIN, connector.key)},
                    parent_device_id=parent,
                    translation_key=CONNECTOR_NAME,
                    translation_placeholders={"number": str(connector.number)},
                )
                .id
            )
        else:
            device_id = parent
        entities = er.async_get(self._hass)
        for entity in er.async_entries_for_config_entry(entities, self._entry.entry_id):
            if entity.unique_id.startswith(f"{connector.key}_") and entity.device_id != device_id:
                entities.async_update_entity(entity.entity_id, device_id=device_id)

    def _remove_left_over(self) -> None:
        """Outlets that the user says are not there; a charger that has not told how many keeps its own."""
        registry = dr.async_get(self._hass)
        for place in places(self._hass, self._entry):
            if not isinstance(place, ChargerTarget) or place.settings.connectors is None:
                continue
            wanted = {(DOMAIN, outlet.key) for outlet in place.connectors if outlet.is_twin}
            for device in dr.async_entries_for_parent_device(registry, place.device_id):
                if not device.identifiers & wanted:
                    registry.async_remove_device(device.id)
