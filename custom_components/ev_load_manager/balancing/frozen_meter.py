"""Whether a meter stands still although what it measures does not.

A frozen meter is worse than a silent one: cars that rise would look like a house
that falls, and everyone would rise on. But a coarse meter, or any meter in a quiet
house, may show the same for hours. So what counts is what must move: a voltage
that is told in tenths, a large current on a fine meter, and what the chargers
report since the meter moved last.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from .phases import NO_CURRENT, PhaseCurrents
from .readings import MeterReading
from .site import ConnectorId

STILL_TIME = 30.0
"""Seconds in which a voltage, or a large current on a fine meter, surely moves."""
STILL_READINGS = 10
"""As many readings at least: some meters show what they measured 10 s ago."""
FINE_RESOLUTION = 0.1
"""A; coarser meters may tell their other values as coarsely."""
FINEST_RESOLUTION = 0.02
"""A; on such a meter a large current moves with the mains voltage alone."""
LARGE_CURRENT = 2.0
"""A."""
SHOWN_CHANGE = 3.0
"""A; a change of the chargers that also a coarse meter must show."""
SHOWN_WITHIN = 15.0
"""Seconds in which it must show it."""
REPORT_PERIOD = 60.0
"""Seconds by which a charger may report late, and over which it may average."""
_SAME = 1.0
"""A by which two reports may differ and tell of the same draw."""


@dataclass(slots=True, kw_only=True)
class Drawn:
    """What a connector was last seen to draw on the grid's phases, A.

    Nobody changes it; a frozen one takes twice as long to make.
    """

    currents: PhaseCurrents
    at: float
    """When that was measured; now, for one that surely draws nothing."""


@dataclass(slots=True)
class FrozenMeter:
    """The memory of how long a meter has stood still, and what happened meanwhile."""

    _last: MeterReading | None = None
    _same_since: float = 0.0
    """The first of a row of readings in which nothing moved at all."""
    _same: int = 0
    """How many of them there are."""
    _still_since: float = 0.0
    """The first of a row of readings with the same currents."""
    _before: dict[ConnectorId, Drawn] = field(default_factory=dict)
    """What chargers drew, by their newest reports, when the currents moved last."""
    _after: dict[ConnectorId, Drawn] = field(default_factory=dict)
    """Their first reports since then."""
    _base: dict[ConnectorId, Drawn] = field(default_factory=dict)
    """What they surely drew then."""
    _changed_at: float | None = None
    """When they were first seen to draw something else."""
    _is_frozen: bool = False
    """They did, and the meter did not show it; until it moves."""

    def look(self, reading: MeterReading, draws: Mapping[ConnectorId, Drawn]) -> bool:
        """Take in a new reading, and what is known of the chargers behind the meter.

        Returns whether the meter is frozen.
        """
        last, self._last = self._last, reading
        if last is None or reading.currents != last.currents:
            self._still_since = reading.at
            self._before = dict(draws)
            self._after, self._base = {}, {}
            self._changed_at = None
            self._is_frozen = False
        if last is None or (reading.currents, reading.others) != (last.currents, last.others):
            self._same_since, self._same = reading.at, 0
        self._same += 1
        self._learn_base(draws)
        self._is_frozen = self._is_frozen or self._hides_a_change(reading, draws)
        return self._is_frozen or self._must_have_moved(reading)

    def _must_have_moved(self, reading: MeterReading) -> bool:
        moves_always = reading.resolution <= FINE_RESOLUTION and reading.is_restless
        moves = (
            reading.resolution <= FINEST_RESOLUTION
            and max(map(abs, reading.currents)) >= LARGE_CURRENT
        )
        return (
            (moves_always or moves)
            and reading.at - self._same_since >= STILL_TIME
            and self._same >= STILL_READINGS
        )

    def _learn_base(self, draws: Mapping[ConnectorId, Drawn]) -> None:
        """Know what a charger drew when the meter moved last.

        It drew so in its last report before and in two after that, the second of which
        is no mean of anything earlier; or so long after that no report of it tells of
        what the meter has shown already.
        """
        for id_, drawn in draws.items():
            if id_ in self._base or drawn.at < self._still_since:
                continue
            before, first = self._before.get(id_), self._after.setdefault(id_, drawn)
            same = before is not None and all(
                _largest(_change(before, after)) < _SAME for after in (first, drawn)
            )
            if (same and drawn.at > first.at) or drawn.at >= self._still_since + REPORT_PERIOD:
                self._base[id_] = drawn

    def _hides_a_change(self, reading: MeterReading, draws: Mapping[ConnectorId, Drawn]) -> bool:
        """Whether the chargers surely draw something else than when the meter moved last."""
        surely = NO_CURRENT
        perhaps = NO_CURRENT
        for id_, drawn in draws.items():
            if id_ in self._base:
                surely = surely.plus(_change(self._base[id_], drawn))
            elif id_ in self._before:
                perhaps = perhaps.plus(_change(self._before[id_], drawn))
        least = max(SHOWN_CHANGE, 2.0 * reading.resolution)
        # What another one may have done meanwhile could make up for it.
        either_way = zip(surely, surely.plus(perhaps), strict=True)
        if not any(min(both) >= least or max(both) <= -least for both in either_way):
            self._changed_at = None
            return False
        if self._changed_at is None:
            self._changed_at = reading.at
        elapsed = reading.at - self._changed_at
        all_told = all(
            drawn.at >= self._changed_at - SHOWN_WITHIN
            for drawn in draws.values()
            if _largest(drawn.currents) > _SAME
        )
        return elapsed >= SHOWN_WITHIN and (all_told or elapsed >= REPORT_PERIOD + SHOWN_WITHIN)


def _change(before: Drawn, now: Drawn) -> PhaseCurrents:
    return now.currents.minus(before.currents)


def _largest(currents: PhaseCurrents) -> float:
    return max(map(abs, currents))
