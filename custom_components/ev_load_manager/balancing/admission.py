"""Who charges when there is not the minimum for everyone: priority and turns.

Policy `take_turns`: as many as fit charge; once a turn of 15 minutes is over,
whoever waits longest takes the place. Higher priority means longer turns and
first choice, never that somebody starves. Who was put first in line gets the
next turn, and for it one that has lasted long enough is over. Policy
`minimum_for_all` (thesis 6.2.5) lets everyone keep the minimum as long as the
rated currents hold, and takes turns within the rated currents beyond that.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from heapq import heapify, heappop, heappush
from math import inf

from .allocation import microamperes
from .phases import NO_CURRENT, PhaseCurrents, Phases
from .site import ConnectorId, Policy, Priority
from .tuning import Tuning

TURN = 900.0
"""How long a turn lasts before somebody who waits takes over, s (normal priority)."""

WINDOWS_TURN = 1800.0
"""The same where the mean power of a window is kept, s.

Its limit lasts for the evening, not for a kettle: with turns of a quarter of an hour cars in a
garage would start 27 times a day."""

SHORTEST_TURN = 300.0
"""Who has been served for less, s, is not paused for somebody who was put first in line."""

OVERDUE = 2 * TURN
"""After this wait, s, room that comes free is kept for who waits; longer where turns are."""

LEAST = 6.0
"""A; what most cars need to charge, and IEC 61851 asks of all chargers."""

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
    minimum_pause: float = Tuning().minimum_pause_for_turns
    """How long it stays paused at least, s: contactors wear."""
    must_serve: bool = False
    """Never paused where possible: its car does not wake after a pause."""
    served: float = 0.0
    """How long it has been served in this session, s."""
    first_in_line: bool = False
    """Somebody put it first in line: the next turn is its own, for once."""
    cannot_start: bool = False
    """What its car needs to start is more than there may be now: it gets what nobody else can use."""
    usual_turn: float = TURN
    """How long turns are at normal priority, s."""

    @property
    def turn(self) -> float:
        """How long its turns are, s."""
        return self.usual_turn * _TURN_FACTOR[self.priority]

    @property
    def overdue(self) -> float:
        """The wait after which room that comes free is kept for it, s."""
        return OVERDUE * self.usual_turn / TURN

    @property
    def turn_ends_at(self) -> float | None:
        """When its turn is over; it goes on while nobody waits who could take over."""
        return None if self.serving_since is None else self.serving_since + self.turn

    def turn_against(self, other: Candidate) -> float:
        """How long its turns are while `other` waits, s."""
        if other.first_in_line and other.priority >= self.priority:
            return min(self.turn, SHORTEST_TURN)
        return self.turn


@dataclass(frozen=True, slots=True, kw_only=True)
class Power:
    """What circuits carry over all phases together, A."""

    limit: Mapping[str, float] = field(default_factory=dict)
    rated: Mapping[str, float] = field(default_factory=dict)
    held: Mapping[str, float] = field(default_factory=dict)
    lasting: Mapping[str, float] = field(default_factory=dict)
    """What of it outlasts a window, where that is less: nobody begins for less."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Admission:
    """Who is served, and when the others are."""

    admitted: frozenset[ConnectorId]
    waiting: Mapping[ConnectorId, float | None]
    """When its turn comes if all goes on as it is; None: its minimum fits nowhere."""
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
    power: Power | None = None,
) -> Admission:
    """Choose who gets at least the minimum.

    `limit` and `rated` are circuit -> A per phase (a circuit in neither is
    unlimited); `held` is what others than the candidates take of both; `power` is the same
    over all phases together. The caller
    keeps the times: whoever is admitted is being served since now if it was not
    before, and whoever was and is not any more is paused and waits since now. The
    result does not depend on the order of `candidates`.
    """
    room = _Room(limit, rated, held or {}, power or Power(), policy)
    needs = [room.need(one) for one in candidates]
    must, running, waiting, over, idle = _sort(needs, now)
    admitted: list[_Need] = []

    def serve(need: _Need) -> None:
        need.take(room.left)
        admitted.append(need)

    # Cars that would not wake after a pause come first: a pause would end their session.
    for need in must:
        if need.fits(room.left):
            serve(need)
    reservable = list(room.left)
    # Then those within their turn: to stop one before it is over wears contactors, and gains
    # nothing for who waits, whose own turn would be cut short as well.
    staying: list[_Need] = []
    for need in running:
        if need.fits(room.left):
            need.take(room.left)
            staying.append(need)
    # People put these first: for them, and for nobody else, a turn ends early.
    for need in [one for one in waiting if one.candidate.first_in_line]:
        if now < _may_start_at(need.candidate, now):
            continue
        over += _make_way(need, staying, room.left, now)
        if need.fits(room.left):
            serve(need)
            waiting.remove(need)
    admitted += staying
    over.sort(key=_latest_turn_first)

    # Who is overdue keeps room free from others who wait. Those whose turn is over
    # may stay in it until all of it is free, and leave at that moment.
    unreserved = list(room.left)
    for need in waiting:
        candidate = need.candidate
        if now < _may_start_at(candidate, now):
            continue
        if need.fits(unreserved):
            need.take(unreserved)
            serve(need)
        elif (
            candidate.first_in_line
            or candidate.must_serve
            or now - candidate.waiting_since >= candidate.overdue
        ):
            if need.fits(reservable):
                need.take(reservable)
                need.take(unreserved)
    # A turn that is over goes on while nobody could use its place: an empty one helps nobody.
    for need in over:
        if need.fits(room.left):
            serve(need)
    for need in idle:
        candidate = need.candidate
        if candidate.serving_since is None and now < _may_start_at(candidate, now):
            continue
        if need.fits(unreserved) and need.fits(room.left):
            need.take(unreserved)
            serve(need)

    ids = frozenset(need.candidate.id for need in admitted)
    left_out = [need for need in needs if need.candidate.id not in ids]
    turns = _expected_turns(left_out, admitted, room.left, now)
    return Admission(
        admitted=ids, waiting=turns, next_change_at=_next_change(left_out, admitted, turns, now)
    )


def _sort(
    needs: Iterable[_Need], now: float
) -> tuple[list[_Need], list[_Need], list[_Need], list[_Need], list[_Need]]:
    """Split: served and never paused, in their turn, waiting, turn over, and who can't start.

    First choice first.
    """
    must: list[_Need] = []
    running: list[_Need] = []
    waiting: list[_Need] = []
    over: list[_Need] = []
    idle: list[_Need] = []
    for need in needs:
        turn_ends_at = need.candidate.turn_ends_at
        if need.candidate.cannot_start:
            idle.append(need)
        elif turn_ends_at is None:
            waiting.append(need)
        elif need.candidate.must_serve:
            must.append(need)
        elif turn_ends_at > now:
            running.append(need)
        else:
            over.append(need)
    for served in (must, running, over):
        served.sort(key=_latest_turn_first)
    for queue in (waiting, idle):
        queue.sort(key=lambda need: _queue_place(need, now))
    return must, running, waiting, over, idle


def _make_way(need: _Need, staying: list[_Need], left: list[float], now: float) -> list[_Need]:
    """End turns, the longest first, until `need` has room; end none if it gets none.

    Whoever has to leave goes from `staying` into what is returned.
    """
    leaving: list[_Need] = []
    for other in sorted(
        (one for one in staying if _leaves_at(one.candidate, now, need.candidate) <= now),
        key=lambda one: (one.candidate.serving_since, one.candidate.id),
    ):
        if other.is_in_the_way_of(need, left):
            other.give_back(left)
            leaving.append(other)
    for other in reversed(list(leaving)):
        # Perhaps there is room for both after all, or nothing to be won.
        other.take(left)
        if need.fits(left):
            leaving.remove(other)
        else:
            other.give_back(left)
    if not need.fits(left):
        for other in leaving:
            other.take(left)
        return []
    for other in leaving:
        staying.remove(other)
    return leaving


def _latest_turn_first(need: _Need) -> tuple[float, ConnectorId]:
    """Where not all can stay, those leave whose turn ends (or ended) first."""
    return -(need.candidate.turn_ends_at or 0.0), need.candidate.id


def _queue_place(need: _Need, now: float) -> tuple[bool, bool, bool, float, float, ConnectorId]:
    """Who was put there, then least recently charged first, with a head start by priority.

    Turns that began together end together: of those who then wait equally long the
    one comes first who had less, or else the same would be second for ever.
    """
    candidate = need.candidate
    waited = now - candidate.waiting_since if candidate.serving_since is None else 0.0
    if candidate.minimum > LEAST:
        waited *= LEAST / candidate.minimum
    return (
        candidate.cannot_start,
        not candidate.first_in_line,
        not candidate.must_serve,
        -waited - _HEAD_START[candidate.priority],
        candidate.served,
        candidate.id,
    )


def _expected_turns(
    left_out: Iterable[_Need], admitted: Iterable[_Need], left: list[float], now: float
) -> dict[ConnectorId, float | None]:
    """When each of `left_out` gets its turn, if they are served in the queue's order.

    `left` is the room beside those `admitted`.
    """
    left = list(left)
    in_turns = list(left)
    leaving: list[tuple[float, ConnectorId, _Need]] = []
    for need in admitted:
        if need.candidate.cannot_start or not need.candidate.must_serve:
            need.give_back(in_turns)
            leaving.append((_leaves_at(need.candidate, now), need.candidate.id, need))
    heapify(leaving)
    turns: dict[ConnectorId, float | None] = {}
    at = now
    for need in sorted(left_out, key=lambda need: _queue_place(need, now)):
        candidate = need.candidate
        if not need.fits(in_turns):
            turns[candidate.id] = None
            continue
        if candidate.first_in_line:
            room_at = _way_is_made_at(need, leaving, left, now)
        else:
            while not need.fits(left) and leaving:
                turn_ends_at, _, leaver = heappop(leaving)
                at = max(at, turn_ends_at)
                leaver.give_back(left)
            room_at = at
        need.take(left)
        turns[candidate.id] = starts_at = max(room_at, _may_start_at(candidate, now))
        heappush(leaving, (starts_at + candidate.turn, candidate.id, need))
    return turns


def _way_is_made_at(
    need: _Need, leaving: list[tuple[float, ConnectorId, _Need]], left: list[float], now: float
) -> float:
    """When turns have ended until `need`, which was put first in line, has room."""
    at = now
    for entry in sorted(leaving, key=lambda entry: (_ends_against(entry, need), entry[:2])):
        if need.fits(left):
            break
        if entry[2].is_in_the_way_of(need, left):
            at = max(at, _ends_against(entry, need))
            entry[2].give_back(left)
            leaving.remove(entry)
    heapify(leaving)
    return at


def _ends_against(entry: tuple[float, ConnectorId, _Need], need: _Need) -> float:
    """When the turn of an entry of `leaving` is over while `need` waits."""
    turn_ends_at, _, leaver = entry
    shortened = leaver.candidate.turn_against(need.candidate)
    return turn_ends_at - leaver.candidate.turn + shortened


def _leaves_at(candidate: Candidate, now: float, other: Candidate | None = None) -> float:
    """When its turn, which may begin now, is over and somebody (`other`) may take its place."""
    if candidate.cannot_start:
        return now
    since = now if candidate.serving_since is None else candidate.serving_since
    turn = candidate.turn if other is None else candidate.turn_against(other)
    return max(now, since + turn)


def _may_start_at(candidate: Candidate, now: float) -> float:
    """Before this it stays paused, even where there is room."""
    paused_at = candidate.paused_at if candidate.serving_since is None else now
    return now if paused_at is None else paused_at + candidate.minimum_pause


def _next_change(
    left_out: Iterable[_Need],
    admitted: Iterable[_Need],
    turns: Mapping[ConnectorId, float | None],
    now: float,
) -> float | None:
    """The first end of a turn or of a pause that somebody waits for."""
    waiting = [need.candidate for need in left_out if turns[need.candidate.id] is not None]
    if not waiting:
        return None
    served = [need.candidate for need in admitted]
    pauses = [_may_start_at(candidate, now) for candidate in waiting]
    ends = [_leaves_at(candidate, now) for candidate in served]
    hastened = [
        _leaves_at(candidate, now, other)
        for other in waiting
        if other.first_in_line
        for candidate in served
    ]
    return min((at for at in pauses + ends + hastened if at > now), default=None)


class _Room:
    """What is left of every circuit's phase, and of their sums, in microamperes."""

    def __init__(
        self,
        limit: Mapping[str, PhaseCurrents],
        rated: Mapping[str, PhaseCurrents],
        held: Mapping[str, PhaseCurrents],
        power: Power,
        policy: Policy,
    ) -> None:
        bounds = dict(rated)
        if policy is Policy.TAKE_TURNS:
            for circuit, currents in limit.items():
                bounds[circuit] = currents.lowest(bounds.get(circuit, currents))
        self.left: list[float] = []
        self._first_cell: dict[str, int] = {}
        self._cells: dict[tuple[tuple[str, ...], Phases], list[int]] = {}
        """By path and phases: many load the same."""
        for circuit, currents in bounds.items():
            self._first_cell[circuit] = len(self.left)
            free = currents.minus(held.get(circuit, NO_CURRENT))
            self.left += [_whole(amperes) for amperes in free]
        self._sums: dict[str, int] = {}
        powers = dict(power.rated)
        if policy is Policy.TAKE_TURNS:
            for circuit, amperes in power.limit.items():
                powers[circuit] = min(amperes, powers.get(circuit, amperes))
        for circuit, amperes in powers.items():
            self._sums[circuit] = len(self.left)
            self.left.append(_whole(amperes - power.held.get(circuit, 0.0)))
        self._lasting: dict[str, int] = {}
        for circuit, amperes in power.lasting.items():
            self._lasting[circuit] = len(self.left)
            self.left.append(_whole(amperes - power.held.get(circuit, 0.0)))

    def need(self, candidate: Candidate) -> _Need:
        """What `candidate` takes of it."""
        key = candidate.path, candidate.phases
        cells = self._cells.get(key)
        if cells is None:
            cells = self._cells[key] = [
                first + phase
                for circuit in candidate.path
                if (first := self._first_cell.get(circuit)) is not None
                for phase in candidate.phases
            ]
            cells += [
                self._sums[circuit]
                for circuit in candidate.path
                if circuit in self._sums
                for _ in candidate.phases
            ]
        lasting = [
            self._lasting[circuit]
            for circuit in candidate.path
            if circuit in self._lasting
            for _ in candidate.phases
        ]
        needed = cells + lasting if candidate.serving_since is None else cells
        return _Need(candidate, microamperes(candidate.minimum), cells + lasting, needed)


def _whole(amperes: float) -> float:
    return inf if amperes == inf else microamperes(amperes)


@dataclass(slots=True, eq=False)
class _Need:
    """A candidate's minimum, and where it loads the room: a sum as often as it has phases."""

    candidate: Candidate
    minimum: int
    cells: list[int]
    needed: list[int]
    """Those of its cells in which there has to be room for it."""

    def fits(self, left: list[float]) -> bool:
        """Whether every circuit's phase that it loads has its minimum left."""
        minimum, needed, last = self.minimum, 0, -1
        for cell in self.needed:
            needed = needed + minimum if cell == last else minimum
            if left[cell] < needed:
                return False
            last = cell
        return True

    def is_in_the_way_of(self, other: _Need, left: list[float]) -> bool:
        """Whether `other` lacks room where this one takes some."""
        return any(
            left[cell] < other.minimum * other.needed.count(cell)
            for cell in set(self.cells) & set(other.needed)
        )

    def take(self, left: list[float]) -> None:
        """Set its minimum aside."""
        for cell in self.cells:
            left[cell] -= self.minimum

    def give_back(self, left: list[float]) -> None:
        """Let others have its minimum."""
        for cell in self.cells:
            left[cell] += self.minimum
