"""What is known of one charger, whether it is connected or not, and what of it survives a restart."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from ...balancing.readings import Status
from ...balancing.reserve import FOLLOWING_TIME
from ...data_files.stored import Stored, plain
from ...data_files.values import anything, optional, text, whole, within
from ..charger_clock import ChargerClock
from ..dialect import Reservation
from ..transactions import TransactionIds
from ..transport.connection_habits import Habit
from ..transport.passwords import is_name
from .connector import ConnectorState, Values
from .draw import Draw, draw_of
from .reports import Reports
from .reservations import Reservations
from .sessions import Sessions

_FREE = frozenset({None, Status.AVAILABLE, Status.PREPARING, Status.RESERVED})
"""States of an outlet at which a session can begin; None: it has told none."""

_CENTURY = 100 * 365.25 * 86_400.0
"""s by which no charger's clock is off: what it tells of other centuries is not believed."""

MOST_CONNECTORS = 64
MOST_UNTOLD = 8
"""A connector with a higher number has to be among those that the charger counts itself."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """What a charger says it is; any of it may be empty."""

    vendor: str = ""
    model: str = ""
    serial: str = ""
    firmware: str = ""
    address: str = ""


class KnownCharger:
    """A charger as it is known."""

    def __init__(self, charger_id: str, transaction_ids: TransactionIds) -> None:
        self.id = charger_id
        self.identity = Identity()
        self.connectors: dict[int, ConnectorState] = {}
        """By number, from 1; they appear when first heard of or asked for."""
        self.whole = ConnectorState(number=0)
        """The charger as a whole: what it reports for connector 0."""
        self.configuration: dict[str, str] = {}
        """Configuration keys as last read."""
        self.capabilities: dict[str, Any] = {}
        """Plain JSON data: what this very charger turned out to take or refuse."""
        self.terminals = 3
        """How many of its terminals L1 to L3 are wired, as its group says."""
        self.hardware_maximum = 32.0
        """What it can draw on each of them, A, as its group says."""
        self.habits: set[Habit] = set()
        """What its firmware does at connecting."""
        self._older_words_of = ""
        """The firmware that speaks an older version than it agrees on; empty: not known."""
        self.boot_reason = ""
        """Why it started last, in its own words; empty: it has not said."""
        self.last_heard_at: float | None = None
        """When it last said anything on the socket that is gone (monotonic)."""
        self.certificate_name: str | None = None
        """What its certificate is issued to on the user's word; None: to its id."""
        self.known_certificate_name = ""
        """What the one was issued to that it came in with before people were asked."""
        self.user_name: str | None = None
        """What it sends as its user name, as people say; None: they say nothing."""
        self.user_name_of_model: str | None = None
        """The same as what is known of its model says."""
        self._known_user_name: str | None = ""
        """The one it came in with before names were compared; None: not known yet."""
        self.stored = Stored({})
        """What was stored of it, and what of that could not be read."""
        self.reports = Reports()
        """What it told of work that goes on in it."""
        self.reservations = Reservations()
        """Its outlets that are kept for somebody."""
        self.clock = ChargerClock()
        self.on_limited_elsewhere: Callable[[], None] | None = None
        """Called when it has said that somebody else limits it, or does so no more."""
        self.sessions = Sessions(self, transaction_ids)
        self._transaction_ids = transaction_ids
        self._draws: dict[int, tuple[Values | None, tuple[float, ...], Draw | None]] = {}
        """What was last found to flow at each connector, and from what."""
        self._connector_callbacks: list[Callable[[ConnectorState], None]] = []

    @property
    def most_connectors(self) -> int:
        """The highest number that one of its connectors may have.

        Who has many says how many; a stray number would be an outlet for ever.
        """
        told = self.capabilities.get("connectors")
        counted = told if isinstance(told, int) else 0
        return min(MOST_CONNECTORS, max(MOST_UNTOLD, counted, *self.connectors))

    def takes_login_name(self, given: bytes) -> bool:
        """Whether it may log in under a user name."""
        if self._known_user_name is None:
            return True
        names = (self.id, self.user_name, self.user_name_of_model, self._known_user_name)
        return any(is_name(given, name) for name in names if name)

    @property
    def certificate(self) -> str:
        """What its certificate is issued to, where that is not its id."""
        return self.certificate_name or self.known_certificate_name

    def logged_in_as(self, given: bytes) -> None:
        """It came in with that user name, and the right password."""
        if self._known_user_name is None:
            name = given.decode(errors="replace")
            self._known_user_name = "" if is_name(given, self.id) else name

    def spoke_in_older_words(self, older: bool) -> None:
        """It was found to speak another version than it agrees on, or to do so no more."""
        self._older_words_of = ""
        if older:
            self.habits.add(Habit.OLDER_WORDS)
        else:
            self.habits.discard(Habit.OLDER_WORDS)

    def is_of_firmware(self, firmware: str) -> None:
        """An update may have taught it the version that it agrees on: that is tried again."""
        if not firmware or Habit.OLDER_WORDS not in self.habits:
            return
        if self._older_words_of and firmware != self._older_words_of:
            self.spoke_in_older_words(False)
        else:
            self._older_words_of = firmware

    def connector(self, number: int) -> ConnectorState:
        """The connector `number`, made if it was never heard of; 0 is the whole charger."""
        if number == 0:
            return self.whole
        if number not in self.connectors:
            self.connectors[number] = state = ConnectorState(number=number)
            for callback in tuple(self._connector_callbacks):
                callback(state)
        return self.connectors[number]

    def reservation(self, number: int) -> Reservation | None:
        """Who an outlet is kept for, itself or as one of those of which any is."""
        state = self.connectors.get(number)
        is_free = state is None or (state.transaction is None and state.status in _FREE)
        return self.reservations.of(number) or (self.reservations.of(0) if is_free else None)

    def draw(self, number: int) -> Draw | None:
        """What flows at a connector; None where it told nothing of that."""
        state = self.connector(number)
        offer = None if state.keeper is None else state.keeper.offer
        since = float("-inf")
        if offer is not None and offer.accepted_at is not None:
            # What flowed before its car followed the limit tells nothing of now.
            since = offer.accepted_at + FOLLOWING_TIME
        # Asked for at every step of the group, most of which bring no news of this one.
        basis: tuple[float, ...] = (
            state.rise.at,
            since,
            float(self.terminals),
            self.hardware_maximum,
        )
        values, found_from, draw = self._draws.get(number, (None, (), None))
        if values is state.values and found_from == basis:
            return draw
        draw = draw_of(
            state.values,
            state.rise,
            terminals=self.terminals,
            hardware_maximum=self.hardware_maximum,
            since=since,
        )
        self._draws[number] = (state.values, basis, draw)
        return draw

    def on_connector(self, callback: Callable[[ConnectorState], None]) -> Callable[[], None]:
        """Call back for every connector, those that are there at once."""
        self._connector_callbacks.append(callback)
        for state in tuple(self.connectors.values()):
            callback(state)
        return lambda: self._connector_callbacks.remove(callback)

    # What must survive a restart

    def state(self) -> dict[str, Any]:
        """Plain JSON data: what `restore` needs."""
        return {
            "identity": plain(self.identity),
            "configuration": dict(self.configuration),
            "capabilities": dict(self.capabilities),
            "clock_offset": self.clock.offset,
            "certificate_name": self.known_certificate_name,
            "user_name": self._known_user_name,
            "habits": sorted(self.habits),
            "older_words_of": self._older_words_of,
            "reports": self.reports.state(),
            "reservations": self.reservations.state(),
            "connectors": {str(state.number): state.state() for state in self._all()},
            "sessions": self.sessions.state(),
        }

    def restore(self, state: Stored | Mapping[str, Any]) -> None:
        """Go on where `state` was written."""
        stored = state if isinstance(state, Stored) else Stored(state)
        self.stored = stored
        # It has been here, whatever of this can be read: who has no address never was,
        # and counts with nothing.
        unreadable = dict.fromkeys(("vendor", "model", "serial", "firmware", "address"), "?")
        identity = stored.section("identity").into(Identity, safer=unreadable)
        self.identity = identity or Identity()
        self.configuration |= stored.by_name("configuration", text)
        self.capabilities |= stored.by_name("capabilities", anything)
        if (offset := stored.read("clock_offset", _clock_offset, None)) is not None:
            self.clock = ChargerClock(offset)
        self.known_certificate_name = stored.read("certificate_name", text, "")
        # It may have been let in with any name, and must be still.
        self._known_user_name = stored.read("user_name", optional(text), None)
        self.habits |= set(stored.many("habits", Habit))
        self._older_words_of = stored.read("older_words_of", text, "", missing="", may_miss=True)
        self.reports.restore(stored.named("reports"))
        self.reservations.restore(stored.sections("reservations"))
        self.sessions.restore(stored.section("sessions"))
        connectors = stored.section("connectors")
        for number, kept in stored.named("connectors").items():
            self._restore_connector(kept.of("number", number, _connector_number, -1), kept)
        if connectors.is_lost:
            self._restore_connector(1, connectors)

    def _restore_connector(self, number: int, stored: Stored) -> None:
        if number < 0:
            return
        state = ConnectorState.read(number, stored)
        if state.transaction is not None:
            self._transaction_ids.seen(state.transaction.id)
        if number == 0:
            self.whole = state
            return
        self.connectors[number] = state
        for callback in tuple(self._connector_callbacks):
            callback(state)

    def _all(self) -> tuple[ConnectorState, ...]:
        return (self.whole, *self.connectors.values())


_clock_offset = optional(within(-_CENTURY, _CENTURY))


def _connector_number(name: str) -> int:
    return whole(0, MOST_CONNECTORS)(int(name))
