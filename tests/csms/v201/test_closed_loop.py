"""A station of 2.0.1 is led like any charger: connected, limited, cut, and safe when left alone."""

import pytest

from custom_components.ev_load_manager.balancing.readings import Status
from custom_components.ev_load_manager.csms.charge_point.charge_point import ChargePoint
from custom_components.ev_load_manager.csms.charge_point.charger_control import ChargerControl
from custom_components.ev_load_manager.csms.limits.fail_safe import FailSafe
from custom_components.ev_load_manager.csms.server import CentralSystem
from tests.csms.waiting import until

from .conftest import keeper_of
from .station import Station

pytestmark = pytest.mark.usefixtures("brisk")


@pytest.mark.parametrize("version", ["2.0.1", "2.1"])
async def test_a_station_is_known_limited_proven_cut_and_safe_alone(
    central: CentralSystem, charger: ChargePoint, control: ChargerControl, version: str
) -> None:
    keeper = keeper_of(charger)
    keeper.want(16.0)
    station = Station(central, version=version)
    async with station:
        assert charger.dialect.subprotocol == f"ocpp{version}"
        assert (await station.boot())["status"] == "Accepted"
        await station.status("Available")
        await until(charger, lambda: keeper.offer.accepted == 16.0)
        assert station.limit() == 16.0

        await until(charger, lambda: control.fail_safe.state is FailSafe.VERIFIED)
        assert station.of("GetChargingProfiles")
        assert control.fail_safe.fallback == 6.0

        await station.status("Occupied")
        await station.event("Started", "CablePluggedIn", state="EVConnected", evse=1, ago=1.0)
        assert charger.connectors[1].status is Status.PREPARING
        await station.event("Updated", "Authorized", state="Charging", card="04A1B2C3")
        running = charger.connectors[1].transaction
        assert running is not None
        assert (running.id, running.id_tag) == ("T1", "04A1B2C3")
        assert charger.connectors[1].status is Status.CHARGING

        keeper.want(8.0)
        await until(charger, lambda: keeper.offer.accepted == 8.0)
        assert station.limit(transaction="T1") == 8.0

        await station.event("Ended", "EVDeparted", info={"stoppedReason": "EVDisconnected"})
        assert charger.connectors[1].transaction is None
        await control.limits.looked_after()
        assert not {one % 1_000_000_000 for one in station.profiles} - {101, 401}

    # Nobody renews anything now: what it holds ends, and the fallback stays.
    await until(charger, lambda: not charger.online)
    station.clock_offset = 3 * 3600.0
    assert station.limit() == 6.0
