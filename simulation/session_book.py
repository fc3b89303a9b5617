"""Compares the session book with the chargers' own registers, to the Wh."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from contextlib import closing
from pathlib import Path
import sqlite3
from typing import NamedTuple

from custom_components.ev_load_manager.sessions.completeness import Flag

from .charger.connector import Transaction
from .charger.v201.evse import Transaction as StationTransaction


class Counted(NamedTuple):
    """A session that is over, by its charger's own register, Wh."""

    start: int
    stop: int


type Truth = Mapping[str, Iterable[Counted]]
"""By charger."""


def counted(sessions: Iterable[Transaction | StationTransaction]) -> list[Counted]:
    """Those of a charger's sessions that are over."""
    return [
        Counted(one.meter_start, one.meter_stop) for one in sessions if one.meter_stop is not None
    ]


class _Row(NamedTuple):
    charger: str
    start: float | None
    stop: float | None
    wh: int | None
    flags: int


def differences(path: Path, truth: Truth) -> list[str]:
    """What the book has not, has twice, or has otherwise than the chargers' registers say.

    `truth` holds every session of chargers that have told all they had.
    """
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as book:
        rows = [
            _Row(*row)
            for row in book.execute(
                """SELECT charger, told_wh_start, told_wh_stop, wh, flags
                FROM session JOIN outlet ON outlet.id = outlet_id WHERE end_ts IS NOT NULL"""
            )
        ]
    return [
        f"{charger}: {what}"
        for charger, sessions in truth.items()
        for what in _of_one(list(sessions), [row for row in rows if row.charger == charger])
    ]


def _of_one(sessions: list[Counted], rows: list[_Row]) -> Iterator[str]:
    wanted = Counter(sessions)
    found = Counter(
        Counted(round(row.start), round(row.stop))
        for row in rows
        if row.start is not None and row.stop is not None
    )
    for one, times in (wanted - found).items():
        yield f"{times} x a session from {one.start} to {one.stop} Wh is not in the book"
    for one, times in (found - wanted).items():
        yield f"{times} x a session from {one.start} to {one.stop} Wh is in the book, and never was"
    for row in rows:
        if row.start is None or row.stop is None:
            said = ", ".join(str(flag.name) for flag in Flag(row.flags))
            yield f"a session without its registers is in the book ({said})"
        elif row.wh != round(row.stop) - round(row.start):
            yield f"a session from {row.start:g} to {row.stop:g} Wh is of {row.wh} Wh in the book"


def energy(sessions: Iterable[Counted]) -> int:
    """What sessions add up to, Wh."""
    return sum(one.stop - one.start for one in sessions)
