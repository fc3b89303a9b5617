"""The limit of one connector: what is wanted, and what may be in force.

It is the only writer of what it keeps. Whoever sends, looks after the charger or
checks it tells what came of that as an event; looking at it changes nothing.
"""

from collections.abc import Callable, Mapping
from dataclasses import replace
import math
from typing import Any, NamedTuple

from ... import clock
from ...balancing.compliance import Compliance, bound_at, exceeds
from ...balancing.readings import Offer
from ...balancing.reserve import FOLLOWING_TIME
from ...data_files.stored import Stored, plain
from ...data_files.values import current, flag, optional
from ..charger_clock import PossibleClock
from ..models import Way
from .back_off import BackOff
from .held import HeldMore
from .ledger import LimitLedger
from .slots import Booking, Slot, Together
from .standing import MayStand, Standing, standing_from
from .strategies import Strategy
from .write_count import WriteCount

SAME = 0.05
"""A by which limits may differ and be the same."""


class Terms(NamedTuple):
    """What is to hold when nobody renews a limit any more."""

    fallback: float
    """What the charger is to do alone, A per phase."""
    lifetime: float
    """Seconds after which a limit ends by itself."""


class Running(NamedTuple):
    """How the limit in force came about."""

    strategy: Strategy
    at: float
    """When it was sent (monotonic)."""
    life: float | None
    """Seconds from then until it ends by itself."""
    clock_offset: float
    """What was known then of the charger's clock, s ahead of the monotonic one."""


class Outlet(NamedTuple):
    """What a connector is by the settings."""

    phases: frozenset[int]
    """Grid phases (0 to 2) that it is wired to."""
    minimum: float
    """The lowest current that charges, A."""
    maximum: float
    """The highest current that people let it draw, A."""
    most: float
    """What its hardware can do on a phase, A."""


class Stopped(NamedTuple):
    """A session that was stopped because its limit can't be 0 A; its car is still there."""

    transaction_id: str
    id_tag: str
    at: float
    """When the charger agreed to stop it (monotonic)."""


class ConnectorLimit:
    """Keeps the limit of one connector."""

    def __init__(self, number: int, *, wake: Callable[[], None]) -> None:
        """`number` is the connector's, from 1; `wake` is called when there is work."""
        self.number = number
        self.writes = WriteCount()
        self.compliance = Compliance()
        self.ledger = LimitLedger()
        self.held_more = HeldMore()
        self.last_error: str | None = None
        """Why the last limit was not taken, in the charger's words."""
        self.terms: Terms | None = None
        """None: nobody has said; then limits stay."""
        self.standing: Standing | None = None
        """What the charger took to hold when a limit ends; None: nothing that is known."""
        self.may_stand = MayStand()
        self.doubted = False
        """The charger was away: it may have forgotten its fallback."""
        self.verified = False
        """Its schedule showed the limit, and the fallback after it."""
        self.looked = False
        """Its schedule was asked for on this connection."""
        self.running: Running | None = None
        """None: no limit was taken on this run of Home Assistant."""
        self.passed_over: frozenset[str] = frozenset()
        """Better strategies than the one in which the running limit was taken."""
        self.transaction_id: str | None = None
        self.id_tag: str = ""
        self.goes_on = False
        """Its session is over, and its charger's transaction is not."""
        self.stopped: Stopped | None = None
        """The session that is to go on once there is current again."""
        self.outlet: Outlet | None = None
        """None: nobody has said."""
        self.phases: frozenset[int] | None = None
        """Grid phases (0 to 2) that the car uses; None: not known."""
        self.resend = True
        """The charger may have lost its limit: it is sent although it is the same."""
        self.sent_at: float | None = None
        """When a limit last left (monotonic)."""
        self.cut_since: float | None = None
        """Since when less is wanted than may be in force (monotonic); None: it is not."""
        self.lowered_at: float | None = None
        """When less was wanted last than before (monotonic); None: never."""
        self._wake = wake
        self.connected_since: float | None = None
        """Since when its charger can be told limits (again; monotonic); None: never yet."""
        self._unserved = False
        self._lifetime = math.inf
        self._longest_life = math.inf
        self.wanted: float | None = None
        """The limit that is to be, A per phase; None: nobody has said yet."""
        self._back_off = BackOff()
        self._answered_ticket = 0
        self._again_from = 0

    # What the load manager says and looks at

    @property
    def offer(self) -> Offer:
        """Every limit that may be in force; also what the charger says that it allows.

        One that came back and has not taken its limit yet may be at its fallback.
        """
        offer, most = self.ledger.offer, max(self._unserved_at, self.held_more.amperes)
        if offer.accepted is None or most <= max(offer.possible):
            return offer
        return replace(offer, in_flight=(*offer.in_flight, most))

    @property
    def highest_possible(self) -> float:
        """The highest limit that may be in force at this moment, A per phase.

        What a charger really applies of what was sent is never above it. Infinite where
        nothing may limit the charger.
        """
        return max(self.ledger.highest_possible, self._unserved_at)

    @property
    def _unserved_at(self) -> float:
        """What a charger may do that came back, until it has taken its limit, A."""
        if not self._unserved:
            return 0.0
        standing = 0.0 if self.standing is None else self.standing.amperes
        fallback = 0.0 if self.terms is None else self.terms.fallback
        return max(standing, fallback, self.may_stand.key, self.ledger.highest_standing)

    @property
    def disobeys(self) -> bool:
        """Whether its car goes on to draw more than it was offered."""
        return self.compliance.disobeys

    @property
    def is_left_unanswered(self) -> bool:
        """Whether the charger goes on to answer nothing when it is sent a limit."""
        return self._back_off.is_silent

    def retry_at(self, way: Way, amperes: float) -> float:
        """Not before this so much may be sent in a way, after a failure (monotonic)."""
        return self._back_off.until(way, amperes)

    def bearable(self, way: Way, amperes: float) -> float | None:
        """So much, or what a way takes until as much is tried again, A per phase (`BackOff`)."""
        return self._back_off.bearable(way, amperes)

    @property
    def tried_again_at(self) -> float | None:
        """When what was refused is tried again (monotonic); None: it may be now."""
        return self._back_off.tried_again_at

    def want(self, amperes: float) -> None:
        """Say what the limit is to be, A per phase; sent as soon as it may be.

        Cheap, also when said on every decision. A number that is none is 0 A.
        """
        amperes = amperes if math.isfinite(amperes) and amperes > 0 else 0.0
        if amperes == self.wanted:
            return
        if self.wanted is None or amperes < self.wanted:
            self.lowered_at = clock.monotonic()
            self._back_off.hurry()
        self.wanted = amperes
        self.time_cut()
        self._wake()

    def set_terms(self, fallback: float, lifetime: float) -> None:
        """Say what the charger is to do alone (A per phase), and after how many seconds; cheap."""
        self._lifetime = lifetime
        terms = Terms(
            fallback if math.isfinite(fallback) and fallback > 0 else 0.0,
            min(lifetime, self._longest_life),
        )
        if terms != self.terms:
            self.terms = terms
            self._wake()

    def live_no_longer(self, seconds: float) -> None:
        """Have limits end after `seconds` at the latest, from now on (inf: as they are told)."""
        self._longest_life = seconds
        if self.terms is not None:
            self.set_terms(self.terms.fallback, self._lifetime)
            self.send_again()

    def loads(self, phases: frozenset[int] | None) -> None:
        """Say which grid phases (0 to 2) the car uses; None: not known (any more)."""
        if phases != self.phases:
            self._use(phases)
            self._wake()

    def _use(self, phases: frozenset[int] | None) -> None:
        """What is sent in watts depends on it."""
        changed, self.phases = phases != self.phases, phases
        if changed and self.ledger.holds_watts:
            self.send_again()

    def is_wired(self, outlet: Outlet) -> None:
        """Say how the connector is wired, and what its hardware can do."""
        if outlet != self.outlet:
            changed = self.outlet is not None
            self.outlet = outlet
            self.ledger.draws_at_most(outlet.most)
            self.time_cut()
            if changed and self.ledger.holds_watts:
                self.send_again()
            self._wake()

    def lifted(self, amperes: float) -> float:
        """What to send in watts where no phase may have more than `amperes`, A of one phase.

        A charger may divide watts by the phases in use, and a car may give up all but one
        at any moment: so one phase is reckoned to get all of them. Only where it may have
        all that the hardware can do more watts change nothing for it; then each phase gets
        what the outlet may have, or what makes a car start until its phases are known.
        """
        outlet = self.outlet
        if outlet is None or amperes < outlet.most:
            return amperes
        if self.phases is None:
            return max(amperes, outlet.minimum * len(outlet.phases))
        return max(amperes, min(outlet.maximum, outlet.most) * len(self.phases))

    # What happens to its charger

    def session_started(self, transaction_id: str, id_tag: str) -> None:
        """A session began: some chargers look at a limit only now."""
        self.stopped = None
        self.goes_on = False
        self.transaction_id = transaction_id
        self.id_tag = id_tag
        self.ledger.session_started(transaction_id)
        self.send_again()

    def session_ended(self, strategy: Strategy | None, *, goes_on: bool = False) -> None:
        """The session is over, and with it a limit that was its own.

        `strategy` is how its limit was set, as far as that is known. `goes_on`: it was a part
        of a transaction that its charger goes on with, and that limit may act in the next one.
        """
        self.transaction_id = None
        self.goes_on = goes_on
        self.compliance.forget()
        self.ledger.session_ended(goes_on=goes_on)
        self._use(None)
        if strategy is not None and strategy.needs_transaction:
            if self.offer.accepted is None:
                self.ledger.takes_none()
            self.running = None
        self._wake()

    def transaction_goes_on(self) -> None:
        """It was so before a restart that its session was over, and its transaction was not."""
        self.goes_on = True

    def transaction_over(self) -> None:
        """What went on after its session is over, too, and with it what was its own."""
        self.goes_on = False
        self.ledger.session_ended()
        self._wake()

    def session_stopped(self, transaction_id: str) -> None:
        """The charger agreed to stop a session, which is to go on later."""
        self.stopped = Stopped(transaction_id, self.id_tag, clock.monotonic())

    def goes_on_no_more(self) -> None:
        """Nobody waits any more for a stopped session to go on."""
        self.stopped = None

    def failed(self, why: str) -> None:
        """Something that it was asked for its limit's sake did not come about."""
        self.last_error = why

    def send_again(self) -> None:
        """The charger may have lost its limit: send it whatever was accepted before."""
        self._is_to_be_told()
        self._back_off.end()
        self.time_cut()
        self._wake()

    def _is_to_be_told(self) -> None:
        """Send its limit again; what is on its way already does not count for that."""
        self.resend = True
        self._again_from = self.ledger.next_ticket

    def connected(self, *, forgets: bool = False) -> None:
        """The charger is back: it may have lost everything; `forgets`: as it was seen to."""
        self.connected_since = clock.monotonic()
        self._back_off.connected()
        self.doubted = self.standing is not None
        self.looked = False
        self._unserved = True
        self.held_more.over()
        self.ledger.came_back()
        if forgets:
            self.ledger.may_be_forgotten()
        self.send_again()

    def left_alone(self, heard_at: float | None) -> None:
        """The charger is offline, and was heard last at `heard_at` (monotonic; None: not known)."""
        self.ledger.left_alone(heard_at)
        self.time_cut()

    def speaks_anew(self) -> None:
        """Its charger speaks another version of OCPP: what it showed in the other one is no proof."""
        self.verified = self.looked = False
        self.ledger.may_be_forgotten(settings=True)
        self.send_again()

    def forgets(self, seen: bool) -> None:
        """Whether the charger was seen to forget its limits with its link."""
        self.ledger.forgets(seen)

    def clock_may_be(self, clocks: tuple[PossibleClock, ...]) -> None:
        """The charger's clock may show another time than its limits were dated by."""
        self.ledger.clock_may_be(clocks)
        self._wake()

    def saw(self, amperes: float, at: float) -> bool:
        """Its car surely drew so much per phase at `at` (monotonic).

        Returns whether that shows a charger that forgot its limits while it was away.
        """
        offer, now = self.offer, clock.monotonic()
        bound = bound_at(offer, at)
        if bound is None:
            return False
        connected_at = self.connected_since or 0.0
        if self.standing is not None and (
            at < connected_at + FOLLOWING_TIME
            or (offer.expires_at is not None and at >= offer.expires_at)
        ):
            bound = max(bound, self.standing.amperes, self.may_stand.key)
        if connected_at <= at < connected_at + FOLLOWING_TIME:
            return self.doubted and exceeds(amperes, bound)
        if self.compliance.saw(amperes, at, bound, now):
            self.last_error = f"draws {amperes:.1f} A of {bound:.1f} A" if self.disobeys else None
        if self.compliance.act_at is not None:
            self._wake()
        return False

    def told_again(self, *, nothing_left: bool) -> None:
        """It draws too much, and is told its limit again; `nothing_left`: then it rests."""
        self.compliance.told(clock.monotonic(), nothing_left=nothing_left)
        self._is_to_be_told()

    # What comes of sending

    def book(self, booking: Booking) -> int:
        """A limit is about to leave; returns the number that its outcome is told by."""
        ticket = self.ledger.send(
            booking.slot,
            booking.amperes,
            in_watts=booking.in_watts,
            end=booking.end,
            then=booking.then,
            transaction_id=booking.transaction_id,
            alone=booking.alone,
            dated=booking.dated,
            together=booking.together,
        )
        self.time_cut()
        return ticket

    def part(self, holds: Callable[[Slot, Together], bool]) -> bool:
        """Others may leave it their parts of what they share (`LimitLedger.part`)."""
        is_more = self.ledger.part(holds)
        self.time_cut()
        return is_more

    def share(self, booking: Booking) -> None:
        """What its charger surely holds for it and others is shared otherwise (`LimitLedger.share`)."""
        self.ledger.share(booking.slot, booking.amperes, booking.together)
        self.time_cut()

    def left(self) -> None:
        """A limit leaves for the charger in this moment."""
        self.sent_at = clock.monotonic()

    def written(self, *, renewal: bool) -> None:
        """The charger may have had to store a limit."""
        self.writes.count(renewal=renewal)

    def withdrawn(self, ticket: int) -> None:
        """A limit that was booked never left."""
        self.ledger.not_taken(ticket)
        self.time_cut()

    def not_taken(self, ticket: int) -> None:
        """The charger refused a limit in one way."""
        self._answered_ticket = max(self._answered_ticket, ticket)
        self._back_off.was_refused()
        self.withdrawn(ticket)

    def taken(self, ticket: int, running: Running, amperes: float) -> None:
        """The charger took a limit, sent as so much per phase, in time or late."""
        self.ledger.accepted(ticket)
        self.time_cut()
        self._wake()
        if ticket < self._answered_ticket:
            return
        self._answered_ticket = ticket
        self.running = running
        if ticket >= self._again_from:
            self.resend = self._unserved = False
        if not self.disobeys:
            self.last_error = None
        self._back_off.over(running.strategy.way, amperes)

    def passes_over(self, names: frozenset[str]) -> None:
        """Its limit was taken in another strategy than these, which are better."""
        self.passed_over = names

    def not_answered(
        self, why: str, ticket: int | None = None, asked_at: float | None = None
    ) -> None:
        """The charger said nothing: try again later, at longer and longer intervals.

        It counts for nothing once it has answered something that was sent later, and holds
        up nothing that is to be sent after that, nor a cut that came up since.
        """
        if ticket is not None and ticket < self._answered_ticket:
            return
        self.last_error = why
        self._back_off.not_answered(
            asked_at,
            later_left=ticket is not None and ticket + 1 < self.ledger.next_ticket,
            cut=self._cut_that_came_up(self.sent_at or 0.0),
        )

    def _cut_that_came_up(self, after: float) -> float | None:
        """Since when there has been a cut, if less is wanted since `after` (monotonic)."""
        return self.cut_since if max(self.cut_since or 0, self.lowered_at or 0) > after else None

    def refused(self, why: str, sent: Mapping[str, float]) -> None:
        """No way works for what was `sent` (`BackOff.refused`): try again after a long while."""
        self.last_error = why
        self._back_off.refused(sent, in_every_way=True)

    def has_no_limit(self) -> None:
        """What it was told is refused, and not what it surely has."""
        self.resend = False
        self.ledger.takes_none()

    def kept(self, why: str, sent: Mapping[str, float], *, began: float) -> None:
        """It keeps its limit, and refused what was `sent` since `began` (monotonic; `BackOff.refused`)."""
        self.last_error = why
        self._back_off.refused(sent, cut=self._cut_that_came_up(began))

    def time_cut(self) -> None:
        """Note since when less is wanted than may be in force, which time alone may change."""
        if self.wanted is None or self.wanted + SAME >= self.highest_possible:
            self.cut_since = None
        elif self.cut_since is None:
            self.cut_since = clock.monotonic()
            self._back_off.hurry()
            self._wake()

    # What comes of what stands below it, and of looking after it

    def standing_leaves(self, standing: Standing) -> None:
        """What is to hold when its limit ends leaves for the charger in this moment."""
        self.may_stand.leaves(standing)

    def stands(self, standing: Standing, ticket: int | None, *, verified: bool = False) -> None:
        """The charger took what is to hold when its limit ends, or was found to hold it."""
        if standing != self.standing:
            self.verified = self.looked = False
        self.standing = standing
        self.may_stand.took(standing, seen=verified)
        self.doubted = False
        self.verified |= verified
        if ticket is not None:
            self.ledger.accepted(ticket)

    def stands_no_more(self) -> None:
        """What was to follow its limit is not there any more, or may not be."""
        self.standing = None
        self.doubted = False

    def standing_refused(self, why: str, *, again_after: float, began: float) -> None:
        """It took one before: whether it still takes this strategy shows now (as `kept`)."""
        self.standing = None
        self._is_to_be_told()
        self.last_error = why
        self._back_off.wait(again_after, cut=self._cut_that_came_up(began))

    def stumbled(self, again_after: float) -> None:
        """A fault of ours kept its limit from being sent."""
        self._back_off.wait(again_after)

    def doubts_no_more(self) -> None:
        """Whether the charger kept its fallback was asked, or does not matter any more."""
        self.doubted = False

    def was_looked_at(self, *, verified: bool = False) -> None:
        """Its schedule was asked for; `verified`: and showed limit and fallback."""
        self.looked = True
        self.verified |= verified

    def check_anew(self) -> None:
        """Nothing that was found out before counts: have it told everything again."""
        self.standing = None
        self.doubted = self.verified = self.looked = False
        self.send_again()

    def clear(self, matches: Callable[[Slot], bool]) -> int:
        """The charger is asked to hold nothing in some slots; returns how to tell the outcome."""
        standing = self.standing
        if standing is not None and self.ledger.may_hold(
            lambda slot: standing.may_be_in(slot) and matches(slot)
        ):
            self.stands_no_more()
        question = self.ledger.clear(matches)
        self.time_cut()
        return question

    def cleared(self, matches: Callable[[Slot], bool], question: int) -> None:
        """It holds nothing there."""
        self.ledger.cleared(matches, question)
        self.time_cut()

    def not_cleared(self, question: int) -> None:
        """It does not clear."""
        self.ledger.not_cleared(question)

    def state(self) -> dict[str, Any]:
        """What must survive a restart, as plain JSON data."""
        return {
            "offer": self.ledger.state(),
            "writes": plain(self.writes),
            "standing": plain(self.may_stand.sure(self.standing)),
            "key": self.may_stand.key,
            "verified": self.verified,
        }

    def restore(self, stored: Stored, *, in_session: bool = False) -> None:
        """Go on where `state` was written; `in_session`: a session was running then."""
        self.ledger.restore(
            stored.section("offer", may_miss=True),
            connector=self.number,
            in_session=in_session,
            # What version 0.1 computed watts for, at first.
            phases=stored.raw("computed_for"),
        )
        self.writes = stored.section("writes", may_miss=True).into(WriteCount) or self.writes
        self.verified = stored.read("verified", flag, False, may_miss=True)
        self.standing = stored.read("standing", optional(standing_from), None, may_miss=True)
        if self.standing is not None:
            self.may_stand.took(self.standing, seen=True)
        self.may_stand.key = stored.read("key", current, self.may_stand.key, may_miss=True)
        if self.standing is not None and not stored.of(
            "standing", self.standing, self._restore_standing, False
        ):
            self.standing = None
        if not stored.is_whole:
            # It is sent again, whatever it is now.
            self.standing, self.verified = None, False

    def _restore_standing(self, standing: Standing) -> bool:
        self.ledger.restore_standing(self.number, standing.place, standing.amperes)
        return True
