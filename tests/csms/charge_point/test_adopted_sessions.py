"""A transaction that nobody told of is taken over where something shows it, and only there."""

import json

import pytest

from custom_components.ev_load_manager.balancing.readings import Status
from custom_components.ev_load_manager.csms.charge_point.charge_point import ChargePoint
from custom_components.ev_load_manager.csms.server import CentralSystem
from tests.csms.client import Client
from tests.csms.conftest import TimeMachine, sample

from .test_sessions import meter, start, stop


async def test_a_transaction_that_another_system_began_is_adopted(
    central: CentralSystem, charger: ChargePoint
) -> None:
    async with Client(central) as client:
        await meter(client, sample("5000"), transactionId=7000)
        state = charger.connectors[1]
        assert state.transaction is None  # its register may stand still
        await meter(client, sample("5500"), transactionId=7000)
        assert state.transaction is not None
        assert state.transaction.id == "7000"
        assert state.status is Status.CHARGING
        assert state.session_energy == 500.0
        assert await start(client, connectorId=2) == 7001
        await stop(client, 7000, meterStop=6000)
        assert state.transaction is None
        assert state.session_energy == 1000.0


@pytest.mark.parametrize(
    "shows",
    [
        sample("6.0", "Current.Import", phase="L1"),
        sample("6.0", "Current.Import"),
        sample("6.0", "Current.Import", phase="N"),
        sample("1.4", "Power.Active.Import", unit="kW"),
    ],
)
async def test_what_flows_shows_a_transaction_that_nobody_told(
    central: CentralSystem, charger: ChargePoint, shows: dict[str, object]
) -> None:
    async with Client(central) as client:
        await meter(client, shows, sample("5000"), transactionId=7000)
        assert charger.connectors[1].transaction is not None


@pytest.mark.parametrize(
    ("told", "status"),
    [
        ("Charging", Status.CHARGING),
        ("SuspendedEV", Status.SUSPENDED_EV),
        ("SuspendedEVSE", Status.SUSPENDED_EVSE),
    ],
)
async def test_a_status_shows_a_transaction_that_nobody_told(
    central: CentralSystem, charger: ChargePoint, told: str, status: Status
) -> None:
    async with Client(central) as client:
        await client.status(told)
        await meter(client, sample("0", "Current.Import"), transactionId=7000)
        assert charger.connectors[1].transaction is not None
        assert charger.connectors[1].status is status


async def test_values_of_a_transaction_that_nothing_shows_begin_none(
    central: CentralSystem, charger: ChargePoint
) -> None:
    nothing = (sample("0", "Current.Import"), sample("0", "Power.Active.Import"), sample("5000"))
    async with Client(central) as client:
        await client.status("Available")
        state = charger.connectors[1]
        for number in range(20):
            await meter(client, *nothing, transactionId=1, age=-number)
        assert state.transaction is None
        assert state.status is Status.AVAILABLE
        # What flows is believed, and a status that was told stays as it was told.
        await meter(client, sample("16", "Current.Import"), transactionId=1)
        assert state.transaction is not None
        assert state.status is Status.AVAILABLE


async def test_what_a_session_charged_shows_no_other_one(
    central: CentralSystem, charger: ChargePoint
) -> None:
    async with Client(central) as client:
        await client.status("Available")
        await meter(client, sample("1000"), transactionId=1)
        transaction = await start(client)
        await meter(client, sample("2500"), transactionId=transaction)
        await stop(client, transaction)
        await client.status("Available")
        for number in range(3):
            await meter(client, sample("3000"), transactionId=1, age=-number)
        assert charger.connectors[1].transaction is None


async def test_a_session_that_draws_is_not_tidied_up(
    central: CentralSystem, charger: ChargePoint, time_machine: TimeMachine
) -> None:
    async with Client(central) as client:
        await client.status("Available")
        for _ in range(10):
            await meter(client, sample("16", "Current.Import"), transactionId=1)
            time_machine.jump(30)
        assert charger.connectors[1].transaction is not None
        await meter(client, sample("0", "Current.Import"), transactionId=1)
        assert charger.connectors[1].transaction is None


@pytest.mark.parametrize("restarted", [False, True])
async def test_a_transaction_that_ended_unheard_of_begins_no_more(
    central: CentralSystem, charger: ChargePoint, restarted: bool
) -> None:
    async with Client(central) as client:
        await stop(client, 55)
        if restarted:
            charger.restore(json.loads(json.dumps(charger.state())))
        await meter(client, sample("16", "Current.Import"), transactionId=55)
        assert charger.connectors[1].transaction is None


async def test_values_of_long_ago_that_come_as_if_they_were_new_are_not(
    central: CentralSystem, charger: ChargePoint, time_machine: TimeMachine
) -> None:
    async with Client(central) as client:
        for _ in range(10):
            await meter(client, sample("16", "Current.Import"), transactionId=1, age=32 * 3600)
            time_machine.jump(10)
        state = charger.connector(1)
        assert state.transaction is None
        assert state.values is None
        assert abs(charger.clock.offset) < 5.0
