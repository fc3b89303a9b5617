"""Every limit of a connector that may be in force in its charger.

A charger that did not answer may have taken a limit all the same, and a car
needs some seconds to leave a limit that was replaced. So a limit is forgotten
only when it is sure that it can't act any more.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any, NamedTuple

from .. import clock
from ..balancing.readings import Offer, Superseded
from .connector import monotonic_of, wall_of

SUPERSEDED_KEPT = 60.0
"""Replaced limits are forgotten after this, s (they count for 12 s)."""


CLOCK_FAST = 5.0
"""A charger's clock may be ahead of what is known of it by so much, s."""
CLOCK_SLOW = 60.0
"""And behind; further behind, a limit that began 60 s ago has not begun yet."""


class End(NamedTuple):
    """When a limit ends by itself in its charger (monotonic)."""

    earliest: float
    latest: float

    @classmethod
    def after(cls, life: float) -> End:
        """The end of a limit that is written now, to live `life` seconds."""
        now = clock.monotonic()
        return cls(now + life - CLOCK_FAST, now + life + CLOCK_SLOW)


class OfferBook:
    """Keeps a connector's `offer` true while limits come and go."""

    def __init__(self) -> None:
        """Nothing was ever sent."""
        self._offer = Offer()
        self._end: End | None = None
        self._ends_in_flight: dict[float, tuple[End | None, ...]] = {}

    @property
    def offer(self) -> Offer:
        """The limits that may be in force, without what is long over."""
        forget = clock.monotonic() - SUPERSEDED_KEPT
        if any(old.at < forget for old in self._offer.superseded):
            kept = tuple(old for old in self._offer.superseded if old.at >= forget)
            self._offer = replace(self._offer, superseded=kept)
        return self._offer

    def sent(self, limit: float, end: End | None = None) -> None:
        """A limit leaves for the charger; `end`: when it ends by itself."""
        offer = self._offer
        if limit not in offer.in_flight:
            self._offer = replace(offer, in_flight=(*offer.in_flight, limit))
        self._ends_in_flight[limit] = (*self._ends_in_flight.get(limit, ()), end)
        self._date()

    def taken(self, limit: float, end: End | None = None) -> None:
        """The charger accepted a limit: whatever it had before is replaced."""
        offer, now = self.offer, clock.monotonic()
        replaced = tuple(Superseded(limit=old, at=now) for old in offer.possible if old != limit)
        at = offer.accepted_at if offer.accepted == limit and not offer.refused else now
        self._offer = Offer(
            accepted=limit,
            accepted_at=now if at is None else at,
            superseded=(*offer.superseded, *replaced),
            forgets=offer.forgets,
        )
        self._end = end
        self._ends_in_flight.clear()
        self._date()

    def not_taken(self, limit: float) -> None:
        """The charger refused the limit that left last: what it had before is in force."""
        offer = self._offer
        earlier = self._ends_in_flight.pop(limit, ())[:-1]
        if earlier:
            self._ends_in_flight[limit] = earlier
        else:
            self._offer = replace(
                offer, in_flight=tuple(other for other in offer.in_flight if other != limit)
            )
        self._date()

    def refuse(self) -> None:
        """No way of setting a limit works."""
        self._offer = replace(self._offer, refused=True)

    def forget(self) -> None:
        """The charger has dropped the limit by itself (a session's own, at its end)."""
        offer = self.offer
        self._offer = Offer(superseded=offer.superseded, refused=True, forgets=offer.forgets)
        self._end = None
        self._ends_in_flight.clear()

    def forgets(self, seen: bool) -> None:
        """Whether the charger was seen to forget its limits with its link."""
        if seen is not self._offer.forgets:
            self._offer = replace(self._offer, forgets=seen)

    def scale(self, factor: float) -> None:
        """The same watts are `factor` times the amperes on each phase now in use."""
        offer = self.offer
        self._offer = replace(
            offer,
            accepted=None if offer.accepted is None else offer.accepted * factor,
            in_flight=tuple(limit * factor for limit in offer.in_flight),
            superseded=tuple(
                Superseded(limit=old.limit * factor, at=old.at) for old in offer.superseded
            ),
        )
        self._ends_in_flight = {
            limit * factor: ends for limit, ends in self._ends_in_flight.items()
        }

    def _date(self) -> None:
        """Say when what is possible ends."""
        ends = [end for flying in self._ends_in_flight.values() for end in flying]
        if self._offer.accepted is not None:
            ends.append(self._end)
        known = [end for end in ends if end is not None]
        self._offer = replace(
            self._offer,
            expires_at=min((end.earliest for end in known), default=None),
            gone_at=max(end.latest for end in known) if known and len(known) == len(ends) else None,
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
            "gone_in": None if offer.gone_at is None else offer.gone_at - clock.monotonic(),
            "forgets": offer.forgets,
        }

    def restore(self, state: Mapping[str, Any]) -> None:
        """Go on where `state` was written; raises TypeError or ValueError.

        Nobody knows for sure how long it was away, because wall clocks are set:
        so a limit may have ended at once, and is gone only after all the life
        that it had left then.
        """
        accepted, at, gone_in = (state.get(key) for key in ("accepted", "accepted_at", "gone_in"))
        now = clock.monotonic()
        self._end = None if gone_in is None else End(now, now + max(0.0, float(gone_in)))
        in_flight = tuple(float(limit) for limit in state.get("in_flight", ()))
        self._ends_in_flight = dict.fromkeys(in_flight, (self._end,))
        self._offer = Offer(
            accepted=None if accepted is None else float(accepted),
            accepted_at=None if at is None else monotonic_of(datetime.fromisoformat(at)),
            in_flight=in_flight,
            superseded=tuple(
                Superseded(limit=float(limit), at=monotonic_of(datetime.fromisoformat(when)))
                for limit, when in state.get("superseded", ())
            ),
            refused=bool(state.get("refused", False)),
            forgets=bool(state.get("forgets", False)),
        )
        self._date()
