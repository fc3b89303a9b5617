"""What flows at outlets, in watts."""

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
