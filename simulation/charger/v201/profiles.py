"""One charging profile as OCPP 2.0.1 and 2.1 have it (part 2, block K, and 2.10 to 2.12).

Written from the specification's text, and from nothing else. Pure: times are seconds
since the epoch on the charger's own clock, and arrive as arguments.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from enum import StrEnum
import itertools
from typing import Any, NamedTuple

from ..grid import VOLTAGE

_DAY = 86_400.0


class Purpose(StrEnum):
    """What a profile limits (3.10)."""

    EXTERNAL = "ChargingStationExternalConstraints"
    STATION_MAX = "ChargingStationMaxProfile"
    TX_DEFAULT = "TxDefaultProfile"
    TX = "TxProfile"
    PRIORITY = "PriorityCharging"
    """2.1: instead of the transaction's other profiles, while it has priority."""
    LOCAL_GENERATION = "LocalGeneration"
    """2.1: what is there beside the grid; no simulated charger has any."""


class Kind(StrEnum):
    """What a schedule's times count from (3.9)."""

    ABSOLUTE = "Absolute"
    RECURRING = "Recurring"
    RELATIVE = "Relative"
    DYNAMIC = "Dynamic"
    """2.1: its one limit is changed by UpdateDynamicSchedule."""


class Unit(StrEnum):
    """A: per phase (K01.FR.51). W: of all phases together."""

    AMPERES = "A"
    WATTS = "W"


_RECURRENCE = {"Daily": _DAY, "Weekly": 7 * _DAY}


class ProfileRejected(Exception):
    """The charger doesn't take this profile."""

    def __init__(self, code: str, why: str) -> None:
        """Say why, with one of the reason codes of the appendix."""
        super().__init__(f"{code}: {why}")
        self.code = code
        self.why = why


class Limit(NamedTuple):
    """What a schedule allows at one moment."""

    amperes: float
    """Per phase; where phases have limits of their own, the lowest of them."""
    phases: int | None = None
    """numberPhases, where the schedule names it."""
    phase: int | None = None
    """phaseToUse: 1 to 3, the one that is to be used."""


@dataclass(frozen=True, slots=True)
class Period:
    """From `start` seconds into the schedule, this limit holds (2.12)."""

    start: int
    limit: float
    phases: int | None = None
    phase: int | None = None
    others: tuple[float, ...] = ()
    """2.1: limits of L2 and L3; `limit` is L1's then."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """The transaction that a limit is asked for."""

    start: float
    """When it began."""
    transaction_id: str | None = None
    phases: int | None = None
    """Phases that are in use; a charger that knows them turns watts into amperes so."""
    told_needs: bool = False
    """Its car has told what it needs: up to three schedules may come (K01.FR.34)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """One charging profile (2.10)."""

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
    transaction_id: str | None = None
    schedules: int = 1
    most_offline: float | None = None
    """2.1, maxOfflineDuration: it holds so long without the central system."""
    ends_offline: bool = False
    """2.1, invalidAfterOfflineDuration: it comes back no more after that."""
    updated: float | None = None
    """When a dynamic profile got its limit."""
    data: Mapping[str, Any]
    """As it came, to be told again."""

    @classmethod
    def from_ocpp(cls, data: Mapping[str, Any]) -> Profile:
        """Read a chargingProfile. Raises ProfileRejected where it makes no sense."""
        schedule = data["chargingSchedule"][0]
        recurrence = data.get("recurrencyKind")
        profile = cls(
            id=data["id"],
            stack_level=data["stackLevel"],
            purpose=Purpose(data["chargingProfilePurpose"]),
            kind=Kind(data["chargingProfileKind"]),
            unit=Unit(schedule["chargingRateUnit"]),
            periods=tuple(_period(item) for item in schedule["chargingSchedulePeriod"]),
            start=_seconds(schedule.get("startSchedule")),
            duration=schedule.get("duration"),
            recurs_every=_RECURRENCE[recurrence] if recurrence else None,
            valid_from=_seconds(data.get("validFrom")),
            valid_to=_seconds(data.get("validTo")),
            transaction_id=data.get("transactionId"),
            schedules=len(data["chargingSchedule"]),
            most_offline=data.get("maxOfflineDuration"),
            ends_offline=data.get("invalidAfterOfflineDuration", False),
            updated=_seconds(data.get("dynUpdateTime")),
            data=data,
        )
        profile._refuse_nonsense()
        return profile

    def _refuse_nonsense(self) -> None:
        starts = [period.start for period in self.periods]
        if self.stack_level < 0:
            raise ProfileRejected("InvalidStackLevel", "it is below zero")
        if starts[0] != 0:
            raise ProfileRejected("InvalidSchedule", "the first period starts at 0 (K01.FR.31)")
        if any(later <= earlier for earlier, later in itertools.pairwise(starts)):
            raise ProfileRejected("InvalidSchedule", "periods follow one another (K01.FR.35)")
        if any(min(period.limit, *period.others, 0.0) < 0 for period in self.periods):
            raise ProfileRejected("InvalidSchedule", "a limit is below zero")
        if self.kind is Kind.RECURRING and self.recurs_every is None:
            raise ProfileRejected("InvalidSchedule", "nobody says how often it recurs")
        if self.kind is Kind.DYNAMIC and len(self.periods) > 1:
            raise ProfileRejected("InvalidSchedule", "a dynamic one has one period")
        if self.transaction_id is not None and self.purpose is not Purpose.TX:
            raise ProfileRejected("InvalidProfile", "only a TxProfile belongs to a transaction")

    def with_limit(self, limit: float, others: tuple[float, ...], at: float) -> Profile:
        """Return the same, with a dynamic one's new limit since `at`."""
        period = replace(self.periods[0], limit=limit, others=others)
        return replace(self, periods=(period,), updated=at)

    def is_valid(self, at: float, offline_since: float | None = None) -> bool:
        """`at` lies between validFrom and validTo, and it is not offline for too long."""
        if self.most_offline is not None and offline_since is not None:
            if at - offline_since >= self.most_offline:
                return False
        return (self.valid_from is None or self.valid_from <= at) and (
            self.valid_to is None or at < self.valid_to
        )

    def period(self, at: float, session: Session | None) -> Period | None:
        """The period that holds at `at`; None where its schedule says nothing then."""
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
        """What its schedule allows at `at`, per phase; None where it says nothing then."""
        period = self.period(at, session)
        if period is None:
            return None
        if self.unit is Unit.AMPERES:
            amperes = min(period.limit, *period.others) if period.others else period.limit
        elif period.others:
            amperes = min(period.limit, *period.others) / VOLTAGE
        else:
            # K01.FR.49, FR.50: where nobody says how many phases, three are meant.
            phases = (session.phases if session else None) or period.phases or 3
            amperes = period.limit / (phases * VOLTAGE)
        return Limit(amperes, period.phases, period.phase)

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
        if self.kind is Kind.RELATIVE:
            # Charging has begun, whatever a clock says that was set back since.
            return None if session is None else max(0.0, at - session.start)
        if self.kind is Kind.DYNAMIC:
            return None if self.updated is None else max(0.0, at - self.updated)
        if self.start is None or at < self.start:
            return None
        if self.kind is Kind.RECURRING and self.recurs_every is not None:
            return (at - self.start) % self.recurs_every
        return at - self.start

    def _origins(self, start: float, end: float, session: Session | None) -> Iterator[float]:
        """When the schedule begins (again), for all that may matter in (start, end)."""
        if self.kind is Kind.RELATIVE:
            if session is not None:
                yield session.start
        elif self.kind is Kind.DYNAMIC:
            if self.updated is not None:
                yield self.updated
        elif self.start is not None and self.recurs_every and self.kind is Kind.RECURRING:
            origin = self.start
            if start > origin:
                origin += (start - origin) // self.recurs_every * self.recurs_every
            while origin < end:
                yield origin
                origin += self.recurs_every
        elif self.start is not None:
            yield self.start


def _period(item: Mapping[str, Any]) -> Period:
    if "limit" not in item:
        raise ProfileRejected("InvalidSchedule", "a period has no limit")
    limit = float(item["limit"])
    others = tuple(float(item[name]) for name in ("limit_L2", "limit_L3") if name in item)
    return Period(
        item["startPeriod"], limit, item.get("numberPhases"), item.get("phaseToUse"), others
    )


def _seconds(text: str | None) -> float | None:
    if text is None:
        return None
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as error:
        raise ProfileRejected("InvalidSchedule", f"no time: {text}") from error
    return (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()
