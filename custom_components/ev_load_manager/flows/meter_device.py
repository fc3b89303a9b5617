"""A device that tells what the building draws, and its sensors as they are called now."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

import voluptuous as vol

from homeassistant.components.sensor import SensorDeviceClass
from homeassistant.const import Platform
from homeassistant.core import HomeAssistant
from homeassistant.helpers import device_registry as dr, entity_registry as er
from homeassistant.helpers.selector import (
    DeviceSelector,
    DeviceSelectorConfig,
    EntityFilterSelectorConfig,
)

from ..meter.sensor_roles import DeviceSensor, find_sensors, names_a_phase
from ..meter.sensors import CONF_ENTITY_ID

FIELD_DEVICE: Final = "device"

DEVICE_SCHEMA: Final = vol.Schema(
    {
        vol.Optional(FIELD_DEVICE): DeviceSelector(
            DeviceSelectorConfig(
                entity=[
                    EntityFilterSelectorConfig(domain="sensor", device_class=kind)
                    for kind in (SensorDeviceClass.CURRENT, SensorDeviceClass.POWER)
                ]
            )
        )
    }
)
"""Nothing chosen: the sensors belong to no device, or to several."""


def sensors_of_device(hass: HomeAssistant, device_id: str, phases: int) -> dict[str, str]:
    """The entities of a device that tell `phases` (1 or 3) phases, by quantity, as far as clear."""
    found = find_sensors(_sensors(hass, device_id), phases)
    if not found and (whole := _whole(hass, device_id)) is not None:
        found = find_sensors(_sensors(hass, whole), phases)
    return found


def device_of(hass: HomeAssistant, meter: Mapping[str, Any]) -> str | None:
    """The device that the first sensor of a meter's settings belongs to."""
    registry = er.async_get(hass)
    for value in meter.values():
        if isinstance(value, Mapping) and CONF_ENTITY_ID in value:
            sensor = registry.async_get(value[CONF_ENTITY_ID])
            return None if sensor is None else sensor.device_id
    return None


def _sensors(hass: HomeAssistant, device_id: str) -> Iterator[DeviceSensor]:
    registry = er.async_get(hass)
    for id_, part in _parts(hass, device_id):
        for sensor in er.async_entries_for_device(registry, id_):
            if sensor.domain == Platform.SENSOR:
                yield DeviceSensor(
                    entity_id=sensor.entity_id,
                    names=tuple(filter(None, (sensor.name, sensor.original_name))),
                    part=part,
                    device_class=sensor.device_class or sensor.original_device_class,
                    unit=sensor.unit_of_measurement,
                )


def _whole(hass: HomeAssistant, device_id: str) -> str | None:
    """The device that a device is one phase of."""
    device = dr.async_get(hass).async_get(device_id)
    if device is None or not names_a_phase(device.name or ""):
        return None
    if isinstance(device, dr.ChildDeviceEntry):
        return device.parent_device_id
    return device.via_device_id


def _parts(hass: HomeAssistant, device_id: str) -> Iterator[tuple[str, str]]:
    """A device and the devices that are parts of it, such as its phases, with their names."""
    registry = dr.async_get(hass)
    yield device_id, ""
    device = registry.async_get(device_id)
    if not isinstance(device, dr.DeviceEntry):
        return
    for child in dr.async_entries_for_parent_device(registry, device_id):
        yield child.id, child.name or ""
    for other in dr.async_entries_for_config_entry(registry, device.config_entry_id or ""):
        if other.via_device_id == device_id:
            yield other.id, other.name or ""
