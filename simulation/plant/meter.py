"""The grid's meter: a Modbus server with the registers of a real model, and its ailments.

pymodbus plays the meter, while the integration reads with another library, so
that two independent Modbus stacks check each other.
"""

import asyncio
from collections import deque
from collections.abc import Callable
import random
from typing import NamedTuple, cast, override

from pymodbus.constants import ExcCodes
from pymodbus.framer import FramerType
from pymodbus.pdu import ExceptionResponse, ModbusPDU
from pymodbus.server import ModbusTcpServer
from pymodbus.server.requesthandler import ServerRequestHandler
from pymodbus.simulator import DataType, SimData, SimDevice

from custom_components.ev_load_manager import clock

from ..charger.grid import Currents
from .meter_maps import SDM630, MeterMap


class Request(NamedTuple):
    """One question that the meter was asked."""

    at: float
    """On the monotonic clock."""
    function: int
    address: int
    registers: int


class SimulatedMeter:
    """A meter on a free port. Its ailments are attributes, to be set at any time."""

    def __init__(
        self,
        currents: Callable[[], Currents],
        model: MeterMap = SDM630,
        *,
        unit_id: int = 1,
        noise: float = 0.0,
        rtu_over_tcp: bool = False,
        seed: int = 0,
    ) -> None:
        """Measure what `currents()` says (A per phase, positive is import).

        `noise`: standard deviation of a measured current, A.
        """
        self.model = model
        self.unit_id = unit_id
        self.noise = noise
        self.voltage_noise = 0.0
        """Standard deviation of the mains voltage, V."""
        self.port = 0
        self.energy = (1234.5, 67.8)
        """kWh that its counters of import and export show."""
        self.silent = False
        """It accepts connections and answers nothing."""
        self.delay = 0.0
        """Seconds that an answer takes."""
        self.nonsense: float | None = None
        """What it shows as every current instead: math.nan, math.inf, 1e6 ..."""
        self.fills_with: int | None = None
        """Every register holds this word, as behind a gateway whose meter is dead."""
        self.exception: ExcCodes | None = None
        """It answers with this exception code."""
        self.swaps_phases = False
        """L1 and L2 are exchanged."""
        self.mixes_answers = False
        """A gateway's fault: an answer bears the number of another question."""
        self.short_answers = False
        """It answers with fewer registers than it was asked for."""
        self.requests: deque[Request] = deque(maxlen=1000)
        self.connections = 0
        """How often somebody connected."""
        self._currents = currents
        self._frozen: tuple[Currents, Currents] | None = None
        self._framer = FramerType.RTU if rtu_over_tcp else FramerType.SOCKET
        self._random = random.Random(seed)
        self._server: _Server | None = None
        self._handlers: set[_Handler] = set()
        self._answering: set[asyncio.Task[None]] = set()

    async def start(self) -> None:
        """Listen on 127.0.0.1, after a first time on the same port again.

        Raises RuntimeError where the port is taken.
        """
        self._server = _Server(self, self._device(), self._framer, self.port)
        await self._server.serve_forever(background=True)
        listening = cast(asyncio.Server, self._server.transport)
        self.port = listening.sockets[0].getsockname()[1]

    async def stop(self) -> None:
        """Close everything: from now on connections are refused."""
        if self._server is not None:
            await self._server.shutdown()  # type: ignore[no-untyped-call]
            self._server = None
        self.reset_connections()
        for task in self._answering:
            task.cancel()
        await asyncio.gather(*self._answering, return_exceptions=True)

    def reset_connections(self) -> None:
        """Drop everyone who is connected, without a good-bye."""
        for handler in tuple(self._handlers):
            if handler.transport is not None:
                cast(asyncio.Transport, handler.transport).abort()

    @property
    def frozen(self) -> bool:
        """It shows the same values for ever."""
        return self._frozen is not None

    @frozen.setter
    def frozen(self, frozen: bool) -> None:
        self._frozen = (self._measure(), self._voltages()) if frozen else None

    def heal(self) -> None:
        """Be a good meter again."""
        self.silent = self.swaps_phases = self.mixes_answers = self.short_answers = False
        self.delay = 0.0
        self.nonsense = self.exception = self._frozen = self.fills_with = None

    # -- values -----------------------------------------------------------

    def _measure(self) -> Currents:
        one, two, three = self._currents()
        if self.noise > 0:
            one, two, three = (
                value + self._random.gauss(0.0, self.noise) for value in (one, two, three)
            )
        return (two, one, three) if self.swaps_phases else (one, two, three)

    def _voltages(self) -> Currents:
        """The mains voltage of each phase, V."""
        mains = self.model.voltage
        if self.voltage_noise <= 0:
            return (mains, mains, mains)
        one, two, three = (self._random.gauss(mains, self.voltage_noise) for _ in range(3))
        return (one, two, three)

    def _quantities(self) -> dict[str, float]:
        """Everything that the map may name, in A, V, W and Hz."""
        model = self.model
        shown, voltages = self._frozen or (self._measure(), self._voltages())
        if self.nonsense is not None:
            shown = (self.nonsense,) * 3
        powers = [amperes * volts for amperes, volts in zip(shown, voltages, strict=True)]
        quantities = {"frequency": model.frequency, "power_total": sum(powers)}
        quantities["energy_import"], quantities["energy_export"] = self.energy
        for phase, (amperes, volts) in enumerate(zip(shown, voltages, strict=True), 1):
            current = amperes if model.signed_current else abs(amperes)
            quantities[f"current_l{phase}"] = current
            quantities[f"voltage_l{phase}"] = volts
            quantities[f"power_l{phase}"] = amperes * volts
        return quantities

    def _device(self) -> SimDevice:
        model = self.model

        def block(function: int) -> list[SimData]:
            found = [
                SimData(one.address, values=list(one.words), datatype=DataType.UINT16)
                for one in model.constants
                if one.function == function and not one.alone
            ]
            if function in model.functions:
                zeros = SimData(model.start, values=[0] * model.length, datatype=DataType.UINT16)
                found.append(zeros)
            return found or [SimData(65535, datatype=DataType.INVALID)]

        async def fill(
            function: int,
            start: int,
            address: int,
            count: int,
            registers: list[int],
            values: list[int] | list[bool] | None,
        ) -> ExcCodes | None:
            self._fill(function, start, registers, (address, count))
            return None

        no_bits = [SimData(0, values=[False] * 16, datatype=DataType.BITS)]
        return SimDevice(
            id=self.unit_id,
            simdata=(no_bits, list(no_bits), block(3), block(4)),
            action=fill,
        )

    def _fill(
        self, function: int, start: int, registers: list[int], asked: tuple[int, int]
    ) -> None:
        """Put what is measured now into `registers`, which begin at `start`."""
        model = self.model
        if self.fills_with is not None:
            registers[:] = [self.fills_with] * len(registers)
            return
        if function in model.functions:
            before = self._random.getstate()
            quantities = self._quantities()
            if self._asks_for_counters(asked):
                # What is measured next is the same whether or not somebody has read them.
                self._random.setstate(before)
            for name, register in model.registers.items():
                words = register.words(quantities[name], low_word_first=model.low_word_first)
                place = register.address - start
                registers[place : place + len(words)] = words
        for one in model.constants:
            if one.alone and one.function == function:
                place = one.address - start
                hidden = [0] * len(one.words)
                told = asked == (one.address, len(one.words))
                registers[place : place + len(one.words)] = one.words if told else hidden

    def _asks_for_counters(self, asked: tuple[int, int]) -> bool:
        """Whether the first register that is asked for is a counter's."""
        address, _ = asked
        return any(
            register.address == address and name.startswith("energy_")
            for name, register in self.model.registers.items()
        )

    # -- answers ----------------------------------------------------------

    def serve(self, handler: _Handler, request: ModbusPDU) -> None:
        """Answer a request, as well as it can at present."""
        self.requests.append(
            Request(clock.monotonic(), request.function_code, request.address, request.count)
        )
        task = asyncio.create_task(self._serve(handler, request), name="meter's answer")
        self._answering.add(task)
        task.add_done_callback(self._answering.discard)

    async def _serve(self, handler: _Handler, request: ModbusPDU) -> None:
        if self.silent or request.dev_id != self.unit_id:
            return
        if self.delay > 0:
            await clock.sleep(self.delay)
        answer = await self._answer(handler, request)
        answer.dev_id = request.dev_id
        answer.transaction_id = request.transaction_id + (17 if self.mixes_answers else 0)
        if self.short_answers and answer.registers:
            answer.registers = answer.registers[:1]
        handler.server_send(answer, None)  # type: ignore[no-untyped-call]

    async def _answer(self, handler: _Handler, request: ModbusPDU) -> ModbusPDU:
        refused = self.exception or self._refuses(request)
        if refused is not None:
            return ExceptionResponse(request.function_code, refused)
        answer: ModbusPDU = await request.datastore_update(handler.server.context, self.unit_id)
        return answer

    def _refuses(self, request: ModbusPDU) -> ExcCodes | None:
        model = self.model
        if request.function_code not in (3, 4):
            return ExcCodes.ILLEGAL_FUNCTION
        constant = any(
            one.function == request.function_code and one.address <= request.address
            for one in model.constants
            if not one.alone
        )
        odd = model.even_only and request.count % 2 and not constant
        return ExcCodes.ILLEGAL_VALUE if odd or request.count > model.most else None

    def came(self, handler: _Handler) -> None:
        """Note a connection."""
        self.connections += 1
        self._handlers.add(handler)

    def went(self, handler: _Handler) -> None:
        """Forget a connection."""
        self._handlers.discard(handler)


class _Server(ModbusTcpServer):
    """Hands every request to the meter, which knows how it feels."""

    def __init__(
        self, meter: SimulatedMeter, device: SimDevice, framer: FramerType, port: int
    ) -> None:
        super().__init__(device, framer=framer, address=("127.0.0.1", port))
        self.meter = meter

    @override
    def callback_new_connection(self) -> _Handler:
        handler = _Handler(  # type: ignore[no-untyped-call]
            self, self.trace_packet, self.trace_pdu, self.trace_connect
        )
        handler.meter = self.meter
        self.meter.came(handler)
        return handler


class _Handler(ServerRequestHandler):
    """One connection."""

    meter: SimulatedMeter

    @override
    def handle_later(self) -> None:
        if self.last_pdu:
            self.meter.serve(self, self.last_pdu)

    @override
    def callback_disconnected(self, exc: Exception | None) -> None:
        super().callback_disconnected(exc)
        self.meter.went(self)
