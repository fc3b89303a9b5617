"""Looks through the books of all chargers again and again, before they forget old sessions."""

from collections import defaultdict
from collections.abc import Mapping
from typing import Any

from ..charger.machine import Machine
from ..faults.books import losses
from ..session_book import Counted, counted


class Ledger:
    """What was charged by the chargers' own meters, and what was booked of it."""

    def __init__(self) -> None:
        """Nothing was charged yet."""
        self.sessions = 0
        """Sessions that ended and are in the books as they must be."""
        self.charged = 0.0
        """What the chargers' meters counted in them, Wh."""
        self.booked = 0.0
        """What the books say of them, Wh."""
        self.lost: list[str] = []
        """What is missing in the books, or too much."""
        self.told: defaultdict[str, list[Counted]] = defaultdict(list)
        """Every session that ended, by charger, as its own register counted it."""
        self._compared: defaultdict[str, set[str]] = defaultdict(set)

    def close(
        self, chargers: Mapping[str, Machine], books: Mapping[str, Mapping[str, Any]]
    ) -> None:
        """Compare what has ended at chargers that have told all they had, and forget it there."""
        told = {
            name: charger
            for name, charger in chargers.items()
            if charger.accepted and not charger.outbox.kept
        }
        self.lost += losses(told, books, self._compared)
        for name, charger in told.items():
            booked = {entry["id"]: entry for entry in books[name]["sessions"]["ended"]}
            for session in charger.sessions:
                if session.meter_stop is None:
                    continue
                self.sessions += 1
                self._compared[name].add(str(session.id))
                self.charged += session.meter_stop - session.meter_start
                if entry := booked.get(str(session.id)):
                    self.booked += (entry["energy"] or 0.0) - (entry["meter_start"] or 0.0)
            self.told[name] += counted(charger.sessions)
            charger.outbox.lost.clear()
            charger.sessions = [one for one in charger.sessions if one.meter_stop is None]
