"""Chargers that take no limit of 0 A: a pause is a stopped transaction."""

from collections.abc import Iterable

from ... import clock
from ..dialect import Question
from ..transport.calls import OVERTAKE_AFTER, CallPriority, ReachableCharger
from ..transport.errors import ChargePointError
from .connector_limit import ConnectorLimit

_AGAIN = 30.0
"""A charger that didn't stop, or didn't start, is asked again after this, s."""
_STARTS_WITHIN = 300.0
"""Seconds after which nobody waits any more for a session to go on: its car keeps no current
from others for ever, and its driver has to begin anew."""


class Pausing:
    """Stops and starts transactions of one charger where its limit can't be 0 A."""

    def __init__(self, charger: ReachableCharger) -> None:
        self._charger = charger
        self._asked_at: dict[int, float] = {}
        self._starting_since: dict[int, float] = {}

    async def follow(self, keepers: Iterable[ConnectorLimit]) -> float | None:
        """Stop and start what is to be; when to look again (monotonic), None: no need."""
        again: list[float] = []
        for keeper in tuple(keepers):
            question = self._question(keeper)
            if question is None:
                continue
            at = self._asked_at.get(keeper.number, -_AGAIN) + _AGAIN
            if at <= clock.monotonic():
                await self._ask(keeper, question)
                at = clock.monotonic() + _AGAIN
            again.append(at)
        return min(again, default=None)

    def _question(self, keeper: ConnectorLimit) -> Question | None:
        if keeper.transaction_id is not None or keeper.stopped is None or not keeper.wanted:
            self._starting_since.pop(keeper.number, None)
        if keeper.transaction_id is not None:
            if keeper.wanted != 0:
                return None
            return self._charger.dialect.stop(keeper.transaction_id)
        if keeper.stopped is None or not keeper.wanted:
            return None
        now = clock.monotonic()
        if now - self._starting_since.setdefault(keeper.number, now) >= _STARTS_WITHIN:
            keeper.goes_on_no_more()
            return None
        return self._charger.dialect.start(keeper.number, keeper.stopped.id_tag)

    async def _ask(self, keeper: ConnectorLimit, question: Question) -> None:
        self._asked_at[keeper.number] = clock.monotonic()
        transaction_id = keeper.transaction_id
        try:
            answer = await self._charger.call(
                question,
                priority=CallPriority.LIMIT,
                overtake_after=None if transaction_id is None else OVERTAKE_AFTER,
            )
        except ChargePointError as error:
            keeper.failed(str(error))
            return
        if self._charger.dialect.accepts(answer) and transaction_id is not None:
            keeper.session_stopped(transaction_id)
