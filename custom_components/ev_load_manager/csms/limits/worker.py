"""Sends what the limits of one charger need: one at a time, cuts before increases.

Each time it is free it looks at what is wanted *now*. A cut does not wait for a
charger that says nothing: after five seconds of silence it leaves beside what
is not answered. What the charger refuses, or takes and does not follow, is tried in
its other strategies; the one that worked is remembered and tried first.
"""

import asyncio
from collections.abc import Callable, Coroutine, Mapping
from dataclasses import dataclass, field
import logging
import math

from ... import clock
from ..transport.calls import MOST_UNANSWERED_AT_ONCE, OVERTAKE_AFTER, ReachableCharger
from ..transport.errors import CallError, CallTimeout, NotConnected
from . import commands
from .composer import Composer
from .connector_limit import ConnectorLimit
from .outcome import Outcome, Progress, Refused
from .pause import Pausing
from .reconcile import read_outlook
from .schedule import COMMAND_INTERVAL, Job, JobKind, Schedule
from .sender import Sender
from .strategies import Form, Strategy
from .strategy_choice import StrategyChoice

_LOGGER = logging.getLogger(__name__)

_AFTER_A_FAULT = 5.0
_MOST_OF_AN_OUTLET = 6
"""So many limits of each outlet may be without an answer at most, and of two at least: a
cut every five seconds, until the first is given up."""
_BUSY = 1.0
"""Seconds after which it is looked again whether what goes on beside limits is over."""
_PREPARED_WITHIN = 4.0
"""Seconds after which a cut waits no more for what should come before it."""
_ANSWERED_WITHIN = 5.0
"""Seconds after which nothing waits any more for the answer to a session's start or end."""
_ASKED_ABOUT = 60
"""Seconds of its schedule that a charger is asked for to find out whether it answers anything."""
_ANSWERS_WITHIN = 10.0
"""Seconds that it has for that."""
_CUT_ANSWERED_WITHIN = 0.5
"""The same for a cut that names no session: a disk that works has stored the start by then."""


@dataclass(eq=False, slots=True)
class _Sending:
    """A limit on its way to one connector."""

    number: int
    kind: JobKind
    began: float = field(default_factory=clock.monotonic)
    progress: Progress = field(default_factory=Progress)
    news: asyncio.Event = field(default_factory=asyncio.Event)


@dataclass(eq=False, slots=True, kw_only=True)
class LimitWorker:
    """Sends the limits of one charger for as long as it runs."""

    charger: ReachableCharger
    keepers: Mapping[int, ConnectorLimit]
    schedule: Schedule
    composer: Composer
    choice: StrategyChoice
    sender: Sender
    changed: Callable[[ConnectorLimit], None]
    unanswered: Mapping[int, float]
    """Since when the start or the end of a session waits for its answer (monotonic), by
    connector: before it has heard how its session is called, a charger can't be asked about
    it, and much firmware deals with one thing at a time."""
    may_send: Callable[[], bool]
    """Nothing is sent while it says no."""
    look_after: Callable[[], float | None]
    """Called when there is nothing else to do; returns when it wants to be called again."""
    pausing: Pausing
    _pause_at: float | None = None
    _wake: asyncio.Event = field(default_factory=asyncio.Event)
    _idle: asyncio.Event = field(default_factory=asyncio.Event)
    _task: asyncio.Task[None] | None = None
    _jobs: dict[asyncio.Task[None], _Sending] = field(default_factory=dict)
    _others: set[asyncio.Task[None]] = field(default_factory=set)
    _asked_if_dumb: set[int] = field(default_factory=set)
    """The connectors for which it is being found out."""

    # What others say

    def start(self) -> None:
        """Begin to send."""
        if self._task is None:
            self._task = asyncio.get_running_loop().create_task(
                self._run(), name=f"limits of {self.charger.id}"
            )

    async def stop(self) -> None:
        """Send no more; what is on its way stays possible."""
        tasks = [*self._jobs, *self._others, *([self._task] if self._task else [])]
        self._task = None
        for task in tasks:
            task.cancel()
        if tasks:
            await asyncio.wait(tasks)

    def wake(self) -> None:
        """Something changed."""
        self._wake.set()
        for job in self._jobs.values():
            job.news.set()

    async def settled(self) -> None:
        """Wait until all that may be sent now was sent, or is given up for a while."""
        self._idle.clear()
        self._wake.set()
        await self._idle.wait()

    # What is to be done

    async def _run(self) -> None:
        while True:
            self._wake.clear()
            try:
                wait = self._round()
            except Exception:
                _LOGGER.exception("Limits of charger %s can't be sent", self.charger.id)
                wait = _AFTER_A_FAULT
            if wait is None or wait > 0:
                if not self._jobs:
                    self._idle.set()
                await clock.happens(self._wake, wait)

    def _round(self) -> float | None:
        """Begin what is most urgent; seconds to wait then, None: until something happens."""
        if not self.may_send():
            return None
        now = clock.monotonic()
        for keeper in self.keepers.values():
            keeper.time_cut()
        if self.choice.begin_anew():
            for keeper in self.keepers.values():
                keeper.passes_over(frozenset())
        waiting = sorted(
            (
                (due.at > now, due.at if due.at > now else due.urgency, keeper, due)
                for keeper in self.keepers.values()
                for due in self.schedule.of(keeper)
            ),
            key=lambda one: (one[0], one[1], one[2].sent_at or 0.0, one[2].number),
        )
        later = [due.at for _, _, _, due in waiting if due.at > now]
        if self.choice.again_at is not None:
            later.append(self.choice.again_at)
        # What follows a limit may be higher, and is to be cut then.
        ends = (keeper.offer.expires_at for keeper in self.keepers.values())
        later += [at for at in ends if at is not None and at > now]
        later += [at for one in self.keepers.values() if (at := one.tried_again_at) is not None]
        for is_later, _, keeper, due in waiting:
            if is_later:
                break
            at = self._may_begin_at(keeper, due)
            if at is not None:
                at = max(at, self._held_until(keeper, due))
            if at is not None and at <= now:
                self._begin(keeper, due)
                return 0.0
            if at is not None:
                later.append(at)
        if (held := self._held_until()) > now:
            later.append(held)
        elif not self._jobs and not any(not is_later for is_later, _, _, _ in waiting):
            later += [at for at in (self.look_after(), self._pause()) if at is not None]
        return max(0.01, min(later) - clock.monotonic()) if later else None

    def _may_begin_at(self, keeper: ConnectorLimit, due: Job) -> float | None:
        """When something may begin beside what is on its way; None: after that."""
        if not self._jobs:
            return 0.0
        most = _MOST_OF_AN_OUTLET * max(2, len(self.keepers))
        if not due.cut or len(self._jobs) >= min(most, MOST_UNANSWERED_AT_ONCE - 1):
            return None
        since = keeper.cut_since or 0.0
        for job in self._jobs.values():
            progress = job.progress
            if keeper.number not in (job.number, *progress.shares) or job.kind is not due.kind:
                continue
            if progress.is_overtaken:
                continue
            if progress.amperes is None and progress.waits:
                # It has time, this has none; how long others are waited for is the queue's matter.
                return 0.0
            if progress.amperes is not None and (keeper.sent_at or 0.0) > progress.asked_at:
                # Another limit has left for it since, and may have been taken.
                continue
            # What is still being prepared is worked out when it leaves.
            is_late = keeper.cut_since is not None and progress.asked_at < keeper.cut_since
            if progress.amperes is None or (
                progress.amperes == self._wanted(keeper) and not is_late
            ):
                return None
            # One that asks for less and less is told every five seconds.
            since = max(since, progress.asked_at)
        asked_at = max(job.progress.asked_at for job in self._jobs.values())
        return min(asked_at, since or asked_at) + OVERTAKE_AFTER

    def _held_until(self, keeper: ConnectorLimit | None = None, due: Job | None = None) -> float:
        """When something need not wait any more for the answer to a session's start or end."""
        # A disk gets no faster where the site's time is.
        within = max(_ANSWERED_WITHIN, clock.factor())
        if keeper is None or due is None or not due.cut:
            return max(self.unanswered.values(), default=-math.inf) + within
        others = max(self.unanswered.values(), default=-math.inf) + _CUT_ANSWERED_WITHIN
        if keeper.cut_since is not None:
            # However many sessions start one after the other.
            others = min(others, keeper.cut_since + within)
        own = self.unanswered[keeper.number] + within if self._names(keeper) else -math.inf
        return max(own, others)

    def _names(self, keeper: ConnectorLimit) -> bool:
        """Whether a limit of a connector would name a session that its charger can't know yet."""
        if keeper.number not in self.unanswered:
            return False
        possible = self.schedule.possible(keeper)
        return bool(possible) and self.schedule.leading(keeper, possible).needs_transaction

    def _wanted(self, keeper: ConnectorLimit) -> float | None:
        """What would be sent for a connector now, A."""
        possible = self.schedule.possible(keeper)
        if not possible:
            return None
        return self.composer.shares(self.schedule.leading(keeper, possible).way, keeper)[0]

    def _pause(self) -> float | None:
        """Stop and start sessions where a limit can't be 0 A; when to look again."""
        if self.composer.takes_zero:
            return None
        if not self._others:
            self._beside(self._follow_pauses())
            return self._pause_at
        return None if self._pause_at is None else max(self._pause_at, clock.monotonic() + _BUSY)

    async def _follow_pauses(self) -> None:
        before = self._pause_at
        self._pause_at = await self.pausing.follow(self.keepers.values())
        if self._pause_at != before:
            self._wake.set()

    # Doing it

    def _begin(self, keeper: ConnectorLimit, due: Job) -> None:
        if due.kind is JobKind.NO_WAY:
            keeper.refused("this model takes no limits", {})
            keeper.has_no_limit()
            self.changed(keeper)
            return
        for other in self._jobs.values():
            if other.number == keeper.number and other.kind is due.kind:
                other.progress.is_overtaken |= other.progress.waits
        job = _Sending(keeper.number, due.kind)
        task = asyncio.get_running_loop().create_task(
            self._do(keeper, job), name=f"limit of {self.charger.id}, {keeper.number}"
        )
        self._jobs[task] = job
        task.add_done_callback(self._done)

    def _done(self, task: asyncio.Task[None]) -> None:
        del self._jobs[task]
        self.wake()

    async def _do(self, keeper: ConnectorLimit, job: _Sending) -> None:
        try:
            match job.kind:
                case JobKind.STANDING:
                    await self._send_standing(keeper, job)
                case JobKind.UNMASK:
                    await self._unmask(keeper, job)
                case JobKind.LIFT:
                    await self._lift(keeper, job)
                case _:
                    await self._send(keeper, job)
        except Exception:
            _LOGGER.exception("Limits of charger %s can't be sent", self.charger.id)
            keeper.stumbled(_AFTER_A_FAULT)

    def _beside(self, work: Coroutine[object, object, None]) -> asyncio.Task[None]:
        task = asyncio.get_running_loop().create_task(work, name=f"limits of {self.charger.id}")
        self._others.add(task)
        task.add_done_callback(self._others.discard)
        return task

    async def _send(self, keeper: ConnectorLimit, job: _Sending) -> None:
        """Send a connector's limit in the strategy that works, else in the others in turn."""
        possible = self._after_disobedience(keeper, self.schedule.possible(keeper))
        refused = Refused()
        for strategy in self._to_try(keeper, possible):
            runs_by = _runs_by(keeper)
            outcome, why = await self._attempt(strategy, keeper, job)
            if outcome is Outcome.REFUSED and await self.sender.make_room(strategy, keeper):
                outcome, why = await self._attempt(strategy, keeper, job)
            if outcome is Outcome.TAKEN:
                better = possible[: possible.index(strategy)]
                keeper.passes_over(frozenset(one.name for one in better))
                return
            if outcome is Outcome.WITHDRAWN:
                return
            if outcome is Outcome.UNKNOWN:
                if not _was_for_another_socket(job, keeper):
                    keeper.not_answered(why, job.progress.ticket, job.progress.asked_at)
                    is_known = self.choice.unanswered(
                        strategy,
                        keeper.number,
                        runs_by=runs_by,
                        asked_at=job.progress.asked_at,
                    )
                    if is_known and keeper.is_left_unanswered:
                        self._beside(self._find_out_if_dumb(strategy, keeper))
                self.changed(keeper)
                return
            _LOGGER.debug("%s: %s is refused: %s", self.charger.id, strategy.name, why)
            refused.note(strategy.way, job.progress, keeper.number)
            keeper.failed(why)
            self.choice.silence.answered(strategy.name, keeper.number)
            # One refusal is no reason to give up what the connector has, or what leads sessions.
            is_led_so = runs_by in (None, strategy) or (
                strategy.needs_transaction and strategy.name not in keeper.passed_over
            )
            is_hiccup = is_led_so and self.choice.refused(strategy, runs_by=runs_by)
            if is_hiccup and keeper.cut_since is None:
                keeper.kept(why, refused.sent, began=job.began)
                self.changed(keeper)
                return
        self.choice.silence.forget(keeper.number)
        if self.composer.takes_zero and refused.is_of_zero:
            # Then at least the lowest current that it takes.
            self.composer.zero_refused = True
            return
        for strategy in possible:
            # What was not even sent is not worth a try either.
            amperes, _ = self.composer.shares(strategy.way, keeper)
            refused.sent.setdefault(commands.name(strategy.way), amperes)
        keeper.refused(keeper.last_error or "refused", refused.sent)
        if not self.schedule.is_held(keeper):
            keeper.has_no_limit()
        self.changed(keeper)

    def _to_try(
        self, keeper: ConnectorLimit, possible: tuple[Strategy, ...]
    ) -> tuple[Strategy, ...]:
        """The strategies to try in turn; where all were left unanswered, all of them again."""
        number = keeper.number
        for _ in range(2):
            left = self.choice.to_try(
                number,
                possible,
                runs_by=_runs_by(keeper),
                may_stand_in=lambda one: self._may_stand_in(one, keeper),
                cut_since=keeper.cut_since,
            )
            if left:
                return left
            self.choice.silence.forget(number)
        return possible

    def _may_stand_in(self, strategy: Strategy, keeper: ConnectorLimit) -> bool:
        """Whether a limit may be told so in place of one that gets no answer any more.

        It may be taken, and nobody hears of it: so it has to end by itself and leave what holds
        afterwards, and to concern nobody else. Only the first limit of all may stay.
        """
        if not strategy.is_of_one:
            return False
        if keeper.running is None and math.isinf(keeper.highest_possible):
            # Any limit is better than none.
            return True
        if keeper.standing is None:
            return strategy.form is Form.TWO_PERIODS
        return strategy.ends and self.composer.stands(strategy, keeper)

    async def _find_out_if_dumb(self, strategy: Strategy, keeper: ConnectorLimit) -> None:
        """Have what goes on to be left unanswered given up, where other questions are not.

        A charger that answers nothing at all knows it as well as before, once it is back.
        """
        if keeper.number in self._asked_if_dumb:
            return
        self._asked_if_dumb.add(keeper.number)
        try:
            await read_outlook(self.charger, keeper.number, _ASKED_ABOUT, timeout=_ANSWERS_WITHIN)
        except CallError:
            pass
        except CallTimeout, NotConnected:
            return
        finally:
            self._asked_if_dumb.discard(keeper.number)
        if keeper.is_left_unanswered:
            self.choice.silence.put_on_trial(strategy.name, keeper.number)

    async def _attempt(
        self, strategy: Strategy, keeper: ConnectorLimit, job: _Sending
    ) -> tuple[Outcome, str]:
        """Try one strategy; a fraction of an ampere that is refused is left out."""
        outcome, why = await self._attempt_once(strategy, keeper, job)
        if (
            outcome is not Outcome.REFUSED
            or not self._has_fraction(strategy, keeper, job.progress.amperes)
            or not self.composer.try_whole()
        ):
            return outcome, why
        _LOGGER.debug("%s does not take a fraction of an ampere: %s", self.charger.id, why)
        outcome, again = await self._attempt_once(strategy, keeper, job)
        self.composer.keep_whole(outcome is Outcome.TAKEN)
        return outcome, again if outcome is Outcome.TAKEN else why

    def _has_fraction(
        self, strategy: Strategy, keeper: ConnectorLimit, amperes: float | None
    ) -> bool:
        """Whether a limit that was sent, or what is to hold after it, is no whole number."""
        told = [] if amperes is None else [amperes]
        if strategy.ends or strategy.stands:
            told.append(self.composer.fallback(keeper, strategy.way))
        return any(one != int(one) for one in told)

    async def _attempt_once(
        self, strategy: Strategy, keeper: ConnectorLimit, job: _Sending
    ) -> tuple[Outcome, str]:
        job.progress.amperes = job.progress.ticket = None
        job.progress.shares = {}
        if self.sender.share_anew(strategy, keeper):
            return Outcome.TAKEN, ""
        may_last_from = _preparation_may_last_from(keeper)
        preparation = asyncio.get_running_loop().create_task(
            self.sender.prepare(strategy, keeper, job.progress)
        )
        try:
            if await self._in_time(preparation, keeper, job, may_last_from):
                prepared, why = preparation.result()
                if prepared is not None:
                    return prepared, why
        except asyncio.CancelledError:
            preparation.cancel()
            raise
        return await self.sender.carry_out(strategy, keeper, job.progress)

    async def _in_time(
        self,
        preparation: asyncio.Task[tuple[Outcome | None, str]],
        keeper: ConnectorLimit,
        job: _Sending,
        may_last_from: float,
    ) -> bool:
        """Wait for what comes before a limit; False where a cut can't wait any longer."""
        preparation.add_done_callback(lambda _: job.news.set())
        while not preparation.done():
            left = None
            if keeper.cut_since is not None:
                # A machine is no faster where the site's time is.
                within = max(_PREPARED_WITHIN, clock.factor())
                left = max(keeper.cut_since, may_last_from) + within - clock.monotonic()
                if left <= 0:
                    self._beside(_outcome_of(preparation))
                    return False
            job.news.clear()
            await clock.happens(job.news, left)
        return True

    def _after_disobedience(
        self, keeper: ConnectorLimit, possible: tuple[Strategy, ...]
    ) -> tuple[Strategy, ...]:
        """What is possible once it is known what the charger takes and does not follow."""
        compliance = keeper.compliance
        if compliance.act_at is None or compliance.act_at > clock.monotonic():
            return possible
        left = True
        if compliance.disobeys:
            followed_not = possible[0] if keeper.running is None else keeper.running.strategy
            left = self.choice.distrust(followed_not, possible)
            _LOGGER.warning(
                "Charger %s, connector %s: %.1f A are drawn, more than it was told (%s)",
                self.charger.id,
                keeper.number,
                compliance.drawn,
                followed_not.name,
            )
        keeper.told_again(nothing_left=not left)
        return self.schedule.possible(keeper)

    async def _send_standing(self, keeper: ConnectorLimit, job: _Sending) -> None:
        """Send what is to hold once a connector's limit ends."""
        strategy = self.schedule.leading(keeper, self.schedule.possible(keeper))
        outcome, why = await self.sender.set_standing(strategy, keeper)
        if outcome is Outcome.UNKNOWN and not _was_for_another_socket(job, keeper):
            keeper.not_answered(why)
        elif outcome is Outcome.REFUSED:
            keeper.standing_refused(why, again_after=COMMAND_INTERVAL, began=job.began)
        self.changed(keeper)

    async def _lift(self, keeper: ConnectorLimit, job: _Sending) -> None:
        """Raise what was given up and holds a connector low; one that takes it leads again."""
        strategy = self.schedule.holds_low(keeper)
        if strategy is None:
            return
        outcome, why = await self.sender.carry_out(strategy, keeper, job.progress)
        if outcome is Outcome.TAKEN:
            keeper.passes_over(frozenset())
        elif outcome is not Outcome.WITHDRAWN:
            keeper.kept(why, {}, began=job.began)
            self.changed(keeper)

    async def _unmask(self, keeper: ConnectorLimit, job: _Sending) -> None:
        """Clear what overrules a connector's limit and allows more."""
        possible = self.schedule.possible(keeper)
        if not possible:
            return
        strategy = self.schedule.leading(keeper, possible)
        share = self.composer.shares(strategy.way, keeper)[1][keeper.number]
        for slot in self.schedule.masks(keeper, strategy, share):
            outcome, why = await self.sender.clear(slot)
            if outcome is Outcome.UNKNOWN:
                if not _was_for_another_socket(job, keeper):
                    keeper.not_answered(why)
                return
            if outcome is Outcome.REFUSED:
                keeper.kept(why, {}, began=job.began)
                own = self.choice.sessions_own(len(self.keepers))
                is_refused = own is not None and own.name in keeper.passed_over
                if keeper.transaction_id is not None and not is_refused:
                    # Then it is overruled in its own place.
                    self.choice.lead_by_session(len(self.keepers))
                    keeper.send_again()
                return


def _runs_by(keeper: ConnectorLimit) -> Strategy | None:
    """How a connector's limit came about."""
    return None if keeper.running is None else keeper.running.strategy


def _was_for_another_socket(job: _Sending, keeper: ConnectorLimit) -> bool:
    """Whether what was begun got no answer because its socket went, and there is a new one."""
    return keeper.connected_since is not None and keeper.connected_since > job.began


def _preparation_may_last_from(keeper: ConnectorLimit) -> float:
    """From when the time counts that what comes before a cut may take.

    Once a cut has left, and is tried again or in another way, that is now.
    """
    now = clock.monotonic()
    since = max(keeper.cut_since or 0.0, keeper.connected_since or 0.0)
    if keeper.sent_at is None or keeper.sent_at < since:
        return since
    lowered_at = keeper.lowered_at
    return now if lowered_at is None or keeper.sent_at > lowered_at else lowered_at


async def _outcome_of(preparation: asyncio.Task[tuple[Outcome | None, str]]) -> None:
    """See what comes of what nobody waits for any more: it tells the connector itself."""
    try:
        await preparation
    except Exception:
        _LOGGER.exception("What comes before a limit failed")
