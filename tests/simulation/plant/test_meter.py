"""The simulated meter speaks like the real models, and can fail like them."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
import math
import struct
from typing import Any

from pymodbus.client import AsyncModbusTcpClient
from pymodbus.constants import ExcCodes
from pymodbus.framer import FramerType
import pytest

from custom_components.ev_load_manager import clock
from simulation.charger.grid import Currents
from simulation.plant.meter import SimulatedMeter
from simulation.plant.meter_maps import ABB_B23, EM24, SDM630, MeterMap

FLOWING: Currents = (10.5, -3.25, 0.125)

type MakeMeter = Callable[..., Awaitable[tuple[SimulatedMeter, AsyncModbusTcpClient]]]


@pytest.fixture
async def reading(socket_enabled: None) -> AsyncIterator[MakeMeter]:
    """Make a meter, and a client that is connected to it."""
    opened: list[Any] = []

    async def make(
        model: MeterMap = SDM630, currents: Callable[[], Currents] = lambda: FLOWING
    ) -> tuple[SimulatedMeter, AsyncModbusTcpClient]:
        meter = SimulatedMeter(currents, model)
        await meter.start()
        client = AsyncModbusTcpClient(
            "127.0.0.1", port=meter.port, timeout=5, retries=0, reconnect_delay=0
        )
        opened.append((meter, client))
        assert await client.connect()
        return meter, client

    yield make
    for meter, client in opened:
        client.close()
        await meter.stop()


def floats(words: list[int]) -> list[float]:
    """Big endian 32 bit floats."""
    data = struct.pack(f">{len(words)}H", *words)
    return list(struct.unpack(f">{len(words) // 2}f", data))


def low_first(words: list[int]) -> list[int]:
    """Signed 32 bit integers, low word first."""
    pairs = zip(words[::2], words[1::2], strict=True)
    return [struct.unpack(">i", struct.pack(">HH", high, low))[0] for low, high in pairs]


async def currents_of(client: AsyncModbusTcpClient) -> list[float]:
    """The three currents of an SDM630."""
    return floats((await client.read_input_registers(6, count=6)).registers)


async def test_an_sdm630_tells_currents_without_and_powers_with_their_sign(
    reading: MakeMeter,
) -> None:
    _, client = await reading()
    told = floats((await client.read_input_registers(0, count=18)).registers)
    assert told[:3] == [230.0] * 3
    assert told[3:6] == [10.5, 3.25, 0.125]
    assert told[6:] == [10.5 * 230, -3.25 * 230, 0.125 * 230]


async def test_an_sdm630_says_what_it_is(reading: MakeMeter) -> None:
    _, client = await reading()
    assert (await client.read_holding_registers(64514, count=1)).registers == [112]
    assert len((await client.read_holding_registers(64512, count=2)).registers) == 2


async def test_an_sdm630_refuses_half_a_value(reading: MakeMeter) -> None:
    _, client = await reading()
    assert (await client.read_input_registers(0, count=3)).isError()


async def test_an_em24_puts_the_low_word_first_and_refuses_long_reads(reading: MakeMeter) -> None:
    _, client = await reading(EM24)
    told = await client.read_input_registers(12, count=10)
    assert low_first(told.registers) == [10500, 3250, 125, 24150, -7475]
    assert (await client.read_input_registers(12, count=12)).isError()


async def test_an_em24_says_what_it_is_only_when_asked_for_that_alone(reading: MakeMeter) -> None:
    _, client = await reading(EM24)
    assert (await client.read_input_registers(11, count=1)).registers == [71]
    assert (await client.read_input_registers(10, count=2)).registers == [0, 0]


async def test_an_abb_b23_tells_hundredths(reading: MakeMeter) -> None:
    _, client = await reading(ABB_B23)
    told = (await client.read_holding_registers(23308, count=6)).registers
    assert told == [0, 1050, 0, 325, 0, 12]
    name = (await client.read_holding_registers(35168, count=6)).registers
    assert struct.pack(">6H", *name).startswith(b"B23")


async def test_registers_that_are_not_there_are_an_error(reading: MakeMeter) -> None:
    _, client = await reading()
    answer = await client.read_input_registers(400, count=2)
    assert answer.exception_code == ExcCodes.ILLEGAL_ADDRESS


async def test_values_are_live_until_it_freezes(reading: MakeMeter) -> None:
    flowing = [(1.0, 2.0, 3.0)]
    meter, client = await reading(SDM630, lambda: flowing[0])
    assert await currents_of(client) == [1, 2, 3]
    meter.frozen = True
    flowing[0] = (4.0, 5.0, 6.0)
    assert await currents_of(client) == [1, 2, 3]
    meter.frozen = False
    assert await currents_of(client) == [4, 5, 6]


async def test_it_can_talk_nonsense_and_swap_phases_and_be_healed(reading: MakeMeter) -> None:
    meter, client = await reading()
    meter.nonsense = math.nan
    assert all(math.isnan(value) for value in await currents_of(client))
    meter.nonsense = math.inf
    assert await currents_of(client) == [math.inf] * 3
    meter.heal()
    meter.swaps_phases = True
    assert await currents_of(client) == [3.25, 10.5, 0.125]
    meter.heal()
    assert await currents_of(client) == [10.5, 3.25, 0.125]


async def test_what_an_integer_cannot_hold_is_its_highest_value(reading: MakeMeter) -> None:
    meter, client = await reading(EM24)
    meter.nonsense = math.nan
    told = await client.read_input_registers(12, count=2)
    assert low_first(told.registers) == [0x7FFFFFFF]


async def test_it_can_speak_rtu_over_tcp(socket_enabled: None) -> None:
    meter = SimulatedMeter(lambda: FLOWING, rtu_over_tcp=True)
    await meter.start()
    client = AsyncModbusTcpClient("127.0.0.1", port=meter.port, framer=FramerType.RTU)
    assert await client.connect()
    assert await currents_of(client) == [10.5, 3.25, 0.125]
    client.close()
    await meter.stop()


async def test_it_can_answer_with_an_exception(reading: MakeMeter) -> None:
    meter, client = await reading()
    meter.exception = ExcCodes.DEVICE_BUSY
    answer = await client.read_input_registers(6, count=6)
    assert answer.exception_code == ExcCodes.DEVICE_BUSY


async def test_it_can_fall_silent_with_the_connection_open(reading: MakeMeter) -> None:
    meter, client = await reading()
    meter.silent = True
    asking = asyncio.ensure_future(client.read_input_registers(6, count=6))
    while not meter.requests:
        await asyncio.sleep(0)
    assert not asking.done()
    assert client.connected
    asking.cancel()
    await asyncio.gather(asking, return_exceptions=True)


async def test_a_gateway_may_mix_answers(reading: MakeMeter) -> None:
    meter, client = await reading()
    meter.mixes_answers = True
    asking = asyncio.ensure_future(client.read_input_registers(6, count=6))
    while not meter.requests:
        await asyncio.sleep(0)
    done, _ = await asyncio.wait([asking], timeout=0.2)
    assert not done or asking.exception() is not None
    asking.cancel()
    await asyncio.gather(asking, return_exceptions=True)


async def test_it_can_drop_connections_and_be_read_again(reading: MakeMeter) -> None:
    meter, client = await reading()
    await currents_of(client)
    meter.reset_connections()
    while client.connected:
        await asyncio.sleep(0.01)
    client.close()
    assert await client.connect()
    assert await currents_of(client) == [10.5, 3.25, 0.125]
    assert meter.connections == 2


async def test_it_can_refuse_connections_and_come_back_on_its_port(reading: MakeMeter) -> None:
    meter, client = await reading()
    port = meter.port
    client.close()
    await meter.stop()
    assert not await client.connect()
    await meter.start()
    assert meter.port == port
    assert await client.connect()


async def test_another_unit_is_not_answered(reading: MakeMeter) -> None:
    meter, client = await reading()
    asking = asyncio.ensure_future(client.read_input_registers(6, count=6, device_id=2))
    while not meter.requests:
        await asyncio.sleep(0)
    await asyncio.wait([asking], timeout=0.1)
    assert not asking.done()
    asking.cancel()
    await asyncio.gather(asking, return_exceptions=True)


async def test_it_can_answer_late(fast: None, reading: MakeMeter) -> None:
    meter, client = await reading()
    meter.delay = 8.0
    began = clock.monotonic()
    assert await currents_of(client) == [10.5, 3.25, 0.125]
    assert clock.monotonic() - began >= 8.0


async def test_it_can_answer_too_little(reading: MakeMeter) -> None:
    meter, client = await reading()
    meter.short_answers = True
    assert len((await client.read_input_registers(6, count=6)).registers) == 1


async def test_stopping_leaves_no_task_behind(reading: MakeMeter) -> None:
    meter, client = await reading()
    meter.delay = 3600.0
    asking = asyncio.ensure_future(client.read_input_registers(6, count=6))
    while not meter.requests:
        await asyncio.sleep(0)
    await meter.stop()
    asking.cancel()
    await asyncio.gather(asking, return_exceptions=True)
    assert not [task for task in asyncio.all_tasks() if task.get_name() == "meter's answer"]
