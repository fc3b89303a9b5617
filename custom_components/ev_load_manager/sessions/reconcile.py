"""Whether what a meter counted in a month is in the sessions, and where the rest is.

What an outlet's own register rose by = sessions + voided sessions + what flowed between sessions
+ what nobody can explain. The last is shown, never hidden.
"""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

from .quarters import whole
from .register import Reading

WORTH_TELLING: Final = 0.01
"""Part of what was counted that may be unexplained before somebody should look."""


class Span(NamedTuple):
    """A session's register, as its outlet counted it."""

    start: Reading
    stop: Reading


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
    registers: Sequence[Sequence[Reading]],
    spans: Sequence[Span],
    *,
    start: int,
    end: int,
    sessions: int,
    voided: int = 0,
) -> Reconciliation:
    """Compare a month of an outlet, from `start` up to `end` (UTC seconds).

    `registers` are its meters' readings in order, each of one meter; `spans` its sessions',
    voided ones too. `sessions` and `voided` are what these charged in the month, Wh.
    """
    counted = 0.0
    known = estimated = False
    for readings in registers:
        risen = _rise(readings, start, end)
        if risen is not None:
            known = True
            counted += risen.wh
            estimated |= risen.estimated
    between = sum(_between(readings, spans, start, end) for readings in registers)
    return Reconciliation(
        counted=whole(counted) if known else None,
        sessions=sessions,
        voided=voided,
        between=whole(between),
        estimated=estimated,
    )


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


def _between(readings: Sequence[Reading], spans: Sequence[Span], start: float, end: float) -> float:
    """What a register rose by while no session ran."""
    if not readings:
        return 0.0
    flowed = 0.0
    at = max(start, readings[0].at)
    until = min(end, readings[-1].at)
    for span in sorted(spans):
        if span.stop.at <= at or span.start.at >= until:
            continue
        if span.start.at > at:
            flowed += _at(readings, span.start.at)[0] - _at(readings, at)[0]
        at = max(at, span.stop.at)
    if until > at:
        flowed += _at(readings, until)[0] - _at(readings, at)[0]
    return flowed
