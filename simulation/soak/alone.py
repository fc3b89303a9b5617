"""Who would go on with a limit that nobody renews any more: what the fail-safe rests on."""

from collections.abc import Iterator
from typing import Final, NamedTuple

from custom_components.ev_load_manager.group.load_manager import LoadManager

from ..charger.machine import Machine
from ..charger.v201.charger import SimulatedStation
from ..plant.judge import TOLERANCE

LEFT_ALONE: Final = 3_600.0
"""Seconds after which every limit has ended by itself, with a meter or without."""


class Endless(NamedTuple):
    """A limit that would not end as it is believed to."""

    text: str
    bare: bool
    """Nothing would be left then: all that the hardware can."""


def limit_alone(charger: Machine, number: int) -> float:
    """What a connector may draw once nobody has told it anything for `LEFT_ALONE`, A."""
    lost, at = None, charger.now()
    if isinstance(charger, SimulatedStation):
        # Some profiles end sooner without a link (K01.FR.103).
        lost = charger.profiles.offline_since
        charger.profiles.offline_since = at if lost is None else lost
    charger.jump(LEFT_ALONE)
    try:
        return charger.connectors[number].pilot(charger.held_limit(number))
    finally:
        charger.jump(-LEFT_ALONE)
        if isinstance(charger, SimulatedStation):
            charger.profiles.offline_since = lost


def endless(charger: Machine, manager: LoadManager) -> Iterator[Endless]:
    """Outlets at which a car would go on with more than is believed to stay.

    Whoever is not connected, and whoever is told its limits at this moment, is let alone.
    """
    if not charger.accepted:
        return
    point = manager.access.point(charger.id)
    for number in charger.connectors:
        state = point.connectors.get(number)
        if not charger.can_serve(number) or state is None or state.keeper is None:
            continue
        stays, believed = limit_alone(charger, number), state.keeper.ledger.highest_standing
        if stays > believed + TOLERANCE:
            text = (
                f"{charger.id}/{number} ({charger.model_name}) would go on with {stays:.1f} A"
                f" where {believed:.1f} A are to stay; it holds {charger.holds(number)}"
            )
            yield Endless(text, bare=stays >= charger.model.hardware_maximum)
