"""Simulated stations, written from the specification alone, live with the central system.

Every frame of both sides is checked by the schemas of its version, and all that the central
system sends by what it may not send (OCPP 2.0.1, part 2, block K): see `violations`.
"""

from collections.abc import AsyncGenerator, Awaitable, Callable, Mapping
from dataclasses import replace
import json
from typing import Any

import pytest

from custom_components.ev_load_manager import clock
from custom_components.ev_load_manager.csms.charge_point.charge_point import ChargePoint
from custom_components.ev_load_manager.csms.charge_point.charger_control import ChargerControl
from custom_components.ev_load_manager.csms.limits.fail_safe import FailSafe
from custom_components.ev_load_manager.csms.server import CentralSystem
from simulation.charger.car import Car, CarModel
from simulation.charger.v201 import habits
from simulation.charger.v201.charger import SimulatedStation
from simulation.charger.v201.models import STATION, STATION_21, StationModel
from tests.csms.waiting import until

from .conftest import CATALOGUE, LIFETIME, keeper_of

PARKED = CarModel(maximum=16.0, wanted=None)

type Mount = Callable[..., Awaitable[SimulatedStation]]


class Lives:
    """A station of a model, and what keeps its limits."""

    def __init__(self, central: CentralSystem, model: StationModel, **settings: Any) -> None:
        """Configure it, and prepare its simulation."""
        self.point: ChargePoint = central.add("CP1")
        self.station = SimulatedStation(
            model, "CP1", f"ws://127.0.0.1:{central.port}", back_off=(0.5, 2.0), **settings
        )
        for number in range(1, model.evses + 1):
            self.point.connector(number)
        self.control = ChargerControl(self.point, CATALOGUE)
        for number in range(1, model.evses + 1):
            keeper_of(self.point, number).set_terms(6.0, LIFETIME)

    async def limited(self, amperes: float, number: int = 1) -> None:
        """Have it take a limit."""
        keeper = keeper_of(self.point, number)
        keeper.want(amperes)
        await until(self.point, lambda: keeper.offer.accepted == amperes)

    def held(self, number: int = 1) -> float:
        """What its profiles allow an EVSE now, A."""
        return self.station.held_limit(number)

    def told(self, action: str) -> list[Mapping[str, Any]]:
        """What it was asked of one kind."""
        frames = [json.loads(one.text) for one in self.station.link.transcript if not one.sent]
        return [frame[3] for frame in frames if frame[0] == 2 and frame[2] == action]


type Live = Callable[..., Awaitable[Lives]]


@pytest.fixture
async def live(central: CentralSystem, brisk: None) -> AsyncGenerator[Live]:
    """Make a station that connects; whatever it was told has to be what may be told."""
    made: list[Lives] = []

    async def make(model: StationModel = STATION, **settings: Any) -> Lives:
        made.append(Lives(central, model, **settings))
        station = made[-1].station
        await station.start()
        await station.until(lambda: station.accepted)
        return made[-1]

    yield make
    for one in made:
        await one.control.close()
        await one.station.stop()
        assert one.station.violations == []


@pytest.mark.parametrize("model", [STATION, STATION_21], ids=["2.0.1", "2.1"])
async def test_a_station_with_a_car_is_led_cut_paused_and_raised(
    live: Live, model: StationModel
) -> None:
    one = await live(model)
    one.station.plug_in(1, Car(PARKED))
    await one.limited(16.0)
    await until(one.point, lambda: one.point.connectors[1].transaction is not None)
    for amperes in (10.0, 6.0, 0.0, 13.5):
        await one.limited(amperes)
        assert one.held() == amperes
    await until(one.point, lambda: one.control.fail_safe.state is FailSafe.VERIFIED)


@pytest.mark.parametrize(
    "model",
    [
        habits.SMALL_MESSAGES,
        habits.REPORT_DISORDERED,
        habits.REPORT_DOUBLED,
        habits.REPORT_CUT_OFF,
        habits.REPORT_EMPTY,
        habits.REPORT_REFUSED,
        habits.NO_EVSES_IN_REPORT,
        habits.SILENT_AFTER_REPORT,
    ],
    ids=lambda model: model.model,
)
async def test_whatever_becomes_of_its_report_its_first_limit_comes_within_a_minute(
    live: Live, model: StationModel
) -> None:
    one = await live(model)
    await until(one.point, lambda: one.point.online)
    began = clock.monotonic()
    await one.limited(10.0)
    assert clock.monotonic() - began < 60.0
    assert one.held() == 10.0


async def test_a_report_in_twenty_parts_is_taken_in(live: Live) -> None:
    one = await live(habits.SMALL_MESSAGES)
    await one.limited(10.0)
    await until(one.point, lambda: not one.control.onboarding.is_to_take_stock)
    parts = [
        frame
        for heard in one.station.link.transcript
        if heard.sent and (frame := json.loads(heard.text))[0] == 2 and frame[2] == "NotifyReport"
    ]
    assert len(parts) >= 15
    assert one.control.onboarding.capabilities.max_profiles is not None


async def test_each_of_four_evses_has_sessions_and_a_limit_of_its_own(live: Live) -> None:
    one = await live(replace(STATION, evses=4, connectors_per_evse=2))
    for number in range(1, 5):
        one.station.plug_in(number, Car(PARKED))
        keeper_of(one.point, number).want(5.0 + number)
    await until(
        one.point,
        lambda: all(
            one.point.connector(number).transaction is not None
            and keeper_of(one.point, number).offer.accepted == 5.0 + number
            for number in range(1, 5)
        ),
    )
    assert sorted(one.point.connectors) == [1, 2, 3, 4]
    assert [one.held(number) for number in range(1, 5)] == [6.0, 7.0, 8.0, 9.0]
    ids = {str(one.station.transaction_id(number)) for number in range(1, 5)}
    assert len(ids) == 4


@pytest.mark.parametrize("model", [STATION, STATION_21], ids=["2.0.1", "2.1"])
async def test_its_fallback_holds_though_the_server_is_killed_and_it_reboots(
    live: Live, central: CentralSystem, model: StationModel
) -> None:
    one = await live(model)
    one.station.plug_in(1, Car(PARKED))
    await one.limited(16.0)
    await until(one.point, lambda: one.point.connectors[1].transaction is not None)
    await until(one.point, lambda: one.control.fail_safe.state is FailSafe.VERIFIED)
    await one.control.close()
    await central.stop()
    clock.set_factor(600)
    await one.station.until(lambda: one.held() == 6.0, seconds=2.0 * LIFETIME + 60.0)
    clock.set_factor(10)
    await one.station.until(lambda: max(one.station.currents) <= 6.0)
    one.station.reboot()
    await one.station.until(lambda: not one.station.online)
    assert one.held() == 6.0


async def test_two_hundred_events_of_an_outage_are_booked_in_order_and_once(
    live: Live, central: CentralSystem
) -> None:
    """With values every few seconds, over sessions that began and ended while it was offline."""
    model = replace(STATION, sampled_interval=10, queue_room=1000)
    one = await live(model)
    point, station = one.point, one.station
    await one.limited(16.0)
    station.plug_in(1, Car(PARKED))
    await until(point, lambda: point.connectors[1].transaction is not None)
    first = point.connectors[1].transaction
    assert first is not None
    await one.control.close()
    await central.stop()
    clock.set_factor(300)
    await station.until(lambda: len(station.outbox.kept) >= 200, seconds=4000.0)
    station.unplug(1)
    clock.set_factor(10)
    register = point.connectors[1].energy or 0.0
    await central.start()
    await until(point, lambda: first.stopped is not None)
    assert first.energy is not None
    assert first.energy > register
    assert point.connectors[1].transaction is None
    await station.until(lambda: len(station.outbox) == 0)
    # Once, and no session was made of what came late.
    assert point.connectors[1].transaction is None
    assert point.connectors[1].last_transaction is first
