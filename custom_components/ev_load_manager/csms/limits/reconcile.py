"""What is looked after in a charger beside its limits, and never in their way.

Profiles of ours that are no longer used and profiles of others that mask ours
are cleared; the charger is asked whether it holds what it was told. All of it
goes on beside the limits, at the lowest priority.
"""

from collections.abc import (
    AsyncIterator,
    Callable,
    Collection,
    Iterable,
    Iterator,
    Mapping,
    Sequence,
)
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from functools import partial
import logging
import math
from typing import Any

from ... import clock
from ..dialect import Held, Profiles, Question
from ..models import ChargingProfileWay, Purpose, Unit
from ..transport.calls import CallPriority, ReachableCharger
from ..transport.errors import CallError, CallTimeout, CallWithdrawn, NotConnected
from . import commands
from .connector_limit import ConnectorLimit, Running
from .held import Elsewhere, Outlook, collides, elsewhere, is_of_others, outlook_of
from .slots import STANDING, Layer, Slot, place_of
from .strategies import Form

_LOGGER = logging.getLogger(__name__)

_PATIENCE = 10.0
_ROOM_WITHIN = 3.0
"""Seconds in which a charger that has refused a limit may tell what lies in its way."""
_MOST_LEVELS = 8
"""So many stack levels above ours are cleared at most, whatever a charger says it has."""
_BEYOND = 120
"""Seconds behind the end of a limit that are of interest, too."""
_TIRED_FOR = 300.0
"""Seconds for which a charger that answered nothing of it is left alone."""
_LOOKS_ANEW_AFTER = 30.0
"""Seconds after which it is asked again what it holds, where it was told something meanwhile."""
LIMITED_ELSEWHERE_FOR = 300.0
"""Seconds after which it is asked again what others allow, where they do not allow all: the word
that they do so no more may get lost."""


@dataclass(frozen=True, slots=True)
class Looked:
    """A charger was asked what it holds for a connector."""

    number: int
    verified: bool = False
    """It tells the limit, and the fallback after it."""
    kept: bool | None = None
    """Whether it has kept its fallback while it was away; None: not asked, or not told."""
    more: float | None = None
    """What it lists allows so much, A per phase, though it has taken less (infinite: it lists
    nothing); 0: no more than that; None: it does not list anything, or that may be an old answer."""


@dataclass(frozen=True, slots=True)
class Clearing:
    """A question to clear profiles."""

    wanted: Profiles

    def matches(self, slot: Slot) -> bool:
        """Whether a slot is one of those."""
        wanted = self.wanted
        if slot.layer is Layer.SETTING:
            return False
        if wanted.name is not None:
            return slot.name == wanted.name
        return (
            slot.connector == wanted.connector
            and (wanted.purpose is None or slot.layer is commands.LAYERS[wanted.purpose])
            and wanted.level in (None, slot.level)
        )


@dataclass(frozen=True, slots=True)
class Cleared:
    """What came of it."""

    clearing: Clearing
    done: bool | None
    """Whether it holds nothing there any more; None: it did not answer."""
    some: bool = False
    """Whether there was anything."""


@dataclass(frozen=True, slots=True)
class ForeignCleared:
    """Others had left profiles; some firmware clears more than it is asked to."""


@dataclass(frozen=True, slots=True)
class SeenElsewhere:
    """It was asked what others than this system allow."""

    listed: Elsewhere | None
    """By the profiles that it holds; None: it does not tell them."""
    allowed: Mapping[int, float]
    """Where it lists none: what it allows outlets that has to be others' doing, A per phase."""


type Found = Looked | Cleared | ForeignCleared | SeenElsewhere


class Reconciler:
    """Looks after one charger's profiles, and says what it finds."""

    def __init__(
        self,
        charger: ReachableCharger,
        *,
        asks: Callable[[Clearing], None],
        charger_time: Callable[[], datetime] = clock.now,
    ) -> None:
        """Look after `charger`; `asks` is called when it is asked to clear anything.

        `charger_time` is the time that the charger believes it is.
        """
        self.installed: set[str] = set()
        """Names of profiles of ours that may be in the charger."""
        self.foreign_cleared = False
        self.tells_schedule = True
        """Whether there is hope that GetCompositeSchedule is answered."""
        self.tells_profiles = True
        """Whether there is hope that it tells which profiles it holds."""
        self._made_room: set[str] = set()
        """Slots of ours of which it is known on this connection what others left there."""
        self._asked_for_room_in_vain = False
        """It has not told on this connection what lies in the way."""
        self._elsewhere_at = 0.0
        """When it is asked what others allow (monotonic)."""
        self._looked_elsewhere_at = 0.0
        self._is_limited_elsewhere = False
        """It has said that somebody else limits it, and not how low."""
        self._asked_to_clear: set[str] = set()
        """Profiles of others that it was to clear on this connection."""
        self._charger = charger
        self._asks = asks
        self._charger_time = charger_time
        self._tired_until = 0.0

    def connected(self) -> None:
        """The charger can be asked (again)."""
        self._tired_until = 0.0
        self.tells_profiles = True
        self._elsewhere_at = 0.0
        self._asked_to_clear.clear()
        self._made_room.clear()
        self._asked_for_room_in_vain = False

    def limited_elsewhere(self, *, unknown: bool, listed: bool) -> None:
        """What others allow has changed.

        `unknown`: it has not said how low; `listed`: some of it is known by its profiles.
        """
        self._is_limited_elsewhere = unknown
        if unknown or listed:
            self._elsewhere_at = min(self._elsewhere_at, self._looked_elsewhere_at + _PATIENCE)

    def rest(self) -> None:
        """Do no more for some minutes."""
        self._tired_until = clock.monotonic() + _TIRED_FOR

    def may_hold(self, question: Question) -> None:
        """A profile of ours leaves for the charger."""
        if question.profile is not None:
            self.installed.add(question.profile)

    def may_hold_any_of(self, number: int) -> None:
        """The charger may hold any profile of ours for a connector."""
        self.installed |= _names(number) | {commands.WHOLE_CHARGER}

    def holds_not(self, question: Question, keepers: Iterable[ConnectorLimit]) -> None:
        """A profile of ours was refused, and none was there before."""
        profile = question.profile
        if profile is not None and not any(
            keeper.ledger.may_hold(lambda slot: slot.name == profile) for keeper in keepers
        ):
            self.installed.discard(profile)

    def needed_at(self, keepers: Collection[ConnectorLimit]) -> float | None:
        """When there is something to do (monotonic); None: there is nothing."""
        is_needed = (
            self._unused(keepers)
            or any(self._is_to_look_at(keeper) for keeper in keepers)
            or self._may_clear_foreign(keepers)
        )
        if is_needed:
            return self._tired_until
        times = [one.held_more.look_at for one in keepers if self._is_to_look_again_at(one)]
        if self._may_look_elsewhere():
            times.append(self._elsewhere_at)
        return max(self._tired_until, min(times)) if times else None

    async def run(
        self, keepers: Collection[ConnectorLimit], stack_level_maximum: int | None
    ) -> AsyncIterator[Found]:
        """Do what is to be done, and say what is found; what gets no answer waits."""
        try:
            for name in sorted(self._unused(keepers), key=place_of):
                cleared = await self._clear(
                    Clearing(Profiles(name=name)), partial(self._is_unused, name, keepers)
                )
                yield cleared
                if cleared.done is not None:
                    # Else it was never asked: a limit needed the profile by then.
                    self.installed.discard(name)
            for keeper in keepers:
                if not self._is_to_look_at(keeper):
                    continue
                told = keeper.sent_at, keeper.standing, keeper.running
                looked = await self._look_at(keeper)
                # A doubt waits for no better answer: at worst its fallback is told again.
                if keeper.doubted or told == (keeper.sent_at, keeper.standing, keeper.running):
                    yield looked
                else:
                    # The answer may be of before that.
                    self._tired_until = clock.monotonic() + _LOOKS_ANEW_AFTER
            if self._may_clear_foreign(keepers):
                async for found in self._clear_foreign(keepers, stack_level_maximum):
                    yield found
            if self._may_look_elsewhere() and clock.monotonic() >= self._elsewhere_at:
                yield await self._look_elsewhere(keepers)
        except (CallTimeout, NotConnected) as error:
            _LOGGER.debug("%s: reconciling has to wait: %s", self._charger.id, error)
            self.rest()

    async def release(self) -> None:
        """Clear every profile of ours. Raises NotConnected."""
        for name in sorted(self.installed, key=place_of):
            try:
                await self._clear(Clearing(Profiles(name=name)), lambda: True)
            except CallTimeout:
                continue
            self.installed.discard(name)

    # Profiles of ours

    def _unused(self, keepers: Collection[ConnectorLimit]) -> set[str]:
        """What other strategies left behind, wherever the present one is settled."""
        unused: set[str] = set()
        for keeper in keepers:
            if keeper.running is None or keeper.resend:
                continue
            strategy = keeper.running.strategy
            unused |= _names(keeper.number) - strategy.profiles(keeper.number)
        if all(keeper.running is not None for keeper in keepers):
            used = [
                keeper.running.strategy.profiles(keeper.number)
                for keeper in keepers
                if keeper.running is not None
            ]
            unused |= {commands.WHOLE_CHARGER} - frozenset().union(*used)
        return {name for name in unused & self.installed if not _is_needed(name, keepers)}

    def _is_unused(self, name: str, keepers: Collection[ConnectorLimit]) -> bool:
        return name in self._unused(keepers)

    # What the charger says it holds

    def _is_to_look_at(self, keeper: ConnectorLimit) -> bool:
        running = keeper.running
        if self._is_to_look_again_at(keeper):
            return clock.monotonic() >= keeper.held_more.look_at
        if running is None or keeper.resend or not running.strategy.ends:
            return False
        return keeper.doubted or not (keeper.verified or keeper.looked)

    @staticmethod
    def _is_to_look_again_at(keeper: ConnectorLimit) -> bool:
        """Whether there is a time for that: it has said that it allows more than it has taken."""
        is_told = keeper.running is not None and not keeper.resend
        return is_told and keeper.held_more.amperes > 0.0

    async def _look_at(self, keeper: ConnectorLimit) -> Looked:
        sent_at = keeper.sent_at
        listed = await self._listed(keeper, _PATIENCE)
        outlook = await self._scheduled(keeper, _PATIENCE) if listed is None else listed
        running, standing, accepted = keeper.running, keeper.standing, keeper.offer.accepted
        if outlook is None or running is None or accepted is None:
            return Looked(keeper.number)
        more = None
        if listed is not None and keeper.sent_at == sent_at and not keeper.resend:
            more = listed.now if listed.now > accepted and not listed.is_now(accepted) else 0.0
        if more == math.inf and not keeper.verified:
            # It may list nothing, whatever it holds.
            more = None
        if standing is None:
            return Looked(keeper.number, more=more)
        verified = outlook.shows(accepted, standing.amperes)
        if not (keeper.doubted and running.strategy.stands):
            return Looked(keeper.number, verified, more=more)
        if outlook.ends_in(standing.amperes):
            return Looked(keeper.number, verified, kept=True, more=more)
        # Only who has told the truth before is believed that it has forgotten.
        kept = False if keeper.verified or verified else None
        return Looked(keeper.number, verified, kept, more)

    async def outlook(self, keeper: ConnectorLimit, timeout: float = _PATIENCE) -> Outlook | None:
        """What the charger says it will allow a connector; None where it doesn't tell.

        Raises CallTimeout and NotConnected.
        """
        listed = await self._listed(keeper, timeout)
        return await self._scheduled(keeper, timeout) if listed is None else listed

    async def _listed(self, keeper: ConnectorLimit, timeout: float) -> Outlook | None:
        """The same by the profiles that it lists."""
        held = await self._held(keeper.number, timeout=timeout) if _in_amperes(keeper) else None
        return None if held is None else outlook_of(held, keeper.number, self._transaction(keeper))

    async def _scheduled(self, keeper: ConnectorLimit, timeout: float) -> Outlook | None:
        """The same by the schedule that it makes of them."""
        if not self.tells_schedule or not _in_amperes(keeper):
            return None
        seconds = _BEYOND + (0 if keeper.running is None else int(_left(keeper.running)))
        try:
            return await read_outlook(self._charger, keeper.number, seconds, timeout=timeout)
        except CallError as error:
            _LOGGER.debug("%s doesn't tell its schedule: %s", self._charger.id, error)
            return None

    async def _held(self, connector: int | None, timeout: float) -> Sequence[Held] | None:
        """The profiles that a charger says it holds for an outlet (None: all of them).

        None where it doesn't tell. Raises CallTimeout and NotConnected.
        """
        dialect = self._charger.dialect
        question = dialect.read_profiles(connector)
        if question is None or not self.tells_profiles:
            return None
        try:
            answer = await self._charger.ask(
                question, timeout=timeout, priority=CallPriority.BACKGROUND, within=timeout
            )
        except CallError as error:
            _LOGGER.debug("%s doesn't tell its profiles: %s", self._charger.id, error)
            self.tells_profiles = False
            return None
        # A part that is missing may hold what seems to have been forgotten.
        if not answer.whole:
            return None
        return dialect.profiles_told((answer.payload, *answer.parts), self._charger_time())

    async def in_the_way(self, slots: Collection[Slot]) -> tuple[str, ...]:
        """Names of the profiles of others that are where ours are to be.

        A charger of 2.0.1 takes none beside them (K01.FR.06, 39, 52 and 53); it is asked once
        for each on a connection, and one that does not tell has none.
        """
        names = {slot.name for slot in slots}
        if names <= self._made_room or self._asked_for_room_in_vain:
            return ()
        held = None
        with suppress(CallTimeout, NotConnected):
            held = await self._held(None, timeout=_ROOM_WITHIN)
        self._made_room |= names
        # A limit waits for it: not for each of the ways that are tried in turn.
        self._asked_for_room_in_vain = held is None
        return tuple(
            one.name
            for one in held or ()
            if one.purpose is not None
            and one.name not in self.installed
            and any(collides(one, slot) for slot in slots)
        )

    # Profiles of others

    def _may_clear_foreign(self, keepers: Collection[ConnectorLimit]) -> bool:
        """Only once, and once every connector has a limit of ours that ends."""
        return (
            not self.foreign_cleared
            and bool(keepers)
            and all(
                keeper.running is not None and keeper.running.strategy.ends and not keeper.resend
                for keeper in keepers
            )
        )

    async def _clear_foreign(
        self, keepers: Collection[ConnectorLimit], stack_level_maximum: int | None
    ) -> AsyncIterator[Found]:
        """Clear what an earlier system may have left that masks our profiles."""
        cleared = False
        held = await self._held(None, timeout=_PATIENCE)
        left = [*(_foreign(keepers, stack_level_maximum) if held is None else self._strange(held))]
        for wanted in left:
            clearing = Clearing(wanted)
            found = await self._clear(clearing, partial(_is_foreign, clearing, keepers))
            cleared |= found.some
            yield found
        self.foreign_cleared = True
        if held is not None and left:
            # Some say that they clear, and keep it.
            self._elsewhere_at = 0.0
        elif held is not None:
            yield self._seen_elsewhere(held, keepers)
        if cleared:
            yield ForeignCleared()

    def _strange(self, held: Iterable[Held]) -> Iterator[Profiles]:
        """Those that others left: what no central system sets is its owner's."""
        for profile in held:
            if is_of_others(profile, self.installed):
                self._asked_to_clear.add(profile.name)
                yield Profiles(name=profile.name)

    # What others than this system allow

    def _may_look_elsewhere(self) -> bool:
        """Whether there is a time for that, and it may tell: older versions know nothing of it."""
        return (
            not math.isinf(self._elsewhere_at)
            and (self.tells_profiles or self._is_limited_elsewhere)
            and self._charger.dialect.read_profiles(None) is not None
        )

    async def _look_elsewhere(self, keepers: Collection[ConnectorLimit]) -> SeenElsewhere:
        """Ask what others allow. Raises CallTimeout and NotConnected."""
        held = await self._held(None, timeout=_PATIENCE)
        seen = self._seen_elsewhere(held, keepers)
        if self._is_limited_elsewhere and not any(one.by for one in held or ()):
            return SeenElsewhere(seen.listed, await self._allowed_less(keepers))
        return seen

    def _seen_elsewhere(
        self, held: Sequence[Held] | None, keepers: Collection[ConnectorLimit]
    ) -> SeenElsewhere:
        """What the profiles that it holds (None: it does not tell) say of others."""
        everything = held or ()
        left = {one.name for one in everything if is_of_others(one, self.installed)}
        # What came since is cleared like what was there at first.
        self.foreign_cleared &= left <= self._asked_to_clear
        goes_on = bool(left) or self._is_limited_elsewhere or any(one.by for one in everything)
        self._looked_elsewhere_at = clock.monotonic()
        self._elsewhere_at = math.inf
        if goes_on:
            self._elsewhere_at = self._looked_elsewhere_at + LIMITED_ELSEWHERE_FOR
        if held is None:
            return SeenElsewhere(None, {})
        transactions = {keeper.number: self._transaction(keeper) for keeper in keepers}
        return SeenElsewhere(elsewhere(held, self.installed, transactions), {})

    async def _allowed_less(self, keepers: Iterable[ConnectorLimit]) -> dict[int, float]:
        """What it will allow outlets where that is less than it was told. Raises as above."""
        found = {}
        for keeper in keepers:
            told = keeper.offer.accepted
            if told is None or not self.tells_schedule:
                continue
            try:
                outlook = await read_outlook(
                    self._charger, keeper.number, _BEYOND, timeout=_PATIENCE
                )
            except CallError as error:
                _LOGGER.debug("%s doesn't tell its schedule: %s", self._charger.id, error)
                break
            if outlook is not None and outlook.now < told and not outlook.is_now(told):
                found[keeper.number] = outlook.now
        return found

    def _transaction(self, keeper: ConnectorLimit) -> str | None:
        """How the charger calls what runs at an outlet; None: nothing does."""
        session = keeper.transaction_id
        return None if session is None else self._charger.dialect.transaction_of(session)

    async def _clear(self, clearing: Clearing, is_wanted: Callable[[], bool]) -> Cleared:
        """Clear the profiles that match, if that is wanted when it is their turn.

        Raises CallTimeout and NotConnected.
        """

        def leave() -> Mapping[str, Any] | None:
            if not is_wanted():
                return None
            self._asks(clearing)
            return question.payload

        dialect = self._charger.dialect
        question = dialect.clear(clearing.wanted)
        try:
            answer = await self._charger.call(
                question, timeout=_PATIENCE, priority=CallPriority.BACKGROUND, fresh=leave
            )
        except CallWithdrawn:
            return Cleared(clearing, done=None)
        except CallError as error:
            _LOGGER.debug("%s does not clear %s: %s", self._charger.id, clearing.wanted, error)
            return Cleared(clearing, done=False)
        some = dialect.accepts(answer)
        return Cleared(clearing, done=dialect.carries_out(question, answer), some=some)


async def read_outlook(
    charger: ReachableCharger, connector: int, seconds: int, *, timeout: float
) -> Outlook | None:
    """Ask for the next `seconds`; None where the answer says nothing of them.

    Raises CallError, CallTimeout, NotConnected.
    """
    question = charger.dialect.read_limit(connector, seconds)
    answer = await charger.call(question, timeout=timeout, priority=CallPriority.BACKGROUND)
    told = charger.dialect.limit_told(answer, seconds)
    return None if told is None else Outlook(*told)


def _names(number: int) -> frozenset[str]:
    """The names of all profiles of ours that are for one connector."""
    return frozenset(f"{kind}/{number}" for kind in (Layer.DEFAULT, Layer.SESSION, STANDING))


def _in_amperes(keeper: ConnectorLimit) -> bool:
    """Whether what a charger tells can be compared with what it was told."""
    way = None if keeper.running is None else keeper.running.strategy.way
    return way is None or (isinstance(way, ChargingProfileWay) and way.unit is Unit.AMPERES)


def _is_needed(name: str, keepers: Iterable[ConnectorLimit]) -> bool:
    """Whether nothing may limit a connector without a profile.

    What is used no more may have taken the limit's place unanswered. Then the limit is sent again,
    and this is cleared after that.
    """
    return any(keeper.ledger.is_bare_without(lambda slot: slot.name == name) for keeper in keepers)


def _is_foreign(clearing: Clearing, keepers: Iterable[ConnectorLimit]) -> bool:
    """Whether none of ours may be among what is to be cleared."""
    return not any(keeper.ledger.may_hold(clearing.matches) for keeper in keepers)


def _foreign(
    keepers: Iterable[ConnectorLimit], stack_level_maximum: int | None
) -> Iterator[Profiles]:
    """What matches no profile of ours, and may mask one (OCPP 1.6, 3.13 and 5.3)."""
    everyone = list(keepers)
    yield Profiles(connector=0, purpose=Purpose.CHARGE_POINT_MAX)
    yield Profiles(connector=0, purpose=Purpose.TX_DEFAULT)
    for keeper in everyone:
        running = keeper.running
        if running is None or not isinstance(running.strategy.way, ChargingProfileWay):
            continue
        way, number = running.strategy.way, keeper.number
        if running.strategy.form is not Form.TRANSACTION:
            yield Profiles(connector=number, purpose=Purpose.TX)
        ours = commands.level(way, number, len(everyone), stack_level_maximum)
        highest = min(stack_level_maximum or 0, ours + _MOST_LEVELS)
        for level in range(ours + 1, highest + 1):
            yield Profiles(connector=number, purpose=Purpose.TX_DEFAULT, level=level)


def _left(running: Running) -> float:
    """Seconds that a limit has left."""
    if running.life is None:
        return 0.0
    return max(0.0, running.at + running.life - clock.monotonic())
