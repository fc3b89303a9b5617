"""One limit, put into the words of each way of setting it: values in, a call out."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from decimal import ROUND_FLOOR, Decimal
import math
from typing import Any, NamedTuple

from ..models import (
    ChargerProfile,
    ChargingProfileWay,
    ConfigurationKeyWay,
    DataTransferWay,
    Kind,
    Purpose,
    Scope,
    Unit,
    Way,
)
from .slots import Layer, Slot

NOMINAL_VOLTAGE = 230
"""What a charger that takes watts divides by (OCPP 1.6, 7.12: nominal), V."""
STARTED_BEFORE = timedelta(seconds=60)
"""A schedule begins this long ago, so that it holds at once."""
STARTED_LONG_BEFORE = timedelta(hours=24)
"""One that has to hold even where the charger's clock is far behind."""
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
"""What stands began here: chargers without a battery for their clock boot in 1970."""

_PROFILE_IDS = {Purpose.TX_DEFAULT: 100, Purpose.TX: 200, Purpose.CHARGE_POINT_MAX: 300}
"""A connector's profile id is this plus its number: stable, and distinct."""
_LAYERS = {
    Purpose.TX_DEFAULT: Layer.DEFAULT,
    Purpose.TX: Layer.SESSION,
    Purpose.CHARGE_POINT_MAX: Layer.CHARGER,
}
_STANDING_ID = 400
WHOLE_CHARGER_ID = 300
"""Of the one profile that holds for all connectors together."""
_TENTH = Decimal("0.1")


class Call(NamedTuple):
    """A question to the charger."""

    action: str
    payload: dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """What a limit is sent to, and what is known of it at this moment."""

    connector: int
    """Its number; 0 where one limit holds for the whole charger."""
    connectors: int = 1
    """How many outlets the charger has."""
    transaction_id: int | None = None
    phases: int | None = None
    """Phases that the car uses; None: not known."""
    stack_level_maximum: int | None = None
    now: datetime
    """In the charger's clock."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ending:
    """How a limit ends by itself."""

    after: float
    """Seconds from now."""
    then: float | None = None
    """What the same schedule goes on with, A; None: it ends, and others hold."""


def quantised(amperes: float, profile: ChargerProfile, way: Way | None = None) -> float:
    """The highest current the charger can be told that is not above `amperes`, A.

    Nothing lies between 0 and the lowest current that charges. A number that is
    none is 0 A.
    """
    if not math.isfinite(amperes) or amperes < profile.minimum:
        return 0.0
    if profile.maximum is not None:
        amperes = min(amperes, profile.maximum)
    if profile.steps:
        return max((step for step in profile.steps if step <= amperes), default=0.0)
    step = max(Decimal(str(profile.step)), _TENTH)
    if isinstance(way, ConfigurationKeyWay):
        step = max(step, Decimal(1).scaleb(-way.decimals) / way.scale)
    return float(_floor(amperes, step))


def attempts(
    profile: ChargerProfile,
    generic: ChargerProfile,
    *,
    firmware: str = "",
    watts_only: bool = False,
) -> tuple[Way, ...]:
    """Every way to try on a charger, in this order, none twice.

    `watts_only`: the charger says that it takes no amperes.

    The profile's own charging profiles, then their usual variants, then its
    keys. A key that acts after a reset only, or on more than this charger, is
    no way to share current.
    """
    own = (generic.ways if profile.ways is None else profile.ways) or ()
    profiles = [way for way in own if isinstance(way, ChargingProfileWay)]
    profiles.sort(key=lambda way: way.firmware is None or not way.firmware.search(firmware))
    keys = [way for way in own if not isinstance(way, ChargingProfileWay) and _usable(way)]
    plain = [_plain(way, watts_only=watts_only) for way in profiles]
    by_profile: list[Way] = [*plain]
    if plain:
        by_profile += _variants(plain[0])
    keys_first = bool(own) and own[0] in keys
    found: list[Way] = []
    for way in [*keys, *by_profile] if keys_first else [*by_profile, *keys]:
        if way not in found and not _never(way, profile):
            found.append(way)
    return tuple(found)


def name(way: Way) -> str:
    """A short text that tells a way from the charger's others, to remember it by."""
    match way:
        case ChargingProfileWay():
            level = "highest" if way.stack_level is None else way.stack_level
            return f"{way.purpose}/{way.kind}/{way.unit}/{level}/{way.scope}"
        case ConfigurationKeyWay():
            return f"key/{'/'.join(way.keys.values())}"
        case DataTransferWay():
            return f"data/{way.vendor_id}/{way.message_id}"


def needs_transaction(way: Way) -> bool:
    """Whether it works only while a session runs."""
    return isinstance(way, ChargingProfileWay) and way.purpose is Purpose.TX


def call(way: Way, target: Target, amperes: float, ending: Ending | None = None) -> Call:
    """The call that sets a limit (A per phase, quantised) in one way.

    Only charging profiles can have an `ending`.
    """
    match way:
        case ChargingProfileWay():
            return _set_charging_profile(way, target, amperes, ending)
        case ConfigurationKeyWay():
            key = way.key(max(target.connector, 1))
            return Call("ChangeConfiguration", {"key": key or "", "value": written(way, amperes)})
        case DataTransferWay():
            data = way.data.replace("{connector}", str(target.connector))
            return Call(
                "DataTransfer",
                {
                    "vendorId": way.vendor_id,
                    "messageId": way.message_id,
                    "data": data.replace("{limit}", f"{amperes:g}"),
                },
            )


def written(way: ConfigurationKeyWay, amperes: float) -> str:
    """A current as a key's text, in the key's own unit, rounded down."""
    step = Decimal(1).scaleb(-way.decimals)
    return f"{_floor(Decimal(str(amperes)) * way.scale, step):.{way.decimals}f}"


def stack_level(connector: int, connectors: int, maximum: int | None) -> int:
    """The level of a connector's profile.

    Some firmware replaces by level and purpose across its connectors, so each
    has a level of its own where there are enough, with one free below it for a
    profile that stays when the upper one ends.
    """
    if maximum is None:
        return 0
    if connectors <= 1 or connector == 0:
        return maximum
    if maximum >= 2 * connectors - 1:
        return maximum - 2 * (connector - 1)
    if maximum >= connectors - 1:
        return maximum - (connector - 1)
    return maximum


def standing_call(
    way: ChargingProfileWay, target: Target, amperes: float, *, whatever_the_clock: bool
) -> Call:
    """The call that sets what holds once a limit has ended (A per phase, quantised).

    It stays for good, one level below the limit where there is one. `whatever_the_clock`:
    it holds even before the charger has ever been told the time.
    """
    began = EPOCH if whatever_the_clock else target.now - STARTED_LONG_BEFORE
    standing = replace(
        way,
        purpose=Purpose.TX_DEFAULT,
        kind=Kind.ABSOLUTE,
        stack_level=max(
            0, level(way, target.connector, target.connectors, target.stack_level_maximum) - 1
        ),
    )
    anybody = replace(target, phases=None, transaction_id=None)
    return Call(
        "SetChargingProfile",
        {
            "connectorId": target.connector,
            "csChargingProfiles": {
                **_profile(standing, anybody, standing_id(target.connector)),
                "chargingSchedule": {
                    "chargingRateUnit": way.unit.value,
                    "chargingSchedulePeriod": [_period(way, anybody, amperes)],
                    "startSchedule": _written_time(began),
                },
            },
        },
    )


def level(way: ChargingProfileWay, connector: int, connectors: int, maximum: int | None) -> int:
    """The stack level of a limit that is set in this way."""
    if way.stack_level is not None:
        return way.stack_level
    return stack_level(connector, connectors, maximum)


def has_level_below(way: ChargingProfileWay, connectors: int, maximum: int | None) -> bool:
    """Whether every connector has a level of its own for what stands below its limit."""
    return way.stack_level is None and maximum is not None and maximum >= 2 * max(1, connectors) - 1


def profile_id(way: ChargingProfileWay, connector: int) -> int:
    """The id of the charging profile that is set in this way."""
    return _PROFILE_IDS[way.purpose] + (0 if way.scope is Scope.STATION else connector)


def standing_id(connector: int) -> int:
    """The id of the charging profile that stands below a connector's limit."""
    return _STANDING_ID + connector


def slot(way: Way, connector: int, connectors: int, maximum: int | None) -> Slot:
    """The place in the charger that a limit goes to which is set in this way."""
    match way:
        case ChargingProfileWay():
            place = 0 if way.scope is Scope.STATION else connector
            return Slot(
                _LAYERS[way.purpose],
                f"profile/{profile_id(way, connector)}",
                place,
                level(way, place, connectors, maximum),
            )
        case ConfigurationKeyWay():
            return Slot(Layer.SETTING, f"key/{way.key(max(connector, 1))}")
        case DataTransferWay():
            return Slot(Layer.SETTING, f"data/{way.vendor_id}/{way.message_id}", connector)


def standing_slot(
    way: ChargingProfileWay, connector: int, connectors: int, maximum: int | None
) -> Slot:
    """The place of what stands below the limits of this way."""
    below = max(0, level(way, connector, connectors, maximum) - 1)
    name = f"profile/{standing_id(connector)}"
    return Slot(Layer.DEFAULT, name, connector, below, standing=True)


def _set_charging_profile(
    way: ChargingProfileWay, target: Target, amperes: float, ending: Ending | None
) -> Call:
    connector = 0 if way.scope is Scope.STATION else target.connector
    periods = [_period(way, target, amperes)]
    schedule: dict[str, Any] = {
        "chargingRateUnit": way.unit.value,
        "chargingSchedulePeriod": periods,
    }
    began = STARTED_BEFORE if ending is not None else STARTED_LONG_BEFORE
    if ending is not None and ending.then is None:
        schedule["duration"] = int(began.total_seconds() + ending.after)
    elif ending is not None and ending.then is not None:
        began = STARTED_LONG_BEFORE
        anybody = replace(target, phases=None)
        periods.append(
            {
                **_period(way, anybody, ending.then),
                "startPeriod": int(began.total_seconds() + ending.after),
            }
        )
    if way.kind is Kind.ABSOLUTE:
        schedule["startSchedule"] = _written_time(target.now - began)
    profile = _profile(
        replace(
            way, stack_level=level(way, connector, target.connectors, target.stack_level_maximum)
        ),
        target,
        profile_id(way, target.connector),
    )
    return Call(
        "SetChargingProfile",
        {"connectorId": connector, "csChargingProfiles": {**profile, "chargingSchedule": schedule}},
    )


def _profile(way: ChargingProfileWay, target: Target, id_: int) -> dict[str, Any]:
    """A charging profile, but for its schedule."""
    profile: dict[str, Any] = {
        "chargingProfileId": id_,
        "stackLevel": way.stack_level,
        "chargingProfilePurpose": way.purpose.value,
        "chargingProfileKind": way.kind.value,
    }
    if way.purpose is Purpose.TX and target.transaction_id is not None:
        profile["transactionId"] = target.transaction_id
    return profile


def _period(way: ChargingProfileWay, target: Target, amperes: float) -> dict[str, Any]:
    period: dict[str, Any] = {"startPeriod": 0, "limit": _limit(way, amperes)}
    if way.unit is Unit.WATTS and target.phases is not None:
        period["numberPhases"] = target.phases
    return period


def _written_time(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def _limit(way: ChargingProfileWay, amperes: float) -> float:
    """The number to send: at most one decimal (OCPP 1.6, 7.14), whole watts.

    Watts are those of `amperes` on one phase, whatever a charger makes of them.
    """
    if way.unit is Unit.WATTS:
        return int(_floor(Decimal(str(amperes)) * NOMINAL_VOLTAGE, Decimal(1)))
    tenths = _floor(amperes, _TENTH)
    return int(tenths) if tenths == int(tenths) else float(tenths)


def _plain(way: ChargingProfileWay, *, watts_only: bool) -> ChargingProfileWay:
    """Without what is only of interest to people, so that equal ways are equal."""
    return ChargingProfileWay(
        purpose=way.purpose,
        kind=way.kind,
        unit=Unit.WATTS if watts_only else way.unit,
        stack_level=way.stack_level,
        scope=way.scope,
    )


def _never(way: Way, profile: ChargerProfile) -> bool:
    return isinstance(way, ChargingProfileWay) and way.purpose in profile.never


def _usable(way: Way) -> bool:
    return way.scope is not Scope.INSTALLATION and not (
        isinstance(way, ConfigurationKeyWay) and way.after_reset
    )


def _variants(way: ChargingProfileWay) -> Iterator[ChargingProfileWay]:
    """What other firmware of the same charger may take."""
    yield replace(way, stack_level=0)
    per_connector = replace(way, purpose=Purpose.TX_DEFAULT, scope=Scope.CONNECTOR)
    if way.scope is Scope.CONNECTOR:
        per_connector = way
    yield replace(per_connector, stack_level=0)
    yield replace(per_connector, kind=_other(per_connector.kind))
    yield replace(per_connector, kind=_other(per_connector.kind), stack_level=0)
    yield replace(per_connector, purpose=Purpose.TX, kind=Kind.ABSOLUTE)
    yield replace(per_connector, purpose=Purpose.TX, kind=Kind.ABSOLUTE, stack_level=0)
    yield ChargingProfileWay(
        purpose=Purpose.CHARGE_POINT_MAX,
        kind=Kind.ABSOLUTE,
        unit=way.unit,
        stack_level=way.stack_level,
        scope=Scope.STATION,
    )
    yield replace(per_connector, unit=Unit.WATTS)


def _other(kind: Kind) -> Kind:
    return Kind.RELATIVE if kind is Kind.ABSOLUTE else Kind.ABSOLUTE


def _floor(value: float | Decimal, step: Decimal) -> Decimal:
    """The highest multiple of `step` that is not above `value`.

    A float that is a hair below a multiple because of its binary form is that
    multiple: 6.3 stays 6.3.
    """
    exact = value if isinstance(value, Decimal) else Decimal(repr(round(value, 6)))
    return (exact / step).to_integral_value(ROUND_FLOOR) * step
