"""Real meters on real sockets, read through Home Assistant's own shared link."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterator, Mapping
from typing import Any

from pymodbus.server import ModbusTcpServer, ModbusUdpServer
from pymodbus.simulator import DataType, SimData, SimDevice
import pytest

from custom_components.ev_load_manager import clock
from custom_components.ev_load_manager.meter import Meter, create_meter
from custom_components.ev_load_manager.meter.catalogue import load_maps
from custom_components.ev_load_manager.meter.register_map import RegisterMap
from homeassistant.core import HomeAssistant
from simulation.charger.grid import Currents
from simulation.plant.meter import SimulatedMeter
from simulation.plant.meter_maps import SDM630, MeterMap

FLOWING: Currents = (10.5, -3.25, 0.125)

type MakeSimulated = Callable[..., Awaitable[SimulatedMeter]]
type MakeMeter = Callable[..., Awaitable[Meter]]
type Serve = Callable[..., Awaitable[RegisterServer]]


class RegisterServer:
    """A Modbus server with the holding registers that a test gives it, and no others."""

    unit_id = 1

    def __init__(self, blocks: Mapping[int, list[int]], *, udp: bool = False) -> None:
        """Hold `blocks`: words by the address of the first."""
        self.asked: list[tuple[int, int, int]] = []
        """Function, address and count of every request."""
        self.port = 0

        async def note(
            function: int,
            start: int,
            address: int,
            count: int,
            registers: list[int],
            values: list[int] | list[bool] | None,
        ) -> None:
            self.asked.append((function, address, count))

        holding = [
            SimData(address, values=list(words), datatype=DataType.UINT16)
            for address, words in blocks.items()
        ]
        no_bits = [SimData(0, values=[False] * 16, datatype=DataType.BITS)]
        nothing = [SimData(65535, datatype=DataType.INVALID)]
        device = SimDevice(
            id=self.unit_id,
            simdata=(no_bits, list(no_bits), holding, nothing),
            action=note,
        )
        server = ModbusUdpServer if udp else ModbusTcpServer
        self._server = server(device, address=("127.0.0.1", 0))

    async def start(self) -> None:
        """Listen on a free port."""
        await self._server.serve_forever(background=True)
        transport: Any = self._server.transport
        if isinstance(transport, asyncio.DatagramTransport):
            self.port = transport.get_extra_info("sockname")[1]
        else:
            self.port = transport.sockets[0].getsockname()[1]

    async def stop(self) -> None:
        """Close everything."""
        await self._server.shutdown()


@pytest.fixture
def maps() -> Mapping[str, RegisterMap]:
    """All register maps."""
    return load_maps()


@pytest.fixture
async def simulated(hass: HomeAssistant, socket_enabled: None) -> AsyncGenerator[MakeSimulated]:
    """Make a simulated meter of a real model, and start it; Home Assistant goes after it."""
    made: list[SimulatedMeter] = []

    async def make(
        model: MeterMap = SDM630,
        currents: Callable[[], Currents] = lambda: FLOWING,
        **options: Any,
    ) -> SimulatedMeter:
        meter = SimulatedMeter(currents, model, **options)
        await meter.start()
        made.append(meter)
        return meter

    yield make
    for meter in made:
        await meter.stop()


@pytest.fixture
async def serve(hass: HomeAssistant, socket_enabled: None) -> AsyncGenerator[Serve]:
    """Serve registers."""
    made: list[RegisterServer] = []

    async def make(blocks: Mapping[int, list[int]], *, udp: bool = False) -> RegisterServer:
        server = RegisterServer(blocks, udp=udp)
        await server.start()
        made.append(server)
        return server

    yield make
    for server in made:
        await server.stop()


@pytest.fixture
async def connected(
    hass: HomeAssistant, simulated: MakeSimulated, serve: Serve
) -> AsyncGenerator[MakeMeter]:
    """Make a meter that reads a server; it is closed before that stops."""
    made: list[Meter] = []

    async def make(
        server: SimulatedMeter | RegisterServer,
        model: str = "eastron_sdm630",
        phases: int = 3,
        **more: Any,
    ) -> Meter:
        meter = await create_meter(hass, modbus(server, model, **more), phases=phases)
        made.append(meter)
        await meter.open()
        return meter

    yield make
    for meter in made:
        await meter.close()


def modbus(
    server: SimulatedMeter | RegisterServer, model: str = "eastron_sdm630", **more: Any
) -> dict[str, Any]:
    """Settings of a meter that reads a server."""
    return {
        "type": "modbus",
        "connection": "tcp",
        "host": "127.0.0.1",
        "port": server.port,
        "unit_id": server.unit_id,
        "model": model,
        **more,
    }


@pytest.fixture
def hurry() -> Iterator[None]:
    """Time passes ten times as fast: nobody waits three seconds for silence."""
    clock.set_factor(10)
    yield
    clock.set_factor(1)
