"""What the building draws beside the cars, from a quick meter and chargers that report late.

The meter is fresh every second or two, chargers report every 10 to 60 s, and
cars follow a new limit after 2 to 10 s. A plain subtraction would take a car
that follows its limit for a change of the house, and limits would swing. So
every connector's draw is kept as a band `[low, high]` in which it must be, the
other load is somewhere in `[meter - sum of high, meter - sum of low]`, and the
estimate moves only as far as this demands.

Meter noise is taken out first, by a running mean that every real change resets:
an estimate that rises at once and falls only on evidence otherwise climbs to
the top of the noise and stays there. Measured with `benchmarks.control`, day 1
(6 cars, 3 x 35 A, noise 0.2 A), beside perfect knowledge: with a margin of
0.5 A and no mean 96.8 % used and 12.2 limit changes per charger and hour (with
reports every 60 s 96.4 % and 10.2), with the mean and 0.3 A 97.6 % and 12.0
(97.5 % and 10.6).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from .draw_band import Draw, DrawEvidence
from .peaks import Peaks
from .phases import NO_CURRENT, NO_PHASES, PHASES, PhaseCurrents, Phases
from .readings import MeterReading
from .site import ConnectorId
from .tuning import Tuning

HULL_MARGIN = 2.0
"""Seconds beyond the meter's latency over which bands are joined."""
RELAXATION = 0.1
"""A/s towards "they draw their limits" where chargers report no values."""
NOISE = 0.6
"""A by which one reading may differ from the last ones without meaning anything."""
SMOOTHING = 0.25
"""Share of a reading in the running mean, as long as it differs by noise only."""
SAME = 0.02
"""A; a mean that is closer to a reading is the same, as far as meters can tell."""
HOLD_MARGIN = 0.3
"""A above the estimate, so that what noise is left does not move limits."""


def _by_phase(currents: Sequence[PhaseCurrents]) -> tuple[Sequence[float], ...]:
    """Turn currents of many into many currents of each phase."""
    return tuple(zip(*currents, strict=True)) or ((), (), ())


def _given(counted: Iterable[tuple[PhaseCurrents, PhaseCurrents]]) -> list[float]:
    """What draws are less than before, all together, A per phase; of each (before, now)."""
    given = [0.0, 0.0, 0.0]
    for before, now in counted:
        if before is not now:
            for phase in PHASES:
                given[phase] += max(0.0, before[phase] - now[phase])
    return given


@dataclass(slots=True)
class OtherLoad:
    """The memory of the estimate; `update` is called with everything new."""

    hold_time: float = Tuning().hold_time
    """Seconds that a peak of the estimate is held."""
    held: PhaseCurrents | None = None
    """What the sharing reckons with, A per phase; None before the first reading."""
    estimate: PhaseCurrents | None = None
    """The estimate beneath it, A per phase; negative while a phase exports."""
    unseen: PhaseCurrents = NO_CURRENT
    """What of the room beside it is none until the meter has shown so, A per phase.

    The estimate takes a part of the meter's reading for cars that tell no phases. When
    one of them gives back what was reserved for it, it may not have drawn it there at
    all: then it was the building's, and the estimate learns that from the next reading.
    """
    _draws: dict[ConnectorId, Draw] = field(default_factory=dict)
    _peaks: tuple[Peaks, ...] = ()
    """By phase."""
    _possible: list[float | None] = field(default_factory=lambda: [None, None, None])
    """Per phase: what it may be beside `estimate`, until a reading has shown which, A."""
    _lowest: PhaseCurrents = NO_CURRENT
    """The least that it can be by the newest reading, A per phase."""
    _meter_at: float | None = None
    metered: PhaseCurrents | None = None
    """The meter's readings without their noise, A: their running mean since the last real change."""
    _above_since: list[float | None] = field(default_factory=lambda: [None, None, None])
    """Per phase: since which reading the estimate has been above what is possible."""

    def update(
        self,
        *,
        meter: MeterReading | None,
        draws: Mapping[ConnectorId, DrawEvidence],
        now: float,
        latency: float = 2.0,
        allow_export: bool = False,
        doubtful: Phases = NO_PHASES,
    ) -> PhaseCurrents | None:
        """Take in the newest readings and return the held other load, A per phase.

        `meter` is the newest good reading (the same one again moves nothing),
        `draws` has every connector behind the meter, `latency` is how old the
        currents of a reading may be when it arrives, s. On `doubtful` phases
        any car may load what it reports for another one. At least 0 A on every
        phase unless `allow_export`. None before the first reading.
        """
        for gone in self._draws.keys() - draws.keys():
            del self._draws[gone]
        for connector, evidence in draws.items():
            draw = self._draws.get(connector)
            if draw is None:
                draw = self._draws[connector] = Draw()
            draw.observe(evidence, now)
        if meter is not None and meter.at != self._meter_at:
            self._take(meter, now, latency, doubtful)
        self._hold(now)
        if self.held is None:
            return None
        held = self.held if allow_export else self.held.highest(NO_CURRENT)
        self.unseen = self._unseen(held, doubtful)
        return held

    def drawn(self, now: float, latency: float, *, at_least: bool) -> dict[ConnectorId, float]:
        """What every car may be taken to draw on each of its phases in the newest reading, A."""
        since = (now if self._meter_at is None else self._meter_at) - latency - HULL_MARGIN
        return {id_: draw.drawn(since, now, at_least=at_least) for id_, draw in self._draws.items()}

    def _take(self, meter: MeterReading, now: float, latency: float, doubtful: Phases) -> None:
        elapsed = 0.0 if self._meter_at is None else meter.at - self._meter_at
        self._meter_at = meter.at
        readings = self._smooth(meter.currents)
        draws = self._draws.values()
        since_then = meter.at - latency - HULL_MARGIN
        counted = [draw.counted for draw in draws]
        hulls = [draw.count(since_then) for draw in draws]
        lows = _by_phase([low for low, _ in hulls])
        highs = _by_phase([high for _, high in hulls])
        blind = [draw.is_blind(now) for draw in draws]
        guessed = any(blind)
        given = _given((draw.counted_before, draw.counted) for draw in draws)
        seen_less = _given(zip(counted, [high for _, high in hulls], strict=True))
        moved = []
        least = []
        for phase in PHASES:
            doubted = phase in doubtful
            most = [max(high) for _, high in hulls] if doubted else highs[phase]
            lowest = readings[phase] - sum(most)
            highest = readings[phase] - sum(lows[phase])
            least.append(lowest)
            # At first every car is taken to draw its limit: most do, and what
            # this hides shows on the meter as soon as it matters.
            before = lowest if self.estimate is None else self.estimate[phase]
            # It rises at once: what the building surely takes must not be given to cars.
            estimate = max(before, lowest)
            if given[phase] > NOISE and not doubted:
                # What blind cars hid comes back to the building at once; what the others
                # may draw more meanwhile must not hide it once more.
                drawn = sum(
                    [
                        high if draw.was_blind else low
                        for draw, low, high in zip(draws, lows[phase], most, strict=True)
                    ]
                )
                estimate = max(estimate, min(readings[phase] - drawn, before + given[phase]))
            if doubted:
                # Nobody knows which car loads this phase, so no report proves that it fell.
                estimate = max(lowest, estimate - RELAXATION * elapsed)
            elif guessed:
                # What the others draw is told: it need not be guessed.
                likely = readings[phase] - sum(
                    [
                        high if is_blind else low
                        for is_blind, low, high in zip(blind, lows[phase], most, strict=True)
                    ]
                )
                estimate = max(lowest, min(estimate, max(likely, estimate - RELAXATION * elapsed)))
            most_possible = highest
            if highest >= estimate:
                self._above_since[phase] = None
            else:
                # The meter shows less than the building was taken to draw. It falls only on
                # evidence: a car that stopped looks just the same until it has reported.
                since = self._above_since[phase] = self._above_since[phase] or meter.at
                highest = readings[phase] - sum(
                    [
                        low
                        for draw, low in zip(draws, lows[phase], strict=True)
                        if draw.sampled_at is not None and draw.sampled_at >= since
                    ]
                )
                estimate = max(lowest, min(estimate, highest))
            possible = self._possible[phase]
            if seen_less[phase] > NOISE and not doubted:
                # What a car gave back may have been the building's for some time: others that
                # rise into it now would hide that for as long as they do.
                possible = max(possible or before, before + seen_less[phase])
            if possible is not None:
                possible = min(possible, most_possible)
                self._possible[phase] = possible if possible > estimate + NOISE else None
            moved.append(estimate)
        self.estimate = PhaseCurrents(*moved)
        self._lowest = PhaseCurrents(*least)
        if not self._peaks:
            self._peaks = tuple(Peaks(self.hold_time) for _ in PHASES)
        for peaks, amperes in zip(self._peaks, moved, strict=True):
            peaks.add(meter.at, amperes)

    def _unseen(self, held: PhaseCurrents, doubtful: Phases) -> PhaseCurrents:
        """What `held` would be more, were the last reading understood by what is reserved now."""
        given = [draw.released(doubtful) for draw in self._draws.values() if draw.gave_back]
        if not given and all(possible is None for possible in self._possible):
            return NO_CURRENT
        released = [sum(amperes) for amperes in _by_phase([NO_CURRENT, *given])]
        return PhaseCurrents(
            *(
                max(
                    0.0,
                    lowest + gone + HOLD_MARGIN - load if gone > 0.0 else 0.0,
                    0.0 if possible is None else possible + HOLD_MARGIN - load,
                )
                for lowest, gone, possible, load in zip(
                    self._lowest, released, self._possible, held, strict=True
                )
            )
        )

    def _smooth(self, currents: PhaseCurrents) -> PhaseCurrents:
        """Take noise out of the readings; what is more than noise counts at once."""
        if self.metered is not None:
            currents = PhaseCurrents(
                *(
                    mean + SMOOTHING * (new - mean) if SAME < abs(new - mean) <= NOISE else new
                    for new, mean in zip(currents, self.metered, strict=True)
                )
            )
        self.metered = currents
        return currents

    def _hold(self, now: float) -> None:
        if self.estimate is None:
            return
        held = []
        for phase in PHASES:
            estimate = self.estimate[phase]
            peak = self._peaks[phase].highest(now)
            before = estimate if self.held is None else self.held[phase]
            if self.held is None or estimate > before:
                held.append(estimate + HOLD_MARGIN)
            else:
                held.append(min(before, peak + HOLD_MARGIN))
        self.held = PhaseCurrents(*held)
