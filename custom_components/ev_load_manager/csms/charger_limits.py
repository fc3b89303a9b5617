"""Sends the limits of one charger: one at a time, cuts before increases.

Each time it is free it looks at what is wanted *now*, so that a value which was
replaced before its turn came is never sent. What the charger refuses is tried
in its other ways; the one that worked is remembered and tried first.
"""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from datetime import datetime
from enum import Enum, auto
import logging
from typing import Any

from .. import clock
from . import ways
from .calls import CallPriority
from .errors import CallError, CallTimeout, ChargePointError, NotConnected
from .limit_keeper import LimitKeeper
from .pausing import Pausing
from .profiles import (
    ChargerProfile,
    ChargingProfileWay,
    ConfigurationKeyWay,
    PauseMethod,
    Persistence,
    Scope,
    Unit,
    Way,
)
from .reachable import ReachableCharger

_LOGGER = logging.getLogger(__name__)

COMMAND_INTERVAL = 5.0
"""An increase follows another command of its connector after this, s."""
KEY_INTERVAL = 60.0
"""The same where every command wears flash."""
_AFTER_A_FAULT = 5.0


class _Outcome(Enum):
    TAKEN = auto()
    REFUSED = auto()
    UNKNOWN = auto()
    """No answer: it may have been taken."""


async def _nothing() -> None:
    """Save nothing."""


class ChargerLimits:
    """The limits of one charger, for as long as it is configured."""

    def __init__(
        self,
        charger: ReachableCharger,
        *,
        profile: ChargerProfile,
        generic: ChargerProfile,
        charger_time: Callable[[], datetime] = clock.now,
        save: Callable[[], Awaitable[None]] = _nothing,
        changed: Callable[[LimitKeeper], None] = lambda _: None,
    ) -> None:
        """Keep limits of `charger`; nothing is sent before `start` and `connected`.

        `charger_time` is the time that the charger believes it is. `save` is
        awaited before an increase is sent, so that a restart never believes in
        a limit lower than one that may be in force. `changed` is called when a
        connector's offer changed.
        """
        self.keepers: dict[int, LimitKeeper] = {}
        self.working: str | None = None
        """Name of the way that the charger took last."""
        self.original_keys: dict[str, str] = {}
        """Values, before the first limit, of the keys that limits were written to."""
        self.stack_level_maximum: int | None = None
        self._charger = charger
        self._generic = generic
        self._charger_time = charger_time
        self._save = save
        self._changed = changed
        self._wake = asyncio.Event()
        self._ready = False
        self._task: asyncio.Task[None] | None = None
        self._begin_with = 0
        self._zero_refused = False
        self._pausing = Pausing(charger)
        self.profile = profile
        self._ways: tuple[Way, ...] = ()
        self.know(profile)

    # What others say

    def keeper(self, number: int) -> LimitKeeper:
        """The keeper of a connector, made on first use."""
        if number not in self.keepers:
            self.keepers[number] = LimitKeeper(number, wake=self._wake.set)
        return self.keepers[number]

    def know(
        self,
        profile: ChargerProfile,
        *,
        firmware: str = "",
        stack_level_maximum: int | None = None,
        watts_only: bool = False,
    ) -> None:
        """Learn what kind of charger it is."""
        self.profile = profile
        self.stack_level_maximum = stack_level_maximum
        self._ways = ways.attempts(profile, self._generic, firmware=firmware, watts_only=watts_only)
        self._begin_with = 0
        self._wake.set()

    def start(self) -> None:
        """Begin to send."""
        if self._task is None:
            self._task = asyncio.get_running_loop().create_task(
                self._run(), name=f"limits of {self._charger.id}"
            )

    async def stop(self) -> None:
        """Send no more; what is on its way stays possible."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.wait([self._task])
            self._task = None

    def connected(self) -> None:
        """The charger can be asked (again); it may have lost every limit."""
        self._ready = True
        self._begin_with = 0
        self._zero_refused = False
        for keeper in self.keepers.values():
            keeper.send_again()
        self._wake.set()

    def disconnected(self) -> None:
        """Its socket is gone."""
        self._ready = False

    def session_started(self, number: int, transaction_id: int, id_tag: str) -> None:
        """A session began on a connector."""
        self.keeper(number).session_started(transaction_id, id_tag)

    def session_ended(self, number: int) -> None:
        """A session is over, and with it a limit that was set for it alone."""
        keeper = self.keeper(number)
        keeper.session_ended()
        if any(
            ways.name(way) == self.working and ways.needs_transaction(way) for way in self._ways
        ):
            keeper.book.forget()
            self._changed(keeper)

    @property
    def is_connected(self) -> bool:
        """Whether limits can be sent at this moment."""
        return self._ready and self._charger.online

    def state(self) -> dict[str, Any]:
        """Plain JSON data; the keepers have their own."""
        return {"working": self.working, "original_keys": dict(self.original_keys)}

    def restore(self, state: Mapping[str, Any]) -> None:
        """Go on where `state` was written; what can't be read is left out."""
        working, keys = state.get("working"), state.get("original_keys")
        self.working = working if isinstance(working, str) else None
        if isinstance(keys, Mapping):
            self.original_keys = {str(key): str(value) for key, value in keys.items()}

    @property
    def by_key(self) -> bool:
        """Whether limits are written to configuration keys, which wears flash."""
        first = self._now_possible(in_transaction=True)[:1]
        return any(self._wears(way) for way in first)

    # The worker

    async def _run(self) -> None:
        while True:
            self._wake.clear()
            try:
                wait = await self._round()
            except Exception:
                _LOGGER.exception("Limits of charger %s can't be sent", self._charger.id)
                wait = _AFTER_A_FAULT
            if wait is None or wait > 0:
                await self._wait(wait)

    async def _wait(self, seconds: float | None) -> None:
        try:
            async with clock.timeout(seconds):
                await self._wake.wait()
        except TimeoutError:
            return

    async def _round(self) -> float | None:
        """Do what is most urgent; seconds to wait then, None: until something happens."""
        if not self.is_connected:
            return None
        now = clock.monotonic()
        waiting = [
            (at > now, at if at > now else urgency, keeper.sent_at or 0.0, keeper.number)
            for keeper in self.keepers.values()
            for at, urgency in self._due(keeper)
        ]
        later, at, _, number = min(waiting, default=(True, None, 0.0, 0))
        if at is not None and not later:
            await self._send(self.keepers[number])
            return 0.0
        pause_at = None
        if not self._takes_zero:
            pause_at = await self._pausing.follow(self.keepers.values())
        times = [time for time in (at, pause_at) if time is not None]
        return max(0.01, min(times) - clock.monotonic()) if times else None

    def _due(self, keeper: LimitKeeper) -> Iterable[tuple[float, float]]:
        """When its limit is to be sent, and how urgent that is; nothing if it needn't be."""
        if keeper.wanted is None:
            return
        possible = self._now_possible(in_transaction=keeper.transaction_id is not None)
        if not possible:
            if not keeper.offer.refused:
                keeper.refused("this model takes no limits")
                self._changed(keeper)
            return
        self._convert(keeper, possible[0])
        offer = keeper.offer
        share = self._shares(possible[0], keeper)[1][keeper.number]
        if offer.accepted == share and not (offer.in_flight or offer.refused or keeper.resend):
            return
        if keeper.resend or not offer.possible or share < max(offer.possible):
            yield keeper.retry_at, 1.0 if offer.refused else 0.0
            return
        interval = KEY_INTERVAL if self._wears(possible[0]) else COMMAND_INTERVAL
        earliest = 0.0 if keeper.sent_at is None else keeper.sent_at + interval
        yield max(keeper.retry_at, earliest), 2.0

    async def _send(self, keeper: LimitKeeper) -> None:
        """Send a connector's limit in the way that works, else in the others in turn."""
        possible = self._now_possible(in_transaction=keeper.transaction_id is not None)
        first = min(self._begin_with, len(possible) - 1)
        for place, way in enumerate(possible[first:], first):
            outcome, why = await self._attempt(way, keeper)
            if outcome is _Outcome.TAKEN:
                self._begin_with = 0
                return
            if outcome is _Outcome.UNKNOWN:
                keeper.not_answered(why)
                # Some firmware is dumb to a way that it doesn't know.
                if ways.name(way) != self.working:
                    self._begin_with = (place + 1) % len(possible)
                self._changed(keeper)
                return
            _LOGGER.debug("%s: %s is refused: %s", self._charger.id, ways.name(way), why)
            keeper.last_error = why
        self._begin_with = 0
        if self._takes_zero and self._quantised(keeper, possible[0]) == 0.0:
            # Then at least the lowest current that it takes.
            self._zero_refused = True
            return
        keeper.refused(keeper.last_error or "refused")
        self._changed(keeper)

    async def _attempt(self, way: Way, keeper: LimitKeeper) -> tuple[_Outcome, str]:
        """Try one way with what is wanted now."""
        self._convert(keeper, way)
        amperes, shares = self._shares(way, keeper)
        members = [self.keepers[number] for number in shares]
        target = ways.Target(
            connector=keeper.number,
            connectors=len(self.keepers),
            transaction_id=keeper.transaction_id,
            phases=None if keeper.phases is None else len(keeper.phases),
            stack_level_maximum=self.stack_level_maximum,
            started_at=min(clock.now(), self._charger_time()) - ways.STARTED_BEFORE,
        )
        call = ways.call(way, target, amperes)
        before = {member.number: member.offer for member in members}
        if isinstance(way, ConfigurationKeyWay) and keeper.resend:
            held = await self._read_key(str(call.payload["key"]))
            if held is not None and held == call.payload["value"]:
                self._taken(way, members, shares)
                return _Outcome.TAKEN, ""
        increase = any(
            shares[number] > max(offer.possible, default=0.0) for number, offer in before.items()
        )
        for member in members:
            member.book.sent(shares[member.number])
            self._changed(member)
        if increase:
            try:
                await self._save()
            except BaseException:
                for member in members:
                    member.book.not_taken(shares[member.number])
                raise
        for member in members:
            member.sent_at = clock.monotonic()
        try:
            answer = await self._charger.call(
                call.action, call.payload, priority=CallPriority.LIMIT
            )
        except CallError as error:
            outcome, why = _Outcome.REFUSED, str(error)
        except (CallTimeout, NotConnected) as error:
            outcome, why = _Outcome.UNKNOWN, str(error) or type(error).__name__
        else:
            status = str(answer.get("status"))
            outcome = _Outcome.TAKEN if status == "Accepted" else _Outcome.REFUSED
            why = f"{call.action}: {status}"
        if outcome is not _Outcome.REFUSED:
            for member in members:
                member.writes.count(renewal=before[member.number].accepted == shares[member.number])
        if outcome is _Outcome.TAKEN:
            self._taken(way, members, shares)
        elif outcome is _Outcome.REFUSED:
            for member in members:
                if shares[member.number] not in before[member.number].in_flight:
                    member.book.not_taken(shares[member.number])
        return outcome, why

    def _taken(self, way: Way, members: Sequence[LimitKeeper], shares: dict[int, float]) -> None:
        self.working = ways.name(way)
        for member in members:
            member.book.taken(shares[member.number])
            member.answered()
            self._changed(member)

    async def _read_key(self, key: str) -> str | None:
        """What a key holds, so that it isn't written in vain; None: not known."""
        try:
            answer = await self._charger.call(
                "GetConfiguration", {"key": [key]}, priority=CallPriority.LIMIT
            )
        except ChargePointError:
            return None
        for entry in answer.get("configurationKey") or ():
            if isinstance(entry, dict) and entry.get("key") == key:
                value = entry.get("value")
                if isinstance(value, str):
                    self.original_keys.setdefault(key, value)
                    return value
        return None

    # What is to be sent

    def _now_possible(self, *, in_transaction: bool) -> tuple[Way, ...]:
        """The ways that can work now, the one that worked last first."""
        found = ways.possible_now(self._ways, in_transaction=in_transaction)
        return tuple(sorted(found, key=lambda way: ways.name(way) != self.working))

    def _shares(self, way: Way, keeper: LimitKeeper) -> tuple[float, dict[int, float]]:
        """What to send for `keeper`, and which limit that means for whom.

        Where one limit holds for both outlets together it is their sum, if both
        cars are known to load the same phases. Else one car could take it all
        on a phase that was meant for the other: then it is the lowest.
        """
        if way.scope is Scope.CONNECTOR:
            amperes = self._quantised(keeper, way)
            return amperes, {keeper.number: amperes}
        members = [
            other
            for other in self.keepers.values()
            if not isinstance(way, ConfigurationKeyWay)
            or way.key(other.number) == way.key(keeper.number)
        ]
        in_session = [member for member in members if member.transaction_id is not None]
        wanted = {
            member.number: self._quantised(member, way)
            for member in in_session or members
            if member.wanted is not None
        }
        active = {number: amperes for number, amperes in wanted.items() if amperes > 0}
        loaded = {self.keepers[number].phases for number in active}
        lowest = min(active.values(), default=min(wanted.values(), default=0.0))
        if way.scope is Scope.STATION and len(loaded) == 1 and None not in loaded:
            total = ways.quantised(sum(active.values()), self.profile, way)
            together = {member.number: active.get(member.number, 0.0) for member in members}
            return total, together
        # A paused car draws from what the others were given; it adds nothing.
        paused = 0.0 if way.scope is Scope.STATION else lowest
        return lowest, {
            member.number: paused if wanted.get(member.number) == 0.0 else lowest
            for member in members
        }

    def _quantised(self, keeper: LimitKeeper, way: Way) -> float:
        amperes = ways.quantised(keeper.wanted or 0.0, self.profile, way)
        return amperes if amperes > 0 or self._takes_zero else self.profile.minimum

    @property
    def _takes_zero(self) -> bool:
        """Whether a limit of 0 A is worth a try; else a pause is a stopped transaction."""
        if self._zero_refused or self.profile.zero_pauses is False:
            return False
        return self.profile.pause is not PauseMethod.REMOTE_STOP

    def _convert(self, keeper: LimitKeeper, way: Way) -> None:
        """Where a limit was sent in watts, say it in amperes on the phases now in use."""
        in_watts = isinstance(way, ChargingProfileWay) and way.unit is Unit.WATTS
        keeper.watts_for(len(keeper.phases) if in_watts and keeper.phases else 1)

    def _wears(self, way: Way) -> bool:
        return (
            isinstance(way, ConfigurationKeyWay)
            and self.profile.key_persistence is Persistence.NON_VOLATILE
        )
