"""A charger that speaks another version of OCPP than before: what it held then is no proof now."""

from collections.abc import AsyncGenerator

import pytest

from custom_components.ev_load_manager.csms.charge_point.charge_point import ChargePoint
from custom_components.ev_load_manager.csms.charge_point.charger_control import ChargerControl
from custom_components.ev_load_manager.csms.server import CentralSystem
from tests.csms.client import Client
from tests.csms.waiting import until

from .conftest import CATALOGUE, LIFETIME, keeper_of
from .station import Station

pytestmark = pytest.mark.usefixtures("brisk")

KEY = "chg_StationMaxCurrent"


@pytest.fixture
async def led_by_key(charger: ChargePoint) -> AsyncGenerator[ChargerControl]:
    """What makes a charger follow limits that has a key for them in OCPP 1.6."""
    charger.connector(1)
    made = ChargerControl(charger, CATALOGUE, chosen="ecotap")
    keeper_of(charger).set_terms(6.0, LIFETIME)
    yield made
    await made.close()


async def speak_16(central: CentralSystem, charger: ChargePoint, amperes: float) -> None:
    """Let it be limited by its key, and go."""
    client = Client(central)
    held = {"key": KEY, "readonly": False, "value": "16"}
    client.answers["GetConfiguration"] = {"configurationKey": [held]}
    client.answers["ChangeConfiguration"] = {"status": "Accepted"}
    async with client:
        await client.boot()
        await client.status("Available")
        await until(charger, lambda: keeper_of(charger).offer.accepted == amperes)
    await until(charger, lambda: not charger.online)


async def test_a_key_of_the_other_version_may_limit_nothing_any_more(
    central: CentralSystem, charger: ChargePoint, led_by_key: ChargerControl
) -> None:
    keeper = keeper_of(charger)
    keeper.want(6.0)
    await speak_16(central, charger, 6.0)
    keeper.want(16.0)
    async with Station(central) as station:
        await station.boot()
        await until(charger, lambda: keeper.offer.accepted == 16.0)
        assert station.limit() == 16.0
        assert keeper.highest_possible >= 16.0
        # And what it holds now is cut, whatever the key said.
        keeper.want(8.0)
        await until(charger, lambda: keeper.offer.accepted == 8.0)
        assert station.limit() == 8.0


async def test_it_is_removed_although_a_key_of_the_other_version_was_written(
    central: CentralSystem, charger: ChargePoint, led_by_key: ChargerControl
) -> None:
    keeper_of(charger).want(6.0)
    await speak_16(central, charger, 6.0)
    assert led_by_key.limits.original_keys == {KEY: "16"}
    async with Station(central) as station:
        await station.boot()
        await until(charger, lambda: 101 in station.profiles)
        # The key can't be put back: nothing in this version is called so.
        assert not await led_by_key.release()
        assert not station.profiles


async def test_what_it_held_before_is_put_back_though_it_spoke_another_version_in_between(
    central: CentralSystem, charger: ChargePoint, control: ChargerControl
) -> None:
    keeper_of(charger).want(10.0)
    station = Station(central)
    async with station:
        await station.boot()
        await until(charger, lambda: control.onboarding.capabilities.sample_interval is not None)
    await until(charger, lambda: not charger.online)
    # Some open a socket of 1.6 before each of 2.0.1.
    async with Client(central):
        await until(charger, lambda: charger.dialect.subprotocol == "ocpp1.6")
    await until(charger, lambda: not charger.online)
    async with station:
        await station.boot()
        await until(charger, lambda: control.onboarding.capabilities.sample_interval is not None)
        await until(charger, lambda: 101 in station.profiles)
        assert await control.release()
        assert station.variables["SampledDataCtrlr.TxUpdatedInterval"] == "60"
