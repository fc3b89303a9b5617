"""What cars are offered that take nothing: full ones, and those that pause by themselves.

They are kept what nobody needs, so that a timer in the car finds it there: booked
like every limit that may be in force, and taken back at once when somebody needs it.
Where there is nothing to keep for them, full cars are asked one after the other
whether they want current again.
"""

from collections.abc import Iterable

from .car_model import MOST_TO_START, SHARE_REACHED
from .deadlines import Deadlines
from .decision import Reason
from .demand import FULL_TIME, PROBE_INTERVAL, PROBE_TIME, Role
from .network import Network, Table, add, exceeds, fits, most, whole_steps_below
from .participant import Participant, rest

LONGEST_PROBE = 180.0
"""Seconds after which a full car isn't asked any more, though others did not make way."""
WORTH_TRYING = 1.0
"""A more than it has taken nothing of that a car is worth asking with."""
PROBE_INTERVAL_BEFORE_START = 600.0
"""Seconds after which a full car is asked again that has taken nothing in its session."""
KEEPS_ITS_PLACE = 120.0
"""Seconds for which a car that has stopped by itself keeps a place that others need."""
SPARE_FOR = 300.0
"""Seconds for which nobody has needed what is offered anew: contactors wear, and
limits that follow a thermostat help nobody."""


def ask_in_turn(
    idle: Iterable[Participant], active: Iterable[Participant], free: Table, deadlines: Deadlines
) -> Participant | None:
    """Find the full car that competes for a try with what nobody leaves it.

    A car that has taken nothing at all in its session may need more than it was
    ever offered, or wait for its hour where nothing is left for the full. `free` is
    what there is for the minimums of all, A. Returned is who asks for a place with
    so much for a minimum, if anybody does.
    """
    full = [one for one in idle if one.role is Role.FULL]
    running = [one for one in full if one.memory.probing]
    if running:
        (one, *_) = running
        if one.memory.car.asked_with is None:
            return None
        if not _has_answered(one, one.memory.probed_at or deadlines.now, deadlines):
            one.minimum = one.demand = one.memory.car.asked_with
            return one
        end_turn(one)
    left: Table | None = None
    due: list[tuple[float, Participant, float]] = []
    for one in full:
        memory = one.memory
        if memory.drew_at is not None or one.in_force >= _enough(one):
            continue
        asked_at = memory.car.asked_in_turn_at
        if asked_at is not None and not deadlines.passed(asked_at + PROBE_INTERVAL):
            continue
        if left is None:
            left = list(free)
            for other in active:
                add(left, other.places, -other.minimum)
        amperes = _untried(one, free)
        if amperes is not None and not fits(left, one.places, amperes):
            due.append((asked_at or memory.waiting_since or 0.0, one, amperes))
    if not due:
        return None
    _, one, amperes = min(due, key=lambda entry: (entry[0], entry[1].id))
    one.minimum = one.demand = amperes
    return one


def leave_places(
    active: Iterable[Participant], free: Table, network: Network, deadlines: Deadlines
) -> None:
    """Have cars that have stopped by themselves make way for those that want to charge.

    They count as full some minutes sooner than where nobody needs their place: else a
    car that charges is paused for one that takes nothing. `free` is what there is for
    the minimums of all `active`, A. Their role says so then.
    """
    resting = [one for one in active if _has_stopped(one, deadlines)]
    if not resting:
        return
    needed = network.table()
    for one in active:
        add(needed, one.places, one.minimum)
    for one in sorted(resting, key=lambda one: (one.memory.idle_since or 0.0, one.id)):
        if not exceeds(needed, free):
            return
        if all(needed[place] <= free[place] for place in one.places):
            continue
        add(needed, one.places, -one.minimum)
        memory = one.memory
        memory.full, memory.probing = True, False
        # It was given less time than others to go on, and is asked the sooner.
        memory.probed_at = deadlines.now - PROBE_INTERVAL + FULL_TIME
        rest(one, network)


def _has_stopped(one: Participant, deadlines: Deadlines) -> bool:
    """Whether its car charged with what it is offered, and has taken nothing for minutes."""
    memory, car = one.memory, one.memory.car
    if one.reason is not Reason.CAR_PAUSED or memory.idle_since is None or car.may_need_more:
        return False
    drew_at = max((at for at in (memory.drew_at, car.charging_at) if at is not None), default=None)
    return (
        drew_at is not None
        and memory.offered_since is not None
        and drew_at >= memory.offered_since
        and not memory.must_serve
        and deadlines.passed(memory.idle_since + KEEPS_ITS_PLACE)
    )


def _untried(one: Participant, free: Table) -> float | None:
    """What a car is to be asked with that has taken nothing yet, A: the most that it may need.

    The least that starts a car where it has taken nothing of all there is, either: it is
    full, or has to wait. None where there is not so much.
    """
    room = most(free, one.places)
    enough, tried = _enough(one), one.memory.car.tried or 0.0
    amperes = whole_steps_below(min(room, enough), one.connector.step)
    if amperes >= max(one.least, min(tried + WORTH_TRYING, enough)) and tried < enough:
        return amperes
    return one.least if room >= one.least else None


def begin_turn(one: Participant, deadlines: Deadlines) -> None:
    """It got a place, and is asked as soon as others have made way."""
    memory, car = one.memory, one.memory.car
    if not memory.probing:
        memory.probing, memory.probed_at = True, deadlines.now
        car.asked_since, car.asked_with, car.asked_in_turn_at = None, one.minimum, deadlines.now
        deadlines.passed(deadlines.now + PROBE_TIME)


def end_turn(one: Participant) -> None:
    """It had its time, or has to leave its place before that."""
    _end(one)
    one.memory.serving_since = None
    one.minimum = one.demand = one.outlet.fallback


def _end(one: Participant) -> None:
    """It isn't asked any more."""
    memory, car = one.memory, one.memory.car
    if memory.probing and car.asked_since is not None and one.reading.offer.accepted is not None:
        car.takes_nothing_of(one.reading.offer.accepted)
    memory.probing, car.asked_with = False, None


def probe(idle: Iterable[Participant], free: Table, deadlines: Deadlines, *, waits: bool) -> None:
    """Ask one full car after the other whether it wants current again.

    `free` is what the minimums of those who charge leave, A. Where somebody `waits`
    for that, no more is tried than what is due.
    """
    due: list[tuple[float, Participant]] = []
    for one in idle:
        if one.role is not Role.FULL or one.minimum > 0.0:
            continue
        memory = one.memory
        if not memory.probing and _is_kept_enough(one):
            memory.probing, memory.probed_at = False, deadlines.now
            continue
        asked_at = deadlines.now if memory.probed_at is None else memory.probed_at
        if memory.probing and not _has_answered(one, asked_at, deadlines):
            _ask(one, free)
            return
        _end(one)
        if deadlines.passed(asked_at + _interval(one)) or (not waits and _is_there_more(one, free)):
            due.append((asked_at, one))
    for _, one in sorted(due, key=lambda pair: (pair[0], pair[1].id)):
        if fits(free, one.places, one.least):
            one.memory.probing = True
            one.memory.probed_at = deadlines.now
            one.memory.car.asked_since = one.memory.car.asked_with = None
            deadlines.passed(deadlines.now + PROBE_TIME)
            _ask(one, free)
            return


def _interval(one: Participant) -> float:
    """Seconds after which it is asked again."""
    return PROBE_INTERVAL if one.memory.drew_at is not None else PROBE_INTERVAL_BEFORE_START


def _is_there_more(one: Participant, free: Table) -> bool:
    """Whether a car that has taken nothing yet may be asked with more than ever."""
    tried = one.memory.car.tried
    if tried is None or one.memory.drew_at is not None:
        return False
    more = min(tried + WORTH_TRYING, _enough(one))
    return more > tried and fits(free, one.places, more)


def _is_kept_enough(one: Participant) -> bool:
    """Whether its car may take current at any time, with a limit that it has charged with."""
    limit = one.memory.limit
    return limit is not None and one.memory.drew_at is not None and limit >= _enough(one)


def _has_answered(one: Participant, asked_at: float, deadlines: Deadlines) -> bool:
    """Whether it has had its time with what it is asked with: others make way for that first."""
    memory, accepted = one.memory, one.reading.offer.accepted
    if memory.car.asked_since is None:
        if accepted is None or accepted < max(one.least, memory.target - SHARE_REACHED):
            return deadlines.passed(asked_at + LONGEST_PROBE)
        memory.car.asked_since = deadlines.now
    return deadlines.passed(memory.car.asked_since + PROBE_TIME)


def _ask(one: Participant, free: Table) -> None:
    """Offer it what makes it start, or all there is where nobody knows that."""
    room = whole_steps_below(min(most(free, one.places), _enough(one)), one.connector.step)
    one.minimum = one.demand = max(one.least, room)


def _enough(one: Participant) -> float:
    """A limit that its car has charged with, A; where there is none, all that one may need."""
    charged_with, starts = one.memory.car.drew_at_least, MOST_TO_START
    told = one.reading.minimum_to_start
    if told is not None:
        # It is shared among the phases: so much more makes as much on each of them.
        starts *= told / one.connector.minimum
    known = starts if charged_with is None else min(charged_with, starts)
    return min(max(one.outlet.maximum, one.least), max(one.least, known))


_TAKES_NOTHING = frozenset({Reason.CAR_FULL, Reason.CAR_PAUSED, Reason.TOO_LITTLE_TO_START})


def may_keep(one: Participant) -> bool:
    """Whether it is somebody for whom what nobody needs is kept."""
    return one.reason in _TAKES_NOTHING


def keep_what_is_spare(takers: Iterable[Participant], left: Table, deadlines: Deadlines) -> None:
    """Let those who take nothing keep what nobody needs; `left` is what is left of it, A."""
    idle = [(one, wish) for one in takers if (wish := _wish(one)) > one.target]
    idle.sort(key=lambda pair: (-(pair[0].memory.limit or 0.0), pair[0].id))
    for one, wish in idle:
        for amperes in dict.fromkeys(
            (wish, max(one.least, one.memory.car.tried or 0.0), one.least)
        ):
            if amperes > one.target and _is_spare(one, amperes, left, deadlines):
                add(left, one.places, one.target - amperes)
                one.minimum = min(one.minimum, amperes) or amperes
                one.target = one.demand = amperes
                break


def _wish(one: Participant) -> float:
    """What it may be kept, A; 0 for those who are not idle."""
    if one.role is Role.ACTIVE:
        if one.reason is Reason.TOO_LITTLE_TO_START and not one.serve:
            return one.outlet.minimum
        if one.reason is not Reason.CAR_PAUSED or not one.serve:
            return 0.0
    elif one.role is not Role.FULL:
        return 0.0
    return _enough(one)


def _is_spare(one: Participant, amperes: float, left: Table, deadlines: Deadlines) -> bool:
    """Whether nobody needs what it has so far, or would need it for long."""
    memory = one.memory
    if not fits(left, one.places, amperes - one.target):
        if amperes <= one.least:
            memory.spare_since = None
        return False
    if memory.limit is not None and memory.limit >= amperes:
        return True
    if memory.spare_since is None:
        memory.spare_since = deadlines.now
    return deadlines.passed(memory.spare_since + SPARE_FOR)
