"""What a soak measured, day by day, and whether it is good enough."""

from dataclasses import asdict, dataclass, field
from typing import Any, Final

from ..faults.fault import DISOBEYS, NO_ANSWER

MOST_GROWTH: Final = 0.10
"""Of the memory after the first day."""
MOST_DIFFERENCE: Final = 0.005
"""Between what the cars took and what was booked, as a part of it: meters count whole Wh."""

LENIENT: Final = NO_ANSWER
"""Seconds over a limit: a bound from which a judge may overlook what is no trouble's fault."""
VERY_LENIENT: Final = DISOBEYS


@dataclass(frozen=True, slots=True, kw_only=True)
class Over:
    """A time that a phase was above its limit for longer than it may be."""

    at: float
    """Simulated seconds from the start."""
    what: str
    seconds: float
    bound: float
    because: str
    """What let it be over for so long."""


@dataclass(slots=True, kw_only=True)
class Day:
    """One simulated day, or what there was of it."""

    number: int
    hours: float = 0.0
    group_worst: float = 0.0
    """Highest current of any phase, A."""
    grid_worst: float = 0.0
    """The same of the grid connection."""
    over_by: float = 0.0
    """Most that a phase was above the limit of that moment, A."""
    seconds_over: float = 0.0
    """The longest time without a break that a phase was above its limit."""
    bound: float = 0.0
    """How long that one may have been."""
    because: str = ""
    over: list[Over] = field(default_factory=list)
    """Those that were longer than they may be."""
    hours_lenient: float = 0.0
    """In which something that broke let a phase be over for `LENIENT` or longer."""
    hours_very_lenient: float = 0.0
    """The same for `VERY_LENIENT`."""
    faults: int = 0
    visits: int = 0
    sessions: int = 0
    """That ended, and are booked."""
    booked: float = 0.0
    """kWh, of those."""
    taken: float = 0.0
    """kWh, of all cars."""
    memory: float = 0.0
    """MB of this process, simulation and all."""
    errors: int = 0
    task_exceptions: int = 0
    lost: int = 0
    below: int = 0
    """Moments with books below the truth."""
    cpu_minutes: float = 0.0
    real_minutes: float = 0.0


@dataclass(slots=True, kw_only=True)
class Figures:
    """All of it."""

    chargers: int
    seed: int
    wanted_days: float
    kills: bool = False
    """Whether Home Assistant is killed every hour."""
    days: list[Day] = field(default_factory=list)
    faults: dict[str, int] = field(default_factory=dict)
    """How often each happened."""
    lost: list[str] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    """The first that were logged."""
    below: list[str] = field(default_factory=list)
    """The first moments with books below the truth."""
    endless: list[str] = field(default_factory=list)
    """Where a car would have gone on with its limit for ever, had nobody spoken any more."""
    endless_for_now: list[str] = field(default_factory=list)
    """The same where a charger had refused, ignored or not answered its limits shortly before:
    a way that it does not take is given up, and tried again after 5 min to 6 h."""
    unnoticed: list[str] = field(default_factory=list)
    """Where cars drew more than was counted for longer than it takes to see that."""
    unseeable: list[str] = field(default_factory=list)
    """The same where nothing that the charger tells proves it: one phase of three, by its power."""
    violations: list[str] = field(default_factory=list)
    """What was sent to chargers that is not OCPP."""
    energy: dict[str, float] = field(default_factory=dict)
    """kWh that cars took, chargers' meters counted, and the books say; once all have left."""
    session_book: dict[str, int] = field(default_factory=dict)
    """Sessions and Wh that chargers' meters counted, and in how many the session book differs."""

    @property
    def growth(self) -> float | None:
        """Of the memory since the end of the first day, as a part of it.

        None where Home Assistant is killed: one that lived in this process before leaves some MB
        of it that are Home Assistant's own.
        """
        if self.kills:
            return None
        whole = [day for day in self.days if day.hours >= 23.9]
        if len(whole) < 2:
            return None
        return whole[-1].memory / whole[0].memory - 1.0

    @property
    def leniency(self) -> tuple[float, float]:
        """The parts of all time in which the bound was `LENIENT` and `VERY_LENIENT`, or longer."""
        hours = sum(day.hours for day in self.days)
        if not hours:
            return 0.0, 0.0
        return (
            sum(day.hours_lenient for day in self.days) / hours,
            sum(day.hours_very_lenient for day in self.days) / hours,
        )

    def wrong(self) -> list[str]:
        """What is not as it must be, in words."""
        found = [
            f"day {day.number}: {one.what} for {one.seconds:.0f} s, bound {one.bound:.0f} s"
            f" ({one.because})"
            for day in self.days
            for one in day.over
        ]
        if (growth := self.growth) is not None and growth >= MOST_GROWTH:
            found.append(f"memory grew by {growth:.1%} since the first day")
        if exceptions := sum(day.task_exceptions for day in self.days):
            found.append(f"{exceptions} exceptions of tasks were never retrieved")
        if moments := sum(day.below for day in self.days):
            found.append(f"{moments} moments with books below the truth")
        found += self.below
        found += self.unnoticed
        found += [f"fail-safe lost: {one}" for one in self.endless]
        found += self.lost + self.errors + self.violations
        if self.energy:
            taken, booked = self.energy["taken"], self.energy["booked"]
            if abs(taken - booked) > MOST_DIFFERENCE * taken + 0.1:
                found.append(f"cars took {taken:.1f} kWh, {booked:.1f} kWh are booked")
        return found

    def to_dict(self) -> dict[str, Any]:
        """Plain JSON data."""
        return {
            **asdict(self),
            "growth": self.growth,
            "leniency": self.leniency,
            "wrong": self.wrong(),
        }
