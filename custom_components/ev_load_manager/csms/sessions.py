"""The books of one charger: which transaction runs where, and what it has used.

Chargers replay what they couldn't send, lose answers, keep transactions that
another system began, and forget to stop them. All of that is booked where it
belongs, and none of it is taken for the present.
"""

from collections import deque
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from typing import Any, NamedTuple, Protocol

from .. import clock
from .charger_clock import ChargerClock
from .connector import ChargePointStatus, ConnectorState, Transaction, Values, monotonic_of
from .draw import tells_milliamperes
from .transactions import TransactionIds

PRESENT = 150.0
"""Values older than this, s, are history and say nothing of the present."""
TIDY_AFTER = 60.0
"""A transaction on a connector that has been Available for this long has ended, s."""
_SAME_SAMPLE = 2.0
_REMEMBERED = 20
_DRAWING = frozenset(
    {
        ChargePointStatus.CHARGING,
        ChargePointStatus.SUSPENDED_EV,
        ChargePointStatus.SUSPENDED_EVSE,
    }
)


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


@dataclass(frozen=True, slots=True, kw_only=True)
class _Start:
    """A StartTransaction that was answered: the same question gets the same answer."""

    connector: int
    timestamp: str
    meter_start: float | None
    id_tag: str
    id: int


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

    def start(
        self,
        *,
        connector: int,
        timestamp: str,
        told: datetime | None,
        meter_start: float | None,
        id_tag: str,
    ) -> tuple[Transaction, bool]:
        """Begin a transaction; also whether it is new.

        A StartTransaction that is sent again because its answer was lost is the
        same transaction.
        """
        for known in self._starts:
            if (known.connector, known.timestamp, known.meter_start, known.id_tag) == (
                connector,
                timestamp,
                meter_start,
                id_tag,
            ):
                again = self.find(known.id)
                if again is not None:
                    return again, False
        transaction = Transaction(
            id=self._ids.take(),
            connector=connector,
            id_tag=id_tag,
            meter_start=meter_start,
            energy=meter_start,
            **self._when(told),
        )
        self._starts.append(
            _Start(
                connector=connector,
                timestamp=timestamp,
                meter_start=meter_start,
                id_tag=id_tag,
                id=transaction.id,
            )
        )
        self._open(transaction, fresh=self._is_present(told))
        return transaction, True

    def stop(
        self,
        *,
        transaction_id: int,
        told: datetime | None,
        meter_stop: float | None,
        reason: str,
        samples: Iterable[Sample],
    ) -> Transaction | None:
        """End a transaction; None where it was never heard of and is nobody's loss."""
        transaction = self.find(transaction_id)
        if transaction is None:
            self._ids.seen(transaction_id)
            return None
        for sample in samples:
            self._book_energy(transaction, sample.values.energy)
        self._book_energy(transaction, meter_stop)
        if transaction.stopped is None:
            stopped = self._when(told)["started"]
            self._close(
                transaction,
                max(transaction.started, stopped),
                reason,
                fresh=self._is_present(told),
            )
        return transaction

    def meter(self, *, connector: int, transaction_id: int | None, samples: list[Sample]) -> Booked:
        """Book values where they belong."""
        transaction, adopted = self._transaction_of(connector, transaction_id, samples)
        state = self._charger.connector(transaction.connector if transaction else connector)
        for sample in samples:
            if transaction is not None:
                self._book_energy(transaction, sample.values.energy)
            elif state.transaction is not None and not self._before(sample, state.transaction):
                self._book_energy(state.transaction, sample.values.energy)
            self._take_present(state, sample)
        return Booked(state.number, adopted)

    def find(self, transaction_id: int) -> Transaction | None:
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
                and state.status is ChargePointStatus.AVAILABLE
                and now - max(state.status_at, online_since) > TIDY_AFTER
            ):
                self._close(state.transaction, clock.now(), "", fresh=True)
                tidied.append(state.number)
        return tidied

    def state(self) -> dict[str, Any]:
        """Plain JSON data (transactions in progress are their connectors')."""
        return {
            "starts": [asdict(start) for start in self._starts],
            "ended": [transaction.state() for transaction in self._ended],
        }

    def restore(self, state: Mapping[str, Any]) -> None:
        """Read what `state` wrote; raises KeyError, TypeError or ValueError."""
        self._starts.extend(_Start(**start) for start in state["starts"])
        self._ended.extend(Transaction.from_state(kept) for kept in state["ended"])
        for start in self._starts:
            self._ids.seen(start.id)
        for transaction in self._ended:
            self._ids.seen(transaction.id)

    def _when(self, told: datetime | None) -> dict[str, Any]:
        """A moment of the charger's clock on both of ours."""
        age = self._charger.clock.age(told) if told is not None else 0.0
        moment = clock.now() - timedelta(seconds=age)
        return {"started": moment, "started_at": monotonic_of(moment)}

    def _open(self, transaction: Transaction, *, fresh: bool) -> None:
        state = self._charger.connector(transaction.connector)
        if state.transaction is not None:
            # Its StopTransaction was lost: one connector has one transaction.
            self._close(state.transaction, clock.now(), "", fresh=fresh)
        state.transaction = transaction
        # Some never send StatusNotification, so a transaction counts as charging; a
        # status that follows corrects this, and a replayed start corrects no status.
        if state.status not in _DRAWING and (fresh or state.reported_at is None):
            state.set_status(ChargePointStatus.CHARGING)

    def _close(
        self, transaction: Transaction, stopped: datetime, reason: str, *, fresh: bool
    ) -> None:
        state = self._charger.connector(transaction.connector)
        transaction.stopped = stopped
        transaction.reason = reason
        self._ended.append(transaction)
        if state.transaction is transaction:
            state.transaction = None
            state.last_transaction = transaction
            if state.status in _DRAWING and (fresh or state.reported_at is None):
                state.set_status(ChargePointStatus.FINISHING)

    def _transaction_of(
        self, connector: int, transaction_id: int | None, samples: list[Sample]
    ) -> tuple[Transaction | None, bool]:
        """The transaction that values belong to, and whether it was adopted just now."""
        if transaction_id is None:
            return None, False
        known = self.find(transaction_id)
        if known is not None or connector == 0:
            return known, False
        if not any(self._age(sample) <= PRESENT for sample in samples):
            return None, False  # long over, and of no interest
        self._ids.seen(transaction_id)
        energies = (sample.values.energy for sample in samples)
        first = next((energy for energy in energies if energy is not None), None)
        adopted = Transaction(
            id=transaction_id,
            connector=connector,
            meter_start=first,
            energy=first,
            **self._when(samples[0].told),
        )
        self._open(adopted, fresh=True)
        return adopted, True

    def _take_present(self, state: ConnectorState, sample: Sample) -> None:
        """Show values as present ones, if they are."""
        age = self._age(sample)
        if sample.values.energy is not None and (state.energy is None or age <= PRESENT):
            state.energy = sample.values.energy
        if age > PRESENT:
            return
        new = self._in_amperes(state, replace(sample.values, at=clock.monotonic() - age))
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
    def _in_amperes(state: ConnectorState, values: Values) -> Values:
        told = tells_milliamperes(values)
        if told is not None:
            state.in_milliamperes = told
        return values.scaled(0.001) if state.in_milliamperes else values

    def _age(self, sample: Sample) -> float:
        return self._charger.clock.age(sample.told) if sample.told is not None else 0.0

    def _is_present(self, told: datetime | None) -> bool:
        return told is None or self._charger.clock.age(told) <= PRESENT

    def _before(self, sample: Sample, transaction: Transaction) -> bool:
        return clock.monotonic() - self._age(sample) < transaction.started_at - 1.0

    @staticmethod
    def _book_energy(transaction: Transaction, energy: float | None) -> None:
        if energy is None:
            return
        if transaction.meter_start is None:
            transaction.meter_start = energy
        # Replayed values come in any order; a register only goes up.
        transaction.energy = max(transaction.energy or 0.0, energy)
