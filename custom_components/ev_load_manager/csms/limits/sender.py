"""Sends one limit to one charger, in one strategy, and tells what came of it.

What has to wait is done first (`prepare`). Then the limit is worked out, booked and
handed out in one step, in the very moment in which it leaves (`carry_out`): a limit
that was replaced meanwhile is never sent.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
import logging
import math
from typing import Any

from ... import clock
from ..dialect import Profiles, Question
from ..models import ChargingProfileWay, ConfigurationKeyWay
from ..transport.calls import OVERTAKE_AFTER, CallPriority, ReachableCharger
from ..transport.errors import CallError, CallTimeout, CallWithdrawn, ChargePointError, NotConnected
from . import commands
from .composer import Command, Composer, in_watts, stands_at_most
from .connector_limit import ConnectorLimit
from .fail_safe import Evidence
from .outcome import Outcome, Progress
from .reconcile import Reconciler
from .saving import Saving
from .slots import Booking, Slot, Together, lives_at_most
from .standing import Standing
from .strategies import Form, Strategy
from .strategy_choice import StrategyChoice

_LOGGER = logging.getLogger(__name__)

_LOOK_BACK = 2.0
"""Seconds that a charger which is back may take to tell what it has kept, before it is
told its limit."""


@dataclass(eq=False, slots=True, kw_only=True)
class Sender:
    """Tells one charger the limits of its connectors."""

    charger: ReachableCharger
    keepers: Mapping[int, ConnectorLimit]
    composer: Composer
    choice: StrategyChoice
    evidence: Evidence
    reconciler: Reconciler
    saving: Saving
    changed: Callable[[ConnectorLimit], None]
    original_keys: dict[str, str] = field(default_factory=dict)
    """Values, before the first limit, of the keys that limits were written to."""
    _written_keys: set[str] = field(default_factory=set)
    _reads: list[tuple[str, list[Question]]] = field(default_factory=list)
    """The keys that are being read, and what was written to each since."""
    _refuses_the_epoch: bool = False
    """What stands is dated by its clock: it did not take it from 1970 on."""

    @property
    def has_terms(self) -> bool:
        """Whether anybody has said what is to hold when nobody renews limits."""
        return any(keeper.terms is not None for keeper in self.keepers.values())

    # What needs no question

    def share_anew(self, strategy: Strategy, keeper: ConnectorLimit) -> bool:
        """Share what the charger surely holds otherwise, if that is all; whether it was."""
        if strategy.is_of_one:
            return False
        bookings = self.composer.command(strategy, keeper).bookings
        held = {number: self._surely_held(number, booking) for number, booking in bookings.items()}
        if None in held.values() or held == {
            number: (booking.amperes, booking.together) for number, booking in bookings.items()
        }:
            return False
        for number, booking in bookings.items():
            self.keepers[number].share(booking)
            self.changed(self.keepers[number])
        return True

    def _surely_held(self, number: int, booking: Booking) -> tuple[float, Together | None] | None:
        """Which part of the limit that `booking` is a part of a connector has; None: not of that."""
        keeper = self.keepers[number]
        held = keeper.ledger.held(booking.slot)
        if keeper.resend or keeper.offer.refused or keeper.ledger.is_pending(booking.slot):
            return None
        return (held.amperes, held.together) if held and booking.is_part_of(held) else None

    # What has to wait

    async def prepare(
        self, strategy: Strategy, keeper: ConnectorLimit, progress: Progress
    ) -> tuple[Outcome | None, str]:
        """Do all that comes before a limit in one strategy; None: now it may be sent.

        TAKEN: a key holds it already, and is not written again.
        """
        if self._lies_beside_ours(strategy, keeper):
            return Outcome.REFUSED, "another of ours lies there"
        if strategy.stands and not self.composer.stands(strategy, keeper):
            progress.asked_at = clock.monotonic()
            outcome, why = await self.set_standing(strategy, keeper)
            if outcome is not Outcome.TAKEN:
                return outcome, why
        elif strategy.form is Form.TWO_PERIODS and keeper.doubted:
            await self._look_back(keeper)
        if isinstance(strategy.way, ConfigurationKeyWay) and keeper.resend:
            key, _ = self.composer.command(strategy, keeper).question.setting or ("", "")
            progress.asked_at = clock.monotonic()
            held = await self._read_key(key)
            command = self.composer.command(strategy, keeper)
            if held is not None and (key, held) == command.question.setting:
                self._taken(command, self._book(command))
                return Outcome.TAKEN, ""
        return None, ""

    async def _look_back(self, keeper: ConnectorLimit) -> None:
        """Ask a charger that is back what it kept, before its limit is written anew."""
        keeper.doubts_no_more()
        standing = keeper.standing
        try:
            outlook = await self.reconciler.outlook(keeper, timeout=_LOOK_BACK)
        except CallTimeout, NotConnected:
            return
        keeper.was_looked_at()
        if outlook is None or standing is None:
            return
        kept = outlook.ends_in(standing.amperes)
        if kept and standing.amperes == keeper.offer.accepted:
            return  # nothing could have shown
        if kept or keeper.verified:
            self.evidence.saw(kept=kept)

    # A limit

    async def carry_out(
        self, strategy: Strategy, keeper: ConnectorLimit, progress: Progress
    ) -> tuple[Outcome, str]:
        """Send what is wanted now; it is stored first if it is higher, or in another place."""
        command = self.composer.command(strategy, keeper)
        tickets: dict[int, int] = {}
        saved: Command | None = None
        renewals: Mapping[int, bool] = {}
        in_time = True
        if self._is_to_be_saved(command, keeper):
            tickets = self._book(command)
            saved = command
            # A cut that comes meanwhile waits for no disk either.
            progress.waits = keeper.cut_since is None
            try:
                in_time = await self.saving.in_time(keeper.cut_since)
                if not in_time:
                    self._withdraw(tickets)
                    lower = self.composer.command(strategy, keeper, raises=False)
                    if self._increases(lower, is_late=True):
                        # Nothing is lower for everybody: it has to wait.
                        tickets = self._book(command)
                        await self.saving.before()
                        in_time = True
            except BaseException:
                self._withdraw(tickets)
                raise

        def leave() -> Mapping[str, Any] | None:
            """Work it out, book it and hand it out, all in the moment of sending."""
            nonlocal command, renewals
            self._withdraw(tickets)
            tickets.clear()
            if progress.is_overtaken:
                return None
            command = self.composer.command(strategy, keeper, raises=in_time)
            is_saved = (
                in_time
                and saved is not None
                and saved.shares == command.shares
                and saved.fallback >= command.fallback
            )
            if not is_saved and self._increases(command, is_late=not in_time):
                return None
            if (saved is None or not in_time) and self._outlives_books(command):
                self.saving.beside()
            progress.waits = False
            renewals = {
                number: self.keepers[number].offer.accepted == share
                for number, share in command.shares.items()
            }
            tickets.update(self._book(command))
            for number in command.shares:
                self.keepers[number].left()
            self._leaves(command.question)
            progress.asked_at = clock.monotonic()
            progress.amperes, progress.ticket = command.amperes, tickets[keeper.number]
            progress.shares = command.shares
            return command.question.payload

        def settle(outcome: Outcome) -> None:
            self._settle(command, tickets, outcome)

        progress.waits = keeper.cut_since is None
        try:
            outcome, why = await self._ask(
                command.question, _patience(keeper), fresh=leave, settle=settle
            )
        finally:
            if progress.ticket is None:
                # It never left, whatever kept it from that.
                self._withdraw(tickets)
        if outcome is not Outcome.REFUSED:
            for number, renewal in renewals.items():
                self.keepers[number].written(renewal=renewal)
        if outcome is not Outcome.WITHDRAWN:
            settle(outcome)
        return outcome, why

    def _increases(self, command: Command, *, is_late: bool = False) -> bool:
        """Whether it allows anybody more than may be in force.

        `is_late`: what is not known to be limited may be.
        """
        offers = {number: self.keepers[number].ledger.offer for number in command.shares}
        return any(
            share > max(offers[number].possible, default=0.0)
            for number, share in command.shares.items()
            if not (is_late and offers[number].accepted is None)
        ) or any(
            booking.then is not None and booking.then > stands_at_most(self.keepers[number])
            for number, booking in command.bookings.items()
        )

    def _is_to_be_saved(self, command: Command, keeper: ConnectorLimit) -> bool:
        """Whether books that are read after a kill would know nothing of it, or not for how long.

        A cut waits for no disk: what is stored then is more.
        """
        if self._increases(command):
            return True
        if keeper.cut_since is not None:
            return False
        return self._outlives_books(command) or self._uncovers(command)

    def _outlives_books(self, command: Command) -> bool:
        """Whether it may be there for longer than anything that is known of its places."""
        return any(
            lives_at_most(booking.end, booking.alone)
            > self.keepers[number].ledger.lives_at_most(booking.slot)
            for number, booking in command.bookings.items()
        )

    def _uncovers(self, command: Command) -> bool:
        """Whether it ends before what is known of its place, and more may follow it."""
        return any(
            lives_at_most(booking.end, booking.alone)
            < self.keepers[number].ledger.lives_at_most(booking.slot)
            and booking.amperes < max(stands_at_most(self.keepers[number]), booking.then or 0.0)
            for number, booking in command.bookings.items()
        )

    def _book(self, command: Command) -> dict[int, int]:
        """Book a command with everyone it concerns; the numbers to tell its outcome by."""
        tickets = {}
        for number, booking in command.bookings.items():
            keeper = self.keepers[number]
            tickets[number] = keeper.book(booking)
            self.changed(keeper)
        return tickets

    def _leaves(self, question: Question) -> None:
        """Note what the charger may hold from now on."""
        self.reconciler.may_hold(question)
        if question.setting is not None:
            key, _ = question.setting
            self._written_keys.add(key)
            for read, since in self._reads:
                if read == key:
                    since.append(question)

    def _leaves_as_it_was(self, question: Question) -> None:
        """The charger refused what was to be written."""
        for _, since in self._reads:
            since[:] = (one for one in since if one is not question)

    def _withdraw(self, tickets: Mapping[int, int]) -> None:
        for number, ticket in tickets.items():
            self.keepers[number].withdrawn(ticket)

    def _settle(self, command: Command, tickets: Mapping[int, int], outcome: Outcome) -> None:
        """Tell everyone what came of a command."""
        if outcome is Outcome.TAKEN:
            self._taken(command, tickets)
        elif outcome is Outcome.REFUSED:
            for number, ticket in tickets.items():
                self.keepers[number].not_taken(ticket)
                self.changed(self.keepers[number])
            self._leaves_as_it_was(command.question)
            self.reconciler.holds_not(command.question, self.keepers.values())

    def _taken(self, command: Command, tickets: Mapping[int, int]) -> None:
        strategy = command.strategy
        members = [self.keepers[number] for number in command.shares]
        if strategy.form is Form.PLAIN and self.has_terms:
            for member in members:
                # Nothing that was to follow does, now.
                member.stands_no_more()
        self.choice.took(
            strategy,
            command.shares,
            in_transaction=any(member.transaction_id is not None for member in members),
            with_fallback=self.has_terms,
        )
        for member in members:
            if strategy.form is Form.TWO_PERIODS:
                standing = Standing(self.composer.place(strategy, member), command.fallback)
                member.stands(standing, None)
            member.taken(tickets[member.number], command.running, command.amperes)
            self.changed(member)

    # What stands below it

    async def set_standing(self, strategy: Strategy, keeper: ConnectorLimit) -> tuple[Outcome, str]:
        """Set what is to hold once a connector's limit ends."""
        outcome, why = await self._set_standing(strategy, keeper)
        if (
            outcome is Outcome.REFUSED
            and not self._refuses_the_epoch
            and isinstance(strategy.way, ChargingProfileWay)
        ):
            # Perhaps it is the date that it doesn't like.
            self._refuses_the_epoch = True
            outcome, again = await self._set_standing(strategy, keeper)
            if outcome is not Outcome.TAKEN:
                self._refuses_the_epoch = False
                return outcome, why
            why = again
        return outcome, why

    async def _set_standing(
        self, strategy: Strategy, keeper: ConnectorLimit
    ) -> tuple[Outcome, str]:
        question, standing = self._standing(strategy, keeper)
        if question is None:
            return Outcome.REFUSED, "nothing can stand below a limit"
        before = keeper.standing
        if strategy.form is Form.KEY and question.setting is not None:
            key, value = question.setting
            if await self._read_key(key) == value:
                if keeper.doubted and before == standing:
                    self.evidence.saw(kept=True)
                self._stands(strategy, keeper, standing, verified=True)
                return Outcome.TAKEN, ""
        ticket: int | None = None
        saved: int | None = None
        known = math.inf
        if isinstance(strategy.way, ChargingProfileWay):
            known = stands_at_most(keeper)
        if isinstance(strategy.way, ChargingProfileWay) and standing.amperes > known:
            # Who is killed now must not believe in a lower one afterwards.
            known = standing.amperes
            saved = keeper.book(self._standing_booking(strategy.way, keeper, standing))
            try:
                await self.saving.before()
            except BaseException:
                keeper.withdrawn(saved)
                raise

        def unbook() -> None:
            nonlocal saved
            if saved is not None:
                keeper.withdrawn(saved)
            saved = None

        def leave() -> Mapping[str, Any] | None:
            nonlocal question, standing, ticket
            unbook()
            question, standing = self._standing(strategy, keeper)
            if question is None or standing.amperes > known:
                return None
            if isinstance(strategy.way, ChargingProfileWay):
                ticket = keeper.book(self._standing_booking(strategy.way, keeper, standing))
                self.changed(keeper)
            for one in self.composer.sharing_fallback(keeper, strategy.way):
                one.standing_leaves(standing)
            self._leaves(question)
            return question.payload

        def settle(outcome: Outcome) -> None:
            if outcome is Outcome.TAKEN:
                self._stands(strategy, keeper, standing, ticket)
            elif outcome is Outcome.REFUSED:
                if question is not None:
                    self._leaves_as_it_was(question)
                if ticket is not None:
                    keeper.not_taken(ticket)
            self.changed(keeper)

        try:
            outcome, why = await self._ask(question, _patience(keeper), fresh=leave, settle=settle)
        finally:
            unbook()
        if outcome is not Outcome.REFUSED:
            keeper.written(renewal=before == standing)
        settle(outcome)
        return outcome, why

    def _stands(
        self,
        strategy: Strategy,
        keeper: ConnectorLimit,
        standing: Standing,
        ticket: int | None = None,
        *,
        verified: bool = False,
    ) -> None:
        """The charger holds it, for everybody whose fallback is in the same place."""
        keeper.stands(standing, ticket, verified=verified)
        for one in self.composer.sharing_fallback(keeper, strategy.way):
            if one is not keeper and (one.standing is None or one.standing.place == standing.place):
                one.stands(standing, None, verified=verified)

    def _standing(
        self, strategy: Strategy, keeper: ConnectorLimit
    ) -> tuple[Question | None, Standing]:
        fallback = self.composer.fallback(keeper, strategy.way)
        question = strategy.standing(
            self.charger.dialect,
            self.composer.target(keeper, exact=False),
            fallback,
            self.composer.profile,
            whatever_the_clock=not self._refuses_the_epoch,
        )
        return question, Standing(self.composer.place(strategy, keeper), fallback)

    def _standing_booking(
        self, way: ChargingProfileWay, keeper: ConnectorLimit, standing: Standing
    ) -> Booking:
        return Booking(
            slot=commands.standing_slot(
                way, keeper.number, len(self.keepers), self.choice.stack_level_maximum
            ),
            amperes=standing.amperes,
            in_watts=in_watts(way),
            dated=self.composer.dated(way) if self._refuses_the_epoch else None,
        )

    # Questions to the charger

    async def make_room(self, strategy: Strategy, keeper: ConnectorLimit) -> bool:
        """Clear what others left where a limit is to be that was refused; whether there was any."""
        slots = self._slots(strategy, keeper)
        if not slots:
            return False
        some = False
        for name in await self.reconciler.in_the_way(slots):
            slot = replace(slots[0], name=name)
            outcome, why = await self.clear(slot)
            _LOGGER.debug("%s: %s was in the way: %s", self.charger.id, slot.name, why)
            some |= outcome is Outcome.TAKEN
        return some

    def _lies_beside_ours(self, strategy: Strategy, keeper: ConnectorLimit) -> bool:
        """Whether one of ours that another strategy has left has to be cleared before.

        That is done once there is another limit: until then it may be the only one.
        """
        if not self.charger.dialect.replaces_by_id:
            return False
        limit, *below = self._slots(strategy, keeper) or (None,)
        # What stands goes first, and what stood before goes with it.
        moved = {slot.name for slot in below}
        return any(keeper.ledger.may_hold(slot.is_beside) for slot in below) or (
            limit is not None
            and keeper.ledger.may_hold(lambda one: limit.is_beside(one) and one.name not in moved)
        )

    def _slots(self, strategy: Strategy, keeper: ConnectorLimit) -> list[Slot]:
        """Where the charging profiles of a strategy are; empty: it has none."""
        way = strategy.way
        if not isinstance(way, ChargingProfileWay):
            return []
        slots = [self.composer.slot(strategy, keeper)]
        if strategy.stands:
            maximum = self.choice.stack_level_maximum
            slots.append(commands.standing_slot(way, keeper.number, len(self.keepers), maximum))
        return slots

    async def clear(self, slot: Slot) -> tuple[Outcome, str]:
        """Have the charger hold nothing in the slot of a profile."""
        question = self.charger.dialect.clear(Profiles(name=slot.name))
        tickets: dict[int, int] = {}

        def matches(other: Slot) -> bool:
            return other.name == slot.name

        def leave() -> Mapping[str, Any]:
            for number, keeper in self.keepers.items():
                tickets[number] = keeper.clear(matches)
                # It may be gone long before the charger says so, and what stands below acts.
                self.changed(keeper)
            self.saving.beside()
            return question.payload

        def settle(outcome: Outcome) -> None:
            for number, ticket in tickets.items():
                if outcome is Outcome.TAKEN:
                    self.keepers[number].cleared(matches, ticket)
                elif outcome is Outcome.REFUSED:
                    self.keepers[number].not_cleared(ticket)
                self.changed(self.keepers[number])

        outcome, why = await self._ask(question, OVERTAKE_AFTER, fresh=leave, settle=settle)
        settle(outcome)
        return outcome, why

    async def _ask(
        self,
        question: Question,
        patience: float | None,
        *,
        fresh: Callable[[], Mapping[str, Any] | None],
        settle: Callable[[Outcome], None],
    ) -> tuple[Outcome, str]:
        """Ask the charger; what came of it, and why.

        `patience`: seconds after which it overtakes other questions; None: it waits for them.
        `settle` hears what an answer means that came late.
        """

        def late(answer: dict[str, Any] | CallError) -> None:
            outcome, why = self._judge(question, answer)
            _LOGGER.debug("%s answers late: %s", self.charger.id, why)
            settle(outcome)

        try:
            answer = await self.charger.call(
                question,
                priority=CallPriority.LIMIT,
                fresh=fresh,
                overtake_after=patience,
                late=late,
            )
        except CallError as error:
            return self._judge(question, error)
        except CallWithdrawn as error:
            return Outcome.WITHDRAWN, str(error)
        except (CallTimeout, NotConnected) as error:
            return Outcome.UNKNOWN, str(error) or type(error).__name__
        return self._judge(question, answer)

    def _judge(self, question: Question, answer: dict[str, Any] | CallError) -> tuple[Outcome, str]:
        """What an answer means, and why."""
        if isinstance(answer, CallError):
            return Outcome.REFUSED, str(answer)
        dialect = self.charger.dialect
        taken = dialect.carries_out(question, answer)
        why = f"{question.action}: {dialect.status(answer)}"
        return (Outcome.TAKEN if taken else Outcome.REFUSED), why

    async def _read_key(self, key: str) -> str | None:
        """What a key holds, so that it isn't written in vain; None: not known."""
        was_written = True
        read: tuple[str, list[Question]] = key, []

        def leave() -> Mapping[str, Any]:
            nonlocal was_written
            was_written = key in self._written_keys
            self._reads.append(read)
            return question.payload

        dialect = self.charger.dialect
        question = dialect.read_settings([key])
        try:
            answer = await self.charger.call(question, priority=CallPriority.LIMIT, fresh=leave)
        except ChargePointError:
            return None
        finally:
            self._reads = [one for one in self._reads if one is not read]
        for told in dialect.settings_told(answer):
            if told.name == key and isinstance(told.value, str):
                if not was_written:
                    self.original_keys.setdefault(key, told.value)
                # What was read says nothing of what was written since.
                return None if read[1] else told.value
        return None


def _patience(keeper: ConnectorLimit) -> float | None:
    """How long a limit waits for other questions, s: only a cut overtakes them."""
    if keeper.cut_since is None:
        return None
    return max(0.0, keeper.cut_since + OVERTAKE_AFTER - clock.monotonic())
