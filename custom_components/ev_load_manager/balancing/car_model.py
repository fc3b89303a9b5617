"""What a car is like: what makes it start, how far it stays below its limit, how it follows.

No car tells this, but each shows it in its session: a car that took nothing of
6 A and charges with 12 needs more than 6; one that stays 0.8 A below two quite
different limits stays so below every limit. What was learned is kept by the idTag
that the car charges with (`known_cars`), and beside it which phases it uses
(`car_phases`). Nothing here ever makes a car count with less than its limit.
"""

from dataclasses import dataclass, field, replace
from math import floor
from typing import Self

from ..data_files.stored import Stored, plain
from ..data_files.values import optional, within
from .deadlines import Deadlines
from .network import ROUNDING

MOST_TO_START = 16.0
"""A; what a car takes nothing of above this it does not want: no car needs more to start."""
STARTS_WITHIN = 60.0
"""Seconds after a raise in which a car starts because of it."""
STOPS_WITHIN = 45.0
"""Seconds after a cut in which a car stops because of it."""
SHARE_REACHED = 1.0
"""A below its share that a car on trial may have; what is missing comes with later steps."""
KEPT_FOR = 30.0
"""Seconds for which a car keeps the offer that it starts with: it stops for good if that
is taken away before it has followed."""
WAKES_AFTER = 3.0
"""Seconds that a car takes at least to start because of a raise."""
LONGEST_TRIAL = 300.0
"""Seconds after which a trial is over, however little it was offered."""
LARGEST_SHORTFALL = 1.5
"""A; a car that stays further below its limit wants no more."""
SAME_LIMIT = 1.0
"""A by which limits must differ for a shortfall to be the car's way of following."""
SAME_SHORTFALL = 0.3
"""A by which the shortfalls below two limits may differ; so little is one at any limit."""
NOTICEABLE_EXCESS = 0.2
"""A above its limit that meters may be wrong by."""
LARGE_CHANGE = 2.0
"""A that a limit must change by to show how long the car takes."""
MOVED = 0.7
"""The part of such a change after which the car has followed."""
SLOWEST = 30.0
"""Seconds after which a car that has not followed a raise does not want it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class CarModel:
    """What a car has shown so far; None: not known."""

    starts_at: float | None = None
    """The least that may make it start, A: just above the most that proved too little."""
    shortfall: float | None = None
    """How far below its limit it stays while it wants all it can get, A."""
    follows_within: float | None = None
    """Seconds from an accepted limit until a report shows that it follows."""

    def to_dict(self) -> dict[str, float]:
        """What is known, as plain JSON data."""
        return {name: value for name, value in plain(self).items() if value is not None}

    @classmethod
    def read(cls, stored: Stored) -> Self:
        """Read back what `to_dict` wrote; what makes no sense is not known."""
        highest = {
            "starts_at": MOST_TO_START + 1.0,
            "shortfall": LARGEST_SHORTFALL,
            "follows_within": SLOWEST,
        }
        return cls(
            **{
                name: stored.read(name, optional(within(0.0, most)), None, may_miss=True)
                for name, most in highest.items()
            }
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Draw:
    """What a report shows of a car beside its limit. Currents in A, times in s."""

    at: float
    """When it was taken."""
    limit: float
    """The limit that was accepted last."""
    limit_at: float
    """When it was accepted."""
    highest: float
    """The most that the most loaded phase may carry."""
    at_least: float
    """What it surely carries."""
    bound: float | None
    """The highest limit that the car may have followed then; None: nobody knows."""
    alone: bool = True
    """No other limit than `limit` was in force."""
    settled: bool
    """The car has had its time to follow it, too."""
    wants_more: bool = True
    """As far as is known it would draw more, if it might."""

    @property
    def measured(self) -> bool:
        """Whether the current is known, not only bounds of it."""
        return self.highest == self.at_least


@dataclass(slots=True)
class CarLearning:
    """How a car is got to know, report by report, in one session."""

    model: CarModel = field(default_factory=CarModel)
    drew_at_least: float | None = None
    """The lowest limit that it was seen to charge with, A."""
    charging_at: float | None = None
    """When its charger last said that it charges."""
    rests_at: float | None = None
    """The limit, A, that it takes nothing of; None while it charges or has not been asked."""
    trial_since: float | None = None
    """Since when it has been offered its share to see whether that makes it start."""
    share_since: float | None = None
    """Since when it has had all of this share."""
    tried: float | None = None
    """What it was offered in vain, A."""
    asked_since: float | None = None
    """Since when it has what it is asked with, as a full car."""
    asked_with: float | None = None
    """What it is asked with in a turn of its own, A; None while it is not."""
    asked_in_turn_at: float | None = None
    """When it was asked so last."""
    kept: tuple[float, float] | None = None
    """The limit, A, that it has just started with, and until when it keeps it."""
    stopped_by_cut: bool = False
    """It charged until it was cut: what it takes nothing of is too little for it."""
    needed_before: float | None = None
    """What it was taken to need to start before that, A."""
    excess: float = 0.0
    """What it draws above its limit, A."""
    excess_at: float = 0.0
    """The limit, A, that it drew so much above."""
    excess_grows: bool = False
    """It is a part of its limit, as far as anybody knows: more above a higher one."""
    gap: tuple[float, float] | None = None
    """The limit, A, below which it stayed last, and how far, A."""
    change: tuple[float, float, float] | None = None
    """A large change of its limit that it has to follow: when, from and to what, A."""
    unmoved: float = 0.0
    """Seconds after such a change in which it was seen not to have followed yet."""
    limit: float | None = None
    """The limit at the last report, A."""

    def begin_rest(self) -> None:
        """It has just stopped taking current."""
        self.rests_at = self.tried = self.trial_since = self.share_since = self.kept = None
        self.stopped_by_cut = False

    def rests(self, limit: float, limit_at: float, drew_at: float | None) -> None:
        """The car takes nothing of `limit`, accepted at `limit_at`; it drew last at `drew_at`."""
        if self.rests_at is not None:
            self._rests_again(limit)
            return
        self.rests_at = limit
        if (
            self.drew_at_least is not None
            and limit < self.drew_at_least
            and drew_at is not None
            and drew_at >= limit_at - STOPS_WITHIN
        ):
            # It charged with every limit above this one, and stopped when it was cut to it.
            self.stopped_by_cut = True
            self.needed_before = self.model.starts_at
            self._needs_more_than(limit, at_most=self.drew_at_least)

    def _rests_again(self, limit: float) -> None:
        """It was offered more after it stopped, and takes nothing of that, either."""
        if not self.stopped_by_cut or self.rests_at is None or limit <= self.rests_at:
            return
        self.rests_at = limit
        self.trial_since = self.share_since = None
        if self.drew_at_least is not None and limit < self.drew_at_least:
            self._needs_more_than(limit, at_most=self.drew_at_least)
        else:
            # It was not the cut: it takes nothing of what it has charged with.
            self.stopped_by_cut = False
            self.model = replace(self.model, starts_at=self.needed_before)

    @property
    def may_need_more(self) -> bool:
        """Whether it takes nothing of a limit below all that it was seen to charge with."""
        return (
            self.rests_at is not None
            and self.tried is None
            and (self.drew_at_least is None or self.rests_at < self.drew_at_least)
        )

    @property
    def needs(self) -> float | None:
        """The least that is worth offering it, A; None: nothing says that it needs any.

        Halfway between the most that proved too little and the least that it was seen to
        charge with: each try that fails costs a stop.
        """
        needed, enough = self.model.starts_at, self.drew_at_least
        if needed is None or enough is None or enough <= needed:
            return needed
        return max(needed, floor((needed + enough) / 2.0 + ROUNDING))

    def offer_share(self, limit: float, target: float, deadlines: Deadlines) -> None:
        """Go on with seeing whether its share, A, makes it start; it has `limit` of it."""
        if self.trial_since is None:
            self.trial_since = deadlines.now
        untold = self.stopped_by_cut and self.rests_at is not None and limit > self.rests_at
        if limit < target - SHARE_REACHED or untold:
            self.share_since = None
        elif self.share_since is None:
            self.share_since = deadlines.now
        if (
            self.share_since is not None and deadlines.passed(self.share_since + STARTS_WITHIN)
        ) or deadlines.passed(self.trial_since + LONGEST_TRIAL):
            self.rests_at = self.tried = limit
            self.trial_since = self.share_since = None

    def takes_nothing_of(self, limit: float) -> None:
        """It had `limit`, A, for long enough, and took nothing of it."""
        self.tried = max(limit, self.tried or 0.0)
        self.rests_at = max(limit, self.rests_at or 0.0)

    def starts(self, limit: float, limit_at: float, at: float) -> None:
        """It is seen charging at `at`, with a limit that was accepted at `limit_at`."""
        rested_at, kept = self.rests_at, self.kept
        self.begin_rest()
        self.kept = kept
        if (
            rested_at is not None
            and rested_at < MOST_TO_START
            and limit > rested_at
            and (self.drew_at_least is None or rested_at < self.drew_at_least)
            and at <= limit_at + STARTS_WITHIN
        ):
            self._needs_more_than(rested_at, at_most=limit)
            if at >= limit_at + WAKES_AFTER:
                self.charges_with(limit)
            self.kept = (limit, at + KEPT_FOR)

    def charges_with(self, limit: float) -> None:
        """It has had its time to follow `limit`, and charges."""
        if self.drew_at_least is None or limit < self.drew_at_least:
            self.drew_at_least = limit

    def draws(self, draw: Draw) -> None:
        """A report shows the car charging."""
        self.starts(draw.limit, draw.limit_at, draw.at)
        if draw.settled:
            self.charges_with(draw.limit)
            starts_at = self.model.starts_at
            if starts_at is not None and draw.limit < starts_at:
                self.model = replace(self.model, starts_at=draw.limit)
            if draw.measured and draw.wants_more:
                self._learn_shortfall(draw)
        if draw.measured:
            self._learn_delay(draw)
        self.limit = draw.limit

    def compare(self, draw: Draw, *, tolerated: float) -> None:
        """See what flows above every limit that the car may have followed.

        What is at most `tolerated` (A) is taken for a part of the limit, which grows
        with it; more is a charger that does something else.
        """
        if draw.bound is None:
            return
        excess = draw.at_least - draw.bound
        if excess < self.excess + NOTICEABLE_EXCESS and not (draw.alone and draw.settled):
            # It may still follow another limit, a higher or a lower one: that it draws less
            # above this one shows later.
            return
        if excess <= NOTICEABLE_EXCESS:
            self.excess = 0.0
        elif not self.excess - NOTICEABLE_EXCESS <= excess <= self.excess or (
            draw.bound != self.excess_at
        ):
            self.excess, self.excess_at = excess, draw.bound
            self.excess_grows = excess <= tolerated

    def excess_above(self, limit: float) -> float:
        """What it draws above `limit`, A."""
        if not self.excess or (limit <= 0.0 < self.excess_at):
            return 0.0
        if self.excess_at <= 0.0:
            # It drew that although it was to draw nothing: not on top of a limit.
            return max(0.0, self.excess - limit)
        if self.excess_grows and limit > self.excess_at:
            return self.excess * limit / self.excess_at
        return self.excess

    def _needs_more_than(self, limit: float, *, at_most: float) -> None:
        starts_at = min(floor(limit) + 1.0, at_most)
        known = self.model.starts_at
        if known is None or starts_at > known:
            self.model = replace(self.model, starts_at=starts_at)

    def _learn_shortfall(self, draw: Draw) -> None:
        """See whether it stays as far below this limit as below another one.

        Not while it wants less: its limit then follows its draw, not the other way.
        """
        gap = max(0.0, draw.limit - draw.highest)
        if gap > LARGEST_SHORTFALL:
            return
        before = self.gap
        if before is None or abs(before[0] - draw.limit) >= SAME_LIMIT:
            self.gap = (draw.limit, gap)
        if gap > SAME_SHORTFALL:
            if (
                before is None
                or abs(before[0] - draw.limit) < SAME_LIMIT
                or abs(before[1] - gap) > SAME_SHORTFALL
            ):
                return
            gap = max(gap, before[1])
        known = self.model.shortfall
        if known is None or abs(known - gap) > NOTICEABLE_EXCESS:
            self.model = replace(self.model, shortfall=round(gap, 2))

    def _learn_delay(self, draw: Draw) -> None:
        """See how long it takes to follow a large change."""
        if self.limit is not None and abs(draw.limit - self.limit) >= LARGE_CHANGE:
            self.change, self.unmoved = (draw.limit_at, self.limit, draw.limit), 0.0
        if self.change is None:
            return
        since, old, new = self.change
        took = draw.at - since
        if draw.limit != new or took > SLOWEST:
            self.change = None
            return
        if took <= 0.0:
            return
        moved = (draw.highest - old) / (new - old)
        if moved < MOVED:
            self.unmoved = took
            return
        self.change = None
        known = self.model.follows_within
        if known is None or took < known or known <= self.unmoved:
            self.model = replace(self.model, follows_within=round(took, 1))
