"""Devices of the group, its chargers, and the outlets of twins.

They are described here alone, before any entity names them, and followed
while the group runs: a charger is added or renamed, tells its firmware, or
turns out to be a twin, and nothing is loaded anew.
"""

from typing import Any

from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import device_registry as dr, entity_registry as er
from homeassistant.helpers.device_registry import DeviceEntryType
from homeassistant.helpers.dispatcher import async_dispatcher_send
from homeassistant.helpers.typing import UNDEFINED

from .const import DOMAIN
from .load_manager import EvLoadManagerConfigEntry
from .places import CONNECTOR_NAME, ChargerPlace, ConnectorPlace, GroupPlace, places


def signal_places_changed(entry: EvLoadManagerConfigEntry) -> str:
    """Sent when a group has other chargers, outlets or wirings than before."""
    return f"{DOMAIN}_{entry.entry_id}_places_changed"


class Devices:
    """Keeps the device registry as the group is."""

    def __init__(self, hass: HomeAssistant, entry: EvLoadManagerConfigEntry) -> None:
        """Describe what is there."""
        self._hass = hass
        self._entry = entry
        self._described: Any = None
        self.async_update()

    @callback
    def async_update(self) -> None:
        """Describe the devices again if anything about them has changed."""
        described = self._description()
        if described == self._described:
            return
        self._described = described
        group_id = ""
        for place in places(self._hass, self._entry):
            match place:
                case GroupPlace():
                    group_id = self._register_group()
                case ChargerPlace():
                    self._register_charger(place, group_id)
                case ConnectorPlace():
                    self._register_connector(place)
        self._remove_left_over()
        async_dispatcher_send(self._hass, signal_places_changed(self._entry))

    def _description(self) -> Any:
        """Everything that devices, or which entities there are, depend on."""
        return (
            self._entry.runtime_data.group,
            [
                (place.settings, place.point.identity, len(place.connectors))
                for place in places(self._hass, self._entry)
                if isinstance(place, ChargerPlace)
            ],
        )

    def _register_group(self) -> str:
        device = dr.async_get(self._hass).async_get_or_create(
            config_entry_id=self._entry.entry_id,
            identifiers={(DOMAIN, self._entry.entry_id)},
            entry_type=DeviceEntryType.SERVICE,
            manufacturer="EV Load Manager",
            model="Charger group",
            name=self._entry.title,
        )
        return device.id

    def _register_charger(self, charger: ChargerPlace, group_id: str) -> None:
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

    def _register_connector(self, connector: ConnectorPlace) -> None:
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
        """Outlets that the user says are not there; who hasn't told yet how many keeps his."""
        registry = dr.async_get(self._hass)
        for place in places(self._hass, self._entry):
            if not isinstance(place, ChargerPlace) or place.settings.connectors is None:
                continue
            wanted = {(DOMAIN, outlet.key) for outlet in place.connectors if outlet.is_twin}
            for device in dr.async_entries_for_parent_device(registry, place.device_id):
                if not device.identifiers & wanted:
                    registry.async_remove_device(device.id)
