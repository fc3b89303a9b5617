"""Limits in kW that somebody else asks for: a grid operator, an automation; and what became of them."""

from collections.abc import Container, Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Final

from ..data_files.stored import Stored, plain
from ..data_files.values import within
from ..errors import SettingError, figure
from .power_settings import HIGHEST_POWER

KEPT: Final = timedelta(days=731)
"""Operators may ask for two years what became of their signals."""
MOST: Final = 20_000
MOST_OF_NUMBERS: Final = 1_000
"""So many of them are a number's: an automation that writes one every few seconds must not push out
what the grid operator has demanded."""
MOST_AT_A_TIME: Final = 100
CONTACT: Final = "contact"
"""The name of the signal that an entity gives."""
NUMBER: Final = "number"
"""The name under which it is logged that a number entity was lowered."""
TOLERANCE: Final = 1.02
"""Times its limit below which a signal is obeyed: meters and voltages differ."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Signal:
    """One that holds; kW over all phases."""

    circuit: str
    name: str
    limit: float
    start: datetime
    until: datetime | None = None
    """None: until it is taken back."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LoggedSignal:
    """What became of one."""

    circuit: str
    name: str
    limit: float
    start: datetime
    end: datetime | None = None
    """None: it still holds."""
    before: float | None = None
    """What was drawn when it came, kW; None: not known."""
    obeyed_after: float | None = None
    """Seconds until what was drawn was within it."""
    highest: float | None = None
    """The most that was drawn from then on, kW."""
    last: float | None = None
    """What was drawn last while it held, kW."""


class Signals:
    """Those of one group."""

    def __init__(self, signals: Iterable[Signal] = (), log: Iterable[LoggedSignal] = ()) -> None:
        self._signals = {(one.circuit, one.name): one for one in signals}
        self._over: list[LoggedSignal] = []
        self._open: dict[tuple[str, str], LoggedSignal] = {}
        """What of the log still goes on, by circuit and name: it changes at every step."""
        for one in log:
            if one.end is None:
                self._open[one.circuit, one.name] = one
            else:
                self._over.append(one)

    @property
    def log(self) -> list[LoggedSignal]:
        """What became of all, the oldest first."""
        return sorted([*self._over, *self._open.values()], key=lambda one: one.start)

    @property
    def open(self) -> tuple[LoggedSignal, ...]:
        """How those stand that still hold."""
        return tuple(self._open.values())

    def until(self, circuit: str, name: str) -> datetime | None:
        """When a signal ends by itself; None: when it is taken back."""
        found = self._signals.get((circuit, name))
        return None if found is None else found.until

    @property
    def all(self) -> tuple[Signal, ...]:
        """Those that hold."""
        return tuple(self._signals.values())

    def lowest(self, circuit: str) -> Signal | None:
        """The one that counts: of contradictory ones the lowest."""
        found = [one for one in self.all if one.circuit == circuit]
        return min(found, key=lambda one: one.limit, default=None)

    @property
    def is_used(self) -> bool:
        """Whether anything holds, or ever held as far as that is kept."""
        return bool(self._open or self._over)

    def by_circuit(self) -> dict[str, float]:
        """What counts on each circuit, kW."""
        return {
            circuit: lowest.limit
            for circuit in {one.circuit for one in self.all}
            if (lowest := self.lowest(circuit)) is not None
        }

    def set(self, signal: Signal, *, now: datetime) -> bool:
        """Obey a signal; one of the same name is replaced. Whether anything changed.

        Raises SettingError where it can't be.
        """
        if not 0.0 <= signal.limit <= HIGHEST_POWER:
            raise SettingError("limit", "power_out_of_range", maximum=figure(HIGHEST_POWER))
        if signal.until is not None and signal.until <= now:
            raise SettingError("end", "temporary_limit_past")
        key = signal.circuit, signal.name
        before = self._signals.get(key)
        if before is not None and (before.limit, before.until) == (signal.limit, signal.until):
            return False
        # The operator's own is obeyed however many there are of others.
        is_one_more = before is None and signal.name != CONTACT
        if is_one_more and len(self._signals) >= MOST_AT_A_TIME:
            raise SettingError("name", "temporary_limits_too_many", most=str(MOST_AT_A_TIME))
        if before is not None and before.limit != signal.limit:
            self._end(key, now)
        self._signals[key] = signal
        if before is None or before.limit != signal.limit:
            self._begin(key, signal.limit, now)
        return True

    def note_number(self, circuit: str, limit: float | None, *, now: datetime) -> None:
        """Log that a number entity limits a circuit for now; None: it is as it was set up."""
        key = circuit, NUMBER
        logged = self._open.get(key)
        if key in self._signals or (None if logged is None else logged.limit) == limit:
            return
        self._close(key, now)
        if limit is not None:
            self._begin(key, limit, now)

    def clear(self, circuit: str, name: str | None, *, now: datetime) -> bool:
        """Take one back (all of a circuit without a name); whether there was any."""
        keys = [key for key in self._signals if key[0] == circuit and name in {None, key[1]}]
        for key in keys:
            self._end(key, now)
        return bool(keys)

    def expire(self, now: datetime) -> bool:
        """End what is over, and forget what nobody asks for any more; whether a signal ended."""
        over = [
            key for key, one in self._signals.items() if one.until is not None and one.until <= now
        ]
        for key in over:
            self._end(key, now)
        if self._over and self._over[0].start < now - KEPT:
            self._over = [one for one in self._over if one.start >= now - KEPT]
        return bool(over)

    def keep_only(self, circuits: Container[str], *, now: datetime) -> bool:
        """End those of circuits that are gone; whether there were any."""
        gone = [key for key in self._signals if key[0] not in circuits]
        for key in gone:
            self._end(key, now)
        for key in [key for key in self._open if key[0] not in circuits]:
            self._close(key, now)
        return bool(gone)

    def see(self, circuit: str, drawn: float | None, now: datetime) -> None:
        """Note what is drawn (kW) while signals hold."""
        if drawn is None:
            return
        for key, one in self._open.items():
            if one.circuit != circuit:
                continue
            obeyed = one.obeyed_after
            if obeyed is None and drawn <= max(one.limit * TOLERANCE, 0.1):
                obeyed = round((now - one.start).total_seconds(), 1)
            self._open[key] = replace(
                one,
                before=round(drawn, 3) if one.before is None else one.before,
                obeyed_after=obeyed,
                last=round(drawn, 3),
                highest=one.highest if obeyed is None else round(max(drawn, one.highest or 0.0), 3),
            )

    def _begin(self, key: tuple[str, str], limit: float, now: datetime) -> None:
        circuit, name = key
        self._open[key] = LoggedSignal(circuit=circuit, name=name, limit=limit, start=now)

    def _end(self, key: tuple[str, str], now: datetime) -> None:
        del self._signals[key]
        self._close(key, now)

    def _close(self, key: tuple[str, str], now: datetime) -> None:
        if (one := self._open.pop(key, None)) is not None:
            self._over.append(replace(one, end=now))
            if one.name == NUMBER:
                numbers = [place for place, old in enumerate(self._over) if old.name == NUMBER]
                for place in reversed(numbers[:-MOST_OF_NUMBERS]):
                    del self._over[place]
            del self._over[:-MOST]

    def to_dict(self) -> dict[str, Any]:
        """Plain data for the store."""
        return {"signals": plain(self.all), "log": plain(tuple(self.log))}

    @classmethod
    def read(cls, stored: Stored, *, group: str, now: datetime) -> Signals:
        """Read what was stored; one that can't be read holds with 0 kW for a day: it may be law."""
        power = within(0.0)

        def signal(place: int, row: Stored) -> Signal | None:
            safer = {
                "circuit": group,
                "name": f"?{place or ''}",
                "limit": 0.0,
                "start": now,
                "until": now + timedelta(days=1) if row.is_lost else None,
            }
            return row.into(Signal, readers={"limit": power}, safer=safer)

        rows = stored.sections("signals", may_miss=True)
        signals = [one for place, row in enumerate(rows) if (one := signal(place, row))]
        log = [
            logged
            for row in stored.sections("log", may_miss=True)
            if (logged := row.into(LoggedSignal)) is not None
        ]
        found = cls(signals, log)
        for key in list(found._open):
            # What held it was lost, or is taken back since.
            if key[1] != NUMBER and key not in found._signals:
                found._close(key, now)
        return found
