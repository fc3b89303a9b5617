"""What others than this system limit a station to: read where it is not told, and known until it is over."""

from collections.abc import Callable
from typing import Any

import pytest

from custom_components.ev_load_manager.csms.charge_point.charge_point import ChargePoint
from custom_components.ev_load_manager.csms.charge_point.charger_control import ChargerControl
from custom_components.ev_load_manager.csms.charge_point.connector import (
    ForeignLimit,
    limited_elsewhere_to,
    limited_unknown_to,
)
from custom_components.ev_load_manager.csms.limits import reconcile
from custom_components.ev_load_manager.csms.server import CentralSystem
from tests.csms.waiting import until

from .conftest import keeper_of
from .station import Station
from .test_profiles import left

pytestmark = pytest.mark.usefixtures("brisk")

EXTERNAL = "ChargingStationExternalConstraints"


def known(charger: ChargePoint) -> tuple[float | None, str] | None:
    """The lowest limit of others at its first outlet."""
    found = limited_elsewhere_to(charger.connectors[1], charger.whole)
    return None if found is None else (found.amperes, found.source)


def unknown(charger: ChargePoint) -> ForeignLimit | None:
    """One of which nobody knows how low it is."""
    return limited_unknown_to(charger.connectors[1], charger.whole)


async def led(station: Station, charger: ChargePoint, amperes: float = 16.0) -> None:
    """Wait until a station has a limit of ours."""
    await station.boot()
    await until(charger, lambda: keeper_of(charger).offer.accepted == amperes)


async def notifies(station: Station, source: str = "SO", **more: Any) -> None:
    """It says that somebody limits it, and not how low."""
    await station.tell("NotifyChargingLimit", chargingLimit={"chargingLimitSource": source}, **more)


@pytest.mark.parametrize("evse", [0, 1])
async def test_how_low_a_limit_is_that_is_told_without_its_amount_is_read(
    central: CentralSystem, charger: ChargePoint, control: ChargerControl, evse: int
) -> None:
    station = Station(central)
    keeper_of(charger).want(16.0)
    async with station:
        await led(station, charger)
        await control.limits.looked_after()
        station.profiles[7] = (evse, left(EXTERNAL, 10.0))
        await notifies(station, "EMS")
        await until(charger, lambda: known(charger) == (10.0, "EMS"))
        assert unknown(charger) is None
        # It is not ours to clear.
        assert 7 in station.profiles

        del station.profiles[7]
        await station.tell("ClearedChargingLimit", chargingLimitSource="EMS")
        await until(charger, lambda: known(charger) is None)


async def test_where_profiles_are_not_listed_the_schedule_shows_how_low_it_is(
    central: CentralSystem, charger: ChargePoint, control: ChargerControl
) -> None:
    station = Station(central)
    station.answers["GetChargingProfiles"] = {"error": "NotImplemented"}
    station.answers["GetCompositeSchedule"] = {
        "status": "Accepted",
        "schedule": {
            "evseId": 1,
            "duration": 100_000,
            "scheduleStart": station.time(),
            "chargingRateUnit": "A",
            "chargingSchedulePeriod": [{"startPeriod": 0, "limit": 8.0}],
        },
    }
    keeper_of(charger).want(16.0)
    async with station:
        await led(station, charger)
        await control.limits.looked_after()
        assert known(charger) is None
        await notifies(station)
        await until(charger, lambda: known(charger) == (8.0, "SO"))

        await station.tell("ClearedChargingLimit", chargingLimitSource="SO")
        assert known(charger) is None


async def test_where_nothing_tells_how_low_it_is_it_is_known_that_it_holds(
    central: CentralSystem, charger: ChargePoint, control: ChargerControl
) -> None:
    station = Station(central)
    station.answers["GetChargingProfiles"] = {"error": "NotImplemented"}
    keeper_of(charger).want(16.0)
    async with station:
        await led(station, charger)
        await notifies(station, evseId=1)
        await station.until_asked("GetCompositeSchedule", 2)
        await control.limits.looked_after()
        assert known(charger) is None
        assert unknown(charger) == ForeignLimit(None, "SO")

        await station.tell("ClearedChargingLimit", chargingLimitSource="SO", evseId=1)
        assert unknown(charger) is None


async def test_a_limit_that_was_there_before_is_found_and_its_end_without_a_word_too(
    central: CentralSystem,
    charger: ChargePoint,
    control: ChargerControl,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(reconcile, "LIMITED_ELSEWHERE_FOR", 5.0)
    station = Station(central)
    station.profiles[7] = (0, left(EXTERNAL, 12.0))
    keeper_of(charger).want(16.0)
    async with station:
        await led(station, charger)
        await until(charger, lambda: known(charger) == (12.0, "EMS"))
        del station.profiles[7]
        await until(charger, lambda: known(charger) is None)


def _of_maximum(amperes: float) -> tuple[int, dict[str, Any]]:
    return 0, left("ChargingStationMaxProfile", amperes)


def _of_higher_level(amperes: float) -> tuple[int, dict[str, Any]]:
    return 1, left("TxDefaultProfile", amperes, level=50)


@pytest.mark.parametrize("kept", [_of_maximum, _of_higher_level])
@pytest.mark.parametrize(
    "clears", [{"status": "Unknown"}, {"status": "Accepted"}, {"error": "InternalError"}]
)
async def test_a_lower_limit_that_was_left_and_is_not_cleared_is_a_reason(
    central: CentralSystem,
    charger: ChargePoint,
    control: ChargerControl,
    kept: Callable[[float], tuple[int, dict[str, Any]]],
    clears: dict[str, Any],
) -> None:
    station = Station(central)
    station.profiles[7] = kept(9.0)
    station.answers["ClearChargingProfile"] = clears
    keeper_of(charger).want(16.0)
    async with station:
        await led(station, charger)
        await until(charger, lambda: known(charger) == (9.0, "CSO"))


async def test_one_that_was_left_below_ours_is_none(
    central: CentralSystem, charger: ChargePoint, control: ChargerControl
) -> None:
    station = Station(central)
    station.profiles[7] = (1, left("TxDefaultProfile", 7.0, level=2))
    station.profiles[8] = (
        0,
        left("ChargingStationMaxProfile", 0.0, id_=8, validTo=station.time(5)),
    )
    station.answers["ClearChargingProfile"] = {"status": "Unknown"}
    keeper_of(charger).want(16.0)
    async with station:
        await led(station, charger)
        await control.limits.looked_after()
        assert known(charger) is None


async def test_what_others_leave_later_is_cleared_as_well(
    central: CentralSystem, charger: ChargePoint, control: ChargerControl
) -> None:
    station = Station(central)
    keeper_of(charger).want(16.0)
    async with station:
        await led(station, charger)
        await control.limits.looked_after()
    await until(charger, lambda: not charger.online)
    station.profiles[7] = _of_maximum(9.0)
    async with station:
        await led(station, charger)
        await control.limits.looked_after()
        assert 7 not in station.profiles
        assert known(charger) is None
