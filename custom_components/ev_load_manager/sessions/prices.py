"""What energy costs: whole numbers of billionths of a currency's unit, without any rounding.

A price is in millionths per kWh, so a price times Wh is exact in billionths. It is rounded once,
where a person reads it (`money.py`). A price that is missing is missing, never 0.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
import math
from typing import Final, NamedTuple

from .months import month_at
from .quarters import QUARTER, Quarter

MILLION: Final = 1_000_000
DEAREST: Final = 1_000.0
"""Per kWh, of whatever currency has a smallest coin; what is more is a mistake, as is its negative."""
_RANK: Final = {"person": 0, "place": 2, "all": 3}
_OF_A_GROUP: Final = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Tariff:
    """Prices for somebody, at a place, or for all, from one moment up to another."""

    id: int
    applies: str = "all"
    """all, place or person."""
    applies_to: int | None = None
    from_ts: int = 0
    to_ts: int | None = None
    currency: str
    micro: int | None = None
    """Per kWh; None: `entity_id` tells it."""
    entity_id: str | None = None
    add_micro: int = 0
    """On top of what the entity tells: transfer, a margin, per kWh."""
    hour_micro: int = 0
    """Per hour of a session, charging or not."""
    session_micro: int = 0
    """Per session."""
    vat_ppm: int | None = None
    """Value added tax, millionths; None: nobody said."""
    net: bool = False
    """Its prices are without that tax, which comes on top."""

    def applies_in(
        self, slot: int, place: int | None, person: int | None, group: int | None = None
    ) -> bool:
        """Whether it is one for them, or their group, in a quarter hour.

        A change counts from the quarter hour in which it is made.
        """
        end = (slot + 1) * QUARTER
        if self.from_ts >= end or (self.to_ts is not None and self.to_ts < end):
            return False
        if self.applies == "all":
            return True
        return self.applies_to in ((person, group) if self.applies == "person" else (place,))

    def rank(self, person: int | None) -> int:
        """Which of several comes first: the lowest."""
        if self.applies == "person" and self.applies_to != person:
            return _OF_A_GROUP
        return _RANK[self.applies]

    def with_tax(self, micro: int) -> int:
        """A price as it is paid."""
        if not self.net or self.vat_ppm is None:
            return micro
        return half_up(micro * (MILLION + self.vat_ppm), MILLION)

    def per_kwh(self, told: int | None) -> int | None:
        """The price of energy as it is paid; `told` is its entity's. None: it is not known."""
        if self.micro is not None:
            return self.with_tax(self.micro)
        return None if told is None else self.with_tax(told + self.add_micro)


class Cost(NamedTuple):
    """What a quarter hour's energy costs."""

    slot: int
    wh: int
    tariff: int | None
    nano: int | None
    """None: no price is known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bill:
    """What a session costs."""

    quarters: tuple[Cost, ...]
    fees: Mapping[int, int]
    """By month (yyyymm), nano."""
    currency: str | None

    @property
    def unpriced(self) -> int:
        """Wh without a price."""
        return sum(cost.wh for cost in self.quarters if cost.nano is None)

    @property
    def nano(self) -> int | None:
        """All that has a price, with fees; None where nothing has."""
        if self.currency is None:
            return None
        return sum(cost.nano or 0 for cost in self.quarters) + sum(self.fees.values())


def half_up(number: int, divisor: int) -> int:
    """A quotient rounded to the nearest whole number, halves away from zero."""
    quotient = (2 * abs(number) + divisor) // (2 * divisor)
    return quotient if number >= 0 else -quotient


def micro_of(value: object) -> int | None:
    """A price that somebody or something told, per kWh; None where it can't be one."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        return None
    try:
        price = float(value)
    except ValueError, OverflowError:
        return None
    if not math.isfinite(price) or abs(price) > DEAREST:
        return None
    return round(price * MILLION)


def choose(
    tariffs: Iterable[Tariff],
    slot: int,
    place: int | None,
    person: int | None,
    group: int | None = None,
) -> Tariff | None:
    """The tariff of a quarter hour: a person's own before their group's before a place's before all's.

    Of each it is the newest.
    """
    fitting = [one for one in tariffs if one.applies_in(slot, place, person, group)]
    return min(fitting, key=lambda one: (one.rank(person), -one.from_ts, -one.id), default=None)


def bill(
    quarters: Sequence[Quarter],
    tariffs: Sequence[Tariff],
    told: Mapping[tuple[str, int], int],
    *,
    place: int | None,
    person: int | None,
    group: int | None = None,
    start: int,
    end: int,
    zone: str,
) -> Bill:
    """What a session costs.

    `told` are prices by entity and quarter hour. A session has one currency, its first; what was
    priced in another has no price in it.
    """
    costs: list[Cost] = []
    currency: str | None = None
    for quarter in quarters:
        tariff = choose(tariffs, quarter.slot, place, person, group)
        price = None
        if tariff is not None and currency in (None, tariff.currency):
            price = tariff.per_kwh(told.get((tariff.entity_id or "", quarter.slot)))
        if tariff is not None and price is not None:
            currency = tariff.currency
        costs.append(
            Cost(
                quarter.slot,
                quarter.wh,
                None if tariff is None else tariff.id,
                None if price is None else price * quarter.wh,
            )
        )
    first = choose(tariffs, start // QUARTER, place, person, group)
    fees: dict[int, int] = {}
    if first is not None and (first.hour_micro or first.session_micro):
        if currency in (None, first.currency):
            currency = first.currency
            fees = _fees(first, start, end, zone)
    return Bill(quarters=tuple(costs), fees=fees, currency=currency)


def _fees(tariff: Tariff, start: int, end: int, zone: str) -> dict[int, int]:
    """By month: the time's fee where it passed, the session's where it began."""
    per_hour, once = tariff.with_tax(tariff.hour_micro), tariff.with_tax(tariff.session_micro)
    month = month_at(start, zone)
    fees = {month.number: once * 1_000}
    while start < end:
        until = min(end, month.next.start(zone))
        # Every second is a whole number of nano of an hour's price only where that divides by 3.6.
        whole = half_up(per_hour * (until - start) * 10, 36)
        fees[month.number] = fees.get(month.number, 0) + whole
        start, month = until, month.next
    return fees


def spread(quarters: Sequence[Quarter], total: int) -> list[Quarter]:
    """The same quarter hours with another total, Wh: each in proportion, the sum exact."""
    before = sum(quarter.wh for quarter in quarters)
    if before == total or not before:
        return list(quarters)
    found: list[Quarter] = []
    seen = done = 0
    for quarter in quarters:
        seen += quarter.wh
        reached = half_up(seen * total, before)
        found.append(Quarter(quarter.slot, reached - done, estimated=True))
        done = reached
    return found
