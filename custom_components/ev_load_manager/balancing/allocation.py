"""Max-min fair sharing of current over a tree of per-phase limits.

Everyone's current rises together until a phase of some circuit is full; those
on it stop there, the rest goes on ("progressive filling", Bertsekas and
Gallager, Data Networks, section 6.5.2). The thesis (6.2.5) divides one limit by
the number of cars; this is the same rule where there is one circuit, and gives
the right answer where cars load different phases behind different fuses.

Inside, currents are whole microamperes, so nothing is lost or gained by
floating point: what is handed out fits, exactly.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from heapq import heapify, heappop, heappush
from itertools import groupby
from math import floor, inf
from operator import attrgetter

from .phases import PHASES, Phase, PhaseCurrents, Phases
from .site import ConnectorId

_WEIGHT_UNIT = 1000
"""Weights count in thousandths: a level of 1 A is 1 A for a weight of 1."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """What one connector asks of the circuits above it."""

    id: ConnectorId
    path: tuple[str, ...]
    """Circuits from its own up to the root."""
    phases: Phases
    """Grid phases that it loads, each with the same current."""
    minimum: float
    """What it gets in any case, A; a multiple of the step."""
    maximum: float
    """Its demand, A: it has no use for more. Below the minimum it counts as the minimum."""
    weight: float = 1.0
    """With twice the weight it gets twice the current of its neighbours."""
    step: float = 0.1
    """Its share is a multiple of this, A."""


@dataclass(slots=True, kw_only=True)
class Share:
    """What one connector gets. Nobody changes it; a frozen one takes twice as long to make."""

    amperes: float
    """Per phase, A: the claim's minimum or a multiple of its step above it."""
    circuit: str | None
    """The circuit that held it back; None: nothing but its own maximum did."""
    phase: Phase | None
    """The phase of that circuit that is full; None: its phases together are."""


def microamperes(amperes: float) -> int:
    """Whole microamperes in `amperes`, rounded down.

    What is less than a nanoampere short of the next one is floating point, not
    current: 16 - 9.9 holds 6.1. Raises ValueError for NaN, OverflowError for
    infinity.
    """
    return floor(amperes * 1e6 + 1e-3)


def allocate(
    claims: Sequence[Claim],
    capacity: Mapping[str, PhaseCurrents],
    power: Mapping[str, float] | None = None,
) -> dict[ConnectorId, Share]:
    """Share `capacity` (circuit -> A per phase) among `claims`, weighted max-min fair.

    `power` (circuit -> A) is what a circuit can carry over all phases together: there a
    claim on three phases loads three times what it has on each of them.

    No connector could get a step more unless one that has no more than itself got less
    (in proportion to the weights), and nothing is left that somebody on it could
    use. A circuit that is missing in `capacity` is unlimited.

    The minimums are the caller's promise: whom to admit is `admission`'s
    question. Where they alone fill or exceed a phase, everyone on it stays at the
    minimum; apart from that no capacity is exceeded. The result does not depend
    on the order of `claims`. Raises ValueError for values that are no numbers.
    """
    fillings = [
        _Filling(claim, order) for order, claim in enumerate(sorted(claims, key=attrgetter("id")))
    ]
    _link(fillings, capacity, power or {})
    rising = [filling for filling in fillings if filling.bottlenecks]
    held_back = _fill(rising)
    settled: list[_Filling] = []
    # First who takes whole amperes; all others share again what they leave.
    for coarseness in sorted({filling.coarseness for filling in rising}, reverse=True)[:-1]:
        coarse = [one for one in held_back if one.coarseness == coarseness and one.lost]
        if coarse:
            settled += coarse
            rising = _settle(coarse, rising)
            held_back = _fill(rising)
    held_back += settled
    for filling in held_back:
        filling.change(filling.current - filling.lost)
    _hand_out(held_back)
    return {filling.claim.id: filling.share() for filling in fillings}


class _Filling:
    """A claim while its current rises. Currents in microamperes."""

    __slots__ = (
        "bottlenecks",
        "claim",
        "coarseness",
        "current",
        "frozen",
        "held_by",
        "maximum",
        "minimum",
        "order",
        "step",
        "weight",
    )

    def __init__(self, claim: Claim, order: int) -> None:
        self.claim = claim
        self.order = order
        self.weight = max(1, round(claim.weight * _WEIGHT_UNIT))
        self.step = max(1, round(claim.step * 1e6))
        self.coarseness = self.step * _WEIGHT_UNIT // self.weight
        self.minimum = microamperes(claim.minimum)
        maximum = microamperes(claim.maximum)
        self.maximum = max(self.minimum, maximum - maximum % self.step)
        self.current = self.maximum
        self.frozen = False
        self.bottlenecks: list[_Bottleneck] = []
        self.held_by: _Bottleneck | None = None

    @property
    def level(self) -> int:
        """What it has, by weight."""
        return self.current * _WEIGHT_UNIT // self.weight

    @property
    def lost(self) -> int:
        """What rounding down to whole steps takes from it."""
        return min(self.current % self.step, self.current - self.minimum)

    @property
    def whole_steps(self) -> int:
        """What it has in whole steps: one that only misses what a level leaves out is there."""
        current = min(self.maximum, self.current + 1 + self.weight // _WEIGHT_UNIT)
        return max(self.minimum, current - current % self.step)

    def change(self, current: int) -> None:
        """Have `current` from now on."""
        more = current - self.current
        self.current = current
        for bottleneck in self.bottlenecks:
            bottleneck.room -= more

    def share(self) -> Share:
        """The outcome."""
        held_by = self.held_by
        return Share(
            amperes=self.current / 1e6,
            circuit=held_by.circuit if held_by else None,
            phase=held_by.phase if held_by else None,
        )


@dataclass(slots=True, eq=False)
class _Bottleneck:
    """A row that cannot carry the maximums of all that load it.

    A row is a circuit's phase, or all of its phases together. Whoever loads that one on
    several phases is on it as many times.
    """

    circuit: str
    phase: Phase | None
    members: list[_Filling]
    """Those who load it, in any order."""
    room: int
    """Capacity less what its members have, microamperes."""
    events: list[_Event] = field(default_factory=list)
    stale: bool = False
    """Somebody on it was stopped by another bottleneck since its level was found."""


type _Event = tuple[int, int, int, int, _Filling]
"""At this level (with a tie-break) the filling, and all that rise alike, jump by
nanoamperes and change slope."""


def _link(
    fillings: Iterable[_Filling],
    capacity: Mapping[str, PhaseCurrents],
    power: Mapping[str, float],
) -> None:
    """Find every row that may hold somebody back; start those on it at the minimum.

    Those who load the same phases of the same circuits are looked at together: there are
    few kinds of them, however many cars there are.
    """
    alike: dict[tuple[tuple[str, ...], Phases], list[_Filling]] = {}
    for filling in fillings:
        key = filling.claim.path, filling.claim.phases
        others = alike.get(key)
        if others is None:
            alike[key] = [filling]
        else:
            others.append(filling)
    groups = list(alike.values())
    for group, holding in zip(groups, _bottlenecks(alike, capacity, power), strict=True):
        if not holding:
            continue
        minimums = 0
        for filling in group:
            filling.bottlenecks = holding
            filling.current = filling.minimum
            minimums += filling.minimum
        for bottleneck in holding:
            bottleneck.members += group
            bottleneck.room -= minimums


def _bottlenecks(
    alike: Mapping[tuple[tuple[str, ...], Phases], list[_Filling]],
    capacity: Mapping[str, PhaseCurrents],
    power: Mapping[str, float],
) -> list[list[_Bottleneck]]:
    """The bottlenecks of each group of `alike` (path and phases -> who has them).

    In each list a bottleneck stands as many times as a member of the group loads it, in a row.
    """
    loads: dict[str, tuple[list[int], list[int], list[int]]] = {}
    sums: dict[str, list[int]] = {}
    for number, (path, phases) in enumerate(alike):
        for circuit in path:
            if circuit in capacity:
                on_phase = loads.get(circuit)
                if on_phase is None:
                    on_phase = loads[circuit] = ([], [], [])
                for loaded in phases:
                    on_phase[loaded].append(number)
            if circuit in power:
                sums.setdefault(circuit, []).extend([number] * len(phases))
    rows: list[tuple[str, Phase | None, list[int], float]] = []
    for circuit in sorted(loads):
        rows += zip((circuit,) * 3, PHASES, loads[circuit], capacity[circuit], strict=True)
    rows += [(circuit, None, sums[circuit], power[circuit]) for circuit in sorted(sums)]
    maximums = [sum([filling.maximum for filling in group]) for group in alike.values()]
    tightest: dict[tuple[int, ...], _Bottleneck] = {}
    for circuit, phase, on, limit in rows:
        if not on or limit == inf:
            continue
        capable = microamperes(limit)
        if sum([maximums[number] for number in on]) <= capable:
            continue
        # Of two with the same members (a feeder with one charger, three
        # phases loaded alike) only the tighter one can ever be full.
        key = tuple(on)
        rival = tightest.get(key)
        if rival is None or capable < rival.room:
            tightest[key] = _Bottleneck(circuit, phase, [], capable)
    holding: list[list[_Bottleneck]] = [[] for _ in alike]
    for numbers, bottleneck in tightest.items():
        for number in numbers:
            holding[number].append(bottleneck)
    # One list for all who have the same: `_listen` tells them by that.
    shared = {tuple(map(id, bottlenecks)): bottlenecks for bottlenecks in holding}
    return [shared[tuple(map(id, bottlenecks))] for bottlenecks in holding]


def _fill(rising: Sequence[_Filling]) -> list[_Filling]:
    """Raise all of them to one level until bottlenecks stop them; return whom they do.

    They start from what they have and wait there until the level passes it. What
    they reach is not in whole steps yet.
    """
    bottlenecks = _listen(rising)
    held_back: list[_Filling] = []
    queue = [(_level(bottleneck), order) for order, bottleneck in enumerate(bottlenecks)]
    heapify(queue)
    while queue:
        level, order = heappop(queue)
        bottleneck = bottlenecks[order]
        if bottleneck.stale:
            # Who stopped elsewhere leaves room here: it fills at a higher level.
            bottleneck.stale = False
            heappush(queue, (_level(bottleneck), order))
            continue
        if level == _NEVER:
            break
        for filling in bottleneck.members:
            if filling.frozen:
                continue
            filling.frozen = True
            reached = max(filling.current, level * filling.weight // _WEIGHT_UNIT)
            if reached < filling.maximum:
                filling.held_by = bottleneck
                held_back.append(filling)
            filling.change(min(reached, filling.maximum))
            for other in filling.bottlenecks:
                other.stale = True
    for filling in rising:
        if not filling.frozen:
            filling.frozen = True
            filling.change(filling.maximum)
    return held_back


_NEVER = 1 << 62
"""A level that nobody reaches."""


def _listen(rising: Sequence[_Filling]) -> list[_Bottleneck]:
    """Tell the bottlenecks at which levels the current of whom rises; return them.

    Those who rise from and to the same on the same bottlenecks do it in one event: they
    stop together, too.
    """
    holding: dict[int, list[_Bottleneck]] = {}
    alike: dict[tuple[int, int, int, int], tuple[_Filling, int]] = {}
    for filling in rising:
        filling.frozen = False
        filling.held_by = None
        kept_by = id(filling.bottlenecks)
        holding[kept_by] = filling.bottlenecks
        if filling.maximum > filling.current:
            key = (kept_by, filling.current, filling.maximum, filling.weight)
            first, many = alike.get(key) or (filling, 0)
            alike[key] = (first, many + 1)
    bottlenecks = dict.fromkeys(each for held_by in holding.values() for each in held_by)
    for bottleneck in bottlenecks:
        bottleneck.events = []
        bottleneck.stale = False
    events: list[_Event] = []
    for first, many in alike.values():
        # Levels are whole numbers; the jumps are what they miss, to the nanoampere.
        weight, order = first.weight, first.order
        nano = first.current * _WEIGHT_UNIT
        start = -(-nano // weight)
        events.append((start, order, many * (start * weight - nano), many * weight, first))
        nano = first.maximum * _WEIGHT_UNIT
        end = nano // weight
        events.append((end, order, many * (nano - end * weight), -many * weight, first))
    events.sort()
    for event in events:
        for bottleneck in event[4].bottlenecks:
            bottleneck.events.append(event)
    return list(bottlenecks)


def _level(bottleneck: _Bottleneck) -> int:
    """The highest level at which what its rising members have still fits."""
    room = bottleneck.room * _WEIGHT_UNIT
    bottleneck.events = events = [event for event in bottleneck.events if not event[4].frozen]
    if room < 0:
        return 0
    here = slope = 0
    for level, _, jump, change, _ in events:
        needed = slope * (level - here) + jump
        if needed > room:
            return min(level - 1, here + room // slope) if slope else level - 1
        room -= needed
        slope += change
        here = level
    return _NEVER


def _settle(coarse: Sequence[_Filling], rising: Iterable[_Filling]) -> list[_Filling]:
    """Round the coarse ones to whole steps; return the others, back at their minimums.

    At 8.9 A each, the one that takes whole amperes is at 8 A. Were its neighbour of
    finer steps at 8.9, it could not get the ninth, and the neighbour would have the
    rest on top. So a coarse one gets its next step if there is room while nobody
    else is above where it is now.
    """
    bottlenecks: set[_Bottleneck] = set()
    for filling in coarse:
        filling.change(filling.current - filling.lost)
        bottlenecks.update(filling.bottlenecks)
    settled = set(coarse)
    others = [filling for filling in rising if filling not in settled]
    neighbours = [
        (filling, filling.whole_steps)
        for filling in others
        if not bottlenecks.isdisjoint(filling.bottlenecks)
    ]
    lowest_first = sorted(coarse, key=lambda filling: (filling.level, filling.order))
    for level, alike in groupby(lowest_first, key=lambda filling: filling.level):
        for filling, reached in neighbours:
            there = level * filling.weight // _WEIGHT_UNIT
            there += -there % filling.step
            filling.change(max(filling.minimum, min(reached, there)))
        _hand_out(alike, once=True)
    for filling in others:
        filling.change(filling.minimum)
    return others


def _hand_out(held_back: Iterable[_Filling], *, once: bool = False) -> None:
    """Give whole steps of what rounding left to who has least, then by id."""
    queue = [(filling.level, filling.order, filling) for filling in held_back]
    heapify(queue)
    while queue:
        _, order, filling = heappop(queue)
        step = filling.step - filling.current % filling.step
        if step > filling.maximum - filling.current:
            filling.held_by = None
            continue
        full = _without_room(filling, step)
        if full is None:
            filling.change(filling.current + step)
            if not once:
                heappush(queue, (filling.level, order, filling))
        # Room only shrinks from here on: it will never fit again.
        elif filling.held_by is None or not _is_without_room(filling, filling.held_by, step):
            filling.held_by = full


def _without_room(filling: _Filling, step: int) -> _Bottleneck | None:
    """The first bottleneck of a filling that has no room for a step more of it."""
    needed, last = 0, None
    for bottleneck in filling.bottlenecks:
        needed = needed + step if bottleneck is last else step
        if bottleneck.room < needed:
            return bottleneck
        last = bottleneck
    return None


def _is_without_room(filling: _Filling, bottleneck: _Bottleneck, step: int) -> bool:
    return bottleneck.room < step * filling.bottlenecks.count(bottleneck)
