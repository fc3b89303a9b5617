"""Binds a charger's limits and its onboarding to its `ChargePoint`."""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
import contextlib
import logging
from typing import Any

from ... import clock
from ...balancing.readings import Status
from ..dialect import Message
from ..limits.charger_limits import ChargerLimits
from ..limits.connector_limit import ConnectorLimit
from ..limits.fail_safe import FailSafeReport
from ..limits.reconcile import LIMITED_ELSEWHERE_FOR, SeenElsewhere
from ..models import ProfileCatalogue
from ..onboarding.onboarding import Onboarding
from ..transport.calls import CallPriority
from ..transport.connection_habits import Habit
from ..transport.errors import CallError, CallTimeout, ChargePointError, NotConnected
from .charge_point import Change, ChargePoint
from .connector import ConnectorState, ForeignLimit, Values, limited_unknown_to
from .fail_safe_check import FailSafeCheck, Finding, Stage
from .fresh_values import FreshValues
from .reports import Report

_LOGGER = logging.getLogger(__name__)

_STATE = "limit"
"""Where a connector remembers its limit."""
_IN_ALL = "in all"
"""Under which a connector keeps what its charger allows where it does not say who allows how much."""
LESSON_WITHIN = 5.0
"""Seconds that a charger may take to tell what it can do before it gets its first limit."""
STOCK_AFTER = 30.0
"""Seconds after which a charger is asked for all that it tells, where that is long."""
_SURE_AFTER = (60.0, 300.0, 900.0)
"""Seconds after which it is told again what to report, where it did not answer all of that."""
RELEASED_WITHIN = 10.0
"""Seconds that clearing up after a charger that is removed may take."""


async def _nothing() -> None:
    """Save nothing."""


class ChargerControl:
    """Everything that makes a charger follow its limits, for as long as it is configured."""

    def __init__(
        self,
        point: ChargePoint,
        catalogue: ProfileCatalogue,
        *,
        chosen: str | None = None,
        save: Callable[[], Awaitable[None]] = _nothing,
    ) -> None:
        """Take over `point`, whose state was restored; `close` ends it.

        Every connector of `point`, present and later, gets a keeper. `chosen`
        is the profile that the user chose, `save` is awaited before an increase
        is sent.
        """
        self._point = point
        self.onboarding = Onboarding(point, catalogue, chosen=chosen)
        stored = point.stored.inside("capabilities", point.capabilities)
        if point.capabilities:
            self.onboarding.restore(stored)
        self.limits = ChargerLimits(
            point,
            profile=self.onboarding.profile,
            generic=catalogue.generic,
            charger_time=point.clock.now,
            save=save,
            changed=self._limit_changed,
            seen_elsewhere=self._seen_elsewhere,
            unanswered=point.unanswered,
        )
        if point.capabilities:
            self.limits.restore(stored.section(_STATE))
        point.on_limited_elsewhere = self._limited_elsewhere
        point.clock.on_news = lambda: self.limits.clock_may_be(point.clock.possible)
        self._fresh_values = FreshValues(point, lambda: self.onboarding.capabilities)
        self._step = self.limits.step
        self._onboarding_lock = asyncio.Lock()
        self._tasks: set[asyncio.Task[None]] = set()
        self._making_sure: asyncio.Task[None] | None = None
        self._check: asyncio.Task[Finding] | None = None
        self.check_stage: Stage | None = None
        """What goes on in a guided check; None: none is under way."""
        self._know()
        self._unsubscribe = [
            point.on_connector(self._on_connector),
            point.on_change(self._on_change),
            point.on_ready(self._on_ready),
        ]
        self.limits.start()

    async def close(self) -> None:
        """End it; what the charger holds stays as it is."""
        self._point.clock.on_news = self._point.on_limited_elsewhere = None
        while self._unsubscribe:
            self._unsubscribe.pop()()
        tasks: set[asyncio.Task[Any]] = {*self._tasks, *([self._check] if self._check else [])}
        for task in tasks:
            task.cancel()
        if tasks:
            await asyncio.wait(tasks)
        await self.limits.stop()
        await self._fresh_values.close()
        self._remember()

    @property
    def fail_safe(self) -> FailSafeReport:
        """What it does when Home Assistant stops, and how sure that is."""
        return self.limits.fail_safe

    @property
    def does_not_answer(self) -> bool:
        """Whether it is connected, and leaves what it is asked without an answer."""
        unanswered = any(keeper.is_left_unanswered for keeper in self.limits.keepers.values())
        return self._point.online and (unanswered or self._point.is_mute)

    @property
    def failed_reports(self) -> tuple[Report, ...]:
        """Updates and uploads that failed lately."""
        return self._point.reports.failures

    async def check_fail_safe(self) -> FailSafeReport:
        """Find out now what it does alone, as far as it tells. Raises NotConnected."""
        report = await self.limits.check_fail_safe()
        self._tell()
        return report

    async def check_alone(self, *, lost_link: bool, restart: bool) -> Finding:
        """Find out what it does alone by leaving it alone; see `fail_safe_check`.

        Goes on although who asked has gone; who asks meanwhile hears of the same
        check. Raises NotConnected and TimeoutError.
        """
        if self._check is None:
            self._check = asyncio.get_running_loop().create_task(
                self._check_alone(lost_link=lost_link, restart=restart),
                name=f"check of {self._point.id}",
            )
            self._check.add_done_callback(self._checked)
        return await clock.outcome_of(self._check)

    async def _check_alone(self, *, lost_link: bool, restart: bool) -> Finding:
        drew = {
            state.number: draw.at_least
            for state in self._point.connectors.values()
            if state.transaction is not None
            and (draw := self._point.draw(state.number)) is not None
        }
        check = FailSafeCheck(self._point, self.limits, drew=drew, tell=self._at_stage)
        return await check.run(lost_link=lost_link, restart=restart)

    def _at_stage(self, stage: Stage | None) -> None:
        self.check_stage = stage
        self._tell()

    def _checked(self, _: asyncio.Task[Finding]) -> None:
        self._check = None
        self._at_stage(None)

    async def end_sessions(self) -> bool:
        """Have nothing charge any more, before it is removed; whether nothing does. 10 s at most."""
        try:
            async with clock.timeout(RELEASED_WITHIN):
                await self._stop_sessions()
        except (NotConnected, TimeoutError) as error:
            _LOGGER.debug("%s goes on charging: %s", self._point.id, error)
            return False
        return True

    async def release(self) -> bool:
        """Take back what was done to a charger that is removed; whether all of it was.

        Clears our profiles and puts back what keys held. A car that goes on charging
        would then draw all that its charger can, and nobody counts it any more: so
        sessions are stopped first, and where one goes on its limits stay. Takes 10 s
        at most.
        """
        try:
            async with clock.timeout(RELEASED_WITHIN):
                await self._stop_sessions()
                await self.limits.release()
                return not await self.restore_keys()
        except (NotConnected, TimeoutError) as error:
            _LOGGER.debug("%s is not released: %s", self._point.id, error)
            return False

    async def _stop_sessions(self) -> None:
        """Have nothing charge any more; waits until nothing does. Raises NotConnected."""
        done = asyncio.Event()

        def look(*_: object) -> None:
            # Whoever hangs up on a charger that waits for its answer is told the same again.
            charges = any(state.charges for state in self._point.connectors.values())
            if not (charges or self._point.unanswered):
                done.set()

        end = self._point.on_change(look)
        try:
            for state in tuple(self._point.connectors.values()):
                if state.transaction is not None:
                    question = self._point.dialect.stop(state.transaction.id)
                    with contextlib.suppress(CallError, CallTimeout):
                        await self._point.call(question, priority=CallPriority.LIMIT)
            look()
            await done.wait()
        finally:
            end()

    def choose_profile(self, chosen: str | None) -> None:
        """The user chose another profile, or none; one that is connected is asked anew."""
        self.onboarding.choose(chosen)
        self._know()
        self.limits.try_anew()
        if self._point.online:
            self._start(self._onboard_anew())

    async def restore_keys(self) -> tuple[str, ...]:
        """Put back what configuration keys held before; those that failed.

        For a charger that is removed, while it is connected; keys that limits
        were written to hold what they held before the first limit.
        """
        return await self.onboarding.undo(self.limits.original_keys)

    def _on_connector(self, state: ConnectorState) -> None:
        keeper = self.limits.keeper(state.number)
        file = self._point.stored
        stored = file.inside(
            f"connectors.{state.number}.{_STATE}",
            state.remembered.get(_STATE, {}),
            is_lost=state.is_lost or file.is_lost,
            # An outlet that it tells only now may have been led before something was lost.
            is_outdated=file.is_incomplete and _STATE not in state.remembered,
        )
        in_session = state.transaction is not None
        self.limits.restore_connector(state.number, stored, in_session=in_session)
        if not stored.is_whole:
            # The next start must not take for sure what this one doubts.
            state.remembered[_STATE] = keeper.state()
            self._remember()
        if state.transaction is not None:
            keeper.session_started(state.transaction.id, state.transaction.id_tag)
        elif state.goes_on:
            keeper.transaction_goes_on()
        state.keeper = keeper

    def _on_change(self, point: ChargePoint, change: Change, number: int | None) -> None:
        if change is Change.CONNECTION and not point.online:
            self.limits.disconnected(point.last_heard_at)
        elif change is Change.CONNECTION:
            if self.onboarding.speaks(point.dialect.subprotocol):
                self._know()
                self.limits.speaks_anew()
        elif change is Change.IDENTITY and self.limits.is_connected:
            self._start(self._onboard_anew())
        elif change is Change.TRANSACTION and number:
            self._session(point.connector(number))
        elif change is Change.ANSWERED:
            self.limits.wake()
        elif change is Change.STATUS and number:
            self._session(point.connector(number))
            if point.connector(number).status is Status.AVAILABLE:
                self.limits.keeper(number).goes_on_no_more()
        elif change is Change.VALUES and number:
            self._values(point.connector(number))

    def _start(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        task = asyncio.get_running_loop().create_task(work, name=f"charger {self._point.id}")
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    def _session(self, state: ConnectorState) -> None:
        keeper = self.limits.keeper(state.number)
        running = state.transaction
        goes_on = state.goes_on and self._point.dialect.sessions_are_parts
        if running is not None and running.id != keeper.transaction_id:
            keeper.session_started(running.id, running.id_tag)
        elif running is None and keeper.transaction_id is not None:
            self.limits.session_ended(state.number, goes_on=goes_on)
        elif running is None and keeper.goes_on and not goes_on:
            keeper.transaction_over()

    def _values(self, state: ConnectorState) -> None:
        """Whether it tells the current of each phase shows only while a car draws some."""
        values = state.values
        if values is None:
            return
        draw = self._point.draw(state.number)
        if draw is not None:
            self.limits.saw(state.number, draw.at_least, draw.at)
        tells_phases = self._tells_phases(values)
        if tells_phases is None:
            return
        news = self.onboarding.saw_phases(tells_phases)
        if news:
            self._tell()

    def _tells_phases(self, values: Values) -> bool | None:
        """Whether it tells the current of each wired phase; None: that does not show."""
        told = values.currents[: self._point.terminals]
        if any(told) and None not in told:
            return True
        return False if values.current else None

    async def _on_ready(self, point: ChargePoint) -> None:
        """A socket can be used: limits first, as soon as it is known how to send them."""
        if self.onboarding.learned:
            self._limits_connected()
        await self._onboard()

    async def _onboard(self) -> None:
        async with self._onboarding_lock:
            first = not self.onboarding.learned
            impatient = asyncio.create_task(self._limit_unlearned()) if first else None
            try:
                await self.onboarding.learn(self._point.identity)
            finally:
                if impatient is not None:
                    first = not impatient.done()
                    impatient.cancel()
                # Whatever went wrong: a charger without a limit is the worse thing.
                if told := self.onboarding.configuration.values:
                    self._point.configuration = told
                self._know()
                if first and self._point.online:
                    self._limits_connected()
            self._tell()
            await self.onboarding.configure()
            self._tell()
            if self.onboarding.is_unsure and self._unsubscribe:
                if self._making_sure is not None:
                    self._making_sure.cancel()
                self._making_sure = self._start(self._make_sure(self._point.connected_at))
            if not self.onboarding.is_to_take_stock:
                return
            # Some firmware says nothing any more if it is asked for all too soon.
            await clock.sleep(STOCK_AFTER)
            await self.onboarding.take_stock()
            if told := self.onboarding.configuration.values:
                self._point.configuration = told
            self._know()
            self._tell()
            # What it told of an outlet that nobody knew it to have was refused.
            for state in tuple(self._point.connectors.values()):
                if state.reported_at is None:
                    await self._point.trigger(Message.STATUS, state.number)

    async def _limit_unlearned(self) -> None:
        """Begin to limit a charger that does not tell what it can do: a limit can't wait."""
        await clock.sleep(LESSON_WITHIN)
        self._know()
        if self._point.online:
            self._limits_connected()

    async def _onboard_anew(self) -> None:
        """The charger said who it is, after it was used already."""
        try:
            await self._onboard()
        except ChargePointError as error:
            _LOGGER.debug("%s: %s", self._point.id, error)

    async def _make_sure(self, socket_at: float | None) -> None:
        """Tell it again what to report, as long as a part of that stays unanswered by chance."""
        for pause in _SURE_AFTER:
            await clock.sleep(pause)
            async with self._onboarding_lock:
                if self._point.connected_at != socket_at or not self.onboarding.is_unsure:
                    return
                with contextlib.suppress(ChargePointError):
                    await self.onboarding.configure()
                self._tell()

    def _know(self) -> None:
        seen = self.onboarding.capabilities
        self._point.user_name_of_model = self.onboarding.profile.user_name
        self.limits.know(
            self.onboarding.profile,
            firmware=self._point.identity.firmware,
            stack_level_maximum=seen.stack_level_maximum,
            max_periods=seen.max_periods,
            ends_offline=bool(seen.ends_offline) and Habit.NO_PONG not in self._point.habits,
            watts_only=seen.rate_units == ("W",),
        )

    def _limits_connected(self) -> None:
        """It can be told limits on its socket."""
        point = self._point
        self.limits.connected(booted=point.booted_unasked, socket_at=point.connected_at)

    def _limit_changed(self, keeper: ConnectorLimit) -> None:
        taken = not keeper.offer.refused
        if (keeper.offer.accepted is not None or not taken) and self.onboarding.saw_limit(taken):
            self._tell()
        if self.limits.step != self._step:
            # The group shares current in steps that it takes.
            self._step = self.limits.step
            self._tell()
        self._point.connector(keeper.number).remembered[_STATE] = keeper.state()
        self._remember()
        self._fresh_values.limit_changed(keeper.number)
        self._point.changed(Change.LIMIT, keeper.number)

    def _limited_elsewhere(self) -> None:
        """It has said that somebody else limits it, or does so no more."""
        unknown = limited_unknown_to(*self._places) is not None
        for state in self._places:
            if not unknown:
                state.limited_elsewhere(_IN_ALL, None)
        self.limits.limited_elsewhere(
            unknown=unknown,
            listed=any(
                one.is_listed for state in self._places for one in state.foreign_limits.values()
            ),
        )

    def _seen_elsewhere(self, seen: SeenElsewhere) -> None:
        """It was asked what others allow."""
        listed = {} if seen.listed is None else seen.listed
        known = {source for found in listed.values() for source in found}
        for state in self._places:
            before = dict(state.foreign_limits)
            if seen.listed is not None:
                state.lists_elsewhere(listed.get(state.number, {}))
            unknown = limited_unknown_to(state, self._point.whole)
            if unknown is not None and state.number in seen.allowed:
                until = clock.monotonic() + 2.0 * LIMITED_ELSEWHERE_FOR
                amperes = seen.allowed[state.number]
                state.limited_elsewhere(_IN_ALL, ForeignLimit(amperes, unknown.source, until))
            else:
                state.limited_elsewhere(_IN_ALL, None)
            if state.foreign_limits != before:
                self._point.changed(Change.STATUS, state.number)
        for state in self._places:
            if (unknown := state.unknown_limit) is not None and unknown.source in known:
                state.limited_elsewhere(unknown.source, None)

    @property
    def _places(self) -> tuple[ConnectorState, ...]:
        return (self._point.whole, *self._point.connectors.values())

    def _tell(self) -> None:
        self._remember()
        self._point.changed(Change.CAPABILITIES)

    def _remember(self) -> None:
        self._point.capabilities = {**self.onboarding.state(), _STATE: self.limits.state()}
