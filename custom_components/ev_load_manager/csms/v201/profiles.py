"""Charging profiles of OCPP 2.0.1: a limit as it is written, and what a station reads back.

Part 2, block K. A profile's id is one in the whole station, so each outlet and each place
has its own (K01.FR.05); a limit that ends has both a duration and a matching end of
validity, because some stations heed one of them only.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
import math
from types import MappingProxyType
from typing import Any, Final

from ..dialect import Ending, Held, Profiles, Question, Target
from ..limits import commands
from ..limits.slots import PROFILES, place_of
from ..models import ChargingProfileWay, Kind, Purpose, Scope, Unit, Way
from ..transport import fields
from .transactions import station_id, told_id

_PURPOSES: Final = {
    Purpose.CHARGE_POINT_MAX: "ChargingStationMaxProfile",
    Purpose.TX_DEFAULT: "TxDefaultProfile",
    Purpose.TX: "TxProfile",
}
_OURS: Final = {name: purpose for purpose, name in _PURPOSES.items()}
_FOREIGN: Final = "foreign"
_NOMINAL_VOLTAGE: Final = 230
"""What a station that takes watts divides by (K01.FR.49: nominal), V."""
_STARTED_BEFORE: Final = timedelta(seconds=60)
"""A schedule begins this long ago, so that it holds at once."""
_STARTED_LONG_BEFORE: Final = timedelta(hours=24)
"""One that has to hold even where the station's clock is far behind."""
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
"""What stands began here: stations without a battery for their clock boot in 1970."""
_SOURCES: Final = ("CSO", "EMS", "SO", "Other")
_LONGEST_SOURCE: Final = 20
_EXTERNAL: Final = "ChargingStationExternalConstraints"
_EACH: Final = {"Daily": 86_400.0, "Weekly": 604_800.0}
"""s after which a schedule begins again."""
_MOST_PERIODS: Final = 1000


def takes(way: Way) -> bool:
    """Whether a limit can be set so: never for all EVSEs by a default beside one of their own."""
    if not isinstance(way, ChargingProfileWay):
        return False
    if way.purpose is Purpose.CHARGE_POINT_MAX:
        # Only for the station, and never relative (K01.FR.38, K04.FR.03).
        return way.scope is Scope.STATION and way.kind is Kind.ABSOLUTE
    return way.scope is Scope.CONNECTOR


def limit(
    way: ChargingProfileWay, target: Target, amperes: float, ending: Ending | None, *, above: int
) -> Question:
    """Set a limit; ids begin `above` those that a station keeps for others."""
    evse = 0 if way.scope is Scope.STATION else target.connector
    periods = [_period(way, target, amperes)]
    began = _STARTED_LONG_BEFORE if ending is None else _STARTED_BEFORE
    schedule: dict[str, Any] = {}
    until: datetime | None = None
    offline: dict[str, Any] = {}
    if ending is not None and ending.offline:
        # It does not go by the clock: nothing but the beginning is dated.
        began = _STARTED_LONG_BEFORE
        offline = {"maxOfflineDuration": int(ending.after), "invalidAfterOfflineDuration": True}
    elif ending is not None and ending.then is None:
        seconds = int(began.total_seconds() + ending.after)
        schedule["duration"] = seconds
        until = target.now - began + timedelta(seconds=seconds)
    elif ending is not None and ending.then is not None:
        began = _STARTED_LONG_BEFORE
        then = _period(way, replace(target, phases=None), ending.then)
        periods.append({**then, "startPeriod": int(began.total_seconds() + ending.after)})
    if way.kind is Kind.ABSOLUTE:
        schedule["startSchedule"] = fields.utc(target.now - began)
    level = commands.level(way, evse, target.connectors, target.stack_level_maximum)
    return _profile(
        replace(way, stack_level=level),
        target,
        evse,
        commands.profile(way, target.connector),
        {**schedule, "chargingSchedulePeriod": periods},
        until,
        above,
        offline,
    )


def standing(
    way: ChargingProfileWay, target: Target, amperes: float, *, whatever_the_clock: bool, above: int
) -> Question:
    """Set what holds once a limit has ended, one level below it."""
    began = _EPOCH if whatever_the_clock else target.now - _STARTED_LONG_BEFORE
    level = commands.level(way, target.connector, target.connectors, target.stack_level_maximum)
    below = replace(
        way,
        purpose=Purpose.TX_DEFAULT,
        kind=Kind.ABSOLUTE,
        stack_level=max(0, level - 1),
    )
    anybody = replace(target, phases=None, transaction_id=None)
    schedule = {
        "startSchedule": fields.utc(began),
        "chargingSchedulePeriod": [_period(way, anybody, amperes)],
    }
    return _profile(
        below,
        anybody,
        target.connector,
        commands.standing(target.connector),
        schedule,
        None,
        above,
    )


def _profile(
    way: ChargingProfileWay,
    target: Target,
    evse: int,
    name: str,
    schedule: dict[str, Any],
    until: datetime | None,
    above: int,
    more: Mapping[str, Any] = MappingProxyType({}),
) -> Question:
    id_ = _number_of(name, above)
    profile: dict[str, Any] = {
        "id": id_,
        "stackLevel": way.stack_level or 0,
        "chargingProfilePurpose": _PURPOSES[way.purpose],
        "chargingProfileKind": way.kind.value,
        **more,
    }
    if until is not None:
        profile["validTo"] = fields.utc(until)
    if way.purpose is Purpose.TX and target.transaction_id is not None:
        profile["transactionId"] = station_id(target.transaction_id)
    profile["chargingSchedule"] = [{"id": id_, "chargingRateUnit": way.unit.value, **schedule}]
    return Question(
        "SetChargingProfile", {"evseId": evse, "chargingProfile": profile}, profile=name
    )


def _period(way: ChargingProfileWay, target: Target, amperes: float) -> dict[str, Any]:
    """One period; how many phases a car uses is said only where watts are divided by them."""
    period: dict[str, Any] = {"startPeriod": 0, "limit": _number(way, amperes)}
    if way.unit is Unit.WATTS and target.phases is not None:
        period["numberPhases"] = target.phases
    return period


def _number(way: ChargingProfileWay, amperes: float) -> float:
    """The number to send: at most one decimal (K01.FR.51), whole watts.

    Watts are those of `amperes` on one phase, whatever a station makes of them.
    """
    if way.unit is Unit.WATTS:
        return int(commands.floor(Decimal(str(amperes)) * _NOMINAL_VOLTAGE, Decimal(1)))
    tenths = commands.floor(amperes, commands.TENTH)
    return int(tenths) if tenths == int(tenths) else float(tenths)


def _number_of(name: str, above: int) -> int:
    """The number of a profile: of ours a hundred for each kind, and its EVSE's."""
    kind, _, number = name.partition("/")
    if kind == _FOREIGN:
        return int(number)
    place, connector = place_of(name)
    return above + 100 * (place + 1) + connector


def _name_of(number: int, above: int) -> str:
    """How we would call a profile of that number, if it was ours."""
    kind, connector = divmod(number - above, 100)
    if 1 <= kind <= len(PROFILES):
        return f"{PROFILES[kind - 1]}/{connector}"
    return f"{_FOREIGN}/{number}"


def clear(wanted: Profiles, *, above: int) -> Question:
    """Have a station forget profiles: one by its id, or those that all of it fits (K10)."""
    if wanted.name is not None:
        id_ = _number_of(wanted.name, above)
        return Question("ClearChargingProfile", {"chargingProfileId": id_})
    told = {
        "evseId": wanted.connector,
        "chargingProfilePurpose": None if wanted.purpose is None else _PURPOSES[wanted.purpose],
        "stackLevel": wanted.level,
    }
    criteria = {name: one for name, one in told.items() if one is not None}
    return Question("ClearChargingProfile", {"chargingProfileCriteria": criteria})


def read(number: int, evse: int | None) -> Question:
    """Ask which profiles a station holds, whoever set them (K09)."""
    payload: dict[str, Any] = {
        "requestId": number,
        "chargingProfile": {"chargingLimitSource": list(_SOURCES)},
    }
    if evse is not None:
        payload["evseId"] = evse
    return Question("GetChargingProfiles", payload, parts=number)


def held(answers: Sequence[Mapping[str, Any]], now: datetime, *, above: int) -> list[Held] | None:
    """What the parts of an answer to `read` tell; None where it tells nothing of them."""
    answer, *parts = answers
    status = fields.text(answer, "status")
    if status == "NoProfiles":
        return []
    if status != "Accepted" or not parts:
        return None
    return [
        one
        for part in parts
        for profile in fields.mappings(part.get("chargingProfile"))
        if (one := _held(part, profile, now, above)) is not None
    ]


def _held(
    part: Mapping[str, Any], profile: Mapping[str, Any], now: datetime, above: int
) -> Held | None:
    id_, level = fields.integer(profile, "id"), fields.integer(profile, "stackLevel")
    if id_ is None or level is None:
        return None
    schedule = next(fields.mappings(profile.get("chargingSchedule")), {})
    purpose = fields.text(profile, "chargingProfilePurpose")
    by = fields.text(part, "chargingLimitSource")[:_LONGEST_SOURCE]
    return Held(
        name=_name_of(id_, above),
        connector=fields.integer(part, "evseId") or 0,
        purpose=_OURS.get(purpose),
        level=level,
        transaction_id=told_id(profile) or None,
        now=_said(profile, schedule, now),
        finally_=_said(profile, schedule, None),
        by=(by or "Other") if purpose == _EXTERNAL else "",
    )


def _said(
    profile: Mapping[str, Any], schedule: Mapping[str, Any], at: datetime | None
) -> float | None:
    """What a profile allows at a moment, A (None: once all has ended); None: nothing.

    Whoever can't say when it began is taken to have begun.
    """
    ends = fields.timestamp(profile.get("validTo"))
    begins = fields.timestamp(profile.get("validFrom"))
    duration = fields.integer(schedule, "duration")
    recurs = fields.text(profile, "chargingProfileKind") == "Recurring"
    each = _EACH.get(fields.text(profile, "recurrencyKind"), math.inf) if recurs else math.inf
    if at is None:
        is_over = duration is not None and math.isinf(each)
        if ends is not None or is_over or "maxOfflineDuration" in profile:
            return None
        return _last(schedule)
    if (ends is not None and at >= ends) or (begins is not None and at < begins):
        return None
    began = fields.timestamp(schedule.get("startSchedule"))
    if began is None:
        return _last(schedule, 0.0)
    passed = (at - began).total_seconds()
    if passed > each:
        passed %= each
    if passed < 0 or (duration is not None and passed >= duration):
        return None
    return _last(schedule, passed)


def _last(schedule: Mapping[str, Any], passed: float | None = None) -> float | None:
    """The limit of the last period that has begun (None: of the last), A."""
    in_watts = fields.text(schedule, "chargingRateUnit") == "W"
    found: float | None = None
    for start, amount in periods_of(schedule):
        if passed is None or start <= passed:
            found = amount / _NOMINAL_VOLTAGE if in_watts else amount
    return found


def lowest(schedule: Mapping[str, Any]) -> float | None:
    """The lowest limit of a schedule, A per phase (watts: as if one phase took all of them)."""
    in_watts = fields.text(schedule, "chargingRateUnit") == "W"
    said = min((amount for _, amount in periods_of(schedule)), default=None)
    if said is None or said < 0:
        return None
    return said / _NOMINAL_VOLTAGE if in_watts else said


def periods_of(schedule: Mapping[str, Any]) -> list[tuple[float, float]]:
    """Start (s) and limit of each period, in order; empty where one is nonsense."""
    told = schedule.get("chargingSchedulePeriod")
    if not isinstance(told, list) or len(told) > _MOST_PERIODS:
        return []
    found = [
        (fields.number(period.get("startPeriod")), fields.number(period.get("limit")))
        for period in fields.mappings(told)
    ]
    known = [(start, limit) for start, limit in found if start is not None and limit is not None]
    return sorted(known) if len(known) == len(told) else []
