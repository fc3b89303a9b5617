"""What a charger tells of a connector's meter, in the form of its model."""

from collections.abc import Iterable
from typing import Any

from .connector import SimulatedConnector
from .grid import VOLTAGE
from .models import ChargerModel

_PHASED = ("Current.Import", "Power.Active.Import", "Voltage")


def sampled_values(
    connector: SimulatedConnector,
    measurands: Iterable[str],
    model: ChargerModel,
    *,
    per_phase: bool,
    context: str,
) -> list[dict[str, Any]]:
    """One `sampledValue` list (OCPP 1.6, 7.43) for `measurands` of the configuration."""
    values = []
    for wanted in measurands:
        measurand, phase = _split(wanted, model)
        if phase is not None:
            values.append(_value(connector, measurand, model, context, phase))
        elif per_phase and measurand in _PHASED:
            values += [
                _value(connector, measurand, model, context, terminal)
                for terminal in range(_told(connector, measurand, model))
            ]
        else:
            values.append(_value(connector, measurand, model, context, None))
    return values


def _told(connector: SimulatedConnector, measurand: str, model: ChargerModel) -> int:
    """Of how many terminals it tells this."""
    wired = len(connector.wiring)
    return min(wired, model.currents_told) if measurand == "Current.Import" else wired


def _split(wanted: str, model: ChargerModel) -> tuple[str, int | None]:
    """`Current.Import.L2` is the measurand Current.Import of one phase."""
    measurand, _, label = wanted.rpartition(".")
    if label in model.phase_labels:
        return measurand, model.phase_labels.index(label)
    return wanted, None


def _value(
    connector: SimulatedConnector,
    measurand: str,
    model: ChargerModel,
    context: str,
    terminal: int | None,
) -> dict[str, Any]:
    number, unit = _measure(connector, measurand, model, terminal)
    text = f" {number} " if model.padded_values else number
    value: dict[str, Any] = {"value": text, "measurand": measurand, "context": context}
    if model.tells_units:
        value["unit"] = unit
    if terminal is not None:
        value["phase"] = model.phase_labels[terminal]
    return value


def _measure(
    connector: SimulatedConnector, measurand: str, model: ChargerModel, terminal: int | None
) -> tuple[str, str]:
    flowing = max(connector.terminals) if terminal is None else connector.terminals[terminal]
    match measurand:
        case "Current.Import":
            return _current(flowing, model)
        case "Current.Offered":
            return _current(connector.offered, model)
        case "Power.Active.Import":
            watts = connector.power if terminal is None else flowing * VOLTAGE
            return _power(watts, model)
        case "Power.Offered":
            return _power(connector.offered * connector.phases_in_use * VOLTAGE, model)
        case "Voltage":
            return f"{VOLTAGE:.1f}", "V"
        case "Temperature":
            return "25.0", "Celsius"
        case _:
            energy = connector.energy
            if model.register_of_session and connector.transaction is not None:
                energy -= connector.transaction.meter_start
            if model.energy_unit == "kWh":
                return f"{energy / 1000:.3f}", "kWh"
            return f"{energy:.0f}", "Wh"


def _current(amperes: float, model: ChargerModel) -> tuple[str, str]:
    if model.current_unit == "mA":
        return f"{amperes * 1000:.0f}", "mA"
    return f"{amperes:.2f}", "A"


def _power(watts: float, model: ChargerModel) -> tuple[str, str]:
    if model.power_unit == "kW":
        return f"{watts / 1000:.3f}", "kW"
    return f"{watts:.0f}", "W"
