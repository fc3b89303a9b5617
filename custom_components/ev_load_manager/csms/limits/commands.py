"""Ways of setting a limit: which there are, what they can say, and where it goes to."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from decimal import ROUND_FLOOR, Decimal

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
from .slots import STANDING, Layer, Slot

LAYERS = {
    Purpose.TX_DEFAULT: Layer.DEFAULT,
    Purpose.TX: Layer.SESSION,
    Purpose.CHARGE_POINT_MAX: Layer.CHARGER,
}
WHOLE_CHARGER = f"{Layer.CHARGER}/0"
"""Name of the one profile that holds for all connectors together."""
TENTH = Decimal("0.1")


def attempts(
    profile: ChargerProfile,
    generic: ChargerProfile,
    *,
    firmware: str = "",
    watts_only: bool = False,
    takes: Callable[[Way], bool] = lambda _: True,
) -> tuple[Way, ...]:
    """Every way to try on a charger, in this order, none twice.

    `watts_only`: the charger says that it takes no amperes. `takes`: whether its version
    of OCPP has a way; where it has none of the model's, the usual ones are tried.

    The profile's own charging profiles, then their usual variants, then its
    keys. A key that acts after a reset only, or on more than this charger, is
    no way to share current.
    """
    own = (generic.ways if profile.ways is None else profile.ways) or ()
    if own and not any(map(takes, own)):
        own = generic.ways or ()
    own = tuple(way for way in own if takes(way))
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
        if way in found or not takes(way):
            continue
        if isinstance(way, ChargingProfileWay) and way.purpose in profile.never:
            continue
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


def level(way: ChargingProfileWay, connector: int, connectors: int, maximum: int | None) -> int:
    """The stack level of a limit that is set in this way."""
    if way.stack_level is not None:
        return way.stack_level
    return stack_level(connector, connectors, maximum)


def has_level_below(way: ChargingProfileWay, connectors: int, maximum: int | None) -> bool:
    """Whether every connector has a level of its own for what stands below its limit."""
    return way.stack_level is None and maximum is not None and maximum >= 2 * max(1, connectors) - 1


def profile(way: ChargingProfileWay, connector: int) -> str:
    """The name of the charging profile that is set in this way: stable, and distinct."""
    return f"{LAYERS[way.purpose]}/{0 if way.scope is Scope.STATION else connector}"


def standing(connector: int) -> str:
    """The name of the charging profile that stands below a connector's limit."""
    return f"{STANDING}/{connector}"


def slot(way: Way, connector: int, connectors: int, maximum: int | None) -> Slot:
    """The place in the charger that a limit goes to which is set in this way."""
    match way:
        case ChargingProfileWay():
            place = 0 if way.scope is Scope.STATION else connector
            return Slot(
                LAYERS[way.purpose],
                profile(way, connector),
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
    return Slot(Layer.DEFAULT, standing(connector), connector, below, standing=True)


def _plain(way: ChargingProfileWay, *, watts_only: bool) -> ChargingProfileWay:
    """Without what is only of interest to people, so that equal ways are equal."""
    return ChargingProfileWay(
        purpose=way.purpose,
        kind=way.kind,
        unit=Unit.WATTS if watts_only else way.unit,
        stack_level=way.stack_level,
        scope=way.scope,
    )


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


def floor(value: float | Decimal, step: Decimal) -> Decimal:
    """The highest multiple of `step` that is not above `value`.

    A float that is a hair below a multiple because of its binary form is that
    multiple: 6.3 stays 6.3.
    """
    exact = value if isinstance(value, Decimal) else Decimal(repr(round(value, 6)))
    return (exact / step).to_integral_value(ROUND_FLOOR) * step
