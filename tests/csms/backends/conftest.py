"""A charger between us and a backend, all over real sockets."""

import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import pytest

from simulation.backends.backend import SimulatedBackend
from simulation.backends.house import House as Alone, settings_of
from tests.csms.client import Client

__all__ = ["Dial", "House", "settings_of", "until"]


class House(Alone):
    """One that is waited for."""

    async def connected(self, name: str = "b1") -> None:
        """Wait until a backend has accepted the charger."""
        await until(lambda: self.relay.backends[name].connected)


@pytest.fixture
async def house(tmp_path: Path, socket_enabled: None) -> AsyncGenerator[House]:
    """A house whose parts end with the test."""
    made = House(tmp_path)
    yield made
    await made.stop()


@pytest.fixture
async def backend(socket_enabled: None) -> AsyncGenerator[SimulatedBackend]:
    """A backend that accepts everything."""
    async with SimulatedBackend() as made:
        yield made


async def until(holds: Callable[[], bool]) -> None:
    """Wait until something holds that nothing tells of."""
    while not holds():
        await asyncio.sleep(0.005)


type Dial = Callable[..., Any]


@pytest.fixture
async def dial(house: House) -> AsyncGenerator[Dial]:
    """Have the charger dial us; it says who it is unless told otherwise."""
    async with AsyncExitStack() as stack:

        async def connect(*, boots: bool = True, **how: Any) -> Client:
            client = await stack.enter_async_context(Client(house.system, **how))
            if boots:
                await client.boot(firmwareVersion="1.0")
            return client

        yield connect
