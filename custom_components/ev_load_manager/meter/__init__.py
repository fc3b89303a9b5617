"""Grid meters: Modbus register maps (data) and Home Assistant sensors."""

from .config import create_meter
from .errors import MeterError
from .reading import Meter, MeterValues

__all__ = ["Meter", "MeterError", "MeterValues", "create_meter"]
