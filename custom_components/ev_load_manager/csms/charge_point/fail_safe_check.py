"""The guided check of what a charger does alone: it is cut off, and restarted.

What it keeps is otherwise learned in passing, when a link is lost some day. Here
limits live for a minute, the charger is kept out until they have surely ended,
and it is looked at when it is back, before it is told anything.
"""

import asyncio
from collections.abc import Callable, Mapping
from contextlib import suppress
from enum import StrEnum

from ... import clock
from ...balancing.reserve import FOLLOWING_TIME
from ..limits.charger_limits import ChargerLimits
from ..limits.fail_safe import FailSafe, FailSafeReport
from ..transport.errors import ChargePointError, NotConnected
from .charge_point import ChargePoint

TRIAL_LIFETIME = 60.0
"""Seconds that a limit lives while a charger is checked."""
CUT_OFF_FOR = 180.0
"""Seconds that a charger is cut off whose own time until its fallback nobody knows."""
BACK_WITHIN = 600.0
"""Seconds after which a charger that is still away is waited for no more."""
GOES_DOWN_WITHIN = 120.0
"""Seconds that one which was asked to restart may take to begin."""
PROBED_WITHIN = 120.0
"""Seconds that it may take to take its fallback anew and tell its schedule."""


class Stage(StrEnum):
    """What is going on in a check."""

    PROBE = "probe"
    """Its fallback is sent anew, and it is asked for its schedule."""
    CUT_OFF = "cut_off"
    """It is kept out until its limit has surely ended."""
    RETURN = "return"
    """It may come back."""
    RESTART = "restart"
    """It restarts."""


class Finding(StrEnum):
    """What came of a check."""

    PROVEN = "proven"
    """It kept its fallback over a lost link and over a restart."""
    LINK_NOT_SEEN = "link_not_seen"
    """It took its fallback; whether it keeps it over a lost link didn't show."""
    RESTART_NOT_SEEN = "restart_not_seen"
    """It keeps its fallback over a lost link; over a restart didn't show."""
    FORGETS_WITH_LINK = "forgets_with_link"
    """It went on with something else while nobody led it."""
    FORGETS_WITH_RESTART = "forgets_with_restart"
    NOT_POSSIBLE = "not_possible"
    """Its limits don't end by themselves."""
    NOT_BACK = "not_back"
    """It did not come back in time; what it kept shows when it does."""


def finding_of(report: FailSafeReport) -> Finding:
    """What is known of a charger, in one word."""
    if report.kept_over_link is False:
        return Finding.FORGETS_WITH_LINK
    if report.kept_over_reboot is False:
        return Finding.FORGETS_WITH_RESTART
    match report.state:
        case FailSafe.NOT_POSSIBLE | FailSafe.UNKNOWN:
            return Finding.NOT_POSSIBLE
        case FailSafe.PROVEN:
            return Finding.PROVEN
    return Finding.RESTART_NOT_SEEN if report.kept_over_link else Finding.LINK_NOT_SEEN


class FailSafeCheck:
    """One check of one charger; `run` it once."""

    def __init__(
        self,
        point: ChargePoint,
        limits: ChargerLimits,
        *,
        drew: Mapping[int, float],
        tell: Callable[[Stage], None] = lambda _: None,
    ) -> None:
        """`drew` is what cars draw now, A per phase, by connector; `tell` hears what goes on."""
        self._point = point
        self._limits = limits
        self._drew = drew
        self._tell = tell

    async def run(self, *, lost_link: bool, restart: bool) -> Finding:
        """Check it, cut off and restarted if that is wanted; what came of it.

        Whatever happens, it may come back and its limits live as long as ever.
        Raises NotConnected and TimeoutError where it can't even be asked.
        """
        self._tell(Stage.PROBE)
        async with clock.timeout(PROBED_WITHIN):
            report = await self._limits.check_fail_safe()
        forgot = False in (report.kept_over_link, report.kept_over_reboot)
        if finding_of(report) is Finding.NOT_POSSIBLE and not forgot:
            return Finding.NOT_POSSIBLE
        if lost_link and not await self._cut_off():
            return Finding.NOT_BACK
        if restart and not await self._restart():
            return Finding.NOT_BACK
        with suppress(TimeoutError):
            # What it may have lost on the way is sent again first.
            async with clock.timeout(PROBED_WITHIN):
                await self._limits.looked_after()
        return finding_of(self._limits.fail_safe)

    async def _cut_off(self) -> bool:
        """Keep it out until its limits have surely ended; whether it came back."""
        trial = self._limits.begin_trial(TRIAL_LIFETIME, self._drew)
        try:
            await self._limits.settled()
            self._tell(Stage.CUT_OFF)
            over_at = self._all_is_over_at()
            await self._point.cut_off()
            while clock.monotonic() < over_at:
                await clock.sleep(1.0)
            self._point.let_in()
            self._tell(Stage.RETURN)
            return await clock.happens(trial.looked, BACK_WITHIN)
        finally:
            self._point.let_in()
            self._limits.end_trial()

    def _all_is_over_at(self) -> float:
        """When every limit has surely ended, and its car has followed (monotonic)."""
        ends = [keeper.offer.gone_at for keeper in self._limits.keepers.values()]
        unknown = clock.monotonic() + CUT_OFF_FOR
        known = (unknown if end is None else end for end in ends)
        return max(known, default=unknown) + FOLLOWING_TIME

    async def _restart(self) -> bool:
        """Restart it; whether it came back. One that refuses to was not away."""
        self._tell(Stage.RESTART)
        trial = self._limits.begin_trial(TRIAL_LIFETIME, self._drew)
        gone = asyncio.Event()
        unsubscribe = self._point.on_change(
            lambda point, _change, _number: None if point.online else gone.set()
        )
        try:
            await self._limits.settled()
            question = self._point.dialect.reset(hard=False)
            answer = await self._point.call(question)
            if not self._point.dialect.accepts(answer):
                return True
            self._limits.expect_reboot()
            if not await clock.happens(gone, GOES_DOWN_WITHIN):
                return True
            return await clock.happens(trial.looked, BACK_WITHIN)
        except NotConnected:
            # It went down before it had answered.
            self._limits.expect_reboot()
            return await clock.happens(trial.looked, BACK_WITHIN)
        except ChargePointError:
            return True
        finally:
            unsubscribe()
            self._limits.end_trial()
