"""What each car can use: its phases, its learned draw, and whether it wants any.

Everything here comes from what chargers report, every 10 to 60 s and sometimes
never: a rule that needs samples has a way out where none come.
"""

from enum import IntEnum, auto
import math

from .car_model import STOPS_WITHIN, Draw
from .car_phases import PHASES_SHOWN, learn_at_last, learn_phases, notice_told_phases
from .compliance import bound_at, tolerance
from .deadlines import Deadlines
from .decision import Reason
from .known_cars import KnownCars
from .memory import ConnectorMemory
from .network import Outlet, whole_steps_above
from .readings import ConnectorReading, Offer, Sample, Status
from .reserve import DRAWING, FOLLOWING_TIME, is_empty
from .site import Connector

STARTING_TIME = 90.0
"""Seconds after which a car that shows no phases goes on with all wired ones."""
UNUSED_TIME = 55.0
"""Seconds of samples below the limit after which the rest goes to others (just
under the minute, so that reports of every minute need not be on the dot)."""
UNUSED = 1.0
"""A beside its own shortfall that a car may leave without losing them."""
UNKNOWN_SHORTFALL = 1.0
"""A that the shortfall of a car may be that has not shown it (0.4 to 1.0 were seen)."""
AT_ITS_LIMIT = 0.5
"""A below the limit within which a car wants more."""
FOLLOWING = 0.3
"""A above what it took before that show a car following its limit up: it wants more."""
UNTAKEN_TIME = 20.0
"""Seconds after which a limit that the charger doesn't take isn't waited for."""
FULL_TIME = 600.0
"""Seconds without a wish for current after which a car is full."""
UNMOVED_TIME = 180.0
"""The same for one that has taken nothing at all yet, of its share neither."""
PROBE_INTERVAL = 1800.0
"""Seconds after which a full car is asked again."""
PROBE_TIME = 60.0
"""Seconds for which it is asked."""
HESITATION = 15.0
"""Seconds that a car may take to follow an offer before it counts as pausing."""
STARTING_HESITATION = 30.0
"""The same where it has to start first (5 to 25 s are common)."""
SETTLED = FOLLOWING_TIME + 3.0
"""Seconds after which a report shows what a car makes of its limit."""
WAKING_TIME = 120.0
"""Seconds in which a car wakes after a pause, if it ever does."""

_CHARGING = frozenset({Status.CHARGING, Status.SUSPENDED_EV, Status.SUSPENDED_EVSE})
_OUT_OF_ORDER = frozenset({Status.FAULTED, Status.UNAVAILABLE})


class Role(IntEnum):
    """What part a connector has in the sharing."""

    ACTIVE = auto()
    """Its car shares the current."""
    FULL = auto()
    """Its car wants nothing; it is asked from time to time."""
    NOT_STARTED = auto()
    """A car is there, and may start by itself at the fallback."""
    NO_CAR = auto()
    FORBIDDEN = auto()
    """The user's switch keeps it at 0 A, or no step from its minimum to its maximum."""
    OFFLINE = auto()
    UNCONTROLLED = auto()
    """It takes no limits; the others leave room."""
    DISOBEYING = auto()
    """It draws more than it was offered: it is told its share like any other, and the
    others leave room for what it draws."""


def role(outlet: Outlet, reading: ConnectorReading, memory: ConnectorMemory) -> Role:
    """What part the connector has in this step."""
    if not reading.online:
        return Role.OFFLINE
    empty = is_empty(reading)
    if reading.offer.refused and not empty:
        return Role.UNCONTROLLED
    if not outlet.connector.charging_allowed or not outlet.has_steps:
        return Role.FORBIDDEN
    if empty:
        return Role.NO_CAR
    if reading.status in _OUT_OF_ORDER or not (
        reading.session is not None or reading.status in _CHARGING
    ):
        return Role.NOT_STARTED
    if reading.disobeys:
        return Role.DISOBEYING
    return Role.FULL if memory.full else Role.ACTIVE


def demand(
    connector: Connector, reading: ConnectorReading, memory: ConnectorMemory, deadlines: Deadlines
) -> tuple[float, Reason | None]:
    """The most that a car can use, A, and why it is less than its maximum."""
    if reading.most is not None and reading.most < connector.minimum:
        # Whatever the car does comes of that: it was given nothing that it could use.
        return connector.minimum, Reason.LIMITED_ELSEWHERE
    asleep = (
        memory.must_serve
        and reading.status is not Status.CHARGING
        and (
            memory.drew_at is None
            or memory.offered_since is None
            or memory.drew_at < memory.offered_since
        )
    )
    resting = reading.status is Status.SUSPENDED_EV and (
        memory.idle_since is None or deadlines.passed(memory.idle_since + HESITATION)
    )
    if memory.car.trial_since is not None:
        return connector.maximum, Reason.STARTING
    if resting or asleep:
        return connector.minimum, Reason.CAR_PAUSED
    if not memory.started:
        return connector.minimum, Reason.STARTING
    if reading.most is not None and reading.most < min(
        connector.maximum, math.inf if memory.useful is None else memory.useful
    ):
        return max(connector.minimum, reading.most), Reason.LIMITED_ELSEWHERE
    if memory.useful is not None and memory.useful < connector.maximum:
        return max(connector.minimum, memory.useful), Reason.UNUSED_CURRENT
    return connector.maximum, None


def observe(
    connector: Connector,
    reading: ConnectorReading,
    memory: ConnectorMemory,
    deadlines: Deadlines,
    cars: KnownCars,
    *,
    before: float | None,
) -> None:
    """Take in what is new about a connector; `before` is when the last step was."""
    now = deadlines.now
    if not reading.online:
        memory.online_since = None
        memory.untaken_since = None
        if memory.offline_since is None:
            memory.offline_since = now
    elif memory.online_since is None:
        # It came after the last step: a limit accepted since then is a new one.
        memory.online_since = now if before is None else before
        memory.offline_since = None
    if (
        reading.online
        and reading.connected_since is not None
        and (memory.online_since is None or reading.connected_since > memory.online_since)
    ):
        memory.online_since = reading.connected_since
    charges = reading.online and _charges(reading)
    if reading.session != memory.session or (
        memory.waiting_since is not None and reading.online and not charges
    ):
        memory.begin_session(reading.session)
        memory.car.model = cars.model(reading.id_tag)
    _notice_limits(connector, reading, memory, deadlines)
    notice_told_phases(reading, memory)
    sample = reading.sample
    if (
        sample is not None
        and (memory.sample_at is None or sample.at > memory.sample_at)
        and (reading.session is None or sample.at >= reading.session_since)
    ):
        memory.sample_at = sample.at
        learn_phases(connector, reading, sample, memory, cars)
        _learn_draw(connector, reading, sample, memory)
        _get_to_know(connector, reading, sample, memory, cars)
    if charges:
        _follow_session(connector, reading, memory, deadlines, cars)


def _charges(reading: ConnectorReading) -> bool:
    """Whether a session runs, whatever came of its messages."""
    if is_empty(reading):
        return False
    return reading.session is not None or reading.status in _CHARGING


def _notice_limits(
    connector: Connector, reading: ConnectorReading, memory: ConnectorMemory, deadlines: Deadlines
) -> None:
    """Follow what the charger took of what it was sent."""
    offer = reading.offer
    if offer.accepted is None:
        memory.unlimited = not is_empty(reading)
    elif memory.unlimited and (
        offer.accepted_at is None or deadlines.passed(offer.accepted_at + FOLLOWING_TIME)
    ):
        memory.unlimited = False
    if offer.accepted is not None and offer.accepted >= connector.minimum:
        if memory.offered_since is None:
            memory.offered_since = deadlines.now
    elif memory.offered_since is not None:
        memory.offered_since = None
        memory.paused_in_session = True
        memory.low_since = None


def _learn_draw(
    connector: Connector, reading: ConnectorReading, sample: Sample, memory: ConnectorMemory
) -> None:
    """Find out how much of its limit the car leaves unused."""
    offered = reading.offer.accepted
    if offered is None or offered < connector.minimum or _shares_watts(reading):
        return
    shortfall = memory.car.model.shortfall
    left = UNUSED + (UNKNOWN_SHORTFALL if shortfall is None else shortfall)
    if memory.useful is not None and (
        sample.highest >= offered - AT_ITS_LIMIT or sample.highest >= memory.useful_draw + FOLLOWING
    ):
        memory.useful = None
    if sample.highest >= offered - left - connector.step:
        memory.low_since = None
    elif memory.low_since is None:
        memory.low_since = sample.at
        memory.low_draw = sample.highest
    else:
        memory.low_draw = max(memory.low_draw, sample.highest)
        if sample.at >= memory.low_since + UNUSED_TIME:
            memory.useful_draw = memory.low_draw
            memory.useful = max(
                connector.minimum, whole_steps_above(memory.low_draw + left, connector.step)
            )
            # Whether it takes even less shows from here on.
            memory.low_since = sample.at
            memory.low_draw = sample.highest


def _get_to_know(
    connector: Connector,
    reading: ConnectorReading,
    sample: Sample,
    memory: ConnectorMemory,
    cars: KnownCars,
) -> None:
    """See what a report tells of the car beside its phases and its wish for current."""
    offer, since = reading.offer, memory.online_since
    if offer.accepted is None or offer.accepted_at is None or since is None:
        return
    bound = bound_at(offer, sample.at)
    if bound is not None and sample.at < since + SETTLED:
        bound = None
    draw = Draw(
        at=sample.at,
        limit=offer.accepted,
        limit_at=offer.accepted_at,
        highest=sample.highest,
        at_least=sample.at_least,
        # It may have fallen to its fallback and come back since.
        bound=None if bound is None else max(bound, connector.fallback),
        alone=bound == offer.accepted,
        settled=bound == offer.accepted and sample.at >= offer.accepted_at + SETTLED,
        wants_more=memory.useful is None,
    )
    car = memory.car
    if draw.bound is not None:
        car.compare(draw, tolerated=tolerance(draw.bound))
    if sample.at_least <= DRAWING or draw.limit < connector.minimum:
        return
    if _shares_watts(reading):
        car.begin_rest()
    else:
        car.draws(draw)
        cars.know(reading.id_tag, reading.session, car.model)


def _shares_watts(reading: ConnectorReading) -> bool:
    """Whether its limit is what one phase may take: less of it is no sign of the car."""
    return reading.minimum_to_start is not None


def _follow_session(
    connector: Connector,
    reading: ConnectorReading,
    memory: ConnectorMemory,
    deadlines: Deadlines,
    cars: KnownCars,
) -> None:
    """Let time do its work on a running session."""
    offered = memory.offered_since
    if not memory.started and (
        memory.learned is not None
        or (
            memory.phases_since is not None and deadlines.passed(memory.phases_since + PHASES_SHOWN)
        )
        or (offered is not None and deadlines.passed(offered + STARTING_TIME))
    ):
        memory.started = True
        learn_at_last(connector, reading, memory, cars)
    if reading.status is Status.CHARGING:
        if memory.idle_since is not None:
            # What it took while it took nothing says nothing of what it can use.
            memory.useful = memory.low_since = None
        memory.idle_since = None
        memory.full = False
        _is_charging(reading, memory, deadlines)
    elif reading.status is Status.SUSPENDED_EV and offered is not None:
        if memory.idle_since is None:
            memory.idle_since = max(reading.status_since, offered)
            memory.car.begin_rest()
        _try_with_more(reading.offer, memory, deadlines)
        charged = memory.drew_at is not None
        patience = FULL_TIME if charged or memory.car.tried is None else UNMOVED_TIME
        if not memory.full and deadlines.passed(max(memory.idle_since, offered) + patience):
            memory.full = True
            memory.probing = False
            # Who has not charged at all is asked with all there is as soon as possible.
            memory.probed_at = deadlines.now if charged else deadlines.now - PROBE_INTERVAL
    if (
        not memory.must_serve
        and memory.paused_in_session
        and offered is not None
        and memory.drew_at is not None
        and memory.drew_at < offered
        and reading.status is not Status.CHARGING
        and reading.offer.accepted is not None
        and reading.offer.accepted >= (memory.car.needs or 0.0)
        and deadlines.passed(offered + WAKING_TIME)
    ):
        memory.must_serve = True


def _is_charging(reading: ConnectorReading, memory: ConnectorMemory, deadlines: Deadlines) -> None:
    """Its charger says that it charges: reports may come much later, or never.

    A word that has not held for long proves nothing: many chargers say it as soon as
    a session starts, and a moment later that the car takes nothing.
    """
    car, offer, sample = memory.car, reading.offer, reading.sample
    car.trial_since = None
    since = max(reading.status_since, reading.session_since)
    if offer.accepted is None or offer.accepted_at is None:
        return
    if _shares_watts(reading):
        car.begin_rest()
    elif car.rests_at is not None:
        car.starts(offer.accepted, offer.accepted_at, reading.status_since)
    if not deadlines.passed(since + SETTLED):
        return
    car.charging_at = deadlines.now
    settled_at = max(offer.accepted_at, since) + SETTLED
    if (
        not _shares_watts(reading)
        and deadlines.now >= settled_at
        and (sample is None or sample.at < settled_at or sample.at_least > DRAWING)
    ):
        car.charges_with(offer.accepted)


def _try_with_more(offer: Offer, memory: ConnectorMemory, deadlines: Deadlines) -> None:
    """Offer a car its share that takes nothing of less, before it counts as pausing."""
    car = memory.car
    assert memory.idle_since is not None
    if offer.accepted is None or offer.accepted_at is None or memory.full:
        return
    times = [at for at in (memory.drew_at, car.charging_at) if at is not None]
    drew_at = max(times, default=None)
    # Who has just drawn shows sooner that it has stopped than others that they don't start.
    drew = drew_at is not None and drew_at >= offer.accepted_at - STOPS_WITHIN
    patience = HESITATION if drew and car.rests_at is None else STARTING_HESITATION
    if deadlines.passed(max(memory.idle_since, offer.accepted_at) + patience):
        car.rests(offer.accepted, offer.accepted_at, drew_at)
    if car.may_need_more:
        memory.started = True
        car.offer_share(offer.accepted, memory.target, deadlines)


def takes_its_limit(
    connector: Connector, reading: ConnectorReading, memory: ConnectorMemory, deadlines: Deadlines
) -> bool:
    """Whether the charger takes the limits that it is sent.

    False where for 20 s a limit above the wanted one was in force and none was
    accepted: what it may draw must then be found elsewhere.
    """
    offer = reading.offer
    highest = max(offer.in_flight) if offer.in_flight else 0.0
    empty = is_empty(reading)
    if offer.accepted is not None:
        highest = max(highest, offer.accepted)
    elif not empty:
        highest = max(highest, connector.hardware_maximum)
    since = memory.untaken_since
    # What is at most the fallback counts for nothing where nobody is there.
    harmless = connector.fallback if empty else 0.0
    if memory.limit is None or highest <= max(memory.limit, harmless) + 0.05:
        memory.untaken_since = None
    elif since is None or (offer.accepted_at is not None and offer.accepted_at > since):
        memory.untaken_since = deadlines.now
    return memory.untaken_since is None or not deadlines.passed(memory.untaken_since + UNTAKEN_TIME)
