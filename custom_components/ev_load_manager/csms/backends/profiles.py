"""A backend's charging profiles, and what they allow (OCPP 1.6, 3.13).

They stay here: none of them is ever in the charger, where it would outlive us. What they allow
is one more upper bound of an outlet, and never raises anything.
"""

from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
import math
from typing import Any, Final, NamedTuple

MAXIMUM: Final = "ChargePointMaxProfile"
DEFAULT: Final = "TxDefaultProfile"
OF_SESSION: Final = "TxProfile"
VOLTAGE: Final = 230.0
MOST: Final = 100
"""Profiles that are kept of one backend."""
MOST_PERIODS: Final = 500
"""Periods of one profile, and of an answer."""
MOST_IN_ALL: Final = 5000
"""Periods of all profiles of one backend."""
_FIRST: Final = datetime(1970, 1, 1, tzinfo=UTC)
_LAST: Final = datetime(2100, 1, 1, tzinfo=UTC)
_FAR: Final = 100 * 366 * 86400.0
"""Seconds that nobody waits for."""
_RECURS: Final = {"Daily": timedelta(days=1), "Weekly": timedelta(days=7)}
_PHASES: Final = 3
"""What a period without a number of phases means (OCPP 1.6, 7.14)."""


class Session(NamedTuple):
    """The session at an outlet, as far as profiles need to know it."""

    id: str
    began: datetime


class Part(NamedTuple):
    """An outlet, as far as a schedule needs to know it."""

    connector: int
    session: Session | None
    phases: int
    """How many its car uses."""
    offered: float = math.inf
    """What it has at present, A per phase."""


class Allowed(NamedTuple):
    """What is allowed at a moment."""

    limit: float
    """In the unit of the schedule."""
    in_watts: bool
    phases: int
    until: datetime | None
    """When that may change; None: not by itself."""
    is_shared: bool = False
    """It is for all outlets together."""

    def amperes(self, phases: int | None) -> float:
        """A per phase for a car on so many phases (None: not known)."""
        if not self.in_watts:
            return self.limit
        return self.limit / (phases or self.phases) / VOLTAGE


@dataclass(frozen=True, slots=True)
class Profile:
    """One profile, as it came."""

    connector: int
    data: Mapping[str, Any]
    session: str | None = None
    """The session that it is for, by its charger's name; only of `TxProfile`."""

    def state(self) -> dict[str, Any]:
        """Plain JSON data."""
        return {"connector": self.connector, "data": dict(self.data), "session": self.session}


class ProfileRefused(Exception):
    """A profile that is not taken."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Plan:
    """A profile that was read once, and can't be wrong any more: it is looked at in every step."""

    profile: Profile
    id: int
    level: int
    """Its place in the stack: the highest that holds counts."""
    purpose: str
    kind: str
    in_watts: bool
    valid_from: datetime | None
    valid_to: datetime | None
    start: datetime | None
    """When its schedule starts; None: with the session."""
    lasts: timedelta | None
    recurs: timedelta | None
    starts: tuple[float, ...]
    """When its periods begin, s after the schedule; the first one with it."""
    limits: tuple[float, ...]
    phases: tuple[int, ...]

    @property
    def connector(self) -> int:
        """The outlet that it is for; 0: all of them."""
        return self.profile.connector

    @property
    def session(self) -> str | None:
        """The session that it is for."""
        return self.profile.session

    def allowed(self, now: datetime, began: datetime | None) -> Allowed | None:
        """What it allows now; None: it does not hold. `began`: when the session did."""
        if (self.valid_from is not None and now < self.valid_from) or (
            self.valid_to is not None and now >= self.valid_to
        ):
            return None
        start, ends = self._span(now, began)
        if now < start or (ends is not None and now >= ends):
            return None
        place = bisect_right(self.starts, (now - start).total_seconds()) - 1
        until = _earliest(ends, self.valid_to)
        if place + 1 < len(self.starts):
            until = _earliest(until, start + timedelta(seconds=self.starts[place + 1]))
        return Allowed(self.limits[place], self.in_watts, self.phases[place], until)

    def changes(self, now: datetime, began: datetime | None) -> datetime | None:
        """When the passing of time may change that; None: it can't."""
        held = self.allowed(now, began)
        if held is not None:
            return held.until
        start, _ = self._span(now, began)
        moments = [self.valid_from, start]
        if self.recurs is not None:
            moments.append(start + self.recurs)
        return min((one for one in moments if one is not None and one > now), default=None)

    def _span(self, now: datetime, began: datetime | None) -> tuple[datetime, datetime | None]:
        """When its schedule starts, and ends."""
        start, lasts = self.start, self.lasts
        if start is None:
            # As long as nothing charges it is at its beginning. No session that goes on has
            # begun in the future, whatever a clock says that was set.
            start = now if began is None else min(began, now)
        elif self.recurs is not None and now >= start:
            start += self.recurs * math.floor((now - start) / self.recurs)
        return start, None if lasts is None else start + lasts


class Profiles:
    """All profiles of one backend."""

    def __init__(self, stored: object = None) -> None:
        """Go on with what was `stored`."""
        self._plans: list[_Plan] = []
        for one in stored if isinstance(stored, list) else ():
            try:
                self.set(Profile(int(one["connector"]), one["data"], one["session"]))
            except KeyError, OverflowError, TypeError, ValueError, ProfileRefused:
                continue

    def __iter__(self) -> Iterator[Profile]:
        """All of them."""
        return (plan.profile for plan in self._plans)

    def __len__(self) -> int:
        """How many there are."""
        return len(self._plans)

    def state(self) -> list[dict[str, Any]]:
        """Plain JSON data."""
        return [plan.profile.state() for plan in self._plans]

    def set(self, profile: Profile) -> None:
        """Take a profile; one of the same id, or in the same place, is replaced.

        Raises ProfileRefused.
        """
        plan = _read(profile)
        place = (plan.connector, plan.purpose, plan.level)
        kept = [
            one
            for one in self._plans
            if one.id != plan.id and (one.connector, one.purpose, one.level) != place
        ]
        if len(kept) >= MOST or sum(len(one.starts) for one in (*kept, plan)) > MOST_IN_ALL:
            raise ProfileRefused
        self._plans = [*kept, plan]

    def clear(
        self,
        *,
        id: int | None = None,
        connector: int | None = None,
        purpose: str | None = None,
        level: int | None = None,
    ) -> bool:
        """Forget those that all of it fits; whether there were any."""

        def fits(one: _Plan) -> bool:
            if id is not None:
                return id == one.id  # whatever else is said (OCPP 1.6, 6.11)
            return (
                connector in (None, one.connector)
                and purpose in (None, one.purpose)
                and level in (None, one.level)
            )

        kept = [one for one in self._plans if not fits(one)]
        cleared = len(kept) < len(self._plans)
        self._plans = kept
        return cleared

    def session_over(self, session: str) -> bool:
        """Forget what was for a session; whether there was anything."""
        kept = [one for one in self._plans if one.session != session]
        over = len(kept) < len(self._plans)
        self._plans = kept
        return over

    def allowed(self, connector: int, now: datetime, session: Session | None) -> list[Allowed]:
        """All that holds at an outlet: each is a bound by itself."""
        began = None if session is None else session.began
        whole = self._highest(self._at(0, MAXIMUM), now, began)
        own = None
        if session is not None:
            ours = (one for one in self._at(connector, OF_SESSION) if one.session == session.id)
            own = self._highest(ours, now, began)
        own = own or self._highest(iter(self._defaults(connector)), now, began)
        whole = None if whole is None else whole._replace(is_shared=True)
        return [one for one in (whole, own) if one is not None]

    def changes(self, connector: int, now: datetime, session: Session | None) -> datetime | None:
        """When the passing of time may change that; None: it can't."""
        began = None if session is None else session.began
        moments = [
            moment
            for one in self._plans
            if one.connector in (0, connector) and (moment := one.changes(now, began)) is not None
        ]
        return min(moments, default=None)

    def schedule(
        self, parts: Sequence[Part], now: datetime, seconds: float
    ) -> Iterator[tuple[int, float]]:
        """What outlets get together in the next `seconds`: start (s) and A per phase of each period.

        Where nothing limits them it is infinite. A period that is as before is told again: who
        asks may have other things to do in between.
        """
        end, at = now + timedelta(seconds=min(seconds, _FAR)), now
        # As if one began now.
        begun = [one._replace(session=one.session or Session("", now)) for one in parts]
        for _ in range(MOST_PERIODS):
            yield round((at - now).total_seconds()), self._together(begun, at)
            changes = (self.changes(one.connector, at, one.session) for one in begun)
            after = min((moment for moment in changes if moment is not None), default=None)
            if after is None or after >= end:
                break
            at = after

    def _together(self, parts: Sequence[Part], at: datetime) -> float:
        together, whole = 0.0, math.inf
        for part in parts:
            own = part.offered
            for held in self.allowed(part.connector, at, part.session):
                if held.is_shared:
                    whole = min(whole, held.amperes(part.phases))
                else:
                    own = min(own, held.amperes(part.phases))
            together += own
        return min(together, whole)

    def _at(self, connector: int, purpose: str) -> Iterator[_Plan]:
        return (one for one in self._plans if one.connector == connector and one.purpose == purpose)

    def _defaults(self, connector: int) -> list[_Plan]:
        """Those for all outlets hold, but for the levels on which an outlet has its own."""
        own = list(self._at(connector, DEFAULT))
        levels = {one.level for one in own}
        return own + [one for one in self._at(0, DEFAULT) if one.level not in levels]

    @staticmethod
    def _highest(plans: Iterator[_Plan], now: datetime, began: datetime | None) -> Allowed | None:
        """What the highest one that holds allows."""
        for one in sorted(plans, key=lambda one: one.level, reverse=True):
            if (allowed := one.allowed(now, began)) is not None:
                return allowed
        return None


def _read(profile: Profile) -> _Plan:
    """Read a profile; raises ProfileRefused where OCPP 1.6 does not allow it, whatever its schema says.

    What can't be read is refused: nobody would know what it allows.
    """
    try:
        plan = _plan_of(profile)
    except AttributeError, KeyError, OverflowError, TypeError, ValueError:
        raise ProfileRefused from None
    is_maximum = plan.purpose == MAXIMUM
    if (
        (plan.kind == "Recurring" and (plan.start is None or plan.recurs is None))
        or (is_maximum and (plan.connector != 0 or plan.kind == "Relative"))
        or (plan.purpose == OF_SESSION and (plan.connector == 0 or plan.session is None))
        or (plan.lasts is not None and plan.lasts < timedelta())
        or plan.level < 0
    ):
        raise ProfileRefused
    return plan


def _plan_of(profile: Profile) -> _Plan:
    data = profile.data
    schedule, kind = data["chargingSchedule"], str(data["chargingProfileKind"])
    unit, periods = schedule["chargingRateUnit"], schedule["chargingSchedulePeriod"]
    starts = [float(period["startPeriod"]) for period in periods]
    limits = [float(period["limit"]) for period in periods]
    if (
        not 0 < len(periods) <= MOST_PERIODS
        or starts[0] != 0
        or starts != sorted(set(starts))
        or unit not in ("A", "W")
        or not all(0.0 <= limit < math.inf for limit in limits)
    ):
        raise ValueError
    # What is further away than that does not come.
    come = sum(start <= _FAR for start in starts)
    lasts = _lasts(schedule.get("duration"))
    recurs = _RECURS.get(str(data.get("recurrencyKind"))) if kind == "Recurring" else None
    if recurs is not None:
        lasts = recurs if lasts is None else min(lasts, recurs)
    start = _moment(schedule.get("startSchedule"))
    return _Plan(
        profile=profile,
        id=int(data["chargingProfileId"]),
        level=int(data["stackLevel"]),
        purpose=str(data["chargingProfilePurpose"]),
        kind=kind,
        in_watts=unit == "W",
        valid_from=_moment(data.get("validFrom")),
        valid_to=_moment(data.get("validTo")),
        start=None if kind == "Relative" else start,
        lasts=lasts,
        recurs=recurs,
        starts=tuple(starts[:come]),
        limits=tuple(limits[:come]),
        phases=tuple(_phases(period.get("numberPhases")) for period in periods[:come]),
    )


def _lasts(duration: float | None) -> timedelta | None:
    if duration is None or duration > _FAR:
        return None
    return timedelta(seconds=float(duration))


def _phases(told: float | None) -> int:
    return int(told) if told is not None and 1 <= told <= _PHASES else _PHASES


def _moment(told: str | None) -> datetime | None:
    """A moment in UTC; raises ValueError where it can't be read.

    One that no clock shows is as near to it as one can: some write year 1 or 9999 where they
    mean always and never.
    """
    if told is None:
        return None
    moment = datetime.fromisoformat(told.strip())
    if moment.tzinfo is None or not _FIRST.year < moment.year < _LAST.year:
        moment = moment.replace(tzinfo=UTC)
    return min(max(moment.astimezone(UTC), _FIRST), _LAST)


def _earliest(one: datetime | None, other: datetime | None) -> datetime | None:
    return min((moment for moment in (one, other) if moment is not None), default=None)
