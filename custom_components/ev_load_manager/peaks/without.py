"""What windows would have been had every car charged at once, with all that it takes.

A car's energy is the same whoever manages it. So in each window of a session it is noted what
the car would have taken at its own maximum, and when the session is over, what it took in
truth tells when it would have been full.
"""

from collections.abc import Hashable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple


class Car(NamedTuple):
    """A session at this moment, W."""

    session: str
    drawn: float
    full: float
    """What its car would take at its own maximum; 0 while it wants nothing."""


@dataclass(slots=True)
class _Session:
    id: str
    windows: dict[datetime, list[float]] = field(default_factory=dict)
    """By their beginnings: Wh at its own maximum, and Wh drawn."""


@dataclass(slots=True)
class Unmanaged:
    """Follows the sessions; `ended` is asked after each step."""

    _sessions: dict[Hashable, _Session] = field(default_factory=dict)

    def see(self, cars: Mapping[Hashable, Car], window: datetime, seconds: float) -> None:
        """What cars did for so many seconds of a window."""
        for id_, car in cars.items():
            session = self._sessions.get(id_)
            if session is None or session.id != car.session:
                continue
            energies = session.windows.setdefault(window, [0.0, 0.0])
            energies[0] += max(car.full, car.drawn) * seconds / 3600.0
            energies[1] += car.drawn * seconds / 3600.0

    def begin(self, cars: Mapping[Hashable, Car]) -> dict[datetime, float]:
        """Note which sessions there are; what those that ended would have taken, Wh by window."""
        ended: dict[datetime, float] = {}
        for id_, session in list(self._sessions.items()):
            car = cars.get(id_)
            if car is None or car.session != session.id:
                del self._sessions[id_]
                for window, energy in _at_once(session).items():
                    ended[window] = ended.get(window, 0.0) + energy
        for id_, car in cars.items():
            if id_ not in self._sessions:
                self._sessions[id_] = _Session(car.session)
        return ended

    def running(self) -> dict[datetime, float]:
        """The same of those that go on, as if they ended now."""
        found: dict[datetime, float] = {}
        for session in self._sessions.values():
            for window, energy in _at_once(session).items():
                found[window] = found.get(window, 0.0) + energy
        return found


def _at_once(session: _Session) -> dict[datetime, float]:
    left = sum(drawn for _, drawn in session.windows.values())
    found = {}
    for window in sorted(session.windows):
        found[window] = min(left, session.windows[window][0])
        left -= found[window]
    return found
