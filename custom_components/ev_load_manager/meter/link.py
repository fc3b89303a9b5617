"""Asking one unit on Home Assistant's shared Modbus link, always in bounded time."""

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from typing import Any, Final, Protocol

from modbus_connection import (
    AcknowledgeError,
    GatewayPathUnavailableError,
    GatewayTargetError,
    MemoryParityError,
    ModbusConnectionError,
    ModbusError,
    ModbusExceptionError,
    ModbusTimeoutError,
    ModbusUnit,
    ServerDeviceBusyError,
    ServerDeviceFailureError,
)

from homeassistant.components.modbus import async_get_temporary_unit
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError

from .. import clock
from .connection import Params, target
from .errors import (
    MeterAbsentError,
    MeterBusyError,
    MeterConfusedError,
    MeterError,
    MeterLinkInUseError,
    MeterRefusedError,
    MeterSilentError,
    MeterUnreachableError,
)
from .register_map import Block, Function

READ_TIMEOUT: Final = 3.0
"""Seconds that an answer may take. The link's own limit is not ours: others that
share it may have raised it to half a minute."""
DROP_TIMEOUT: Final = 2.0
"""Seconds that dropping a dead link may take."""
SILENCES_TO_DROP: Final = 2
"""After so many silences in a row the link is made anew: a connection whose other
end was reset without a word looks alive for a quarter of an hour."""


class Asking(Protocol):
    """Somebody who can be asked for registers."""

    async def ask(self, function: Function, block: Block) -> list[int]:
        """The registers of a block. Raises MeterError."""


class Link:
    """One unit, asked with every error turned into words that say what to do."""

    def __init__(
        self, unit: ModbusUnit, params: Params, unit_id: int, timeout: float = READ_TIMEOUT
    ) -> None:
        """Ask `unit`; each answer may take `timeout` seconds."""
        self.unit = unit
        self.target = target(params)
        self.unit_id = unit_id
        self.timeout = timeout
        self._silences = 0

    async def ask(self, function: Function, block: Block) -> list[int]:
        """The registers of a block.

        Raises MeterError that tells what was tried.
        """
        # Without words: it stands in sentences of every language.
        asked = f"FC{function}: {block.start}-{block.end - 1}"

        async def read() -> list[int]:
            if function == 3:
                return await self.unit.read_holding_registers(block.start, block.count)
            return await self.unit.read_input_registers(block.start, block.count)

        words = await self._bounded(read, asked)
        if len(words) != block.count:
            raise self._error(MeterConfusedError, asked)
        return words

    async def ask_server_id(self) -> bytes:
        """The answer to Report Server ID. Raises MeterError."""
        return await self._bounded(self.unit.report_server_id, "FC17")

    async def _bounded[T](self, read: Callable[[], Coroutine[Any, Any, T]], asked: str) -> T:
        try:
            async with clock.timeout(self.timeout):
                answer = await self._asking(read())
        except (ModbusTimeoutError, TimeoutError) as err:
            raise await self._silence(asked) from err
        except ModbusExceptionError as err:
            self._silences = 0
            raise self._refusal(err, asked) from err
        except ModbusConnectionError as err:
            # "could not connect to" where it was to connect to adds nothing to our own words.
            more = "" if str(err).endswith(self.target) else err
            raise self._error(MeterUnreachableError, asked, error=more) from err
        except ModbusError as err:
            self._silences = 0
            raise self._error(MeterConfusedError, asked, error=err) from err
        self._silences = 0
        return answer

    async def _asking[T](self, read: Coroutine[Any, Any, T]) -> T:
        """What is read over a link that may have to be made first, or anew as it is its turn.

        The attempt to connect is shared and outlives whoever gives up: its library shields it,
        and asyncio logs where it fails after who waited there was cancelled.
        """
        asking = asyncio.get_running_loop().create_task(read, name=f"asking {self.target}")
        try:
            return await clock.outcome_of(asking)
        finally:
            if self.unit.connected:
                # It would keep the link from the next question.
                asking.cancel()

    async def _silence(self, asked: str) -> MeterError:
        """Note a silence; the error for it."""
        if not self.unit.connected:
            return self._error(MeterUnreachableError, asked)
        self._silences += 1
        if self._silences % SILENCES_TO_DROP == 0:
            with suppress(ModbusError, TimeoutError):
                async with clock.timeout(DROP_TIMEOUT):
                    await self.unit.disconnect()
        return self._error(MeterSilentError, asked)

    def _refusal(self, err: ModbusExceptionError, asked: str) -> MeterError:
        match err:
            case GatewayPathUnavailableError() | GatewayTargetError():
                kind: type[MeterError] = MeterAbsentError
            case (
                ServerDeviceBusyError()
                | ServerDeviceFailureError()
                | AcknowledgeError()
                | MemoryParityError()
            ):
                kind = MeterBusyError
            case _:
                kind = MeterRefusedError
        code = err.exception_code
        return self._error(kind, asked, code="?" if code is None else int(code))

    def _error(self, kind: type[MeterError], asked: str, **more: object) -> MeterError:
        return kind(
            target=self.target, unit=self.unit_id, asked=asked, **({"error": "", "code": ""} | more)
        )


@asynccontextmanager
async def open_link(
    hass: HomeAssistant, params: Params, unit_id: int, timeout: float = READ_TIMEOUT
) -> AsyncIterator[Link]:
    """Hold a unit on Home Assistant's shared link.

    Raises MeterLinkInUseError where the link is used with other settings.
    """
    async with AsyncExitStack() as stack:
        try:
            unit = await stack.enter_async_context(async_get_temporary_unit(hass, params, unit_id))
        except HomeAssistantError as err:
            raise MeterLinkInUseError(target=target(params), unit=unit_id, error=err) from err
        yield Link(unit, params, unit_id, timeout)
