"""A transaction of 2.0.1 may have several sessions: what was set for it acts in all of them."""

from collections.abc import Callable, Mapping
from typing import Any

import pytest

from custom_components.ev_load_manager import clock
from custom_components.ev_load_manager.csms.charge_point import sessions
from custom_components.ev_load_manager.csms.charge_point.charge_point import ChargePoint
from custom_components.ev_load_manager.csms.charge_point.charger_control import ChargerControl
from custom_components.ev_load_manager.csms.limits.fail_safe import FailSafe
from custom_components.ev_load_manager.csms.server import CentralSystem
from tests.csms.client import Client
from tests.csms.conftest import ago
from tests.csms.waiting import until

from .conftest import CATALOGUE, keeper_of
from .station import REJECTED, Station
from .test_profiles import left

pytestmark = pytest.mark.usefixtures("brisk")

CARD = "04A1B2C3"
FAILS = {"error": "InternalError"}
_FALLBACK = 401


def led_by_sessions(station: Station) -> Callable[[Mapping[str, Any]], dict[str, Any]]:
    """A station that takes no default but the one that stands."""

    def answer(payload: Mapping[str, Any]) -> dict[str, Any]:
        profile = payload["chargingProfile"]
        if profile["chargingProfilePurpose"] != "TxProfile" and profile["id"] != _FALLBACK:
            return {**REJECTED, "statusInfo": {"reasonCode": "InvalidProfile"}}
        return station.take(dict(payload))

    return answer


async def limited_by_its_session(
    station: Station, charger: ChargePoint, amperes: float
) -> dict[str, Any]:
    """Have a session be led by a profile of its transaction's own; that profile."""
    station.answers["SetChargingProfile"] = led_by_sessions(station)
    keeper_of(charger).want(amperes)
    await station.boot()
    await station.event("Started", "Authorized", state="Charging", evse=1, card=CARD)
    await until(charger, lambda: keeper_of(charger).offer.accepted == amperes)
    (profile,) = (
        one for _, one in station.profiles.values() if one["chargingProfilePurpose"] == "TxProfile"
    )
    return profile


async def test_a_profile_of_a_transaction_that_goes_on_without_a_session_is_in_the_books(
    central: CentralSystem, charger: ChargePoint, control: ChargerControl
) -> None:
    station = Station(central)
    keeper = keeper_of(charger)
    async with station:
        await limited_by_its_session(station, charger, 16.0)
        # It neither takes nor clears anything any more.
        station.answers |= {"SetChargingProfile": REJECTED, "ClearChargingProfile": FAILS}
        await station.event("Updated", "RemoteStop", state="EVConnected")
        assert charger.connectors[1].transaction is None
        assert station.limit(transaction="T1") == 16.0
        assert keeper.highest_possible >= 16.0
        await station.event("Updated", "Authorized", state="Charging", card=CARD)
        assert station.limit(transaction="T1") == 16.0
        assert keeper.highest_possible >= 16.0
        await station.event("Ended", "EVDeparted")
        assert keeper.highest_possible == 6.0


async def test_it_is_cleared_once_no_session_needs_it(
    central: CentralSystem, charger: ChargePoint, control: ChargerControl
) -> None:
    station = Station(central)
    async with station:
        profile = await limited_by_its_session(station, charger, 16.0)
        station.answers.pop("SetChargingProfile")
        await station.event("Updated", "RemoteStop", state="EVConnected")
        keeper_of(charger).want(0.0)
        await until(charger, lambda: keeper_of(charger).highest_possible == 0.0)
        assert profile["id"] not in station.profiles
        assert station.limit(transaction="T1") == 0.0


async def test_it_is_forgotten_with_the_transaction(
    central: CentralSystem, charger: ChargePoint, control: ChargerControl
) -> None:
    station = Station(central)
    keeper = keeper_of(charger)
    async with station:
        await limited_by_its_session(station, charger, 16.0)
        station.answers |= {"SetChargingProfile": REJECTED, "ClearChargingProfile": FAILS}
        await station.event("Updated", "RemoteStop", state="EVConnected")
        assert keeper.highest_possible == 16.0
        await station.event("Ended", "EVDeparted")
        assert keeper.highest_possible == 6.0


async def test_it_is_in_the_books_after_our_restart(
    central: CentralSystem, charger: ChargePoint, control: ChargerControl
) -> None:
    async with Station(central) as station:
        await limited_by_its_session(station, charger, 16.0)
        station.answers |= {"SetChargingProfile": REJECTED, "ClearChargingProfile": FAILS}
        await station.event("Updated", "RemoteStop", state="EVConnected")
        state = charger.state()
    await control.close()
    await central.remove("CP1")
    again = central.add("CP1", state)
    anew = ChargerControl(again, CATALOGUE)
    assert keeper_of(again).highest_possible == 16.0
    async with station:
        await station.event("Updated", "Authorized", state="Charging", card=CARD)
        assert keeper_of(again).highest_possible >= 16.0
        await station.event("Updated", "RemoteStop", state="EVConnected")
        await station.event("Ended", "EVDeparted")
        assert keeper_of(again).highest_possible == 6.0
    await anew.close()


async def test_a_second_session_is_not_proven_by_what_its_transaction_overrules(
    central: CentralSystem, charger: ChargePoint, control: ChargerControl
) -> None:
    station = Station(central)
    keeper = keeper_of(charger)
    keeper.want(16.0)
    async with station:
        await station.event("Started", "Authorized", state="Charging", evse=1, card=CARD)
        await station.event("Updated", "RemoteStop", state="EVConnected")
        await station.event("Updated", "Authorized", state="Charging", card=CARD)
        # What another system has set for the transaction, and nobody can clear.
        station.profiles[7] = (1, left("TxProfile", 32.0, level=0, transactionId="T1"))
        station.answers["ClearChargingProfile"] = FAILS
        await station.boot()
        await until(charger, lambda: keeper.offer.accepted == 16.0)
        await control.limits.looked_after()
        assert station.limit(transaction="T1") == 32.0
        assert control.fail_safe.state is FailSafe.ACCEPTED


async def test_it_is_forgotten_where_the_end_of_the_transaction_was_lost(
    central: CentralSystem,
    charger: ChargePoint,
    control: ChargerControl,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(sessions, "TIDY_AFTER", 1.0)
    station = Station(central)
    keeper = keeper_of(charger)
    async with station:
        await limited_by_its_session(station, charger, 16.0)
        station.answers |= {"SetChargingProfile": REJECTED, "ClearChargingProfile": FAILS}
        await station.status("Available")
        await clock.sleep(2.0)
        await station.tell("Heartbeat")
        assert charger.connectors[1].transaction is None
        assert keeper.highest_possible == 6.0


async def test_nothing_goes_on_after_a_session_in_the_older_version(
    central: CentralSystem, charger: ChargePoint, control: ChargerControl
) -> None:
    keeper = keeper_of(charger)
    async with Station(central) as station:
        await limited_by_its_session(station, charger, 16.0)
    await until(charger, lambda: not charger.online)
    async with Client(central) as client:
        await client.boot()
        began = await client.call(
            "StartTransaction", connectorId=1, idTag=CARD, meterStart=0, timestamp=ago(0)
        )
        await client.call(
            "StopTransaction",
            transactionId=began["transactionId"],
            meterStop=10,
            timestamp=ago(0),
        )
        assert charger.connectors[1].transaction is None
        assert not keeper.goes_on
