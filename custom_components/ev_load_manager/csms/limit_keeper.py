"""The limit of one connector: what is wanted, and what may be in force.

`want` only takes note; `charger_limits` sends it when its time has come.
"""

from collections.abc import Callable, Mapping
import logging
import math
from typing import Any, NamedTuple

from .. import clock
from ..balancing.compliance import Compliance, bound_at, exceeds
from ..balancing.readings import Offer
from ..balancing.reserve import FOLLOWING_TIME
from .approaches import Approach, Form
from .offer import End, OfferBook
from .writes import WriteCount

__all__ = ["LimitKeeper", "WriteCount"]

_LOGGER = logging.getLogger(__name__)

_TIMEOUT_BACK_OFF = (5.0, 10.0, 20.0, 40.0, 60.0)
"""Seconds until a charger that did not answer is asked again."""
_REFUSAL_BACK_OFF = (60.0, 120.0, 300.0, 900.0)
"""Seconds until one that takes no limit is tried again."""
MOST_UNANSWERED = 5
"""So many limits in a row without an answer, in some minutes, are no hiccup."""
_CUT_BACK_OFF = 5.0
"""A cut that came up since waits no longer than this."""


class Terms(NamedTuple):
    """What is to hold when nobody renews a limit any more."""

    fallback: float
    """What the charger is to do alone, A per phase."""
    lifetime: float
    """Seconds after which a limit ends by itself."""


class Standing(NamedTuple):
    """The fallback that the charger holds."""

    place: str
    """Where it is (`Approach.place`)."""
    amperes: float


class Running(NamedTuple):
    """How the limit in force came about."""

    approach: Approach
    at: float
    """When it was sent (monotonic)."""
    life: float | None
    """Seconds from then until it ends by itself."""
    clock_offset: float
    """What was known then of the charger's clock, s ahead of the monotonic one."""


class Stopped(NamedTuple):
    """A session that was stopped because its limit can't be 0 A; its car is still there."""

    transaction_id: int
    id_tag: str
    at: float
    """When the charger agreed to stop it (monotonic)."""


class LimitKeeper:
    """Keeps the limit of one connector."""

    def __init__(self, number: int, *, wake: Callable[[], None]) -> None:
        """`number` is the connector's, from 1; `wake` is called when there is work."""
        self.number = number
        self.writes = WriteCount()
        self.last_error: str | None = None
        """Why the last limit was not taken, in the charger's words."""
        self.book = OfferBook()
        self.compliance = Compliance()
        self.terms: Terms | None = None
        """None: nobody has said; then limits stay."""
        self.standing: Standing | None = None
        """What the charger took to hold when a limit ends; None: nothing that is known."""
        self.doubted = False
        """The charger was away: it may have forgotten its fallback."""
        self.verified = False
        """Its schedule showed the limit, and the fallback after it."""
        self.looked = False
        """Its schedule was asked for on this connection."""
        self.running: Running | None = None
        """None: no limit was taken on this run of Home Assistant."""
        self.passed_over: frozenset[str] = frozenset()
        """Approaches that were refused when the running limit was taken in another."""
        self.transaction_id: int | None = None
        self.id_tag: str = ""
        self.stopped: Stopped | None = None
        """The session that is to go on once there is current again."""
        self.phases: frozenset[int] | None = None
        """Grid phases (0 to 2) that the car uses; None: not known."""
        self.resend = True
        """The charger may have lost its limit: it is sent although it is the same."""
        self.sent_at: float | None = None
        """When a limit was last sent (monotonic)."""
        self.retry_at = 0.0
        """Not before this, after a failure (monotonic)."""
        self._wake = wake
        self._connected_at: float | None = None
        self._lifetime = math.inf
        self._longest_life = math.inf
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

    @property
    def connected_since(self) -> float | None:
        """Since when its charger can be told limits (again; monotonic); None: never yet."""
        return self._connected_at

    @property
    def disobeys(self) -> bool:
        """Whether its car goes on to draw more than it was offered."""
        return self.compliance.disobeys

    @property
    def is_left_unanswered(self) -> bool:
        """Whether the charger goes on to answer nothing when it is sent a limit."""
        return self._timeouts >= MOST_UNANSWERED

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

    def set_terms(self, fallback: float, lifetime: float) -> None:
        """Say what the charger is to do alone (A per phase), and after how many seconds.

        Cheap, also when said on every decision.
        """
        self._lifetime = lifetime
        terms = Terms(
            fallback if math.isfinite(fallback) and fallback > 0 else 0.0,
            min(lifetime, self._longest_life),
        )
        if terms != self.terms:
            self.terms = terms
            self._wake()

    def live_no_longer(self, seconds: float) -> None:
        """Have limits end after `seconds` at the latest, from now on (inf: as they are told)."""
        self._longest_life = seconds
        if self.terms is not None:
            self.set_terms(self.terms.fallback, self._lifetime)
            self.send_again()

    def loads(self, phases: frozenset[int] | None) -> None:
        """Say which grid phases (0 to 2) the car uses; None: not known (any more)."""
        if phases != self.phases:
            self.phases = phases
            self._wake()

    def session_started(self, transaction_id: int, id_tag: str) -> None:
        """A session began: some chargers look at a limit only now."""
        self.stopped = None
        self.transaction_id = transaction_id
        self.id_tag = id_tag
        self.send_again()

    def session_ended(self, approach: Approach | None) -> None:
        """The session is over, and with it a limit that was its own.

        `approach` is how its limit was set, as far as that is known.
        """
        self.transaction_id = None
        self.phases = None
        self.compliance.forget()
        if approach is not None and approach.needs_transaction:
            if approach.form is Form.TRANSACTION and self.standing is not None:
                self.book.taken(self.standing.amperes)
            else:
                self.book.forget()
            self.running = None
        self._wake()

    def send_again(self) -> None:
        """The charger may have lost its limit: send it whatever was accepted before."""
        self.resend = True
        self.retry_at = 0.0
        self._wake()

    def connected(self) -> None:
        """The charger is back: it may have lost everything."""
        self._connected_at = clock.monotonic()
        self.doubted = self.standing is not None
        self.looked = False
        self.send_again()

    def saw(self, amperes: float, at: float) -> bool:
        """Its car drew so much per phase at `at` (monotonic).

        Returns whether that shows a charger that forgot its limits while it was away.
        """
        offer, now = self.offer, clock.monotonic()
        bound = bound_at(offer, at)
        if bound is None:
            return False
        connected_at = self._connected_at or 0.0
        if self.standing is not None and (
            at < connected_at + FOLLOWING_TIME
            or (offer.expires_at is not None and at >= offer.expires_at)
        ):
            bound = max(bound, self.standing.amperes)
        if connected_at <= at < connected_at + FOLLOWING_TIME:
            return self.doubted and exceeds(amperes, bound)
        if self.compliance.saw(amperes, at, bound, now):
            self.last_error = f"draws {amperes:.1f} A of {bound:.1f} A" if self.disobeys else None
        if self.compliance.act_at is not None:
            self._wake()
        return False

    # What sending tells

    def watts_for(self, phases: int) -> None:
        """The limits were computed for another number of phases than is in use now.

        The same watts on fewer phases are more amperes on each.
        """
        if phases != self._computed_for:
            self.book.scale(self._computed_for / phases)
            self._computed_for = phases

    def taken(self, amperes: float, running: Running, end: End | None) -> None:
        """The charger took a limit."""
        self.book.taken(amperes, end)
        self.running = running
        self._answered()

    def held(self, standing: Standing) -> None:
        """The charger took what is to hold when its limit ends."""
        if standing != self.standing:
            self.verified = self.looked = False
        self.standing = standing

    def _answered(self) -> None:
        self.resend = False
        if not self.disobeys:
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
        self._timeouts = 0

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
            "standing": None if self.standing is None else list(self.standing),
            "verified": self.verified,
        }

    def restore(self, state: Mapping[str, Any]) -> None:
        """Go on where `state` was written; what can't be read is left out."""
        for part, read in (
            ("offer", self.book.restore),
            ("writes", self.writes.restore),
            ("computed_for", self._restore_computed_for),
            ("standing", self._restore_standing),
            ("verified", self._restore_verified),
        ):
            try:
                if part in state:
                    read(state[part])
            except (AttributeError, KeyError, TypeError, ValueError) as error:
                _LOGGER.warning(
                    "Stored %s of connector %s is unusable: %r", part, self.number, error
                )

    def _restore_standing(self, standing: tuple[str, float] | None) -> None:
        self.standing = None
        if standing is not None:
            place, amperes = standing
            self.standing = Standing(str(place), float(amperes))

    def _restore_verified(self, verified: object) -> None:
        self.verified = verified is True

    def _restore_computed_for(self, phases: int) -> None:
        self._computed_for = min(3, max(1, int(phases)))
