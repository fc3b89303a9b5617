"""A backend's charging profiles, and what they allow (OCPP 1.6, 3.13).

They stay here: none of them is ever in the charger, where it would outlive us. What they allow
is one more upper bound of an outlet, and never raises anything.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
import math
from typing import Any, Final, NamedTuple

from ..transport import fields

MAXIMUM: Final = "ChargePointMaxProfile"
DEFAULT: Final = "TxDefaultProfile"
OF_SESSION: Final = "TxProfile"
VOLTAGE: Final = 230.0
MOST: Final = 100
"""Profiles that are kept of one backend."""
MOST_PERIODS: Final = 500
_RECURS: Final = {"Daily": timedelta(days=1), "Weekly": timedelta(days=7)}
_PHASES: Final = 3
"""What a period without a number of phases means (OCPP 1.6, 7.14)."""


class Session(NamedTuple):
    """The session at an outlet, as far as profiles need to know it."""

    id: str
    began: datetime


class Allowed(NamedTuple):
    """What is allowed at a moment."""

    limit: float
    """In the unit of the schedule."""
    in_watts: bool
    phases: int
    until: datetime | None
    """When that may change; None: not by itself."""

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

    @property
    def id(self) -> int:
        """What it is called."""
        return int(self.data["chargingProfileId"])

    @property
    def level(self) -> int:
        """Its place in the stack: the highest that holds counts."""
        return int(self.data["stackLevel"])

    @property
    def purpose(self) -> str:
        """What it limits."""
        return str(self.data["chargingProfilePurpose"])

    def allowed(self, now: datetime, began: datetime | None) -> Allowed | None:
        """What it allows now; None: it does not hold. `began`: when the session did."""
        valid_from = fields.timestamp(self.data.get("validFrom"))
        valid_to = fields.timestamp(self.data.get("validTo"))
        if (valid_from is not None and now < valid_from) or (
            valid_to is not None and now >= valid_to
        ):
            return None
        schedule = self.data["chargingSchedule"]
        start, ends = self._start(schedule, now, began)
        if now < start or (ends is not None and now >= ends):
            return None
        since = (now - start).total_seconds()
        current: Mapping[str, Any] | None = None
        until = ends
        for period in sorted(schedule["chargingSchedulePeriod"], key=_starts_at):
            if _starts_at(period) <= since:
                current = period
            else:
                until = _earliest(until, start + timedelta(seconds=_starts_at(period)))
                break
        if current is None:
            return None
        return Allowed(
            float(current["limit"]),
            schedule["chargingRateUnit"] == "W",
            int(current.get("numberPhases") or _PHASES),
            _earliest(until, valid_to),
        )

    def begins(self, now: datetime, began: datetime | None) -> datetime | None:
        """When it may begin to hold, while it does not; None: not by the passing of time."""
        moments = [fields.timestamp(self.data.get("validFrom"))]
        schedule = self.data["chargingSchedule"]
        start, _ = self._start(schedule, now, began)
        moments.append(start)
        recurs = _RECURS.get(str(self.data.get("recurrencyKind")))
        if self.data["chargingProfileKind"] == "Recurring" and recurs is not None:
            moments.append(start + recurs)
        return min((one for one in moments if one is not None and one > now), default=None)

    def _start(
        self, schedule: Mapping[str, Any], now: datetime, began: datetime | None
    ) -> tuple[datetime, datetime | None]:
        """When its schedule starts, and ends."""
        kind = self.data["chargingProfileKind"]
        start = fields.timestamp(schedule.get("startSchedule"))
        if kind == "Relative" or start is None:
            # As long as nothing charges it is at its beginning.
            start = began or now
        duration = schedule.get("duration")
        lasts = None if duration is None else timedelta(seconds=float(duration))
        recurs = _RECURS.get(str(self.data.get("recurrencyKind")), _RECURS["Daily"])
        if kind == "Recurring":
            if now >= start:
                start += recurs * math.floor((now - start) / recurs)
            lasts = recurs if lasts is None else min(lasts, recurs)
        return start, None if lasts is None else start + lasts

    def state(self) -> dict[str, Any]:
        """Plain JSON data."""
        return {"connector": self.connector, "data": dict(self.data), "session": self.session}


class ProfileRefused(Exception):
    """A profile that is not taken."""


class Profiles:
    """All profiles of one backend."""

    def __init__(self, stored: object = None) -> None:
        """Go on with what was `stored`."""
        self._profiles: list[Profile] = []
        for one in stored if isinstance(stored, list) else ():
            try:
                profile = Profile(int(one["connector"]), one["data"], one["session"])
                _check(profile)
            except AttributeError, KeyError, TypeError, ValueError, ProfileRefused:
                continue
            self._profiles.append(profile)

    def __iter__(self) -> Iterator[Profile]:
        """All of them."""
        return iter(self._profiles)

    def __len__(self) -> int:
        """How many there are."""
        return len(self._profiles)

    def state(self) -> list[dict[str, Any]]:
        """Plain JSON data."""
        return [profile.state() for profile in self._profiles]

    def set(self, profile: Profile) -> None:
        """Take a profile; one of the same id, or in the same place, is replaced."""
        _check(profile)
        place = (profile.connector, profile.purpose, profile.level)
        kept = [
            one
            for one in self._profiles
            if one.id != profile.id and (one.connector, one.purpose, one.level) != place
        ]
        if len(kept) >= MOST:
            raise ProfileRefused
        self._profiles = [*kept, profile]

    def clear(
        self,
        *,
        id: int | None = None,
        connector: int | None = None,
        purpose: str | None = None,
        level: int | None = None,
    ) -> bool:
        """Forget those that all of it fits; whether there were any."""

        def fits(one: Profile) -> bool:
            if id is not None:
                return id == one.id  # whatever else is said (OCPP 1.6, 6.11)
            return (
                connector in (None, one.connector)
                and purpose in (None, one.purpose)
                and level in (None, one.level)
            )

        kept = [one for one in self._profiles if not fits(one)]
        cleared = len(kept) < len(self._profiles)
        self._profiles = kept
        return cleared

    def session_over(self, session: str) -> bool:
        """Forget what was for a session; whether there was anything."""
        kept = [one for one in self._profiles if one.session != session]
        over = len(kept) < len(self._profiles)
        self._profiles = kept
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
        return [one for one in (whole, own) if one is not None]

    def changes(self, connector: int, now: datetime, session: Session | None) -> datetime | None:
        """When the passing of time may change that; None: it can't."""
        began = None if session is None else session.began
        moments = [
            moment
            for one in self._profiles
            if one.connector in (0, connector) and (moment := _changes(one, now, began)) is not None
        ]
        return min(moments, default=None)

    def schedule(
        self, connector: int, now: datetime, seconds: int, session: Session | None, phases: int
    ) -> list[tuple[int, float]]:
        """What is allowed in the next `seconds`: start (s) and A per phase of each period.

        Periods in which nothing holds have an infinite limit.
        """
        end, at = now + timedelta(seconds=seconds), now
        # As if one began now.
        session = session or Session("", now)
        periods: list[tuple[int, float]] = []
        for _ in range(MOST_PERIODS):
            held = self.allowed(connector, at, session)
            limit = min((one.amperes(phases) for one in held), default=math.inf)
            if not periods or periods[-1][1] != limit:
                periods.append((round((at - now).total_seconds()), limit))
            after = self.changes(connector, at, session)
            if after is None or after >= end:
                break
            at = after
        return periods

    def _at(self, connector: int, purpose: str) -> Iterator[Profile]:
        return (
            one for one in self._profiles if one.connector == connector and one.purpose == purpose
        )

    def _defaults(self, connector: int) -> list[Profile]:
        """Those for all outlets hold, but for the levels on which an outlet has its own."""
        own = list(self._at(connector, DEFAULT))
        levels = {one.level for one in own}
        return own + [one for one in self._at(0, DEFAULT) if one.level not in levels]

    @staticmethod
    def _highest(
        profiles: Iterator[Profile], now: datetime, began: datetime | None
    ) -> Allowed | None:
        """What the highest one that holds allows."""
        for one in sorted(profiles, key=lambda one: one.level, reverse=True):
            if (allowed := one.allowed(now, began)) is not None:
                return allowed
        return None


def _changes(profile: Profile, now: datetime, began: datetime | None) -> datetime | None:
    held = profile.allowed(now, began)
    return profile.begins(now, began) if held is None else held.until


def _check(profile: Profile) -> None:
    """Refuse what OCPP 1.6 does not allow, whatever its schema says."""
    data = profile.data
    schedule, kind = data["chargingSchedule"], data["chargingProfileKind"]
    periods = schedule["chargingSchedulePeriod"]
    starts = [_starts_at(period) for period in periods]
    timed = fields.timestamp(schedule.get("startSchedule")) is not None
    is_maximum = profile.purpose == MAXIMUM
    if (
        not periods
        or len(periods) > MOST_PERIODS
        or starts[0] != 0
        or starts != sorted(set(starts))
        or schedule["chargingRateUnit"] not in ("A", "W")
        or not all(0.0 <= float(period["limit"]) < math.inf for period in periods)
        or (kind == "Recurring" and not (timed and data.get("recurrencyKind") in _RECURS))
        or (is_maximum and (profile.connector != 0 or kind == "Relative"))
        or (profile.purpose == OF_SESSION and (profile.connector == 0 or profile.session is None))
        or profile.id is None
        or profile.level < 0
    ):
        raise ProfileRefused


def _starts_at(period: Mapping[str, Any]) -> float:
    return float(period["startPeriod"])


def _earliest(one: datetime | None, other: datetime | None) -> datetime | None:
    return min((moment for moment in (one, other) if moment is not None), default=None)
