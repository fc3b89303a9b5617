"""Which limit a charger really applies: profiles, what others set, and hardware together."""

from .evse import SimulatedEvse
from .profile_store import ProfileStore
from .profiles import Limit
from .station import Station


def applied_limit(charger: Station, evse: SimulatedEvse) -> Limit:
    """What `evse` may draw now, A per phase, whoever says it."""
    if charger.model.ignores_all_limits:
        return Limit(charger.model.hardware_maximum)
    late = not charger.model.default_acts_on_running_session
    return _limit(charger, evse, evse.defaults_at_start if late else None)


def held_limit(charger: Station, evse: SimulatedEvse) -> Limit:
    """What `evse` may draw by all that the charger was told, took and keeps.

    The same as `applied_limit`, but for chargers that lie.
    """
    return _limit(charger, evse, None)


def _limit(charger: Station, evse: SimulatedEvse, defaults: ProfileStore | None) -> Limit:
    now, session = charger.now(), evse.session
    limits = [Limit(charger.model.hardware_maximum)]
    whole = charger.profiles.station_limit(now, session)
    if whole is not None:
        sharing = max(1, sum(one.transaction is not None for one in charger.connectors.values()))
        limits.append(whole._replace(amperes=whole.amperes / sharing))
    own = charger.profiles.transaction_limit(evse.number, now, session, defaults=defaults)
    if own is not None:
        limits.append(own)
    return min(limits, key=lambda limit: limit.amperes)
