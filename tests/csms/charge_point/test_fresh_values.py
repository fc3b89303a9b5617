"""A charger that reports late is asked what its car draws after its limit changed."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from itertools import pairwise
from typing import Any

import pytest

from custom_components.ev_load_manager import clock
from custom_components.ev_load_manager.csms.charge_point.charger_control import ChargerControl
from custom_components.ev_load_manager.csms.models import load_catalogue
from custom_components.ev_load_manager.csms.server import CentralSystem
from tests.csms.client import SILENCE, Client
from tests.csms.conftest import ago, sample, until

CATALOGUE = load_catalogue()
ACCEPTED = {"status": "Accepted"}
REJECTED = {"status": "Rejected"}
LONG = 100.0
"""Seconds (that jump) after which whatever was to be asked has been asked."""

pytestmark = pytest.mark.usefixtures("hurry")


class Charging:
    """A charger whose car charges at 10 A, and that reports when a test says so."""

    def __init__(self, central: CentralSystem, *, outlets: int, keys: dict[str, str]) -> None:
        """Configure it; `connected` brings it in."""
        self.central = central
        self.point = central.add("CP1")
        for number in range(1, outlets + 1):
            self.point.connector(number)
        self.control = ChargerControl(self.point, CATALOGUE)
        self.questions: list[tuple[int, float]] = []
        """Connector and time of every question for values."""
        self.answer: Any = ACCEPTED
        """What it says to that."""
        self.reports_when_asked = False
        self.answers: dict[str, Any] = {
            "GetConfiguration": {
                "configurationKey": [
                    {"key": key, "readonly": False, "value": value} for key, value in keys.items()
                ]
            },
            "ChangeConfiguration": REJECTED,
            "SetChargingProfile": ACCEPTED,
            "TriggerMessage": self._triggered,
        }
        self._reports: set[asyncio.Task[None]] = set()

    @asynccontextmanager
    async def connected(self) -> AsyncGenerator[Client]:
        """Connect, and let pass what every new socket is asked."""
        async with Client(self.central) as client:
            self.client = client
            client.answers = self.answers
            await client.boot()
            await clock.sleep(LONG)
            self.questions.clear()
            yield client

    async def begin(self) -> None:
        """Begin to charge, at a limit that was there before."""
        for number in self.point.connectors:
            await self.takes(10.0, number)
            await self.client.status("Charging", number)
        await self.client.call(
            "StartTransaction", connectorId=1, idTag="t", meterStart=0, timestamp=ago(0)
        )
        assert await self.asked_later() == []

    async def takes(self, amperes: float, number: int = 1) -> float:
        """Have a connector take a limit; returns when it did."""
        keeper = self.control.limits.keeper(number)
        keeper.want(amperes)
        await until(self.point, lambda: keeper.offer.accepted == amperes)
        assert keeper.offer.accepted_at is not None
        return keeper.offer.accepted_at

    async def report(self, number: int = 1) -> None:
        """Tell what flows now."""
        value = {"timestamp": ago(0), "sampledValue": [sample("9.7", "Current.Import")]}
        await self.client.call("MeterValues", connectorId=number, meterValue=[value])

    async def asked_later(self) -> list[int]:
        """Let time pass; the connectors that it was asked about since the last time."""
        await clock.sleep(LONG)
        asked = [number for number, _ in self.questions]
        self.questions.clear()
        return asked

    def _triggered(self, payload: dict[str, Any]) -> Any:
        if payload["requestedMessage"] != "MeterValues":
            return REJECTED
        self.questions.append((payload["connectorId"], clock.monotonic()))
        if self.reports_when_asked:
            task = asyncio.get_running_loop().create_task(self.report(payload["connectorId"]))
            self._reports.add(task)
            task.add_done_callback(self._reports.discard)
        return self.answer


type MakeCharging = Callable[..., Awaitable[Charging]]


@pytest.fixture
async def charging(central: CentralSystem) -> AsyncGenerator[MakeCharging]:
    """Make a charger with a car that charges."""
    async with AsyncExitStack() as stack:

        async def make(
            *, outlets: int = 1, keys: dict[str, str] | None = None, takes_keys: bool = False
        ) -> Charging:
            one = Charging(central, outlets=outlets, keys=keys or {})
            stack.push_async_callback(one.control.close)
            if takes_keys:
                one.answers["ChangeConfiguration"] = ACCEPTED
            await stack.enter_async_context(one.connected())
            await one.begin()
            return one

        yield make


async def test_it_is_asked_once_its_car_had_time_to_follow(charging: MakeCharging) -> None:
    one = await charging()
    taken_at = await one.takes(8.0)
    await clock.sleep(LONG)
    [(number, asked_at)] = one.questions
    assert number == 1
    assert asked_at >= taken_at + 10.0


async def test_a_raise_is_followed_by_the_question_as_a_cut_is(charging: MakeCharging) -> None:
    one = await charging()
    await one.takes(13.0)
    assert await one.asked_later() == [1]


async def test_the_outlet_that_changed_is_asked_about(charging: MakeCharging) -> None:
    one = await charging(outlets=2)
    await one.takes(8.0, 2)
    assert await one.asked_later() == [2]


async def test_a_limit_that_is_only_renewed_raises_no_question(charging: MakeCharging) -> None:
    one = await charging()
    sent_at = one.control.limits.keeper(1).sent_at
    one.control.limits.keeper(1).send_again()
    assert await one.asked_later() == []
    assert one.control.limits.keeper(1).sent_at != sent_at


async def test_a_report_that_came_by_itself_spares_the_question(charging: MakeCharging) -> None:
    one = await charging()
    await one.takes(8.0)
    await clock.sleep(11.0)
    await one.report()
    assert await one.asked_later() == []


async def test_a_report_from_before_its_car_had_followed_does_not(charging: MakeCharging) -> None:
    one = await charging()
    await one.takes(8.0)
    await clock.sleep(1.0)
    await one.report()
    assert await one.asked_later() == [1]


async def test_nothing_is_asked_where_nobody_charges(charging: MakeCharging) -> None:
    one = await charging()
    transaction = one.point.connector(1).transaction
    assert transaction is not None
    await one.takes(8.0)
    await one.client.call(
        "StopTransaction", transactionId=int(transaction.id), meterStop=5, timestamp=ago(0)
    )
    await one.client.status("Finishing")
    assert await one.asked_later() == []
    await one.takes(7.0)
    assert await one.asked_later() == []


async def test_who_says_that_it_can_not_is_not_asked(charging: MakeCharging) -> None:
    one = await charging(keys={"SupportedFeatureProfiles": "Core,SmartCharging"})
    await one.takes(8.0)
    assert await one.asked_later() == []


async def test_values_of_every_ten_seconds_come_by_themselves(charging: MakeCharging) -> None:
    one = await charging(takes_keys=True)
    assert one.control.onboarding.capabilities.sample_interval == 10
    await one.takes(8.0)
    assert await one.asked_later() == []


async def test_an_interval_that_waits_for_a_reboot_brings_none(charging: MakeCharging) -> None:
    one = await charging()
    one.answers["ChangeConfiguration"] = {"status": "RebootRequired"}
    await one.control.onboarding.configure()
    assert one.control.onboarding.capabilities.sample_interval == 10
    await one.takes(8.0)
    assert await one.asked_later() == [1]


async def test_change_upon_change_is_asked_about_every_ten_seconds_at_most(
    charging: MakeCharging,
) -> None:
    one = await charging()
    one.reports_when_asked = True
    last = 0.0
    for step in range(8):
        last = await one.takes(9.5 - 0.5 * step)
        await clock.sleep(4.0)
    await clock.sleep(LONG)
    times = [at for _, at in one.questions]
    assert len(times) > 2  # it was not put off for as long as changes came
    assert times[-1] >= last + 10.0
    assert all(later - earlier > 9.9 for earlier, later in pairwise(times))


@pytest.mark.parametrize("answer", [ACCEPTED, SILENCE])
async def test_nothing_is_asked_while_a_question_is_open(
    charging: MakeCharging, answer: object
) -> None:
    one = await charging()
    one.answer = answer
    await one.takes(8.0)
    while not one.questions:
        await clock.sleep(1.0)
    await one.takes(7.0)
    await clock.sleep(24.0)
    assert len(one.questions) == 1  # nothing came for 24 s, and may still come
    assert await one.asked_later() == [1, 1]


@pytest.mark.parametrize("answer", [ACCEPTED, REJECTED, SILENCE])
async def test_three_times_in_vain_it_is_left_in_peace_until_it_comes_back(
    charging: MakeCharging, answer: object
) -> None:
    one = await charging()
    one.answer = answer
    asked = []
    for amperes in (9.0, 8.0, 7.0, 9.0, 8.0, 7.0):
        await one.takes(amperes)
        asked.append(await one.asked_later())
    assert asked == [[1], [1], [1], [], [], []]
    await one.client.drop()
    await until(one.point, lambda: not one.point.online)
    async with one.connected():
        await one.takes(9.0)
        assert await one.asked_later() == [1]


async def test_who_answers_is_asked_after_every_change(charging: MakeCharging) -> None:
    one = await charging()
    one.reports_when_asked = True
    for amperes in (9.0, 8.0, 7.0, 9.0, 8.0):
        await one.takes(amperes)
        assert await one.asked_later() == [1]


async def test_values_that_come_end_the_count_of_those_that_did_not(
    charging: MakeCharging,
) -> None:
    one = await charging()
    for amperes in (9.0, 8.0):
        await one.takes(amperes)
        assert await one.asked_later() == [1]
    one.reports_when_asked = True
    await one.takes(9.0)
    assert await one.asked_later() == [1]
    one.reports_when_asked = False
    for amperes in (8.0, 7.0, 9.0):
        await one.takes(amperes)
        assert await one.asked_later() == [1]
    await one.takes(8.0)
    assert await one.asked_later() == []


async def test_who_does_not_know_the_question_hears_it_once(charging: MakeCharging) -> None:
    one = await charging()
    one.answer = "NotImplemented"
    for amperes in (9.0, 8.0):
        await one.takes(amperes)
        await clock.sleep(LONG)
    assert len(one.questions) == 1


async def test_a_question_ends_with_the_socket(charging: MakeCharging) -> None:
    one = await charging()
    await one.takes(8.0)
    await clock.sleep(1.0)
    await one.client.drop()
    await until(one.point, lambda: not one.point.online)
    async with Client(one.central) as client:
        client.answers = one.answers
        await until(one.point, lambda: one.point.online)
        # Asked as every charger is that comes back with a car, and not for the change before.
        assert await one.asked_later() == [1]


async def test_nothing_is_asked_once_nobody_keeps_its_limits(charging: MakeCharging) -> None:
    one = await charging()
    await one.takes(8.0)
    await one.control.close()
    assert await one.asked_later() == []
