"""A statement: what somebody charged in a month, line by line, and what it costs.

Once made it is frozen, with a number; what is corrected later makes a new version, and the old one
stays. It is no fiscal and no metrological document.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from hashlib import sha256
import json
import sqlite3
from typing import Any

from .completeness import Flag
from .money import coins, tax_within


@dataclass(frozen=True, slots=True, kw_only=True)
class Charged:
    """A session's share of the month, as the book has it."""

    uid: str
    start: int
    end: int | None
    place: str
    tag: str
    register_start: float | None
    register_stop: float | None
    """Wh, as told."""
    wh: int | None
    """None: its energy is not known."""
    nano: int | None
    """None: nothing of it has a price."""
    unpriced_wh: int
    currency: str | None
    flags: Flag


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One printed line."""

    charged: Charged
    amount: int | None
    """Smallest coins; None: no price."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """What is printed."""

    lines: tuple[Line, ...]
    currency: str | None
    wh: int
    amount: int
    """The sum of the lines, in smallest coins."""
    tax: int | None
    """What of it is tax; None: nobody said how much."""
    unknown: int
    """Sessions whose energy is not known, which no sum holds."""
    unpriced_wh: int
    """Energy without a price, which the amount does not hold."""


class MixedCurrencies(ValueError):
    """One statement is in one currency."""


def draw_up(charged: Iterable[Charged], *, vat_ppm: int | None = None) -> Statement:
    """Make a statement of sessions, in their order; those that are void count in no sum.

    Raises MixedCurrencies.
    """
    taken = [one for one in charged if Flag.VOID not in one.flags]
    currencies = {one.currency for one in taken if one.currency is not None}
    if len(currencies) > 1:
        raise MixedCurrencies(", ".join(sorted(currencies)))
    currency = next(iter(currencies), None)
    lines = tuple(
        Line(
            charged=one,
            amount=None
            if one.nano is None or one.currency is None
            else coins(one.nano, one.currency),
        )
        for one in taken
    )
    amount = sum(line.amount or 0 for line in lines)
    return Statement(
        lines=lines,
        currency=currency,
        wh=sum(one.wh or 0 for one in taken),
        amount=amount,
        tax=None if vat_ppm is None else tax_within(amount, vat_ppm),
        unknown=sum(one.wh is None for one in taken),
        unpriced_wh=sum(one.unpriced_wh for one in taken),
    )


def freeze(
    connection: sqlite3.Connection,
    statement: Statement,
    *,
    number: str,
    period: str,
    scope: Mapping[str, Any],
    at: int,
) -> int:
    """Keep a statement as it was printed; its version, which is the same where nothing has changed."""
    content = json.dumps(
        {"scope": dict(scope), "statement": asdict(statement)}, sort_keys=True, default=int
    )
    digest = sha256(content.encode()).digest()
    before = connection.execute(
        "SELECT version, sha256 FROM statement WHERE number = ? ORDER BY version DESC", (number,)
    ).fetchone()
    if before is not None and before[1] == digest:
        return int(before[0])
    version = 1 if before is None else int(before[0]) + 1
    connection.execute(
        """INSERT INTO statement (number, version, period, scope, made_at, content, sha256)
        VALUES (?, ?, ?, ?, ?, ?, ?)""",
        (number, version, period, json.dumps(dict(scope)), at, content, digest),
    )
    return version


def frozen(connection: sqlite3.Connection, number: str) -> Sequence[tuple[int, dict[str, Any]]]:
    """All versions of a statement, as they were printed."""
    return [
        (version, json.loads(content))
        for version, content in connection.execute(
            "SELECT version, content FROM statement WHERE number = ? ORDER BY version", (number,)
        )
    ]
