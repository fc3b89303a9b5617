"""Whether dynamic and adaptive load management can be applied to a charger.

Thesis 6.2.3 shows both for every charger. What the charger itself has shown
counts more than what is known of its model; before either, nobody knows.
"""

from .csms.charge_point import ChargePoint


def dynamic_suitable(point: ChargePoint) -> bool | None:
    """Whether it takes limits; None while that is unknown."""
    offers = [state.keeper.offer for state in point.connectors.values() if state.keeper]
    if any(offer.refused for offer in offers):
        return False
    if any(offer.accepted is not None for offer in offers):
        return True
    return point.profile.dlm


def adaptive_suitable(point: ChargePoint) -> bool | None:
    """Whether it takes limits and tells the current of each phase; None while unknown."""
    dynamic = dynamic_suitable(point)
    if dynamic is False:
        return False
    if any(
        current is not None
        for state in point.connectors.values()
        if state.values is not None
        for current in state.values.currents
    ):
        return dynamic
    return point.profile.alm
