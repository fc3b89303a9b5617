"""How often a connector's limit was written into its charger, which may wear flash."""

from dataclasses import dataclass
from datetime import date

from ... import clock

MOST_CHANGES = 200
"""Other limits a day that a charger should have to store at most."""
MOST_RENEWALS = 600
"""Renewed limits a day: one in 150 s, and some for lost links."""


@dataclass(slots=True)
class WriteCount:
    """How often a connector's limit was written into its charger."""

    changes: int = 0
    renewals: int = 0
    """The same limit again: before it ends, after a reconnect, at the start of a session."""
    day: date | None = None
    changes_on_day: int = 0
    renewals_on_day: int = 0

    def count(self, *, renewal: bool) -> None:
        """One more."""
        self._turn_page()
        self.renewals += renewal
        self.renewals_on_day += renewal
        self.changes += not renewal
        self.changes_on_day += not renewal

    @property
    def changes_today(self) -> int:
        """Changes since midnight (UTC)."""
        self._turn_page()
        return self.changes_on_day

    @property
    def renewals_today(self) -> int:
        """Renewals since midnight (UTC)."""
        self._turn_page()
        return self.renewals_on_day

    def _turn_page(self) -> None:
        today = clock.now().date()
        if today != self.day:
            self.day, self.changes_on_day, self.renewals_on_day = today, 0, 0
