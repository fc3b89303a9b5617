"""A limit is in force within seconds in every version, cuts go first, and one question is open.

Time jumps to the next event, so that what is measured are seconds of the site and none of the
machine. Chargers are the simulated ones, whose link notes a question that comes too early.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
import json
from typing import Any

import pytest

from custom_components.ev_load_manager import clock
from custom_components.ev_load_manager.csms.charge_point.charge_point import ChargePoint
from custom_components.ev_load_manager.csms.charge_point.charger_control import ChargerControl
from custom_components.ev_load_manager.csms.server import CentralSystem
from custom_components.ev_load_manager.csms.transactions import TransactionIds
from custom_components.ev_load_manager.csms.transport.calls import CallPriority
from custom_components.ev_load_manager.csms.transport.errors import CallTimeout
from simulation.charger.car import Car, CarModel
from simulation.charger.charger import SimulatedCharger
from simulation.charger.in_version import PROTOCOLS, in_version
from simulation.charger.misbehaviour import LateAnswer, NoAnswer, once
from simulation.charger.models import GENERIC
from simulation.charger.v201.charger import SimulatedStation
from simulation.charger.v201.models import StationModel
from tests.csms.waiting import in_jumping_time

from .conftest import CATALOGUE, LIFETIME, keeper_of

pytestmark = pytest.mark.usefixtures("socket_enabled")

WITHIN = 5.0 + 1e-6
"""s in which a limit is in force (OCPP-J lets nobody ask before an answer or a time-out), and what
a sum of moments is off."""
LOOKS_EVERY = 0.05
CAR = CarModel(maximum=16.0, wanted=None)
TWIN = replace(GENERIC, model="Twin", connectors=2)
NEWER = [one for one in PROTOCOLS if one != "ocpp1.6"]
SETTINGS = {"ocpp1.6": ("GetConfiguration", "HeartbeatInterval")}
OF_VARIABLES = ("GetVariables", "OCPPCommCtrlr.HeartbeatInterval")
"""What asks for settings, and for which."""


class Garage:
    """A charger of two outlets, with cars, led by what keeps its limits."""

    def __init__(self, central: CentralSystem, protocol: str) -> None:
        """Configure it, and prepare its simulation."""
        self.point: ChargePoint = central.add("CP1")
        model = in_version(TWIN, protocol)
        url = f"ws://127.0.0.1:{central.port}"
        self.charger: SimulatedCharger | SimulatedStation = (
            SimulatedStation(model, "CP1", url)
            if isinstance(model, StationModel)
            else SimulatedCharger(model, "CP1", url)
        )
        self.settings, self.setting = SETTINGS.get(protocol, OF_VARIABLES)
        for number in (1, 2):
            self.point.connector(number)
        self.control = ChargerControl(self.point, CATALOGUE)
        for number in (1, 2):
            keeper_of(self.point, number).set_terms(6.0, LIFETIME)

    async def takes(self, amperes: float, number: int = 1) -> float:
        """Have an outlet take a limit; after how long it was in force, s."""
        began = clock.monotonic()
        keeper_of(self.point, number).want(amperes)
        return await self.holds(amperes, number) - began

    async def holds(self, amperes: float, number: int = 1) -> float:
        """Wait until an outlet's profiles allow just that; when they did (monotonic)."""
        async with clock.timeout(60.0):
            while self.charger.held_limit(number) != amperes:
                await asyncio.sleep(LOOKS_EVERY)
        return clock.monotonic()

    async def settles(self) -> None:
        """Wait until everything that a connection begins with is asked."""
        await asyncio.sleep(120.0)

    def asks_in_vain(self) -> asyncio.Task[Any]:
        """Ask for settings, with a charger that never answers that."""
        self.charger.misbehaviours[self.settings] = NoAnswer()
        return self.asks()

    def asks(self) -> asyncio.Task[Any]:
        """Ask for a setting, as somebody might who wants to know it."""
        question = self.point.dialect.read_settings([self.setting])
        return asyncio.create_task(self.point.call(question, priority=CallPriority.NORMAL))

    def heard(self, since: float) -> list[str]:
        """What it was asked since then, in order; limits with their amperes."""
        found = []
        for one in self.charger.link.transcript:
            frame = json.loads(one.text)
            if one.sent or one.at < since or frame[0] != 2:
                continue
            found.append(f"{frame[2]} {_limit(frame[3])}".rstrip())
        return found


def _limit(payload: dict[str, Any]) -> str:
    profile = payload.get("csChargingProfiles", payload.get("chargingProfile"))
    if not isinstance(profile, dict) or "chargingSchedule" not in profile:
        return ""
    schedule = profile["chargingSchedule"]
    first = schedule if isinstance(schedule, dict) else schedule[0]
    return str(first["chargingSchedulePeriod"][0]["limit"])


@asynccontextmanager
async def garage(protocol: str) -> AsyncIterator[Garage]:
    """Two cars charge at 16 A, and nobody asks anything any more."""
    central = CentralSystem("127.0.0.1", 0, transaction_ids=TransactionIds(100))
    await central.start()
    made = Garage(central, protocol)
    try:
        await made.charger.start()
        for number in (1, 2):
            made.charger.plug_in(number, Car(CAR))
            await made.takes(16.0, number)
        await made.settles()
        yield made
        assert made.charger.violations == []
    finally:
        await made.control.close()
        await made.charger.stop()
        await central.stop()


def told[T](protocol: str, story: Callable[[Garage], Awaitable[T]]) -> T:
    """Tell a story of such a garage in jumping time."""

    async def tell() -> T:
        async with garage(protocol) as made:
            return await story(made)

    return in_jumping_time(tell())


async def _every_change(made: Garage) -> float:
    return max([await made.takes(amperes) for amperes in (10.0, 6.0, 13.5, 0.0, 8.0, 16.0)])


def test_a_limit_is_in_force_within_seconds_and_as_soon_as_in_the_older_version() -> None:
    longest = {protocol: told(protocol, _every_change) for protocol in PROTOCOLS}
    assert max(longest.values()) <= WITHIN
    assert all(longest[newer] <= longest["ocpp1.6"] + 2 * LOOKS_EVERY for newer in NEWER), longest


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_a_cut_waits_for_no_answer_to_another_question(protocol: str) -> None:
    async def story(made: Garage) -> float:
        asked = made.asks_in_vain()
        await asyncio.sleep(1.0)
        taken = await made.takes(6.0)
        with pytest.raises(CallTimeout):
            await asked
        return taken

    assert told(protocol, story) <= WITHIN


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_a_cut_waits_for_no_answer_to_an_increase(protocol: str) -> None:
    async def story(made: Garage) -> float:
        await made.takes(6.0)
        await asyncio.sleep(10.0)
        made.charger.misbehaviours["SetChargingProfile"] = once(NoAnswer(obey=True))
        keeper_of(made.point).want(12.0)
        await made.holds(12.0)
        return max(await made.takes(8.0), await made.takes(6.0, 2))

    assert told(protocol, story) <= WITHIN


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_a_cut_goes_before_all_that_waits_and_one_question_is_open_at_a_time(
    protocol: str,
) -> None:
    """That none comes before the answer to another one is what `violations` knows."""

    async def story(made: Garage) -> list[str]:
        await made.takes(6.0, 2)
        await asyncio.sleep(10.0)
        # Each answer takes its time, so that whatever is wanted meanwhile has to wait.
        made.charger.misbehaviours["*"] = LateAnswer(1.0)
        began = clock.monotonic()
        asked = [made.asks() for _ in range(4)]
        await asyncio.sleep(0.1)
        keeper_of(made.point, 2).want(12.0)
        keeper_of(made.point, 1).want(8.0)
        await made.holds(8.0)
        await made.holds(12.0, 2)
        await asyncio.gather(*asked)
        return made.heard(began)

    heard = told(protocol, story)
    settings, _ = SETTINGS.get(protocol, OF_VARIABLES)
    cut, increase = heard.index("SetChargingProfile 8"), heard.index("SetChargingProfile 12")
    # Only the one that was open already was before it.
    assert heard[:cut] == [settings]
    assert cut < increase
    assert heard.count(settings) == 4
