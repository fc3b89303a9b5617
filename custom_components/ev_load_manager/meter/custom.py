"""A register map that somebody enters by hand."""

from collections.abc import Mapping
from typing import Any, Final

from .map_file import HIGHEST_ADDRESS, MapError, read_map
from .register_map import CURRENTS, POWERS, QUANTITIES, RegisterMap, ValueType, per_phase

CUSTOM: Final = "custom"
"""In place of a map's key."""

CONF_FUNCTION: Final = "function"
CONF_WORD_ORDER: Final = "word_order"
CONF_CURRENT_TYPE: Final = "current_type"
CONF_CURRENT_SCALE: Final = "current_scale"
CONF_CURRENT_SIGNED: Final = "current_signed"
CONF_POWER_TYPE: Final = "power_type"
CONF_POWER_SCALE: Final = "power_scale"
CURRENT_ADDRESSES: Final = tuple(f"{name}_address" for name in CURRENTS)
POWER_ADDRESSES: Final = tuple(f"{name}_address" for name in POWERS)


def check_custom(data: Mapping[str, Any], phases: int) -> dict[str, str]:
    """What is wrong with what was typed: field to key of the translated error."""
    errors: dict[str, str] = {}
    for names, kind, needed in (
        (CURRENT_ADDRESSES, CONF_CURRENT_TYPE, True),
        (POWER_ADDRESSES, CONF_POWER_TYPE, False),
    ):
        addresses = [data.get(name) for name in names[:phases]]
        last = HIGHEST_ADDRESS + 1 - ValueType(data[kind]).registers
        for name, address in zip(names, addresses, strict=False):
            if address is None:
                # Power on some phases only would give a direction to some only.
                if needed or any(other is not None for other in addresses):
                    errors[name] = "meter_address_missing"
            elif not 0 <= address <= last or address != int(address):
                errors[name] = "meter_address_range"
    for name in (CONF_CURRENT_SCALE, CONF_POWER_SCALE):
        # Written so that what is no number is wrong, too.
        if not 1e-6 <= abs(data[name]) <= 1e6:
            errors[name] = "meter_scale_range"
    return errors


def custom_map(data: Mapping[str, Any], phases: int) -> RegisterMap:
    """The map that was entered.

    Raises MapError where `check_custom` finds faults.
    """
    faults = check_custom(data, phases)
    if faults:
        raise MapError(f"{CUSTOM}: {faults}")
    registers: dict[str, Any] = {}
    for quantity, fields, kind, scale in (
        ("current", CURRENT_ADDRESSES, CONF_CURRENT_TYPE, CONF_CURRENT_SCALE),
        ("power", POWER_ADDRESSES, CONF_POWER_TYPE, CONF_POWER_SCALE),
    ):
        for name, field in zip(per_phase(quantity)[:phases], fields, strict=False):
            if data.get(field) is not None:
                registers[name] = {
                    "address": int(data[field]),
                    "type": data[kind],
                    "scale": float(data[scale]),
                }
    assert registers.keys() <= QUANTITIES
    return read_map(
        CUSTOM,
        {
            "vendor": "Custom",
            "name": "custom",
            "phases": phases,
            "function": int(data[CONF_FUNCTION]),
            "word_order": data[CONF_WORD_ORDER],
            "current_signed": bool(data.get(CONF_CURRENT_SIGNED, False)),
            "registers": registers,
            "sources": ["entered by hand"],
        },
    )
