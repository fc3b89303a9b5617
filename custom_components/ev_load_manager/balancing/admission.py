"""Who charges when there is not the minimum for everyone: priority and turns.

Policy `take_turns`: as many as fit charge; once a turn of 15 minutes is over,
whoever waits longest takes the place. Higher priority means longer turns and
first choice, never that somebody starves. Policy `minimum_for_all` (thesis
6.2.5) lets everyone keep the minimum as long as the rated currents hold, and
takes turns within the rated currents beyond that.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import inf

from .allocation import microamperes
from .phases import PhaseCurrents, Phases
from .site import ConnectorId, Policy, Priority

TURN = 900.0
"""How long a turn lasts before somebody who waits takes over, s (normal priority)."""

MIN_PAUSE = 300.0
"""Once paused, a connector stays so at least this long, s: contactors wear."""

OVERDUE = 2 * TURN
"""After this wait, s, room that comes free is kept for who waits."""

_TURN_FACTOR = {Priority.LOW: 0.5, Priority.NORMAL: 1.0, Priority.HIGH: 2.0}

_HEAD_START = {Priority.LOW: -4 * TURN, Priority.NORMAL: 0.0, Priority.HIGH: 4 * TURN}
"""Priority counts as time waited, s: first choice, but everyone's turn comes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A connector that wants to charge. Times are monotonic seconds."""

    id: ConnectorId
    path: tuple[str, ...]
    """Circuits from its own up to the root."""
    phases: Phases
    """Grid phases that it loads."""
    minimum: float
    """Lowest current that charges, A."""
    priority: Priority
    serving_since: float | None
    """Since when it is being served (its turn); None: it waits."""
    waiting_since: float
    """Since when it waits: start of the session, or when it was last paused."""
    paused_at: float | None
    """When admission last paused it; None: never in this session."""
    must_serve: bool = False
    """Never paused where possible: its car does not wake after a pause."""

    @property
    def turn_ends_at(self) -> float:
        """When its turn is over; it goes on while nobody waits who could take over."""
        if self.serving_since is None:
            return -inf
        return self.serving_since + TURN * _TURN_FACTOR[self.priority]

    @property
    def may_start_at(self) -> float:
        """Before this it stays paused, even where there is room."""
        return -inf if self.paused_at is None else self.paused_at + MIN_PAUSE


@dataclass(frozen=True, slots=True, kw_only=True)
class Admission:
    """Who is served, and when the others are."""

    admitted: frozenset[ConnectorId]
    waiting: Mapping[ConnectorId, float | None]
    """When its turn comes at the latest if nobody comes or goes (None: never fits)."""
    next_change_at: float | None
    """When the passing of time alone may change something; None: it will not."""


def admit(
    candidates: Iterable[Candidate],
    *,
    limit: Mapping[str, PhaseCurrents],
    rated: Mapping[str, PhaseCurrents],
    policy: Policy,
    now: float,
    held: Mapping[str, PhaseCurrents] | None = None,
) -> Admission:
    """Choose who gets at least the minimum.

    `limit` and `rated` are circuit -> A per phase (a circuit in neither is
    unlimited); `held` is what others than the candidates take of both. The result
    does not depend on the order of `candidates`.
    """
    bounds = _bounds(limit, rated, policy)
    room = _Room(bounds, held or {})
    must, running, waiting, over = _sort(candidates, now)

    empty = room.copy()
    admitted: set[ConnectorId] = set()
    for candidate in must + running:
        if room.fits(candidate):
            room.take(candidate)
            admitted.add(candidate.id)
            if candidate.must_serve:
                empty.take(candidate)

    # Who waits too long keeps room free from others, not from those whose turn is
    # over: they may stay in it until all of it is free, and leave at that moment.
    unreserved = room.copy()
    for candidate in waiting:
        if candidate.may_start_at > now:
            continue
        if unreserved.fits(candidate):
            room.take(candidate)
            unreserved.take(candidate)
            admitted.add(candidate.id)
        elif candidate.must_serve or now - candidate.waiting_since >= OVERDUE:
            if empty.fits(candidate):
                empty.take(candidate)
                unreserved.take(candidate)
    for candidate in over:
        if room.fits(candidate):
            room.take(candidate)
            admitted.add(candidate.id)

    everyone = must + running + waiting + over
    left_out = [candidate for candidate in everyone if candidate.id not in admitted]
    if not left_out:
        return Admission(admitted=frozenset(admitted), waiting={}, next_change_at=None)
    served = [candidate for candidate in everyone if candidate.id in admitted]
    changes = [candidate.may_start_at for candidate in left_out]
    changes += [
        now + TURN * _TURN_FACTOR[candidate.priority]
        if candidate.serving_since is None
        else candidate.turn_ends_at
        for candidate in served
    ]
    return Admission(
        admitted=frozenset(admitted),
        waiting=dict.fromkeys((candidate.id for candidate in left_out), None),
        next_change_at=min((at for at in changes if at > now), default=None),
    )


def _bounds(
    limit: Mapping[str, PhaseCurrents], rated: Mapping[str, PhaseCurrents], policy: Policy
) -> Mapping[str, PhaseCurrents]:
    """What the minimums must fit, circuit -> A per phase."""
    if policy is Policy.MINIMUM_FOR_ALL:
        return rated
    bounds = dict(limit)
    for circuit, currents in rated.items():
        bounds[circuit] = bounds[circuit].lowest(currents) if circuit in bounds else currents
    return bounds


def _sort(
    candidates: Iterable[Candidate], now: float
) -> tuple[list[Candidate], list[Candidate], list[Candidate], list[Candidate]]:
    """Split into: served and must be, in their turn, waiting, turn over; first choice first."""
    must: list[Candidate] = []
    running: list[Candidate] = []
    waiting: list[Candidate] = []
    over: list[Candidate] = []
    for candidate in candidates:
        if candidate.serving_since is None:
            waiting.append(candidate)
        elif candidate.must_serve:
            must.append(candidate)
        elif candidate.turn_ends_at > now:
            running.append(candidate)
        else:
            over.append(candidate)
    for served in (must, running, over):
        served.sort(key=lambda candidate: (-candidate.turn_ends_at, candidate.id))
    waiting.sort(
        key=lambda candidate: (
            not candidate.must_serve,
            candidate.waiting_since - _HEAD_START[candidate.priority],
            candidate.id,
        )
    )
    return must, running, waiting, over


class _Room:
    """What is left of the bounds, microamperes per circuit and phase."""

    def __init__(
        self, bounds: Mapping[str, PhaseCurrents], held: Mapping[str, PhaseCurrents]
    ) -> None:
        self._left: dict[str, list[float]] = {}
        for circuit, currents in bounds.items():
            if circuit in held:
                currents = currents.minus(held[circuit])
            self._left[circuit] = [
                amperes if amperes == inf else microamperes(amperes) for amperes in currents
            ]

    def copy(self) -> _Room:
        """The same room, to be filled in another way."""
        twin = _Room({}, {})
        twin._left = {circuit: list(left) for circuit, left in self._left.items()}
        return twin

    def fits(self, candidate: Candidate) -> bool:
        """Whether its minimum has room on every circuit's phase."""
        minimum = microamperes(candidate.minimum)
        return all(
            left[phase] >= minimum
            for circuit in candidate.path
            if (left := self._left.get(circuit)) is not None
            for phase in candidate.phases
        )

    def take(self, candidate: Candidate) -> None:
        """Set its minimum aside."""
        minimum = microamperes(candidate.minimum)
        for circuit in candidate.path:
            left = self._left.get(circuit)
            if left is not None:
                for phase in candidate.phases:
                    left[phase] -= minimum
