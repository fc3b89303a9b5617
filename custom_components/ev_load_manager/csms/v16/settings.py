"""The settings of OCPP 1.6, which it calls configuration keys, and what they tell of a charger."""

from typing import Any, Final

from ocpp.v16.enums import ConfigurationKey

from ..dialect import SettingNames, ToldSettings
from ..onboarding.configuration import words

_BY_PHASE: Final = (
    "Energy.Active.Import.Register",
    "Power.Active.Import",
    "Current.Import.L1",
    "Current.Import.L2",
    "Current.Import.L3",
    "Voltage.L1-N",
    "Voltage.L2-N",
    "Voltage.L3-N",
)
"""To the letter of the thesis (listing 9), for those that do not add the phases by themselves."""
_NUMBERS: Final = {
    "connectors": "NumberOfConnectors",
    "stack_level_maximum": "ChargeProfileMaxStackLevel",
    "max_periods": "ChargingScheduleMaxPeriods",
    "max_profiles": "MaxChargingProfilesInstalled",
}
"""What a whole number tells."""
_FEATURES: Final = "SupportedFeatureProfiles"
_UNITS: Final = "ChargingScheduleAllowedChargingRateUnit"
_SWITCHING: Final = "ConnectorSwitch3to1PhaseSupported"
_ROTATION: Final = "ConnectorPhaseRotation"
_AT_ONCE: Final = "GetConfigurationMaxKeys"
_INTERVAL: Final = "MeterValueSampleInterval"
_MOST_MEASURANDS: Final = "MeterValuesSampledDataMaxLength"
_USUAL: Final = {"MinimumStatusDuration": "0", "WebSocketPingInterval": "30"}
"""Tell a new status at once, notice a dead line."""
_TELL_TALES: Final = (
    *("OperatorCurrentLimit", "evb_MaximumStationCurrent", "GaroOwnerMaxCurrent"),
    *("chg_StationMaxCurrent", "G_MaxCurrent", "maxintensitysocket", "MaxAvailableCurrent"),
    *("PwmMinCurrentDefault", "ForceState", "RegisterMeterValuesIncludePhases"),
)
"""Keys of vendors, by which their models are known."""

NAMES: Final = SettingNames(
    at_once=_AT_ONCE,
    measurands="MeterValuesSampledData",
    most_measurands=_MOST_MEASURANDS,
    interval=_INTERVAL,
    of_wiring=(_ROTATION, _NUMBERS["connectors"]),
    essential=(_INTERVAL, _NUMBERS["connectors"], _NUMBERS["stack_level_maximum"]),
    asked=(
        *(_AT_ONCE, _FEATURES, _NUMBERS["connectors"], _NUMBERS["stack_level_maximum"], _UNITS),
        *(_NUMBERS["max_periods"], _NUMBERS["max_profiles"], _SWITCHING, _ROTATION, _INTERVAL),
        *(_MOST_MEASURANDS, *_USUAL, *_TELL_TALES),
    ),
    usual=_USUAL,
    wanted=(
        ("Energy.Active.Import.Register", "Power.Active.Import", "Current.Import", "Voltage"),
        _BY_PHASE,
    ),
    public=frozenset(key.value.casefold() for key in ConfigurationKey)
    - {"authorizationkey", "cponame"},
    most_needed=("Current.Import", "Energy", "Power", "Voltage"),
)


def told_of_itself(settings: ToldSettings) -> dict[str, Any]:
    """See `Dialect`."""
    told: dict[str, Any] = {}
    if (features := settings.items(_FEATURES)) is not None:
        # Some write them as people do: "Smart Charging".
        folded = {"".join(feature.casefold().split()) for feature in features}
        told["smart_charging"] = "smartcharging" in folded
        told["trigger_message"] = "remotetrigger" in folded
    if (units := settings.items(_UNITS)) is not None:
        told["rate_units"] = _units(units)
    if (switching := settings.flag(_SWITCHING)) is not None:
        told["phase_switching"] = switching
    if (order := settings.get(_ROTATION)) is not None:
        told["phase_rotation"] = _rotation(order)
    for name, key in _NUMBERS.items():
        if (number := settings.number(key)) is not None and number >= 0:
            told[name] = number
    return told


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
