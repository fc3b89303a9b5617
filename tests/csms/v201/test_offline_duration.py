"""In 2.1 a limit may end by being left alone, and not by a clock: it needs no renewals then."""

import json
from typing import Any

import pytest

from custom_components.ev_load_manager import clock
from custom_components.ev_load_manager.csms.charge_point.charge_point import ChargePoint
from custom_components.ev_load_manager.csms.charge_point.charger_control import ChargerControl
from custom_components.ev_load_manager.csms.limits.fail_safe import FailSafe
from custom_components.ev_load_manager.csms.limits.slots import NOTICES_WITHIN
from custom_components.ev_load_manager.csms.server import CentralSystem
from custom_components.ev_load_manager.csms.transactions import TransactionIds
from tests.csms.waiting import until

from .conftest import CATALOGUE, LIFETIME, keeper_of
from .station import REJECTED, VARIABLES, Station

KNOWS = {
    **VARIABLES,
    "SmartChargingCtrlr.SupportsMaxOfflineDuration": "true",
    "OCPPCommCtrlr.WebSocketPingInterval": "30",
}
ALONE = LIFETIME / 2.0
LIMIT, STANDING = 1_000_000_101, 1_000_000_401

pytestmark = pytest.mark.usefixtures("brisk")


def limits(station: Station) -> list[dict[str, Any]]:
    """The limits that it was sent, without what stands below them."""
    sent = [one["chargingProfile"] for one in station.of("SetChargingProfile")]
    return [one for one in sent if one["id"] == LIMIT]


async def led(
    charger: ChargePoint, control: ChargerControl, station: Station, amperes: float = 16.0
) -> None:
    """Have it hold a limit that ends offline, and tell so."""
    keeper_of(charger).want(amperes)
    await station.boot()
    await station.status("Available")
    await until(
        charger,
        lambda: bool(limits(station)) and "maxOfflineDuration" in limits(station)[-1],
    )
    await until(charger, lambda: control.fail_safe.state is FailSafe.VERIFIED)


async def test_it_ends_by_being_offline_and_by_nothing_else(
    central: CentralSystem, charger: ChargePoint, control: ChargerControl
) -> None:
    station = Station(central, version="2.1", variables=KNOWS)
    async with station:
        await led(charger, control, station)
        sent = limits(station)[-1]
        assert sent["maxOfflineDuration"] == ALONE
        assert sent["invalidAfterOfflineDuration"] is True
        assert "validTo" not in sent
        assert "duration" not in sent["chargingSchedule"][0]
        assert control.fail_safe.lifetime == LIFETIME
        # However long it is online, it holds.
        station.clock_offset = 3600.0
        assert station.limit() == 16.0
        station.clock_offset = 0.0
    await until(charger, lambda: not charger.online)
    assert station.limit() == 16.0
    station.clock_offset = ALONE + 1.0
    assert station.limit() == 6.0


async def test_it_is_not_renewed(
    central: CentralSystem, charger: ChargePoint, control: ChargerControl
) -> None:
    async with Station(central, version="2.1", variables=KNOWS) as station:
        await led(charger, control, station)
        sent = len(limits(station))
        clock.set_factor(600)
        await clock.sleep(4.0 * LIFETIME)
        clock.set_factor(10)
        await control.limits.looked_after()
        assert len(limits(station)) == sent
        assert keeper_of(charger).offer.expires_at is None


@pytest.mark.parametrize(
    ("variables", "version"),
    [
        (KNOWS | {"SmartChargingCtrlr.SupportsMaxOfflineDuration": "false"}, "2.1"),
        # It would notice late that it is offline.
        (KNOWS | {"OCPPCommCtrlr.WebSocketPingInterval": "600"}, "2.1"),
        (VARIABLES, "2.1"),
        (KNOWS, "2.0.1"),
    ],
)
async def test_who_does_not_know_it_gets_limits_that_end_by_its_clock(
    central: CentralSystem,
    charger: ChargePoint,
    control: ChargerControl,
    variables: dict[str, str],
    version: str,
) -> None:
    keeper_of(charger).want(16.0)
    async with Station(central, version=version, variables=variables) as station:
        await station.boot()
        await until(charger, lambda: keeper_of(charger).offer.accepted == 16.0)
        await until(charger, lambda: control.fail_safe.state is FailSafe.VERIFIED)
        sent = [one["chargingProfile"] for one in station.of("SetChargingProfile")]
        assert any("validTo" in one for one in sent)
        assert not any("maxOfflineDuration" in one for one in sent)


async def test_who_refuses_it_gets_limits_that_end_by_its_clock(
    central: CentralSystem, charger: ChargePoint, control: ChargerControl
) -> None:
    keeper_of(charger).want(16.0)
    station = Station(central, version="2.1", variables=KNOWS)

    def refuse(payload: dict[str, Any]) -> dict[str, Any]:
        if "maxOfflineDuration" in payload["chargingProfile"]:
            return REJECTED
        return station.take(payload)

    station.answers["SetChargingProfile"] = refuse
    async with station:
        await station.boot()
        await until(charger, lambda: keeper_of(charger).offer.accepted == 16.0)
        assert "validTo" in station.profiles[LIMIT][1]


async def test_books_of_one_that_is_offline_count_until_it_surely_knows(
    central: CentralSystem, charger: ChargePoint, control: ChargerControl
) -> None:
    keeper = keeper_of(charger)
    async with Station(central, version="2.1", variables=KNOWS) as station:
        await led(charger, control, station)
        assert keeper.offer.gone_at is None
    await until(charger, lambda: not charger.online)
    left_at = clock.monotonic()
    offer = keeper.offer
    assert offer.accepted == 16.0
    assert max(offer.possible) == 16.0
    assert offer.expires_at is not None
    assert offer.gone_at is not None
    # It may know that it is offline since its last word, and perhaps only later than we do.
    assert offer.expires_at <= left_at + ALONE
    assert offer.gone_at == pytest.approx(left_at + ALONE + NOTICES_WITHIN, abs=30.0)


async def test_one_that_is_back_in_time_goes_on_and_one_that_is_not_is_told_anew(
    central: CentralSystem, charger: ChargePoint, control: ChargerControl
) -> None:
    keeper = keeper_of(charger)
    station = Station(central, version="2.1", variables=KNOWS)
    async with station:
        await led(charger, control, station)
    await until(charger, lambda: not charger.online)
    async with station:
        # Until it has told a time its clock may have forgotten its own.
        await station.status("Available")
        await until(
            charger,
            lambda: keeper.offer.possible == (16.0,) and keeper.offer.expires_at is None,
        )
    await until(charger, lambda: not charger.online)
    clock.set_factor(600)
    await clock.sleep(ALONE + NOTICES_WITHIN + 10.0)
    clock.set_factor(10)
    # Nothing but what stands below it is left.
    assert keeper.highest_possible == 6.0
    assert station.limit() == 6.0
    async with station:
        assert LIMIT not in station.profiles
        await until(charger, lambda: station.limit() == 16.0)


async def test_after_our_restart_it_may_have_ended_at_once_or_a_while_later(
    central: CentralSystem, charger: ChargePoint, control: ChargerControl
) -> None:
    async with Station(central, version="2.1", variables=KNOWS) as station:
        await led(charger, control, station)
    kept = json.loads(json.dumps(charger.state()))
    other = CentralSystem("127.0.0.1", 0, transaction_ids=TransactionIds(1))
    again = other.add("CP1", kept)
    restored = ChargerControl(again, CATALOGUE)
    offer = keeper_of(again).offer
    now = clock.monotonic()
    assert 16.0 in offer.possible
    assert 6.0 in (*offer.possible, keeper_of(again).ledger.highest_standing)
    assert offer.expires_at is not None
    assert offer.expires_at <= now
    assert offer.gone_at is not None
    assert now < offer.gone_at <= now + ALONE + NOTICES_WITHIN + 1.0
    await restored.close()


async def test_one_that_learns_to_ping_often_gets_it_then(
    central: CentralSystem, charger: ChargePoint, control: ChargerControl
) -> None:
    """What was renewed so far is renewed no more."""
    variables = {**KNOWS, "OCPPCommCtrlr.WebSocketPingInterval": "0"}
    keeper_of(charger).want(16.0)
    async with Station(central, version="2.1", variables=variables) as station:
        await station.boot()
        await until(charger, lambda: keeper_of(charger).offer.accepted == 16.0)
        assert "validTo" in station.profiles[LIMIT][1]
        await until(charger, lambda: "maxOfflineDuration" in limits(station)[-1])
        assert station.variables["OCPPCommCtrlr.WebSocketPingInterval"] == "30"
        assert station.limit() == 16.0
