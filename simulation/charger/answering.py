"""How a charger answers its central system: properly, or as it misbehaves."""

from collections.abc import Callable
import random
from typing import NamedTuple, Protocol
import uuid

from custom_components.ev_load_manager import clock

from . import frames
from .frames import CallRefused, Payload
from .link import Link
from .misbehaviour import (
    ErrorAnswer,
    FixedAnswer,
    GarbageAnswer,
    LateAnswer,
    Misbehaviour,
    NoAnswer,
    Sometimes,
    TwiceAnswered,
    WrongId,
)


class Reply(NamedTuple):
    """An answer, and what is to be done once it is on its way."""

    payload: Payload | None
    """None: it never comes."""
    then: Callable[[], None] | None = None


class Answers(Protocol):
    """What a version of OCPP says to the questions of a central system."""

    def answer(self, action: str, payload: Payload) -> Reply:
        """Do what is asked. Raises CallRefused where it isn't known here."""


class Answering(Protocol):
    """What of a charger is needed to give its answers."""

    link: Link
    chance: random.Random
    misbehaviours: dict[str, Misbehaviour]

    def book(self, action: str, payload: Payload, told: Payload | None) -> None:
        """Note what the central system asked, and what it was told."""


async def answer(
    charger: Answering, commands: Answers, message_id: str, action: str, payload: Payload
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
                if reply.payload is not None:
                    charger.link.check_answer(action, reply.payload)
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


def refuse_binary_tenths(schedule: Payload) -> None:
    """Check `multipleOf 0.1` as some JSON validators do: 6.1 / 0.1 is 60.99999999999999.

    Raises CallRefused.
    """
    for period in schedule["chargingSchedulePeriod"]:
        limit = float(period["limit"])
        if limit / 0.1 != int(limit / 0.1):
            raise CallRefused("TypeConstraintViolation", f"{limit} is not a multiple of 0.1")
