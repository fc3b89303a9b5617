"""Asks a charger what its car draws, some seconds after its limit changed.

Chargers report every 10 to 300 s; until they do, nobody knows whether a car
followed its limit, and what it leaves counts as the building's. TriggerMessage
(OCPP 1.6, section 5.17) brings the answer sooner, where a charger can do it.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field

from ... import clock
from ...balancing.draw_band import FOLLOWS_WITHIN
from ...balancing.reserve import FOLLOWING_TIME
from ..dialect import Message
from ..onboarding.capabilities import Capabilities
from .charge_point import Change, ChargePoint
from .connector import Values

ASK_AFTER = FOLLOWING_TIME + 1.0
"""Seconds from a change to the question: what flowed in the first twelve shows nothing of
whether the car obeys, and many chargers date what they measured in whole seconds."""
ASK_EVERY = 10.0
"""Seconds between two questions about one connector, at least."""
COMES_ITSELF = 15
"""Seconds between a charger's own reports up to which it is not asked."""
COMES_WITHIN = 30.0
"""Seconds in which the report comes that a charger agreed to send, if it comes at all."""
MOST_IN_VAIN = 3
"""So many questions in a row that bring nothing: a connector that tells nothing when asked."""


@dataclass(slots=True)
class _Outlet:
    """One connector, on the present socket."""

    changed_at: float
    """When it last took another limit (monotonic)."""
    asked_at: float = float("-inf")
    in_vain: int = 0
    """Questions since the last one that brought values."""
    task: asyncio.Task[None] | None = None
    """Asks for values as long as there are changes that nothing is known of."""
    news: asyncio.Event = field(default_factory=asyncio.Event)
    """Values came since the question."""
    known: Values | None = None
    """What it had told before that."""


class FreshValues:
    """Asks one charger for values; begins anew with every socket."""

    def __init__(self, point: ChargePoint, capabilities: Callable[[], Capabilities]) -> None:
        """`capabilities` tells what is known of the charger; `close` ends it."""
        self._point = point
        self._capabilities = capabilities
        self._link = point.link
        self._outlets: dict[int, _Outlet] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self._unsubscribe = [point.on_change(self._on_change)]

    async def close(self) -> None:
        """Ask nothing any more."""
        while self._unsubscribe:
            self._unsubscribe.pop()()
        tasks = tuple(self._tasks)
        self._forget()
        if tasks:
            await asyncio.wait(tasks)

    def limit_changed(self, number: int) -> None:
        """Something about a connector's limit changed: maybe it took another one.

        Cheap, also when said after every message about limits.
        """
        state, connected_at = self._point.connector(number), self._point.connected_at
        taken_at = None if state.keeper is None else state.keeper.offer.accepted_at
        if taken_at is None or connected_at is None or taken_at < connected_at:
            return
        outlet = self._outlets.get(number)
        if outlet is None:
            outlet = self._outlets[number] = _Outlet(taken_at)
        elif taken_at <= outlet.changed_at:
            return
        outlet.changed_at = taken_at
        if state.charges and (outlet.task is None or outlet.task.done()):
            outlet.task = asyncio.get_running_loop().create_task(
                self._ask_after_changes(number, outlet), name=f"fresh values of {self._point.id}"
            )
            self._tasks.add(outlet.task)
            outlet.task.add_done_callback(self._tasks.discard)

    def _on_change(self, point: ChargePoint, change: Change, number: int | None) -> None:
        if change is Change.CONNECTION and point.link is not self._link:
            self._link = point.link
            self._forget()
        elif change is Change.VALUES and number in self._outlets:
            outlet = self._outlets[number]
            # What was replayed after an outage is not kept as present values.
            if point.connector(number).values is not outlet.known:
                outlet.news.set()

    def _forget(self) -> None:
        """What another socket was asked has no answer on this one."""
        for task in tuple(self._tasks):
            task.cancel()
        self._outlets.clear()

    async def _ask_after_changes(self, number: int, outlet: _Outlet) -> None:
        """Ask once for a change; those that came meanwhile are one more."""
        while True:
            change = outlet.changed_at
            due = max(change + ASK_AFTER, outlet.asked_at + ASK_EVERY)
            await clock.sleep(max(0.0, due - clock.monotonic()))
            if self._is_worth_asking(number, outlet, change):
                await self._ask(number, outlet)
            if outlet.changed_at == change:
                return

    def _is_worth_asking(self, number: int, outlet: _Outlet, change: float) -> bool:
        """Whether nothing is known of what a car makes of its limit, and would be if asked."""
        state, known = self._point.connector(number), self._capabilities()
        if not state.charges or outlet.in_vain >= MOST_IN_VAIN or known.trigger_message is False:
            return False
        interval = (
            None
            if self._point.dialect.names.interval in known.needs_reboot
            else known.sample_interval
        )
        if interval is not None and 0 < interval <= COMES_ITSELF:
            return False
        return state.values is None or state.values.at < change + FOLLOWS_WITHIN

    async def _ask(self, number: int, outlet: _Outlet) -> None:
        """Ask, and wait for what comes of it."""
        outlet.asked_at = clock.monotonic()
        outlet.known = self._point.connector(number).values
        outlet.news.clear()
        agreed = await self._point.trigger(Message.VALUES, number)
        came = outlet.news.is_set() or (agreed and await clock.happens(outlet.news, COMES_WITHIN))
        outlet.in_vain = 0 if came else outlet.in_vain + 1
