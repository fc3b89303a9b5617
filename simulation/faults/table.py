"""All faults, by name."""

from collections.abc import Mapping
from typing import Final

from .backends import BACKEND_FAULTS
from .cars import CAR_FAULTS
from .chargers import CHARGER_FAULTS
from .connecting import CONNECTING_FAULTS
from .crashes import CRASH_FAULTS
from .fault import Fault
from .floods import FLOOD_FAULTS
from .held_limits import HELD_LIMIT_FAULTS
from .intruders import INTRUDER_FAULTS
from .meters import METER_FAULTS
from .software import SOFTWARE_FAULTS
from .told import TOLD_FAULTS

FAULTS: Final[Mapping[str, Fault]] = {
    fault.name: fault
    for fault in (
        *METER_FAULTS,
        *CHARGER_FAULTS,
        *HELD_LIMIT_FAULTS,
        *TOLD_FAULTS,
        *CAR_FAULTS,
        *INTRUDER_FAULTS,
        *FLOOD_FAULTS,
        *CONNECTING_FAULTS,
        *SOFTWARE_FAULTS,
        *CRASH_FAULTS,
        *BACKEND_FAULTS,
    )
}
