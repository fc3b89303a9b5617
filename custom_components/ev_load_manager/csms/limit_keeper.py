"""The limit of one connector: what is wanted, and what may be in force.

`want` only takes note; `charger_limits` sends it when its time has come.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
import logging
import math
from typing import Any

from .. import clock
from .offer import Offer, OfferBook, Superseded

__all__ = ["LimitKeeper", "Offer", "Superseded", "WriteCount"]

_LOGGER = logging.getLogger(__name__)

_TIMEOUT_BACK_OFF = (5.0, 10.0, 20.0, 40.0, 60.0)
"""Seconds until a charger that did not answer is asked again."""
_REFUSAL_BACK_OFF = (60.0, 120.0, 300.0, 900.0)
"""Seconds until one that takes no limit is tried again."""
_CUT_BACK_OFF = 5.0
"""A cut that came up since waits no longer than this."""


@dataclass(slots=True)
class WriteCount:
    """How often a connector's limit was written into its charger."""

    changes: int = 0
    renewals: int = 0
    """The same limit again: after a reconnect, at the start of a session."""
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

    def state(self) -> dict[str, Any]:
        """Plain JSON data."""
        return {
            "changes": self.changes,
            "renewals": self.renewals,
            "day": self.day.isoformat() if self.day else None,
            "changes_on_day": self.changes_on_day,
            "renewals_on_day": self.renewals_on_day,
        }

    def restore(self, state: Mapping[str, Any]) -> None:
        """Go on where `state` was written; raises KeyError, TypeError or ValueError."""
        day = state["day"]
        self.day = date.fromisoformat(day) if day else None
        self.changes = int(state["changes"])
        self.renewals = int(state["renewals"])
        self.changes_on_day = int(state["changes_on_day"])
        self.renewals_on_day = int(state["renewals_on_day"])


class LimitKeeper:
    """Keeps the limit of one connector."""

    def __init__(self, number: int, *, wake: Callable[[], None]) -> None:
        """`number` is the connector's, from 1; `wake` is called when there is work."""
        self.number = number
        self.writes = WriteCount()
        self.last_error: str | None = None
        """Why the last limit was not taken, in the charger's words."""
        self.book = OfferBook()
        self.transaction_id: int | None = None
        self.id_tag: str = ""
        self.phases: frozenset[int] | None = None
        """Grid phases (0 to 2) that the car uses; None: not known."""
        self.resend = True
        """The charger may have lost its limit: it is sent although it is the same."""
        self.sent_at: float | None = None
        """When a limit was last sent (monotonic)."""
        self.retry_at = 0.0
        """Not before this, after a failure (monotonic)."""
        self._wake = wake
        self._wanted: float | None = None
        self._failed_at: float | None = None
        self._timeouts = 0
        self._refusals = 0
        self._computed_for = 1

    # What the load manager says and looks at

    @property
    def wanted(self) -> float | None:
        """The limit that is to be, A per phase; None: nobody has said yet."""
        return self._wanted

    @property
    def offer(self) -> Offer:
        """Every limit that may be in force."""
        return self.book.offer

    def want(self, amperes: float) -> None:
        """Say what the limit is to be, A per phase; sent as soon as it may be.

        Cheap, also when said on every decision. A number that is none is 0 A.
        """
        amperes = amperes if math.isfinite(amperes) and amperes > 0 else 0.0
        if amperes == self._wanted:
            return
        lower = self._wanted is None or amperes < self._wanted
        if lower and self._failed_at is not None and not self.offer.refused:
            self.retry_at = min(self.retry_at, self._failed_at + _CUT_BACK_OFF)
        self._wanted = amperes
        self._wake()

    def loads(self, phases: frozenset[int] | None) -> None:
        """Say which grid phases (0 to 2) the car uses; None: not known (any more)."""
        if phases != self.phases:
            self.phases = phases
            self._wake()

    def session_started(self, transaction_id: int, id_tag: str) -> None:
        """A session began: some chargers look at a limit only now."""
        self.transaction_id = transaction_id
        self.id_tag = id_tag
        self.send_again()

    def session_ended(self) -> None:
        """The session is over."""
        self.transaction_id = None
        self.phases = None
        self._wake()

    def send_again(self) -> None:
        """The charger may have lost its limit: send it whatever was accepted before."""
        self.resend = True
        self.retry_at = 0.0
        self._wake()

    # What sending tells

    def watts_for(self, phases: int) -> None:
        """The limits were computed for another number of phases than is in use now.

        The same watts on fewer phases are more amperes on each.
        """
        if phases != self._computed_for:
            self.book.scale(self._computed_for / phases)
            self._computed_for = phases

    def answered(self) -> None:
        """The charger took a limit."""
        self.resend = False
        self.last_error = None
        self.retry_at = 0.0
        self._failed_at = None
        self._timeouts = self._refusals = 0

    def not_answered(self, why: str) -> None:
        """The charger said nothing: try again later, at longer and longer intervals."""
        self._failed(why, _TIMEOUT_BACK_OFF, self._timeouts)
        self._timeouts += 1

    def refused(self, why: str) -> None:
        """No way works: try again after a long while."""
        self.book.refuse()
        self.resend = False
        self._failed(why, _REFUSAL_BACK_OFF, self._refusals)
        self._refusals += 1

    def _failed(self, why: str, back_off: tuple[float, ...], times: int) -> None:
        self.last_error = why
        self._failed_at = clock.monotonic()
        self.retry_at = self._failed_at + back_off[min(times, len(back_off) - 1)]

    # What must survive a restart

    def state(self) -> dict[str, Any]:
        """Plain JSON data."""
        return {
            "offer": self.book.state(),
            "writes": self.writes.state(),
            "computed_for": self._computed_for,
        }

    def restore(self, state: Mapping[str, Any]) -> None:
        """Go on where `state` was written; what can't be read is left out."""
        for part, read in (
            ("offer", self.book.restore),
            ("writes", self.writes.restore),
            ("computed_for", self._restore_computed_for),
        ):
            try:
                if part in state:
                    read(state[part])
            except (AttributeError, KeyError, TypeError, ValueError) as error:
                _LOGGER.warning(
                    "Stored %s of connector %s is unusable: %r", part, self.number, error
                )

    def _restore_computed_for(self, phases: int) -> None:
        self._computed_for = min(3, max(1, int(phases)))
