"""Tries a backend out, before it is stored, and says what it answered."""

from collections.abc import Mapping
import contextlib
from enum import StrEnum
from typing import Any, Final

from websockets.asyncio.client import ClientConnection
from websockets.exceptions import ConnectionClosed

from ... import clock
from ..charge_point.charge_point import Identity
from ..transport import fields, messages
from ..v16.texts import LONGEST
from .payloads import boot_of
from .settings import BackendSettings
from .wire import BackendError, dial, hang_up

ANSWERS_WITHIN: Final = 30.0
_ID: Final = "try-1"


class Answer(StrEnum):
    """What a backend says of a charger."""

    ACCEPTED = "accepted"
    PENDING = "pending"
    """It has to be confirmed there first."""
    REJECTED = "rejected"
    OPEN = "open"
    """It was not asked: the charger has not said yet who it is."""


async def try_out(settings: BackendSettings, identity: Identity | None) -> Answer:
    """Dial a backend as the charger would; raises BackendError.

    `identity`: what the charger has told of itself; None: it has not been here yet.
    """
    socket = await dial(settings)
    try:
        if identity is None:
            return Answer.OPEN
        await socket.send(messages.call(_ID, "BootNotification", boot_of(identity)))
        async with clock.timeout(ANSWERS_WITHIN):
            told = await _answer(socket)
    except TimeoutError as error:
        raise BackendError("backend_silent") from error
    except ConnectionClosed as error:
        raise BackendError("backend_closed") from error
    finally:
        with contextlib.suppress(Exception):
            await hang_up(socket)
    try:
        return Answer(fields.text(told, "status").casefold())
    except ValueError as error:
        raise BackendError("backend_garbage") from error


async def _answer(socket: ClientConnection) -> Mapping[str, Any]:
    """The answer to what was asked; whatever else it says is for the charger."""
    while True:
        try:
            message = messages.parse(await socket.recv(), LONGEST)
        except messages.FrameError as error:
            raise BackendError("backend_garbage") from error
        if isinstance(message, messages.CallFailure) and message.id == _ID:
            raise BackendError("backend_error", error=f"{message.code} {message.description}"[:200])
        if isinstance(message, messages.CallResult) and message.id == _ID:
            return message.payload or {}
