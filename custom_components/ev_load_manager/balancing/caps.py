"""Upper bounds that others than the user put on outlets: a backend that bills, say.

They only ever lower what the sharing hands out. It is done with them as with a lower maximum of
the outlet, and below its minimum as with a pause; nothing else of the sharing knows of them.
"""

from collections.abc import Mapping
from dataclasses import replace

from .decision import ConnectorDecision, Decision, Reason
from .site import Connector, ConnectorId, Site

type Caps = Mapping[ConnectorId, float]
"""A per phase, by outlet; 0 pauses."""


def capped(site: Site, caps: Caps) -> Site:
    """The same site, in which no outlet may have more than its cap."""
    if not caps:
        return site
    connectors = dict(site.connectors)
    for id_, cap in caps.items():
        if id_ in connectors:
            connectors[id_] = _capped(connectors[id_], cap)
    return replace(site, connectors=connectors)


def explained(decision: Decision, site: Site, caps: Caps) -> Decision:
    """The same decision, which says of whom caps hold back that they do; `site`: without them."""
    if not caps:
        return decision
    connectors = dict(decision.connectors)
    for id_, cap in caps.items():
        if id_ in connectors and _holds_back(site.connectors[id_], connectors[id_], cap):
            connectors[id_] = replace(connectors[id_], reason=Reason.LIMIT_OF_BACKEND)
    return replace(decision, connectors=connectors)


def _capped(connector: Connector, cap: float) -> Connector:
    if cap < connector.minimum:
        return replace(connector, charging_allowed=False)
    return replace(connector, maximum=min(connector.maximum, cap))


def _holds_back(connector: Connector, decided: ConnectorDecision, cap: float) -> bool:
    match decided.reason:
        case Reason.PAUSED_BY_USER:
            return connector.charging_allowed
        case Reason.FULL_SPEED:
            return cap < connector.maximum
    return False
