"""Writes the sessions of a group's chargers into the session book.

What a charger tells goes to the book at once, in the book's words; its answer to a start or an end
waits until that is on the disk, but no longer than `ANSWERED_WITHIN`: nobody's charging waits for
a disk that doesn't answer. Values are thinned to what quarter hours need.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from functools import wraps
from typing import Final

from .. import clock
from ..balancing.decision import WAITING, ConnectorDecision, Reason
from ..balancing.readings import ConnectorReading, Status
from ..const import LOGGER
from ..csms.charge_point.connector import Transaction, Values
from ..csms.charge_point.journal import LooseEnd, Seen
from ..sessions.book import Book
from ..sessions.completeness import WHOLE, Flag
from ..sessions.register import Reading
from ..sessions.thinner import Thinner
from ..sessions.told import End, Evidence, LooseEndTold, RegisterTold, SessionTold, Span, Told

ANSWERED_WITHIN: Final = 5.0
"""Real seconds that a charger's answer waits for the disk at most."""
CLOCK_OFF: Final = 60.0
"""Seconds by which a charger's clock may differ from ours without being doubtful."""
IDLE_EVERY: Final = 3600.0
"""Seconds between two readings outside of sessions that are handed to the book; it keeps one a day."""
_PAUSED: Final = frozenset({Reason.PAUSED_BY_USER, Reason.LIMIT_OF_BACKEND})


@dataclass(slots=True)
class _Open:
    """What is not written yet of a session that goes on."""

    id: str
    thinner: Thinner = field(default_factory=Thinner)
    state: str = ""
    power: float | None = None
    current: float | None = None
    phases: int | None = None


def _harmless[**P](tell: Callable[P, None]) -> Callable[P, None]:
    """Have a fault of ours be no reason for a charger to get no answer, or no limit."""

    @wraps(tell)
    def told(*args: P.args, **kwargs: P.kwargs) -> None:
        try:
            tell(*args, **kwargs)
        except Exception:  # noqa: BLE001 - nobody's charging depends on the book
            LOGGER.exception("What a charger told can't be written down")

    return told


type HowAuthorized = Callable[[Transaction], str]
"""Why a session that begins may, as the book calls it (`SessionTold.auth`); empty: not known."""


class SessionJournal:
    """The journal of one charger, for the book."""

    def __init__(
        self,
        book: Book,
        charger: str,
        zone: Callable[[], str],
        authorized_by: HowAuthorized = lambda _: "",
    ) -> None:
        """`zone` gives the time zone of Home Assistant at the moment."""
        self._authorized_by = authorized_by
        self._book = book
        self._charger = charger
        self._zone = zone
        self._open: dict[int, _Open] = {}
        self._idle_at: dict[int, float] = {}
        self._writing: set[asyncio.Task[str | None]] = set()

    # What the charger tells (see `csms.charge_point.journal.Journal`)

    @_harmless
    def session(self, transaction: Transaction, seen: tuple[Seen, ...] = ()) -> None:
        """Write down what was told of a session."""
        is_over = transaction.stopped is not None
        known = self._open.get(transaction.connector)
        is_new = known is None or known.id != transaction.id
        if known is None or known.id != transaction.id:
            known = _Open(transaction.id)
            if not is_over:
                self._open[transaction.connector] = known
        readings: list[Reading] = []
        for one in seen:
            if one.values.energy is not None:
                readings += known.thinner.note(Reading(one.at.timestamp(), one.values.energy))
            _note_highest(known, one.values)
        if is_over:
            readings += known.thinner.rest()
        evidence = tuple(
            Evidence(signed.value, signed.context, "", one.at.timestamp(), signed.described)
            for one in seen
            for signed in one.signed
        )
        if not (is_new or is_over or readings or evidence or not seen):
            return
        told = replace(
            self._told(transaction),
            auth=self._authorized_by(transaction) if is_new else "",
            readings=tuple(readings),
            evidence=evidence,
            highest_power=known.power,
            highest_current=known.current,
            phases=known.phases,
        )
        if is_new or is_over or not seen:
            self._tell(told)
        else:
            self._book.note(told)
        if is_over and self._open.get(transaction.connector) is known:
            del self._open[transaction.connector]

    @_harmless
    def outside(self, connector: int, seen: tuple[Seen, ...]) -> None:
        """Write down where a register stood outside of sessions."""
        for one in seen:
            at = one.at.timestamp()
            if one.values.energy is None or connector == 0:
                continue
            if at - self._idle_at.get(connector, float("-inf")) >= IDLE_EVERY:
                self._idle_at[connector] = at
                self._book.note(
                    RegisterTold(
                        charger=self._charger,
                        connector=connector,
                        reading=Reading(at, one.values.energy),
                    )
                )

    @_harmless
    def loose_end(self, end: LooseEnd) -> None:
        """Write down an end of a session that is not known any more, but may be in the book."""
        self._tell(
            LooseEndTold(
                charger=self._charger,
                tx_id=end.transaction_id or "",
                end=End(
                    at=end.at.timestamp(),
                    told=end.timestamp,
                    register=end.register,
                    reason=end.reason,
                    tag=end.id_tag,
                    late=True,
                ),
            )
        )

    # What the group knows of it

    @_harmless
    def stands(
        self,
        number: int,
        transaction: Transaction,
        reading: ConnectorReading,
        why: ConnectorDecision,
    ) -> None:
        """Note what a session does now; written when that is something else than before."""
        known = self._open.get(number)
        if known is None or known.id != transaction.id:
            return
        state = state_of(reading, why)
        if state != known.state:
            known.state = state
            span = Span(clock.now().timestamp(), state)
            self._book.note(replace(self._told(transaction), spans=(span,)))

    async def settled(self) -> None:
        """Wait until what was told is on the disk, or waits for it, but not for ever."""
        if writing := [one for one in self._writing if not one.done()]:
            await asyncio.wait(writing, timeout=ANSWERED_WITHIN)

    def _told(self, transaction: Transaction) -> SessionTold:
        return told_of(self._charger, transaction, self._zone())

    def _tell(self, told: Told) -> None:
        """Write down what has to be on the disk before its charger hears of it."""
        writing = self._book.begin(told)
        self._writing.add(writing)
        writing.add_done_callback(self._writing.discard)


def told_of(charger: str, transaction: Transaction, zone: str) -> SessionTold:
    """What is known of a session, in the book's words."""
    flags = WHOLE
    if transaction.is_adopted:
        flags |= Flag.START_UNKNOWN
    if transaction.is_late:
        flags |= Flag.TOLD_LATE
    has_time = bool(transaction.timestamp)
    if not (has_time or transaction.is_adopted) or abs(transaction.clock_offset) > CLOCK_OFF:
        flags |= Flag.CLOCK_DOUBTFUL
    return SessionTold(
        charger=charger,
        connector=transaction.connector,
        tx_id=transaction.id,
        tag=transaction.id_tag,
        started=transaction.started.timestamp(),
        told_start=transaction.timestamp or None,
        register=transaction.meter_start,
        flags=flags,
        zone=zone,
        end=_end_of(transaction),
    )


def _end_of(transaction: Transaction) -> End | None:
    told = transaction.end
    if told is not None:
        return End(
            at=told.at.timestamp(),
            told=told.timestamp,
            register=told.register,
            reason=transaction.reason,
            tag=told.id_tag,
            late=told.is_late,
        )
    if transaction.stopped is None:
        return None
    return End(at=transaction.stopped.timestamp(), told=None, reason=transaction.reason)


def state_of(reading: ConnectorReading, why: ConnectorDecision) -> str:
    """What a session does, and why, as the book keeps it."""
    if why.reason in _PAUSED and why.limit <= 0.0:
        return f"paused:{why.reason}"
    if why.reason in WAITING or reading.status is Status.SUSPENDED_EVSE:
        return f"waiting:{why.reason}"
    if reading.status is Status.SUSPENDED_EV:
        return f"car:{why.reason}"
    if reading.status is Status.CHARGING:
        return f"charging:{why.reason}"
    return f"idle:{why.reason}"


def _note_highest(known: _Open, values: Values) -> None:
    currents = [current for current in values.currents if current is not None]
    if values.power is not None:
        known.power = max(known.power or 0.0, values.power)
    if currents:
        known.current = max(known.current or 0.0, *currents)
        flowing = sum(current > 1.0 for current in currents)
        known.phases = max(known.phases or 0, flowing) or None
