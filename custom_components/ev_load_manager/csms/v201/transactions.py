"""Sessions by TransactionEvent alone (OCPP 2.0.1, part 2, block E).

A station's transaction may begin with a car that only parks and last until it leaves. A
session here is the part of it in which somebody may charge: it begins once a card was
accepted or the station offers energy, and is over once the station takes the right to
charge away, though its transaction goes on. Events come late, twice, out of order, and
with gaps; what a station says once is kept by the outlet that the transaction is at.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
import math
import re
from typing import Any, Final, NamedTuple, Self

from ... import clock
from ...balancing.readings import Status
from ..charge_point.charge_point import Change, ChargePoint
from ..charge_point.connector import ConnectorState, Transaction
from ..charge_point.sampled_values import register
from ..charge_point.sessions import PRESENT, Sample
from ..dialect import TagInfo, TagStatus
from ..transport import fields
from ..transport.connection import Reply
from ..transport.errors import Refusal
from ..transport.messages import ErrorCode
from . import meter_values, places, tokens

_MEMORY: Final = "transaction"
_OVER: Final = "over"
_MOST_OVER: Final = 20
_PART: Final = "/"
"""Before the number of a session in its transaction. No station may use it in an id (part 2, 3:
identifierString); whoever does has it twice here."""
_SESSION: Final = re.compile(r"(?P<transaction>(?:[^/]|//)*)(?:/\d+)?")
_LONGEST_ID: Final = 100
STATUS: Final = {
    "EVConnected": Status.PREPARING,
    "Charging": Status.CHARGING,
    "SuspendedEV": Status.SUSPENDED_EV,
    "SuspendedEVSE": Status.SUSPENDED_EVSE,
    "Idle": Status.FINISHING,
}
_OFFERED: Final = frozenset({"Charging", "SuspendedEV"})
"""States in which a station offers energy, whoever let it."""
_HELD_BACK: Final = "SuspendedEVSE"
_LETS: Final = frozenset({"Authorized", "RemoteStart"})
_TAKES_AWAY: Final = frozenset({"StopAuthorized", "RemoteStop", "Deauthorized"})
"""Why a station ends the right to charge, be it that the transaction goes on (F03.FR.02)."""


@dataclass(slots=True, kw_only=True)
class Memory:
    """What a station has told of a transaction that goes on."""

    id: str
    sequence: int = -1
    told: float = 0.0
    """When the newest event was, by the station's clock, s since the epoch."""
    card: str | None = None
    """The one that was accepted last; None: none was."""
    part: int = 1
    """Which of its sessions is the present one, or the next."""
    runs: bool = False
    """Whether that has begun."""
    was_stopped: bool = False
    """Whether one of its sessions is over."""
    state: str = ""
    """Its chargingState."""
    register: float | None = None
    """Where the energy register stood last, Wh."""

    @property
    def session(self) -> str:
        """The id of that session."""
        name = self.id.replace(_PART, 2 * _PART)
        return name if self.part == 1 else f"{name}{_PART}{self.part}"

    def stop(self) -> None:
        """The present session is over; the transaction may have another one."""
        self.part, self.runs, self.was_stopped = self.part + 1, False, True

    def takes(self, sequence: int | None, told: datetime | None, *, offline: bool) -> bool:
        """Take note of an event; whether none before is newer.

        A number that rises is, and so is one that begins anew at a later time. Where neither
        can be told from the last one, or from any, it is the present unless it was queued.
        """
        at = None if told is None else told.timestamp()
        newer = (sequence is not None and sequence > self.sequence) or (
            at is not None and at > self.told
        )
        if at is None:
            # Its clock is not set, as after a reboot, with which its numbers begin anew, too.
            newer |= not offline and sequence != self.sequence
        else:
            newer |= at == self.told and sequence in (None, self.sequence)
        if newer:
            self.sequence = self.sequence if sequence is None else sequence
            self.told = self.told if at is None else at
        return newer

    @property
    def stored(self) -> dict[str, Any]:
        """Plain JSON data; `read` reads it."""
        # Many times a minute for years: `asdict` copies each of them.
        return {name: getattr(self, name) for name in self.__slots__}

    @classmethod
    def read(cls, stored: object) -> Self | None:
        """Read what was kept; None where it can't be read."""
        if not isinstance(stored, Mapping):
            return None
        try:
            return cls(
                id=str(stored["id"]),
                sequence=int(stored["sequence"]),
                told=float(stored["told"]),
                card=None if stored["card"] is None else str(stored["card"]),
                part=int(stored["part"]),
                runs=stored["runs"] is True,
                was_stopped=stored.get("was_stopped", stored["part"] != 1) is True,
                state=str(stored["state"]),
                register=register(stored.get("register")),
            )
        except KeyError, TypeError, ValueError:
            return None


def station_id(session: str) -> str:
    """The id by which a station knows the transaction of a session."""
    found = _SESSION.fullmatch(session)
    return (found["transaction"] if found else session).replace(2 * _PART, _PART)


def told_id(payload: Mapping[str, Any]) -> str:
    """The transactionId of a payload, just as it is: a station knows no other by less spaces."""
    told = payload.get("transactionId")
    return told if isinstance(told, str) and told.strip() else fields.text(payload, "transactionId")


def charging_state(state: ConnectorState) -> str:
    """The chargingState of the transaction at an outlet; empty where there is none."""
    memory = Memory.read(state.remembered.get(_MEMORY))
    return "" if memory is None else memory.state


def forget(state: ConnectorState) -> None:
    """No car is there: no transaction goes on, unless its session does."""
    memory, running = Memory.read(state.remembered.get(_MEMORY)), state.transaction
    goes_on = running is not None and memory is not None and running.id == memory.session
    if memory is not None and not (memory.runs and goes_on):
        state.remembered.pop(_MEMORY, None)
        state.goes_on = False


def answer_event(charger: ChargePoint, payload: Mapping[str, Any]) -> Reply:
    """Take in a TransactionEvent, and answer it."""
    event = _Event.read(charger, payload)
    if event.told is not None and not event.offline:
        charger.clock.observe(event.told)
    answer: dict[str, Any] = {}
    if event.info is not None:
        # It is checked again whenever a station names one (E05.FR.01).
        answer["idTokenInfo"] = tokens.info_of(event.info)
    number, memory = _place(charger, event)
    if number is None:
        return Reply(answer)
    if memory is None:
        memory = Memory(id=event.id)
        known = charger.sessions.find(memory.session)
        if _is_over(charger, event, known):
            _book_late(charger, number, event)
            return Reply(answer, save=charger.save if event.ends else None)
        memory.runs = known is not None and known.stopped is None and known.connector == number
        while not memory.runs and charger.sessions.find(memory.session) is not None:
            # It calls another one as it called that.
            memory.part += 1
    return _Book(charger, charger.connector(number), memory, event, answer).enter()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Event:
    """A TransactionEvent as it was told."""

    id: str
    kind: str
    trigger: str
    state: str
    sequence: int | None
    told: datetime | None
    timestamp: str
    offline: bool
    evse: int | None
    card: str | None
    info: TagInfo | None
    """What is known of the card; None: it names none."""
    reason: str
    spent: float
    """How long energy was offered, s."""
    samples: list[Sample]
    reservation: int | None
    phases: int | None
    cable: float | None
    """What the cable can carry, A."""

    @property
    def ends(self) -> bool:
        """Whether it is the transaction's last."""
        return self.kind == "Ended"

    @property
    def is_let(self) -> bool:
        """Whether it names a card that may charge."""
        return self.info is not None and self.info.status is TagStatus.ACCEPTED

    @classmethod
    def read(cls, charger: ChargePoint, payload: Mapping[str, Any]) -> Self:
        """Read one; raises Refusal where it says nothing of which transaction it is."""
        info = payload.get("transactionInfo")
        of = info if isinstance(info, Mapping) else {}
        transaction_id = told_id(of)[:_LONGEST_ID]
        if not transaction_id:
            raise Refusal(ErrorCode.OCCURENCE_CONSTRAINT_VIOLATION, "transactionId is missing")
        card = tokens.token_of(payload)
        return cls(
            id=transaction_id,
            kind=fields.text(payload, "eventType"),
            trigger=fields.text(payload, "triggerReason"),
            state=fields.text(of, "chargingState"),
            sequence=fields.integer(payload, "seqNo"),
            told=fields.timestamp(payload.get("timestamp")),
            timestamp=fields.text(payload, "timestamp"),
            offline=payload.get("offline") is True,
            evse=places.evse_of(charger, payload.get("evse")),
            card=card,
            info=None if card is None else charger.authorized(card),
            reason=fields.text(of, "stoppedReason") or "Local",
            spent=float(fields.integer(of, "timeSpentCharging") or 0),
            samples=meter_values.read(payload.get("meterValue")),
            reservation=fields.integer(payload, "reservationId"),
            phases=_between(1, 3, fields.integer(payload, "numberOfPhasesUsed")),
            cable=_between(1, 200, fields.integer(payload, "cableMaxCurrent")),
        )

    @property
    def registers(self) -> list[float]:
        """What its values say of the energy register, Wh, oldest first."""
        return [one.values.energy for one in self.samples if one.values.energy is not None]

    @property
    def first_at(self) -> datetime | None:
        """When its oldest value was measured, else when it happened."""
        told = [one.told for one in self.samples if one.told is not None]
        return min([*told, self.told] if self.told else told, default=None)


@dataclass(frozen=True, slots=True)
class _Book:
    """Takes one event to the books of its outlet."""

    charger: ChargePoint
    outlet: ConnectorState
    memory: Memory
    event: _Event
    answer: dict[str, Any]

    def enter(self) -> Reply:
        """Book it; the answer to it."""
        event, memory, charger = self.event, self.memory, self.charger
        newer = memory.takes(event.sequence, event.told, offline=event.offline)
        self._notice_what_ended(newer)
        if event.is_let:
            memory.card = event.card
        if newer and event.state:
            memory.state = event.state
        if newer and not event.ends:
            self.outlet.car_told(phases=event.phases, cable=event.cable)
        ran = memory.runs
        if not memory.runs and self._begins(newer):
            self._begin()
        if event.ends:
            self._end()
        elif memory.runs and newer and event.trigger in _TAKES_AWAY and not self._offers:
            self._stop()
            memory.stop()
            memory.card = None
        elif event.samples:
            self._meter()
        if event.registers:
            memory.register = event.registers[-1]
        if not event.ends:
            self._keep()
            if newer and _is_fresh(charger, event):
                self._show()
        changed = memory.runs is not ran or event.ends
        return Reply(
            self.answer,
            save=charger.save if changed else None,
            then=self._then(),
        )

    def _notice_what_ended(self, newer: bool) -> None:
        """An end may have been lost: of the session, or of the transaction that was here."""
        event, memory = self.event, self.memory
        known = self.charger.sessions.find(memory.session) if memory.runs else None
        if known is not None and known.stopped is not None and not event.ends:
            memory.stop()
        other = self.outlet.transaction
        if event.kind != "Started" or not newer or not _is_fresh(self.charger, event):
            return
        kept = Memory.read(self.outlet.remembered.get(_MEMORY))
        if kept is None or kept.id != memory.id:
            # One EVSE serves one car at a time (E01.FR.14).
            self.outlet.goes_on = False
        if other is not None and not self._is_present:
            self.charger.stopped(
                transaction_id=other.id,
                told=event.told,
                meter_stop=None,
                reason="",
                id_tag="",
                connector=self.outlet.number,
                samples=[],
            )

    def _begins(self, newer: bool) -> bool:
        """Whether somebody may charge from now on."""
        event, memory = self.event, self.memory
        if not event.ends and not newer:
            return False
        if event.trigger in _TAKES_AWAY and not event.ends:
            return self._offers
        if self._offers:
            return True
        if memory.card is not None or event.trigger in _LETS:
            return event.info is None or event.is_let
        if event.ends:
            # All before it may have been lost.
            energy = event.registers
            return event.spent > 0 or (len(energy) > 1 and energy[-1] > energy[0])
        # It may be our limit that keeps it from charging, where nobody needs a card; after
        # somebody has stopped it, it is that.
        return event.state == _HELD_BACK and not memory.was_stopped and event.info is None

    @property
    def _offers(self) -> bool:
        """Whether energy may flow, by what a station says or measures."""
        return self.event.state in _OFFERED or self._flows

    @property
    def _flows(self) -> bool:
        return any(one.values.flows for one in self.event.samples)

    def _begin(self) -> None:
        event, memory = self.event, self.memory
        card = event.card if event.card is not None else memory.card
        self.outlet.goes_on = True
        self.charger.started(
            connector=self.outlet.number,
            timestamp=event.timestamp,
            told=event.first_at,
            meter_start=event.registers[0] if event.registers else memory.register,
            id_tag=card or "",
            transaction_id=memory.session,
        )
        group = "" if event.info is None else event.info.group
        self.charger.reservations.session_began(
            self.outlet.number, card or "", group, event.reservation
        )
        memory.runs = True

    def _stop(self) -> None:
        event, memory = self.event, self.memory
        self.charger.stopped(
            transaction_id=memory.session,
            told=event.told,
            meter_stop=event.registers[-1] if event.registers else None,
            reason=event.reason,
            id_tag=event.card or "",
            connector=self.outlet.number,
            samples=event.samples,
            timestamp=event.timestamp,
        )

    def _end(self) -> None:
        """The transaction is over."""
        kept = Memory.read(self.outlet.remembered.get(_MEMORY))
        if kept is None or kept.id == self.memory.id:
            self.outlet.goes_on = False
        if self.memory.runs:
            self._stop()
        elif self.event.samples:
            self._meter()
        if not self.memory.runs:
            self.charger.changed(Change.TRANSACTION, self.outlet.number)
        if kept is not None and kept.id == self.memory.id:
            self.outlet.remembered.pop(_MEMORY, None)
        self.outlet.car_left()
        told = self.event.told
        over = {one: end for one, end in _over(self.charger).items() if one != self.event.id}
        over[self.event.id] = _Over(
            0.0 if told is None else told.timestamp(),
            self.event.registers[-1] if self.event.registers else None,
        )
        last = [*over.items()][-_MOST_OVER:]
        self.charger.whole.remembered[_OVER] = {one: list(end) for one, end in last}

    def _meter(self) -> None:
        self.charger.metered(
            connector=self.outlet.number,
            transaction_id=self.memory.session if self.memory.runs else None,
            samples=self.event.samples,
        )

    @property
    def _is_present(self) -> bool:
        """Whether no other transaction is at the outlet by now."""
        running = self.outlet.transaction
        return running is None or running.id == self.memory.session

    def _keep(self) -> None:
        """Keep what was told for as long as the transaction goes on."""
        if self._is_present:
            self.outlet.remembered[_MEMORY] = self.memory.stored

    def _show(self) -> None:
        """Show what the outlet does now."""
        status = STATUS.get(self.memory.state)
        if not self._is_present or status is None:
            return
        if self._flows:
            status = Status.CHARGING
        elif not self.memory.runs and self.memory.was_stopped:
            status = Status.FINISHING
        elif not self.memory.runs:
            status = Status.PREPARING
        self.charger.reported(self.outlet.number, status)

    def _then(self) -> Callable[[], None]:
        """What begins once the answer is out.

        A session of a card that may not charge is ended, where its station goes on.
        """
        transaction = self.outlet.transaction
        refused = self.event.info is not None and not self.event.is_let
        goes_on = transaction is not None and transaction.id == self.memory.session
        turned_away = transaction if refused and goes_on else None

        def then() -> None:
            if self.outlet.number in self.charger.unanswered:
                self.charger.answered(self.outlet.number)
            if turned_away is not None:
                self.charger.turn_away(turned_away)

        return then


def _place(charger: ChargePoint, event: _Event) -> tuple[int | None, Memory | None]:
    """At which outlet a transaction is, and what is kept of it; None: that is not known."""
    for number, state in charger.connectors.items():
        memory = Memory.read(state.remembered.get(_MEMORY))
        # Some number the transactions of each of their EVSEs.
        if memory is not None and memory.id == event.id and event.evse in (None, number):
            return number, memory
    if event.evse is not None:
        return event.evse, None
    if (known := charger.sessions.find(Memory(id=event.id).session)) is not None:
        return known.connector, None
    if len(charger.connectors) <= 1:
        return next(iter(charger.connectors), 1), None
    # The event that named it was lost: where a car is that nobody has told of.
    free = [
        number
        for number, state in charger.connectors.items()
        if state.plugged_in and state.transaction is None and _MEMORY not in state.remembered
    ]
    return (free[0] if len(free) == 1 else None), None


def _between(least: int, most: int, told: int | None) -> int | None:
    return told if told is not None and least <= told <= most else None


class _Over(NamedTuple):
    """How a transaction ended."""

    at: float
    """By the station's clock, s since the epoch."""
    register: float | None = None
    """Wh."""


def _over(charger: ChargePoint) -> dict[str, _Over]:
    """The transactions that ended last."""
    kept = charger.whole.remembered.get(_OVER)
    if not isinstance(kept, Mapping):
        return {str(one): _Over(math.inf) for one in kept} if isinstance(kept, list) else {}
    return {str(one): _read_over(end) for one, end in kept.items()}


def _read_over(kept: object) -> _Over:
    """What was kept of an end; once that was its time alone."""
    at, told = kept if isinstance(kept, list) and len(kept) == 2 else (kept, None)
    return _Over(fields.number(at) or 0.0, register(told))


def _is_over(charger: ChargePoint, event: _Event, known: Transaction | None) -> bool:
    """Whether an event is of a transaction that is over, and comes late.

    No station may use an id again (E01.FR.08). One that counts anew after a restart does: what
    begins after the end of the other one is another.
    """
    if (over := _over(charger).get(event.id)) is not None:
        ended_at = over.at
    elif known is None or known.stopped is None:
        return False
    else:
        ended_at = known.stopped.timestamp() + charger.clock.offset
    begins = event.kind == "Started" and not event.offline and _is_fresh(charger, event)
    return not begins or event.told is None or event.told.timestamp() <= ended_at


def _is_fresh(charger: ChargePoint, event: _Event) -> bool:
    """Whether it tells of the present."""
    return event.told is None or charger.clock.age(event.told) <= PRESENT


def _book_late(charger: ChargePoint, number: int, event: _Event) -> None:
    """Book what comes of a transaction that is over: energy, and never the present.

    Its end may have come before all that tells of a session.
    """
    session = Memory(id=event.id).session
    if charger.sessions.find(session) is not None:
        if event.samples:
            charger.metered(connector=number, transaction_id=session, samples=event.samples)
        return
    over, began = _over(charger).get(event.id), event.first_at
    if over is None or began is None or not (event.is_let or event.state in _OFFERED):
        return
    running, age = charger.connector(number).transaction, charger.clock.age(began)
    if running is not None and (age <= PRESENT or clock.monotonic() - age >= running.started_at):
        return  # nobody knows which of both it is of
    charger.started(
        connector=number,
        timestamp=event.timestamp,
        told=began,
        meter_start=event.registers[0] if event.registers else None,
        id_tag=event.card or "",
        transaction_id=session,
    )
    known_end = 0.0 < over.at < math.inf
    charger.stopped(
        transaction_id=session,
        told=datetime.fromtimestamp(over.at, UTC) if known_end else None,
        meter_stop=over.register,
        reason="",
        id_tag="",
        connector=number,
        samples=event.samples,
    )
