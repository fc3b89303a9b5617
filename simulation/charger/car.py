"""A car: follows its charger's limit late, ramps, tapers, and is full one day.

Pure: no clock of its own. Whoever owns the car calls `Car.step` with the
charger's limit and the time.
"""

from collections import deque
from dataclasses import dataclass
import random

from .grid import VOLTAGE

LOWEST_PILOT = 6.0
"""IEC 61851-1: below 6 A the pilot signal says that there is nothing to take."""

_LONGEST_STRIDE = 1.0
"""Seconds of physics computed at once, so that taper and ramp stay smooth."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CarModel:
    """How a kind of car behaves (A per phase, seconds, Wh)."""

    name: str = "car"
    phases: int = 3
    maximum: float = 16.0
    minimum: float = 6.0
    """Least offer that it charges at; some cars need more than 6 A."""
    delay: tuple[float, float] = (2.0, 9.0)
    """It follows a changed limit after a time drawn from this range."""
    pause_delay: float = 2.0
    """It stops this soon after its charger offers nothing."""
    ramp: float = 2.0
    """A/s while its draw rises."""
    fall: float = 8.0
    """A/s while its draw falls."""
    wanted: float | None = 40_000.0
    """Energy until it is full; None: never."""
    taper: float = 0.0
    """Over the last so many Wh its draw falls towards `taper_to`."""
    taper_to: float = 4.0
    shortfall: float = 0.0
    """It draws this much less than it is offered, as many cars do."""
    wakes: bool = True
    """After a pause it charges again; some cars want to be unplugged first."""
    wake_delay: float = 0.0
    """It needs this much longer to follow after a pause."""
    excess: float = 0.0
    """It draws this part of its limit more than it is offered (0.05: 5 %), as far as its own
    maximum lets it."""
    starts_after: float = 0.0
    """A timer: seconds after it was plugged in before it takes anything."""
    one_phase_after: float | None = None
    """Wh that it takes before it goes on with its first phase alone."""


class Car:
    """One car; `name` tells it from others of its model."""

    def __init__(self, model: CarModel | None = None, *, name: str = "", seed: int = 0) -> None:
        """Make a car that nobody has plugged in; the same seed gives the same delays."""
        self.model = model or CarModel()
        self.name = name or self.model.name
        self.current = 0.0
        """What it draws now on each of its phases, A."""
        self.energy = 0.0
        """What it has taken since it was made, Wh."""
        self.asleep = False
        """It was paused and waits to be unplugged."""
        self._starts_at: float | None = None
        self._random = random.Random(f"{seed} {self.name}")
        self._at: float | None = None
        self._told = 0.0
        self._allowed = 0.0
        self._charged = False
        self._coming: deque[tuple[float, float]] = deque()

    @property
    def full(self) -> bool:
        """It has all the energy it wanted."""
        return self.model.wanted is not None and self.energy >= self.model.wanted

    @property
    def drawing(self) -> bool:
        """It asks for energy (state C of the pilot signal)."""
        if self.full or self.asleep or self._allowed < self.model.minimum:
            return False
        return self._starts_at is None or (self._at is not None and self._at >= self._starts_at)

    @property
    def phases(self) -> int:
        """How many phases it uses now, where its charger has as many."""
        after = self.model.one_phase_after
        return 1 if after is not None and self.energy >= after else self.model.phases

    def plug_in(self, now: float) -> None:
        """Start afresh at a charger: what it was told before is forgotten."""
        self._at = now
        self._starts_at = now + self.model.starts_after if self.model.starts_after else None
        self.current = self._told = self._allowed = 0.0
        self.asleep = self._charged = False
        self._coming.clear()

    def step(self, limit: float, now: float, *, energised: bool = True) -> float:
        """Live until `now` under `limit`; returns the draw on each of its phases (A).

        `limit` is the pilot signal's current (0: none). Without `energised` the
        charger's contactor is open, and nothing flows at once.
        """
        if self._at is None:
            self._at = now
        if not energised:
            limit = 0.0
        if limit != self._told:
            self._hear(limit, now)
        while self._coming and self._coming[0][0] <= now:
            due, allowed = self._coming.popleft()
            self._live_until(due)
            self._follow(allowed)
        self._live_until(now)
        if not energised:
            self._coming.clear()
            self._allowed = self.current = 0.0
        return self.current

    def _hear(self, limit: float, now: float) -> None:
        """Note a changed limit, to be followed after this car's delay."""
        model = self.model
        if limit < LOWEST_PILOT:
            due = now + model.pause_delay
        else:
            due = now + self._random.uniform(*model.delay)
            if self._charged and self._told < LOWEST_PILOT:
                due += model.wake_delay
        self._told = limit
        # What was told earlier is followed earlier; a later word overtakes it
        # only where it is a pause.
        while self._coming and self._coming[-1][0] >= due:
            if limit >= LOWEST_PILOT:
                due = self._coming[-1][0]
            self._coming.pop()
        self._coming.append((due, limit))

    def _follow(self, allowed: float) -> None:
        if allowed < LOWEST_PILOT and self._charged and not self.model.wakes and not self.full:
            self.asleep = True
        self._allowed = allowed

    def _live_until(self, until: float) -> None:
        assert self._at is not None
        while self._at < until:
            stride = min(_LONGEST_STRIDE, until - self._at)
            self._live(stride)
            self._at += stride

    def _live(self, seconds: float) -> None:
        goal = self._goal()
        before = self.current
        if goal > before:
            self.current = min(goal, before + self.model.ramp * seconds)
        else:
            self.current = max(goal, before - self.model.fall * seconds)
        if self.current > 0:
            self._charged = True
            mean = (before + self.current) / 2
            self.energy += mean * self.phases * VOLTAGE * seconds / 3600.0

    def _goal(self) -> float:
        """What it would draw if it could jump there (A)."""
        model = self.model
        if not self.drawing:
            return 0.0
        goal = min(self._allowed * (1.0 + model.excess) - model.shortfall, model.maximum)
        if model.wanted is not None and model.taper > 0:
            left = (model.wanted - self.energy) / model.taper
            if left < 1.0:
                goal = min(goal, model.taper_to + (model.maximum - model.taper_to) * left)
        return max(goal, 0.0)


ENDLESS = CarModel(name="endless", wanted=None)
"""Three phases, 16 A, never full."""
NIMBLE = CarModel(name="nimble", delay=(2.0, 3.0), ramp=8.0, wanted=None)
"""Follows fast; for stories in which the car isn't the point."""
ONE_PHASE = CarModel(name="one-phase", phases=1, maximum=32.0)
TWO_PHASES = CarModel(name="two-phase", phases=2, maximum=16.0)
SLOW = CarModel(name="slow", delay=(7.0, 10.0), ramp=1.0)
NEEDS_EIGHT = CarModel(name="needs 8 A", minimum=8.0)
DEEP_SLEEPER = CarModel(name="deep sleeper", wakes=False)
NEARLY_FULL = CarModel(name="nearly full", wanted=3_000.0, taper=2_000.0)
NEEDS_TEN = CarModel(name="needs 10 A", minimum=10.0)
NEEDS_THIRTEEN = CarModel(name="needs 13 A", minimum=13.0, maximum=32.0)
SHORTFALL = CarModel(name="0.8 A short", shortfall=0.8)
GREEDY = CarModel(name="5 % over", excess=0.05, maximum=32.0, wanted=None)
TIMER = CarModel(name="timer", starts_after=3_600.0)
THREE_TO_ONE = CarModel(name="three phases, then one", one_phase_after=2_000.0)
TIMID = CarModel(name="timid", phases=3, maximum=10.0, shortfall=0.4)
