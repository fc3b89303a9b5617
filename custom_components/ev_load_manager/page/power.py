"""What the page shows of limits in kW and of signals of the grid, as plain data: powers in kW."""

from typing import Any, Final

from ..balancing.site import Circuit
from ..config.signals import CONTACT, NUMBER, LoggedSignal
from ..config.site_builder import GRID, GROUP, feeder_name
from ..data_files.stored import plain
from ..group.load_manager import LoadManager
from ..group.power import WINDOW

MOST: Final = 500
"""Signals that are shown; the download has all."""


def limits_of(manager: LoadManager) -> dict[str, float]:
    """What people set for the group, its grid connection and its windows; nothing of what they don't use."""
    limits = {
        "group_power_limit": manager.power.limit(GROUP),
        "grid_power_limit": manager.power.limit(GRID),
        "peak_limit": manager.power.limit(WINDOW),
    }
    return {key: limit for key, limit in limits.items() if limit is not None}


def power_of(manager: LoadManager, circuit: Circuit) -> dict[str, Any]:
    """What a circuit may have over all phases: what people set, and what holds now."""
    if circuit.power_limit is None and circuit.temporary_power is None:
        return {}
    return {
        "power": {
            "maximum": manager.power.limit(circuit.id),
            "limit": round(circuit.power_capacity / 1000.0, 2),
        }
    }


def signals_now(manager: LoadManager) -> dict[str, Any]:
    """Those that hold, for who uses any: an entity of the operator's, an action, a number."""
    signals = manager.power.signals
    settings = manager.power.settings
    if not signals.is_used and (settings is None or settings.signal_entity is None):
        return {}
    return {
        "signals": [
            {
                **_told(manager, one),
                "until": None
                if (until := signals.until(one.circuit, one.name)) is None
                else until.isoformat(),
            }
            for one in signals.open
            # A lowered number is shown where it is set.
            if one.name != NUMBER
        ]
    }


def _told(manager: LoadManager, one: LoggedSignal) -> dict[str, Any]:
    settings = manager.power.settings
    entity = None
    if one.name == CONTACT and settings is not None:
        entity = settings.signal_entity
    return {
        "circuit": one.circuit,
        "feeder": feeder_name(manager.feeders, one.circuit),
        "name": one.name,
        "kind": one.name if one.name in {CONTACT, NUMBER} else "action",
        "entity": entity,
        "limit": one.limit,
        "start": one.start.isoformat(),
    }


def signals_of(manager: LoadManager, *, private: bool) -> list[dict[str, Any]]:
    """What became of the last signals, the newest first.

    `private` adds those of feeders, behind which few may charge.
    """
    return [
        {**plain(one), **_told(manager, one)}
        for one in reversed(manager.power.signals.log[-MOST:])
        if private or one.circuit in {GRID, GROUP}
    ]
