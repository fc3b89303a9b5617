"""What was imported in the window so far: by the meter's own count where it has one.

A window begins on the clock of whoever bills. Its energy is integrated from the power, and
put right by what the meter counts: its running average of the quarter (P1 in Belgium), or its
register of imported energy. What nobody saw counts at the window's limit.
"""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any, Final, NamedTuple

LONGEST_GAP: Final = 15.0
"""Seconds for which a power stands for what came after it, at least."""
MOST_SKEW: Final = 120.0
"""Seconds by which a meter's clock may be believed to differ."""
COARSEST: Final = 10.0
"""Wh in which registers count, until they have shown finer steps."""


class Finished(NamedTuple):
    """A window that is over."""

    start: datetime
    mean: float
    """W."""
    house: float
    """The same of the building alone, as far as that is known, W."""
    guessed: float
    """Share of its time that nobody saw."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What is known at a moment; None: not told."""

    power: float | None
    """Imported, W; 0 while there is export."""
    house: float | None = None
    """What of it the building takes, W."""
    register: float | None = None
    """Counter of imported energy, Wh."""
    average: float | None = None
    """The meter's own mean of its window so far, in which what is to come counts as 0, W."""


@dataclass(slots=True)
class WindowEnergy:
    """Counts the energy of windows of `length` seconds."""

    length: float
    most: float = 100_000.0
    """W; a register that shows more than this has jumped."""
    start: datetime | None = None
    used: float = 0.0
    """Wh since the window began."""
    house: float = 0.0
    """Wh of the building alone."""
    unseen: float = 0.0
    """Seconds of it that nobody saw."""
    skew: float = 0.0
    """Seconds by which the meter's clock is behind ours."""
    refused_skew: float | None = None
    """The same where it is too much to be believed: our own clock counts."""
    by: str = "power"
    """What the energy is counted by: power, register, or average."""
    _told: Told | None = None
    _told_at: float | None = None
    _told_wall: float | None = None
    _register: float | None = None
    _since_register: float = 0.0
    """Wh integrated since the register was told."""
    _register_age: float = 0.0
    """Seconds since then."""
    _base: float | None = None
    """What the register showed when the window began, Wh."""
    _average: float | None = None
    _resolution: float = COARSEST
    _finished: list[Finished] = field(default_factory=list)

    def window_of(self, now: datetime) -> datetime:
        """When the window began that a moment is in, by the clock of whoever bills.

        `now` bears its local time: windows of 60 min begin with local hours.
        """
        # Wall clocks may not be added to: an hour of them is there twice, or not at all.
        local = (now.astimezone(UTC) - timedelta(seconds=self.skew)).astimezone(now.tzinfo)
        offset = (local.utcoffset() or timedelta()).total_seconds()
        seconds = (local.timestamp() + offset) // self.length * self.length - offset
        return datetime.fromtimestamp(seconds, UTC)

    def ends_at(self, now: datetime) -> datetime:
        """When the window ends, on our own clock."""
        begins = self.window_of(now) if self.start is None else self.start
        return begins + timedelta(seconds=self.length + self.skew)

    def update(
        self, told: Told, now: datetime, at: float, *, limit: float, gap: float = LONGEST_GAP
    ) -> list[Finished]:
        """Take in what is known at `now` (local; `at` on the monotonic clock).

        `limit` (W) is what the time counts at in which nobody knew anything: more than `gap`
        seconds after something was told. Returns the windows that are over by now.
        """
        self._finished = []
        if self.start is None:
            self.start = self.window_of(now)
            self._guess_before(now, limit, gap)
        if self._told_at is not None:
            elapsed = max(0.0, at - self._told_at)
            before = self._told_wall
            by_clock = elapsed if before is None else now.timestamp() - before
            if gap < by_clock - elapsed < 10 * self.length:
                # The machine slept, or the clock was set: that time nobody saw.
                elapsed = by_clock
            self._pass(now, elapsed, limit, max(gap, LONGEST_GAP))
        if self.window_of(now) != self.start:
            # Somebody set the clock: no time has passed, and the window is another one.
            self._begin(self.window_of(now))
            self._guess_before(now, limit, gap)
        self._told, self._told_at, self._told_wall = told, at, now.timestamp()
        if told.average is not None and self._count_average(told.average, now):
            return self._finished
        if told.register is not None:
            self._count_register(told.register)
        return self._finished

    def _guess_before(self, now: datetime, limit: float, gap: float) -> None:
        """Count what nobody saw of a window that did not just begin."""
        assert self.start is not None
        before = (now.timestamp() - self.skew) - self.start.timestamp()
        if before > gap:
            self.unseen, self.used = before, before * limit / 3600.0
            self.house = self.used

    def _pass(self, now: datetime, elapsed: float, limit: float, gap: float) -> None:
        """Integrate what was told last until now, window by window."""
        began = now.astimezone(UTC) - timedelta(seconds=elapsed)
        while elapsed > 0.0:
            assert self.start is not None
            ends = self.start + timedelta(seconds=self.length + self.skew)
            part = min(elapsed, max(0.0, (ends - began).total_seconds()))
            if part > 0.0:
                self._integrate(part, limit, gap)
            elapsed -= part
            began += timedelta(seconds=part)
            if elapsed <= 0.0 and began < ends:
                break
            if (began - ends).total_seconds() > 10 * self.length:
                # The machine slept, or the clock was set: nothing is known of all that.
                return
            self._begin(self.start + timedelta(seconds=self.length))

    def _integrate(self, seconds: float, limit: float, gap: float) -> None:
        told = self._told
        power, house = (None, None) if told is None else (told.power, told.house)
        if power is None or seconds > gap:
            # The part that a power stands for, and what nobody saw.
            unseen = seconds if power is None else seconds - gap
            known = seconds - unseen
            energy = ((power or 0.0) * known + max(limit, power or 0.0) * unseen) / 3600.0
            self.unseen += unseen
        else:
            energy = power * seconds / 3600.0
        self.used += energy
        self.house += energy if house is None else min(house, limit) * seconds / 3600.0
        self._since_register += energy
        self._register_age += seconds

    def _begin(self, start: datetime) -> None:
        assert self.start is not None
        hours = self.length / 3600.0
        if start > self.start:
            self._finished.append(
                Finished(
                    self.start,
                    self.used / hours,
                    self.house / hours,
                    min(1.0, self.unseen / self.length),
                )
            )
        self.start, self.used, self.house, self.unseen = start, 0.0, 0.0, 0.0
        self._base = None if self._register is None else self._register + self._since_register

    def _count_register(self, register: float) -> None:
        before, self._register = self._register, register
        since, age = self._since_register, self._register_age
        if before == register:
            return
        self._since_register = self._register_age = 0.0
        if before is None:
            self._base = register - self.used if self._base is None else self._base
            return
        counted = register - before
        if counted < 0.0 or counted > since + self.most * age / 3600.0 + COARSEST:
            # It was reset, or is another one: what was integrated stands.
            self._base = register - self.used
            return
        self._resolution = min(self._resolution, max(counted, 0.001))
        if self._base is None:
            self._base = register - self.used
            return
        self.by = "register"
        self._put_right(register - self._base)

    def _put_right(self, used: float) -> None:
        """Believe a count: one that is more in full, one that is less as far as it can tell."""
        difference = used - self.used
        if difference < 0.0:
            difference = min(0.0, difference + self._resolution)
        if difference:
            self.used = max(0.0, self.used + difference)
            # What was guessed is known now.
            self.unseen = 0.0

    def _count_average(self, average: float, now: datetime) -> bool:
        """Count by the meter's mean; whether its window is ours, so that it tells anything."""
        before, self._average = self._average, average
        energy = average * self.length / 3600.0
        if before is not None and average < 0.5 * before and before * self.length > 3600.0:
            self._meter_began(now)
        elif before == average:
            return self.refused_skew is None
        if self.refused_skew is not None:
            if self.by == "average":
                self.by = "power"
            return False
        self.by = "average"
        self.used, self.unseen = energy, 0.0
        return True

    def _meter_began(self, now: datetime) -> None:
        """The meter's window has just begun: that tells how its clock goes."""
        offset = (now.utcoffset() or timedelta()).total_seconds()
        behind = (now.timestamp() + offset + self.length / 2) % self.length - self.length / 2
        if abs(behind) > MOST_SKEW:
            self.refused_skew = behind
            return
        self.refused_skew = None
        self.skew = behind
        later = now.astimezone(UTC) + timedelta(seconds=1.0)
        start = self.window_of(later.astimezone(now.tzinfo))
        if self.start != start:
            self._begin(start)

    # Over a restart

    def to_dict(self) -> dict[str, Any]:
        """Plain JSON data of what must survive."""
        return {
            "start": None if self.start is None else self.start.isoformat(),
            "used": round(self.used, 3),
            "house": round(self.house, 3),
            "unseen": round(self.unseen, 1),
            "skew": self.skew,
            "register": self._register,
            "since_register": round(self._since_register, 3),
            "base": self._base,
            "resolution": self._resolution,
        }

    def restore(
        self,
        *,
        start: datetime,
        used: float,
        house: float,
        unseen: float,
        skew: float,
        register: float | None,
        since_register: float,
        base: float | None,
        resolution: float,
        at: float,
    ) -> None:
        """Go on where `to_dict` ended: nobody saw anything since (`at`: monotonic time of it)."""
        self.start, self.used, self.house, self.unseen = start, used, house, unseen
        self.skew, self._register, self._since_register = skew, register, since_register
        self._base, self._resolution = base, resolution
        self._told, self._told_at = Told(power=None), at
