"""Every limit that may be in force: what a connector could draw, whatever it draws.

The invariant of the house rests on this: limits that were sent, replaced,
lost on the way or never given all count until the charger and the car can no
longer follow them.
"""

from .deadlines import Deadlines
from .memory import ConnectorMemory
from .phases import Phases
from .readings import ConnectorReading, Offer, Status
from .site import Connector

FOLLOWING_TIME = 12.0
"""Seconds after which a car has left a limit that was replaced."""
DRAWING = 1.0
"""A; what is less may be the charger itself."""

MAKING_WAY = 30.0
"""Seconds before a limit may end from which room is kept for what follows it."""
RESENT = 45.0
"""Seconds after a connection in which its limit was sent again, taken and followed."""
UNSEEN = 120.0
"""Seconds offline in which another car may have taken the place of the last."""

_EMPTY = frozenset({Status.AVAILABLE, Status.UNAVAILABLE, Status.RESERVED, Status.FINISHING})


def loaded_phases(wired: Phases, memory: ConnectorMemory, deadlines: Deadlines) -> Phases:
    """Grid phases that count: the car's once they are known, until then all wired."""
    if memory.learned is None:
        return wired
    if memory.offline_since is not None and deadlines.passed(memory.offline_since + UNSEEN):
        return wired | memory.learned
    return memory.learned


def is_empty(reading: ConnectorReading) -> bool:
    """Whether no car can draw current from it at the moment.

    A status that came after the start of a session is newer than the session:
    some chargers lose the message that it ended.
    """
    if reading.status not in _EMPTY:
        return False
    if reading.session is not None and (
        reading.status is not Status.AVAILABLE or reading.status_since <= reading.session_since
    ):
        return False
    sample = reading.sample
    return (
        sample is None
        or sample.at_least <= DRAWING
        or sample.at < reading.status_since + FOLLOWING_TIME
    )


def in_force(
    connector: Connector, reading: ConnectorReading, memory: ConnectorMemory, deadlines: Deadlines
) -> float:
    """The highest current that may be drawn on each loaded phase now, A.

    The highest limit that may be in force, and what the car was seen to draw above
    its limit: as much more, or all that it draws where it does not obey.
    """
    highest = _limit_in_force(connector, reading, memory, deadlines)
    if not memory.car.excess and not reading.disobeys:
        return highest
    if not reading.met or is_empty(reading):
        return highest
    highest += memory.car.excess_above(highest)
    if reading.disobeys and reading.sample is not None:
        highest = max(highest, reading.sample.highest)
    return highest


def _limit_in_force(
    connector: Connector, reading: ConnectorReading, memory: ConnectorMemory, deadlines: Deadlines
) -> float:
    """The highest limit that may be followed now, A.

    The largest of the limits accepted, in flight or replaced less than 12 s
    ago; the fallback where the charger may be on its own or a car has not been
    served, or where the limit may have ended by itself, and it alone once that
    is sure; and all that the hardware can where nobody ever limited it. Nothing of
    a charger that was never met: as long as it is somewhere else it loads none of
    these circuits.
    """
    if not reading.met:
        return 0.0
    offer = reading.offer
    highest = _offered(offer, deadlines)
    empty = is_empty(reading)
    if offer.accepted is None or offer.refused:
        if empty and reading.online:
            return 0.0
        return max(highest, connector.hardware_maximum)
    if memory.unlimited:
        highest = max(highest, connector.hardware_maximum)
    if not reading.online:
        return _alone(connector, reading, highest, deadlines)
    if empty:
        # No car is there. A limit up to the fallback is not reserved: if a car starts by itself
        # with it, the others make way within seconds. A higher one has to be taken back from
        # the charger first, or the next car could begin with all of it.
        return highest if highest > connector.fallback else 0.0
    if connector.fallback > highest and (
        _may_have_ended(offer, deadlines) or not _served(reading, memory, deadlines)
    ):
        highest = connector.fallback
    return highest


def _alone(
    connector: Connector, reading: ConnectorReading, highest: float, deadlines: Deadlines
) -> float:
    """What a charger may let its car draw that nobody can tell anything, A."""
    offer = reading.offer
    empty = is_empty(reading)
    if offer.forgets and not empty:
        return max(highest, connector.hardware_maximum)
    if offer.gone_at is not None and deadlines.passed(offer.gone_at + FOLLOWING_TIME):
        return connector.fallback
    surely_idle = empty and reading.status is Status.AVAILABLE and connector.fallback == 0.0
    if surely_idle or (offer.expires_at is not None and not _may_have_ended(offer, deadlines)):
        return highest
    return max(highest, connector.fallback)


def _may_have_ended(offer: Offer, deadlines: Deadlines) -> bool:
    """Whether a limit may have ended by itself, or soon will."""
    return offer.expires_at is not None and deadlines.passed(offer.expires_at - MAKING_WAY)


def _offered(offer: Offer, deadlines: Deadlines) -> float:
    """The highest limit that was sent and may still be followed, A."""
    highest = 0.0 if offer.accepted is None else offer.accepted
    for limit in offer.in_flight:
        highest = max(highest, limit)
    for old in offer.superseded:
        if old.limit > highest and not deadlines.passed(old.at + FOLLOWING_TIME):
            highest = old.limit
    return highest


def _served(reading: ConnectorReading, memory: ConnectorMemory, deadlines: Deadlines) -> bool:
    """Whether the charger surely follows a limit of ours on this connection."""
    offer, since = reading.offer, memory.online_since
    if since is None:
        return True
    if offer.accepted_at is not None and offer.accepted_at >= since:
        return deadlines.passed(offer.accepted_at + FOLLOWING_TIME)
    # Every connection begins with sending the limit again; taking the same one
    # as before shows only by its not being on its way any more.
    return not offer.in_flight and deadlines.passed(since + RESENT)
