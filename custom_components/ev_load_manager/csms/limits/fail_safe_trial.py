"""A charger that is left alone on purpose, and looked at before it is told anything."""

import asyncio
from collections.abc import Mapping

from ... import clock
from ...balancing.compliance import exceeds
from ..dialect import Message
from ..transport.calls import CallPriority, ReachableCharger
from ..transport.errors import CallError, CallTimeout, NotConnected
from .connector_limit import ConnectorLimit
from .reconcile import Looked, Reconciler
from .standing import Standing

_ANSWERS_WITHIN = 5.0
_MEASURES_WITHIN = 10.0
_FLOWS = 1.0
"""A. A car that draws less may have stopped by itself."""


class FailSafeTrial:
    """One absence of a charger that is looked at when it is back."""

    def __init__(
        self,
        charger: ReachableCharger,
        keepers: Mapping[int, ConnectorLimit],
        *,
        drew: Mapping[int, float],
        reconciler: Reconciler,
    ) -> None:
        """`drew` is what cars drew last, A per phase, by connector."""
        self.looked = asyncio.Event()
        """It was back, and was looked at."""
        self.is_due = False
        """It is back, and nobody has looked yet."""
        self.looks = False
        """It is being looked at: it is told nothing before that is done."""
        self._is_over = False
        self._charger = charger
        self._keepers = keepers
        self._drew = dict(drew)
        self._reconciler = reconciler
        self._back_at = float("inf")
        self._draws: dict[int, float] = {}
        self._news = asyncio.Event()

    def connected(self) -> None:
        """It can be asked again."""
        self._back_at = clock.monotonic()
        self._draws.clear()
        self.is_due = not self.looked.is_set()

    def saw(self, number: int, amperes: float, at: float) -> None:
        """A car drew so much per phase at `at` (monotonic)."""
        if at >= self._back_at:
            self._draws[number] = amperes
            self._news.set()

    def begin(self) -> None:
        """It is told nothing any more until it was looked at."""
        self.is_due = False
        self.looks = True

    async def look(self) -> list[Looked]:
        """See what it kept and what it does, before it is told anything. Raises nothing.

        `finish` is called once what was found is taken in.
        """
        found: list[Looked] = []
        try:
            for keeper in tuple(self._keepers.values()):
                if keeper.standing is not None:
                    kept = await self._look_at(keeper, keeper.standing)
                    found.append(Looked(keeper.number, kept=kept))
        except CallTimeout, NotConnected:
            # It may have gone away again: then it is looked at when it is back.
            self._is_over = self._charger.online
        else:
            self._is_over = True
        return found

    def finish(self) -> None:
        """What was found is known: it may be told things again."""
        self.looks = False
        if self._is_over:
            self.looked.set()

    async def _look_at(self, keeper: ConnectorLimit, standing: Standing) -> bool | None:
        """Whether it kept its fallback; None: that did not show."""
        outlook = await self._reconciler.outlook(keeper, timeout=_ANSWERS_WITHIN)
        gone_at = keeper.offer.gone_at
        over = gone_at is None or gone_at <= clock.monotonic()
        if outlook is None:
            kept = await self._as_measured(keeper, standing.amperes)
            if kept is False and not over:
                return None  # it was back sooner than its limit ended
        else:
            # Once its limit is surely over, nothing but the fallback may be left.
            first = standing.amperes if over else outlook.now
            kept = outlook.shows(first, standing.amperes)
            if not kept and not keeper.verified:
                return None  # it never told a schedule that was right
        return kept

    async def _as_measured(self, keeper: ConnectorLimit, fallback: float) -> bool | None:
        """Whether a car that drew more than the fallback fell to it; None: it didn't show."""
        if not exceeds(self._drew.get(keeper.number, 0.0), fallback):
            return None
        question = self._charger.dialect.trigger(Message.VALUES, keeper.number)
        try:
            await self._charger.call(
                question, timeout=_ANSWERS_WITHIN, priority=CallPriority.NORMAL
            )
        except CallError:
            return None
        try:
            async with clock.timeout(_MEASURES_WITHIN):
                while keeper.number not in self._draws:
                    self._news.clear()
                    await self._news.wait()
        except TimeoutError:
            return None
        drawn = self._draws[keeper.number]
        if exceeds(drawn, fallback):
            return False
        return True if drawn > _FLOWS or fallback == 0.0 else None
