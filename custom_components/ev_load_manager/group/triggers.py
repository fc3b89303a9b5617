"""What wakes the loop of a group, and for whom it takes a step.

What chargers measure and answer comes in crowds and waits for each other; what
starts, stops or changes somebody's limit does not wait.
"""

import asyncio
from dataclasses import dataclass
from typing import Final

from homeassistant.core import callback

from .. import clock
from .charger import Change, Charger

VALUES_INTERVAL: Final = 0.5
"""What chargers measure and answer is looked at together, at most this often, s."""
SHORTEST_WAIT: Final = 0.05
"""Time alone makes no more steps than one in this many seconds."""
METER: Final = "meter"
"""A meter was read, or could not be."""

_OF_ONE: Final = frozenset({Change.STATUS, Change.TRANSACTION, Change.LIMIT})
"""What sets off steps all day long, and changes nothing at other chargers but their limits."""
_MEASURED: Final = frozenset({METER, Change.VALUES.value})
"""The same for what changes nothing but what was measured."""
_CAN_WAIT: Final = frozenset({Change.VALUES, Change.LIMIT, Change.CAPABILITIES})
"""What comes from chargers in crowds, and calls for no other limit this very moment:
room that an answered cut leaves may not be used for seconds."""


@dataclass(frozen=True, slots=True)
class Happened:
    """What happened since the last step."""

    what: frozenset[str]
    chargers: frozenset[str]
    """Those that something of their own happened to, but measured values."""

    @property
    def stirred(self) -> frozenset[str] | None:
        """The chargers that a step is for; None: it is for everyone."""
        return self.chargers if self.what <= _MEASURED | _OF_ONE else None

    @property
    def text(self) -> str:
        """What set off the step, for people who ask later."""
        return ", ".join(sorted(self.what)) or "time"

    def also(self, what: str) -> Happened:
        """The same with something more."""
        return Happened(self.what | {what}, self.chargers)


class Triggers:
    """Gathers what happens until the loop takes it, and wakes the loop."""

    def __init__(self) -> None:
        self._wake = asyncio.Event()
        self._urgent = asyncio.Event()
        self._what: set[str] = set()
        self._chargers: set[str] = set()

    def __bool__(self) -> bool:
        """Whether something happened that no step was taken for yet."""
        return bool(self._what)

    @callback
    def at_once(self, what: str) -> None:
        """Something happened that must not wait."""
        self._urgent.set()
        self.soon(what)

    @callback
    def soon(self, what: str) -> None:
        """Something happened that may wait for more of its kind."""
        self._what.add(what)
        self._wake.set()

    @callback
    def from_charger(self, charger: Charger, change: Change) -> None:
        """Something came from a charger."""
        if change in _OF_ONE:
            self._chargers.add(charger.id)
        if change in _CAN_WAIT:
            self.soon(change.value)
        else:
            self.at_once(change.value)

    def take(self) -> Happened:
        """What happened since this was asked last; a step is taken for it now."""
        happened = Happened(frozenset(self._what), frozenset(self._chargers))
        self._what.clear()
        self._chargers.clear()
        self._wake.clear()
        self._urgent.clear()
        return happened

    async def wait(self, until: float) -> None:
        """Sleep until something happens, or until a moment (monotonic seconds)."""
        now = clock.monotonic()
        if await clock.happens(self._wake, max(until - now, SHORTEST_WAIT)):
            await clock.happens(self._urgent, now + VALUES_INTERVAL - clock.monotonic())
