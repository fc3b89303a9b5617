"""Every limit of a connector that may be in force in its charger.

A charger that did not answer may have taken a limit all the same, and a car
needs some seconds to leave a limit that was replaced. So a limit is forgotten
only when it is sure that it can't act any more.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, NamedTuple

from .. import clock
from .connector import monotonic_of, wall_of

SUPERSEDED_KEPT = 60.0
"""Replaced limits are forgotten after this, s (they count for 12 s)."""


class Superseded(NamedTuple):
    """A limit that was replaced."""

    limit: float
    """A per phase."""
    at: float
    """When the one that replaced it was accepted (monotonic)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """Limits of one connector that may be in force, A per phase."""

    accepted: float | None = None
    """Last limit that was sent and accepted; None: it was never limited."""
    accepted_at: float | None = None
    """When that was (monotonic)."""
    in_flight: tuple[float, ...] = ()
    """Sent, and not known to be refused: one that timed out may have been taken."""
    superseded: tuple[Superseded, ...] = ()
    refused: bool = False
    """The charger takes no limits at all."""

    @property
    def possible(self) -> tuple[float, ...]:
        """What may be in force now, apart from replaced limits that cars still leave."""
        return self.in_flight if self.accepted is None else (self.accepted, *self.in_flight)


class OfferBook:
    """Keeps a connector's `offer` true while limits come and go."""

    def __init__(self) -> None:
        """Nothing was ever sent."""
        self._offer = Offer()

    @property
    def offer(self) -> Offer:
        """The limits that may be in force, without what is long over."""
        forget = clock.monotonic() - SUPERSEDED_KEPT
        if any(old.at < forget for old in self._offer.superseded):
            kept = tuple(old for old in self._offer.superseded if old.at >= forget)
            self._offer = replace(self._offer, superseded=kept)
        return self._offer

    def sent(self, limit: float) -> None:
        """A limit leaves for the charger."""
        offer = self._offer
        if limit not in offer.in_flight:
            self._offer = replace(offer, in_flight=(*offer.in_flight, limit))

    def taken(self, limit: float) -> None:
        """The charger accepted a limit: whatever it had before is replaced."""
        offer, now = self.offer, clock.monotonic()
        replaced = tuple(Superseded(old, now) for old in offer.possible if old != limit)
        at = offer.accepted_at if offer.accepted == limit and not offer.refused else now
        self._offer = Offer(
            accepted=limit,
            accepted_at=now if at is None else at,
            superseded=(*offer.superseded, *replaced),
        )

    def not_taken(self, limit: float) -> None:
        """The charger refused a limit: what it had before is still in force."""
        offer = self._offer
        self._offer = replace(
            offer, in_flight=tuple(other for other in offer.in_flight if other != limit)
        )

    def refuse(self) -> None:
        """No way of setting a limit works."""
        self._offer = replace(self._offer, refused=True)

    def forget(self) -> None:
        """The charger has dropped the limit by itself (a session's own, at its end)."""
        self._offer = Offer(superseded=self.offer.superseded, refused=True)

    def scale(self, factor: float) -> None:
        """The same watts are `factor` times the amperes on each phase now in use."""
        offer = self.offer
        self._offer = Offer(
            accepted=None if offer.accepted is None else offer.accepted * factor,
            accepted_at=offer.accepted_at,
            in_flight=tuple(limit * factor for limit in offer.in_flight),
            superseded=tuple(Superseded(old.limit * factor, old.at) for old in offer.superseded),
            refused=offer.refused,
        )

    def state(self) -> dict[str, Any]:
        """Plain JSON data."""
        offer = self.offer
        at = offer.accepted_at
        return {
            "accepted": offer.accepted,
            "accepted_at": None if at is None else wall_of(at).isoformat(),
            "in_flight": list(offer.in_flight),
            "superseded": [[old.limit, wall_of(old.at).isoformat()] for old in offer.superseded],
            "refused": offer.refused,
        }

    def restore(self, state: Mapping[str, Any]) -> None:
        """Go on where `state` was written; raises TypeError or ValueError."""
        accepted, at = state.get("accepted"), state.get("accepted_at")
        self._offer = Offer(
            accepted=None if accepted is None else float(accepted),
            accepted_at=None if at is None else monotonic_of(datetime.fromisoformat(at)),
            in_flight=tuple(float(limit) for limit in state.get("in_flight", ())),
            superseded=tuple(
                Superseded(float(limit), monotonic_of(datetime.fromisoformat(when)))
                for limit, when in state.get("superseded", ())
            ),
            refused=bool(state.get("refused", False)),
        )
