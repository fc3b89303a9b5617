"""In which band each connector's draw must be, from late reports and the limits in force.

Chargers report every 10 to 60 s or not at all, and cars follow a new limit after 2 to
10 s. What a car draws meanwhile is not known, only between which currents it is.
"""

from collections import deque
from dataclasses import dataclass, field
from itertools import islice, pairwise

from .phases import NO_CURRENT, NO_PHASES, PHASES, PhaseCurrents, Phases
from .readings import Sample

FOLLOWS_WITHIN = 10.0
"""Seconds that a car may take to follow a new limit."""
MOSTLY_FOLLOWS_WITHIN = 6.0
"""Seconds after which a car has followed a raise that is still to be seen, mostly."""
WAKES_WITHIN = 60.0
"""Seconds that a car may take to begin once it is offered current again; most need
5 to 25."""
SLEEPING = 1.0
"""A; a car with less has not begun."""
REPORT_IS_OLD = 90.0
"""Seconds after which a report says nothing: one and a half of the longest period."""
MOST_BANDS = 128
"""Bands of one connector that are kept apart: those of ten minutes with a report every five
seconds, twice as long as a meter may be silent."""


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
    shortfall: float = 0.0
    """What its car stays below every limit, as far as it has shown, A."""
    rests_since: float | None = None
    """Since when its charger says that the car takes nothing; None: it says no such thing."""
    connected_since: float | None = None
    """Since when its charger is connected; its car begins anew where it lost its power."""

    def rests(self) -> bool:
        """Whether its car takes nothing, by its charger's word and by no later report."""
        since, sample = self.rests_since, self.sample
        if since is None:
            return False
        # A report that comes a moment after the word may be of before.
        return sample is None or sample.at < since + FOLLOWS_WITHIN or sample.highest <= SLEEPING


@dataclass(slots=True)
class Draw:
    """Memory of one connector: its limits since the last report, and its bands."""

    offers: deque[tuple[float, float]] = field(default_factory=deque)
    """(since, limit), oldest first."""
    bands: deque[tuple[float, PhaseCurrents, PhaseCurrents]] = field(default_factory=deque)
    """(since, low, high), oldest first; a band holds until the next begins.

    A reading of the meter ends those before it. While none comes, the oldest are joined.
    """
    raised_at: float | None = None
    """When its limit was last raised, as far as that is known."""
    offered_since: float | None = None
    """Since when it is offered current."""
    woke_at: float | None = None
    """When a report first showed it drawing after one that showed nothing."""
    blind_since: float | None = None
    """Since when it charges without telling currents per phase."""
    sampled_at: float | None = None
    """When the report that the newest band rests on was taken."""
    evidence: DrawEvidence | None = None
    """What was known at the last step."""
    told_before: tuple[float, float] | None = None
    """The report before the newest: (taken at, A on its most loaded phase)."""
    counted: PhaseCurrents = NO_CURRENT
    """The most that it was taken to draw in the meter's newest reading, A per phase."""
    counted_before: PhaseCurrents = NO_CURRENT
    """The same in the reading before, while nobody was told what it draws."""
    was_blind: bool = False
    """Nobody was told then what it draws."""
    gave_back: bool = False
    """Less may be reserved for it than that."""

    def observe(self, evidence: DrawEvidence, now: float) -> None:
        """Take in what is known at `now`."""
        before = self.evidence
        if before is not None:
            told = before.sample
            if told is not None and evidence.sample is not told:
                self.told_before = (told.at, told.highest)
                self._notice_start(told, evidence)
            if evidence.reserved < before.reserved or evidence.phases != before.phases:
                self.gave_back = True
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
        if len(self.bands) > MOST_BANDS:
            self._join_oldest()

    def is_blind(self, now: float) -> bool:
        """Whether it has charged without telling currents for so long that it is guessed."""
        return self.blind_since is not None and now - self.blind_since > REPORT_IS_OLD

    def count(self, since: float) -> tuple[PhaseCurrents, PhaseCurrents]:
        """Lowest and highest draw possible at any moment after `since`, for a reading."""
        while len(self.bands) > 1 and self.bands[1][0] <= since:
            self.bands.popleft()
        _, low, high = self.bands[0]
        if len(self.bands) > 1:
            for _, other_low, other_high in islice(self.bands, 1, None):
                low = low.lowest(other_low)
                high = high.highest(other_high)
        self.counted_before = self.counted if self.was_blind else high
        self.counted, self.was_blind = high, self.blind_since is not None
        if self.gave_back:
            self.gave_back = self.released(NO_PHASES) != NO_CURRENT
        return low, high

    def released(self, doubtful: Phases) -> PhaseCurrents:
        """What of `counted` is not reserved for it any more, A per phase.

        On `doubtful` phases it counted with its most loaded phase.
        """
        evidence = self.evidence
        assert evidence is not None
        kept, most = evidence.reserved, max(self.counted)
        return PhaseCurrents(
            *(
                max(0.0, most - kept)
                if phase in doubtful
                else max(0.0, self.counted[phase] - (kept if phase in evidence.phases else 0.0))
                for phase in PHASES
            )
        )

    def drawn(self, since: float, now: float, *, at_least: bool) -> float:
        """What its car may be taken to draw on each phase at `since`, A.

        A limit that was lowered after `since` less the time that cars need has not
        been followed: what it takes away has not been seen. What the car told last
        counts, or what it may draw where it told nothing or was offered more since;
        with `at_least` the least that it can be drawing.
        """
        evidence = self.evidence
        if evidence is None or not evidence.session or evidence.rests():
            return 0.0
        before = self._offer_at(since - FOLLOWS_WITHIN)
        recent = [limit for at, limit in self.offers if at > since - FOLLOWS_WITHIN]
        most = min(self._follows(evidence, max([before, *recent])), evidence.reserved)
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
            and self.raised_at > sample.at - MOSTLY_FOLLOWS_WITHIN
            and not self._may_be_asleep(sample, now)
        )
        return most if raised and not at_least else min(told, most)

    def _join_oldest(self) -> None:
        """Put one band in the place of the oldest two, which holds whatever they hold."""
        since, low, high = self.bands.popleft()
        _, next_low, next_high = self.bands.popleft()
        self.bands.appendleft((since, low.lowest(next_low), high.highest(next_high)))

    def _notice_start(self, told: Sample, evidence: DrawEvidence) -> None:
        """See whether its car has begun since the report before, or may have."""
        sample, since = evidence.sample, evidence.connected_since
        if sample is None or sample.highest <= SLEEPING:
            return
        if told.highest <= SLEEPING or (since is not None and told.at < since <= sample.at):
            self.woke_at = sample.at

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
        elif evidence.connected_since is not None:
            # A car whose charger lost its power is offered it once more.
            self.offered_since = max(self.offered_since, evidence.connected_since)
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
        if sample is not None and now - sample.at > REPORT_IS_OLD:
            sample = None
        measured = None
        if sample is not None:
            measured = sample.currents
            if measured is None and len(evidence.phases) == 1:
                measured = PhaseCurrents.on(evidence.phases, sample.highest)
        if measured is None:
            self.blind_since = now if self.blind_since is None else self.blind_since
            if evidence.rests():
                # What it may draw once it begins is reserved, and nobody else's room.
                return NO_CURRENT, NO_CURRENT
        if sample is None:
            return NO_CURRENT, PhaseCurrents.on(evidence.phases, self._in_force(evidence, now))
        if measured is None:
            low, high = NO_CURRENT, PhaseCurrents.on(evidence.phases, sample.highest)
        else:
            self.blind_since = None
            self.sampled_at = sample.at
            low = high = measured
        if self._may_be_asleep(sample, now):
            # It may begin at any moment; so much is set aside for it anyway.
            in_force = self._in_force(evidence, now)
            return low, high.highest(_loaded(high, evidence.phases, in_force))
        if self.woke_at is not None and sample.at < self.woke_at + FOLLOWS_WITHIN:
            # It has just begun, and takes more from second to second.
            in_force = self._in_force(evidence, now)
            high = high.highest(_loaded(high, evidence.phases, in_force))
        if self.offers[-1][0] <= sample.at - FOLLOWS_WITHIN:
            # It has followed all that it was told: nothing changed, as mostly.
            return low, high
        since_report = [limit for at, limit in self.offers if at > sample.at - FOLLOWS_WITHIN]
        least = max(0.0, min(since_report) - evidence.shortfall)
        low = low.lowest(_loaded(low, evidence.phases, least))
        before = [self._offer_at(sample.at - FOLLOWS_WITHIN), *since_report]
        # A car that was only ever told to take less has no reason to take more than it did.
        if any(later > earlier for earlier, later in pairwise(before)):
            most = self._follows(evidence, max(since_report))
            high = high.highest(_loaded(high, evidence.phases, most))
        if sample.at < self.offers[-1][0] + FOLLOWS_WITHIN:
            high = high.lowest(PhaseCurrents.same(self._in_force(evidence, now)))
        return low.lowest(high), high

    def _in_force(self, evidence: DrawEvidence, now: float) -> float:
        """The highest draw on a phase by all limits that its car may still follow, A."""
        following = [limit for since, limit in self.offers if since > now - FOLLOWS_WITHIN]
        return self._follows(evidence, max([self._offer_at(now - FOLLOWS_WITHIN), *following]))

    def _follows(self, evidence: DrawEvidence, limit: float) -> float:
        """The highest draw on a phase with a limit, A."""
        return max(0.0, limit + evidence.excess - evidence.shortfall)

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
