"""Which limit a charger really applies: profiles, keys and hardware together."""

from .connector import SimulatedConnector
from .models import ControlKey
from .profiles import Limit, ProfileStore
from .station import Station


def applied_limit(charger: Station, connector: SimulatedConnector) -> Limit:
    """What `connector` may draw now, A per phase, whoever says it."""
    if charger.model.ignores_all_limits:
        return Limit(charger.model.hardware_maximum)
    late = not charger.model.default_acts_on_running_session
    return _limit(charger, connector, connector.defaults_at_start if late else None)


def held_limit(charger: Station, connector: SimulatedConnector) -> Limit:
    """What `connector` may draw by all that the charger was told, took and keeps.

    The same as `applied_limit`, but for chargers that lie: that accept a limit and
    don't follow it. What these do shows in what their cars draw only.
    """
    return _limit(charger, connector, None)


def _limit(charger: Station, connector: SimulatedConnector, defaults: ProfileStore | None) -> Limit:
    model = charger.model
    hardware = Limit(model.hardware_maximum)
    sharing = max(1, sum(one.transaction is not None for one in charger.connectors.values()))
    limits = [hardware]
    for name, key in model.control_keys.items():
        limits += _by_key(charger, connector, name, key, sharing)
    now = charger.now()
    session = connector.session
    whole = charger.profiles.charge_point_limit(now, session)
    if whole is not None:
        limits.append(Limit(whole.amperes / sharing, whole.phases))
    own = charger.profiles.transaction_limit(
        connector.number,
        now,
        session,
        defaults=defaults,
    )
    if own is not None:
        limits.append(own)
    return min(limits, key=lambda limit: limit.amperes)


def _by_key(
    charger: Station,
    connector: SimulatedConnector,
    name: str,
    key: ControlKey,
    sharing: int,
) -> list[Limit]:
    amperes = charger.configuration.number(name, charger.model.hardware_maximum * key.scale)
    if key.connector is None:
        return [Limit(amperes / key.scale / sharing)]
    return [Limit(amperes / key.scale)] if key.connector == connector.number else []
