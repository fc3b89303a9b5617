"""Which phases of the grid follow a charger: its limit takes a step, and so does the meter.

A charger that tells no currents per phase leaves open which of its phases a car
loads. The grid's meter shows it: a step of the charger's own limit that appears
on one phase and not on the others. One such step may be chance, because a house
takes steps, too; several that agree are not.

A step counts only where nobody else was told anything meanwhile: what other
cars do for their limits is no noise, but the same pattern. And only where the
building was quiet before: a limit follows the building, and a building that
goes on as it did (a cloud, a heat pump that slows down) would hide the car on
just the phase that holds the car back.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from statistics import median

from .phases import ALL_PHASES, NO_PHASES, Phase, PhaseCurrents, Phases
from .readings import ConnectorReading, MeterReading
from .site import ConnectorId

READINGS = 3
"""Readings of the meter before a step, and after it: their median tells its height."""
QUIET_FOR = 20.0
"""Seconds before a step in which the meter must have stayed where it was: longer than
a car takes to follow, so that what moved the limit is not taken for what followed it."""
SETTLING_TIME = 12.0
"""Seconds after which a car has followed a limit (`reserve.FOLLOWING_TIME`)."""
LOOKED_BACK = 60.0
"""Seconds that the readings before a step may be old."""
WAKING_TIME = 30.0
"""Seconds in which a car that was at 0 A follows; most need 5 to 25."""
LEAST_STEP = 2.0
"""A that a phase must move by: kettles and noise move by less, or for a moment only."""
FOLLOWS = 0.7
"""Share of the largest move from which on a phase moved with it."""
STAYS = 0.25
"""Share of the largest move up to which a phase stayed where it was."""
TOO_HIGH = 1.15
"""Times the step of the limit above which the car alone can't have done it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """A connector's limit changed, and nobody else's."""

    connector: ConnectorId
    at: float
    """When it was sent."""
    change: float
    """New limit less old one, A."""
    shown: PhaseCurrents
    """What the meter then showed more than before, A per phase."""
    restless: float
    """How far its readings before and after lay apart at most, A."""

    @property
    def follows(self) -> PhaseCurrents:
        """How far each phase moved in the limit's direction, A."""
        return self.shown if self.change > 0 else PhaseCurrents(0.0, 0.0, 0.0).minus(self.shown)

    @property
    def phases(self) -> Phases | None:
        """The phases that moved with the limit; None where the step tells nothing."""
        moved = self.follows
        most = max(moved)
        if not LEAST_STEP <= most <= TOO_HIGH * abs(self.change) + 1.0:
            return None
        if self.restless > STAYS * most:
            return None
        following = frozenset(phase for phase in Phase if moved[phase] >= FOLLOWS * most)
        staying = frozenset(phase for phase in Phase if abs(moved[phase]) <= STAYS * most)
        return following if following | staying == ALL_PHASES else None


type _Told = tuple[float | None, tuple[float, ...]]
"""The limits that a car may be following: accepted, in flight."""


@dataclass(slots=True)
class _Open:
    """A step that is under way."""

    connector: ConnectorId
    at: float
    before: tuple[MeterReading, ...]
    was: float
    settled_at: float | None = None
    """When the car has followed; None while the limit is on its way."""


@dataclass(slots=True)
class PhaseSteps:
    """Watches limits and meter, and finds the steps that tell something."""

    quiet_for: float = QUIET_FOR
    _told: dict[ConnectorId, _Told] = field(default_factory=dict)
    _quiet: list[MeterReading] = field(default_factory=list)
    """Readings in which nobody was following a new limit, as far back as they matter."""
    _quiet_from: float = 0.0
    _open: _Open | None = None

    def update(
        self,
        connectors: Mapping[ConnectorId, ConnectorReading],
        meter: MeterReading,
        *,
        now: float,
        latency: float,
    ) -> Step | None:
        """Take in what is known at `now`; return a step that has just become complete.

        `meter` is a believed reading (the same one again is none), `latency` how
        old its currents may be when it arrives, s.
        """
        told = {id_: _told(one) for id_, one in connectors.items()}
        if told != self._told:
            changed = {id_ for id_, limits in told.items() if self._told.get(id_) != limits}
            self._note(changed, told, now, latency)
            self._told = told
        if self._quiet and meter.at <= self._quiet[-1].at:
            return None
        return self._read(meter)

    def forget(self) -> None:
        """The meter is not to be believed: begin anew."""
        self._open = None
        self._quiet.clear()

    def _note(
        self,
        changed: set[ConnectorId],
        told: Mapping[ConnectorId, _Told],
        now: float,
        latency: float,
    ) -> None:
        """Somebody was told something, or came, or left."""
        opened = self._open
        if opened is not None and changed != {opened.connector}:
            opened = self._open = None
        elif opened is None and len(changed) == 1 and self.is_quiet(now):
            (connector,) = changed
            accepted, _ = self._told.get(connector, (None, ()))
            if accepted is not None:
                opened = self._open = _Open(connector, now, tuple(self._quiet), accepted)
        self._quiet.clear()
        self._quiet_from = now + SETTLING_TIME + latency
        if opened is None:
            return
        accepted, in_flight = told.get(opened.connector, (None, ()))
        if in_flight:
            opened.settled_at = None
        elif opened.settled_at is not None or accepted is None or accepted == opened.was:
            # Another one came before it was seen, or it came to nothing.
            self._open = None
        else:
            opened.settled_at = now + latency
            opened.settled_at += WAKING_TIME if opened.was <= 0.0 else SETTLING_TIME
            self._quiet_from = opened.settled_at

    def is_quiet(self, now: float) -> bool:
        """Whether a step that began now would have a known beginning."""
        quiet = self._quiet
        return (
            len(quiet) >= READINGS
            and quiet[0].at >= now - max(LOOKED_BACK, 2 * self.quiet_for)
            and quiet[-1].at >= quiet[0].at + self.quiet_for * 0.9
        )

    def _read(self, meter: MeterReading) -> Step | None:
        if meter.at < self._quiet_from:
            return None
        self._quiet.append(meter)
        while len(self._quiet) > READINGS and self._quiet[1].at <= meter.at - self.quiet_for:
            del self._quiet[0]
        opened = self._open
        if opened is None or opened.settled_at is None or len(self._quiet) < READINGS:
            return None
        self._open = None
        accepted = self._told[opened.connector][0]
        assert accepted is not None
        return _step(opened, accepted, self._quiet)


def _told(reading: ConnectorReading) -> _Told:
    """The limits that a car follows: none without a session, and none that is only renewed."""
    if reading.session is None:
        return 0.0, ()
    accepted = reading.offer.accepted
    return accepted, tuple(limit for limit in reading.offer.in_flight if limit != accepted)


def _step(opened: _Open, accepted: float, after: list[MeterReading]) -> Step:
    moved, restless = [], 0.0
    for phase in Phase:
        then = [reading.currents[phase] for reading in opened.before]
        now = [reading.currents[phase] for reading in after]
        moved.append(median(now) - median(then[-READINGS:]))
        restless = max(restless, max(then) - min(then), max(now) - min(now))
    return Step(
        connector=opened.connector,
        at=opened.at,
        change=accepted - opened.was,
        shown=PhaseCurrents(*moved),
        restless=restless,
    )


AGREEING = 3
"""Steps in a row that must show the same phases before they are believed."""
AGREEING_WITH_GUESS = 2
"""The same where the car used these phases in an earlier session."""


@dataclass(slots=True)
class ShownPhases:
    """What the steps of one session have shown so far."""

    phases: Phases = NO_PHASES
    times: int = 0

    def show(self, phases: Phases) -> None:
        """Another step told something."""
        self.times = self.times + 1 if phases == self.phases else 1
        self.phases = phases

    def believed(self, guess: Phases | None) -> Phases | None:
        """The phases that enough steps have shown; None as long as they haven't."""
        needed = AGREEING_WITH_GUESS if self.phases == guess else AGREEING
        return self.phases if self.times >= needed else None
