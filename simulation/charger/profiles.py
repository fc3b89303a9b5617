"""Charging profiles as the OCPP 1.6 specification has them (3.13, 5.16, 7.8 to 7.14).

Written from the specification's text, and from nothing else, because the dead
man in the charger rests on it. Pure: times are seconds since the epoch on the
charger's own clock, and arrive as arguments.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
import itertools
from typing import Any, NamedTuple

from .grid import VOLTAGE

_DAY = 86_400.0


class Purpose(StrEnum):
    """What a profile limits (3.13.1)."""

    CHARGE_POINT_MAX = "ChargePointMaxProfile"
    TX_DEFAULT = "TxDefaultProfile"
    TX = "TxProfile"


class Kind(StrEnum):
    """What a schedule's times count from (7.9)."""

    ABSOLUTE = "Absolute"
    RECURRING = "Recurring"
    RELATIVE = "Relative"


class Unit(StrEnum):
    """A: per phase. W: of all phases together (7.12)."""

    AMPERES = "A"
    WATTS = "W"


_RECURRENCE = {"Daily": _DAY, "Weekly": 7 * _DAY}


class ProfileRejected(Exception):
    """The charger doesn't take this profile."""


class Limit(NamedTuple):
    """What a schedule allows at one moment."""

    amperes: float
    """Per phase."""
    phases: int | None = None
    """numberPhases, where the schedule names it."""


@dataclass(frozen=True, slots=True)
class Period:
    """From `start` seconds into the schedule, this limit holds (7.14)."""

    start: int
    limit: float
    phases: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """The transaction that a limit is asked for."""

    start: float
    """When it began."""
    transaction_id: int | None = None
    phases: int | None = None
    """Phases that are in use; a charger that knows them turns watts into amperes so."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """One charging profile (7.8)."""

    id: int
    stack_level: int
    purpose: Purpose
    kind: Kind
    unit: Unit
    periods: tuple[Period, ...]
    start: float | None = None
    duration: float | None = None
    recurs_every: float | None = None
    valid_from: float | None = None
    valid_to: float | None = None
    transaction_id: int | None = None

    @classmethod
    def from_ocpp(cls, data: Mapping[str, Any]) -> Profile:
        """Read `csChargingProfiles`. Raises ProfileRejected where it makes no sense."""
        schedule = data["chargingSchedule"]
        periods = tuple(
            Period(item["startPeriod"], float(item["limit"]), item.get("numberPhases"))
            for item in schedule["chargingSchedulePeriod"]
        )
        kind = Kind(data["chargingProfileKind"])
        recurrence = data.get("recurrencyKind")
        profile = cls(
            id=data["chargingProfileId"],
            stack_level=data["stackLevel"],
            purpose=Purpose(data["chargingProfilePurpose"]),
            kind=kind,
            unit=Unit(schedule["chargingRateUnit"]),
            periods=periods,
            start=_seconds(schedule.get("startSchedule")),
            duration=schedule.get("duration"),
            recurs_every=_RECURRENCE[recurrence] if recurrence else None,
            valid_from=_seconds(data.get("validFrom")),
            valid_to=_seconds(data.get("validTo")),
            transaction_id=data.get("transactionId"),
        )
        profile._refuse_nonsense()
        return profile

    def _refuse_nonsense(self) -> None:
        if self.stack_level < 0:
            raise ProfileRejected("stackLevel is below zero")
        if not self.periods or self.periods[0].start != 0:
            raise ProfileRejected("the first period must start at 0")
        starts = [period.start for period in self.periods]
        if any(later <= earlier for earlier, later in itertools.pairwise(starts)):
            raise ProfileRejected("periods must follow one another")
        if any(period.limit < 0 for period in self.periods):
            raise ProfileRejected("a limit is below zero")
        if self.kind is Kind.RECURRING and (self.recurs_every is None or self.start is None):
            raise ProfileRejected("a recurring schedule needs its start and how often")
        if self.transaction_id is not None and self.purpose is not Purpose.TX:
            raise ProfileRejected("only a TxProfile belongs to a transaction")

    def is_valid(self, at: float) -> bool:
        """`at` lies between validFrom and validTo."""
        return (self.valid_from is None or self.valid_from <= at) and (
            self.valid_to is None or at < self.valid_to
        )

    def period(self, at: float, session: Session | None) -> Period | None:
        """The period that holds at `at`; None where the profile says nothing then."""
        if not self.is_valid(at):
            return None
        elapsed = self._elapsed(at, session)
        if elapsed is None or (self.duration is not None and elapsed >= self.duration):
            return None
        holding = None
        for period in self.periods:
            if period.start > elapsed:
                break
            holding = period
        return holding

    def described(self, at: float, session: Session | None) -> str:
        """What it says at `at`, for people."""
        period = self.period(at, session)
        says = "nothing now" if period is None else f"{period.limit:g} {self.unit}"
        if self.start is not None:
            says += f" since {at - self.start:.0f} s"
        if self.duration is not None:
            says += f" of {self.duration:g} s"
        return f"{self.purpose} {self.id} on level {self.stack_level}: {says}"

    def limit(self, at: float, session: Session | None) -> Limit | None:
        """What it allows at `at`, per phase; None where it says nothing then."""
        period = self.period(at, session)
        if period is None:
            return None
        if self.unit is Unit.AMPERES:
            return Limit(period.limit, period.phases)
        phases = (session.phases if session else None) or period.phases or 3
        return Limit(period.limit / (phases * VOLTAGE), period.phases)

    def edges(self, start: float, end: float, session: Session | None) -> Iterator[float]:
        """Moments in (start, end) at which what it says may change."""
        moments = [self.valid_from, self.valid_to]
        for origin in self._origins(start, end, session):
            moments += [origin + period.start for period in self.periods]
            if self.duration is not None:
                moments.append(origin + self.duration)
        yield from (moment for moment in moments if moment is not None and start < moment < end)

    def _elapsed(self, at: float, session: Session | None) -> float | None:
        """Seconds into the schedule; None before it, or where nothing has begun it."""
        # 7.13: without startSchedule a schedule is relative to the start of charging.
        if self.kind is Kind.RELATIVE or self.start is None:
            # Charging has begun, whatever a clock says that was set back since.
            return None if session is None else max(0.0, at - session.start)
        origin = self.start
        if at < origin:
            return None
        if self.recurs_every is not None and self.kind is Kind.RECURRING:
            return (at - origin) % self.recurs_every
        return at - origin

    def _origins(self, start: float, end: float, session: Session | None) -> Iterator[float]:
        """When the schedule begins (again), for all that may matter in (start, end)."""
        if self.kind is Kind.RECURRING and self.start is not None and self.recurs_every:
            origin = self.start
            if start > origin:
                origin += (start - origin) // self.recurs_every * self.recurs_every
            while origin < end:
                yield origin
                origin += self.recurs_every
        elif self.kind is not Kind.RELATIVE and self.start is not None:
            yield self.start
        elif session is not None:
            yield session.start


def _seconds(text: str | None) -> float | None:
    if text is None:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise ProfileRejected(f"no time: {text}") from error
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()


@dataclass(frozen=True, slots=True, kw_only=True)
class ProfileRules:
    """What a charger takes, as its configuration keys say it (9.4)."""

    max_stack_level: int = 8
    max_periods: int = 24
    max_installed: int = 20
    units: frozenset[Unit] = frozenset(Unit)
    purposes: frozenset[Purpose] = frozenset(Purpose)
    kinds: frozenset[Kind] = frozenset(Kind)
    tx_profile_needs_transaction_id: bool = False
    replaces_across_connectors: bool = False
    """Some firmware lets one connector's profile wipe the other's of the same
    purpose and level."""


class Installed(NamedTuple):
    """A profile, and the connector it was set for."""

    connector: int
    profile: Profile


class ProfileStore:
    """The profiles in one charger and what they allow together."""

    def __init__(self, rules: ProfileRules | None = None) -> None:
        """Start empty."""
        self.rules = rules or ProfileRules()
        self._installed: list[Installed] = []

    def __iter__(self) -> Iterator[Installed]:
        """All profiles, in the order they came."""
        return iter(tuple(self._installed))

    def __len__(self) -> int:
        """How many there are."""
        return len(self._installed)

    def install(self, connector: int, profile: Profile, *, session: Session | None = None) -> None:
        """Put a profile in; `session` is the connector's transaction.

        Raises ProfileRejected. The same id replaces, and so does the same stack
        level and purpose on the same connector (5.16.3).
        """
        self._refuse(connector, profile, session)
        kept = [
            installed
            for installed in self._installed
            if not self._replaces(connector, profile, installed)
        ]
        if len(kept) >= self.rules.max_installed:
            raise ProfileRejected(f"there are {len(kept)} profiles already")
        self._installed = [*kept, Installed(connector, profile)]

    def clear(
        self,
        *,
        id: int | None = None,
        connector: int | None = None,
        purpose: Purpose | None = None,
        stack_level: int | None = None,
    ) -> int:
        """Remove what matches all that is given (6.12); returns how many."""

        def matches(installed: Installed) -> bool:
            profile = installed.profile
            if id is not None:
                return profile.id == id
            return (
                connector in (None, installed.connector)
                and purpose in (None, profile.purpose)
                and stack_level in (None, profile.stack_level)
            )

        before = len(self._installed)
        self._installed = [one for one in self._installed if not matches(one)]
        return before - len(self._installed)

    def forget_what_ends(self) -> None:
        """Forget every profile that ends by itself; no message says so."""
        self._installed = [one for one in self._installed if one.profile.duration is None]

    def end_transaction(self, connector: int) -> None:
        """A TxProfile lives as long as its transaction (3.13.1)."""
        self.clear(connector=connector, purpose=Purpose.TX)

    def charge_point_limit(self, at: float, session: Session | None = None) -> Limit | None:
        """What all connectors may draw together (3.13.3); None: anything."""
        return _highest_of(self._of(0, Purpose.CHARGE_POINT_MAX), at, session)

    def copy(self) -> ProfileStore:
        """The same profiles, in a store of their own."""
        store = ProfileStore(self.rules)
        store._installed = list(self._installed)
        return store

    def transaction_limit(
        self,
        connector: int,
        at: float,
        session: Session | None = None,
        *,
        defaults: ProfileStore | None = None,
    ) -> Limit | None:
        """What the transaction on `connector` may draw by its own profiles; None: anything.

        A TxProfile overrules the TxDefaultProfile while it says something. With
        `defaults` the TxDefaultProfiles are taken from there.
        """
        own = _highest_of(self._tx_profiles(connector, session), at, session)
        return own or _highest_of(
            (self if defaults is None else defaults).defaults(connector), at, session
        )

    def limit(self, connector: int, at: float, session: Session | None = None) -> Limit | None:
        """The lowest across the purposes (3.13.3); None: anything."""
        if connector == 0:
            return self.charge_point_limit(at, session)
        limits = [
            self.charge_point_limit(at, session),
            self.transaction_limit(connector, at, session),
        ]
        return min(
            (one for one in limits if one is not None), key=lambda one: one.amperes, default=None
        )

    def composite(
        self, connector: int, start: float, duration: float, session: Session | None = None
    ) -> list[tuple[int, Limit | None]]:
        """What holds from `start` on (5.7): (offset in s, limit), equal neighbours joined."""
        end = start + duration
        edges = {
            edge
            for installed in self._installed
            if installed.connector in (0, connector)
            for edge in installed.profile.edges(start, end, session)
        }
        schedule: list[tuple[int, Limit | None]] = []
        for moment in sorted({start, *edges}):
            limit = self.limit(connector, moment, session)
            if not schedule or schedule[-1][1] != limit:
                schedule.append((round(moment - start), limit))
        return schedule

    def _refuse(self, connector: int, profile: Profile, session: Session | None) -> None:
        rules = self.rules
        if profile.purpose not in rules.purposes or profile.kind not in rules.kinds:
            raise ProfileRejected(f"no {profile.kind} {profile.purpose} here")
        if profile.unit not in rules.units:
            raise ProfileRejected(f"no limits in {profile.unit} here")
        if profile.stack_level > rules.max_stack_level:
            raise ProfileRejected(f"stackLevel is above {rules.max_stack_level}")
        if len(profile.periods) > rules.max_periods:
            raise ProfileRejected(f"more than {rules.max_periods} periods")
        if profile.purpose is Purpose.CHARGE_POINT_MAX and connector != 0:
            raise ProfileRejected("a ChargePointMaxProfile is for connector 0")
        if profile.purpose is Purpose.TX:
            if connector == 0 or session is None:
                raise ProfileRejected("a TxProfile needs a transaction")
            if profile.transaction_id is None and rules.tx_profile_needs_transaction_id:
                raise ProfileRejected("a TxProfile needs a transactionId here")
            if profile.transaction_id not in (None, session.transaction_id):
                raise ProfileRejected("that transaction doesn't run here")

    def _replaces(self, connector: int, profile: Profile, installed: Installed) -> bool:
        old = installed.profile
        if old.id == profile.id:
            return True
        if (old.purpose, old.stack_level) != (profile.purpose, profile.stack_level):
            return False
        return installed.connector == connector or self.rules.replaces_across_connectors

    def _of(self, connector: int, purpose: Purpose) -> Iterator[Profile]:
        for installed in self._installed:
            if installed.connector == connector and installed.profile.purpose is purpose:
                yield installed.profile

    def _tx_profiles(self, connector: int, session: Session | None) -> list[Profile]:
        if session is None:
            return []
        return [
            profile
            for profile in self._of(connector, Purpose.TX)
            if profile.transaction_id in (None, session.transaction_id)
        ]

    def defaults(self, connector: int) -> list[Profile]:
        """Those of connector 0 are for everyone, but for what a connector has of its own."""
        own = list(self._of(connector, Purpose.TX_DEFAULT))
        levels = {profile.stack_level for profile in own}
        return own + [
            profile
            for profile in self._of(0, Purpose.TX_DEFAULT)
            if profile.stack_level not in levels
        ]


def _highest_of(profiles: Iterable[Profile], at: float, session: Session | None) -> Limit | None:
    """What the highest stack level that says something at `at` allows (3.13.2)."""
    best: tuple[int, Limit] | None = None
    for profile in profiles:
        limit = profile.limit(at, session)
        if limit is not None and (best is None or profile.stack_level > best[0]):
            best = (profile.stack_level, limit)
    return best[1] if best else None
