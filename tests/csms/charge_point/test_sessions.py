"""Transactions and values are booked where they belong, whatever gets lost."""

import json
from typing import Any

import pytest

from custom_components.ev_load_manager import clock
from custom_components.ev_load_manager.balancing.readings import Status
from custom_components.ev_load_manager.csms.charge_point.charge_point import Change, ChargePoint
from custom_components.ev_load_manager.csms.charge_point.connector import ConnectorState
from custom_components.ev_load_manager.csms.dialect import TagInfo, TagStatus
from custom_components.ev_load_manager.csms.server import CentralSystem
from custom_components.ev_load_manager.csms.transactions import TransactionIds
from custom_components.ev_load_manager.data_files.stored import Stored
from tests.csms.client import Client
from tests.csms.conftest import TimeMachine, ago, sample


async def start(client: Client, **more: Any) -> int:
    """Start a transaction; its id."""
    payload = {"connectorId": 1, "idTag": "tag", "meterStart": 1000, "timestamp": ago(0)}
    answer = await client.call("StartTransaction", **{**payload, **more})
    assert answer["idTagInfo"] == {"status": "Accepted"}
    found = answer["transactionId"]
    assert isinstance(found, int)
    return found


async def stop(client: Client, transaction: int, **more: Any) -> None:
    """Stop a transaction."""
    payload = {"transactionId": transaction, "meterStop": 3000, "timestamp": ago(0)}
    await client.call("StopTransaction", **{**payload, **more})


async def meter(client: Client, *sampled: dict[str, object], age: float = 0.0, **more: Any) -> None:
    """Send one MeterValue of `age` seconds ago."""
    value = {"timestamp": ago(age), "sampledValue": list(sampled)}
    await client.call("MeterValues", **{"connectorId": 1, "meterValue": [value], **more})


def test_transaction_ids_rise_and_go_on_where_they_were() -> None:
    ids = TransactionIds()
    assert [ids.take(), ids.take()] == ["1", "2"]
    again = TransactionIds(ids.next_id)
    assert again.take() == "3"
    again.seen("50")
    again.seen("10")
    again.seen(str(2**31 - 1))  # somebody's unset variable is no reason to run out of ids
    again.seen("9" * 36)
    again.seen("4e1f0a52-59ad-4f3f-bb0b-8b31d7c6ea2c")
    assert again.take() == "51"


async def test_a_register_that_is_read_as_its_interval_begins_costs_no_energy(
    central: CentralSystem, charger: ChargePoint
) -> None:
    async with Client(central) as client:
        transaction = await start(client)
        state = charger.connectors[1]
        energies = []
        # Each tells what the register held at the end of the interval before.
        for register, age in ((1000, 20.0), (1100, 10.0), (1200, 0.0)):
            told = sample(str(register), "Energy.Active.Import.Register")
            await meter(client, told, age=age, transactionId=transaction)
            energies.append(state.session_energy)
        await stop(client, transaction, meterStop=1300)

        assert energies == sorted(energies)
        assert energies[-1] == 200.0
        assert state.session_energy == 300.0


async def test_a_session_from_start_to_stop(central: CentralSystem, charger: ChargePoint) -> None:
    changes: list[tuple[Change, int | None]] = []
    async with Client(central) as client:
        await client.status("Preparing")
        charger.on_change(lambda _charger, change, connector: changes.append((change, connector)))
        transaction = await start(client)
        state = charger.connectors[1]
        assert state.transaction is not None
        assert state.transaction.id == str(transaction) == "100"
        assert state.transaction.id_tag == "tag"
        assert state.plugged_in
        await client.status("Charging")
        await meter(
            client,
            sample("16", "Current.Import", phase="L1"),
            sample("2500", "Energy.Active.Import.Register"),
            transactionId=transaction,
        )
        assert state.values is not None
        assert state.values.currents == (16.0, None, None)
        assert state.values.at <= clock.monotonic()
        assert state.session_energy == 1500.0
        await stop(client, transaction, reason="EVDisconnected")
        assert state.transaction is None
        assert state.last_transaction is not None
        assert state.last_transaction.reason == "EVDisconnected"
        assert state.session_energy == 2000.0
        await client.status("Available")
        assert not state.plugged_in
    assert (Change.TRANSACTION, 1) in changes
    assert (Change.VALUES, 1) in changes


async def test_a_start_that_is_sent_again_is_the_same_transaction(
    central: CentralSystem, charger: ChargePoint
) -> None:
    moment = ago(0)
    async with Client(central) as client:
        first = await start(client, timestamp=moment)
        await client.drop()
    async with Client(central) as client:
        assert await start(client, timestamp=moment) == first
        assert await start(client, timestamp=ago(-1)) == first + 1


async def test_a_start_that_is_sent_again_after_a_restart_is_the_same_transaction(
    central: CentralSystem, charger: ChargePoint
) -> None:
    moment = ago(0)
    async with Client(central) as client:
        first = await start(client, timestamp=moment)
        stored = charger.state()
        await central.remove("CP1")
    central.add("CP1", stored)
    async with Client(central) as client:
        assert await start(client, timestamp=moment) == first


@pytest.mark.parametrize("told", ["1970-01-01T00:00:09Z", "2000-01-01T00:00:09Z"])
async def test_a_clock_that_begins_anew_with_each_boot_begins_a_transaction_each_time(
    central: CentralSystem, charger: ChargePoint, time_machine: TimeMachine, told: str
) -> None:
    """And so does one that counts each from 0: all of a card's begin in the same words."""
    words = {"timestamp": told, "meterStart": 0}
    async with Client(central) as client:
        for _ in range(2):
            # What it tells on the way shows what its clock shows.
            await client.status("Available", timestamp=told)
            time_machine.jump(60)
            await client.status("Preparing", timestamp=told)
            transaction = await start(client, **words)
            assert await start(client, **words) == transaction, "its answer may have been lost"
            running = charger.connectors[1].transaction
            assert running is not None
            assert running.id == str(transaction)
            time_machine.jump(600)
            await stop(client, transaction, meterStop=5000, timestamp=told)
            time_machine.jump(600)


async def test_a_start_that_is_sent_again_after_its_end_is_the_same_transaction(
    central: CentralSystem, charger: ChargePoint
) -> None:
    """Some send all that they ever kept once more."""
    words = {"timestamp": ago(600), "meterStart": 1000}
    async with Client(central) as client:
        transaction = await start(client, **words)
        await stop(client, transaction, meterStop=3000, timestamp=ago(60))
        assert await start(client, **words) == transaction
        assert charger.connectors[1].transaction is None


async def test_message_ids_may_begin_again(central: CentralSystem, charger: ChargePoint) -> None:
    async with Client(central) as client:
        await client.send([2, "1", "Heartbeat", {}])
        await client.send([2, "1", "Heartbeat", {}])
        assert (await client.stray.get())[:2] == [3, "1"]
        assert (await client.stray.get())[:2] == [3, "1"]


async def test_a_transaction_without_any_status_counts_as_charging(
    central: CentralSystem, charger: ChargePoint
) -> None:
    async with Client(central) as client:
        transaction = await start(client)
        state = charger.connectors[1]
        assert state.status is Status.CHARGING
        await stop(client, transaction)
        assert state.status is Status.FINISHING


async def test_a_status_of_the_car_survives_the_start(
    central: CentralSystem, charger: ChargePoint
) -> None:
    async with Client(central) as client:
        await client.status("SuspendedEV")
        await start(client)
        assert charger.connectors[1].status is Status.SUSPENDED_EV


async def test_a_start_on_connector_0_is_on_the_only_one(
    central: CentralSystem, charger: ChargePoint
) -> None:
    async with Client(central) as client:
        await start(client, connectorId=0)
        assert charger.connectors[1].transaction is not None


async def test_an_unknown_id_tag_is_invalid(socket_enabled: None) -> None:
    system = CentralSystem(
        "127.0.0.1",
        0,
        transaction_ids=TransactionIds(),
        authorize=lambda charger, id_tag: TagInfo(
            TagStatus.ACCEPTED if (charger.id, id_tag) == ("CP1", "good") else TagStatus.INVALID
        ),
    )
    await system.start()
    system.add("CP1")
    async with Client(system) as client:
        for id_tag, status in (("good", "Accepted"), ("bad", "Invalid")):
            answer = await client.call("Authorize", idTag=id_tag)
            assert answer == {"idTagInfo": {"status": status}}
        answer = await client.call(
            "StartTransaction", connectorId=1, idTag="bad", meterStart=0, timestamp=ago(0)
        )
        assert answer["idTagInfo"] == {"status": "Invalid"}
    await system.stop()


@pytest.mark.parametrize("unit", ["", "Wh"])
async def test_a_register_that_counts_from_each_start_is_the_energy_of_the_session(
    central: CentralSystem, charger: ChargePoint, unit: str
) -> None:
    more = {"unit": unit} if unit else {}
    async with Client(central) as client:
        transaction = await start(client, meterStart=4_076_400)
        state = charger.connectors[1]
        shown = []
        for register in ("104", "228", "353"):
            await meter(client, sample(register, **more), transactionId=transaction)
            shown.append(state.session_energy)
            # What Home Assistant adds up goes on rising.
            assert state.energy == 4_076_400 + int(register)
            charger.restore(json.loads(json.dumps(charger.state())))
            state = charger.connectors[1]
        await stop(client, transaction, meterStop=4_076_760)
        shown.append(state.session_energy)
        assert shown == [104.0, 228.0, 353.0, 360.0]
        await meter(client, sample("0"))
        assert state.energy == 4_076_753.0


async def test_a_stop_may_count_from_the_start_as_well(
    central: CentralSystem, charger: ChargePoint
) -> None:
    async with Client(central) as client:
        transaction = await start(client, meterStart=4_076_400)
        await stop(client, transaction, meterStop=360)
        assert charger.connectors[1].session_energy == 360.0


async def test_a_register_that_goes_backwards_adds_nothing(
    central: CentralSystem, charger: ChargePoint
) -> None:
    async with Client(central) as client:
        transaction = await start(client, meterStart=4_076_400)
        state = charger.connectors[1]
        shown = []
        for register in ("4076500", "0", "120", "4076300", "4076600"):
            await meter(client, sample(register), transactionId=transaction)
            shown.append(state.session_energy)
        assert shown == [100.0, 100.0, 100.0, 100.0, 200.0]
        # More than can have flowed since the start is no energy of the session.
        again = await start(client, meterStart=4_076_600, timestamp=ago(-5))
        await meter(client, sample("2000000"), transactionId=again)
        assert state.session_energy == 0.0


async def ends_with(client: Client, transaction_id: int, **more: Any) -> None:
    """End whatever an id that none has stands for."""
    await stop(client, transaction_id, **{"meterStop": 3000, "timestamp": ago(-5), **more})


async def test_a_stop_without_an_id_ends_the_only_session(
    central: CentralSystem, charger: ChargePoint
) -> None:
    async with Client(central) as client:
        await start(client)
        await ends_with(client, -1)
        assert charger.connectors[1].transaction is None
        assert charger.connectors[1].session_energy == 2000.0
        # Told again it is the same stop, and the next car is none of its business.
        await start(client, timestamp=ago(-60), meterStart=3000)
        await ends_with(client, -1)
        assert charger.connectors[1].transaction is not None


async def test_of_several_sessions_a_stop_without_an_id_ends_the_one_that_it_shows(
    central: CentralSystem, charger: ChargePoint
) -> None:
    def running() -> list[int]:
        states = charger.connectors.values()
        return [state.number for state in states if state.transaction is not None]

    async with Client(central) as client:
        for number, tag in enumerate(("anna", "berta", "carl", "dora"), 1):
            await start(client, connectorId=number, idTag=tag)
        await ends_with(client, -1)
        assert running() == [1, 2, 3, 4]
        await ends_with(client, 0, idTag="berta")
        assert running() == [1, 3, 4]
        await client.status("Charging", 1)
        await client.status("Finishing", 3)
        await client.status("Charging", 4)
        await ends_with(client, -1)
        assert running() == [1, 4]
        # Who names somebody else's transaction means that one.
        await ends_with(client, 8000, idTag="emil")
        assert running() == [1, 4]
        await ends_with(client, 8001, idTag="dora")
        assert running() == [1]


async def test_the_end_of_a_transaction_that_nobody_knows_is_accepted(
    central: CentralSystem, charger: ChargePoint
) -> None:
    async with Client(central) as client:
        await stop(client, 8000, idTag="tag")
        assert await start(client) == 8001


@pytest.mark.parametrize("none", [0, -1])
async def test_transaction_0_is_none(
    central: CentralSystem, charger: ChargePoint, none: int
) -> None:
    async with Client(central) as client:
        await meter(client, sample("5000"), transactionId=none)
        assert charger.connectors[1].transaction is None


async def test_a_new_start_ends_what_was_never_stopped(
    central: CentralSystem, charger: ChargePoint
) -> None:
    async with Client(central) as client:
        first = await start(client)
        second = await start(client, timestamp=ago(-5))
        state = charger.connectors[1]
        assert state.transaction is not None
        assert state.transaction.id == str(second)
        assert state.last_transaction is not None
        assert state.last_transaction.id == str(first)
        # The stop of the first comes late, and must not end the second.
        await stop(client, first)
        assert state.transaction.id == str(second)


async def test_replayed_values_are_booked_and_not_taken_for_the_present(
    central: CentralSystem, charger: ChargePoint
) -> None:
    async with Client(central) as client:
        transaction = await start(client, timestamp=ago(3600))
        await meter(
            client,
            sample("32", "Current.Import"),
            sample("1500"),
            age=1800,
            transactionId=transaction,
        )
        state = charger.connectors[1]
        assert state.values is None
        assert state.session_energy == 500.0
        await meter(
            client, sample("6", "Current.Import"), sample("2000"), age=0, transactionId=transaction
        )
        await meter(
            client,
            sample("32", "Current.Import"),
            sample("1800"),
            age=900,
            transactionId=transaction,
        )
        assert state.values is not None
        assert state.values.current == 6.0
        assert state.energy == 2000.0
        assert state.session_energy == 1000.0


async def test_a_replayed_session_does_not_touch_the_present_one(
    central: CentralSystem, charger: ChargePoint
) -> None:
    async with Client(central) as client:
        old = await start(client, timestamp=ago(7200))
        await stop(client, old, timestamp=ago(3600), meterStop=2000)
        new = await start(client, timestamp=ago(60), meterStart=2000)
        await meter(client, sample("1900"), age=5000, transactionId=old)
        state = charger.connectors[1]
        assert state.transaction is not None
        assert state.transaction.id == str(new)
        assert state.session_energy == 0.0
        assert state.transaction.started_at == pytest.approx(clock.monotonic() - 60, abs=60)
        # Values without a transaction count for the present one, if they are of its time.
        await meter(client, sample("9999"), age=120)
        assert state.session_energy == 0.0
        await meter(client, sample("2100"))
        assert state.session_energy == 100.0


async def test_a_replayed_session_does_not_change_a_status_that_was_told(
    central: CentralSystem, charger: ChargePoint
) -> None:
    async with Client(central) as client:
        await client.status("Available")
        old = await start(client, timestamp=ago(7200))
        assert charger.connectors[1].status is Status.AVAILABLE
        await client.status("Charging")
        await stop(client, old, timestamp=ago(3600))
        assert charger.connectors[1].status is Status.CHARGING


async def test_a_replayed_session_stands_in_for_a_status_that_was_not_told(
    central: CentralSystem, charger: ChargePoint
) -> None:
    async with Client(central) as client:
        old = await start(client, timestamp=ago(7200))
        assert charger.connectors[1].status is Status.CHARGING
        await stop(client, old, timestamp=ago(3600))
        assert charger.connectors[1].status is Status.FINISHING


async def test_values_of_a_long_finished_unknown_transaction_adopt_nothing(
    central: CentralSystem, charger: ChargePoint
) -> None:
    async with Client(central) as client:
        await meter(client, sample("500"), age=7200, transactionId=55)
        assert charger.connectors[1].transaction is None


async def test_the_data_of_a_stop_moves_the_energy(
    central: CentralSystem, charger: ChargePoint
) -> None:
    async with Client(central) as client:
        transaction = await start(client)
        data = [{"timestamp": ago(10), "sampledValue": [sample("4.5", unit="kWh")]}]
        await stop(client, transaction, transactionData=data, meterStop=4400)
        assert charger.connectors[1].session_energy == 3500.0
        assert charger.connectors[1].values is None


async def test_a_lost_stop_is_tidied_up(
    central: CentralSystem, charger: ChargePoint, time_machine: TimeMachine
) -> None:
    async with Client(central) as client:
        await start(client)
        state = charger.connectors[1]
        await client.status("Available")
        time_machine.jump(30)
        await client.call("Heartbeat")
        assert state.transaction is not None  # its StopTransaction may yet come
        time_machine.jump(40)
        await client.call("Heartbeat")
        assert state.transaction is None
        assert state.last_transaction is not None


async def test_a_stop_has_time_to_come_after_a_reconnect(
    central: CentralSystem, charger: ChargePoint, time_machine: TimeMachine
) -> None:
    async with Client(central) as client:
        transaction = await start(client)
        await client.status("Available")
        await client.drop()
    time_machine.jump(3600)
    async with Client(central) as client:
        await client.call("Heartbeat")
        state = charger.connectors[1]
        assert state.transaction is not None
        await stop(client, transaction)
        assert state.session_energy == 2000.0


async def test_values_of_one_moment_are_one(
    central: CentralSystem, charger: ChargePoint, time_machine: TimeMachine
) -> None:
    async with Client(central) as client:
        await meter(client, sample("10", "Current.Import", phase="L1"))
        await meter(client, sample("230", "Voltage", phase="L1"))
        values = charger.connectors[1].values
        assert values is not None
        assert values.currents == (10.0, None, None)
        assert values.voltages == (230.0, None, None)


async def test_a_register_alone_makes_older_currents_no_younger(
    central: CentralSystem, charger: ChargePoint, time_machine: TimeMachine
) -> None:
    async with Client(central) as client:
        await meter(client, sample("10", "Current.Import"))
        before = charger.connectors[1].values
        time_machine.jump(60)
        await meter(client, sample("1234"))
        values = charger.connectors[1].values
        assert before is not None
        assert values is not None
        assert (values.current, values.energy, values.at) == (10.0, 1234.0, before.at)


async def test_values_without_a_time_are_of_now(
    central: CentralSystem, charger: ChargePoint
) -> None:
    async with Client(central) as client:
        value = {"sampledValue": [sample("10", "Current.Import")]}
        await client.call("MeterValues", connectorId=1, meterValue=[value])
        values = charger.connectors[1].values
        assert values is not None
        assert values.at == pytest.approx(clock.monotonic(), abs=60)


async def test_values_of_the_whole_charger_are_nobodys_connector(
    central: CentralSystem, charger: ChargePoint
) -> None:
    async with Client(central) as client:
        await meter(client, sample("20", "Current.Import"), connectorId=0)
        assert charger.whole.values is not None
        assert charger.connectors == {}
        transaction = await start(client)
        await meter(
            client, sample("16", "Current.Import"), connectorId=0, transactionId=transaction
        )
        assert charger.connectors[1].values is not None


async def test_occupied_of_ocpp_1_5_is_understood(
    central: CentralSystem, charger: ChargePoint
) -> None:
    async with Client(central) as client:
        await client.status("available")
        assert charger.connectors[1].status is Status.AVAILABLE
        await client.send([2, "x", "StatusNotification", {"connectorId": 1, "status": "Occupied"}])
        await client.stray.get()
        assert charger.connectors[1].status is Status.PREPARING
        await start(client)
        await client.status("Occupied")
        assert charger.connectors[1].status is Status.CHARGING


async def test_milliamperes_that_are_called_amperes_are_taken_for_what_they_are(
    central: CentralSystem, charger: ChargePoint
) -> None:
    state = charger.connector(1)
    async with Client(central) as client:
        current = sample("16000", "Current.Import", phase="L1", unit="A")
        await meter(client, current, sample("3680", "Power.Active.Import"))
        assert state.values is not None
        assert state.values.currents == (16.0, None, None)
        # Once it is known it needs no power beside it: 20 mA are no 20 A.
        await meter(client, sample("20", "Current.Import", phase="L1", unit="A"), age=-10)
        assert state.values.currents[0] == pytest.approx(0.02)
        # And a car that rests shows it no more: so it is known after a restart, too.
        again = ConnectorState.read(1, Stored(json.loads(json.dumps(state.state()))))
        assert again.in_milliamperes


async def test_what_flows_without_currents_shows_by_power_and_register(
    central: CentralSystem, charger: ChargePoint
) -> None:
    async with Client(central) as client:
        await meter(client, sample("21.9", "Power.Active.Import", unit="kW"))
        draw = charger.draw(1)
        assert draw is not None
        assert draw.at_least == pytest.approx(31.7, abs=0.1)
        for age, register in enumerate(("4.00", "4.15", "4.30", "4.45")):
            await meter(client, sample(register, unit="kWh"), age=60 - 15 * age, connectorId=2)
        draw = charger.draw(2)
        assert draw is not None
        assert draw.currents is None
        assert draw.at_least > 20.0
