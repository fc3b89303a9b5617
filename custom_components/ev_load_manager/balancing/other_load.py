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

from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import islice, pairwise

from .peaks import Peaks
from .phases import NO_CURRENT, NO_PHASES, PHASES, PhaseCurrents, Phases
from .readings import MeterReading, Sample
from .site import ConnectorId
from .tuning import Tuning

FOLLOWS_WITHIN = 10.0
"""Seconds that a car may take to follow a new limit (design, section 4)."""
HULL_MARGIN = 2.0
"""Seconds beyond the meter's latency over which bands are joined."""
WAKES_WITHIN = 60.0
"""Seconds that a car may take to begin once it is offered current again; most need
5 to 25 (facts on control)."""
SLEEPING = 1.0
"""A; a car with less has not begun."""
REPORT_IS_OLD = 90.0
"""Seconds after which a report says nothing: one and a half of the longest period."""
RELAXATION = 0.1
"""A/s towards "cars draw their limits" where chargers report no values."""
NOISE = 0.6
"""A by which one reading may differ from the last ones without meaning anything."""
SMOOTHING = 0.25
"""Share of a reading in the running mean, as long as it differs by noise only."""
HOLD_MARGIN = 0.3
"""A above the estimate, so that what noise is left does not move limits."""


@dataclass(slots=True, kw_only=True)
class DrawEvidence:
    """What is known of one connector's draw, A per phase, times monotonic.

    Nobody changes it. It is not frozen because every step makes one for each connector,
    and a frozen one takes twice as long.
    """

    sample: Sample | None
    """Newest report, taken in this session."""
    phases: Phases
    """Grid phases that it may load."""
    offered: float
    """Highest limit in force: accepted last, or in flight."""
    offer_changed_at: float | None
    """When that came into force; None: before anything that is known."""
    previous_offer: float
    """Highest limit in force before."""
    session: bool
    reserved: float
    """What it counts with in the sharing, A on each of these phases."""
    excess: float = 0.0
    """What its car may draw above its limit, A."""


@dataclass(slots=True)
class _Draw:
    """Memory of one connector: its limits since the last report, and its bands."""

    offers: deque[tuple[float, float]] = field(default_factory=deque)
    """(since, limit), oldest first."""
    bands: deque[tuple[float, PhaseCurrents, PhaseCurrents]] = field(default_factory=deque)
    """(since, low, high), oldest first; a band holds until the next begins."""
    raised_at: float | None = None
    """When its limit was last raised, as far as that is known."""
    offered_since: float | None = None
    """Since when it is offered current."""
    blind_since: float | None = None
    """Since when it charges without telling currents per phase."""
    sampled_at: float | None = None
    """When the report that the newest band rests on was taken."""
    evidence: DrawEvidence | None = None
    """What was known at the last step."""
    told_before: tuple[float, float] | None = None
    """The report before the newest: (taken at, A on its most loaded phase)."""

    def observe(self, evidence: DrawEvidence, now: float) -> None:
        """Take in what is known at `now`."""
        before = None if self.evidence is None else self.evidence.sample
        if before is not None and evidence.sample is not before:
            self.told_before = (before.at, before.highest)
        self.evidence = evidence
        self._note_offer(evidence, now)
        low, high = self._band(evidence, now)
        # What nobody counts for it must count as the building's: it flows all the same.
        is_exact = low is high
        high = high.lowest(PhaseCurrents.on(evidence.phases, evidence.reserved))
        low = high if is_exact else low.lowest(high)
        if self.bands:
            _, last_low, last_high = self.bands[-1]
            if low == last_low and high == last_high:
                return
        self.bands.append((now, low, high))

    def hull(self, since: float) -> tuple[PhaseCurrents, PhaseCurrents]:
        """Lowest and highest draw possible at any moment after `since`."""
        while len(self.bands) > 1 and self.bands[1][0] <= since:
            self.bands.popleft()
        _, low, high = self.bands[0]
        if len(self.bands) > 1:
            for _, other_low, other_high in islice(self.bands, 1, None):
                low = low.lowest(other_low)
                high = high.highest(other_high)
        return low, high

    def drawn(self, since: float, now: float, *, at_least: bool) -> float:
        """What its car may be taken to draw on each phase at `since`, A.

        A limit that was lowered after `since` less the time that cars need has not
        been followed: what it takes away has not been seen. What the car told last
        counts, or what it may draw where it told nothing or was offered more since;
        with `at_least` the least that it can be drawing.
        """
        evidence = self.evidence
        if evidence is None or not evidence.session:
            return 0.0
        before = self._offer_at(since - FOLLOWS_WITHIN)
        recent = [limit for at, limit in self.offers if at > since - FOLLOWS_WITHIN]
        most = min(max([before, *recent]), evidence.reserved)
        sample = evidence.sample
        is_old = sample is None or now - sample.at > REPORT_IS_OLD
        if sample is None or (at_least and is_old):
            return 0.0 if at_least else most
        told = sample.at_least if at_least else sample.highest
        if self.told_before is not None and sample.at > since:
            told = max(told, self.told_before[1])
        # One that has not begun, as far as it told, has nothing to give back yet.
        raised = (
            self.raised_at is not None
            and self.raised_at > sample.at - FOLLOWS_WITHIN
            and not self._may_be_asleep(sample, now)
        )
        return most if raised and not at_least else min(told, most)

    def _note_offer(self, evidence: DrawEvidence, now: float) -> None:
        if not self.offers:
            self.offers.append((float("-inf"), evidence.previous_offer))
            since = evidence.offer_changed_at
            self.offers.append((float("-inf") if since is None else since, evidence.offered))
            if evidence.offered > evidence.previous_offer:
                self.raised_at = since
        elif self.offers[-1][1] != evidence.offered:
            since = evidence.offer_changed_at
            # A change that is older than the last one seen was seen late.
            since = now if since is None or since < self.offers[-1][0] else since
            if evidence.offered > self.offers[-1][1]:
                self.raised_at = since
            self.offers.append((since, evidence.offered))
        if evidence.offered <= SLEEPING:
            self.offered_since = None
        elif self.offered_since is None:
            self.offered_since = max(self.offers[-1][0], now - WAKES_WITHIN)
        known_from = now - FOLLOWS_WITHIN
        if evidence.sample is not None:
            known_from = min(known_from, evidence.sample.at - FOLLOWS_WITHIN)
        known_from = max(known_from, now - REPORT_IS_OLD - FOLLOWS_WITHIN)
        while len(self.offers) > 1 and self.offers[1][0] <= known_from:
            self.offers.popleft()

    def _band(self, evidence: DrawEvidence, now: float) -> tuple[PhaseCurrents, PhaseCurrents]:
        self.sampled_at = None
        if not evidence.session:
            self.blind_since = None
            return NO_CURRENT, NO_CURRENT
        sample = evidence.sample
        if sample is None or now - sample.at > REPORT_IS_OLD:
            self.blind_since = now if self.blind_since is None else self.blind_since
            return NO_CURRENT, PhaseCurrents.on(evidence.phases, self._in_force(evidence, now))
        measured = sample.currents
        if measured is None and len(evidence.phases) == 1:
            measured = PhaseCurrents.on(evidence.phases, sample.highest)
        if measured is None:
            self.blind_since = now if self.blind_since is None else self.blind_since
            low, high = NO_CURRENT, PhaseCurrents.on(evidence.phases, sample.highest)
        else:
            self.blind_since = None
            self.sampled_at = sample.at
            low = high = measured
        if self._may_be_asleep(sample, now):
            # It may begin at any moment; so much is set aside for it anyway.
            in_force = self._in_force(evidence, now)
            return low, high.highest(_loaded(high, evidence.phases, in_force))
        if self.offers[-1][0] <= sample.at - FOLLOWS_WITHIN:
            # It has followed all that it was told: nothing changed, as mostly.
            return low, high
        since_report = [limit for at, limit in self.offers if at > sample.at - FOLLOWS_WITHIN]
        low = low.lowest(_loaded(low, evidence.phases, min(since_report)))
        before = [self._offer_at(sample.at - FOLLOWS_WITHIN), *since_report]
        # A car that was only ever told to take less has no reason to take more than it did.
        if any(later > earlier for earlier, later in pairwise(before)):
            most = max(since_report) + evidence.excess
            high = high.highest(_loaded(high, evidence.phases, most))
        if sample.at < self.offers[-1][0] + FOLLOWS_WITHIN:
            high = high.lowest(PhaseCurrents.same(self._in_force(evidence, now)))
        return low.lowest(high), high

    def _in_force(self, evidence: DrawEvidence, now: float) -> float:
        """The highest draw on a phase by all limits that its car may still follow, A."""
        following = [limit for since, limit in self.offers if since > now - FOLLOWS_WITHIN]
        return max([self._offer_at(now - FOLLOWS_WITHIN), *following]) + evidence.excess

    def _may_be_asleep(self, sample: Sample, now: float) -> bool:
        """Whether its car has not begun, as far as it told, and may begin at any moment."""
        return (
            sample.highest <= SLEEPING
            and self.offered_since is not None
            and now - self.offered_since <= WAKES_WITHIN
        )

    def _offer_at(self, moment: float) -> float:
        limit = self.offers[0][1]
        for since, offered in self.offers:
            if since > moment:
                break
            limit = offered
        return limit


def _loaded(currents: PhaseCurrents, phases: Phases, limit: float) -> PhaseCurrents:
    """`limit` on the phases that may be loaded, `currents` on the others."""
    return PhaseCurrents(*[limit if phase in phases else currents[phase] for phase in PHASES])


def _by_phase(currents: Sequence[PhaseCurrents]) -> tuple[Sequence[float], ...]:
    """Turn currents of many into many currents of each phase."""
    return tuple(zip(*currents, strict=True)) or ((), (), ())


@dataclass(slots=True)
class OtherLoad:
    """The memory of the estimate; `update` is called with everything new."""

    hold_time: float = Tuning().hold_time
    """Seconds that a peak of the estimate is held."""
    held: PhaseCurrents | None = None
    """What the sharing reckons with, A per phase; None before the first reading."""
    estimate: PhaseCurrents | None = None
    """The estimate beneath it, A per phase; negative while a phase exports."""
    _draws: dict[ConnectorId, _Draw] = field(default_factory=dict)
    _peaks: tuple[Peaks, ...] = ()
    """By phase."""
    _meter_at: float | None = None
    _smoothed: PhaseCurrents | None = None
    """Running mean of the meter's readings since their last real change."""
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
                draw = self._draws[connector] = _Draw()
            draw.observe(evidence, now)
        if meter is not None and meter.at != self._meter_at:
            self._take(meter, now, latency, doubtful)
        self._hold(now)
        if self.held is None or allow_export:
            return self.held
        return self.held.highest(NO_CURRENT)

    @property
    def metered(self) -> PhaseCurrents | None:
        """The meter's readings without their noise, A; None before the first."""
        return self._smoothed

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
        hulls = [draw.hull(since_then) for draw in draws]
        lows = _by_phase([low for low, _ in hulls])
        highs = _by_phase([high for _, high in hulls])
        blind = any(
            draw.blind_since is not None and now - draw.blind_since > REPORT_IS_OLD
            for draw in draws
        )
        moved = []
        for phase in PHASES:
            doubted = phase in doubtful
            most = [max(high) for _, high in hulls] if doubted else highs[phase]
            lowest = readings[phase] - sum(most)
            highest = readings[phase] - sum(lows[phase])
            # At first every car is taken to draw its limit: most do, and what
            # this hides shows on the meter as soon as it matters.
            estimate = lowest if self.estimate is None else self.estimate[phase]
            estimate = max(estimate, lowest)
            if blind or doubted:
                estimate = max(lowest, estimate - RELAXATION * elapsed)
            if highest >= estimate:
                self._above_since[phase] = None
            else:
                since = self._above_since[phase] = self._above_since[phase] or meter.at
                # A car that has not reported since may itself be what fell.
                highest = readings[phase] - sum(
                    [
                        low
                        for draw, low in zip(draws, lows[phase], strict=True)
                        if draw.sampled_at is not None and draw.sampled_at >= since
                    ]
                )
                estimate = max(lowest, min(estimate, highest))
            moved.append(estimate)
        self.estimate = PhaseCurrents(*moved)
        if not self._peaks:
            self._peaks = tuple(Peaks(self.hold_time) for _ in PHASES)
        for peaks, amperes in zip(self._peaks, moved, strict=True):
            peaks.add(meter.at, amperes)

    def _smooth(self, currents: PhaseCurrents) -> PhaseCurrents:
        """Take noise out of the readings; what is more than noise counts at once."""
        if self._smoothed is not None:
            currents = PhaseCurrents(
                *(
                    new if abs(new - mean) > NOISE else mean + SMOOTHING * (new - mean)
                    for new, mean in zip(currents, self._smoothed, strict=True)
                )
            )
        self._smoothed = currents
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
