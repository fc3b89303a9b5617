"""What a MeterValue of OCPP 2.0.1 says: numbers with a unit and a power of ten.

Part 2, 2.41 (SampledValueType) and 2.50 (UnitOfMeasureType). What is signed is its
owner's to check, and its plain value counts here.
"""

from collections.abc import Iterator, Mapping
import json
from typing import Any, Final

from ..charge_point.journal import Signed
from ..charge_point.sampled_values import collected
from ..charge_point.sessions import Sample, in_order
from ..transport import fields

_MOST_MULTIPLIER: Final = 12


def read(meter_values: object) -> list[Sample]:
    """Read the `meterValue` of a MeterValues or TransactionEvent, oldest first.

    What can't be read is left out; nothing is ever raised.
    """
    if not isinstance(meter_values, list):
        return []
    return in_order(
        Sample(
            told=fields.timestamp(item.get("timestamp")),
            values=collected(_sampled(item.get("sampledValue"))),
            signed=_signed(item.get("sampledValue")),
        )
        for item in meter_values
        if isinstance(item, Mapping)
    )


def _signed(told: object) -> tuple[Signed, ...]:
    """The signed values, which are kept as they came: they are evidence."""
    found = []
    for item in told if isinstance(told, list) else ():
        signed = item.get("signedMeterValue") if isinstance(item, dict) else None
        if isinstance(signed, dict) and isinstance(signed.get("signedMeterData"), str):
            described = {name: one for name, one in signed.items() if name != "signedMeterData"}
            found.append(
                Signed(
                    value=signed["signedMeterData"],
                    context=fields.text(item, "context"),
                    described=json.dumps(described),
                )
            )
    return tuple(found)


def _sampled(told: object) -> Iterator[Mapping[str, Any]]:
    """Each value as 1.6 writes it: with its unit, and no power of ten."""
    for item in told if isinstance(told, list) else ():
        if not isinstance(item, dict):
            continue
        value = fields.number(item.get("value"))
        if value is None:
            continue
        unit = item.get("unitOfMeasure")
        of = unit if isinstance(unit, dict) else {}
        if of.get("multiplier") is not None:
            multiplier = fields.integer(of, "multiplier")
            # Nobody knows how much it is, where that can't be read.
            if multiplier is None or abs(multiplier) > _MOST_MULTIPLIER:
                continue
            value *= 10.0**multiplier
        # Some write the unit where 1.6 has it; its format is no field of this version.
        yield {**item, "unit": of.get("unit", item.get("unit")), "format": None, "value": value}
