"""A central system that listens, and ways to let time pass."""

import asyncio
from collections.abc import AsyncGenerator, Callable, Generator
from datetime import datetime, timedelta

import pytest

from custom_components.ev_load_manager import clock
from custom_components.ev_load_manager.csms.charge_point import Change, ChargePoint
from custom_components.ev_load_manager.csms.server import CentralSystem
from custom_components.ev_load_manager.csms.transactions import TransactionIds


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


async def until(charger: ChargePoint, condition: Callable[[], bool]) -> None:
    """Wait for a change of the charger that makes `condition` true."""
    if condition():
        return
    done = asyncio.Event()

    def look(_charger: ChargePoint, _change: Change, _connector: int | None) -> None:
        if condition():
            done.set()

    end = charger.on_change(look)
    await done.wait()
    end()


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
