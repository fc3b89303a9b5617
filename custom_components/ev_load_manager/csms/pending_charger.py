"""Chargers that connect and that nobody has added yet.

They are told to wait (`Pending`) and are shown to the user; they control
nothing, and nothing of theirs gets lost: a transaction that can't be booked yet
is refused with an error, so that the charger keeps it and sends it again.
"""

from collections import Counter
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from .. import clock
from .charge_point.charge_point import FullDialect
from .transport.budget import network_of
from .transport.connection import Link, Reply
from .transport.connection_habits import Habit

_MOST_STATUSES = 16


@dataclass(slots=True, kw_only=True)
class PendingCharger:
    """A charger that isn't configured."""

    id: str
    dialect: FullDialect
    """The version of OCPP that it speaks, or spoke last."""
    vendor: str = ""
    model: str = ""
    serial: str = ""
    firmware: str = ""
    address: str = ""
    first_seen: datetime = field(default_factory=clock.now)
    last_seen: datetime = field(default_factory=clock.now)
    link: Link[FullDialect] | None = None
    """Its open socket."""
    statuses: dict[int, tuple[str, Mapping[str, Any]]] = field(default_factory=dict)
    """What each connector last told of its status: to be answered once it is added."""
    habits: set[Habit] = field(default_factory=set)
    """What its firmware does at connecting."""
    booted: bool = False
    """Whether it told who it is."""
    changed: Callable[[], None] = field(default=lambda: None, repr=False)

    @property
    def identity(self) -> dict[str, str]:
        """Who it said it is."""
        names = ("vendor", "model", "serial", "firmware")
        return {name: getattr(self, name) for name in names}

    @property
    def connected(self) -> bool:
        """Whether it has an open socket."""
        return self.link is not None

    def attach(self, link: Link[FullDialect]) -> Link | None:
        """Use `link` from now on; returns the one it replaces, to be closed."""
        replaced = self.link
        if replaced is not None:
            replaced.owner = None
        self.address, self.last_seen = link.address, clock.now()
        self.link, self.dialect = link, link.dialect
        link.owner = self
        self.changed()
        return replaced

    def answer(self, link: Link, action: str, payload: Mapping[str, Any]) -> Reply:
        """Answer a call so that nothing happens; raises Refusal."""
        self.last_seen = clock.now()
        return self.dialect.answer_pending(self, action, payload)

    def introduced(self, *, vendor: str, model: str, serial: str, firmware: str) -> None:
        """It told who it is; any may be empty."""
        self.booted = True
        self.vendor, self.model, self.serial, self.firmware = vendor, model, serial, firmware
        self.changed()

    def spoke_in_older_words(self, older: bool) -> None:
        """See `ChargePoint`."""
        if older:
            self.habits.add(Habit.OLDER_WORDS)
        else:
            self.habits.discard(Habit.OLDER_WORDS)

    def reported(self, number: int, action: str, payload: Mapping[str, Any]) -> None:
        """It told the status of a connector: what is to be answered once it is added."""
        if number < _MOST_STATUSES:
            self.statuses[number] = (action, payload)

    def lost(self, link: Link) -> None:
        """The socket is gone; the charger stays listed."""
        if link is self.link:
            self.link = None
            self.last_seen = clock.now()
            self.changed()


def who_gives_way(there: Collection[PendingCharger], address: str) -> PendingCharger | None:
    """Who of those that are there is forgotten for somebody from `address`; None: nobody.

    Who left longest ago; where nobody did, the newest of the address that has most,
    if that has more than this one would.
    """
    gone = [charger for charger in there if not charger.connected]
    if gone:
        return min(gone, key=lambda charger: charger.last_seen)
    places = Counter(network_of(charger.address) for charger in there)
    heaviest, taken = places.most_common(1)[0]
    if taken <= places[network_of(address)] + 1:
        return None
    theirs = (one for one in there if network_of(one.address) == heaviest)
    return max(theirs, key=lambda charger: charger.first_seen)
