"""Whatever is asked, answered, given up and lost: who may speak is never two, and never nobody."""

import asyncio
from dataclasses import dataclass, field
import json
import random
from types import MappingProxyType

import pytest

from custom_components.ev_load_manager import clock
from custom_components.ev_load_manager.csms.dialect import Question
from custom_components.ev_load_manager.csms.transport import messages
from custom_components.ev_load_manager.csms.transport.calls import (
    OVERTAKE_AFTER,
    CallPriority,
    Calls,
)
from custom_components.ev_load_manager.csms.transport.errors import ChargePointError, NotConnected

JUST = 0.02
"""s by which timers may differ from what was asked for."""
PRIORITIES = MappingProxyType(
    {
        "cut": CallPriority.LIMIT,
        "increase": CallPriority.LIMIT,
        "normal": CallPriority.NORMAL,
        "background": CallPriority.BACKGROUND,
    }
)


@dataclass(eq=False)
class Asked:
    """Something that the charger is asked."""

    name: str
    kind: str
    overtake_after: float | None
    at: float = field(default_factory=clock.monotonic)
    sent_at: float | None = None


class Socket:
    """A socket whose other end answers when it is told to, and which watches what is written."""

    def __init__(self, asked: dict[str, Asked]) -> None:
        """Open it; `asked` is what may be written, by name."""
        self.opened_at = clock.monotonic()
        self.is_dead = False
        self.open: dict[str, Asked] = {}
        """What has no answer, by message id."""
        self.calls = Calls("CP1", self.write)
        self._asked = asked

    async def write(self, frame: str) -> None:
        """See what leaves."""
        _, message_id, name, _ = json.loads(frame)
        one, now = self._asked[name], clock.monotonic()
        assert not self.is_dead, f"{name} is written to a socket that is gone"
        if self.open:
            assert one.overtake_after is not None, f"{name} leaves beside what has no answer"
            silent_since = min(other.sent_at or 0.0 for other in self.open.values())
            may_leave = min(one.at + one.overtake_after, silent_since + OVERTAKE_AFTER)
            assert now >= may_leave - JUST, f"{name} overtakes too early"
        if one.overtake_after is not None:
            must_leave = max(one.at + one.overtake_after, self.opened_at + OVERTAKE_AFTER)
            assert now <= must_leave + JUST, f"{name} leaves too late"
        one.sent_at = now
        self.open[message_id] = one

    def answer(self, rng: random.Random) -> None:
        """Answer something: rightly, twice, with an error, or what nobody asked."""
        self.calls.settle(messages.CallResult("nobody asked this", {}))
        if self.open and (how := rng.random()) < 0.9:
            message_id = rng.choice(list(self.open))
            del self.open[message_id]
            refusal = messages.CallFailure(message_id, "GenericError", "")
            self.calls.settle(refusal if how < 0.1 else messages.CallResult(message_id, {}))
            if how < 0.2:
                self.calls.settle(messages.CallResult(message_id, {}))

    def answer_all(self) -> None:
        """Answer everything."""
        while self.open:
            message_id, _ = self.open.popitem()
            self.calls.settle(messages.CallResult(message_id, {}))

    def close(self) -> None:
        """It is gone."""
        self.is_dead = True
        self.calls.fail("gone")


async def ask(socket: Socket, one: Asked, rng: random.Random) -> None:
    """Ask something, and do with its end whatever it is."""
    withdrawn = rng.random() < 0.15
    try:
        await socket.calls.call(
            Question(one.name, {}),
            timeout=rng.choice([10.0, 30.0]),
            priority=PRIORITIES[one.kind],
            fresh=(lambda: None) if withdrawn else None,
            overtake_after=one.overtake_after,
        )
    except NotConnected:
        assert socket.is_dead
    except ChargePointError:
        assert not socket.is_dead
    finally:
        for message_id, other in tuple(socket.open.items()):
            if other is one:
                del socket.open[message_id]


async def pause(rng: random.Random) -> None:
    """Let a moment pass, or some of the seconds in which much may happen at once."""
    seconds = rng.choice([0.0, 0.0, 0.0, 0.0, 0.5, 1.0, 3.0, 4.99, 5.0])
    if seconds:
        await clock.sleep(seconds)
    for _ in range(rng.randint(0, 3)):
        await asyncio.sleep(0)


@pytest.mark.parametrize("seed", range(60))
async def test_whoever_asks_gets_a_turn_and_nobody_two(seed: int, time_jumps: None) -> None:
    rng = random.Random(seed)
    asked: dict[str, Asked] = {}
    sockets = [Socket(asked)]
    tasks: list[asyncio.Task[None]] = []
    for number in range(60):
        match rng.choices(["ask", "answer", "give up", "replace"], [45, 35, 10, 2])[0]:
            case "ask":
                kind = rng.choice(["cut", *PRIORITIES])
                patience = rng.choice([0.0, 1.0, 3.0, 5.0]) if kind == "cut" else None
                one = asked[str(number)] = Asked(str(number), kind, patience)
                tasks.append(asyncio.ensure_future(ask(sockets[-1], one, rng)))
            case "answer":
                sockets[-1].answer(rng)
            case "give up" if tasks:
                rng.choice(tasks).cancel()
            case "replace":
                sockets[-1].close()
                sockets.append(Socket(asked))
        await pause(rng)
    # From now on the charger answers at once: whoever still waits has its turn.
    waiting = {task for task in tasks if not task.done()}
    for _ in range(10 * len(waiting)):
        sockets[-1].answer_all()
        await asyncio.sleep(0)
    assert all(task.done() for task in tasks)
    for task in tasks:
        assert task.cancelled() or task.exception() is None
    # And so has who comes then.
    last = asked["last"] = Asked("last", "normal", None)
    task = asyncio.ensure_future(ask(sockets[-1], last, random.Random(1)))
    while not task.done():
        sockets[-1].answer_all()
        await asyncio.sleep(0)
