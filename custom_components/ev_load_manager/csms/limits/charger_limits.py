"""The limits of one charger: all that others say of them, and look at.

`worker` sends them; what is found out beside that is taken in here.
"""

import asyncio
from collections.abc import Awaitable, Callable, Coroutine, Mapping
from datetime import datetime
from functools import partial
import logging
import math
from types import MappingProxyType
from typing import Any

from ... import clock
from ...data_files.stored import Stored
from ...data_files.values import flag, text
from ..charger_clock import PossibleClock
from ..models import ChargerProfile, Persistence
from ..transport.calls import ReachableCharger
from ..transport.errors import NotConnected
from .composer import Composer, in_watts
from .connector_limit import ConnectorLimit
from .fail_safe import Evidence, FailSafeReport, report_on
from .fail_safe_trial import FailSafeTrial
from .pause import Pausing
from .reconcile import Cleared, Clearing, ForeignCleared, Looked, Reconciler, SeenElsewhere
from .saving import Saving
from .schedule import Schedule
from .sender import Sender
from .slots import stored_profile
from .strategies import Strategy
from .strategy_choice import StrategyChoice
from .worker import LimitWorker
from .write_count import MOST_CHANGES, MOST_RENEWALS

_LOGGER = logging.getLogger(__name__)


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
        changed: Callable[[ConnectorLimit], None] = lambda _: None,
        seen_elsewhere: Callable[[SeenElsewhere], None] = lambda _: None,
        unanswered: Mapping[int, float] = MappingProxyType({}),
    ) -> None:
        """Keep limits of `charger`; nothing is sent before `start` and `connected`.

        `charger_time` is the time that the charger believes it is. `save` is
        awaited before an increase is sent, so that a restart never believes in
        a limit lower than one that may be in force. `changed` is called when a
        connector's offer changed, and `seen_elsewhere` when the charger was asked what others
        allow. `unanswered` is as in `LimitWorker`.
        """
        self.keepers: dict[int, ConnectorLimit] = {}
        self._charger = charger
        self._generic = generic
        self._changed = changed
        self._seen_elsewhere = seen_elsewhere
        self._ready = False
        self._beside: asyncio.Task[None] | None = None
        self._trial: FailSafeTrial | None = None
        self._questions: dict[int, int] = {}
        self._choice = StrategyChoice()
        self._evidence = Evidence()
        self._reconciler = Reconciler(charger, asks=self._ask_to_clear, charger_time=charger_time)
        self._composer = Composer(
            charger=charger,
            keepers=self.keepers,
            profile=profile,
            choice=self._choice,
            charger_time=charger_time,
        )
        self._saving = Saving(charger.id, save)
        self._sender = Sender(
            charger=charger,
            keepers=self.keepers,
            composer=self._composer,
            choice=self._choice,
            evidence=self._evidence,
            reconciler=self._reconciler,
            saving=self._saving,
            changed=self._is_another,
        )
        self._schedule = Schedule(self.keepers, composer=self._composer, choice=self._choice)
        self._worker = LimitWorker(
            charger=charger,
            keepers=self.keepers,
            schedule=self._schedule,
            composer=self._composer,
            choice=self._choice,
            sender=self._sender,
            changed=self._is_another,
            unanswered=unanswered,
            may_send=self._may_send,
            look_after=self._look_after,
            pausing=Pausing(charger),
        )
        self._warned_of_writes = False
        self.know(profile)

    # What others say

    def keeper(self, number: int) -> ConnectorLimit:
        """The limit of a connector, made on first use."""
        if number not in self.keepers:
            self.keepers[number] = ConnectorLimit(number, wake=self._look_again)
        return self.keepers[number]

    def know(
        self,
        profile: ChargerProfile,
        *,
        firmware: str = "",
        stack_level_maximum: int | None = None,
        max_periods: int | None = None,
        ends_offline: bool = False,
        watts_only: bool = False,
    ) -> None:
        """Learn what kind of charger it is."""
        self._composer.profile = profile
        self._reconciler.tells_schedule = profile.composite_schedule is not False
        self._choice.know(
            profile,
            self._generic,
            firmware=firmware,
            stack_level_maximum=stack_level_maximum,
            max_periods=max_periods,
            ends_offline=ends_offline,
            watts_only=watts_only,
            takes=self._charger.dialect.takes,
        )
        if self._evidence.about(firmware):
            self._choice.try_all_anew()
        self._worker.wake()

    def _look_again(self) -> None:
        """A connector has news."""
        self._part()
        self._worker.wake()

    def _is_another(self, keeper: ConnectorLimit) -> None:
        """What a connector may be told has changed."""
        self._part()
        self._changed(keeper)

    def _part(self) -> None:
        """What connectors share may be each one's own by now."""
        if len(self.keepers) > 1:
            for keeper in self.keepers.values():
                if keeper.part(partial(self._composer.holds, keeper)):
                    self._changed(keeper)

    def start(self) -> None:
        """Begin to send."""
        self._worker.start()

    async def stop(self) -> None:
        """Send no more; what is on its way stays possible."""
        # It begins what goes on beside the limits, also in place of what is ended here.
        await self._worker.stop()
        task, self._beside = self._beside, None
        if task is not None:
            task.cancel()
            await asyncio.wait([task])
        await self._saving.stop()

    def connected(self, *, booted: bool = False, socket_at: float | None = None) -> None:
        """The charger can be asked (again); it may have lost every limit.

        `booted`: it came with a BootNotification; `socket_at`: since when its socket
        is open (monotonic).
        """
        self._ready = True
        self._choice.silence.connected()
        self._composer.zero_refused = False
        self._evidence.connected(booted=booted, socket_at=socket_at)
        self._reconciler.connected()
        for keeper in self.keepers.values():
            keeper.connected(forgets=self._evidence.kept_over_link is False)
        if self._trial is not None:
            self._trial.connected()
        self._worker.wake()

    def disconnected(self, heard_at: float | None = None) -> None:
        """Its socket is gone; `heard_at`: when it last said anything on it (monotonic)."""
        self._ready = False
        for keeper in self.keepers.values():
            keeper.left_alone(heard_at)
        if self._beside is not None:
            self._beside.cancel()

    def session_ended(self, number: int, *, goes_on: bool = False) -> None:
        """A session is over, and with it a limit that was set for it alone.

        `goes_on`: its charger's transaction is not, and may keep that.
        """
        keeper = self.keeper(number)
        running = keeper.running
        last = self._choice.of_session(len(self.keepers)) if running is None else running.strategy
        keeper.session_ended(last, goes_on=goes_on)
        self._is_another(keeper)

    def clock_may_be(self, clocks: tuple[PossibleClock, ...]) -> None:
        """Its clock may show another time than was thought: what was dated by it is in doubt."""
        for keeper in self.keepers.values():
            keeper.clock_may_be(clocks)
            self._is_another(keeper)

    def saw(self, number: int, amperes: float, at: float) -> None:
        """A car drew so much per phase at `at` (monotonic)."""
        keeper = self.keeper(number)
        before = keeper.disobeys
        if self._trial is not None:
            self._trial.saw(number, amperes, at)
        if keeper.saw(amperes, at):
            self._evidence.saw(kept=False)
            self._tell_forgetting()
        if keeper.disobeys is not before:
            if before:
                self._choice.followed()
            self._is_another(keeper)

    def wake(self) -> None:
        """Look at once at what is to be done."""
        self._worker.wake()

    def limited_elsewhere(self, *, unknown: bool, listed: bool) -> None:
        """What others allow has changed; see `Reconciler`."""
        self._reconciler.limited_elsewhere(unknown=unknown, listed=listed)
        self._worker.wake()

    def try_anew(self) -> None:
        """It is treated in another way now: whatever it refused before is tried again."""
        self._choice.try_all_anew()
        for keeper in self.keepers.values():
            keeper.send_again()

    def speaks_anew(self) -> None:
        """It speaks another version of OCPP than before, in which other things limit it."""
        self._choice.try_all_anew()
        for keeper in self.keepers.values():
            keeper.speaks_anew()
            self._is_another(keeper)

    def expect_reboot(self) -> None:
        """It was asked to reset: what it keeps over that is of interest."""
        self._evidence.expect_reboot()

    # What others look at

    @property
    def profile(self) -> ChargerProfile:
        """What is known of the model."""
        return self._composer.profile

    @property
    def step(self) -> float:
        """The step in which its limits can be set, A."""
        return self._composer.step

    @property
    def original_keys(self) -> Mapping[str, str]:
        """Values, before the first limit, of the keys that limits were written to."""
        return self._sender.original_keys

    @property
    def working(self) -> str | None:
        """Name of the strategy that the charger took last."""
        return self._choice.working

    @property
    def is_connected(self) -> bool:
        """Whether limits can be sent at this moment."""
        return self._ready and self._charger.online

    @property
    def by_key(self) -> bool:
        """Whether limits are written to configuration keys, which wears flash."""
        first = self._first_strategy
        return first is not None and self._schedule.wears(first.way)

    @property
    def in_watts(self) -> bool:
        """Whether limits are sent in watts, which a charger divides among its phases."""
        first = self._first_strategy
        return first is not None and in_watts(first.way)

    @property
    def _first_strategy(self) -> Strategy | None:
        """The strategy that is tried first in a session; None: this model takes no limits."""
        possible = self._choice.possible(
            in_transaction=True, connectors=len(self.keepers), with_fallback=self._sender.has_terms
        )
        return next(iter(possible), None)

    @property
    def is_written_too_often(self) -> bool:
        """Whether it had to store more limits today than is good for flash memory."""
        counts = [keeper.writes for keeper in self.keepers.values()]
        if (
            sum(count.changes_today for count in counts) <= MOST_CHANGES
            and sum(count.renewals_today for count in counts) <= MOST_RENEWALS
        ):
            return False
        profile = self.profile
        persistence = profile.key_persistence if self.by_key else profile.profile_persistence
        return persistence is not Persistence.RATE_LIMITED

    @property
    def fail_safe(self) -> FailSafeReport:
        """What the charger does when nobody renews its limits any more."""
        return report_on(self.keepers.values(), self._evidence)

    async def settled(self) -> None:
        """Wait until all that may be sent now was sent, or is given up for a while."""
        await self._worker.settled()

    async def check_fail_safe(self) -> FailSafeReport:
        """Send what is to hold alone again, and ask the charger for its schedule.

        Strategies that it refused before are tried again, too. Raises
        NotConnected.
        """
        if not self.is_connected:
            raise NotConnected(f"{self._charger.id} is not connected")
        self._choice.try_all_anew()
        self._reconciler.connected()
        for keeper in self.keepers.values():
            keeper.check_anew()
        await self.looked_after()
        return self.fail_safe

    async def looked_after(self) -> None:
        """Wait until all was sent, and what the charger holds was looked at and mended."""
        await self.settled()
        while self._beside is not None:
            await asyncio.wait([self._beside])
            await self.settled()

    def begin_trial(self, lifetime: float, drew: Mapping[int, float]) -> FailSafeTrial:
        """Have limits live no longer than `lifetime` seconds, and look when it is back.

        `drew` is what cars drew last, A per phase, by connector. `end_trial` ends it.
        """
        self._trial = FailSafeTrial(
            self._charger, self.keepers, drew=drew, reconciler=self._reconciler
        )
        for keeper in self.keepers.values():
            keeper.live_no_longer(lifetime)
        return self._trial

    def end_trial(self) -> None:
        """Have limits live as long as ever."""
        self._trial = None
        for keeper in self.keepers.values():
            keeper.live_no_longer(math.inf)

    async def release(self) -> None:
        """Stop, and clear every profile of ours. Raises NotConnected."""
        await self.stop()
        try:
            await self._reconciler.release()
        finally:
            await self._saving.stop()

    def state(self) -> dict[str, Any]:
        """Plain JSON data; the keepers have their own."""
        return {
            **self._choice.state(),
            "whole_amperes": self._composer.whole,
            "original_keys": dict(self._sender.original_keys),
            "evidence": self._evidence.state(),
            "installed": sorted(self._reconciler.installed),
            "foreign_cleared": self._reconciler.foreign_cleared,
        }

    def restore(self, stored: Stored) -> None:
        """Go on where `state` was written."""
        self._choice.restore(stored)
        self._composer.keep_whole(stored.read("whole_amperes", flag, False))
        self._sender.original_keys = stored.by_name("original_keys", text)
        self._evidence.restore(stored.section("evidence"))
        self._reconciler.installed |= set(stored.many("installed", stored_profile))
        self._reconciler.foreign_cleared = (
            stored.read("foreign_cleared", flag, False) and not stored.is_outdated
        )

    def restore_connector(self, number: int, stored: Stored, *, in_session: bool) -> None:
        """Go on where the limit of a connector was written; `in_session`: a session was running."""
        self.keeper(number).restore(stored, in_session=in_session)
        if not stored.is_whole:
            # What was sent since it was written may be left, too.
            self._reconciler.may_hold_any_of(number)

    # What goes on beside the limits

    def _may_send(self) -> bool:
        """Whether the charger may be told limits now: not while it is looked at first."""
        if self.is_connected and self._trial is not None and self._trial.is_due:
            self._trial.begin()
            self._begin_beside(self._look_back(self._trial))
        return self.is_connected and not (self._trial is not None and self._trial.looks)

    async def _look_back(self, trial: FailSafeTrial) -> None:
        try:
            for found in await trial.look():
                self._take_in(found, ask_again=False)
        finally:
            trial.finish()

    def _look_after(self) -> float | None:
        """Begin what goes on beside the limits, if there is anything; when to ask again."""
        keepers = tuple(self.keepers.values())
        self._warn_of_writes()
        if self._beside is not None:
            return None
        at = self._reconciler.needed_at(keepers)
        if at is None or at > clock.monotonic():
            return at
        self._begin_beside(self._look_after_all())
        return None

    async def _look_after_all(self) -> None:
        keepers = tuple(self.keepers.values())
        async for found in self._reconciler.run(keepers, self._choice.stack_level_maximum):
            match found:
                case Looked():
                    self._take_in(found, ask_again=True)
                case Cleared():
                    self._take_in_clearing(found)
                case SeenElsewhere():
                    self._seen_elsewhere(found)
                case ForeignCleared():
                    # Some firmware clears more than it is asked to.
                    for keeper in keepers:
                        keeper.stands_no_more()
                        keeper.send_again()

    def _begin_beside(self, work: Coroutine[object, object, None]) -> None:
        task = asyncio.get_running_loop().create_task(work, name=f"reconciling {self._charger.id}")
        self._beside = task
        task.add_done_callback(self._ended_beside)

    def _ended_beside(self, task: asyncio.Task[None]) -> None:
        if self._beside is task:
            self._beside = None
        if not task.cancelled() and (error := task.exception()) is not None:
            self._reconciler.rest()
            _LOGGER.error("Charger %s can't be looked after", self._charger.id, exc_info=error)
        self._tell_forgetting()
        for keeper in self.keepers.values():
            self._is_another(keeper)
        self._worker.wake()

    def _take_in(self, found: Looked, *, ask_again: bool) -> None:
        """Take in what a charger holds; `ask_again`: what it may have lost is sent again."""
        keeper = self.keepers[found.number]
        if ask_again:
            keeper.was_looked_at(verified=found.verified)
            self._take_in_more(keeper, found.more)
        if found.kept is False or (found.kept and (self._shows(keeper) or not ask_again)):
            self._evidence.saw(kept=found.kept)
            self._tell_forgetting()
        if found.kept:
            keeper.doubts_no_more()
        elif found.kept is False or (ask_again and self._may_lack_fallback(keeper)):
            keeper.stands_no_more()

    def _take_in_more(self, keeper: ConnectorLimit, more: float | None) -> None:
        """It says that it allows more than it has taken (None: that it says nothing of that).

        That counts, as far as its hardware goes, until it says otherwise; and it is told in
        another way that it takes.
        """
        most = math.inf if keeper.outlet is None else keeper.outlet.most
        amperes = None if more is None else min(more, most)
        running, told = keeper.running, keeper.offer.accepted
        if amperes is None or math.isinf(amperes) or running is None or told is None:
            keeper.held_more.rest()
            return
        if amperes <= told:
            keeper.held_more.over()
            return
        if not keeper.held_more.seen(amperes):
            return
        _LOGGER.warning(
            "Charger %s, connector %s: it has taken %.1f A, and lists profiles that allow %.1f A (%s)",
            self._charger.id,
            keeper.number,
            told,
            amperes,
            running.strategy.name,
        )
        rounds_up = told != int(told) and amperes == math.ceil(told)
        if not (rounds_up and self._composer.try_whole()):
            possible = self._schedule.possible(keeper)
            if not self._choice.distrust(running.strategy, possible):
                keeper.held_more.rest()
        keeper.send_again()

    @staticmethod
    def _may_lack_fallback(keeper: ConnectorLimit) -> bool:
        running = keeper.running
        return keeper.doubted and running is not None and running.strategy.stands

    @staticmethod
    def _shows(keeper: ConnectorLimit) -> bool:
        """Whether its fallback can be told from its limit."""
        return keeper.standing is not None and keeper.standing.amperes != keeper.offer.accepted

    def _ask_to_clear(self, clearing: Clearing) -> None:
        for keeper in self.keepers.values():
            self._questions[keeper.number] = keeper.clear(clearing.matches)
            # It may be gone long before the charger says so, and what stands below acts.
            self._is_another(keeper)
        self._saving.beside()

    def _take_in_clearing(self, found: Cleared) -> None:
        for number, question in self._questions.items():
            keeper = self.keepers[number]
            if found.done:
                keeper.cleared(found.clearing.matches, question)
            elif found.done is False:
                keeper.not_cleared(question)
            self._is_another(keeper)
        self._questions.clear()

    def _warn_of_writes(self) -> None:
        if self._warned_of_writes or not self.is_written_too_often:
            return
        self._warned_of_writes = True
        _LOGGER.warning(
            "Charger %s was sent more limits today than is good for it, if it stores them:"
            " %s changes and %s renewals",
            self._charger.id,
            sum(keeper.writes.changes_today for keeper in self.keepers.values()),
            sum(keeper.writes.renewals_today for keeper in self.keepers.values()),
        )

    def _tell_forgetting(self) -> None:
        for keeper in self.keepers.values():
            keeper.forgets(self._evidence.kept_over_link is False)
