"""Outlets that are kept for somebody (OCPP 1.6, 5.13 and 5.2).

Few chargers tell when a reservation is over; that follows from 5.13.
"""

from collections.abc import Iterable
from itertools import count
from typing import Any, Final

from ... import clock
from ...data_files.stored import Stored, plain
from ...data_files.values import whole
from ..dialect import Reservation

_ID: Final = whole(-(2**31), 2**31 - 1)
"""Who reserves by hand may choose any that OCPP has (1.6, 7: integers have 32 bits)."""


class Reservations:
    """What is reserved at one charger."""

    def __init__(self) -> None:
        self._kept: dict[int, Reservation] = {}

    @property
    def present(self) -> tuple[Reservation, ...]:
        """Those that hold now."""
        now = clock.now()
        return tuple(kept for kept in self._kept.values() if kept.until > now)

    def of(self, connector: int) -> Reservation | None:
        """Who an outlet is kept for at present; 0: any outlet."""
        return next((kept for kept in self.present if kept.connector == connector), None)

    def next_id(self) -> int:
        """An id that none of them has: one that is used again replaces a reservation."""
        # The highest may have been given by hand, and be all that OCPP's integers can hold.
        return next(free for free in count(1) if free not in self._kept)

    def add(self, reservation: Reservation) -> None:
        """The charger took it; it replaces one of the same id, and one of the same outlet."""
        self._kept = {
            kept.id: kept for kept in self.present if kept.connector != reservation.connector
        }
        self._kept[reservation.id] = reservation

    def remove(self, reservation_id: int | None) -> bool:
        """One was cancelled, or its session began; whether it was known."""
        return reservation_id is not None and self._kept.pop(reservation_id, None) is not None

    def session_began(
        self, connector: int, id_tag: str, group: str, reservation_id: int | None
    ) -> None:
        """A session began, with a card of that group (empty: of none).

        Firmware may forget to name the reservation that it used up.
        """
        self.remove(reservation_id)
        card, others = id_tag.casefold(), group.casefold()
        for kept in self.present:
            is_theirs = kept.id_tag.casefold() == card or (
                kept.group != "" and kept.group.casefold() == others
            )
            if is_theirs and kept.connector in (0, connector):
                self.remove(kept.id)

    def out_of_service(self, connector: int) -> bool:
        """An outlet can't be used (0: the whole charger); whether it was kept for somebody."""
        over = [kept.id for kept in self.present if connector in (0, kept.connector)]
        for reservation_id in over:
            self.remove(reservation_id)
        return bool(over)

    def free_again(self, connector: int) -> bool:
        """An outlet that was reserved is available (4.9); whether it was kept for somebody."""
        kept = self.of(connector)
        return kept is not None and self.remove(kept.id)

    def state(self) -> list[dict[str, Any]]:
        """What must survive: plain JSON data."""
        told: list[dict[str, Any]] = plain(self.present)
        return told

    def restore(self, rows: Iterable[Stored]) -> None:
        """Go on where `state` was written."""
        found = (row.into(Reservation, readers={"id": _ID}) for row in rows)
        self._kept = {kept.id: kept for kept in found if kept is not None}
