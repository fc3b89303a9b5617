"""What flows at outlets, in watts."""

from ..balancing.reserve import is_empty
from ..config.settings import ChargerSettings
from ..group.load_manager import LoadManager


def told_power(manager: LoadManager, charger: ChargerSettings, number: int) -> float | None:
    """What a charger's own meter tells, if it has one, else what the charger tells, W."""
    if manager.chargers.has_own_meter(charger):
        metered = manager.charger_meters.values(charger.charger_id)
        if metered is not None and metered.power is not None:
            return abs(metered.power)
    state = manager.access.point(charger.charger_id).connectors.get(number)
    values = None if state is None else state.values
    if values is None:
        return None
    if values.power is not None:
        return values.power
    powers = [power for power in values.powers if power is not None]
    return sum(powers) if powers else None


def charging_power(manager: LoadManager) -> float | None:
    """What flows into all cars of a group together, W.

    None where it is not known of one that may charge: a sum that leaves somebody out is
    taken for the whole by who reads it.
    """
    total = 0.0
    for charger in manager.chargers.values():
        for outlet in manager.chargers.connectors_of(charger):
            reading = manager.readings.connectors.get(outlet)
            if reading is None or is_empty(reading):
                continue
            if not reading.online and reading.session is None:
                continue
            power = told_power(manager, charger, outlet.number) if reading.online else None
            if power is None:
                return None
            total += power
    return total
