"""What a MeterValue of OCPP 1.6 says (section 7.33)."""

from collections.abc import Mapping
import json

from ..charge_point.journal import Signed
from ..charge_point.sampled_values import collected, register
from ..charge_point.sessions import Sample, in_order
from ..transport import fields
from ..transport.harmless import SIGNED

__all__ = ["read", "register"]


def read(meter_values: object) -> list[Sample]:
    """Read the `meterValue` of a MeterValues or `transactionData`, oldest first.

    What can't be read is left out; nothing is ever raised.
    """
    if not isinstance(meter_values, list):
        return []
    return in_order(
        Sample(
            told=fields.timestamp(item.get("timestamp")),
            values=collected(
                one for one in _listed(item.get("sampledValue")) if isinstance(one, Mapping)
            ),
            signed=_signed(item.get("sampledValue")),
        )
        for item in meter_values
        if isinstance(item, Mapping)
    )


def _listed(told: object) -> list[object]:
    return told if isinstance(told, list) else []


def _signed(sampled: object) -> tuple[Signed, ...]:
    """The signed values, which say nothing that is read here: they are evidence."""
    return tuple(
        Signed(
            value=item["value"],
            context=fields.text(item, "context"),
            described=json.dumps(
                {name: item[name] for name in _DESCRIBES if isinstance(item.get(name), str)}
            ),
        )
        for item in (sampled if isinstance(sampled, list) else ())
        if isinstance(item, Mapping)
        and fields.text(item, "format").lower() == SIGNED
        and isinstance(item.get("value"), str)
    )


_DESCRIBES = ("measurand", "unit", "location", "phase")
