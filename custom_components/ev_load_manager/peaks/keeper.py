"""Keeps a window's mean under its limit: what is used, what may be, what it was and costs."""

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, tzinfo
from enum import StrEnum
from math import exp, inf, isfinite
from typing import Any, Final, NamedTuple
from zoneinfo import ZoneInfo

from ..balancing.window import Budget
from ..data_files.stored import Stored
from ..data_files.values import flag, moment, number, optional, within
from .bill import (
    Window,
    agreed_block,
    charged,
    cost_of_month,
    counts,
    limit_without_cost,
    mean_of_months,
)
from .calendar import LimitedHours
from .named_limits import NamedLimits
from .tariff import Agreed, Peaks, Price, Tariff, Version
from .window_energy import COARSEST, MOST_SKEW, Finished, Told, WindowEnergy
from .without import Car, Unmanaged

MARGIN: Final = 50.0
"""W below the limit that are aimed at, at least."""
RESERVE: Final = 2000.0
"""W that are kept free where the limit is the highest of the month so far: no energy is lost by
it, for the month's peak only has to be reached once."""
SHORTEST_RUN: Final = 300.0
"""Seconds of a quarter of an hour for which no car begins where that is kept free: a car would start in every window, and
what it does not get now it gets in the next. Of longer windows, which end less often, it is less."""
LONGEST_REST: Final = timedelta(days=1)
"""For so long without us windows are guessed; to count those of months would take a minute."""
MOST_DAYS: Final = 400
"""Days whose highest windows are kept."""
OF_A_DAY: Final = 3
"""How many of each."""
LEARNS: Final = 0.2
"""Share of a new hour in the usual course of the week."""
TOLERANCE: Final = 1.002
"""Times its limit from which a window has exceeded it."""


def margin(limit: float, house: float | None, dead_time: float, length: float) -> float:
    """What is kept free of a limit (W) for what nobody sees or changes within `dead_time`, s; W.

    `house` is what the building takes now (W; None: not known), `length` the window's, s. A
    building that by itself stays below the limit may rise up to it, and by no more.
    """
    return max(MARGIN, max(0.0, limit - (house or 0.0)) * dead_time / length)


class Rule(StrEnum):
    """What the limit of a window is."""

    FIXED = "fixed"
    CALENDAR = "calendar"
    """What people allow at that time."""
    MONTH = "month"
    """The highest of this month so far, from a floor on."""
    TARIFF = "tariff"
    """What costs nothing more by a tariff."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PeakSettings:
    """What people said of their windows; powers in kW."""

    rule: Rule
    minutes: int
    maximum: float
    """No window is to exceed it, whatever the rule says."""
    floor: float = 0.0
    """Below it no month's peak is kept."""
    tariff: Tariff | None = None
    calendar: Sequence[LimitedHours] = ()
    """Of several that hold the lowest counts; where none does, the maximum."""
    calendar_entity: str | None = None
    """A calendar of Home Assistant's whose events name limits, too."""
    agreed: Mapping[str, float] = field(default_factory=dict)
    """What was agreed on for each block of the tariff."""


class Why(StrEnum):
    """Why a window exceeded its limit."""

    BUILDING = "building"
    """The building alone took so much."""
    UNSEEN = "unseen"
    """Nobody saw enough of it: the meter was silent, or Home Assistant did not run."""
    CARS = "cars"
    """Cars took more than they were to, or followed too late."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Exceeded:
    """A window that was above its limit; kW."""

    start: datetime
    mean: float
    limit: float
    why: Why


class Kept(NamedTuple):
    """A window of this month; W."""

    start: datetime
    mean: float
    house: float
    without: float
    """What it would have been had every car charged at once, as far as sessions tell."""
    limit: float
    """inf: none."""


@dataclass(slots=True)
class PeakKeeper:
    """One circuit's windows. Times are local to `zone`, or to the tariff's own zone."""

    settings: PeakSettings
    zone: tzinfo
    most: float = 100_000.0
    """W that the connection can carry: no register counts faster."""
    energy: WindowEnergy = field(init=False)
    windows: list[Kept] = field(default_factory=list)
    """Those of this month, in order."""
    days: dict[str, list[tuple[float, float]]] = field(default_factory=dict)
    """Day -> the highest windows of earlier months: when they began (s), and kW."""
    exceeded: Exceeded | None = None
    """The last window that was above its limit; None since one was well below it."""
    unmanaged: Unmanaged = field(default_factory=Unmanaged)
    named: NamedLimits = field(default_factory=NamedLimits)
    """What the events of the calendar say; set by `take_limits`."""
    course: list[float | None] = field(default_factory=lambda: [None] * 168)
    """What the building usually takes in each hour of the week, W."""
    _limits: dict[datetime, float] = field(default_factory=dict)
    _extra: dict[datetime, float] = field(default_factory=dict)
    """Window -> Wh that cars of ended sessions would have taken in it."""
    _told: Told | None = None
    _at: float | None = None

    def __post_init__(self) -> None:
        """Begin to count."""
        if self.settings.tariff is not None:
            self.zone = ZoneInfo(self.settings.tariff.time_zone)
        self.energy = WindowEnergy(self.settings.minutes * 60.0, self.most)

    # The window

    def update(
        self,
        told: Told,
        now: datetime,
        at: float,
        *,
        dead_time: float,
        cars: Mapping[Hashable, Car] | None = None,
    ) -> tuple[Budget | None, bool]:
        """Take in what is known now (`at`: monotonic); what is left, and whether a window ended.

        The budget is None where the window is free.
        """
        local = now.astimezone(self.zone)
        cars = cars or {}
        limit = self.limit_at(self.energy.start or self.energy.window_of(local))
        if self._at is not None and self.energy.start is not None:
            self.unmanaged.see(cars, self.energy.start, min(60.0, max(0.0, at - self._at)))
        for window, wh in self.unmanaged.begin(cars).items():
            self._extra[window] = self._extra.get(window, 0.0) + wh
        finished = self.energy.update(
            told, local, at, limit=min(limit, self.most), gap=max(15.0, 1.5 * dead_time)
        )
        for one in finished:
            self._finish(one)
        self._told, self._at = told, at
        return self._budget(local, at, dead_time), bool(finished)

    def _budget(self, local: datetime, at: float, dead_time: float) -> Budget | None:
        energy = self.energy
        assert energy.start is not None
        ends_in = max(0.0, (energy.ends_at(local) - local).total_seconds())
        after = energy.start + timedelta(seconds=energy.length)
        limit, then = self.limit_at(energy.start), self.limit_at(after)
        if limit == inf and (then == inf or ends_in > dead_time):
            return None
        told, limit, then = self._told, min(limit, self.most), min(then, self.most)
        house = None if told is None else told.house
        limit -= margin(limit, house, dead_time, energy.length)
        then -= margin(then, house, dead_time, energy.length)
        power = None if told is None else told.power
        return Budget(
            at=at,
            ends_at=at + ends_in,
            left=limit * energy.length / 3600.0 - energy.used,
            power=limit if power is None else power,
            limit=limit,
            next_limit=then,
            dead_time=dead_time,
            reserve=RESERVE if self._follows_peak else 0.0,
            shortest_run=SHORTEST_RUN * 900.0 / energy.length if self._follows_peak else 0.0,
        )

    def cautious_budget(self, at: float, dead_time: float) -> Budget:
        """What is left where nothing can be counted: no more at any moment than the mean may be.

        Nothing that it looks at can fail.
        """
        settings = self.settings
        known = min(self._limits.values(), default=inf)
        least = settings.floor if settings.rule is Rule.MONTH else settings.maximum
        least = min([least, *(one.limit for one in settings.calendar)])
        least = least if self.named.lowest is None else min(least, self.named.lowest)
        limit, length = min(known, 1000.0 * least, self.most), settings.minutes * 60.0
        limit -= margin(limit, None, dead_time, length)
        return Budget(
            at=at,
            ends_at=at + length,
            left=limit * length / 3600.0,
            power=limit,
            limit=limit,
            next_limit=limit,
            dead_time=dead_time,
            reserve=RESERVE if settings.rule in {Rule.MONTH, Rule.TARIFF} else 0.0,
        )

    @property
    def _follows_peak(self) -> bool:
        if self.settings.rule is Rule.MONTH:
            return True
        version = self._version(
            datetime.now(self.zone) if self.energy.start is None else self.energy.start
        )
        return version is not None and any(isinstance(one, Peaks) for one in version.components)

    @property
    def limit(self) -> float:
        """Of this window, W; inf where it is free."""
        return inf if self.energy.start is None else self.limit_at(self.energy.start)

    def limit_at(self, start: datetime) -> float:
        """What the mean of a window that begins at `start` may be, W."""
        known = self._limits.get(start)
        if known is None:
            known = self._limits[start] = 1000.0 * self._limit(start.astimezone(self.zone))
            for old in sorted(self._limits)[:-4]:
                del self._limits[old]
        return known

    def forget_limits(self) -> None:
        """Settings have changed."""
        self._limits.clear()

    def take_limits(self, named: NamedLimits) -> None:
        """Take over what the calendar says by now, for this window, too."""
        if named != self.named:
            self.named = named
            self.forget_limits()

    def _limit(self, local: datetime) -> float:
        settings = self.settings
        if settings.rule is Rule.FIXED:
            return settings.maximum
        if settings.rule is Rule.CALENDAR:
            begins = local.astimezone(UTC)
            by_events = self.named.limit(begins, begins + timedelta(minutes=settings.minutes))
            holding = [one.limit for one in settings.calendar if one.rule.holds(local, ())]
            return min([settings.maximum, by_events, *holding])
        if settings.rule is Rule.MONTH:
            return min(settings.maximum, max(settings.floor, self._peak(local)))
        limit = settings.maximum
        version = self._version(local)
        if version is None or settings.tariff is None:
            return limit
        for part in version.components:
            if isinstance(part, Agreed):
                block = agreed_block(part, local, settings.tariff.holidays)
                limit = min(limit, settings.agreed.get(block, limit))
            else:
                windows = self._windows(part, local)
                may = limit_without_cost(
                    part, local, windows, settings.tariff.holidays, settings.floor
                )
                limit = min(limit, may)
        return limit

    def unknown_tariff(self, now: datetime) -> Version | None:
        """The version that counts though it is none of this day's; None: all is as it should be."""
        tariff, day = self.settings.tariff, now.astimezone(self.zone).date()
        return None if tariff is None or tariff.is_known(day) else tariff.version(day)

    def _version(self, at: datetime) -> Version | None:
        tariff = self.settings.tariff
        return None if tariff is None else tariff.version(at.astimezone(self.zone).date())

    def _peak(self, local: datetime) -> float:
        """The highest window of the month that a moment is in, kW."""
        return max((one.mean for one in self._of_month(local)), default=0.0)

    def _of_month(self, local: datetime) -> list[Window]:
        found = []
        for one in self.windows:
            start = one.start.astimezone(self.zone)
            if (start.year, start.month) == (local.year, local.month):
                found.append(Window(start, one.mean / 1000.0))
        return found

    def _windows(self, part: Peaks, local: datetime) -> list[Window]:
        """Those that are billed together with one that begins at `local`."""
        found = self._of_month(local)
        if part.of == "last_12_months":
            earliest = (local - timedelta(days=365)).date().isoformat()
            found += [
                Window(datetime.fromtimestamp(start, self.zone), mean)
                for day, highest in self.days.items()
                if day > earliest
                for start, mean in highest
            ]
        return found

    # What was

    def _finish(self, one: Finished) -> None:
        limit = self.limit_at(one.start)
        local = one.start.astimezone(self.zone)
        if self.windows and self.windows[-1].start.astimezone(self.zone).month != local.month:
            self._close_month()
        self.windows.append(Kept(one.start, one.mean, one.house, one.house, limit))
        self._learn(local, one.house)
        # What may be from now on follows from it.
        self._limits.clear()
        if one.mean > limit * TOLERANCE:
            why = Why.CARS
            if one.guessed > 0.05:
                why = Why.UNSEEN
            elif one.house > limit * 0.98:
                why = Why.BUILDING
            self.exceeded = Exceeded(
                start=one.start, mean=one.mean / 1000.0, limit=limit / 1000.0, why=why
            )

    def _close_month(self) -> None:
        """Keep of a month that is over only its days' highest windows."""
        for one in self.windows:
            day = one.start.astimezone(self.zone).date().isoformat()
            highest = self.days.setdefault(day, [])
            highest.append((one.start.timestamp(), round(one.mean / 1000.0, 4)))
            highest.sort(key=lambda pair: -pair[1])
            del highest[OF_A_DAY:]
        self.windows = []
        self._extra = {}
        for day in sorted(self.days)[:-MOST_DAYS]:
            del self.days[day]

    def _learn(self, local: datetime, house: float) -> None:
        hour = local.weekday() * 24 + local.hour
        usual = self.course[hour]
        self.course[hour] = house if usual is None else usual + LEARNS * (house - usual)

    @property
    def month_peak(self) -> tuple[datetime, float] | None:
        """The highest window of this month: when it began, and kW."""
        highest = max(self.windows, key=lambda one: one.mean, default=None)
        return None if highest is None else (highest.start, highest.mean / 1000.0)

    # What it comes to

    @property
    def mean(self) -> float | None:
        """What was used of this window so far, as the mean of the whole of it, W.

        As the meters of those who bill count: it begins at 0 and only rises.
        """
        return None if self.energy.start is None else self.energy.used * 3600.0 / self.energy.length

    def forecast(self, now: datetime, house: float | None, cars: float) -> float | None:
        """What this window's mean will be, if cars go on with `cars` W, W.

        `house` is what the building is expected to take at present, W; the longer it is until
        the end, the more it will be as it usually is at this hour of the week.
        """
        if self.energy.start is None:
            return None
        local = now.astimezone(self.zone)
        left = max(0.0, (self.energy.ends_at(local) - local).total_seconds())
        usual = self.course[local.weekday() * 24 + local.hour]
        expected = usual if house is None else house
        if expected is None:
            return None
        if usual is not None:
            share = exp(-left / 1800.0)
            expected = share * expected + (1.0 - share) * usual
        found = (self.energy.used * 3600.0 + (expected + cars) * left) / self.energy.length
        return found if isfinite(found) else None

    def cost(self) -> float | None:
        """What this month costs by its windows so far, in the tariff's currency."""
        return self._cost(
            [Window(one.start.astimezone(self.zone), one.mean / 1000.0) for one in self.windows]
        )

    def cost_without(self) -> float | None:
        """The same had every car charged at once, with all that it takes."""
        hours = self.energy.length / 3600.0
        running = self.unmanaged.running()
        return self._cost(
            [
                Window(
                    one.start.astimezone(self.zone),
                    (
                        one.house
                        + (self._extra.get(one.start, 0.0) + running.get(one.start, 0.0)) / hours
                    )
                    / 1000.0,
                )
                for one in self.windows
            ]
        )

    @property
    def currency(self) -> str | None:
        """Of the tariff, where its price is known."""
        tariff = self.settings.tariff
        if tariff is None:
            return None
        known = any(
            isinstance(part, Peaks) and part.price != Price()
            for version in tariff.versions
            for part in version.components
        )
        return tariff.currency if known else None

    def _cost(self, windows: list[Window]) -> float | None:
        tariff = self.settings.tariff
        if tariff is None or not windows:
            return None
        version = self._version(windows[-1].start)
        total: float | None = None
        for part in () if version is None else version.components:
            if isinstance(part, Agreed):
                continue
            kilowatts = self._charged(part, windows, tariff)
            amount = cost_of_month(part, kilowatts)
            total = amount if total is None or amount is None else total + amount
        return total

    def _charged(self, part: Peaks, windows: list[Window], tariff: Tariff) -> float:
        if part.of == "last_12_months":
            known = {one.start for one in windows}
            windows = windows + [
                one for one in self._windows(part, windows[-1].start) if one.start not in known
            ]
        of_month = charged(part, windows, tariff.holidays)
        if part.then != "mean_of_12_months":
            return of_month
        months: dict[str, list[Window]] = {}
        for day, highest in sorted(self.days.items()):
            months.setdefault(day[:7], []).extend(
                Window(datetime.fromtimestamp(start, self.zone), mean) for start, mean in highest
            )
        before = [charged(part, one, tariff.holidays) for one in months.values()]
        return mean_of_months([*before[-11:], of_month])

    def is_counted(self, start: datetime) -> bool:
        """Whether a window that begins then is billed at all."""
        version, tariff = self._version(start), self.settings.tariff
        return (
            version is None
            or tariff is None
            or any(
                counts(part, start.astimezone(self.zone), tariff.holidays) > 0.0
                for part in version.components
            )
        )

    # Over a restart

    def to_dict(self, now: datetime) -> dict[str, Any]:
        """Plain JSON data of what must survive."""
        return {
            "minutes": self.settings.minutes,
            "saved_at": now.isoformat(),
            "energy": self.energy.to_dict(),
            "windows": [
                [
                    one.start.timestamp(),
                    round(one.mean, 1),
                    round(one.house, 1),
                    round(self._extra.get(one.start, 0.0), 1),
                    None if one.limit == inf else round(one.limit, 1),
                ]
                for one in self.windows
            ],
            "days": {day: [list(pair) for pair in highest] for day, highest in self.days.items()},
            "course": [None if one is None else round(one, 1) for one in self.course],
        }

    def restore(self, stored: Stored, now: datetime, at: float) -> None:
        """Go on with what `to_dict` wrote; what can't be read is as if it had not been.

        Nobody saw what flowed since: it counts at the limit, until a register tells better.
        """
        if stored.read("minutes", number, 0.0, missing=0.0) != self.settings.minutes:
            return
        for start, mean, house, extra, limit in stored.many("windows", _kept):
            begins = datetime.fromtimestamp(start, UTC)
            self.windows.append(Kept(begins, mean, house, house, inf if limit is None else limit))
            if extra:
                self._extra[begins] = extra
        days = stored.section("days", may_miss=True)
        for day in days.names:
            self.days[day] = list(days.many(day, _pair))
        course = stored.many("course", optional(_energy))
        if len(course) == 168:
            self.course = list(course)
        energy = stored.section("energy", may_miss=True)
        start_of = energy.read("start", optional(moment), None, missing=None)
        saved = stored.read("saved_at", optional(moment), None, missing=None)
        used = energy.read("used", within(0.0), 0.0)
        house = energy.read("house", within(0.0), 0.0)
        unseen = energy.read("unseen", within(0.0), 0.0)
        skew = energy.read("skew", within(-MOST_SKEW, MOST_SKEW), 0.0)
        register = energy.read("register", optional(number), None)
        since_register = energy.read("since_register", number, 0.0)
        base = energy.read("base", optional(number), None)
        resolution = energy.read("resolution", within(0.0), COARSEST)
        # Files of the first days tell nothing of it.
        register_refused, average_refused = (
            energy.read(f"{name}_refused", flag, True, missing=False, may_miss=True)
            for name in ("register", "average")
        )
        # Where any of it is damaged, the window counts as one that nobody saw.
        is_new = saved is not None and now - saved <= LONGEST_REST
        if start_of is not None and saved is not None and is_new and not energy.is_damaged:
            self.energy.restore(
                start=start_of,
                used=used,
                house=house,
                unseen=unseen,
                skew=skew,
                register=register,
                since_register=since_register,
                base=base,
                resolution=resolution,
                register_refused=register_refused,
                average_refused=average_refused,
                at=at - max(0.0, (now - saved).total_seconds()),
            )
        if self.windows and self.windows[-1].start.astimezone(self.zone).strftime("%Y-%m") != (
            now.astimezone(self.zone).strftime("%Y-%m")
        ):
            self._close_month()


_began: Final = within(0.0, datetime(9998, 1, 1, tzinfo=UTC).timestamp())
"""When a window began, s since 1970."""


_energy: Final = within(0.0, 1e9)
"""Whatever it is of a window, it is not negative."""


def _kept(row: Any) -> tuple[float, float, float, float, float | None]:
    start, mean, house, extra, limit = row
    return (
        _began(start),
        _energy(mean),
        _energy(house),
        _energy(extra),
        None if limit is None else _energy(limit),
    )


def _pair(row: Any) -> tuple[float, float]:
    start, mean = row
    return _began(start), _energy(mean)
