"""What a charger tells of an EVSE's meter, in the form of its model (2.0.1, 2.41, 2.46)."""

import base64
from collections.abc import Iterable
from typing import Any

from ..frames import Payload
from ..grid import VOLTAGE
from .evse import SimulatedEvse
from .models import StationModel

_PHASED = ("Current.Import", "Power.Active.Import", "Voltage")
_REGISTER = "Energy.Active.Import.Register"


def sampled_values(
    evse: SimulatedEvse,
    measurands: Iterable[str],
    model: StationModel,
    *,
    context: str,
    signed: bool = False,
) -> list[Payload]:
    """One list of `sampledValue`; with `signed` the register is signed."""
    values = []
    for measurand in measurands:
        if model.per_phase and measurand in _PHASED:
            told = len(evse.wiring)
            if measurand == "Current.Import":
                told = min(told, model.currents_told)
            values += [
                _value(evse, measurand, model, context, terminal) for terminal in range(told)
            ]
        else:
            values.append(_value(evse, measurand, model, context, None))
            if signed and measurand == _REGISTER:
                values[-1]["signedMeterValue"] = _signature(evse)
    return values


def _value(
    evse: SimulatedEvse, measurand: str, model: StationModel, context: str, terminal: int | None
) -> dict[str, Any]:
    figure, unit = _measure(evse, measurand, model, terminal)
    multiplier = model.multiplier if measurand.startswith(("Power", "Energy")) else 0
    value: dict[str, Any] = {
        "value": round(figure / 10.0**multiplier, 6),
        "measurand": measurand,
        "context": context,
    }
    told: dict[str, Any] = {} if unit is None else {"unit": unit}
    if multiplier:
        told["multiplier"] = multiplier
    if told:
        value["unitOfMeasure"] = told
    if terminal is not None:
        value["phase"] = model.phase_labels[terminal]
    return value


def _measure(
    evse: SimulatedEvse, measurand: str, model: StationModel, terminal: int | None
) -> tuple[float, str | None]:
    """A figure and its unit, before any multiplier."""
    flowing = max(evse.terminals) if terminal is None else evse.terminals[terminal]
    kilo = 1000.0 if model.power_unit == "kW" else 1.0
    match measurand:
        case "Current.Import":
            return round(flowing, 2), "A"
        case "Current.Offered":
            return round(evse.offered, 2), "A"
        case "Power.Active.Import":
            watts = evse.power if terminal is None else flowing * VOLTAGE
            return round(watts) / kilo, model.power_unit
        case "Power.Offered":
            return round(evse.offered * evse.phases_in_use * VOLTAGE) / kilo, model.power_unit
        case "Voltage":
            return VOLTAGE, "V"
        case _:
            energy = evse.energy
            if model.register_of_session and evse.transaction is not None:
                energy -= evse.transaction.meter_start
            in_kilo = model.energy_unit == "kWh"
            return round(energy) / (1000.0 if in_kilo else 1.0), model.energy_unit


def _signature(evse: SimulatedEvse) -> Payload:
    """Something that looks like a signed reading; nobody can check it."""
    data = f"{evse.number}:{round(evse.energy)}".encode()
    return {
        "signedMeterData": base64.b64encode(data).decode(),
        "signingMethod": "ECDSA-secp256r1-SHA256",
        "encodingMethod": "OCMF",
        "publicKey": base64.b64encode(b"simulated").decode(),
    }
