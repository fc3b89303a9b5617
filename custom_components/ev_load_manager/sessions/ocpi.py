"""Charge detail records of OCPI 2.2.1 (section 10), for import by agreement into another system.

A house takes part in no roaming: country, party and EVSE ids are what somebody agreed on. Times are
UTC with `Z`, energy kWh, durations hours with four digits, rounded so that periods add up to totals.
What can't be billed (no price, no known energy, still running) is refused, and not sent as 0.
"""

from base64 import b64encode
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any, Final, NamedTuple

from .money import NANO, tax_within
from .months import local, utc_text
from .prices import half_up
from .quarters import QUARTER
from .spans import kind, stretches
from .told import Span

_PARKED: Final = "car"
"""The car asks for nothing: PARKING_TIME. One that waits for our limit does not park."""
_MOST_DATA: Final = 5_000
_AUTH: Final = {"remote": "COMMAND"}


class NotBillable(ValueError):
    """A session that makes no record; `key` says why."""

    def __init__(self, key: str) -> None:
        """`key`: running, unknown, unpriced, or void."""
        super().__init__(key)
        self.key = key


@dataclass(frozen=True, slots=True, kw_only=True)
class Location:
    """Where it was, in words of OCPI; people say so."""

    country_code: str
    party_id: str
    id: str
    address: str
    city: str
    country: str
    """Three letters."""
    postal_code: str = ""
    latitude: float
    longitude: float
    evse_id: str
    """By eMI3: FI*TAL*E12."""
    evse_uid: str
    socket: bool = False
    phases: int = 3


class Part(NamedTuple):
    """A quarter hour of the session."""

    start: int
    wh: int
    nano: int | None
    tariff: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Billed:
    """A session that is over."""

    uid: str
    start: int
    end: int | None
    zone: str
    connector: int
    tag: str
    person: int | None
    auth: str | None
    wh: int | None
    nano: int | None
    """With fees."""
    unpriced_wh: int
    is_void: bool
    currency: str | None
    vat_ppm: int | None
    parts: Sequence[Part]
    spans: Sequence[Span]
    signed: Sequence[tuple[str, str]] = ()
    """Values and contexts, as they came."""
    written_at: int


def record(session: Billed, place: Location) -> dict[str, Any]:
    """The record of a session; raises NotBillable."""
    end = _end_of(session)
    periods = [*_periods(session, end)]
    charging, parked = _sum(periods, "TIME"), _sum(periods, "PARKING_TIME")
    found: dict[str, Any] = {
        "country_code": place.country_code,
        "party_id": place.party_id,
        "id": session.uid,
        "start_date_time": utc_text(session.start),
        "end_date_time": utc_text(end),
        "cdr_token": {
            "country_code": place.country_code,
            "party_id": place.party_id,
            "uid": session.tag[:36] or session.uid,
            "type": "RFID" if session.tag else "OTHER",
            "contract_id": "none" if session.person is None else f"person-{session.person}",
        },
        "auth_method": _AUTH.get(session.auth or "", "WHITELIST"),
        "cdr_location": _location(session, place),
        "currency": session.currency,
        "charging_periods": periods,
        "total_cost": _price(session.nano or 0, session.vat_ppm),
        "total_energy": (session.wh or 0) / 1000,
        "total_time": round(charging + parked, 4),
        "total_parking_time": parked,
        "last_updated": utc_text(session.written_at),
    }
    if signed := _signed(session.signed):
        found["signed_data"] = signed
    return found


def credit(earlier: Mapping[str, Any], at: int) -> dict[str, Any]:
    """The record that takes an earlier one back, before a corrected one with another id follows."""
    cost = {name: -value for name, value in earlier["total_cost"].items()}
    return {
        **earlier,
        "id": f"{earlier['id']}-C",
        "credit": True,
        "credit_reference_id": earlier["id"],
        "total_cost": cost,
        "last_updated": utc_text(at),
    }


def _sum(periods: Sequence[Mapping[str, Any]], kind_of: str) -> float:
    """What periods add up to."""
    found: float = sum(
        one["volume"]
        for period in periods
        for one in period["dimensions"]
        if one["type"] == kind_of
    )
    return round(found, 4)


def _end_of(session: Billed) -> int:
    if session.is_void:
        raise NotBillable("void")
    if session.end is None:
        raise NotBillable("running")
    if session.wh is None:
        raise NotBillable("unknown")
    if session.nano is None or session.currency is None or session.unpriced_wh:
        raise NotBillable("unpriced")
    return session.end


def _location(session: Billed, place: Location) -> dict[str, Any]:
    found = {
        "id": place.id[:36],
        "address": place.address[:45],
        "city": place.city[:45],
        "country": place.country,
        "coordinates": {
            "latitude": f"{place.latitude:.5f}",
            "longitude": f"{place.longitude:.5f}",
        },
        "evse_uid": place.evse_uid[:36],
        "evse_id": place.evse_id[:48],
        "connector_id": str(session.connector),
        "connector_standard": "IEC_62196_T2",
        "connector_format": "SOCKET" if place.socket else "CABLE",
        "connector_power_type": "AC_1_PHASE" if place.phases == 1 else "AC_3_PHASE",
    }
    return found | ({"postal_code": place.postal_code[:10]} if place.postal_code else {})


def _periods(session: Billed, end: int) -> Iterator[dict[str, Any]]:
    """Periods of one price, one local day, and charging or parking."""
    parked = [
        (round(one.start), round(one.end))
        for state, one in stretches(session.spans, end)
        if kind(state) == _PARKED and one.end > session.start
    ]
    bounds = sorted(
        {
            session.start,
            end,
            *(at for one in parked for at in one if session.start < at < end),
            *_midnights(session.start, end, session.zone),
            *_price_changes(session, end),
        }
    )
    flow = _Flow(session.parts, parked, session.start, end)
    done_wh, done_time, done_parking = 0, 0.0, 0.0
    time = parking = 0
    # A session of no length is one period, too.
    for start, until in pairwise(bounds if len(bounds) > 1 else [*bounds, end]):
        is_parked = any(begun <= start and until <= over for begun, over in parked)
        time += 0 if is_parked else until - start
        parking += until - start if is_parked else 0
        wh = (session.wh or 0) if until >= end else flow.until(until)
        yield {
            "start_date_time": utc_text(start),
            "dimensions": [
                {"type": "ENERGY", "volume": (wh - done_wh) / 1000},
                {"type": "TIME", "volume": round(_hours(time) - done_time, 4)},
                {"type": "PARKING_TIME", "volume": round(_hours(parking) - done_parking, 4)},
            ],
        }
        done_wh, done_time, done_parking = wh, _hours(time), _hours(parking)


class _Flow:
    """How much had flowed by a moment, where quarter hours are parted by parking."""

    def __init__(
        self, parts: Sequence[Part], parked: Sequence[tuple[int, int]], start: int, end: int
    ) -> None:
        self._parts, self._parked = parts, parked
        self._start, self._end = start, end

    def until(self, at: int) -> int:
        flowed = 0
        for part in self._parts:
            first, last = max(part.start, self._start), min(part.start + QUARTER, self._end)
            if last <= at:
                flowed += part.wh
            elif first < at:
                whole = self._charging(first, last) or last - first
                so_far = self._charging(first, at) if self._charging(first, last) else at - first
                flowed += half_up(part.wh * so_far, max(1, whole))
        return flowed

    def _charging(self, start: int, end: int) -> int:
        parked = sum(max(0, min(end, over) - max(start, begun)) for begun, over in self._parked)
        return end - start - parked


def _midnights(start: int, end: int, zone: str) -> Iterator[int]:
    day = local(start, zone).date() + timedelta(days=1)
    while True:
        at = int(
            datetime(day.year, day.month, day.day, tzinfo=local(start, zone).tzinfo).timestamp()
        )
        if at >= end:
            return
        if at > start:
            yield at
        day += timedelta(days=1)


def _price_changes(session: Billed, end: int) -> Iterator[int]:
    for one, other in pairwise(session.parts):
        if (one.tariff, _rate(one)) != (other.tariff, _rate(other)):
            if session.start < other.start < end:
                yield other.start


def _rate(part: Part) -> int | None:
    return None if part.nano is None or not part.wh else part.nano // part.wh


def _price(nano: int, vat_ppm: int | None) -> dict[str, float]:
    """With tax and without; where nobody said how much tax there is, only what is paid."""
    if vat_ppm is None:
        return {"excl_vat": _four(nano)}
    return {"excl_vat": _four(nano - tax_within(nano, vat_ppm)), "incl_vat": _four(nano)}


def _four(nano: int) -> float:
    return half_up(nano, NANO // 10_000) / 10_000


def _hours(seconds: int) -> float:
    return half_up(seconds * 10_000, 3_600) / 10_000


def _signed(signed: Sequence[tuple[str, str]]) -> dict[str, Any] | None:
    """Values in the one format that says itself what it is; others are in the book as they came."""
    natures = {"begin": "Start", "end": "End"}
    values = []
    for value, context in signed:
        data = b64encode(value.encode("utf-8", "surrogatepass")).decode()
        if value.startswith("OCMF|") and len(data) <= _MOST_DATA:
            plain = value.removeprefix("OCMF|").rpartition("|")[0]
            values.append(
                {
                    "nature": natures.get(_at(context), "Intermediate"),
                    "plain_data": plain[:_MOST_DATA],
                    "signed_data": data,
                }
            )
    return {"encoding_method": "OCMF", "signed_values": values} if values else None


def _at(context: str) -> str:
    """The last word of what a charger calls the moment of a value: `begin`, `end`."""
    return context.rpartition(".")[2].lower()
