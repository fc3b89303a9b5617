"""Sends the limits of one charger: one at a time, cuts before increases.

Each time it is free it looks at what is wanted *now*, so that a value which was
replaced before its turn came is never sent. What the charger refuses, or takes
and does not follow, is tried in its other approaches; the one that worked is
remembered and tried first. Limits that end by themselves are renewed in time.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime
import logging
import math
from typing import Any

from .. import clock
from .amounts import Amounts
from .approaches import Approach
from .choice import Choice
from .dead_man import DeadManReport, Evidence
from .dead_man_report import report_on
from .due import COMMAND_INTERVAL, Agenda, Errand
from .errors import NotConnected
from .limit_keeper import LimitKeeper
from .pausing import Pausing
from .profiles import ChargerProfile, Persistence
from .reachable import ReachableCharger
from .sending import Outcome, Sender
from .trial import Trial
from .upkeep import Upkeep
from .writes import MOST_CHANGES, MOST_RENEWALS

_LOGGER = logging.getLogger(__name__)

_AFTER_A_FAULT = 5.0


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
        self._charger = charger
        self._generic = generic
        self._changed = changed
        self._wake = asyncio.Event()
        self._idle = asyncio.Event()
        self._ready = False
        self._task: asyncio.Task[None] | None = None
        self._upkeep_task: asyncio.Task[None] | None = None
        self._trial: Trial | None = None
        self._pausing = Pausing(charger)
        self._choice = Choice()
        self._evidence = Evidence()
        self._upkeep = Upkeep(charger, self._evidence)
        self._amounts = Amounts(self.keepers, profile)
        self._sender = Sender(
            charger,
            self.keepers,
            amounts=self._amounts,
            choice=self._choice,
            evidence=self._evidence,
            upkeep=self._upkeep,
            charger_time=charger_time,
            save=save,
            changed=changed,
        )
        self._agenda = Agenda(
            self.keepers,
            amounts=self._amounts,
            choice=self._choice,
            sender=self._sender,
            changed=changed,
        )
        self._warned_of_writes = False
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
        max_periods: int | None = None,
        watts_only: bool = False,
    ) -> None:
        """Learn what kind of charger it is."""
        self._amounts.profile = profile
        self._upkeep.tells_schedule = profile.composite_schedule is not False
        self._choice.know(
            profile,
            self._generic,
            firmware=firmware,
            stack_level_maximum=stack_level_maximum,
            max_periods=max_periods,
            watts_only=watts_only,
        )
        if self._evidence.about(firmware):
            self._choice.try_all_anew()
        self._wake.set()

    def start(self) -> None:
        """Begin to send."""
        if self._task is None:
            self._task = asyncio.get_running_loop().create_task(
                self._run(), name=f"limits of {self._charger.id}"
            )

    async def stop(self) -> None:
        """Send no more; what is on its way stays possible."""
        tasks = [task for task in (self._task, self._upkeep_task) if task is not None]
        self._task = self._upkeep_task = None
        for task in tasks:
            task.cancel()
        if tasks:
            await asyncio.wait(tasks)

    def connected(self, *, booted: bool = False) -> None:
        """The charger can be asked (again); it may have lost every limit.

        `booted`: it came with a BootNotification.
        """
        self._ready = True
        self._choice.begin_with = 0
        self._amounts.zero_refused = False
        self._evidence.connected(booted=booted)
        self._upkeep.connected()
        for keeper in self.keepers.values():
            keeper.connected()
        if self._trial is not None:
            self._trial.connected()
        self._wake.set()

    def disconnected(self) -> None:
        """Its socket is gone."""
        self._ready = False
        if self._upkeep_task is not None:
            self._upkeep_task.cancel()

    def session_started(self, number: int, transaction_id: int, id_tag: str) -> None:
        """A session began on a connector."""
        self.keeper(number).session_started(transaction_id, id_tag)

    def session_ended(self, number: int, *, by_reboot: bool = False) -> None:
        """A session is over, and with it a limit that was set for it alone."""
        keeper = self.keeper(number)
        running = keeper.running
        last = self._choice.of_session(len(self.keepers)) if running is None else running.approach
        keeper.session_ended(last)
        if by_reboot:
            self._evidence.rebooted()
        self._changed(keeper)

    def car_left(self, number: int) -> None:
        """Nobody is there whose session could go on."""
        self.keeper(number).stopped = None

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
            self._changed(keeper)

    def try_anew(self) -> None:
        """It is treated in another way now: whatever it refused before is tried again."""
        self._choice.try_all_anew()
        for keeper in self.keepers.values():
            keeper.send_again()

    def expect_reboot(self) -> None:
        """It was asked to reset: what it keeps over that is of interest."""
        self._evidence.expect_reboot()

    # What others look at

    @property
    def profile(self) -> ChargerProfile:
        """What is known of the model."""
        return self._amounts.profile

    @property
    def original_keys(self) -> Mapping[str, str]:
        """Values, before the first limit, of the keys that limits were written to."""
        return self._sender.original_keys

    @property
    def working(self) -> str | None:
        """Name of the approach that the charger took last."""
        return self._choice.working

    @property
    def is_connected(self) -> bool:
        """Whether limits can be sent at this moment."""
        return self._ready and self._charger.online

    @property
    def by_key(self) -> bool:
        """Whether limits are written to configuration keys, which wears flash."""
        first = self._choice.possible(
            in_transaction=True, connectors=len(self.keepers), with_fallback=self._sender.has_terms
        )[:1]
        return any(self._agenda.wears(approach.way) for approach in first)

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
    def dead_man(self) -> DeadManReport:
        """What the charger does when nobody renews its limits any more."""
        return report_on(self.keepers.values(), self._evidence)

    async def settled(self) -> None:
        """Wait until all that may be sent now was sent, or is given up for a while."""
        self._idle.clear()
        self._wake.set()
        await self._idle.wait()

    async def check_dead_man(self) -> DeadManReport:
        """Send what is to hold alone again, and ask the charger for its schedule.

        Approaches that it refused before are tried again, too. Raises
        NotConnected.
        """
        if not self.is_connected:
            raise NotConnected(f"{self._charger.id} is not connected")
        self._choice.try_all_anew()
        self._upkeep.connected()
        for keeper in self.keepers.values():
            keeper.standing = None
            keeper.doubted = keeper.verified = keeper.looked = False
            keeper.send_again()
        await self.looked_after()
        return self.dead_man

    async def looked_after(self) -> None:
        """Wait until all was sent, and what the charger holds was looked at and mended."""
        await self.settled()
        while self._upkeep_task is not None:
            await asyncio.wait([self._upkeep_task])
            await self.settled()

    def begin_trial(self, lifetime: float, drew: Mapping[int, float]) -> Trial:
        """Have limits live no longer than `lifetime` seconds, and look when it is back.

        `drew` is what cars drew last, A per phase, by connector. `end_trial` ends it.
        """
        self._trial = Trial(
            self._charger, self.keepers, drew=drew, upkeep=self._upkeep, evidence=self._evidence
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
        await self._upkeep.release()

    def state(self) -> dict[str, Any]:
        """Plain JSON data; the keepers have their own."""
        return {
            **self._choice.state(),
            "original_keys": dict(self._sender.original_keys),
            "evidence": self._evidence.state(),
            "installed": sorted(self._upkeep.installed),
            "foreign_cleared": self._upkeep.foreign_cleared,
        }

    def restore(self, state: Mapping[str, Any]) -> None:
        """Go on where `state` was written; what can't be read is left out."""
        self._choice.restore(state)
        keys, evidence = state.get("original_keys"), state.get("evidence")
        if isinstance(keys, Mapping):
            self._sender.original_keys = {str(key): str(value) for key, value in keys.items()}
        if isinstance(evidence, Mapping):
            self._evidence.restore(evidence)
        installed = state.get("installed")
        if isinstance(installed, list):
            self._upkeep.installed |= {one for one in installed if isinstance(one, int)}
        self._upkeep.foreign_cleared = state.get("foreign_cleared") is True

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
                self._idle.set()
                await clock.happens(self._wake, wait)

    async def _round(self) -> float | None:
        """Do what is most urgent; seconds to wait then, None: until something happens."""
        if not self.is_connected:
            return None
        if self._trial is not None and self._trial.is_due:
            await self._trial.look()
            self._tell_forgetting()
            return 0.0
        now = clock.monotonic()
        waiting = [
            (at > now, at if at > now else urgency, keeper.sent_at or 0.0, keeper.number, errand)
            for keeper in self.keepers.values()
            for at, urgency, errand in self._agenda.of(keeper)
        ]
        later, at, _, number, errand = min(
            waiting, default=(True, None, 0.0, 0, Errand.LIMIT), key=lambda one: one[:4]
        )
        if at is not None and not later:
            if errand is Errand.LIMIT:
                await self._send(self.keepers[number])
            else:
                await self._send_standing(self.keepers[number])
            return 0.0
        self._look_after()
        pause_at = None
        if not self._amounts.takes_zero:
            pause_at = await self._pausing.follow(self.keepers.values())
        times = [time for time in (at, pause_at) if time is not None]
        return max(0.01, min(times) - clock.monotonic()) if times else None

    def _look_after(self) -> None:
        """Begin what goes on beside the limits, if there is anything."""
        keepers = tuple(self.keepers.values())
        if self._upkeep_task is not None or not self._upkeep.is_needed(keepers):
            return
        work = self._upkeep.run(keepers, self._choice.stack_level_maximum)
        self._upkeep_task = asyncio.get_running_loop().create_task(
            work, name=f"upkeep of {self._charger.id}"
        )
        self._upkeep_task.add_done_callback(self._looked_after)

    def _looked_after(self, task: asyncio.Task[None]) -> None:
        if self._upkeep_task is task:
            self._upkeep_task = None
        if not task.cancelled() and (error := task.exception()) is not None:
            self._upkeep.give_up()
            _LOGGER.error("Charger %s can't be looked after", self._charger.id, exc_info=error)
        self._tell_forgetting()
        for keeper in self.keepers.values():
            self._changed(keeper)
        self._wake.set()

    async def _send(self, keeper: LimitKeeper) -> None:
        """Send a connector's limit in the approach that works, else in the others in turn."""
        possible = self._agenda.possible(keeper)
        possible = self._after_disobedience(keeper, possible)
        first = min(self._choice.begin_with, len(possible) - 1)
        refused: set[str] = set()
        for place, approach in enumerate(possible[first:], first):
            outcome, why = await self._sender.attempt(approach, keeper)
            self._warn_of_writes()
            if outcome is Outcome.TAKEN:
                keeper.passed_over = frozenset(refused)
                return
            if outcome is Outcome.UNKNOWN:
                keeper.not_answered(why)
                # Some firmware is dumb to an approach that it doesn't know.
                if approach.name != self._choice.working:
                    self._choice.begin_with = (place + 1) % len(possible)
                self._changed(keeper)
                return
            _LOGGER.debug("%s: %s is refused: %s", self._charger.id, approach.name, why)
            keeper.last_error = why
            refused.add(approach.name)
        self._choice.begin_with = 0
        if self._amounts.takes_zero and self._amounts.limit(keeper, possible[0].way) == 0.0:
            # Then at least the lowest current that it takes.
            self._amounts.zero_refused = True
            return
        keeper.refused(keeper.last_error or "refused")
        self._changed(keeper)

    def _after_disobedience(
        self, keeper: LimitKeeper, possible: tuple[Approach, ...]
    ) -> tuple[Approach, ...]:
        """What is possible once it is known what the charger takes and does not follow."""
        compliance = keeper.compliance
        if compliance.act_at is None or compliance.act_at > clock.monotonic():
            return possible
        left = True
        if compliance.disobeys:
            followed_not = possible[0] if keeper.running is None else keeper.running.approach
            left = self._choice.distrust(followed_not, possible)
            _LOGGER.warning(
                "Charger %s, connector %s: %.1f A are drawn, more than it was told (%s)",
                self._charger.id,
                keeper.number,
                compliance.drawn,
                followed_not.name,
            )
        compliance.told(clock.monotonic(), nothing_left=not left)
        keeper.resend = True
        return self._agenda.possible(keeper)

    async def _send_standing(self, keeper: LimitKeeper) -> None:
        """Send what is to hold once a connector's limit ends."""
        approach = self._agenda.leading(keeper, self._agenda.possible(keeper))
        outcome, why = await self._sender.set_standing(approach, keeper)
        if outcome is Outcome.TAKEN:
            self._changed(keeper)
        elif outcome is Outcome.UNKNOWN:
            keeper.not_answered(why)
        else:
            # It took one before: whether it still takes this approach shows now.
            keeper.standing = None
            keeper.resend = True
            keeper.last_error = why
            keeper.retry_at = clock.monotonic() + COMMAND_INTERVAL

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
            keeper.book.forgets(self._evidence.kept_over_link is False)
