"""Cars at their outlets, in numbers: what they take of a limit, when, and what is told of it."""

from collections import deque
from dataclasses import dataclass, field
from enum import StrEnum
import math
from random import Random

from custom_components.ev_load_manager.balancing.compliance import Compliance, bound_at
from custom_components.ev_load_manager.balancing.phases import (
    NO_PHASES,
    PhaseCurrents,
    Phases,
    Wiring,
)
from custom_components.ev_load_manager.balancing.readings import (
    ConnectorReading,
    Offer,
    Sample,
    Status,
    Superseded,
)
from custom_components.ev_load_manager.balancing.site import ConnectorId

LOWEST_CURRENT = 6.0
"""A; IEC 61851: below it a car does not charge."""
FOLLOWS_AFTER = (2.0, 8.0)
"""Seconds from an accepted limit to the car's move: the station may hold a change
back for 5 s (EVerest, Eaton), a car may take 5 to 6 s more (EVerest, snaptec)."""
STOPS_AFTER = (0.5, 2.0)
"""Seconds until a limit of 0 A acts: a stop is not held back (Eaton)."""
WAKES_AFTER = (5.0, 25.0)
"""Seconds from the first offer, or one after a pause, to the first current (snaptec)."""
RISES_BY = 6.0
"""A per second up to the new limit."""
FALLS_BY = 10.0
"""A per second down to the new limit."""
ANSWERS_AFTER = (0.05, 0.4)
"""Seconds from a command to its answer (logs of Wallbox, EVBox and ABB: 10 to 100 ms,
with a status change 0.3 s later)."""
REPORT_LAG = 1.0
"""Seconds from taking a report's values to having them."""
KEPT_SUPERSEDED = 60.0
"""Seconds that a replaced limit is told of."""
SOAK = 0.1
"""A that a car takes with its contactor closed and its battery full."""
VOLTAGE = 230.0
SEEN = 1.0
"""A in a report above which a phase is in use."""
POWER_SLACK = 0.05
"""Share by which power may be another than that of currents and voltages."""
SHOWN = 30.0
"""Seconds of reports after which the phases of a car are known to who computes watts."""
HARDWARE_MAXIMUM = 32.0
"""A. Where one phase may have as much, watts are sent for all phases: one takes no more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """A car's time at a connector, in seconds of the simulated clock."""

    arrives: float
    leaves: float
    ampere_hours: float
    """What it wants, Ah per phase."""
    phases: int = 3
    """Terminals of the charger that it loads, from its L1 on."""
    maximum: float = 16.0
    taper: float = 600.0
    """Seconds before its end from which on it takes less and less."""
    minimum: float = LOWEST_CURRENT
    """Offered less than this it does not charge, A: some cars need more than IEC 61851 asks."""
    shortfall: float = 0.0
    """A by which it stays below whatever it is offered."""
    overdraws: float = 0.0
    """Share of what it is offered that it draws beyond it: 0.05 is 5 % too much."""
    begins_at: float = 0.0
    """A timer in the car: before this moment it takes nothing."""
    one_phase_from: float = math.inf
    """From this moment on it loads one phase only."""
    id_tag: str | None = None

    def phases_at(self, now: float) -> int:
        """Terminals that it loads at this moment."""
        return 1 if now >= self.one_phase_from else self.phases

    def takes(self, wanted: float, now: float) -> float:
        """What it would take of any offer while it wants `wanted` A s more, A."""
        if wanted <= 0.0 or now < self.begins_at:
            return 0.0
        tapering = self.maximum * self.taper / 2.0
        if wanted >= tapering:
            return self.maximum
        return max(1.5, self.maximum * math.sqrt(wanted / tapering))

    def draws(self, offered: float, wanted: float, now: float) -> float:
        """What it draws of what it is offered, A."""
        if offered < self.minimum or offered < LOWEST_CURRENT:
            return 0.0
        own = offered * (1.0 + self.overdraws) - self.shortfall
        return max(0.0, min(own, self.takes(wanted, now)))


class Tells(StrEnum):
    """What a charger tells of the current that it measures."""

    EACH_PHASE = "each phase"
    NO_PHASE = "a current without a phase"
    ONE_PHASE = "the current of its L1 only"
    POWER = "power only"
    NOTHING = "nothing"


@dataclass(frozen=True, slots=True, kw_only=True)
class Outlet:
    """A connector as it really is, whatever the settings say."""

    id: ConnectorId
    wiring: Wiring
    believed_wiring: Wiring | None = None
    """What the settings say, where that is wrong; reports are read by it."""
    visits: tuple[Visit, ...] = ()
    report_period: float = 10.0
    tells: Tells = Tells.EACH_PHASE
    follows_after: tuple[float, float] = FOLLOWS_AFTER
    watts: bool = False
    """It takes limits in watts only, and divides them by the phases it is wired to."""


def near(random: Random, bounds: tuple[float, float]) -> float:
    """Some value between two bounds."""
    return random.uniform(*bounds)


@dataclass(slots=True)
class Connector:
    """A charger's outlet with the car on it, as time passes."""

    outlet: Outlet
    random: Random
    offset: float
    """When in its period it reports, s."""
    drawn: float = 0.0
    """A on each phase of the car."""
    visit: Visit | None = None
    wanted: float = 0.0
    """What the car still wants, A s per phase."""
    commanded: float = 0.0
    answers: deque[tuple[float, float]] = field(default_factory=deque)
    """(when answered, limit) of commands in flight."""
    limits: deque[tuple[float, float]] = field(default_factory=deque)
    """(when the car follows it, limit)."""
    accepted: float = 0.0
    accepted_at: float | None = None
    superseded: list[Superseded] = field(default_factory=list)
    shown: int | None = None
    """Phases that the car was seen to use; None: not known yet."""
    shown_since: float | None = None
    """First report of this session that showed current on its phases."""
    status: Status = Status.AVAILABLE
    status_since: float = 0.0
    session_since: float = 0.0
    loads: Phases = NO_PHASES
    """Grid phases that the car really loads."""
    reports: deque[tuple[float, float, int]] = field(default_factory=deque)
    """(when it arrives, A drawn on each phase, number of phases)."""
    sample: Sample | None = None
    compliance: Compliance = field(default_factory=Compliance)
    pauses: int = 0
    commands: int = 0

    @property
    def currents(self) -> PhaseCurrents:
        """What the car really draws, A per grid phase."""
        return PhaseCurrents.on(self.loads, self.drawn)

    @property
    def offered(self) -> float:
        """What the charger offers its car by the limit that it accepted last, A."""
        return self._pilot(self.accepted)

    @property
    def excess(self) -> float:
        """What of its current the car draws because it takes more than it is offered, A."""
        overdraws = 0.0 if self.visit is None else self.visit.overdraws
        return self.drawn * overdraws / (1.0 + overdraws)

    @property
    def _lowest(self) -> float:
        """What its charger has to offer the car so that it charges, A."""
        return LOWEST_CURRENT if self.visit is None else max(LOWEST_CURRENT, self.visit.minimum)

    def command(self, limit: float, now: float) -> None:
        """Send a limit."""
        if limit == self.commanded:
            return
        self.commanded = limit
        self.commands += 1
        answered = max(
            now + near(self.random, ANSWERS_AFTER), self.answers[-1][0] if self.answers else 0.0
        )
        self.answers.append((answered, limit))

    def step(self, now: float, elapsed: float) -> bool:
        """Let time pass; return whether there is something new to know."""
        news = self._arrivals(now)
        news |= self._answer(now)
        self._draw(now, elapsed)
        news |= self._tell_status(now)
        return self._report(now, elapsed) or news

    def _arrivals(self, now: float) -> bool:
        if self.visit is not None and now >= self.visit.leaves:
            self.visit, self.drawn, self.sample = None, 0.0, None
            self.compliance.forget()
            self.loads = NO_PHASES
            self.reports.clear()
            self.shown_since = self.shown = None
            return True
        if self.visit is not None and now >= self.visit.one_phase_from:
            self.loads = frozenset(self.outlet.wiring[:1])
        if self.visit is None:
            for visit in self.outlet.visits:
                if visit.arrives <= now < visit.leaves:
                    self.visit = visit
                    self.wanted = visit.ampere_hours * 3600.0
                    self.session_since = now
                    self.loads = frozenset(self.outlet.wiring[: visit.phases_at(now)])
                    self._follow(self.accepted, now, fresh=True)
                    return True
        return False

    def _answer(self, now: float) -> bool:
        news = False
        while self.answers and self.answers[0][0] <= now:
            _, limit = self.answers.popleft()
            self.superseded.append(Superseded(limit=self.accepted, at=now))
            if self._pilot(limit) < LOWEST_CURRENT <= self.offered and self.drawn > 0:
                self.pauses += 1
            self._follow(limit, now, fresh=self.offered < self._lowest)
            self.accepted, self.accepted_at = limit, now
            news = True
        return news

    def _follow(self, limit: float, now: float, *, fresh: bool) -> None:
        if self._pilot(limit) < LOWEST_CURRENT:
            delay = STOPS_AFTER
        elif fresh:
            delay = WAKES_AFTER
        else:
            delay = self.outlet.follows_after
        at = now + near(self.random, delay)
        while self.limits and self.limits[-1][0] >= at:
            self.limits.pop()
        self.limits.append((at, limit))

    def _pilot(self, limit: float) -> float:
        """What the charger offers its car by a limit, A."""
        if not self.outlet.watts or (self.shown is not None and limit >= HARDWARE_MAXIMUM):
            return limit
        return limit / len(self.outlet.wiring)

    def _draw(self, now: float, elapsed: float) -> None:
        while len(self.limits) > 1 and self.limits[1][0] <= now:
            self.limits.popleft()
        visit = self.visit
        goal = 0.0
        if visit is not None and self.limits and self.limits[0][0] <= now:
            goal = visit.draws(self._pilot(self.limits[0][1]), self.wanted, now)
        if goal < self.drawn:
            at_once = goal == 0.0
            self.drawn = goal if at_once else max(goal, self.drawn - FALLS_BY * elapsed)
        else:
            self.drawn = min(goal, self.drawn + RISES_BY * elapsed)
        self.wanted = max(0.0, self.wanted - self.drawn * elapsed)

    def _tell_status(self, now: float) -> bool:
        if self.visit is None:
            status = Status.AVAILABLE
        elif self.drawn > SOAK:
            status = Status.CHARGING
        elif self.offered < LOWEST_CURRENT:
            status = Status.SUSPENDED_EVSE
        else:
            status = Status.SUSPENDED_EV
        if status is self.status:
            return False
        self.status, self.status_since = status, now
        return True

    def _report(self, now: float, elapsed: float) -> bool:
        outlet = self.outlet
        if self.visit is not None and outlet.tells is not Tells.NOTHING:
            before = math.floor((now - elapsed - self.offset) / outlet.report_period)
            if math.floor((now - self.offset) / outlet.report_period) > before:
                self.reports.append((now + REPORT_LAG, self.drawn, len(self.loads)))
        news = False
        while self.reports and self.reports[0][0] <= now:
            # A central system knows when a report came, not how old it was.
            self.sample = self._sample(*self.reports.popleft())
            self._learn_phases(self.sample)
            news = True
        return news

    def _sample(self, at: float, drawn: float, phases: int) -> Sample | None:
        """What a report says, as far as the charger tells it; None: nothing."""
        wiring = self.outlet.believed_wiring or self.outlet.wiring
        match self.outlet.tells:
            case Tells.POWER:
                # So much flows if it is one phase, and so much if it is all of them.
                power = drawn * phases
                return Sample(
                    at=at,
                    currents=None,
                    highest=power * (1.0 + POWER_SLACK),
                    lowest=power / len(wiring),
                )
            case Tells.ONE_PHASE if drawn <= SEEN:
                # Where this one carries nothing, the others may carry all.
                return None
            case Tells.NO_PHASE | Tells.ONE_PHASE:
                return Sample(at=at, currents=None, highest=drawn)
        currents = PhaseCurrents.on(frozenset(wiring[:phases]), drawn)
        return Sample(at=at, currents=currents, highest=drawn)

    def _learn_phases(self, sample: Sample | None) -> None:
        """Know which phases the car uses, once its reports have shown them."""
        if not self.outlet.watts or sample is None or sample.currents is None:
            return
        if sample.highest <= SEEN:
            return
        if self.shown_since is None:
            self.shown_since = sample.at
        elif sample.at >= self.shown_since + SHOWN:
            self.shown = sum(current > SEEN for current in sample.currents)

    def reading(self, now: float) -> ConnectorReading:
        """What a central system knows of it."""
        self.superseded = [old for old in self.superseded if now - old.at < KEPT_SUPERSEDED]
        session = None if self.visit is None else f"{self.outlet.id}-{self.session_since}"
        offer = Offer(
            accepted=self.accepted,
            accepted_at=self.accepted_at,
            in_flight=tuple(limit for _, limit in self.answers),
            superseded=tuple(self.superseded),
        )
        if self.sample is not None:
            bound = bound_at(offer, self.sample.at)
            self.compliance.saw(self.sample.at_least, self.sample.at, bound, now)
        if self.compliance.act_at is not None and self.compliance.act_at <= now:
            self.compliance.told(now)
        return ConnectorReading(
            online=True,
            status=self.status,
            status_since=self.status_since,
            session=session,
            session_since=self.session_since,
            id_tag=None if self.visit is None else self.visit.id_tag,
            sample=self.sample,
            offer=offer,
            disobeys=self.compliance.disobeys,
            minimum_to_start=self._minimum_to_start(),
        )

    def _minimum_to_start(self) -> float | None:
        """What one phase has to be allowed so that each of them gets enough, A."""
        phases = self.shown or len(self.outlet.wiring)
        if self.visit is None or not self.outlet.watts or phases == 1:
            return None
        return LOWEST_CURRENT * phases
