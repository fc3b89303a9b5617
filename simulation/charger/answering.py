"""How a charger answers its central system: properly, or as it misbehaves."""

import uuid

from custom_components.ev_load_manager import clock

from . import frames
from .commands import Commands, Reply
from .frames import CallRefused, Payload
from .misbehaviour import (
    ErrorAnswer,
    FixedAnswer,
    GarbageAnswer,
    LateAnswer,
    NoAnswer,
    Sometimes,
    TwiceAnswered,
    WrongId,
)
from .station import Station


async def answer(
    charger: Station, commands: Commands, message_id: str, action: str, payload: Payload
) -> None:
    """Do what is asked and answer it, as `charger.misbehaviours` has it.

    Raises CallRefused where the answer is a CALLERROR, NotConnected.
    """
    behaviour = charger.misbehaviours.get(action) or charger.misbehaviours.get("*")
    if isinstance(behaviour, Sometimes):
        behaviour = behaviour.turn()
    reply: Reply | None = None
    try:
        match behaviour:
            case FixedAnswer(fixed):
                reply = Reply(fixed)
            case ErrorAnswer(code, description):
                raise CallRefused(code, description)
            case NoAnswer(obey=False):
                pass
            case _:
                reply = commands.answer(action, payload)
    finally:
        charger.book(action, payload, reply.payload if reply else None)
    if reply is None or reply.payload is None:
        return
    text = frames.result(message_id, reply.payload)
    match behaviour:
        case NoAnswer():
            pass
        case LateAnswer(seconds, most):
            await clock.sleep(seconds if most is None else charger.chance.uniform(seconds, most))
            await charger.link.send(text)
        case WrongId():
            await charger.link.send(frames.result(str(uuid.uuid4()), reply.payload))
        case GarbageAnswer(garbage):
            await charger.link.send(garbage)
        case TwiceAnswered():
            await charger.link.send(text)
            await charger.link.send(text)
        case _:
            await charger.link.send(text)
    if reply.then is not None:
        reply.then()
