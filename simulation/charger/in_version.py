"""The same charger in another version of OCPP."""

from dataclasses import replace
from typing import Final

from .models import ChargerModel
from .v201.models import MEASURANDS, STATION, STATION_21, StationModel
from .v201.profiles import Purpose, Unit

PROTOCOLS: Final = ("ocpp1.6", "ocpp2.0.1", "ocpp2.1")
"""What simulated chargers can speak, by its subprotocol."""
_ALIKE: Final = (
    "hardware_maximum",
    "minimum",
    "step",
    "overdraws",
    "below_minimum",
    "switches_phases",
    "ignores_all_limits",
    "default_acts_on_running_session",
    "converts_watts_by_phases_in_use",
    "refuses_binary_tenths",
    "keeps_standing_only",
    "drops_profiles_offline",
    "per_phase",
    "currents_told",
    "register_of_session",
    "boots_after",
    "hangs_up_before_boot",
    "leaves_socket_behind",
    "omits_headers",
    "answers_pings",
    "takes_clock",
    "boot_seconds",
    "resumes_after_power_loss",
)
"""What a model of either kind calls by the same name, and means the same by."""


def in_version(model: ChargerModel, protocol: str) -> ChargerModel | StationModel:
    """A charger with the same outlets and habits that speaks `protocol`.

    What only OCPP 1.6 has (keys, the words of its reports) it has not.
    """
    if protocol == "ocpp1.6":
        return model
    station = STATION_21 if protocol == "ocpp2.1" else STATION
    return replace(
        station,
        model=model.model[:20],
        vendor=model.vendor[:50],
        evses=model.connectors,
        terminals=model.terminals,
        rules=replace(
            station.rules,
            max_stack_level=min(model.rules.max_stack_level, station.rules.max_stack_level),
            units=frozenset(Unit(unit.value) for unit in model.rules.units),
        ),
        keeps_over_reboot=(
            station.keeps_over_reboot if model.keeps_profiles_over_reboot else frozenset[Purpose]()
        ),
        # It says who it is before it can be asked anything.
        boots_on_reconnect=model.hangs_up_before_boot,
        measurands=tuple(name for name in MEASURANDS if name in model.measurands),
        sampled=tuple(name for name in MEASURANDS if name in model.sampled.split(",")),
        **{name: getattr(model, name) for name in _ALIKE},
    )
