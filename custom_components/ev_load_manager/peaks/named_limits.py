"""Limits that the events of a calendar name, such as "5 kW"."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import inf
import re
from typing import Final, NamedTuple, Self
from unicodedata import normalize

_NUMBER: Final = r"(?<![\w.,+\-−–'’])(?!(?<=\d\s)\d{3}(?!\d))"
"""Where a number may begin: not within another one, as 000 is in 1 000 and in 1'000."""
_NAMED: Final = re.compile(_NUMBER + r"(\d+(?:[.,]\d+)?)\s?kW\b", re.IGNORECASE)
_WATTS: Final = re.compile(_NUMBER + r"(\d{3,})\s?W\b")
_MOMENT: Final = timedelta(seconds=1)
"""An event without a duration lasts so long."""
_MENTIONED: Final = re.compile(r"(?<![^\W\d_])kW\b", re.IGNORECASE)


class Event(NamedTuple):
    """An event of a calendar; with time zones."""

    start: datetime
    end: datetime
    text: str
    """All that it says."""


class NamedLimit(NamedTuple):
    """What no window may exceed that an event touches."""

    start: datetime
    end: datetime
    limit: float
    """kW."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedLimits:
    """What a calendar says of the days that were looked at."""

    events: Sequence[NamedLimit] = ()
    lowest: float | None = None
    """The lowest that it has named for these days, kW; None: it named none."""
    is_known: bool = True
    """It could be read; else the lowest holds: nobody knows what it says by now."""
    has_riddles: bool = False
    """An event names a limit that can't be read; for its time the lowest holds."""

    @classmethod
    def read(cls, events: Iterable[Event]) -> Self:
        """What events name; those that say nothing of kW are somebody's birthday."""
        told = [(one, limit, riddle) for one in events for limit, riddle in [limit_in(one.text)]]
        lowest = min((limit for _, limit, _ in told if limit is not None), default=None)
        named = []
        for one, limit, riddle in told:
            holds = lowest if riddle else limit
            if holds is not None:
                named.append(NamedLimit(one.start, max(one.end, one.start + _MOMENT), holds))
        return cls(
            events=tuple(named), lowest=lowest, has_riddles=any(riddle for _, _, riddle in told)
        )

    def limit(self, start: datetime, end: datetime) -> float:
        """What the mean of a window may be from `start` to `end`, kW; of several the lowest.

        It is inf where no event touches the window.
        """
        held = [one.limit for one in self.events if one.start < end and one.end > start]
        if not self.is_known and self.lowest is not None:
            held.append(self.lowest)
        return min(held, default=inf)


def limit_in(text: str) -> tuple[float | None, bool]:
    """The limit that a text names, kW (of several the lowest), and whether one can't be read.

    None: it names none. "4,5 kW", "4.5 kW" and "4500 W" are the same; kWh are none.
    """
    text = normalize("NFKC", text)
    found = [float(one.replace(",", ".")) for one in _NAMED.findall(text)]
    is_riddle = len(_MENTIONED.findall(text)) > len(found)
    found += [float(one) / 1000.0 for one in _WATTS.findall(text)]
    return min(found, default=None), is_riddle
