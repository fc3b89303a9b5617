"""Ids that no station may have, and that some have: nobody's session is another's for that."""

import pytest

from custom_components.ev_load_manager.csms.charge_point.charge_point import ChargePoint
from custom_components.ev_load_manager.csms.server import CentralSystem
from tests.csms.conftest import TimeMachine

from .station import Station

CARD = "04A1B2C3"
ODD = ("a/b", "/", "//", "a/2", "a//2", "/2", "2/", "aGVsbG8gd29ybGQ/Zm9v+YmFyPT09Zm9vYmF")


@pytest.mark.parametrize("name", ODD)
async def test_a_station_is_asked_by_the_very_id_that_it_gave(
    central: CentralSystem, charger: ChargePoint, name: str
) -> None:
    async with Station(central) as station:
        for part in range(3):
            await station.event(
                "Updated" if part else "Started",
                "Authorized",
                transaction=name,
                state="Charging",
                evse=1,
                card=CARD,
            )
            running = charger.connectors[1].transaction
            assert running is not None
            assert charger.dialect.stop(running.id).payload == {"transactionId": name}
            await station.event("Updated", "RemoteStop", transaction=name, state="EVConnected")
            assert charger.connectors[1].transaction is None


async def test_ids_that_differ_are_of_different_sessions(
    central: CentralSystem, charger: ChargePoint
) -> None:
    async with Station(central, evses=len(ODD)) as station:
        for number, name in enumerate(ODD, 1):
            await station.event(
                "Started", "Authorized", transaction=name, state="Charging", evse=number
            )
        running = {one.transaction.id for one in charger.connectors.values() if one.transaction}
        assert len(running) == len(ODD)


@pytest.mark.parametrize("card", [CARD, None], ids=["card", "parked"])
async def test_an_id_that_is_used_again_after_its_end_is_of_another_session(
    central: CentralSystem, charger: ChargePoint, time_machine: TimeMachine, card: str | None
) -> None:
    async with Station(central) as station:
        trigger, state = ("CablePluggedIn", "EVConnected") if card is None else ("Authorized",) * 2
        for turn in range(3):
            time_machine.jump(600)
            await station.event(
                "Started",
                trigger,
                transaction="1",
                state="Charging" if card else state,
                evse=1,
                card=card,
                sequence=0,
            )
            await station.event(
                "Updated", transaction="1", state="SuspendedEVSE", sequence=1, evse=1
            )
            running = charger.connectors[1].transaction
            assert running is not None, turn
            assert charger.dialect.stop(running.id).payload == {"transactionId": "1"}
            time_machine.jump(600)
            await station.event("Ended", "EVDeparted", transaction="1", sequence=2)
            assert charger.connectors[1].transaction is None
            # What comes late of it begins nothing.
            await station.event("Updated", transaction="1", state="Charging", sequence=1, ago=9)
            assert charger.connectors[1].transaction is None


async def test_a_plug_that_bounces_begins_a_session_each_time(
    central: CentralSystem, charger: ChargePoint, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Within a second, with the same card and the same register: only their ids differ."""
    async with Station(central) as station:
        moment = station.time()[:-5] + "Z"
        monkeypatch.setattr(station, "time", lambda ago=0.0: moment)
        await station.event("Started", "Authorized", state="Charging", evse=1, card=CARD)
        await station.event("Ended", "EVCommunicationLost")
        await station.event(
            "Started", "Authorized", transaction="T2", state="Charging", evse=1, card=CARD
        )
        running = charger.connectors[1].transaction
        assert running is not None
        assert charger.dialect.stop(running.id).payload == {"transactionId": "T2"}


async def test_evses_that_each_count_their_transactions_keep_them_apart(
    central: CentralSystem, charger: ChargePoint
) -> None:
    async with Station(central, evses=2) as station:
        for number in (1, 2):
            await station.event(
                "Started", "Authorized", transaction="1", state="Charging", evse=number, card=CARD
            )
        sessions = [charger.connectors[number].transaction for number in (1, 2)]
        assert all(sessions)
        await station.event("Ended", "EVDeparted", transaction="1", evse=2)
        assert charger.connectors[1].transaction is sessions[0]
        assert charger.connectors[2].transaction is None
