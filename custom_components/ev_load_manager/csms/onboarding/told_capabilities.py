"""What a charger's configuration keys tell of its capabilities."""

from dataclasses import replace

from .capabilities import Capabilities
from .configuration import Configuration, words

ROTATION = "ConnectorPhaseRotation"
OF_WIRING = (ROTATION, "NumberOfConnectors")
"""What tells how it is wired."""


def as_told(told: Configuration, before: Capabilities) -> Capabilities:
    """Capabilities with what the keys tell; what they don't tell stays as it was."""
    seen = before
    if (features := told.items("SupportedFeatureProfiles")) is not None:
        # Some write them as people do: "Smart Charging".
        folded = {"".join(feature.casefold().split()) for feature in features}
        seen = replace(
            seen,
            smart_charging="smartcharging" in folded,
            trigger_message="remotetrigger" in folded,
        )
    if (units := told.items("ChargingScheduleAllowedChargingRateUnit")) is not None:
        seen = replace(seen, rate_units=_units(units))
    if (switching := told.flag("ConnectorSwitch3to1PhaseSupported")) is not None:
        seen = replace(seen, phase_switching=switching)
    if (order := told.get(ROTATION)) is not None:
        seen = replace(seen, phase_rotation=_rotation(order))
    return replace(
        seen,
        connectors=_first(told.number("NumberOfConnectors"), seen.connectors),
        stack_level_maximum=_first(
            told.number("ChargeProfileMaxStackLevel"), seen.stack_level_maximum
        ),
        max_periods=_first(told.number("ChargingScheduleMaxPeriods"), seen.max_periods),
        max_profiles=_first(told.number("MaxChargingProfilesInstalled"), seen.max_profiles),
    )


def _first(told: int | None, before: int | None) -> int | None:
    return before if told is None or told < 0 else told


def _units(told: tuple[str, ...]) -> tuple[str, ...]:
    """`Current` and `Power` (OCPP 1.6, 9.4.2), also where they are called A and W."""
    folded = {unit.casefold() for unit in told}
    names = (("A", {"current", "a"}), ("W", {"power", "w"}))
    return tuple(unit for unit, called in names if folded & called)


def _rotation(value: str) -> dict[str, str]:
    """Read `0.RST,1.STR` by connector (OCPP 1.6, 9.1.8)."""
    found: dict[str, str] = {}
    for word in words(value):
        number, point, order = word.rpartition(".")
        if sorted(order) == ["R", "S", "T"] and (number.isdecimal() or not point):
            found[number or "0"] = order
    return found
