"""The books of one charger: which transaction runs where, and what it has used.

Chargers replay what they couldn't send, lose answers, keep transactions that
another system began, and forget to stop them. All of that is booked where it
belongs, and none of it is taken for the present.
"""

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
import math
from typing import Any, NamedTuple, Protocol

from ... import clock
from ...balancing.readings import Status
from ...data_files.stored import Stored, plain
from ..charger_clock import ChargerClock
from ..transactions import TransactionIds, stored_id
from .connector import ConnectorState, ToldEnd, Transaction, Values
from .draw import tells_milliamperes
from .journal import Journal, LooseEnd, NoJournal, Seen, Signed

PRESENT = 150.0
"""Values older than this, s, are history and say nothing of the present."""
TIDY_AFTER = 60.0
"""A transaction on a connector that has been Available for this long has ended, s."""
_SAME_SAMPLE = 2.0
_REMEMBERED = 20
_RISEN = 10.0
"""Wh by which a register has to rise to show that something flows."""
_OF_A_TRANSACTION = "Transaction."
"""How the context of a value begins that was taken at a start or an end."""
_SIGNED_WITHIN = timedelta(minutes=2)
"""Between a start or an end and the time of its signed value."""
_DRAWING = frozenset({Status.CHARGING, Status.SUSPENDED_EV, Status.SUSPENDED_EVSE})


class Connectors(Protocol):
    """What the books need of their charger."""

    connectors: dict[int, ConnectorState]
    clock: ChargerClock

    def connector(self, number: int) -> ConnectorState:
        """Return the connector, made if it was never heard of."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """One MeterValue: when the charger dates it, and what it says."""

    told: datetime | None
    """None: the charger gave no (readable) time, so it is now."""
    values: Values
    signed: tuple[Signed, ...] = ()


def in_order(samples: Iterable[Sample]) -> list[Sample]:
    """The oldest first, and of one moment what a register shows first: it only rises.

    Some tell of a transaction's end before its beginning. What has no time is of now.
    """
    return sorted(samples, key=lambda one: (_moment(one), one.values.energy or 0.0))


def _moment(sample: Sample) -> float:
    return math.inf if sample.told is None else sample.told.timestamp()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Start:
    """A StartTransaction that was answered: the same question gets the same answer."""

    connector: int
    timestamp: str
    meter_start: float | None
    id_tag: str
    id: str


class Booked(NamedTuple):
    """Where values were booked."""

    connector: int
    adopted: bool
    """They told of a transaction that was never heard of."""


class Sessions:
    """The books of one charger."""

    def __init__(self, charger: Connectors, transaction_ids: TransactionIds) -> None:
        """Open the books; ids come from `transaction_ids`."""
        self._charger = charger
        self._ids = transaction_ids
        self._starts: deque[_Start] = deque(maxlen=_REMEMBERED)
        self._ended: deque[Transaction] = deque(maxlen=_REMEMBERED)
        self._strangers: dict[str, float | None] = {}
        """Transactions of others that nothing has shown to be running, with the register first told."""
        self._gone: deque[str] = deque(maxlen=_REMEMBERED)
        """Transactions that ended without ever having been heard of."""
        self.journal: Journal = NoJournal()
        """Who writes down what is told."""

    def start(
        self,
        *,
        connector: int,
        timestamp: str,
        told: datetime | None,
        meter_start: float | None,
        id_tag: str,
        transaction_id: str | None = None,
        names_it: bool = False,
    ) -> tuple[Transaction, bool]:
        """Begin a transaction; also whether it is new.

        A start that is told again because its answer was lost is the same transaction.
        `transaction_id`: the one that somebody else gave it; None: it gets one here.
        `names_it`: that was its charger, which tells another id of another transaction only.
        """
        if (named := self.find(transaction_id)) is not None:
            return named, False
        words = connector, timestamp, meter_start, id_tag
        again = None if names_it else self._told_again(words, told)
        if again is not None:
            self.journal.session(again)
            return again, False
        transaction = Transaction(
            id=self._ids.take() if transaction_id is None else transaction_id,
            connector=connector,
            id_tag=id_tag,
            meter_start=meter_start,
            energy=meter_start,
            timestamp="" if told is None else timestamp,
            is_late=not self._is_present(told),
            clock_offset=self._charger.clock.offset,
            **self._when(told),
        )
        # One that another central system gave is never given here.
        self._ids.seen(transaction.id)
        self._starts.append(
            _Start(
                connector=connector,
                timestamp=timestamp,
                meter_start=meter_start,
                id_tag=id_tag,
                id=transaction.id,
            )
        )
        if transaction_id is not None and self._is_past(transaction, told):
            # It was told late: another one runs by now, and its end is still to come.
            self._ended.append(transaction)
            self.journal.session(transaction)
            return transaction, False
        self._open(transaction, fresh=self._is_present(told))
        self.journal.session(transaction)
        return transaction, True

    def _told_again(
        self, words: tuple[int, str, float | None, str], told: datetime | None
    ) -> Transaction | None:
        """The transaction that began in these words, unless they are another one's by now."""
        start = self._when(told)["started"]
        for known in self._starts:
            if (known.connector, known.timestamp, known.meter_start, known.id_tag) != words:
                continue
            again = self.find(known.id)
            if again is not None and not self._is_another(again, start):
                return again
        return None

    def begins_another(self, transaction_id: str, told: datetime | None) -> bool:
        """Whether a start in the words of a transaction begins another one, by what is known here."""
        over = self.find(transaction_id)
        return over is not None and self._is_another(over, self._when(told)["started"])

    @staticmethod
    def _is_another(over: Transaction, start: datetime) -> bool:
        """Whether a start in a transaction's words begins another, as its charger has ended that one.

        A charger whose clock begins at the same time whenever it boots, and that counts each
        session from 0, begins all of a card's in the same words.
        """
        end = over.end
        if end is None or start < end.at:
            return False
        # A register that has risen since stands there no more.
        return not over.meter_start or end.register is None or end.register <= over.meter_start

    def _is_past(self, transaction: Transaction, told: datetime | None) -> bool:
        """Whether another transaction has begun at its outlet since."""
        running = self._charger.connector(transaction.connector).transaction
        return (
            running is not None
            and not self._is_present(told)
            and transaction.started_at < running.started_at - _SAME_SAMPLE
        )

    def stop(
        self,
        *,
        transaction_id: str | None,
        told: datetime | None,
        meter_stop: float | None,
        reason: str,
        id_tag: str,
        connector: int | None,
        samples: Iterable[Sample],
        timestamp: str = "",
    ) -> Transaction | None:
        """End a transaction; None where it was never heard of and is nobody's loss.

        `id_tag` and `connector` (None: not told) tell which one is meant where its
        id is that of none. `transaction_id` None: the charger never heard which it has.
        """
        transaction = self.find(transaction_id) or self._meant(
            transaction_id, told=told, meter_stop=meter_stop, id_tag=id_tag, connector=connector
        )
        if transaction is None:
            if transaction_id is not None:
                self._ids.seen(transaction_id)
                self._strangers.pop(transaction_id, None)
                self._gone.append(transaction_id)
            self.journal.loose_end(
                LooseEnd(
                    transaction_id=transaction_id,
                    at=self._when(told)["started"],
                    timestamp="" if told is None else timestamp,
                    register=meter_stop,
                    reason=reason,
                    id_tag=id_tag,
                )
            )
            return None
        taken = tuple(samples)
        for sample in taken:
            self._book_energy(transaction, sample.values.energy, self._age(sample))
        self._book_energy(
            transaction, meter_stop, 0.0 if told is None else self._charger.clock.age(told)
        )
        stopped = self._when(told)["started"]
        if transaction.end is None:
            transaction.end = ToldEnd(
                at=stopped,
                timestamp="" if told is None else timestamp,
                register=meter_stop,
                id_tag=id_tag,
                is_late=not self._is_present(told),
            )
            transaction.reason = reason or transaction.reason
        if transaction.stopped is None:
            self._close(
                transaction, max(transaction.started, stopped), reason, fresh=self._is_present(told)
            )
        self.journal.session(transaction, self._seen(taken))
        return transaction

    def meter(self, *, connector: int, transaction_id: str | None, samples: list[Sample]) -> Booked:
        """Book values where they belong."""
        samples = self._in_amperes(self._charger.connector(connector), samples)
        transaction, adopted = self._transaction_of(connector, transaction_id, samples)
        state = self._charger.connector(transaction.connector if transaction else connector)
        self._write_down(state, transaction, samples)
        for sample in samples:
            booked = transaction
            if booked is None and state.transaction is not None:
                booked = None if self._before(sample, state.transaction) else state.transaction
            if booked is not None:
                register = self._book_energy(booked, sample.values.energy, self._age(sample))
                sample = replace(sample, values=replace(sample.values, energy=register))
            elif state.last_transaction is not None and state.last_transaction.is_relative:
                # Between sessions it tells nothing of its register, either.
                sample = replace(sample, values=replace(sample.values, energy=None))
            self._take_present(state, sample)
        return Booked(state.number, adopted)

    def find(self, transaction_id: str | None) -> Transaction | None:
        """A transaction in progress, or one that ended lately."""
        for state in self._charger.connectors.values():
            if state.transaction is not None and state.transaction.id == transaction_id:
                return state.transaction
        return next((t for t in reversed(self._ended) if t.id == transaction_id), None)

    def tidy(self, online_since: float) -> list[int]:
        """End what must have ended: its StopTransaction was lost.

        A connector that is Available has no transaction; but right after a
        reconnect its StopTransaction may still be on the way. Returns the
        connectors that were tidied.
        """
        tidied = []
        now = clock.monotonic()
        for state in self._charger.connectors.values():
            if (
                state.transaction is not None
                and state.status is Status.AVAILABLE
                and now - max(state.status_at, online_since) > TIDY_AFTER
                and not self._draws(state)
            ):
                self._close(state.transaction, clock.now(), "", fresh=True)
                # Nor does its charger's transaction go on without a car.
                state.goes_on = False
                tidied.append(state.number)
        return tidied

    def state(self) -> dict[str, Any]:
        """Plain JSON data (transactions in progress are their connectors')."""
        return {
            "starts": plain(self._starts),
            "ended": plain(self._ended),
            "gone": list(self._gone),
        }

    def restore(self, stored: Stored) -> None:
        """Go on where `state` was written."""
        starts = [one.into(_Start, readers={"id": stored_id}) for one in stored.sections("starts")]
        self._starts.extend(start for start in starts if start is not None)
        ended = map(Transaction.read, stored.sections("ended"))
        self._ended.extend(transaction for transaction in ended if transaction is not None)
        self._gone.extend(stored.many("gone", stored_id))
        for start in self._starts:
            self._ids.seen(start.id)
        for transaction in self._ended:
            self._ids.seen(transaction.id)

    def _write_down(
        self, state: ConnectorState, transaction: Transaction | None, samples: list[Sample]
    ) -> None:
        """Have values written down as they were told, with the session that they are of."""
        if transaction is not None:
            self.journal.session(transaction, self._seen(samples))
            return
        running = state.transaction
        of_it = [one for one in samples if running is not None and not self._before(one, running)]
        if running is not None and of_it:
            self.journal.session(running, self._seen(of_it))
        others = [one for one in samples if one not in of_it]
        over = state.last_transaction
        signed = [one for one in others if over is not None and self._signs(one, over)]
        if over is not None and signed:
            self.journal.session(over, self._seen(signed))
        if others := [one for one in others if one not in signed]:
            self.journal.outside(state.number, self._seen(others))

    def _signs(self, sample: Sample, over: Transaction) -> bool:
        """Whether a signed value is of a transaction that is over, although it does not name it.

        Some send the values of its start and end once they have computed the signature.
        """
        if over.stopped is None or not any(
            one.context.startswith(_OF_A_TRANSACTION) for one in sample.signed
        ):
            return False
        at = clock.now() - timedelta(seconds=self._age(sample))
        return over.started - _SIGNED_WITHIN <= at <= over.stopped + _SIGNED_WITHIN

    def _seen(self, samples: Iterable[Sample]) -> tuple[Seen, ...]:
        now = clock.now()
        return tuple(
            Seen(now - timedelta(seconds=self._age(sample)), sample.values, sample.signed)
            for sample in samples
        )

    def _when(self, told: datetime | None) -> dict[str, Any]:
        """A moment of the charger's clock on both of ours."""
        age = self._charger.clock.age(told) if told is not None else 0.0
        moment = clock.now() - timedelta(seconds=age)
        return {"started": moment, "started_at": clock.monotonic_of(moment)}

    def _meant(
        self,
        transaction_id: str | None,
        *,
        told: datetime | None,
        meter_stop: float | None,
        id_tag: str,
        connector: int | None,
    ) -> Transaction | None:
        """Which transaction ends by an id that none has; None: that is not sure.

        Firmware that never heard which id its transaction got means the only one it
        can mean. An id that somebody gave is most likely of another one, unless
        the same card tells otherwise.
        """
        if transaction_id in self._gone:
            return None
        ended_at = clock.monotonic() - (0.0 if told is None else self._charger.clock.age(told))
        found = [
            state
            for state in self._charger.connectors.values()
            if (running := state.transaction) is not None
            and ended_at >= running.started_at - _SAME_SAMPLE
            and connector in (None, 0, state.number)
            and _fits(running, meter_stop)
        ]
        of_card = [
            state
            for state in found
            if id_tag and state.transaction is not None and id_tag == state.transaction.id_tag
        ]
        if transaction_id is not None or (len(found) > 1 and of_card):
            found = of_card
        if len(found) > 1:
            found = [state for state in found if state.status not in _DRAWING]
        return found[0].transaction if len(found) == 1 else None

    def _open(self, transaction: Transaction, *, fresh: bool) -> None:
        state = self._charger.connector(transaction.connector)
        self._strangers.clear()
        if state.transaction is not None:
            # Its StopTransaction was lost: one connector has one transaction.
            self._close(state.transaction, clock.now(), "", fresh=fresh)
        state.transaction = transaction
        state.may_be_in_session = False
        # Some never send StatusNotification, so a transaction counts as charging; a
        # status that follows corrects this, and a replayed start corrects no status.
        if state.status not in _DRAWING and (fresh or state.reported_at is None):
            state.set_status(Status.CHARGING)

    def _close(
        self, transaction: Transaction, stopped: datetime, reason: str, *, fresh: bool
    ) -> None:
        state = self._charger.connector(transaction.connector)
        transaction.stopped = stopped
        transaction.reason = reason
        # What made the register rise until now was this one.
        self._strangers.clear()
        if transaction not in self._ended:
            self._ended.append(transaction)
        self.journal.session(transaction)
        if state.transaction is transaction:
            state.transaction = None
            state.last_transaction = transaction
            if state.status in _DRAWING and (fresh or state.reported_at is None):
                state.set_status(Status.FINISHING)

    def _transaction_of(
        self, connector: int, transaction_id: str | None, samples: list[Sample]
    ) -> tuple[Transaction | None, bool]:
        """The transaction that values belong to, and whether it was adopted just now."""
        if transaction_id is None:
            return None, False
        known = self.find(transaction_id)
        if known is not None or connector == 0:
            return known, False
        present = [sample.values for sample in samples if self._age(sample) <= PRESENT]
        if not present or transaction_id in self._gone:
            return None, False  # long over, and of no interest
        self._ids.seen(transaction_id)
        energies = [sample.values.energy for sample in samples if sample.values.energy is not None]
        first = self._strangers.pop(transaction_id, None)
        if first is None and energies:
            first = energies[0]
        has_risen = first is not None and bool(energies) and energies[-1] >= first + _RISEN
        if not (has_risen or self._runs(self._charger.connector(connector), present)):
            self._strangers[transaction_id] = first
            while len(self._strangers) > _REMEMBERED:
                del self._strangers[next(iter(self._strangers))]
            return None, False
        adopted = Transaction(
            id=transaction_id,
            connector=connector,
            meter_start=first,
            energy=first,
            is_adopted=True,
            clock_offset=self._charger.clock.offset,
            **self._when(samples[0].told),
        )
        # A status that was told on this connection is not overruled by what it never told.
        self._open(adopted, fresh=False)
        return adopted, True

    @staticmethod
    def _runs(state: ConnectorState, present: list[Values]) -> bool:
        """Whether it tells of a transaction that runs: by its status, or by what flows."""
        says_so = state.reported_at is not None and state.status in _DRAWING
        return says_so or any(values.flows for values in present)

    @staticmethod
    def _draws(state: ConnectorState) -> bool:
        """Whether current flows at present, whatever its status says."""
        values = state.values
        return values is not None and values.flows and clock.monotonic() - values.at <= PRESENT

    def _take_present(self, state: ConnectorState, sample: Sample) -> None:
        """Show values as present ones, if they are."""
        age = self._age(sample)
        if sample.values.energy is not None and (state.energy is None or age <= PRESENT):
            state.energy = sample.values.energy
        if age > PRESENT:
            return
        new = replace(sample.values, at=clock.monotonic() - age)
        if new.energy is not None:
            state.rise.note(new.at, new.energy)
        old = state.values
        if old is not None:
            if new.at < old.at - _SAME_SAMPLE:
                return
            if abs(new.at - old.at) <= _SAME_SAMPLE:
                new = new.filled_from(old)
            elif old.has_electricity and not new.has_electricity:
                # A register alone doesn't make older currents any younger.
                new = replace(new.filled_from(old), at=old.at)
        state.values = new

    @staticmethod
    def _in_amperes(state: ConnectorState, samples: list[Sample]) -> list[Sample]:
        for sample in samples:
            told = tells_milliamperes(sample.values)
            if told is not None:
                state.in_milliamperes = told
        if not state.in_milliamperes:
            return samples
        return [replace(sample, values=sample.values.scaled(0.001)) for sample in samples]

    def _age(self, sample: Sample) -> float:
        return 0.0 if sample.told is None else self._charger.clock.age(sample.told)

    def _is_present(self, told: datetime | None) -> bool:
        return told is None or self._charger.clock.age(told) <= PRESENT

    def _before(self, sample: Sample, transaction: Transaction) -> bool:
        return clock.monotonic() - self._age(sample) < transaction.started_at - 1.0

    @staticmethod
    def _book_energy(transaction: Transaction, told: float | None, age: float) -> float | None:
        """Book what was told `age` s ago; where the register stood then, Wh."""
        if told is None:
            return None
        if transaction.meter_start is None:
            transaction.meter_start = told
        register = transaction.register_at(told, clock.monotonic() - age - transaction.started_at)
        # Replayed values come in any order; a register only goes up.
        transaction.energy = max(transaction.energy or 0.0, register)
        return register


def _fits(transaction: Transaction, meter_stop: float | None) -> bool:
    """Whether a register may have ended there, Wh; one that counts from 0 in each session tells nothing."""
    start = transaction.meter_start
    return meter_stop is None or start is None or meter_stop >= start or meter_stop < start / 2.0
