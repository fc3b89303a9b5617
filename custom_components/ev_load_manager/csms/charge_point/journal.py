"""What a charger tells of its sessions, for whoever writes it down.

Registers are as they were told: what became of them is for who reckons with them.
"""

from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple, Protocol

from .connector import Transaction, Values


class Signed(NamedTuple):
    """A signed meter value, exactly as it came."""

    value: str
    context: str
    described: str
    """What else was told of it: measurand, unit, location, phase; JSON."""


class Seen(NamedTuple):
    """One MeterValue."""

    at: datetime
    """On our clock, UTC."""
    values: Values
    signed: tuple[Signed, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class LooseEnd:
    """The end of a session that nobody knows here."""

    transaction_id: str | None
    at: datetime
    """On our clock, UTC."""
    timestamp: str
    register: float | None
    reason: str
    id_tag: str


class Journal(Protocol):
    """Who writes down what is told; nothing here waits for it."""

    def session(self, transaction: Transaction, seen: tuple[Seen, ...] = ()) -> None:
        """Something was told of a session: its start, values (of its register or any), or its end."""

    def outside(self, connector: int, seen: tuple[Seen, ...]) -> None:
        """Values were told that are of no session."""

    def loose_end(self, end: LooseEnd) -> None:
        """A session ended that was never heard of."""


class NoJournal:
    """Nobody writes it down."""

    def session(self, transaction: Transaction, seen: tuple[Seen, ...] = ()) -> None:
        """Leave it."""

    def outside(self, connector: int, seen: tuple[Seen, ...]) -> None:
        """Leave it."""

    def loose_end(self, end: LooseEnd) -> None:
        """Leave it."""
