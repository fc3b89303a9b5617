"""The part of a charger's or a feeder's form that is about a meter of its own."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Any, Final

import voluptuous as vol

from ..config.settings import WIRINGS
from ..const import CONF_CONNECTORS, CONF_METER, CONF_WIRING
from .selectors import choice

FIELD_METER: Final = "meter_choice"


class MeterChoice(StrEnum):
    """What is to be done about the meter of a charger or a feeder."""

    KEEP = "keep"
    NEW = "new"
    NONE = "none"


def meter_fields(*, has_meter: bool) -> dict[vol.Marker, Any]:
    """The field that asks whether there is to be a meter of its own."""
    kept = [MeterChoice.KEEP, MeterChoice.NEW, MeterChoice.NONE]
    options = kept if has_meter else [MeterChoice.NONE, MeterChoice.NEW]
    return {
        vol.Optional(FIELD_METER, default=options[0].value): choice(
            FIELD_METER, [option.value for option in options]
        )
    }


def meter_choice_of(user_input: Mapping[str, Any]) -> MeterChoice:
    """What was chosen in that field; nothing chosen changes nothing."""
    return MeterChoice(user_input.get(FIELD_METER, MeterChoice.KEEP))


def check_meter_choice(
    user_input: Mapping[str, Any], present: Mapping[str, Any], *, outlets: int
) -> dict[str, str]:
    """What is wrong with the choice: field to key of the translated error.

    `present` is the charger's stored data (empty for a new one), `outlets` how
    many it has where the form doesn't say.
    """
    choice = meter_choice_of(user_input)
    keeps = choice is MeterChoice.KEEP and bool(present.get(CONF_METER))
    if not keeps and choice is not MeterChoice.NEW:
        return {}
    if (user_input.get(CONF_CONNECTORS) or outlets) > 1:
        # It measures the sum, and every outlet gets a limit of its own.
        return {FIELD_METER: "meter_of_twin"}
    if keeps and _phases(user_input) != _phases(present):
        return {FIELD_METER: "meter_of_other_phases"}
    return {}


def _phases(data: Mapping[str, Any]) -> int:
    return len(WIRINGS[data[CONF_WIRING]])
