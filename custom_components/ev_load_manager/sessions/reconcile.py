"""Whether what a meter counted in a month is in the sessions, and where the rest is.

What an outlet's own register rose by = sessions + voided sessions + what flowed between sessions
+ what nobody can explain. The last is shown, never hidden.
"""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
import sqlite3
from typing import Final, NamedTuple

from .completeness import Flag
from .months import Month
from .quarters import whole
from .register import Reading

WORTH_TELLING: Final = 0.01
"""Part of what was counted that may be unexplained before somebody should look."""
_AROUND: Final = 40 * 86_400
"""Seconds around a month in which the readings lie that say where a register stood at its ends."""


class Span(NamedTuple):
    """A session's register, as its outlet counted it."""

    start: Reading
    stop: Reading


class Register(NamedTuple):
    """What was read of one meter, and the sessions that it counted; both in order."""

    readings: Sequence[Reading]
    spans: Sequence[Span] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Reconciliation:
    """A month of an outlet; Wh."""

    counted: int | None
    """What its register rose by; None: that is not known."""
    sessions: int
    voided: int
    between: int
    """What flowed between sessions: plug and charge, or while nobody listened."""
    estimated: bool
    """The register at the month's ends is an estimate between two readings."""

    @property
    def unexplained(self) -> int | None:
        """What is left; negative: the sessions hold more than was counted."""
        if self.counted is None:
            return None
        return self.counted - self.sessions - self.voided - self.between

    @property
    def is_worth_telling(self) -> bool:
        """Whether more is unexplained than meters differ by."""
        rest = self.unexplained
        return bool(rest) and abs(rest or 0) > WORTH_TELLING * max(self.counted or 0, 1)


def reconcile(
    registers: Sequence[Register],
    *,
    start: int,
    end: int,
    sessions: int,
    voided: int = 0,
    over_two: int = 0,
) -> Reconciliation:
    """Compare a month of an outlet, from `start` up to `end` (UTC seconds).

    `registers` are its meters, with voided sessions too. `sessions` and `voided` are what these
    charged in the month, Wh, and `over_two` what of both flowed while the meter was replaced,
    which no register shows as a whole.
    """
    counted = between = 0.0
    known = estimated = False
    for register in registers:
        risen = _rise(register.readings, start, end)
        if risen is not None:
            known = True
            counted += risen.wh
            estimated |= risen.estimated
            between += _between(register, start, end)
    return Reconciliation(
        counted=whole(counted) + over_two if known else None,
        sessions=sessions,
        voided=voided,
        between=whole(between),
        estimated=estimated,
    )


def of_month(
    connection: sqlite3.Connection, outlet: int, month: Month, zone: str
) -> Reconciliation:
    """Compare a month of an outlet in the book."""
    start, end = month.start(zone), month.next.start(zone)
    found = connection.execute(
        """SELECT id, from_ts FROM register WHERE outlet_id = ? AND from_ts < ?
        ORDER BY from_ts, id""",
        (outlet, end + _AROUND),
    ).fetchall()
    sums = {False: 0, True: 0}
    over_two = 0
    spans: dict[int, list[Span]] = {register: [] for register, _ in found}
    for begun, ended, told, stopped, wh, flags, share in connection.execute(
        """SELECT start_ts, end_ts, told_wh_start, told_wh_stop, eff_wh, flags,
        (SELECT wh FROM share WHERE month = ? AND session_id = session.id)
        FROM session WHERE outlet_id = ? AND start_ts < ? AND (end_ts IS NULL OR end_ts > ?)
        ORDER BY start_ts""",
        (month.number, outlet, end + _AROUND, start - _AROUND),
    ):
        sums[bool(flags & Flag.VOID)] += share or 0
        if flags & Flag.REGISTER_RESET:
            over_two += share or 0
        elif ended is not None and (span := _span(begun, ended, told, stopped, wh)) is not None:
            on = [register for register, since in found if since <= span.stop.at]
            if on:
                spans[on[-1]].append(span)
    registers = [
        Register(
            [
                Reading(*one)
                for one in connection.execute(
                    "SELECT at, wh FROM reading WHERE register_id = ? ORDER BY at", (register,)
                )
            ],
            spans[register],
        )
        for register, _ in found
    ]
    return reconcile(
        registers,
        start=start,
        end=end,
        sessions=sums[False],
        voided=sums[True],
        over_two=over_two,
    )


def _span(
    begun: int, ended: int, told: float | None, stopped: float | None, wh: int | None
) -> Span | None:
    """A session's register; where one end of it was not told, or tells something else, by its energy."""
    if told is None and stopped is not None and wh is not None:
        told = stopped - wh
    if told is None:
        return None
    if stopped is None or stopped < told:
        stopped = told + (wh or 0)
    return Span(Reading(begun, told), Reading(ended, stopped))


class _Risen(NamedTuple):
    wh: float
    estimated: bool


def _rise(readings: Sequence[Reading], start: float, end: float) -> _Risen | None:
    """What a register rose by between two moments, as far as it was there."""
    if not readings or readings[-1].at <= start or readings[0].at >= end:
        return None
    first, at_start = _at(readings, max(start, readings[0].at))
    last, at_end = _at(readings, min(end, readings[-1].at))
    return _Risen(last - first, not (at_start and at_end))


def _at(readings: Sequence[Reading], moment: float) -> tuple[float, bool]:
    """Where a register stood, and whether somebody saw it there."""
    place = bisect_right(readings, (moment, float("inf")))
    before = readings[place - 1]
    if before.at == moment or place == len(readings):
        return before.wh, before.at == moment
    after = readings[place]
    part = (moment - before.at) / (after.at - before.at)
    return before.wh + (after.wh - before.wh) * part, after.wh == before.wh


def _between(register: Register, start: float, end: float) -> float:
    """What a register rose by while no session ran."""
    readings = register.readings
    at = max(start, readings[0].at)
    until = min(end, readings[-1].at)
    stood = _at(readings, at)[0]
    flowed = 0.0
    for span in register.spans:
        if span.stop.at <= at:
            continue
        if span.start.at >= until:
            break
        if span.start.at > at:
            flowed += span.start.wh - stood
        at, stood = span.stop.at, span.stop.wh
    if until > at:
        flowed += _at(readings, until)[0] - stood
    return flowed
