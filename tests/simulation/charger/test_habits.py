"""Simulated chargers and cars have the habits that real ones were seen to have."""

import asyncio
from typing import Any

import pytest

from custom_components.ev_load_manager import clock
from simulation.charger import car as cars, habits
from simulation.charger.car import Car, CarModel
from simulation.charger.charger import SimulatedCharger
from simulation.charger.misbehaviour import LateAnswer, NoAnswer, loses_one_answer_in, once
from tests.simulation.central import Central
from tests.simulation.conftest import MakeCharger

from .test_charger import charging, limit


def values(central: Central) -> dict[str, str]:
    """What the newest MeterValues told, by measurand and phase."""
    told = central.called("MeterValues")[-1]["meterValue"][0]["sampledValue"]
    return {
        f"{value['measurand']} {value.get('phase', '')}".strip(): value["value"] for value in told
    }


async def sample(central: Central, charger: SimulatedCharger) -> dict[str, str]:
    before = len(central.called("MeterValues"))
    charger.reports.meter_values(1, context="Sample.Periodic")
    await central.until(lambda: len(central.called("MeterValues")) > before)
    return values(central)


# -- limits -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("amperes", "taken"), [(6.0, True), (6.1, False), (6.2, True), (6.3, False), (8.7, False)]
)
async def test_one_refuses_tenths_that_binary_numbers_do_not_hit(
    central: Central, connected: MakeCharger, amperes: float, taken: bool
) -> None:
    await connected(habits.REFUSES_TENTHS)
    frame = await central.ask("SetChargingProfile", limit(amperes))
    assert frame[0] == (3 if taken else 4)
    if not taken:
        assert frame[2] == "TypeConstraintViolation"


async def test_one_divides_watts_by_three_whatever_its_car_uses(
    central: Central, connected: MakeCharger
) -> None:
    charger = await connected(habits.WATTS_BY_THREE)
    await central.tell("SetChargingProfile", limit(6_900, unit="W"))
    car = charger.plug_in(1, Car(cars.ONE_PHASE))
    await charger.until(lambda: car.current == pytest.approx(10))


async def test_one_lets_a_default_act_on_the_next_session_and_a_session_profile_at_once(
    central: Central, connected: MakeCharger
) -> None:
    charger = await connected(habits.SESSION_PROFILE_ONLY)
    await charging(charger)
    await central.tell("SetChargingProfile", limit(8))
    await asyncio.sleep(clock.real(2))
    assert charger.connectors[1].offered > 16
    await central.tell("SetChargingProfile", limit(9, id=2, purpose="TxProfile"))
    await charger.until(lambda: charger.connectors[1].offered == 9)


async def test_one_shows_its_car_five_percent_more(
    central: Central, connected: MakeCharger
) -> None:
    charger = await connected(habits.OVERDRAWS)
    car = await charging(charger)
    await central.tell("SetChargingProfile", limit(10))
    await charger.until(lambda: car.current == pytest.approx(10.5))


async def test_a_late_answer_takes_its_own_time_and_acts_at_once(
    central: Central, connected: MakeCharger
) -> None:
    charger = await connected()
    await charging(charger)
    charger.misbehaviours["SetChargingProfile"] = LateAnswer(35.0, 60.0)
    began = clock.monotonic()
    asked = asyncio.create_task(central.ask("SetChargingProfile", limit(8)))
    await charger.until(lambda: charger.connectors[1].offered == 8)
    assert not asked.done()
    await asked
    assert clock.monotonic() - began >= 35.0


async def test_single_answers_get_lost_and_the_others_come(
    central: Central, connected: MakeCharger
) -> None:
    charger = await connected()
    charger.misbehaviours["SetChargingProfile"] = loses_one_answer_in(2)
    lost = asyncio.create_task(central.ask("SetChargingProfile", limit(8)))
    await charger.until(lambda: charger.received("SetChargingProfile"))
    assert await central.tell("SetChargingProfile", limit(9)) == {"status": "Accepted"}
    assert not lost.done()
    lost.cancel()


async def test_what_happens_once_does_not_happen_again() -> None:
    misbehaviour = once(NoAnswer(obey=True))
    assert misbehaviour.turn() == NoAnswer(obey=True)
    assert misbehaviour.turn() is None


# -- values -------------------------------------------------------------------


async def test_one_tells_the_current_of_one_phase_and_the_power_of_all(
    central: Central, connected: MakeCharger
) -> None:
    charger = await connected(habits.ONE_LABEL)
    wanted = {"key": "MeterValuesSampledData", "value": "Current.Import,Voltage"}
    await central.tell("ChangeConfiguration", wanted)
    await charging(charger)
    told = await sample(central, charger)
    assert {name for name in told if "Current" in name} == {"Current.Import L1"}
    assert {name for name in told if "Voltage" in name} == {
        "Voltage L1",
        "Voltage L2",
        "Voltage L3",
    }


@pytest.mark.parametrize(
    ("model", "measurand"),
    [
        (habits.POWER_ONLY, "Power.Active.Import"),
        (habits.ENERGY_ONLY, "Energy.Active.Import.Register"),
    ],
)
async def test_some_tell_one_thing_only(
    central: Central, connected: MakeCharger, model: Any, measurand: str
) -> None:
    charger = await connected(model)
    await charging(charger)
    assert set(await sample(central, charger)) == {measurand}
    key = {"key": "MeterValuesSampledData", "value": "Current.Import"}
    assert await central.tell("ChangeConfiguration", key) == {"status": "Rejected"}


async def test_one_counts_its_register_from_the_start_of_the_session(
    central: Central, connected: MakeCharger
) -> None:
    charger = await connected(habits.SESSION_REGISTER)
    await charging(charger)
    await asyncio.sleep(clock.real(20))
    told = await sample(central, charger)
    (started,) = central.called("StartTransaction")
    assert started["meterStart"] > 1_000
    assert 0 < float(told["Energy.Active.Import.Register"]) < 1_000
    charger.unplug(1)
    await central.until(lambda: central.called("StopTransaction"))
    assert central.called("StopTransaction")[0]["meterStop"] > started["meterStart"]


async def test_one_ends_every_transaction_as_number_minus_one(
    central: Central, connected: MakeCharger
) -> None:
    charger = await connected(habits.STOPS_WITHOUT_ID)
    await charging(charger)
    charger.unplug(1)
    await central.until(lambda: central.called("StopTransaction"))
    assert central.called("StopTransaction")[0]["transactionId"] == -1


async def test_one_tells_of_a_session_that_nobody_began(
    central: Central, connected: MakeCharger
) -> None:
    charger = await connected(habits.PHANTOM_SESSION)
    await central.tell("ChangeConfiguration", {"key": "MeterValueSampleInterval", "value": "10"})
    await central.until(lambda: central.called("MeterValues"))
    assert central.called("MeterValues")[0]["transactionId"] == 1
    assert charger.connectors[1].status == "Available"
    assert not central.called("StartTransaction")


# -- talking ------------------------------------------------------------------


async def test_one_is_silent_where_no_keys_are_named_and_takes_four(
    central: Central, connected: MakeCharger
) -> None:
    charger = await connected(habits.SILENT_WITHOUT_KEYS)
    unanswered = asyncio.create_task(central.ask("GetConfiguration", {}))
    await charger.until(lambda: charger.received("GetConfiguration"))
    keys = ["GetConfigurationMaxKeys", "HeartbeatInterval", "NumberOfConnectors", "ResetRetries"]
    told = await central.tell("GetConfiguration", {"key": keys})
    assert told["configurationKey"][0]["value"] == "4"
    assert (await central.ask("GetConfiguration", {"key": [*keys, "ConnectionTimeOut"]}))[0] == 4
    assert not unanswered.done()
    unanswered.cancel()


async def test_one_boots_late_and_hangs_up_when_it_is_asked_before(
    central: Central, connected: MakeCharger
) -> None:
    charger = await connected(habits.BOOTS_LATE, wait=False, back_off=(0.1, 0.1))
    await charger.until(lambda: charger.online)
    await central.until(lambda: central.requests)
    asked = asyncio.create_task(central.ask("GetConfiguration", {}))
    await charger.until(lambda: charger.hang_ups == 1)
    asked.cancel()
    await charger.until(lambda: charger.accepted)
    assert charger.hang_ups == 1
    await central.tell("GetConfiguration", {})


async def test_one_answers_calls_and_no_ping(central: Central, connected: MakeCharger) -> None:
    charger = await connected(habits.NO_PONG)
    pong = await central.ping()
    await central.tell("GetConfiguration", {"key": ["NumberOfConnectors"]})
    assert not pong.done()
    assert charger.online
    await connected(id="CP2")
    await (await central.ping())


async def test_one_reboots_onto_a_second_socket_and_keeps_only_what_has_no_end(
    central: Central, connected: MakeCharger
) -> None:
    charger = await connected(habits.SECOND_SOCKET)
    await central.tell("SetChargingProfile", limit(6))
    await central.tell("SetChargingProfile", limit(16, id=2, stack=1, duration=10**9))
    first = central.socket
    charger.reboot()
    await central.until(lambda: len(central.requests) == 2)
    await charger.until(lambda: charger.accepted)
    assert [installed.profile.id for installed in charger.profiles] == [1]
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.3):
            await first.wait_closed()
    await charger.stop()
    async with asyncio.timeout(5):
        await first.wait_closed()


# -- cars ---------------------------------------------------------------------


def live(car: Car, offered: float, until: float, *, start: float = 0.0) -> None:
    for second in range(int(start), int(until) + 1):
        car.step(offered, float(second))


def plugged(model: CarModel) -> Car:
    car = Car(model)
    car.plug_in(0.0)
    return car


@pytest.mark.parametrize("model", [cars.NEEDS_TEN, cars.NEEDS_THIRTEEN])
def test_a_car_that_needs_more_does_not_start_below_it(model: CarModel) -> None:
    car = plugged(model)
    live(car, model.minimum - 0.1, 60)
    assert car.current == 0.0
    live(car, model.minimum, 120, start=60)
    assert car.current == model.minimum


def test_a_car_with_a_shortfall_and_one_that_takes_more() -> None:
    short, greedy = plugged(cars.SHORTFALL), plugged(cars.GREEDY)
    live(short, 10.0, 60)
    live(greedy, 10.0, 60)
    assert short.current == pytest.approx(9.2)
    assert greedy.current == pytest.approx(10.5)


def test_a_car_with_a_timer_takes_nothing_before_its_time() -> None:
    car = plugged(CarModel(starts_after=100.0))
    live(car, 16.0, 99)
    assert car.current == 0.0
    assert not car.drawing
    live(car, 16.0, 120, start=99)
    assert car.current == 16.0


def test_a_car_goes_on_with_one_of_three_phases() -> None:
    car = plugged(CarModel(one_phase_after=100.0))
    live(car, 16.0, 20)
    assert car.phases == 3
    live(car, 16.0, 120, start=20)
    assert car.phases == 1
    before = car.energy
    live(car, 16.0, 3720, start=120)
    assert car.energy - before == pytest.approx(16 * 230, rel=0.01)
