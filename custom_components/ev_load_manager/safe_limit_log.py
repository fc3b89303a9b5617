"""When the safe limit was in force, and why (thesis 6.3.4, Figure 15)."""

from collections import deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final, Self

from .balancing.safe_limit import Cause

MOST_PERIODS: Final = 500
"""Older ones are forgotten; the store is read at every start."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SafeLimitPeriod:
    """One time that the group shared the safe limit."""

    start: datetime
    """UTC."""
    end: datetime | None
    """None while it lasts."""
    cause: Cause
    """The first one; a meter may be silent and then frozen."""
    limit: float
    """The safe limit at its start, A per phase."""

    def to_dict(self) -> dict[str, Any]:
        """Plain JSON data."""
        return {
            "start": self.start.isoformat(),
            "end": None if self.end is None else self.end.isoformat(),
            "cause": self.cause.value,
            "limit": self.limit,
        }

    @classmethod
    def from_dict(cls, data: Mapping[str, Any]) -> Self:
        """Read what `to_dict` wrote; raises KeyError, TypeError or ValueError."""
        return cls(
            start=datetime.fromisoformat(data["start"]),
            end=None if data["end"] is None else datetime.fromisoformat(data["end"]),
            cause=Cause(data["cause"]),
            limit=float(data["limit"]),
        )


class SafeLimitLog:
    """The periods, oldest first."""

    def __init__(
        self, stored: Iterable[Mapping[str, Any]] = (), *, stopped: datetime | None = None
    ):
        """Go on with what was stored; a period that was open then ended when we `stopped`."""
        self._periods: deque[SafeLimitPeriod] = deque(maxlen=MOST_PERIODS)
        for data in stored:
            try:
                period = SafeLimitPeriod.from_dict(data)
            except KeyError, TypeError, ValueError:
                continue
            if period.end is None:
                period = replace(period, end=stopped or period.start)
            self._periods.append(period)

    @property
    def periods(self) -> tuple[SafeLimitPeriod, ...]:
        """All that are remembered, oldest first."""
        return tuple(self._periods)

    @property
    def current(self) -> SafeLimitPeriod | None:
        """The one that lasts, if the safe limit is in force."""
        last = self._periods[-1] if self._periods else None
        return last if last is not None and last.end is None else None

    def note(self, cause: Cause | None, *, limit: float, now: datetime) -> bool:
        """Take down how it is at `now` (`cause` None: not in force); whether that is new."""
        current = self.current
        if cause is not None and current is None:
            self._periods.append(SafeLimitPeriod(start=now, end=None, cause=cause, limit=limit))
            return True
        if cause is None and current is not None:
            self._periods[-1] = replace(current, end=now)
            return True
        return False

    def to_list(self) -> list[dict[str, Any]]:
        """Plain JSON data for the store."""
        return [period.to_dict() for period in self._periods]
