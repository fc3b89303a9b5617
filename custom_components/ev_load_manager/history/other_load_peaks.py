"""The most that the building drew on each day, for a month: is the safe limit free at all times?"""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any, Final, Self

from ..balancing.phases import PhaseCurrents
from ..data_files.stored import Stored
from ..data_files.values import listed, number

DAYS: Final = 30


class OtherLoadPeaks:
    """The highest other load of each phase, day by day (A)."""

    def __init__(self, days: Mapping[date, PhaseCurrents] | None = None) -> None:
        self._days = dict(days or {})

    def note(self, other_load: PhaseCurrents, today: date) -> None:
        """Take down what the building draws now, A per phase."""
        before = self._days.get(today)
        if before is not None:
            self._days[today] = before.highest(other_load)
            return
        self._days[today] = other_load
        self._days = {day: peak for day, peak in self._days.items() if day > today - _MONTH}

    def highest(self, today: date) -> PhaseCurrents | None:
        """The highest of the month, A per phase; None before a whole day was seen."""
        known = [peak for day, peak in self._days.items() if day > today - _MONTH]
        if not any(day < today for day in self._days) or not known:
            return None
        return PhaseCurrents(*map(max, zip(*known, strict=True)))

    def to_dict(self) -> dict[str, list[float]]:
        """Plain JSON data."""
        return {day.isoformat(): list(peak) for day, peak in self._days.items()}

    @classmethod
    def read(cls, stored: Stored) -> Self:
        """Read back what `to_dict` wrote; a day that can't be read is forgotten."""
        days = {
            stored.of(name, name, date.fromisoformat, None): stored.read(name, _currents, None)
            for name in stored.names
        }
        return cls(
            {day: peak for day, peak in days.items() if day is not None and peak is not None}
        )


def _currents(peak: Any) -> PhaseCurrents:
    return PhaseCurrents(*listed(number)(peak))


_MONTH: Final = timedelta(days=DAYS)
