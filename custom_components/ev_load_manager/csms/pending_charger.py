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
from .transport import fields
from .transport.budget import network_of
from .transport.connection import Link, Reply
from .transport.errors import Refusal
from .transport.messages import ErrorCode
from .v16 import handlers

_MOST_STATUSES = 16
_NOT_BEFORE_ADDED = frozenset({"Authorize", "StartTransaction", "StopTransaction", "MeterValues"})
_HARMLESS: Mapping[str, Mapping[str, Any]] = {
    "StatusNotification": {},
    "FirmwareStatusNotification": {},
    "DiagnosticsStatusNotification": {},
    "LogStatusNotification": {},
    "SecurityEventNotification": {},
    "SignedFirmwareStatusNotification": {},
    "DataTransfer": {"status": "UnknownVendorId"},
}


@dataclass(slots=True, kw_only=True)
class PendingCharger:
    """A charger that isn't configured."""

    id: str
    vendor: str = ""
    model: str = ""
    serial: str = ""
    firmware: str = ""
    address: str = ""
    first_seen: datetime = field(default_factory=clock.now)
    last_seen: datetime = field(default_factory=clock.now)
    link: Link | None = None
    """Its open socket."""
    statuses: dict[int, Mapping[str, Any]] = field(default_factory=dict)
    """What the last StatusNotification of each connector said."""
    booted: bool = False
    """Whether it told who it is."""
    changed: Callable[[], None] = field(default=lambda: None, repr=False)

    @property
    def connected(self) -> bool:
        """Whether it has an open socket."""
        return self.link is not None

    def answer(self, link: Link, action: str, payload: Mapping[str, Any]) -> Reply:
        """Answer a call so that nothing happens; raises Refusal."""
        self.last_seen = clock.now()
        if action == "BootNotification":
            return self._boot(payload)
        if action == "Heartbeat":
            return Reply({"currentTime": fields.utc(clock.now())})
        if action == "StatusNotification":
            number = handlers.connector_number(payload)
            if number < _MOST_STATUSES:
                told = {name: fields.text(payload, name) for name in ("status", "errorCode")}
                self.statuses[number] = {"connectorId": number, **told}
        if action in _HARMLESS:
            return Reply(_HARMLESS[action])
        if action in _NOT_BEFORE_ADDED:
            raise Refusal(ErrorCode.INTERNAL_ERROR, "this charger was not added yet", fault=False)
        raise handlers.unknown_action(action)

    def lost(self, link: Link) -> None:
        """The socket is gone; the charger stays listed."""
        if link is self.link:
            self.link = None
            self.last_seen = clock.now()
            self.changed()

    def _boot(self, payload: Mapping[str, Any]) -> Reply:
        self.booted = True
        for name, value in handlers.identity_of(payload).items():
            setattr(self, name, value)
        self.changed()
        return Reply(handlers.boot_answer("Pending", handlers.PENDING_INTERVAL))


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
