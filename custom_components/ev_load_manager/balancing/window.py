"""How much cars may draw so that the mean power of a window stays under its limit.

With x Wh left in a window that ends in t seconds, y = x / t is the mean power that is still
allowed. As long as no more than y is drawn it never falls, so a building that by itself stays
below the limit needs no forecast: what it takes more is noticed, and what cars leave unused
comes back to them. Only what nobody sees or can change yet costs: the dead time between
something that happens and the cars' answer to it.
"""

from dataclasses import dataclass, field
from math import exp, inf, isfinite

LONG_MEAN, SHORT_MEAN = 300.0, 30.0
"""Seconds of the means of what the building draws; the higher of the two is its forecast.

That of five minutes is what the building does; that of half a minute sees a step of it soon."""
BORNE_FOR = 60.0
"""Seconds in which what a window has to spare may be drawn, while the means follow a step of the building."""
DEAD_BAND = 0.03
"""Share of the limit by which what cars may draw has to change before they hear of it.

What is drawn too much meanwhile makes the rest of the window less, so that it is noticed."""
WORTH_A_START = 1800.0
"""Seconds: what is there for less is left to cars that charge, as far as they can take it."""
TO_BEGIN = 1.3
"""Times its minimum that has to be there for a car that begins for the rest of a window only: with less it would have to
stop for the next kettle."""
NO_RISE_BEFORE_THE_END = 60.0
"""Seconds before the end of a window in which cars get no more: it would be for moments."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Budget:
    """What is left of the window at this moment, for all that a circuit carries."""

    at: float
    """When it was counted (monotonic)."""
    ends_at: float
    """When the window ends (monotonic)."""
    left: float
    """Energy left under the limit and its margin, Wh; negative where that is exceeded."""
    power: float
    """What is imported, cars and all, W."""
    limit: float
    """The mean that is to be kept, less its margin, W."""
    next_limit: float
    """The same of the window after this one, W."""
    dead_time: float = 10.0
    """Seconds from something that happens to the cars' answer: the meter's age, the command,
    the car."""
    reserve: float = 0.0
    """What is kept free for a building that may take more than it does, W."""
    shortest_run: float = 0.0
    """Nobody begins to charge for the rest of the window alone if that is shorter, s; 0: what is
    not used now is lost, and everybody may."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WindowDecision:
    """What a step made of a budget."""

    cars: float
    """What the chargers behind the circuit may draw together, W."""
    house: float
    """What the building is expected to draw for the rest of the window, W."""
    lasting: float
    """What they may go on drawing when the window is over, W; at most `cars`."""
    spare: float = inf
    """Energy that they may still take of the window while the building goes on as it is now, W s."""
    ends_in: float = 0.0
    """Seconds until the window ends."""
    shortest_run: float = 0.0
    """As that of the budget."""

    def bears(self, watts: float, seconds: float) -> bool:
        """Whether what is left of the window can make good what cars draw for so long."""
        return watts * seconds <= self.spare

    def is_worth_a_start(self, room: float, minimum: float) -> bool:
        """Whether to begin for what ends with the window; `room` and `minimum` in the same unit."""
        if self.shortest_run == 0.0:
            return True
        return self.ends_in >= self.shortest_run and room >= TO_BEGIN * minimum


@dataclass(slots=True)
class WindowMemory:
    """What is remembered for the window of a circuit."""

    cars: float = inf
    """What its chargers were told last that they may draw, W."""
    house: float | None = None
    """What the building drew last, W; None before its meter told."""
    possible: float = inf
    """What it may draw for all that is known before that, W: unknown is not 0."""
    _means: dict[float, float] = field(default_factory=dict)
    _seen_at: float | None = None

    def see(self, house: float, now: float) -> None:
        """Take in what the building draws now, W."""
        if not isfinite(house):
            return
        elapsed = 0.0 if self._seen_at is None else max(0.0, now - self._seen_at)
        self.house, self._seen_at = house, now
        for over in (LONG_MEAN, SHORT_MEAN):
            mean = self._means.get(over, house)
            self._means[over] = mean + (house - mean) * (1.0 - exp(-elapsed / over))

    @property
    def forecast(self) -> float:
        """What the building is expected to draw, W."""
        return max(self._means.values(), default=self.possible)

    def decide(self, budget: Budget, now: float) -> WindowDecision:
        """What cars may draw now, W."""
        ends_in = budget.ends_at - now
        allowed, spare = self._allowed(budget, now)
        band = DEAD_BAND * max(budget.limit, 0.0)
        rises_in_vain = budget.dead_time < ends_in < NO_RISE_BEFORE_THE_END
        # Below nothing there is no room for a band: what is over would never be noticed.
        if (
            allowed == 0.0
            or allowed < self.cars - band
            or (allowed > self.cars + band and not rises_in_vain)
        ):
            self.cars = allowed
        lasting = self.cars
        if ends_in < WORTH_A_START:
            after = max(0.0, budget.next_limit - self.forecast - budget.reserve)
            lasting = min(lasting, after)
        return WindowDecision(
            cars=self.cars,
            house=self.forecast,
            lasting=lasting,
            spare=spare,
            ends_in=ends_in,
            shortest_run=budget.shortest_run,
        )

    def _allowed(self, budget: Budget, now: float) -> tuple[float, float]:
        """What cars may draw from the moment on at which they can answer, W, and what is spare, W s."""
        ends_in, taken = budget.ends_at - now, self.forecast + budget.reserve
        left = budget.left * 3600.0 - budget.power * (now - budget.at)
        if ends_in <= budget.dead_time:
            # What is commanded now acts in the next window.
            allowed = max(0.0, budget.next_limit - taken)
            if allowed > self.cars and budget.next_limit * ends_in > left:
                # Some follow at once, and what they draw more still counts in this one.
                allowed = max(self.cars, min(allowed, left / max(ends_in, 1.0) - taken))
            return allowed, inf
        left -= budget.power * budget.dead_time
        remaining = ends_in - budget.dead_time
        allowed = left / remaining - taken
        if self.house is None:
            return max(0.0, allowed), max(0.0, left - self.forecast * remaining)
        # The means follow a step late. That is borne with as far as cars can make it good, if
        # the building stays as it is.
        spare = max(0.0, left - self.house * remaining)
        return max(0.0, min(allowed, spare / min(BORNE_FOR, remaining))), spare
