"""When the safe limit was in force, and why (thesis 6.3.4, Figure 15)."""

from collections import deque
from collections.abc import Container, Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final

from ..balancing.safe_limit import Cause
from ..config.site_builder import GRID
from ..data_files.stored import Stored, plain

MOST_PERIODS: Final = 500
"""Older ones are forgotten; the store is read at every start."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SafeLimitPeriod:
    """One time that a group, or the chargers of a feeder, shared the safe limit."""

    start: datetime
    """UTC."""
    end: datetime | None
    """None while it lasts."""
    cause: Cause
    """The first one; a meter may be silent and then frozen."""
    limit: float
    """The safe limit at its start, A per phase."""
    circuit: str = GRID
    """The circuit whose meter was not to be believed; the grid's decides for the group."""
    feeder: str | None = None
    """What people called it then, if it is a feeder; None: the group as a whole."""


class SafeLimitLog:
    """The periods, oldest first."""

    def __init__(self, stored: Iterable[Stored] = (), *, stopped: datetime | None = None):
        """Go on with what was stored; a period that was open then ended when we `stopped`."""
        self._periods: deque[SafeLimitPeriod] = deque(maxlen=MOST_PERIODS)
        self._open: dict[str, SafeLimitPeriod] = {}
        for row in stored:
            period = row.into(SafeLimitPeriod)
            if period is not None and period.end is None:
                period = replace(period, end=stopped or period.start)
            if period is not None:
                self._periods.append(period)

    @property
    def periods(self) -> tuple[SafeLimitPeriod, ...]:
        """All that are remembered, oldest first."""
        return tuple(self._periods)

    @property
    def current(self) -> SafeLimitPeriod | None:
        """The one of the group that lasts, if its safe limit is in force."""
        return self.current_at(GRID)

    def current_at(self, circuit: str) -> SafeLimitPeriod | None:
        """The one of a circuit that lasts, if its safe limit is in force."""
        return self._open.get(circuit)

    def note(
        self,
        cause: Cause | None,
        *,
        limit: float,
        now: datetime,
        circuit: str = GRID,
        feeder: str | None = None,
    ) -> bool:
        """Take down how it is at `now` (`cause` None: not in force); whether that is new."""
        current = self._open.get(circuit)
        if cause is not None and current is None:
            period = SafeLimitPeriod(
                start=now, end=None, cause=cause, limit=limit, circuit=circuit, feeder=feeder
            )
            self._open[circuit] = period
            self._periods.append(period)
            return True
        if cause is None and current is not None:
            self._end(current, now)
            return True
        return False

    def end_others(self, circuits: Container[str], *, now: datetime) -> bool:
        """End what lasts anywhere but on these circuits, which are all there are."""
        gone = [period for circuit, period in self._open.items() if circuit not in circuits]
        for period in gone:
            self._end(period, now)
        return bool(gone)

    def _end(self, period: SafeLimitPeriod, now: datetime) -> None:
        del self._open[period.circuit]
        # It is the newest of its circuit, and mostly of all.
        for place in range(len(self._periods) - 1, -1, -1):
            if self._periods[place] is period:
                self._periods[place] = replace(period, end=now)
                return

    def to_list(self) -> list[dict[str, Any]]:
        """Plain JSON data for the store."""
        told: list[dict[str, Any]] = plain(self._periods)
        return told
