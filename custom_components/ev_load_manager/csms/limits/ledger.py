"""Every limit that may be in force in a charger, by the place that holds it.

A charger holds limits in slots: charging profiles, configuration keys, vendor
messages. What is accepted replaces only what its own slot held; what then acts
is computed from all slots by the rules of OCPP 1.6, section 3.13. A limit that
was not answered may have been taken, and is kept as possible until its slot is
known to hold something else. Nothing is forgotten by hope.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
import math
from typing import Any

from ... import clock
from ...balancing.readings import Offer, Superseded
from ...balancing.reserve import MAKING_WAY
from ...data_files.stored import VERSION_0_1, Stored
from ...data_files.values import count, current, flag, listed, moment, optional, whole
from ..charger_clock import PossibleClock
from .precedence import UNLIMITED, effective
from .slots import (
    STANDING,
    UNKNOWN_NAME,
    End,
    Entry,
    Layer,
    Slot,
    Together,
    bounded,
    entries_of_version_0_1,
    entry_from,
    entry_state,
    in_doubt,
    is_the_same,
    lives_at_most,
    moment_state,
    superseded_from,
    without,
)

SUPERSEDED_KEPT = 60.0
"""Replaced limits are forgotten after this, s (they count for 12 s)."""
_MOST_DROPPED = 16
_MOST_ALIKE = 8
"""So many unanswered limits of a slot are kept one by one."""


class LimitLedger:
    """What one connector's limit may be, as far as its charger has told.

    All times are on the monotonic clock. Looking at it changes nothing.
    """

    def __init__(self) -> None:
        self._entries: tuple[Entry, ...] = ()
        self._dropped: dict[int, Entry] = {}
        self._superseded: tuple[Superseded, ...] = ()
        self._accepted_at: float | None = None
        self._tickets = 0
        self._transaction_id: str | None = None
        self._most = UNLIMITED
        self._refused = False
        self._forgets = False
        self._led = False
        """It took a limit, not only what is to follow one: before that, what another system left
        at the level of limits may overrule what stands below."""
        self._clocks: tuple[PossibleClock, ...] = ()
        self._cached: tuple[Offer, float] | None = None

    # What may be in force

    @property
    def offer(self) -> Offer:
        """The limits that may be in force, in the words of `balancing`."""
        now = clock.monotonic()
        if self._cached is None or now >= self._cached[1]:
            self._cached = self._offer(now), self._changes_at(now)
        return self._cached[0]

    @property
    def highest_possible(self) -> float:
        """The highest limit that may be in force at this moment, A per phase.

        It is infinite where the charger may have no limit at all. Nothing that the
        charger applies by what it was sent is ever above it; what cars still leave is
        not counted.
        """
        return max(self._possible(clock.monotonic(), ends=True)) if self._led else UNLIMITED

    @property
    def highest_standing(self) -> float:
        """The most that may be left once everything that is no fallback is gone, A per phase."""
        return max(
            (
                self._per_phase(one, amperes)
                for one in self._entries
                for amperes in (one.amperes if one.slot.standing else one.then,)
                if amperes is not None
            ),
            default=0.0,
        )

    @property
    def next_ticket(self) -> int:
        """What the next limit that is sent will be numbered; all before it are lower."""
        return self._tickets + 1

    def held(self, slot: Slot) -> Entry | None:
        """What a slot holds for sure, unless something sent later was taken."""
        now = clock.monotonic()
        return next(
            (
                entry
                for entry in reversed(self._entries)
                if entry.sure and entry.slot == slot and not entry.has_ended(now)
            ),
            None,
        )

    def held_amperes(self, slot: Slot) -> float | None:
        """What that is, A per phase."""
        entry = self.held(slot)
        return None if entry is None else self._per_phase(entry, entry.amperes)

    def beside(self, name: str) -> set[float]:
        """Every limit that may be in force by all that has another name, A, also once that ends."""
        if all(one.slot.name == name for one in self._entries):
            return {UNLIMITED}
        here = [one.beside(name) for one in self._entries]
        times = [clock.monotonic()]
        times += [at for one in here if one.end is not None for at in one.end[:2]]
        return set().union(*(self._possible(at, ends=True, entries=here) for at in times))

    def is_pending(self, slot: Slot) -> bool:
        """Whether something was sent to a slot, or in its place, and not answered."""
        return any(
            not entry.taken and (entry.slot.replaces(slot) or slot.replaces(entry.slot))
            for entry in self._entries
        )

    def may_hold(self, matches: Callable[[Slot], bool]) -> bool:
        """Whether the charger may hold anything of ours in some slots."""
        now = clock.monotonic()
        return any(matches(one.slot) and not one.has_ended(now) for one in self._entries)

    def lives_at_most(self, slot: Slot) -> float:
        """Seconds that what it may hold in a slot lives at most once it is sent; -1: nothing is there."""
        now = clock.monotonic()
        here = (one for one in self._entries if one.slot == slot and not one.has_ended(now))
        return max((lives_at_most(one.end, one.alone) for one in here), default=-1.0)

    def is_bare_without(self, matches: Callable[[Slot], bool]) -> bool:
        """Whether clearing some slots that are in use may leave the charger without any limit."""
        if not any(matches(one.slot) for one in self._entries):
            return False
        # What nobody knows of others is no reason: it may be there all the same.
        entries = [
            replace(one, amperes=0.0) if math.isinf(one.amperes) else one
            for one in self._in_doubt(matches, self.next_ticket)
        ]
        return UNLIMITED in self._possible(clock.monotonic(), ends=True, entries=entries)

    def above(self, amperes: float) -> tuple[Slot, ...]:
        """The slots of sessions that may allow more than `amperes`."""
        now = clock.monotonic()
        here = [one for one in self._entries if one.slot.layer is Layer.SESSION]
        says = [(one.slot, said) for one in here for said in self._says(one, now, ends=False)]
        return tuple(dict.fromkeys(at for at, said in says if said is not None and said > amperes))

    # What happens

    def send(
        self,
        slot: Slot,
        amperes: float,
        *,
        end: End | None = None,
        then: float | None = None,
        transaction_id: str | None = None,
        in_watts: bool = False,
        alone: float | None = None,
        dated: float | None = None,
        together: Together | None = None,
    ) -> int:
        """A limit leaves for a slot; returns the number that its outcome is told by."""
        entry = Entry(
            ticket=self.next_ticket,
            slot=slot,
            amperes=amperes,
            in_watts=in_watts,
            end=end,
            then=then,
            transaction_id=transaction_id,
            alone=alone,
            dated=dated,
            together=together,
        )
        alike = (one for one in self._entries if not one.taken and one.slot == slot)
        unanswered, replaced = bounded(alike, _MOST_ALIKE)
        self._drop(replaced)
        others = (one for one in self._entries if one.taken or one.slot != slot)
        kept = sorted((*others, *unanswered, entry), key=lambda one: one.ticket)
        self._change(tickets=entry.ticket, entries=tuple(kept))
        return entry.ticket

    def accepted(self, ticket: int) -> None:
        """The charger took a limit, in time or late: it replaced what its slot held.

        What it has taken while this one was on its way may have come after it: both
        count until one that left later is taken.
        """
        entry = next((one for one in self._entries if one.ticket == ticket), None)
        if entry is None:
            self._accepted_last(self._dropped.pop(ticket, None))
            return
        older = [
            one for one in self._entries if one.ticket < ticket and entry.slot.replaces(one.slot)
        ]
        beside = [
            one
            for one in older
            if one.taken
            and one.sent_by_then >= ticket
            and not (one.slot == entry.slot and is_the_same(one, entry))
        ]
        gone = [one for one in older if one not in beside]
        self._drop(gone)
        if self._refused:
            self._refused, self._accepted_at = False, None
        self._led |= not entry.slot.standing
        taken = replace(entry, taken=True, sent_by_then=self._tickets)
        others = (one for one in self._entries if one is not entry and one not in older)
        kept = sorted((*without(gone, others), taken), key=lambda one: one.ticket)
        last = [
            replace(one, ticket=number, taken=False)
            for number, one in enumerate(beside, self.next_ticket)
        ]
        self._change(tickets=self._tickets + len(last), entries=(*kept, *last))

    def _accepted_last(self, entry: Entry | None) -> None:
        """A limit that was replaced, cleared or over was taken, as its charger says now.

        Who answers in another order may have done it in another order: it may hold it.
        """
        if entry is None:
            return
        here = [one for one in self._entries if one.slot.replaces(entry.slot)]
        if here and all(
            one.sure and one.slot == entry.slot and is_the_same(one, entry) for one in here
        ):
            return  # whichever came last
        ticket = self.next_ticket
        self._change(tickets=ticket, entries=(*self._entries, replace(entry, ticket=ticket)))

    def _drop(self, entries: Iterable[Entry]) -> None:
        """Keep what has no answer, in case that it comes after all."""
        self._dropped.update({one.ticket: one for one in entries if not one.taken})
        while len(self._dropped) > _MOST_DROPPED:
            del self._dropped[min(self._dropped)]

    def not_taken(self, ticket: int) -> None:
        """The charger refused a limit, or it never left: its slot holds what it held."""
        self._dropped.pop(ticket, None)
        entries = tuple(one for one in self._entries if one.ticket != ticket)
        self._change(entries=entries, acted=False)

    def clear(self, matches: Callable[[Slot], bool]) -> int:
        """The charger is asked to hold nothing in some slots: from now on it may have done so.

        Returns the number that the outcome is told by.
        """
        question = self.next_ticket
        self._change(tickets=question, entries=self._in_doubt(matches, question))
        return question

    def _in_doubt(self, matches: Callable[[Slot], bool], question: int) -> tuple[Entry, ...]:
        """What the charger may hold once it is asked to hold nothing in some slots."""
        return tuple(
            # What two questions may have cleared is not there for sure if one of them is refused.
            replace(one, doubt=question if one.doubt is None else 0) if matches(one.slot) else one
            for one in self._entries
        )

    def cleared(self, matches: Callable[[Slot], bool], question: int) -> None:
        """The charger confirmed it: what was sent before it was asked is gone."""
        gone = [one for one in self._entries if one.ticket <= question and matches(one.slot)]
        self._drop(gone)
        self._change(entries=without(gone, (one for one in self._entries if one not in gone)))

    def not_cleared(self, question: int) -> None:
        """The charger refused to: it holds what it held."""
        self._change(
            entries=tuple(
                replace(one, doubt=None) if one.doubt == question else one for one in self._entries
            )
        )

    def session_started(self, transaction_id: str) -> None:
        """A session runs: its own limits act, and no others."""
        self._transaction_id = transaction_id
        self._change()

    def session_ended(self, *, goes_on: bool = False) -> None:
        """The session is over, and with it the limits that were its own.

        `goes_on`: its transaction does, and may keep them for another session.
        """
        over = [one for one in self._entries if one.slot.layer is Layer.SESSION and not goes_on]
        self._drop(over)
        self._transaction_id = None
        self._change(entries=tuple(one for one in self._entries if one not in over))

    def may_be_forgotten(self, *, settings: bool = False) -> None:
        """The charger may have lost its profiles: it is one that forgets them, and was away.

        `settings`: what its settings held, and no profile: it speaks another version of OCPP.
        """
        self._change(
            entries=tuple(
                replace(one, doubt=0) if (one.slot.layer is Layer.SETTING) is settings else one
                for one in self._entries
            )
        )

    def part(self, holds: Callable[[Slot, Together], bool]) -> bool:
        """Where a part of what a slot shares `holds` no more, all of that counts; whether any did."""

        def is_parted(one: Entry) -> bool:
            return one.together is not None and not holds(one.slot, one.together)

        if not any(map(is_parted, (*self._entries, *self._dropped.values()))):
            return False
        entries, dropped = self._entries, self._dropped.items()
        self._dropped = {at: one.parted() if is_parted(one) else one for at, one in dropped}
        self._change(entries=tuple(one.parted() if is_parted(one) else one for one in entries))
        return True

    def share(self, slot: Slot, amperes: float, together: Together | None) -> None:
        """So much is this connector's part of what a slot surely holds (as `Entry`)."""
        held, entries = self.held(slot), list(self._entries)
        if held is not None:
            entries[entries.index(held)] = replace(held, amperes=amperes, together=together)
            self._change(entries=tuple(entries))

    def left_alone(self, heard_at: float | None) -> None:
        """The charger is offline, and was heard last at `heard_at` (monotonic; None: not known)."""
        self._change(entries=tuple(one.left_alone(heard_at) for one in self._entries))

    def came_back(self) -> None:
        """The charger is online again."""
        self._change(entries=tuple(one.came_back() for one in self._entries))

    def clock_may_be(self, clocks: tuple[PossibleClock, ...]) -> None:
        """The charger's clock shows one of these.

        By some of them a limit has not begun yet, or is over: it counts, and so does
        what stands below it.
        """
        news = {one.zero for one in clocks if not one.booted}
        news -= {one.zero for one in self._clocks}
        self._clocks = clocks
        self._change(entries=tuple(one.may_end_by(news) for one in self._entries))

    def takes_none(self) -> None:
        """No way of setting a limit works."""
        self._refused = True
        self._cached = None

    def forgets(self, seen: bool) -> None:
        """Whether the charger was seen to forget its limits with its link."""
        if seen is not self._forgets:
            self._forgets = seen
            self._cached = None

    def draws_at_most(self, amperes: float) -> None:
        """The hardware takes no more on a phase, whatever watts would allow one phase."""
        if amperes != self._most:
            self._most = amperes
            self._cached = None

    @property
    def holds_watts(self) -> bool:
        """Whether anything may be in force that was sent in watts."""
        return any(one.in_watts for one in self._entries)

    def _change(
        self,
        *,
        entries: tuple[Entry, ...] | None = None,
        tickets: int | None = None,
        acted: bool = True,
    ) -> None:
        """Take over what changed; what was possible and is not any more is superseded.

        `acted`: what is not possible any more may have been in force.
        """
        now = clock.monotonic()
        before = self.offer
        self._tickets = self._tickets if tickets is None else tickets
        entries = self._entries if entries is None else entries
        old = [one for one in entries if one.has_ended(now - SUPERSEDED_KEPT)]
        self._drop(old)
        self._entries = without(old, (one for one in entries if one not in old))
        self._cached = None
        after = self.offer
        gone = set(before.possible) - set(after.possible)
        forget = now - SUPERSEDED_KEPT
        self._superseded = (
            *(old for old in self._superseded if old.at >= forget),
            *(Superseded(limit=limit, at=now) for limit in sorted(gone) if acted),
        )
        if after.accepted != before.accepted or self._accepted_at is None:
            self._accepted_at = None if after.accepted is None else now
        self._cached = None

    # How it is worked out

    def _offer(self, now: float) -> Offer:
        present = self._possible(now, ends=False)
        sure = self._possible(now, ends=False, entries=[one for one in self._entries if one.sure])
        # What stands below a limit may act from when that may have ended until it has ended itself.
        ends = [one.end for one in self._entries if one.end is not None and now < one.end.latest]
        begins = [one.earliest for one in ends if now < one.earliest < now + MAKING_WAY]
        early = self._possible(now, ends=True)
        to_come = early.union(
            *(self._possible(at, ends=True) for at in (*begins, now + MAKING_WAY))
        )
        unlimited = not self._led or UNLIMITED in present | sure | early
        accepted = None if unlimited else max(sure)
        pending = any(not one.taken and not one.has_ended(now) for one in self._entries)
        flying = {limit for limit in present if limit not in (accepted, UNLIMITED)}
        highest = max(present)
        flying |= {limit for limit in to_come if highest < limit < UNLIMITED}
        if pending and not flying and accepted is not None:
            flying = {accepted}
        stays = any(one.end is None and not one.slot.standing for one in self._entries)
        return Offer(
            accepted=accepted,
            accepted_at=None if accepted is None else self._accepted_at,
            in_flight=tuple(sorted(flying)),
            superseded=self._left_lately(now),
            refused=self._refused,
            expires_at=min((end.earliest for end in ends), default=None),
            gone_at=None if stays else max((end.latest for end in ends), default=None),
            forgets=self._forgets,
        )

    def _left_lately(self, now: float) -> tuple[Superseded, ...]:
        """What was replaced, or has ended by itself, in the last minute."""
        ended = (
            Superseded(limit=self._per_phase(one, one.amperes), at=one.end.latest)
            for one in self._entries
            if one.end is not None and one.end.latest <= now < one.end.latest + SUPERSEDED_KEPT
        )
        kept = (old for old in self._superseded if old.at >= now - SUPERSEDED_KEPT)
        return (*kept, *ended)

    def _changes_at(self, now: float) -> float:
        """When the offer changes by time alone."""
        times: list[float] = [old.at + SUPERSEDED_KEPT for old in self._superseded]
        times += [one.until for one in self._clocks]
        for earliest, latest, _ in (one.end for one in self._entries if one.end is not None):
            times += [earliest - MAKING_WAY, latest - MAKING_WAY, earliest, latest]
            times.append(latest + SUPERSEDED_KEPT)
        return min((at for at in times if at > now), default=math.inf)

    def _possible(
        self, now: float, *, ends: bool, entries: Iterable[Entry] | None = None
    ) -> set[float]:
        """Every limit that may act at `now`, A; infinite: none at all.

        `ends`: each may have ended as early as its end may be.
        """
        here = self._entries if entries is None else entries
        said = [
            (one, self._says(one, now, ends=ends))
            for one in here
            if not (one.taken and one.has_ended(now))
        ]
        found = effective(said, self._transaction_id)
        for zero, until, booted in self._clocks if entries is None else ():
            if not booted or now >= until:
                continue
            nothing: set[float | None] = {None}
            anew = [(one, nothing if one.is_off_by(zero) < 0 else says) for one, says in said]
            # Where nothing stands below, what is known of the charger counts.
            found |= effective(anew, self._transaction_id) - {UNLIMITED}
        return found

    def _says(self, entry: Entry, now: float, *, ends: bool) -> set[float | None]:
        """What an entry may allow, A per phase; None: nothing."""
        says = entry.says(now, ends=ends)
        for zero, until, booted in self._clocks:
            if not booted and now < until and (off := entry.is_off_by(zero)):
                says.add(None if off < 0 else entry.then)
        return {None if said is None else self._per_phase(entry, said) for said in says}

    def _per_phase(self, entry: Entry, amperes: float) -> float:
        """What a limit allows each phase: in watts all of them, as a car may keep one alone."""
        return min(amperes, self._most) if entry.in_watts else amperes

    # What must survive a restart

    def state(self) -> dict[str, Any]:
        """Plain JSON data."""
        offer, now = self.offer, clock.monotonic()
        return {
            "accepted": offer.accepted,
            "accepted_at": moment_state(offer.accepted_at),
            "in_flight": list(offer.in_flight),
            "superseded": [[old.limit, moment_state(old.at)] for old in offer.superseded],
            "refused": offer.refused,
            "forgets": offer.forgets,
            "led": self._led,
            "most": self._most if math.isfinite(self._most) else None,
            "slots": [entry_state(one, now) for one in self._entries],
        }

    def restore(
        self, stored: Stored, *, connector: int, in_session: bool, phases: Any = None
    ) -> None:
        """Go on where `state` was written.

        Nobody knows for sure how long it was away, because wall clocks are set:
        so a limit may have ended at once, and is gone only after all the life
        that it had left then. Version 0.1 knew no slots: what it wrote may be in
        any of them. Where limits may have been sent that are not in what was stored, or that is
        lost, any limit may be in any slot, until one was taken there or it was cleared.
        """
        read = self._read(stored, connector=connector, in_session=in_session, phases=phases)
        if stored.is_whole and read:
            return
        self._led = False
        self._entries = in_doubt(self._entries, connector)
        self._tickets = len(self._entries)
        self._cached = None

    def _read(self, stored: Stored, *, connector: int, in_session: bool, phases: Any) -> bool:
        """Read what `state` wrote; whether all that can be told from it is."""
        if not stored.names:
            return True
        now = clock.monotonic()
        phases = stored.raw("phases") if phases is None else phases
        computed_for = 1 if phases is None else stored.of("phases", phases, whole(1, 3), 3)
        if "slots" in stored or stored.version > VERSION_0_1:
            read = listed(lambda one: entry_from(one, now))
            entries: Sequence[Entry] | None = stored.read("slots", read, None)
        else:
            entries = stored.of(
                "accepted",
                stored.data,
                lambda state: entries_of_version_0_1(
                    state, now, connector=connector, in_session=in_session, phases=computed_for
                ),
                None,
            )
        none: tuple[Superseded, ...] = ()
        read_left = optional(listed(superseded_from))
        superseded = stored.read("superseded", read_left, None, missing=none)
        if entries is None or superseded is None:
            return False
        accepted_at = stored.read("accepted_at", optional(moment), None)
        self._accepted_at = None if accepted_at is None else clock.monotonic_of(accepted_at)
        self._entries = tuple(replace(one, ticket=number) for number, one in enumerate(entries, 1))
        self._tickets = len(self._entries)
        self._superseded = superseded
        # What one phase takes of watts, until somebody says what the hardware can; version 0.1
        # knew for how many phases it had computed them.
        most = stored.read("most", optional(current), None)
        in_watts = [one.amperes for one in self._entries if one.in_watts]
        if "most" not in stored and in_watts and computed_for > 1:
            most = max(in_watts) / computed_for
        self._most = most or UNLIMITED
        self._refused = stored.read("refused", flag, True, missing=False)
        self._forgets = stored.read("forgets", flag, True, missing=False)
        self._led = stored.read("led", flag, False, missing=True, may_miss=True)
        self._cached = None
        return True

    def restore_standing(self, connector: int, place: str, amperes: float) -> None:
        """A fallback is known to be in the charger, as version 0.1 has stored it.

        Raises ValueError where its place can't be read.
        """
        if not any(one.slot.name == UNKNOWN_NAME for one in self._entries):
            return
        kind, _, level = place.partition("/")
        if kind == "profile":
            name, at = f"{STANDING}/{connector}", count(int(level))
            slot = Slot(Layer.DEFAULT, name, connector, at, standing=True)
            self.accepted(self.send(slot, amperes))
        elif kind == "two_periods":
            self._change(
                entries=tuple(
                    one if one.end is None else replace(one, then=amperes) for one in self._entries
                )
            )
