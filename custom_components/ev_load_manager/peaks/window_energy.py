"""What was imported in the window so far: by the meter's own count where it has one.

A window begins on the clock of whoever bills. Its energy is integrated from the power, and
put right by what the meter counts: its running average of the quarter (P1 in Belgium), or its
register of imported energy. What nobody saw counts at the window's limit, and a count that
tells far less than was seen is not believed.
"""

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from math import isfinite
from typing import Any, Final, NamedTuple

from .trust import ENOUGH, Trust

LONGEST_GAP: Final = 15.0
"""Seconds for which a power stands for what came after it, at least."""
MOST_SKEW: Final = 120.0
"""Seconds by which a meter's clock may be believed to differ."""
NONSENSE: Final = 10.0
"""Times what the connection can carry that no power is."""
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
    measured_at: float | None = None
    """When that was measured, monotonic."""
    house: float | None = None
    """What of it the building takes, W."""
    register: float | None = None
    """Counter of imported energy, Wh."""
    average: float | None = None
    """The meter's own mean of its window so far, in which what is to come counts as 0, W."""

    def __post_init__(self) -> None:
        """What is no number tells nothing; what can't be negative is taken for 0 or nothing."""
        for name, least in (("power", 0.0), ("house", 0.0), ("register", None), ("average", None)):
            value = getattr(self, name)
            if value is None or (isfinite(value) and value >= 0.0):
                continue
            object.__setattr__(self, name, least if isfinite(value) else None)


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
    register_trust: Trust = field(default_factory=Trust)
    average_trust: Trust = field(default_factory=Trust)
    _integrated: float = 0.0
    """Wh since the window began by the power alone, what nobody saw at the limit."""
    _told: Told | None = None
    _told_at: float | None = None
    _told_wall: float | None = None
    _held_since: float = 0.0
    """When the reading was told first that power is from, monotonic."""
    _register: float | None = None
    _since_register: float = 0.0
    """Wh integrated since the register was told,"""
    _seen_since_register: float = 0.0
    """and those of them that were surely seen."""
    _register_age: float = 0.0
    """Seconds since then."""
    _base: float | None = None
    """What the register showed when the window began, Wh."""
    _average: float | None = None
    _average_since: tuple[float, float] | None = None
    """When it was told anew last: monotonic, and on the wall clock."""
    _seen_since_average: float = 0.0
    """Wh that were surely seen since then."""
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
        limit = min(max(0.0, limit), self.most) if isfinite(limit) else self.most
        if max(told.power or 0.0, told.house or 0.0) > NONSENSE * self.most:
            told = replace(told, power=None, house=None)
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
            self._draw_line(told, now, at, max(gap, LONGEST_GAP))
        if self.window_of(now) != self.start:
            # Somebody set the clock: no time has passed, and the window is another one.
            self._begin(self.window_of(now))
            self._guess_before(now, limit, gap)
        if self._told is None or told.measured_at != self._told.measured_at:
            self._held_since = at
        self._told, self._told_at, self._told_wall = told, at, now.timestamp()
        if told.average is not None and self._count_average(told.average, now, at):
            return self._finished
        if told.register is not None:
            self._count_register(told.register)
        return self._finished

    def _guess_before(self, now: datetime, limit: float, gap: float) -> None:
        """Count what nobody saw of a window that did not just begin."""
        assert self.start is not None
        before = (now.timestamp() - self.skew) - self.start.timestamp()
        if before > gap:
            self.unseen = before
            self.used = self.house = self._integrated = before * limit / 3600.0

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
            seen = (power or 0.0) * (seconds - unseen) / 3600.0
            energy = seen + max(limit, power or 0.0) * unseen / 3600.0
            self.unseen += unseen
        else:
            energy = seen = power * seconds / 3600.0
        self.used += energy
        self._integrated += energy
        most = max(limit, power or 0.0)
        self.house += energy if house is None else min(house, most) * seconds / 3600.0
        self._since_register += energy
        self._seen_since_register += seen
        self._seen_since_average += seen
        self._register_age += seconds

    def _draw_line(self, told: Told, now: datetime, at: float, gap: float) -> None:
        """Within a window power went from one reading to the next, where the first was held till now.

        Cars are told more right after a reading: of a meter that tells every 30 s nothing of
        that would count for half a minute, at each step up. What the meter counts itself needs none.
        """
        before = self._told
        if told.register is not None or told.average is not None or self.by != "power":
            return
        if before is None or before.power is None or told.power is None:
            return
        if before.measured_at is None or told.measured_at is None:
            return
        seconds = told.measured_at - before.measured_at
        if not 0.0 < seconds <= gap:
            return
        assert self.start is not None
        in_window = (now.timestamp() - self.skew) - self.start.timestamp()
        part = max(0.0, min(seconds, in_window, at - self._held_since))
        risen = (told.power - before.power) * (1.0 - part / seconds / 2.0)
        energy = risen * part / 3600.0
        self.used = max(0.0, self.used + energy)
        if before.house is None:
            # All of it counts as the building's.
            self.house = max(0.0, self.house + energy)
        self._integrated = max(0.0, self._integrated + energy)

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
        self._integrated = 0.0
        self.register_trust.begin_window()
        self.average_trust.begin_window()
        self._base = None if self._register is None else self._register + self._since_register

    def _count_register(self, register: float) -> None:
        before, self._register = self._register, register
        since, seen, age = self._since_register, self._seen_since_register, self._register_age
        if before == register:
            return
        self._since_register = self._seen_since_register = self._register_age = 0.0
        if before is None:
            self._base = register - self.used if self._base is None else self._base
            return
        counted = register - before
        if counted < 0.0 or counted > since + self.most * age / 3600.0 + COARSEST:
            # It was reset, or is another one: what was integrated stands.
            self._base = register - self.used
            self.register_trust.begin_anew()
            return
        self._resolution = min(self._resolution, max(counted, 0.001))
        if not self.register_trust.compare(counted, seen, resolution=self._resolution):
            self._count_by_power("register")
            return
        if self._base is None:
            self._base = register - self.used
            return
        self.by = "register"
        self._put_right(register - self._base)

    def _count_by_power(self, instead_of: str) -> None:
        """A count is not believed: what was integrated counts, where that is more."""
        self.used = max(self.used, self._integrated)
        if self.by == instead_of:
            self.by = "power"

    def _put_right(self, used: float) -> None:
        """Believe a count: one that is more in full, one that is less as far as it can tell."""
        difference = used - self.used
        if difference < 0.0:
            difference = min(0.0, difference + self._resolution)
        if difference:
            self.used = max(0.0, self.used + difference)
            # What was guessed is known now.
            self.unseen = 0.0

    def _count_average(self, average: float, now: datetime, at: float) -> bool:
        """Count by the meter's mean; whether it tells anything of our window."""
        before, self._average = self._average, average
        energy = average * self.length / 3600.0
        if before == average:
            # One that stands still while much flows says nothing.
            return self.by == "average" and self._seen_since_average < ENOUGH
        since, self._average_since = self._average_since, (at, now.timestamp())
        seen, self._seen_since_average = self._seen_since_average, 0.0
        if before is None or since is None:
            # It may stand still since long ago: it is believed once it moves.
            self.used = max(self.used, min(energy, self._possible(now)))
            return False
        counted = energy - before * self.length / 3600.0
        if counted < -1.0:
            elapsed = max(at - since[0], now.timestamp() - since[1])
            self._average_fell(now, elapsed, surely=average < 0.5 * before)
        else:
            self.average_trust.compare(counted, seen, resolution=1.0)
        if energy > self._possible(now):
            self.average_trust.refuse()
        if self.refused_skew is not None or self.average_trust.refused:
            self._count_by_power("average")
            return False
        self.by = "average"
        self.used, self.unseen = energy, 0.0
        return True

    def _possible(self, now: datetime) -> float:
        """The most that the meter's window can have, Wh."""
        assert self.start is not None
        seconds = now.timestamp() - self.skew - self.start.timestamp() + MOST_SKEW
        return self.most * max(0.0, seconds) / 3600.0 + COARSEST

    def _average_fell(self, now: datetime, elapsed: float, *, surely: bool) -> None:
        """The meter's window began within the last `elapsed` seconds: how does its clock go?

        `surely`: it fell so far that nothing else explains it. Else it is believed only near a
        boundary; what falls within a window counts something else.
        """
        offset = (now.utcoffset() or timedelta()).total_seconds()
        latest = (now.timestamp() + offset + self.length / 2) % self.length - self.length / 2
        # The nearest moment to the boundary that we know of: who was silent tells no other one.
        behind = min(
            (
                min(max(self.skew - whole, latest - elapsed), latest) + whole
                for whole in (0.0, self.length)
            ),
            key=lambda seconds: abs(seconds - self.skew),
        )
        if abs(behind) > MOST_SKEW:
            if surely:
                self.refused_skew = behind
            else:
                self.average_trust.refuse()
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
            "register_refused": self.register_trust.refused,
            "average_refused": self.average_trust.refused,
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
        register_refused: bool,
        average_refused: bool,
        at: float,
    ) -> None:
        """Go on where `to_dict` ended: nobody saw anything since (`at`: monotonic time of it)."""
        self.start, self.used, self.house, self.unseen = start, used, house, unseen
        self.skew, self._register, self._since_register = skew, register, since_register
        self._base, self._resolution, self._integrated = base, resolution, used
        for trust, refused in (
            (self.register_trust, register_refused),
            (self.average_trust, average_refused),
        ):
            if refused:
                # What it told before the restart is no part of a whole window.
                trust.refuse()
        self._told, self._told_at = Told(power=None), at
