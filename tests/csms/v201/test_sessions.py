"""Sessions of a 2.0.1 station follow from its TransactionEvents alone, however these come."""

from datetime import UTC, datetime
import json
from typing import Any

import pytest

from custom_components.ev_load_manager.balancing.readings import Status
from custom_components.ev_load_manager.csms.charge_point.charge_point import ChargePoint
from custom_components.ev_load_manager.csms.charge_point.connector import ChargingNeeds
from custom_components.ev_load_manager.csms.server import CentralSystem
from tests.csms.conftest import TimeMachine

from .station import Station

CARD = "04A1B2C3"


def energy(wh: float, **more: Any) -> dict[str, Any]:
    """A reading of the register."""
    return {"value": wh, "measurand": "Energy.Active.Import.Register", **more}


def current(amperes: float, phase: str, **more: Any) -> dict[str, Any]:
    """A current of one phase."""
    return {"value": amperes, "measurand": "Current.Import", "phase": phase, **more}


async def test_a_parked_car_is_no_session_before_somebody_may_charge(
    central: CentralSystem, charger: ChargePoint
) -> None:
    async with Station(central) as station:
        await station.event("Started", "CablePluggedIn", state="EVConnected", evse=1)
        assert charger.connectors[1].transaction is None
        assert charger.connectors[1].status is Status.PREPARING

        answer = await station.event("Updated", "Authorized", state="EVConnected", card=CARD)
        assert answer == {"idTokenInfo": {"status": "Accepted"}}
        running = charger.connectors[1].transaction
        assert running is not None
        assert running.id_tag == CARD

        await station.event("Ended", "EVDeparted")
        assert charger.connectors[1].transaction is None


async def test_a_car_that_parks_and_leaves_was_no_session(
    central: CentralSystem, charger: ChargePoint
) -> None:
    async with Station(central) as station:
        await station.event("Started", "CablePluggedIn", state="EVConnected", evse=1)
        await station.event("Ended", "EVDeparted")
        assert charger.connectors[1].present_or_last is None


async def test_a_stop_ends_the_session_though_the_transaction_goes_on(
    central: CentralSystem, charger: ChargePoint
) -> None:
    async with Station(central) as station:
        await station.event(
            "Started", "Authorized", state="Charging", evse=1, card=CARD, values=[energy(1000)]
        )
        await station.event("Updated", "RemoteStop", state="SuspendedEVSE", values=[energy(3000)])
        assert charger.connectors[1].transaction is None
        assert charger.connectors[1].status is Status.FINISHING
        assert charger.connectors[1].session_energy == 2000

        await station.event("Updated", state="EVConnected")
        assert charger.connectors[1].transaction is None

        # Somebody lets the same car go on, in the same transaction.
        await station.event("Updated", "Authorized", state="Charging", card=CARD)
        again = charger.connectors[1].transaction
        assert again is not None
        assert charger.dialect.stop(again.id).payload == {"transactionId": "T1"}
        await station.event("Ended", "EVDeparted", values=[energy(3500)])
        assert charger.connectors[1].session_energy == 500


@pytest.mark.parametrize("state", ["Charging", "SuspendedEV", "SuspendedEVSE"])
async def test_where_nobody_needs_a_card_a_session_begins_with_the_offer(
    central: CentralSystem, charger: ChargePoint, state: str
) -> None:
    async with Station(central) as station:
        await station.event("Started", "CablePluggedIn", state="EVConnected", evse=1)
        await station.event("Updated", state=state)
        assert charger.connectors[1].transaction is not None


async def test_status_may_come_before_after_or_never(
    central: CentralSystem, charger: ChargePoint
) -> None:
    async with Station(central) as station:
        await station.status("Occupied")
        assert charger.connectors[1].status is Status.PREPARING
        await station.event("Started", "Authorized", state="SuspendedEV", evse=1, card=CARD)
        await station.status("Occupied")
        assert charger.connectors[1].status is Status.SUSPENDED_EV
        await station.event("Ended", "StopAuthorized")
        await station.status("Occupied")
        assert charger.connectors[1].status is Status.FINISHING
        await station.status("Available")
        assert charger.connectors[1].status is Status.AVAILABLE


async def test_an_outlet_is_an_evse_whatever_connectors_it_has(
    central: CentralSystem, charger: ChargePoint
) -> None:
    async with Station(central, evses=2) as station:
        await station.status("Available", 1, 1)
        await station.status("Occupied", 1, 2)
        await station.status("Available", 2, 1)
        await station.status("Available", 1, 1)
        assert {n: one.status for n, one in charger.connectors.items()} == {
            1: Status.PREPARING,
            2: Status.AVAILABLE,
        }
        await station.status("Available", 1, 2)
        assert charger.connectors[1].status is Status.AVAILABLE


async def test_an_older_event_changes_nothing_of_the_present(
    central: CentralSystem, charger: ChargePoint
) -> None:
    async with Station(central) as station:
        await station.event(
            "Started", "Authorized", state="Charging", evse=1, card=CARD, sequence=0, ago=60
        )
        await station.event("Updated", state="SuspendedEV", sequence=7, ago=10)
        await station.event("Updated", state="Charging", sequence=3, ago=30)
        assert charger.connectors[1].status is Status.SUSPENDED_EV


async def test_numbers_that_begin_anew_are_newer_all_the_same(
    central: CentralSystem, charger: ChargePoint
) -> None:
    async with Station(central) as station:
        await station.event(
            "Started", "Authorized", state="Charging", evse=1, card=CARD, sequence=500, ago=60
        )
        await station.event("Updated", state="SuspendedEV", sequence=0, ago=10)
        assert charger.connectors[1].status is Status.SUSPENDED_EV


async def test_what_is_told_twice_is_booked_once(
    central: CentralSystem, charger: ChargePoint
) -> None:
    async with Station(central) as station:
        for _ in range(2):
            await station.event(
                "Started",
                "Authorized",
                state="Charging",
                evse=1,
                card=CARD,
                sequence=0,
                ago=60,
                values=[energy(100)],
            )
        for _ in range(2):
            await station.event("Ended", "EVDeparted", sequence=2, ago=5, values=[energy(900)])
        await station.event("Updated", state="Charging", sequence=1, ago=30, values=[energy(500)])
        assert charger.connectors[1].transaction is None
        assert charger.connectors[1].session_energy == 800


async def test_a_session_whose_beginning_was_lost_begins_with_what_comes(
    central: CentralSystem, charger: ChargePoint
) -> None:
    async with Station(central) as station:
        await station.status("Available")
        await station.event(
            "Updated", "MeterValuePeriodic", state="Charging", sequence=40, values=[energy(500)]
        )
        assert charger.connectors[1].transaction is not None
        await station.event("Ended", "EVDeparted", sequence=44, values=[energy(700)])
        assert charger.connectors[1].session_energy == 200


async def test_without_its_evse_an_event_is_of_the_car_that_nobody_has_told_of(
    central: CentralSystem, charger: ChargePoint
) -> None:
    async with Station(central, evses=2) as station:
        await station.status("Available", 1)
        await station.status("Occupied", 2)
        await station.event("Updated", "MeterValuePeriodic", state="Charging")
        assert charger.connectors[2].transaction is not None
        # Where that is not sure it is answered, and booked nowhere.
        await station.event("Updated", "MeterValuePeriodic", transaction="T2", state="Charging")
        assert charger.connectors[1].transaction is None


async def test_an_outage_is_booked_in_order_and_never_as_the_present(
    central: CentralSystem, charger: ChargePoint
) -> None:
    async with Station(central) as station:
        await station.status("Available")
        for number in range(20):
            ago = 40_000.0 - 1800.0 * number
            await station.event(
                "Started",
                "Authorized",
                transaction=f"T{number}",
                state="Charging",
                evse=1,
                card=CARD,
                ago=ago,
                offline=True,
                values=[energy(1000.0 * number)],
            )
            for part in range(8):
                await station.event(
                    "Updated",
                    "MeterValuePeriodic",
                    transaction=f"T{number}",
                    ago=ago - 60.0 * (part + 1),
                    offline=True,
                    values=[energy(1000.0 * number + 100.0 * part), current(16.0, "L1")],
                )
            await station.event(
                "Ended",
                "EVDeparted",
                transaction=f"T{number}",
                ago=ago - 900.0,
                offline=True,
                values=[energy(1000.0 * number + 800.0)],
            )
            ended = charger.sessions.find(f"T{number}")
            assert ended is not None
            assert ended.charged == 800.0
            assert ended.stopped is not None
        assert charger.connectors[1].status is Status.AVAILABLE
        assert charger.connectors[1].values is None
        assert abs(charger.clock.offset) < 5.0


async def test_what_was_queued_ends_no_session_that_began_since(
    central: CentralSystem, charger: ChargePoint
) -> None:
    async with Station(central) as station:
        await station.event("Started", "Authorized", transaction="NEW", state="Charging", evse=1)
        await station.event(
            "Started",
            "Authorized",
            transaction="OLD",
            state="Charging",
            evse=1,
            ago=7200,
            offline=True,
            values=[energy(100)],
        )
        await station.event(
            "Ended", transaction="OLD", ago=3600, offline=True, values=[energy(400)]
        )
        running = charger.connectors[1].transaction
        assert running is not None
        assert running.id == "NEW"
        assert charger.connectors[1].status is Status.CHARGING
        old = charger.sessions.find("OLD")
        assert old is not None
        assert old.charged == 300
        await station.event("Updated", transaction="NEW", state="SuspendedEV")
        assert charger.connectors[1].status is Status.SUSPENDED_EV


async def test_what_is_over_begins_no_more(central: CentralSystem, charger: ChargePoint) -> None:
    async with Station(central) as station:
        await station.event("Ended", "EVDeparted", evse=1, info={"timeSpentCharging": 60})
        assert charger.connectors[1].last_transaction is not None
        await station.event("Started", "Authorized", state="Charging", evse=1, sequence=0, ago=90)
        assert charger.connectors[1].transaction is None


async def test_ids_of_36_characters_survive_our_restart(
    central: CentralSystem, charger: ChargePoint
) -> None:
    name = "3f2504e0-4f89-11d3-9a0c-0305e82c3301"
    async with Station(central) as station:
        await station.event(
            "Started", "Authorized", transaction=name, state="Charging", evse=1, card="C" * 36
        )
    state = charger.state()
    await central.remove("CP1")
    again = central.add("CP1", state)
    async with Station(central) as station:
        running = again.connectors[1].transaction
        assert running is not None
        assert running.id == name
        await station.event("Updated", transaction=name, state="SuspendedEV", sequence=5)
        assert again.connectors[1].status is Status.SUSPENDED_EV
        await station.event("Ended", "EVDeparted", transaction=name, sequence=6)
        assert again.connectors[1].transaction is None


async def test_values_have_units_and_powers_of_ten(
    central: CentralSystem, charger: ChargePoint
) -> None:
    async with Station(central) as station:
        await station.event(
            "Started",
            "Authorized",
            state="Charging",
            evse=1,
            values=[
                energy(12.5, unitOfMeasure={"unit": "kWh"}),
                current(160, "L1", unitOfMeasure={"unit": "A", "multiplier": -1}),
                current(0.016, "L2", unitOfMeasure={"unit": "A", "multiplier": 3}),
                current(16, "L3"),
                {
                    "value": 11.04,
                    "measurand": "Power.Active.Import",
                    "unitOfMeasure": {"unit": "W", "multiplier": 3},
                    "signedMeterValue": {
                        "signedMeterData": "x",
                        "signingMethod": "y",
                        "encodingMethod": "z",
                        "publicKey": "",
                    },
                },
            ],
        )
        values = charger.connectors[1].values
        assert values is not None
        assert values.energy == 12_500
        assert values.currents == pytest.approx((16.0, 16.0, 16.0))
        assert values.power == pytest.approx(11_040)


async def test_values_between_sessions_come_alone(
    central: CentralSystem, charger: ChargePoint
) -> None:
    async with Station(central) as station:
        await station.status("Available")
        await station.tell(
            "MeterValues",
            evseId=1,
            meterValue=[{"timestamp": station.time(), "sampledValue": [energy(500)]}],
        )
        assert charger.connectors[1].energy == 500
        await station.tell(
            "MeterValues",
            evseId=0,
            meterValue=[{"timestamp": station.time(), "sampledValue": [energy(900)]}],
        )
        assert charger.connectors[1].energy == 500


async def test_some_tell_the_state_of_connectors_by_events(
    central: CentralSystem, charger: ChargePoint
) -> None:
    async with Station(central) as station:
        await station.tell(
            "NotifyEvent",
            generatedAt=station.time(),
            seqNo=0,
            eventData=[
                {
                    "eventId": 1,
                    "timestamp": station.time(),
                    "trigger": "Delta",
                    "actualValue": "Occupied",
                    "eventNotificationType": "HardWiredNotification",
                    "component": {"name": "Connector", "evse": {"id": 1, "connectorId": 1}},
                    "variable": {"name": "AvailabilityState"},
                }
            ],
        )
        assert charger.connectors[1].status is Status.PREPARING


async def test_a_car_that_parks_shows_that_the_one_before_has_left(
    central: CentralSystem, charger: ChargePoint
) -> None:
    async with Station(central, evses=2) as station:
        await station.status("Available", 1)
        await station.event("Started", "Authorized", state="Charging", evse=2, card=CARD, ago=60)
        # Its end was lost.
        await station.event(
            "Started", "CablePluggedIn", transaction="T2", state="EVConnected", evse=2
        )
        assert charger.connectors[2].transaction is None
        assert charger.connectors[2].status is Status.PREPARING
        await station.event("Updated", "Authorized", transaction="T2", state="Charging", card=CARD)
        running = charger.connectors[2].transaction
        assert running is not None
        assert running.id == "T2"


async def test_a_session_that_was_taken_for_over_goes_on_as_another_one(
    central: CentralSystem, charger: ChargePoint, time_machine: TimeMachine
) -> None:
    async with Station(central) as station:
        await station.event("Started", "Authorized", state="Charging", evse=1, card=CARD)
        await station.status("Available")
        time_machine.jump(90.0)
        await station.tell("Heartbeat")
        assert charger.connectors[1].transaction is None
        await station.event("Updated", "MeterValuePeriodic", state="Charging")
        running = charger.connectors[1].transaction
        assert running is not None
        assert charger.dialect.stop(running.id).payload == {"transactionId": "T1"}


async def test_a_station_tells_what_it_knows_of_a_car(
    central: CentralSystem, charger: ChargePoint
) -> None:
    async with Station(central) as station:
        await station.event(
            "Started",
            "Authorized",
            state="Charging",
            evse=1,
            card=CARD,
            numberOfPhasesUsed=1,
            cableMaxCurrent=20,
        )
        outlet = charger.connectors[1]
        assert (outlet.phases_used, outlet.cable_maximum) == (1, 20)
        answer = await station.tell(
            "NotifyEVChargingNeeds",
            evseId=1,
            chargingNeeds={
                "requestedEnergyTransfer": "AC_three_phase",
                "departureTime": "2030-01-01T06:00:00Z",
                "acChargingParameters": {
                    "energyAmount": 20000,
                    "evMinCurrent": 6,
                    "evMaxCurrent": 16,
                    "evMaxVoltage": 400,
                },
            },
        )
        assert answer == {"status": "Rejected"}
        assert outlet.needs is not None
        assert outlet.needs.energy == 20_000
        await station.event("Ended", "EVDeparted")
        assert (outlet.phases_used, outlet.cable_maximum, outlet.needs) == (None, None, None)


async def test_what_a_car_asks_for_stays_with_its_session_and_is_no_other_cars(
    central: CentralSystem, charger: ChargePoint
) -> None:
    outlet = charger.connector(1)
    async with Station(central) as station:
        await station.event("Started", "CablePluggedIn", state="EVConnected", evse=1)
        await station.tell(
            "NotifyEVChargingNeeds",
            evseId=1,
            chargingNeeds={
                "requestedEnergyTransfer": "DC",
                "departureTime": "2030-01-01T06:00:00Z",
                "dcChargingParameters": {
                    "evMaxCurrent": 100,
                    "evMaxVoltage": 400,
                    "energyAmount": 18000,
                    "stateOfCharge": 40,
                },
            },
        )
        assert outlet.transaction is None
        await station.event("Updated", "Authorized", state="Charging", card=CARD)
        session = outlet.transaction
        assert session is not None
        assert session.asked == ChargingNeeds(
            energy=18_000.0,
            departure=datetime(2030, 1, 1, 6, tzinfo=UTC),
            state_of_charge=40.0,
        )
        # A restart of Home Assistant does not lose it.
        again = central.add("AGAIN", json.loads(json.dumps(charger.state())))
        kept = again.connectors[1].transaction
        assert kept is not None
        assert kept.asked == session.asked
        await station.event("Ended", "EVDeparted")
        await station.event(
            "Started", "Authorized", transaction="T2", state="Charging", evse=1, card=CARD
        )
        assert outlet.transaction is not None
        assert outlet.transaction.asked is None


async def test_what_others_limit_is_known_until_it_is_over(
    central: CentralSystem, charger: ChargePoint
) -> None:
    async with Station(central) as station:
        await station.tell(
            "NotifyChargingLimit",
            evseId=1,
            chargingLimit={"chargingLimitSource": "EMS"},
            chargingSchedule=[
                {
                    "id": 1,
                    "chargingRateUnit": "A",
                    "chargingSchedulePeriod": [{"startPeriod": 0, "limit": 10.0}],
                }
            ],
        )
        limit = charger.connectors[1].foreign_limit
        assert limit is not None
        assert (limit.amperes, limit.source) == (10.0, "EMS")
        await station.tell("ClearedChargingLimit", evseId=1, chargingLimitSource="EMS")
        assert charger.connectors[1].foreign_limit is None


async def test_a_session_whose_end_comes_first_is_booked_with_its_beginning(
    central: CentralSystem, charger: ChargePoint
) -> None:
    async with Station(central) as station:
        await station.event("Ended", "EVDeparted", sequence=2, ago=5, values=[energy(5000)], evse=1)
        assert charger.connectors[1].last_transaction is None
        await station.event(
            "Started",
            "Authorized",
            state="Charging",
            sequence=0,
            ago=600,
            card=CARD,
            evse=1,
            values=[energy(1000)],
        )
        await station.event(
            "Updated", "MeterValuePeriodic", sequence=1, ago=300, values=[energy(3000)]
        )
        assert charger.connectors[1].transaction is None
        over = charger.connectors[1].last_transaction
        assert over is not None
        assert over.stopped is not None
        assert (over.id_tag, over.charged) == (CARD, 4000)
        assert 590 < (over.stopped - over.started).total_seconds() < 600


async def test_the_beginning_of_one_that_is_over_ends_no_other(
    central: CentralSystem, charger: ChargePoint
) -> None:
    async with Station(central) as station:
        await station.event("Ended", "EVDeparted", sequence=2, ago=60, values=[energy(50)], evse=1)
        await station.event(
            "Started", "Authorized", transaction="T2", state="Charging", ago=30, card=CARD, evse=1
        )
        await station.event(
            "Started", "Authorized", state="Charging", sequence=0, ago=90, card=CARD, evse=1
        )
        running = charger.connectors[1].transaction
        assert running is not None
        assert running.id == "T2"


async def test_nobody_wants_to_leave_before_now(
    central: CentralSystem, charger: ChargePoint
) -> None:
    async with Station(central) as station:
        for departure, kept in ((station.time(60), False), (station.time(-3600), True)):
            await station.tell(
                "NotifyEVChargingNeeds",
                evseId=1,
                chargingNeeds={
                    "requestedEnergyTransfer": "AC_three_phase",
                    "departureTime": departure,
                },
            )
            needs = charger.connectors[1].needs
            assert needs is not None
            assert (needs.departure is not None) is kept


@pytest.mark.parametrize("offline", [False, True])
async def test_what_was_queued_says_nothing_of_its_stations_clock(
    central: CentralSystem, charger: ChargePoint, time_machine: TimeMachine, offline: bool
) -> None:
    async with Station(central) as station:
        await station.boot()
        # At the pace of the present.
        for _ in range(3):
            await station.event("Updated", state="Charging", evse=1, ago=3600, offline=offline)
            time_machine.jump(10)
        assert charger.clock.offset == pytest.approx(0.0 if offline else -3600.0, abs=5.0)
