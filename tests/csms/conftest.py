"""A central system that listens, and ways to let time pass."""

from collections.abc import AsyncGenerator, Generator, Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest

from custom_components.ev_load_manager import clock
from custom_components.ev_load_manager.csms.charge_point.charge_point import ChargePoint
from custom_components.ev_load_manager.csms.server import CentralSystem
from custom_components.ev_load_manager.csms.transactions import TransactionIds
from simulation.charger.models import GENERIC, ChargerModel

from .bench import Bench, Make
from .left_alone import Leaps, MakeSite, Site
from .waiting import until

__all__ = ["ago", "sample", "until"]


@pytest.fixture
async def central(socket_enabled: None) -> AsyncGenerator[CentralSystem]:
    """A central system on a free port of this machine."""
    system = CentralSystem("127.0.0.1", 0, transaction_ids=TransactionIds(100))
    await system.start()
    yield system
    await system.stop()


@pytest.fixture
def charger(central: CentralSystem) -> ChargePoint:
    """The configured charger CP1."""
    return central.add("CP1")


@pytest.fixture
def hurry() -> Generator[None]:
    """Time passes fifty times as fast."""
    clock.set_factor(50)
    yield
    clock.set_factor(1)


@pytest.fixture
def leaps(monkeypatch: pytest.MonkeyPatch) -> Iterator[Leaps]:
    """Time passes ten times as fast, and leaps."""
    made = Leaps()
    clock.set_factor(10)
    monotonic = clock.monotonic
    with monkeypatch.context() as patched:
        # The wall clock follows it.
        patched.setattr(clock, "monotonic", lambda: monotonic() + made.over)
        yield made
    clock.set_factor(1)


@pytest.fixture
async def site(central: CentralSystem, leaps: Leaps) -> AsyncGenerator[MakeSite]:
    """Make a charger that connects, with its control."""
    made: list[Site] = []

    async def make(
        model: ChargerModel = GENERIC, *, fallback: float = 6.0, **settings: Any
    ) -> Site:
        made.append(Site(central, leaps, model, fallback, **settings))
        await made[-1].charger.start()
        return made[-1]

    yield make
    for one in made:
        await one.control.close()
        await one.charger.stop()


class TimeMachine:
    """The clocks of the integration stand still, and jump when they are told to."""

    def __init__(self) -> None:
        """Begin now."""
        self.shift = 0.0

    def jump(self, seconds: float) -> None:
        """Let `seconds` be over at once."""
        self.shift += seconds


@pytest.fixture
def time_machine(monkeypatch: pytest.MonkeyPatch) -> TimeMachine:
    """The clocks of the integration stand still, and jump when they are told to.

    A slow machine changes nothing then. Waiting goes on as ever.
    """
    machine = TimeMachine()
    monotonic, now = clock.monotonic(), clock.now()

    def later() -> datetime:
        return now + timedelta(seconds=machine.shift)

    monkeypatch.setattr(clock, "monotonic", lambda: monotonic + machine.shift)
    monkeypatch.setattr(clock, "now", later)
    return machine


def ago(seconds: float) -> str:
    """A charger's timestamp of `seconds` ago (negative: to come)."""
    moment = clock.now() - timedelta(seconds=seconds)
    return moment.strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def sample(value: object, measurand: str = "", **more: str) -> dict[str, object]:
    """A SampledValue."""
    item: dict[str, object] = {"value": value, **more}
    if measurand:
        item["measurand"] = measurand
    return item


@pytest.fixture
def very_fast() -> Generator[None]:
    """Half a minute passes in a twentieth of a second."""
    clock.set_factor(600)
    yield
    clock.set_factor(1)


@pytest.fixture
async def make() -> AsyncGenerator[Make]:
    """Make benches that end with the test."""
    benches: list[Bench] = []

    def bench(*args: Any, connected: bool = True, **more: Any) -> Bench:
        benches.append(Bench(*args, **more))
        if connected:
            benches[-1].limits.connected()
        return benches[-1]

    yield bench
    for made in benches:
        await made.limits.stop()
