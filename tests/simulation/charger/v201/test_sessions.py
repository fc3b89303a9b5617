"""Transactions of OCPP 2.0.1, over a real WebSocket (part 2, block E)."""

import asyncio
from dataclasses import replace

import pytest

from custom_components.ev_load_manager import clock
from simulation.charger.car import NIMBLE, ONE_PHASE, Car
from simulation.charger.grid import NOTHING
from simulation.charger.v201 import models
from simulation.charger.v201.charger import SimulatedStation
from simulation.charger.v201.tokens import IdToken
from tests.simulation.charger.v201.conftest import ACCEPTED, Central201, MakeStation

REFUSED = {"idTokenInfo": {"status": "Blocked"}}


async def charging(charger: SimulatedStation, number: int = 1, car: Car | None = None) -> Car:
    """Plug a car in and wait until it draws all that it is offered."""
    plugged = charger.plug_in(number, car or Car(NIMBLE))
    await charger.until(lambda: plugged.current > 0)
    most = plugged.model.maximum
    await charger.until(lambda: plugged.current == min(most, charger.connectors[number].offered))
    return plugged


def seq_nos(central: Central201) -> list[int]:
    """Of all TransactionEvents, in the order in which they came."""
    return [event["seqNo"] for event in central.events]


async def test_it_boots_and_tells_the_status_of_every_connector(
    central: Central201, connected: MakeStation
) -> None:
    await connected(replace(models.TWIN, connectors_per_evse=2), "home/garage 1")
    await central.until(lambda: central.called("SecurityEventNotification"))
    assert central.requests[0][0] == "/ocpp/home%2Fgarage%201"
    (boot,) = central.called("BootNotification")
    assert boot["reason"] == "PowerUp"
    assert boot["chargingStation"]["serialNumber"] == "home/garage 1"
    told = [
        (call["evseId"], call["connectorId"], call["connectorStatus"])
        for call in central.called("StatusNotification")
    ]
    assert told == [(evse, plug, "Available") for evse in (1, 2) for plug in (1, 2)]


async def test_a_session_is_told_by_transaction_events_alone(
    central: Central201, connected: MakeStation
) -> None:
    charger = await connected()
    car = await charging(charger)
    await asyncio.sleep(clock.real(60))
    charger.unplug(1)
    await central.until(lambda: ("Ended", "EVCommunicationLost") in central.told())
    first, last = central.events[0], central.events[-1]
    assert central.told()[:2] == [("Started", "Authorized"), ("Updated", "ChargingStateChanged")]
    assert first["evse"] == {"id": 1, "connectorId": 1}
    assert first["idToken"] == {"idToken": "CARD-1", "type": "ISO14443"}
    assert first["cableMaxCurrent"] == 32
    assert last["transactionInfo"]["stoppedReason"] == "EVDisconnected"
    assert seq_nos(central) == list(range(len(central.events)))
    assert len({event["transactionInfo"]["transactionId"] for event in central.events}) == 1
    begun, ended = (event["meterValue"][0]["sampledValue"][0] for event in (first, last))
    assert begun["context"] == "Transaction.Begin"
    assert ended["context"] == "Transaction.End"
    assert ended["value"] - begun["value"] == pytest.approx(car.energy, rel=0.05, abs=2)


async def test_what_came_once_is_not_told_again(
    central: Central201, connected: MakeStation
) -> None:
    charger = await connected()
    await charging(charger)
    charger.unplug(1)
    await central.until(lambda: central.last == "Ended")
    for field in ("evse", "idToken", "numberOfPhasesUsed", "cableMaxCurrent"):
        assert sum(field in event for event in central.events) == 1


async def test_the_phases_that_a_car_uses_are_told_when_current_flows(
    central: Central201, connected: MakeStation
) -> None:
    charger = await connected()
    await charging(charger, car=Car(ONE_PHASE))
    await central.until(lambda: any("numberOfPhasesUsed" in event for event in central.events))
    told = [
        event["numberOfPhasesUsed"] for event in central.events if "numberOfPhasesUsed" in event
    ]
    assert told == [1]


async def test_a_card_that_is_shown_again_ends_the_session(
    central: Central201, connected: MakeStation
) -> None:
    charger = await connected()
    await charging(charger)
    charger.present(1, "card-1")
    await central.until(lambda: ("Ended", "StopAuthorized") in central.told())
    assert "stoppedReason" not in central.events[-1]["transactionInfo"]  # E06.FR.09: Local
    await charger.until(lambda: charger.currents == NOTHING)
    assert charger.connectors[1].status == "Occupied"


async def test_another_card_of_the_group_ends_it_and_a_strange_one_does_not(
    central: Central201, connected: MakeStation
) -> None:
    group = {"groupIdToken": {"idToken": "FAMILY", "type": "Central"}}
    families = {"CARD-1": group, "CARD-2": group, "CARD-3": {}}
    central.answers["Authorize"] = lambda call: {
        "idTokenInfo": {"status": "Accepted", **families[call["idToken"]["idToken"]]}
    }
    charger = await connected()
    await charging(charger)
    charger.present(1, "CARD-3")
    await central.until(lambda: len(central.called("Authorize")) == 2)
    charger.present(1, "CARD-2")
    await central.until(lambda: ("Ended", "StopAuthorized") in central.told())
    assert central.events[-1]["idToken"]["idToken"] == "CARD-2"


@pytest.mark.parametrize("status", ["Blocked", "Expired", "Unknown", "NotAtThisTime"])
async def test_a_card_that_is_not_accepted_starts_nothing(
    central: Central201, connected: MakeStation, status: str
) -> None:
    central.answers["Authorize"] = lambda _: {"idTokenInfo": {"status": status}}
    charger = await connected()
    charger.plug_in(1, Car(NIMBLE))
    await central.until(lambda: central.called("Authorize"))
    await asyncio.sleep(clock.real(10))
    assert charger.connectors[1].transaction is None
    assert charger.currents == NOTHING


async def test_a_card_that_the_event_is_refused_for_ends_the_session(
    central: Central201, connected: MakeStation
) -> None:
    central.answers["TransactionEvent"] = lambda call: REFUSED if "idToken" in call else {}
    charger = await connected()
    charger.plug_in(1, Car(NIMBLE))
    await central.until(lambda: ("Ended", "Deauthorized") in central.told())
    assert central.events[-1]["transactionInfo"]["stoppedReason"] == "DeAuthorized"
    assert charger.currents == NOTHING


async def test_a_known_card_charges_offline_and_an_unknown_one_does_not(
    central: Central201, connected: MakeStation
) -> None:
    charger = await connected()
    await charging(charger)
    charger.unplug(1)
    await central.until(lambda: central.last == "Ended")
    charger.link.halt()
    await charger.until(lambda: not charger.accepted)
    charger.plug_in(1, Car(NIMBLE), id_tag="STRANGER")
    await asyncio.sleep(clock.real(5))
    assert charger.connectors[1].transaction is None
    charger.present(1, "CARD-1")
    await charger.until(lambda: charger.connectors[1].flows)


async def test_what_happened_offline_is_told_later_with_its_own_time_and_says_so(
    central: Central201, connected: MakeStation
) -> None:
    charger = await connected()
    charger.local_list.change(
        "Full", 1, [{"idToken": {"idToken": "CARD-1", "type": "ISO14443"}, **ACCEPTED}]
    )
    charger.link.halt()
    await charger.until(lambda: not charger.accepted)
    before = charger.timestamp()
    await charging(charger)
    await asyncio.sleep(clock.real(130))
    charger.unplug(1)
    after = charger.timestamp()
    charger.link.start()
    await central.until(lambda: central.last == "Ended")
    assert all(event["offline"] for event in central.events)
    assert all(before <= event["timestamp"] <= after for event in central.events)
    assert seq_nos(central) == list(range(len(central.events)))
    assert ("Updated", "MeterValuePeriodic") in central.told()


async def test_a_reconnect_without_news_boots_nothing_and_tells_what_changed(
    central: Central201, connected: MakeStation
) -> None:
    charger = await connected()
    await central.until(lambda: central.called("SecurityEventNotification"))
    said = len(central.called("StatusNotification"))
    charger.cut()
    await charger.until(lambda: not charger.accepted)
    charger.plug_in(1, Car(NIMBLE), id_tag=None)
    await central.until(lambda: len(central.called("StatusNotification")) > said)
    assert len(central.called("BootNotification")) == 1
    assert [call["connectorStatus"] for call in central.called("StatusNotification")[said:]] == [
        "Occupied"
    ]


async def test_a_parked_car_is_a_transaction_where_the_start_point_says_so(
    central: Central201, connected: MakeStation
) -> None:
    charger = await connected(models.EV_CONNECTED)
    charger.plug_in(1, Car(NIMBLE), id_tag=None)
    await central.until(lambda: central.told() == [("Started", "CablePluggedIn")])
    assert "idToken" not in central.events[0]
    assert central.events[0]["transactionInfo"]["chargingState"] == "EVConnected"
    charger.present(1, "CARD-1")
    await central.until(lambda: ("Updated", "Authorized") in central.told())
    await charger.until(lambda: charger.connectors[1].flows)
    charger.present(1, "CARD-1")
    # It ends with the cable, and not with the card.
    await central.until(lambda: ("Updated", "StopAuthorized") in central.told())
    await charger.until(lambda: charger.currents == NOTHING)
    charger.unplug(1)
    await central.until(lambda: ("Ended", "EVCommunicationLost") in central.told())
    assert len({event["transactionInfo"]["transactionId"] for event in central.events}) == 1


async def test_a_card_begins_a_transaction_that_ends_if_no_car_comes(
    central: Central201, connected: MakeStation
) -> None:
    charger = await connected(models.AUTHORIZED)
    charger.present(1, "CARD-1")
    await central.until(lambda: ("Ended", "EVConnectTimeout") in central.told())
    assert central.told()[0] == ("Started", "Authorized")
    assert central.events[0]["transactionInfo"]["chargingState"] == "Idle"
    assert central.events[-1]["transactionInfo"]["stoppedReason"] == "Timeout"
    assert charger.connectors[1].status == "Available"


async def test_a_transaction_can_begin_with_the_first_current(
    central: Central201, connected: MakeStation
) -> None:
    charger = await connected(models.ENERGY_TRANSFER)
    await charging(charger)
    await central.until(lambda: central.events)
    assert central.told()[0] == ("Started", "ChargingStateChanged")
    assert central.events[0]["idToken"]["idToken"] == "CARD-1"
    assert central.events[0]["transactionInfo"]["chargingState"] == "Charging"
    assert await central.set("TxCtrlr", "TxStartPoint", "EVConnected") == "Rejected"


async def test_start_and_stop_points_can_be_changed(
    central: Central201, connected: MakeStation
) -> None:
    charger = await connected(models.EV_CONNECTED)
    assert await central.set("TxCtrlr", "TxStartPoint", "PowerPathClosed") == "Accepted"
    assert await central.set("TxCtrlr", "TxStopPoint", "EVConnected,Authorized") == "Accepted"
    assert await central.set("TxCtrlr", "TxStopPoint", "Sunset") == "Rejected"
    charger.plug_in(1, Car(NIMBLE), id_tag=None)
    charger.present(1, "CARD-1")
    await central.until(lambda: central.events)
    assert central.told()[0] == ("Started", "Authorized")


async def test_a_remote_start_tells_its_id_and_takes_its_profile(
    central: Central201, connected: MakeStation
) -> None:
    charger = await connected()
    car = charger.plug_in(1, Car(NIMBLE), id_tag=None)
    profile = {
        "id": 7,
        "stackLevel": 0,
        "chargingProfilePurpose": "TxProfile",
        "chargingProfileKind": "Relative",
        "chargingSchedule": [
            {
                "id": 7,
                "chargingRateUnit": "A",
                "chargingSchedulePeriod": [{"startPeriod": 0, "limit": 9.0}],
            }
        ],
    }
    start = {
        "evseId": 1,
        "remoteStartId": 55,
        "idToken": {"idToken": "APP", "type": "Central"},
        "chargingProfile": profile,
    }
    assert await central.tell("RequestStartTransaction", start) == {"status": "Accepted"}
    await central.until(lambda: central.told()[:1] == [("Started", "RemoteStart")])
    assert central.events[0]["transactionInfo"]["remoteStartId"] == 55
    assert central.events[0]["idToken"]["type"] == "Central"
    await charger.until(lambda: car.current == pytest.approx(9.0))
    # Somebody charges already.
    assert (await central.tell("RequestStartTransaction", start))["status"] == "Rejected"
    transaction = central.events[0]["transactionInfo"]["transactionId"]
    stopped = await central.tell("RequestStopTransaction", {"transactionId": transaction})
    assert stopped == {"status": "Accepted"}
    await central.until(lambda: ("Ended", "RemoteStop") in central.told())
    assert central.events[-1]["transactionInfo"]["stoppedReason"] == "Remote"
    assert len(charger.profiles) == 0
    again = await central.tell("RequestStopTransaction", {"transactionId": transaction})
    assert again["status"] == "Rejected"


async def test_a_remote_start_waits_for_a_car_and_then_no_more(
    central: Central201, connected: MakeStation
) -> None:
    charger = await connected()
    start = {"remoteStartId": 1, "idToken": {"idToken": "APP", "type": "Central"}}
    assert (await central.tell("RequestStartTransaction", start))["status"] == "Accepted"
    await charger.until(lambda: charger.connectors[1].status == "Occupied")
    charger.plug_in(1, Car(NIMBLE), id_tag=None)
    await central.until(lambda: central.told()[:1] == [("Started", "CablePluggedIn")])
    assert central.events[0]["transactionInfo"]["remoteStartId"] == 1
    charger.unplug(1)
    assert (await central.tell("RequestStartTransaction", start))["status"] == "Accepted"
    await charger.until(lambda: charger.connectors[1].status == "Occupied")
    await charger.until(lambda: charger.connectors[1].status == "Available")
    charger.plug_in(1, Car(NIMBLE), id_tag=None)
    await asyncio.sleep(clock.real(5))
    assert charger.connectors[1].transaction is None


async def test_a_start_that_the_parked_car_has_begun_names_the_transaction(
    central: Central201, connected: MakeStation
) -> None:
    charger = await connected(models.EV_CONNECTED)
    charger.plug_in(1, Car(NIMBLE), id_tag=None)
    await central.until(lambda: central.events)
    start = {"remoteStartId": 1, "idToken": {"idToken": "APP", "type": "Central"}}
    told = await central.tell("RequestStartTransaction", start)
    transaction = central.events[0]["transactionInfo"]["transactionId"]
    assert told == {"status": "Accepted", "transactionId": transaction}
    await central.until(lambda: ("Updated", "RemoteStart") in central.told())
    await central.tell("RequestStopTransaction", {"transactionId": transaction})
    # F03.FR.02: it goes on until the car leaves.
    await central.until(lambda: ("Updated", "RemoteStop") in central.told())
    assert charger.connectors[1].transaction is not None


async def test_a_transaction_goes_on_after_a_power_cut_and_its_events_count_on(
    central: Central201, connected: MakeStation
) -> None:
    charger = await connected()
    await charging(charger)
    transaction = charger.sessions[0].id
    charger.power_off()
    assert charger.currents == NOTHING
    charger.power_on()
    await charger.until(lambda: charger.connectors[1].flows)
    charger.unplug(1)
    await central.until(lambda: central.last == "Ended")
    assert {event["transactionInfo"]["transactionId"] for event in central.events} == {transaction}
    assert seq_nos(central) == list(range(len(central.events)))
    assert [boot["reason"] for boot in central.called("BootNotification")] == ["PowerUp"] * 2


async def test_a_power_cut_can_end_a_transaction(
    central: Central201, connected: MakeStation
) -> None:
    charger = await connected(replace(models.STATION, resumes_after_power_loss=False))
    await charging(charger)
    charger.power_off()
    charger.power_on()
    await central.until(lambda: ("Ended", "AbnormalCondition") in central.told())
    assert central.events[-1]["transactionInfo"]["stoppedReason"] == "PowerLoss"


async def test_the_status_of_a_transaction_can_be_asked_for(
    central: Central201, connected: MakeStation
) -> None:
    charger = await connected()
    await charging(charger)
    transaction = charger.sessions[0].id
    ask = {"transactionId": transaction}
    # What it has told of its session is answered by then.
    while charger.outbox.kept:
        await asyncio.sleep(0)
    assert await central.tell("GetTransactionStatus", ask) == {
        "ongoingIndicator": True,
        "messagesInQueue": False,
    }
    assert await central.tell("GetTransactionStatus", {}) == {"messagesInQueue": False}
    charger.unplug(1)
    await central.until(lambda: central.last == "Ended")
    assert (await central.tell("GetTransactionStatus", ask))["ongoingIndicator"] is False


async def test_values_are_told_as_often_and_as_many_as_was_set(
    central: Central201, connected: MakeStation
) -> None:
    charger = await connected()
    wanted = "Current.Import,Power.Active.Import,Energy.Active.Import.Register"
    assert await central.set("SampledDataCtrlr", "TxUpdatedMeasurands", wanted) == "Accepted"
    assert await central.set("SampledDataCtrlr", "TxUpdatedInterval", "10") == "Accepted"
    assert await central.set("SampledDataCtrlr", "TxUpdatedMeasurands", "Charm") == "Rejected"
    await charging(charger)
    await central.until(lambda: central.told().count(("Updated", "MeterValuePeriodic")) == 2)
    (sample,) = central.events[-1]["meterValue"]
    told = [(one["measurand"], one.get("phase")) for one in sample["sampledValue"]]
    assert told == [
        *(("Current.Import", phase) for phase in ("L1", "L2", "L3")),
        *(("Power.Active.Import", phase) for phase in ("L1", "L2", "L3")),
        ("Energy.Active.Import.Register", None),
    ]
    assert all(one["context"] == "Sample.Periodic" for one in sample["sampledValue"])
    assert sample["sampledValue"][0]["value"] == pytest.approx(16.0, abs=0.1)


async def test_values_between_sessions_come_on_the_clock(
    central: Central201, connected: MakeStation
) -> None:
    await connected(models.TWIN)
    assert await central.set("AlignedDataCtrlr", "Interval", "30") == "Accepted"
    await central.until(lambda: len(central.called("MeterValues")) >= 4)
    assert {call["evseId"] for call in central.called("MeterValues")} == {1, 2}


async def test_an_emaid_is_a_card_of_its_own_type(
    central: Central201, connected: MakeStation
) -> None:
    charger = await connected()
    charger.plug_in(1, Car(NIMBLE), id_tag=IdToken("DE8AA1A2B3C4D5", "eMAID"))
    await central.until(lambda: central.events)
    assert central.events[0]["idToken"] == {"idToken": "DE8AA1A2B3C4D5", "type": "eMAID"}
