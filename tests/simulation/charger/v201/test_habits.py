"""Habits that public issues report of chargers of OCPP 2.0.1, over a real WebSocket."""

import asyncio
from dataclasses import replace
from typing import Any

import pytest

from custom_components.ev_load_manager import clock
from simulation.charger.car import NIMBLE, Car
from simulation.charger.grid import NOTHING
from simulation.charger.v201 import habits, models
from simulation.charger.v201.charger import SimulatedStation
from tests.simulation.charger.v201.conftest import ACCEPTED, Central201, MakeStation
from tests.simulation.charger.v201.test_limits import limit, set_limit
from tests.simulation.charger.v201.test_sessions import charging, seq_nos

REMOTE = {"evseId": 1, "remoteStartId": 1, "idToken": {"idToken": "APP", "type": "Central"}}


def know_the_card(charger: SimulatedStation) -> None:
    """Let the usual card charge offline."""
    entry = {"idToken": {"idToken": "CARD-1", "type": "ISO14443"}, **ACCEPTED}
    charger.local_list.change("Full", 1, [entry])


async def ended(central: Central201, sessions: int = 1) -> None:
    """Wait until so many transactions are over."""
    await central.until(
        lambda: [event["eventType"] for event in central.events].count("Ended") >= sessions
    )


async def test_every_profile_can_be_refused(central: Central201, connected: MakeStation) -> None:
    charger = await connected(habits.REJECTS_PROFILES)
    assert await set_limit(central, 6.0) == "Rejected"
    assert len(charger.profiles) == 0
    enabled = await central.get("SmartChargingCtrlr", "Enabled")
    assert enabled["attributeValue"] == "true"


async def test_some_know_no_smart_charging(central: Central201, connected: MakeStation) -> None:
    await connected(habits.NO_SMART_CHARGING)
    frame = await central.ask("SetChargingProfile", limit(6.0))
    assert frame[0:3:2] == [4, "NotSupported"]
    told = await central.get("SmartChargingCtrlr", "Enabled")
    assert told["attributeStatus"] == "UnknownComponent"


async def test_a_limit_can_be_accepted_and_ignored_or_kept_for_the_next_session(
    central: Central201, connected: MakeStation
) -> None:
    charger = await connected(habits.STUBBORN)
    car = await charging(charger)
    assert await set_limit(central, 6.0) == "Accepted"
    await asyncio.sleep(clock.real(15))
    assert car.current == pytest.approx(16.0)
    assert charger.held_limit(1) == 6.0
    await charger.stop()
    late = await connected(habits.SESSION_PROFILE_ONLY, "CP2")
    car = await charging(late)
    assert await set_limit(central, 6.0) == "Accepted"
    await asyncio.sleep(clock.real(15))
    assert car.current == pytest.approx(16.0)
    late.unplug(1)
    car = await charging(late)
    assert car.current == pytest.approx(6.0)


async def test_limits_can_be_lost_with_the_link_and_with_a_reboot(
    central: Central201, connected: MakeStation
) -> None:
    charger = await connected(habits.FORGETFUL)
    car = await charging(charger)
    await set_limit(central, 6.0)
    await charger.until(lambda: car.current == pytest.approx(6.0))
    charger.cut()
    await charger.until(lambda: car.current == pytest.approx(16.0))
    assert charger.forgot == {1}
    await charger.until(lambda: charger.accepted)
    await set_limit(central, 6.0)
    assert charger.forgot == set()


async def test_a_reboot_can_cost_what_ends_by_itself(
    central: Central201, connected: MakeStation
) -> None:
    charger = await connected(habits.STANDING_ONLY)
    await set_limit(central, 6.0, id=1, stack=0)
    await set_limit(central, 12.0, id=2, stack=1, start=charger.timestamp(), duration=3600)
    charger.power_off()
    charger.power_on()
    await charger.until(lambda: charger.running and charger.accepted)
    assert [one.profile.id for one in charger.profiles] == [1]


async def test_a_composite_schedule_can_know_nothing_of_its_profiles(
    central: Central201, connected: MakeStation
) -> None:
    await connected(habits.WRONG_COMPOSITE)
    await set_limit(central, 6.0)
    ask = {"evseId": 1, "duration": 60}
    told = await central.tell("GetCompositeSchedule", {**ask, "chargingRateUnit": "A"})
    assert told["schedule"]["chargingSchedulePeriod"] == [{"startPeriod": 0, "limit": 32.0}]


async def test_units_can_differ_by_evse(central: Central201, connected: MakeStation) -> None:
    await connected(habits.PER_EVSE_UNITS)
    station = await central.get("SmartChargingCtrlr", "RateUnit")
    second = await central.get("SmartChargingCtrlr", "RateUnit", evse=2)
    assert (station["attributeValue"], second["attributeValue"]) == ("A,W", "W")


async def test_one_can_fall_silent_when_it_is_asked_for_its_inventory_too_soon(
    central: Central201, connected: MakeStation
) -> None:
    model = replace(habits.SILENT_AFTER_REPORT, silent_after_early_report=900.0)
    charger = await connected(model)
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(2):
            await central.ask("GetBaseReport", {"requestId": 1, "reportBase": "FullInventory"})
    assert charger.online
    assert central.called("NotifyReport") == []


async def test_status_can_be_told_of_nothing_or_by_events(
    central: Central201, connected: MakeStation
) -> None:
    zero = await connected(habits.STATUS_OF_ZERO)
    await central.until(lambda: len(central.called("StatusNotification")) == 2)
    assert central.called("StatusNotification")[0]["evseId"] == 0
    await zero.stop()
    await connected(habits.STATUS_BY_EVENT, "CP2")
    await central.until(lambda: central.called("NotifyEvent"))
    (event,) = central.called("NotifyEvent")[0]["eventData"]
    assert event["component"] == {"name": "Connector", "evse": {"id": 1, "connectorId": 1}}
    assert (event["variable"]["name"], event["actualValue"]) == ("AvailabilityState", "Available")


async def test_a_connector_can_be_available_with_a_cable_in_it(
    central: Central201, connected: MakeStation
) -> None:
    charger = await connected(habits.AVAILABLE_WITH_CABLE)
    charger.plug_in(1, Car(NIMBLE), id_tag=None)
    assert charger.connectors[1].status == "Available"


async def test_transactions_can_be_silent_about_their_connector(
    central: Central201, connected: MakeStation
) -> None:
    charger = await connected(habits.NO_CONNECTOR_ID)
    charger.plug_in(1, Car(NIMBLE), connector=2)
    await central.until(lambda: central.events)
    assert central.events[0]["evse"] == {"id": 1}
    await charger.until(lambda: charger.connectors[1].status_of(2) == "Occupied")
    assert charger.connectors[1].status_of(1) == "Available"


@pytest.mark.parametrize(
    ("model", "marked"), [(models.STATION, True), (habits.UNMARKED_OFFLINE, False)]
)
async def test_late_events_can_look_as_if_they_were_new(
    central: Central201, connected: MakeStation, model: models.StationModel, marked: bool
) -> None:
    charger = await connected(model)
    know_the_card(charger)
    charger.link.halt()
    await charger.until(lambda: not charger.accepted)
    await charging(charger)
    charger.unplug(1)
    charger.link.start()
    await ended(central)
    assert all(("offline" in event) is marked for event in central.events)


async def test_events_can_come_twice(central: Central201, connected: MakeStation) -> None:
    charger = await connected(habits.REPEATS_EVENTS)
    await charging(charger)
    charger.unplug(1)
    await ended(central, 2)
    numbers = seq_nos(central)
    assert numbers[::2] == numbers[1::2]


async def test_seq_no_can_go_on_over_sessions_or_begin_again_within_one(
    central: Central201, connected: MakeStation
) -> None:
    charger = await connected(habits.SEQ_NO_GOES_ON)
    for _ in range(2):
        await charging(charger)
        charger.unplug(1)
    await ended(central, 2)
    assert seq_nos(central) == list(range(17, 17 + len(central.events)))
    await charger.stop()
    said = len(central.events)
    restarts = await connected(habits.SEQ_NO_RESTARTS, "CP2")
    await charging(restarts)
    restarts.power_off()
    restarts.power_on()
    await restarts.until(lambda: restarts.connectors[1].flows)
    restarts.unplug(1)
    await ended(central, 3)
    assert seq_nos(central)[said:].count(0) == 2


async def test_where_memory_is_short_events_are_missing(
    central: Central201, connected: MakeStation
) -> None:
    charger = await connected(habits.SHORT_MEMORY)
    know_the_card(charger)
    await central.set("SampledDataCtrlr", "TxUpdatedInterval", "10")
    charger.link.halt()
    await charger.until(lambda: not charger.accepted)
    await charging(charger)
    await charger.until(lambda: charger.sessions[0].seq_no > 20, seconds=600)
    charger.unplug(1)
    charger.link.start()
    await ended(central)
    numbers = seq_nos(central)
    assert numbers == sorted(numbers)
    assert len(numbers) < 15 < numbers[-1]
    assert (numbers[0], central.events[0]["eventType"]) == (0, "Started")


async def test_ids_can_have_all_that_a_text_may_have(
    central: Central201, connected: MakeStation
) -> None:
    charger = await connected(habits.ODD_IDS)
    await charging(charger)
    transaction = charger.sessions[0].id
    assert len(transaction) == 36
    assert not transaction.isalnum()
    stop = await central.tell("RequestStopTransaction", {"transactionId": transaction})
    assert stop == {"status": "Accepted"}


async def test_a_session_that_is_started_again_too_soon_can_be_a_phantom(
    central: Central201, connected: MakeStation
) -> None:
    charger = await connected(habits.PHANTOM_SESSION)
    await charging(charger)
    charger.present(1, "CARD-1")
    await ended(central)
    assert await central.tell("RequestStartTransaction", REMOTE) == {"status": "Accepted"}
    await charger.until(lambda: len(charger.sessions) == 2)
    await asyncio.sleep(clock.real(20))
    assert charger.currents == NOTHING
    assert charger.connectors[1].transaction is not None


async def test_some_charge_whoever_plugs_in(central: Central201, connected: MakeStation) -> None:
    charger = await connected(habits.FREE)
    charger.plug_in(1, Car(NIMBLE), id_tag=None)
    await charger.until(lambda: charger.connectors[1].flows)
    await central.until(lambda: central.events)
    assert central.events[0]["idToken"] == {"idToken": "", "type": "NoAuthorization"}
    assert central.called("Authorize") == []


@pytest.mark.parametrize(
    ("model", "power", "unit"),
    [
        (models.STATION, 3680.0, {"unit": "W"}),
        (habits.KILO, 3.68, {"unit": "kW"}),
        (habits.MULTIPLIED, 3.68, {"unit": "W", "multiplier": 3}),
    ],
)
async def test_power_is_told_in_many_ways(
    central: Central201,
    connected: MakeStation,
    model: models.StationModel,
    power: float,
    unit: dict[str, Any],
) -> None:
    charger = await connected(model)
    wanted = "Power.Active.Import,Energy.Active.Import.Register"
    await central.set("SampledDataCtrlr", "TxUpdatedMeasurands", wanted)
    await central.set("SampledDataCtrlr", "TxUpdatedInterval", "5")
    await charging(charger)
    said = len(central.events)
    await central.until(lambda: ("Updated", "MeterValuePeriodic") in central.told()[said:])
    sample = next(
        one for one in central.events[said:] if one["triggerReason"] == "MeterValuePeriodic"
    )
    values = sample["meterValue"][0]["sampledValue"]
    assert values[0]["value"] == pytest.approx(power, abs=0.01)
    assert values[0]["unitOfMeasure"] == unit
    factor = 1000.0 if values[-1].get("unitOfMeasure", {}).get("unit") == "kWh" else 1.0
    factor *= 10.0 ** values[-1].get("unitOfMeasure", {}).get("multiplier", 0)
    energy = charger.connectors[1].energy
    assert values[-1]["value"] * factor == pytest.approx(energy, abs=2000)


async def test_registers_can_be_signed(central: Central201, connected: MakeStation) -> None:
    charger = await connected(habits.SIGNED)
    await charging(charger)
    charger.unplug(1)
    await ended(central)
    for event in (central.events[0], central.events[-1]):
        (value,) = event["meterValue"][0]["sampledValue"]
        assert value["signedMeterValue"]["encodingMethod"] == "OCMF"
        assert value["unitOfMeasure"]["multiplier"] == -1


async def test_one_can_knock_for_1_6_first(central: Central201, connected: MakeStation) -> None:
    central.subprotocols[:] = ["ocpp2.0.1", "ocpp1.6"]
    await central.stop()
    await central.start()
    charger = await connected(habits.PROBES_16)
    assert len(central.requests) == 2
    assert charger.link.subprotocol == "ocpp2.0.1"


async def test_the_list_of_what_it_speaks_can_begin_with_nothing(
    central: Central201, connected: MakeStation
) -> None:
    await connected(habits.EMPTY_SUBPROTOCOL)
    request = central.socket.request
    assert request is not None
    assert request.headers["Sec-WebSocket-Protocol"] == ",ocpp2.0.1"


async def test_the_best_version_that_both_know_is_spoken_or_none(
    central: Central201, connected: MakeStation
) -> None:
    both = await connected(models.STATION_21)
    assert both.link.schemas.version == "2.1"
    await both.stop()
    central.subprotocols.clear()
    await central.stop()
    await central.start()
    neither = await connected(wait=False)
    await neither.until(lambda: neither.link.connections >= 2)
    assert central.called("BootNotification")[1:] == []
    assert not neither.accepted


async def test_2_0_1_can_be_agreed_on_and_1_6_be_sent(
    central: Central201, connected: MakeStation
) -> None:
    await connected(habits.SPEAKS_16)
    await central.until(lambda: central.called("StatusNotification"))
    assert "errorCode" in central.called("StatusNotification")[0]
    # That is the habit, and no mistake of the simulation.
    assert central.mistakes
    central.mistakes.clear()


async def test_frames_can_be_compressed(central: Central201, connected: MakeStation) -> None:
    await connected(habits.COMPRESSES)
    extensions = central.socket.protocol.extensions
    assert [extension.name for extension in extensions] == ["permessage-deflate"]
    assert (await central.get("ChargingStation", "Model"))["attributeValue"] == "Compresses"


async def test_one_can_boot_on_every_socket(central: Central201, connected: MakeStation) -> None:
    charger = await connected(habits.BOOTS_ON_RECONNECT)
    charger.cut()
    await central.until(lambda: len(central.called("BootNotification")) == 2)
