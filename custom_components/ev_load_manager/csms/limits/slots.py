"""The slots of a charger, and the limits that were sent to them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
import math
from typing import Any, NamedTuple

from ... import clock
from ...balancing.readings import Superseded
from ...data_files.values import count, current, flag, listed, moment, number, optional, text
from ..transactions import stored_id

CLOCK_FAST = 5.0
"""A charger's clock may be ahead of what is known of it by so much, s."""
CLOCK_SLOW = 60.0
"""And behind; further behind, a limit that began 60 s ago has not begun yet."""
NOTICES_WITHIN = 180.0
"""A charger that pings once a minute or oftener knows that it is offline within this, s."""
DAY = 86_400.0
"""s. What is to hold whatever the charger's clock shows began so long ago."""
STANDING = "standing"
"""How profiles are called that hold the fallback; others are called by their layers."""
_ANY_LEVEL = 1_000_000
"""Above all that a charger has: what nobody knows the level of may be anywhere in the stack."""
UNKNOWN_NAME = "?"
"""Where version 0.1 put a limit: whatever outlives sessions takes its place."""


class End(NamedTuple):
    """When a limit ends by itself in its charger (monotonic)."""

    earliest: float
    latest: float
    lives: float = 0.0
    """Seconds from being sent to the latest: so long it may live anew where it is sent again, of
    which a store that is read after a kill need not tell."""

    @classmethod
    def after(cls, life: float) -> End:
        """The end of a limit that is written now, to live `life` seconds."""
        now = clock.monotonic()
        return cls(now + life - CLOCK_FAST, now + life + CLOCK_SLOW, life + CLOCK_SLOW)


def lives_at_most(end: End | None, alone: float | None) -> float:
    """Seconds that a limit lives at most: that has an `end`, or lives `alone` seconds offline."""
    if end is not None:
        return end.lives
    return math.inf if alone is None else alone


class Layer(StrEnum):
    """What a limit is to a charger, by OCPP 1.6, section 3.13.1."""

    SESSION = "session"
    """A TxProfile: it overrules the defaults while its session runs."""
    DEFAULT = "default"
    """A TxDefaultProfile."""
    CHARGER = "charger"
    """A ChargePointMaxProfile: the lower of this and the session's limit holds."""
    SETTING = "setting"
    """A configuration key or vendor message: the lower of this and profiles holds."""


@dataclass(frozen=True, slots=True)
class Slot:
    """A place in a charger that holds one limit at a time."""

    layer: Layer
    name: str
    """The profile, the key, or the vendor message."""
    connector: int = 0
    """The connector it was set for; 0: the whole charger."""
    level: int = 0
    """Its stack level: the highest that says something is followed."""
    standing: bool = False
    """It holds the fallback, which stays when a limit has ended."""

    def replaces(self, other: Slot) -> bool:
        """Whether what is put here takes the place of what is there (OCPP 1.6, 5.16.3)."""
        if other.name == UNKNOWN_NAME:
            return self.layer is not Layer.SESSION and not self.standing
        if self.name == other.name:
            return True
        return self.is_beside(other)

    def is_beside(self, other: Slot) -> bool:
        """Whether both are in the same place by different names."""
        if self.name == other.name or Layer.SETTING in (self.layer, other.layer):
            return False
        return (self.layer, self.connector, self.level) == (
            other.layer,
            other.connector,
            other.level,
        )


class Together(NamedTuple):
    """A limit that outlets share, of which none takes another's part."""

    amperes: float
    """What they may take together, A per phase (as `Entry.amperes`)."""
    outlets: frozenset[int]
    """Whom it holds for."""
    parts: Mapping[int, float]
    """What those are to have of it whose cars are to charge by it, A per phase."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A limit that was sent to a slot."""

    ticket: int
    """Later ones have higher numbers."""
    slot: Slot
    amperes: float
    """Per phase; where it was sent in watts, as if one phase took all of them. Infinite: nobody
    knows any more."""
    in_watts: bool = False
    together: Together | None = None
    """What it is a part of, for as long as that is shared so."""
    end: End | None = None
    """When it ends by itself; None: it stays."""
    alone: float | None = None
    """Seconds that it lives while its charger is offline, and it has no `end` before that; None:
    whether it is makes no difference."""
    then: float | None = None
    """What the same slot goes on with after that, A; None: nothing."""
    transaction_id: str | None = None
    """The session that it belongs to."""
    taken: bool = False
    """It was accepted; else it may have been, or not."""
    dated: float | None = None
    """What its charger's clock was thought to show when the monotonic one began, s since
    the epoch; None: it is not dated, or that is not known any more."""
    doubt: int | None = None
    """The number of the question since which it may be gone."""
    restored: bool = False
    """It is from before a restart: `dated` is what its charger showed at least."""
    sent_by_then: int = 0
    """The number of the last limit that had been sent when this one was taken."""

    @property
    def sure(self) -> bool:
        """Whether the charger surely holds it, unless it has ended."""
        return self.taken and self.doubt is None

    @property
    def most(self) -> float:
        """What it may be once nobody else takes a part of it, A (as `amperes`)."""
        return self.amperes if self.together is None else self.together.amperes

    def parted(self) -> Entry:
        """The same once the others may not take their parts, and this outlet all of them."""
        return replace(self, amperes=self.most, together=None)

    def is_off_by(self, zero: float) -> float:
        """Seconds that a charger's clock is further ahead (negative: behind) than it may be.

        `zero`: what it showed when the monotonic clock began. A limit that has an end
        and nothing after it began a minute before it was sent, all others a day. One
        from before a restart may have ended at any time, whatever the clock shows.
        """
        if self.dated is None:
            return 0.0
        by = zero - self.dated
        by_clock = self.end is not None and self.alone is None
        began = CLOCK_SLOW if by_clock and self.then is None else DAY
        may_be_over = by > CLOCK_FAST and by_clock and not self.restored
        if by < -began or may_be_over:
            return by
        return 0.0

    def may_end_by(self, zeros: set[float]) -> Entry:
        """The same where its charger's clock may have shown one of these (as `is_off_by`)."""
        if self.end is None or self.dated is None or self.alone is not None:
            return self
        earliest, latest, lives = self.end
        ahead = max((zero - self.dated for zero in zeros), default=0.0)
        behind = max((self.dated - zero for zero in zeros), default=0.0)
        end = End(
            earliest - (ahead if ahead > CLOCK_FAST else 0.0),
            latest + (behind if behind > CLOCK_SLOW else 0.0),
            lives,
        )
        return replace(self, end=end)

    def left_alone(self, heard_at: float | None) -> Entry:
        """The same once its charger is offline, which was heard last at `heard_at` (monotonic)."""
        if self.alone is None or self.end is not None:
            return self
        now = clock.monotonic()
        since = now if heard_at is None else min(now, heard_at)
        end = End(since + self.alone - CLOCK_FAST, now + self.alone + NOTICES_WITHIN)
        return replace(self, end=end)

    def beside(self, name: str) -> Entry:
        """The same by what else than a slot's limit may act in its charger, and may end alone."""
        if self.slot.name == name:
            return replace(self, amperes=math.inf, in_watts=False, end=None, alone=None, then=None)
        return self.left_alone(None)

    def came_back(self) -> Entry:
        """The same once its charger is online again: what has not ended by then goes on."""
        if self.alone is None or self.end is None:
            return self
        is_sure = clock.monotonic() < self.end.earliest
        return replace(self, end=None, doubt=self.doubt if is_sure else 0)

    def has_ended(self, now: float) -> bool:
        """Whether it surely says nothing any more."""
        return self.then is None and self.end is not None and now >= self.end.latest

    def says(self, now: float, *, ends: bool) -> set[float | None]:
        """What it may allow, as it was sent; None: nothing. `ends`: it may have ended early."""
        said: set[float | None] = set()
        if self.end is None or now < self.end.latest:
            said.add(self.amperes)
        if self.end is not None and now >= (self.end.earliest if ends else self.end.latest):
            said.add(self.then)
        return said


@dataclass(frozen=True, slots=True, kw_only=True)
class Booking:
    """A limit that is about to leave for a slot, as the ledger is told of it."""

    slot: Slot
    amperes: float
    """A per phase; where it is sent in watts, as if one phase took all of them."""
    in_watts: bool = False
    end: End | None = None
    then: float | None = None
    transaction_id: str | None = None
    alone: float | None = None
    """Seconds that it lives while the charger is offline (`Entry.alone`)."""
    dated: float | None = None
    """By which clock of the charger (`Entry.dated`)."""
    together: Together | None = None
    """What it is a part of (`Entry.together`)."""

    @property
    def most(self) -> float:
        """What it may be (as `Entry.most`)."""
        return self.amperes if self.together is None else self.together.amperes

    def is_part_of(self, entry: Entry) -> bool:
        """Whether `entry` is the same limit, of which this connector may have another part."""
        told, held = ((one.slot, one.most, one.then, one.transaction_id) for one in (self, entry))
        return told == held and not (self.in_watts or entry.in_watts)


def bounded(unanswered: Iterable[Entry], most: int) -> tuple[list[Entry], list[Entry]]:
    """Of what a charger left unanswered in one slot, what stands for all of it, and what that replaces.

    Of more than `most` that are alike what allows most is kept.
    """
    kinds: dict[tuple[bool, bool, bool], list[Entry]] = {}
    gone: list[Entry] = []
    for one in unanswered:
        kind = one.in_watts, one.then is None, one.end is None and one.alone is None
        kinds.setdefault(kind, []).append(one)
    for alike in kinds.values():
        while len(alike) >= most:
            gone.append(alike[0])
            alike[:2] = [both(*alike[:2])]
    return [one for alike in kinds.values() for one in alike], gone


def both(older: Entry, newer: Entry) -> Entry:
    """One limit that allows whatever two do that were not answered."""
    ends = [one.end for one in (older, newer) if one.end is not None]
    thens = [one.then for one in (older, newer) if one.then is not None]
    if older.together != newer.together:
        older, newer = older.parted(), newer.parted()
    return replace(
        newer,
        amperes=max(older.amperes, newer.amperes),
        then=max(thens, default=None),
        alone=newer.alone if newer.alone == older.alone else None,
        end=End(
            min(end.earliest for end in ends),
            max(end.latest for end in ends),
            max(end.lives for end in ends),
        )
        if ends
        else None,
        dated=newer.dated if newer.dated == older.dated else None,
        doubt=newer.doubt if newer.doubt == older.doubt else 0,
    )


def anything_in_place_of(entry: Entry) -> Entry:
    """What a slot may hold that held a limit once, and was written to since: nobody knows what."""
    return replace(
        entry,
        amperes=math.inf,
        in_watts=False,
        together=None,
        end=None,
        then=None,
        taken=False,
        dated=None,
    )


def in_doubt(entries: Sequence[Entry], connector: int) -> tuple[Entry, ...]:
    """What a charger may hold for a connector whose newest limits are not in the books.

    A profile of each name may be there, at any level. Keys and messages, and what holds for the
    whole charger, have a single place each, and only lower what profiles allow.
    """
    known = {one.slot.name for one in entries}
    anywhere = (
        Slot(layer, f"{name}/{connector}", connector, _ANY_LEVEL, standing=name == STANDING)
        for layer, name in (
            (Layer.DEFAULT, Layer.DEFAULT),
            (Layer.DEFAULT, STANDING),
            (Layer.SESSION, Layer.SESSION),
        )
    )
    unknown = (
        Entry(ticket=0, slot=slot, amperes=math.inf) for slot in anywhere if slot.name not in known
    )
    everything = (*unknown, *map(anything_in_place_of, entries))
    return tuple(replace(one, ticket=number) for number, one in enumerate(everything, 1))


def without(gone: Sequence[Entry], left: Iterable[Entry]) -> tuple[Entry, ...]:
    """What is left of a charger's limits: what those that are gone may have replaced is in doubt."""
    return tuple(
        replace(one, doubt=0)
        if any(_may_follow(other, one) and other.slot.replaces(one.slot) for other in gone)
        else one
        for one in left
    )


def _may_follow(one: Entry, other: Entry) -> bool:
    """Whether a charger may have done one after the other: it was sent, or taken, later."""
    return other.ticket < max(one.ticket, one.sent_by_then + 1)


def is_the_same(one: Entry, other: Entry) -> bool:
    """Whether two limits of a slot allow the same for about as long."""
    if (one.amperes, one.in_watts, one.together, one.then) != (
        other.amperes,
        other.in_watts,
        other.together,
        other.then,
    ):
        return False
    if one.end is None or other.end is None:
        return one.end is other.end
    return abs(one.end.earliest - other.end.earliest) <= CLOCK_SLOW


def entry_state(entry: Entry, now: float) -> dict[str, Any]:
    """Plain JSON data."""
    slot = entry.slot
    return {
        "slot": [slot.layer.value, slot.name, slot.connector, slot.level, slot.standing],
        # What others do while nobody looks may leave it all of what they share.
        "amperes": entry.most if math.isfinite(entry.most) else None,
        "in_watts": entry.in_watts,
        "gone_in": None if entry.end is None else entry.end.latest - now,
        "lives": 0.0 if entry.end is None else entry.end.lives,
        "alone": entry.alone,
        "then": entry.then,
        "transaction_id": entry.transaction_id,
        "taken": entry.taken,
        "doubted": entry.doubt is not None,
        # What its charger's clock shows now: no other clock is the same after a restart.
        "dated": None if entry.dated is None else entry.dated + now,
    }


def entry_from(state: Mapping[str, Any], now: float) -> Entry:
    """Read what `entry_state` wrote; raises LookupError, TypeError or ValueError.

    Of a limit of which nobody knows all, nobody knows what it allows.
    """
    layer, name, connector, level, standing = state["slot"]
    dated = optional(number)(state.get("dated"))
    alone = optional(number)(state.get("alone"))
    gone_in = state["gone_in"]
    if alone is not None and gone_in is None:
        # Since when it is offline nobody knows: perhaps since just now.
        gone_in = alone + NOTICES_WITHIN
    elif gone_in is not None and number(gone_in) > 0:
        # It may have been sent again after this was written, and since then perhaps just now.
        gone_in = max(number(gone_in), number(state.get("lives", 0.0)))
    return Entry(
        ticket=0,
        slot=Slot(Layer(layer), stored_name(name), count(connector), count(level), flag(standing)),
        amperes=math.inf if state["amperes"] is None else current(state["amperes"]),
        in_watts=flag(state["in_watts"]),
        end=_end_from(gone_in, now),
        alone=alone,
        then=optional(current)(state["then"]),
        transaction_id=optional(stored_id)(state["transaction_id"]),
        taken=flag(state["taken"]),
        dated=None if dated is None else dated - now,
        doubt=0 if flag(state["doubted"]) else None,
        restored=True,
    )


def stored_name(stored: Any) -> str:
    """The name of a slot, or of a profile; version 0.1 named profiles by their numbers."""
    number = str(stored).removeprefix("profile/")
    if not number.isdecimal():
        return text(stored)
    kind, connector = divmod(int(number), 100)
    return f"{('', *PROFILES)[kind]}/{connector}"


PROFILES = (Layer.DEFAULT, Layer.SESSION, Layer.CHARGER, STANDING)
"""Kinds of profiles that are ours, in the order in which they are numbered and cleared."""


def place_of(profile: str) -> tuple[int, int]:
    """Where a profile of ours comes among the others, by its name."""
    kind, _, connector = profile.partition("/")
    return PROFILES.index(kind), int(connector)


def stored_profile(stored: Any) -> str:
    """The name of a profile of ours; raises LookupError, TypeError or ValueError."""
    name = stored_name(stored)
    place_of(name)
    return name


def _end_from(gone_in: Any, now: float) -> End | None:
    return None if gone_in is None else End(now, now + max(0.0, number(gone_in)))


def entries_of_version_0_1(
    state: Mapping[str, Any], now: float, *, connector: int, in_session: bool, phases: int
) -> list[Entry]:
    """What was written without slots: in the session's own one, or in any other."""
    end = _end_from(state.get("gone_in"), now)
    accepted = optional(current)(state.get("accepted"))
    default = Slot(Layer.DEFAULT, UNKNOWN_NAME, connector, _ANY_LEVEL)
    session = Slot(Layer.SESSION, f"{Layer.SESSION}/{connector}", connector, _ANY_LEVEL)
    limits = [] if accepted is None else [(accepted, True)]
    limits += [(limit, False) for limit in listed(current)(state.get("in_flight", ()))]
    slots = (default, session) if in_session else (default,)
    return [
        Entry(
            ticket=0,
            slot=slot,
            # It wrote what watts are on each phase then in use.
            amperes=amperes * phases,
            in_watts=phases > 1,
            end=end,
            taken=sure and slot is default,
        )
        for amperes, sure in limits
        for slot in slots
    ]


def superseded_from(stored: Any) -> Superseded:
    """Read a limit that was replaced; raises LookupError, TypeError or ValueError."""
    limit, at = stored
    return Superseded(limit=current(limit), at=clock.monotonic_of(moment(at)))


def moment_state(at: float | None) -> str | None:
    """A moment (monotonic) as plain JSON data."""
    return None if at is None else clock.wall_of(at).isoformat()
