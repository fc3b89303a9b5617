"""Charging profiles of 2.0.1: what is sent, what is read back, and what lies in the way."""

import asyncio
from collections.abc import Mapping
from datetime import UTC, datetime
from itertools import product
import math
from typing import Any

import pytest

from custom_components.ev_load_manager import clock
from custom_components.ev_load_manager.balancing.readings import Status
from custom_components.ev_load_manager.csms.charge_point.charge_point import ChargePoint
from custom_components.ev_load_manager.csms.charge_point.charger_control import ChargerControl
from custom_components.ev_load_manager.csms.charge_point.known_charger import MOST_CONNECTORS
from custom_components.ev_load_manager.csms.dialect import Ending, Target
from custom_components.ev_load_manager.csms.limits import held
from custom_components.ev_load_manager.csms.limits.fail_safe import FailSafe
from custom_components.ev_load_manager.csms.models import ChargingProfileWay, Kind, Purpose, Scope
from custom_components.ev_load_manager.csms.server import CentralSystem
from custom_components.ev_load_manager.csms.v201.dialect import OCPP_2_0_1, OCPP_2_1
from tests.csms.waiting import until

from .conftest import keeper_of
from .station import REJECTED, VARIABLES, Station

pytestmark = pytest.mark.usefixtures("brisk")


def left(
    purpose: str, amperes: float, *, level: int = 10, id_: int = 7, **more: Any
) -> dict[str, Any]:
    """A profile that another central system left."""
    return {
        "id": id_,
        "stackLevel": level,
        "chargingProfilePurpose": purpose,
        "chargingProfileKind": "Absolute",
        "chargingSchedule": [
            {
                "id": id_,
                "chargingRateUnit": "A",
                "startSchedule": "2020-01-01T00:00:00Z",
                "chargingSchedulePeriod": [{"startPeriod": 0, "limit": amperes}],
            }
        ],
        **more,
    }


async def test_a_session_profile_that_was_left_is_found_and_cleared(
    central: CentralSystem, charger: ChargePoint, control: ChargerControl
) -> None:
    station = Station(central)
    station.profiles[7] = (1, left("TxProfile", 32.0, level=0, transactionId="T1"))
    station.profiles[8] = (0, left("ChargingStationExternalConstraints", 20.0, id_=8))
    keeper_of(charger).want(0.0)
    async with station:
        await station.boot()
        await station.event("Started", "Authorized", state="Charging", evse=1, card="04A1B2C3")
        await until(charger, lambda: keeper_of(charger).offer.accepted == 0.0)
        await control.limits.looked_after()
        assert 7 not in station.profiles
        # What its owner's own system says is nobody's to clear.
        assert 8 in station.profiles
        assert station.limit(transaction="T1") == 0.0


@pytest.mark.parametrize(
    ("evse", "level"), [(1, 10), (1, 9), (0, 10), (0, 9)], ids=["limit", "fallback", "all", "both"]
)
async def test_a_default_that_was_left_where_ours_is_to_be_makes_room(
    central: CentralSystem,
    charger: ChargePoint,
    control: ChargerControl,
    evse: int,
    level: int,
) -> None:
    station = Station(central)
    station.profiles[7] = (evse, left("TxDefaultProfile", 32.0, level=level))
    keeper_of(charger).want(10.0)
    async with station:
        await station.boot()
        await until(charger, lambda: keeper_of(charger).offer.accepted == 10.0)
        await until(charger, lambda: control.fail_safe.state is FailSafe.VERIFIED)
        assert set(station.profiles) == {101, 401}


async def test_what_forgets_its_fallback_is_told_it_again(
    central: CentralSystem, charger: ChargePoint, control: ChargerControl
) -> None:
    station = Station(central)
    keeper_of(charger).want(16.0)
    async with station:
        await station.boot()
        await until(charger, lambda: control.fail_safe.state is FailSafe.VERIFIED)
    station.profiles.clear()
    await until(charger, lambda: not charger.online)
    async with station:
        await station.boot()
        await until(charger, lambda: control.fail_safe.state is FailSafe.NOT_POSSIBLE)
        await control.limits.looked_after()
        assert set(station.profiles) == {101, 401}


async def test_each_refusal_leads_to_the_next_way(
    central: CentralSystem, charger: ChargePoint, control: ChargerControl
) -> None:
    def only_for_sessions(payload: Mapping[str, Any]) -> dict[str, Any]:
        if payload["chargingProfile"]["chargingProfilePurpose"] != "TxProfile":
            return {**REJECTED, "statusInfo": {"reasonCode": "InvalidProfile"}}
        return station.take(dict(payload))

    station = Station(central)
    station.answers["SetChargingProfile"] = only_for_sessions
    keeper_of(charger).want(16.0)
    async with station:
        await station.boot()
        await until(charger, lambda: keeper_of(charger).offer.refused)
        assert "InvalidProfile" in (keeper_of(charger).last_error or "")
        await station.event("Started", "Authorized", state="Charging", evse=1, card="04A1B2C3")
        await until(charger, lambda: keeper_of(charger).offer.accepted == 16.0)
        ((_, profile),) = station.profiles.values()
        assert profile["transactionId"] == "T1"


@pytest.mark.parametrize("code", ["NotSupported", "NotImplemented"])
async def test_a_station_without_charging_profiles_counts_as_one_that_takes_no_limit(
    central: CentralSystem, charger: ChargePoint, control: ChargerControl, code: str
) -> None:
    station = Station(central)
    # K01.FR.29
    station.answers["SetChargingProfile"] = {"error": code}
    keeper = keeper_of(charger)
    keeper.want(8.0)
    async with station:
        await station.boot()
        await until(charger, lambda: keeper.offer.refused)
        assert code in (keeper.last_error or "")
        assert keeper.offer.accepted is None
        assert control.fail_safe.state is not FailSafe.VERIFIED


async def test_watts_are_never_more_than_the_share_of_one_phase(
    central: CentralSystem, charger: ChargePoint, control: ChargerControl
) -> None:
    station = Station(central, variables={**VARIABLES, "SmartChargingCtrlr.RateUnit": "W"})
    keeper_of(charger).want(10.0)
    async with station:
        await station.boot()
        await until(charger, lambda: 101 in station.profiles)
        _, profile = station.profiles[101]
        (schedule,) = profile["chargingSchedule"]
        assert schedule["chargingRateUnit"] == "W"
        assert schedule["chargingSchedulePeriod"][0]["limit"] <= 10.0 * 230


async def test_a_station_that_does_not_tell_its_profiles_is_asked_for_its_schedule(
    central: CentralSystem, charger: ChargePoint, control: ChargerControl
) -> None:
    def schedule(payload: Mapping[str, Any]) -> dict[str, Any]:
        return {
            "status": "Accepted",
            "schedule": {
                "evseId": payload["evseId"],
                "duration": payload["duration"],
                "scheduleStart": station.time(),
                "chargingRateUnit": "A",
                "chargingSchedulePeriod": [
                    {"startPeriod": 0, "limit": 16},
                    {"startPeriod": 300, "limit": 6},
                ],
            },
        }

    station = Station(central)
    station.answers["GetChargingProfiles"] = {"error": "NotImplemented"}
    station.answers["GetCompositeSchedule"] = schedule
    keeper_of(charger).want(16.0)
    async with station:
        await station.boot()
        await until(charger, lambda: control.fail_safe.state is FailSafe.VERIFIED)


async def test_two_evses_have_limits_of_their_own(
    central: CentralSystem, charger: ChargePoint, control: ChargerControl
) -> None:
    charger.connector(2)
    keeper_of(charger, 2).set_terms(6.0, 300.0)
    keeper_of(charger, 1).want(10.0)
    keeper_of(charger, 2).want(13.0)
    station = Station(central, evses=2)
    async with station:
        await station.boot()
        await until(
            charger,
            lambda: keeper_of(charger, 2).offer.accepted == 13.0,
        )
        await until(charger, lambda: keeper_of(charger, 1).offer.accepted == 10.0)
        assert (station.limit(1), station.limit(2)) == (10.0, 13.0)
        assert not [one for one in station.of("SetChargingProfile") if one["evseId"] == 0]


async def test_removed_it_holds_nothing_of_ours(
    central: CentralSystem, charger: ChargePoint, control: ChargerControl
) -> None:
    station = Station(central)
    keeper_of(charger).want(10.0)
    async with station:
        await station.boot()
        await until(charger, lambda: control.fail_safe.state is FailSafe.VERIFIED)
        await until(charger, lambda: control.onboarding.capabilities.sample_interval is not None)
        assert station.variables["SampledDataCtrlr.TxUpdatedInterval"] == "10"
        assert await control.release()
        assert not station.profiles
        assert station.variables["SampledDataCtrlr.TxUpdatedInterval"] == "60"
        assert (
            station.variables["SampledDataCtrlr.TxUpdatedMeasurands"]
            == "Energy.Active.Import.Register"
        )


async def test_in_2_1_ours_are_none_of_the_ids_that_are_kept_for_others(
    central: CentralSystem, charger: ChargePoint, control: ChargerControl
) -> None:
    keeper_of(charger).want(10.0)
    async with Station(central, version="2.1") as station:
        await station.boot()
        await until(charger, lambda: keeper_of(charger).offer.accepted == 10.0)
        await until(charger, lambda: control.fail_safe.state is FailSafe.VERIFIED)
        # SmartChargingCtrlr.MaxExternalConstraintsId is some hundred or thousand (K01.FR.80).
        assert station.profiles
        assert min(station.profiles) > 1_000_000
        await control.release()
        assert not station.profiles


@pytest.mark.parametrize("evse", [0, 1])
async def test_what_stands_limits_nothing_before_what_was_left_above_it_is_gone(
    central: CentralSystem, charger: ChargePoint, control: ChargerControl, evse: int
) -> None:
    def only_what_stands(payload: Mapping[str, Any]) -> dict[str, Any]:
        if payload["chargingProfile"]["id"] != 401:
            return {**REJECTED, "statusInfo": {"reasonCode": "InvalidProfile"}}
        return station.take(dict(payload))

    station = Station(central)
    station.profiles[7] = (evse, left("TxDefaultProfile", 32.0))
    station.answers |= {
        "SetChargingProfile": only_what_stands,
        "ClearChargingProfile": {"error": "InternalError"},
    }
    keeper = keeper_of(charger)
    keeper.want(10.0)
    async with station:
        await station.boot()
        await until(charger, lambda: keeper.standing is not None)
        assert station.limit() == 32.0
        assert keeper.highest_possible >= 32.0
        assert keeper.offer.accepted is None
        station.answers.clear()
        keeper.send_again()
        await until(charger, lambda: keeper.offer.accepted == 10.0)
        assert station.limit() == keeper.highest_possible == 10.0


@pytest.mark.parametrize("dialect", [OCPP_2_0_1, OCPP_2_1])
def test_no_two_places_of_a_station_have_profiles_of_one_id(dialect: Any) -> None:
    """An id is one in the whole station: a known one replaces a profile wherever it lies."""
    found: dict[int, tuple[object, ...]] = {}
    for evse, purpose in product(range(1, MOST_CONNECTORS + 1), Purpose):
        is_whole = purpose is Purpose.CHARGE_POINT_MAX
        way = ChargingProfileWay(
            purpose=purpose,
            kind=Kind.ABSOLUTE,
            scope=Scope.STATION if is_whole else Scope.CONNECTOR,
        )
        target = Target(
            connector=evse,
            connectors=MOST_CONNECTORS,
            transaction_id="T1",
            stack_level_maximum=200,
            now=datetime.now(UTC),
        )
        asked = {
            ("limit", purpose, 0 if is_whole else evse): dialect.set_limit(way, target, 16.0),
            ("below", evse): dialect.set_standing(way, target, 6.0, whatever_the_clock=True),
        }
        for place, question in asked.items():
            id_ = question.payload["chargingProfile"]["id"]
            assert found.setdefault(id_, place) == place
    assert len(found) == 3 * MOST_CONNECTORS + 1


async def test_each_of_twelve_evses_has_a_limit_of_its_own(
    central: CentralSystem, charger: ChargePoint, control: ChargerControl
) -> None:
    station = Station(central, evses=12)
    # What was said of an EVSE before it was known was refused, and is asked for again.
    station.answers["TriggerMessage"] = lambda payload: _tells_status(station, payload)
    for number in range(1, 13):
        keeper = charger.connector(number).keeper
        assert keeper is not None
        keeper.set_terms(6.0, 300.0)
        keeper.want(6.0 + number)
    async with station:
        await station.boot()
        await station.status("Available", evse=1)
        await until(
            charger,
            lambda: all(
                keeper_of(charger, number).offer.accepted == 6.0 + number for number in range(1, 13)
            ),
        )
        assert [station.limit(number) for number in range(1, 13)] == [
            6.0 + number for number in range(1, 13)
        ]
        await until(charger, lambda: charger.connector(12).status is Status.PREPARING)


def _tells_status(station: Station, payload: Mapping[str, Any]) -> dict[str, Any]:
    if payload["requestedMessage"] != "StatusNotification":
        return REJECTED
    station.begin(_status(station, payload["evse"]["id"]))
    return {"status": "Accepted"}


async def _status(station: Station, evse: int) -> None:
    await station.status("Occupied", evse=evse)


async def test_a_station_may_say_of_each_part_of_its_profiles_that_it_is_the_last(
    central: CentralSystem,
    charger: ChargePoint,
    control: ChargerControl,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    async def tell(number: int, found: list[tuple[int, dict[str, Any]]]) -> None:
        for evse, profile in found:
            await station.tell(
                "ReportChargingProfiles",
                requestId=number,
                chargingLimitSource="CSO",
                evseId=evse,
                chargingProfile=[profile],
                tbc=False,
            )

    station = Station(central)
    monkeypatch.setattr(station, "tell_profiles", tell)
    keeper_of(charger).want(16.0)
    async with station:
        await station.boot()
        # Its first part alone shows the fallback, and no limit above it.
        await until(charger, lambda: control.fail_safe.state is FailSafe.VERIFIED)


async def test_a_station_that_never_tells_what_lies_in_the_way_delays_its_limit_by_seconds(
    central: CentralSystem, charger: ChargePoint, control: ChargerControl
) -> None:
    def takes_the_last(payload: Mapping[str, Any]) -> dict[str, Any]:
        profile = payload["chargingProfile"]
        if profile["chargingProfilePurpose"] != "ChargingStationMaxProfile":
            return REJECTED
        return station.take(dict(payload))

    station = Station(central)
    station.answers["SetChargingProfile"] = takes_the_last
    # Accepted, and no part ever comes.
    station.answers["GetChargingProfiles"] = {"status": "Accepted"}
    keeper_of(charger).want(16.0)
    async with station:
        await station.boot()
        await until(charger, lambda: bool(station.of("SetChargingProfile")))
        began = clock.monotonic()
        await until(charger, lambda: keeper_of(charger).offer.accepted == 16.0)
        assert clock.monotonic() - began < 20.0
        # It was asked once, not for each way that it refused.
        assert len(station.of("GetChargingProfiles")) == 1


async def test_what_a_station_lists_above_what_it_took_counts_and_it_is_told_in_another_way(
    central: CentralSystem, charger: ChargePoint, control: ChargerControl
) -> None:
    station = Station(central)
    station.profiles[7] = (1, left("TxDefaultProfile", 32.0, level=50))
    station.answers["ClearChargingProfile"] = {"status": "Unknown"}
    keeper = keeper_of(charger)
    keeper.want(10.0)
    async with station:
        await station.boot()
        await station.event("Started", "Authorized", state="Charging", evse=1, card="04A1B2C3")
        await until(charger, lambda: 32.0 in keeper.offer.possible)
        assert station.limit(transaction="T1") == 32.0
        await until(charger, lambda: keeper.offer.possible == (10.0,))
        assert station.limit(transaction="T1") == 10.0


async def test_what_nothing_keeps_from_more_counts_with_it_and_is_asked_again_in_minutes(
    central: CentralSystem,
    charger: ChargePoint,
    control: ChargerControl,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(held, "_LATER", 20.0)
    station = Station(central)

    def lists_another(payload: Mapping[str, Any]) -> dict[str, Any]:
        number, wrong = payload["requestId"], left("TxProfile", 20.0, transactionId="T1", level=10)
        station.begin(station.tell_profiles(number, [(1, wrong)]))
        return {"status": "Accepted"}

    station.answers["GetChargingProfiles"] = lists_another
    keeper = keeper_of(charger)
    keeper.want(10.0)
    async with station:
        await station.boot()
        await station.event("Started", "Authorized", state="Charging", evse=1, card="04A1B2C3")
        await until(charger, lambda: keeper.offer.possible == (10.0, 20.0))
        # Each way that it takes is tried, and none for ever.
        await station.until_asked("GetChargingProfiles", 12)
        sent = len(station.of("SetChargingProfile"))
        assert sent < 30
        assert keeper.offer.possible == (10.0, 20.0)
        del station.answers["GetChargingProfiles"]
        await until(charger, lambda: keeper.offer.possible == (10.0,))


async def test_a_station_that_rounds_up_is_told_whole_amperes(
    central: CentralSystem, charger: ChargePoint, control: ChargerControl
) -> None:
    station = Station(central)

    def rounds(payload: Mapping[str, Any]) -> dict[str, Any]:
        (schedule,) = payload["chargingProfile"]["chargingSchedule"]
        for period in schedule["chargingSchedulePeriod"]:
            period["limit"] = math.ceil(period["limit"])
        return station.take(dict(payload))

    station.answers["SetChargingProfile"] = rounds
    keeper = keeper_of(charger)
    keeper.want(10.4)
    async with station:
        await station.boot()
        await until(charger, lambda: keeper.offer.possible == (10.4, 11.0))
        await until(charger, lambda: keeper.offer.possible == (10.0,))
        assert control.limits.step == 1.0
        assert station.limit() == 10.0


async def test_a_station_that_shows_nothing_of_what_it_takes_is_no_proof_of_more(
    central: CentralSystem, charger: ChargePoint, control: ChargerControl
) -> None:
    station = Station(central)
    station.answers["GetChargingProfiles"] = {"status": "NoProfiles"}
    keeper = keeper_of(charger)
    keeper.want(10.0)
    async with station:
        await station.boot()
        await until(charger, lambda: keeper.offer.accepted == 10.0)
        await control.limits.looked_after()
        assert keeper.offer.possible == (10.0,)
        assert control.fail_safe.state is not FailSafe.VERIFIED


async def test_no_profile_is_sent_beside_one_of_ours_that_another_way_has_left(
    central: CentralSystem, charger: ChargePoint, control: ChargerControl
) -> None:
    station = Station(central)
    keeper = keeper_of(charger)
    keeper.want(16.0)
    async with station:
        await station.boot()
        await station.event("Started", "Authorized", state="Charging", evse=1, card="04A1B2C3")
        await until(charger, lambda: keeper.offer.accepted == 16.0)
        # The car follows nothing, so that one way after the other is tried; the station ends
        # the test where one of ours lies in the way of the next.
        told = 0
        for _ in range(12):
            told = max(told, len(station.of("SetChargingProfile")))
            keeper.compliance.disobeys, keeper.compliance.act_at = True, 0.0
            control.limits.wake()
            async with asyncio.timeout(10):
                await station.until_asked("SetChargingProfile", told + 1)
            await control.limits.settled()


@pytest.mark.parametrize("kind", [Kind.ABSOLUTE, Kind.RELATIVE])
def test_a_limit_that_ends_has_a_duration_and_a_matching_end_of_validity(kind: Kind) -> None:
    # Some stations heed one of them only.
    now = datetime(2026, 6, 1, 12, tzinfo=UTC)
    way = ChargingProfileWay(purpose=Purpose.TX_DEFAULT, kind=kind)
    asked = OCPP_2_0_1.set_limit(way, Target(connector=1, now=now), 10.0, Ending(after=300.0))
    profile = asked.payload["chargingProfile"]
    (schedule,) = profile["chargingSchedule"]
    ends = datetime.fromisoformat(profile["validTo"])
    assert (ends - now).total_seconds() == 300
    if kind is Kind.ABSOLUTE:
        began = datetime.fromisoformat(schedule["startSchedule"])
        assert (ends - began).total_seconds() == schedule["duration"]
    else:
        assert "startSchedule" not in schedule
        assert schedule["duration"] >= 300
