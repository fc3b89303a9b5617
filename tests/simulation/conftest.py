"""Time runs faster here, and sockets are allowed."""

from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from typing import Any

import pytest

from custom_components.ev_load_manager import clock
from simulation.charger.charger import SimulatedCharger
from simulation.charger.models import GENERIC, ChargerModel

from .central import Central, central_system

type MakeCharger = Callable[..., Awaitable[SimulatedCharger]]


@pytest.fixture
def fast() -> Iterator[None]:
    """Forty seconds of the site pass in one."""
    clock.set_factor(40)
    yield
    clock.set_factor(1)


@pytest.fixture
async def central(socket_enabled: None, fast: None) -> AsyncIterator[Central]:
    """A central system that answers as a test wants."""
    async with central_system() as system:
        yield system


@pytest.fixture
async def connected(central: Central) -> AsyncIterator[MakeCharger]:
    """Make chargers that are connected and accepted; they are stopped afterwards."""
    made: list[SimulatedCharger] = []

    async def make(
        model: ChargerModel = GENERIC, id: str = "CP1", *, wait: bool = True, **settings: Any
    ) -> SimulatedCharger:
        charger = SimulatedCharger(model, id, central.url, **settings)
        made.append(charger)
        await charger.start()
        if wait:
            await charger.until(lambda: charger.accepted)
        return charger

    yield make
    for charger in made:
        await charger.stop()
